"""The search box of the toolbar, and the list of what it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, QTimer, Signal
from qtpy.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from qtpy.QtWidgets import QLineEdit, QSizePolicy, QWidget

from jjjmap.binding import is_alive
from jjjmap.i18n import _
from jjjmap.paths import RESOURCES
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.catalogue.hits import Hit
    from jjjmap.catalogue.search import HitGroup, SearchIndex
    from jjjmap.catalogue.search_entries import Command, SearchKind
    from jjjmap.session.documents.library import LibrarySession
    from jjjmap.session.layers.user_layers import UserLayers
    from jjjmap.ui.models.search_model import SearchModel
    from jjjmap.ui.search_popup import SearchPopup

# What searches and lists is imported with the first search: the start of the program does not wait for it.

WIDTH_PX, MIN_WIDTH_PX = 360, 140
HITS_OF_A_KIND = 5
ALL_HITS = 200
"""How many hits of one kind are listed when all are asked for; who wants more had better type more."""


class SearchBox(QLineEdit):
    """A line that answers while one types, and tells what the user wants to see.

    Parameters
    ----------
    workspace
        What is searched; the index is made when the box first gets the keyboard.
    commands
        Gives the id and title of what the window can do, in the language in use.
    parent
        The toolbar; the list is laid over the window that it stands in.
    resources
        The folder with the readings of names.
    library
        The user's documents, searched as well.
    layers
        The user's layers and results of analyses, searched by their titles.
    """

    place_requested = Signal(str)  # place id
    figure_requested = Signal(str, str)  # place id, id of a figure about it
    passage_requested = Signal(str)  # passage id
    chain_requested = Signal(str)  # chain id
    source_requested = Signal(str)  # source id
    layer_requested = Signal(str)  # id of a layer of the user's
    command_requested = Signal(str)  # id of a command, as handed in
    document_requested = Signal(str, int, int)  # document id, start and end of what was found; -1 for the top
    documents_requested = Signal(str)  # what is looked for; all documents that hold it are wanted

    def __init__(
        self,
        workspace: Workspace,
        commands: Callable[[], Sequence[Command]],
        parent: QWidget | None = None,
        *,
        resources: Path = RESOURCES,
        library: LibrarySession | None = None,
        layers: UserLayers | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._layers = layers
        self._workspace = workspace
        self._commands = commands
        self._resources = resources
        self._made_index: SearchIndex | None = None
        self._only: SearchKind | None = None
        self._popup: SearchPopup | None = None
        self._watched: tuple[QObject, ...] = ()
        self._preparing = QTimer(self)
        self._preparing.setSingleShot(True)
        self._preparing.timeout.connect(self._index)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(MIN_WIDTH_PX)
        self.setMaximumWidth(WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._look_for)
        self._name_controls()

    @cached_property
    def model(self) -> SearchModel:
        """The rows of the list."""
        from jjjmap.ui.models.search_model import SearchModel

        return SearchModel(self)

    @property
    def popup(self) -> SearchPopup:
        """The list; made with its first use, for before that the box may stand in no window."""
        if self._popup is None:
            from jjjmap.ui.search_popup import SearchPopup

            self._popup = SearchPopup(self.model, self.window())
            self._popup.row_chosen.connect(self._choose)
            self._popup.list.selectionModel().currentChanged.connect(self._tell_current)
            self._name_controls()
        return self._popup

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self._popup is not None and self._popup.isVisible()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self._name_controls()
        if self._made_index is not None:
            self._made_index.set_commands(self._commands())
        if self.is_open:
            self._answer()

    def focus_search(self) -> None:
        """Take the keyboard, ready to type something new; what was found last is shown again."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        if self.text().strip():
            self._answer()

    def close_list(self) -> None:
        """Hide the list."""
        if self._popup is not None:
            self._popup.hide()
        self._watch_window(False)
        self._only = None

    def _name_controls(self) -> None:
        self.setPlaceholderText(_("搜索地点、政策、数据…（Ctrl+K）"))
        self.setAccessibleName(_("搜索"))
        self.setToolTip(_("可用名称、别名、拼音或首字母，几个词用空格隔开（Ctrl+K）"))
        if self._popup is not None:
            self._popup.list.setAccessibleName(_("搜索结果"))
            self._popup.keys_label.setText(_("↑ ↓ 选择　Enter 打开　PgUp PgDn 换组　Esc 关闭"))

    # Searching.

    def _index(self) -> SearchIndex:
        if self._made_index is None:
            from jjjmap.catalogue.pinyin import load_readings
            from jjjmap.catalogue.search import SearchIndex

            readings, findings = load_readings(self._resources)
            for finding in findings:
                self._workspace.add_finding(finding)
            self._made_index = SearchIndex(self._workspace.catalogue, readings, self._commands())
        return self._made_index

    def _look_for(self, text: str) -> None:
        self._only = None
        if text.strip():
            self._answer()
        else:
            self.close_list()

    def _answer(self) -> None:
        groups = self._index().search(
            self.text(),
            self._workspace.language,
            kinds=(self._only,) if self._only else (),
            limit=ALL_HITS if self._only else HITS_OF_A_KIND,
        )
        groups = (*self._with_layers(groups), *self._documents())
        note = _(
            "没有找到“{text}”。可以搜索：地点（中英文名、别名、拼音、首字母）、集群、产业链、"
            "政策要点和摘要、数据的指标和数值、来源标题、自己的图层和分析结果、命令；几个词之间用空格隔开，须同时出现。"
        )
        self.model.show_groups(groups, note.format(text=self.text().strip()))
        popup = self.popup
        popup.place_below(self)
        if not popup.isVisible():
            popup.show()
            self._watch_window(True)
        popup.raise_()
        popup.list.scrollToTop()
        if groups:
            self._go_to(self.model.next_row(0, +1))
            popup.list.scrollToTop()
        else:
            self.setAccessibleDescription(self.model.index(0, 0).data())

    def _with_layers(self, groups: tuple[HitGroup, ...]) -> tuple[HitGroup, ...]:
        """Return groups of the catalogue with one of the user's layers, where they are wanted and fit."""
        from jjjmap.catalogue.search_entries import SearchKind

        if self._only not in (None, SearchKind.LAYER) or self._layers is None or not self._layers.layers:
            return groups
        from jjjmap.ui.layer_answers import layer_group, with_layers

        limit = ALL_HITS if self._only else HITS_OF_A_KIND
        return with_layers(groups, layer_group(self._layers.layers, self.text(), limit))

    def _documents(self) -> tuple[HitGroup, ...]:
        """Return the best documents as a group; none where one kind of the catalogue is wanted."""
        library = self._library
        if self._only is not None or library is None or library.is_empty:
            return ()
        from jjjmap.errors import QueryInvalid
        from jjjmap.ui.library_answers import document_group

        try:
            answer = library.look_up(self.text(), limit=HITS_OF_A_KIND, hits_per_document=1)
        except QueryInvalid:
            return ()  # Half-typed operators; the catalogue takes them for words.
        group = document_group(answer, self._workspace.language, HITS_OF_A_KIND) if answer else None
        return (group,) if group is not None else ()

    def _watch_window(self, watch: bool) -> None:
        """Hear of clicks anywhere in the window and of its size, or no longer.

        Not by a filter of the whole application: it sees objects that are being made or go, as those of the
        map have many, and the binding crashes when it wraps them.
        """
        for each in self._watched:
            if is_alive(each):
                each.removeEventFilter(self)
        self._watched = ()
        if watch:
            window = self.window()
            handle = window.windowHandle()
            self._watched = (window,) if handle is None else (window, handle)
            for each in self._watched:
                each.installEventFilter(self)

    def _go_to(self, row: int) -> None:
        from jjjmap.ui.models.search_model import Role, RowType

        index = self.model.index(row, 0)
        self.popup.list.setCurrentIndex(index)
        before = self.model.index(row - 1, 0)
        if before.data(Role.TYPE) is RowType.HEADING:
            self.popup.list.scrollTo(before)
        self.popup.list.scrollTo(index)

    def _tell_current(self, index: QModelIndex) -> None:
        # The keyboard stays in the line, so that is where a screen reader listens.
        self.setAccessibleDescription(index.data(Qt.ItemDataRole.AccessibleTextRole) or "")

    # Choosing.

    def _choose(self, index: QModelIndex) -> None:
        from jjjmap.catalogue.search_entries import SearchKind
        from jjjmap.ui.models.search_model import Role, RowType

        match index.data(Role.TYPE):
            case RowType.MORE if index.data(Role.KIND) is SearchKind.DOCUMENT:
                self.close_list()
                self.documents_requested.emit(self.text())
            case RowType.MORE:
                self._only = index.data(Role.KIND)
                self._answer()
            case RowType.HIT:
                hit: Hit = index.data(Role.HIT)
                self.close_list()
                self.selectAll()
                self._ask_for(hit)

    def _ask_for(self, hit: Hit) -> None:
        from jjjmap.catalogue.search_entries import SearchKind

        match hit.kind:
            case SearchKind.PLACE | SearchKind.CLUSTER:
                self.place_requested.emit(hit.id)
            case SearchKind.CHAIN:
                self.chain_requested.emit(hit.id)
            case SearchKind.POLICY:
                self.passage_requested.emit(hit.id)
            case SearchKind.SOURCE:
                self.source_requested.emit(hit.id)
            case SearchKind.LAYER:
                self.layer_requested.emit(hit.id)
            case SearchKind.COMMAND:
                self.command_requested.emit(hit.id)
            case SearchKind.DOCUMENT:
                document_id, _slash, stretch = hit.id.partition("/")
                start, _slash, end = stretch.partition("/")
                self.document_requested.emit(document_id, int(start or -1), int(end or -1))
            case SearchKind.FIGURE if self._workspace.knows(hit.scope_id):
                self.figure_requested.emit(hit.scope_id, hit.id)
            case SearchKind.FIGURE if hit.scope_id in self._workspace.catalogue.chains:
                self.chain_requested.emit(hit.scope_id)
            case SearchKind.FIGURE:
                # About something that has neither page nor chart: its source is what can be shown.
                self.source_requested.emit(hit.source_ids[0])

    # Overrides of Qt.

    def sizeHint(self) -> QSize:
        """Be as wide as there is room for, up to `WIDTH_PX`."""
        return QSize(WIDTH_PX, super().sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window while there is something to close or to empty."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride and (self.is_open or self.text()):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the list, choose on Enter; Escape goes back, closes, then empties."""
        current = self.popup.list.currentIndex().row() if self.is_open else -1
        match event.key():
            case Qt.Key.Key_Escape if self._only is not None:
                self._only = None
                self._answer()
            case Qt.Key.Key_Escape if self.is_open:
                self.close_list()
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case Qt.Key.Key_Down | Qt.Key.Key_Up if not self.is_open and self.text().strip():
                self._answer()
            case Qt.Key.Key_Down if current >= 0:
                self._go_to(self.model.next_row(current, +1))
            case Qt.Key.Key_Up if current >= 0:
                self._go_to(self.model.next_row(current, -1))
            case Qt.Key.Key_PageDown if current >= 0:
                self._go_to(self.model.next_group(current, +1))
            case Qt.Key.Key_PageUp if current >= 0:
                self._go_to(self.model.next_group(current, -1))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.is_open:
                self._choose(self.popup.list.currentIndex())
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.text().strip():
                self._answer()
            case _other:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make the index before the first key comes; what the window can do changes with what is open."""
        super().focusInEvent(event)
        if self._made_index is None:
            self._preparing.start(0)
        else:
            self._made_index.set_commands(self._commands())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list when the keyboard goes elsewhere in the program."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.close_list()

    def hideEvent(self, event: QHideEvent) -> None:
        """Close the list with the box."""
        super().hideEvent(event)
        self.close_list()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close the list on a click elsewhere, and keep it in its place when the window changes."""
        if self.is_open and event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            where = event.globalPosition().toPoint()
            if not any(part.rect().contains(part.mapFromGlobal(where)) for part in (self, self.popup)):
                self.close_list()
        elif self.is_open and event.type() == QEvent.Type.Resize and watched is self.window():
            self.popup.place_below(self)
        return super().eventFilter(watched, event)
