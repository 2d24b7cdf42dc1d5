"""Where the header of a table stands, and names for its columns: titles above, merged cells, two lines."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jjjmap.i18n import _
from jjjmap.layers.opening.value_texts import is_blank, number_of

Rows = Sequence[Sequence[str]]

LOOK_ROWS = 30
"""So many lines may stand above the header."""
LONGEST_NAME = 80
JOINT = "·"

_BRACKETED = re.compile(r"[（(【\[].*[)）】\]]|单位.*")
_YEAR = re.compile(r"(19|20)\d\d年?")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table."""

    first: int
    """Number of its first line from 0; -1 if there is none."""
    count: int
    """Lines; 0 if there is none."""
    names: tuple[str, ...]
    """One a column, none empty, no two alike."""
    renamed: tuple[str, ...] = ()
    """Names that several columns had."""

    @property
    def data_row(self) -> int:
        """Number of the first line of data."""
        return self.first + self.count if self.first >= 0 else 0


def guess_header(rows: Rows, *, first: int | None = None, count: int = 0) -> Header:
    """Find the header among the first rows.

    Parameters
    ----------
    rows
        The first lines as they stand; merged cells hold their value in the first cell.
    first
        Number of the first header line if that is known, -1 for none.
    count
        How many lines it has if that is known, else 0.
    """
    width = max((len(row) for row in rows), default=0)
    square = [[_tidy(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    if first is None:
        first = _first_header_row(square)
    if first < 0 or first >= len(square):
        return Header(-1, 0, *_distinct([""] * _usual_width(square)))
    if count <= 0:
        count = 2 if _has_second_line(square, first) else 1
    lines = square[first : first + count]
    names = _joined(lines)[: max(max(map(_filled_to, lines)), _usual_width(square[first + len(lines) :]))]
    return Header(first, len(lines), *_distinct(names))


def _tidy(cell: str) -> str:
    text = "".join(char for char in cell if char.isprintable() or char in "\n\t")
    return " ".join(text.replace("\ufeff", "").split())[:LONGEST_NAME]


def _usual_width(square: list[list[str]]) -> int:
    """Return how many columns data fill; a few rows that are wider are wrong, not the table."""
    widths = sorted(filter(None, map(_filled_to, square)))
    return widths[round(0.8 * (len(widths) - 1))] if widths else 0


def _filled_to(row: Sequence[str]) -> int:
    return max((number + 1 for number, cell in enumerate(row) if cell), default=0)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _is_number(cell: str) -> bool:
    return number_of(cell) is not None


def _first_header_row(square: list[list[str]]) -> int:
    """Return the first line that is as wide as the table and looks like names; -1 if data begin at once."""
    counts = Counter(_filled(row) for row in square if _filled(row))
    if not counts:
        return -1
    # Wide lines that occur often are data; a title above them fills a cell or two.
    usual = max(counts, key=lambda filled: (counts[filled] * filled, filled))
    for number, row in enumerate(square[:LOOK_ROWS]):
        if _filled(row) < max(1, min(2, usual), round(0.5 * usual)):
            continue
        return number if _looks_like_names(row, square[number + 1 :]) else -1
    return 0


def _looks_like_names(row: list[str], below: list[list[str]]) -> bool:
    cells = [cell for cell in row if cell]
    numbers = [cell for cell in cells if _is_number(cell)]
    if numbers and all(_YEAR.fullmatch(cell) for cell in numbers) and len(numbers) < len(cells):
        return True  # A column a year.
    if numbers:
        return False
    if any(len(cell) > 40 for cell in cells) and len(below) > 0 and _repeats(row, below):
        return False
    numeric = [
        column
        for column in range(len(row))
        if (values := [other[column] for other in below if other[column]]) and all(map(_is_number, values))
    ]
    if any(row[column] for column in numeric):
        return True  # Words above numbers.
    if not below:
        return True
    # Nothing but text: the words of a header do not occur again below.
    return not _repeats(row, below)


def _repeats(row: list[str], below: list[list[str]]) -> bool:
    """Whether cells of a line occur again below, or have the very make of what is below: an email, a code."""
    again = alike = filled = 0
    for column, cell in enumerate(row):
        values = [other[column] for other in below if other[column]]
        if not cell or not values:
            continue
        filled += 1
        again += cell in values
        made = _make(cell)
        alike += any(char.isdigit() for char in cell) and all(_make(value) == made for value in values)
    return filled > 0 and (again + alike) * 3 >= filled


def _make(cell: str) -> str:
    """Return the make of a text: runs of digits, Latin letters and Han characters as one sign each."""
    return re.sub(r"[\u4e00-\u9fff]+", "汉", re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "0", cell)))


def _has_second_line(square: list[list[str]], first: int) -> bool:
    """Whether the line below the first header line still belongs to it."""
    if first + 2 > len(square) - 1:
        return False
    upper, lower, data = square[first], square[first + 1], square[first + 2 :]
    filled = [cell for cell in lower if cell]
    if not filled or any(_is_number(cell) and not _YEAR.fullmatch(cell) for cell in filled):
        return False
    if all(_BRACKETED.fullmatch(cell) for cell in filled):
        return True  # A line of units.
    numeric = [
        column
        for column in range(len(upper))
        if (values := [row[column] for row in data if not is_blank(row[column])])
        and all(map(_is_number, values))
    ]
    under_merged = [column for column, cell in enumerate(lower) if cell and not upper[column] and column]
    if not under_merged:
        return False
    if any(lower[column] for column in numeric):
        return True
    # Nothing to count: cells that were merged downwards leave their lower half empty.
    return any(upper[column] and not lower[column] for column in range(len(upper)))


def _joined(lines: list[list[str]]) -> list[str]:
    if len(lines) == 1:
        return lines[0]
    names: list[str] = []
    width = len(lines[0])
    above = [""] * len(lines)
    for column in range(width):
        parts: list[str] = []
        for depth, line in enumerate(lines):
            cell = line[column]
            is_last = depth == len(lines) - 1
            below = any(other[column] for other in lines[depth + 1 :])
            if cell:
                above[depth] = cell
                # A new word above ends what was merged below it.
                for deeper in range(depth + 1, len(lines)):
                    above[deeper] = ""
            elif not is_last and below:
                cell = above[depth]
            if cell and cell not in parts:
                parts.append(cell)
        names.append(_join(parts))
    return names


def _join(parts: list[str]) -> str:
    name = ""
    for part in parts:
        if not name:
            name = part
        elif _BRACKETED.fullmatch(part):
            name += part
        else:
            name += JOINT + part
    return name[:LONGEST_NAME]


def _distinct(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names of which none is empty and no two are alike, and those that had to be changed."""
    taken: set[str] = set()
    given: list[str] = []
    renamed: list[str] = []
    for number, name in enumerate(names, 1):
        wanted = name or _("列{n}").format(n=number)
        found, tries = wanted, 1
        while _folded(found) in taken:
            tries += 1
            found = f"{wanted} ({tries})"
        if tries > 1 and name and name not in renamed:
            renamed.append(name)
        taken.add(_folded(found))
        given.append(found)
    return tuple(given), tuple(renamed)


def _folded(name: str) -> str:
    # GeoPackage and QGIS do not tell names apart that differ in case alone.
    return unicodedata.normalize("NFKC", name).casefold()
