"""Tests of what may be joined to a series."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jjjmap.analysis.series import (
    Vintage,
    base_unit,
    group_series,
    parse_period,
    quantity_of,
    releases_differ,
    series_of,
    short_period,
    vintage_name,
    vintage_of,
)
from jjjmap.catalogue.models import Catalogue, Figure, Qualifier

REVISED = "第四次全国经济普查后修订的序列，与初次公布数不可混用"
PRELIMINARY = "初步核算数，不宜与修订序列连成一线"


def gdp(figure_id: str, period: str, **fields: object) -> Figure:
    figure = Figure(
        figure_id,
        "jia",
        "地区生产总值",
        "GDP",
        Decimal(100),
        Qualifier.EXACT,
        "亿元",
        "100 million yuan",
        period,
        "",
        "",
        "daily",
    )
    return replace(figure, **fields)  # type: ignore[arg-type]


def ids(figures: list[Figure]) -> list[list[str]]:
    return [[point.id for point in series.points] for series in group_series(figures)]


def test_years_of_one_source_are_one_line_in_the_order_of_time(catalogue: Catalogue) -> None:
    figures = catalogue.figures.values()
    (series,) = series_of(reversed(list(figures)), catalogue.figures["f-03"])
    assert [point.period for point in series.points] == [str(year) for year in range(2013, 2024)]
    assert series.is_line


def test_two_points_are_no_line() -> None:
    assert not group_series([gdp("a", "2013"), gdp("b", "2014")])[0].is_line


@pytest.mark.parametrize(
    "change",
    [
        {"source_id": "copy"},
        {"note_zh": PRELIMINARY},
        {"contested": True},
        {"indicator_zh": "地区生产总值（修订前初值）"},
        {"period": "2016-06"},
        {"period": "2016-01/2016-06"},
        {"period": "2013/2016"},
        {"period": ""},
        {"note_zh": "口径不同"},
    ],
    ids=lambda change: "".join(map(str, change.values())) or "no period",
)
def test_what_differs_in_source_release_definition_or_period_is_never_joined(
    change: dict[str, object],
) -> None:
    line = [gdp(year, year) for year in ("2013", "2014", "2015")]
    stranger = gdp("stranger", "2016", **change) if "period" not in change else gdp("stranger", **change)  # type: ignore[arg-type]
    assert ids([*line, stranger]) == [["2013", "2014", "2015"], ["stranger"]]


def test_contested_figures_are_joined_only_under_the_same_remark() -> None:
    revised = [gdp(year, year, contested=True, note_zh=REVISED) for year in ("2013", "2014", "2015")]
    later = gdp("2016", "2016", contested=True, note_zh=PRELIMINARY)
    assert ids([*revised, later]) == [["2013", "2014", "2015"], ["2016"]]


def test_two_values_of_one_year_are_two_series() -> None:
    assert ids([gdp("a", "2013"), gdp("b", "2014"), gdp("c", "2014")]) == [["a", "b"], ["c"]]


def test_the_same_months_of_several_years_are_a_series() -> None:
    halves = [gdp(str(year), f"{year}-01/{year}-06") for year in (2022, 2023, 2024)]
    assert ids(halves) == [["2022", "2023", "2024"]]


def test_growth_over_different_years_is_no_series() -> None:
    assert ids([gdp("a", "2013/2018"), gdp("b", "2018/2022")]) == [["a"], ["b"]]


def test_figures_of_other_scopes_or_units_are_no_part_of_it() -> None:
    own = gdp("own", "2013")
    others = [gdp("scope", "2014", scope_id="yi"), gdp("unit", "2014", unit_zh="万亿元")]
    (series,) = series_of([own, *others], own)
    assert series.points == (own,)


def test_a_first_release_told_in_the_name_is_the_same_quantity_but_another_series() -> None:
    own = gdp("own", "2013", note_zh=REVISED)
    first = gdp("first", "2013", indicator_zh="地区生产总值（修订前初值）")
    assert quantity_of(own) == quantity_of(first)
    assert [series.vintage for series in series_of([own, first], own)] == [Vintage.FIRST, Vintage.REVISED]


@pytest.mark.parametrize(
    ("note", "vintage"),
    [
        ("", Vintage.UNSTATED),
        (REVISED, Vintage.REVISED),
        (PRELIMINARY, Vintage.PRELIMINARY),
        ("初步数，或修订批次不同", Vintage.UNSURE),
        ("最终核实数，与2013—2019年修订序列批次不同", Vintage.FINAL),
        ("修订前初值，不可与修订序列相加比较", Vintage.FIRST),
        ("年内预计数，不是最终数", Vintage.EXPECTED),
        ("与分省数（初步或混合批次）之和不同", Vintage.UNSTATED),
    ],
)
def test_the_release_is_read_from_the_note(note: str, vintage: Vintage) -> None:
    assert vintage_of(gdp("a", "2013", note_zh=note)) is vintage


def test_a_note_that_leaves_the_release_open_is_not_called_preliminary() -> None:
    assert vintage_name(vintage_of(gdp("a", "2020", note_zh="初步数，或修订批次不同"))) == "初步数或另一批次"


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("", "", False),
        (REVISED, REVISED, False),
        (REVISED, "修订前初值", True),
        (REVISED, PRELIMINARY, True),
        ("", PRELIMINARY, False),
        ("", REVISED, True),
        ("", "修订前初值", True),
        ("", "初步数，或修订批次不同", True),
    ],
)
def test_releases_differ_unless_nothing_speaks_against_it(first: str, second: str, differ: bool) -> None:
    assert releases_differ((gdp("a", "2013", note_zh=first), gdp("b", "2013", note_zh=second))) is differ


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2013", 2013, 2014),
        ("2023-07", 2023.5, 2023.5 + 1 / 12),
        ("2014/2021-06", 2014, 2021.5),
        ("2024-01/2024-06", 2024, 2024.5),
    ],
)
def test_a_period_is_placed_on_the_axis(period: str, start: float, end: float) -> None:
    span = parse_period(period)
    assert span is not None
    assert (span.start, span.end) == pytest.approx((start, end))


@pytest.mark.parametrize("period", ["", "2013-13", "去年", "2014/", "2015/2013", "2014/2015/2016"])
def test_a_period_that_cannot_be_read_has_no_place(period: str) -> None:
    assert parse_period(period) is None


@pytest.mark.parametrize(
    ("period", "text"),
    [
        ("2013", "2013"),
        ("2023-05", "2023.5"),
        ("2024-01/2024-07", "2024.1–7"),
        ("2014/2021-09", "2014–2021.9"),
        ("2024-01-01/2024-11-07", "2024.1.1–11.7"),
        ("", ""),
    ],
)
def test_periods_are_short_on_the_axis(period: str, text: str) -> None:
    assert short_period(period) == text


@pytest.mark.parametrize(
    ("unit", "base"),
    [
        ("万亿元", ("元", 10**12)),
        ("亿元", ("元", 10**8)),
        ("百万吨", ("吨", 10**6)),
        ("平方公里", ("平方公里", 1)),
        ("千瓦", ("千瓦", 1)),
        ("万千瓦", ("千瓦", 10**4)),
        ("万", ("万", 1)),
        ("", ("", 1)),
    ],
)
def test_a_unit_is_told_from_its_multiple(unit: str, base: tuple[str, int]) -> None:
    assert base_unit(unit) == base
