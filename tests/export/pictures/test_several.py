"""Several maps as pictures: one PDF with an outline, or a file each."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from pdf_made_by_hand import made_pdf

from jjjmap.errors import ExportFailed, RenderingFailed, RenderingStopped
from jjjmap.export.pictures.pdf_files import page_count
from jjjmap.export.pictures.pdf_joining import joined_pdf
from jjjmap.export.pictures.several import page_files, save_pictures
from jjjmap.export.renderer import PrintedPages, Sheet
from jjjmap.i18n import Language
from jjjmap.maps.snapshot import Bounds, MapSnapshot, NamedMap

SHEET = Sheet(width_mm=72, height_mm=50, title="总图")
MAPS = tuple(
    NamedMap(title, MapSnapshot((), Language.ZH, Bounds(west, 38, west + 1, 39)))
    for west, title in enumerate(("甲 / 乙", "丙<b>", "丁"), start=115)
)


class FakeRenderer:
    """Draws a word; stops, or fails, at a map that is named."""

    def __init__(self, stop_at: str = "–", fail_at: str = "–") -> None:
        self.stop_at, self.fail_at = stop_at, fail_at
        self.drawn: list[tuple[str, float]] = []

    def map_svg(
        self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Callable[[], bool] = lambda: False
    ) -> str:
        if sheet.title == self.fail_at:
            raise RenderingFailed("ended")
        if cancelled() or sheet.title == self.stop_at:
            raise RenderingStopped
        self.drawn.append((sheet.title, snapshot.bounds.west))
        return f"<svg><text>{len(self.drawn)}</text></svg>"

    def printed(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        one_page: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PrintedPages:
        return PrintedPages(made_pdf())


def outline(path: Path) -> list[tuple[str, int]]:
    document = pypdfium2.PdfDocument(path)
    try:
        found = []
        for mark in document.get_toc():
            destination = mark.get_dest()
            found.append((mark.get_title(), destination.get_index()))
        return found
    finally:
        document.close()


def test_a_pdf_has_a_page_for_each_map_and_an_outline(tmp_path: Path) -> None:
    path, renderer = tmp_path / "图.pdf", FakeRenderer()
    shares: list[float] = []
    assert save_pictures(path, MAPS, SHEET, renderer, progress=shares.append) == (path,)
    assert page_count(path.read_bytes()) == 3
    assert outline(path) == [("甲 / 乙", 0), ("丙<b>", 1), ("丁", 2)]
    assert renderer.drawn == [("甲 / 乙", 115), ("丙<b>", 116), ("丁", 117)]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert "总图".encode() in path.read_bytes()  # in XMP: what the file as a whole is called


def test_the_same_maps_on_the_same_day_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("a.pdf", "b.pdf"):
        save_pictures(tmp_path / name, MAPS, SHEET, FakeRenderer())
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_sheet_without_a_title_has_none_on_any_page(tmp_path: Path) -> None:
    renderer = FakeRenderer()
    save_pictures(tmp_path / "图.pdf", MAPS, Sheet(72, 50), renderer)
    assert {title for title, _west in renderer.drawn} == {""}
    assert [title for title, _page in outline(tmp_path / "图.pdf")] == ["甲 / 乙", "丙<b>", "丁"]


def test_svg_and_png_are_a_file_each_in_order_under_names_that_every_system_takes(tmp_path: Path) -> None:
    written = save_pictures(tmp_path / "图.svg", MAPS, SHEET, FakeRenderer())
    assert [path.name for path in written] == ["图-01-甲-乙.svg", "图-02-丙-b.svg", "图-03-丁.svg"]
    assert all(path.is_file() for path in written)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in written)


def test_names_of_files_stay_within_what_systems_take() -> None:
    [long, hostile] = page_files(Path("图" * 70 + ".png"), ["视图" * 60, "../../etc/\x00passwd\u202e."])
    assert len(long.name.encode()) <= 255 and len(hostile.name.encode()) <= 255
    assert hostile.parent == Path() and "/" not in hostile.name and "\u202e" not in hostile.name


def test_a_cancel_leaves_the_files_that_are_whole_and_no_half_pdf(tmp_path: Path) -> None:
    written = save_pictures(tmp_path / "图.svg", MAPS, SHEET, FakeRenderer(stop_at="丙<b>"))
    assert [path.name for path in written] == ["图-01-甲-乙.svg"]
    old = tmp_path / "图.pdf"
    old.write_bytes(b"old")
    assert save_pictures(old, MAPS, SHEET, FakeRenderer(stop_at="丁")) == ()
    assert old.read_bytes() == b"old"


def test_a_browser_that_ends_is_told_and_the_old_file_stays(tmp_path: Path) -> None:
    old = tmp_path / "图.pdf"
    old.write_bytes(b"old")
    with pytest.raises(ExportFailed):
        save_pictures(old, MAPS, SHEET, FakeRenderer(fail_at="丁"))
    assert old.read_bytes() == b"old"


def test_an_impossible_sheet_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    renderer = FakeRenderer()
    with pytest.raises(ExportFailed):
        save_pictures(tmp_path / "图.pdf", MAPS, Sheet(1, 1), renderer)
    assert not renderer.drawn


def test_what_is_no_pdf_of_the_browser_is_refused() -> None:
    with pytest.raises(RenderingFailed):
        joined_pdf([made_pdf(), b"%PDF-1.4 nothing"], ["甲", "乙"])
