"""A map as one GeoJSON file (RFC 7946): all features of the visible layers, each naming its layer."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import IO, Any

from jjjmap.export.datasets.about import about_facts
from jjjmap.export.datasets.arrow import batches, shapes_between
from jjjmap.export.datasets.job import DataJob
from jjjmap.export.datasets.layers import OutLayer
from jjjmap.layers.tables.cells import plain_text

_DECIMALS = 7
"""A centimetre, as RFC 7946 advises."""
_LAYER = "layer"


def write_geojson(draft: Path, job: DataJob) -> None:
    """Write a FeatureCollection; ``layer`` among the properties tells features of one layer from others.

    What the export says of itself stands in members of the collection that RFC 7946 leaves to us, before the
    features, so that a reader meets it first.

    Raises
    ------
    Stopped
        The user asked to.
    OSError
        It could not be written; the draft is of no use.
    """
    layers = [layer for layer in job.layers() if layer.table.geometry is not None]
    with draft.open("w", encoding="utf-8", newline="\n", errors="replace") as file:
        _write_head(file, job, layers)
        is_first = True
        for number, layer in enumerate(layers):
            for end, features in features_of(layer, with_layer=True):
                for feature in features:
                    file.write("\n" if is_first else ",\n")
                    file.write(feature)
                    is_first = False
                job.tick(0.95 * (number + end / max(len(layer.table), 1)) / len(layers))
        file.write("\n]}\n")


def write_layer_geojson(draft: Path, job: DataJob, layer: OutLayer) -> None:
    """Write one layer as a file of its own."""
    with draft.open("w", encoding="utf-8", newline="\n", errors="replace") as file:
        _write_head(file, job, [layer], layer.title)
        is_first = True
        for _end, features in features_of(layer, with_layer=False):
            job.tick(0.0)
            for feature in features:
                file.write("\n" if is_first else ",\n")
                file.write(feature)
                is_first = False
        file.write("\n]}\n")


def _write_head(file: IO[str], job: DataJob, layers: list[OutLayer], name: str = "") -> None:
    about = about_facts(job.about)
    del about["bounds"]
    head: dict[str, Any] = {"type": "FeatureCollection", "name": name or job.about.title, "jjjmap": about}
    head["layers"] = [
        {"id": layer.table_name, "title": layer.title, "remarks": list(layer.remarks)} for layer in layers
    ]
    boxes = [box for layer in layers if (box := layer.bounds) is not None]
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        box = (min(west), min(south), max(east), max(north))
        head["bbox"] = [round(side, _DECIMALS) for side in box]
    file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')


def features_of(layer: OutLayer, *, with_layer: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the features of a layer as JSON, a batch at a time, with the number of rows that are done.

    Parameters
    ----------
    with_layer
        Whether properties say which layer it is; ids do then as well, for they must differ in the whole file.
    """
    import numpy as np
    import shapely

    table = layer.table
    names = table.attributes.column_names
    ids = names.index("id") if "id" in names and not layer.id.startswith("user-") else None
    # A column of the user's that is called so gives way: programs must find ours.
    titles = names
    if with_layer and _LAYER in names:
        spare = next(title for end in count(1) if (title := _LAYER + "_" * end) not in names)
        titles = [spare if name == _LAYER else name for name in names]
    prefix = f"{layer.table_name}/" if with_layer else ""
    for start, end in batches(len(table)):
        shapes = shapes_between(table, start, end, multi=False)
        there = shapely.is_valid_input(shapes) & ~shapely.is_missing(shapes)
        # JSON knows no corner that is no number: such a shape is nowhere.
        corners, owner = shapely.get_coordinates(shapes, return_index=True)
        there[owner[~np.isfinite(corners).all(axis=1)]] = False
        shapes[there] = shapely.transform(shapes[there], lambda at: np.round(at, _DECIMALS))
        # RFC 7946: shells run against the clock.
        shapes[there] = shapely.orient_polygons(shapes[there])
        written = shapely.to_geojson(shapes)
        columns = [column.slice(start, end - start).to_pylist() for column in table.attributes.columns]
        features = []
        for number, cells in enumerate(zip(*columns, strict=True) if columns else [()] * (end - start)):
            properties = {_LAYER: layer.table_name} if with_layer else {}
            properties |= {title: _json_value(cell) for title, cell in zip(titles, cells, strict=True)}
            own = cells[ids] if ids is not None else start + number
            feature_id = json.dumps(f"{prefix}{own}", ensure_ascii=False)
            said = json.dumps(properties, ensure_ascii=False)
            geometry = written[number] if there[number] else "null"
            features.append(
                f'{{"type": "Feature", "id": {feature_id}, "properties": {said}, "geometry": {geometry}}}'
            )
        yield end, features


def _json_value(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return _json_value(float(value))
        case datetime.datetime() | datetime.date():
            return value.isoformat()
        case None | bool() | int() | str():
            return value
    return plain_text(value)
