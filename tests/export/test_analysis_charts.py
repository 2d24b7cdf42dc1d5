"""Tests of the charts beside results: what is drawn where, what is left out, and what cannot be drawn."""

import math
import subprocess
import sys
from typing import Any

import pytest

from jjjmap.analysis.running import Chart, ChartKind
from jjjmap.export import analysis_charts
from jjjmap.export.analysis_charts import (
    MOST_BARS,
    AnalysisDrawing,
    chart_from,
    draw,
    height_px,
    hue,
    left_out,
    sound,
    value_text,
)
from jjjmap.export.chart_sheet import PAPER, ChartColors, ChartSize, Sheet
from jjjmap.layers.opening.records_json import to_json

DARK = ChartColors("#1e1f22", "#e6e6e6", "#9a9da1", "#44474b", "#7ab8ff", "#777777")
BARS = Chart(
    ChartKind.BARS, "区位商", ("甲县", "乙县", "丙县"), (("区位商", (2.0, None, 0.0)),), reference=1.0
)
STACKED = Chart(
    ChartKind.STACKED,
    "份额",
    ("甲县", "乙县"),
    (("增长", (3.0, -1.0)), ("结构", (-2.0, None)), ("竞争", (1.0, 2.0))),
)
LINES = Chart(
    ChartKind.LINES,
    "各年",
    ("2019", "2020", "2021", "2022"),
    (("甲", (1.0, None, 3.0, 4.0)), ("乙", (2.0,) * 4)),
)
SCATTER = Chart(
    ChartKind.SCATTER,
    "莫兰散点",
    ("甲", "乙", "丙"),
    (("自身", (-1.0, 2.0, None)), ("邻居", (0.5, 1.0, 3.0))),
)


def drawn(chart: Chart, colors: ChartColors = PAPER, width: float = 480, ratio: float = 1) -> AnalysisDrawing:
    return draw(chart, colors, ChartSize(width, round(height_px(chart, width)), ratio))


def color_at(drawing: AnalysisDrawing, x: float, y: float) -> str:
    at = (round(y) * drawing.width + round(x)) * 4
    return "#" + drawing.rgba[at : at + 3].hex()


def test_a_bar_is_as_long_as_its_value_and_nothing_stands_for_a_missing_one() -> None:
    drawing = drawn(BARS)
    assert [spot.row for spot in drawing.spots] == [0, 2], "the second has no value"
    first = drawing.spots[0]
    assert color_at(drawing, first.right - 70, (first.top + first.bottom) / 2) == hue(0)
    zero = drawing.spots[1]
    middle = round((zero.top + zero.bottom) / 2)
    inked = [x for x in range(100, 400) if color_at(drawing, x, middle) == hue(0)]
    assert len(inked) <= 2, "zero is a line, no bar"


def test_parts_of_a_stacked_bar_follow_one_another_and_debts_go_left() -> None:
    spots = {(spot.row, spot.series): spot for spot in drawn(STACKED).spots}
    assert set(spots) == {(0, 0), (0, 1), (0, 2), (1, 0), (1, 2)}
    assert spots[0, 0].right == pytest.approx(spots[0, 2].left), "what is above zero"
    assert spots[0, 1].right == pytest.approx(spots[0, 0].left), "what is below it"
    assert spots[1, 0].right == pytest.approx(spots[1, 2].left)


def test_a_line_has_a_gap_where_there_is_no_value() -> None:
    drawing = drawn(LINES)
    assert [(spot.row, spot.series) for spot in drawing.spots].count((1, 0)) == 0
    assert len(drawing.spots) == 7


def test_a_point_needs_both_of_its_values() -> None:
    assert [spot.row for spot in drawn(SCATTER).spots] == [0, 1]


@pytest.mark.parametrize("chart", [BARS, STACKED, LINES, SCATTER])
@pytest.mark.parametrize("colors", [PAPER, DARK])
def test_every_kind_is_drawn_light_and_dark_narrow_and_sharp(chart: Chart, colors: ChartColors) -> None:
    for width, ratio in ((260, 1), (900, 2)):
        drawing = drawn(chart, colors, width, ratio)
        assert drawing.width == width * ratio
        assert color_at(drawing, 1, 1) == colors.base
        assert all(0 <= spot.left <= spot.right for spot in drawing.spots)


def test_more_bars_than_can_be_read_are_left_to_the_table() -> None:
    many = Chart(ChartKind.BARS, "多", tuple(map(str, range(500))), (("数", tuple(map(float, range(500)))),))
    assert left_out(many) == "图上只画前 60 项，共 500 项，全部见表。" and left_out(BARS) == ""
    assert len(drawn(many).spots) == MOST_BARS
    assert height_px(many, 480) < 1_600


@pytest.mark.parametrize(
    "values",
    [
        (None, None, None),
        (0.0, 0.0, 0.0),
        (math.nan, math.inf, -math.inf),
        (1e308, -1e308, 1.0),
        (5e-324, 1e-300, 0.0),
        (-5.0, -6.0, None),
    ],
)
@pytest.mark.parametrize("kind", list(ChartKind))
def test_no_value_is_too_odd_to_be_drawn(values: tuple[float | None, ...], kind: ChartKind) -> None:
    chart = Chart(kind, "", ("a", "b", "c"), (("s", values), ("t", values)), reference=values[0])
    drawing = drawn(sound(chart))
    assert len(drawing.rgba) == drawing.width * drawing.height * 4


def test_names_are_texts_of_one_line_and_no_formulas() -> None:
    hostile = "$\\frac{1}{0}$\n<b>\0\u202e甲" + "长" * 10_000
    chart = sound(Chart(ChartKind.BARS, hostile, (hostile,), ((hostile, (1.0,)),), hostile, hostile))
    assert "\n" not in chart.title and len(chart.labels[0]) == 400
    assert len(drawn(chart).spots) == 1


def test_a_chart_comes_back_from_json_as_it_was() -> None:
    for chart in (BARS, STACKED, LINES, SCATTER):
        assert chart_from(to_json(chart)) == chart


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"kind": "pie", "title": "", "labels": ["a"], "series": [["s", [1]]]},
        {"kind": "bars", "title": "", "labels": [], "series": []},
        {"kind": "bars", "title": "", "labels": ["a"], "series": [["s", ["x"]]]},
        {"kind": "bars", "title": "", "labels": ["a"], "series": [["s"]]},
        {"kind": "bars", "title": "", "labels": ["a", "b"], "series": [["s", [1]]]},
        {"kind": "scatter", "title": "", "labels": ["a"], "series": [["s", [1]]]},
    ],
)
def test_what_is_no_chart_is_none(said: object) -> None:
    assert chart_from(said) is None


def test_numbers_are_written_with_the_digits_that_mean_something() -> None:
    told = [value_text(each) for each in (None, 0.0, 12_345.0, 1.23456, -2.5, 1234.5, 0.000123)]
    assert told == ["—", "0", "12,345", "1.23", "−2.5", "1,234", "0.000123"]


def test_matplotlib_waits_for_a_drawing() -> None:
    code = "import sys, jjjmap.export.analysis_charts; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert analysis_charts.__doc__


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("values", [(5e-324, 5e-324), (-5e-324, 5e-324), (1.0, 1.0 + 2e-16), (1e299, -1e299)])
def test_numbers_at_the_edge_of_what_there_is_are_drawn(kind: ChartKind, values: tuple[float, float]) -> None:
    chart = sound(Chart(kind, "图", ("甲", "乙"), (("一", values), ("二", values))))
    assert drawn(chart).spots


def test_a_row_whose_parts_are_not_all_known_has_no_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    real = Sheet.text

    def text(self: Sheet, x: float, y: float, text: str, *rest: Any) -> None:
        said.append(text)
        real(self, x, y, text, *rest)

    monkeypatch.setattr(Sheet, "text", text)
    drawn(Chart(ChartKind.STACKED, "", ("甲", "乙"), (("钢", (173.0, 173.0)), ("电", (None, 11.0)))))
    assert "—" in said and "184" in said
    assert "173" not in said, "it is a part only"
