"""What rows do not say is empty in a result, is told beside it, and is nothing in its chart."""

from dataclasses import replace

import pytest
import shapely

from jjjmap.analysis.running import AnalysisImpossible, ChartKind, Material
from jjjmap.analysis.summaries.summarize import Summarize
from jjjmap.layers.boundaries import Unit, UnitIndex

from .world import catalogue, codes, column, firms, layer_of, rows_of, run

STAFF = "从业人员（人）"


def test_a_category_whose_rows_have_no_weight_has_no_amount_rather_than_none() -> None:
    rows = {"类": ["钢", "钢", "电", "电", "钢"], "值": [None, None, 5.0, 7.0, 3.0]}
    measures = ("category_amount", "category_share", "location_quotient")
    analysis = Summarize("firms", measures=measures, category="类", weight="值")
    outcome = run(analysis, layer_of(rows, ["甲", "甲", "甲", "乙", "乙"]))
    for measure in measures:
        of_steel = column(outcome, measure, 1)
        assert of_steel[0] is None, "two rows in 甲, and nobody knows how much"
        assert of_steel[1] is not None
    reasons = {(each.column, each.reason): each.units for each in outcome.missing}
    assert reasons["钢 分类数量", "weight-unusable"] == ("甲县",)
    assert outcome.chart is not None
    assert dict(outcome.chart.series)["钢"][outcome.chart.labels.index("甲县")] is None


def test_a_chart_of_rows_shows_rows_though_weights_are_added_up_as_well() -> None:
    outcome = run(Summarize("firms", by="cities", category="行业", weight=STAFF), firms())
    chart = outcome.chart
    assert chart is not None
    assert (chart.unit, [values for _name, values in chart.series]) == ("条", [(8.0, 1.0)])
    years = layer_of({"年": [2018, 2019, 2020], "人": [10, 20, 30]}, ["甲"] * 3)
    lines = run(Summarize("firms", period="年", weight="人", compare=("甲县", "乙县")), years).chart
    assert lines is not None
    assert lines.series == (("甲县", (1.0, 1.0, 1.0)), ("乙县", (0.0, 0.0, 0.0)))


def test_a_unit_whose_total_nobody_knows_has_no_parts_in_the_chart() -> None:
    analysis = Summarize(
        "firms", measures=("total",), category="行业", weight=STAFF, compare=("甲县", "丁县")
    )
    chart = run(analysis, firms()).chart
    assert chart is not None
    assert {values[1] for _name, values in chart.series} == {None}


def test_all_units_that_were_picked_are_lines_and_of_others_it_is_told_how_many_there_are() -> None:
    years = layer_of({"年": [2018, 2019, 2020]}, ["甲"] * 3)
    hexagons = [row["编号"] for row in rows_of(run(Summarize("firms", by="hex:50"), years))]
    picked = Summarize("firms", by="hex:50", period="年", compare=tuple(map(str, hexagons[:8])))
    chart = run(picked, years).chart
    assert chart is not None
    assert (chart.kind, len(chart.series)) == (ChartKind.LINES, 8)
    greatest = run(replace(picked, compare=()), years).chart
    assert greatest is not None
    assert len(greatest.series) == 6
    assert f"{len(hexagons)} 个单元中的前 6 个" in greatest.note


def test_a_bar_of_some_categories_says_that_it_is_not_all() -> None:
    kinds = layer_of({"类": list("abcdefg")}, ["甲"] * 7)
    chart = run(Summarize("firms", measures=("category_amount",), category="类"), kinds).chart
    assert chart is not None
    assert "只画 5 个类别（共 7 个）" in chart.note


def test_a_unit_whose_rows_have_no_category_is_not_said_to_have_no_rows() -> None:
    layer = layer_of({"类": ["", "", "电"]}, ["甲", "甲", "乙"])
    outcome = run(Summarize("firms", measures=("dominant",), category="类"), layer)
    reasons = {each.reason: each.units for each in outcome.missing}
    assert reasons == {"no-rows": ("丙县", "丁县"), "no-category": ("甲县",)}


def test_few_rows_with_a_category_are_few_however_many_there_are_without() -> None:
    layer = layer_of({"类": ["电", "钢", *[""] * 8, *["电", "钢"] * 3]}, ["甲"] * 10 + ["乙"] * 6)
    outcome = run(Summarize("firms", measures=("hhi",), category="类"), layer)
    assert column(outcome, "reliability") == ["不足 5 行", None, None, None]
    assert "small-groups" in codes(outcome)


def test_rows_of_other_periods_and_of_none_are_not_used() -> None:
    layer = layer_of({"年": ["2018", "2019", "2019", ""]}, ["甲"] * 4)
    [note, _borders] = run(Summarize("firms", period="年"), layer).inputs
    assert (note.rows, note.rows_used) == (4, 2)
    [note, _borders] = run(Summarize("firms", measures=("change",), period="年"), layer).inputs
    assert note.rows_used == 3


def test_a_row_of_several_units_without_a_category_is_told_once() -> None:
    layer = layer_of({"类": ["", "电"]}, ["乙", "丁"])
    outcome = run(Summarize("firms", by="places:metro_circle", measures=("hhi",), category="类"), layer)
    [told] = [each.message for each in outcome.findings if each.code == "rows-uncategorised"]
    assert told.startswith("1 行")


@pytest.mark.parametrize(("base", "end"), [("", "2019"), ("2021", "2019"), ("2021", "")])
def test_a_change_never_runs_backwards(base: str, end: str) -> None:
    layer = layer_of({"年": [2019, 2020, 2021]}, ["甲"] * 3)
    with pytest.raises(AnalysisImpossible) as caught:
        run(Summarize("firms", measures=("change",), period="年", base=base, end=end), layer)
    assert caught.value.finding.code == "period-order"


def test_the_earlier_period_is_the_first_before_the_later_one() -> None:
    layer = layer_of({"年": [2019, 2020, 2020, 2021]}, ["甲"] * 4)
    outcome = run(Summarize("firms", measures=("change",), period="年", end="2020"), layer)
    assert column(outcome, "change")[0] == 1


def test_periods_that_are_no_years_are_taken_as_they_were_asked_for() -> None:
    layer = layer_of({"期": ["去年", "今年", "今年"]}, ["甲"] * 3)
    outcome = run(Summarize("firms", measures=("change",), period="期", base="去年", end="今年"), layer)
    assert column(outcome, "change")[0] == 1


def test_a_year_that_is_written_in_two_ways_is_one_year() -> None:
    layer = layer_of({"年": ["2019", "2019年", "2020", "2020年"]}, ["甲", "甲", "甲", "乙"])
    outcome = run(Summarize("firms", measures=("change",), period="年", base="2019年"), layer)
    assert column(outcome, "change") == [-1, 1, 0, 0]
    assert any("2019、2019年、2020、2020年" in note for note in outcome.notes)


def test_units_of_one_name_are_told_apart_and_never_taken_for_each_other() -> None:
    boxes = [shapely.box(116 + at, 38, 117 + at, 39) for at in range(2)]
    known = (
        Unit("990000", "某省", ""),
        Unit("990100", "东市", "990000"),
        Unit("990200", "西市", "990000"),
        Unit("990103", "桥西区", "990100"),
        Unit("990203", "桥西区", "990200"),
    )
    material = Material(
        catalogue(),
        UnitIndex(known, (shapely.union_all(boxes), *boxes, *boxes)),
        {"firms": layer_of({"名": ["厂"]}, ["乙"])},
    )

    def counted(*compare: str) -> dict[str, object]:
        outcome = Summarize("firms", compare=compare).run(material, lambda _share: None, lambda: False)
        return {str(row["名称"]): row["数量（条）"] for row in rows_of(outcome)}

    assert counted("桥西区（西市）") == {"桥西区（东市）": 0, "桥西区（西市）": 1}
    with pytest.raises(AnalysisImpossible) as caught:
        counted("桥西区")
    assert caught.value.finding.code == "unit-ambiguous"
    assert "990103 桥西区（东市）、990203 桥西区（西市）" in caught.value.finding.hint


def test_a_measure_that_is_asked_for_twice_is_one_column() -> None:
    assert list(rows_of(run(Summarize("firms", measures=("rows", "rows")), firms()))[0]) == [
        "编号",
        "名称",
        "数量（条）",
    ]


def test_a_folder_is_called_by_its_name_however_it_is_written() -> None:
    material = Material(catalogue(), UnitIndex((), ()), {})
    assert Summarize("数据/大表/").title(material) == Summarize("大表").title(material)
