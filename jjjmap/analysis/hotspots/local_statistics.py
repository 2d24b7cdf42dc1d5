"""Local Moran's I and Getis-Ord's Gi* with conditional permutation, and Moran's I of the whole.

The statistics are those of PySAL's esda. The permutations are drawn here, by a generator of our own: esda
seeds numpy's global one, which all threads share, and can neither tell its progress nor be stopped.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.hotspots.neighbourhood import Neighbourhood
from jjjmap.analysis.hotspots.options import Correction
from jjjmap.analysis.running import Cancelled, Progress, refuse_if

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

HIGH_HIGH, LOW_HIGH, LOW_LOW, HIGH_LOW = 1, 2, 3, 4
"""Quarters of the Moran scatterplot, as PySAL numbers them: the area, then its neighbours."""


@dataclass(frozen=True)
class LocalValues:
    """A statistic of n areas and how likely it is by chance."""

    statistic: FloatArray
    """Local Moran's I, or z of Gi*."""
    lag: FloatArray
    """Mean of the neighbours."""
    quarter: IntArray
    """`HIGH_HIGH` …; for Gi* `HIGH_HIGH` above and `LOW_LOW` below what is expected."""
    p: FloatArray
    """Two-sided pseudo p-values."""
    agrees: BoolArray
    """Whether what is unlikely by chance is what the quarter says, not its opposite.

    Permutation deals out the neighbours alone, the quarter speaks of the area, too: a giant among neighbours
    that are significantly low has a high Gi*. And where a giant far away has raised the mean, neighbours that
    are significantly high lie below it and are called low.
    """


@dataclass(frozen=True)
class GlobalMoran:
    """Moran's I of the whole."""

    value: float
    expected: float
    z: float
    """Under randomisation."""
    p: float
    """Two-sided pseudo p-value."""


def global_moran(
    values: FloatArray, near: Neighbourhood, permutations: int, seed: int, cancelled: Cancelled
) -> GlobalMoran:
    """Return Moran's I with row-standardised weights.

    Parameters
    ----------
    values
        n values that are not all the same, n at least 4; no area without neighbours.
    """
    from esda.moran import Moran

    found = Moran(values, near.weights(), transformation="r", permutations=0)
    z = values - values.mean()
    rng = np.random.default_rng(seed)
    size = max(min(permutations, 4_000_000 // max(len(z), 1)), 1)
    counts = near.counts.astype(np.float64)[:, None]
    above = below = 0
    for start in range(0, permutations, size):
        refuse_if(cancelled)
        shuffled = rng.permuted(np.repeat(z[:, None], min(size, permutations - start), axis=1), axis=0)
        drawn = (shuffled * ((near.links @ shuffled) / counts)).sum(axis=0) / float(z @ z)
        above += int(np.count_nonzero(drawn >= found.I - _slack(found.I)))
        below += int(np.count_nonzero(drawn <= found.I + _slack(found.I)))
    p = float(_two_sided(np.array([above]), np.array([below]), permutations)[0])
    return GlobalMoran(float(found.I), float(found.EI), float(found.z_rand), p)


def local_moran(
    values: FloatArray,
    near: Neighbourhood,
    permutations: int,
    seed: int,
    progress: Progress,
    cancelled: Cancelled,
) -> LocalValues:
    """Return local Moran's I (Anselin 1995) with row-standardised weights.

    Notes
    -----
    As in esda Iᵢ = (n − 1) zᵢ Σⱼ wᵢⱼ zⱼ / Σ z², so that the sum of all is (n − 1) I.
    """
    from esda.moran import Moran_Local

    with warnings.catch_warnings():  # It leaves a filter of warnings behind.
        found = Moran_Local(values, near.weights(), transformation="r", permutations=0)
    z = values - values.mean()
    scale = (len(z) - 1) * z / float(z @ z)
    counts = near.counts
    p, is_above = _conditional(
        z,
        near,
        lambda at, sums: scale[at] * sums / counts[at],
        np.asarray(found.Is),
        permutations,
        seed,
        progress,
        cancelled,
    )
    quarter = np.asarray(found.q, dtype=np.int64)
    agrees = np.isin(quarter, (HIGH_HIGH, LOW_LOW)) == is_above
    return LocalValues(np.asarray(found.Is), near.row_means(values), quarter, p, agrees)


def getis_ord(
    values: FloatArray,
    near: Neighbourhood,
    permutations: int,
    seed: int,
    progress: Progress,
    cancelled: Cancelled,
) -> LocalValues:
    """Return Gi* (Ord and Getis 1995) with binary weights, each area a neighbour of itself.

    Parameters
    ----------
    values
        n values of at least 0 that are not all the same; no area has all others as neighbours.
    """
    from esda.getisord import G_Local

    found = G_Local(values, near.weights(with_self=True), transform="B", permutations=0, star=True)
    z = np.asarray(found.Zs, dtype=np.float64)
    total = float(values.sum())
    p, is_above = _conditional(
        values,
        near,
        lambda at, sums: (sums + values[at]) / total,
        np.asarray(found.Gs, dtype=np.float64),
        permutations,
        seed,
        progress,
        cancelled,
    )
    quarter = np.where(z > 0, HIGH_HIGH, LOW_LOW)
    return LocalValues(z, near.row_means(values), quarter, p, (z > 0) == is_above)


def adjusted(p: FloatArray, correction: Correction) -> FloatArray:
    """Return n p-values so adjusted that they can be held against alpha one by one."""
    match correction:
        case Correction.FDR:
            from scipy.stats import false_discovery_control

            values: FloatArray = np.asarray(false_discovery_control(p, method="bh"), dtype=np.float64)
            return values
        case Correction.BONFERRONI:
            return np.minimum(p * len(p), 1.0)
        case Correction.NONE:
            return p


def least_adjusted(count: int, permutations: int, correction: Correction) -> float:
    """Return the least value that `adjusted` can give when one area alone stands out among `count`."""
    least = min(2.0 / (permutations + 1), 1.0)
    return least if correction is Correction.NONE else min(least * count, 1.0)


def _conditional(
    values: FloatArray,
    near: Neighbourhood,
    statistic: Callable[[int, FloatArray], FloatArray],
    observed: FloatArray,
    permutations: int,
    seed: int,
    progress: Progress,
    cancelled: Cancelled,
) -> tuple[FloatArray, BoolArray]:
    """Return pseudo p-values, and which of the observed values lie in the upper tail.

    Each area keeps its value, the others are dealt out to its neighbours anew.

    Parameters
    ----------
    statistic
        From the number of an area and the sums of `permutations` draws of its neighbours' values.
    """
    size, most = len(values), int(near.counts.max(initial=0))
    rng = np.random.default_rng(seed)
    draws = np.empty((permutations, most), dtype=np.int64)
    for number in range(permutations):
        if number % 1_000 == 0:
            refuse_if(cancelled)
        draws[number] = rng.choice(size - 1, size=most, replace=False)
    counts = near.counts
    above, below = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for at in range(size):
        refuse_if(cancelled)  # Each may take a second: permutations times neighbours.
        if at % 100 == 0:
            progress(at / size)
        others = np.delete(values, at)
        drawn = statistic(at, others[draws[:, : counts[at]]].sum(axis=1))
        above[at] = np.count_nonzero(drawn >= observed[at] - _slack(observed[at]))
        below[at] = np.count_nonzero(drawn <= observed[at] + _slack(observed[at]))
    progress(1.0)
    return _two_sided(above, below, permutations), above <= below


def _two_sided(above: IntArray, below: IntArray, permutations: int) -> FloatArray:
    """Return twice the share of the smaller tail, what was observed counted in it (Phipson, Smyth 2010)."""
    p: FloatArray = 2.0 * (np.minimum(above, below) + 1.0) / (permutations + 1.0)
    return np.minimum(p, 1.0)


def _slack(value: float) -> float:
    """Return what rounding may make of equal values: sums of the same numbers in another order."""
    return 1e-10 * max(abs(value), 1e-10)
