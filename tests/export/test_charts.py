"""Tests of the charts: where figures stand, and that something is painted there."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from jjjmap.analysis.series import group_series
from jjjmap.catalogue.models import Catalogue, Figure, Qualifier
from jjjmap.export import chart_sheet, charts
from jjjmap.export.charts import ChartColors, ChartSize, Drawing, NamedBar, draw_bars, draw_series

COLORS = ChartColors("#ffffff", "#000000", "#777777", "#dddddd", "#0b5cad", "#aaaaaa")
SIZE = ChartSize(360, 170)


def drawn(figures: list[Figure], size: ChartSize = SIZE, chosen_id: str = "") -> Drawing:
    return draw_series(
        group_series(figures), unit="亿元", marks={"daily": 1}, chosen_id=chosen_id, colors=COLORS, size=size
    )


def color_at(drawing: Drawing, x: float, y: float) -> str:
    start = (round(y) * drawing.width + round(x)) * 4
    return "#" + drawing.rgba[start : start + 3].hex()


@pytest.fixture
def years(catalogue: Catalogue) -> list[Figure]:
    return [figure for figure in catalogue.figures.values() if figure.indicator_zh == "产值"]


def test_points_of_a_line_stand_in_the_order_of_time_and_value(years: list[Figure]) -> None:
    spots = sorted(drawn(years).spots, key=lambda spot: spot.left)
    assert [spot.figure.period for spot in spots] == [str(year) for year in range(2013, 2024)]
    tops = [spot.top for spot in spots]
    assert tops == sorted(tops, reverse=True), "values rise, so points climb"


def test_a_line_is_painted_where_its_points_are_said_to_be(years: list[Figure]) -> None:
    drawing = drawn(years)
    for spot in drawing.spots:
        middle = (spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2
        assert color_at(drawing, *middle) == COLORS.accent


def test_lines_alone_need_not_begin_at_zero_but_bars_do(years: list[Figure]) -> None:
    assert not drawn(years).starts_at_zero
    assert drawn(years[:2]).starts_at_zero
    stranger = replace(years[0], id="x", source_id="copy", period="2024")
    assert drawn([*years, stranger]).starts_at_zero


def test_bars_are_as_long_as_their_values(years: list[Figure]) -> None:
    small = replace(years[0], value=Decimal(100))
    large = replace(years[1], value=Decimal(200))
    heights = {spot.figure.id: spot.bottom - 2 - spot.top for spot in drawn([small, large]).spots}
    assert heights[large.id] == pytest.approx(2 * heights[small.id])


def test_bars_of_one_period_stand_side_by_side(years: list[Figure]) -> None:
    other = replace(years[0], id="x", source_id="copy")
    first, second = sorted(drawn([years[0], other]).spots, key=lambda spot: spot.left)
    assert first.right <= second.left + 1


def test_what_is_open_is_hollow_and_what_is_settled_full(years: list[Figure]) -> None:
    early = replace(years[1], note_zh="初步核算数")
    drawing = drawn([years[0], early])
    inside = {
        spot.figure.id: color_at(drawing, (spot.left + spot.right) / 2, spot.bottom - 12)
        for spot in drawing.spots
    }
    assert inside[years[0].id] == COLORS.accent
    assert inside[early.id] == COLORS.base


@pytest.fixture
def artists(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """All that is put on the sheet, in order."""
    put: list[Any] = []
    add = chart_sheet.Sheet._add

    def record(sheet: chart_sheet.Sheet, artist: Any) -> None:
        put.append(artist)
        add(sheet, artist)

    monkeypatch.setattr(chart_sheet.Sheet, "_add", record)
    return put


def test_contested_bars_are_striped_and_open_ones_dashed(years: list[Figure], artists: list[Any]) -> None:
    drawn([years[0], replace(years[1], contested=True), replace(years[2], note_zh="初步核算数")])
    plain, contested, open_ = [each for each in artists if isinstance(each, Rectangle)]
    assert (plain.get_hatch(), contested.get_hatch(), open_.get_hatch()) == (None, "////", None)
    assert (plain.get_linestyle(), contested.get_linestyle()) == ("solid", "solid")
    assert open_.get_linestyle() != "solid"


def test_a_contested_line_is_broken_and_its_points_are_hollow(
    years: list[Figure], artists: list[Any]
) -> None:
    contested = [replace(year, id=f"x{year.id}", contested=True, source_id="copy") for year in years]
    drawn([*years, *contested])
    lines = [each for each in artists if isinstance(each, Line2D)]
    strokes = [line for line in lines if len(line.get_xdata()) == len(years)]
    faces = [line.get_markerfacecolor() for line in lines if line.get_marker() == "o"]
    assert [line.is_dashed() for line in strokes] == [False, True]
    assert faces == [COLORS.accent] * len(years) + [COLORS.base] * len(years)


def test_no_two_lines_look_alike(years: list[Figure]) -> None:
    sources = [replace(year, source_id=f"s{number}") for number in range(3) for year in years]
    doubtful = [replace(year, contested=True) for year in sources]
    looks = charts.line_looks(group_series([*sources, *doubtful]))
    assert len({look.stroke for look in looks}) == len({look.sign for look in looks}) == 6
    assert sum(look.is_hollow for look in looks) == 3


def test_a_figure_without_a_period_is_a_bar_but_has_no_place_beside_a_line(years: list[Figure]) -> None:
    undated = replace(years[0], id="x", period="")
    assert len(drawn([years[0], undated]).spots) == 2
    assert len(drawn([*years, undated]).spots) == len(years)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_picture_has_the_pixels_of_the_screen(years: list[Figure], ratio: float) -> None:
    drawing = drawn(years, ChartSize(360, 170, ratio))
    assert (drawing.width, drawing.height) == (360 * ratio, 170 * ratio)
    assert len(drawing.rgba) == drawing.width * drawing.height * 4
    assert all(spot.right <= 362 for spot in drawing.spots), "spots count in logical pixels"


@pytest.mark.parametrize("values", [["0"], ["0", "0"], ["-5", "5"], ["-3"], ["1E+12", "1"], ["0.0001"]])
def test_odd_values_are_drawn(years: list[Figure], values: list[str]) -> None:
    figures = [replace(figure, value=Decimal(value)) for figure, value in zip(years, values, strict=False)]
    drawing = drawn(figures)
    assert len(drawing.spots) == len(values)
    assert all(0 <= spot.top <= spot.bottom <= SIZE.height_px for spot in drawing.spots)


def test_many_bars_in_a_narrow_chart_are_all_there(years: list[Figure]) -> None:
    figures = [
        replace(figure, source_id=f"s{number}", period=f"2014/20{15 + number}-09")
        for number, figure in enumerate(years[:9])
    ]
    drawing = drawn(figures, ChartSize(240, 150, 1))
    assert len(drawing.spots) == 9


def test_bars_of_places_are_rows_from_the_top(years: list[Figure]) -> None:
    bars = [
        NamedBar(years[0], "甲园", is_own=True),
        NamedBar(replace(years[1], qualifier=Qualifier.MORE), "乙" * 40, is_own=False),
    ]
    size = ChartSize(360, charts.rows_height_px(2))
    drawing = draw_bars(bars, marks={"daily": 1}, colors=COLORS, size=size)
    first, second = drawing.spots
    assert first.figure is bars[0].figure and first.bottom <= second.top
    assert COLORS.accent[1:] in drawing.rgba.hex() and COLORS.other[1:] in drawing.rgba.hex()


@pytest.mark.parametrize("name", ["$x^2$", "a_b", "<b>", "\U0001f600", "\u202e甲", "甲\n乙", ""])
def test_names_are_text_and_no_formula(years: list[Figure], name: str) -> None:
    bars = [NamedBar(years[0], name, is_own=True)]
    drawing = draw_bars(bars, marks={}, colors=COLORS, size=ChartSize(300, 40))
    assert len(drawing.spots) == 1


def test_without_a_chinese_font_the_rest_is_drawn(
    years: list[Figure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "chinese_font", lambda: "")
    assert len(drawn(years).spots) == len(years)


def test_matplotlib_is_not_needed_before_a_chart_is_drawn() -> None:
    code = (
        "import sys, jjjmap.export.charts, jjjmap.export.tables;"
        "print(*(name in sys.modules for name in ('matplotlib', 'openpyxl')))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "False"]
