"""Points at one and the same position, drawn round it as the seeds of a sunflower, so that each is seen.

A list of firms that was placed by county or town has dozens of rows on one spot. Offsets are pixels of the
screen: however far one zooms in, they would else never come apart. They are reckoned here alone; the page
draws what it is given, and a click is answered from the same numbers.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from jjjmap.maps.drawing.points import PointIndex

GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))
SPREAD = 0.55
"""The symbols within a distance fill a disc of it: then neighbours are some 0.9 of their height apart."""

MAX_RINGED = 300
"""So many symbols of a spot get a place of their own; the others lie on the rim."""

PARTS_A_PIXEL = 8
"""Offsets travel as whole eighths of a pixel."""

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fan:
    """Where m points of an index are drawn, beside where they are. Those of one position stand together.

    Parameters
    ----------
    places
        m places in the index.
    dx, dy
        m offsets to the east and to the south, in eighths of a pixel, for symbols at their full size.
    is_crowded
        Whether anywhere more points lie than can be told apart.
    index
        The m points alone, in the same order.
    slot_of_place
        For each place in the whole index its place here; -1 for a point that lies alone.
    """

    places: Places
    dx: npt.NDArray[np.int16]
    dy: npt.NDArray[np.int16]
    is_crowded: bool
    index: PointIndex
    slot_of_place: npt.NDArray[np.int32]

    @cached_property
    def reach_px(self) -> float:
        """Farthest offset of all, in pixels, for symbols at their full size."""
        return float(np.hypot(self.dx.astype(float), self.dy.astype(float)).max()) / PARTS_A_PIXEL

    def offsets_px(self, places: Places) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return offsets of some points of the whole index, pixels; 0 for those that lie alone."""
        slots = self.slot_of_place[places]
        aside = slots >= 0
        return tuple(  # type: ignore[return-value]
            np.where(aside, axis[slots].astype(np.float64), 0.0) / PARTS_A_PIXEL
            for axis in (self.dx, self.dy)
        )


def fan_out(index: PointIndex, shown: npt.NDArray[np.bool_], size_px: npt.NDArray[np.float64]) -> Fan | None:
    """Spread the points that share a position; large symbols stand in the middle, else those of early rows.

    Parameters
    ----------
    index
        Of all points.
    shown
        For each of `index.coincident`, whether it is drawn. What is hidden leaves no gap.
    size_px
        For each of them, how high its symbol is.

    Returns
    -------
    Fan or None
        None if no two points that are drawn share a position.
    """
    places, size_px = index.coincident[shown], size_px[shown]
    first = _begins(index, places)
    alone = first & np.append(first[1:], True)
    places, size_px = places[~alone], size_px[~alone]
    if not len(places):
        return None
    first = _begins(index, places)
    group = np.cumsum(first) - 1
    if size_px.min() < size_px.max():
        # Within a group rows ascend already.
        order = np.lexsort((-size_px, group))
        places, size_px = places[order], size_px[order]
    start = np.flatnonzero(first)
    rank = np.arange(len(places)) - start[group]
    square = np.where(rank >= MAX_RINGED, 0.0, size_px**2)
    filled = np.cumsum(square)
    # In the middle the room of one symbol stays free: there the position itself is marked.
    filled -= (filled[start] - 2 * square[start])[group]
    away, angle = SPREAD * np.sqrt(filled), rank * GOLDEN_ANGLE
    limit = np.iinfo(np.int16).max
    dx, dy = (
        np.clip(np.rint(PARTS_A_PIXEL * away * turned), -limit, limit).astype(np.int16)
        for turned in (np.cos(angle), np.sin(angle))
    )
    slots = np.full(len(index), -1, np.int32)
    slots[places] = np.arange(len(places), dtype=np.int32)
    return Fan(places, dx, dy, bool(rank.max() >= MAX_RINGED), index.take(places), slots)


def _begins(index: PointIndex, places: Places) -> npt.NDArray[np.bool_]:
    """Return which of some places in Morton order lie elsewhere than the one before."""
    x, y = index.x[places], index.y[places]
    begins = np.ones(len(places), bool)
    begins[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    return begins
