"""From one period to another: change, growth, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from jjjmap.analysis.measures.reckoned import FloatArray, Reason, Reckoned, divided

_YEAR = re.compile(r"(\d{4})(?:年|\.0+)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?", re.ASCII)


def years_between(base: str, end: str) -> float | None:
    """Return the years from one period to another (2019, 2019年, 2019-06); None if they do not say it."""
    first, last = _year_of(base), _year_of(end)
    return None if first is None or last is None else last - first


def same_years(periods: Iterable[str]) -> dict[str, str]:
    """Return a common name for years that are written in several ways (2019, 2019年, 2019.0), by these.

    Years that are written in one way are not in it.
    """
    spelled: dict[str, list[str]] = {}
    for period in periods:
        if found := _YEAR.fullmatch(period.strip()):
            spelled.setdefault(found[1], []).append(period)
    return {period: year for year, several in spelled.items() if len(several) > 1 for period in several}


def _year_of(period: str) -> float | None:
    if found := _YEAR.fullmatch(period.strip()):
        return float(found[1])
    found = _MONTH.fullmatch(period.strip())
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    return int(found[1]) + (int(found[2]) - 1) / 12


def change(base: FloatArray, end: FloatArray) -> Reckoned:
    """Return by how much each of n amounts changed, in their unit.

    Parameters
    ----------
    base, end
        n amounts each; NaN where the unit has no rows in that period.

    Notes
    -----
    ``x₁ − x₀``
    """
    return Reckoned.of(end - base, (np.isnan(base) | np.isnan(end), Reason.PERIOD_MISSING))


def growth(base: FloatArray, end: FloatArray) -> Reckoned:
    """Return by how much each of n amounts grew, in %.

    Notes
    -----
    ``100 · (x₁ / x₀ − 1)``
    """
    return Reckoned.of(
        100.0 * (divided(end, base) - 1.0),
        (np.isnan(base) | np.isnan(end), Reason.PERIOD_MISSING),
        (base == 0, Reason.BASE_ZERO),
        (base < 0, Reason.NEGATIVE),
    )


def cagr(base: FloatArray, end: FloatArray, years: float | None) -> Reckoned:
    """Return the compound annual growth rate of each of n amounts, in % a year.

    Parameters
    ----------
    years
        Between the periods; None if nobody knows.

    Notes
    -----
    ``100 · ((x₁ / x₀)^(1/T) − 1)`` over T years.
    """
    unmeasured = years is None or years <= 0
    ratio = divided(end, base)
    ratio = np.where(ratio >= 0, ratio, np.nan)
    rate = np.full(ratio.shape, np.nan) if unmeasured else ratio ** (1.0 / (years or 1.0)) - 1.0
    return Reckoned.of(
        100.0 * rate,
        (unmeasured, Reason.PERIOD_UNMEASURED),
        (np.isnan(base) | np.isnan(end), Reason.PERIOD_MISSING),
        (base == 0, Reason.BASE_ZERO),
        ((base < 0) | (end < 0), Reason.NEGATIVE),
    )


@dataclass(frozen=True, eq=False)
class ShiftShare:
    """What the change of n units is made of; the three parts add up to the change."""

    total: Reckoned
    region: Reckoned
    """What the unit would have gained, had it grown as the region ("national" growth effect)."""
    mix: Reckoned
    """What it gained because its categories grow faster in the region than the rest."""
    competitive: Reckoned
    """What it gained because its categories grew faster here than in the region."""


def shift_share(
    base: FloatArray, end: FloatArray, region_base: FloatArray, region_end: FloatArray
) -> ShiftShare:
    """Return the classic shift-share analysis of n units.

    Parameters
    ----------
    base, end
        n units × k categories, all that there are; a row of NaN where a unit has no rows in that period.
    region_base, region_end
        k sums over the region.

    Notes
    -----
    With ``g = X₁/X₀ − 1`` and ``g_i = X_i1/X_i0 − 1`` of the region::

        region      = Σ_i x_i0 · g
        mix         = Σ_i x_i0 · (g_i − g)
        competitive = Σ_i (x_i1 − x_i0 · (1 + g_i))

    A category that is new in the region has no growth rate; what a unit has of it is competitive. DUNN E S.
    A statistical and analytical technique for regional analysis[J]. Papers and Proceedings of the Regional
    Science Association, 1960, 6: 97-112.
    """
    whole = region_base.sum()
    rate = divided(region_end.sum() - whole, whole)
    rates = np.where(region_base != 0, divided(region_end - region_base, region_base), 0.0)
    by_region = base.sum(axis=1) * rate
    by_category = (base * rates[None, :]).sum(axis=1)
    causes = (
        (np.isnan(base).any(axis=1) | np.isnan(end).any(axis=1), Reason.PERIOD_MISSING),
        (bool((region_base < 0).any()), Reason.NEGATIVE),
        (bool(whole == 0), Reason.BASE_ZERO),
    )
    total = end.sum(axis=1) - base.sum(axis=1)
    return ShiftShare(
        Reckoned.of(total, causes[0]),
        Reckoned.of(by_region, *causes),
        Reckoned.of(by_category - by_region, *causes),
        Reckoned.of(total - by_category, *causes),
    )
