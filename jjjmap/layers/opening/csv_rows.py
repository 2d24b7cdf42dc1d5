"""CSV and TSV as rows of text, read in blocks: memory stays flat, however long the file is."""

import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.csv_text import (
    Utf8Stream,
    codec_of,
    far_texts,
    first_text,
    guess_encoding,
    possible_encodings,
)
from jjjmap.layers.opening.delimiters import guess_delimiter, split_line, split_rows
from jjjmap.layers.opening.headers import Header
from jjjmap.layers.opening.layer_part import BATCH_ROWS
from jjjmap.layers.opening.records import EncodingGuess, OpenOptions
from jjjmap.layers.opening.table_rows import (
    HEAD_ROWS,
    MOST_COLUMNS,
    IntArray,
    RawRows,
    RowRefused,
    StartAgain,
    TableHead,
    fitted,
    ragged_reason,
    table_of,
    without_beyond,
    without_empty,
)

_BLOCK_BYTES = 8 << 20
_ENCODING_ROWS = 12
_LINE_CHARS = 64 << 20
"""A longer line is no row of a table."""
_SWALLOWED_LINES = 3
"""A quoted value with so many lines that look like rows is a quote that nobody closed."""


class CsvRows:
    """A text table.

    Parameters
    ----------
    path
        The file.
    options
        ``encoding`` and ``delimiter`` are taken if they are given.

    Raises
    ------
    LayerUnreadable
        ``empty``, ``unknown-encoding``, ``no-access``.
    """

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self._path = path
        self._size = path.stat().st_size
        if not self._size:
            raise LayerUnreadable(path, "empty")
        self._is_certain = True
        if options.encoding:
            try:
                codec_of(options.encoding)
            except LookupError as exc:
                raise LayerUnreadable(path, "unknown-encoding", options.encoding[:40]) from exc
            self._encoding = options.encoding
        else:
            self._encoding, self._is_certain = guess_encoding(path)
        text = first_text(path, self._encoding)
        if not text.strip():
            raise LayerUnreadable(path, "empty")
        self._delimiter = options.delimiter[:1] or guess_delimiter(text)
        if self._delimiter in ('"', "\n", "\r", " ") or not self._delimiter.strip(" "):
            raise LayerUnreadable(path, "unknown-delimiter", repr(self._delimiter))
        self._text = text
        # Arrow takes ASCII only: a full-width delimiter is read as a character that no text has.
        self._arrow_delimiter = self._delimiter if self._delimiter.isascii() else "\x1f"
        self._stand_in = {} if self._delimiter.isascii() else {self._delimiter: "\x1f"}
        self._lost_characters = self._nul_count = 0
        self._is_by_line = False
        self._usual_length = 0

    @cached_property
    def head(self) -> TableHead:
        """What it begins with."""
        rows = split_rows(self._text, self._delimiter, HEAD_ROWS)
        lengths = Counter(map(len, rows))
        self._usual_length = max(lengths, key=lambda length: (lengths[length], length), default=0)
        return TableHead(
            tuple(tuple(row) for row in rows),
            self._far_rows(),
            encoding=self._encoding,
            encodings=self._encodings(),
            delimiter=self._delimiter,
            findings=self._encoding_findings(),
        )

    def batches(self, header: Header) -> Iterator[RawRows]:
        """Yield the rows below the header, in order.

        Raises
        ------
        StartAgain
            A quote is never closed: what came so far may be wrong. The next call reads line by line.
        LayerUnreadable
            The file ends or changes while it is read.
        """
        if len(header.names) > MOST_COLUMNS:
            raise LayerUnreadable(self._path, "too-many-columns", str(len(header.names)))
        return self._by_line(header) if self._is_by_line else self._by_block(header)

    def late_findings(self) -> tuple[Finding, ...]:
        """Return what was found while the rows were read."""
        where = self._path.name
        found: list[Finding] = []
        if self._lost_characters:
            found.append(
                Finding(
                    Severity.WARNING,
                    "characters-lost",
                    where,
                    _("有 {n} 处字节不合 {encoding} 编码，显示为 �。").format(
                        n=f"{self._lost_characters:,}", encoding=self._encoding
                    ),
                    _("若文字大片是乱码，请换一种编码重新打开；否则是文件局部损坏。"),
                )
            )
        if self._nul_count:
            found.append(
                Finding(
                    Severity.WARNING,
                    "nul-removed",
                    where,
                    _("去掉了 {n} 个空字符（NUL）。").format(n=f"{self._nul_count:,}"),
                    _("文件可能没有写完整，请与原件核对。"),
                )
            )
        if self._is_by_line:
            found.append(
                Finding(
                    Severity.WARNING,
                    "open-quote",
                    where,
                    _("有引号没有合上，已逐行读入：引号最多管到行末。"),
                    _("请在原文件中补上或删去多余的引号，再重新打开。"),
                )
            )
        return tuple(found)

    # -- The begin ---------------------------------------------------------------------------------

    def _far_rows(self) -> tuple[tuple[str, ...], ...]:
        rows: list[tuple[str, ...]] = []
        for text in far_texts(self._path, self._encoding):
            rows += map(tuple, split_rows(text, self._delimiter, HEAD_ROWS // 8))
        return tuple(rows)

    def _encodings(self) -> tuple[EncodingGuess, ...]:
        guesses: list[EncodingGuess] = []
        for encoding in possible_encodings(self._path, self._encoding):
            rows = split_rows(first_text(self._path, encoding)[: 1 << 14], self._delimiter, _ENCODING_ROWS)
            is_certain = encoding == self._encoding and self._is_certain
            guesses.append(EncodingGuess(encoding, is_certain, tuple(map(tuple, rows))))
        return tuple(guesses)

    def _encoding_findings(self) -> tuple[Finding, ...]:
        if self._is_certain:
            return ()
        return (
            Finding(
                Severity.WARNING,
                "encoding-doubtful",
                self._path.name,
                _("没有把握的字符编码，按 {encoding} 读取，个别文字可能是乱码。").format(
                    encoding=self._encoding
                ),
                _("请核对文字；若不对，请换一种编码重新打开。"),
            ),
        )

    # -- All of it ---------------------------------------------------------------------------------

    def _by_block(self, header: Header) -> Iterator[RawRows]:
        width = len(header.names)
        # Rows may end with delimiters behind which nothing stands.
        names = [str(number) for number in range(max(width, self._usual_length))]
        odd: list[tuple[int, list[str]]] = []

        def keep_odd(row: Any) -> str:
            odd.append((row.number, self._cells(row.text)))
            return "skip"

        with Utf8Stream(self._path, self._encoding, self._stand_in) as stream:
            number = 0
            try:
                reader = arrow_csv.open_csv(
                    stream,
                    arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=_BLOCK_BYTES),
                    arrow_csv.ParseOptions(
                        delimiter=self._arrow_delimiter,
                        newlines_in_values=True,
                        invalid_row_handler=keep_odd,
                        ignore_empty_lines=False,
                    ),
                    arrow_csv.ConvertOptions(
                        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                    ),
                )
                for batch in reader:
                    rows, number, taken = _numbered(batch.num_rows, odd, number)
                    yield self._raw(pa.Table.from_batches([batch]), rows, taken, header, stream)
            except pa.ArrowInvalid as exc:
                self._is_by_line = True
                raise StartAgain from exc
            self._lost_characters, self._nul_count = stream.lost_characters, stream.nul_count
            if odd:
                yield self._raw(table_of((), width), np.zeros(0, np.int64), odd, header, stream)

    def _by_line(self, header: Header) -> Iterator[RawRows]:
        """Yield rows where an open quote ends with its line: slower, and nothing is swallowed."""
        width = len(header.names)
        with Utf8Stream(self._path, self._encoding, self._stand_in) as stream:
            lines = io.TextIOWrapper(io.BufferedReader(stream, 1 << 20), "utf-8", newline="")
            number = 0
            while block := list(itertools.islice(iter(lambda: lines.readline(_LINE_CHARS), ""), BATCH_ROWS)):
                whole: list[list[str]] = []
                numbers: list[int] = []
                odd: list[tuple[int, list[str]]] = []
                for line in block:
                    number += 1
                    if len(line) == _LINE_CHARS:
                        raise LayerUnreadable(self._path, "damaged", _("第 {n} 行没有尽头").format(n=number))
                    cells = self._cells(line.rstrip("\r\n"))
                    if len(cells) == width:
                        whole.append(cells)
                        numbers.append(number)
                    elif cells:
                        odd.append((number, cells))
                rows = np.array(numbers, dtype=np.int64)
                yield self._raw(table_of(whole, width), rows, odd, header, stream)
            self._lost_characters, self._nul_count = stream.lost_characters, stream.nul_count

    def _raw(
        self,
        texts: pa.Table,
        rows: IntArray,
        odd: list[tuple[int, list[str]]],
        header: Header,
        stream: Utf8Stream,
    ) -> RawRows:
        width = len(header.names)
        below = rows > header.data_row
        if not below.all():
            texts, rows = texts.filter(pa.array(below)), rows[below]
        self._look_for_swallowed(texts, odd)
        if texts.num_columns > width:
            texts, rows, wide = without_beyond(texts, rows, width)
            odd = sorted([*odd, *wide], key=itemgetter(0))
        padded: list[int] = []
        refused: list[RowRefused] = []
        mended: list[list[str]] = []
        mended_rows: list[int] = []
        for row, cells in odd:
            if row <= header.data_row or not any(cell.strip() for cell in cells):
                continue
            fit = fitted(cells, width)
            if fit is None:
                refused.append(RowRefused(row, ragged_reason(len(cells), width), tuple(cells)))
                continue
            if len(cells) < width:
                padded.append(row)
            mended.append(fit)
            mended_rows.append(row)
        if mended:
            texts = pa.concat_tables([texts, table_of(mended, width)]).combine_chunks()
            rows = np.concatenate([rows, np.array(mended_rows, dtype=np.int64)])
            order = np.argsort(rows, kind="stable")
            texts, rows = texts.take(pa.array(order)), rows[order]
        texts, rows = without_empty(texts, rows)
        done = min(1.0, stream.bytes_read / self._size)
        return RawRows(texts, rows, tuple(padded), (), tuple(refused), done)

    def _cells(self, line: str) -> list[str]:
        cells = split_line(line, self._arrow_delimiter)
        if self._stand_in:
            return [cell.replace(self._arrow_delimiter, self._delimiter) for cell in cells]
        return cells

    def _look_for_swallowed(self, texts: pa.Table, odd: list[tuple[int, list[str]]]) -> None:
        """Raise StartAgain if a value holds lines that are rows: its quote was never closed."""
        if self._is_by_line:
            return
        width = texts.num_columns
        enough = _SWALLOWED_LINES if width > 2 else 20
        for column in texts.columns:
            many = pc.greater_equal(pc.count_substring(column, "\n"), enough)
            if pc.any(many).as_py():
                self._check_lines(column.filter(many).slice(0, 5).to_pylist(), width)
        long = (cell for _row, cells in odd for cell in cells if cell.count("\n") >= enough)
        self._check_lines(itertools.islice(long, 5), width)

    def _check_lines(self, texts: Iterable[str], width: int) -> None:
        for text in texts:
            lines = text.split("\n")[1:-1]
            rows = sum(len(split_line(line, self._arrow_delimiter)) == width for line in lines)
            if width > 1 and rows >= 0.9 * len(lines):
                self._is_by_line = True
                raise StartAgain


def _numbered(
    count: int, odd: list[tuple[int, list[str]]], number: int
) -> tuple[IntArray, int, list[tuple[int, list[str]]]]:
    """Return the numbers of the next rows in the file, the last of them, and the odd ones between them."""
    last, among = number + count, 0
    while among < len(odd) and odd[among][0] <= last + 1:
        among += 1
        last += 1
    taken = odd[:among]
    del odd[:among]
    numbers = np.arange(number + 1, last + 1, dtype=np.int64)
    if not taken:
        return numbers, last, taken
    return np.setdiff1d(numbers, np.array([row for row, _cells in taken]), assume_unique=True), last, taken
