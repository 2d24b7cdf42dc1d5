from dataclasses import replace
from xml.etree import ElementTree

import pytest

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import REST, Geometry, Shape
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.qml import to_qml
from jjjmap.layers.styling.qml_reader import MOST_BYTES, read_qml
from jjjmap.layers.styling.user_style import CategoryLook, Density, Scheme, StyleMode, UserStyle
from jjjmap.layers.styling.written_styles import AppliedStyle

STYLES = {
    "single": UserStyle(color="#d55e00", stroke="#111111", width_px=1.5, shape=Shape.STAR, size_px=9.0),
    "categorised": UserStyle(StyleMode.CATEGORISED, "行业", class_count=3, shape=Shape.SQUARE),
    "graduated": UserStyle(StyleMode.GRADUATED, "产值（万元）", Scheme.QUANTILES, class_count=3),
    "dates": UserStyle(StyleMode.GRADUATED, "成立", Scheme.EQUAL_INTERVAL, class_count=2),
}

OWN_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"


def written(table: FeatureTable, style: UserStyle) -> bytes:
    return to_qml(AppliedStyle.on(table, style)).data


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("geometry", list(Geometry))
def test_a_style_that_was_written_and_read_draws_the_same(
    firms: FeatureTable, name: str, geometry: Geometry
) -> None:
    table = replace(firms, geometry=geometry)
    style = replace(STYLES[name], fill_opacity=0.6)
    answer = read_qml(written(table, style))
    assert answer.style is not None
    before, after = apply_style(table, style), apply_style(table, answer.style)
    assert after.class_of_row.tolist() == before.class_of_row.tolist()
    for old, new in zip(before.style.classes, after.style.classes, strict=True):
        if old is before.no_data:
            continue
        assert new.label_zh == old.label_zh or name == "single"
        assert (new.fill, new.shape) == (old.fill, old.shape)
        assert new.fill_opacity == pytest.approx(old.fill_opacity, abs=0.003)
        if geometry is Geometry.LINE:
            assert (new.stroke, new.width_px) == (old.stroke, old.width_px)
        else:
            assert (new.stroke, new.width_px, new.size_px) == (old.stroke, old.width_px, old.size_px)


def test_labels_come_back_with_their_size_and_zoom(firms: FeatureTable) -> None:
    style = UserStyle(label_column='名"称', label_size_px=14.0, label_min_zoom=9.0)
    answer = read_qml(written(firms, style))
    assert answer.style is not None
    assert (answer.style.label_column, answer.style.label_size_px) == ('名"称', 14.0)
    assert answer.style.label_min_zoom == 9.0


def test_every_symbol_that_is_named_is_there_and_written_for_old_and_new_qgis(firms: FeatureTable) -> None:
    root = ElementTree.fromstring(written(firms, STYLES["categorised"]))
    named = {category.get("symbol") for category in root.iterfind("renderer-v2/categories/category")}
    symbols = {symbol.get("name"): symbol for symbol in root.iterfind("renderer-v2/symbols/symbol")}
    assert named == set(symbols)
    for symbol in symbols.values():
        layer = symbol.find("layer")
        assert layer is not None
        options = {item.get("name"): item.get("value") for item in layer.iterfind("Option/Option")}
        assert options == {item.get("k"): item.get("v") for item in layer.iterfind("prop")}
        assert options["size_unit"] == "Pixel"


def test_proportional_symbols_are_an_expression_over_the_quoted_column(firms: FeatureTable) -> None:
    root = ElementTree.fromstring(written(firms, UserStyle(StyleMode.PROPORTIONAL, "人数", max_size_px=50.0)))
    assert root.find("renderer-v2").get("type") == "singleSymbol"
    said = {item.get("value") for item in root.iter("Option") if item.get("name") == "expression"}
    assert any('50 * sqrt(abs("人数") / 100.0)' in expression for expression in said if expression)


def test_what_a_file_cannot_say_is_told(firms: FeatureTable) -> None:
    style = replace(STYLES["graduated"], density=Density.HEX)
    codes = {finding.code for finding in to_qml(AppliedStyle.on(firms, style)).findings}
    assert codes == {"style-density-left-out", "style-no-data-left-out"}


def test_a_hostile_category_stays_a_value(firms: FeatureTable) -> None:
    value = '"/><script>&amp;\x00\ud800]]>'
    style = UserStyle(StyleMode.CATEGORISED, "行业", categories=(CategoryLook(value, "#111111"),))
    root = ElementTree.fromstring(written(firms, style))
    first = root.find("renderer-v2/categories/category")
    assert first is not None
    assert first.get("value") == '"/><script>&amp;\ufffd\ufffd]]>'
    assert not list(root.iter("script"))


def simple(renderer: str, symbols: str, more: str = "") -> bytes:
    return f'{OWN_HEAD}<qgis version="3.34">{renderer.format(symbols=symbols)}{more}</qgis>'.encode()


MARKER = (
    '<symbol name="0" type="marker" alpha="0.5"><layer class="SimpleMarker" enabled="1">'
    '<Option type="Map"><Option name="color" value="255,0,16,255,rgb:1,0,0.06,1" type="QString"/>'
    '<Option name="outline_color" value="0,0,0,255" type="QString"/>'
    '<Option name="name" value="triangle" type="QString"/><Option name="angle" value="180" type="QString"/>'
    '<Option name="size" value="4" type="QString"/><Option name="size_unit" value="MM" type="QString"/>'
    "</Option></layer></symbol>"
)
OLD_FILL = (
    '<symbol name="0" type="fill" alpha="1"><layer class="SimpleFill" pass="0">'
    '<prop k="color" v="10,20,30,128"/><prop k="outline_style" v="no"/><prop k="outline_width" v="0.5"/>'
    "</layer></symbol>"
)
SINGLE = '<renderer-v2 type="singleSymbol"><symbols>{symbols}</symbols></renderer-v2>'


def test_colour_size_and_shape_of_a_marker_are_read_in_pixels() -> None:
    style = read_qml(simple(SINGLE, MARKER, "<layerOpacity>0.5</layerOpacity>")).style
    assert style is not None
    assert (style.color, style.stroke, style.shape) == ("#ff0010", "#000000", Shape.WEDGE)
    assert style.size_px == pytest.approx(15.12, abs=0.01)
    assert style.fill_opacity == pytest.approx(0.25)


def test_a_fill_as_old_versions_write_it_is_read() -> None:
    style = read_qml(simple(SINGLE, OLD_FILL)).style
    assert style is not None
    assert (style.color, style.stroke) == ("#0a141e", "")
    assert style.fill_opacity == pytest.approx(0.5, abs=0.01)


def test_categories_of_qgis_keep_order_labels_and_the_one_for_all_others() -> None:
    renderer = (
        '<renderer-v2 type="categorizedSymbol" attr="&quot;行业&quot;"><categories>'
        '<category value="轴承" label="轴承业" symbol="0" render="true"/>'
        '<category value="" label="别的" symbol="0" render="false"/>'
        "</categories><symbols>{symbols}</symbols></renderer-v2>"
    )
    answer = read_qml(simple(renderer, MARKER))
    assert answer.style is not None
    assert answer.style.column == "行业"
    assert [(look.value, look.label) for look in answer.style.categories] == [
        ("轴承", "轴承业"),
        (REST, "别的"),
    ]
    assert answer.style.class_count == 1
    assert [finding.code for finding in answer.findings] == ["style-hidden-shown"]


def test_ranges_become_manual_breaks_and_gaps_are_told() -> None:
    renderer = (
        '<renderer-v2 type="graduatedSymbol" attr="人数"><ranges>'
        '<range lower="10" upper="20" label="中" symbol="0"/>'
        '<range lower="0" upper="5" label="小" symbol="0"/>'
        '<range lower="20" upper="1e400" label="坏" symbol="0"/>'
        "</ranges><symbols>{symbols}</symbols></renderer-v2>"
    )
    answer = read_qml(simple(renderer, MARKER))
    assert answer.style is not None
    assert (answer.style.scheme, answer.style.breaks) == (Scheme.MANUAL, (5.0,))
    assert [look.label for look in answer.style.categories] == ["小", "中"]
    assert "style-gaps-closed" in {finding.code for finding in answer.findings}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "style-no-xml"),
        (b"\x00\xff\xfe", "style-no-xml"),
        (b"import QtQuick 2.0", "style-no-xml"),
        (b"<html></html>", "style-no-qml"),
        (b"<qgis></qgis>", "style-no-symbols"),
        (b"<qgis><renderer-v2 type='singleSymbol'/></qgis>", "style-no-symbols"),
        (simple(SINGLE.replace("singleSymbol", "RuleRenderer"), MARKER), "style-not-simple"),
        (simple(SINGLE.replace("singleSymbol", "categorizedSymbol"), MARKER), "style-no-column"),
        (
            simple(
                SINGLE.replace("singleSymbol'", "").replace('"singleSymbol"', '"graduatedSymbol" attr="a"'),
                MARKER,
            ),
            "style-no-ranges",
        ),
        (b"<!DOCTYPE q [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><qgis>&b;</qgis>", "style-no-xml"),
        (b"<!DOCTYPE q [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><qgis>&x;</qgis>", "style-no-xml"),
        (b" " * (MOST_BYTES + 1), "style-too-large"),
        (simple(SINGLE, MARKER)[:-40], "style-no-xml"),
    ],
)
def test_what_cannot_be_understood_is_a_finding_and_no_style(data: bytes, code: str) -> None:
    answer = read_qml(data)
    assert answer.style is None
    assert [finding.code for finding in answer.findings] == [code]


def test_a_deep_file_does_no_harm() -> None:
    depth = 100_000
    answer = read_qml(b"<qgis>" + b"<a>" * depth + b"</a>" * depth + b"</qgis>")
    assert answer.style is None
