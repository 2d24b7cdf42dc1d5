"""Tests of linking a figure of a text to the indicators of the catalogue."""

from dataclasses import replace
from decimal import Decimal

from jjjmap.catalogue.models import Catalogue, Figure, Qualifier
from jjjmap.text.numbers.figures import find_figures
from jjjmap.text.numbers.indicators import IndicatorIndex, link_figures, suggest_indicators


def known(id: str, name: str, unit: str) -> Figure:
    return Figure(id, "region", name, "", Decimal(1), Qualifier.EXACT, unit, "", "2022", "", "", "s")


CATALOGUE = Catalogue(
    figures={
        figure.id: figure
        for figure in (
            known("a", "工业增加值", "亿元"),
            known("b", "全部工业增加值", "万亿元"),
            known("c", "工业增加值占全国比重", "%"),
            known("d", "规上工业企业", "家"),
            known("e", "推介会签约项目（当年）", "个"),
            known("f", "推介会签约项目（累计）", "个"),
        )
    }
)


def test_a_figure_is_linked_by_name_and_by_what_its_unit_measures() -> None:
    figures = find_figures("2022年工业增加值25114.4亿元，占全国比重为6.3%；规模以上工业企业25160家。", ())
    linked = link_figures(figures, IndicatorIndex(CATALOGUE))
    assert [figure.indicator_id for figure in linked] == [
        "工业增加值",
        "工业增加值占全国比重",
        "规上工业企业",
    ]


def test_names_that_differ_in_an_aside_are_suggested_and_not_chosen() -> None:
    (figure,) = find_figures("推介会签约项目25个。", ())
    assert len(suggest_indicators(figure, CATALOGUE)) == 2
    assert link_figures((figure,), IndicatorIndex(CATALOGUE))[0].indicator_id == ""


def test_a_choice_of_the_user_is_kept_and_a_nameless_figure_has_no_suggestions() -> None:
    (figure,) = find_figures("工业增加值达到25亿元。", ())
    chosen = replace(figure, indicator_id="别的")
    assert link_figures((chosen,), IndicatorIndex(CATALOGUE)) == (chosen,)
    assert suggest_indicators(replace(figure, indicator=""), CATALOGUE) == ()
