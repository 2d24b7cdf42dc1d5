"""Tables as layers: CSV, TSV and workbooks, with positions if columns say some.

A table is read twice: as text into a scratch file, which shows what every value of a column is, and from
there as that kind into the layer. So a word in the last row cannot come too late, and nothing is guessed from
the first rows alone.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.coordinate_texts import coordinates
from jjjmap.layers.opening.datums import is_sure, signature
from jjjmap.layers.opening.headers import Header
from jjjmap.layers.opening.layer_part import not_written
from jjjmap.layers.opening.layer_writer import LayerWriter, SourceFacts, Tally
from jjjmap.layers.opening.records import ColumnKind, FileFormat, Inspection, OpenOptions
from jjjmap.layers.opening.table_plan import TablePlan, plan_table
from jjjmap.layers.opening.table_positions import PositionColumns, PositionWriter
from jjjmap.layers.opening.table_rows import PREVIEW_ROWS, StartAgain
from jjjmap.layers.opening.value_kinds import KindEvidence, as_kind

_SPOOL = "rows.arrow"
_REFUSED = "refused.jsonl"
_FIRST_SHARE = 0.5
"""Of the progress: reading the text; the rest is what comes of it."""


def inspect_table(path: Path, options: OpenOptions, kind: FileFormat | None = None) -> Inspection:
    """Look at the begin of a table and guess how it is to be read.

    Parameters
    ----------
    path
        A file of one of the formats that are tables.
    options
        What is known already.
    kind
        The format; None to tell it by the content.

    Raises
    ------
    LayerUnreadable
        Nothing of it can be read, or an option does not fit it.
    """
    plan = plan_table(path, options, kind)
    head, header = plan.head, plan.header
    return Inspection(
        path.name,
        plan.kind,
        path.stat().st_size,
        plan.options,
        head.sublayers,
        plan.columns(),
        plan.rows[:PREVIEW_ROWS],
        head.rows[:PREVIEW_ROWS],
        head.encodings,
        plan.geometry,
        "",
        plan.datums,
        bool(plan.sample) and not options.datum and not is_sure(plan.datums),
        plan.sample,
        None if head.row_count is None else max(0, head.row_count - header.data_row),
        signature(plan.kind, header.names, ""),
        (*head.findings, *_header_findings(path, header)),
    )


def read_table(
    path: Path,
    kind: FileFormat,
    options: OpenOptions,
    writer: LayerWriter,
    scratch: Path | None = None,
) -> None:
    """Read a table into a writer, which is told what was mended, rejected and found.

    Parameters
    ----------
    path
        The file.
    kind
        Its format.
    options
        How it is to be read; gaps are filled by guesses.
    writer
        Gets the rows; it is not finished here.
    scratch
        A private folder for the text of the rows; a temporary one if None.

    Raises
    ------
    LayerUnreadable
        Nothing of it can be read, the disk is full, or the user has asked to stop.
    """
    plan = plan_table(path, options, kind)
    with _spool_file(path, scratch) as spool:
        evidence = _spool(path, plan, writer, spool)
        _write(path, plan, writer, spool, evidence)
    for finding in (*plan.head.findings, *_header_findings(path, plan.header), *plan.source.late_findings()):
        writer.find(finding)
    for finding in _kind_findings(path, plan, evidence):
        writer.find(finding)


# -- The text of all rows --------------------------------------------------------------------------


@contextmanager
def _spool_file(path: Path, scratch: Path | None) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="rows-", dir=scratch, ignore_cleanup_errors=True) as folder:
            yield Path(folder) / _SPOOL
    except OSError as exc:
        raise not_written(path, exc) from exc


def _spool(path: Path, plan: TablePlan, writer: LayerWriter, spool: Path) -> list[KindEvidence]:
    """Write the rows as text, with their numbers in the last column; return what the columns are."""
    while True:
        try:
            return _spooled(plan, writer, spool)
        except StartAgain:
            # Nothing but the scratch file was written.
            continue


def _spooled(plan: TablePlan, writer: LayerWriter, spool: Path) -> list[KindEvidence]:
    names, evidence = plan.header.names, plan.evidence()
    schema = pa.schema([*((str(number), pa.string()) for number in range(len(names))), ("row", pa.int64())])
    padded: list[int] = []
    filled: list[int] = []
    beyond: list[int] = []
    # On disk as well: of a file that is no table, every row may be refused.
    refused = spool.with_name(_REFUSED)
    with (
        pa.OSFile(str(spool), "wb") as sink,
        pa.ipc.new_file(sink, schema) as file,
        refused.open("w", encoding="utf-8", errors="surrogatepass") as said,
    ):
        for raw in plan.source.batches(plan.header):
            writer.check()
            columns = raw.columns
            for column, seen in zip(columns, evidence, strict=True):
                seen.see(column)
            if len(raw.rows):
                file.write_batch(pa.record_batch([*columns, pa.array(raw.rows)], schema=schema))
            padded += raw.padded
            filled += raw.filled
            beyond += raw.beyond
            said.writelines(json.dumps([row.row, row.why, row.cells]) + "\n" for row in raw.refused)
            writer.tell(_FIRST_SHARE * raw.done)
    writer.tally(_PADDED, padded)
    writer.tally(_FILLED, filled)
    writer.tally(_BEYOND, beyond)
    with refused.open(encoding="utf-8") as lines:
        for line in lines:
            row, why, cells = json.loads(line)
            writer.reject(row, why, cells, names)
    return evidence


# -- The layer -------------------------------------------------------------------------------------


def _write(
    path: Path, plan: TablePlan, writer: LayerWriter, spool: Path, evidence: Sequence[KindEvidence]
) -> None:
    names, options = plan.header.names, plan.options
    kinds = [seen.kind() for seen in evidence]
    coordinate_columns = _nearly_coordinates(plan, evidence)
    for column in coordinate_columns:
        kinds[column] = ColumnKind.NUMBER
    positions = PositionColumns.of(names, options.roles or ())
    writer.describe(
        SourceFacts(
            title=_title(path, plan),
            format=plan.kind,
            sublayer=options.sublayer,
            encoding=options.encoding,
            datum=options.datum if positions else "",
            roles=plan.roles,
        )
    )
    placed = (
        None
        if positions is None
        else PositionWriter(writer, positions, options, names, holds_shapes=plan.holds_shapes)
    )
    with pa.OSFile(str(spool)) as source:
        rows_file = pa.ipc.open_file(source)
        count = rows_file.num_record_batches
        if not count:
            writer.write_rows(_typed(names, [pa.array([], pa.string())] * len(names), kinds))
        for number in range(count):
            writer.check()
            batch = rows_file.get_batch(number)
            texts, rows = batch.columns[:-1], batch.column(len(names)).to_numpy()
            typed = _typed(names, texts, kinds, coordinate_columns)
            if placed is None:
                writer.write_rows(typed)
            else:
                placed.write(typed, texts, rows)
            writer.tell(_FIRST_SHARE + (1 - _FIRST_SHARE) * (number + 1) / count)


def _nearly_coordinates(plan: TablePlan, evidence: Sequence[KindEvidence]) -> frozenset[int]:
    """Return columns of coordinates that are numbers but for a few values: their rows are rejected."""
    where = PositionColumns.of(plan.header.names, plan.options.roles or ())
    if where is None or where.is_one:
        return frozenset()
    return frozenset(column for column in (where.x, where.y) if evidence[column].odd_count)


def _typed(
    names: Sequence[str],
    texts: Sequence[pa.StringArray],
    kinds: Sequence[ColumnKind],
    coordinate_columns: frozenset[int] = frozenset(),
) -> pa.RecordBatch:
    columns = [
        pa.array(coordinates(texts[number])[0], from_pandas=True)
        if number in coordinate_columns
        else as_kind(texts[number], kind)
        for number, kind in enumerate(kinds)
    ]
    return pa.record_batch(columns, names=list(names))


def _title(path: Path, plan: TablePlan) -> str:
    if len(plan.head.sublayers) > 1:
        return f"{path.stem} {plan.options.sublayer}"
    return path.stem


# -- What there is to say --------------------------------------------------------------------------

_PADDED = Tally(
    "rows-padded",
    Severity.INFO,
    lambda: _("有 {n} 行比表头短，缺的值按空值补齐（第 {rows} 行）。"),
    lambda: _("多半是行尾的空值没有写出；请抽查几行是否错位。"),
    mends=True,
)
_FILLED = Tally(
    "merged-cells-filled",
    Severity.INFO,
    lambda: _("有 {n} 行的值取自合并单元格（第 {rows} 行）。"),
    lambda: _("纵向合并的单元格，每一行都填上了同样的值。"),
    mends=True,
)
_BEYOND = Tally(
    "cells-beyond",
    Severity.WARNING,
    lambda: _("有 {n} 行在最后一列的右边还有内容，那些单元格没有读入（第 {rows} 行）。"),
    lambda: _("需要它们时，请在表头给那些列写上名称，再重新打开。"),
)


def _header_findings(path: Path, header: Header) -> tuple[Finding, ...]:
    if not header.renamed:
        return ()
    return (
        Finding(
            Severity.INFO,
            "columns-renamed",
            path.name,
            _("有同名的列，后面的加上了编号：{names}。").format(names="、".join(header.renamed[:10])),
        ),
    )


def _kind_findings(path: Path, plan: TablePlan, evidence: Sequence[KindEvidence]) -> Iterator[Finding]:
    told = _nearly_coordinates(plan, evidence)
    for number, (name, seen) in enumerate(zip(plan.header.names, evidence, strict=True)):
        if seen.odd_count and number not in told:
            yield Finding(
                Severity.WARNING,
                "nearly-numbers",
                path.name,
                _("列“{name}”几乎全是数字，但有 {n} 个值不是（如“{example}”），整列按文字保留。").format(
                    name=name, n=f"{seen.odd_count:,}", example=seen.odd_example[:30]
                ),
                _("要计算或分级设色，请先改正这些值再重新打开。"),
            )
        elif seen.unit:
            yield Finding(
                Severity.INFO,
                "unit-taken-off",
                path.name,
                _("列“{name}”的数字带有“{unit}”，已去掉，按数字读入。").format(name=name, unit=seen.unit),
            )
