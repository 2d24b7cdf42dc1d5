"""Rows of users' layers as files."""

import csv
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from openpyxl import load_workbook

from jjjmap.errors import ExportFailed
from jjjmap.export.datasets import feature_tables
from jjjmap.export.datasets.feature_tables import RowsWanted, write_rows
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry


@pytest.fixture
def table() -> FeatureTable:
    """Three firms that a spreadsheet could misunderstand."""
    attributes = pa.table(
        {
            "=名称": ["=cmd()", "+86 010", '甲,"乙"\n丙\x07'],
            "代码": ["00123", "911301000000000000", "-5"],
            "资本": [1234567.5, None, float("nan")],
            "大数": pa.array([2**60, 1, None], pa.int64()),
            "成立": [date(2024, 5, 31), date(1899, 1, 1), None],
            "时刻": pa.array([datetime(2024, 1, 1, 4, tzinfo=UTC), None, None], pa.timestamp("ms", tz="UTC")),
            "高新": [True, False, None],
            "行业": pa.array(["电池", "#N/A", None]).dictionary_encode(),
        }
    )
    return FeatureTable(
        attributes, Geometry.POINT, np.array([116.5, 117, np.nan]), np.array([39, 40, np.nan])
    )


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_csv_has_every_value_and_no_formula(table: FeatureTable, tmp_path: Path) -> None:
    path = tmp_path / "甲.csv"
    assert write_rows(path, RowsWanted("甲", table))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    header, first, second, third = read_csv(path)
    assert header[0] == "'=名称" and header[-2:] == ["经度（WGS-84）", "纬度（WGS-84）"]
    assert first == [
        "'=cmd()",
        "00123",
        "1234567.5",
        str(2**60),
        "2024-05-31",
        "2024-01-01 12:00:00",
        "是",
        "电池",
        "116.5",
        "39",
    ]
    assert second[:2] == ["'+86 010", "911301000000000000"] and second[2] == ""
    assert third[0] == '甲,"乙"\n丙\x07' and third[1] == "-5" and third[-2:] == ["", ""]


def test_rows_and_columns_come_in_the_order_that_is_asked_for(table: FeatureTable, tmp_path: Path) -> None:
    wanted = RowsWanted("甲", table, np.array([2, 0]), ("资本", "代码"))
    assert write_rows(tmp_path / "甲.csv", wanted)
    rows = read_csv(tmp_path / "甲.csv")
    assert [row[:2] for row in rows] == [["资本", "代码"], ["", "-5"], ["1234567.5", "00123"]]


def test_a_workbook_keeps_texts_as_texts_and_tells_where_they_come_from(
    table: FeatureTable, tmp_path: Path
) -> None:
    path = tmp_path / "甲.xlsx"
    assert write_rows(path, RowsWanted("甲/县:表", table, origin=(("来自", "=名录.csv"),)))
    book = load_workbook(path)
    sheet, origin = book.worksheets
    assert sheet.title == "甲 县 表" and sheet.freeze_panes == "A2"
    first, second, third = list(sheet.iter_rows(min_row=2))
    assert (first[0].value, first[0].data_type) == ("=cmd()", "s")
    assert first[1].value == "00123" and first[2].value == 1234567.5 and first[3].value == str(2**60)
    assert first[4].value == datetime(2024, 5, 31) and first[5].value == "2024-01-01 12:00:00"
    assert second[4].value == "1899-01-01" and (second[7].value, second[7].data_type) == ("#N/A", "s")
    assert third[0].value == '甲,"乙"\n丙 ' and third[2].value is None
    assert [cell.value for cell in origin[1]] == ["来自", "=名录.csv"]
    assert origin["B1"].data_type == "s"


def test_a_cell_that_a_sheet_cannot_hold_is_told(tmp_path: Path) -> None:
    table = FeatureTable(pa.table({"备注": ["甲" * 40_000]}))
    write_rows(tmp_path / "甲.xlsx", RowsWanted("甲", table))
    book = load_workbook(tmp_path / "甲.xlsx")
    assert len(book.worksheets[0]["A2"].value) == 32_767
    assert "1 个单元格" in book.worksheets[1]["B1"].value


def test_a_workbook_bears_the_stated_moment(
    table: FeatureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    write_rows(tmp_path / "甲.xlsx", RowsWanted("甲", table))
    with zipfile.ZipFile(tmp_path / "甲.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert archive.read("docProps/core.xml").count(b"2023-11-14T22:13:20Z") == 2


def test_an_unusable_moment_is_told(
    table: FeatureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(ExportFailed, match="SOURCE_DATE_EPOCH"):
        write_rows(tmp_path / "甲.xlsx", RowsWanted("甲", table))
    assert not list(tmp_path.iterdir())


def test_more_rows_than_a_sheet_holds_are_refused(
    table: FeatureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_tables, "MOST_ROWS", 2)
    with pytest.raises(ExportFailed) as failed:
        write_rows(tmp_path / "甲.xlsx", RowsWanted("甲", table))
    assert ".csv" in failed.value.reason and not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_cancelled_export_leaves_what_was_there(
    table: FeatureTable, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"甲{suffix}"
    path.write_text("before", encoding="utf-8")
    monkeypatch.setattr(feature_tables.tempfile, "tempdir", str(tmp_path))
    assert not write_rows(path, RowsWanted("甲", table), cancelled=lambda: True)
    assert path.read_text(encoding="utf-8") == "before" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_progress_is_told_piece_by_piece(
    table: FeatureTable, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_tables, "PIECE_ROWS", 1)
    shares: list[float] = []
    write_rows(tmp_path / f"甲{suffix}", RowsWanted("甲", table), progress=shares.append)
    assert len(shares) == 3 and shares == sorted(shares)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_rows_make_a_file_with_titles(table: FeatureTable, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"甲{suffix}"
    assert write_rows(path, RowsWanted("甲", table, np.arange(0), ("代码",)))
    if suffix == ".csv":
        assert read_csv(path) == [["代码", "经度（WGS-84）", "纬度（WGS-84）"]]
    else:
        assert load_workbook(path).worksheets[0]["A1"].value == "代码"


def test_a_folder_that_is_gone_is_told(table: FeatureTable, tmp_path: Path) -> None:
    with pytest.raises(ExportFailed) as failed:
        write_rows(tmp_path / "没有" / "甲.csv", RowsWanted("甲", table))
    assert "文件夹" in failed.value.reason


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_full_disk_is_told_and_leaves_what_was_there(
    table: FeatureTable, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"甲{suffix}"
    path.write_text("before", encoding="utf-8")
    full = lambda **_where: open("/dev/full", "w+b")  # noqa: E731, SIM115, PTH123
    monkeypatch.setattr(feature_tables.tempfile, "TemporaryFile", full)
    with pytest.raises(ExportFailed) as failed:
        write_rows(path, RowsWanted("甲", table))
    assert failed.value.reason == "磁盘已满。" and path.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("dashes", ["-", "--"])
def test_a_dash_for_no_value_stays_a_dash(tmp_path: Path, dashes: str) -> None:
    path = tmp_path / "a.csv"
    write_rows(path, RowsWanted("甲", FeatureTable(pa.table({"名": ["甲", dashes, "-x"]}))))
    assert path.read_text("utf-8-sig").split() == ['"名"', '"甲"', f'"{dashes}"', '"\'-x"']
