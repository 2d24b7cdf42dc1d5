"""Which layers of a file are opened."""

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialogButtonBox, QLabel

from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.records import FileFormat, Inspection, OpenOptions, SubLayer
from jjjmap.ui.dialogs.sublayers_dialog import SublayersDialog

LAYERS = (SubLayer("界", "MultiPolygon", 12_345), SubLayer("<b>点</b>", "Point"), SubLayer("表", "", 3))
INSPECTION = Inspection("<i>库</i>.gpkg", FileFormat.GPKG, 10, OpenOptions(), LAYERS)


@pytest.fixture
def dialog(qtbot: QtBot) -> SublayersDialog:
    made = SublayersDialog(INSPECTION)
    qtbot.addWidget(made)
    return made


def test_all_layers_are_ticked_at_first(dialog):
    assert dialog.names() == ("界", "<b>点</b>", "表")


def test_layers_are_told_with_their_geometry_and_number_of_rows(dialog):
    texts = [dialog.list.item(row).text() for row in range(3)]
    assert texts == ["界（面，12,345 行）", "<b>点</b>（点）", "表（没有图形，3 行）"]


def test_names_of_files_and_layers_stay_text(dialog):
    (label,) = [each for each in dialog.findChildren(QLabel) if "库" in each.text()]
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert dialog.list.accessibleName()


def test_only_what_stays_ticked_is_opened_and_nothing_at_all_cannot_be(dialog):
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Open)
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.names() == ("<b>点</b>", "表") and ok.isEnabled()
    for row in (1, 2):
        dialog.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.names() == () and not ok.isEnabled()


def test_in_english_there_are_no_full_width_signs(qtbot):
    use_language(Language.EN)
    made = SublayersDialog(INSPECTION)
    qtbot.addWidget(made)
    assert made.list.item(0).text() == "界 (polygons, 12,345 rows)"
