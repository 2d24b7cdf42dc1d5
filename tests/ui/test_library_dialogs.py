"""Tests of the dialogs of the library."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QDialogButtonBox

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, use_language
from jjjmap.text.importing import ImportedDocument, ImportReport
from jjjmap.text.records import (
    CleaningKind,
    CleaningStep,
    Document,
    DocumentDetails,
    DocumentFormat,
    Edit,
    RawText,
)
from jjjmap.text.store.library_records import DocumentEntry, Outcome
from jjjmap.text.store.versions import Likeness
from jjjmap.ui.dialogs.cleaning_dialog import CleaningDialog, step_preview
from jjjmap.ui.dialogs.document_details_dialog import DocumentDetailsDialog, iso_date
from jjjmap.ui.dialogs.import_report_dialog import ImportReportDialog, report_summary
from jjjmap.ui.models.cleaning_model import CleaningModel, StepColumn
from jjjmap.ui.models.import_report_model import ImportReportModel
from jjjmap.ui.table_rows import choose_row

RAW = "首页 | 分享<script>\n甲园　建成\n投产。\n第1页\n"


@pytest.fixture
def entry() -> DocumentEntry:
    details = DocumentDetails("甲园建成", "某日报", "2021-05-06", "", frozenset({"issuer"}))
    return DocumentEntry("doc-1", details, "park.txt", 1234, "", "2026-01-02T03:04:05Z", 321, 3, 2, 0)


@pytest.fixture
def document(entry: DocumentEntry) -> Document:
    menu = RAW.index("\n") + 1
    space, broken = RAW.index("　"), RAW.index("建成") + 2
    page = RAW.index("第1页")
    steps = (
        CleaningStep("menu", CleaningKind.BOILERPLATE, (Edit(0, menu),)),
        CleaningStep("pages", CleaningKind.PAGE_HEADERS, (Edit(page, len(RAW)),), is_active=False),
        CleaningStep("lines", CleaningKind.JOINED_LINES, (Edit(broken, broken + 1),)),
        CleaningStep("spaces", CleaningKind.SPACES, (Edit(space, space + 1),)),
    )
    text = "甲园建成投产。\n第1页\n"
    raw = RawText(RAW, DocumentFormat.TXT, "utf-8")
    return Document("doc-1", entry.details, "park.txt", "00", 1234, raw, steps, text, (), (), ())


@pytest.fixture
def report() -> ImportReport:
    return ImportReport(
        (
            ImportedDocument("doc-1", Outcome.NEW, "park.txt", "甲园建成", 321, 3, 2),
            ImportedDocument("doc-1", Outcome.UNCHANGED, "copy.txt", "甲园建成", 321, 3, 2),
            ImportedDocument(
                "doc-2", Outcome.VERSION, "two.txt", "甲园", 300, 3, 2, Likeness("doc-1", 0.91, 0.95, 0.93)
            ),
            ImportedDocument("doc-3", Outcome.UPDATED, "three.txt", "", 30, 1, 0),
        ),
        (
            Finding(Severity.INFO, "skipped", "papers", "跳过了 1 个文件。"),
            Finding(Severity.ERROR, "broken", "papers/bad.docx", "文件已损坏。", "请换一份。"),
        ),
    )


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("", ""),
        ("2023", "2023"),
        ("2023年", "2023"),
        ("2023-5", "2023-05"),
        ("2023年5月", "2023-05"),
        (" 2023年5月25日 ", "2023-05-25"),
        ("2023/5/25", "2023-05-25"),
        ("2023.05.25", "2023-05-25"),
        ("2024-02-29", "2024-02-29"),
        ("2023-02-29", None),
        ("2023-13", None),
        ("1023", None),
        ("五月", None),
        ("2023-05-25 上午", None),
        ("９" * 300, None),
    ],
)
def test_a_date_is_understood_or_refused(typed: str, iso: str | None) -> None:
    assert iso_date(typed) == iso


def test_the_form_tells_guesses_from_the_users_own_values(entry: DocumentEntry, qtbot: QtBot) -> None:
    dialog = DocumentDetailsDialog(entry)
    qtbot.addWidget(dialog)
    assert "猜" in dialog.remarks["title"].text()
    assert "由你填写" in dialog.remarks["issuer"].text()
    assert "没有猜出来" in dialog.remarks["number"].text()
    assert dialog.changes() == {}
    dialog.lines["title"].setText("新题目")
    assert "甲园建成" in dialog.remarks["title"].text() and "你的值" in dialog.remarks["title"].text()
    dialog.lines["date"].setText("2021年5月")
    assert dialog.changes() == {"title": "新题目", "date": "2021-05"}


def test_a_field_of_the_user_can_be_left_to_be_guessed_again(entry: DocumentEntry, qtbot: QtBot) -> None:
    dialog = DocumentDetailsDialog(entry)
    qtbot.addWidget(dialog)
    assert entry.details.edited == {"issuer"} == dialog.guess_buttons.keys(), "a guess needs no way back"
    button = dialog.guess_buttons["issuer"]
    button.click()
    assert dialog.changes() == {"issuer": None}
    assert not dialog.lines["issuer"].isEnabled() and "重新识别" in dialog.remarks["issuer"].text()
    button.click()
    assert dialog.changes() == {}
    assert dialog.lines["issuer"].isEnabled() and "由你填写" in dialog.remarks["issuer"].text()


def test_a_date_that_is_left_to_be_guessed_need_not_be_one(entry: DocumentEntry, qtbot: QtBot) -> None:
    mine = replace(entry, details=replace(entry.details, edited=frozenset({"date"})))
    dialog = DocumentDetailsDialog(mine)
    qtbot.addWidget(dialog)
    dialog.lines["date"].setText("去年")
    assert not dialog.can_be_taken
    dialog.guess_buttons["date"].click()
    assert dialog.can_be_taken and dialog.changes() == {"date": None}


def test_what_is_no_date_cannot_be_taken(entry: DocumentEntry, qtbot: QtBot) -> None:
    dialog = DocumentDetailsDialog(entry)
    qtbot.addWidget(dialog)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    dialog.lines["date"].setText("2021-13")
    assert not ok.isEnabled() and "不是一个日期" in dialog.remarks["date"].text()
    dialog.lines["date"].setText("")
    assert ok.isEnabled() and dialog.changes() == {"date": ""}


def test_the_log_lists_steps_with_what_they_took_out(document: Document, qtbot: QtBot) -> None:
    dialog = CleaningDialog(document)
    qtbot.addWidget(dialog)
    model = dialog.model
    assert model.rowCount() == 4
    assert model.index(0, StepColumn.SAMPLE).data().startswith("首页 | 分享")
    assert model.index(3, StepColumn.SAMPLE).data() == "（换行和空格）"
    assert [model.index(row, 0).data(Qt.ItemDataRole.CheckStateRole) for row in range(4)] == [
        Qt.CheckState.Checked,
        Qt.CheckState.Unchecked,
        Qt.CheckState.Checked,
        Qt.CheckState.Checked,
    ]
    assert "分享<script>" in dialog.preview.toPlainText(), "what looks like a tag is a text"
    assert not dialog.apply_button.isEnabled()


def test_a_step_is_taken_back_by_its_box_and_the_preview_follows(document: Document, qtbot: QtBot) -> None:
    dialog = CleaningDialog(document)
    qtbot.addWidget(dialog)
    before = dialog.preview.toPlainText()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.model.changes() == {"menu": False}
    assert dialog.preview.toPlainText() != before
    assert dialog.apply_button.isEnabled() and "1" in dialog.apply_button.text()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.model.changes() == {}
    dialog.all_button.click()
    assert dialog.model.changes() == {"pages": True}
    dialog.none_button.click()
    assert set(dialog.model.changes()) == {"menu", "lines", "spaces"}


def test_a_preview_stays_short_for_long_texts() -> None:
    raw = "甲" * 100_000 + "\n" * 500
    edits = (Edit(0, 100_000), *(Edit(100_000 + n, 100_001 + n) for n in range(500)))
    page = step_preview(raw, CleaningStep("s", CleaningKind.REPEATS, edits), True)
    assert len(page.html) < 40_000 and "另有" in page.html


def test_a_document_without_steps_says_that_it_needed_none(document: Document, qtbot: QtBot) -> None:
    bare = Document(document.id, document.details, "park.txt", "00", 3, document.raw, (), RAW, (), (), ())
    dialog = CleaningDialog(bare)
    qtbot.addWidget(dialog)
    assert "不需要整理" in dialog.summary.text() and not dialog.apply_button.isEnabled()


def test_the_report_counts_what_became_of_the_files(report: ImportReport) -> None:
    told = report_summary(report)
    for words in ("新导入 2 篇", "1 篇是已有文本的版本", "更新 1 篇", "1 篇已在文库里", "1 个文件没有读进来"):
        assert words in told
    cancelled = ImportReport(report.imported[:1], (), was_cancelled=True)
    assert "取消" in report_summary(cancelled)
    assert "没有可以导入的文件" in report_summary(ImportReport((), ()))


def test_the_report_begins_with_what_needs_a_look(report: ImportReport) -> None:
    model = ImportReportModel(report)
    assert [row.file_name for row in model.rows] == [
        "papers/bad.docx", "papers", "two.txt", "three.txt", "park.txt", "copy.txt",
    ]  # fmt: skip
    assert model.rows[0].text == "文件已损坏。 请换一份。"
    assert "91% 甲园建成" in model.rows[2].text
    assert model.rows[3].text.startswith("three.txt"), "a document without a title goes by its file"


def test_the_report_is_copied_whole_or_in_part(report: ImportReport, qtbot: QtBot) -> None:
    dialog = ImportReportDialog(report)
    qtbot.addWidget(dialog)
    dialog.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 7 and lines[0] == dialog.summary.text()
    choose_row(dialog.table, 0)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "✖ 错误\tpapers/bad.docx\t文件已损坏。 请换一份。\n"


def test_a_double_click_on_a_line_wishes_to_read(report: ImportReport, qtbot: QtBot) -> None:
    dialog = ImportReportDialog(report)
    qtbot.addWidget(dialog)
    with qtbot.assertNotEmitted(dialog.document_requested):
        dialog.table.doubleClicked.emit(dialog.model.index(0, 0))
    with qtbot.waitSignal(dialog.document_requested) as requested:
        dialog.table.doubleClicked.emit(dialog.model.index(2, 0))
    assert requested.args == ["doc-2"]


def test_the_models_are_sound(document: Document, report: ImportReport, qtmodeltester: object) -> None:
    for model in (CleaningModel(document), ImportReportModel(report)):
        qtmodeltester.check(model)  # type: ignore[attr-defined]


@pytest.fixture
def english() -> Iterator[None]:
    use_language(Language.EN)
    yield
    use_language(Language.ZH)


@pytest.mark.usefixtures("english")
def test_all_dialogs_open_in_english(
    entry: DocumentEntry, document: Document, report: ImportReport, qtbot: QtBot, tmp_path: Path
) -> None:
    for dialog in (DocumentDetailsDialog(entry), CleaningDialog(document), ImportReportDialog(report)):
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.windowTitle()
