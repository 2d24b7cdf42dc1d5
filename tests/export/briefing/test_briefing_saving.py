"""Briefings as files: their names, what is there when something goes wrong, where a cancel leaves off."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from pdf_made_by_hand import made_pdf

from jjjmap.catalogue.models import Catalogue, Precision
from jjjmap.errors import ExportFailed, LibraryUnusable, RenderingFailed, RenderingStopped, TemplateInvalid
from jjjmap.export.briefing.contents import brief_place
from jjjmap.export.briefing.maps import GAP_MM, MAPS_MM, MOST_HEIGHT_MM, USUAL_HEIGHT_MM
from jjjmap.export.briefing.records import Briefing
from jjjmap.export.briefing.saving import briefing_path, save_briefings
from jjjmap.export.renderer import MeasuredPage, PrintedPages, Sheet
from jjjmap.export.target_names import name_trouble
from jjjmap.i18n import Language, speaking
from jjjmap.i18n import language as language_in_use
from jjjmap.maps.snapshot import MapSnapshot

from ..hostile import HOSTILE

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm"></svg>'


class FakeRenderer:
    """Draws nothing, at once; fails or stops at a call."""

    def __init__(self, error: Exception | None = None, error_at: int = 1) -> None:
        self.error = error
        self.error_at = error_at
        self.free_mm = 0.0
        self.sheets: list[Sheet] = []
        self.documents: list[str] = []

    def map_svg(
        self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Callable[[], bool] = lambda: False
    ) -> str:
        self.sheets.append(sheet)
        if self.error is not None and len(self.sheets) >= self.error_at:
            raise self.error
        return SVG

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
        return PrintedPages(made_pdf())

    def measured(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> MeasuredPage:
        return MeasuredPage((), self.free_mm)


@pytest.fixture
def save(catalogue: Catalogue, tmp_path: Path) -> Callable[..., tuple[Path, ...]]:
    def call(*place_ids: str, formats: tuple[str, ...] = ("pdf",), **more: object) -> tuple[Path, ...]:
        settings: dict[str, object] = {
            "catalogue": catalogue,
            "language": Language.ZH,
            "renderer": FakeRenderer(),
        }
        return save_briefings(place_ids, tmp_path / "简报", formats, **(settings | more))  # type: ignore[arg-type]

    return call


def test_each_place_and_format_is_a_file(save: Callable[..., tuple[Path, ...]], tmp_path: Path) -> None:
    shares: list[float] = []
    written = save("jia-park", "990001", "jia-park", formats=("html", "docx", "pdf"), progress=shares.append)
    assert [path.name for path in written] == [
        "甲园_jia-park.pdf",
        "甲园_jia-park.docx",
        "甲园_jia-park.html",
        "甲县_990001.pdf",
        "甲县_990001.docx",
        "甲县_990001.html",
    ]
    assert sorted(each.name for each in (tmp_path / "简报").iterdir()) == sorted(p.name for p in written)
    assert written[0].read_bytes().startswith(b"%PDF")
    assert docx.Document(str(written[1])).paragraphs[0].text == "甲园"
    assert "甲园" in written[2].read_text("utf-8")
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_names_of_files_are_good_on_every_system(catalogue: Catalogue, tmp_path: Path) -> None:
    place = catalogue.places["jia-park"]
    for name in ('甲/乙\\丙:*?"<>|', "..", "con", "园 区\n", "甲" * 200, HOSTILE, "\u202e甲", ""):
        path = briefing_path(tmp_path, replace(place, name_zh=name), Language.ZH, "pdf")
        assert path.parent == tmp_path
        assert name_trouble(path.name) == ""
        assert path.name.endswith("_jia-park.pdf")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("甲\ud800园", "甲园"),
        ("甲\u200b\u2060\ufeff园\u00ad", "甲园"),
        ("\u202e甲\u2066园\ue0001", "甲园\ue0001"),
        ("甲\U000e0041\ufe0f\u3164园", "甲园"),
        ("\ud83d\u200b", ""),
    ],
)
def test_names_of_files_have_no_letters_that_nobody_sees(
    catalogue: Catalogue, tmp_path: Path, name: str, expected: str
) -> None:
    place = replace(catalogue.places["jia-park"], id="jia\ud800-\u200bpark", name_zh=name)
    assert briefing_path(tmp_path, place, Language.ZH, "pdf").name == f"{expected}_jia-park.pdf"


def test_word_has_one_map_of_what_is_as_large_as_the_region(
    save: Callable[..., tuple[Path, ...]], catalogue: Catalogue
) -> None:
    park = replace(catalogue.places["jia-park"], precision=Precision.REGION, area_adcodes=())
    renderer = FakeRenderer()
    (path,) = save(
        "jia-park",
        formats=("docx",),
        renderer=renderer,
        catalogue=replace(catalogue, places=catalogue.places | {park.id: park}),
    )
    assert len(renderer.sheets) == 1
    captions = [cell.text for cell in docx.Document(str(path)).tables[0].rows[1].cells]
    assert [text for text in captions if "位置" in text or "周边" in text] == ["图 1　位置"]


def test_maps_for_word_are_drawn_in_the_size_in_which_they_stand(
    save: Callable[..., tuple[Path, ...]],
) -> None:
    renderer = FakeRenderer()
    save("jia-park", formats=("docx",), renderer=renderer)
    assert len(renderer.sheets) == 2
    assert len({sheet.height_mm for sheet in renderer.sheets}) == 1


def test_page_and_pdf_share_their_maps(save: Callable[..., tuple[Path, ...]]) -> None:
    renderer = FakeRenderer()
    save("jia-park", formats=("pdf", "html"), renderer=renderer)
    assert len(renderer.sheets) == 2


def test_a_cancel_leaves_whole_files_and_tells_which(
    save: Callable[..., tuple[Path, ...]], tmp_path: Path
) -> None:
    folder = tmp_path / "简报"
    written = save(
        "jia-park",
        "990001",
        "990002",
        cancelled=lambda: any(name.endswith(".pdf") for name in list_of(folder)),
    )
    assert [path.name for path in written] == ["甲园_jia-park.pdf"]
    assert list_of(folder) == ["甲园_jia-park.pdf"]
    stopped = save("990001", "990002", renderer=FakeRenderer(RenderingStopped(), error_at=3))
    assert [path.name for path in stopped] == ["甲县_990001.pdf"]


def list_of(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def test_a_browser_that_ends_leaves_the_files_before(
    save: Callable[..., tuple[Path, ...]], tmp_path: Path
) -> None:
    with pytest.raises(RenderingFailed):
        save("990001", "990002", renderer=FakeRenderer(RenderingFailed("ended"), error_at=3))
    assert list_of(tmp_path / "简报") == ["甲县_990001.pdf"]


def test_a_folder_that_is_a_file_is_told_before_anything_is_drawn(
    save: Callable[..., tuple[Path, ...]], tmp_path: Path
) -> None:
    (tmp_path / "简报").write_text("甲")
    renderer = FakeRenderer()
    with pytest.raises(ExportFailed) as caught:
        save("990001", renderer=renderer)
    assert "不是文件夹" in caught.value.reason
    assert not renderer.sheets


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_is_read_only_is_told(save: Callable[..., tuple[Path, ...]], tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ExportFailed):
            save("990001")
    finally:
        tmp_path.chmod(0o700)


def test_a_broken_template_is_told_before_the_first_file(
    save: Callable[..., tuple[Path, ...]], tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_paragraph("{{ nothing }}")
    document.save(str(tmp_path / "t.docx"))
    with pytest.raises(TemplateInvalid):
        save("990001", formats=("pdf", "docx"), docx_template=tmp_path / "t.docx")
    assert list_of(tmp_path / "简报") == []


def test_an_unknown_place_is_told(save: Callable[..., tuple[Path, ...]]) -> None:
    with pytest.raises(KeyError):
        save("nowhere")


def test_maps_take_the_room_that_a_page_has_to_spare(save: Callable[..., tuple[Path, ...]]) -> None:
    heights = []
    for free_mm in (0.0, 20.5, 400.0):
        renderer = FakeRenderer()
        renderer.free_mm = free_mm
        save("990001", renderer=renderer)
        assert len({sheet.height_mm for sheet in renderer.sheets}) == 1
        assert sum(sheet.width_mm for sheet in renderer.sheets) == pytest.approx(MAPS_MM - GAP_MM)
        heights.append(renderer.sheets[0].height_mm)
    assert heights == [USUAL_HEIGHT_MM, USUAL_HEIGHT_MM + 20, MOST_HEIGHT_MM]


class Meeting(FakeRenderer):
    """Draws the second place only while the first is printed."""

    def __init__(self) -> None:
        super().__init__()
        self.met = threading.Barrier(2)

    def map_svg(self, *what: object, **how: object) -> str:
        drawn = super().map_svg(*what, **how)  # type: ignore[arg-type]
        if len(self.sheets) == 3:
            self.met.wait(20)
        return drawn

    def printed(self, *what: object, **how: object) -> PrintedPages:
        pages = super().printed(*what, **how)  # type: ignore[arg-type]
        if len(self.documents) == 1:
            self.met.wait(20)
        return pages


def test_one_place_is_drawn_while_another_is_printed(save: Callable[..., tuple[Path, ...]]) -> None:
    written = save("990001", "990002", "jia-park", renderer=Meeting())
    assert [path.name for path in written] == ["甲县_990001.pdf", "乙县_990002.pdf", "甲园_jia-park.pdf"]


def test_only_a_few_places_are_under_way_at_once(
    save: Callable[..., tuple[Path, ...]], catalogue: Catalogue, tmp_path: Path
) -> None:
    renderer = FakeRenderer()
    ahead: list[int] = []

    def look(share: float) -> None:
        ahead.append(len(renderer.sheets) // 2 - round(share * len(catalogue.places)))

    written = save(*catalogue.places, renderer=renderer, progress=look)
    assert len(written) == len(catalogue.places)
    assert max(ahead) <= 3


def test_whoever_asks_is_spoken_to_in_one_language(save: Callable[..., tuple[Path, ...]]) -> None:
    heard: set[Language] = set()

    class Hearing(FakeRenderer):
        def map_svg(self, *what: object, **how: object) -> str:
            heard.add(language_in_use())
            return super().map_svg(*what, **how)  # type: ignore[arg-type]

    for language in Language:
        heard.clear()
        with speaking(language):
            save("990001", renderer=Hearing())
        assert heard == {language}


def test_a_place_of_which_nothing_can_be_said_is_told_behind_the_files_before_it(
    save: Callable[..., tuple[Path, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def brief(catalogue: Catalogue, place_id: str, *what: object, **how: object) -> Briefing:
        if place_id == "990002":
            raise LibraryUnusable(tmp_path / "library.sqlite", "damaged")
        return brief_place(catalogue, place_id, *what, **how)  # type: ignore[arg-type]

    monkeypatch.setattr("jjjmap.export.briefing.saving.brief_place", brief)
    with pytest.raises(LibraryUnusable):
        save("990001", "990002", "jia-park")
    assert list_of(tmp_path / "简报") == ["甲县_990001.pdf"]


def test_no_thread_outlives_its_work(save: Callable[..., tuple[Path, ...]]) -> None:
    before = set(threading.enumerate())
    save("990001", "990002")
    with pytest.raises(RenderingFailed):
        save("990001", "990002", renderer=FakeRenderer(RenderingFailed("ended")))
    save("990001", "990002", cancelled=lambda: True)
    assert set(threading.enumerate()) <= before


MADE_WITHOUT_IMPORTS = """
import sys
from jjjmap.export.briefing.workshop import import_makers
assert "docx" not in sys.modules
import_makers(("docx",))
before = {name for name in sys.modules if name.startswith(("docx", "jjjmap.export"))}
from export.briefing.made_briefings import PICTURES, made_briefing
from jjjmap.export.briefing.docx import briefing_docx
briefing_docx(made_briefing(), PICTURES)
after = {name for name in sys.modules if name.startswith(("docx", "jjjmap.export"))}
assert after == before, after - before
"""

BEGUN_BEFORE_THE_THREADS = """
import sys
from concurrent.futures import Future
from jjjmap.export.briefing import workshop

class Idle:
    def __init__(self, *how):
        pass

    def submit(self, *what):
        here = "jjjmap.export.briefing"
        assert {"docx.blkcntnr", f"{here}.docx", f"{here}.page"} <= set(sys.modules)
        return Future()

    def shutdown(self, **how):
        pass

workshop.ThreadPoolExecutor = Idle
with workshop.Workshop(None, None, None, workshop.Stop(lambda: False)) as made:
    assert "docx" not in sys.modules
    assert list(made.begin(None, ("pdf", "docx"))) == ["pdf", "docx"]
"""


@pytest.mark.parametrize("program", [MADE_WITHOUT_IMPORTS, BEGUN_BEFORE_THE_THREADS])
def test_what_makes_files_is_imported_before_two_threads_need_it(program: str) -> None:
    # Elsewhere: here everything was imported by the tests before.
    tests = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(tests.parent), str(tests)))}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
