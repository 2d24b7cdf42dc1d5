"""Files and folders into the library: read, clean, find mentions and figures, store."""

import hashlib
import logging
import re
import stat
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import DocumentUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.text.offsets import OffsetMap
from jjjmap.text.records import (
    Document,
    DocumentDetails,
    DocumentFormat,
    FigureRole,
    Mention,
    RawText,
    TextFigure,
)
from jjjmap.text.store.library import Library, Outcome, StoredAs
from jjjmap.text.store.library_rows import storable
from jjjmap.text.store.versions import Likeness

if TYPE_CHECKING:
    from jjjmap.text.documents.reading_worker import DocumentReader
    from jjjmap.text.names.lessons import Lesson
    from jjjmap.text.names.mentions import MentionFinder
    from jjjmap.text.numbers.indicators import IndicatorIndex

logger = logging.getLogger(__name__)

Progress = Callable[[float], None]
"""Takes the share that is done, 0…1."""
Cancelled = Callable[[], bool]

RULES_VERSION = "2"
"""Raised when rules of cleaning, mentions or figures change: an import then reads again what it knows."""

_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_GROWTH = re.compile("增速|增长|增幅|增量|倍数")
_SHARE_OF_READING = 0.3
"""Of the work on one file, roughly; the rest is analysis."""
_TRIES = 2


class _Stopped(Exception):
    """The user asked to stop."""


class Analyser:
    """Reads out of a text what it says: cleaning, passages, details, mentions, figures.

    It is slow to use for the first time (the gazetteer is made) and quick afterwards; one serves a whole
    import. For one thread at a time.

    Parameters
    ----------
    catalogue
        What the mentions are looked up in.
    lessons
        What the user's corrections teach; see `Library.lessons`.
    """

    def __init__(self, catalogue: Catalogue, lessons: "Sequence[Lesson]" = ()) -> None:
        self._catalogue = catalogue
        self._lessons = tuple(lessons)
        self._finder: MentionFinder | None = None
        self._indicators: IndicatorIndex | None = None

    @property
    def version(self) -> str:
        """Says by which rules it reads."""
        return RULES_VERSION

    def analyse(
        self,
        raw: RawText,
        file_name: str,
        *,
        sha256: str,
        size_bytes: int,
        inactive: Collection[str] = (),
        details: DocumentDetails | None = None,
        cancelled: Cancelled | None = None,
    ) -> Document:
        """Read a text.

        Parameters
        ----------
        raw
            The text as its file has it.
        file_name
            Without folders.
        sha256
            Of the file's bytes, hexadecimal.
        size_bytes
            Of the file.
        inactive
            Ids of cleaning steps that are left out.
        details
            What is known already; None to guess it.
        cancelled
            Asked between one kind of work and the next; `import_paths` uses it.
        """
        from jjjmap.text.documents.cleaning import apply_steps, find_steps
        from jjjmap.text.documents.heading import guess_details
        from jjjmap.text.documents.passages import split_passages
        from jjjmap.text.numbers.figures import read_figures
        from jjjmap.text.numbers.indicators import link_figures

        def go_on() -> None:
            if cancelled is not None and cancelled():
                raise _Stopped

        raw = _storable_raw(raw)
        steps = tuple(replace(step, is_active=step.id not in inactive) for step in find_steps(raw))
        go_on()
        clean = apply_steps(raw.text, steps)
        passages = tuple(split_passages(clean.text))
        if details is None:
            details = guess_details(clean.text, raw, file_name)
        go_on()
        named = self._mention_finder().read(clean.text)
        mentions = named.mentions
        go_on()
        read = read_figures(clean.text, mentions, document_date=details.date)
        figures = tuple(
            _certainly_linked(figure) for figure in link_figures(read.figures, self._indicator_index())
        )
        go_on()
        findings = list(raw.findings)
        if not clean.text.strip():
            findings.append(_nothing_left(file_name))
        if named.reaches_limit:
            findings.append(_too_many_names(file_name))
        if read.reaches_limit:
            findings.append(_too_many_figures(file_name))
        return Document(
            id=f"doc-{sha256[:12]}",
            details=details,
            file_name=file_name,
            sha256=sha256,
            size_bytes=size_bytes,
            raw=raw,
            steps=steps,
            text=clean.text,
            passages=passages,
            mentions=_mentions_in_raw(mentions, clean.offsets),
            figures=_figures_in_raw(figures, clean.offsets),
            findings=tuple(findings),
        )

    def analyse_again(self, document: Document, *, inactive: Collection[str]) -> Document:
        """Read the raw text of a document again, without some cleaning steps; its id and details stay.

        What the user decided about mentions and figures is not in the answer: the library ties it to words.
        """
        again = self.analyse(
            document.raw,
            document.file_name,
            sha256=document.sha256,
            size_bytes=document.size_bytes,
            inactive=inactive,
            details=document.details,
        )
        return replace(again, id=document.id, version_of=document.version_of)

    def _mention_finder(self) -> "MentionFinder":
        if self._finder is None:
            from jjjmap.text.names.gazetteer import build_gazetteer
            from jjjmap.text.names.mentions import MentionFinder

            self._finder = MentionFinder(build_gazetteer(self._catalogue), self._lessons)
        return self._finder

    def _indicator_index(self) -> "IndicatorIndex":
        if self._indicators is None:
            from jjjmap.text.numbers.indicators import IndicatorIndex

            self._indicators = IndicatorIndex(self._catalogue)
        return self._indicators


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """What became of one file."""

    document_id: str
    outcome: Outcome
    file_name: str
    title: str
    characters: int
    mentions: int
    """Without leads and rejected ones."""
    figures: int
    """Without rejected ones."""
    likeness: Likeness | None = None
    """What it is nearly the same as, if it is a version of another document."""
    path: Path = Path()
    """The file that it was read from."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an import; what is in it stands in the library, also after a cancel."""

    imported: tuple[ImportedDocument, ...]
    """In the order of reading."""
    findings: tuple[Finding, ...]
    """Of severity ERROR for each file that gave no document."""
    was_cancelled: bool = False


def import_paths(
    paths: Iterable[Path],
    library: Library,
    analyser: Analyser,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    anew: bool = False,
) -> ImportReport:
    """Read files and folders into the library, each document in one transaction.

    Parameters
    ----------
    paths
        Files are read whatever they are called; of a folder those of a known format.
    progress
        Takes the share that is done, by bytes.
    cancelled
        Asked between files and inside of them. What was read until then stays.
    anew
        Whether to analyse also what has not changed since it was last read.

    Raises
    ------
    LibraryUnusable
        The library cannot be written; what was read until then stays.
    """
    from jjjmap.text.documents.file_walk import find_files
    from jjjmap.text.documents.reading_worker import DocumentReader
    from jjjmap.text.documents.reasons import reason_parts

    is_cancelled: Cancelled = cancelled if cancelled is not None else _never
    found = find_files(paths)
    imported: list[ImportedDocument] = []
    findings: list[Finding] = []
    was_cancelled = False
    # A file without a byte is work too.
    total = sum(file.size_bytes + 1 for file in found.files)
    done = 0
    with DocumentReader() as reader, library.batch():
        for file in found.files:
            if is_cancelled():
                was_cancelled = True
                break
            weight = file.size_bytes + 1

            def tell(share: float, before: int = done, weight: int = weight) -> None:
                if progress is not None:
                    progress((before + share * weight) / total)

            tell(0.0)
            try:
                document, stored = _import_file(
                    file.path, library, analyser, reader, tell, is_cancelled, anew
                )
            except _Stopped:
                was_cancelled = True
                break
            except DocumentUnreadable as error:
                if error.reason == "cancelled":
                    was_cancelled = True
                    break
                logger.info("%s gave no document: %s %s", file.shown, error.reason, error.detail)
                why, hint = reason_parts(error.reason, error.detail)
                findings.append(Finding(Severity.ERROR, error.reason, file.shown, why, hint))
            except _Failed as error:
                findings.append(Finding(Severity.ERROR, error.code, file.shown, error.message, error.hint))
            else:
                imported.append(document)
                findings.extend(replace(finding, where=file.shown) for finding in stored)
            done += weight
            tell(0.0, done)
    return ImportReport(tuple(imported), (*findings, *found.findings), was_cancelled)


class _Failed(Exception):
    """A file gave no document for a reason that no reader knows."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def _import_file(
    path: Path,
    library: Library,
    analyser: Analyser,
    reader: "DocumentReader",
    tell: Progress,
    cancelled: Cancelled,
    anew: bool,
) -> tuple[ImportedDocument, tuple[Finding, ...]]:
    """Read one file and store it; return what is told about it."""
    origin = str(path.absolute())
    data, raw = b"", None
    for _attempt in range(_TRIES):
        data, before = _bytes_of(path)
        sha256 = hashlib.sha256(data).hexdigest()
        known = library.has_bytes(sha256, analyser.version)
        if known is not None and not anew:
            return _imported(library, StoredAs(known.id, Outcome.UNCHANGED), path), ()
        raw = reader.read(path, cancelled=cancelled)
        if _state_of(path) == before:
            break
    else:
        raise _Failed("changing", _("读的时候文件正在被改动。"), _("请等写完后再导入。"))
    tell(_SHARE_OF_READING)
    file_name = storable(path.name)
    try:
        document = analyser.analyse(raw, file_name, sha256=sha256, size_bytes=len(data), cancelled=cancelled)
    except (_Stopped, DocumentUnreadable):
        raise
    except Exception as error:
        # The rules meet texts that nobody foresaw; one of them must not stop a batch.
        logger.exception("%s could not be analysed", file_name)
        raise _Failed(
            "analysis-failed",
            _("分析这个文件时出错（{kind}），没有导入。").format(kind=type(error).__name__),
            _("请把文件连同日志一起报告给我们。"),
        ) from error
    tell(0.95)
    stored = library.store(document, data, origin=origin, analyser=analyser, anew=anew)
    return _imported(library, stored, path), (*document.findings, *stored.findings)


def _imported(library: Library, stored: StoredAs, path: Path) -> ImportedDocument:
    entry = library.entry(stored.document_id)
    return ImportedDocument(
        document_id=entry.id,
        outcome=stored.outcome,
        file_name=entry.file_name,
        title=entry.details.title,
        characters=entry.characters,
        mentions=entry.mentions,
        figures=entry.figures,
        likeness=stored.likeness,
        path=path,
    )


_State = tuple[int, int, int]


def _bytes_of(path: Path) -> tuple[bytes, _State]:
    """Return what is in a file, and its state; files of a size that no reader takes are not loaded."""
    from jjjmap.text.documents.formats import format_of
    from jjjmap.text.documents.limits import MAX_BYTES, MAX_PDF_BYTES

    limit = MAX_PDF_BYTES if format_of(path) is DocumentFormat.PDF else MAX_BYTES
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DocumentUnreadable(path, "not-a-file")
        if format_of(path) is None:
            raise DocumentUnreadable(path, "unknown-format", path.suffix.lower() or path.name)
        if status.st_size > limit:
            raise DocumentUnreadable(path, "too-large", f"{limit >> 20} MB")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise DocumentUnreadable(path, "missing") from error
    except OSError as error:
        raise DocumentUnreadable(path, "no-access", error.strerror or type(error).__name__) from error
    if len(data) > limit:
        raise DocumentUnreadable(path, "too-large", f"{limit >> 20} MB")
    return data, (status.st_size, status.st_mtime_ns, status.st_ino)


def _state_of(path: Path) -> _State | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino


def _mentions_in_raw(mentions: Iterable[Mention], offsets: OffsetMap) -> tuple[Mention, ...]:
    # Field by field: `replace` takes five times as long, and a long text has ten thousands of them.
    return tuple(
        Mention(
            mention.subject_id,
            mention.kind,
            mention.start,
            mention.end,
            mention.text,
            mention.confidence,
            mention.rule,
            mention.candidates,
            mention.is_lead,
            *offsets.to_source(mention.start, mention.end),
        )
        for mention in mentions
    )


def _figures_in_raw(figures: Iterable[TextFigure], offsets: OffsetMap) -> tuple[TextFigure, ...]:
    return tuple(
        TextFigure(
            figure.value,
            figure.qualifier,
            figure.unit,
            figure.start,
            figure.end,
            figure.text,
            figure.printed_value,
            figure.printed_unit,
            figure.sentence_start,
            figure.sentence_end,
            figure.indicator,
            figure.indicator_id,
            figure.period,
            figure.scope_id,
            figure.role,
            figure.comparison,
            figure.confidence,
            *offsets.to_source(figure.start, figure.end),
            figure.status,
        )
        for figure in figures
    )


def _certainly_linked(figure: TextFigure) -> TextFigure:
    """Return a figure without a link to what only sounds like it.

    That is what is counted for years that the text does not name (2013—2022), for a difference the thing
    itself, and for the ends of a range the value.
    """
    if not figure.indicator_id:
        return figure
    said = f"{figure.period} {figure.comparison}"
    is_certain = (
        all(year in said for year in _YEAR.findall(figure.indicator_id))
        and figure.role not in (FigureRole.LOW, FigureRole.HIGH)
        and (figure.role is not FigureRole.CHANGE or _GROWTH.search(figure.indicator_id) is not None)
    )
    return figure if is_certain else replace(figure, indicator_id="")


def _storable_raw(raw: RawText) -> RawText:
    """Return a raw text without what no file can hold; findings name the file, whose name may be no UTF-8."""
    findings = tuple(
        replace(
            finding,
            where=storable(finding.where),
            message=storable(finding.message),
            hint=storable(finding.hint),
        )
        for finding in raw.findings
    )
    return replace(
        raw,
        text=storable(raw.text),
        title=storable(raw.title),
        author=storable(raw.author),
        findings=findings,
    )


def _nothing_left(file_name: str) -> Finding:
    return Finding(
        Severity.WARNING,
        "nothing-left",
        file_name,
        _("清理之后没有剩下文字。"),
        _("可以在清理记录里停用一些步骤。"),
    )


def _too_many_names(file_name: str) -> Finding:
    from jjjmap.text.names.gazetteer import MOST_NAMES

    return Finding(
        Severity.WARNING,
        "mentions-limit",
        file_name,
        _("地名达到 {n} 处的上限，其后若还有提及，没有读取。").format(n=f"{MOST_NAMES:,}"),
        _("请把它拆成几个较小的文件后再导入。"),
    )


def _too_many_figures(file_name: str) -> Finding:
    from jjjmap.text.numbers.numbers import MOST_FIGURES

    return Finding(
        Severity.WARNING,
        "figures-limit",
        file_name,
        _("数字达到 {n} 个的上限，其后若还有数字，没有读取。").format(n=f"{MOST_FIGURES:,}"),
        _("请把它拆成几个较小的文件后再导入。"),
    )


def _never() -> bool:
    return False
