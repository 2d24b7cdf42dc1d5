"""How an analysis is painted in the list: its title, and below it what it is and how it stands."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from qtpy.QtGui import QFont, QFontMetrics, QPainter, QPalette, QPen
from qtpy.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

MARGIN_PX = 6
LEAST_WIDTH_PX = 120
_IN_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine

Index = QModelIndex | QPersistentModelIndex


class AnalysisItem(QStyledItemDelegate):
    """Paints the two lines of a row, each cut off where there is no more room."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint title and second line."""
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        is_chosen = bool(shown.state & QStyle.StateFlag.State_Selected)
        is_active = bool(shown.state & QStyle.StateFlag.State_Active)
        group = QPalette.ColorGroup.Active if is_active else QPalette.ColorGroup.Inactive
        text_role = QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text
        faint_role = text_role if is_chosen else QPalette.ColorRole.PlaceholderText
        painter.save()
        shown.widget.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, shown, painter, shown.widget
        )
        title, _newline, about = str(index.data(Qt.ItemDataRole.DisplayRole) or "").partition("\n")
        bold = _bold(shown.font)
        room = shown.rect.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        line = room.height() // 2
        for text, font, role, top in (
            (title, bold, text_role, room.top()),
            (about, shown.font, faint_role, room.top() + line),
        ):
            painter.setFont(font)
            painter.setPen(shown.palette.color(group, role))
            elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(QRect(room.left(), top, room.width(), line), _IN_LINE, elided)
        if shown.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(shown.palette.color(group, text_role), 1, Qt.PenStyle.DotLine))
            painter.drawRect(shown.rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Ask for two lines."""
        line = QFontMetrics(_bold(option.font)).height() + 2
        return QSize(LEAST_WIDTH_PX, 2 * line + 2 * MARGIN_PX)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
