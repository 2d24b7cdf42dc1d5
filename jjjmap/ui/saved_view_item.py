"""How a saved view is painted in a list: its picture, its title, and what it shows beside layers."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from qtpy.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPalette, QPen
from qtpy.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from jjjmap.i18n import _
from jjjmap.project.state import MAX_TITLE_CHARS
from jjjmap.ui.icons import Icon, icon

VIEW_ID = Qt.ItemDataRole.UserRole
ABOUT = Qt.ItemDataRole.UserRole + 1
"""The second line."""

PICTURE_PX = QSize(96, 60)
UNSEEN_PX = QSize(24, 24)
"""Of the sign that stands for a view of which there is no picture yet."""
GAP_PX = 8
MARGIN_PX = 5
LEADING_PX = 3
_IN_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip

Index = QModelIndex | QPersistentModelIndex


class SavedViewItem(QStyledItemDelegate):
    """Paints a row of the list, and lets its title be edited where it stands."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint picture, title and second line."""
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        is_chosen = bool(shown.state & QStyle.StateFlag.State_Selected)
        is_active = bool(shown.state & QStyle.StateFlag.State_Active)
        group = QPalette.ColorGroup.Active if is_active else QPalette.ColorGroup.Inactive
        style = shown.widget.style()
        painter.save()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, shown, painter, shown.widget)
        picture = _picture_rect(shown.rect)
        made = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(made, QIcon) and not made.isNull():
            painter.drawPixmap(picture, made.pixmap(PICTURE_PX))
        else:
            painter.fillRect(picture, shown.palette.color(group, QPalette.ColorRole.AlternateBase))
            unseen = QRect(QPoint(), UNSEEN_PX)
            unseen.moveCenter(picture.center())
            icon(Icon.REGION, shown.palette).paint(
                painter, unseen, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Disabled
            )
        painter.setPen(QPen(shown.palette.color(group, QPalette.ColorRole.Mid), 1))
        painter.drawRect(picture.adjusted(0, 0, -1, -1))
        text_role = QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text
        title, about = str(index.data(Qt.ItemDataRole.DisplayRole) or ""), str(index.data(ABOUT) or "")
        room = _title_rect(shown, about)
        painter.setPen(shown.palette.color(group, text_role))
        painter.setFont(_title_font(shown.font))
        line = room.height()
        elided = QFontMetrics(painter.font()).elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _IN_LINE, elided)
        if about:
            faint = text_role if is_chosen else QPalette.ColorRole.PlaceholderText
            painter.setPen(shown.palette.color(group, faint))
            painter.setFont(shown.font)
            elided = QFontMetrics(shown.font).elidedText(about, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(QRect(room.left(), room.top() + line, room.width(), line), _IN_LINE, elided)
        if shown.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(shown.palette.color(group, text_role), 1, Qt.PenStyle.DotLine))
            painter.drawRect(shown.rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Ask for the height of a picture."""
        return QSize(PICTURE_PX.width() + 120, PICTURE_PX.height() + 2 * MARGIN_PX)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Make the line for a new title."""
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName(_("视图的名称"))
        if isinstance(editor, QLineEdit):
            editor.setMaxLength(MAX_TITLE_CHARS)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the line for a new title over the old one, and above the second line."""
        room = _title_rect(option, str(index.data(ABOUT) or ""))
        height = max(editor.sizeHint().height(), room.height())
        editor.setGeometry(room.left() - 2, room.bottom() + 1 - height, room.width() + 2, height)


def _picture_rect(row: QRect) -> QRect:
    return QRect(row.left() + MARGIN_PX, row.top() + MARGIN_PX, PICTURE_PX.width(), PICTURE_PX.height())


def _text_rect(row: QRect) -> QRect:
    left = row.left() + MARGIN_PX + PICTURE_PX.width() + GAP_PX
    return QRect(left, row.top() + MARGIN_PX, row.right() - left - MARGIN_PX, row.height() - 2 * MARGIN_PX)


def _title_rect(option: QStyleOptionViewItem, about: str) -> QRect:
    """Return where the title stands: in the middle, or above the second line."""
    room = _text_rect(option.rect)
    # Latin letters among Chinese ones reach below the line of their own font.
    line = QFontMetrics(_title_font(option.font)).height() + LEADING_PX
    lines = line + (QFontMetrics(option.font).height() if about else 0)
    return QRect(room.left(), option.rect.center().y() - lines // 2, room.width(), line)


def _title_font(font: QFont) -> QFont:
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made
