"""Tests of what documents say as CSV and workbook."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from text.hand_made import make_document, make_figure, make_mention

from jjjmap.catalogue.models import Catalogue, Qualifier
from jjjmap.errors import ExportFailed
from jjjmap.export.library import library_tables as module
from jjjmap.export.library.library_tables import (
    LibraryTables,
    library_tables,
    records_table,
    write_library_tables,
)
from jjjmap.export.tables import Table
from jjjmap.i18n import Language, use_language
from jjjmap.text.records import Document, FigureStatus, MentionStatus

TEXT = "甲园在甲县。甲园有企业近300家，=1+1 不是公式。乙县没有。"


@pytest.fixture
def document() -> Document:
    return make_document(
        "a",
        TEXT,
        (
            make_mention(TEXT, "甲园", "jia-park"),
            make_mention(TEXT, "甲县", "990001", is_lead=True),
            make_mention(TEXT, "甲园", "jia-park", nth=1),
            make_mention(TEXT, "乙县", "990002", status=MentionStatus.REJECTED),
        ),
        (
            make_figure(
                TEXT, "近300家", "300", "家", qualifier=Qualifier.ABOUT, scope_id="jia-park", indicator="企业"
            ),
            make_figure(TEXT, "1+1", "1", "", status=FigureStatus.REJECTED),
        ),
        title="=甲园一览",
        issuer="某日报",
        date="2024-03-01",
    )


@pytest.fixture
def tables(document: Document, catalogue: Catalogue) -> LibraryTables:
    return library_tables([document], catalogue, Language.ZH)


def rows_of(table: Table) -> list[dict[str, object]]:
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def test_every_mention_has_its_words_their_place_and_a_reference(
    tables: LibraryTables, document: Document
) -> None:
    rows = rows_of(tables.mentions)
    assert [row["对象编号"] for row in rows] == ["jia-park", "990001", "jia-park"]
    for row in rows:
        assert document.text[int(str(row["起"])) : int(str(row["止"]))] == row["原文"]
        assert row["文档编号"] == "doc-a" and "2024-03-01" in str(row["参考文献"])
    assert [row["引出下一个"] for row in rows] == ["", "是", ""]
    assert rows[2]["所在句"] == "甲园有企业近300家，=1+1 不是公式。"


def test_every_figure_has_value_words_and_a_reference(tables: LibraryTables) -> None:
    (row,) = rows_of(tables.figures)
    assert (row["数值"], row["限定"], row["单位"]) == (Decimal(300), "约", "家")
    assert (row["原文"], row["范围"], row["指标"]) == ("近300家", "甲园", "企业")
    assert row["所在句"] == "甲园有企业近300家，=1+1 不是公式。"


def test_counts_of_a_document_leave_out_leads_and_what_was_rejected(tables: LibraryTables) -> None:
    (row,) = rows_of(tables.documents)
    assert (row["地点与产业链提及"], row["数字"], row["字数"]) == (Decimal(2), Decimal(1), Decimal(len(TEXT)))


def test_one_table_holds_mentions_and_figures_and_says_which_is_which(tables: LibraryTables) -> None:
    rows = rows_of(records_table(tables))
    assert [row["记录"] for row in rows] == ["提及", "提及", "提及", "数字"]
    assert rows[3]["数值"] == Decimal(300) and rows[0]["数值"] == ""
    assert {row["参考文献"] for row in rows} == {rows[0]["参考文献"]}


def test_nothing_in_a_csv_is_a_formula(tables: LibraryTables, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_library_tables(path, tables)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert len(rows) == 5
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_a_workbook_has_a_sheet_for_each_table_and_no_formula(tables: LibraryTables, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_library_tables(path, tables)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["提及", "数字", "文档"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=甲园一览" in [cell.value for cell in cells]
    header = [cell.value for cell in book["数字"][1]]
    assert book["数字"].cell(2, header.index("数值") + 1).value == 300


def test_a_sheet_that_cannot_hold_the_rows_is_told_before_anything_is_written(
    tables: LibraryTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    path = tmp_path / "out.xlsx"
    with pytest.raises(ExportFailed):
        write_library_tables(path, tables)
    assert not path.exists()


def test_an_endless_sentence_is_shortened(catalogue: Catalogue) -> None:
    text = "字" * 5000 + "甲园" + "字" * 5000
    document = make_document("a", text, (make_mention(text, "甲园", "jia-park"),))
    (row,) = rows_of(library_tables([document], catalogue, Language.ZH).mentions)
    assert "甲园" in str(row["所在句"]) and len(str(row["所在句"])) < 1100


def test_names_come_in_the_language_that_was_asked_for(document: Document, catalogue: Catalogue) -> None:
    use_language(Language.EN)
    rows = library_tables([document], catalogue, Language.EN).mentions.rows
    assert "Jia Park" in rows[0]
