"""How much of a file is read at most, before and while it is."""

from pathlib import Path

from jjjmap.errors import DocumentUnreadable

MAX_BYTES = 32 << 20
"""Of a txt, md, html or docx file."""
MAX_PDF_BYTES = 200 << 20
MAX_CHARACTERS = 20_000_000
"""Of the text in a file."""


def check_characters(path: Path, count: int) -> None:
    """Refuse a file with more text than is read.

    Raises
    ------
    DocumentUnreadable
        ``too-long``.
    """
    if count > MAX_CHARACTERS:
        raise DocumentUnreadable(path, "too-long", f"{MAX_CHARACTERS:,}")
