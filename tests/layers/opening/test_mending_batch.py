import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.layers.opening.layer_writer import LayerWriter, SourceFacts
from jjjmap.layers.opening.mending import write_shapes
from jjjmap.layers.opening.records import FileFormat, ReadAnswer


def written(folder: Path, *shapes: object) -> ReadAnswer:
    with LayerWriter(folder / "a.geojson", folder) as writer:
        writer.describe(SourceFacts("甲", FileFormat.GEOJSON, datum="WGS-84", sha256="0" * 64))
        attributes = pa.record_batch({"n": pa.array(range(len(shapes)))})
        wkb = pa.array(shapely.to_wkb(np.array(shapes, dtype=object)), pa.binary())
        write_shapes(writer, attributes, wkb, np.arange(1, len(shapes) + 1))
        return writer.finish()


def test_a_row_that_is_torn_counts_once_and_its_loss_is_told(tmp_path: Path) -> None:
    several = shapely.MultiPoint([(116, 39), (117, 39), (1e9, 39)])
    mixed = shapely.GeometryCollection([shapely.Point(116, 39), shapely.LineString([(1e9, 1), (1e9, 2)])])
    answer = written(tmp_path, several, mixed, shapely.Point(116, 39))
    assert (answer.accepted, answer.mended, answer.rejected) == (3, 2, 0)
    assert sum(part.facts.rows for part in answer.parts) == 4
    (told,) = (finding for finding in answer.findings if finding.code == "pieces-lost")
    assert "第 1、2 行" in told.message


def test_a_row_that_lost_all_its_pieces_is_rejected_once_with_its_shape(tmp_path: Path) -> None:
    gone = shapely.GeometryCollection([shapely.Point(1e9, 1), shapely.LineString([(1e9, 1), (1e9, 2)])])
    answer = written(tmp_path, gone, shapely.Point(116, 39), shapely.MultiPoint([(1e9, 2), (1e9, 3)]))
    assert (answer.accepted, answer.rejected) == (1, 2)
    with (tmp_path / answer.rejected_file).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["行号"] for line in lines] == ["1", "3"]
    assert lines[0]["WKT"].startswith("GEOMETRYCOLLECTION")
