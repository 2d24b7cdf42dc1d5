"""Printed numbers as ranges in plain units: what 2.66 万亿元, 超1000家 and 约200平方公里 may stand for."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from jjjmap.catalogue.models import Figure, Qualifier
from jjjmap.text.numbers import units

ABOUT_SHARE = 0.05
"""How far the true value of an “about” (约, 近) may lie from the printed one: a convention of ours."""

_NOT_ADDITIVE = re.compile(r"%|‰|=|倍|/(?!年)")
"""Signs in a unit of values that do not add up: shares, indices, multiples, values per something."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a number may be: from `low` to `high`, printed or reckoned as `value`."""

    low: float
    value: float
    high: float

    @property
    def is_bounded(self) -> bool:
        """Whether the number is known from both sides."""
        return not math.isinf(self.high)

    def overlaps(self, other: Range) -> bool:
        """Whether one number can be both."""
        slack = 1e-9 * max(abs(self.value), abs(other.value), 1e-12)
        return self.low <= other.high + slack and other.low <= self.high + slack

    def scaled(self, factor: float) -> Range:
        """Return this in a unit of which one of ours has `factor`."""
        return Range(self.low * factor, self.value * factor, self.high * factor)

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.value + other.value, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        return Range(self.low - other.high, self.value - other.value, self.high - other.low)

    def __truediv__(self, other: Range) -> Range:
        low = 0.0 if math.isinf(other.high) else self.low / other.high
        high = self.high / other.low if other.low > 0 else math.inf
        return Range(low, self.value / other.value, high)

    def __pow__(self, exponent: float) -> Range:
        return Range(*(_power(number, exponent) for number in (self.low, self.value, self.high)))


def _power(number: float, exponent: float) -> float:
    try:
        return math.pow(max(number, 0.0), exponent)
    except OverflowError:
        return math.inf


def plain_unit(unit_zh: str) -> tuple[str, float]:
    """Return the plain unit of a Chinese one and how many of it make it: 万亿元 is 1e12 元."""
    plain, factor = units.plain_unit(unit_zh)
    return plain, float(factor)


def is_additive(figure: Figure) -> bool:
    """Whether values of this sort add up: counts, sums and areas do, shares, indices and speeds do not."""
    return not _NOT_ADDITIVE.search(figure.unit_zh) and not re.search(
        "人均|万人|强度|增速", figure.indicator_zh
    )


def half_step(digits: str | Decimal) -> float:
    """Return half of the last printed place of a number: 0.05 for 4.5."""
    exponent = Decimal(digits).as_tuple().exponent
    return 0.5 * 10.0 ** (exponent if isinstance(exponent, int) else 0)


def printed_range(value: Decimal, qualifier: Qualifier = Qualifier.EXACT) -> Range:
    """Return what a printed number may stand for, in its own unit.

    Notes
    -----
    A plain number is good to half of its last place. “More than” has no upper end and “less than” begins at
    0, for sources use both freely. “About” is taken as ±5 %.
    """
    number, half = float(value), half_step(value)
    match qualifier:
        case Qualifier.EXACT:
            return Range(number - half, number, number + half)
        case Qualifier.ABOUT:
            reach = max(abs(number) * ABOUT_SHARE, half)
            return Range(number - reach, number, number + reach)
        case Qualifier.MORE:
            return Range(number - half, number, math.inf)
        case Qualifier.LESS:
            return Range(0.0, number, number + half)


def figure_range(figure: Figure) -> Range:
    """Return what a figure may be, in the plain unit of its own."""
    return printed_range(figure.value, figure.qualifier).scaled(plain_unit(figure.unit_zh)[1])
