"""Files of the user as text: what is in a txt, md, html, docx or pdf, whatever the file says it is.

Files are hostile: sizes are bounded before and while reading, nothing is run, nothing is fetched. What parses
untrusted structure (html, docx, pdf) belongs into the worker process of `text.documents.reading_worker`.
"""

import logging
import stat
from collections.abc import Callable
from pathlib import Path

from jjjmap.errors import DocumentUnreadable
from jjjmap.text.documents.formats import check_content, format_of, looks_like_html
from jjjmap.text.documents.limits import MAX_BYTES, MAX_PDF_BYTES, check_characters
from jjjmap.text.records import DocumentFormat, RawText

logger = logging.getLogger(__name__)


def is_plain(path: Path) -> bool:
    """Whether a file can be read without parsing structure: a txt or md that holds no html."""
    if format_of(path) not in (DocumentFormat.TXT, DocumentFormat.MD):
        return False
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return True  # Told at once by `read_document`, which opens nothing but ordinary files.
        with path.open("rb") as file:
            return not looks_like_html(file.read(1024))
    except OSError:
        return True


def read_document(path: Path) -> RawText:
    """Read the text of a file.

    Parameters
    ----------
    path
        .txt, .md, .html, .docx or .pdf; up to 32 MB, a pdf up to 200 MB.

    Returns
    -------
    RawText
        With findings for what is doubtful: encoding, pages without text, a name that says something else.

    Raises
    ------
    DocumentUnreadable
        With one of `text.documents.reasons.REASONS`.
    """
    try:
        return _read(path)
    except DocumentUnreadable:
        raise
    except MemoryError as exc:
        raise DocumentUnreadable(path, "out-of-memory") from exc
    except FileNotFoundError as exc:
        raise DocumentUnreadable(path, "missing") from exc
    except OSError as exc:
        raise DocumentUnreadable(path, "no-access", exc.strerror or type(exc).__name__) from exc
    except Exception as exc:
        # Parsers of hostile files fail in unforeseen ways; one file must not stop a batch.
        logger.warning("%s could not be read: %r", path.name, exc)
        raise DocumentUnreadable(path, "damaged", type(exc).__name__) from exc


def _read(path: Path) -> RawText:
    format_ = format_of(path)
    if format_ is None:
        raise DocumentUnreadable(path, "unknown-format", path.suffix.lower() or path.name)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise DocumentUnreadable(path, "not-a-file")
    limit = MAX_PDF_BYTES if format_ is DocumentFormat.PDF else MAX_BYTES
    if status.st_size > limit:
        raise DocumentUnreadable(path, "too-large", f"{limit >> 20} MB")
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise DocumentUnreadable(path, "too-large", f"{limit >> 20} MB")
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise DocumentUnreadable(path, "empty")
    check_content(path, data, format_)
    raw = _reader_of(format_, data)(path, data)
    check_characters(path, len(raw.text))
    if not raw.text.strip():
        raise DocumentUnreadable(path, "no-text" if format_ is DocumentFormat.PDF else "empty")
    return raw


def _reader_of(format_: DocumentFormat, data: bytes) -> Callable[[Path, bytes], RawText]:
    """Return what reads a file. A reader and its libraries are imported with the first file that needs it."""
    if format_ in (DocumentFormat.TXT, DocumentFormat.MD) and looks_like_html(data[:1024]):
        format_ = DocumentFormat.HTML
    match format_:
        case DocumentFormat.TXT:
            from jjjmap.text.documents.plain_reader import read_plain as read
        case DocumentFormat.MD:
            from jjjmap.text.documents.markdown_reader import read_markdown as read
        case DocumentFormat.HTML:
            from jjjmap.text.documents.html_reader import read_html as read
        case DocumentFormat.DOCX:
            from jjjmap.text.documents.docx_reader import read_docx as read
        case DocumentFormat.PDF:
            from jjjmap.text.documents.pdf_reader import read_pdf as read
    return read
