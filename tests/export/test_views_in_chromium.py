"""Saved views in an exported map, in a real browser: what each step shows, and what stays as it left."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_layers import made_rows, made_view

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.html import save_map_html
from jjjmap.export.page.html_check import check_map_html
from jjjmap.export.page.view_content import layers_in_file
from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.snapshot import MapSnapshot, NamedMap
from jjjmap.paths import RESOURCES
from jjjmap.project.state import SavedView
from jjjmap.project.view_snapshots import snapshots_of_views
from jjjmap.settings import LayerSetting

from .conftest import Browser, ReadPage
from .hostile import HOSTILE
from .test_in_chromium import assert_quiet
from .user_layers import firms

pytestmark = pytest.mark.web

HYDROGEN = Filter((Condition(FilterOp.EQUALS, "行业", ("氢能",)),))
ROWS = made_rows(firms(60), title="企业名单", filter=HYDROGEN)
LAYER = ROWS.stored.id
VISIBLE = "jjjmap.page.order.filter((id) => jjjmap.page.layers.get(id).visible)"
CURRENT = "document.querySelector('.views [aria-current]')?.textContent"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


def setting(*shown: str, opacity: float = 1.0) -> tuple[LayerSetting, ...]:
    ids = [layer.id for layer in SHIPPED_LAYERS] + [LAYER]
    return tuple(LayerSetting(each, each in shown, opacity if each == "ports" else 1.0) for each in ids)


VIEWS = (
    SavedView(
        "view-00000001", "一核两翼", (115.5, 38.5, 117.0, 40.5), setting("counties", "zones"),
        chosen_id="xiongan",
    ),
    SavedView(
        "view-00000002", "港口 <b>与</b> 企业", (117.0, 38.0, 119.5, 39.5),
        tuple(reversed(setting("ports", "counties", LAYER, opacity=0.4))), moment="2016",
        chosen_id=f"{LAYER}#1",
    ),
    SavedView("view-00000003", "全图", (113.5, 36.5, 119.5, 42.5), setting("counties")),
)  # fmt: skip


@pytest.fixture(scope="module")
def base() -> MapSnapshot:
    layers = tuple(replace(view, visible=False) for view in first_view(SHIPPED_LAYERS))
    return MapSnapshot(
        (*layers, replace(made_view(ROWS), visible=False)),
        Language.ZH,
        rows_of={LAYER: ROWS}.__getitem__,
    )


def export(path: Path, base: MapSnapshot, catalogue: Catalogue, views: tuple[SavedView, ...] = VIEWS) -> Path:
    maps = snapshots_of_views(views, base, catalogue)
    named = tuple(NamedMap(view.title, shown) for view, shown in zip(views, maps, strict=True))
    options = ContentOptions(languages=(Language.EN,), views=named)
    save_map_html(path, replace(maps[0], rows_of=base.rows_of), catalogue, options=options)
    return path


@pytest.fixture(scope="module")
def views_map(tmp_path_factory: pytest.TempPathFactory, base: MapSnapshot, shipped: Catalogue) -> Path:
    return export(tmp_path_factory.mktemp("views") / "views.html", base, shipped)


def step_to(chromium: Browser, number: int) -> None:
    chromium.run("document.querySelectorAll('.views .view')[arguments[0]].click()", number)
    chromium.wait(
        f"document.querySelectorAll('.views .view')[{number}].getAttribute('aria-current') === 'step'"
    )
    chromium.wait("jjjmap.page.underWay.size === 0")


def is_seen(chromium: Browser, west: float, south: float, east: float, north: float) -> bool:
    box = f"[[{south}, {west}], [{north}, {east}]]"
    return bool(chromium.value(f"jjjmap.page.map.getBounds().pad(0.02).contains({box})"))


def test_the_map_opens_with_the_first_view(chromium: Browser, views_map: Path) -> None:
    chromium.open_map(views_map)
    assert chromium.value(CURRENT) == "一核两翼"
    assert chromium.value(VISIBLE) == ["counties", "zones"]
    assert chromium.value("jjjmap.page.selection.feature_id") == "xiongan"
    assert is_seen(chromium, 115.5, 38.5, 117.0, 40.5)
    assert chromium.value("document.querySelector('.views .step').disabled") is True
    assert_quiet(chromium, views_map)


def test_a_step_shows_layers_order_opacity_moment_box_and_choice(chromium: Browser, views_map: Path) -> None:
    chromium.open_map(views_map)
    chromium.run("document.querySelectorAll('.views .step')[1].click()")
    chromium.wait(f"jjjmap.page.selection.feature_id === '{LAYER}#0'")
    assert chromium.value(CURRENT) == "港口 <b>与</b> 企业"
    chromium.wait(f"{VISIBLE}.length === 3")
    assert chromium.value(VISIBLE) == [LAYER, "ports", "counties"]
    assert chromium.value("jjjmap.page.layers.get('ports').opacity") == 0.4
    assert "时间：2016年" in chromium.text(".states") and "行业" in chromium.text(".states")
    assert chromium.value("jjjmap.page.dimmed.size") > 0
    assert is_seen(chromium, 117.0, 38.0, 119.5, 39.5)
    assert "仍是导出时的行" in chromium.text(".views")
    step_to(chromium, 2)
    assert chromium.value(VISIBLE) == ["counties"]
    assert chromium.value("jjjmap.page.layers.get('ports').opacity") == 1
    assert "时间" not in chromium.text(".states")
    assert chromium.value("jjjmap.page.selection.feature_id") == ""
    assert chromium.value("document.querySelectorAll('.views .step')[1].disabled") is True
    assert_quiet(chromium, views_map)


def test_the_list_of_layers_follows_the_view(chromium: Browser, views_map: Path) -> None:
    chromium.open_map(views_map)
    step_to(chromium, 1)
    checked = chromium.value(
        "[...document.querySelectorAll('.layer-list label')]"
        ".filter(l => l.querySelector('input').checked).map(l => l.textContent)"
    )
    assert "企业名单" in checked and "港口" in checked


def test_another_language_keeps_the_view(chromium: Browser, views_map: Path) -> None:
    chromium.open_map(views_map)
    step_to(chromium, 1)
    before = chromium.value(VISIBLE)
    chromium.run("document.querySelector('.languages .language').click()")
    chromium.wait("document.documentElement.lang.startsWith('en')")
    chromium.wait("document.querySelector('.states').textContent.includes('2016')")
    assert chromium.value(CURRENT) == "港口 <b>与</b> 企业"
    assert chromium.value(VISIBLE) == before
    assert chromium.value("jjjmap.page.layers.get('ports').opacity") == 0.4
    step_to(chromium, 0)
    assert chromium.value(VISIBLE) == ["counties", "zones"]
    assert_quiet(chromium, views_map)


def test_the_steps_can_be_walked_by_keys(chromium: Browser, views_map: Path) -> None:
    chromium.open_map(views_map)
    chromium.run("document.querySelectorAll('.views .step')[1].focus()")
    chromium.press("\ue007")
    chromium.wait(f"{CURRENT} !== '一核两翼'")
    assert chromium.value("document.activeElement.className") == "step"
    assert chromium.text(".views .counter") == "2 / 3"


def test_a_hostile_title_stays_a_text(
    chromium: Browser, base: MapSnapshot, shipped: Catalogue, tmp_path: Path
) -> None:
    bad = tuple(replace(view, title=HOSTILE) for view in VIEWS[::2])
    path = export(tmp_path / "bad.html", base, shipped, bad)
    chromium.open_map(path)
    assert chromium.value("[...document.querySelectorAll('.views .view')].map(v => v.textContent)") == [
        view.title for view in bad
    ]
    assert chromium.value("document.title") != "PWNED"
    assert_quiet(chromium, path)


def test_a_map_without_views_has_no_steps(
    chromium: Browser, base: MapSnapshot, shipped: Catalogue, tmp_path: Path
) -> None:
    path = export(tmp_path / "none.html", base, shipped, VIEWS[:1])
    chromium.open_map(path)
    assert chromium.value("document.getElementById('views').hidden") is True


def test_rows_that_the_filter_hides_are_not_in_the_file_whatever_a_view_would_show(
    base: MapSnapshot, shipped: Catalogue, tmp_path: Path, read_page: Callable[[str], ReadPage]
) -> None:
    open_filter = replace(VIEWS[1], filters=((LAYER, None),))
    path = export(tmp_path / "rows.html", base, shipped, (VIEWS[0], open_filter))
    content = read_page(path.read_text(encoding="utf-8")).content
    [layer] = content["users"]["layers"]
    assert layer["rows"] == ROWS.shown_count < len(ROWS.table)


def test_the_file_holds_the_layers_of_its_views_and_passes_the_check(
    base: MapSnapshot, shipped: Catalogue, views_map: Path
) -> None:
    maps = snapshots_of_views(VIEWS, base, shipped)
    options = ContentOptions(views=tuple(NamedMap("甲", each) for each in maps))
    held = {view.layer.id for view in layers_in_file(maps[0], options)}
    assert held == {"provinces", "cities", "counties", "zones", "ports", LAYER}
    facts, findings = check_map_html(views_map)
    assert findings == () or not [each for each in findings if each.severity.value == "error"]
    assert facts.bytes == views_map.stat().st_size
