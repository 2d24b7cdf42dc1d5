"""Which character separates the values of a text table."""

import csv
from collections import Counter

from jjjmap.i18n import _

DELIMITERS = ("\t", ";", "|", ",", "，", "；")
"""Those that are tried. A comma occurs inside values too, the ones before it hardly ever: they go first."""

_SAMPLE_LINES = 200
_EVEN = 0.9
"""Share of lines that must have the same number of values for a delimiter to be taken at once."""
_FIELD_CHARS = 1 << 24
_SWALLOWED_LINES = 20


def delimiter_name(delimiter: str) -> str:
    """Return how a delimiter is called, in the language in use."""
    return {
        "\t": _("制表符"),
        ",": _("逗号 ,"),
        ";": _("分号 ;"),
        "|": _("竖线 |"),
        "，": _("全角逗号 ，"),
        "；": _("全角分号 ；"),
    }.get(delimiter, delimiter)


def said_delimiter(text: str) -> str:
    """Return the delimiter that a first line ``sep=;`` names, as Excel writes it; empty if there is none."""
    first = text.split("\n", 1)[0].strip("\r")
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else ""


def guess_delimiter(text: str) -> str:
    """Return the delimiter under which the first lines of a table are the most even; a comma if none is."""
    said = said_delimiter(text)
    if said:
        return said
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(
            len(row)
            for row in split_rows(text, delimiter, _SAMPLE_LINES)
            if any(cell.strip() for cell in row)
        )
        if not widths:
            return ","
        # Titles and notes above or below the table are lines of one value.
        width, lines = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        share = lines / widths.total()
        if width > 1 and share >= _EVEN and lines > 1:
            return delimiter
        score = share * (1 - 1 / width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def split_rows(text: str, delimiter: str, most: int) -> list[list[str]]:
    """Return the first rows of a text; quotes that are never closed end with their line."""
    csv.field_size_limit(_FIELD_CHARS)
    rows: list[list[str]] = []
    lines = text.replace("\x00", "").splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) >= most:
                break
    except csv.Error:
        return [split_line(line, delimiter) for line in lines[:most]]
    if rows and rows[-1] and rows[-1][-1].count("\n") > _SWALLOWED_LINES:
        return [split_line(line, delimiter) for line in lines[:most]]
    return rows


def split_line(line: str, delimiter: str) -> list[str]:
    """Return the values of one line; a quote that is not closed ends with it."""
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter) if line else []
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)
