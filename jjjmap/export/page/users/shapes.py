"""Lines and borders of users' layers inside an exported map: what features share is stored, and moved, once.

Strands are cut into arcs wherever neighbours part, at the ends of lines and at the first corner of rings. An
arc that several features run along, in either direction, is one arc: made coarser as a whole, it leaves no
gap and no overlap between them. All of it works on arrays; a million corners take seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.export.page.users.blocks import Wide, signed, steps, whole
from jjjmap.maps.drawing.mercator import WORLD, to_degrees
from jjjmap.maps.drawing.outlines import Outlines, Whole, offsets, ranges

STEP_BITS = 3
"""Corners stand on whole steps of 2³ units of the world: 6.7e-7°, some 6 cm."""

EARTH_M = 6_378_137.0


@dataclass(frozen=True)
class Arcs:
    """Features told by arcs.

    Parameters
    ----------
    rows
        n row numbers, one for each feature.
    strand_at
        n + 1: the strands of each feature, as in `Outlines`.
    arc_at
        One for each strand, and one more: its arcs, likewise.
    arc, is_backwards
        Number of each arc along the strands, and whether it is run through from its end.
    corner_at
        One for each distinct arc, and one more: its corners, both ends included.
    x, y
        Corners in steps of 2^`STEP_BITS` units.
    closed
        Whether strands are rings: then each ends where it begins.
    """

    rows: npt.NDArray[np.uint32]
    strand_at: Whole
    arc_at: Whole
    arc: Whole
    is_backwards: npt.NDArray[np.bool_]
    corner_at: Whole
    x: Whole
    y: Whole
    closed: bool

    def simplified(self, tolerance_m: float) -> Arcs:
        """Return it with corners left out that lie nearer than a tolerance to what remains.

        Shared borders stay shared, and no ring vanishes: one that would keep fewer than three corners keeps
        all of them. That two borders which run close to each other come to cross is not ruled out.

        Parameters
        ----------
        tolerance_m
            Metres on the ground, held everywhere.
        """
        if tolerance_m <= 0 or not len(self.x):
            return self
        tolerance = tolerance_m / _metres_a_step(self.y)
        lines = shapely.linestrings(
            np.stack([self.x, self.y], axis=1).astype(np.float64), indices=_owner(self.corner_at)
        )
        thin = shapely.simplify(lines, tolerance, preserve_topology=False)
        counts = shapely.get_num_points(thin).astype(np.int64)
        kept_whole = self._of_vanishing(counts)
        thin[kept_whole] = lines[kept_whole]
        corners = np.rint(shapely.get_coordinates(thin)).astype(np.int64)
        counts = shapely.get_num_points(thin)
        return Arcs(
            self.rows, self.strand_at, self.arc_at, self.arc, self.is_backwards, offsets(counts),
            corners[:, 0], corners[:, 1], self.closed,
        )  # fmt: skip

    def _of_vanishing(self, counts: Whole) -> npt.NDArray[np.bool_]:
        """Return which arcs must stay as they are, if they would else have so many corners."""
        first, last = self.corner_at[:-1], self.corner_at[1:] - 1
        is_loop = (self.x[first] == self.x[last]) & (self.y[first] == self.y[last])
        kept: npt.NDArray[np.bool_] = counts < np.where(is_loop, 4, 2)
        if self.closed:
            corners = np.add.reduceat(counts[self.arc] - 1, self.arc_at[:-1])
            flat = np.flatnonzero(corners < 3)
            kept[self.arc[ranges(self.arc_at[flat], self.arc_at[flat + 1])]] = True
        return kept

    def arrays(self) -> dict[str, Wide]:
        """Return it as the page reads it; see `local_tiles.js`.

        Returns
        -------
        dict
            ``rows``; ``strands`` of each feature; ``arcs`` of each strand; ``new``: how far each arc lies
            before the next one that was not met yet (0 is that one), ``back``: 1 if it is run through
            backwards; ``corners`` of each distinct arc; ``x`` and ``y``: steps along each arc, the first of
            which leads from the first corner of the arc before.
        """
        next_new = (
            np.concatenate([[0], np.maximum.accumulate(self.arc)[:-1] + 1]) if len(self.arc) else self.arc
        )
        return {
            "rows": steps(self.rows),
            "strands": whole(np.diff(self.strand_at)),
            "arcs": whole(np.diff(self.arc_at)),
            "new": whole(next_new - self.arc),
            "back": whole(self.is_backwards),
            "corners": whole(np.diff(self.corner_at)),
            "x": signed(self._along(self.x)),
            "y": signed(self._along(self.y)),
        }

    def _along(self, axis: Whole) -> Whole:
        moved = np.diff(axis, prepend=np.int64(0))
        first = self.corner_at[:-1]
        if len(first):
            moved[first] = np.diff(axis[first], prepend=np.int64(0))
        return moved


def cut_into_arcs(shapes: Outlines) -> Arcs:
    """Return features cut into arcs, on whole steps of 2^`STEP_BITS` units of the world."""
    fine = _on_steps(shapes)
    x, y = fine.x.astype(np.int64), fine.y.astype(np.int64)
    if not len(x):
        nothing = np.zeros(0, np.int64)
        return Arcs(
            fine.rows, fine.strand_at, offsets(nothing), nothing, nothing.astype(bool), offsets(nothing),
            nothing, nothing, fine.closed,
        )  # fmt: skip
    _distinct, point = np.unique((x << 32) | y, return_inverse=True)
    is_cut = _junctions(fine, point)[point]
    along, is_first, is_last = _closed_up(fine)
    cuts = np.flatnonzero(is_cut[along])
    starts, ends = cuts[:-1], cuts[1:]
    # Between the last corner of one strand and the first of the next there is no arc.
    within = ~is_last[starts]
    starts, ends = starts[within], ends[within]
    arc, is_backwards, used = _distinct_arcs(point[along], starts, ends)
    strand = np.cumsum(is_first)[starts] - 1
    corners = along[ranges(starts[used], ends[used] + 1)]
    corner_at = offsets(ends[used] + 1 - starts[used])
    flips = is_backwards[used]
    # The arc is kept the way it was first met.
    return Arcs(
        fine.rows, fine.strand_at, offsets(np.bincount(strand, minlength=len(fine.corner_at) - 1)),
        arc, is_backwards != flips[arc], corner_at, x[corners], y[corners], fine.closed,
    )  # fmt: skip


def _on_steps(shapes: Outlines) -> Outlines:
    """Return shapes on whole steps, without corners that fall together, unless nothing would be left."""
    least = 3 if shapes.closed else 2
    coarse = Outlines(
        shapes.rows,
        shapes.strand_at,
        shapes.corner_at,
        shapes.x >> np.uint32(STEP_BITS),
        shapes.y >> np.uint32(STEP_BITS),
        shapes.closed,
    )
    if not len(coarse.x):
        return coarse
    before, _after = coarse.neighbours()
    kept: npt.NDArray[np.bool_] = (coarse.x != coarse.x[before]) | (coarse.y != coarse.y[before])
    kept[coarse.corner_at[:-1]] = True
    left = np.add.reduceat(kept, coarse.corner_at[:-1], dtype=np.int64)
    kept |= (left < least)[coarse.strand_of_corner]
    return coarse.keep_corners(kept, 1)


def _junctions(fine: Outlines, point: Whole) -> npt.NDArray[np.bool_]:
    """Return for each distinct point whether strands are cut there."""
    count = int(point.max()) + 1
    before, after = fine.neighbours()
    here, there = point[before], point[after]
    pair = np.minimum(here, there) * np.int64(count) + np.maximum(here, there)
    order = np.argsort(point, kind="stable")
    first = np.flatnonzero(np.diff(point[order], prepend=-1))
    parted: npt.NDArray[np.bool_] = np.minimum.reduceat(pair[order], first) != np.maximum.reduceat(
        pair[order], first
    )
    parted[point[fine.corner_at[:-1]]] = True
    if not fine.closed:
        parted[point[fine.corner_at[1:] - 1]] = True
    return parted


def _closed_up(fine: Outlines) -> tuple[Whole, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return the corners of all strands, those of rings closed, and where strands begin and end."""
    count = len(fine.x)
    along = np.arange(count)
    if fine.closed:
        along = np.insert(along, fine.corner_at[1:], fine.corner_at[:-1])
    extra = np.arange(len(fine.corner_at) - 1) if fine.closed else 0
    is_first, is_last = np.zeros(len(along), bool), np.zeros(len(along), bool)
    is_first[fine.corner_at[:-1] + extra] = True
    is_last[fine.corner_at[1:] - 1 + (extra + 1 if fine.closed else 0)] = True
    return along, is_first, is_last


def _distinct_arcs(point: Whole, starts: Whole, ends: Whole) -> tuple[Whole, npt.NDArray[np.bool_], Whole]:
    """Number arcs in the order in which they are met.

    Between two cuts every point has but one pair of neighbours, so an arc is known by its first two points.

    Returns
    -------
    tuple
        Number of each arc; whether it runs against the direction that all arcs of its number are compared
        in; for each number, where it was first met.
    """
    first, second, last_but_one, last = point[starts], point[starts + 1], point[ends - 1], point[ends]
    backwards = (first > last) | ((first == last) & (second > last_but_one))
    key = np.where(backwards, last, first) * (np.int64(point.max()) + 1)
    key += np.where(backwards, last_but_one, second)
    _keys, met, number = np.unique(key, return_index=True, return_inverse=True)
    by_meeting = np.argsort(met, kind="stable")
    rank = np.empty(len(by_meeting), np.int64)
    rank[by_meeting] = np.arange(len(by_meeting))
    return rank[number], backwards, met[by_meeting]


def _owner(at: Whole) -> Whole:
    return np.repeat(np.arange(len(at) - 1), np.diff(at))


def _metres_a_step(y: Whole) -> float:
    """Return how long a step is on the ground where it is longest: nearest to the equator."""
    lats = [abs(to_degrees(0, int(edge) << STEP_BITS)[1]) for edge in (y.min(), y.max())]
    widest = 0.0 if int(y.min()) << STEP_BITS < WORLD / 2 < int(y.max()) << STEP_BITS else min(lats)
    return math.cos(math.radians(widest)) * 2 * math.pi * EARTH_M / WORLD * (1 << STEP_BITS)
