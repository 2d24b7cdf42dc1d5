"""Counting pieces in this process: one thread reads, others count, and few batches are there at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan, PreparedAreas, count_in_areas
from jjjmap.analysis.counting.rows import BATCH_ROWS, Piece
from jjjmap.analysis.running import Cancelled, Progress, refuse_if

_MOST_THREADS = 8
_WAITING = 2
"""Batches that wait for each thread."""


def count_pieces(
    pieces: Sequence[Piece], areas: Areas, plan: CountPlan, progress: Progress, cancelled: Cancelled
) -> CrossTable:
    """Count the rows of pieces in flat memory.

    Raises
    ------
    AnalysisCancelled
        Somebody asked to stop; it is heard between two batches.
    AnalysisImpossible
        A piece cannot be read, or there are too many groups.
    """
    total = sum(piece.rows for piece in pieces)
    prepared = PreparedAreas(areas, total, cancelled)
    # Of no rows, too, it is known whether weights were asked for.
    none = CrossTable(has_weight=bool(plan.weight))
    if total <= BATCH_ROWS:
        batches = (batch for piece in pieces for batch in piece.batches(plan.columns))
        table = CrossTable.sum_of(
            chain((none,), (count_in_areas(batch, prepared, plan) for batch in batches))
        )
        progress(1.0)
        return table
    # The geometry library lets go of the interpreter while it computes, and so does Arrow while it reads.
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(threads, "counting")
    try:
        counted = _tables(pool, pieces, prepared, plan, progress, cancelled, total, threads)
        return CrossTable.sum_of(chain((none,), counted))
    finally:
        pool.shutdown(cancel_futures=True)


def _tables(
    pool: ThreadPoolExecutor,
    pieces: Sequence[Piece],
    prepared: PreparedAreas,
    plan: CountPlan,
    progress: Progress,
    cancelled: Cancelled,
    total: int,
    threads: int,
) -> Iterator[CrossTable]:
    waiting: deque[Future[CrossTable]] = deque()
    done = 0

    def taken() -> CrossTable:
        nonlocal done
        table = waiting.popleft().result()
        done += table.read_rows
        progress(min(1.0, done / total))
        return table

    for piece in pieces:
        for batch in piece.batches(plan.columns):
            refuse_if(cancelled)
            waiting.append(pool.submit(count_in_areas, batch, prepared, plan))
            if len(waiting) >= _WAITING * threads:
                yield taken()
    while waiting:
        refuse_if(cancelled)
        yield taken()
