"""Which columns say where a row is."""

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialogButtonBox, QLabel

from jjjmap.layers.opening.records import Column, ColumnRole
from jjjmap.ui.dialogs.placing_columns_dialog import PlacingColumnsDialog, role_text


@pytest.fixture
def dialog(qtbot: QtBot) -> PlacingColumnsDialog:
    made = PlacingColumnsDialog("<b>名单</b>", (Column("厂名"), Column("住所"), Column("")))
    qtbot.addWidget(made)
    return made


def ok_is_enabled(dialog: PlacingColumnsDialog) -> bool:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_nothing_chosen_is_nothing_to_go_by(dialog):
    assert dialog.roles() == () and not ok_is_enabled(dialog)


def test_columns_are_told_with_what_they_say(dialog):
    address, name = dialog.boxes[ColumnRole.ADDRESS], dialog.boxes[ColumnRole.NAME]
    address.setCurrentIndex(address.findText("住所"))
    name.setCurrentIndex(name.findText("厂名"))
    assert dialog.roles() == (("厂名", ColumnRole.NAME), ("住所", ColumnRole.ADDRESS))
    assert all(isinstance(role, ColumnRole) for _name, role in dialog.roles())
    assert ok_is_enabled(dialog)
    for box in (address, name):
        box.setCurrentIndex(0)
    assert not ok_is_enabled(dialog)


def test_the_name_of_the_list_stays_text(dialog):
    (label,) = [each for each in dialog.findChildren(QLabel) if "名单" in each.text()]
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_every_box_has_a_name_for_those_who_hear_it(dialog):
    for role, box in dialog.boxes.items():
        labels = [label for label in dialog.findChildren(QLabel) if label.buddy() is box]
        assert [label.text() for label in labels] == [f"{role_text(role)}："]
