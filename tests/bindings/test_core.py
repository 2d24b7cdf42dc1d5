"""What the program is for, under whichever binding runs: start, click, large layer, exports, a shut page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pypdfium2
import pytest
from map_driver import MapDriver, color_at, is_near
from qtpy.QtCore import Qt
from qtpy.QtGui import QImage

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.maps.pages import PAGE_POLICY
from jjjmap.paths import RESOURCES

CHECKOUT = Path(__file__).resolve().parent.parent.parent
MANY = 100_000


def errors(page: MapDriver) -> list[str]:
    return [text for level, text in page.console if level >= 40]


def test_the_program_starts_with_its_map_and_asks_nobody(program):
    assert program.window.isVisible()
    assert program.page.ask("jjjmap.page.layers.size") > 10
    assert program.profile.guard.blocked_count == 0
    assert program.profile.guard.allowed_count > 10
    assert errors(program.page) == []


def test_a_click_fills_the_details(program, qtbot):
    program.page.click(program.page.pixel_of_symbol("port-qinhuangdao"))
    qtbot.waitUntil(lambda: program.session.selection.place_id == "port-qinhuangdao", timeout=5000)
    details = program.window.details_panel
    assert details.name_label.text() == "秦皇岛港"
    assert "海港区" in details.overview.toPlainText()
    qtbot.keyClick(program.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: program.session.selection.place_id != "port-qinhuangdao", timeout=5000)


def test_a_place_chosen_in_the_list_is_flown_to(program):
    program.session.selection.choose("xiongan", fly=True)
    program.page.wait_for("jjjmap.page.map.getZoom() > 8.5")
    program.page.wait_for("jjjmap.page.map.getBounds().contains([39.0, 115.98])")


def test_the_words_of_the_page_follow_the_language(program):
    legend = "document.querySelector('.legend').textContent"
    program.page.wait_for(f"{legend}.includes('图例')")
    program.session.workspace.set_language(Language.EN)
    program.page.wait_for(f"{legend}.includes('Legend')")


def many_firms() -> tuple[LayerFacts, FeatureTable]:
    side = round(MANY**0.5) + 1
    rows = np.arange(MANY)
    lon, lat = 115.2 + rows % side * (2.4 / side), 38.4 + rows // side * (1.2 / side)
    lon[-1], lat[-1] = 117.8, 39.8  # It stands apart, so that a click means it and nothing else.
    names = pa.table({"名称": [f"第{row}厂" for row in rows]})
    facts = LayerFacts(
        "十万企业", "firms.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT,
        (Column("名称"),), MANY, 0, 0, 0, (115.2, 38.4, 117.8, 39.8),
    )  # fmt: skip
    return facts, FeatureTable(names, Geometry.POINT, lon, lat)


def test_a_hundred_thousand_points_are_painted_and_the_one_clicked_answers(program, qtbot):
    layers, page = program.session.user_layers, program.page
    with qtbot.waitSignal(layers.opened, timeout=20_000) as opened:
        layers.add_reckoned("十万企业", "firms.csv", many_firms)
    (layer_id,) = opened.args[0].layer_ids
    drawing = f"jjjmap.page.layers.get('{layer_id}').drawing"
    page.wait_for(f"jjjmap.page.layers.has('{layer_id}') && {drawing} && {drawing}.isPainted()")
    page.ask("jjjmap.page.map.setView([39.75, 117.75], 11, {animate: false}) && 1")
    page.wait_for(f"{drawing}.isPainted()")
    qtbot.waitUntil(
        lambda: not is_near(color_at(page, 117.8, 39.8), color_at(page, 117.85, 39.8), 40), timeout=10_000
    )
    page.click(page.pixel_at(117.8, 39.8))
    details = program.window.details_panel
    qtbot.waitUntil(lambda: details.name_label.text() == f"第{MANY - 1}厂", timeout=5000)
    assert errors(page) == []


def test_the_policy_of_the_page_holds_without_headers_too(program, qtbot):
    page = program.page
    inside = "document.querySelector('meta[http-equiv=Content-Security-Policy]')"
    assert page.ask(f"{inside}.content") == PAGE_POLICY
    assert page.ask(f"{inside} === document.head.firstElementChild")
    page.ask(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); const i = new Image(); i.src = 'http://example.invalid/x.png';"
        " i.onerror = () => { window.refused = 1; }; document.body.append(i); return 1; })()"
    )
    page.wait_for("window.refused === 1")
    assert page.ask("window.ran") is None
    assert (
        page.ask("(() => { try { return window.eval('1'); } catch (error) { return error.name; } })()")
        == "EvalError"
    )


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x", "file:///etc/hostname", "qrc:/qtwebchannel/qwebchannel.js"]
)
def test_the_page_reaches_nothing_but_the_program(program, address):
    program.page.ask(
        "(() => { window.got = null; const r = new XMLHttpRequest();"
        " r.onload = () => { window.got = 'read'; };"
        f" r.onerror = () => {{ window.got = 'refused'; }}; try {{ r.open('GET', '{address}'); r.send(); }}"
        " catch (error) { window.got = 'refused'; } return 1; })()"
    )
    program.page.wait_for("window.got !== null")
    assert program.page.ask("window.got") == "refused"


def test_our_scripts_keep_to_what_the_older_browser_knows():
    newer = re.compile(
        r"(?<![\w.])(?:fetch|structuredClone)\(|\.(?:roundRect|findLast|toSorted)\(|Object\.(?:hasOwn|groupBy)\("
    )
    scripts = sorted((RESOURCES / "web").glob("*.js"))
    assert len(scripts) > 30
    found = {path.name: newer.findall(path.read_text(encoding="utf-8")) for path in scripts}
    assert {name: words for name, words in found.items() if words} == {}


def run_command(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "main.py", *words],
        cwd=CHECKOUT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1735689600"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_map_is_exported_as_a_page_that_asks_for_nothing(tmp_path: Path):
    run_command("export", "-o", str(tmp_path / "map.html"))
    run_command("check", str(tmp_path / "map.html"))


def test_a_map_is_exported_as_a_pdf_with_its_words(tmp_path: Path):
    run_command("export", "--select", "xiongan", "-o", str(tmp_path / "map.pdf"))
    document = pypdfium2.PdfDocument(tmp_path / "map.pdf")
    assert len(document) == 1
    assert "雄安新区" in document[0].get_textpage().get_text_range()


def test_a_map_is_exported_as_a_picture_that_is_not_blank(tmp_path: Path):
    run_command("export", "-o", str(tmp_path / "map.png"))
    picture = QImage(str(tmp_path / "map.png"))
    colors = {
        picture.pixel(x, y) for x in range(0, picture.width(), 9) for y in range(0, picture.height(), 9)
    }
    assert len(colors) > 50


def test_a_briefing_is_printed(tmp_path: Path):
    run_command("brief", "xiongan", "-o", str(tmp_path))
    (pdf,) = tmp_path.glob("*.pdf")
    assert "雄安" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
