"""Tests of the captions below charts."""

from dataclasses import replace

import pytest

from jjjmap.analysis.comparison import comparable_figures
from jjjmap.analysis.series import group_series
from jjjmap.catalogue.models import Catalogue, Figure
from jjjmap.i18n import Language
from jjjmap.ui.chart_texts import ChartTexts


@pytest.fixture
def texts(catalogue: Catalogue) -> ChartTexts:
    return ChartTexts(catalogue, Language.ZH, lambda _source_id: 1)


@pytest.fixture
def years(catalogue: Catalogue) -> list[Figure]:
    return [figure for figure in catalogue.figures.values() if figure.indicator_zh == "产值"]


def test_lines_are_told_apart_and_contested_ones_named(texts: ChartTexts, years: list[Figure]) -> None:
    contested = [replace(year, contested=True, source_id="copy") for year in years]
    revised = [replace(year, note_zh="修订后") for year in contested]
    legend = texts.legend(group_series([*years, *contested, *revised]), starts_at_zero=True).html
    assert "●─" in legend and "○- -" in legend and "○···" in legend
    assert "说法不一：2013–2023" in legend
    assert "修订后数、说法不一或经过修订：2013–2023" in legend


def test_another_release_elsewhere_is_told(
    texts: ChartTexts, catalogue: Catalogue, years: list[Figure]
) -> None:
    assert "批次" not in texts.comparison(comparable_figures(catalogue, years[0])).html
    catalogue.figures["first"] = replace(years[0], id="first", scope_id="990001", note_zh="修订前初值")
    told = texts.comparison(comparable_figures(catalogue, years[0])).html
    assert "（修订前初值、批次不同）" in told and "批次不同的数，不宜直接相比。" in told
