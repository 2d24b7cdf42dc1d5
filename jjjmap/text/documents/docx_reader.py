"""The text of a docx, read out of the parts of its archive."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from jjjmap.errors import DocumentUnreadable
from jjjmap.text.documents.limits import check_characters
from jjjmap.text.documents.sanitizing import iso_date, one_line, tidy
from jjjmap.text.records import DocumentFormat, RawText

MAX_ENTRIES = 2_000
"""Of the zip archive that a docx is."""
MAX_INFLATED_BYTES = 256 << 20
"""Really inflated out of a docx; what its header says about sizes is not believed."""
MAX_RATIO = 200
"""Inflated to packed bytes of one part, above 8 MB."""
_FREE_OF_RATIO = 8 << 20

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFFICE_DOCUMENT = "/relationships/officeDocument"


class _TooMuch(Exception):
    """A part of an archive inflates beyond its budget."""


class _Budget:
    """Counts what is really inflated out of one archive."""

    def __init__(self) -> None:
        self.left = MAX_INFLATED_BYTES


class _Counted(io.RawIOBase):
    """A part of an archive that stops when its budget is used up."""

    def __init__(self, file: IO[bytes], packed_bytes: int, budget: _Budget) -> None:
        super().__init__()
        self._file = file
        self._allowed = max(_FREE_OF_RATIO, packed_bytes * MAX_RATIO)
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        wanted = 1 << 16 if size is None or size < 0 else min(size, 1 << 20)
        data = self._file.read(wanted)
        self._allowed -= len(data)
        self._budget.left -= len(data)
        if self._allowed < 0 or self._budget.left < 0:
            raise _TooMuch
        return data


def read_docx(path: Path, data: bytes) -> RawText:
    """Read a docx out of its parts, one at a time.

    Not with python-docx: that inflates every part of the archive into memory before anything is asked, and
    leaves out text in content controls, tracked insertions, text boxes and footnotes. Macros, pictures and
    relations to other files are never opened.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_ENTRIES:
                raise DocumentUnreadable(path, "bomb", f"> {MAX_ENTRIES}")
            return _read_parts(path, archive)
    except _TooMuch as exc:
        raise DocumentUnreadable(path, "bomb", f"> {MAX_INFLATED_BYTES >> 20} MB / {MAX_RATIO}×") from exc
    except DefusedXmlException as exc:
        raise DocumentUnreadable(path, "hostile", type(exc).__name__) from exc
    except RuntimeError as exc:
        # What zipfile raises for an encrypted part; RecursionError and NotImplementedError are its children.
        reason = "encrypted" if "password" in str(exc) or "encrypted" in str(exc) else "damaged"
        raise DocumentUnreadable(path, reason, type(exc).__name__) from exc
    except (zipfile.BadZipFile, ParseError, KeyError, EOFError, ValueError, zlib.error) as exc:
        raise DocumentUnreadable(path, "damaged", type(exc).__name__) from exc


def _read_parts(path: Path, archive: zipfile.ZipFile) -> RawText:
    budget = _Budget()
    names = set(archive.namelist())
    main = _main_part(archive, budget, names)
    if main not in names:
        kind = next(
            (
                kind
                for part, kind in (("xl/", "xlsx"), ("ppt/", "pptx"), ("content.xml", "odt"))
                if any(name.startswith(part) for name in names)
            ),
            "zip",
        )
        raise DocumentUnreadable(path, "other-format", kind)
    lines: list[str] = []
    characters = 0
    folder = main.rpartition("/")[0]
    for part in (main, f"{folder}/footnotes.xml", f"{folder}/endnotes.xml"):
        if part not in names:
            continue
        for line in _paragraphs(archive, part, budget):
            characters += len(line) + 1
            check_characters(path, characters)
            lines.append(line)
    title, author, date = _core_properties(archive, budget, names)
    return RawText(tidy("\n".join(lines)), DocumentFormat.DOCX, title=title, author=author, date=date)


def _events(
    archive: zipfile.ZipFile, part: str, budget: _Budget, events: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    info = archive.getinfo(part)
    with archive.open(info) as file, _Counted(file, info.compress_size, budget) as counted:
        yield from iterparse(
            counted, events=events, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )


def _main_part(archive: zipfile.ZipFile, budget: _Budget, names: set[str]) -> str:
    """Return the part that holds the text; some writers do not call it word/document.xml."""
    if "word/document.xml" in names or "_rels/.rels" not in names:
        return "word/document.xml"
    for _event, element in _events(archive, "_rels/.rels", budget, ("end",)):
        if (
            str(element.get("Type", "")).endswith(_OFFICE_DOCUMENT)
            and element.get("TargetMode") != "External"
        ):
            return str(element.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _paragraphs(archive: zipfile.ZipFile, part: str, budget: _Budget) -> Iterator[str]:
    """Yield the paragraphs of a part; a row of a table is one, with tabs between its cells."""
    texts: list[list[str]] = []
    """Of the paragraphs that are open; a text box opens one inside another."""
    cells: list[list[str]] = []
    """Paragraphs of the cells that are open."""
    rows: list[list[str]] = []
    skipped = 0
    for event, element in _events(archive, part, budget, ("start", "end")):
        tag = str(element.tag)
        name = tag.removeprefix(_W).removeprefix(_W_STRICT) if tag.startswith((_W, _W_STRICT)) else tag
        # The same text box a second time, for old programs; what was deleted; notes that are only a line.
        if name in (f"{_MC}Fallback", "del", "moveFrom") or (
            name in ("footnote", "endnote") and element.get(f"{_W}type") is not None
        ):
            skipped += 1 if event == "start" else -1
            if event == "end":
                element.clear()
            continue
        if skipped:
            continue
        if event == "start":
            match name:
                case "p":
                    texts.append([])
                case "tr":
                    rows.append([])
                case "tc":
                    cells.append([])
            continue
        match name:
            case "t" if texts:
                texts[-1].append(element.text or "")
            case "tab" | "ptab" if texts:
                texts[-1].append("\t")
            case "br" | "cr" if texts:
                texts[-1].append("\n")
            case "noBreakHyphen" if texts:
                texts[-1].append("-")
            case "p":
                line = "".join(texts.pop())
                if cells:
                    cells[-1].append(line)
                else:
                    yield line
                element.clear()
            case "tc":
                cell = " ".join(line for line in cells.pop() if line.strip()).replace("\n", " ")
                if rows:
                    rows[-1].append(cell)
                element.clear()
            case "tr":
                line = "\t".join(rows.pop())
                if cells:
                    cells[-1].append(line.replace("\t", " "))
                else:
                    yield line
                element.clear()
            case "sdt" | "tbl" | "footnote" | "endnote":
                element.clear()


def _core_properties(archive: zipfile.ZipFile, budget: _Budget, names: set[str]) -> tuple[str, str, str]:
    """Return title, author and day of making."""
    fields = {"title": "", "creator": "", "created": ""}
    if "docProps/core.xml" in names:
        for _event, element in _events(archive, "docProps/core.xml", budget, ("end",)):
            name = str(element.tag).rpartition("}")[2]
            if name in fields and not fields[name]:
                fields[name] = one_line(element.text)
    return fields["title"], fields["creator"], iso_date(fields["created"])
