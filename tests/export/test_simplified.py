"""Lines and borders of data exports with fewer corners: within the tolerance, sound and still shared."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.export.datasets.simplified import simplified
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry

from .user_layers import parcels, roads

METRES_OF_DEGREE = 111_320.0


def table_of(geometry: Geometry, *shapes: Any) -> FeatureTable:
    cells = [None if shape is None else shapely.to_wkb(shape) for shape in shapes]
    return FeatureTable(
        pa.table({"n": range(len(cells))}),
        geometry,
        wkb=pa.chunked_array([pa.array(cells, pa.binary())]),
    )


def in_metres(shape: Any) -> Any:
    """Return a shape on a plane of metres that fits the layers' latitude."""
    scale = np.array([np.cos(np.radians(39.0)), 1.0]) * METRES_OF_DEGREE
    return shapely.transform(shape, lambda at: at * scale)


@pytest.mark.parametrize("make", [parcels, roads])
@pytest.mark.parametrize("tolerance_m", [50.0, 1_000.0])
def test_no_corner_is_farther_away_than_the_tolerance(make: Any, tolerance_m: float) -> None:
    table = make()
    thin = simplified(table, tolerance_m)
    before, after = in_metres(table.shapes), in_metres(thin.shapes)
    assert shapely.get_num_coordinates(after).sum() < shapely.get_num_coordinates(before).sum()
    for old, new in zip(before, after, strict=True):
        if old is None:
            assert new is None
            continue
        assert shapely.get_type_id(new) == shapely.get_type_id(old)
        corners = shapely.points(shapely.get_coordinates(old))
        edges = new if table.geometry is Geometry.LINE else shapely.boundary(new)
        assert shapely.distance(corners, edges).max() <= tolerance_m * 1.02


def test_a_shared_border_keeps_the_tolerance_and_stays_shared() -> None:
    # A cape 1.5 km long whose area is small: a measure by area takes it away.
    border = [(116.1, 39.0), (116.1, 39.049), (116.118, 39.05), (116.1, 39.051), (116.1, 39.1)]
    left = shapely.Polygon([(116.0, 39.0), *border, (116.0, 39.1)])
    right = shapely.Polygon([(116.2, 39.0), *border, (116.2, 39.1)])
    thin = simplified(table_of(Geometry.POLYGON, left, right), 100.0).shapes
    assert shapely.equals(thin, np.array([left, right])).all()
    assert shapely.coverage_is_valid(thin)


def test_thin_areas_do_not_vanish() -> None:
    spike = shapely.Polygon([(116.0, 39.0), (116.5, 39.00001), (116.0, 39.00002)])
    (thin,) = simplified(table_of(Geometry.POLYGON, spike), 500.0).shapes
    assert thin.is_valid and thin.area == pytest.approx(spike.area)


def test_corners_that_are_left_stand_where_they_stood() -> None:
    table = parcels()
    known = set(map(tuple, shapely.get_coordinates(table.shapes)))
    assert set(map(tuple, shapely.get_coordinates(simplified(table, 200.0).shapes))) <= known


def test_sound_areas_stay_sound() -> None:
    # A bay reaches up to an island in it: with the bay's mouth cut short, shell and hole would cross.
    shell = [(116.0, 39.0), (116.1, 39.0), (116.1, 39.1), (116.06, 39.1), (116.05, 39.104), (116.04, 39.1)]
    hole = [(116.045, 39.0995), (116.05, 39.103), (116.055, 39.0995)]
    area = shapely.Polygon([*shell, (116.0, 39.1)], [hole])
    assert area.is_valid
    (thin,) = simplified(table_of(Geometry.POLYGON, area), 600.0).shapes
    assert thin.is_valid and len(thin.interiors) == 1


def test_odd_shapes_are_no_trouble() -> None:
    bent = [(116.0, 39.0), (116.05, 39.00001), (116.1, 39.0), (116.1, 39.1)]
    with np.errstate(invalid="ignore"):
        nowhere = shapely.Polygon([(116.0, 39.0), (np.nan, 39.0), (116.1, 39.1)])
    odd = [
        shapely.LineString(bent),
        nowhere,
        shapely.Point(116.0, 39.0),
        shapely.GeometryCollection([shapely.Polygon(bent), shapely.LineString(bent)]),
        shapely.Polygon(),
        None,
        shapely.MultiPolygon([shapely.Polygon(bent), shapely.box(117, 39, 117.1, 39.1, ccw=False)]),
    ]
    for geometry in (Geometry.POLYGON, Geometry.LINE):
        table = table_of(geometry, shapely.Polygon(bent), *odd)
        thin = simplified(table, 100.0)
        assert thin.wkb is not None and table.wkb is not None
        with np.errstate(invalid="ignore"):
            counts = shapely.get_num_coordinates(thin.shapes).tolist()
        assert counts == [4, 3, 4, 1, 9, 0, 0, 9]
        for same in (2, 3, 4, 5, 6):
            assert thin.wkb[same].as_py() == table.wkb[same].as_py()


def test_a_layer_without_any_shape_stays_as_it_is() -> None:
    assert len(simplified(table_of(Geometry.POLYGON, None, None), 100.0)) == 2
    assert len(simplified(table_of(Geometry.LINE), 100.0)) == 0


def test_parts_without_corners_are_no_trouble() -> None:
    # As a file may hold them: a collection of an empty line and a bent one.
    empty = shapely.to_wkb(shapely.LineString())
    bent = shapely.to_wkb(shapely.LineString([(116.0, 39.0), (116.05, 39.00001), (116.1, 39.0)]))
    cell = b"\x01\x05\x00\x00\x00\x02\x00\x00\x00" + empty + bent
    wkb = pa.chunked_array([pa.array([bent, cell], pa.binary())])
    table = FeatureTable(pa.table({"n": [1, 2]}), Geometry.LINE, wkb=wkb)
    assert shapely.get_num_coordinates(simplified(table, 100.0).shapes[0]) == 2
