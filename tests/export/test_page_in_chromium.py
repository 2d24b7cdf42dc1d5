"""The page around an exported map, in a real browser: search, chains, states, languages, users' rows."""

import base64
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from made_layers import made_rows, made_view
from selenium.webdriver.common.keys import Keys

from jjjmap.catalogue.chain_graph import chain_graph
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.html import save_map_html
from jjjmap.i18n import Language, in_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer, first_view
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.bridge import ShowTally, TalliedUnit, TallyClass
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import RESOURCES

from .conftest import Browser
from .hostile import HOSTILE
from .test_in_chromium import assert_quiet
from .user_layers import firms, parcels

pytestmark = pytest.mark.web

ReadLayer = Callable[[Layer], bytes]
LAYER = "user-0000000a"
HEADING = "document.querySelector('.heading h2')?.textContent"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


@pytest.fixture
def shipped_map(tmp_path: Path, shipped: Catalogue) -> Path:
    path = tmp_path / "shipped.html"
    snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH)
    save_map_html(path, snapshot, shipped, options=ContentOptions(languages=(Language.EN,)))
    return path


def look_for(chromium: Browser, words: str) -> None:
    box = chromium.driver.find_element("css selector", ".search input")
    box.clear()
    box.send_keys(words)
    chromium.wait(
        "!document.querySelector('.search-answer').hidden"
        f" && document.querySelector('.search input').value === {words!r}"
    )


@pytest.mark.parametrize("words", ["雄安新区", "xionganxinqu", "xiong an", "xaxq", "Xiong'an New"])
def test_a_place_is_found_by_name_and_sound_and_enter_goes_there(
    chromium: Browser, shipped_map: Path, words: str
) -> None:
    chromium.open_map(shipped_map)
    look_for(chromium, words)
    chromium.press(Keys.ENTER)
    chromium.wait(f"({HEADING} || '').includes('雄安新区')")
    assert chromium.value("jjjmap.page.selection.feature_id") == "xiongan"
    assert_quiet(chromium, shipped_map)


def test_arrows_walk_through_what_was_found_and_escape_closes_it(
    chromium: Browser, shipped_map: Path
) -> None:
    chromium.open_map(shipped_map)
    look_for(chromium, "港区")
    chromium.wait("document.querySelectorAll('[role=option]').length > 2")
    active = "document.querySelector('[role=combobox]').ariaActiveDescendantElement"
    first = chromium.value(f"{active}.textContent")
    chromium.press(Keys.ARROW_DOWN)
    assert chromium.value(f"{active}.textContent") != first
    chromium.press(Keys.ESCAPE)
    assert chromium.value("document.querySelector('.search-answer').hidden") is True
    look_for(chromium, "没有这样的地方")
    chromium.wait("document.querySelector('.search-note').textContent === '没有找到“没有这样的地方”。'")


def test_a_link_of_a_chain_marks_its_places_on_the_map(
    chromium: Browser, shipped_map: Path, shipped: Catalogue
) -> None:
    chromium.open_map(shipped_map)
    look_for(chromium, "氢能")
    chromium.run(
        "[...document.querySelectorAll('[role=option]')].find(o => o.textContent === '氢能产业链').click()"
    )
    chromium.wait("!document.getElementById('chains').hidden")
    node = next(
        each
        for each in shipped.chain_nodes.values()
        if each.chain_id == "hydrogen" and len(each.place_ids) > 1
    )
    chromium.run(
        "[...document.querySelectorAll('.node-name')].find(n => n.textContent === arguments[0]).click()",
        node.name_zh,
    )
    chromium.wait(f"jjjmap.page.highlight.places.length === {len(node.place_ids)}")
    marked = chromium.value("jjjmap.page.highlight.places.map(place => place.feature_id)")
    assert marked == list(node.place_ids)
    assert f"{node.name_zh}（{len(node.place_ids)} 处）" in chromium.text(".states")
    chromium.run("document.querySelector('.node .chip').click()")
    chromium.wait(f"{HEADING} === document.querySelector('.chip[aria-current]').textContent")
    chromium.run("document.querySelector('.node .mark').click()")
    assert chromium.text(".chains .card").startswith("[")
    chromium.run("document.querySelector('.state.marks .end').click()")
    chromium.wait("jjjmap.page.highlight.places.length === 0")
    assert chromium.value("document.querySelector('.node-name[aria-pressed=true]')") is None
    chromium.run("document.querySelector('.chains .closer').click()")
    assert chromium.value("document.activeElement.className") == "chain-opener"
    assert_quiet(chromium, shipped_map)


def test_a_policy_of_a_chain_opens_to_its_digest_and_sources(
    chromium: Browser, shipped_map: Path, shipped: Catalogue
) -> None:
    chromium.open_map(shipped_map)
    chromium.run("jjjmap.standalone.showChain(0)")
    graph = chain_graph(shipped, next(iter(shipped.chains)))
    titles = chromium.value(
        "[...document.querySelectorAll('.chains summary')].map(s => s.firstChild.textContent.trim())"
    )
    assert titles == [passage.title(Language.ZH) for passage in graph.passages]
    chromium.run("document.querySelector('.chains summary').focus()")
    chromium.press(Keys.ENTER)
    fold = "document.querySelector('.chains details[open]')"
    chromium.wait(f"{fold} !== null")
    first = graph.passages[0]
    assert chromium.value(f"{fold}.querySelector('p').textContent").startswith(first.text(Language.ZH))
    assert chromium.value(f"{fold}.querySelectorAll('.mark').length") == len(first.source_ids)
    chromium.run(f"[...{fold}.querySelectorAll('.mark')].at(-1).click()")
    assert shipped.sources[first.source_ids[-1]].title in chromium.text(".chains .card")
    assert "[0]" not in chromium.text(".chains")
    assert_quiet(chromium, shipped_map)


def test_on_a_small_screen_details_lie_over_the_chart_and_give_it_back(
    chromium: Browser, shipped_map: Path
) -> None:
    chromium.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False},
    )
    seen = "document.querySelector('.chains').offsetParent !== null"
    opener = "document.querySelector('.chain-opener').getAttribute('aria-expanded')"
    try:
        chromium.open_map(shipped_map)
        chromium.run("document.querySelector('.chain-opener').click()")
        assert chromium.value(f"[{seen}, {opener}]") == [True, "true"]
        chromium.run("document.querySelector('.node-name:not(:disabled)').click()")
        chromium.run("document.querySelector('.node .chip').click()")
        chromium.wait(f"{HEADING} !== undefined")
        assert chromium.value(f"[{seen}, {opener}]") == [False, "false"]
        chromium.run("document.querySelector('.panel .closer').click()")
        assert chromium.value(f"[{seen}, {opener}]") == [True, "true"]
        assert chromium.value("document.activeElement.className") == "chip"
        assert chromium.value("document.querySelector('.node-name[aria-pressed=true]') !== null")
        # The button brings it back as well.
        chromium.run("document.querySelector('.panel-opener').click()")
        chromium.run("document.querySelector('.chain-opener').click()")
        assert chromium.value(f"[{seen}, {opener}]") == [True, "true"]
    finally:
        chromium.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_paper_shows_map_legend_and_marks_and_the_screen_is_as_before(
    chromium: Browser, shipped_map: Path, tmp_path: Path
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    chromium.open_map(shipped_map)
    chromium.run("jjjmap.standalone.choose('xiongan', {fly: false})")
    chromium.wait(f"{HEADING} === '河北雄安新区'")
    chromium.run("document.querySelector('.legend-title[aria-expanded=true]')?.click()")
    before = chromium.value("document.body.innerHTML")
    printed = chromium.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    path = tmp_path / "printed.pdf"
    path.write_bytes(base64.b64decode(printed["data"]))

    def text(*pages: str) -> str:
        command = ["pdftotext", "-layout", *pages, str(path), "-"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    first, all_pages = text("-l", "1"), text()
    for words in (
        "京津冀产业协同地图",
        "内部参考",
        "图例",
        "两翼",
        "现代制造业",
        "本图为示意，未经地图审核",
        "示意图",
    ):
        assert words in first
    for words in ("河北雄安新区", "摘要由本程序编写", "提到所在区域", "来源"):
        assert words in all_pages
    assert "地名、拼音或简称" not in all_pages and "返回" not in all_pages
    assert chromium.value("document.querySelector('.print-legend')") is None
    assert chromium.value("document.body.innerHTML") == before
    assert_quiet(chromium, shipped_map)


def test_chokepoints_are_marked_by_a_sign_and_a_word(chromium: Browser, shipped_map: Path) -> None:
    chromium.open_map(shipped_map)
    chromium.run(
        "const chain = jjjmap.standalone.words.chains[0];"
        "const nodes = chain.stages.flatMap(([, each]) => each);"
        "[['blocked', '堵点'], ['weak', '卡点'], ['clear', '无堵卡点']].forEach(([status, name], i) =>"
        " { Object.assign(nodes[i], {status, status_name: name}); }); jjjmap.standalone.showChain(0)"
    )
    said = chromium.value("[...document.querySelectorAll('.status')].slice(0, 3).map(s => s.textContent)")
    assert said == ["■ 堵点", "▲ 卡点", "✓ 无堵卡点"]


def test_another_language_changes_every_word_and_nothing_else(chromium: Browser, shipped_map: Path) -> None:
    chromium.open_map(shipped_map)
    chromium.run("jjjmap.standalone.choose('xiongan', {fly: false})")
    chromium.run("jjjmap.standalone.showChain(0)")
    chromium.run("document.querySelector('.layer-switch-title').click()")
    chromium.run(
        "[...document.querySelectorAll('.layer-list label')].find(l => l.textContent === '机场').click()"
    )
    chromium.wait("jjjmap.page.map.getSize().y === jjjmap.page.map.getContainer().clientHeight")
    view = chromium.value("jjjmap.page.map.getBounds().toBBoxString()")
    chromium.run("document.querySelector('.language').click()")
    chromium.wait(f"({HEADING} || '').startsWith('Xiong')")
    assert chromium.value("document.documentElement.lang") == "en"
    assert chromium.value("document.title") == "Beijing–Tianjin–Hebei industrial collaboration map"
    assert "For internal reference" in chromium.text(".masthead")
    assert chromium.value("jjjmap.page.layers.get('airports').visible") is False
    assert chromium.value("jjjmap.page.selection.feature_id") == "xiongan"
    assert chromium.value("jjjmap.page.map.getBounds().toBBoxString()") == view
    words = chromium.value(
        "document.querySelector('.legend').textContent + document.querySelector('.layer-list').textContent"
    )
    assert words.isascii() or not any("\u4e00" <= letter <= "\u9fff" for letter in words)
    chromium.run("document.querySelector('.language').click()")
    chromium.wait(f"({HEADING} || '').includes('雄安新区')")
    assert_quiet(chromium, shipped_map)


def test_the_state_of_the_map_is_told_and_can_be_left(
    chromium: Browser, tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    path = tmp_path / "state.html"
    stateful = replace(
        snapshot,
        moment="2017-04",
        dimmed_ids=("jia-park",),
        highlighted_ids=("jia-zone",),
        highlight_title=HOSTILE,
    )
    save_map_html(path, stateful, catalogue, read_layer=read_layer)
    chromium.open_map(path)
    said = chromium.value("[...document.querySelectorAll('.state > span')].map(s => s.textContent)")
    assert said == ["时间：2017年4月当时还没有的 1 个地点画得较淡", f"标记：{HOSTILE}（1 处）"]
    assert chromium.value("[[...jjjmap.page.dimmed], jjjmap.page.highlight.places.length]") == [
        ["jia-park"],
        1,
    ]
    chromium.run("document.querySelector('.state.moment .end').click()")
    chromium.wait("jjjmap.page.dimmed.size === 0")
    chromium.run("document.querySelector('.state.marks .end').click()")
    chromium.wait("jjjmap.page.highlight.places.length === 0")
    assert chromium.value("document.querySelector('.states').hidden") is True
    assert_quiet(chromium, path)


def test_counts_and_marks_speak_the_language_of_the_page(
    chromium: Browser, tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    tally = ShowTally(
        "提到次数",
        (TallyClass("1–2 次", "#d4d7ea", "#1a1a1a", 6.5), TallyClass("3 次", "#8073ac", "#fff", 9)),
        (TalliedUnit("990001", 0, "（2 次）"), TalliedUnit("990002", 1, "（3 次）")),
    )
    path = tmp_path / "counted.html"
    counted = replace(snapshot, tally=tally, highlighted_ids=("jia-zone",), highlight_title="第三条")
    save_map_html(
        path, counted, catalogue, options=ContentOptions(languages=(Language.EN,)), read_layer=read_layer
    )
    chromium.open_map(path)
    legend = "document.querySelector('.legend').textContent"
    assert "提到次数1–2 次3 次" in chromium.value(legend)
    chromium.run("document.querySelector('.language').click()")
    chromium.wait("document.documentElement.lang === 'en'")
    chromium.wait(f"{legend}.includes('1–2×3×')")
    said = in_language(Language.EN)("“{title}”（制图者的原话）")
    assert said.format(title="提到次数") in chromium.value(legend)
    assert said.format(title="第三条") in chromium.value("document.querySelector('.state.marks').textContent")
    assert "次）" not in chromium.value("[...jjjmap.page.tally.words.values()].join()")
    chromium.run("document.querySelector('.language').click()")
    chromium.wait(f"{legend}.includes('提到次数1–2 次3 次')")
    assert_quiet(chromium, path)


# Layers of the mapmaker


@pytest.fixture
def firms_map(tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer) -> Path:
    """Four firms, one of them with hostile words, one hidden by the filter."""
    names = ["甲机床厂", HOSTILE, "乙氢能", "丙外地"]
    table = FeatureTable(
        pa.table(
            {
                "名称": names,
                "网址": ["", "javascript:window.PWNED=1", "=1+1", "x"],
                "要": ["是", "是", "是", "否"],
            }
        ),
        Geometry.POINT,
        np.array([116.03, 116.15, 116.12, 116.18]),
        np.array([39.02, 39.02, 39.09, 39.09]),
    )
    rows = made_rows(
        table,
        title=HOSTILE,
        roles={"名称": ColumnRole.NAME},
        filter=Filter((Condition(FilterOp.EQUALS, "要", ("是",)),)),
    )
    shown = replace(snapshot, layers=(*snapshot.layers, made_view(rows)), rows_of=lambda _id: rows)
    path = tmp_path / "firms.html"
    save_map_html(path, shown, catalogue, read_layer=read_layer)
    return path


def test_a_click_on_a_firm_shows_its_attributes_and_leads_to_policy(
    chromium: Browser, firms_map: Path
) -> None:
    chromium.open_map(firms_map)
    chromium.wait(f"jjjmap.page.layers.get('{LAYER}').drawing.isPainted()")
    chromium.click_map(116.03, 39.02)
    chromium.wait(f"{HEADING} === '甲机床厂'")
    assert chromium.value("document.querySelector('.attributes').textContent") == "名称甲机床厂网址（空）要是"
    # Ours at the same spot are offered as well, areas last.
    offered = chromium.value(
        "[...document.querySelectorAll('.several .place')].map(p => p.firstChild.textContent)"
    )
    assert offered[0] == "甲机床厂" and "甲县" in offered
    chromium.press(Keys.TAB)
    chromium.wait(f"{HEADING} === '{offered[1]}'")
    chromium.run("document.querySelector('.bar button').click()")
    chromium.wait(f"{HEADING} === '甲机床厂'")
    assert_quiet(chromium, firms_map)


def test_a_firm_is_found_by_its_name_and_one_that_was_filtered_out_is_not(
    chromium: Browser, firms_map: Path
) -> None:
    chromium.open_map(firms_map)
    look_for(chromium, "乙氢")
    chromium.wait("document.querySelectorAll('[role=option]').length === 1")
    chromium.press(Keys.ENTER)
    chromium.wait(f"{HEADING} === '乙氢能'")
    look_for(chromium, "丙外地")
    chromium.wait("document.querySelector('.search-note').textContent.startsWith('没有找到')")


def test_the_keyboard_finds_a_firm_among_places(chromium: Browser, firms_map: Path) -> None:
    chromium.open_map(firms_map)
    look_for(chromium, "甲")
    chromium.wait(
        "[...document.querySelectorAll('[role=option] .name')].some(o => o.textContent === '甲机床厂')"
    )
    titles = chromium.value("[...document.querySelectorAll('[role=option] .name')].map(o => o.textContent)")
    for _step in range(titles.index("甲机床厂")):
        chromium.press(Keys.ARROW_DOWN)
    active = "document.querySelector('[role=combobox]').ariaActiveDescendantElement"
    assert chromium.value(f"{active}.querySelector('.name').textContent") == "甲机床厂"
    chromium.press(Keys.ARROW_UP)
    chromium.press(Keys.ARROW_DOWN)
    chromium.press(Keys.ENTER)
    chromium.wait(f"{HEADING} === '甲机床厂'")
    assert chromium.value("document.querySelector('.search-answer').hidden") is True
    # Escape closes the answers first, and only then the choice.
    look_for(chromium, "乙")
    chromium.press(Keys.ESCAPE)
    assert chromium.value(HEADING) == "甲机床厂"


def test_the_ring_is_that_of_the_window(chromium: Browser, firms_map: Path) -> None:
    chromium.open_map(firms_map)
    drawing = f"jjjmap.page.layers.get('{LAYER}').drawing"
    chromium.wait(f"{drawing}.isPainted()")
    chromium.run(f"jjjmap.standalone.choose('{LAYER}#0', {{fly: false}})")
    chromium.wait(f"{drawing}.rows.selected === 1 && [...{drawing}.chosen.keys()].join() === '0'")
    assert chromium.value("jjjmap.page.pin") is None, "the ring says where it is"
    chromium.run("jjjmap.standalone.choose('jia-park', {fly: false})")
    chromium.wait(f"{drawing}.rows.selected === 0")
    chromium.run(f"jjjmap.standalone.choose('{LAYER}#1', {{fly: false}})")
    chromium.wait(f"{drawing}.rows.selected === 1")
    chromium.run("jjjmap.standalone.clear()")
    chromium.wait(f"{drawing}.rows.selected === 0")
    assert_quiet(chromium, firms_map)


def test_a_chosen_parcel_is_flown_to_as_a_whole(
    chromium: Browser, tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    rows = made_rows(parcels())
    path = tmp_path / "parcels.html"
    shown = replace(snapshot, layers=(*snapshot.layers, made_view(rows)), rows_of=lambda _id: rows)
    save_map_html(path, shown, catalogue, read_layer=read_layer)
    chromium.open_map(path)
    chromium.wait(f"jjjmap.page.layers.get('{LAYER}').drawing.isPainted()")
    chromium.run(f"jjjmap.standalone.choose('{LAYER}#20', {{fly: true}})")
    west, south, east, north = shapely.from_wkb(rows.table.wkb[20].as_py()).bounds
    chromium.wait(f"jjjmap.page.map.getBounds().contains([[{south}, {west}], [{north}, {east}]])")
    box = chromium.driver.execute_async_script(
        f"jjjmap.standalone.users.local.box('{LAYER}#20').then(arguments[0])"
    )
    assert box == pytest.approx([west, south, east, north], abs=2e-6)


def test_hostile_words_of_a_firm_stay_words(chromium: Browser, firms_map: Path) -> None:
    chromium.open_map(firms_map)
    chromium.wait(f"jjjmap.page.layers.get('{LAYER}').drawing.isPainted()")
    # With such a title the legend would lie over the firm.
    chromium.run("document.querySelector('.legend-title[aria-expanded=true]')?.click()")
    chromium.click_map(116.15, 39.02)
    chromium.wait("(document.querySelector('.heading h2')?.textContent || '').includes('onerror')")
    assert "javascript:window.PWNED=1" in chromium.text(".attributes")
    look_for(chromium, "script")
    chromium.wait("document.querySelectorAll('[role=option]').length === 1")
    assert chromium.value("document.querySelector('.state.filter').textContent").startswith("筛选：</script>")
    assert chromium.value("window.PWNED ?? null") is None
    assert chromium.value("document.querySelectorAll('img, svg, iframe, .panel a').length") == 0
    assert_quiet(chromium, firms_map)


def test_a_hundred_thousand_firms_answer_a_click(
    chromium: Browser, tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    rows = made_rows(firms(100_000))
    shown = replace(snapshot, layers=(*snapshot.layers, made_view(rows)), rows_of=lambda _id: rows)
    path = tmp_path / "many.html"
    save_map_html(path, shown, catalogue, read_layer=read_layer)
    chromium.open_map(path)
    chromium.wait(f"jjjmap.page.layers.get('{LAYER}').drawing.isPainted()")
    chromium.run(f"jjjmap.standalone.choose('{LAYER}#77777', {{fly: false}})")
    chromium.wait(f"{HEADING} === '乙县第77777机械有限公司'")
    assert_quiet(chromium, path)


# For everybody


@pytest.mark.parametrize(("language", "width"), [(Language.ZH, 1280), (Language.EN, 390)])
def test_nothing_keeps_anybody_from_reading_the_page(
    chromium: Browser, tmp_path: Path, shipped: Catalogue, language: Language, width: int
) -> None:
    pytest.importorskip("axe_core_python", reason="axe_core_python is not installed")
    path = tmp_path / "axe.html"
    rows = made_rows(firms(300))
    snapshot = MapSnapshot(
        (*first_view(SHIPPED_LAYERS), made_view(rows)), language, selected_id="xiongan", moment="2017-04",
        dimmed_ids=("caofeidian",), rows_of=lambda _id: rows,
    )  # fmt: skip
    save_map_html(path, snapshot, shipped, options=ContentOptions(languages=(Language.ZH, Language.EN)))
    chromium.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 860, "deviceScaleFactor": 1, "mobile": False},
    )
    try:
        chromium.open_map(path)
        axe = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
        # Not as an element: the policy of the page would refuse it.
        chromium.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
        for step in (
            "",
            "document.querySelector('.layer-switch-title').click()",
            "jjjmap.standalone.showChain(0); document.querySelector('.chains summary').click();"
            " document.querySelector('.chains details .mark').click()",
            f"jjjmap.standalone.choose('{LAYER}#7', {{fly: false}})",
            "jjjmap.standalone.clear()",
        ):
            chromium.run(step)
            found = chromium.driver.execute_async_script(
                "const done = arguments[0]; axe.run(document).then(({violations, passes}) => done("
                "[passes.length > 20, violations.map(v => [v.id, v.nodes.map(n => n.target.join())])]))"
            )
            assert found == [True, []], step
    finally:
        chromium.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
