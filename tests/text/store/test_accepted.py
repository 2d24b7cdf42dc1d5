"""From a file through the engine to the figures of a place: what was accepted, and in which words."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from jjjmap.catalogue.details import Describer
from jjjmap.catalogue.models import Catalogue, Qualifier
from jjjmap.catalogue.wording import figure_text
from jjjmap.i18n import Language
from jjjmap.text.importing import Analyser, import_paths
from jjjmap.text.records import FigureRole, FigureStatus, TextFigure
from jjjmap.text.store.accepted import as_figure, with_accepted
from jjjmap.text.store.library import Library
from jjjmap.text.store.library_records import LibraryFigure

TEXT = (
    "合作通报\n\n"
    "2031年，甲园产值达到1200.50亿元，比上年增长3.5%。\n"
    "2031年，甲园企业数超过420家，货物运输量2300万吨，其中20%—30%运往乙县。\n"
)


@pytest.fixture
def library(tmp_path: Path, catalogue: Catalogue) -> Iterator[Library]:
    """A library with the text above, read by the real engine."""
    path = tmp_path / "通报.txt"
    path.write_text(TEXT, encoding="utf-8")
    with Library.open(None) as opened:
        report = import_paths([path], opened, Analyser(catalogue))
        assert len(report.imported) == 1
        yield opened


def figure_of(library: Library, words: str) -> tuple[str, TextFigure]:
    (entry,) = library.documents()
    document = library.document(entry.id)
    return entry.id, next(figure for figure in document.figures if words in figure.text)


def accept(library: Library, words: str, **changes: object) -> LibraryFigure:
    """Accept a figure and return it as the library gives it out."""
    document_id, figure = figure_of(library, words)
    library.decide_figure(document_id, figure, FigureStatus.ACCEPTED, **changes)
    return next(found for found in library.accepted_figures() if found.figure.start == figure.start)


def test_what_nobody_accepted_stands_nowhere(library: Library) -> None:
    document_id, figure = figure_of(library, "420家")
    assert library.accepted_figures() == ()
    library.decide_figure(document_id, figure, FigureStatus.REJECTED)
    assert library.accepted_figures("jia-park") == ()


def test_an_accepted_figure_stands_behind_the_shipped_ones_with_its_document_as_source(
    library: Library, catalogue: Catalogue
) -> None:
    accept(library, "420家")
    found = library.accepted_figures("jia-park")
    assert [each.figure.text for each in found] == ["超过420家"]
    shipped = Describer(catalogue).describe("jia-park")
    details = with_accepted(shipped, found, catalogue)
    assert details.figures[:-1] == shipped.figures and details.sources[:-1] == shipped.sources
    figure, source = details.figures[-1], details.sources[-1]
    assert (figure.indicator_zh, figure.period, figure.scope_id) == ("企业数", "2031", "jia-park")
    assert figure_text(figure, Language.ZH) == "超420家"
    assert source.is_users and source.id == figure.source_id == found[0].entry.id
    assert (source.title, source.link) == ("合作通报", "")
    assert source.supports == found[0].sentence and "420" in source.supports
    assert details.marks[source.id] == len(details.sources)


def test_without_accepted_figures_the_details_are_the_very_same(catalogue: Catalogue) -> None:
    details = Describer(catalogue).describe("jia-park")
    assert with_accepted(details, (), catalogue) is details


def test_two_figures_of_one_document_share_its_mark(library: Library, catalogue: Catalogue) -> None:
    accept(library, "420家")
    accept(library, "1200.50亿元")
    shipped = Describer(catalogue).describe("jia-park")
    details = with_accepted(shipped, library.accepted_figures("jia-park"), catalogue)
    assert len(details.figures) == len(shipped.figures) + 2
    assert len(details.sources) == len(shipped.sources) + 1


def test_a_figure_that_is_not_linked_is_told_as_it_is_printed(library: Library, catalogue: Catalogue) -> None:
    figure = as_figure(accept(library, "1200.50亿元", indicator_id=""), catalogue)
    assert (str(figure.value), figure.unit_zh) == ("1200.50", "亿元")
    assert figure.unit_en == "100 million yuan"


def test_a_linked_figure_takes_name_and_unit_of_the_indicator(library: Library, catalogue: Catalogue) -> None:
    found = accept(library, "1200.50亿元", indicator_id="产值")
    figure = as_figure(found, catalogue)
    assert (figure.indicator_zh, figure.indicator_en) == ("产值", "Output")
    assert (figure.value, figure.unit_zh, figure.unit_en) == (
        Decimal("1200.5"),
        "亿元",
        "100 million yuan",
    )


def test_the_value_is_turned_into_the_unit_of_the_indicator(library: Library, catalogue: Catalogue) -> None:
    known = catalogue.figures["f-01"]
    catalogue.figures["f-99"] = replace(
        known, id="f-99", indicator_zh="货运量", indicator_en="Freight", unit_zh="百万吨", unit_en="million t"
    )
    figure = as_figure(accept(library, "2300万吨", indicator_id="货运量"), catalogue)
    assert (figure.value, figure.unit_zh, figure.unit_en) == (Decimal(23), "百万吨", "million t")


def test_a_value_that_cannot_be_turned_keeps_its_own_unit(library: Library, catalogue: Catalogue) -> None:
    figure = as_figure(accept(library, "420家", indicator_id="产值"), catalogue)
    assert (figure.indicator_zh, figure.value, figure.unit_zh) == ("产值", Decimal(420), "家")


def test_an_indicator_that_the_catalogue_has_lost_leaves_the_words_of_the_text(
    library: Library, catalogue: Catalogue
) -> None:
    figure = as_figure(accept(library, "420家", indicator_id="从前的指标"), catalogue)
    assert figure.indicator_zh == "企业数"


def test_what_the_user_corrected_is_told_not_what_is_printed(library: Library, catalogue: Catalogue) -> None:
    found = accept(library, "1200.50亿元", value=Decimal("121050000000"), scope_id="990001", period="2030")
    assert found.figure.status is FigureStatus.CORRECTED
    figure = as_figure(found, catalogue)
    assert (figure.value, figure.unit_zh) == (Decimal("1210.5"), "亿元")
    assert (figure.scope_id, figure.period) == ("990001", "2030")
    assert library.accepted_figures("jia-park") == ()


def test_a_corrected_unit_is_told_with_the_whole_value(library: Library, catalogue: Catalogue) -> None:
    figure = as_figure(accept(library, "2300万吨", unit="标准箱"), catalogue)
    assert (figure.value, figure.unit_zh) == (Decimal(23_000_000), "标准箱")


def test_a_growth_and_a_bound_are_not_told_as_the_thing_itself(
    library: Library, catalogue: Catalogue
) -> None:
    growth = accept(library, "3.5%", indicator="产值")
    assert growth.figure.role is FigureRole.CHANGE
    assert as_figure(growth, catalogue).indicator_zh == "产值（增减的幅度）"
    low = accept(library, "20%", indicator="运往乙县的份额")
    assert low.figure.role is FigureRole.LOW
    assert as_figure(low, catalogue).indicator_zh == "运往乙县的份额（范围的下限）"


def test_a_figure_without_words_for_what_it_counts_says_so(library: Library, catalogue: Catalogue) -> None:
    found = accept(library, "420家", indicator="", indicator_id="")
    assert as_figure(found, catalogue).indicator_zh == "（指标不明）"
    assert as_figure(found, catalogue).qualifier is Qualifier.MORE
