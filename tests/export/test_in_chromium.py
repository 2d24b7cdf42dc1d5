"""Exported files in a real browser whose every host name leads nowhere."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.page.html import save_map_html
from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import RESOURCES

from .conftest import Browser
from .hostile import HOSTILE, hostile_catalogue, hostile_features

pytestmark = pytest.mark.web

ReadLayer = Callable[[Layer], bytes]


@pytest.fixture
def small_map(tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer) -> Path:
    path = tmp_path / "地图 #1.html"
    save_map_html(path, snapshot, catalogue, read_layer=read_layer)
    return path


def assert_quiet(chromium: Browser, path: Path) -> None:
    """Nothing but the file itself was asked for, and nothing is in the console."""
    assert {url for url in chromium.requests() if not url.startswith(("data:", "blob:"))} == {path.as_uri()}
    assert chromium.console() == []


def test_a_click_on_the_map_shows_the_place_and_a_mark_its_source(chromium: Browser, small_map: Path) -> None:
    chromium.open_map(small_map)
    chromium.click_map(116.03, 39.08)
    chromium.wait("document.querySelector('.panel h2').textContent === '甲园'")
    panel = chromium.text("#panel")
    for words in (
        "Jia Park",
        "承接平台",
        "现代制造业",
        "津冀自列名单",
        "甲园接收机床项目。",
        "1,001.5亿元",
        "2013年",
    ):
        assert words in panel
    assert "某日报" not in chromium.text("[data-part=policy]")
    mark = chromium.driver.find_element("css selector", "[data-part=policy] .mark")
    mark.click()
    card = chromium.text(".card")
    assert "甲县建园" in card and "某日报 · 2021年5月6日" in card and "媒体报道" in card
    link = chromium.driver.find_element("css selector", ".card a")
    assert link.get_attribute("href") == "https://example.org/d"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert chromium.value("jjjmap.page.selection.feature_id") == "jia-park"
    mark.click()
    assert chromium.value("document.querySelector('.card')") is None
    assert_quiet(chromium, small_map)


def test_a_source_that_may_not_be_linked_has_no_link(chromium: Browser, small_map: Path) -> None:
    chromium.open_map(small_map)
    chromium.click_map(116.03, 39.08)
    chromium.wait("document.querySelector('.is-contested .mark') !== null")
    chromium.run("document.querySelector('.is-contested .mark').click()")
    assert "某镜像站" in chromium.text(".card")
    assert "不提供链接" in chromium.text(".card")
    assert chromium.value("document.querySelector('.card a')") is None
    assert "另一来源作280家。" in chromium.text(".is-contested")


def test_overlapping_places_are_listed_and_tab_goes_round(chromium: Browser, small_map: Path) -> None:
    chromium.open_map(small_map)
    chromium.click_map(116.03, 39.08)
    chromium.wait("document.querySelectorAll('.several li').length === 3")
    assert "3 个要素" in chromium.text(".several")
    names = [
        f"document.querySelector('.panel .heading h2').textContent === '{name}'"
        for name in ("甲县功能区", "甲县", "甲园")
    ]
    for name in names:
        chromium.press(Keys.TAB)
        chromium.wait(name)
    chromium.run("document.querySelectorAll('.several .place')[2].click()")
    assert (
        chromium.value("document.querySelector('.several [aria-current]').firstChild.textContent") == "甲县"
    )


@pytest.mark.parametrize("focused", ["map", "panel"])
def test_escape_clears(chromium: Browser, small_map: Path, focused: str) -> None:
    chromium.open_map(small_map)
    chromium.click_map(116.15, 39.02)
    chromium.wait("document.querySelector('.heading h2')?.textContent === '乙县'")
    if focused == "panel":
        chromium.run("document.querySelector('.panel .mark').focus()")
    chromium.press(Keys.ESCAPE)
    chromium.wait("document.querySelector('.heading') === null")
    assert chromium.value("jjjmap.page.selection.feature_id") == ""
    assert chromium.value("document.querySelector('.panel .bar button').textContent") == "关闭"
    assert "甲园" in chromium.value("document.querySelector('#panel').textContent")


def test_everything_is_reached_by_keyboard(chromium: Browser, small_map: Path) -> None:
    chromium.open_map(small_map)
    chromium.run("document.querySelector('.panel .fold summary').focus()")
    chromium.press(Keys.TAB)
    chromium.press(Keys.ENTER)
    chromium.wait("document.querySelector('.heading h2')?.textContent === '甲县功能区'")
    # Related places lead on, and the way back is kept.
    chromium.run(
        "[...document.querySelectorAll('[data-part=related] .place')]"
        ".find(place => place.textContent === '甲县').click()"
    )
    chromium.wait("document.querySelector('.heading h2').textContent === '甲县'")
    chromium.run("document.querySelector('.bar button').click()")
    chromium.wait("document.querySelector('.heading h2').textContent === '甲县功能区'")


def test_a_place_without_policy_or_figures_says_so(chromium: Browser, small_map: Path) -> None:
    chromium.open_map(small_map)
    chromium.click_map(116.15, 39.02)
    chromium.wait("document.querySelector('.heading h2')?.textContent === '乙县'")
    assert "没有“乙县”的数据" in chromium.text("[data-part=figures]")


def test_the_layer_switch_shows_and_hides(chromium: Browser, small_map: Path) -> None:
    chromium.open_map(small_map)
    chromium.run("document.querySelector('.layer-switch-title').click()")
    labels = chromium.value("[...document.querySelectorAll('.layer-list label')].map(l => l.textContent)")
    assert labels == ["承接平台", "四大战略合作功能区", "省（市）界", "地级市界", "县（市、区）界"]
    checked = chromium.value("[...document.querySelectorAll('.layer-list input')].map(i => i.checked)")
    assert checked == [True, True, False, False, True]
    chromium.driver.find_element("css selector", ".layer-list input").click()
    chromium.wait("!jjjmap.page.layers.get('platforms').visible")
    chromium.click_map(116.03, 39.08)
    chromium.wait("document.querySelector('.heading h2')?.textContent === '甲县功能区'")


def test_a_click_on_the_legend_is_no_click_on_the_map(chromium: Browser, small_map: Path) -> None:
    chromium.open_map(small_map)
    chromium.click_map(116.03, 39.08)
    chromium.wait("document.querySelector('.heading h2')?.textContent === '甲园'")
    chromium.driver.find_element("css selector", ".legend-title").click()
    chromium.wait("document.querySelector('.legend-title').getAttribute('aria-expanded') === 'false'")
    assert chromium.value("document.querySelector('.heading h2')?.textContent") == "甲园"


def test_geometry_arrives_in_the_page_as_it_left(
    chromium: Browser, small_map: Path, features: dict[str, list[dict[str, Any]]]
) -> None:
    chromium.open_map(small_map)
    for layer_id, sent in features.items():
        got = chromium.value(f"jjjmap.page.layers.get('{layer_id}').features.map(f => [f.id, f.geometry])")
        assert got == [[feature["id"], feature["geometry"]] for feature in sent]


def test_hostile_texts_stay_texts(
    chromium: Browser, tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue
) -> None:
    path = tmp_path / "hostile.html"
    save_map_html(
        path,
        replace(snapshot, selected_id="jia-park"),
        hostile_catalogue(catalogue),
        read_layer=hostile_features,
    )
    chromium.open_map(path)
    chromium.wait("document.querySelector('.heading h2') !== null")
    for selector in (".heading h2", ".heading .other-name", ".about .note", ".passage", ".figures td"):
        assert HOSTILE in chromium.value(f"document.querySelector('{selector}').textContent"), selector
    chromium.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    count = chromium.value("document.querySelectorAll('.mark').length")
    assert count > 3
    for number in range(count):
        chromium.run(f"document.querySelectorAll('.mark')[{number}].click()")
        assert HOSTILE in chromium.value("document.querySelector('.card').textContent")
        link = chromium.value("document.querySelector('.card a')?.protocol ?? 'none'")
        assert link in ("https:", "none")
    chromium.click_map(116.03, 39.08)
    chromium.press(Keys.TAB)
    chromium.wait("document.querySelector('.several') !== null")
    chromium.wait("document.querySelector('.feature-tip').textContent.includes('onerror')")
    assert chromium.value("window.PWNED ?? null") is None
    assert chromium.value("document.querySelectorAll('img, svg, iframe').length") == 0
    assert chromium.value("document.title").startswith("</script>")
    assert_quiet(chromium, path)


def test_foreign_script_is_refused_by_the_policy(chromium: Browser, small_map: Path) -> None:
    """What would happen if a value became markup after all."""
    small_map.write_text(
        small_map.read_text("utf-8").replace(
            "</footer>", "<script>PWNED=1</script><img src=x onerror=PWNED=1></footer>"
        ),
        "utf-8",
    )
    chromium.open_map(small_map)
    assert chromium.value("window.PWNED ?? null") is None
    assert sum("Content Security Policy" in message for message in chromium.console()) >= 2


def test_a_browser_that_cannot_inflate_gets_a_sentence(chromium: Browser, small_map: Path) -> None:
    chromium.open(small_map, before="delete window.DecompressionStream")
    chromium.wait("document.getElementById('problem').classList.contains('is-shown')")
    assert "浏览器太旧" in chromium.text("#problem")
    assert any("DecompressionStream" in message for message in chromium.console())


def test_a_damaged_file_gets_a_sentence(chromium: Browser, small_map: Path) -> None:
    text = small_map.read_text("utf-8")
    start = text.index('id="map-data">') + 200
    small_map.write_text(text[:start] + "AAAA" + text[start + 4 :], "utf-8")
    chromium.open(small_map)
    chromium.wait("document.getElementById('problem').classList.contains('is-shown')")
    assert "文件可能不完整" in chromium.text("#problem")
    assert chromium.console() != []


@pytest.mark.parametrize("language", Language)
def test_the_shipped_map_opens_without_a_word_in_the_console(
    chromium: Browser, tmp_path: Path, language: Language
) -> None:
    catalogue, _findings = load_catalogue(RESOURCES)
    path = tmp_path / "shipped.html"
    save_map_html(path, MapSnapshot(first_view(SHIPPED_LAYERS), language, selected_id="xiongan"), catalogue)
    chromium.open_map(path)
    assert chromium.value("document.documentElement.lang") == language.html_tag
    place = catalogue.places["xiongan"]
    chromium.wait(f"document.querySelector('.heading h2')?.textContent === {place.name(language)!r}")
    # Every place once, as if it had been clicked.
    chromium.run(
        "for (const id of arguments[0])"
        " jjjmap.page.say('MapClicked', {lon: 0, lat: 0, hits: [{layer_id: '', feature_id: id}]})",
        list(catalogue.places),
    )
    assert_quiet(chromium, path)
