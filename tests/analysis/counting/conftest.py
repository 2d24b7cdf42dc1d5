"""Invented squares and layers to count in."""

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.running import InputLayer
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.style import Geometry


def areas_of(shapes: list[shapely.Geometry], *, is_partition: bool = True) -> Areas:
    """Return shapes as areas ``a``, ``b`` …"""
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    ids = tuple(chr(ord("a") + at) for at in range(len(shapes)))
    return Areas(ids, tuple(f"{each}县" for each in ids), ids, made, is_partition)


def layer_of(table: FeatureTable, shown: list[bool] | None = None, title: str = "企业") -> InputLayer:
    """Return a table as a layer that an analysis reads."""
    facts = LayerFacts(
        title, f"{title}.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, table.geometry,
        table.columns, len(table), 0, 0, 0, None,
    )  # fmt: skip
    return InputLayer("layer", title, table, facts, None if shown is None else np.array(shown))


def points_of(lon: list[float], lat: list[float], **attributes: list[object]) -> FeatureTable:
    """Return points as rows of a layer; a number for each if there are no attributes."""
    told = attributes or {"编号": list(range(len(lon)))}
    return FeatureTable(
        pa.table(told), Geometry.POINT, np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    )


@pytest.fixture(scope="session")
def squares() -> Areas:
    """Four squares of one degree around 117, 39: a south-west, b south-east, c north-west, d north-east."""
    corners = [(116, 38), (117, 38), (116, 39), (117, 39)]
    return areas_of([shapely.box(x, y, x + 1, y + 1) for x, y in corners])
