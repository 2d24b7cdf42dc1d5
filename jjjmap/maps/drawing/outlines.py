"""Lines and polygons as flat arrays: read from WKB, coarsened for a zoom, clipped to a box; vectorised."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from jjjmap.maps.drawing.mercator import to_units

CHUNK_ROWS = 50_000
"""So many shapes exist as objects at a time; as arrays all of them do."""

TOLERANCE_STEPS = 1.4
TURNS = 5
"""Corners may be a third of a pixel off; so many times every second or third of those is taken away."""

Whole = npt.NDArray[np.int64]


def ranges(starts: Whole, ends: Whole) -> Whole:
    """Return all numbers of n half-open ranges, one range after the other."""
    counts = ends - starts
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()))


def offsets(counts: npt.NDArray[np.integer]) -> Whole:
    """Return n + 1 places at which runs of n lengths begin and end."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


@dataclass(frozen=True)
class Outlines:
    """Features made of strands: rings of polygons, which are not closed here, or lines.

    Parameters
    ----------
    rows
        n row numbers, one for each feature.
    strand_at
        n + 1: the strands of feature i are ``strand_at[i] : strand_at[i + 1]``.
    corner_at
        One for each strand, and one more: its corners, likewise.
    x, y
        Corners, in units of the world (`mercator`) or, once coarsened, in steps of a coarser grid.
    closed
        Whether strands are rings.
    """

    rows: npt.NDArray[np.uint32]
    strand_at: Whole
    corner_at: Whole
    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    closed: bool

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def feature_of_strand(self) -> Whole:
        """Place of its feature, for each strand."""
        return np.repeat(np.arange(len(self)), np.diff(self.strand_at))

    @property
    def strand_of_corner(self) -> Whole:
        """Place of its strand, for each corner."""
        return np.repeat(np.arange(len(self.corner_at) - 1), np.diff(self.corner_at))

    def boxes(self) -> npt.NDArray[np.uint32]:
        """Return n × 4: west, north, east, south of each feature. Each has a corner."""
        first = self.corner_at[self.strand_at[:-1]]
        return np.stack(
            [edge.reduceat(axis, first) for edge in (np.minimum, np.maximum) for axis in (self.x, self.y)],
            axis=1,
        )

    def take(self, features: Whole) -> "Outlines":
        """Return some of the features."""
        strands = ranges(self.strand_at[features], self.strand_at[features + 1])
        corners = ranges(self.corner_at[strands], self.corner_at[strands + 1])
        return Outlines(
            self.rows[features],
            offsets(np.diff(self.strand_at)[features]),
            offsets(np.diff(self.corner_at)[strands]),
            self.x[corners],
            self.y[corners],
            self.closed,
        )

    def keep_corners(self, kept: npt.NDArray[np.bool_], least: int) -> "Outlines":
        """Return it without some corners, and without strands that keep fewer than `least`."""
        counts = np.add.reduceat(kept, self.corner_at[:-1], dtype=np.int64) if len(kept) else np.empty(0, int)
        return Outlines(
            self.rows, self.strand_at, offsets(counts), self.x[kept], self.y[kept], self.closed
        ).keep_strands(counts >= least)

    def keep_strands(self, kept: npt.NDArray[np.bool_]) -> "Outlines":
        """Return it without some strands; a feature may be left with none."""
        strands = np.flatnonzero(kept)
        corners = ranges(self.corner_at[strands], self.corner_at[strands + 1])
        counts = np.bincount(self.feature_of_strand[strands], minlength=len(self))
        return Outlines(
            self.rows,
            offsets(counts),
            offsets(np.diff(self.corner_at)[strands]),
            self.x[corners],
            self.y[corners],
            self.closed,
        )

    def coarsened(self, bits: int) -> "Outlines":
        """Return it on a grid whose step is 2^`bits` units, without corners that say nothing there.

        Borders that features share stay shared, since the same corner falls on the same step. What is too
        small for the grid loses its strands, but stays a feature.
        """
        step = np.int64(bits)
        on_grid = Outlines(
            self.rows,
            self.strand_at,
            self.corner_at,
            self.x.astype(np.int64) >> step,
            self.y.astype(np.int64) >> step,
            self.closed,
        )
        least = 3 if self.closed else 2
        shape = on_grid.keep_corners(on_grid._differs(), least)
        for _turn in range(TURNS):
            shape = shape.keep_corners(shape._bends(), least)
        return shape

    def neighbours(self) -> tuple[Whole, Whole]:
        """Return the corner before and after each; the ends of a line are their own neighbours."""
        count = len(self.x)
        before, after = np.arange(count) - 1, np.arange(count) + 1
        first, last = self.corner_at[:-1], self.corner_at[1:] - 1
        before[first], after[last] = (last, first) if self.closed else (first, last)
        return before, after

    def _differs(self) -> npt.NDArray[np.bool_]:
        before, _after = self.neighbours()
        kept: npt.NDArray[np.bool_] = (self.x != self.x[before]) | (self.y != self.y[before])
        kept[self.corner_at[:-1]] = True
        return kept

    def _bends(self) -> npt.NDArray[np.bool_]:
        """Return which corners matter: not those that lie on the line between their neighbours, or nearly.

        Of neighbours only one goes at a time, and which is told by where it lies, not by where it stands in
        its ring: so a border that two features share, one this way and one that way, stays one.
        """
        before, after = self.neighbours()
        ax, ay = self.x - self.x[before], self.y - self.y[before]
        bx, by = self.x[after] - self.x, self.y[after] - self.y
        length = np.hypot(ax + bx, ay + by)
        kept: npt.NDArray[np.bool_] = np.abs(ax * by - ay * bx) > TOLERANCE_STEPS * length
        kept |= (ax * bx + ay * by < 0) & (length < np.hypot(ax, ay))
        lot = (self.x * 73856093 ^ self.y * 19349663) & 0xFFFF
        kept |= (lot < lot[before]) | (lot < lot[after])
        if not self.closed:
            kept[self.corner_at[:-1]] = kept[self.corner_at[1:] - 1] = True
        return kept

    def clipped(self, west: float, north: float, east: float, south: float) -> "Outlines":
        """Return what of it lies in a box: rings cut along its sides, lines in pieces that may stick out."""
        if not self.closed:
            return self._pieces(west, north, east, south)
        cut = self
        for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, north, 1), (1, south, -1)):
            cut = cut._cut(axis, limit, sign)
        return cut

    def _cut(self, axis: int, limit: float, sign: int) -> "Outlines":
        """Cut rings at one straight line (Sutherland and Hodgman), keeping one side of it."""
        along = (self.x, self.y)[axis]
        inside = (along - limit) * sign >= 0
        if inside.all():
            return self
        _before, after = self.neighbours()
        crosses = inside != inside[after]
        counts = inside.astype(np.int64) + crosses
        total = offsets(counts)
        x, y = (np.empty(int(total[-1])) for _ in range(2))
        at = total[:-1]
        x[at[inside]], y[at[inside]] = self.x[inside], self.y[inside]
        here, there = np.flatnonzero(crosses), after[crosses]
        share = (limit - along[here]) / (along[there].astype(np.float64) - along[here])
        for new, old in ((x, self.x), (y, self.y)):
            new[total[1:][here] - 1] = old[here] + share * (old[there].astype(np.float64) - old[here])
        cut = Outlines(self.rows, self.strand_at, total[self.corner_at], x, y, True)
        return cut.keep_strands(np.diff(cut.corner_at) >= 3)

    def _pieces(self, west: float, north: float, east: float, south: float) -> "Outlines":
        """Cut lines into pieces whose segments each may touch the box."""
        count = len(self.x)
        if not count:
            return self
        x, y = self.x, self.y
        touches = np.zeros(count, bool)  # The segment that begins at a corner.
        touches[:-1] = (
            (np.maximum(x[:-1], x[1:]) >= west)
            & (np.minimum(x[:-1], x[1:]) <= east)
            & (np.maximum(y[:-1], y[1:]) >= north)
            & (np.minimum(y[:-1], y[1:]) <= south)
        )
        touches[self.corner_at[1:] - 1] = False
        came = np.concatenate([[False], touches[:-1]])
        begins = touches & ~came
        kept = touches | came
        starts = np.cumsum(kept)[begins] - 1
        # Where one piece ends the next does not begin: then it would not have ended.
        feature = self.feature_of_strand[self.strand_of_corner[begins]]
        counts = np.bincount(feature, minlength=len(self))
        corner_at = np.concatenate([starts, [int(kept.sum())]]).astype(np.int64)
        return Outlines(self.rows, offsets(counts), corner_at, x[kept], y[kept], False)


def read_outlines(wkb: pa.ChunkedArray, closed: bool) -> Outlines:
    """Return the shapes of a column as arrays; rows without a shape, or of another kind, are left out.

    Parameters
    ----------
    wkb
        n shapes, WGS-84 lon/lat; null for a row without.
    closed
        True for polygons, False for lines.
    """
    kind = shapely.GeometryType
    wanted = [kind.POLYGON, kind.MULTIPOLYGON] if closed else [kind.LINESTRING, kind.MULTILINESTRING]
    parts = []
    for start in range(0, len(wkb), CHUNK_ROWS):
        chunk = wkb.slice(start, CHUNK_ROWS).to_numpy(zero_copy_only=False)
        with np.errstate(invalid="ignore"):  # A corner that is no number is dealt with below.
            shapes = shapely.from_wkb(chunk, on_invalid="ignore")
        kept = np.isin(shapely.get_type_id(shapes), [int(value) for value in wanted]) & ~shapely.is_empty(
            shapes
        )
        if kept.any():
            parts.append(_flat(shapes[kept], (np.flatnonzero(kept) + start).astype(np.uint32), closed))
    if not parts:
        return _nothing(closed)
    return Outlines(
        np.concatenate([part.rows for part in parts]),
        offsets(np.concatenate([np.diff(part.strand_at) for part in parts])),
        offsets(np.concatenate([np.diff(part.corner_at) for part in parts])),
        np.concatenate([part.x for part in parts]),
        np.concatenate([part.y for part in parts]),
        closed,
    )


def _nothing(closed: bool) -> Outlines:
    nothing = np.empty(0, np.uint32)
    return Outlines(nothing, offsets(nothing), offsets(nothing), nothing, nothing, closed)


def _flat(shapes: npt.NDArray[np.object_], rows: npt.NDArray[np.uint32], closed: bool) -> Outlines:
    _kind, corners, levels = shapely.to_ragged_array(shapes)
    corner_at, *above = (np.asarray(level, np.int64) for level in levels)
    strand_at = np.arange(len(rows) + 1)
    for level in reversed(above):
        strand_at = level[strand_at]
    is_finite = np.isfinite(corners).all(axis=1)
    if not is_finite.all():
        bad = np.add.reduceat(~is_finite, corner_at[strand_at[:-1]], dtype=np.int64) > 0
        if bad.all():
            return _nothing(closed)
        return _flat(shapes[~bad], rows[~bad], closed)
    x, y = to_units(corners[:, 0], corners[:, 1])
    flat = Outlines(rows, strand_at, corner_at, x, y, closed)
    if closed:
        # The last corner of a ring repeats the first.
        is_last = np.zeros(len(x), bool)
        is_last[corner_at[1:] - 1] = True
        flat = flat.keep_corners(~is_last, 1)
    return flat
