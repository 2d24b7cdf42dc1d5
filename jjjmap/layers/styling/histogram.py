"""How the values of a column are distributed: bars for the style dialog."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jjjmap.layers.feature_table import FloatArray

BARS = 80
_NARROWEST = 1e-300
_LONG_TAIL = 20.0
"""A largest value of so many medians would press all others into a corner."""


@dataclass(frozen=True)
class Histogram:
    """Bars of equal width on a linear or logarithmic axis.

    Parameters
    ----------
    edges
        m + 1 ends of bars, in units of the column.
    counts
        m numbers of values.
    is_log
        Whether the axis is logarithmic.
    """

    edges: FloatArray
    counts: npt.NDArray[np.int64]
    is_log: bool

    def share(self, value: float) -> float:
        """Return where on the axis a value stands, 0…1."""
        first, last = self.edges[0], self.edges[-1]
        value = min(max(value, first), last)
        if self.is_log:
            return float(np.log(value / first) / np.log(last / first))
        # Halves: the span of the largest numbers is a number still.
        return float((value / 2 - first / 2) / (last / 2 - first / 2))

    def value(self, share: float) -> float:
        """Return the value that stands at a share of the axis."""
        first, last = self.edges[0], self.edges[-1]
        share = min(max(share, 0.0), 1.0)
        if self.is_log:
            return float(first * np.exp(share * np.log(last / first)))
        return float(first + 2 * share * (last / 2 - first / 2))


def histogram_of(ordered: FloatArray, *, is_whole: bool = False) -> Histogram | None:
    """Return the distribution of values; None if there are fewer than two different ones.

    Parameters
    ----------
    ordered
        All finite values, ascending.
    is_whole
        Whether they are whole numbers: then there are no more bars than numbers.
    """
    if not len(ordered) or ordered[0] == ordered[-1]:
        return None
    first, last = float(ordered[0]), float(ordered[-1])
    if last / 2 - first / 2 < _NARROWEST:
        return None
    is_log = first > 0 and last / float(ordered[len(ordered) // 2]) > _LONG_TAIL
    bars = BARS
    if is_whole and not is_log:
        bars = int(min(BARS, max(last - first, 2)))
    # Halves: the span of the largest numbers is a number still.
    linear = 2 * np.linspace(first / 2, last / 2, bars + 1)
    edges = np.geomspace(first, last, bars + 1) if is_log else linear
    edges[0], edges[-1] = first, last
    counts = np.diff(np.searchsorted(ordered, edges[:-1], side="left"), append=len(ordered))
    return Histogram(edges, counts.astype(np.int64), is_log)
