"""How mixed a unit is: concentration, diversity, and what it has most of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jjjmap.analysis.measures.reckoned import FloatArray, Reason, ReasonArray, Reckoned, divided

MOST_DOMINANT = 3
"""So many categories may share the first place; beyond it there is none that dominates."""


def hhi(amounts: FloatArray) -> Reckoned:
    """Return the Herfindahl–Hirschman index of the categories in each of n units, 1/k…1.

    Parameters
    ----------
    amounts
        n units × k categories, all that there are.

    Notes
    -----
    ``H_j = Σ_i s_ij²`` with ``s_ij = x_ij / x_j``; times 10 000 for shares in %. HIRSCHMAN A O. The paternity
    of an index[J]. The American Economic Review, 1964, 54(5): 761-762.
    """
    totals, shares = _shares(amounts)
    return _of(amounts, totals, (shares**2).sum(axis=1))


def hhi_normalised(amounts: FloatArray) -> Reckoned:
    """Return the same index between 0 (all categories alike) and 1 (one only).

    Notes
    -----
    ``H*_j = (H_j − 1/k) / (1 − 1/k)`` with k the categories that the region has, the same for all units.
    DÖRSAM P. Wirtschaftsstatistik anschaulich dargestellt[M]. Heidenau: PD-Verlag, 2004.
    """
    present = int(np.count_nonzero(amounts.any(axis=0)))
    plain = hhi(amounts)
    if present < 2:
        return Reckoned.of(plain.values, (True, Reason.ONE_CATEGORY))
    return Reckoned((plain.values - 1 / present) / (1 - 1 / present), plain.reasons)


def shannon(amounts: FloatArray) -> Reckoned:
    """Return Shannon's diversity of the categories in each of n units, 0…ln k.

    Notes
    -----
    ``H_j = −Σ_i s_ij ln s_ij``; a category that is not there adds 0. SHANNON C E. A mathematical theory of
    communication[J]. The Bell System Technical Journal, 1948, 27(3): 379-423.
    """
    totals, shares = _shares(amounts)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    # Plus 0.0: a unit of one category shall have 0, not -0.
    return _of(amounts, totals, -(shares * logs).sum(axis=1) + 0.0)


def dominant(amounts: FloatArray, categories: Sequence[str]) -> tuple[tuple[str | None, ...], ReasonArray]:
    """Return the category that each of n units has most of; several if they are equal, parted by ``、``.

    Parameters
    ----------
    amounts
        n units × k categories.
    categories
        k names.
    """
    names: list[str | None] = []
    greatest = amounts.max(axis=1, initial=0.0)
    equal = (amounts == greatest[:, None]) & (greatest > 0)[:, None]
    counts = equal.sum(axis=1)
    for row, count in zip(equal, counts, strict=True):
        is_clear = 0 < count <= MOST_DOMINANT
        names.append("、".join(categories[at] for at in np.flatnonzero(row).tolist()) if is_clear else None)
    reasons = Reckoned.of(
        np.zeros(len(amounts)), (counts == 0, Reason.NO_CATEGORY), (counts > MOST_DOMINANT, Reason.TIE)
    ).reasons
    return tuple(names), reasons


def _shares(amounts: FloatArray) -> tuple[FloatArray, FloatArray]:
    totals = amounts.sum(axis=1)
    return totals, divided(amounts, totals[:, None])


def _of(amounts: FloatArray, totals: FloatArray, values: FloatArray) -> Reckoned:
    return Reckoned.of(
        values,
        ((amounts < 0).any(axis=1), Reason.NEGATIVE),
        (totals == 0, Reason.ZERO_DENOMINATOR),
    )
