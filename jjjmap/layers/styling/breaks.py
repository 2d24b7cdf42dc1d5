"""Cuts the range of a column into classes."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from jjjmap.layers.styling.user_style import MAX_CLASSES, Scheme

FloatArray = npt.NDArray[np.float64]

SAMPLE = 100_000
"""Values that are looked at: evenly spaced in order, so that they have the quantiles of the whole."""
NATURAL_SAMPLE = 10_000
"""The same for natural breaks, which cost more."""
MOST_RANGES = MAX_CLASSES - 1
"""One class is for rows without a value."""
_SEED = 20140226


def upper_bounds(
    ordered: FloatArray, scheme: Scheme, count: int, breaks: tuple[float, ...] = ()
) -> FloatArray:
    """Return the upper ends of the classes, ascending; a value that equals one belongs to its class.

    Parameters
    ----------
    ordered
        All finite values, ascending.
    scheme
        How to cut.
    count
        Classes wanted; there are fewer if there are fewer distinct values.
    breaks
        For `Scheme.MANUAL`: upper ends of all classes but the last, in any order.

    Returns
    -------
    FloatArray
        The last one is the largest value, or infinite if a manual break lies beyond it; empty if there
        are no values.
    """
    if not len(ordered):
        return np.empty(0)
    highest = ordered[-1]
    if scheme is Scheme.MANUAL:
        inner = np.unique([value for value in breaks if np.isfinite(value)])[: MOST_RANGES - 1]
        last = highest if not len(inner) or inner[-1] < highest else np.inf
        return np.append(inner, last)
    count = min(max(count, 1), MOST_RANGES)
    sample = _sample(ordered, NATURAL_SAMPLE if scheme is Scheme.NATURAL_BREAKS else SAMPLE)
    distinct = np.unique(sample)
    is_whole = len(sample) == len(ordered)
    if is_whole and len(distinct) <= count and scheme is not Scheme.EQUAL_INTERVAL:
        return distinct
    if count == 1 or len(distinct) == 1:
        return np.array([highest])
    bounds = np.unique(_cut(sample, distinct, scheme, count))
    bounds[-1] = highest  # Free of what rounding did to it.
    return bounds


def _sample(ordered: FloatArray, size: int) -> FloatArray:
    if len(ordered) <= size:
        return ordered
    return ordered[np.linspace(0, len(ordered) - 1, size).astype(np.int64)]


def _cut(sample: FloatArray, distinct: FloatArray, scheme: Scheme, count: int) -> FloatArray:
    # Imported here: it brings scikit-learn along, which takes seconds.
    import mapclassify

    # By a power of two, which loses nothing: spans and squares of the largest and the smallest numbers
    # are numbers still.
    power = int(np.frexp(max(abs(sample[0]), abs(sample[-1])))[1])
    small = np.ldexp(sample, -power)
    if scheme is Scheme.NATURAL_BREAKS:
        if len(distinct) <= count:
            return distinct
        # From 0 to about 1: k-means loses what is small beside the square of the largest.
        small = small - small[0]
        small = np.ldexp(small, -int(np.frexp(small[-1])[1]))
        values: FloatArray = sample[np.searchsorted(small, _natural_breaks(small, count), side="right") - 1]
        return values
    classify = mapclassify.Quantiles if scheme is Scheme.QUANTILES else mapclassify.EqualInterval
    with warnings.catch_warnings():
        # Fewer classes than wanted is what we say ourselves.
        warnings.simplefilter("ignore", UserWarning)
        bounds = np.asarray(classify(small, k=count).bins, dtype=np.float64)
    with np.errstate(over="ignore", under="ignore"):
        return np.clip(np.ldexp(bounds, power), sample[0], sample[-1])


def _natural_breaks(values: FloatArray, count: int) -> FloatArray:
    import mapclassify
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # mapclassify asks numpy's common generator: the same file shall have the same legend every time.
    state = np.random.get_state()
    np.random.seed(_SEED)
    try:
        # One thread: for so few values, threads that wait for a busy core cost fifty times what they save.
        with warnings.catch_warnings(), threadpool_limits(1, "openmp"):
            warnings.simplefilter("ignore", UserWarning)
            for wanted in range(count, 1, -1):
                try:
                    return np.asarray(mapclassify.NaturalBreaks(values, k=wanted).bins, dtype=np.float64)
                except ValueError:
                    # A class stayed empty: to k-means, some values beside far larger ones are the same.
                    continue
            return values[-1:]
    finally:
        np.random.set_state(state)
