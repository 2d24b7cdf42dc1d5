"""Lines that end in an arrowhead: on the map's tiles and on a sheet of paper."""

import re

import numpy as np
import pyarrow as pa
import pytest
import shapely
from map_driver import MapDriver
from sheet_drawer import SVG, USERS_ID, SheetDrawer, group

from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.renderer import Sheet
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry, LayerStyle, SymbolClass
from jjjmap.paths import RESOURCES

BARE = Sheet(120, 90, has_legend=False, has_scale_bar=False, has_north_arrow=False, has_attribution=False)
PURPLE = "#7d4bab"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(RESOURCES)[0]


@pytest.fixture
def drawer(map_page: MapDriver, catalogue):
    yield SheetDrawer(map_page, catalogue)
    assert [text for level, text in map_page.console if level >= 40] == []


def lines(*shapes: shapely.LineString) -> FeatureTable:
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(np.array(shapes)), pa.binary())])
    return FeatureTable(pa.table({"name": [str(at) for at in range(len(shapes))]}), Geometry.LINE, wkb=wkb)


def looks(width_px: float, *, arrow: bool) -> LayerStyle:
    return LayerStyle((SymbolClass("*", "流", "flow", stroke=PURPLE, width_px=width_px, arrow=arrow),))


def corners_of(path: str) -> np.ndarray:
    """Return the corners of a path of moves and lines, which may be told by steps."""
    corners: list[np.ndarray] = []
    for command, said in re.findall(r"([MLml])([^A-Za-z]*)", path):
        for pair in np.array(re.findall(r"-?\d*\.?\d+", said), float).reshape(-1, 2):
            corners.append(pair + corners[-1] if command == "l" else pair)
    return np.array(corners)


def heads(root) -> list[np.ndarray]:
    """Return the corners of filled triangles in the group of the layer."""
    found = []
    for path in group(root, USERS_ID).iter(SVG + "path"):
        if path.get("fill") == PURPLE:
            found.append(corners_of(path.get("d")))
    return found


def test_a_sheet_has_one_head_at_the_end_of_each_line_and_none_at_its_beginning(drawer):
    eastward = shapely.LineString([(115.5, 39.0), (117.5, 39.0)])
    root = drawer.root(drawer.users(lines(eastward, eastward.reverse()), looks(4.0, arrow=True)), BARE)
    first, second = heads(root)
    tip, *base = first
    assert len(first) == 3 and all(tip[0] > corner[0] for corner in base)
    assert base[0][0] == pytest.approx(base[1][0], abs=0.2)
    assert all(second[0][0] < corner[0] for corner in second[1:])


def test_wider_lines_have_larger_heads_and_plain_lines_none(drawer):
    line = shapely.LineString([(115.5, 38.5), (117.5, 39.5)])
    sizes = []
    for width_px in (1.0, 9.0):
        [head] = heads(drawer.root(drawer.users(lines(line), looks(width_px, arrow=True)), BARE))
        sizes.append(np.ptp(head, axis=0).max())
    assert sizes[1] > 1.8 * sizes[0]
    assert heads(drawer.root(drawer.users(lines(line), looks(4.0, arrow=False)), BARE)) == []


def test_a_line_that_leaves_the_sheet_shows_no_head_at_its_edge(drawer):
    beyond = shapely.LineString([(116.0, 39.0), (121.0, 39.0)])
    width = 120 * 96 / 25.4
    for head in heads(drawer.root(drawer.users(lines(beyond), looks(9.0, arrow=True)), BARE)):
        assert head[:, 0].min() > width - 40  # Clipped with the frame; it lies outside of it.
