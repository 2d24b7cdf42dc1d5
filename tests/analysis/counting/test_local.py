"""Tests of counting on this machine."""

import os
import signal
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from jjjmap.analysis.counting import parquet_worker
from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.kernel import CountPlan
from jjjmap.analysis.counting.local import count_locally
from jjjmap.analysis.counting.rows import BATCH_ROWS, ParquetRows, TableRows
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.worker_process import WorkerProcess

from .conftest import layer_of

ROWS = 5 * BATCH_ROWS
PLAN = CountPlan("行业", "", "额")


@pytest.fixture(scope="module")
def table() -> FeatureTable:
    """Rows of five batches in and around the squares."""
    drawn = np.random.default_rng(2)
    lon, lat = drawn.uniform((115.9, 37.9), (118.1, 40.1), (ROWS, 2)).T
    kinds = pa.DictionaryArray.from_arrays(drawn.integers(0, 3, ROWS), ["甲", "乙", "丙"])
    attributes = pa.table({"行业": kinds.dictionary_decode(), "额": drawn.lognormal(3, 2, ROWS)})
    return FeatureTable(attributes, Geometry.POINT, lon.copy(), lat.copy())


@pytest.fixture(scope="module")
def source(table: FeatureTable, tmp_path_factory: pytest.TempPathFactory) -> ParquetRows:
    """The same rows as a Parquet file of row groups that are no whole batches."""
    path = tmp_path_factory.mktemp("rows") / "企业.parquet"
    columns = table.attributes.append_column("lon", pa.array(table.lon)).append_column(
        "lat", pa.array(table.lat)
    )
    pq.write_table(columns, path, row_group_size=200_000)
    return ParquetRows.open(path)


def _ignored(share: float) -> None:
    assert 0 <= share <= 1


def test_a_layer_and_a_file_of_the_same_rows_give_the_same_bits(
    table: FeatureTable, source: ParquetRows, squares: Areas
) -> None:
    told: list[float] = []
    from_layer = count_locally(TableRows(layer_of(table)), squares, PLAN, _ignored, lambda: False)
    from_file = count_locally(source, squares, PLAN, told.append, lambda: False)
    assert from_file == from_layer
    assert from_file.to_arrow(squares).equals(from_layer.to_arrow(squares))
    assert from_layer.read_rows == ROWS
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 2
    inside = (table.lon >= 116) & (table.lon <= 118) & (table.lat >= 38) & (table.lat <= 40)
    assert sum(cell[0] for cell in from_layer.cells.values()) == np.count_nonzero(inside)


@pytest.mark.parametrize("kind", ["layer", "file"])
def test_a_count_that_is_cancelled_keeps_nothing(
    kind: str, table: FeatureTable, source: ParquetRows, squares: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers: list[WorkerProcess] = []

    class Watched(WorkerProcess):
        def __init__(self, module: str, *, memory_bytes: int, file_bytes: int = 0) -> None:
            super().__init__(module, memory_bytes=memory_bytes, file_bytes=file_bytes)
            workers.append(self)

    monkeypatch.setattr(parquet_worker, "WorkerProcess", Watched)
    is_wanted = threading.Event()
    rows = source if kind == "file" else TableRows(layer_of(table))
    with pytest.raises(AnalysisCancelled):
        count_locally(rows, squares, PLAN, lambda share: is_wanted.set(), is_wanted.is_set)
    assert [worker.is_alive() for worker in workers] == ([False] if kind == "file" else [])


def test_of_no_rows_it_is_known_that_weights_were_asked_for(table: FeatureTable, squares: Areas) -> None:
    none = layer_of(table, [False] * ROWS)
    assert count_locally(TableRows(none), squares, PLAN, _ignored, lambda: False).has_weight
    assert not count_locally(TableRows(none), squares, CountPlan(), _ignored, lambda: False).has_weight


def test_a_worker_that_dies_is_told_and_gives_no_part(
    source: ParquetRows, squares: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying(WorkerProcess):
        def is_alive(self) -> bool:
            return False

        def ask(self, request: object, seconds: float, **words: object) -> dict[str, object]:  # type: ignore[override]
            os.kill(self._process.pid, signal.SIGKILL)
            return super().ask(request, seconds, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(parquet_worker, "WorkerProcess", Dying)
    with pytest.raises(AnalysisImpossible) as refused:
        count_locally(source, squares, PLAN, _ignored, lambda: False)
    assert refused.value.finding.code == "parquet-crashed"


def test_a_broken_row_group_found_in_the_worker_is_named(tmp_path: Path, squares: Areas) -> None:
    path = tmp_path / "a.parquet"
    places = pa.table({"lon": np.full(2_000, 116.5), "lat": np.full(2_000, 38.5)})
    pq.write_table(places, path, row_group_size=1_000, compression="none", use_dictionary=False)
    found = ParquetRows.open(path)
    data = bytearray(path.read_bytes())
    at = pq.read_metadata(path).row_group(1).column(0).data_page_offset
    data[at : at + 20] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(AnalysisImpossible) as refused:
        count_locally(found, squares, CountPlan(), _ignored, lambda: False)
    assert refused.value.finding.code == "parquet-row-group-broken"
    assert "a.parquet" in refused.value.finding.where and "2" in refused.value.finding.where


def test_areas_that_a_worker_invents_are_not_believed(
    source: ParquetRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"table": {"cells": [[7, "", "", 1, 0, "0x0"]], "has_weight": False, "counts": [1, 0, 0, 0, 0]}}
    monkeypatch.setattr(parquet_worker, "_ask", lambda *arguments: said)
    one = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    with pytest.raises(AnalysisImpossible):
        count_locally(source, Areas(("a",), ("甲",), ("A",), one, True), CountPlan(), _ignored, lambda: False)


def test_a_plan_that_does_not_fit_starts_no_worker(
    source: ParquetRows, squares: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_worker, "WorkerProcess", None)
    with pytest.raises(AnalysisImpossible) as refused:
        count_locally(source, squares, CountPlan("年"), _ignored, lambda: False)
    assert refused.value.finding.code == "no-such-column"
