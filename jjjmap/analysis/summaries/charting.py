"""The chart beside a result: units side by side, or the units that were picked to compare."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jjjmap.analysis.measures.registry import MEASURES
from jjjmap.analysis.running import Chart, ChartKind
from jjjmap.analysis.summaries.result_columns import Question, ResultColumn
from jjjmap.i18n import _

MOST_UNITS = 15
MOST_COMPARED = 10
MOST_SERIES = 6

_GAINS = ("change", "growth", "cagr", "shift_share")


def chart_of(
    measures: Sequence[str],
    columns: Sequence[ResultColumn],
    question: Question,
    compared: Sequence[int],
    title: str,
) -> Chart | None:
    """Return the chart that suits the first measure; None for measures that are texts.

    Parameters
    ----------
    compared
        Numbers of the units that the user picked; empty for the greatest.
    """
    first = measures[0]
    numbers = [column for column in columns if column.is_number and column.note.measure == first]
    if not numbers:
        return None
    note = ""
    rows = list(compared)
    if not rows:
        rows = _greatest(numbers[0])
        if len(question.names) > len(rows):
            note = _("{n} 个单元中的前 {shown} 个。").format(n=len(question.names), shown=len(rows))
    periods = question.tallies.periods
    if first in ("rows", "total") and len(periods) > 2 and question.before is not None:
        return _over_time(first, question, rows[:MOST_SERIES], title)
    labels = tuple(question.names[at] for at in rows)
    if first == "shift_share":
        parts = tuple((column.name, _values(column, rows)) for column in numbers[1:])
        return Chart(ChartKind.STACKED, title, labels, parts, question.amount_unit, note)
    if first in ("category_amount", "category_share") and len(numbers) > 1:
        series = tuple((column.category, _values(column, rows)) for column in numbers[:MOST_SERIES])
        return Chart(ChartKind.STACKED, title, labels, series, numbers[0].note.unit, note)
    if first in ("rows", "total") and len(question.tallies.categories) > 1:
        return Chart(ChartKind.STACKED, title, labels, _parts(question, rows), question.amount_unit, note)
    shown = numbers[0]
    reference = 1.0 if first == "location_quotient" else 0.0 if first in _GAINS else None
    return Chart(
        ChartKind.BARS, title, labels, ((shown.name, _values(shown, rows)),), shown.note.unit, note, reference
    )


def _greatest(column: ResultColumn) -> list[int]:
    """Return the units with the greatest values, ranks the other way round; those without come never."""
    values = np.array(
        [np.nan if value is None else value for value in column.values.to_pylist()], dtype=float
    )
    present = np.flatnonzero(np.isfinite(values))
    sign = 1.0 if column.note.measure == "rank" else -1.0
    return list(present[np.argsort(sign * values[present], kind="stable")][:MOST_UNITS])


def _values(column: ResultColumn, rows: Sequence[int]) -> tuple[float | None, ...]:
    return tuple(None if (value := column.values[at].as_py()) is None else float(value) for at in rows)


def _parts(question: Question, rows: Sequence[int]) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    """Return what the units are made of: the greatest categories, and the rest."""
    now = question.now
    kept = min(len(question.tallies.categories), MOST_SERIES - 1)
    series = []
    for at in range(kept):
        values = tuple(float(value) for value in now.by_category[rows, at])
        series.append((question.tallies.categories[at], values))
    rest = np.nan_to_num(now.plain[rows]) - now.by_category[rows, :kept].sum(axis=1)
    if np.abs(rest).max(initial=0.0) > 1e-9 * max(abs(now.region), 1.0):
        series.append((_("其余"), tuple(float(value) for value in rest)))
    return tuple(series)


def _over_time(measure: str, question: Question, rows: Sequence[int], title: str) -> Chart:
    """Return lines of the units over all periods."""
    periods = question.tallies.periods
    amounts = [question.tallies.of(period).plain for period in periods]
    series = tuple(
        (
            question.names[at],
            tuple(None if np.isnan(amount[at]) else float(amount[at]) for amount in amounts),
        )
        for at in rows
    )
    return Chart(ChartKind.LINES, title, periods, series, question.amount_unit, MEASURES[measure].title)
