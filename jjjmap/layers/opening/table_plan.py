"""How a table is going to be read: what was asked for, and a guess for every gap."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.column_roles import guess_roles
from jjjmap.layers.opening.coordinate_texts import FloatArray
from jjjmap.layers.opening.csv_rows import CsvRows
from jjjmap.layers.opening.datums import guess_datum
from jjjmap.layers.opening.headers import Header, guess_header
from jjjmap.layers.opening.records import Column, ColumnRole, DatumGuess, FileFormat, OpenOptions
from jjjmap.layers.opening.table_positions import PositionColumns, read_positions
from jjjmap.layers.opening.table_rows import MOST_COLUMNS, PREVIEW_ROWS, TableHead, TableSource
from jjjmap.layers.opening.value_kinds import KindEvidence
from jjjmap.layers.opening.workbooks import WorkbookRows

_SAMPLE = 500
_TEXT_ROLES = (
    ColumnRole.NAME,
    ColumnRole.ADDRESS,
    ColumnRole.ZONE,
    ColumnRole.REGION,
    ColumnRole.CODE,
    ColumnRole.CREDIT_CODE,
)


@dataclass(frozen=True)
class TablePlan:
    """How a table is going to be read: every gap of the options is filled."""

    kind: FileFormat
    source: TableSource
    head: TableHead
    header: Header
    options: OpenOptions
    datums: tuple[DatumGuess, ...]
    sample: tuple[tuple[float, float], ...]
    geometry: str
    holds_shapes: bool
    """Whether one column holds WKT or GeoJSON."""
    rows: tuple[tuple[str, ...], ...]
    """Rows below the header, each as wide as the table."""

    @property
    def roles(self) -> dict[str, ColumnRole]:
        """What each column is; one that holds both coordinates is `ColumnRole.LON`."""
        said: dict[str, ColumnRole] = {}
        for name, role in self.options.roles or ():
            said.setdefault(name, role)
        return said

    def evidence(self) -> list[KindEvidence]:
        """Return what shall see the values of each column."""
        roles = self.roles
        return [
            KindEvidence(name, is_text=roles.get(name, ColumnRole.NONE) in _TEXT_ROLES)
            for name in self.header.names
        ]

    def columns(self) -> tuple[Column, ...]:
        """Return the columns, their kinds judged by the first rows."""
        found: list[Column] = []
        roles = self.roles
        for number, (name, evidence) in enumerate(zip(self.header.names, self.evidence(), strict=True)):
            evidence.see(pa.array([row[number] for row in self.rows], pa.string()))
            found.append(Column(name, evidence.kind(), roles.get(name, ColumnRole.NONE)))
        return tuple(found)


def plan_table(path: Path, options: OpenOptions, kind: FileFormat | None) -> TablePlan:
    """Look at the begin of a table and fill the gaps of the options; raises LayerUnreadable."""
    if kind is None:
        from jjjmap.layers.opening.sniffing import sniff

        kind = sniff(path)
    source: TableSource = CsvRows(path, options) if kind is FileFormat.CSV else WorkbookRows(path, options)
    head = source.head
    header = guess_header(head.rows[:PREVIEW_ROWS], first=options.header_row, count=options.header_rows)
    width = len(header.names)
    if not width:
        raise LayerUnreadable(path, "empty")
    if width > MOST_COLUMNS:
        raise LayerUnreadable(path, "too-many-columns", str(width))
    below = [row for row in head.rows[header.data_row :] if any(cell.strip() for cell in row)]
    rows = tuple((*row[:width], *[""] * (width - len(row))) for row in below)
    wide = [*rows, *((*row[:width], *[""] * (width - len(row))) for row in head.far_rows)]
    columns = [[row[column] for row in wide] for column in range(width)]
    roles = _known_roles(path, options, header) or (
        guess_roles(header.names, columns) if options.roles is None else ()
    )
    filled = dataclasses.replace(
        options,
        sublayer=head.sublayer,
        encoding=head.encoding,
        delimiter=head.delimiter,
        header_row=header.first,
        header_rows=header.count,
        roles=roles,
    )
    positions = PositionColumns.of(header.names, roles)
    if positions is None:
        filled = dataclasses.replace(filled, datum="", swap_axes=None)
        return TablePlan(kind, source, head, header, filled, (), (), "", False, rows)
    values = [pa.array(column, pa.string()) for column in columns]
    holds_shapes = positions.hold_shapes(columns)
    found = read_positions(values, positions, holds_shapes=holds_shapes)
    datums = _guess(path, head, header, positions, found.x, found.y, roles, columns)
    if not options.datum and datums:
        filled = dataclasses.replace(filled, datum=datums[0].datum, swap_axes=datums[0].swap_axes)
    elif options.swap_axes is None:
        same = [guess for guess in datums if guess.datum == options.datum]
        filled = dataclasses.replace(filled, swap_axes=same[0].swap_axes if same else False)
    known = np.flatnonzero(np.isfinite(found.x) & np.isfinite(found.y))
    if len(known) > _SAMPLE:
        known = known[np.linspace(0, len(known) - 1, _SAMPLE).astype(np.int64)]
    sample = tuple((float(found.x[row]), float(found.y[row])) for row in known)
    return TablePlan(kind, source, head, header, filled, datums, sample, found.geometry, holds_shapes, rows)


def _known_roles(path: Path, options: OpenOptions, header: Header) -> tuple[tuple[str, ColumnRole], ...]:
    for name, _role in options.roles or ():
        if name not in header.names:
            raise LayerUnreadable(path, "no-column", name[:60])
    return tuple((name, role) for name, role in options.roles or () if role is not ColumnRole.NONE)


def _guess(
    path: Path,
    head: TableHead,
    header: Header,
    positions: PositionColumns,
    x: FloatArray,
    y: FloatArray,
    roles: Sequence[tuple[str, ColumnRole]],
    columns: Sequence[Sequence[str]],
) -> tuple[DatumGuess, ...]:
    own = [header.names[positions.x], header.names[positions.y]]
    place = next(
        (name for wanted in (ColumnRole.CODE, ColumnRole.REGION) for name, role in roles if role is wanted),
        "",
    )
    units = columns[header.names.index(place)] if place else None
    beside = [path.stem, head.sublayer, *(name for name in header.names if name not in own)]
    return guess_datum(x, y, names=own, beside=beside, units=units)
