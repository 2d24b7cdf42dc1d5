"""Shapes as a layer that an analysis reads."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.running import InputLayer
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.style import Geometry


def input_layer(
    layer_id: str,
    shapes: Sequence[Any],
    columns: Mapping[str, Sequence[Any]] | None = None,
    *,
    shown: Sequence[bool] | None = None,
) -> InputLayer:
    """Return shapes as a layer; of points if the first is one, a plain table if there are none at all."""
    attributes = pa.table(dict(columns or {"名称": [f"{layer_id}-{n}" for n, _shape in enumerate(shapes)]}))
    kinds = {"Point": Geometry.POINT, "LineString": Geometry.LINE, "Polygon": Geometry.POLYGON}
    known = [shape for shape in shapes if shape is not None]
    geometry = kinds[known[0].geom_type.removeprefix("Multi")] if known else None
    if geometry is Geometry.POINT:
        held = np.array([(np.nan, np.nan) if s is None else (s.x, s.y) for s in shapes], dtype=np.float64)
        table = FeatureTable(attributes, geometry, held[:, 0].copy(), held[:, 1].copy())
    elif geometry is None:
        table = FeatureTable(attributes)
    else:
        wkb = pa.array([None if s is None else shapely.to_wkb(s) for s in shapes], type=pa.binary())
        table = FeatureTable(attributes, geometry, wkb=pa.chunked_array([wkb]))
    facts = LayerFacts(
        layer_id, f"{layer_id}.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, geometry, table.columns,
        len(table), 0, 0, 0, None,
    )  # fmt: skip
    mask = None if shown is None else np.array(shown, dtype=bool)
    return InputLayer(layer_id, layer_id, table, facts, mask, "", 1)
