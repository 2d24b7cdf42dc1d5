"""Counting on this machine: batch by batch, in flat memory."""

from __future__ import annotations

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan, check_plan
from jjjmap.analysis.counting.parquet_worker import count_in_worker
from jjjmap.analysis.counting.pieces import count_pieces
from jjjmap.analysis.counting.rows import ParquetRows, RowSource
from jjjmap.analysis.running import Cancelled, Progress


def count_locally(
    source: RowSource, areas: Areas, plan: CountPlan, progress: Progress, cancelled: Cancelled
) -> CrossTable:
    """Count the rows of a source by area, category and period; see `kernel.count_in_areas` for the rule.

    Parameters
    ----------
    source
        An open layer is counted by threads of this process. Users' Parquet files are read in a worker
        process with caps: hostile bytes meet Arrow there.
    areas, plan
        Where, and what.
    progress
        Told the share of the rows that is done.
    cancelled
        Heard within a second.

    Raises
    ------
    AnalysisCancelled
        Somebody asked to stop.
    AnalysisImpossible
        A column is missing, weights are no numbers, rows cannot be read, or there are too many groups. No
        part of the rows is ever counted for the whole.
    """
    check_plan(plan, source.columns, source.title)
    if isinstance(source, ParquetRows):
        return count_in_worker(source, areas, plan, progress, cancelled)
    return count_pieces(source.pieces(), areas, plan, progress, cancelled)
