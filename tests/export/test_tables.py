"""Tests of the tables that leave the program."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from jjjmap.catalogue.models import Catalogue, Qualifier
from jjjmap.errors import ExportFailed
from jjjmap.export.tables import (
    Table,
    csv_bytes,
    figures_table,
    tsv_text,
    value_cell,
    write_table,
    xlsx_bytes,
)
from jjjmap.i18n import Language

HOSTILE = [
    '=HYPERLINK("https://example.org")',
    "+1+1",
    "-2-2",
    "@SUM(A1)",
    "＝1+1",
    "＠SUM(A1)",
    "\t=1",
    "\r=1",
    "\x00=1",
    '<b>"&\x07',
    "${7*7}`",
    "\u202e1=",
]


@pytest.fixture
def table(catalogue: Catalogue) -> Table:
    return figures_table(
        [catalogue.figures["f-01"], catalogue.figures["f-12"]],
        catalogue.sources,
        Language.ZH,
        place_name="甲园",
        name_of=lambda figure: figure.indicator_zh,
    )


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_row_has_the_columns_of_its_source(table: Table) -> None:
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert (row["来源"], row["发布者"], row["来源日期"]) == ("甲县建园", "某日报", "2021-05-06")
    assert row["来源链接"] == "https://example.org/d"


def test_release_and_contest_have_a_column_of_their_own(catalogue: Catalogue) -> None:
    figure = catalogue.figures["f-01"]
    figures = [figure, replace(figure, note_zh="初步核算数"), replace(figure, contested=True)]
    both = replace(figures[1], contested=True)
    made = figures_table(
        [*figures, both], catalogue.sources, Language.ZH, place_name="甲园", name_of=lambda figure: ""
    )
    column = made.header.index("批次/分歧")
    assert [row[column] for row in made.rows] == [
        "",
        "初步数",
        "说法不一或经过修订",
        "初步数 / 说法不一或经过修订",
    ]


def test_mirrors_are_named_but_not_linked(table: Table) -> None:
    row = dict(zip(table.header, table.rows[1], strict=True))
    assert row["来源"] == "乙县轴承" and row["来源链接"] == ""


def test_a_lost_source_leaves_its_id(catalogue: Catalogue) -> None:
    made = figures_table(
        [catalogue.figures["f-01"]], {}, Language.ZH, place_name="甲园", name_of=lambda figure: ""
    )
    assert made.rows[0][-4:] == ("daily", "", "", "")


def test_exact_values_are_numbers_and_hedged_ones_words(catalogue: Catalogue) -> None:
    figure = catalogue.figures["f-01"]
    assert value_cell(figure) == Decimal("1001.5")
    assert value_cell(replace(figure, qualifier=Qualifier.ABOUT)) == "约1001.5"
    assert value_cell(replace(figure, qualifier=Qualifier.MORE)) == "超1001.5"
    assert value_cell(replace(figure, qualifier=Qualifier.LESS)) == "不足1001.5"


def test_csv_is_known_to_spreadsheets_as_utf8(table: Table) -> None:
    data = csv_bytes(table)
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    rows = read_csv(data)
    assert rows[0] == list(table.header) and rows[1][:4] == ["甲园", "产值", "1001.5", "亿元"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(text: str) -> None:
    made = Table(text, ("a", text), ((Decimal("-1.5"), text),))
    for row in read_csv(csv_bytes(made)):
        assert not row[1].startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
    assert read_csv(csv_bytes(made))[1][0] == "-1.5", "a negative number stays a number"
    for line in tsv_text(Table("t", ("a", "b"), made.rows)).splitlines()[1:]:
        assert not line.split("\t")[1].startswith(("=", "+", "-", "@"))
    data = xlsx_bytes(made)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [cell.data_type for cell in (sheet["B1"], sheet["B2"], sheet["A2"])] == ["s", "s", "n"]
    with ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_workbook_says_what_the_table_says(table: Table) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table))).active
    assert sheet.title == "甲园" and sheet.freeze_panes == "A2"
    values = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert values[0] == list(table.header)
    assert values[1][2] == 1001.5 and values[2][2] == "超300"
    assert values[2][3:] == list(table.rows[1][3:])


def test_a_workbook_shows_the_decimals_that_the_source_prints() -> None:
    data = xlsx_bytes(Table("t", ("v",), ((Decimal("16311.30"),), (Decimal("1E+3"),))))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [sheet["A2"].number_format, sheet["A3"].number_format] == ["0.00", "0"]


def test_a_number_too_long_for_a_spreadsheet_stays_text() -> None:
    data = xlsx_bytes(Table("t", ("v",), ((Decimal("1234567890123456789"),),)))
    assert openpyxl.load_workbook(io.BytesIO(data)).active["A2"].value == "1234567890123456789"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".XLSX"])
def test_the_suffix_says_as_what_it_is_written(tmp_path: Path, table: Table, suffix: str) -> None:
    path = tmp_path / f"表{suffix}"
    write_table(path, table)
    start = path.read_bytes()[:3]
    assert start == (b"\xef\xbb\xbf" if suffix == ".csv" else b"PK\x03")
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_that_cannot_be_written_says_so(tmp_path: Path, table: Table) -> None:
    with pytest.raises(ExportFailed):
        write_table(tmp_path / "gone" / "t.csv", table)


def test_a_workbook_bears_the_stated_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    data = xlsx_bytes(Table("t", ("v",), (("甲",),)))
    with ZipFile(io.BytesIO(data)) as book:
        assert {info.date_time for info in book.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert book.read("docProps/core.xml").count(b"2023-11-14T22:13:20Z") == 2
    assert xlsx_bytes(Table("t", ("v",), (("甲",),))) == data


def test_an_unusable_moment_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(ExportFailed, match="SOURCE_DATE_EPOCH"):
        write_table(tmp_path / "t.xlsx", Table("t", ("v",), (("甲",),)))
    assert not list(tmp_path.iterdir())
