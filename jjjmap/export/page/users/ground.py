"""Where the rows of a user's layer lie, for an exported map: county, areas of policy, length or area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.analysis.whereabouts import whereabouts
from jjjmap.catalogue.models import Catalogue
from jjjmap.layers.boundaries import BORDER_ERROR_M, UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.feature_words import extent_of
from jjjmap.layers.named_places import subjects_of

_METRES_A_DEGREE = 111_320.0

Floats = npt.NDArray[np.float64]


def positions_of(table: FeatureTable) -> tuple[Floats, Floats]:
    """Return a point on each of n rows, lon and lat in degrees; NaN for a row without position."""
    if table.lon is not None and table.lat is not None:
        is_somewhere = np.isfinite(table.lon) & np.isfinite(table.lat)
        return tuple(np.where(is_somewhere, axis, np.nan) for axis in (table.lon, table.lat))  # type: ignore[return-value]
    lon, lat = np.full(len(table), np.nan), np.full(len(table), np.nan)
    with np.errstate(invalid="ignore"):  # A corner that is no number gives a point that is none.
        there = np.flatnonzero(~shapely.is_missing(table.shapes) & ~shapely.is_empty(table.shapes))
        points = shapely.point_on_surface(table.shapes[there])
    found = ~shapely.is_empty(points)
    lon[there[found]], lat[there[found]] = shapely.get_x(points[found]), shapely.get_y(points[found])
    return lon, lat


def extents_of(table: FeatureTable) -> Floats | None:
    """Return the length of each of n lines in km, or the area of each polygon in km², on the ellipsoid.

    0 for a row without shape, or with one that has no size; None for points.
    """
    if table.wkb is None:
        return None
    extents = np.zeros(len(table))
    for row, shape in enumerate(table.shapes):
        if shape is not None and not shape.is_empty:
            extents[row] = extent_of(table.geometry, shape)
    return np.nan_to_num(extents, posinf=0.0)


def ground_of(
    lon: Floats, lat: Floats, catalogue: Catalogue | None, units: UnitIndex
) -> tuple[list[dict[str, Any]], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return in which county rows lie, and what of policy concerns it.

    Parameters
    ----------
    lon, lat
        n degrees each; NaN for a row without position.
    catalogue
        Without it nothing is said of the counties.
    units
        Borders of the units.

    Returns
    -------
    tuple
        The counties that occur, of each the ids of its ``units``, ``areas``, ``clusters`` and ``subjects`` as
        in `Whereabouts`; the first stands for whatever lies outside. For each row, which it is. For each
        row, whether a border is so near that it may be the next county.
    """
    counties = units.county_of(lon, lat)
    codes, first, county_of_row = np.unique(counties, return_index=True, return_inverse=True)
    grounds: list[dict[str, Any]] = [{"units": [], "areas": [], "clusters": [], "subjects": []}]
    near_border = np.zeros(len(lon), bool)
    number = np.zeros(len(codes), np.int64)
    for at, code in enumerate(codes.tolist()):
        if not code:
            continue
        number[at] = len(grounds)
        grounds.append(_ground(float(lon[first[at]]), float(lat[first[at]]), catalogue, units))
        inside = np.flatnonzero(county_of_row == at)
        near_border[inside] = _are_near_border(lon[inside], lat[inside], code, units)
    return grounds, number[county_of_row], near_border


def with_named_places(
    grounds: list[dict[str, Any]],
    ground_of_row: npt.NDArray[np.int64],
    named: Sequence[tuple[str, ...]],
) -> tuple[list[dict[str, Any]], npt.NDArray[np.int64]]:
    """Return grounds whose ``subjects`` are the places that rows of a result speak of, as in the window.

    Parameters
    ----------
    grounds, ground_of_row
        As `ground_of` gives them.
    named
        Ids for each of n rows, see `named_places`; empty for a row that names none.
    """
    all_grounds, numbers = list(grounds), ground_of_row.copy()
    known: dict[tuple[int, tuple[str, ...]], int] = {}
    for row, ids in enumerate(named):
        if ids:
            at = int(ground_of_row[row])
            if (at, ids) not in known:
                known[at, ids] = len(all_grounds)
                all_grounds.append(
                    {**grounds[at], "subjects": list(subjects_of(ids, grounds[at]["subjects"]))}
                )
            numbers[row] = known[at, ids]
    return all_grounds, numbers


def _ground(lon: float, lat: float, catalogue: Catalogue | None, units: UnitIndex) -> dict[str, Any]:
    if catalogue is None:
        return {}
    where = whereabouts(lon, lat, catalogue, units)
    return {
        "units": list(where.unit_ids),
        "areas": list(where.area_ids),
        "clusters": list(where.cluster_ids),
        "subjects": list(where.subject_ids),
    }


def _are_near_border(lon: Floats, lat: Floats, county: str, units: UnitIndex) -> npt.NDArray[np.bool_]:
    """Return which positions are so close to the border of a county that they may lie beyond it."""
    # One frame for all of the county: its width is off by less than a hundredth at its ends.
    frame = np.array([np.cos(np.radians(lat.mean())), 1.0]) * _METRES_A_DEGREE
    border = shapely.transform(shapely.boundary(units.shape_of(county)), lambda corners: corners * frame)
    shapely.prepare(border)
    near: npt.NDArray[np.bool_] = shapely.dwithin(
        shapely.points(lon * frame[0], lat * frame[1]), border, BORDER_ERROR_M
    )
    return near
