"""Rows of a table added up to flows: how much goes from each end to each other, both ways, net and gross."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Flow:
    """All rows with the same ends, period and category."""

    origin: int
    destination: int
    """Numbers of the ends."""
    period: int
    category: int
    """Numbers of the texts; 0 where there is no such column."""
    rows: int
    total: float | None
    """Sum of the values; None if no row has one."""
    sources: tuple[int, ...]
    """Numbers of the texts that the rows name as their source, each once, as they come."""


@dataclass(frozen=True, slots=True)
class Balance:
    """A flow beside the one that goes the other way."""

    opposite: float | None
    """0 where no row goes the other way; None where those that do have no value."""
    net: float | None
    gross: float | None
    share_pct: float | None
    """Of all flows of the same period; None where they add up to nothing."""


def add_up(
    origin: npt.NDArray[np.int64],
    destination: npt.NDArray[np.int64],
    period: npt.NDArray[np.int64],
    category: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    sources: npt.NDArray[np.int64] | None,
) -> tuple[Flow, ...]:
    """Return the flows of n rows, ordered by their numbers.

    Parameters
    ----------
    values
        n; NaN for a row without. Sums are exact to the last bit whatever the order of the rows.
    sources
        n numbers of texts, -1 for none.
    """
    if not len(origin):
        return ()
    keys = np.stack([origin, destination, period, category], axis=1)
    distinct, group = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(group.ravel(), minlength=len(distinct)))
    found = []
    for number, stop in enumerate(ends.tolist()):
        rows = order[ends[number - 1] if number else 0 : stop]
        some = values[rows]
        usable = some[~np.isnan(some)]
        named = sources[rows] if sources is not None else np.empty(0, np.int64)
        total = math.fsum(usable.tolist()) if len(usable) else None
        key = distinct[number].tolist()
        told = tuple(dict.fromkeys(named[named >= 0].tolist()))
        found.append(Flow(key[0], key[1], key[2], key[3], len(rows), total, told))
    return tuple(found)


def balances(flows: Sequence[Flow]) -> tuple[Balance, ...]:
    """Return for each of n flows between different ends what goes the other way, and its share."""
    by_key = {(each.origin, each.destination, each.period, each.category): each for each in flows}
    of_period: dict[int, list[float]] = {}
    for each in flows:
        if each.total is not None:
            of_period.setdefault(each.period, []).append(each.total)
    wholes = {period: math.fsum(totals) for period, totals in of_period.items()}
    found = []
    for each in flows:
        back = by_key.get((each.destination, each.origin, each.period, each.category))
        opposite = 0.0 if back is None else back.total
        whole = wholes.get(each.period, 0.0)
        net = gross = share = None
        if each.total is not None:
            share = each.total / whole * 100.0 if whole else None
            if opposite is not None:
                net, gross = each.total - opposite, each.total + opposite
        found.append(Balance(opposite, net, gross, share))
    return tuple(found)
