"""Hostile texts through every export: nothing runs, nothing breaks out, and each is there as the text it is.

Set ``JJJMAP_HOSTILE_TABLE`` to a file to have a table of what was seen.
"""

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from defusedxml.ElementTree import fromstring
from export.conftest import Browser, ReadPage, _chromium, chromium  # noqa: F401
from hostile_exports.ledger import Ledger
from hostile_exports.reading import PageText, assert_quiet_pdf, docx_text, pdf_text, svg_texts, unpacked
from hostile_exports.values import LONG, LONG_CHARS, VALUES, bare, tagged, utf8
from hostile_exports.world import (
    COUNTY,
    HIDDEN,
    ROWS,
    World,
    feature_id,
    hostile_catalogue,
    hostile_world,
    listed,
    place_id,
)
from qtpy.QtCore import QEventLoop, QTimer
from qtpy.QtWidgets import QApplication

from jjjmap.catalogue.citing import figure_citation, place_citation
from jjjmap.catalogue.models import Catalogue
from jjjmap.cli import cli as cli_main
from jjjmap.errors import TemplateInvalid
from jjjmap.export.briefing.contents import brief_place
from jjjmap.export.briefing.docx import briefing_docx
from jjjmap.export.briefing.docx_body import BriefingPictures
from jjjmap.export.briefing.page import briefing_html
from jjjmap.export.briefing.records import BriefingMaps
from jjjmap.export.briefing.saving import briefing_path, save_briefings
from jjjmap.export.datasets.data_export import save_data
from jjjmap.export.datasets.feature_clipboard import copied_rows
from jjjmap.export.datasets.feature_tables import RowsWanted, write_rows
from jjjmap.export.datasets.names import table_names
from jjjmap.export.page.html import save_map_html
from jjjmap.export.page.html_page import page_scripts
from jjjmap.export.pictures.saving import save_picture
from jjjmap.export.renderer import Sheet
from jjjmap.export.tables import figures_table, tsv_text, write_table
from jjjmap.export.target_names import name_trouble
from jjjmap.i18n import Language
from jjjmap.web.renderer import WebRenderer

TEXTS = tuple(VALUES.values())
IDS = json.dumps([place_id(number) for number in range(len(TEXTS))])
A3 = Sheet(420.0, 297.0, title=listed(TEXTS, "title"), text_scale=0.25)
GROUP = 3
"""Texts on one briefing that is printed or made for Word: each takes a second."""


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    made = Ledger()
    yield made
    made.write()


@pytest.fixture(scope="module")
def world() -> World:
    return hostile_world()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def saved(folder: Path, world: World, name: str) -> Path:
    """Return a file of that name with the whole world in it."""
    path = folder / name
    save = save_map_html if name.endswith(".html") else save_data
    with world.library() as library:
        assert save(
            path,
            world.snapshot,
            world.catalogue,
            options=world.options,
            library=library,
            read_layer=world.read_layer,
        )
    return path


# ---- the page ----


@pytest.fixture(scope="module")
def page(folder: Path, world: World) -> Path:
    return saved(folder, world, "map.html")


def text_of(browser: Browser, selector: str) -> str:
    return str(
        browser.value(
            f"[...document.querySelectorAll('{selector}')].map(each => each.textContent).join('\\n')"
        )
    )


def stepwise(browser: Browser, wanted: Iterable[Any], step: str) -> list[str]:
    """Return what the body of a function of `each` returns, one after the other, without a call for each."""
    browser.driver.set_script_timeout(60)
    said: list[str] = browser.driver.execute_async_script(
        """const [wanted, done] = [JSON.parse(arguments[0]), arguments[1]];
        const all = (selector) => [...document.querySelectorAll(selector)];
        const text = (selector) => all(selector).map((each) => each.textContent).join("\\n");
        const until = async (met) => { while (!met()) await new Promise((next) => setTimeout(next, 5)); };
        (async () => {
          const said = [];
          for (const each of wanted) said.push(await (async () => { STEP })());
          return said;
        })().then(done, (error) => done([String(error)]));""".replace("STEP", step),
        json.dumps(list(wanted)),
    )
    return said


@pytest.fixture
def opened(chromium: Browser, page: Path) -> Iterator[Browser]:  # noqa: F811
    """The page in Chromium; afterwards nothing ran, nothing was asked for and nothing was complained of."""
    chromium.open_map(page)
    yield chromium
    assert chromium.value("window.PWNED ?? null") is None
    assert (
        chromium.value("document.querySelectorAll('body img, body svg, iframe, object, embed').length") == 0
    )
    assert {url for url in chromium.requests() if not url.startswith(("data:", "blob:"))} == {page.as_uri()}
    assert chromium.console() == []


@pytest.mark.web
def test_details_of_places_and_their_sources_in_a_page(opened: Browser, ledger: Ledger) -> None:
    panels, cards = opened.value(
        """(() => {
          const all = (selector) => [...document.querySelectorAll(selector)];
          const panels = [], cards = [];
          for (const id of arguments[0]) {
            jjjmap.standalone.choose(id, { fly: false });
            for (const fold of all(".panel details")) fold.open = true;
            panels.push(all(".panel").map((each) => each.textContent).join());
            cards.push(all(".panel .mark").map((mark) => {
              mark.click();
              if (all(".card a").some((link) => link.protocol !== "https:")) throw new Error("an odd link");
              const said = all(".card").map((card) => card.textContent).join();
              mark.click();
              return said;
            }).join());
          }
          return [panels, cards];
        })()""".replace("arguments[0]", IDS)
    )
    ledger.see(
        "html", panels, "place", "english", "note", "heading", "passage", "indicator", "unit", "comparison",
        "remark", "quotation", "document",
    )  # fmt: skip
    ledger.see("html", cards, "source", "publisher")


@pytest.mark.web
def test_rows_of_users_layers_in_a_page(opened: Browser, ledger: Ledger) -> None:
    said = stepwise(
        opened,
        [feature_id(number) for number in range(len(TEXTS))],
        "jjjmap.standalone.choose(each, { fly: false });"
        " await until(() => jjjmap.page.selection.feature_id === each && all('.attributes dd').length"
        "   && all('.panel h2').some((title) => title.textContent.endsWith('·value')));"
        " const said = text('.panel'); jjjmap.standalone.clear(); return said;",
    )
    ledger.see("html", said, "layer", "column", "industry", "value")


@pytest.mark.web
def test_title_legend_layer_switch_and_states_of_a_page(
    opened: Browser, ledger: Ledger, world: World
) -> None:
    opened.run("document.querySelector('.layer-switch-title').click()")
    opened.wait("document.querySelectorAll('.layer-list label').length >= " + str(len(world.rows)))
    ledger.see("html", text_of(opened, ".layer-list"), "layer")
    ledger.see("html", text_of(opened, ".legend"), "layer", "class")
    ledger.see("html", text_of(opened, ".states"), "highlight", "filter")
    ledger.see("html", text_of(opened, ".masthead"), "title")
    ledger.see("html", str(opened.value("document.title")), "title")


@pytest.mark.web
def test_search_and_chains_in_a_page(opened: Browser, ledger: Ledger) -> None:
    chains = stepwise(opened, range(len(TEXTS)), "jjjmap.standalone.showChain(each); return text('#chains');")
    found = stepwise(
        opened,
        # A box for one line drops the ends of lines.
        [utf8(re.split(r"[\r\n]", text)[-1]) + "·place" for text in TEXTS],
        "const box = document.querySelector('.search input'); box.value = each;"
        " box.dispatchEvent(new Event('input', { bubbles: true }));"
        " await until(() => all('[role=option]').some((option) => option.textContent.includes(each)));"
        " return text('[role=option]');",
    )
    ledger.see("html", chains, "chain", "role", "chokepoint", "node")
    ledger.see("html", found, "place")


def test_a_page_is_whole_to_our_own_check_and_holds_no_hidden_row(page: Path) -> None:
    from jjjmap.export.page.html_check import check_map_html

    facts, findings = check_map_html(page)
    assert findings == () and facts.hash_holds and facts.scripts_are_ours
    read = ReadPage(page.read_text("utf-8"))
    for attributes, block in read.all("script"):
        if attributes.get("type") == "application/octet-stream":
            assert HIDDEN.encode() not in read.block(attributes["id"])
        else:
            assert HIDDEN not in block


# ---- pictures and printed briefings ----


@dataclass(frozen=True)
class Drawn:
    """Files that took a browser."""

    pictures: Path
    """A folder with ``map.svg``, ``map.pdf``, ``map.png``."""
    briefings: dict[str, list[Path]]
    """By suffix, one for each text."""


def beside_loop(work: Callable[[], Any]) -> Any:
    """Return or raise what a function does in another thread while Qt's loop turns."""
    loop, done = QEventLoop(), []
    thread = threading.Thread(target=lambda: done.append(_outcome(work)))
    watch = QTimer()
    watch.timeout.connect(lambda: loop.quit() if done else None)
    watch.start(10)
    thread.start()
    loop.exec()
    watch.stop()
    thread.join()
    if isinstance(done[0], Exception):
        raise done[0]
    return done[0]


def _outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as exc:
        return exc


@pytest.fixture(scope="module")
def drawn(qapp: QApplication, folder: Path, world: World) -> Iterator[Drawn]:
    renderer = WebRenderer(
        lambda: world.catalogue, read_layer=world.read_layer, cache=folder / "cache", limit_s=60
    )
    drawn = Drawn(folder / "drawn", {"html": [], "pdf": [], "docx": []})
    drawn.pictures.mkdir()

    def work() -> None:
        for name in ("map.svg", "map.pdf", "map.png"):
            assert save_picture(drawn.pictures / name, world.snapshot, A3, renderer, dpi=96)
        one_each, groups = [(text,) for text in TEXTS], in_groups(TEXTS)
        for suffixes, said in ((("html",), one_each), (("pdf", "docx"), groups)):
            catalogue = with_one_position(hostile_catalogue(said))
            if said is groups:
                catalogue = with_short_facts(catalogue)
            # Lists with titles as long as these would take a printed page for themselves.
            firms = list(world.rows.values()) if suffixes == ("html",) else []
            with world.library() as library:
                for number in range(len(said)):
                    for path in save_briefings(
                        [place_id(number)],
                        folder / "briefings",
                        suffixes,
                        catalogue=catalogue,
                        language=Language.ZH,
                        renderer=renderer,
                        library=library if suffixes == ("html",) else None,
                        firms=firms[number : number + 1],
                    ):
                        drawn.briefings[path.suffix[1:]].append(path)

    beside_loop(work)
    yield drawn
    renderer.close()


def in_groups(texts: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [texts[start : start + GROUP] for start in range(0, len(texts), GROUP)]


def with_one_position(catalogue: Catalogue) -> Catalogue:
    """Return the same but for the positions: maps take their time, and those of one place are enough."""
    places = {
        key: place if key in (COUNTY, place_id(0)) else replace(place, lon=None, lat=None)
        for key, place in catalogue.places.items()
    }
    return replace(catalogue, places=places)


def with_short_facts(catalogue: Catalogue) -> Catalogue:
    """Return the same with less to say about a place: three times as much as usual takes more than a page."""
    places = {
        key: replace(place, category="", aliases=(), industries=(), note_zh="", note_en="")
        for key, place in catalogue.places.items()
    }
    return replace(catalogue, places=places)


@pytest.mark.web
@pytest.mark.gui
def test_a_drawn_sheet(drawn: Drawn, ledger: Ledger) -> None:
    svg = (drawn.pictures / "map.svg").read_text("utf-8")
    assert HIDDEN not in svg
    ledger.see("svg", "".join(svg_texts(svg)), "title", "layer", "class", "highlight", "filter")


@pytest.mark.web
@pytest.mark.gui
def test_a_printed_sheet(drawn: Drawn, ledger: Ledger) -> None:
    path = drawn.pictures / "map.pdf"
    assert_quiet_pdf(path.read_bytes())
    text = pdf_text(path)
    assert HIDDEN not in text
    ledger.see("pdf", text, "title", "layer", "class", "highlight", "filter")


@pytest.mark.web
@pytest.mark.gui
def test_what_a_picture_says_of_itself(drawn: Drawn, ledger: Ledger) -> None:
    from PIL import Image

    with Image.open(drawn.pictures / "map.png") as image:
        assert image.size[0] * image.size[1] > 1_000_000
        ledger.see("png", image.text["Title"], "title")  # type: ignore[attr-defined]


@pytest.mark.web
@pytest.mark.gui
def test_printed_briefings(drawn: Drawn, ledger: Ledger) -> None:
    texts = []
    for path in drawn.briefings["pdf"]:
        assert_quiet_pdf(path.read_bytes())
        text = pdf_text(path)
        assert HIDDEN not in text
        texts += [text] * GROUP
    ledger.see(
        "briefing pdf", texts[: len(TEXTS)], "place", "english", "passage", "indicator", "source", "chain"
    )


@pytest.mark.web
@pytest.mark.gui
def test_briefings_as_pages(drawn: Drawn, ledger: Ledger, world: World) -> None:
    texts = []
    for path in drawn.briefings["html"]:
        page = path.read_text("utf-8")
        assert "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:;" in page
        assert HIDDEN not in page
        texts.append(PageText(page).text)
    ledger.see("briefing html", "".join(texts[: len(world.rows)]), "layer")
    ledger.see(
        "briefing html", texts, "place", "english", "note", "passage", "indicator", "source", "chain", "role",
        "chokepoint", "quotation",
    )  # fmt: skip


@pytest.mark.web
@pytest.mark.gui
def test_briefings_for_word(drawn: Drawn, ledger: Ledger) -> None:
    import docx

    texts = []
    for path in drawn.briefings["docx"]:
        docx.Document(str(path))
        text = docx_text(path.read_bytes())
        assert HIDDEN not in text
        texts += [text] * GROUP
    ledger.see(
        "briefing docx", texts[: len(TEXTS)], "place", "english", "passage", "indicator", "source", "chain"
    )


# ---- data ----


def every_text(value: Any) -> Iterator[str]:
    """Yield all texts of a value read from JSON, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from every_text(member)
    elif isinstance(value, list):
        for member in value:
            yield from every_text(member)


def test_a_geojson_file(folder: Path, world: World, ledger: Ledger) -> None:
    data = saved(folder, world, "map.geojson").read_bytes()
    assert HIDDEN.encode() not in data
    texts = "\n".join(every_text(json.loads(data.decode("utf-8"))))
    ledger.see("geojson", texts, "title", "layer", "column", "value", "industry", "place", "note", "filter")


FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def starts_a_formula(cell: str) -> bool:
    """Return whether a spreadsheet might reckon a cell of a text file; blanks and controls do not save it."""
    bare_cell = re.sub(r"^[\s\x00-\x1f\ufeff]+", "", cell)
    return bare_cell.startswith(FORMULAS) and re.fullmatch(r"-?[\d.,]+", bare_cell) is None


def test_a_workbook(folder: Path, world: World, ledger: Ledger) -> None:
    from openpyxl import load_workbook

    path = saved(folder, world, "map.xlsx")
    inside = unpacked(path.read_bytes())
    assert HIDDEN.encode() not in inside
    assert not re.search(rb"<f[ >/]", inside), "no cell is reckoned"
    assert (
        b"TargetMode=" not in inside
        and b"<hyperlink" not in inside
        and b"DDE" not in inside.replace(b"DDEAUTO c", b"")
    )
    book = load_workbook(path)
    cells = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    # Once somebody edits such a cell, the mark keeps it a text.
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith(FORMULAS[:4]))
    texts = "\n".join(cell.value for cell in cells)
    ledger.see(
        "xlsx", texts, "title", "column", "value", "industry", "place", "passage", "indicator", "unit",
        "source", "quotation", "document", "highlight",
    )  # fmt: skip


def test_a_folder_of_data(folder: Path, world: World, ledger: Ledger) -> None:
    path = saved(folder, world, "data")
    description = json.loads((path / "datapackage.json").read_bytes().decode("utf-8"))
    listed_files = {each["path"] for each in description["resources"]} | set(description["jjjmap"]["files"])
    assert {each.name for each in path.iterdir()} == {*listed_files, "datapackage.json"}
    texts = ["\n".join(every_text(description))]
    for each in sorted(path.iterdir()):
        data = each.read_bytes()
        assert HIDDEN.encode() not in data
        assert name_trouble(each.name) == ""
        if each.suffix == ".csv":
            text = data.decode("utf-8-sig")
            cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
            assert not [cell for cell in cells if starts_a_formula(cell)]
            texts += cells
        elif each.suffix == ".geojson":
            texts += every_text(json.loads(data.decode("utf-8")))
        elif each.suffix == ".qml":
            fromstring(data)
        elif each.suffix == ".md":
            assert not re.search(r"<|(?<!\\)\[", data.decode("utf-8")), "no markup in a readme"
    ledger.see(
        "folder", "\n".join(texts), "title", "layer", "column", "value", "industry", "place", "passage",
        "indicator", "unit", "source", "quotation", "document", "highlight", "filter",
    )  # fmt: skip


@pytest.fixture(scope="module")
def geopackage(folder: Path, world: World) -> Path:
    return saved(folder, world, "map.gpkg")


def test_a_geopackage(geopackage: Path, ledger: Ledger) -> None:
    import pyogrio

    # Freed pages of a database keep what stood in them, so all bytes are looked at.
    data = geopackage.read_bytes()
    assert HIDDEN.encode() not in data
    texts = []
    for name, _kind in pyogrio.list_layers(geopackage):
        assert re.fullmatch(r"\w+", name)
        meta, table = pyogrio.read_arrow(geopackage, layer=name)
        texts += [*meta["fields"], *(str(cell) for column in table.columns for cell in column.to_pylist())]
    connection = sqlite3.connect(geopackage)
    try:
        for (identifier,) in connection.execute("SELECT identifier FROM gpkg_contents"):
            texts.append(identifier)
        for qml, sld in connection.execute("SELECT styleQML, styleSLD FROM layer_styles"):
            # The declaration names the format; nothing is read from it.
            styles = [fromstring(each.replace(DOCTYPE, "")) for each in (qml, sld)]
            texts += [said for each in styles for found in each.iter() for said in found.attrib.values()]
            texts += [found.text or "" for each in styles for found in each.iter()]
        ((content,),) = connection.execute("SELECT content FROM qgis_projects")
        (about,) = next(connection.execute("SELECT metadata FROM gpkg_metadata"))
        fromstring(about)
    finally:
        connection.close()
    project = unpacked(bytes.fromhex(content.decode() if isinstance(content, bytes) else content)).decode()
    assert HIDDEN not in project
    root = fromstring(project.replace(DOCTYPE, ""))
    for found in root.iter():
        for name, said in found.attrib.items():
            assert name in EXPRESSIONS or "[%" not in said, (found.tag, name, said)
        assert "[%" not in (found.text or ""), found.tag
    ledger.see(
        "gpkg", "\n".join(texts), "layer", "class", "column", "value", "industry", "place", "passage",
        "indicator", "unit", "source", "quotation", "document",
    )  # fmt: skip
    ledger.see(
        "gpkg", "\n".join([*root.itertext(), *(v for e in root.iter() for v in e.attrib.values())]), "title"
    )


DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
EXPRESSIONS = {"attr", "filter", "value", "fieldName", "lower", "upper"}
"""Of a style: QGIS reckons with what stands there, or compares with it, but not as a text with formulas."""


def test_a_project_in_qgis(geopackage: Path, tmp_path: Path) -> None:
    python = shutil.which("python3", path="/usr/bin") or "python3"
    if subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        pytest.skip("no QGIS: the system's Python has no qgis.core (Debian: python3-qgis)")
    script = Path(__file__).parent / "export" / "opened_by_qgis.py"
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [python, script, geopackage, tmp_path / "map.png"],
        capture_output=True,
        env=environment,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout.decode().rstrip("\n").split("\n")[-1])
    assert said["read"] and not said["errors"] and said["printed"] == [0]
    assert all(layer["valid"] for layer in said["layers"].values())
    legends = [label for layer in said["layers"].values() for label in layer["legend"]]
    assert any("[ % 7*7 %]" in label for label in legends)
    assert str(tmp_path) not in json.dumps(said), "the home folder, which a formula asks for"


@pytest.mark.parametrize("name", ["hidden.html", "hidden.gpkg", "hidden.geojson", "hidden.xlsx", "hidden"])
def test_a_class_that_only_hidden_rows_have_stays_at_home(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, hostile_world(("甲", "乙"), hidden_has_a_class=True), name)
    for file in path.iterdir() if path.is_dir() else [path]:
        data = file.read_bytes()
        assert HIDDEN.encode() not in (unpacked(data) if name.endswith(".xlsx") else data)


# ---- tables and the clipboard ----


def test_tables_for_files_and_for_pasting(world: World, tmp_path: Path, ledger: Ledger) -> None:
    from openpyxl import load_workbook

    texts: list[str] = []
    for number, text in enumerate(TEXTS):
        table = figures_table(
            [world.catalogue.figures[f"f-{place_id(number)}"]],
            world.catalogue.sources,
            Language.ZH,
            place_name=tagged(text, "place"),
            name_of=lambda figure: figure.indicator_zh,
        )
        # Titles of columns are ours today; names of a user's would be safe as well.
        table = replace(table, header=(tagged(text, "header"), *table.header[1:]))
        for name in ("figures.csv", "figures.xlsx"):
            write_table(tmp_path / name, table)
        rows = list(csv.reader(io.StringIO((tmp_path / "figures.csv").read_text("utf-8-sig"), newline="")))
        pasted = [line.split("\t") for line in tsv_text(table).removesuffix("\n").split("\n")]
        assert [len(row) for row in rows] == [len(table.header)] * 2
        assert [len(row) for row in pasted] == [len(table.header)] * 2, "no cell brings a tab or a line"
        assert not [cell for row in (*rows, *pasted) for cell in row if starts_a_formula(cell)]
        (sheet,) = load_workbook(tmp_path / "figures.xlsx")
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
        texts.append(
            "\n".join([*rows[1], *rows[0], *pasted[0], *pasted[1], *(str(cell.value) for cell in cells)])
        )
        note_apostrophe(ledger, "table csv/xlsx/paste", number, pasted[1][0])
    ledger.see("table csv/xlsx/paste", texts, "place", "indicator", "unit", "source", "header")


def note_apostrophe(ledger: Ledger, format_name: str, number: int, cell: str) -> None:
    if cell.startswith("'") and not TEXTS[number].startswith("'"):
        ledger.note(format_name, list(VALUES)[number], "apostrophe in front")


def test_rows_of_a_layer_for_files_and_for_pasting(world: World, tmp_path: Path, ledger: Ledger) -> None:
    texts = []
    for layer, rows in world.rows.items():
        shown = np.flatnonzero(rows.shown)
        copied = copied_rows(rows.table, shown, rows.table.attributes.column_names)
        pasted = [line.split("\t") for line in copied.text.removesuffix("\n").split("\n")]
        assert {len(row) for row in pasted} == {rows.table.attributes.num_columns}
        assert len(pasted) == len(shown) + 1
        assert not [cell for row in pasted for cell in row if starts_a_formula(cell)]
        markup = PageText(copied.html)
        assert set(re.findall(r"</?([a-z]+)", copied.html)) == {
            "html", "head", "meta", "style", "body", "table", "tr", "td",
        }  # fmt: skip
        path = tmp_path / f"{layer}.csv"
        wanted = RowsWanted(rows.stored.title, rows.table, shown)
        assert write_rows(path, wanted) and write_rows(path.with_suffix(".xlsx"), wanted)
        table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        assert len(table) == len(shown) + 1
        assert not [cell for row in table for cell in row if starts_a_formula(cell)]
        inside = unpacked(path.with_suffix(".xlsx").read_bytes())
        assert not re.search(rb"<f[ >/]", inside)
        for said in (copied.text, copied.html, path.read_text("utf-8-sig"), inside.decode()):
            assert HIDDEN not in said
        texts.append("\n".join([markup.text, copied.text, *(cell for row in table for cell in row)]))
        for row in range(len(shown)):
            note_apostrophe(ledger, "rows csv/xlsx/paste", ROWS * len(texts) - ROWS + row, pasted[row + 1][0])
    ledger.see("rows csv/xlsx/paste", "\n".join(texts), "column", "value", "industry")


def test_citations_for_pasting(world: World, ledger: Ledger) -> None:
    texts = []
    for number in range(len(TEXTS)):
        place, figure = (
            world.catalogue.places[place_id(number)],
            world.catalogue.figures[f"f-{place_id(number)}"],
        )
        said = [
            place_citation(world.catalogue, place, Language.ZH),
            figure_citation(world.catalogue, figure, Language.ZH),
        ]
        for each in said:
            assert len(each.splitlines()) == 1, "one line, whatever a name holds"
            assert "javascript:window.PWNED=1//" not in each, "an address that is none is not told"
        texts.append("\n".join(said))
    ledger.see(
        "citation", texts, "place", "english", "indicator", "unit", "comparison", "source", "publisher"
    )


# ---- names of files ----


@pytest.mark.parametrize("name", VALUES)
def test_names_of_files_that_we_make_up(name: str, world: World, tmp_path: Path, ledger: Ledger) -> None:
    text = VALUES[name]
    place = replace(world.catalogue.places[place_id(0)], name_zh=utf8(text))
    path = briefing_path(tmp_path, place, Language.ZH, "pdf")
    names = [path.name, *(f"{each}.geojson" for each in table_names([text, text]))]
    assert path.parent == tmp_path
    assert len({each.casefold() for each in names}) == 3
    for each in names:
        assert name_trouble(each) == ""
        assert "/" not in each and "\\" not in each and not STEERING.search(each)
        (tmp_path / each).touch()
    ledger.note("file name", name, names[1].removesuffix(".geojson"))


def test_a_file_may_be_called_anything_that_the_system_takes(tmp_path: Path, world: World) -> None:
    small = hostile_world(TEXTS[:1])
    for stem in (
        "=cmd|' -",
        "[% 7*7 %]",
        "${x}`{{7}}",
        "甲<img src=x>乙&amp;",
        "%s%n",
        "甲\u202ex",
        "a\nb",
        "$&",
    ):
        for suffix in (".html", ".gpkg", ".geojson", ".xlsx", ""):
            path = saved(tmp_path, small, stem + suffix)
            assert path.exists() and path.parent == tmp_path
        page = ReadPage((tmp_path / f"{stem}.html").read_text("utf-8"))
        assert page.content["details"]["places"]
        assert tuple(page.scripts) == page_scripts(True)
    assert {each.parent for each in tmp_path.iterdir()} == {tmp_path}


# ---- what is very long ----


def test_very_long_texts_are_cut_or_kept_but_never_in_the_way(tmp_path: Path, ledger: Ledger) -> None:
    import docx

    long = hostile_world((LONG,))
    for name in ("long.html", "long.gpkg", "long.geojson", "long.xlsx", "long"):
        path = saved(tmp_path, long, name)
        files = path.rglob("*") if path.is_dir() else [path]
        assert sum(each.stat().st_size for each in files) < 200 * LONG_CHARS, name
    page = ReadPage((tmp_path / "long.html").read_text("utf-8"))
    assert tagged(LONG, "place") in json.dumps(page.content, ensure_ascii=False)
    inside = json.loads((tmp_path / "long.geojson").read_bytes())
    assert tagged(LONG, "value") in "\n".join(every_text(inside))
    briefing = brief_place(long.catalogue, place_id(0), Language.ZH)
    assert tagged(LONG, "place") in PageText(briefing_html(briefing, BriefingMaps("", ""))).text
    docx.Document(io.BytesIO(briefing_docx(briefing, BriefingPictures())))
    assert (
        len(briefing_path(tmp_path, long.catalogue.places[place_id(0)], Language.ZH, "pdf").name.encode())
        < 255
    )
    assert all(len(each.encode()) < 255 for each in table_names([LONG, LONG]))
    for format_name in ("html", "gpkg", "geojson", "folder", "briefing html"):
        ledger.note(format_name, "100,000 characters", "whole")
    ledger.note("xlsx", "100,000 characters", "cut after 32,767")
    ledger.note("briefing docx", "100,000 characters", "opens")
    ledger.note("file name", "100,000 characters", "cut")


# ---- templates of the user's ----


def test_fields_of_a_word_template_are_filled_once(world: World, tmp_path: Path) -> None:
    import docx

    template = docx.Document()
    template.sections[0].header.paragraphs[0].text = "{{ title }} {{ subtitle }}"
    template.add_paragraph("{{ briefing }}")
    template.save(str(tmp_path / "t.docx"))
    for text in ("{{ briefing }}", "{{ title }}", "{{ nothing }}", VALUES["field of Word"]):
        catalogue = hostile_catalogue([(text,)])
        briefing = brief_place(catalogue, place_id(0), Language.ZH)
        data = briefing_docx(briefing, BriefingPictures(), template=tmp_path / "t.docx")
        header = docx.Document(io.BytesIO(data)).sections[0].header.paragraphs[0].text
        assert bare(tagged(text, "place")) in bare(header)
        docx_text(data)


def test_values_in_a_page_template_are_no_templates(world: World, tmp_path: Path) -> None:
    for text in ("{{7*7}}", "{% raw %}", "{# 注 #}", "{% include '/etc/passwd' %}", "{{ b.__class__ }}"):
        catalogue = hostile_catalogue([(text,)])
        page = briefing_html(brief_place(catalogue, place_id(0), Language.ZH), BriefingMaps("", ""))
        assert tagged(text, "place") in PageText(page).text
    (tmp_path / "briefing.html.j2").write_text(
        "<!DOCTYPE html><html><head></head><body>{{ b.__class__.__mro__ }}</body></html>", "utf-8"
    )
    briefing = brief_place(world.catalogue, place_id(0), Language.ZH)
    with pytest.raises(TemplateInvalid):
        briefing_html(briefing, BriefingMaps("", ""), template_folder=tmp_path)


# ---- jjjmap check FILE.html ----


def tampered(page: Path, path: Path, old: str, new: str) -> Path:
    text = page.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")
    return path


STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What moves the cursor of a terminal, or turns a line round."""
CSI = "\x1b]0;PWNED\x07\x1b[31m\x9b2J\r\u202e"
"""Sets the title of a terminal, its colours, clears it, and turns the line round."""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</footer>", "</footer><script>PWNED=1</script>"),
        ("</footer>", "</footer><img src=x onerror=PWNED=1>"),
        ("</footer>", f"</footer><{CSI}>"),
        ("default-src 'none'", "default-src *"),
        ("<title>", f'<meta name="jjjmap-command" content="{CSI}"><meta http-equiv="{CSI}"><title>'),
        ('<meta name="generator" content="jjjmap ', f'<meta name="generator" content="jjjmap {CSI}'),
        ('id="map-data">', f'id="{CSI}">'),
        ('id="map-data">', 'id="map-data">AAAA'),
        ('type="application/octet-stream"', f'type="{CSI}"'),
    ],
)
def test_a_page_that_was_tampered_with_is_red_and_steers_no_terminal(
    page: Path, tmp_path: Path, old: str, new: str
) -> None:
    path = tampered(page, tmp_path / "甲.html", old, new)
    done = CliRunner().invoke(cli_main, ["check", str(path)])
    assert done.exit_code == 1
    assert "不可信" in done.stdout
    assert not STEERING.search((done.stdout + done.stderr).replace("\n", ""))
    as_json = CliRunner().invoke(cli_main, ["check", str(path), "--json"])
    assert as_json.exit_code == 1
    assert not STEERING.search(as_json.stdout.replace("\n", "") + as_json.stderr)
    json.loads(as_json.stdout)


def test_a_page_full_of_hostile_texts_is_sound_and_steers_no_terminal(page: Path, ledger: Ledger) -> None:
    done = CliRunner().invoke(cli_main, ["check", str(page)])
    assert done.exit_code == 0, done.stdout
    assert not STEERING.search((done.stdout + done.stderr).replace("\n", ""))
    assert tagged(TEXTS[0], "title") in done.stdout
