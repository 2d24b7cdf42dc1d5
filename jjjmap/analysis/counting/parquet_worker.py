"""The process in which users' Parquet files are looked at and counted: hostile bytes meet Arrow there.

The functions stand in the program; run by ``python -m`` this module is the other end (`worker_process`).
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan
from jjjmap.analysis.counting.rows import ParquetRows
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible, Cancelled, Progress
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _, language, use_language
from jjjmap.layers.opening.reading_worker import memory_cap
from jjjmap.layers.opening.records_json import from_json, to_json
from jjjmap.worker_process import WorkerProcess, WorkerStopped, run_worker

logger = logging.getLogger(__name__)

COUNT_SECONDS = 12 * 3600.0
INSPECT_SECONDS = 600.0
_LEAST_STEP = 0.002
"""Share of the rows after which the program is told again."""


def inspect_in_worker(
    path: Path, position_columns: tuple[str, str] | None, cancelled: Cancelled | None
) -> ParquetRows:
    """Look at a Parquet file or a folder of them; see `ParquetRows.open`."""
    request = {"act": "inspect", "path": str(path.absolute()), "position_columns": position_columns}
    answer = _ask(request, path.name, INSPECT_SECONDS, None, cancelled)
    found: ParquetRows = _structured(path.name, lambda: from_json(ParquetRows, answer["source"]))
    return found


def count_in_worker(
    source: ParquetRows, areas: Areas, plan: CountPlan, progress: Progress, cancelled: Cancelled
) -> CrossTable:
    """Count Parquet files; see `local.count_locally`."""
    with TemporaryDirectory(prefix="jjjmap-") as folder:
        path = Path(folder) / "areas.arrow"
        _write_areas(path, areas)
        request = {
            "act": "count",
            "source": to_json(source),
            "areas": str(path),
            "is_partition": areas.is_partition,
            "plan": to_json(plan),
        }
        answer = _ask(request, source.title, COUNT_SECONDS, progress, cancelled)
    found: CrossTable = _structured(source.title, lambda: CrossTable.from_json(answer["table"]))
    if any(not 0 <= at < len(areas) for at, _category, _period in found.cells):
        raise AnalysisImpossible(_stopped(source.title, "crashed"))
    return found


def _ask(
    request: dict[str, Any],
    title: str,
    seconds: float,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> dict[str, Any]:
    try:
        worker = WorkerProcess(
            "jjjmap.analysis.counting.parquet_worker", memory_bytes=memory_cap(), file_bytes=0
        )
    except OSError as exc:
        raise AnalysisImpossible(_stopped(title, "crashed")) from exc
    gently = False
    try:
        answer = worker.ask(
            request | {"language": language().value}, seconds, progress=progress, cancelled=cancelled
        )
        gently = True
    except WorkerStopped as exc:
        if exc.reason == "cancelled":
            raise AnalysisCancelled from exc
        raise AnalysisImpossible(_stopped(title, exc.reason)) from exc
    finally:
        worker.end(gently=gently)
    if "impossible" in answer:
        raise AnalysisImpossible(_structured(title, lambda: from_json(Finding, answer["impossible"])))
    if "unreadable" in answer:
        logger.warning("counting %s failed: %s", title, answer.get("detail"))
        raise AnalysisImpossible(_stopped(title, str(answer["unreadable"])))
    return answer


def _structured(title: str, make: Any) -> Any:
    """Return what a worker said; one that says something else has been taken over by the file."""
    try:
        return make()
    except (ValueError, KeyError) as exc:
        raise AnalysisImpossible(_stopped(title, "crashed")) from exc


def _stopped(title: str, reason: str) -> Finding:
    sentences = {
        "timeout": _("“{title}”读了太久还没有读完，已停下，没有给出统计结果。"),
        "out-of-memory": _("读“{title}”要用的内存超出了限度，没有给出统计结果。"),
    }
    said = sentences.get(reason, _("读“{title}”的进程意外结束，没有给出统计结果；程序本身不受影响。"))
    return Finding(
        Severity.ERROR,
        f"parquet-{reason}",
        title,
        said.format(title=title),
        _("文件可能已损坏或行组过大；请重新下载，或另存为每个行组约一百万行的 Parquet。"),
    )


def _write_areas(path: Path, areas: Areas) -> None:
    table = pa.table({"id": pa.array(areas.ids, pa.string()), "wkb": shapely.to_wkb(areas.shapes)})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


# -- The other end ---------------------------------------------------------------------------------


def _read_areas(path: Path, *, is_partition: bool) -> Areas:
    with pa.OSFile(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    ids = tuple(table.column("id").to_pylist())
    shapes = shapely.from_wkb(np.array(table.column("wkb").to_pylist(), dtype=object))
    return Areas(ids, ids, ids, shapes, is_partition)


def answer(request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Answer one request of the program."""
    use_language(Language(request["language"]))
    told = 0.0

    def tell(share: float) -> None:
        nonlocal told
        if share >= told + _LEAST_STEP or share >= 1.0:
            told = share
            progress(share)

    try:
        if request["act"] == "inspect":
            from jjjmap.analysis.counting.parquet_inspection import inspect_parquet

            named = request["position_columns"]
            pair = None if named is None else (str(named[0]), str(named[1]))
            return {"source": to_json(inspect_parquet(Path(str(request["path"])), pair))}
        from jjjmap.analysis.counting.pieces import count_pieces

        source = from_json(ParquetRows, request["source"])
        areas = _read_areas(Path(str(request["areas"])), is_partition=bool(request["is_partition"]))
        plan = from_json(CountPlan, request["plan"])
        return {"table": count_pieces(source.pieces(), areas, plan, tell, lambda: False).to_json()}
    except AnalysisImpossible as exc:
        return {"impossible": to_json(exc.finding)}
    except MemoryError:
        raise
    except Exception as exc:
        # Whatever a hostile file made a library raise: the program is told, and starts another process.
        place = traceback.extract_tb(exc.__traceback__)[-1]
        detail = f"{type(exc).__name__}: {exc}"[:200]
        return {"unreadable": "crashed", "detail": f"{detail} ({Path(place.filename).name}:{place.lineno})"}


if __name__ == "__main__":
    run_worker(answer)
