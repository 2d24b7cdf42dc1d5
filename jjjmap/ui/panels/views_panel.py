"""The views dock: saved views with their pictures, to go to, to name, to order and to export."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QPoint, QSignalBlocker, Qt, QTimer, Signal
from qtpy.QtGui import QAction, QIcon, QKeyEvent, QPixmap
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.wording import date_text
from jjjmap.i18n import _
from jjjmap.project.state import SavedView
from jjjmap.session.session import Session
from jjjmap.session.view_keeper import ViewKeeper
from jjjmap.ui.icon_button import IconButton
from jjjmap.ui.icons import Icon
from jjjmap.ui.richtext import tooltip
from jjjmap.ui.saved_view_item import ABOUT, PICTURE_PX, VIEW_ID, SavedViewItem


class ViewsList(QListWidget):
    """The views; Enter goes to one, F2 names it, Delete removes it, Alt with up or down moves it."""

    go_requested = Signal()
    remove_requested = Signal()
    move_requested = Signal(int)  # -1 up, +1 down
    dropped = Signal(int, int)  # row that was dragged, and the row that it is now

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(SavedViewItem(self))
        self.setIconSize(PICTURE_PX)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemDoubleClicked.connect(lambda _item: self.go_requested.emit())
        self.model().rowsMoved.connect(self._tell_drop)

    def _tell_drop(self, _from: object, start: int, _end: int, _to: object, row: int) -> None:
        # Told when the drop is over: the list is filled anew by it.
        target = row if row < start else row - 1
        QTimer.singleShot(0, self, lambda: self.dropped.emit(start, target))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer the keys of the list."""
        is_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.go_requested.emit()
            case Qt.Key.Key_Delete:
                self.remove_requested.emit()
            case Qt.Key.Key_Up if is_alt:
                self.move_requested.emit(-1)
            case Qt.Key.Key_Down if is_alt:
                self.move_requested.emit(+1)
            case _:
                super().keyPressEvent(event)


class ViewsPanel(QWidget):
    """Shows the saved views, and asks their keeper to change them.

    Parameters
    ----------
    session
        What is open.
    keeper
        Changes the views.
    picture_of
        Returns what a view looked like by its id; an empty picture if nobody has seen it yet.
    """

    add_requested = Signal()
    update_requested = Signal(str)  # view id
    export_requested = Signal()

    def __init__(
        self,
        session: Session,
        keeper: ViewKeeper,
        picture_of: Callable[[str], QPixmap],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._keeper = keeper
        self._picture_of = picture_of
        self.add_button = QPushButton(self)
        self.up_button = IconButton(Icon.UP, lambda: self._step(-1), self)
        self.down_button = IconButton(Icon.DOWN, lambda: self._step(+1), self)
        self.export_button = IconButton(Icon.EXPORT, self.export_requested.emit, self)
        self.more_button = IconButton(Icon.MORE, self._show_menu_below, self)
        self.list = ViewsList(self)
        self.invitation = QLabel(self)
        self.invitation.setObjectName("faint")
        self.invitation.setWordWrap(True)
        self.invitation.setTextFormat(Qt.TextFormat.PlainText)
        self.invitation.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.invitation.setContentsMargins(10, 10, 10, 10)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.invitation)
        self._stack.addWidget(self.list)
        self._lay_out()
        self.add_button.clicked.connect(lambda: self.add_requested.emit())
        self.list.go_requested.connect(lambda: keeper.go_to(self.chosen_id))
        self.list.remove_requested.connect(self.remove)
        self.list.move_requested.connect(self._step)
        self.list.dropped.connect(self._take_drop)
        self.list.itemChanged.connect(self._take_title)
        self.list.currentRowChanged.connect(lambda _row: self._show_what_can_be_done())
        self.list.customContextMenuRequested.connect(self._show_menu)
        session.views.views_changed.connect(self.refresh)
        self.retranslate()

    @property
    def chosen_id(self) -> str:
        """The view that is marked in the list; empty if none."""
        item = self.list.currentItem()
        return str(item.data(VIEW_ID)) if item is not None else ""

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.add_button.setText(_("保存当前视图"))
        self.add_button.setToolTip(_("记下范围、图层、筛选、时间、选中的地点和打开的文档"))
        self.list.setAccessibleName(_("保存的视图"))
        self.invitation.setText(
            _(
                "还没有保存的视图。\n\n把地图调到想要的样子，再点“保存当前视图”：范围、图层、筛选、时间、"
                "选中的地点和打开的文档都会记下，双击就能回来。\n\n导出时，视图可以成为 PDF 的各页、"
                "一张张图片，或网页里的步骤。"
            )
        )
        for button, text in (
            (self.up_button, _("上移（Alt+↑）")),
            (self.down_button, _("下移（Alt+↓）")),
            (self.export_button, _("导出视图…")),
            (self.more_button, _("更多操作")),
        ):
            button.setToolTip(text)
            button.setAccessibleName(text)
        self.refresh()

    def refresh(self) -> None:
        """Show the views anew; the same one stays marked, or the one that took its place."""
        chosen, row = self.chosen_id, self.list.currentRow()
        blocker = QSignalBlocker(self.list)
        self.list.clear()
        for view in self._session.views.views:
            item = QListWidgetItem(view.title)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
            item.setData(VIEW_ID, view.id)
            item.setData(ABOUT, self._about(view))
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, self._about(view))
            item.setToolTip(tooltip(view.title))
            item.setIcon(QIcon(self._picture_of(view.id)))
            self.list.addItem(item)
        del blocker
        if not self.mark(chosen) and self.list.count():
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        self._stack.setCurrentWidget(self.list if self.list.count() else self.invitation)
        self._show_what_can_be_done()

    def mark(self, view_id: str) -> bool:
        """Mark a view in the list; return whether it is there."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item is not None and item.data(VIEW_ID) == view_id:
                self.list.setCurrentRow(row)
                return True
        return False

    def show_picture(self, view_id: str) -> None:
        """Show another picture of a view."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item is not None and item.data(VIEW_ID) == view_id:
                blocker = QSignalBlocker(self.list)
                item.setIcon(QIcon(self._picture_of(view_id)))
                del blocker
                self.list.viewport().update()

    def rename(self) -> None:
        """Let the title of the marked view be edited where it stands."""
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item)

    def remove(self) -> None:
        """Remove the marked view."""
        view = self._keeper.view(self.chosen_id)
        if view is not None:
            self._keeper.remove(view.id)
            self._keeper.told.emit(_("已删除视图“{title}”，可以撤销。").format(title=view.title))

    def menu(self) -> QMenu:
        """Return the menu of the marked view."""
        menu = QMenu(self)
        entries: tuple[tuple[str, Callable[[], None]] | None, ...] = (
            (_("转到"), lambda: self._keeper.go_to(self.chosen_id)),
            (_("更新为当前地图"), lambda: self.update_requested.emit(self.chosen_id)),
            (_("改名"), self.rename),
            None,
            (_("上移"), lambda: self._step(-1)),
            (_("下移"), lambda: self._step(+1)),
            None,
            (_("删除"), self.remove),
        )
        for entry in entries:
            if entry is None:
                menu.addSeparator()
                continue
            action = QAction(entry[0], menu)
            action.triggered.connect(lambda _checked=False, slot=entry[1]: slot())
            menu.addAction(action)
        return menu

    # How it is made.

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(6, 6, 6, 4)
        row.addWidget(self.add_button)
        row.addStretch(1)
        for button in (self.up_button, self.down_button, self.export_button, self.more_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)

    def _about(self, view: SavedView) -> str:
        """Return what a view shows beside its layers."""
        session, language = self._session, self._session.workspace.language
        said = []
        if view.moment:
            said.append(date_text(view.moment, language))
        if session.workspace.knows(view.chosen_id):
            said.append(session.workspace.place(view.chosen_id).name(language))
        filters = sum(1 for layer_id, said_ in view.filters if said_ and session.user_layers.holds(layer_id))
        if filters:
            said.append(_("筛选 {n} 个图层").format(n=filters))
        return " · ".join(said)

    def _show_what_can_be_done(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < count - 1)
        self.more_button.setEnabled(row >= 0)
        self.export_button.setEnabled(count > 0)

    def _step(self, step: int) -> None:
        row = self.list.currentRow()
        if 0 <= row + step < self.list.count():
            self._keeper.move(self.chosen_id, row + step)

    def _take_drop(self, start: int, target: int) -> None:
        item = self.list.item(target)
        if item is not None and start != target:
            self._keeper.move(str(item.data(VIEW_ID)), target)

    def _take_title(self, item: QListWidgetItem) -> None:
        view_id, title = str(item.data(VIEW_ID)), item.text()

        def rename() -> None:
            self._keeper.rename(view_id, title)
            self.refresh()  # What was refused, as an empty title, goes from the list as well.

        # When the editor is closed: the list is filled anew by it.
        QTimer.singleShot(0, self, rename)

    def _show_menu(self, at: QPoint) -> None:
        if self.list.itemAt(at) is not None:
            self._open(self.menu(), self.list.viewport().mapToGlobal(at))

    def _show_menu_below(self) -> None:
        self._open(self.menu(), self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def _open(self, menu: QMenu, at: QPoint) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
