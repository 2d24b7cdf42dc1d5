"""Rows that are made on the worker that counts them, and pieces that wait until a test lets them go."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from jjjmap.analysis.counting.rows import LAT, LON, RowsBroken
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnKind

_LONGEST_SECONDS = 60
GO = "go"


def made_batch(rows: int, seed: int) -> pa.RecordBatch:
    """Return points over and beside the squares from 116, 38 to 118, 40; some are nowhere."""
    rng = np.random.default_rng(seed)
    lon = np.round(rng.uniform(115.9, 118.1, rows), 2)
    lon[rng.random(rows) < 0.05] = np.nan
    return pa.record_batch(
        {
            "类别": pa.array(rng.choice(["甲", "乙", "丙"], rows).tolist()),
            "年": pa.array(rng.integers(2020, 2023, rows)),
            "金额": pa.array(rng.normal(size=rows) * 10.0 ** rng.integers(-20, 20, rows)),
            LON: pa.array(lon),
            LAT: pa.array(np.round(rng.uniform(37.9, 40.1, rows), 2)),
        }
    )


@dataclass(frozen=True)
class MadePiece:
    """Three batches; with a folder it says there which process has begun, and goes on when `GO` is there."""

    seed: int
    folder: str = ""
    is_endless: bool = False
    is_broken: bool = False

    rows = 3_000

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        if self.is_broken:
            raise RowsBroken(Finding(Severity.ERROR, "broken-here", "", _("读取已取消。")))
        begun = Path(self.folder, f"{os.getpid()}.{self.seed}")
        ended = Path(self.folder, f"ended.{self.seed}")
        if self.folder:
            begun.touch()
            self._wait()
        number = 0
        try:
            while self.is_endless or number < 3:
                yield made_batch(1_000, 100 * self.seed + number % 3).select([*columns, LON, LAT])
                number += 1
        finally:
            if self.folder:
                ended.touch()

    def _wait(self) -> None:
        deadline = time.monotonic() + _LONGEST_SECONDS
        while not self.is_endless and not Path(self.folder, GO).exists() and time.monotonic() < deadline:
            time.sleep(0.02)


@dataclass(frozen=True)
class MadeRows:
    """A source of such pieces."""

    made: tuple[MadePiece, ...]
    title: str = "企业"
    columns: tuple[Column, ...] = (
        Column("类别", ColumnKind.TEXT),
        Column("年", ColumnKind.INTEGER),
        Column("金额", ColumnKind.NUMBER),
    )
    findings: tuple[Finding, ...] = ()

    @property
    def count(self) -> int:
        return sum(piece.rows for piece in self.made)

    def pieces(self) -> tuple[MadePiece, ...]:
        return self.made
