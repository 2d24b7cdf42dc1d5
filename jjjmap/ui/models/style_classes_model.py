"""The classes of a style: symbol, values, label and number of rows; labels and breaks can be written over."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Any

from qtpy.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from qtpy.QtGui import QIcon, QPainter, QPixmap

from jjjmap.i18n import _, language
from jjjmap.layers.style import Geometry, SymbolClass
from jjjmap.layers.styling.class_labels import ValueFormat
from jjjmap.layers.styling.editing import can_be_called
from jjjmap.layers.styling.user_style import StyledRows, StyleMode, UserStyle
from jjjmap.ui.symbols import ICON_PX, symbol_icon

LARGEST_PX = 34
"""Of a proportional symbol in the list; larger ones are shown so."""
_PIXEL_RATIO = 2.0
_FULL_SIZE_PX = 11.0
"""A symbol of this size fills its icon as far as icons are filled, …"""
_FULL_PX = 12.1
"""… which is so many pixels across."""


class ClassColumn(IntEnum):
    """The columns, in order."""

    SYMBOL = 0
    UPPER = 1
    LABEL = 2
    COUNT = 3


class StyleClassesModel(QAbstractTableModel):
    """Shows classes; what the user writes is told, not kept."""

    label_written = Signal(int, str)  # row, label
    break_written = Signal(int, float)  # row, upper end

    def __init__(self, geometry: Geometry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._geometry = geometry
        self._style = UserStyle()
        self._styled: StyledRows | None = None
        self._uppers: tuple[float, ...] = ()
        self._form: ValueFormat | None = None
        self._icons: list[QIcon] = []

    def show_classes(
        self,
        style: UserStyle,
        styled: StyledRows,
        uppers: tuple[float, ...] = (),
        form: ValueFormat | None = None,
    ) -> None:
        """Show the classes of a style; `uppers` are the upper ends of those that are ranges."""
        is_reset = self._styled is None or len(styled.style.classes) != len(self._styled.style.classes)
        if is_reset:
            self.beginResetModel()
        self._style, self._styled, self._uppers, self._form = style, styled, uppers, form
        self._icons = [self._icon(symbol) for symbol in styled.style.classes]
        if is_reset:
            self.endResetModel()
        else:
            last = self.index(self.rowCount() - 1, len(ClassColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @property
    def classes(self) -> tuple[SymbolClass, ...]:
        """The classes that are shown."""
        return self._styled.style.classes if self._styled is not None else ()

    def _icon(self, symbol: SymbolClass) -> QIcon:
        if self._style.mode is StyleMode.PROPORTIONAL and self._styled and symbol is not self._styled.no_data:
            pixmap = _sized_picture(symbol)
        else:
            pixmap = symbol_icon(symbol, self._geometry).pixmap(QSize(ICON_PX, ICON_PX), _PIXEL_RATIO)
        icon = QIcon(pixmap)
        # A colour must look the same in the row that is chosen: Qt would tint it.
        icon.addPixmap(pixmap, QIcon.Mode.Selected)
        return icon

    def _has_break(self, row: int) -> bool:
        return self._style.mode is StyleMode.GRADUATED and row < len(self._uppers) - 1

    # Overrides of Qt.

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """One for each class."""
        return 0 if parent.isValid() else len(self.classes)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """See `ClassColumn`."""
        return 0 if parent.isValid() else len(ClassColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            ClassColumn.SYMBOL: _("符号"),
            ClassColumn.UPPER: _("上界"),
            ClassColumn.LABEL: _("图例文字"),
            ClassColumn.COUNT: _("行数"),
        }[ClassColumn(section)]

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Text, picture and alignment of a cell."""
        if not index.isValid() or self._styled is None:
            return None
        row, column = index.row(), ClassColumn(index.column())
        symbol = self.classes[row]
        if role == Qt.ItemDataRole.DecorationRole and column is ClassColumn.SYMBOL:
            return self._icons[row]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (ClassColumn.UPPER, ClassColumn.COUNT):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.AccessibleTextRole and column is ClassColumn.SYMBOL:
            return _("颜色 {color}").format(color=symbol.fill or symbol.stroke)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        match column:
            case ClassColumn.UPPER:
                return self._form.text(self._uppers[row]) if self._has_break(row) and self._form else ""
            case ClassColumn.LABEL:
                return symbol.label(language())
            case ClassColumn.COUNT:
                return f"{self._styled.count_of_class[row]:,}"
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Labels and breaks can be edited."""
        flags = super().flags(index)
        if not index.isValid() or self._styled is None:
            return flags
        column, row = ClassColumn(index.column()), index.row()
        is_editable = (column is ClassColumn.LABEL and can_be_called(self._style, self._styled, row)) or (
            column is ClassColumn.UPPER and self._has_break(row)
        )
        return flags | Qt.ItemFlag.ItemIsEditable if is_editable else flags

    def setData(
        self,
        index: QModelIndex | QPersistentModelIndex,
        value: Any,
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        """Tell what the user wrote; a break that is no value is refused."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        text = str(value)
        if text == index.data(Qt.ItemDataRole.EditRole):
            return False
        if index.column() == ClassColumn.LABEL:
            self.label_written.emit(index.row(), text)
            return True
        number = self._form.number(text) if self._form else None
        if number is None:
            return False
        self.break_written.emit(index.row(), number)
        return True


def _sized_picture(symbol: SymbolClass) -> QPixmap:
    """Return a point symbol as large as it is on the map, in the middle of a picture."""
    across = min(symbol.size_px, float(LARGEST_PX - 2))
    ratio = _PIXEL_RATIO * across / _FULL_PX
    full = symbol_icon(replace(symbol, size_px=_FULL_SIZE_PX), Geometry.POINT, pixel_ratio=ratio)
    painted = full.pixmap(QSize(ICON_PX, ICON_PX), ratio)
    painted.setDevicePixelRatio(_PIXEL_RATIO)
    picture = QPixmap(round(LARGEST_PX * _PIXEL_RATIO), round(LARGEST_PX * _PIXEL_RATIO))
    picture.setDevicePixelRatio(_PIXEL_RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    middle = QPointF(LARGEST_PX / 2, LARGEST_PX / 2)
    painter.drawPixmap(middle - QRectF(QPointF(), painted.deviceIndependentSize()).center(), painted)
    painter.end()
    return picture
