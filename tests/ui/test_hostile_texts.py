"""Names and values of a user's data that look like markup, in every dock and dialog: shown as they are."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from qtpy.QtGui import Qt as GuiQt  # Where mightBeRichText is.
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QMenu,
    QMessageBox,
    QTextEdit,
    QWidget,
)

from jjjmap.export.datasets.feature_clipboard import copied_rows
from jjjmap.findings import Finding, Severity
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.postgis_tables import GeometryColumn
from jjjmap.layers.opening.records import (
    Column,
    ColumnRole,
    DatumGuess,
    EncodingGuess,
    FileFormat,
    Inspection,
    LayerFacts,
    OpenOptions,
    ReadAnswer,
    ReadPart,
    SubLayer,
)
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import CategoryLook, StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.tables.joining import JoinTarget, PlaceNames, join_rows
from jjjmap.layers.tables.statistics import column_statistics
from jjjmap.session.session import Session
from jjjmap.ui.column_statistics_view import ColumnStatisticsView
from jjjmap.ui.dialogs import replacing
from jjjmap.ui.dialogs.join_dialog import JoinDialog
from jjjmap.ui.dialogs.layer_findings_dialog import LayerFindingsDialog
from jjjmap.ui.dialogs.open_data_dialog import OpenDataDialog
from jjjmap.ui.dialogs.placing_columns_dialog import PlacingColumnsDialog
from jjjmap.ui.dialogs.style_dialog import StyleDialog
from jjjmap.ui.dialogs.sublayers_dialog import SublayersDialog
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.models.geometry_columns_model import GeometryColumnsModel
from jjjmap.ui.table_rows import choose_row

MARKUP = '<img src="file:///etc/hostname" onerror="x">&lt;${1}`{{2}}%s{n}{0.__class__}</script>\u2028\u202e'
"""Begins so that Qt takes it for HTML wherever it is left to guess; ends in what breaks scripts and lines."""
FORMULA = '=HYPERLINK("http://127.0.0.1:9/","x")<img src=x>'
VALUES = [MARKUP, FORMULA, "x" * 500_000 + "<img src=x>", f"a\0b\x1b[31m{MARKUP}", "", None]


def hostile_table() -> FeatureTable:
    """Return points whose columns and cells are all hostile."""
    attributes = pa.table(
        {MARKUP: VALUES, f"{FORMULA}2": VALUES[::-1], "数": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0]}
    )
    return FeatureTable(attributes, Geometry.POINT, np.linspace(115, 118, 6), np.linspace(38, 40, 6))


def taken_for_markup(root: QWidget) -> list[str]:
    """Return where a text of the user's would be shown as markup."""
    found: list[str] = []

    def look(where: str, text: object) -> None:
        if isinstance(text, str) and GuiQt.mightBeRichText(text) and "<img" in text:
            found.append(f"{where}: {text[:60]!r}")

    for widget in (root, *root.findChildren(QWidget)):
        name = f"{type(widget).__name__} {widget.objectName()}"
        for text in (widget.toolTip(), widget.whatsThis(), widget.statusTip()):
            look(f"tip of {name}", text)
        for action in widget.actions():
            look(f"action of {name}", action.toolTip())
        match widget:
            case QLabel() if widget.textFormat() == Qt.TextFormat.AutoText:
                look(f"text of {name}", widget.text())
            case QLabel() if widget.textFormat() == Qt.TextFormat.RichText:
                assert "<img" not in widget.text()
            case QTextEdit():
                assert "<img src=" not in widget.toHtml().replace('<img src="data:', ""), name
            case QComboBox():
                look_through(widget.model(), name, look)
            case QHeaderView():
                continue
            case QAbstractItemView() if widget.model() is not None:
                look_through(widget.model(), name, look)
    return found


def look_through(model: QAbstractItemModel, name: str, look: object) -> None:
    roles = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole, Qt.ItemDataRole.StatusTipRole)

    is_list = isinstance(model, QAbstractListModel)  # Qt hides how many columns those have.

    def walk(parent: QModelIndex) -> None:
        for row in range(min(model.rowCount(parent), 40)):
            for column in range(1 if is_list else min(model.columnCount(parent), 20)):
                index = model.index(row, column, parent)
                for role in roles:
                    look(f"cell of {name}", model.data(index, role))  # type: ignore[operator]
                if column == 0 and not is_list:
                    walk(index)

    walk(QModelIndex())
    for orientation in Qt.Orientation:
        for section in range(0 if is_list else min(model.columnCount(), 20)):
            for role in roles:
                look(f"header of {name}", model.headerData(section, orientation, role))  # type: ignore[operator]


@pytest.fixture
def layer_id(window: MainWindow, session: Session, qtbot: QtBot) -> str:
    """A hostile layer that was read while the window was open."""
    table = hostile_table()
    columns = tuple(
        Column(column.name, column.kind, role)
        for column, role in zip(
            table.columns, (ColumnRole.NAME, ColumnRole.ADDRESS, ColumnRole.NONE), strict=True
        )
    )
    finding = Finding(Severity.WARNING, MARKUP, MARKUP, MARKUP, MARKUP)
    facts = LayerFacts(
        MARKUP, MARKUP, MARKUP, FileFormat.CSV, MARKUP, MARKUP, MARKUP, 5.0, Geometry.POINT, columns, 6, 0, 1,
        1, (115.0, 38.0, 118.0, 40.0), "ab" * 32, MARKUP, (finding,),
    )  # fmt: skip
    users = session.user_layers
    with qtbot.waitSignal(users.opened, timeout=10_000):
        users.add_reckoned(MARKUP, MARKUP, lambda: (facts, table))
    return users.layers[-1].id


def test_docks_of_the_window_show_markup_as_text(
    window: MainWindow, session: Session, layer_id: str, qtbot: QtBot
) -> None:
    data = window.user_data
    data.show_table(layer_id)
    users = session.user_layers
    users.set_filter(layer_id, Filter((Condition(FilterOp.LACKS, MARKUP, (MARKUP,)),)))
    users.select_rows(layer_id, [0, 1])
    style = UserStyle(
        StyleMode.CATEGORISED,
        MARKUP,
        categories=(CategoryLook(MARKUP, "#ff0000", MARKUP),),
        label_column=MARKUP,
    )
    users.set_style(layer_id, style)
    session.selection.choose(feature_id(layer_id, 0), fly=False)
    qtbot.waitUntil(lambda: window.details_panel.name_label.text() != "", timeout=10_000)
    assert "<img src=" in window.details_panel.name_label.text()
    assert "<img src=" in window.details_panel.overview.toPlainText()
    window.status.showMessage(MARKUP)
    assert taken_for_markup(window) == []


def test_menus_about_a_cell_show_markup_as_text(window: MainWindow, layer_id: str) -> None:
    menu = QMenu(window)
    window.user_data.add_to_menu(menu, layer_id)
    assert taken_for_markup(menu) == []


def test_placed_lists_show_markup_as_text(
    window: MainWindow, session: Session, layer_id: str, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.placing.placed, timeout=30_000):
        window.user_data.show_placing(layer_id)
    panel = window.user_data.placing.panel()
    for row in range(5):
        choose_row(panel.table, row)  # type: ignore[attr-defined]
        assert taken_for_markup(panel) == []
    assert "<img src=" in panel.model.index(0, 0).data()  # type: ignore[attr-defined]


def hostile_inspection() -> Inspection:
    rows = tuple(("x" * 5000 if value is None else value[:5000],) * 2 for value in VALUES)
    finding = Finding(Severity.WARNING, MARKUP, MARKUP, MARKUP, MARKUP)
    return Inspection(
        MARKUP,
        FileFormat.CSV,
        10,
        OpenOptions(
            encoding="gb18030",
            delimiter=",",
            header_row=0,
            header_rows=1,
            roles=((MARKUP, ColumnRole.LON), (FORMULA, ColumnRole.LAT)),
            datum="WGS-84",
        ),
        (SubLayer(MARKUP, MARKUP, 5), SubLayer(FORMULA)),
        (Column(MARKUP), Column(FORMULA)),
        rows,
        rows,
        (EncodingGuess("gb18030", False, rows), EncodingGuess(MARKUP, False, rows)),
        MARKUP,
        MARKUP,
        (DatumGuess("WGS-84", False, 0.9, MARKUP, 0.0), DatumGuess("GCJ-02", False, 0.5, MARKUP, 500.0)),
        must_ask=True,
        sample=((116.0, 39.0), (116.5, 39.5)),
        rows=5,
        signature="s",
        findings=(finding,),
    )


def dialogs(session: Session) -> Iterator[QWidget]:
    """Yield every dialog about a user's layer, full of hostile texts."""
    inspection, table = hostile_inspection(), hostile_table()
    yield OpenDataDialog(inspection)
    yield SublayersDialog(inspection)
    yield PlacingColumnsDialog(MARKUP, inspection.columns)
    yield StyleDialog(MARKUP, table, UserStyle(StyleMode.CATEGORISED, MARKUP, label_column=MARKUP))
    facts = LayerFacts(
        MARKUP, MARKUP, MARKUP, FileFormat.CSV, MARKUP, MARKUP, MARKUP, 5.0, None, (), 6, 0, 1, 1, None,
        findings=inspection.findings,
    )  # fmt: skip
    answer = ReadAnswer((ReadPart("x", facts),), inspection.findings, 5, 1, 1, "rejected.csv")
    yield LayerFindingsDialog(answer, Path("/nowhere"))
    join = JoinDialog(MARKUP, table, {}, session.workspace)
    names = PlaceNames(session.workspace.catalogue)
    join.show_answer(join_rows(table, (MARKUP,), JoinTarget.COUNTIES, names))
    yield join
    statistics = ColumnStatisticsView()
    statistics.show_statistics(column_statistics(table, MARKUP), is_part=True)
    yield statistics


def test_dialogs_show_markup_as_text(session: Session, qtbot: QtBot) -> None:
    for dialog in dialogs(session):
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        assert taken_for_markup(dialog) == [], type(dialog).__name__


def test_names_in_a_database_show_as_text(qtbot: QtBot) -> None:
    model = GeometryColumnsModel()
    model.show((GeometryColumn(MARKUP, MARKUP, MARKUP, MARKUP, 4326, 5, "table"),))
    found: list[str] = []
    look_through(model, "", lambda where, text: found.append(text))
    tips = [text for text in found if text]
    assert tips and all("&lt;img" in text and "<img" not in text for text in tips)


def test_questions_about_a_file_show_its_name_as_text(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[QMessageBox] = []

    def answer_no(box: QMessageBox) -> int:
        asked.append(box)
        assert box.textFormat() == Qt.TextFormat.PlainText and "<img src=x>" in box.text()
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "exec", answer_no)
    assert not replacing.may_replace(None, Path("<img src=x>"))
    assert len(asked) == 1


def test_copied_cells_are_texts_for_whoever_pastes_them() -> None:
    table = hostile_table()
    copied = copied_rows(table, np.arange(6), table.attributes.column_names)
    assert "<img" not in copied.html and "<script" not in copied.html and "</script>" not in copied.html
    cells = [cell for line in copied.text.splitlines() for cell in line.split("\t")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
