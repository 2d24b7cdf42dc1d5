"""How large a unit is: mean, share of the region, density, rank."""

from __future__ import annotations

import numpy as np

from jjjmap.analysis.measures.reckoned import FloatArray, Reason, Reckoned, divided

HUNDRED = 100.0


def mean(total: FloatArray, weighed_rows: FloatArray) -> Reckoned:
    """Return the mean of the weights of each of n units.

    Parameters
    ----------
    total
        n sums, in the unit of the weights.
    weighed_rows
        n numbers of rows whose weight is a number: a row without one adds neither above nor below.

    Notes
    -----
    ``x̄ = Σx / n``
    """
    return Reckoned.of(divided(total, weighed_rows), (weighed_rows == 0, Reason.WEIGHT_UNUSABLE))


def share(amounts: FloatArray, whole: float) -> Reckoned:
    """Return the share of each of n amounts in a whole, in %.

    Notes
    -----
    ``100 · x / X``. A negative amount has no share.
    """
    return Reckoned.of(
        divided(HUNDRED * amounts, whole),
        ((amounts < 0) | (whole < 0), Reason.NEGATIVE),
        (whole == 0, Reason.ZERO_DENOMINATOR),
    )


def category_share(amounts: FloatArray, unit_totals: FloatArray) -> Reckoned:
    """Return the share of each category within its unit, in %.

    Parameters
    ----------
    amounts
        n units × k categories.
    unit_totals
        n sums over all categories, also those that are not among the k.

    Notes
    -----
    ``100 · x_ij / x_j`` for category i in unit j.
    """
    totals = unit_totals[:, None]
    return Reckoned.of(
        divided(HUNDRED * amounts, totals),
        ((amounts < 0) | (totals < 0), Reason.NEGATIVE),
        (totals == 0, Reason.ZERO_DENOMINATOR),
    )


def density(amounts: FloatArray, area_km2: FloatArray) -> Reckoned:
    """Return amounts per km² for n units.

    Parameters
    ----------
    area_km2
        n geodesic areas on WGS-84.

    Notes
    -----
    ``x / A``. Geodesic areas: KARNEY C F F. Algorithms for geodesics[J]. Journal of Geodesy, 2013, 87(1):
    43-55.
    """
    return Reckoned.of(divided(amounts, area_km2), (~(area_km2 > 0), Reason.NO_AREA))


def rank(values: FloatArray) -> Reckoned:
    """Return the rank of each of n values: 1 for the greatest, equal values share the best rank.

    Notes
    -----
    ``1 + #{others that are greater}`` ("competition ranking": 1, 2, 2, 4). Units without a value have none.
    """
    present = np.sort(values[np.isfinite(values)])
    greater = len(present) - np.searchsorted(present, values, side="right")
    return Reckoned.of(1.0 + greater, (~np.isfinite(values), Reason.NO_VALUE))
