import csv
import errno
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Severity
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening import layer_part
from jjjmap.layers.opening.layer_writer import LayerWriter, SourceFacts, Tally
from jjjmap.layers.opening.records import ColumnRole, FileFormat
from jjjmap.layers.style import Geometry

FACTS = SourceFacts("甲", FileFormat.CSV, datum="WGS-84", roles={"名称": ColumnRole.NAME}, sha256="0" * 64)
MENDED = Tally("mended", Severity.INFO, lambda: "{n} 行（{rows}）", mends=True)


def batch(*names: str) -> pa.RecordBatch:
    return pa.record_batch({"名称": pa.array(names)})


def nowhere(count: int) -> np.ndarray:
    return np.full(count, np.nan)


def test_rows_without_a_position_join_the_first_kind_that_comes(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "a.csv", tmp_path) as writer:
        writer.describe(FACTS)
        writer.write_rows(batch("一", "二"))
        writer.write_points(batch("三"), np.array([116.0]), np.array([39.0]))
        writer.write_rows(batch("四"))
        answer = writer.finish()
    (part,) = answer.parts
    table = FeatureTable.open(tmp_path / part.folder, Geometry.POINT)
    assert sorted(table.attributes["名称"].to_pylist()) == ["一", "三", "二", "四"]
    assert (part.facts.rows, part.facts.without_geometry) == (4, 3)
    assert part.facts.columns[0].role is ColumnRole.NAME
    assert [file.name for file in tmp_path.iterdir()] == ["point"]


def test_rows_that_are_nowhere_make_a_plain_table(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "a.csv", tmp_path) as writer:
        writer.describe(FACTS)
        writer.write_rows(batch("一"))
        (part,) = writer.finish().parts
    assert (part.facts.geometry, part.facts.bounds) == (None, None)
    assert len(FeatureTable.open(tmp_path / part.folder, None)) == 1


def test_tallies_become_one_finding_and_count_each_row_once(tmp_path: Path) -> None:
    other = Tally("other", Severity.WARNING, lambda: "{n}", mends=True)
    with LayerWriter(tmp_path / "a.csv", tmp_path) as writer:
        writer.describe(FACTS)
        writer.write_rows(batch(*"一二三四五六七八"))
        writer.tally(MENDED, np.arange(1, 5))
        writer.tally(MENDED, np.arange(5, 9))
        writer.tally(other, [8, 8])
        writer.tally(other, [])
        answer = writer.finish()
    assert answer.mended == 8
    assert [(finding.code, finding.message) for finding in answer.findings] == [
        ("other", "1"),
        ("mended", "8 行（1、2、3、4、5…）"),
    ]


def test_rejected_rows_can_be_mended_in_a_spreadsheet(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "a.csv", tmp_path) as writer:
        writer.describe(FACTS)
        writer.write_rows(batch("一"))
        writer.reject(2, "坏", ["=cmd()", "-5.5", "-x", None, "a\nb", 7], list("abcdef"))
        answer = writer.finish()
    path = tmp_path / answer.rejected_file
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[2:] == list("abcdef")
    assert row == ["2", "坏", "'=cmd()", "-5.5", "'-x", "", "a\nb", "7"]
    assert (answer.rejected, answer.parts[0].facts.rejected) == (1, 1)


def test_batches_of_other_types_are_cast_or_refused(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "a.csv", tmp_path) as writer:
        writer.describe(FACTS)
        writer.write_rows(pa.record_batch({"n": pa.array([1], pa.int64())}))
        writer.write_rows(pa.record_batch({"n": pa.array([2], pa.int8())}))
        with pytest.raises(LayerUnreadable) as caught:
            writer.write_rows(pa.record_batch({"n": pa.array([0.5])}))
        assert caught.value.reason == "damaged"


def test_a_cancel_is_heard_and_no_rows_are_told(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "a.csv", tmp_path, cancelled=lambda: True) as writer:
        writer.describe(FACTS)
        with pytest.raises(LayerUnreadable) as caught:
            writer.check()
        assert caught.value.reason == "cancelled"
        with pytest.raises(LayerUnreadable) as caught:
            writer.finish()
        assert caught.value.reason == "no-rows"


@pytest.mark.parametrize(("code", "reason"), [(errno.ENOSPC, "no-space"), (errno.EACCES, "not-written")])
def test_what_the_disk_refuses_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    class Refusing:
        def write_table(self, *_arguments: object, **_options: object) -> None:
            raise OSError(code, "refused")

        def close(self) -> None:
            pass

    with LayerWriter(tmp_path / "a.csv", tmp_path) as writer:
        writer.describe(FACTS)
        monkeypatch.setattr(layer_part.pa.ipc, "new_file", lambda *_arguments: Refusing())
        with pytest.raises(LayerUnreadable) as caught:
            writer.write_rows(batch("一"))
    assert caught.value.reason == reason


def test_bounds_hold_all_shapes_and_pass_over_rows_without(tmp_path: Path) -> None:
    with LayerWriter(tmp_path / "a.csv", tmp_path) as writer:
        writer.describe(FACTS)
        writer.write_lines_or_polygons(
            batch("一", "二"),
            Geometry.POLYGON,
            [shapely.to_wkb(shapely.box(116, 39, 117, 40)), None],
            np.array([[116.0, 39.0, 117.0, 40.0], [np.nan] * 4]),
        )
        writer.write_points(batch("三"), nowhere(1), nowhere(1))
        answer = writer.finish()
    facts = {part.facts.geometry: part.facts for part in answer.parts}
    assert facts[Geometry.POLYGON].bounds == (116.0, 39.0, 117.0, 40.0)
    assert facts[Geometry.POLYGON].without_geometry == 1
    assert facts[Geometry.POINT].bounds is None
