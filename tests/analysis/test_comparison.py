"""Tests of what is set beside a figure."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jjjmap.analysis.comparison import Likeness, align_indicators, comparable_figures
from jjjmap.catalogue.models import REGION_ID, Catalogue, Figure


@pytest.fixture
def output(catalogue: Catalogue) -> Figure:
    """Output of Jia Park in 2020."""
    return catalogue.figures["f-08"]


def put(catalogue: Catalogue, like: Figure, figure_id: str, **fields: object) -> Figure:
    made = replace(like, id=figure_id, **fields)  # type: ignore[arg-type]
    catalogue.figures[figure_id] = made
    return made


def test_a_quantity_without_others_has_nothing_beside_it(catalogue: Catalogue, output: Figure) -> None:
    assert comparable_figures(catalogue, output) == ()


def test_the_region_comes_first_then_like_places_then_others(catalogue: Catalogue, output: Figure) -> None:
    catalogue.places["yi-park"] = replace(catalogue.places["jia-park"], id="yi-park")
    put(catalogue, output, "other", scope_id="990001")
    put(catalogue, output, "like", scope_id="yi-park")
    put(catalogue, output, "region", scope_id=REGION_ID)
    found = comparable_figures(catalogue, output)
    assert [(each.figure.id, each.likeness) for each in found] == [
        ("region", Likeness.REGION),
        ("like", Likeness.LIKE),
        ("other", Likeness.OTHER),
    ]


def test_the_nearest_period_is_taken_and_told(catalogue: Catalogue, output: Figure) -> None:
    put(catalogue, output, "far", scope_id="990001", period="2013")
    put(catalogue, output, "near", scope_id="990001", period="2019")
    (found,) = comparable_figures(catalogue, output)
    assert found.figure.id == "near" and not found.same_period


def test_a_half_year_is_no_neighbour_of_a_year(catalogue: Catalogue, output: Figure) -> None:
    put(catalogue, output, "half", scope_id="990001", period="2020-01/2020-06")
    put(catalogue, output, "year", scope_id="990001", period="2021")
    (found,) = comparable_figures(catalogue, output)
    assert found.figure.id == "year"


def test_the_same_release_is_preferred_and_another_is_told(catalogue: Catalogue, output: Figure) -> None:
    put(catalogue, output, "first", scope_id="990001", note_zh="修订前初值")
    (found,) = comparable_figures(catalogue, output)
    assert not found.same_release
    put(catalogue, output, "same", scope_id="990001")
    (found,) = comparable_figures(catalogue, output)
    assert found.figure.id == "same" and found.same_release


def test_other_units_are_left_out_but_multiples_are_told_apart(catalogue: Catalogue, output: Figure) -> None:
    put(catalogue, output, "tonnes", scope_id="990001", unit_zh="万吨")
    put(catalogue, output, "trillions", scope_id="990002", unit_zh="万亿元", value=Decimal("0.1"))
    (found,) = comparable_figures(catalogue, output)
    assert found.figure.id == "trillions" and not found.same_unit
    assert found.figure.value == Decimal("0.1"), "as printed, not converted"


def test_multiples_of_one_unit_share_a_row_and_other_units_do_not(output: Figure) -> None:
    trillions = replace(output, id="yours", scope_id="yi", unit_zh="万亿元", value=Decimal("0.1"))
    people = replace(output, id="people", scope_id="yi", unit_zh="万人")
    rows = align_indicators([[output], [people, trillions], [replace(output, id="third")]])
    assert [[each.id if each else "" for each in row.chosen] for row in rows] == [
        ["f-08", "yours", "third"],
        ["", "people", ""],
    ]
    assert rows[0].chosen[1] is trillions, "as printed, not converted"
    assert rows[0].sample.unit_zh == "亿元", "the commonest unit names the row"


def test_hectares_and_square_kilometres_share_a_row(output: Figure) -> None:
    land = [replace(output, indicator_zh="面积", unit_zh=unit) for unit in ("公顷", "平方公里", "亩")]
    assert [row.filled for row in align_indicators([[each] for each in land])] == [3]


def test_a_first_release_beside_revised_values_is_told(output: Figure) -> None:
    first, revised = replace(output, note_zh="修订前初值"), replace(output, note_zh="修订后数")
    (mixed,) = align_indicators([[first], [revised]])
    (alike,) = align_indicators([[revised], [revised]])
    assert (mixed.is_of_one_release, alike.is_of_one_release) == (False, True)


def test_a_year_told_in_one_release_goes_before_a_later_one_told_in_two(output: Figure) -> None:
    def at(year: int, note: str) -> Figure:
        return replace(output, id=f"{year}-{note}", period=str(year), note_zh=note)

    (row,) = align_indicators(
        [[at(2019, "修订后数"), at(2020, "修订前初值")], [at(2019, "修订后数"), at(2020, "修订后数")]]
    )
    assert (row.period, row.is_of_one_release) == ("2019", True)


def test_a_row_takes_the_period_that_most_places_tell(output: Figure) -> None:
    def at(year: int) -> Figure:
        return replace(output, id=str(year), period=str(year))

    (row,) = align_indicators([[at(2019), at(2020)], [at(2019), at(2022)], [at(2015)]])
    assert row.period == "2019"
    assert [figure.period for figure in row.chosen if figure] == ["2019", "2019", "2015"]
    assert [figure.period for figure in row.others[1]] == ["2022"]


def test_of_two_releases_of_one_year_the_settled_one_is_shown(output: Figure) -> None:
    early = replace(output, id="a-early", note_zh="初步核算数")
    (row,) = align_indicators([[early, output]])
    assert row.chosen == (output,) and row.others == ((early,),)


def test_a_place_without_the_figure_stays_empty(output: Figure) -> None:
    (row,) = align_indicators([[output], []])
    assert row.chosen == (output, None) and row.filled == 1


def test_figures_without_a_period_are_compared_too(output: Figure) -> None:
    (row,) = align_indicators([[replace(output, period="")], [replace(output, period="")]])
    assert row.period == "" and row.filled == 2
