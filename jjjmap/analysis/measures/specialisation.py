"""What a unit has more of than the region: location quotient and Krugman's index."""

from __future__ import annotations

import numpy as np

from jjjmap.analysis.measures.reckoned import FloatArray, Reason, Reckoned, divided


def location_quotient(amounts: FloatArray, unit_totals: FloatArray, region: FloatArray) -> Reckoned:
    """Return how much more of a category a unit has than the region has, as a multiple.

    Parameters
    ----------
    amounts
        n units × k categories (rows, employment, output …).
    unit_totals
        n sums over all categories.
    region
        k sums over the region. All its categories must be here: their sum is the region's total.

    Returns
    -------
    Reckoned
        n × k; 1 means the same share as in the region, without unit.

    Notes
    -----
    ``LQ_ij = (x_ij / x_j) / (X_i / X)`` for category i in unit j. ISARD W. Methods of regional analysis: an
    introduction to regional science[M]. Cambridge, MA: The MIT Press, 1960.
    """
    local = divided(amounts, unit_totals[:, None])
    wide = divided(region, region.sum())
    return Reckoned.of(
        divided(local, wide[None, :]),
        (np.any(amounts < 0, axis=1, keepdims=True) | np.any(region < 0), Reason.NEGATIVE),
        (unit_totals[:, None] == 0, Reason.ZERO_DENOMINATOR),
        ((region == 0)[None, :] | (region.sum() == 0), Reason.ZERO_DENOMINATOR),
        (np.count_nonzero(region) < 2, Reason.ONE_CATEGORY),
    )


def krugman(amounts: FloatArray, region: FloatArray) -> Reckoned:
    """Return how far the structure of each of n units is from that of the whole region, 0…2.

    Parameters
    ----------
    amounts
        n units × k categories, all that there are.
    region
        k sums over the region, the unit itself among them.

    Notes
    -----
    ``K_j = Σ_i |x_ij / x_j − X_i / X|``: 0 for the region's own structure. KRUGMAN P. Geography and
    trade[M]. Cambridge, MA: MIT Press, 1991.
    """
    totals = amounts.sum(axis=1)
    local = divided(amounts, totals[:, None])
    wide = divided(region, region.sum())
    return Reckoned.of(
        np.abs(local - wide[None, :]).sum(axis=1),
        ((amounts < 0).any(axis=1) | (region < 0).any(), Reason.NEGATIVE),
        (totals == 0, Reason.ZERO_DENOMINATOR),
        (np.count_nonzero(region) < 2, Reason.ONE_CATEGORY),
    )


def krugman_others(amounts: FloatArray) -> Reckoned:
    """Return how far the structure of each of n units is from the mean structure of the others, 0…2.

    Parameters
    ----------
    amounts
        n units × k categories, all that there are. Units without amounts are not among the others.

    Notes
    -----
    ``K_j = Σ_i |s_ij − s̄_i|`` with ``s̄_i`` the mean of ``x_il / x_l`` over all other units l, each counting
    the same however large it is. FARHAUER O, KRÖLL A. Standorttheorien: Regional- und Stadtökonomik in
    Theorie und Praxis[M]. Wiesbaden: Springer, 2013.
    """
    totals = amounts.sum(axis=1)
    negative = (amounts < 0).any(axis=1)
    usable = (totals > 0) & ~negative
    shares = np.where(usable[:, None], divided(amounts, totals[:, None]), 0.0)
    others = usable.sum() - usable
    mean = divided(shares.sum(axis=0)[None, :] - shares, others[:, None])
    return Reckoned.of(
        np.abs(shares - mean).sum(axis=1),
        (negative, Reason.NEGATIVE),
        (~usable, Reason.ZERO_DENOMINATOR),
        (others == 0, Reason.ONE_UNIT),
        (np.count_nonzero(amounts.any(axis=0)) < 2, Reason.ONE_CATEGORY),
    )
