"""What is read of a file, row by row into the files of layers: all readers write through this.

::

    with LayerWriter(path, folder, progress=tell) as writer:
        writer.describe(SourceFacts(title=…, format=…, datum=…))
        for batch, rows in …:
            writer.check()                                  # raises if it was cancelled
            writer.write_points(batch, lon, lat)            # or write_shapes(batch, wkb) or write_rows(batch)
            writer.reject(line, _("坐标不是数字。"), cells)
            writer.tally(SOME_TALLY, rows)                  # one finding for all rows of a kind
            writer.tell(share)
        answer = writer.finish()

Memory stays flat: a batch is on disk when the next one comes.
"""

import importlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FloatArray
from jjjmap.layers.opening.file_hash import FileHash
from jjjmap.layers.opening.layer_part import LayerPart, not_written
from jjjmap.layers.opening.records import (
    Column,
    ColumnRole,
    FileFormat,
    LayerFacts,
    ReadAnswer,
    ReadPart,
)
from jjjmap.layers.opening.rejected_rows import RejectedRows
from jjjmap.layers.style import Geometry

__all__ = ["LayerPart", "LayerWriter", "SourceFacts", "Tally", "not_written"]

REJECTED = "rejected.csv"
_EXAMPLES = 5
_TELL_SECONDS = 0.1

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What `LayerFacts` says about where the rows come from; the reader knows, the writer keeps it."""

    title: str
    format: FileFormat
    sublayer: str = ""
    encoding: str = ""
    crs: str = ""
    datum: str = ""
    source_name: str = ""
    """Empty for the name of the file."""
    roles: Mapping[str, ColumnRole] = field(default_factory=dict)
    """Columns that say where a row is or how it is called; the others have none."""
    sha256: str | None = None
    """None to compute it from the file, beside the reading."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A kind of thing that happens to many rows and is told once."""

    code: str
    severity: Severity
    sentence: Callable[[], str]
    """May have the holes ``{n}``, how many rows, and ``{rows}``, the numbers of the first."""
    hint: Callable[[], str] = str
    mends: bool = False
    """Whether a row that it happened to counts as mended."""


class LayerWriter:
    """Writes the rows of one file, as one layer or as one for each kind of geometry.

    Parameters
    ----------
    path
        The file that is read: errors and findings name it.
    folder
        An existing, private folder; parts and ``rejected.csv`` are made in it.
    progress
        Told the share that is done, at most ten times a second.
    cancelled
        Asked by `check`; needed only where this does not run in a worker that can be killed.

    Notes
    -----
    Row numbers count the rows of the file from 1 (a table's line numbers are fine: say what you use in the
    sentences). Every method that writes raises LayerUnreadable ``no-space`` when the disk is full.
    """

    def __init__(
        self,
        path: Path,
        folder: Path,
        *,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._path = path
        self._folder = folder
        self._progress = progress
        self._cancelled = cancelled
        self._told = 0.0
        self._facts: SourceFacts | None = None
        self._hash: FileHash | None = None
        self._parts: dict[Geometry | None, LayerPart] = {}
        self._rejected = RejectedRows(folder / REJECTED)
        self._tallies: dict[str, tuple[Tally, int, list[int]]] = {}
        self._mended: list[IntArray] = []
        self._findings: list[Finding] = []
        self._shifts: list[FloatArray] = []
        self._repeats = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._hash is not None:
            self._hash.stop()
        for part in self._parts.values():
            part.close()
        self._rejected.close()

    @property
    def path(self) -> Path:
        """The file that is read."""
        return self._path

    # -- What is told of it ------------------------------------------------------------------------

    def describe(self, facts: SourceFacts) -> None:
        """Say where the rows come from; before the first row. The file's hash is begun here."""
        self._facts = facts
        if facts.sha256 is None:
            # pyarrow imports pandas with the first column; of two threads at once one may find half of it.
            importlib.import_module("pandas")
            self._hash = FileHash(self._path)

    def check(self) -> None:
        """Raise LayerUnreadable ``cancelled`` if the user has asked to stop; call it for each batch."""
        if self._cancelled is not None and self._cancelled():
            raise LayerUnreadable(self._path, "cancelled")

    def tell(self, share: float) -> None:
        """Report the share of the file that is done, 0…1; as often as one likes."""
        now = time.monotonic()
        if self._progress is not None and now - self._told >= _TELL_SECONDS:
            self._told = now
            self._progress(min(max(share, 0.0), 1.0))

    def find(self, finding: Finding) -> None:
        """Add a finding of its own, told as it is."""
        if finding not in self._findings:
            self._findings.append(finding)

    def tally(self, kind: Tally, rows: Sequence[int] | IntArray) -> None:
        """Count rows to which something happened; one finding for all of them is made in the end.

        Parameters
        ----------
        rows
            Numbers of rows, in any order, each once a kind; those of a kind that `mends` count as mended.
        """
        numbers = np.unique(np.asarray(rows, dtype=np.int64))
        if not len(numbers):
            return
        _kind, count, examples = self._tallies.get(kind.code, (kind, 0, []))
        examples = [*examples, *numbers[: _EXAMPLES - len(examples)].tolist()]
        self._tallies[kind.code] = (kind, count + len(numbers), examples)
        if kind.mends:
            self._mended.append(numbers)

    def shifted(self, metres: FloatArray) -> None:
        """Note how far positions of a batch were moved by their datum; the median is kept in the facts."""
        finite = metres[np.isfinite(metres)]
        if len(finite):
            # A sample of each batch is enough for a median.
            self._shifts.append(finite[:: max(1, len(finite) // 500)])

    # -- Rows --------------------------------------------------------------------------------------

    def part(self, geometry: Geometry | None) -> LayerPart:
        """Return the part for a kind of geometry (None for rows that are nowhere), made when first asked for.

        Most readers need only `write_points`, `write_shapes` of `mending` and `write_rows`.
        """
        part = self._parts.get(geometry)
        if part is None:
            name = "rows" if geometry is None else geometry.value
            part = self._parts[geometry] = LayerPart(self._path, self._folder / name, geometry)
        return part

    @property
    def home(self) -> Geometry | None:
        """The kind of geometry that came first: rows without geometry are put beside it."""
        return next((geometry for geometry in self._parts if geometry is not None), None)

    def write_points(self, batch: pa.RecordBatch | pa.Table, lon: FloatArray, lat: FloatArray) -> None:
        """Add n rows with n positions.

        Parameters
        ----------
        batch
            n rows × m attributes. The first batch says names and types of the columns: all others are cast
            to them, and LayerUnreadable ``damaged`` is raised if that would lose something.
        lon, lat
            n degrees each, WGS-84; NaN where a row is nowhere (it is kept in the table).
        """
        positions = pa.table({"lon": pa.array(lon, pa.float64()), "lat": pa.array(lat, pa.float64())})
        self.part(Geometry.POINT).write(batch, positions, np.isfinite(lon) & np.isfinite(lat))
        self.part(Geometry.POINT).widen(lon, lat)

    def write_lines_or_polygons(
        self, batch: pa.RecordBatch | pa.Table, geometry: Geometry, wkb: Any, bounds: FloatArray
    ) -> None:
        """Add n rows with n sound shapes of one kind; `mending.write_shapes` sorts and mends any others.

        Parameters
        ----------
        wkb
            n shapes as little-endian WKB, WGS-84 lon/lat, two dimensions; None where a row has none.
        bounds
            n × 4: west, south, east, north of each; NaN where a row has no shape.
        """
        shapes = pa.array(wkb, pa.binary())
        part = self.part(geometry)
        part.write(batch, pa.table({"wkb": shapes}), ~np.isnan(bounds[:, 0]))
        part.widen(bounds[:, [0, 2]].ravel(), bounds[:, [1, 3]].ravel())

    def write_rows(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Add n rows that are nowhere: to the part that came first, or as a plain table if there is none."""
        part = self.part(self.home)
        part.write(batch, part.no_positions(batch.num_rows), np.zeros(batch.num_rows, dtype=bool))

    def reject(self, row: int, why: str, cells: Sequence[object], names: Sequence[str] = ()) -> None:
        """Put one row into the CSV of rejected rows.

        Parameters
        ----------
        row
            Its number in the file.
        why
            One short sentence in the language in use.
        cells
            Its values as they stand in the file, so that it can be mended and opened again.
        names
            Of the columns; those of the first rejected row make the header.
        """
        try:
            self._rejected.add(row, why, cells, names)
        except OSError as exc:
            raise not_written(self._path, exc) from exc

    @property
    def accepted(self) -> int:
        """Rows of the file of which anything was written so far."""
        return sum(part.rows for part in self._parts.values()) - self._repeats

    def repeated(self, count: int) -> None:
        """Tell that `count` of the rows that were written are further pieces of rows that count already."""
        self._repeats += count

    @property
    def rejected(self) -> int:
        """Rows rejected so far."""
        return self._rejected.count

    # -- The end -----------------------------------------------------------------------------------

    def finish(self) -> ReadAnswer:
        """Close all files and return what came of it; nothing may be written after that.

        Raises
        ------
        LayerUnreadable
            ``nothing-left`` if not a single row was accepted, though there were rows; ``no-space``.
        """
        assert self._facts is not None, "describe() comes first"
        self._bring_home()
        self._rejected.close()
        parts = [part for part in self._parts.values() if part.has_schema]
        if not parts:
            raise LayerUnreadable(self._path, "nothing-left" if self.rejected else "no-rows")
        for part in parts:
            part.close()
        mended = len(np.unique(np.concatenate(self._mended))) if self._mended else 0
        findings = (*self._rejected_findings(), *self._findings, *self._tally_findings())
        facts = self._facts
        sha256 = facts.sha256 if self._hash is None else self._hash.result()
        shift_m = float(np.median(np.concatenate(self._shifts))) if self._shifts else 0.0
        several = len(parts) > 1
        answer = ReadAnswer(
            tuple(
                ReadPart(
                    part.folder.name,
                    LayerFacts(
                        title=_part_title(facts.title, part.geometry) if several else facts.title,
                        source_name=facts.source_name or self._path.name,
                        sublayer=facts.sublayer,
                        format=facts.format,
                        encoding=facts.encoding,
                        crs=facts.crs,
                        datum=facts.datum,
                        shift_m=round(shift_m, 1),
                        geometry=part.geometry,
                        columns=tuple(
                            Column(column.name, column.kind, facts.roles.get(column.name, ColumnRole.NONE))
                            for column in part.columns
                        ),
                        rows=part.rows,
                        without_geometry=part.without_geometry,
                        mended=mended if part is parts[0] else 0,
                        rejected=self.rejected if part is parts[0] else 0,
                        bounds=part.bounds,
                        sha256=sha256 or "",
                        opened=_today().isoformat(),
                        findings=findings,
                    ),
                )
                for part in parts
            ),
            findings,
            self.accepted,
            mended,
            self.rejected,
            REJECTED if self.rejected else "",
        )
        if self._progress is not None:
            self._progress(1.0)
        return answer

    def _bring_home(self) -> None:
        """Put rows without geometry that came before the first shape beside the shapes."""
        home = self.home
        lost = self._parts.get(None)
        if lost is None or home is None:
            return
        del self._parts[None]
        lost.close()
        part = self._parts[home]
        for batch in lost.batches():
            part.write(batch, part.no_positions(batch.num_rows), np.zeros(batch.num_rows, dtype=bool))
        lost.remove()

    def _rejected_findings(self) -> list[Finding]:
        """Say why rows were rejected: one finding for each kind of reason, with the first row as example."""
        hint = _("被拒的行可以另存为 CSV，改正后再打开。")
        return [
            Finding(
                Severity.WARNING,
                "rows-rejected",
                self._path.name,
                _("有 {n} 行没有读入，如第 {row} 行：{why}").format(n=f"{count:,}", row=first, why=why),
                hint,
            )
            for count, first, why in self._rejected.reasons.values()
        ]

    def _tally_findings(self) -> list[Finding]:
        found: list[Finding] = []
        for kind, count, examples in self._tallies.values():
            rows = _("、").join(str(row) for row in examples) + ("…" if count > len(examples) else "")
            message = kind.sentence().format(n=f"{count:,}", rows=rows)
            found.append(Finding(kind.severity, kind.code, self._path.name, message, kind.hint()))
        return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _part_title(title: str, geometry: Geometry | None) -> str:
    match geometry:
        case Geometry.POINT:
            return _("{title}（点）").format(title=title)
        case Geometry.LINE:
            return _("{title}（线）").format(title=title)
        case Geometry.POLYGON:
            return _("{title}（面）").format(title=title)
    return title


def _today() -> date:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else datetime.now().date()
