"""Second page of the wizard: what each column means, chosen above the first rows."""

from __future__ import annotations

from qtpy.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from qtpy.QtGui import QMouseEvent, QPainter
from qtpy.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnRole, Inspection
from jjjmap.ui.models.preview_model import ColumnsModel
from jjjmap.ui.opening_texts import POSITION, role_names

Index = QModelIndex | QPersistentModelIndex

WIDEST_PX, NARROWEST_PX = 230, 112


class ColumnsPage(QWidget):
    """The page."""

    roles_changed = Signal()
    positions_changed = Signal()  # another column holds the coordinates: the file must be looked at again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._positions: tuple[tuple[str, ColumnRole], ...] = ()
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.model = ColumnsModel(self)
        self.table = _ColumnsTable(self)
        self.table.setModel(self.model)
        self.table.setItemDelegateForRow(0, _MeaningDelegate(self.table))
        layout = QVBoxLayout(self)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        self.model.role_changed.connect(self._tell)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show the columns of a file."""
        self.note.setText(
            _(
                "第一行是每一列的含义，由列名和内容猜出，不对的请改。没有坐标列也可以打开，之后按地址、园区落位。"
            )
            if inspection.format.is_table
            else _("第一行是每一列的含义，由列名和内容猜出，不对的请改。位置取自文件里的几何。")
        )
        meanings: dict[str, str] = {}
        for name, role in inspection.options.roles or ():
            meanings[name] = POSITION if name in meanings else role.value
        names = dict(role_names(with_positions=inspection.format.is_table))
        self.model.show_columns(inspection.columns, inspection.preview, meanings, names)
        self._positions = self._position_roles()
        for column in range(self.model.columnCount()):
            width = self.table.sizeHintForColumn(column) + 16
            width = max(width, self.table.horizontalHeader().sectionSizeHint(column))
            self.table.setColumnWidth(column, min(WIDEST_PX, max(NARROWEST_PX, width)))

    def roles(self) -> tuple[tuple[str, ColumnRole], ...]:
        """Return the columns with a meaning, as `OpenOptions.roles` wants them."""
        found: list[tuple[str, ColumnRole]] = []
        for name, meaning in self.model.roles.items():
            if meaning == POSITION:
                found += [(name, ColumnRole.LON), (name, ColumnRole.LAT)]
            else:
                found.append((name, ColumnRole(meaning)))
        return tuple(found)

    def _position_roles(self) -> tuple[tuple[str, ColumnRole], ...]:
        return tuple(sorted(pair for pair in self.roles() if pair[1] in (ColumnRole.LON, ColumnRole.LAT)))

    def _tell(self) -> None:
        self.roles_changed.emit()
        positions = self._position_roles()
        if positions != self._positions:
            self._positions = positions
            # With one half of a position there is nothing to look at yet.
            if len(positions) != 1:
                self.positions_changed.emit()


class _ColumnsTable(QTableView):
    """A click on a meaning opens its list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("列与它们的含义"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 7)
        self.verticalHeader().setHighlightSections(False)

    # Overrides of Qt.

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Leave the meanings room for their boxes."""
        super().setModel(model)
        if model is not None:
            model.modelReset.connect(self._grow_first_row)

    def _grow_first_row(self) -> None:
        self.setRowHeight(0, QComboBox().sizeHint().height() + 4)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the list of a meaning at the first click."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.row() == 0 and event.button() == Qt.MouseButton.LeftButton:
            self.edit(index)


class _MeaningDelegate(QStyledItemDelegate):
    """Paints a meaning as the box that it is chosen from."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget is not None else QApplication.style()
        box = QStyleOptionComboBox()
        box.rect = option.rect.adjusted(2, 2, -2, -2)
        box.palette = option.palette
        box.fontMetrics = option.fontMetrics
        box.state = option.state & ~QStyle.StateFlag.State_Selected
        box.currentText = str(index.data())
        box.editable = False
        if not index.data(Qt.ItemDataRole.EditRole):
            # An ordinary column: nothing to look at.
            box.palette.setCurrentColorGroup(option.palette.ColorGroup.Active)
            for role in (option.palette.ColorRole.ButtonText, option.palette.ColorRole.Text):
                box.palette.setColor(role, option.palette.color(option.palette.ColorRole.PlaceholderText))
        else:
            font = painter.font()
            font.setBold(True)
            painter.setFont(font)
        style.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, box, painter, option.widget)
        style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, box, painter, option.widget)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the text and the arrow."""
        size = super().sizeHint(option, index)
        return QSize(size.width() + 44, size.height() + 8)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return the box, opened."""
        box = QComboBox(parent)
        model = index.model()
        assert isinstance(model, ColumnsModel)
        for value, name in model.role_names.items():
            box.addItem(name, value)
        box.activated.connect(lambda _number: self._done(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the meaning, and what there is to choose from."""
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))
        editor.showPopup()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take the meaning that was chosen."""
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Lay the box over the painted one."""
        editor.setGeometry(QRect(option.rect).adjusted(2, 2, -2, -2))

    def _done(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)
