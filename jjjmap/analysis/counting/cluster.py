"""Counting on a Dask cluster: the same kernel, piece by piece, on machines that come and go.

Nothing is sent but names of files (or rows of an open layer), the areas and the plan; the workers run their
own jjjmap, and are refused if it is another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import importlib
import logging
import re
import secrets
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jjjmap import __version__, i18n
from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan, PreparedAreas, check_plan, count_in_areas
from jjjmap.analysis.counting.rows import BATCH_ROWS, ParquetPiece, Piece, RowSource, TablePiece
from jjjmap.analysis.counting.scheduler import Scheduler
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible, Cancelled, Progress, refuse_if
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 8.0
"""After which a scheduler that does not answer is given up."""
WORKERS_SECONDS = 10.0
"""So long a cluster may be without workers, at the start and later: a nanny takes seconds for a new one."""
ANSWER_SECONDS = 20.0
"""For a scheduler or worker that is there to answer a question."""

_LOOK_SECONDS = 0.5
_POLL_SECONDS = 0.05
_LEAVE_SECONDS = 1.0
_PER_THREAD = 2
"""Pieces that are sent for each thread of the cluster: one in work, one that waits for it."""
_MOST_PARTS = 16
_MOST_NAMED = 3
_NOT_THERE = re.compile(r"ModuleNotFoundError|ImportError|AttributeError")

_KERNEL_MODULES = (
    "jjjmap.analysis.counting.areas",
    "jjjmap.analysis.counting.cluster",
    "jjjmap.analysis.counting.cross_table",
    "jjjmap.analysis.counting.kernel",
    "jjjmap.analysis.counting.rows",
    "jjjmap.layers.opening.attributes",
    "jjjmap.layers.tables.cells",
)
"""What decides the answer: their files must be the same to the letter."""


def count_on_cluster(
    source: RowSource,
    areas: Areas,
    plan: CountPlan,
    scheduler: Scheduler,
    progress: Progress,
    cancelled: Cancelled,
) -> CrossTable:
    """Count the rows of a source on the workers of a cluster.

    Parameters
    ----------
    source
        Its pieces are sent, not its rows, if they are of files: every worker must find these under the same
        path and with the same size. The rows of an open layer are sent.
    scheduler
        By `scheduler_at`; show its findings.
    progress
        Told the share of rows in pieces that are done, in the thread that calls.
    cancelled
        Asked some twenty times a second; the workers are free within two seconds.

    Returns
    -------
    CrossTable
        To the last bit what `count_locally` returns.

    Raises
    ------
    AnalysisImpossible
        ``cluster-extra-missing``, ``scheduler-unreachable``, ``cluster-versions``,
        ``cluster-without-jjjmap``, ``cluster-lost``, ``cluster-file-unreadable``, ``cluster-failed``, or what
        the kernel and the rows themselves raise. Never is the count of a part returned for the whole.
    AnalysisCancelled
        Somebody asked to stop.

    Notes
    -----
    A worker that is lost is tolerated: its pieces are counted again elsewhere, for a piece is kept only when
    all of it has arrived. Whoever is asked for code to run must be trusted: see `Scheduler.findings`.
    """
    check_plan(plan, source.columns, source.title)
    _check_extra(scheduler)
    refuse_if(cancelled)
    work = _Work(source, areas, plan, scheduler)
    # A thread with an event loop of its own: whoever calls may have one already (a notebook does).
    thread = threading.Thread(target=work.run, name="cluster-count", daemon=True)
    thread.start()
    told = 0.0
    try:
        while thread.is_alive():
            thread.join(_POLL_SECONDS)
            if work.share != told:
                told = work.share
                progress(told)
            refuse_if(cancelled)
    except BaseException:
        # Ctrl-C, too, must not leave a cluster at work for nobody.
        work.stop()
        thread.join(2 * _LEAVE_SECONDS)
        raise
    table = work.result()
    progress(1.0)
    return table


def _check_extra(scheduler: Scheduler) -> None:
    try:
        importlib.import_module("distributed")
    except ImportError as exc:
        raise AnalysisImpossible(
            Finding(
                Severity.ERROR,
                "cluster-extra-missing",
                scheduler.address,
                _("没有安装 dask.distributed，不能用集群统计。"),
                _("请安装 jjjmap[cluster]（pip install 'jjjmap[cluster]'）。"),
            )
        ) from exc


class _Work:
    """One count, in a thread with an event loop."""

    def __init__(self, source: RowSource, areas: Areas, plan: CountPlan, scheduler: Scheduler) -> None:
        self.share = 0.0
        """Of rows in pieces that are done."""
        self._source = source
        self._areas = areas
        self._plan = plan
        self._scheduler = scheduler
        self._order = _Order(secrets.token_hex(8), plan, source.count, software_here(), i18n.language())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[CrossTable] | None = None
        self._is_stopped = False
        self._table: CrossTable | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Count; what comes of it, `result` tells."""
        with i18n.speaking(self._order.language):
            try:
                self._table = asyncio.run(self._begin())
            except BaseException as exc:
                # Told by `result`, to the thread that waits for it.
                self._error = exc

    def stop(self) -> None:
        """Let the count end soon; from another thread."""
        self._is_stopped = True
        if self._loop is not None and self._task is not None:
            # A loop that has ended meanwhile has nothing left to stop.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._task.cancel)

    def result(self) -> CrossTable:
        """Return what came of it, when the thread has ended."""
        if self._error is not None:
            if isinstance(self._error, asyncio.CancelledError):
                raise AnalysisImpossible(self._lost(_("集群放弃了任务")))
            raise self._error
        assert self._table is not None
        return self._table

    async def _begin(self) -> CrossTable:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._is_stopped:
            raise asyncio.CancelledError
        client = await self._connected()
        is_done = False
        try:
            await self._wait_for_workers(client)
            await self._check_versions(client)
            table = await self._count(client)
            is_done = True
            return table
        finally:
            await self._leave(client, is_done=is_done)

    async def _connected(self) -> Any:
        distributed: Any = importlib.import_module("distributed")
        scheduler = self._scheduler
        words: dict[str, Any] = {}
        if scheduler.is_encrypted:
            words["security"] = distributed.Security(
                tls_ca_file=scheduler.ca,
                tls_client_cert=scheduler.certificate,
                tls_client_key=scheduler.key,
                require_encryption=True,
            )
        try:
            return await distributed.Client(
                scheduler.address,
                asynchronous=True,
                set_as_default=False,
                # Workers may be where only the scheduler reaches them.
                direct_to_workers=False,
                timeout=CONNECT_SECONDS,
                name="jjjmap",
                **words,
            )
        # What a peer that is no scheduler, or speaks another version, makes distributed raise is of no kind.
        except Exception as exc:
            logger.info("%s: %r", scheduler.address, exc)
            raise AnalysisImpossible(self._unreachable(exc)) from exc

    def _unreachable(self, error: Exception) -> Finding:
        if _is_about_tls(error):
            message = _("与调度器 {address} 的加密连接没有谈成。")
            hint = _("请检查三个证书文件是否属于这个集群，有没有过期。")
        else:
            message = _("等了 {seconds:g} 秒，连不上调度器 {address}。")
            hint = _("请检查主机、端口、网络和防火墙，调度器是否在运行，它用的是 tcp 还是 tls。")
        return Finding(
            Severity.ERROR,
            "scheduler-unreachable",
            self._scheduler.address,
            message.format(address=self._scheduler.address, seconds=CONNECT_SECONDS),
            hint,
        )

    def _lost(self, why: str) -> Finding:
        return Finding(
            Severity.ERROR,
            "cluster-lost",
            self._scheduler.address,
            _("集群没有算完（{why}），没有留下部分结果。").format(why=why),
            _("请检查 worker 的日志和内存，然后重新统计；也可以不用集群，在本机统计。"),
        )

    async def _asked(self, question: Any) -> Any:
        """Return the answer of the scheduler; raises AnalysisImpossible if there is none."""
        try:
            return await asyncio.wait_for(question, ANSWER_SECONDS)
        except (OSError, TimeoutError, ValueError) as exc:
            # distributed raises ValueError where a client has lost its scheduler for good.
            raise AnalysisImpossible(self._lost(_("调度器不再应答"))) from exc

    async def _wait_for_workers(self, client: Any) -> None:
        deadline = time.monotonic() + WORKERS_SECONDS
        while not await self._asked(client.nthreads()):
            if time.monotonic() > deadline:
                raise AnalysisImpossible(
                    Finding(
                        Severity.ERROR,
                        "cluster-lost",
                        self._scheduler.address,
                        _("调度器 {address} 没有 worker。").format(address=self._scheduler.address),
                        _("请先在集群的机器上启动 dask worker。"),
                    )
                )
            await asyncio.sleep(_LOOK_SECONDS)

    async def _check_versions(self, client: Any) -> None:
        """Refuse a scheduler and workers whose software might count otherwise."""
        answers: dict[str, Any] = await self._asked(client.run(software_here, on_error="return"))
        try:
            # It takes every task apart before it hands it on.
            answers[_("调度器")] = await self._asked(client.run_on_scheduler(software_here))
        except AnalysisImpossible:
            raise
        except Exception as exc:
            answers[_("调度器")] = exc
        failed = {name: said for name, said in answers.items() if isinstance(said, Exception)}
        # What another process could not import comes as plain text in an Exception.
        without = sorted(name for name, said in failed.items() if _NOT_THERE.search(repr(said)))
        if without:
            raise AnalysisImpossible(
                Finding(
                    Severity.ERROR,
                    "cluster-without-jjjmap",
                    self._scheduler.address,
                    _("这里没有 jjjmap，或者缺它要用的软件：{workers}。").format(workers=_names(without)),
                    _("请在调度器和每个 worker 的环境里安装 jjjmap[cluster]=={version}。").format(
                        version=__version__
                    ),
                )
            )
        if failed:
            logger.warning("%s: %r", self._scheduler.address, failed)
            raise AnalysisImpossible(self._lost(_("{workers} 不应答").format(workers=_names(sorted(failed)))))
        found = differences(self._order.software, answers)
        if found:
            raise AnalysisImpossible(versions_finding(self._scheduler.address, found))

    async def _count(self, client: Any) -> CrossTable:
        pieces = deque(part for piece in self._source.pieces() for part in _to_send(piece, self._plan))
        total = sum(piece.rows for piece in pieces)
        # Once to every worker, so that none that is lost takes them along.
        areas = await self._asked(client.scatter(self._areas, broadcast=True, hash=False))
        watch = _Watch(self, client)
        at_work: dict[asyncio.Task[_Answer], int] = {}
        parts = [CrossTable(has_weight=bool(self._plan.weight))]
        number = done = 0
        try:
            while pieces or at_work:
                while pieces and len(at_work) < watch.window:
                    piece = pieces.popleft()
                    asked = self._piece(client, piece, areas, number)
                    at_work[asyncio.create_task(asked)] = piece.rows
                    number += 1
                finished, _running = await asyncio.wait(
                    at_work, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                for task in finished:
                    done += at_work.pop(task)
                    parts.append(self._table_of(task))
                    self.share = done / max(1, total)
                if len(parts) >= _MOST_PARTS:
                    parts = [CrossTable.sum_of(parts)]
                await watch.look()
            return CrossTable.sum_of(parts)
        finally:
            for task in at_work:
                task.cancel()
            await asyncio.gather(*at_work, return_exceptions=True)

    async def _piece(self, client: Any, piece: Piece, areas: Any, number: int) -> _Answer:
        future = client.submit(
            count_piece,
            piece,
            areas,
            self._order,
            key=f"jjjmap-count-{self._order.run}-{number}",
            pure=False,
            retries=1,
        )
        try:
            answer: _Answer = await future
            return answer
        except Exception as exc:
            if future.status == "error":
                raise
            # It did not fail: it went with the workers that had it, and the areas with them.
            raise AnalysisImpossible(self._lost(_("所有 worker 都退出了"))) from exc
        finally:
            # Nobody else asks for it: what waits for its turn is forgotten by the scheduler.
            future.release()

    def _table_of(self, task: asyncio.Task[_Answer]) -> CrossTable:
        from distributed import KilledWorker

        if task.cancelled():
            raise AnalysisImpossible(self._lost(_("集群放弃了任务")))
        error = task.exception()
        if isinstance(error, AnalysisImpossible):
            raise error
        if isinstance(error, KilledWorker):
            why = _("同一段数据让 {n} 个 worker 先后退出，多半是内存不够")
            raise AnalysisImpossible(self._lost(why.format(n=error.allowed_failures + 1))) from error
        if error is not None:
            raise AnalysisImpossible(
                Finding(
                    Severity.ERROR,
                    "cluster-failed",
                    self._scheduler.address,
                    _("worker 上的统计出错（{detail}），没有留下部分结果。").format(
                        detail=type(error).__name__
                    ),
                    _("请看 worker 的日志；也可以不用集群，在本机统计。"),
                )
            ) from error
        answer = task.result()
        if answer.refusal is not None:
            raise AnalysisImpossible(answer.refusal)
        if answer.table is None:
            raise AnalysisImpossible(self._lost(_("集群放弃了任务")))
        return answer.table

    async def _leave(self, client: Any, *, is_done: bool) -> None:
        """Let the workers go, if they are still there; none of it may hide why we leave."""
        with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.CancelledError):
            if not is_done:
                # What runs in a thread ends by itself only: each piece asks after each batch.
                await asyncio.wait_for(
                    client.run(stop_run, self._order.run, on_error="ignore"), _LEAVE_SECONDS
                )
        with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.CancelledError):
            await client.close(timeout=_LEAVE_SECONDS)


class _Watch:
    """Looks now and then who is there."""

    def __init__(self, work: _Work, client: Any) -> None:
        self.window = _PER_THREAD
        """How many pieces may be with the cluster."""
        self._work = work
        self._client = client
        self._next = 0.0
        self._last_seen = time.monotonic()

    async def look(self) -> None:
        """Look if it is time; raises AnalysisImpossible when there has been nobody for too long."""
        now = time.monotonic()
        if now < self._next:
            return
        threads = await self._work._asked(self._client.nthreads())
        now = time.monotonic()
        self._next = now + _LOOK_SECONDS
        if threads:
            self._last_seen = now
            self.window = max(_PER_THREAD, _PER_THREAD * sum(threads.values()))
        elif now - self._last_seen > WORKERS_SECONDS:
            why = _("{seconds:g} 秒以来一个 worker 也没有")
            raise AnalysisImpossible(self._work._lost(why.format(seconds=WORKERS_SECONDS)))


def _to_send(piece: Piece, plan: CountPlan) -> Iterator[Piece]:
    """Yield a piece as it is sent: rows themselves without what is not counted, a batch at a time."""
    if not isinstance(piece, TablePiece):
        yield piece
        return
    lean = piece.only(plan.columns)
    for start in range(0, lean.rows, BATCH_ROWS):
        yield TablePiece(lean.attributes.slice(start, BATCH_ROWS), lean.positions.slice(start, BATCH_ROWS))


def _is_about_tls(error: BaseException) -> bool:
    """Return whether TLS was what stood in the way of a connection."""
    import ssl

    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


# -- Which software ----------------------------------------------------------------------------------


@functools.cache
def software_here() -> dict[str, str]:
    """Return what counts in this process: names and versions, and a digest of the kernel's own files."""
    import numpy as np
    import pyarrow as pa
    import shapely

    digest = hashlib.sha256()
    for name in _KERNEL_MODULES:
        file = importlib.import_module(name).__file__
        assert file is not None
        # A checkout on Windows has other ends of lines.
        digest.update(Path(file).read_bytes().replace(b"\r\n", b"\n"))
    return {
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "numpy": np.__version__,
        "shapely": shapely.__version__,
        "GEOS": shapely.geos_version_string,
        "pyarrow": pa.__version__,
        "dask": version("dask"),
        "distributed": version("distributed"),
        "jjjmap": __version__,
        "jjjmap.analysis.counting": digest.hexdigest()[:12],
    }


def differences(
    ours: Mapping[str, str], theirs: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """Return what is not the same elsewhere: name, version here, version there, and who has that."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for worker in sorted(theirs):
        for name, here in ours.items():
            there = theirs[worker].get(name, "?")
            if there != here:
                found.setdefault((name, here, there), []).append(worker)
    return tuple((*key, tuple(workers)) for key, workers in found.items())


def versions_finding(where: str, found: Sequence[tuple[str, str, str, tuple[str, ...]]]) -> Finding:
    """Return what is said of other versions."""
    each = _("{name} 本机 {here}，{workers} 为 {there}")
    said = _("；").join(
        each.format(name=name, here=here, there=there, workers=_names(workers))
        for name, here, there, workers in found
    )
    return Finding(
        Severity.ERROR,
        "cluster-versions",
        where,
        _("集群的软件与本机不同，结果可能不一致，因此没有统计：{differences}。").format(differences=said),
        _("请在调度器和每个 worker 的环境里安装与本机相同的版本，然后重启它们。"),
    )


def _names(workers: Sequence[str]) -> str:
    said = _("、").join(workers[:_MOST_NAMED])
    return said if len(workers) <= _MOST_NAMED else _("{names} 等 {n} 个").format(names=said, n=len(workers))


# -- On a worker -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Order:
    """What every piece is counted by."""

    run: str
    """Name of this count; no other has it."""
    plan: CountPlan
    rows: int | None
    software: dict[str, str]
    language: Language


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one piece: its table, or why there is none; neither if the run was stopped."""

    table: CrossTable | None = None
    refusal: Finding | None = None
    """Errors of ours are sent as what they say: not all of them can be taken apart and put together again."""


_STOPPED: deque[str] = deque(maxlen=64)
"""Runs that nobody waits for any more."""
_PREPARED: dict[str, PreparedAreas] = {}
_LOCK = threading.Lock()


def stop_run(run: str) -> None:
    """Let the pieces of a run that this worker counts end after their next batch."""
    _STOPPED.append(run)


def count_piece(piece: Piece, areas: Areas, order: _Order) -> _Answer:
    """Count one piece in this process."""
    with i18n.speaking(order.language):
        try:
            # Somebody may have joined after all were asked.
            found = differences(order.software, {_here(): software_here()})
            if found:
                return _Answer(refusal=versions_finding(_here(), found))
            _check_readable(piece)
            prepared = _prepared(areas, order)
            return _Answer(CrossTable.sum_of(_tables(piece, prepared, order)))
        except AnalysisImpossible as exc:
            return _Answer(refusal=exc.finding)
        except AnalysisCancelled:
            return _Answer()


def _tables(piece: Piece, areas: PreparedAreas, order: _Order) -> Iterator[CrossTable]:
    for batch in piece.batches(order.plan.columns):
        if order.run in _STOPPED:
            raise AnalysisCancelled
        yield count_in_areas(batch, areas, order.plan)


def _prepared(areas: Areas, order: _Order) -> PreparedAreas:
    """Return the areas of a run, made ready once for all threads of this process."""
    with _LOCK:
        if order.run not in _PREPARED:
            _PREPARED.clear()
            _PREPARED[order.run] = PreparedAreas(areas, order.rows, lambda: order.run in _STOPPED)
        return _PREPARED[order.run]


def _check_readable(piece: Piece) -> None:
    """Raise AnalysisImpossible if this machine does not have the file that was meant."""
    if not isinstance(piece, ParquetPiece):
        return
    try:
        size = Path(piece.file.path).stat().st_size
    except OSError:
        size = -1
    if size == piece.file.size:
        return
    if size < 0:
        message = _("worker {worker} 读不到文件“{name}”。")
    else:
        message = _("worker {worker} 上的文件“{name}”与本机的不是同一份（大小不同）。")
    raise AnalysisImpossible(
        Finding(
            Severity.ERROR,
            "cluster-file-unreadable",
            piece.file.name,
            message.format(worker=_here(), name=piece.file.name),
            _("请把数据放在共享文件夹里，让本机和每个 worker 都能以同一路径读到它。"),
        )
    )


def _here() -> str:
    from distributed import get_worker

    try:
        return str(get_worker().address)
    except ValueError:
        return "?"
