"""The raw rows of a table, text for text, whatever file they come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.opening.headers import Header
from jjjmap.layers.opening.records import EncodingGuess, SubLayer

IntArray = npt.NDArray[np.int64]

HEAD_ROWS = 1_000
"""So many rows are looked at before a table is read."""
PREVIEW_ROWS = 50
MOST_COLUMNS = 2_000


class StartAgain(Exception):
    """What was read so far may be wrong; asked again, the source reads with more care."""


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that cannot become one of the table."""

    row: int
    why: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RawRows:
    """Some rows of a table as texts.

    Parameters
    ----------
    texts
        m columns of n strings each, none null; columns are called ``0`` … ``m-1``.
    rows
        n numbers of rows, as a spreadsheet counts them: from 1, header and all.
    padded, filled
        Numbers of rows that were too short, and of rows that got the value of a merged cell.
    refused
        Rows between these that do not fit.
    done
        Share of the file that lies behind these rows, 0…1.
    beyond
        Numbers of rows that say something to the right of the last column, which is left out.
    """

    texts: pa.Table
    rows: IntArray
    padded: tuple[int, ...] = ()
    filled: tuple[int, ...] = ()
    refused: tuple[RowRefused, ...] = ()
    done: float = 0.0
    beyond: tuple[int, ...] = ()

    @property
    def columns(self) -> list[pa.StringArray]:
        """The m columns, each in one piece."""
        return [column.combine_chunks() for column in self.texts.columns]


@dataclass(frozen=True, slots=True)
class TableHead:
    """What a file shows before it is read."""

    rows: tuple[tuple[str, ...], ...]
    """The first `HEAD_ROWS` as they stand, header and all."""
    far_rows: tuple[tuple[str, ...], ...] = ()
    """Some rows from all over the rest."""
    sublayer: str = ""
    sublayers: tuple[SubLayer, ...] = ()
    encoding: str = ""
    encodings: tuple[EncodingGuess, ...] = ()
    delimiter: str = ""
    row_count: int | None = None
    findings: tuple[Finding, ...] = field(default=())


class TableSource(Protocol):
    """A file that holds a table."""

    @property
    def head(self) -> TableHead:
        """What it begins with."""
        ...

    def batches(self, header: Header) -> Iterator[RawRows]:
        """Yield the rows below the header, in order; raises LayerUnreadable."""
        ...

    def late_findings(self) -> tuple[Finding, ...]:
        """Return what was found while the rows were read."""
        ...


def table_of(cells: Sequence[Sequence[str]], width: int) -> pa.Table:
    """Return rows of texts as columns; all rows have `width` cells."""
    columns = list(zip(*cells, strict=True)) if cells else [()] * width
    return pa.table(
        [pa.array(column, pa.string()) for column in columns], names=[str(number) for number in range(width)]
    )


def fitted(row: Sequence[str], width: int) -> list[str] | None:
    """Return a row with as many cells as the table has columns; None if it says more, or next to nothing.

    A row that is too short lost the empty cells at its end. A row of one cell in a table of three columns is
    a note, and values beyond the last column mean that the ones before may stand in the wrong place.
    """
    if any(cell.strip() for cell in row[width:]):
        return None
    cells = list(row[:width])
    if width >= 3 and len(row) < width and sum(1 for cell in cells if cell.strip()) < 2:
        return None
    return cells + [""] * (width - len(cells))


def without_empty(texts: pa.Table, rows: IntArray) -> tuple[pa.Table, IntArray]:
    """Return a table without the rows in which nothing stands."""
    if not texts.num_rows or not texts.num_columns:
        return texts, rows
    empty = None
    for column in texts.columns:
        blank = pc.equal(column, "")
        empty = blank if empty is None else pc.and_(empty, blank)
        if not pc.any(empty).as_py():
            return texts, rows
    kept = pc.invert(empty)
    return texts.filter(kept), rows[kept.to_numpy()]


def without_beyond(
    texts: pa.Table, rows: IntArray, width: int
) -> tuple[pa.Table, IntArray, list[tuple[int, list[str]]]]:
    """Return rows without the columns beyond the header, and those that say something there."""
    beyond = np.zeros(texts.num_rows, dtype=bool)
    for column in texts.columns[width:]:
        beyond |= ~pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    wide = texts.filter(pa.array(beyond)).to_pylist()
    odd = [(int(row), list(cells.values())) for row, cells in zip(rows[beyond], wide, strict=True)]
    texts = texts.select(range(width))
    if odd:
        texts, rows = texts.filter(pa.array(~beyond)), rows[~beyond]
    return texts, rows, odd


def ragged_reason(cells: int, width: int) -> str:
    """Return why a row of so many values is no row of a table of so many columns."""
    if cells < width:
        return _("这一行只有 {n} 个值，表头有 {width} 列。").format(n=cells, width=width)
    return _("这一行有 {n} 个值，表头只有 {width} 列，对不上。").format(n=cells, width=width)
