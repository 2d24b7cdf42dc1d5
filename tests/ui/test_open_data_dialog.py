"""The wizard says what was guessed, asks again when guesses change, and gives back what was chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtTest import QAbstractItemModelTester

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.records import (
    ColumnRole,
    FileFormat,
    Inspection,
    LayerFacts,
    OpenOptions,
    ReadAnswer,
    ReadPart,
)
from jjjmap.layers.opening.tables import inspect_table
from jjjmap.layers.style import Geometry
from jjjmap.ui.dialogs.layer_findings_dialog import LayerFindingsDialog
from jjjmap.ui.dialogs.open_data_dialog import OpenDataDialog
from jjjmap.ui.models.preview_model import ColumnsModel, RawRowsModel
from jjjmap.ui.opening_texts import POSITION, distance_text, size_text

TEXT = "某某名单,,,,\n企业名称,地址,lng,lat,人数\n" + "".join(
    f"甲县{n}厂,甲县甲路{n}号,{116 + n / 100},{39 + n / 100},{n}\n" for n in range(30)
)


@pytest.fixture
def inspection(tmp_path: Path) -> Inspection:
    path = tmp_path / "企业.csv"
    path.write_text(TEXT, "gb18030")
    return inspect_table(path, OpenOptions(), FileFormat.CSV)


@pytest.fixture
def dialog(inspection: Inspection, qtbot: QtBot) -> Iterator[OpenDataDialog]:
    made = OpenDataDialog(inspection)
    qtbot.addWidget(made)
    made.show()
    yield made


def test_it_begins_where_the_doubt_is(dialog: OpenDataDialog) -> None:
    assert dialog.pages.currentWidget() is dialog.datum_page
    assert "待确认" in dialog.pages.tabText(2)


def test_what_was_guessed_comes_back_unchanged(dialog: OpenDataDialog, inspection: Inspection) -> None:
    options = dialog.options()
    assert options.encoding == inspection.options.encoding
    assert set(options.roles or ()) == set(inspection.options.roles or ())
    assert (options.datum, options.swap_axes) == (inspection.options.datum, False)


def test_another_datum_is_given_back_and_its_shift_is_told(dialog: OpenDataDialog) -> None:
    page = dialog.datum_page
    shifted = [number for number, guess in enumerate(page._guesses) if guess.datum == "GCJ-02"]
    page._group.button(shifted[0]).setChecked(True)
    assert dialog.options().datum == "GCJ-02"
    assert "米" in page.told.text()
    page.close_button.click()
    assert page.map.is_close
    page.all_button.click()
    assert not page.map.is_close


def test_a_projected_datum_of_the_list_can_be_chosen(dialog: OpenDataDialog) -> None:
    page = dialog.datum_page
    page.other.setCurrentIndex(page.other.findData("EPSG:4526"))
    page.other.activated.emit(page.other.currentIndex())
    assert dialog.options().datum == "EPSG:4526"
    assert page.told.text()


def test_another_delimiter_asks_for_a_new_look(dialog: OpenDataDialog, qtbot: QtBot) -> None:
    page = dialog.file_page
    page.delimiter.setCurrentIndex(page.delimiter.findData(";"))
    with qtbot.waitSignal(dialog.inspection_wanted) as wanted:
        page.delimiter.activated.emit(page.delimiter.currentIndex())
        assert not dialog.open_button.isEnabled()
    assert wanted.args[0].delimiter == ";"
    assert wanted.args[0].roles is None


def test_header_lines_are_counted_from_one(dialog: OpenDataDialog, qtbot: QtBot) -> None:
    assert dialog.file_page.header_row.value() == 2
    with qtbot.waitSignal(dialog.inspection_wanted) as wanted:
        dialog.file_page.header_row.setValue(0)
    assert wanted.args[0].header_row == -1


def test_a_late_answer_does_not_undo_what_was_asked_since(
    dialog: OpenDataDialog, inspection: Inspection, qtbot: QtBot
) -> None:
    asked: list[OpenOptions] = []
    dialog.inspection_wanted.connect(asked.append)
    with qtbot.waitSignal(dialog.inspection_wanted):
        dialog.file_page.header_row.setValue(3)
    dialog.file_page.header_row.setValue(4)
    dialog.show_inspection(inspection)
    assert [options.header_row for options in asked] == [2, 3]
    assert not dialog.open_button.isEnabled()
    dialog.show_inspection(inspection)
    assert dialog.open_button.isEnabled()


def test_a_failure_is_told_and_what_was_there_stays(dialog: OpenDataDialog, inspection: Inspection) -> None:
    dialog.show_failure("文件是空的。")
    assert dialog.status.text() == "文件是空的。"
    assert dialog.options().encoding == inspection.options.encoding
    assert dialog.open_button.isEnabled()


def test_a_role_leaves_the_column_that_had_it(dialog: OpenDataDialog, qtbot: QtBot) -> None:
    model = dialog.columns_page.model
    model.setData(model.index(0, 1), ColumnRole.NAME.value)
    roles = dict(dialog.options().roles or ())
    assert roles["地址"] is ColumnRole.NAME
    assert "企业名称" not in roles


def test_taking_the_coordinates_away_asks_for_a_new_look(dialog: OpenDataDialog, qtbot: QtBot) -> None:
    model = dialog.columns_page.model
    with qtbot.waitSignal(dialog.inspection_wanted) as wanted:
        model.setData(model.index(0, 4), POSITION)
    assert ("人数", ColumnRole.LAT) in wanted.args[0].roles
    assert ("lng", ColumnRole.LON) not in wanted.args[0].roles


def test_a_table_without_coordinates_has_no_page_for_them(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.csv"
    path.write_text("企业名称,地址\n甲厂,甲县\n")
    dialog = OpenDataDialog(inspect_table(path, OpenOptions(), FileFormat.CSV))
    qtbot.addWidget(dialog)
    assert not dialog.pages.isTabEnabled(2)
    assert dialog.options().datum == ""
    assert dialog.options().swap_axes is None


def test_hostile_texts_stay_texts(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.csv"
    path.write_text("<img src=x onerror=alert(1)>,b\n<b>x</b>," + "长" * 5000 + "\n")
    dialog = OpenDataDialog(inspect_table(path, OpenOptions(), FileFormat.CSV))
    qtbot.addWidget(dialog)
    model = dialog.columns_page.model
    assert model.index(1, 0).data() == "<b>x</b>"
    assert "&lt;b&gt;" in model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert len(model.index(1, 1).data()) <= 200


@pytest.mark.parametrize("language", list(Language))
def test_it_opens_in_every_language(inspection: Inspection, qtbot: QtBot, language: Language) -> None:
    use_language(language)
    dialog = OpenDataDialog(inspection)
    qtbot.addWidget(dialog)
    dialog.show()
    for page in range(dialog.pages.count()):
        dialog.pages.setCurrentIndex(page)
        assert not dialog.grab().isNull()


def test_the_models_keep_the_rules_of_qt(inspection: Inspection, qtbot: QtBot) -> None:
    raw, columns = RawRowsModel(), ColumnsModel()
    testers = [QAbstractItemModelTester(model) for model in (raw, columns)]
    raw.show_rows(inspection.raw_preview, range(1, 2))
    columns.show_columns(inspection.columns, inspection.preview, {}, {"": "普通列"})
    assert len(testers) == 2
    assert not raw.index(0, 0).flags() & Qt.ItemFlag.ItemIsEnabled


def answer(rejected: int) -> ReadAnswer:
    facts = LayerFacts(
        "企业", "企业.csv", "", FileFormat.CSV, "gb18030", "", "GCJ-02", 532.0, Geometry.POINT, (), 10, 1, 2,
        rejected, None,
    )  # fmt: skip
    finding = Finding(Severity.WARNING, "outside-region", "企业.csv", "有 1 行在范围之外。", "请检查。")
    return ReadAnswer(
        (ReadPart("point", facts),), (finding,), 10, 2, rejected, "rejected.csv" if rejected else ""
    )


def test_rejected_rows_can_be_saved(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "rejected.csv", tmp_path / "保存.csv"
    source.write_text("行号\n3\n")
    monkeypatch.setattr(LayerFindingsDialog, "ask_where", classmethod(lambda *_args: target))
    dialog = LayerFindingsDialog(answer(3), source)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.save_button.isVisible()
    assert "532 米" in dialog.facts.text()
    dialog.save_button.click()
    assert target.read_text() == "行号\n3\n"
    assert target.name in dialog.rejected_note.text()


def test_a_save_that_fails_is_told(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        LayerFindingsDialog, "ask_where", classmethod(lambda *_args: tmp_path / "fehlt" / "a.csv")
    )
    (tmp_path / "rejected.csv").write_text("x")
    dialog = LayerFindingsDialog(answer(1), tmp_path / "rejected.csv")
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.save_failed):
        dialog.save_button.click()
    assert "没有保存成" in dialog.rejected_note.text()


def test_without_rejected_rows_there_is_nothing_to_save(qtbot: QtBot) -> None:
    dialog = LayerFindingsDialog(answer(0), None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.save_button.isVisible()
    assert dialog.model.rowCount() == 1


def test_sizes_and_distances_read_well() -> None:
    assert (size_text(999), size_text(1500), size_text(2_300_000_000)) == ("999 B", "1.5 KB", "2.3 GB")
    assert (distance_text(532.4), distance_text(1335), distance_text(1000)) == (
        "532 米",
        "1.3 公里",
        "1 公里",
    )
