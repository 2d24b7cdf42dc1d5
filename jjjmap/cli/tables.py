"""Text tables for a terminal, in which a Chinese character is as wide as two letters."""

import unicodedata
from collections.abc import Sequence


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines whose columns stand under one another, wide characters counted as two."""
    table = [header, *rows] if header else list(rows)
    widths = [max(display_width(cell) for cell in column) for column in zip(*table, strict=True)]
    return [
        "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    ]


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes up."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def pad(text: str, width: int) -> str:
    """Fill a text with spaces up to a number of columns."""
    return text + " " * (width - display_width(text))
