import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.maps.drawing.labels import anchors
from jjjmap.maps.drawing.mercator import WORLD, to_degrees
from jjjmap.maps.drawing.outlines import read_outlines
from jjjmap.maps.drawing.payload import unpack
from jjjmap.maps.drawing.vector_tiles import MAX_CORNERS, OutlineTiles

HOLE = shapely.Polygon(
    [(115, 38), (117, 38), (117, 40), (115, 40)], [[(115.8, 38.8), (116.2, 38.8), (116.0, 39.2)]]
)
TWO_PARTS = shapely.MultiPolygon([shapely.box(118, 38, 118.2, 38.2), shapely.box(119, 39, 119.5, 39.5)])


def column(shapes):
    return pa.chunked_array([pa.array(shapely.to_wkb(shapes), pa.binary())])


def tiles_of(shapes, closed=True):
    return OutlineTiles(read_outlines(column(shapes), closed))


def shapes_of(data, zoom, tile_x, tile_y):
    """Return the features of a tile as shapes in degrees, by row."""
    facts, arrays = unpack(data)
    found = {}
    for i, row in enumerate(arrays["rows"]):
        strands = []
        for s in range(arrays["strand_at"][i], arrays["strand_at"][i + 1]):
            at = slice(arrays["corner_at"][s], arrays["corner_at"][s + 1])
            unit = WORLD / 2**zoom / 1024
            strands.append(
                [
                    to_degrees((tile_x * 1024 + x) * unit, (tile_y * 1024 + y) * unit)
                    for x, y in zip(arrays["x"][at], arrays["y"][at], strict=True)
                ]
            )
        found[int(row)] = strands
    return facts, arrays, found


def test_shapes_of_every_make_become_arrays_with_their_rows():
    outlines = read_outlines(column([HOLE, None, shapely.Point(1, 1), TWO_PARTS, shapely.Polygon()]), True)
    assert outlines.rows.tolist() == [0, 3]
    assert np.diff(outlines.strand_at).tolist() == [2, 2]
    assert np.diff(outlines.corner_at).tolist() == [4, 3, 4, 4]


def test_a_shape_with_a_corner_that_is_no_number_is_left_out():
    with np.errstate(invalid="ignore"):
        bad = shapely.Polygon([(115, 38), (np.nan, 38), (117, 40)])
    assert read_outlines(column([bad, HOLE]), True).rows.tolist() == [1]
    assert len(read_outlines(column([bad]), True)) == 0


def test_a_tile_holds_the_shape_to_half_a_pixel():
    tiles = tiles_of([HOLE])
    zoom, x, y = 7, 105, 49
    facts, _arrays, found = shapes_of(tiles.tile(zoom, x, y), zoom, x, y)
    assert facts["closed"] is True
    shell, hole = found[0]
    drawn = shapely.Polygon(shell, [hole])
    west, north = to_degrees(x * WORLD / 2**zoom, y * WORLD / 2**zoom)
    east, south = to_degrees((x + 1) * WORLD / 2**zoom, (y + 1) * WORLD / 2**zoom)
    tile = shapely.box(west, south, east, north)
    pixel = 360 / 256 / 2**zoom
    off = shapely.intersection(tile, shapely.symmetric_difference(drawn, HOLE))
    assert off.area < pixel * 0.5 * HOLE.length


def test_all_tiles_together_are_the_whole_shape():
    tiles, zoom = tiles_of([TWO_PARTS]), 9
    parts = []
    for x in range(420, 432):
        for y in range(190, 202):
            _facts, arrays, found = shapes_of(tiles.tile(zoom, x, y), zoom, x, y)
            west, north = to_degrees(x * WORLD / 2**zoom, y * WORLD / 2**zoom)
            east, south = to_degrees((x + 1) * WORLD / 2**zoom, (y + 1) * WORLD / 2**zoom)
            tile = shapely.box(west, south, east, north)
            parts += [
                shapely.intersection(tile, shapely.Polygon(ring))
                for rings in found.values()
                for ring in rings
            ]
            assert np.abs(arrays["x"]).max(initial=0) <= 1024 + 96
    assert shapely.union_all(parts).area == pytest.approx(TWO_PARTS.area, rel=0.02)


def test_neighbours_share_the_same_corners_however_coarse():
    edge = [(116 + 0.001 * i % 0.013, 38 + 0.01 * i) for i in range(101)]
    west = shapely.Polygon([(115, 38), *edge, (115, 39)])
    east = shapely.Polygon([*edge, (117, 39), (117, 38)])
    outlines = read_outlines(column([west, east]), True).coarsened(32 - 10 - 7)
    corners = [
        set(zip(outlines.x[a:b], outlines.y[a:b], strict=True))
        for a, b in ((0, outlines.corner_at[1]), outlines.corner_at[1:3])
    ]
    inner = {corner for corner in corners[0] if corner[0] > outlines.x.min()}
    assert inner <= corners[1] and len(inner) > 3


def test_what_is_smaller_than_a_pixel_is_a_dot_and_says_in_which():
    specks = [shapely.box(116 + i * 1e-6, 39, 116 + i * 1e-6 + 1e-7, 39 + 1e-7) for i in range(5)]
    _facts, arrays = unpack(tiles_of(specks).tile(7, 105, 48))
    assert len(arrays["rows"]) == 0
    assert arrays["dot_rows"].tolist() == [0, 1, 2, 3, 4]
    assert len({(x, y) for x, y in zip(arrays["dot_x"], arrays["dot_y"], strict=True)}) == 1


def test_a_tile_that_would_hold_too_much_leaves_out_the_smaller_and_says_which(monkeypatch):
    monkeypatch.setattr("jjjmap.maps.drawing.vector_tiles.MAX_CORNERS", 8)
    shapes = [
        shapely.box(116, 39, 116.05, 39.05),
        shapely.box(116.2, 39, 117, 39.8),
        shapely.box(116, 39.1, 116.6, 39.7),
    ]
    _facts, arrays = unpack(tiles_of(shapes).tile(7, 105, 48))
    assert arrays["rows"].tolist() == [1, 2]
    assert arrays["left_rows"].tolist() == [0]
    assert MAX_CORNERS > 1000


def test_lines_are_cut_into_pieces_that_touch_the_tile():
    there_and_back = shapely.LineString(
        [(115.5, 39.0), (116.0, 39.0), (125, 39.0), (125, 39.3), (116.0, 39.3), (115.5, 39.3)]
    )
    tiles = tiles_of([there_and_back], closed=False)
    _facts, arrays = unpack(tiles.tile(7, 105, 48))
    assert np.diff(arrays["strand_at"]).tolist() == [2]


def test_an_empty_tile_and_an_empty_layer_are_answered():
    for tiles in (tiles_of([HOLE]), tiles_of([None])):
        _facts, arrays = unpack(tiles.tile(5, 0, 0))
        assert len(arrays["rows"]) == len(arrays["x"]) == 0
    assert len(tiles_of([None]).hits(116, 39, 10, 5)) == 0


def test_the_smallest_polygon_under_the_pointer_comes_first_and_holes_are_not_hit():
    small = shapely.box(115.1, 38.1, 115.3, 38.3)
    tiles = tiles_of([HOLE, small])
    assert tiles.hits(115.2, 38.2, 9, 3).tolist() == [1, 0]
    assert tiles.hits(116.0, 38.95, 9, 3).tolist() == []
    assert tiles.hits(116.5, 39.5, 9, 3).tolist() == [0]


def test_a_polygon_too_small_to_be_hit_is_hit_beside_it():
    tiles = tiles_of([shapely.box(116, 39, 116.0001, 39.0001)])
    assert tiles.hits(116.003, 39.0, 8, 3).tolist() == [0]
    assert tiles.hits(116.3, 39.0, 8, 3).tolist() == []


def test_lines_are_hit_by_distance():
    lines = [shapely.LineString([(115, 39 + d), (117, 39 + d)]) for d in (0.01, 0.005, 1.0)]
    assert tiles_of(lines, closed=False).hits(116, 39.0, 9, 8).tolist() == [1, 0]


def test_a_polygon_is_named_inside_whatever_its_form():
    horseshoe = shapely.Polygon([(0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (1, 2), (1, 10), (0, 10)])
    for shape in (horseshoe, HOLE, TWO_PARTS):
        outlines = read_outlines(column([shape]), True)
        [x], [y] = anchors(outlines)
        assert shapely.Point(to_degrees(x, y)).within(shape)


def test_a_line_is_named_on_its_longest_part():
    lines = shapely.MultiLineString([[(0, 0), (1, 1)], [(5, 5), (6, 6), (7, 7), (8, 8)]])
    [x], [y] = anchors(read_outlines(column([lines]), False))
    assert to_degrees(x, y) == pytest.approx((7, 7), abs=1e-5)
