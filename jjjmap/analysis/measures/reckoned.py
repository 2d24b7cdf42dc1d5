"""What comes of a formula: a number for each unit, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ReasonArray = npt.NDArray[np.str_]
Mask = npt.NDArray[np.bool_]

REASON = np.dtype("<U24")


class Reason(StrEnum):
    """Why a value could not be reckoned; a stable ASCII word."""

    NO_ROWS = "no-rows"
    """The unit has no rows that count."""
    ZERO_DENOMINATOR = "zero-denominator"
    NO_CATEGORY = "no-category"
    """No row of the unit has a category that can be used."""
    ONE_CATEGORY = "one-category"
    """All rows are of one category: there is nothing to compare."""
    ONE_UNIT = "one-unit"
    """No other unit has rows: there is nothing to compare with."""
    BASE_ZERO = "base-zero"
    """Nothing to grow from."""
    NEGATIVE = "negative"
    """A negative amount: it has no share and no rate."""
    PERIOD_MISSING = "period-missing"
    """The unit has no rows in one of the two periods."""
    PERIOD_UNMEASURED = "period-unmeasured"
    """Nobody knows how many years lie between the periods."""
    WEIGHT_UNUSABLE = "weight-unusable"
    """No row of the unit has a number in the weight column."""
    NO_AREA = "no-area"
    NO_VALUE = "no-value"
    """What it is reckoned from has no value."""
    TIE = "tie"
    """Too many are equally great."""


@dataclass(frozen=True, eq=False)
class Reckoned:
    """What came of a formula.

    Parameters
    ----------
    values
        Any shape; NaN where there is no value.
    reasons
        Same shape; a `Reason` where there is no value, else an empty text.
    """

    values: FloatArray
    reasons: ReasonArray

    @classmethod
    def of(cls, values: npt.ArrayLike, *causes: tuple[npt.ArrayLike, Reason]) -> Reckoned:
        """Return values without those that a cause forbids; of several causes the first is told.

        Parameters
        ----------
        values
            May hold NaN or infinities where a cause says why.
        causes
            Where there is no value (broadcast to the shape of the values), and why.
        """
        numbers = np.array(values, dtype=np.float64)
        reasons = np.zeros(numbers.shape, dtype=REASON)
        for where, reason in causes:
            here = np.broadcast_to(np.asarray(where, dtype=bool), numbers.shape)
            reasons[here & (reasons == "")] = reason.value
        reasons[~np.isfinite(numbers) & (reasons == "")] = Reason.NO_VALUE.value
        numbers[reasons != ""] = np.nan
        return cls(numbers, reasons)

    def because(self, where: npt.ArrayLike, reason: Reason) -> Reckoned:
        """Return the same with a better reason where there is no value anyway."""
        here = np.broadcast_to(np.asarray(where, dtype=bool), self.values.shape)
        reasons = self.reasons.copy()
        reasons[here & (reasons != "")] = reason.value
        return Reckoned(self.values, reasons)

    def without(self, where: npt.ArrayLike, reason: Reason) -> Reckoned:
        """Return the same without the values that one more cause forbids."""
        here = np.broadcast_to(np.asarray(where, dtype=bool), self.values.shape)
        return Reckoned(
            np.where(here, np.nan, self.values), np.where(here, reason.value, self.reasons).astype(REASON)
        )

    def column(self, at: int) -> Reckoned:
        """Return one column of n × k values."""
        return Reckoned(self.values[:, at], self.reasons[:, at])


def divided(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> FloatArray:
    """Return quotients; NaN where the denominator is 0, never a warning and never an infinity."""
    above, below = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    shape = np.broadcast_shapes(above.shape, below.shape)
    quotient = np.full(shape, np.nan)
    np.divide(above, below, out=quotient, where=np.broadcast_to(below != 0, shape))
    return quotient
