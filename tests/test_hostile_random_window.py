"""Five hundred texts drawn by lot, and each known trick, in the whole window with its map: all are texts.

The program is built as `app.run` builds it, on invented places, layers and documents that are called by them.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hostile_exports.random_texts import SEED, random_texts
from hostile_exports.values import VALUES, bare, utf8
from hostile_exports.world import hostile_catalogue, place_id
from map_driver import MapDriver
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt, QUrl
from qtpy.QtGui import QStandardItem
from qtpy.QtGui import Qt as GuiQt  # Where mightBeRichText is.
from qtpy.QtWidgets import QApplication, QComboBox, QLabel, QTextEdit, QWidget

from jjjmap import app as jjjmap_app
from jjjmap.binding import delete
from jjjmap.findings import Finding, Severity
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.maps.bridge import ShowBasemap, ShowTip
from jjjmap.settings import OwnBasemap


def turned_over(text: str) -> str:
    """Return what Qt takes for this text: behind U+FFFE it turns the bytes of each letter over."""
    return "\ufffe" + text.encode("utf-16-le").decode("utf-16-be")


TEXTS = (
    *random_texts(),
    *(text for text in VALUES.values() if bare(text)),
    turned_over("<img src=x onerror=1>甲"),
    turned_over("<script>window.PWNED=1</script>甲"),
)
PER_LAYER = 60
PARTS = [TEXTS[first : first + PER_LAYER] for first in range(0, len(TEXTS), PER_LAYER)]
JOINED = tuple("‖".join(TEXTS[first : first + 10]) for first in range(0, len(TEXTS), 10))
MARKUP = (
    "<script", "<img", "<svg", "<style>", "<iframe", "<meta", "<base", "<w:t", "<textarea", "<!doctype x",
)  # fmt: skip
"""What none of our own rich texts holds."""


def shown_as(text: str) -> str:
    """Return the letters of a text as Qt holds it."""
    return bare(QStandardItem(utf8(text)).text())


def may_be_in(text: str, shown: str) -> bool:
    """Return whether a text stands in another, with or without something of ours in front."""
    return shown_as(text) in shown or bare(utf8(text)) in shown


@dataclass
class Program:
    """What `app.run` builds, and what its page complained of."""

    window: Any
    session: Any
    view: Any
    profile: Any
    console: list[tuple[int, str]]


def fill_layers(store: UserLayerStore) -> None:
    """Keep layers with the texts as title, columns, values, classes, labels, and as facts of the file."""
    for number, part in enumerate(PARTS):
        sound = [utf8(text) for text in part]
        rows = {"名称": sound, "值": sound[::-1]}
        rows |= {text: ["甲"] * len(part) for text in sound[:5] if text not in rows}
        share = np.linspace(0.0, 1.0, len(part))
        table = FeatureTable(
            pa.table(rows), Geometry.POINT, 115.0 + 3 * share, np.full(len(part), 38.2 + 0.3 * number)
        )
        folder = store.new_folder()
        (folder / "part").mkdir()
        write_table(folder / "part", table)
        columns = tuple(
            Column(each.name, each.kind, ColumnRole.NAME if each.name == "名称" else ColumnRole.NONE)
            for each in table.columns
        )
        said = part[number % len(part)]
        finding = Finding(Severity.WARNING, said, said, said, said)
        facts = LayerFacts(
            said, said, said, FileFormat.CSV, said, said, said, 5.0, Geometry.POINT, columns, len(part), 0, 1,
            0, (115.0, 38.0, 118.0, 41.0), "ab" * 32, said, (finding,),
        )  # fmt: skip
        style = UserStyle(
            StyleMode.CATEGORISED, "名称", class_count=len(part), label_column="名称", label_min_zoom=0.0
        )
        store.adopt(
            folder / "part",
            facts,
            style,
            apply_style(table, style).style,
            layer_id=f"user-{number:08x}",
        )


@pytest.fixture(scope="module")
def program(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home = tmp_path_factory.mktemp("program")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(home))
        fill_layers(UserLayerStore(home / "layers"))
        session = jjjmap_app.open_session(
            home / "settings.json",
            hostile_catalogue([(text,) for text in JOINED]),
            [Finding(Severity.WARNING, text, text, text, text) for text in TEXTS[:40]],
            library_path=home / "library.sqlite",
            layers_path=home / "layers",
        )
        window = jjjmap_app.open_window(qapp, session, layout_path=home / "window.ini")
        window.resize(1400, 900)
        view = window.map_view
        # It draws for longer here than a page of the program ever does.
        view.heartbeat.hung.disconnect()
        profile = view.page().profile()
        made = Program(window, session, view, profile, [])
        view.console_said.connect(lambda level, text: made.console.append((level, text)))
        yield made
        session.tasks.cancel_all(wait_ms=5000)
        if window.projects.project is not None:
            window.projects.project.end(discard=True)
        delete(window)
        delete(profile)


@pytest.fixture
def at(program: Program, qtbot: QtBot) -> Iterator[MapDriver]:
    """The map; afterwards nothing ran, nothing left, and no widget takes a text for markup."""
    driver = MapDriver(qtbot, program.view, program.profile, program.session.snapshot())
    qtbot.waitUntil(lambda: program.view.channel.is_ready, timeout=60_000)
    yield driver
    driver.qtbot.wait(300)
    assert driver.ask("[typeof window.PWNED, typeof ({}).PWNED]") == ["undefined"] * 2, f"seed {SEED}"
    assert driver.ask("document.title") == "jjjmap"
    assert program.profile.guard.blocked == []
    assert [text for level, text in program.console if level >= 40] == []
    assert taken_for_markup(program.window) == []


def taken_for_markup(root: QWidget) -> list[str]:
    """Return where something that looks like markup is shown as markup."""
    found: list[str] = []

    def look(where: str, text: object) -> None:
        if isinstance(text, str) and GuiQt.mightBeRichText(text):
            found.extend(f"{where}: {text[:80]!r}" for mark in MARKUP if mark in text.lower())

    for widget in (root, *root.findChildren(QWidget)):
        name = f"{type(widget).__name__} {widget.objectName()}"
        for text in (widget.toolTip(), widget.whatsThis(), widget.statusTip()):
            look(f"tip of {name}", text)
        for action in widget.actions():
            look(f"action of {name}", action.toolTip())
        if isinstance(widget, QLabel):
            if widget.textFormat() != Qt.TextFormat.PlainText:
                look(f"text of {name}", widget.text())
        elif isinstance(widget, QTextEdit):
            assert "<img src=" not in widget.toHtml().replace('<img src="data:', ""), name
        elif isinstance(widget, QComboBox):
            look_through(widget.model(), name, look)
        elif hasattr(widget, "model") and callable(widget.model):
            model = widget.model()
            if isinstance(model, QAbstractItemModel):
                look_through(model, name, look)
    return found


def look_through(model: QAbstractItemModel, name: str, look: Callable[[str, object], None]) -> None:
    roles = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole, Qt.ItemDataRole.StatusTipRole)

    is_list = isinstance(model, QAbstractListModel)  # Qt hides what those have below.

    def walk(parent: QModelIndex, depth: int) -> None:
        for row in range(min(model.rowCount(parent), 80)):
            index = model.index(row, 0, parent)
            for role in roles:
                look(f"cell of {name}", model.data(index, role))
            if depth < 4 and not is_list:
                walk(index, depth + 1)

    walk(QModelIndex(), 0)


def test_details_of_features_say_them(at: MapDriver, program: Program) -> None:
    panel, lost = program.window.details_panel, []
    for number, part in enumerate(PARTS):
        # Each row says its own text and that of the row as far from the end.
        for row in range((len(part) + 1) // 2):
            program.session.selection.choose(feature_id(f"user-{number:08x}", row), fly=False)
            if row % 10 == 0:
                at.ask("1")  # Else the page would be given up: it cannot draw so many so soon.
            name, shown = bare(panel.name_label.text()), bare(panel.overview.toPlainText())
            mine, other = part[row], part[-1 - row]
            # In the overview something stands in front, so nothing is turned over.
            lost += [ascii(mine)] * (shown_as(mine) not in name or bare(utf8(mine)) not in shown)
            lost += [ascii(other)] * (bare(utf8(other)) not in shown)
    assert lost == []


def test_details_of_places_say_them(at: MapDriver, program: Program) -> None:
    panel, lost = program.window.details_panel, []
    for number, text in enumerate(JOINED):
        program.session.selection.choose(place_id(number), fly=False)
        at.ask("1")
        if shown_as(f"{text}·place") not in bare(panel.name_label.text()):
            lost.append(("name", number))
        if bare(utf8(f"{text}·note")) not in bare(panel.overview.toPlainText()):
            lost.append(("note", number))
    assert lost == []


def test_legend_labels_tips_and_layer_names_say_them(at: MapDriver, program: Program) -> None:
    at.wait_for(f"document.querySelectorAll('.legend li, .legend div').length > {len(TEXTS) // 2}")
    legend = bare(at.ask("document.querySelector('.legend').textContent"))
    assert [ascii(text) for text in TEXTS if bare(utf8(text)) not in legend] == []
    titles = "\n".join(bare(name) for name in names_in(program.window.layers_panel.model))
    layers = program.session.user_layers.layers
    assert len(layers) == len(PARTS)
    lost = [ascii(each.title) for each in layers if not may_be_in(each.title, titles)]
    assert lost == []
    drawing = f"jjjmap.page.layers.get('{layers[0].id}').drawing"
    at.wait_for(f"Boolean({drawing} && {drawing}.isPainted())")
    at.wait_for(f"{drawing}.names.written.length > 0")
    moved = at.hover_until_heard(at.pixel_at(116.5, 40.9))  # Where nothing has a tip of its own.
    shown = []
    for text in TEXTS:
        at.send(ShowTip(moved.lon, moved.lat, text))
        shown.append(bare(at.ask("document.querySelector('.feature-tip').textContent")))
    assert [ascii(text) for text, seen in zip(TEXTS, shown, strict=True) if bare(utf8(text)) != seen] == []
    assert at.ask("document.querySelector('.feature-tip').children.length") == 0
    at.send(ShowTip(moved.lon, moved.lat, ""))


def names_in(model: QAbstractItemModel) -> Iterator[str]:
    def walk(parent: QModelIndex) -> Iterator[str]:
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            yield str(model.data(index))
            yield from walk(index)

    return walk(QModelIndex())


def test_the_table_and_filters_say_them(at: MapDriver, program: Program) -> None:
    users = program.session.user_layers
    for number, part in enumerate(PARTS):
        layer_id = f"user-{number:08x}"
        program.window.user_data.show_table(layer_id)
        wanted = Filter(tuple(Condition(FilterOp.LACKS, "名称", (text,)) for text in part[:3]))
        with at.qtbot.waitSignal(users.filter_changed, timeout=10_000):
            users.set_filter(layer_id, wanted)
        assert taken_for_markup(program.window.user_data.table.panel()) == []
        users.set_filter(layer_id, None)
    at.qtbot.waitUntil(lambda: not program.session.tasks.running, timeout=10_000)


def test_what_is_typed_into_boxes_of_names_finds_or_does_not(at: MapDriver, program: Program) -> None:
    window = program.window
    for text in TEXTS[::5]:
        window.layers_panel.filter_line.setText(text)
        window.search_box.setText(text)
        window.search_box._answer()
        look_through(window.search_box.model, "search", lambda where, said: check_tip(where, said))
    window.layers_panel.filter_line.clear()
    window.search_box.clear()
    window.search_box.close_list()


def check_tip(where: str, said: object) -> None:
    if isinstance(said, str) and GuiQt.mightBeRichText(said):
        assert not [mark for mark in MARKUP if mark in said.lower()], (where, said[:100])


def test_documents_say_them(at: MapDriver, program: Program, tmp_path: Path) -> None:
    library, folder = program.session.library, tmp_path / "in"
    folder.mkdir()
    bodies = {}
    for number, text in enumerate(JOINED):
        name = "".join(c for c in utf8(TEXTS[number]) if c not in "/\\\x00").strip(". \r\n\t")[:40]
        # With more of these it would be no text to us.
        sound = "".join(c for c in utf8(text) if c == "\n" or unicodedata.category(c) != "Cc")
        bodies[f"{number}{name}.txt"] = f"甲园\n\n{sound}\n"
    for name, body in bodies.items():
        (folder / name).write_text(body, encoding="utf-8", newline="")
    with at.qtbot.waitSignal(library.import_ended, timeout=60_000):
        library.import_paths([folder])
    at.qtbot.waitUntil(lambda: not library.is_importing)
    entries = library.entries()
    assert len(entries) == len(JOINED)
    docks = program.window.library_docks
    for dock in docks.all():
        dock.bring_up()
    reading, lost = docks.reading.panel(), []
    for entry, text in zip(entries, TEXTS, strict=False):
        library.set_details(entry.id, title=text, issuer=text, number=text)
        library.open_document(entry.id)
        body = bodies[entry.file_name].partition("\n\n")[2]
        at.qtbot.waitUntil(lambda: reading.title_label.text() != "", timeout=5000)
        shown = bare(reading.view.toPlainText())
        pieces = [bare(piece) for piece in body.split("‖")]
        lost += [ascii(piece) for piece in pieces if piece not in shown]
    assert lost == []


def test_saved_views_basemaps_and_findings_say_them(at: MapDriver, program: Program) -> None:
    window, session = program.window, program.session
    window.saved_views.dock.bring_up()
    views = [window.saved_views.keeper.add(text) for text in TEXTS[:: len(TEXTS) // 150]]
    assert len(views) > 100 and None not in views
    shown = window.saved_views.dock.panel().list
    said = [bare(shown.item(row).text()) for row in range(shown.count())]
    assert said == [shown_as(view.title) for view in session.views.views]
    for number, text in enumerate(TEXTS[:10]):
        own = OwnBasemap(f"own-{number}", utf8(text), "https://tiles.example/{z}/{x}/{y}.png", utf8(text))
        session.online.add_own(own)
    window.online_maps.retranslate()
    menu = [bare(action.text().replace("&&", "&")) for action in window.online_maps.menu.actions()]
    assert [ascii(text) for text in TEXTS[:10] if shown_as(text) not in menu] == []
    for text in TEXTS:
        window.map_view.send(ShowBasemap((), text))
    dialog = window.show_findings_dialog()
    assert taken_for_markup(dialog) == [] and taken_for_markup(window.online_maps.menu) == []
    dialog.close()


def test_a_project_called_by_them_opens_with_every_text(
    at: MapDriver, program: Program, tmp_path: Path
) -> None:
    project, session = program.window.projects.project, program.session
    users = session.user_layers

    def seen() -> tuple[object, ...]:
        tables = [users.table(each.id) for each in users.layers]
        return (
            [(each.id, each.title, each.facts, each.style) for each in users.layers],
            [table.attributes.to_pydict() for table in tables],
            [(view.title, view.filters) for view in session.views.views],
            sorted(
                (each.file_name, each.details.title, each.details.issuer)
                for each in session.library.entries()
            ),
        )

    before = seen()
    name = "".join(c for c in "".join(TEXTS[40:52]) if c not in "/\x00").encode("utf-8", "ignore")
    path = tmp_path / (name[:150].decode("utf-8", "ignore") + ".jjj.gpkg")
    with at.qtbot.waitSignal(project.saved, timeout=60_000):
        project.save_as(path)
    at.qtbot.waitUntil(lambda: not project.is_busy and not session.tasks.running, timeout=20_000)
    assert QUrl.fromLocalFile(str(path)).isValid() and path.is_file()
    assert bare(project.title)[:10] in bare(program.window.windowTitle())
    assert taken_for_markup(program.window) == []
    with at.qtbot.waitSignal(project.opened, timeout=60_000):
        project.open(path)
    at.qtbot.waitUntil(lambda: not project.is_busy and not session.tasks.running, timeout=20_000)
    after = seen()
    for was, is_now in zip(before, after, strict=True):
        assert is_now == was
