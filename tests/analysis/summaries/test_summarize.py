"""Rows summed up by unit, against numbers reckoned by hand."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jjjmap.analysis.outcome_layer import facts_of
from jjjmap.analysis.registry import analysis_from, analysis_from_json
from jjjmap.analysis.running import (
    AnalysisCancelled,
    AnalysisImpossible,
    ChartKind,
    Material,
    provenance_of,
)
from jjjmap.analysis.summaries.summarize import Summarize
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.models import UnitAlias
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.opening.records_json import from_json, to_json
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import Scheme, StyleMode

from .world import (
    COUNTIES,
    NOWHERE,
    SEA,
    catalogue,
    codes,
    column,
    firms,
    layer_of,
    polygons,
    rows_of,
    run,
    units,
)


def test_every_unit_has_a_row_and_one_without_firms_counts_zero() -> None:
    outcome = run(Summarize("firms"), firms())
    assert [row["编号"] for row in rows_of(outcome)] == list(COUNTIES)
    assert [row["名称"] for row in rows_of(outcome)] == list(COUNTIES.values())
    assert column(outcome, "rows") == [4, 4, 1, 0]
    assert outcome.table.geometry is Geometry.POLYGON
    assert outcome.table.has_position().all()


def test_rows_outside_and_nowhere_are_told_and_counted() -> None:
    outcome = run(Summarize("firms"), firms())
    assert {"rows-outside", "rows-nowhere"} <= codes(outcome)
    summary = outcome.summary
    assert (summary["rows_read"], summary["rows_used"]) == (11, 9)
    assert (summary["rows_outside"], summary["rows_without_position"]) == (1, 1)
    assert outcome.inputs[0].rows == 11
    assert outcome.inputs[0].rows_used == 9
    assert outcome.inputs[0].sha256 == "ab" * 32


def test_location_quotients_are_of_all_rows_in_the_units_and_empty_without_rows() -> None:
    """制造: 甲 ¾, 乙 ¼, 丙 1 of a region with 5 of 9: quotients 27/20, 9/20, 9/5."""
    analysis = Summarize("firms", measures=("location_quotient",), category="行业", of=("制造",))
    outcome = run(analysis, firms())
    values = column(outcome, "location_quotient")
    assert values[:3] == pytest.approx([27 / 20, 9 / 20, 9 / 5])
    assert values[3] is None
    (missing,) = outcome.missing
    assert (missing.reason, missing.units, missing.count) == ("no-rows", ("丁县",), 1)
    note = outcome.columns[2]
    assert note.name == "制造 区位商"
    assert "LQ" in note.formula
    assert "ISARD" in note.reference
    assert outcome.chart is not None
    assert outcome.chart.reference == 1.0


def test_weights_take_the_place_of_rows() -> None:
    """Staff of 制造: 甲 60 of 100, 乙 5 of 20, 丙 7 of 7; the region 72 of 127."""
    measures = ("total", "mean", "share", "location_quotient", "rank")
    analysis = Summarize("firms", measures=measures, category="行业", of=("制造",), weight="从业人员（人）")
    outcome = run(analysis, firms())
    assert column(outcome, "total") == [100, 20, 7, None]
    assert column(outcome, "mean") == [25, 5, 7, None]
    assert column(outcome, "share")[:3] == pytest.approx([100 * 100 / 127, 100 * 20 / 127, 100 * 7 / 127])
    expected = [60 / 100 / (72 / 127), 5 / 20 / (72 / 127), 127 / 72]
    assert column(outcome, "location_quotient")[:3] == pytest.approx(expected)
    assert column(outcome, "rank") == [1, 2, 3, None]
    assert outcome.columns[2].name == "从业人员合计（人）"
    assert {missing.reason for missing in outcome.missing} == {"no-rows"}


def test_structure_of_units_is_reckoned_by_hand() -> None:
    """甲 (3, 1): H = 10/16, K against (5/9, 4/9) = 7/18; its greatest is 制造."""
    measures = ("hhi", "hhi_normalised", "krugman", "krugman_others", "shannon", "dominant")
    outcome = run(Summarize("firms", measures=measures, category="行业"), firms())
    assert column(outcome, "hhi")[0] == pytest.approx(10 / 16)
    assert column(outcome, "hhi_normalised")[0] == pytest.approx((10 / 16 - 1 / 2) / (1 / 2))
    assert column(outcome, "krugman")[0] == pytest.approx(2 * (3 / 4 - 5 / 9))
    # The others are (1/4, 3/4) and (1, 0): their mean is (5/8, 3/8).
    assert column(outcome, "krugman_others")[0] == pytest.approx(2 * (3 / 4 - 5 / 8))
    assert column(outcome, "dominant") == ["制造", "服务", "制造", None]
    for measure in measures:
        assert column(outcome, measure)[3] is None
        assert [m.reason for m in outcome.missing if m.units == ("丁县",)]


def test_units_of_a_handful_of_rows_are_marked_as_unreliable() -> None:
    outcome = run(Summarize("firms", measures=("hhi",), category="行业"), firms())
    assert column(outcome, "reliability") == ["不足 5 行", "不足 5 行", "不足 5 行", None]
    (finding,) = (each for each in outcome.findings if each.code == "small-groups")
    assert "3 个单元" in finding.message
    assert "1 个只有 1 行" in finding.message
    plain = run(Summarize("firms"), firms())
    assert "small-groups" not in codes(plain)


def test_density_is_per_square_kilometre_of_the_ellipsoid() -> None:
    outcome = run(Summarize("firms", measures=("density",)), firms())
    # A square degree at 38½° N has 111.32 · 111.0 · cos 38½° km², roughly.
    assert column(outcome, "density")[0] == pytest.approx(
        4 / (111.3 * 111.0 * np.cos(np.radians(38.5))), 0.01
    )
    assert column(outcome, "density")[3] == 0.0
    assert outcome.columns[2].unit == "条/km²"


def test_shift_share_adds_up_to_the_change() -> None:
    """The example of Farhauer and Kröll (see the tests of the formula), as rows of a table with years."""
    rows: dict[str, list[object]] = {"年份": [], "行业": [], "就业": []}
    spots: list[str | tuple[float, float]] = []
    data = {
        "甲": ((90, 20, 10, 60), (100, 40, 10, 55)),
        "乙": ((60, 30, 30, 40), (85, 55, 40, 35)),
        "丙": ((250, 100, 110, 300), (255, 115, 85, 390)),
    }
    for county, years in data.items():
        for year, jobs in zip((2010, 2015), years, strict=True):
            for kind, job in zip("一二三四", jobs, strict=True):
                rows["年份"].append(year)
                rows["行业"].append(kind)
                rows["就业"].append(job)
                spots.append(county)
    measures = ("shift_share", "change", "growth", "cagr")
    analysis = Summarize("firms", measures=measures, category="行业", period="年份", weight="就业")
    outcome = run(analysis, layer_of(rows, spots))
    parts = [column(outcome, "shift_share", number) for number in range(4)]
    assert [part[0] for part in parts] == pytest.approx([25, 27, 1, -3])
    for unit in range(3):
        assert parts[0][unit] == pytest.approx(sum(part[unit] for part in parts[1:]))  # type: ignore[misc]
    assert column(outcome, "change")[:3] == [25, 55, 85]
    assert column(outcome, "growth")[0] == pytest.approx(100 * 25 / 180)
    assert column(outcome, "cagr")[0] == pytest.approx(100 * ((205 / 180) ** 0.2 - 1))
    assert all(part[3] is None for part in parts)
    assert {m.reason for m in outcome.missing} == {"period-missing"}
    assert outcome.chart is not None
    assert outcome.chart.kind is ChartKind.STACKED
    assert len(outcome.chart.series) == 3


def test_counted_rows_of_a_period_without_any_are_zero_and_cannot_grow() -> None:
    layer = layer_of({"年": ["2019", "2020", "2020", "2020"]}, ["甲", "甲", "甲", "乙"])
    outcome = run(Summarize("firms", measures=("rows", "change", "growth"), period="年"), layer)
    assert column(outcome, "rows") == [2, 1, 0, 0]
    assert column(outcome, "change") == [1, 1, 0, 0]
    assert column(outcome, "growth") == [100, None, None, None]
    (missing,) = outcome.missing
    assert (missing.reason, missing.count) == ("base-zero", 3)
    assert "2019" in outcome.columns[3].name
    assert "2020" in outcome.columns[3].name


def test_dates_are_taken_by_year() -> None:
    days = [datetime.date(2019, 3, 1), datetime.date(2019, 9, 1), datetime.date(2021, 1, 1)]
    outcome = run(Summarize("firms", measures=("cagr",), period="日期"), layer_of({"日期": days}, ["甲"] * 3))
    assert outcome.summary["periods"] == ["2019", "2021"]
    assert column(outcome, "cagr")[0] == pytest.approx(100 * ((1 / 2) ** 0.5 - 1))


def test_periods_that_are_no_years_have_no_yearly_rate() -> None:
    layer = layer_of({"期": ["一期", "二期"]}, ["甲", "甲"])
    outcome = run(Summarize("firms", measures=("cagr",), period="期", base="一期", end="二期"), layer)
    assert {m.reason for m in outcome.missing} == {"period-unmeasured"}
    assert sum(m.count for m in outcome.missing) == 4


def test_years_without_a_period_column_are_warned_of() -> None:
    layer = layer_of({"年份": [2019, 2020], "成立年份": [2001, 2002]}, ["甲", "甲"])
    assert "years-mixed" in codes(run(Summarize("firms"), layer))
    assert "years-mixed" not in codes(run(Summarize("firms", period="年份"), layer))
    one = layer_of({"年份": [2020, 2020]}, ["甲", "甲"])
    assert "years-mixed" not in codes(run(Summarize("firms"), one))


def test_only_shown_rows_count_and_the_filter_is_told() -> None:
    layer = layer_of({"类别": ["甲", "乙", "甲"]}, ["甲", "甲", "乙"], shown=[True, False, True])
    outcome = run(Summarize("firms"), layer)
    assert column(outcome, "rows") == [1, 1, 0, 0]
    assert outcome.inputs[0].rows_used == 2
    assert "类别" in outcome.inputs[0].note


def test_names_and_codes_tell_the_unit_where_there_is_no_position() -> None:
    layer = layer_of({"地区": ["甲县", "990102", "东市乙县", "火星"]})
    outcome = run(Summarize("firms", unit_columns=("地区",)), layer)
    assert column(outcome, "rows") == [1, 2, 0, 0]
    (finding,) = (each for each in outcome.findings if each.code == "rows-unmatched")
    assert "火星" in finding.message
    assert "rows-nowhere" not in codes(outcome)
    assert outcome.summary["rows_used"] == 3


def test_counties_in_the_rows_do_for_cities() -> None:
    layer = layer_of({"地区": ["甲县", "乙县", "丙县"]})
    outcome = run(Summarize("firms", by="cities", unit_columns=("地区",)), layer)
    assert [row["名称"] for row in rows_of(outcome)] == ["东市", "西市"]
    assert column(outcome, "rows") == [2, 1]
    provinces = run(Summarize("firms", by="provinces", unit_columns=("地区",)), layer)
    assert column(provinces, "rows") == [3]


def test_filtered_rows_that_are_joined_by_name_stay_out() -> None:
    layer = layer_of({"地区": ["甲县", "乙县", "火星"]}, shown=[True, False, False])
    outcome = run(Summarize("firms", unit_columns=("地区",)), layer)
    assert column(outcome, "rows") == [1, 0, 0, 0]
    assert "rows-unmatched" not in codes(outcome)


def test_a_table_without_position_says_which_column_may_tell_the_unit() -> None:
    layer = layer_of({"地区": ["甲县"], "名": ["某厂"]}, roles={"地区": ColumnRole.REGION})
    with pytest.raises(AnalysisImpossible) as caught:
        run(Summarize("firms"), layer)
    assert caught.value.finding.code == "no-position"
    assert "地区" in caught.value.finding.hint


def test_names_that_match_nothing_are_no_empty_result() -> None:
    with pytest.raises(AnalysisImpossible) as caught:
        run(Summarize("firms", unit_columns=("名",)), layer_of({"名": ["火星", "月球"]}))
    assert caught.value.finding.code == "rows-unmatched"


def test_places_of_policy_are_units_and_overlaps_count_in_each_but_once_in_the_region() -> None:
    """大环 holds 甲, 乙 and 丁, 环 holds 乙 and 丁: of eight rows four count twice, the region has eight."""
    analysis = Summarize(
        "firms", by="places:metro_circle", measures=("rows", "share", "location_quotient"),
        category="行业", of=("制造",),
    )  # fmt: skip
    outcome = run(analysis, firms())
    assert [row["名称"] for row in rows_of(outcome)] == ["大环", "环"]
    assert column(outcome, "rows") == [8, 4]
    assert column(outcome, "share") == [100.0, 50.0]
    assert column(outcome, "location_quotient") == pytest.approx([1.0, (1 / 4) / (4 / 8)])
    assert outcome.summary["rows_in_several_units"] == 4
    assert outcome.summary["region"] == 8
    assert "rows-in-several" in codes(outcome)


def test_kinds_of_places_that_are_points_are_no_units() -> None:
    with pytest.raises(AnalysisImpossible) as caught:
        run(Summarize("firms", by="places:port"), firms())
    assert caught.value.finding.code == "by-without-areas"


def test_hexagons_cover_the_region_and_hold_every_row() -> None:
    outcome = run(Summarize("firms", by="hex:50"), firms())
    values = column(outcome, "rows")
    assert sum(values) == 9  # type: ignore[arg-type]
    assert len(values) > 10
    assert 0 in values


def test_the_users_own_polygons_are_units_with_their_names() -> None:
    parks = polygons(["东园", "西园"], [(116, 38, 117.2, 40), (117.2, 38, 118, 40)])
    analysis = Summarize("firms", by="layer", area_layer_id="parks")
    outcome = run(analysis, firms(), parks)
    assert [row["名称"] for row in rows_of(outcome)] == ["东园", "西园"]
    assert column(outcome, "rows") == [5, 4]
    assert analysis.layer_ids == ("firms", "parks")
    assert [note.title for note in outcome.inputs] == ["企业名单", "园区"]


def test_overlapping_polygons_and_gaps_are_told() -> None:
    parks = polygons(["东园", "西园"], [(116, 38, 117.6, 39), (117.4, 38, 118, 39)])
    outcome = run(Summarize("firms", by="layer", area_layer_id="parks"), firms(), parks)
    assert column(outcome, "rows") == [8, 4]
    assert {"areas-overlap", "rows-in-several", "rows-outside"} <= codes(outcome)


def test_categories_without_a_value_are_told_and_left_out_of_shares() -> None:
    layer = layer_of({"行业": ["制造", "服务", None, ""]}, ["甲"] * 4)
    measures = ("rows", "category_share")
    outcome = run(Summarize("firms", measures=measures, category="行业", of=("制造",)), layer)
    assert column(outcome, "rows")[0] == 4
    assert column(outcome, "category_share")[0] == 50.0
    (finding,) = (each for each in outcome.findings if each.code == "rows-uncategorised")
    assert finding.message.startswith("2 行")


def test_weights_that_are_no_numbers_count_as_rows_and_are_told() -> None:
    layer = layer_of({"产值（万元）": [1.0, None, float("nan"), 4.0]}, ["甲", "甲", "乙", "丙"])
    analysis = Summarize("firms", measures=("rows", "total", "mean"), weight="产值（万元）")
    outcome = run(analysis, layer)
    assert column(outcome, "rows") == [2, 1, 1, 0]
    assert column(outcome, "total") == [1.0, None, 4.0, None]
    assert column(outcome, "mean") == [1.0, None, 4.0, None]
    reasons = {(missing.column, missing.reason): missing.units for missing in outcome.missing}
    assert reasons["产值合计（万元）", "weight-unusable"] == ("乙县",)
    assert reasons["产值合计（万元）", "no-rows"] == ("丁县",)
    assert "weights-unusable" in codes(outcome)


def test_the_greatest_categories_get_columns_where_none_are_named() -> None:
    kinds = [kind for number, kind in enumerate("己戊丁丙乙甲", start=1) for _again in range(number)]
    layer = layer_of({"行业": kinds}, ["甲"] * len(kinds))
    outcome = run(Summarize("firms", measures=("category_amount",), category="行业"), layer)
    names = [note.name for note in outcome.columns if note.measure == "category_amount"]
    assert [name[0] for name in names] == ["甲", "乙", "丙", "丁", "戊"]
    assert column(outcome, "category_amount") == [6, 0, 0, 0]
    assert any("6 个类别中列出最大的 5 个" in note for note in outcome.notes)


def test_industries_are_taken_at_a_level_of_the_standard() -> None:
    values = ["C3612", "3611", "新能源车整车制造", "3911", "I65", "某业", ""]
    layer = layer_of({"行业代码": values}, ["甲"] * 6 + ["乙"])
    analysis = Summarize(
        "firms", measures=("category_amount",), category="行业代码", classification="industry", of=("36",)
    )
    outcome = run(analysis, layer)
    assert outcome.columns[2].name.startswith("36 汽车制造业 分类数量")
    assert column(outcome, "category_amount")[0] == 3
    assert "industries-unknown" in codes(outcome)
    assert outcome.columns[2].source_ids
    sections = run(
        Summarize(
            "firms", measures=("category_amount",), category="行业代码", classification="industry",
            category_level="section", of=("C",),
        ),
        layer,
    )  # fmt: skip
    assert column(sections, "category_amount")[0] == 4


def test_industry_codes_of_both_editions_are_warned_of() -> None:
    known = shipped_industries()
    old, new = sorted(known.only_2011)[0], sorted(known.only_2017)[0]
    layer = layer_of({"行业代码": [old, new]}, ["甲", "甲"])
    outcome = run(
        Summarize("firms", measures=("hhi",), category="行业代码", classification="industry"), layer
    )
    assert "industry-editions-mixed" in codes(outcome)


def test_old_names_of_units_are_told_as_mixed_vintages() -> None:
    alias = UnitAlias("老县", "990101", "renamed", "2015", "")
    known = replace(catalogue(), unit_aliases=(alias,))
    material = Material(known, units(), {"firms": layer_of({"地区": ["老县", "甲县", "乙县"]})})
    outcome = Summarize("firms", unit_columns=("地区",)).run(material, lambda _share: None, lambda: False)
    assert column(outcome, "rows") == [2, 1, 0, 0]
    assert "unit-vintages-mixed" in codes(outcome)


def test_units_are_compared_by_name_or_code_in_the_order_given() -> None:
    outcome = run(Summarize("firms", compare=("乙县", "990101")), firms())
    assert outcome.chart is not None
    assert outcome.chart.labels == ("乙县", "甲县")
    assert [each["名称" if "名称" in each else "name"] for each in outcome.summary["compared"]] == [
        "乙县",
        "甲县",
    ]


def test_units_over_many_periods_are_lines() -> None:
    layer = layer_of({"年": [2018, 2019, 2019, 2020]}, ["甲", "甲", "乙", "甲"])
    outcome = run(Summarize("firms", measures=("rows", "change"), period="年", compare=("甲县",)), layer)
    assert outcome.chart is not None
    assert outcome.chart.kind is ChartKind.LINES
    assert outcome.chart.labels == ("2018", "2019", "2020")
    assert outcome.chart.series == (("甲县", (1.0, 1.0, 1.0)),)


def test_the_parts_of_a_stacked_chart_are_the_rows() -> None:
    outcome = run(Summarize("firms", category="行业"), firms())
    chart = outcome.chart
    assert chart is not None
    assert chart.kind is ChartKind.STACKED
    totals = [sum(values[at] or 0 for _name, values in chart.series) for at in range(len(chart.labels))]
    assert totals == [4, 4, 1, 0]


def test_the_first_look_is_natural_breaks_with_no_data_visible() -> None:
    analysis = Summarize("firms", measures=("location_quotient",), category="行业", of=("制造",))
    outcome = run(analysis, firms())
    assert outcome.style.mode is StyleMode.GRADUATED
    assert outcome.style.scheme is Scheme.NATURAL_BREAKS
    assert outcome.style.column == "制造 区位商"
    styled = apply_style(outcome.table, outcome.style)
    assert styled.no_data is not None
    assert styled.style.classes[styled.class_of_row[3]].label_zh == styled.no_data.label_zh


def test_a_text_measure_alone_is_coloured_by_category() -> None:
    outcome = run(Summarize("firms", measures=("dominant",), category="行业"), firms())
    assert outcome.style.mode is StyleMode.CATEGORISED
    assert outcome.chart is None


@pytest.mark.parametrize(
    ("analysis", "code"),
    [
        (Summarize("firms", by="kreise"), "by-unknown"),
        (Summarize("firms", by="places:county"), "by-unknown"),
        (Summarize("firms", by="hex:0"), "by-unknown"),
        (Summarize("firms", by="hex:nan"), "by-unknown"),
        (Summarize("firms", by="layer"), "by-unknown"),
        (Summarize("firms", measures=()), "measure-unknown"),
        (Summarize("firms", measures=("gini",)), "measure-unknown"),
        (Summarize("firms", measures=("hhi",)), "measure-needs"),
        (Summarize("firms", measures=("shift_share",), category="行业"), "measure-needs"),
        (Summarize("firms", of=("制造",)), "measure-needs"),
        (Summarize("firms", base="2019"), "measure-needs"),
        (Summarize("firms", category="没有"), "column-unknown"),
        (Summarize("firms", measures=("total",), weight="行业"), "weight-not-a-number"),
        (Summarize("firms", measures=("growth",), period="行业", base="2019"), "period-unknown"),
        (Summarize("firms", category="行业", classification="nace"), "classification-unknown"),
        (
            Summarize("firms", measures=("location_quotient",), category="行业", of=("采矿",)),
            "category-unknown",
        ),
        (Summarize("firms", compare=("火星",)), "unit-unknown"),
        (Summarize("firms", compare=tuple("甲乙丙丁戊己庚辛壬癸子")), "too-many-compared"),
        (Summarize("firms", unit_columns=("没有",)), "column-unknown"),
        (Summarize("firms", by="hex:50", unit_columns=("行业",)), "unit-columns-unusable"),
        (Summarize("nothing"), "no-such-layer"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_says_why(analysis: Summarize, code: str) -> None:
    with pytest.raises(AnalysisImpossible) as caught:
        run(analysis, firms())
    assert caught.value.finding.code == code
    assert caught.value.finding.message


def test_a_single_period_cannot_change() -> None:
    layer = layer_of({"年": [2020, 2020]}, ["甲", "甲"])
    with pytest.raises(AnalysisImpossible) as caught:
        run(Summarize("firms", measures=("growth",), period="年"), layer)
    assert caught.value.finding.code == "one-period"


def test_a_column_of_names_is_no_category() -> None:
    names = [f"厂{number}" for number in range(3_001)]
    with pytest.raises(AnalysisImpossible) as caught:
        run(Summarize("firms", measures=("hhi",), category="名"), layer_of({"名": names}, ["甲"] * 3_001))
    assert caught.value.finding.code == "too-many-categories"


def test_stopping_keeps_nothing() -> None:
    material = Material(catalogue(), units(), {"firms": firms()})
    with pytest.raises(AnalysisCancelled):
        Summarize("firms").run(material, lambda _share: None, lambda: True)


def test_the_same_rows_give_the_same_result() -> None:
    analysis = Summarize("firms", measures=("rows", "hhi"), category="行业")
    first, second = run(analysis, firms()), run(analysis, firms())
    assert first.table.attributes.equals(second.table.attributes)
    assert first.findings == second.findings


def test_the_result_can_be_kept_as_a_layer_and_run_again(tmp_path: Path) -> None:
    analysis = Summarize("firms", measures=("hhi", "rows"), category="行业")
    outcome = run(analysis, firms())
    write_table(tmp_path, outcome.table)
    kept = FeatureTable.open(tmp_path, Geometry.POLYGON)
    assert kept.attributes.equals(outcome.table.attributes)
    assert kept.shapes[0].area == pytest.approx(1.0)
    facts = facts_of(outcome, "2026-01-02")
    assert facts.bounds == (116, 38, 118, 40)
    provenance = provenance_of(analysis, outcome, datetime.date(2026, 1, 2))
    assert analysis_from(from_json(Provenance, json.loads(json.dumps(to_json(provenance))))) == analysis


def test_the_question_travels_as_json() -> None:
    analysis = Summarize(
        "firms", by="hex:5", measures=("rows", "hhi"), category="行业", of=("制造",), unit_columns=("a", "b")
    )
    assert analysis_from_json("summarize", to_json(analysis)) == analysis
    assert analysis_from_json("summarize", {"layer_id": "firms"}) == Summarize("firms")


def test_the_question_can_be_put_to_other_layers() -> None:
    analysis = Summarize("firms", by="layer", area_layer_id="parks")
    moved = analysis.with_layers({"firms": "a.csv", "parks": "b.gpkg"})
    assert moved.layer_ids == ("a.csv", "b.gpkg")
    assert moved.arguments()[:4] == ("summarize", "a.csv", "--by", "layer:b.gpkg")
    assert 'jjjmap.summarize("a.csv", by="layer", area_layer="b.gpkg")' in moved.python()


def test_the_result_speaks_english() -> None:
    use_language(Language.EN)
    outcome = run(Summarize("firms"), firms())
    assert outcome.table.attributes.column(1).to_pylist()[0] == "Unit 990101"


def test_no_value_is_ever_nan() -> None:
    measures = ("rows", "share", "density", "rank", "location_quotient", "hhi", "krugman", "shannon")
    outcome = run(Summarize("firms", measures=measures, category="行业"), firms())
    for name in outcome.table.attributes.column_names:
        for value in outcome.table.attributes.column(name).to_pylist():
            assert value is None or value == value
    empties = sum(
        outcome.table.attributes.column(note.name).null_count
        for note in outcome.columns
        if note.measure != "reliability"
    )
    assert empties == sum(missing.count for missing in outcome.missing)


def test_rows_that_are_all_outside_are_zeros_and_told() -> None:
    outcome = run(Summarize("firms"), layer_of({"名": ["一", "二"]}, [SEA, NOWHERE]))
    assert column(outcome, "rows") == [0, 0, 0, 0]
    assert {"rows-outside", "rows-nowhere"} <= codes(outcome)
    assert outcome.summary["units_without_rows"] == 4
