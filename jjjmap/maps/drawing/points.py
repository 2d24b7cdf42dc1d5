"""Points in Morton order: whatever square is asked for is a few runs of the arrays, however uneven they lie.

A regular grid would put a list of firms of one city, with a single row at 0°/0°, into one cell. Along the
Z-curve each quarter of a square is one run, found by bisection, in Python and in the page alike.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from jjjmap.maps.drawing.mercator import Units, px_per_unit, to_degrees, to_units, unit_at

SMALL_RUN = 256
"""A run of so few points is not divided any further: looking at all of them costs less."""

CROWD_CELL_LEVEL = 5
"""Crowding is measured in squares of 8 pixels: 2⁵ of them in a tile's side of 256."""
ROOMY_CELLS = 5000
POINTS_A_CELL = 2.0
FAN_CELL_LEVEL = 1
"""Points that share a position are drawn round it, and so have the room of squares of 128 pixels."""
ZOOMS = 23
"""Whole zooms from 0 on for which the page is told how much smaller symbols are drawn."""


class PointIndex:
    """Positions in Morton order.

    Parameters
    ----------
    lon, lat
        n degrees each, WGS-84; NaN for a row without position, which is left out.

    Attributes
    ----------
    order
        m row numbers, m ≤ n, in Morton order.
    x, y
        m units of the world (`mercator`), in that order.
    coincident
        Places in that order of all points that share their position with another one; rows of one position
        ascend.
    """

    def __init__(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> None:
        rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        everywhere = len(rows) == len(lon)
        x, y = to_units(lon if everywhere else lon[rows], lat if everywhere else lat[rows])
        self._set(x, y, rows.astype(np.uint32))

    @classmethod
    def of_units(cls, x: Units, y: Units) -> "PointIndex":
        """Return an index of n positions in units of the world."""
        index = cls.__new__(cls)
        index._set(x, y, np.arange(len(x), dtype=np.uint32))
        return index

    def _set(self, x: Units, y: Units, rows: npt.NDArray[np.uint32]) -> None:
        codes = _spread(y)
        codes <<= np.uint64(1)
        codes |= _spread(x)
        along = np.argsort(codes)
        self._codes = codes[along]
        self.order, self.x, self.y = rows[along], x[along], y[along]
        same = self._codes[1:] == self._codes[:-1]
        self.coincident = np.flatnonzero(np.append(same, False) | np.append(False, same)[: len(same) + 1])
        if len(self.coincident):
            shared = self.order[self.coincident]
            self.order[self.coincident] = shared[np.lexsort((shared, self._codes[self.coincident]))]
        self._cells = _distinct_cells(self._codes)

    def take(self, places: npt.NDArray[np.int64]) -> "PointIndex":
        """Return an index of some points alone; their positions must stand in Morton order."""
        index = PointIndex.__new__(PointIndex)
        index._codes = self._codes[places]
        index.order, index.x, index.y = self.order[places], self.x[places], self.y[places]
        index.coincident = np.empty(0, np.int64)
        index._cells = np.zeros(33, np.int64)
        return index

    def __len__(self) -> int:
        return len(self.order)

    def bounds_lonlat(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north in degrees; None if there is no point."""
        if not len(self):
            return None
        west, north = to_degrees(int(self.x.min()), int(self.y.min()))
        east, south = to_degrees(int(self.x.max()), int(self.y.max()))
        return west, south, east, north

    def runs(self, west: float, north: float, east: float, south: float) -> Iterator[tuple[int, int]]:
        """Yield runs [a, b) that hold every point of a box (units of the world), and some beside it."""
        waiting = [(32, 0, 0, 0, 0, len(self))]
        while waiting:
            bits, left, top, code, a, b = waiting.pop()
            side = 1 << bits
            if a == b or left > east or top > south or left + side <= west or top + side <= north:
                continue
            within = left >= west and top >= north and left + side - 1 <= east and top + side - 1 <= south
            if within or b - a <= SMALL_RUN or bits == 0:
                yield a, b
                continue
            half, quarter = side >> 1, 1 << 2 * (bits - 1)
            codes = [code + i * quarter for i in range(4)]
            cuts = [a, *(a + np.searchsorted(self._codes[a:b], np.array(codes[1:], np.uint64))).tolist(), b]
            waiting += [
                (bits - 1, left + (i & 1) * half, top + (i >> 1) * half, codes[i], cuts[i], cuts[i + 1])
                for i in (3, 2, 1, 0)
            ]

    def within(self, west: float, north: float, east: float, south: float) -> npt.NDArray[np.int64]:
        """Return the places in the index of all points in a box (units of the world)."""
        runs = [np.arange(a, b) for a, b in self.runs(west, north, east, south)]
        if not runs:
            return np.empty(0, np.int64)
        found = np.concatenate(runs)
        x, y = self.x[found], self.y[found]
        return found[(x >= west) & (x <= east) & (y >= north) & (y <= south)]

    def nearest(self, lon: float, lat: float, zoom: float, reach_px: float) -> npt.NDArray[np.int64]:
        """Return the places in the index of all points within reach of a position, nearest first.

        Parameters
        ----------
        lon, lat
            Degrees, WGS-84.
        reach_px
            In pixels of the screen at `zoom`.
        """
        x, y = unit_at(lon, lat)
        reach = reach_px / px_per_unit(zoom)
        found = self.within(x - reach, y - reach, x + reach, y + reach)
        away_px = self.away_px(found, lon, lat, zoom)
        near = away_px <= reach_px
        found, away_px = found[near], away_px[near]
        return found[np.lexsort((self.order[found], away_px))]

    def away_px(
        self, places: npt.NDArray[np.int64], lon: float, lat: float, zoom: float
    ) -> npt.NDArray[np.float64]:
        """Return how far some points are from a position (degrees), in pixels of the screen at a zoom."""
        x, y = unit_at(lon, lat)
        away: npt.NDArray[np.float64] = np.hypot(self.x[places] - x, self.y[places] - y) * px_per_unit(zoom)
        return away

    def symbol_scales(self, shown: int) -> npt.NDArray[np.float64]:
        """Return how much smaller symbols are drawn at whole zooms, so that a crowd stays legible.

        Parameters
        ----------
        shown
            How many points are shown.

        Returns
        -------
        ndarray
            `ZOOMS` factors, 0 … 1. A short list is drawn at full size at every zoom.
        """
        cells = self._cells[CROWD_CELL_LEVEL : CROWD_CELL_LEVEL + ZOOMS]
        # What shares a position spreads over the squares around it, as far as there are free ones.
        squares = self._cells[FAN_CELL_LEVEL : FAN_CELL_LEVEL + ZOOMS]
        around = squares << 2 * (CROWD_CELL_LEVEL - FAN_CELL_LEVEL)
        spread = min(max(0, shown - int(self._cells[32])), len(self.coincident))
        cells = cells + np.minimum(spread, np.maximum(0, around - cells))
        crowd = shown / np.maximum(np.minimum(cells, shown), ROOMY_CELLS)
        scales: npt.NDArray[np.float64] = np.minimum(1.0, np.sqrt(POINTS_A_CELL / np.maximum(crowd, 1e-9)))
        return scales


def _spread(numbers: Units) -> npt.NDArray[np.uint64]:
    """Return 32 bits spread over 64, with a gap after each."""
    spread = numbers.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        spread |= spread << np.uint64(shift)
        spread &= np.uint64(mask)
    return spread


def _distinct_cells(codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Return how many squares hold points, for the world cut 2⁰ … 2³² times a side; codes are sorted."""
    if not len(codes):
        return np.zeros(33, np.int64)
    steps = (codes[1:] ^ codes[:-1]).astype(np.float64)
    # The highest bit in which neighbours differ says from which level on they lie in different squares.
    highest = np.frexp(steps)[1]
    levels = np.clip((64 - highest) // 2 + 1, 0, 33)
    return 1 + np.cumsum(np.bincount(levels, minlength=34))[:33]
