"""Lines and polygons in tiles of typed arrays, and which of them lie under the pointer."""

import math
import threading
from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt

from jjjmap.maps.drawing.mercator import TILE_PX, WORLD, px_per_unit, unit_at
from jjjmap.maps.drawing.outlines import Outlines, Whole
from jjjmap.maps.drawing.payload import pack

STEPS_A_PIXEL = 4
STEP_BITS = 10
STEPS = 1 << STEP_BITS
"""A tile has 2¹⁰ steps a side: four a pixel, which also does for dense screens."""

MARGIN_STEPS = 24 * STEPS_A_PIXEL
"""Outlines reach so far beyond their tile, so that the cut is never seen, however thick the line."""

FEW_CORNERS = 200_000
"""So many are coarsened for one tile alone; for more, all features are, and kept for the next."""

KEPT_ZOOMS = 4
MAX_CORNERS = 400_000
"""A tile holds no more: beyond it the smaller features are left out, and the page is told."""


class OutlineTiles:
    """Lines or polygons, ready to be drawn and hit. May be used by several threads at once."""

    def __init__(self, outlines: Outlines) -> None:
        self.outlines = outlines
        self.boxes = outlines.boxes() if len(outlines) else np.empty((0, 4), np.uint32)
        """n × 4 units of the world: west, north, east, south."""
        self._coarse: OrderedDict[int, Outlines] = OrderedDict()
        self._lock = threading.Lock()

    def tile(self, zoom: float, column: int, row: int) -> bytes:
        """Return one tile, in the form of `payload`.

        Parameters
        ----------
        zoom
            Of the map, which need not be whole: a tile has 256 pixels of the screen at every zoom.
        column, row
            Counted from the upper left corner of the world.
        """
        return self.patch(zoom, (column * TILE_PX, row * TILE_PX), (TILE_PX, TILE_PX))

    def patch(self, zoom: float, corner: tuple[int, int], size: tuple[int, int]) -> bytes:
        """Return what lies in any box, uncut within it, in the form of `payload`.

        Parameters
        ----------
        zoom
            As for `tile`.
        corner
            The upper left one, in pixels of the screen from that of the world.
        size
            Width and height in pixels.

        Returns
        -------
        bytes
            Arrays: ``rows``, ``strand_at`` and ``corner_at`` as in `Outlines`, ``x`` and ``y`` in quarters
            of a pixel from the upper left corner; ``dot_rows``, ``dot_x``, ``dot_y`` for what is smaller
            than a pixel, in whole ones; ``left_rows``, what had to be left out.
        """
        unit = WORLD / 2.0**zoom / TILE_PX
        margin = unit * MARGIN_STEPS / STEPS_A_PIXEL
        west, north = corner[0] * unit, corner[1] * unit
        east, south = west + size[0] * unit, north + size[1] * unit
        touching = self._within(west - margin, north - margin, east + margin, south + margin)
        # On the grid of the next whole zoom, which is as fine or a little finer; then scaled to this one.
        whole_zoom = math.ceil(zoom)
        scale = 2.0 ** (zoom - whole_zoom)
        coarse = self._on_grid(whole_zoom, touching)
        left, top = corner[0] * STEPS_A_PIXEL, corner[1] * STEPS_A_PIXEL
        box = [(side - MARGIN_STEPS) / scale for side in (left, top)]
        box += [
            at + (along * STEPS_A_PIXEL + 2 * MARGIN_STEPS) / scale
            for at, along in zip(box, size, strict=True)
        ]
        has_strands = np.diff(coarse.strand_at) > 0
        dots = self._dots(touching[~has_strands], zoom, corner, size)
        shown = coarse.take(np.flatnonzero(has_strands)).clipped(*box)
        shown, left_rows = _fewer(shown.take(np.flatnonzero(np.diff(shown.strand_at) > 0)))
        dot_features, dot_x, dot_y = dots
        return pack(
            {"closed": self.outlines.closed},
            rows=shown.rows,
            strand_at=shown.strand_at.astype(np.uint32),
            corner_at=shown.corner_at.astype(np.uint32),
            x=np.rint(shown.x * scale - left).astype(np.int32),
            y=np.rint(shown.y * scale - top).astype(np.int32),
            dot_rows=self.outlines.rows[dot_features],
            dot_x=dot_x,
            dot_y=dot_y,
            left_rows=left_rows,
        )

    def hits(self, lon: float, lat: float, zoom: float, reach_px: float) -> npt.NDArray[np.uint32]:
        """Return the rows under a position: lines by distance, polygons from small to large.

        Parameters
        ----------
        lon, lat
            Degrees, WGS-84.
        reach_px
            How far off a line, or a polygon too small to be hit, may be; pixels of the screen at `zoom`.
        """
        x, y = unit_at(lon, lat)
        reach = reach_px / px_per_unit(zoom)
        found = self._within(x - reach, y - reach, x + reach, y + reach)
        near = self.outlines.take(found)
        box = self.boxes[found].astype(np.float64)
        extent = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
        if self.outlines.closed:
            # One that is smaller than the reach can be missed by a hair; it counts as hit.
            small = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) < reach
            away = np.where(_holds(near, x, y) | small, 0.0, np.inf)
        else:
            away = _distances(near, x, y)
        order = np.lexsort((near.rows, extent, away))
        hit: npt.NDArray[np.uint32] = near.rows[order[away[order] <= reach]]
        return hit

    def _within(self, west: float, north: float, east: float, south: float) -> Whole:
        """Return the features whose box touches a box; linear, 4 ms for a million."""
        return np.flatnonzero(self._overlaps(slice(None), west, north, east, south))

    def _overlaps(
        self, features: Whole | slice, west: float, north: float, east: float, south: float
    ) -> npt.NDArray[np.bool_]:
        boxes = self.boxes[features]
        touching: npt.NDArray[np.bool_] = (
            (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= south) & (boxes[:, 3] >= north)
        )
        return touching

    def _on_grid(self, zoom: int, features: Whole) -> Outlines:
        bits = max(0, 32 - STEP_BITS - zoom)
        with self._lock:
            is_kept = zoom in self._coarse
        if not is_kept:
            strands = self.outlines.strand_at[features], self.outlines.strand_at[features + 1]
            corner_at = self.outlines.corner_at
            if int((corner_at[strands[1]] - corner_at[strands[0]]).sum()) <= FEW_CORNERS:
                return self.outlines.take(features).coarsened(bits)
        with self._lock:
            coarse = self._coarse.get(zoom)
            if coarse is None:
                coarse = self._coarse[zoom] = self.outlines.coarsened(bits)
            self._coarse.move_to_end(zoom)
            while len(self._coarse) > KEPT_ZOOMS:
                self._coarse.popitem(last=False)
        return coarse.take(features)

    def _dots(
        self, features: Whole, zoom: float, corner: tuple[int, int], size: tuple[int, int]
    ) -> tuple[Whole, npt.NDArray[Any], npt.NDArray[Any]]:
        """Return those of some features whose middle lies in a box, and in which pixel of it.

        All of them: which one stands for a pixel depends on the filter, which the page knows.
        """
        scale = px_per_unit(zoom)
        box = self.boxes[features].astype(np.float64)
        x = np.floor((box[:, 0] + box[:, 2]) / 2 * scale).astype(np.int64) - corner[0]
        y = np.floor((box[:, 1] + box[:, 3]) / 2 * scale).astype(np.int64) - corner[1]
        here = (x >= 0) & (x < size[0]) & (y >= 0) & (y < size[1])
        kind = np.uint8 if max(size) <= TILE_PX else np.uint32
        return features[here], x[here].astype(kind), y[here].astype(kind)


def _fewer(shown: Outlines) -> tuple[Outlines, npt.NDArray[np.uint32]]:
    """Return the features that a tile can take, in their order, and the rows of those left out."""
    if len(shown.x) <= MAX_CORNERS:
        return shown, np.empty(0, np.uint32)
    counts = np.diff(shown.corner_at[shown.strand_at])
    box = shown.boxes().astype(np.float64)
    largest = np.argsort(-(box[:, 2] - box[:, 0] + box[:, 3] - box[:, 1]), kind="stable")
    fits = np.cumsum(counts[largest]) <= MAX_CORNERS
    return shown.take(np.sort(largest[fits])), shown.rows[np.sort(largest[~fits])]


def _segments(near: Outlines) -> tuple[npt.NDArray[np.float64], ...]:
    """Return both ends of every segment and the feature that it belongs to."""
    x, y = near.x.astype(np.float64), near.y.astype(np.float64)
    _before, after = near.neighbours()
    return x, y, x[after], y[after], near.feature_of_strand[near.strand_of_corner].astype(np.float64)


def _holds(near: Outlines, x: float, y: float) -> npt.NDArray[np.bool_]:
    """Return which polygons hold a point: an odd number of their sides lies to its right."""
    ax, ay, bx, by, feature = _segments(near)
    crosses = (ay > y) != (by > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses &= x < (bx - ax) * (y - ay) / (by - ay) + ax
    counts = np.bincount(feature[crosses].astype(np.int64), minlength=len(near))
    odd: npt.NDArray[np.bool_] = counts % 2 == 1
    return odd


def _distances(near: Outlines, x: float, y: float) -> npt.NDArray[np.float64]:
    """Return how far each line is from a point, in units of the world."""
    ax, ay, bx, by, feature = _segments(near)
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = np.clip(((x - ax) * dx + (y - ay) * dy) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    away = np.full(len(near), np.inf)
    np.minimum.at(away, feature.astype(np.int64), np.hypot(ax + share * dx - x, ay + share * dy - y))
    return away
