import pytest

from jjjmap.export.pictures.papers import (
    A4,
    HIGHEST_DPI,
    LOWEST_DPI,
    MOST_PIXELS,
    PAPERS,
    highest_dpi,
    is_printable,
    paper_named,
    pixels,
)


def test_every_paper_lies_and_can_be_printed_either_way() -> None:
    for paper in PAPERS:
        assert paper.width_mm > paper.height_mm
        assert is_printable(paper.width_mm, paper.height_mm)
        upright = paper.upright()
        assert (upright.width_mm, upright.height_mm) == (paper.height_mm, paper.width_mm)


def test_a_paper_is_found_by_its_name_in_any_case() -> None:
    assert paper_named(" a4 ") == A4
    with pytest.raises(KeyError):
        paper_named("A99")


def test_pixels_of_a4_at_300_dpi_are_those_that_printers_count() -> None:
    assert pixels(297, 210, 300) == (3508, 2480)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_the_finest_picture_of_a_paper_is_not_too_large_and_one_finer_would_be(paper) -> None:
    dpi = highest_dpi(paper.width_mm, paper.height_mm)
    width, height = pixels(paper.width_mm, paper.height_mm, dpi)
    assert LOWEST_DPI <= dpi <= HIGHEST_DPI
    assert width * height <= MOST_PIXELS
    wider, higher = pixels(paper.width_mm, paper.height_mm, dpi + 1)
    assert dpi == HIGHEST_DPI or wider * higher > MOST_PIXELS


def test_a_sheet_of_nothing_or_beyond_a0_is_not_printable() -> None:
    assert not is_printable(0, 200)
    assert not is_printable(200, 5000)
    assert not is_printable(float("nan"), 200)
