"""The calls of Qt 6 that the program uses do the same under both bindings."""

from collections.abc import Iterator
from enum import StrEnum

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import (
    QItemSelection,
    QObject,
    QSize,
    QSizeF,
    QSortFilterProxyModel,
    QStringListModel,
    Qt,
    QTimer,
)
from qtpy.QtGui import QColor, QIcon, QKeyEvent, QKeySequence, QPixmap
from qtpy.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QMenu, QWidget

from jjjmap.binding import delete


class Word(StrEnum):
    ONE = "one"
    TWO = "two"


class Filter(QSortFilterProxyModel):
    wanted = ""

    def look_for(self, text: str) -> None:
        self.beginFilterChange()
        self.wanted = text
        self.endFilterChange()

    def filterAcceptsRow(self, row, parent):
        return self.wanted in self.sourceModel().index(row, 0, parent).data()


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[QFormLayout]:
    box = QWidget()
    qtbot.addWidget(box)
    made = QFormLayout(box)
    pair = QHBoxLayout()
    pair.addWidget(QLabel("a"))
    pair.addWidget(QLabel("b"))
    made.addRow("first", QLineEdit())
    made.addRow("second", pair)
    made.addRow(QLabel("third"))
    box.show()
    yield made  # The box stays with this frame until then.


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_row_of_a_form_is_hidden_with_its_label_and_shown_again(form: QFormLayout, row: int) -> None:
    before = form.parentWidget().sizeHint().height()
    form.setRowVisible(row, False)
    assert [form.isRowVisible(each) for each in range(3)] == [each != row for each in range(3)]
    assert form.parentWidget().sizeHint().height() < before
    form.setRowVisible(row, True)
    assert form.isRowVisible(row) and form.parentWidget().sizeHint().height() == before


def test_a_row_is_known_by_its_field(form: QFormLayout) -> None:
    field = form.itemAt(0, QFormLayout.ItemRole.FieldRole).widget()
    form.setRowVisible(field, False)
    assert not form.isRowVisible(0) and not form.isRowVisible(field)
    assert not form.itemAt(0, QFormLayout.ItemRole.LabelRole).widget().isVisible()


def test_a_filter_that_changes_is_applied_at_once(qapp) -> None:
    source, made = QStringListModel(["甲县", "乙县", "甲园"]), Filter()
    made.setSourceModel(source)
    made.look_for("甲")
    assert [made.index(row, 0).data() for row in range(made.rowCount())] == ["甲县", "甲园"]


def test_an_entry_is_found_by_its_word_and_by_its_text(qtbot: QtBot) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    for word in Word:
        box.addItem(word.name, word)
    assert [box.findData(Word.TWO), box.findData("two"), box.findData("three")] == [1, 1, -1]
    box.setCurrentIndex(1)
    assert box.currentData() == Word.TWO


def test_what_was_put_off_is_done_once_and_not_for_an_owner_that_has_gone(qtbot: QtBot) -> None:
    done: list[str] = []
    owner, gone = QObject(), QObject()
    QTimer.singleShot(0, owner, lambda: done.append("owner"))
    QTimer.singleShot(0, gone, lambda: done.append("gone"))
    QTimer.singleShot(20, lambda: done.append("nobody"))
    delete(gone)
    qtbot.waitUntil(lambda: "nobody" in done)
    assert done == ["owner", "nobody"]


def test_a_menu_takes_text_keys_and_what_to_do(qtbot: QtBot) -> None:
    menu, done = QMenu(), []
    qtbot.addWidget(menu)
    action = menu.addAction("复制", QKeySequence("Ctrl+C"), lambda: done.append(1))
    assert (action.text(), action.shortcut().toString()) == ("复制", "Ctrl+C")
    action.trigger()
    assert done == [1]


def test_a_picture_is_as_sharp_as_asked_for(qapp) -> None:
    drawn = QPixmap(64, 64)
    drawn.fill(QColor("#c00000"))
    made = QIcon(drawn).pixmap(QSize(16, 16), 2.0)
    assert (made.size(), made.devicePixelRatio()) == (QSize(32, 32), 2.0)
    assert made.deviceIndependentSize() == QSizeF(16, 16)


def test_the_stretches_of_a_selection_are_counted(qapp) -> None:
    model = QStringListModel(["a", "b", "c"])
    chosen = QItemSelection(model.index(0, 0), model.index(1, 0))
    assert chosen.size() == 1
    assert (chosen.at(0).top(), chosen.at(0).bottom()) == (0, 1)


def test_keys_are_compared_with_what_was_pressed(qapp) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_C, keys)
    assert QKeySequence(event.keyCombination()) == QKeySequence("Ctrl+Shift+C")
