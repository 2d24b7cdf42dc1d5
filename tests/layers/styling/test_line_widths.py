"""Lines whose width grows with their class, and which end in an arrowhead."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.qml import to_qml
from jjjmap.layers.styling.qml_reader import read_qml
from jjjmap.layers.styling.sld import to_sld
from jjjmap.layers.styling.style_json import checked, style_from_json, style_to_json
from jjjmap.layers.styling.user_style import Scheme, StyleMode, UserStyle
from jjjmap.layers.styling.written_styles import AppliedStyle
from jjjmap.maps.config import style_config

WIDE = UserStyle(
    StyleMode.GRADUATED, "人数", Scheme.QUANTILES, class_count=4, width_px=1.0, max_width_px=10.0, arrow=True
)


@pytest.fixture
def lines(firms: FeatureTable) -> FeatureTable:
    return replace(firms, geometry=Geometry.LINE)


def test_lines_grow_wider_by_equal_steps_from_class_to_class(lines: FeatureTable) -> None:
    styled = apply_style(lines, WIDE)
    symbols = [symbol for symbol in styled.style.classes if symbol is not styled.no_data]
    assert [symbol.width_px for symbol in symbols] == [1.0, 4.0, 7.0, 10.0]
    assert all(symbol.arrow for symbol in symbols)


def test_one_class_alone_has_the_full_width_and_no_value_the_least(lines: FeatureTable) -> None:
    styled = apply_style(lines, replace(WIDE, class_count=1))
    assert [symbol.width_px for symbol in styled.style.classes] == [10.0, 1.0]


def test_widths_grow_on_lines_only(firms: FeatureTable, squares: FeatureTable) -> None:
    for table in (firms, squares):
        symbols = apply_style(table, WIDE).style.classes
        assert {symbol.width_px for symbol in symbols} == {1.0}
        assert not any(symbol.arrow for symbol in symbols)


def test_without_a_largest_width_all_classes_have_one(lines: FeatureTable) -> None:
    assert {s.width_px for s in apply_style(lines, replace(WIDE, max_width_px=0.0)).style.classes} == {1.0}


def test_the_page_is_told_widths_and_arrows(lines: FeatureTable) -> None:
    told = style_config(apply_style(lines, WIDE).style, Language.ZH)["classes"]
    assert [look["width_px"] for look in told[:4]] == [1.0, 4.0, 7.0, 10.0]
    assert told[0]["arrow"] is True


def test_the_widest_line_has_bounds_and_travels_as_json() -> None:
    assert checked(replace(WIDE, max_width_px=float("nan"))).max_width_px == 0.0
    assert checked(replace(WIDE, max_width_px=900.0)).max_width_px == 20.0
    assert style_from_json(style_to_json(WIDE)) == WIDE


def test_qgis_is_told_the_width_of_each_class_and_an_arrowhead(lines: FeatureTable) -> None:
    root = ElementTree.fromstring(to_qml(AppliedStyle.on(lines, WIDE)).data)
    symbols = root.findall("renderer-v2/symbols/symbol")
    told = [symbol.find("layer/Option/Option[@name='line_width']").get("value") for symbol in symbols]
    assert told == ["1", "4", "7", "10"]
    for symbol in symbols:
        arrow = symbol.findall("layer")[1]
        assert arrow.get("class") == "MarkerLine"
        assert arrow.find("Option/Option[@name='placement']").get("value") == "lastvertex"


def test_widths_come_back_from_a_qml_file(lines: FeatureTable) -> None:
    answer = read_qml(to_qml(AppliedStyle.on(lines, replace(WIDE, arrow=False))).data)
    assert answer.style is not None
    before, after = apply_style(lines, WIDE), apply_style(lines, answer.style)
    assert [s.width_px for s in after.style.classes] == [s.width_px for s in before.style.classes]


def test_an_sld_file_has_the_widths_and_says_that_arrows_are_missing(lines: FeatureTable) -> None:
    file = to_sld(AppliedStyle.on(lines, WIDE), "流")
    widths = [
        each.text for each in ElementTree.fromstring(file.data).iter() if each.get("name") == "stroke-width"
    ]
    assert widths[:4] == ["1", "4", "7", "10"]
    assert "style-arrows-left-out" in {finding.code for finding in file.findings}
