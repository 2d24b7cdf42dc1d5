import io
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pdf_made_by_hand import made_pdf
from PIL import Image

from jjjmap.errors import ExportFailed, RenderingFailed, RenderingStopped
from jjjmap.export.marks import Audience
from jjjmap.export.pictures.pdf_files import page_count
from jjjmap.export.pictures.saving import SUFFIXES, picture_png, save_picture, sheet_html, svg_png
from jjjmap.export.renderer import PrintedPages, Sheet
from jjjmap.i18n import Language
from jjjmap.maps.snapshot import MapSnapshot

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72mm" height="36mm"><text>雄安 &lt;b&gt;</text></svg>'
SHEET = Sheet(width_mm=72, height_mm=50, title="甲县 & <乙县>")
SNAPSHOT = MapSnapshot((), Language.ZH)


class FakeRenderer:
    """Answers at once, or with an error."""

    def __init__(self, error: Exception | None = None, svg: str = SVG) -> None:
        self.error = error
        self.svg = svg
        self.documents: list[str] = []

    def map_svg(
        self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Callable[[], bool] = lambda: False
    ) -> str:
        if cancelled():
            raise RenderingStopped
        if self.error is not None:
            raise self.error
        return self.svg

    def printed(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        one_page: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PrintedPages:
        self.documents.append(html)
        return PrintedPages(made_pdf(day=f"2026010{len(self.documents) % 10}"))


def test_an_svg_is_written_as_it_was_drawn(tmp_path: Path) -> None:
    path = tmp_path / "图.svg"
    assert save_picture(path, SNAPSHOT, SHEET, FakeRenderer())
    text = path.read_text(encoding="utf-8")
    assert text == '<?xml version="1.0" encoding="UTF-8"?>\n' + SVG
    assert ElementTree.fromstring(text.encode())[0].text == "雄安 <b>"


def test_a_declaration_is_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "图.svg"
    save_picture(path, SNAPSHOT, SHEET, FakeRenderer(svg='<?xml version="1.0"?>\n' + SVG))
    assert path.read_text(encoding="utf-8").count("<?xml") == 1


def test_a_pdf_tells_title_marks_and_language(tmp_path: Path) -> None:
    renderer, path = FakeRenderer(), tmp_path / "图.pdf"
    assert save_picture(path, SNAPSHOT, SHEET, renderer)
    data = path.read_bytes()
    assert page_count(data) == 1
    assert "内部参考".encode() in data  # in XMP
    assert b"GS(2024)0650" in data
    assert "甲县 &amp; &lt;乙县&gt;".encode() in data
    assert "<title>甲县 &amp; &lt;乙县&gt;</title>" in renderer.documents[0]


def test_a_public_picture_does_not_say_that_it_is_internal(tmp_path: Path) -> None:
    path = tmp_path / "图.pdf"
    save_picture(path, SNAPSHOT, Sheet(72, 50, audience=Audience.PUBLIC), FakeRenderer())
    data = path.read_bytes()
    assert "内部参考".encode() not in data
    assert "示意图".encode() in data


def test_a_png_has_the_size_and_the_fineness_that_were_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    assert save_picture(path, SNAPSHOT, SHEET, FakeRenderer(), dpi=150)
    picture = Image.open(io.BytesIO(path.read_bytes()))
    assert picture.size == (425, 295)
    assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.02)
    assert picture.info["Title"] == SHEET.title
    assert "示意图" in picture.info["Description"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_map_gives_the_same_bytes(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    renderer = FakeRenderer()
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    save_picture(one, SNAPSHOT, SHEET, renderer, dpi=96)
    save_picture(other, SNAPSHOT, SHEET, renderer, dpi=96)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_picture_that_was_cancelled_leaves_the_old_one_and_nothing_else(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"图{suffix}"
    path.write_bytes(b"old")
    assert not save_picture(path, SNAPSHOT, SHEET, FakeRenderer(), cancelled=lambda: True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("reason", ["timeout", "ended", "page-failed", "print-failed"])
def test_a_browser_that_fails_is_told_in_a_sentence(reason: str, tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    with pytest.raises(ExportFailed) as failed:
        save_picture(path, SNAPSHOT, SHEET, FakeRenderer(RenderingFailed(reason)))
    assert failed.value.reason.endswith(("。", "."))
    assert reason not in failed.value.reason
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "sheet", "dpi", "said"),
    [
        ("图.bmp", SHEET, 96, ".png"),
        ("图.pdf", Sheet(10, 200), 96, "毫米"),
        ("图.svg", Sheet(9000, 200), 96, "毫米"),
        ("图.png", SHEET, 72, "96–600"),
        ("图.png", SHEET, 1200, "96–600"),
        ("图.png", Sheet(1189, 841), 600, "439 dpi"),
    ],
)
def test_what_cannot_be_drawn_is_said_before_any_work(
    name: str, sheet: Sheet, dpi: float, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportFailed) as failed:
        save_picture(tmp_path / name, SNAPSHOT, sheet, FakeRenderer(AssertionError()), dpi=dpi)
    assert said in failed.value.reason


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed) as failed:
        save_picture(tmp_path / "none" / "图.svg", SNAPSHOT, SHEET, FakeRenderer())
    assert failed.value.reason == "文件夹不存在。"


def test_progress_ends_with_the_whole(tmp_path: Path) -> None:
    shares: list[float] = []
    save_picture(tmp_path / "图.png", SNAPSHOT, SHEET, FakeRenderer(), dpi=96, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_picture_for_the_clipboard_is_a_png() -> None:
    picture = Image.open(io.BytesIO(picture_png(SNAPSHOT, SHEET, FakeRenderer(), dpi=96)))
    assert picture.size == (272, 189)


def test_a_drawing_becomes_a_png_of_its_size() -> None:
    picture = Image.open(io.BytesIO(svg_png(SVG, FakeRenderer(), width_mm=72, height_mm=36, dpi=100)))
    assert picture.size == (283, 142)


def test_a_hostile_title_is_no_markup_in_the_document_that_is_printed() -> None:
    page = sheet_html(SVG, "</title><script>x</script>", Language.EN, 72, 36)
    assert "<script>" not in page
