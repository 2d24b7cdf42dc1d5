"""Users' lines and borders with fewer corners: none is farther from what remains than a tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from jjjmap.export.page.users.shapes import STEP_BITS, Arcs, cut_into_arcs
from jjjmap.maps.drawing.mercator import to_units
from jjjmap.maps.drawing.outlines import Outlines, Whole, offsets, ranges, read_outlines

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable

Shapes = npt.NDArray[np.object_]


def simplified(table: FeatureTable, tolerance_m: float) -> FeatureTable:
    """Return lines or areas with fewer corners; what they share they go on sharing.

    Corners that are left stand where they stood. What is neither a line nor an area, and what has a corner
    that is nowhere, stays as it is; so do areas that were sound and would cross themselves.

    Parameters
    ----------
    table
        Lines or areas; other shapes may lie among them.
    tolerance_m
        Metres on the ground, more than 0.
    """
    from jjjmap.layers.feature_table import FeatureTable

    if table.wkb is None:
        return table
    with np.errstate(invalid="ignore"):  # Of corners that are no numbers.
        shapes = table.shapes
    cells = table.wkb.to_numpy(zero_copy_only=False).copy()
    readable = _without_hollow(table.wkb, shapes)
    for closed in (False, True):
        outlines = read_outlines(readable, closed)
        if len(outlines):
            found = shapes[outlines.rows]
            cells[outlines.rows] = shapely.to_wkb(_thinned(found, outlines, tolerance_m))
    wkb = pa.chunked_array([pa.array(cells, pa.binary())])
    return FeatureTable(table.attributes, table.geometry, wkb=wkb)


def _without_hollow(wkb: pa.ChunkedArray, shapes: Shapes) -> pa.ChunkedArray:
    """Return the column without shapes some part of which is empty: its parts could not be counted."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    hollow = np.unique(owner[shapely.is_empty(parts)])
    if not len(hollow):
        return wkb
    cells = wkb.to_numpy(zero_copy_only=False).copy()
    cells[hollow] = None
    return pa.chunked_array([pa.array(cells, pa.binary())])


def _thinned(shapes: Shapes, outlines: Outlines, tolerance_m: float) -> Shapes:
    """Return shapes with fewer corners; `outlines` are theirs, one for each."""
    whole = cut_into_arcs(outlines)
    course = _Course(whole, whole.simplified(tolerance_m), shapes)
    stays = np.zeros(len(whole.corner_at) - 1, bool)
    was_sound = shapely.is_valid(shapes)
    while True:
        thin = course.shapes(stays)
        crossed = np.flatnonzero(was_sound & ~shapely.is_valid(thin))
        arcs = course.arcs_of(crossed)
        if stays[arcs].all():
            # What is left was crossed by the steps on which arcs stand.
            thin[crossed] = shapes[crossed]
            return thin
        # Neighbours run along the same arcs, so that no gap opens.
        stays[arcs] = True


@dataclass(frozen=True)
class _Course:
    """The way of shapes along arcs, each of which comes whole or with fewer corners."""

    whole: Arcs
    thin: Arcs
    originals: Shapes

    def arcs_of(self, features: Whole) -> Whole:
        """Return the numbers of the arcs that some features run along."""
        arcs = self.whole
        strands = ranges(arcs.strand_at[features], arcs.strand_at[features + 1])
        return arcs.arc[ranges(arcs.arc_at[strands], arcs.arc_at[strands + 1])]

    def shapes(self, stays: npt.NDArray[np.bool_]) -> Shapes:
        """Return the shapes; arcs that stay keep all their corners."""
        whole, thin = self.whole, self.thin
        first = np.where(stays, whole.corner_at[:-1], thin.corner_at[:-1] + len(whole.x))
        count = np.where(stays, np.diff(whole.corner_at), np.diff(thin.corner_at))
        x, y = np.concatenate([whole.x, thin.x]), np.concatenate([whole.y, thin.y])
        # An arc ends where the next one of its strand begins; only the last one brings its end along.
        taken = count[whole.arc] - 1
        taken[whole.arc_at[1:] - 1] += 1
        run = np.repeat(np.arange(len(taken)), taken)
        step = np.arange(len(run)) - offsets(taken)[run]
        arc = whole.arc[run]
        corner = first[arc] + np.where(whole.is_backwards[run], count[arc] - 1 - step, step)
        corner_at = offsets(np.add.reduceat(taken, whole.arc_at[:-1]))
        kind, _corners, (_corner_at, *above) = shapely.to_ragged_array(self.originals)
        at = self._positions(x[corner], y[corner])
        made: Shapes = shapely.from_ragged_array(kind, at, (corner_at, *above))
        # One of several parts makes all the others such in an array.
        is_lone = shapely.get_type_id(made) != shapely.get_type_id(self.originals)
        made[is_lone] = shapely.get_geometry(made[is_lone], 0)
        return made

    def _positions(self, x: Whole, y: Whole) -> npt.NDArray[np.float64]:
        """Return corners in degrees, as the user's file has them: the first one of each step."""
        corners = shapely.get_coordinates(self.originals)
        known: Any = [axis.astype(np.int64) >> STEP_BITS for axis in to_units(corners[:, 0], corners[:, 1])]
        keys, first = np.unique((known[0] << 32) | known[1], return_index=True)
        found: npt.NDArray[np.float64] = corners[first[np.searchsorted(keys, (x << 32) | y)]]
        return found
