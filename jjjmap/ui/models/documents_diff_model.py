"""What two documents say differently as a tree: matters, and below each what changed, the notable first."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from qtpy.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from qtpy.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)

from jjjmap.i18n import _
from jjjmap.text.comparison.comparison_records import (
    Change,
    ChangeKind,
    Comparison,
    Matter,
    Side,
)
from jjjmap.text.comparison.comparison_texts import NOTABLE_FIRST, ComparisonTexts, change_name, matter_name
from jjjmap.text.comparison.listings import ListingKind
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex

MATTERS = (Matter.CLUSTER, Matter.CHAIN, Matter.TARGET, Matter.PLACE, Matter.FIGURE)
"""The lists that policy is about come first, the many places and figures last."""

_LISTS = {ListingKind.CHAIN: Matter.CHAIN, ListingKind.CLUSTER: Matter.CLUSTER}
ROW_PADDING_PX = 5

_SIGNS = {
    ChangeKind.MOVED: "⇒",
    ChangeKind.REPLACED: "⇄",
    ChangeKind.RENAMED: "≈",
    ChangeKind.CHANGED: "≠",
    ChangeKind.APPEARED: "＋",
    ChangeKind.VANISHED: "－",
}
_COLORS = {
    # Okabe and Ito's palette, darkened for text: told apart by every kind of colour vision.
    ChangeKind.MOVED: "#b34700",
    ChangeKind.REPLACED: "#9c3d77",
    ChangeKind.RENAMED: "#00619a",
    ChangeKind.CHANGED: "#7a5c00",
    ChangeKind.APPEARED: "#007352",
    ChangeKind.VANISHED: "#6b6b6b",
}


class DiffColumn(IntEnum):
    """Columns of the tree."""

    KIND = 0
    BEFORE = 1
    AFTER = 2


class Role(IntEnum):
    """What the model tells besides Qt's own roles."""

    CHANGE = Qt.ItemDataRole.UserRole
    """The `Change` of a row; None for a matter."""


class DocumentsDiffModel(QStandardItemModel):
    """The changes of one comparison."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, len(DiffColumn), parent)
        self._titles = ("A", "B")

    def show_comparison(
        self, comparison: Comparison | None, texts: ComparisonTexts, titles: tuple[str, str]
    ) -> None:
        """Show all changes; none for no comparison.

        Parameters
        ----------
        comparison
            What came out.
        texts
            Writes it.
        titles
            What the two documents are called.
        """
        self.removeRows(0, self.rowCount())
        self._titles = titles
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(DiffColumn) - 1)
        for matter in MATTERS if comparison is not None else ():
            assert comparison is not None
            changes = sorted(comparison.about(matter), key=lambda change: NOTABLE_FIRST.index(change.kind))
            same = comparison.unchanged.get(matter, 0)
            if not changes and not same:
                continue
            heading = _("{matter}：{n} 处不同，{same} 处相同").format(
                matter=matter_name(matter), n=len(changes), same=same
            )
            group = _item(heading)
            font = QFont(QGuiApplication.font())
            font.setBold(True)
            group.setFont(font)
            for change in changes:
                group.appendRow(self._row(change, texts))
            self.appendRow([group, _item(""), _item("")])

    def change_at(self, index: Index) -> Change | None:
        """Return the change of a row; None for a matter, and for nothing."""
        if not index.isValid():
            return None
        change: Change | None = self.sibling(index.row(), DiffColumn.KIND, index).data(Role.CHANGE)
        return change

    def recolor(self) -> None:
        """Take the colours of a new palette."""
        for row in range(self.rowCount()):
            group = self.item(row)
            for number in range(group.rowCount()):
                item = group.child(number, DiffColumn.KIND)
                item.setForeground(QBrush(kind_color(item.data(Role.CHANGE).kind)))

    def _row(self, change: Change, texts: ComparisonTexts) -> list[QStandardItem]:
        name = change_name(change)
        kind = _item(f"{_SIGNS[change.kind]} {name}")
        kind.setData(change, Role.CHANGE)
        kind.setForeground(QBrush(kind_color(change.kind)))
        kind.setData(texts.change(change), Qt.ItemDataRole.AccessibleTextRole)
        kind.setToolTip(tooltip(texts.change(change)))
        return [kind, self._side(change, change.before, texts), self._side(change, change.after, texts)]

    def _side(self, change: Change, side: Side | None, texts: ComparisonTexts) -> QStandardItem:
        if side is None:
            item = _item("—")
            item.setForeground(QGuiApplication.palette().brush(QPalette.ColorRole.PlaceholderText))
            return item
        text = texts.side(side)
        if change.kind is ChangeKind.MOVED and side.in_list is not None:
            # Which list it stands in is the news: it comes first, for the end may be cut off.
            text = _("{list}：{name}").format(list=matter_name(_LISTS[side.in_list]), name=text)
        item = _item(text)
        item.setToolTip(tooltip(text))
        return item

    # Overrides of Qt.

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column: A and B are the documents."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(DiffColumn):
            return None
        match role:
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                text = (_("变动"), *self._titles)[section]
                return text if role == Qt.ItemDataRole.DisplayRole else tooltip(text)
        return None


def kind_color(kind: ChangeKind) -> QColor:
    """Return the colour of a kind of change, lighter on a dark ground."""
    color = QColor(_COLORS[kind])
    is_light = QGuiApplication.palette().color(QPalette.ColorRole.Base).lightness() > 127
    return color if is_light else QColor.fromHsl(color.hslHue(), color.hslSaturation() * 2 // 3, 185)


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    # Rows of Latin letters are as high as those of Chinese ones.
    item.setSizeHint(QSize(0, QFontMetrics(QGuiApplication.font()).height() + ROW_PADDING_PX))
    return item
