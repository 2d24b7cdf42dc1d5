"""The join dialog says at once what a choice of columns comes to, and lets doubtful names be settled."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QComboBox, QDialogButtonBox

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.tables.joined_table import Repeats
from jjjmap.layers.tables.joining import JoinTarget, PlaceNames, join_rows
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.join_dialog import JoinDialog, JoinWish
from jjjmap.ui.dialogs.join_place_dialog import JoinPlaceDialog

TABLE = FeatureTable(
    pa.table(
        {
            "编号": ["1", "2", "3", "4", "5"],
            "市": ["唐山", "<b>甲市</b>", "唐山市", "<b>甲市</b>", "乙市"],
            "县": ["曹妃甸区", "甲县", "迁安", "乙县", "丙县"],
        }
    )
)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return Workspace(catalogue)


@pytest.fixture(scope="module")
def names(workspace: Workspace) -> PlaceNames:
    return PlaceNames(workspace.catalogue)


class Asked:
    """Answers the dialog as the session does, only at once."""

    def __init__(self, dialog: JoinDialog, names: PlaceNames) -> None:
        self.dialog, self._names = dialog, names
        self.wishes: list[JoinWish] = []
        dialog.answer_wanted.connect(self.answer)

    def answer(self, wish: JoinWish) -> None:
        self.wishes.append(wish)
        answer = join_rows(TABLE, wish.columns, wish.target, self._names, choices=dict(wish.choices))
        self.dialog.show_answer(answer)


@pytest.fixture
def dialog(qtbot: QtBot, workspace: Workspace) -> Iterator[JoinDialog]:
    made = JoinDialog("产值", TABLE, {"市": ColumnRole.REGION}, workspace)
    qtbot.addWidget(made)
    made.set_target(JoinTarget.CITIES)
    made.show()
    yield made


@pytest.fixture
def asked(dialog: JoinDialog, names: PlaceNames) -> Asked:
    made = Asked(dialog, names)
    dialog._ask_for_answer()
    return made


def ok_is_enabled(dialog: JoinDialog) -> bool:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def listed(dialog: JoinDialog) -> list[str]:
    table = dialog.unmatched_table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def box_of(dialog: JoinDialog, row: int) -> QComboBox:
    box = dialog.unmatched_table.cellWidget(row, 2)
    assert isinstance(box, QComboBox)
    return box


def choose(box: QComboBox, data: object) -> None:
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def test_the_column_that_names_a_region_is_proposed(dialog):
    assert dialog.column_boxes[0].currentData() == "市"
    assert not ok_is_enabled(dialog)
    assert "正在比对" in dialog.result_label.text()


def test_a_wish_is_of_the_kinds_that_the_join_tells_apart(asked):
    wish = asked.wishes[-1]
    assert wish.columns == ("市",)
    assert wish.target is JoinTarget.CITIES
    assert wish.repeats is Repeats.FIRST


def test_what_a_choice_comes_to_is_said_and_what_does_not_match_is_listed(dialog, asked):
    assert "2 行对上了 1 个地点（非空行的 40%）" in dialog.result_label.text()
    assert "唐山市" in dialog.result_label.text()
    assert listed(dialog) == ["<b>甲市</b>", "乙市"]
    assert dialog.unmatched_table.item(0, 1).text() == "2"
    assert ok_is_enabled(dialog) and dialog.repeats_box.isEnabled()


def test_nothing_that_matches_is_no_layer(dialog, asked):
    choose_column = dialog.column_boxes[0]
    choose_column.setCurrentIndex(choose_column.findData("编号"))
    assert asked.wishes[-1].columns == ("编号",)
    assert dialog.answer.matched_rows == 0 and not ok_is_enabled(dialog)


def test_a_name_is_settled_and_can_be_settled_otherwise(dialog, asked, monkeypatch):
    monkeypatch.setattr(JoinPlaceDialog, "ask_place", lambda *_args: "130300")
    box = box_of(dialog, 0)
    choose(box, None)
    assert asked.wishes[-1].choices == (("<b>甲市</b>", "130300"),)
    assert dialog.answer.matched_rows == 4
    # The row stays where it is, and its box, too: the keyboard is still there.
    assert listed(dialog) == ["<b>甲市</b>", "乙市"] and box_of(dialog, 0) is box
    assert "秦皇岛" in box.currentText()
    choose(box, "")
    assert dialog.answer.matched_rows == 2
    assert box_of(dialog, 0) is box


def test_giving_up_the_search_changes_nothing(dialog, asked, monkeypatch):
    monkeypatch.setattr(JoinPlaceDialog, "ask_place", lambda *_args: "")
    before = len(asked.wishes)
    choose(box_of(dialog, 0), None)
    assert len(asked.wishes) == before
    assert box_of(dialog, 0).currentData() == ""


def test_what_was_settled_for_cities_does_not_hold_for_provinces(dialog, asked, monkeypatch):
    monkeypatch.setattr(JoinPlaceDialog, "ask_place", lambda *_args: "130300")
    choose(box_of(dialog, 0), None)
    dialog.set_target(JoinTarget.PROVINCES)
    assert asked.wishes[-1].choices == ()
    assert "<b>甲市</b>" in listed(dialog)


def test_a_search_that_is_still_open_when_another_list_comes_does_no_harm(dialog, asked, monkeypatch):
    def ask(*_args: object) -> str:
        dialog.show_answer(asked_for_provinces)
        return "130000"

    asked_for_provinces = join_rows(TABLE, ["县"], JoinTarget.PROVINCES, asked._names)
    monkeypatch.setattr(JoinPlaceDialog, "ask_place", ask)
    choose(box_of(dialog, 0), None)
    assert asked.wishes[-1].choices == (("<b>甲市</b>", "130000"),)


def test_only_units_of_the_wanted_level_can_be_chosen(qtbot, workspace):
    search = JoinPlaceDialog("唐山市", JoinTarget.COUNTIES, workspace)
    qtbot.addWidget(search)
    ok = search.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert search.found.count() and search.chosen_id == "" and not ok.isEnabled()
    search.line.setText("曹妃甸区")
    rows = range(search.found.count())
    chosen = set()
    for row in rows:
        search.found.setCurrentRow(row)
        chosen.add(search.chosen_id)
    assert "130209" in chosen and "130200" not in chosen
    # What is said for documents does not hold here.
    assert not [label for label in search.findChildren(type(dialog_note(search))) if "文档" in label.text()]


def dialog_note(search: JoinPlaceDialog):
    from qtpy.QtWidgets import QLabel

    return search.findChild(QLabel, "faint")


def test_units_that_are_missing_are_drawn_for_areas_only(dialog, asked):
    assert dialog.missing_box.isEnabled()
    dialog.set_target(JoinTarget.PLACES)
    assert not dialog.missing_box.isEnabled()


def test_what_goes_wrong_is_said_in_the_dialog(dialog, asked):
    dialog.show_failure("没有比对成。")
    assert dialog.result_label.text() == "没有比对成。"
    assert dialog.answer is None


def test_it_speaks_english_and_names_its_boxes(qtbot, workspace, names):
    use_language(Language.EN)
    made = JoinDialog("Output", TABLE, {}, workspace)
    qtbot.addWidget(made)
    asked = Asked(made, names)
    made._ask_for_answer()
    assert asked.wishes[0].columns == ("编号",)
    assert "“Output”" in made.windowTitle() or '"Output"' in made.windowTitle()
    assert all(box_of(made, row).accessibleName() for row in range(made.unmatched_table.rowCount()))
    assert np.array_equal(made.answer.place_of_row, np.full(5, -1))
