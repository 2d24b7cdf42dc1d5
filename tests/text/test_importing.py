import gc
import hashlib
import logging
import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import LibraryUnusable
from jjjmap.findings import Severity
from jjjmap.paths import RESOURCES
from jjjmap.text import importing
from jjjmap.text.importing import Analyser, ImportReport, import_paths
from jjjmap.text.numbers import numbers
from jjjmap.text.records import Document, DocumentDetails, MentionStatus, RawText
from jjjmap.text.store.library import Library, Outcome
from tests.text.small_library import SmallAnalyser, mention_of, prose

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
needs_seeds = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the seeds lie beside the checkout only where it is developed"
)

TEXT = "某区域产业报告\n甲市有3家企业。乙县修了20公里路。\n"


class SmallReading(Analyser):
    """The small analyser behind the face of the real one; may break on a word."""

    def __init__(self, breaks_on: str = "", raises: BaseException | None = None) -> None:
        super().__init__(Catalogue())
        self.small = SmallAnalyser()
        self._breaks_on = breaks_on
        self._raises = raises

    @property
    def version(self) -> str:
        return self.small.version

    def analyse(
        self,
        raw: RawText,
        file_name: str,
        *,
        sha256: str,
        size_bytes: int,
        inactive: Collection[str] = (),
        details: DocumentDetails | None = None,
        cancelled: Any = None,
    ) -> Document:
        if self._breaks_on and self._breaks_on in raw.text:
            raise self._raises or RuntimeError("nobody foresaw this")
        document = self.small.read(raw.text.encode(), file_name, details=details, inactive=inactive)
        return importing.replace(
            document, raw=raw, sha256=sha256, size_bytes=size_bytes, findings=raw.findings
        )


@pytest.fixture
def library() -> Iterator[Library]:
    with Library.open(None) as library:
        yield library


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


def write(folder: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.txt")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def outcomes(report: ImportReport) -> list[tuple[str, str]]:
    return [(document.file_name, document.outcome.value) for document in report.imported]


def test_a_folder_is_read_and_every_file_told(library: Library, tmp_path: Path) -> None:
    write(tmp_path, a=TEXT, b=prose(0, 40), c=prose(0, 40) + "改")
    report = import_paths([tmp_path], library, SmallReading())
    assert outcomes(report) == [("a.txt", "new"), ("b.txt", "new"), ("c.txt", "version")]
    assert report.findings == ()
    assert not report.was_cancelled
    first, second, third = report.imported
    assert (first.title, first.characters, first.mentions, first.figures) == ("某区域产业报告", 27, 2, 2)
    assert third.likeness is not None and third.likeness.document_id == second.document_id
    assert library.original(first.document_id) == TEXT.encode()
    assert library.document(first.document_id).sha256 == hashlib.sha256(TEXT.encode()).hexdigest()


def test_what_has_not_changed_is_not_read_again_unless_asked(library: Library, tmp_path: Path) -> None:
    write(tmp_path, a=TEXT)
    reading = SmallReading()
    import_paths([tmp_path], library, reading)
    assert outcomes(import_paths([tmp_path], library, reading)) == [("a.txt", "unchanged")]
    assert reading.small.calls == 1
    assert outcomes(import_paths([tmp_path], library, reading, anew=True)) == [("a.txt", "updated")]
    reading.small.version = "small-2"
    assert outcomes(import_paths([tmp_path], library, reading)) == [("a.txt", "updated")]
    assert reading.small.calls == 3


def test_a_changed_file_keeps_the_decisions_and_tells_those_that_are_lost(
    library: Library, tmp_path: Path
) -> None:
    (path,) = write(tmp_path, a=TEXT + prose(0, 20))
    (first,) = import_paths([path], library, SmallReading()).imported
    document = library.document(first.document_id)
    library.decide_mention(first.document_id, mention_of(document, "130100"), MentionStatus.CORRECTED, "x")
    library.decide_mention(first.document_id, mention_of(document, "130121"), MentionStatus.REJECTED)
    write(tmp_path, a="多一行。\n" + TEXT.replace("乙县修了20公里路。", "") + prose(0, 20))
    report = import_paths([path], library, SmallReading())
    assert outcomes(report) == [("a.txt", "updated")]
    assert [(finding.severity, finding.code, finding.where) for finding in report.findings] == [
        (Severity.WARNING, "decision-lost", "a.txt")
    ]
    assert mention_of(library.document(report.imported[0].document_id), "x").text == "甲市"


def test_a_bad_file_is_told_and_the_others_are_read(library: Library, tmp_path: Path) -> None:
    write(tmp_path, a=TEXT, b="", c="这里会出错" + prose(0, 9), d=prose(30, 30))
    (tmp_path / "e.docx").write_bytes(b"no zip at all, but long enough to look at" * 9)
    (tmp_path / "f.pdf").write_bytes(b"%PDF-1.7 and nothing behind it")
    report = import_paths([tmp_path, tmp_path / "missing.txt"], library, SmallReading("这里会出错"))
    assert outcomes(report) == [("a.txt", "new"), ("d.txt", "new")]
    errors = {finding.where: finding for finding in report.findings if finding.severity is Severity.ERROR}
    where = {name: f"{tmp_path.name}/{name}" for name in ("b.txt", "c.txt", "e.docx", "f.pdf")}
    assert set(errors) == {*where.values(), "missing.txt"}
    assert errors[where["b.txt"]].code == "empty"
    assert errors["missing.txt"].code == "missing"
    assert errors[where["c.txt"]].code == "analysis-failed"
    assert errors[where["c.txt"]].message == "分析这个文件时出错（RuntimeError），没有导入。"
    assert all(finding.message and finding.hint for finding in errors.values())
    assert {entry.file_name for entry in library.documents()} == {"a.txt", "d.txt"}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are Unicode there")
def test_a_file_whose_name_is_no_utf8_is_read_and_the_others_after_it(
    library: Library, tmp_path: Path, shipped: Catalogue
) -> None:
    # The odd bytes make the encoding doubtful, and the finding about that names the file.
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.txt"))
    odd.write_bytes("某园区引进企业5家。\n".encode() * 20 + b"\xff\xfe")
    write(tmp_path, b=TEXT)
    report = import_paths([tmp_path], library, Analyser(shipped))
    assert [document.outcome for document in report.imported] == [Outcome.NEW, Outcome.NEW]
    for finding in library.document(report.imported[0].document_id).findings:
        assert finding.where.encode("utf-8") == b"a?.txt"


def test_a_file_that_is_too_large_is_refused_without_loading_it(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    report = import_paths([path], library, SmallReading())
    assert [finding.code for finding in report.findings] == ["too-large"]
    assert library.documents() == ()


def test_a_file_that_is_written_while_it_is_read_is_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = write(tmp_path, a=TEXT)
    real = importing._state_of
    states = iter(range(9))
    monkeypatch.setattr(importing, "_state_of", lambda path: (*real(path)[:2], next(states)))
    report = import_paths([path], library, SmallReading())
    assert [finding.code for finding in report.findings] == ["changing"]
    assert library.documents() == ()


def test_progress_goes_by_bytes_from_nothing_to_all(library: Library, tmp_path: Path) -> None:
    write(tmp_path, a="甲", b=prose(0, 200), c="")
    told: list[float] = []
    import_paths([tmp_path], library, SmallReading(), progress=told.append)
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in told)


def test_after_a_cancel_between_files_what_was_read_stays(library: Library, tmp_path: Path) -> None:
    write(tmp_path, a=TEXT, b=prose(0, 30), c=prose(50, 30))
    report = import_paths([tmp_path], library, SmallReading(), cancelled=lambda: bool(library.documents()))
    assert report.was_cancelled
    assert outcomes(report) == [("a.txt", "new")]
    assert len(library.documents()) == 1


def test_a_cancel_inside_a_file_leaves_nothing_of_it(
    library: Library, tmp_path: Path, shipped: Catalogue
) -> None:
    write(tmp_path, a=prose(0, 30))
    asked = iter(range(99))
    # First between files, then by the reader, then between the kinds of work on the text.
    report = import_paths([tmp_path], library, Analyser(shipped), cancelled=lambda: next(asked) >= 3)
    assert report.was_cancelled
    assert report.imported == ()
    assert report.findings == ()
    assert library.documents() == ()


def test_a_library_that_cannot_be_written_ends_the_import(library: Library, tmp_path: Path) -> None:
    write(tmp_path, a=TEXT)
    library.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(LibraryUnusable):
        import_paths([tmp_path], library, SmallReading())


def test_an_error_of_the_rules_is_logged_with_its_trace(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, a=TEXT)
    with caplog.at_level(logging.ERROR):
        import_paths([tmp_path], library, SmallReading("甲市", RecursionError("deep")))
    assert "a.txt could not be analysed" in caplog.text


def test_an_import_holds_one_document_at_a_time(library: Library, tmp_path: Path) -> None:
    write(tmp_path, **{f"a{number}": prose(number * 20, 12) for number in range(30)})
    held: list[int] = []

    def look(_share: float) -> None:
        if len(held) < 200:
            held.append(sum(isinstance(each, Document) for each in gc.get_objects()))

    gc.collect()
    gc.freeze()  # Only what comes from now on is looked through, again and again.
    try:
        report = import_paths([tmp_path], library, SmallReading(), progress=look)
    finally:
        gc.unfreeze()
    assert len(report.imported) == 30
    assert max(held) <= 2


# --------------------------------------------------------------------------------- with the real rules


def test_a_text_is_read_by_the_real_rules(library: Library, tmp_path: Path, shipped: Catalogue) -> None:
    text = (
        "\n\n某区域产业协作情况\n\n2024年，天津市滨海新区与河北省石家庄市新增企业约300家，同比增长4.5%。\n"
        + prose(0, 9)
    )
    (path,) = write(tmp_path, a=text)
    report = import_paths([path], library, Analyser(shipped))
    assert report.findings == ()
    document = library.document(report.imported[0].document_id)
    assert {"120000", "130100"} <= {mention.subject_id for mention in document.mentions}
    assert "300" in {str(figure.value) for figure in document.figures}
    check_offsets(document)


def test_figures_are_linked_where_there_is_no_doubt(
    library: Library, shipped: Catalogue, tmp_path: Path
) -> None:
    text = (
        "某区域产业情况\n\n2022年，京津冀工业增加值25114.4亿元。2013年到2022年，工业增加值年均增长4.5%。\n"
        "2015年到2020年，工业增加值年均增长5.5%。某地蜜蜂数量300家。\n"
        "2024年，京津冀工业增加值增加77亿元。2024年，京津冀工业增加值达到200亿元至300亿元。\n"
    )
    (path,) = write(tmp_path, a=text)
    report = import_paths([path], library, Analyser(shipped))
    linked = {
        figure.text: figure.indicator_id
        for figure in library.document(report.imported[0].document_id).figures
    }
    assert linked["25114.4亿元"] == "工业增加值"
    assert linked["4.5%"].startswith("工业增加值年均增速")
    # The catalogue counts it for other years.
    assert linked["5.5%"] == ""
    assert linked["300家"] == ""
    # A difference and a bound are not the thing itself.
    assert [linked[words] for words in ("77亿元", "200亿元", "300亿元")] == [""] * 3


def check_offsets(document: Document) -> None:
    bare = str.maketrans("", "", " \n\t　\r")
    for record in (*document.mentions, *document.figures):
        assert document.text[record.start : record.end] == record.text
        raw = document.raw.text[record.raw_start : record.raw_end]
        assert raw.translate(bare) == record.text.translate(bare)
    for passage in document.passages:
        assert document.text[passage.start : passage.end].strip()
    for figure in document.figures:
        assert figure.sentence_start <= figure.start < figure.end <= figure.sentence_end


@needs_seeds
def test_the_seeds_are_read_and_three_of_them_are_one_text(library: Library, shipped: Catalogue) -> None:
    report = import_paths([SEEDS], library, Analyser(shipped))
    assert [document.outcome for document in report.imported] == [
        Outcome.NEW,
        Outcome.VERSION,
        Outcome.VERSION,
        Outcome.NEW,
        Outcome.NEW,
    ]
    first = report.imported[0].document_id
    assert {entry.version_of for entry in library.documents()} == {"", first}
    for entry in library.documents():
        check_offsets(library.document(entry.id))
    assert library.quotations_about("xiongan")
    assert max(quotation.versions for quotation in library.quotations_about("region")) >= 2


def test_a_document_with_more_figures_than_are_read_is_told(
    library: Library, tmp_path: Path, shipped: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "MOST_FIGURES", 5)
    write(tmp_path, few="某园区引进企业5家。" * 4, many="某园区引进企业7家。" * 60)
    report = import_paths([tmp_path], library, Analyser(shipped))
    assert [document.figures for document in report.imported] == [4, 5]
    (finding,) = report.findings
    assert (finding.severity, finding.code) == (Severity.WARNING, "figures-limit")
    assert finding.where.endswith("many.txt")
    assert "5" in finding.message
    again = Analyser(shipped).analyse_again(library.document(report.imported[1].document_id), inactive=())
    assert [finding.code for finding in again.findings] == ["figures-limit"]


@needs_seeds
def test_every_cleaning_step_of_a_seed_can_be_taken_back_and_again(
    library: Library, shipped: Catalogue
) -> None:
    analyser = Analyser(shipped)
    (imported,) = import_paths([SEEDS / "seed-002.txt"], library, analyser).imported
    before = library.document(imported.document_id)
    confirmed = next(mention for mention in before.mentions if mention.confidence > 0.9)
    library.decide_mention(imported.document_id, confirmed, MentionStatus.CONFIRMED)
    before = library.document(imported.document_id)
    assert before.steps
    for step in before.steps:
        library.set_step(imported.document_id, step.id, False, analyser)
        changed = library.document(imported.document_id)
        check_offsets(changed)
        assert changed.details == before.details
        library.set_step(imported.document_id, step.id, True, analyser)
    assert library.document(imported.document_id) == before
    assert library.lost_decisions() == ()
