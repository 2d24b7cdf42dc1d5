"""Tables become layers: nothing is lost without a word, and everything is what it was."""

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening import workbooks
from jjjmap.layers.opening.layer_writer import LayerWriter
from jjjmap.layers.opening.records import (
    ColumnKind,
    ColumnRole,
    FileFormat,
    Inspection,
    OpenOptions,
    ReadAnswer,
)
from jjjmap.layers.opening.tables import inspect_table, read_table
from jjjmap.layers.opening.value_kinds import KindEvidence
from jjjmap.layers.style import Geometry

HEADER = "企业名称,地址,经度,纬度,电话\r\n"
ROW = "甲县轴承厂,甲县甲路1号,116.05,39.05,13800000000\r\n"


def read(
    path: Path, folder: Path, options: OpenOptions | None = None, kind: FileFormat = FileFormat.CSV
) -> tuple[ReadAnswer, FeatureTable]:
    folder.mkdir()
    with LayerWriter(path, folder) as writer:
        read_table(path, kind, options or OpenOptions(), writer)
        answer = writer.finish()
    part = answer.parts[0]
    return answer, FeatureTable.open(folder / part.folder, part.facts.geometry)


def csv_file(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "企业.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def codes(answer: ReadAnswer | Inspection) -> set[str]:
    return {finding.code for finding in answer.findings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_of_firms_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = csv_file(tmp_path, HEADER + ROW * 30, encoding)
    answer, table = read(path, tmp_path / "out")
    assert answer.accepted == 30
    assert table.geometry is Geometry.POINT
    assert table.row(29)["企业名称"] == "甲县轴承厂"
    assert table.lon is not None
    assert table.lon[29] == 116.05


def test_a_big5_table_is_told_from_gb18030(tmp_path: Path) -> None:
    text = "企業名稱,地址\r\n" + "某某機械製造有限公司,某縣經濟開發區發展大道\r\n" * 20
    inspection = inspect_table(csv_file(tmp_path, text, "big5"), OpenOptions())
    assert inspection.options.encoding == "big5"
    assert "gb18030" in {guess.name for guess in inspection.encodings}
    assert inspection.encodings[0].preview[0][0] == "企業名稱"


def test_an_ascii_begin_does_not_hide_what_comes_late(tmp_path: Path) -> None:
    text = "name,note\n" + "a,b\n" * 100_000 + "甲县,乙县\n" + "甲县的企业,产业协同发展\n" * 5
    answer, table = read(csv_file(tmp_path, text, "gb18030"), tmp_path / "out")
    assert table.row(100_000) == {"name": "甲县", "note": "乙县"}
    assert codes(answer) <= {"encoding-doubtful"}


def test_rows_of_the_wrong_length_are_mended_or_rejected_in_their_place(tmp_path: Path) -> None:
    text = "甲,乙,丙\r\n1,2,3\r\n4,5\r\n\r\n6,7,8,\r\n9,10,11,12\r\n注\r\n13,14,15\r\n"
    answer, table = read(csv_file(tmp_path, text), tmp_path / "out")
    assert table.attributes.column("甲").to_pylist() == [1, 4, 6, 13]
    assert table.attributes.column("丙").to_pylist() == [3, None, 8, 15]
    assert (answer.accepted, answer.mended, answer.rejected) == (4, 1, 2)
    rejected = (tmp_path / "out" / answer.rejected_file).read_text("utf-8-sig")
    assert "9,10,11,12" in rejected
    assert rejected.splitlines()[1].startswith("6,")


def test_a_quote_that_nobody_closes_swallows_nothing(tmp_path: Path) -> None:
    text = '名称,说明\n甲,"一, 二"\n乙,"没有合上\n' + "丙,好\n" * 500
    answer, table = read(csv_file(tmp_path, text), tmp_path / "out")
    assert len(table) == 502
    assert table.row(0)["说明"] == "一, 二"
    assert "open-quote" in codes(answer)


def test_an_open_quote_far_down_swallows_nothing_either(tmp_path: Path) -> None:
    text = "名称,经度,纬度\n" + "甲,116.1,39.1\n" * 900 + '乙,"116.2,39.1\n' + "丙,116.3,39.1\n" * 900
    answer, table = read(csv_file(tmp_path, text), tmp_path / "out", OpenOptions(datum="WGS-84"))
    assert len(table) == 1800
    assert answer.rejected == 1
    assert "open-quote" in codes(answer)


def test_codes_and_phone_numbers_keep_their_digits(tmp_path: Path) -> None:
    text = (
        "序号,编码,代号,电话,信用代码,产值,增速,规模,日期\n"
        '1,001,0123,13800000001,911300000000000001,"1,234.5",3.5%,1.2万,2023/1/5\n'
        "2,002,0456,13800000002,911300000000000002,2000,-1%,300,2023年12月31日\n"
    )
    answer, table = read(csv_file(tmp_path, text), tmp_path / "out")
    assert table.row(0) == {
        "序号": 1,
        "编码": "001",
        "代号": "0123",
        "电话": "13800000001",
        "信用代码": "911300000000000001",
        "产值": 1234.5,
        "增速": 3.5,
        "规模": 12000,
        "日期": datetime.date(2023, 1, 5),
    }
    assert "unit-taken-off" in codes(answer)


def test_a_word_in_the_last_row_keeps_the_column_text(tmp_path: Path) -> None:
    text = "甲,乙\n" + "1,2\n" * 70_000 + "约3,4\n"
    answer, table = read(csv_file(tmp_path, text), tmp_path / "out")
    assert table.row(70_000)["甲"] == "约3"
    assert table.columns[0].kind is ColumnKind.TEXT
    assert table.columns[1].kind is ColumnKind.INTEGER
    assert "nearly-numbers" in codes(answer)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("116°30′00″", "39°15′00″"),
        ("东经116.5°", "北纬39.25°"),
        ("116度30分", "39度15分"),
        ("１１６．５", "３９．２５"),
    ],
)
def test_coordinates_are_understood_as_people_write_them(tmp_path: Path, lon: str, lat: str) -> None:
    path = csv_file(tmp_path, f"名称,经度,纬度\n甲,{lon},{lat}\n乙,{lon},{lat}\n")
    _answer, table = read(path, tmp_path / "out", OpenOptions(datum="WGS-84"))
    assert table.lon is not None
    assert table.lat is not None
    assert (table.lon[1], table.lat[1]) == (116.5, 39.25)


def test_both_coordinates_in_one_cell_are_taken_apart(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "名称;坐标\n甲;116.3,39.9\n乙;116.4,39.8\n")
    _answer, table = read(path, tmp_path / "out", OpenOptions(datum="WGS-84"))
    assert table.lat is not None
    assert list(table.lat) == [39.9, 39.8]


def test_a_column_of_wkt_gives_shapes(tmp_path: Path) -> None:
    square = "POLYGON ((116 39, 116.1 39, 116.1 39.1, 116 39.1, 116 39))"
    path = csv_file(tmp_path, f'名称,边界\n甲县,"{square}"\n乙县,\n丙县,POLYGON(\n')
    answer, table = read(path, tmp_path / "out", OpenOptions(datum="WGS-84"))
    assert table.geometry is Geometry.POLYGON
    assert table.shapes[0].area == pytest.approx(0.01)
    assert (answer.accepted, answer.rejected) == (2, 1)


def test_rows_without_coordinates_stay_and_impossible_ones_are_rejected(tmp_path: Path) -> None:
    rows = ["甲,116.1,39.1", "乙,,", "丙,无,无", "丁,东边,39", "戊,nan,inf", "己,1e9,39", "庚,0,0", "辛,116,"]
    path = csv_file(tmp_path, "名称,经度,纬度\n" + "\n".join(rows))
    answer, table = read(path, tmp_path / "out", OpenOptions(datum="WGS-84"))
    assert table.attributes.column("名称").to_pylist() == ["甲", "乙", "丙", "庚"]
    assert answer.rejected == 4
    assert answer.parts[0].facts.without_geometry == 3
    assert {"zero-position", "no-geometry"} <= codes(answer)


def test_one_bad_coordinate_does_not_make_its_column_text(tmp_path: Path) -> None:
    text = "名称,经度,纬度\n" + "甲,116.1,39.1\n" * 300 + "乙,东边,39.2\n"
    answer, table = read(csv_file(tmp_path, text), tmp_path / "out", OpenOptions(datum="WGS-84"))
    assert [column.kind for column in table.columns[1:]] == [ColumnKind.NUMBER] * 2
    assert answer.rejected == 1
    assert "nearly-numbers" not in codes(answer)


def test_shifted_coordinates_come_to_wgs84(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER + ROW * 3)
    _answer, table = read(path, tmp_path / "out", OpenOptions(datum="GCJ-02"))
    assert table.lon is not None
    assert 0.003 < 116.05 - table.lon[0] < 0.01


def test_the_user_is_asked_where_nothing_tells_the_datum(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER + ROW * 3)
    inspection = inspect_table(path, OpenOptions())
    assert {guess.datum for guess in inspection.datums} >= {"WGS-84", "GCJ-02", "BD-09"}
    assert inspection.must_ask
    assert not inspect_table(path, OpenOptions(datum="BD-09")).must_ask


def test_a_table_without_positions_is_a_plain_table(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "企业名称,地址\n甲厂,甲县\n")
    answer, table = read(path, tmp_path / "out")
    assert table.geometry is None
    assert answer.parts[0].facts.datum == ""
    roles = dict(inspect_table(path, OpenOptions()).options.roles or ())
    assert roles == {"企业名称": ColumnRole.NAME, "地址": ColumnRole.ADDRESS}


def test_a_header_without_rows_is_a_table_of_none(tmp_path: Path) -> None:
    _answer, table = read(csv_file(tmp_path, "名称,经度,纬度\n"), tmp_path / "out")
    assert len(table) == 0
    assert [column.name for column in table.columns] == ["名称", "经度", "纬度"]


def test_nul_bytes_and_damage_are_told(tmp_path: Path) -> None:
    data = ("名称,值\n" + "甲县,1\n" * 50).encode() + b"\xb9\xab\x00,2\n"
    answer, table = read(csv_file(tmp_path, data), tmp_path / "out", OpenOptions(encoding="utf-8"))
    assert {"nul-removed", "characters-lost"} <= codes(answer)
    assert len(table) == 51


@pytest.mark.parametrize(
    ("data", "options", "reason"),
    [
        (b"", OpenOptions(), "empty"),
        (b"\n \n", OpenOptions(), "empty"),
        (b"a,b\n1,2\n", OpenOptions(encoding="klingon"), "unknown-encoding"),
        (b"a,b\n1,2\n", OpenOptions(roles=(("c", ColumnRole.LON),)), "no-column"),
        (b"," * 5000 + b"\n" + b"1," * 5000, OpenOptions(header_row=-1), "too-many-columns"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, data: bytes, options: OpenOptions, reason: str) -> None:
    with pytest.raises(LayerUnreadable) as refused:
        inspect_table(csv_file(tmp_path, data), options, FileFormat.CSV)
    assert refused.value.reason == reason


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "说明"
    cover["A1"] = "某某名单"
    sheet = book.create_sheet("企业")
    sheet.append(["某某企业名单（2023年）"])
    sheet.append(["所属区", "企业名称", "位置", None, "产值（万元）", "编号"])
    sheet.append([None, None, "经度", "纬度", None, None])
    sheet.append(["甲县", "甲厂", 116.1, 39.1, 12.5, "007"])
    sheet.append([None, "乙厂", 116.2, 39.2, 30, "008"])
    sheet.append(["乙县", "丙厂", 116.3, 39.3, 1, "009"])
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("C2:D2")
    for letter in "ABEF":
        sheet.merge_cells(f"{letter}2:{letter}3")
    sheet.merge_cells("A4:A5")
    book.save(path)
    return path


def test_merged_and_two_line_headers_of_a_workbook_are_joined(tmp_path: Path) -> None:
    path = workbook(tmp_path / "名单.xlsx")
    inspection = inspect_table(path, OpenOptions(), FileFormat.XLSX)
    assert inspection.options.sublayer == "企业"
    assert [each.name for each in inspection.sublayers] == ["说明", "企业"]
    assert (inspection.options.header_row, inspection.options.header_rows) == (1, 2)
    names = [column.name for column in inspection.columns]
    assert names == ["所属区", "企业名称", "位置·经度", "位置·纬度", "产值（万元）", "编号"]
    answer, table = read(path, tmp_path / "out", kind=FileFormat.XLSX)
    assert table.attributes.column("所属区").to_pylist() == ["甲县", "甲县", "乙县"]
    assert table.attributes.column("编号").to_pylist() == ["007", "008", "009"]
    assert "merged-cells-filled" in codes(answer)
    assert table.lon is not None
    assert table.lon[2] == 116.3


def test_dates_and_long_numbers_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["日期", "时刻", "长号"])
    book.active.append([datetime.date(2023, 5, 6), datetime.datetime(2023, 5, 6, 7, 8), 911300000000000123])
    book.active.append([datetime.date(2024, 5, 6), datetime.datetime(2024, 5, 6, 7, 8), 911300000000000456])
    book.save(tmp_path / "a.xlsx")
    answer, table = read(tmp_path / "a.xlsx", tmp_path / "out", kind=FileFormat.XLSX)
    assert table.row(0)["日期"] == datetime.date(2023, 5, 6)
    assert table.row(1)["时刻"] == datetime.datetime(2024, 5, 6, 7, 8)
    assert table.columns[2].kind is ColumnKind.TEXT
    assert "digits-lost" in codes(answer)


def test_a_table_that_begins_somewhere_on_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row, cells in enumerate([("名称", "值"), ("甲", 1), (None, 2), ("乙", 3)], 4):
        for column, value in enumerate(cells, 3):
            book.active.cell(row, column, value)
    book.active.merge_cells("C5:C6")
    book.save(tmp_path / "a.xlsx")
    answer, table = read(tmp_path / "a.xlsx", tmp_path / "out", kind=FileFormat.XLSX)
    assert table.attributes.to_pydict() == {"名称": ["甲", "甲", "乙"], "值": [1, 2, 3]}
    assert any("第 6 行" in finding.message for finding in answer.findings)


def test_an_ods_sheet_is_read(tmp_path: Path) -> None:
    rows = (
        (
            'office:value-type="string"><text:p>名称</text:p>',
            'office:value-type="string"><text:p>产值</text:p>',
        ),
        (
            'office:value-type="string"><text:p>甲厂</text:p>',
            'office:value-type="float" office:value="12.5">',
        ),
    )
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell {cell}</table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="表一">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        parts.writestr("META-INF/manifest.xml", "<x/>")
    _answer, table = read(tmp_path / "a.ods", tmp_path / "out", kind=FileFormat.ODS)
    assert table.row(0) == {"名称": "甲厂", "产值": 12.5}


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", bytes(100 << 20))
    with pytest.raises(LayerUnreadable) as refused:
        inspect_table(tmp_path / "a.xlsx", OpenOptions(), FileFormat.XLSX)
    assert refused.value.reason == "bomb"


def test_a_file_that_is_no_workbook_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(LayerUnreadable) as refused:
        inspect_table(tmp_path / "a.xlsx", OpenOptions(), FileFormat.XLSX)
    assert refused.value.reason == "damaged"


def test_full_width_delimiters_and_trailing_ones(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "名称，值，\n甲，1，\n乙，2，\n丙，3\n")
    answer, table = read(path, tmp_path / "out")
    assert table.attributes.to_pydict() == {"名称": ["甲", "乙", "丙"], "值": [1, 2, 3]}
    assert answer.rejected == 0


def test_the_title_and_the_types_of_an_empty_workbook(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(LayerUnreadable) as refused:
        inspect_table(tmp_path / "a.xlsx", OpenOptions(), FileFormat.XLSX)
    assert refused.value.reason == "empty"


def test_memory_is_no_matter_of_rows(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER + ROW * 200_000)
    _answer, table = read(path, tmp_path / "out", OpenOptions(datum="WGS-84"))
    before = pa.total_allocated_bytes()
    assert len(table) == 200_000
    assert before < 64 << 20


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_an_encoding_of_wide_characters_need_not_tell_the_order_of_bytes(
    tmp_path: Path, encoding: str, mark: str
) -> None:
    path = csv_file(tmp_path, mark + HEADER + ROW, encoding)
    # Without a mark it is the order of Windows, or what was named.
    asked = encoding[:6] if mark or encoding.endswith("le") else encoding
    options = OpenOptions(encoding=asked)
    assert inspect_table(path, options, FileFormat.CSV).columns[0].name == "企业名称"


def test_rejected_rows_are_read_again_as_they_were(tmp_path: Path) -> None:
    text = "名称,值,经度,纬度\n" + "甲,3,116,39\n" * 20 + "乙,-,东经,39\n丙,-4,东经,39\n"
    answer, _table = read(csv_file(tmp_path, text), tmp_path / "out")
    mended = (tmp_path / "out" / answer.rejected_file).read_text("utf-8-sig").replace("东经", "116")
    _answer, table = read(csv_file(tmp_path, mended), tmp_path / "again")
    assert table.attributes["值"].to_pylist() == [None, -4]


def test_cells_beyond_the_last_column_of_a_sheet_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["名称", "值"])
    for number in range(20):
        book.active.append([f"甲{number}", number])
    book.active["D7"] = "边注"
    book.save(tmp_path / "a.xlsx")
    answer, table = read(tmp_path / "a.xlsx", tmp_path / "out", kind=FileFormat.XLSX)
    assert (len(table), table.attributes.column_names) == (20, ["名称", "值"])
    (told,) = [finding for finding in answer.findings if finding.code == "cells-beyond"]
    assert "第 7 行" in told.message


def test_a_merged_cell_goes_on_in_the_next_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "BATCH_ROWS", 3)
    book = openpyxl.Workbook()
    for row in (["市", "值"], *(["甲市" if number == 0 else None, number] for number in range(10))):
        book.active.append(row)
    book.active.merge_cells("A2:A10")
    book.save(tmp_path / "a.xlsx")
    _answer, table = read(tmp_path / "a.xlsx", tmp_path / "out", kind=FileFormat.XLSX)
    assert table.attributes["市"].to_pylist() == ["甲市"] * 9 + [None]


@pytest.mark.parametrize("values", [["甲", "乙"], ["1", "甲"], ["2024-01-05"] * 300 + ["2024年初", "1"]])
def test_a_column_that_is_not_nearly_numbers_is_not_called_so(tmp_path: Path, values: list[str]) -> None:
    text = "名称,说明\n" + "".join(f"甲,{value}\n" for value in values)
    answer, _table = read(csv_file(tmp_path, text), tmp_path / "out")
    assert "nearly-numbers" not in codes(answer)


def test_dates_far_above_a_word_are_no_numbers() -> None:
    seen = KindEvidence("说明")
    seen.see(pa.array(["2024-01-05"] * 1_000))
    seen.see(pa.array(["2024-01-06", "2024年初"]))
    assert (seen.kind(), seen.odd_count) == (ColumnKind.TEXT, 0)


def test_it_is_told_why_rows_were_rejected_one_finding_for_each_kind(tmp_path: Path) -> None:
    rows = ["甲,116.1,39.1", "乙,东,39", "丙,西,39", "丁,9999,39"]
    path = csv_file(tmp_path, "名称,经度,纬度\n" + "\n".join(rows))
    answer, _table = read(path, tmp_path / "out", OpenOptions(datum="WGS-84"))
    told = [finding for finding in answer.findings if finding.code == "rows-rejected"]
    assert [finding.message.startswith(f"有 {n} 行没有读入") for finding, n in zip(told, (2, 1), strict=True)]
    assert "如第 3 行：" in told[0].message and told[0].hint


def test_rejected_rows_of_a_table_have_the_cells_of_the_table_and_open_when_mended(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "名称,经度,纬度\n甲,116.1,39.1\n乙,东,39\n丁,9999,39\n")
    answer, _table = read(path, tmp_path / "out", OpenOptions(datum="WGS-84"))
    text = (tmp_path / "out" / answer.rejected_file).read_text("utf-8-sig")
    assert {line.count(",") for line in text.replace("，", "").splitlines()} == {4}
    mended = text.replace("9999.0", "116.3").replace("乙,东", "乙,116.2")
    again, table = read(csv_file(tmp_path, mended), tmp_path / "again", OpenOptions(datum="WGS-84"))
    assert again.rejected == 0 and table.lon is not None
    assert sorted(table.lon.tolist()) == [116.2, 116.3]
