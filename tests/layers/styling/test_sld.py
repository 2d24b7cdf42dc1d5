from dataclasses import replace
from xml.etree import ElementTree

import pytest

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.sld import OGC, SE, SLD, to_sld
from jjjmap.layers.styling.user_style import Scheme, StyleMode, UserStyle
from jjjmap.layers.styling.written_styles import AppliedStyle

NAMES = {"se": SE, "ogc": OGC, "sld": SLD}


def rules(
    table: FeatureTable, style: UserStyle, geometry: Geometry = Geometry.POINT
) -> list[ElementTree.Element]:
    data = to_sld(AppliedStyle.on(replace(table, geometry=geometry), style), "企业 <名录>").data
    root = ElementTree.fromstring(data)
    assert root.get("version") == "1.1.0"
    assert root.findtext("sld:NamedLayer/se:Name", namespaces=NAMES) == "企业 <名录>"
    return list(root.iterfind(".//se:FeatureTypeStyle/se:Rule", NAMES))


def comparisons(rule: ElementTree.Element) -> list[tuple[str, str]]:
    return [
        (element.tag.removeprefix(f"{{{OGC}}}"), element.findtext("ogc:Literal", "", NAMES))
        for element in rule.iter()
        if "PropertyIs" in element.tag
    ]


def test_every_category_has_a_filter_and_the_rest_is_else(firms: FeatureTable) -> None:
    found = rules(firms, UserStyle(StyleMode.CATEGORISED, "行业", class_count=2))
    assert [comparisons(rule) for rule in found] == [
        [("PropertyIsEqualTo", "轴承")],
        [("PropertyIsEqualTo", "自行车")],
        [],
        [("PropertyIsNull", "")],
    ]
    assert found[2].find("se:ElseFilter", NAMES) is not None


def test_ranges_meet_without_overlapping(firms: FeatureTable) -> None:
    style = UserStyle(StyleMode.GRADUATED, "产值（万元）", Scheme.MANUAL, breaks=(10.0, 90.5))
    assert [comparisons(rule) for rule in rules(firms, style)] == [
        [("PropertyIsLessThanOrEqualTo", "10")],
        [("PropertyIsGreaterThan", "10"), ("PropertyIsLessThanOrEqualTo", "90.5")],
        [("PropertyIsGreaterThan", "90.5")],
        [("PropertyIsNull", "")],
    ]


def test_dates_are_written_as_dates(firms: FeatureTable) -> None:
    style = UserStyle(StyleMode.GRADUATED, "成立", Scheme.QUANTILES, class_count=2)
    assert comparisons(rules(firms, style)[0]) == [("PropertyIsLessThanOrEqualTo", "2004-01-01")]


def test_negative_values_are_drawn_once(firms: FeatureTable) -> None:
    found = [comparisons(rule) for rule in rules(firms, UserStyle(StyleMode.PROPORTIONAL, "增减"))]
    assert found[0][0] == ("PropertyIsGreaterThanOrEqualTo", "0")
    assert [("PropertyIsLessThan", "0")] in found


@pytest.mark.parametrize(
    ("geometry", "symbolizer"),
    [
        (Geometry.POINT, "PointSymbolizer"),
        (Geometry.LINE, "LineSymbolizer"),
        (Geometry.POLYGON, "PolygonSymbolizer"),
    ],
)
def test_a_rule_draws_as_its_geometry_wants(firms: FeatureTable, geometry: Geometry, symbolizer: str) -> None:
    (rule,) = rules(firms, UserStyle(color="#123456"), geometry)
    assert rule[-1].tag == f"{{{SE}}}{symbolizer}"
    assert "#123456" in {parameter.text for parameter in rule.iter(f"{{{SE}}}SvgParameter")}


def test_labels_stand_apart_so_that_the_rest_still_finds_its_rule(firms: FeatureTable) -> None:
    style = UserStyle(StyleMode.CATEGORISED, "行业", class_count=1, label_column="名称", label_min_zoom=8.0)
    data = to_sld(AppliedStyle.on(firms, style), "厂").data
    styles = list(ElementTree.fromstring(data).iterfind(".//se:FeatureTypeStyle", NAMES))
    assert len(styles) == 2
    assert styles[1].find("se:Rule/se:TextSymbolizer", NAMES) is not None
