"""What the page is told of a sheet of paper."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import BridgeMessageInvalid
from jjjmap.export.marks import Audience
from jjjmap.export.pictures.sheet_layouts import layout_of
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer, LayerGroup, LayerView, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry, LayerStyle, SymbolClass
from jjjmap.maps.assets import SHEET_SCRIPTS, web_file
from jjjmap.maps.bridge import DrawSheet, SheetDrawn, SheetFailed, call_to_json, parse_event
from jjjmap.maps.pages import PAGE_SCRIPTS
from jjjmap.maps.sheets import FONT_FAMILY, SheetTexts, sheet_layout
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.paths import RESOURCES

USERS = Layer(
    "user-0000000a",
    "我的企业",
    "My firms",
    LayerGroup.USER,
    "",
    Geometry.POINT,
    LayerStyle((SymbolClass("*", "", "", "#ff0000"),)),
)


class FilteredRows:
    """A user's layer of three rows, of which a filter shows one."""

    stored = SimpleNamespace(provenance=None)
    table = range(3)
    shown_count = 1

    def filter_sentence(self, name_of):
        return f"“所在”是{name_of('xiongan')}"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(RESOURCES)[0]


def snapshot(**changes):
    return replace(MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH), **changes)


def test_a_layout_is_plain_json_in_pixels_of_the_screen(catalogue):
    layout = layout_of(Sheet(254.0, 127.0, "标题", "副标题"), snapshot(), catalogue)
    assert (layout["width_px"], layout["height_px"]) == pytest.approx((960, 480))
    assert (layout["title"], layout["subtitle"], layout["mark"]) == ("标题", "副标题", "内部参考")
    assert json.loads(call_to_json(DrawSheet(3, layout)))["layout"] == layout


def test_the_lines_below_say_sketch_sources_and_the_day_of_source_date_epoch(catalogue, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    sketch, sources = layout_of(Sheet(), snapshot(), catalogue)["lines"]
    assert sketch.startswith("示意图｜") and "未经地图审核" in sketch and sketch.endswith("2023年11月14日")
    assert "GS(2024)0650号" in sources


def test_a_public_sheet_has_no_mark_and_one_within_a_page_no_lines(catalogue):
    public = layout_of(Sheet(audience=Audience.PUBLIC), snapshot(), catalogue)
    assert public["mark"] == "" and len(public["lines"]) == 2
    within = layout_of(Sheet(has_attribution=False), snapshot(), catalogue)
    assert within["mark"] == "" and within["lines"] == []


def test_filters_and_the_moment_are_said_in_words(catalogue):
    shown = snapshot(
        layers=(LayerView(USERS, True, 1.0),),
        rows_of=lambda layer_id: FilteredRows(),
        moment="2020-05",
        dimmed_ids=("xiongan",),
    )
    moment, filtered = layout_of(Sheet(), shown, catalogue)["notes"]
    assert "2020年5月" in moment and "淡色" in moment
    assert (
        filtered.startswith("我的企业")
        and "1 / 3" in filtered
        and catalogue.places["xiongan"].name_zh in filtered
    )


def test_a_hidden_users_layer_is_not_read_for_its_filter(catalogue):
    def rows_of(layer_id):
        raise AssertionError(layer_id)

    shown = snapshot(layers=(LayerView(USERS, False, 1.0),), rows_of=rows_of)
    assert layout_of(Sheet(), shown, catalogue)["notes"] == []


def test_only_a_view_of_the_users_own_is_shown_to_its_edge(catalogue):
    assert not layout_of(Sheet(), snapshot(), catalogue)["bounds_are_exact"]
    own = layout_of(Sheet(), snapshot(bounds=Bounds(116, 39, 117, 40)), catalogue)
    assert own["bounds_are_exact"] and own["bounds"] == [116, 39, 117, 40]


@pytest.mark.parametrize(
    "size", [{"width_mm": 5.0}, {"height_mm": 9000.0}, {"width_mm": float("nan")}, {"text_scale": 0.0}]
)
def test_a_sheet_beyond_all_measure_is_refused(catalogue, size):
    with pytest.raises(ValueError):
        sheet_layout(snapshot(), catalogue, SheetTexts(), **({"width_mm": 100.0, "height_mm": 100.0} | size))


def test_the_font_is_that_of_the_page():
    assert f"font: 12px/1.4 {FONT_FAMILY};" in web_file("map.css").decode()


def test_sheets_are_drawn_by_scripts_after_those_of_the_map():
    assert PAGE_SCRIPTS[-len(SHEET_SCRIPTS) - 1 : -1] == SHEET_SCRIPTS


def test_answers_about_sheets_are_parsed():
    said = {"type": "SheetDrawn", "seq": 1, "number": 2, "length": 300, "rastered_layers": ["user-0000000a"]}
    assert parse_event(json.dumps(said)) == SheetDrawn(1, 2, 300, ("user-0000000a",))
    failed = {"type": "SheetFailed", "seq": 1, "number": 2, "reason": "no"}
    assert parse_event(json.dumps(failed)) == SheetFailed(1, 2, "no")


@pytest.mark.parametrize("layers", ["x", [1], ["x" * 501], None])
def test_a_hostile_list_of_layers_is_refused(layers):
    said = {"type": "SheetDrawn", "seq": 1, "number": 2, "length": 3, "rastered_layers": layers}
    with pytest.raises(BridgeMessageInvalid):
        parse_event(json.dumps(said))
