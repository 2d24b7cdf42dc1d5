"""Five hundred texts drawn by lot, in every place of an export: each is a text, and none runs.

What single tricks do is asked by ``test_hostile_exports``, ``test_hostile_layers`` and the tests of window
and map; here it is whatever comes of mixing them. The same in the window: ``test_hostile_random_window``.
"""

import io
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from defusedxml.ElementTree import fromstring
from export.conftest import Browser, _chromium, chromium  # noqa: F401
from hostile_exports.random_texts import SEED, random_texts
from hostile_exports.reading import assert_quiet_pdf, docx_text, pdf_text, svg_texts, unpacked
from hostile_exports.values import bare, tagged
from hostile_exports.world import (
    HIDDEN,
    World,
    feature_id,
    hostile_catalogue,
    hostile_world,
    listed,
    place_id,
)
from qtpy.QtCore import QEventLoop, QTimer
from qtpy.QtWidgets import QApplication

from jjjmap.export.briefing.contents import brief_place
from jjjmap.export.briefing.docx import briefing_docx
from jjjmap.export.briefing.docx_body import BriefingPictures
from jjjmap.export.charts import ChartColors, ChartSize, NamedBar, draw_bars, rows_height_px
from jjjmap.export.datasets.data_export import save_data
from jjjmap.export.page.html import save_map_html
from jjjmap.export.page.html_check import check_map_html
from jjjmap.export.pictures.several import save_pictures
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.maps.snapshot import NamedMap
from jjjmap.web.renderer import WebRenderer

TEXTS = random_texts()


def joined(texts: Iterable[str], most_chars: int) -> tuple[str, ...]:
    """Return the texts one behind the other, in as few as may be that long."""
    made: list[str] = []
    for text in texts:
        if made and len(made[-1]) + len(text) < most_chars:
            made[-1] += f"‖{text}"
        else:
            made.append(text)
    return tuple(made)


JOINED = joined(TEXTS, 100)
"""The same, some in one: what begins or ends a text matters to workbooks, and each map takes its time. Longer
ones are cut in a legend."""
SAID = f"texts of seed {SEED}"
VIEWS = 60
"""Saved views, each called as a sixtieth of the texts together."""


def lost(
    said: Iterable[str] | str, *positions: str, wanted: tuple[str, ...] = JOINED
) -> list[tuple[str, str]]:
    """Return the texts that do not stand in what was said as what they are: one said, or one for each.

    Blanks, controls and what cannot be seen may have gone: `test_hostile_exports` tells where.
    """
    texts = [said] * len(wanted) if isinstance(said, str) else list(said)
    whole = {text: bare(text) for text in set(texts)}
    return [
        (position, ascii(text))
        for text, shown in zip(wanted, texts, strict=True)
        for position in positions
        if tagged(text, position) not in shown and bare(tagged(text, position)) not in whole[shown]
    ]


@pytest.fixture(scope="module")
def world() -> World:
    made = hostile_world(JOINED)
    named = tuple(
        NamedMap(
            listed(JOINED[first::VIEWS], "view"), replace(made.snapshot, layers=made.snapshot.layers[:-1])
        )
        for first in range(VIEWS)
    )
    return replace(made, options=replace(made.options, views=named))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random")


def saved(folder: Path, world: World, name: str) -> Path:
    """Return a file of that name with the whole world in it."""
    save: Callable[..., bool] = save_map_html if name.endswith(".html") else save_data
    options = world.options if name.endswith(".html") else replace(world.options, views=())
    with world.library() as library:
        assert save(
            folder / name,
            world.snapshot,
            world.catalogue,
            options=options,
            library=library,
            read_layer=world.read_layer,
        )
    return folder / name


@pytest.fixture(scope="module")
def page(folder: Path, world: World) -> Path:
    return saved(folder, world, "map.html")


@pytest.mark.web
def test_no_text_runs_in_a_page_and_each_is_seen(
    chromium: Browser,  # noqa: F811
    page: Path,
) -> None:
    facts, findings = check_map_html(page)
    assert findings == () and facts.hash_holds and facts.scripts_are_ours
    chromium.open_map(page)
    chromium.driver.set_script_timeout(100)
    seen = chromium.driver.execute_async_script(
        """const [places, rows, done] = arguments;
        const all = (selector) => [...document.querySelectorAll(selector)];
        const text = (selector) => all(selector).map((each) => each.textContent).join("\\n");
        const until = async (id, met) => {
          for (let turn = 0; !met(); turn += 1) {
            if (turn > 1000) throw new Error(`${id} is not shown: ${text(".panel h2")}`);
            await new Promise((next) => setTimeout(next, 2));
          }
        };
        (async () => {
          const said = { places: [], cards: [], rows: [], chains: [] };
          for (const [number, id] of places.entries()) {
            jjjmap.standalone.choose(id, { fly: false });
            for (const fold of all(".panel details")) fold.open = true;
            said.places.push(text(".panel"));
            said.cards.push(all(".panel .mark").map((mark) => {
              mark.click();
              if (all(".card a").some((link) => link.protocol !== "https:")) throw new Error("an odd link");
              const card = text(".card");
              mark.click();
              return card;
            }).join());
            jjjmap.standalone.showChain(number);
            said.chains.push(text("#chains"));
          }
          for (const id of rows) {
            jjjmap.standalone.choose(id, { fly: false });
            await until(id, () => jjjmap.page.selection.feature_id === id && all(".attributes dd").length
              && all(".panel h2").some((title) => title.textContent.endsWith("·value")));
            said.rows.push(text(".panel"));
            jjjmap.standalone.clear();
          }
          // Below so long a title there is no room for it, until it is asked for.
          if (!document.querySelector(".legend-body")) document.querySelector(".legend-title").click();
          said.legend = text(".legend");
          said.states = text(".states");
          said.views = text(".views");
          said.title = document.title + text(".masthead");
          return said;
        })().then(done, (error) => done({ error: String(error) }));""",
        [place_id(number) for number in range(len(JOINED))],
        [feature_id(number) for number in range(0, len(JOINED), 2)],
    )
    assert "error" not in seen, seen
    assert lost(seen["places"], "place", "note", "passage", "indicator", "unit", "document") == []
    assert lost(seen["cards"], "source", "publisher") == []
    assert lost(seen["rows"], "column", "industry", "value", "layer", wanted=JOINED[::2]) == []
    assert lost(seen["chains"], "chain", "role", "node") == []
    assert lost(seen["legend"], "layer", "class") == []
    assert lost(seen["states"], "highlight") == []
    assert lost(seen["views"], "view") == []
    assert lost(seen["title"], "title") == []
    assert chromium.value("[window.PWNED ?? null, ({}).PWNED ?? null]") == [None, None], SAID
    assert chromium.value("document.querySelectorAll('body img, body svg, iframe, object').length") == 0
    asked = {url for url in chromium.requests() if not url.startswith(("data:", "blob:"))}
    assert asked == {page.as_uri()}
    assert chromium.console() == []


def beside_loop(work: Callable[[], Any]) -> Any:
    """Return what a function brings in another thread while Qt's loop turns."""
    loop, done = QEventLoop(), []

    def run() -> None:
        try:
            done.append((work(), None))
        except Exception as exc:
            done.append((None, exc))

    watch = QTimer()
    watch.timeout.connect(lambda: loop.quit() if done else None)
    watch.start(10)
    thread = threading.Thread(target=run)
    thread.start()
    loop.exec()
    watch.stop()
    thread.join()
    result, error = done[0]
    if error is not None:
        raise error
    return result


@pytest.fixture(scope="module")
def renderer(qapp: QApplication, folder: Path, world: World) -> Iterator[WebRenderer]:
    made = WebRenderer(
        lambda: world.catalogue, read_layer=world.read_layer, cache=folder / "cache", limit_s=60
    )
    yield made
    made.close()


@pytest.mark.web
def test_titles_of_saved_views_on_the_pages_of_a_pdf(
    renderer: WebRenderer, world: World, folder: Path
) -> None:
    plain = replace(world.snapshot, layers=world.snapshot.layers[:3], highlight_title="", highlighted_ids=())
    maps = [NamedMap(each.title, plain) for each in world.options.views]
    sheet = Sheet(420.0, 297.0, title=listed(JOINED[:8], "title"), text_scale=0.25)
    svgs = beside_loop(
        lambda: [renderer.map_svg(plain, replace(sheet, title=each.title)) for each in maps[:2]]
    )
    for each, svg in zip(maps, svgs, strict=False):
        assert bare(each.title) in bare("".join(svg_texts(svg)))
    (path,) = beside_loop(lambda: save_pictures(folder / "views.pdf", maps, sheet, renderer))
    data = path.read_bytes()
    assert_quiet_pdf(data)
    marks = [bytes.fromhex(said.decode()) for said in re.findall(rb"/Title <FEFF([0-9A-F]*)>", data)]
    titles = bare("\n".join(mark.decode("utf-16-be", "replace") for mark in marks))
    assert [each.title for each in maps if bare(each.title) not in titles] == []
    # What turns itself round takes along what stands behind it, and a few digits combine with odd marks.
    text = "".join(pdf_text(path).split())
    lost_there = [n for n in range(len(TEXTS)) if str(n) not in text and str(n)[::-1] not in text]
    assert len(lost_there) < 5, lost_there


def test_briefings_for_word_hold_every_text_and_no_field(world: World) -> None:
    import docx

    groups = [TEXTS[first : first + 25] for first in range(0, len(TEXTS), 25)]
    catalogue = hostile_catalogue(groups)
    said: list[str] = []
    for number, group in enumerate(groups):
        briefing = brief_place(catalogue, place_id(number), Language.ZH)
        data = briefing_docx(briefing, BriefingPictures())
        said += [docx_text(data)] * len(group)
    docx.Document(io.BytesIO(data))
    assert lost(said, "place", "passage", wanted=TEXTS) == []


def every_text(value: Any) -> Iterator[str]:
    """Yield all texts of a value read from JSON, names of members too."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from every_text(member)
    elif isinstance(value, list):
        for member in value:
            yield from every_text(member)
    elif isinstance(value, str):
        yield value


def test_a_geojson_file_says_every_text(folder: Path, world: World) -> None:
    data = saved(folder, world, "map.geojson").read_bytes()
    assert HIDDEN.encode() not in data
    texts = "\n".join(every_text(json.loads(data.decode("utf-8"))))
    assert lost(texts, "title", "layer", "column", "value", "industry", "place", "note") == []


def test_a_workbook_says_every_text_and_reckons_none(folder: Path, world: World) -> None:
    from openpyxl import load_workbook

    path = saved(folder, hostile_world(TEXTS), "map.xlsx")
    inside = unpacked(path.read_bytes())
    assert HIDDEN.encode() not in inside
    assert b"<f>" not in inside and b"<f " not in inside and b"TargetMode=" not in inside
    cells = [
        cell
        for sheet in load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith(("=", "+", "-", "@")))
    texts = "\n".join(cell.value for cell in cells)
    positions = ("column", "value", "industry", "place", "passage", "indicator", "source", "document")
    assert lost(texts, *positions, wanted=TEXTS) == []


def test_a_geopackage_says_every_text(folder: Path, world: World) -> None:
    path = saved(folder, world, "map.gpkg")
    assert HIDDEN.encode() not in path.read_bytes()
    texts: list[str] = []
    for name, _kind in pyogrio.list_layers(path):
        meta, table = pyogrio.read_arrow(path, layer=name)
        texts += [*meta["fields"], *(str(cell) for column in table.columns for cell in column.to_pylist())]
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        texts += [said for (said,) in connection.execute("SELECT identifier FROM gpkg_contents")]
        for (qml,) in connection.execute("SELECT styleQML FROM layer_styles"):
            root = fromstring(qml.partition("\n")[2])
            texts += [said for found in root.iter() for said in found.attrib.values()]
    finally:
        connection.close()
    said = "\n".join(texts)
    assert lost(said, "layer", "class", "column", "value", "industry", "place", "passage", "document") == []


def test_no_name_of_a_bar_keeps_a_chart_from_being_drawn(world: World) -> None:
    figure = next(iter(world.catalogue.figures.values()))
    colors = ChartColors(*["#101010"] * len(ChartColors.__dataclass_fields__))
    for first in range(0, len(TEXTS), 100):
        bars = [NamedBar(replace(figure, period=text), text, False) for text in TEXTS[first : first + 100]]
        size = ChartSize(400, rows_height_px(len(bars)), 1.0)
        drawn = draw_bars(bars, marks={}, colors=replace(colors, base="#ffffff"), size=size)
        assert len(drawn.spots) == len(bars)
        assert len(set(drawn.rgba)) > 10, "something was drawn"
