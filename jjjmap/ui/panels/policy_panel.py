"""The policy dock: goals, principles, tasks and safeguards as an outline, tied to the map both ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qtpy.QtCore import QEvent, QModelIndex, QSignalBlocker, QSize, Qt, Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.outline import OutlinePart
from jjjmap.i18n import _
from jjjmap.session.highlight import Highlight
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.following_panel import FollowingPanel
from jjjmap.ui.icons import Icon, icon
from jjjmap.ui.models.policy_model import NOTE, TITLE, PolicyFilter, PolicyModel, Role
from jjjmap.ui.policy_texts import PolicyTexts, ways_text
from jjjmap.ui.richtext import RichTextView, element, tooltip
from jjjmap.ui.source_marks import SourceMarks
from jjjmap.ui.turning_splitter import TurningSplitter

FOLDED_AT_FIRST = (OutlinePart.PLACES, OutlinePart.CLUSTERS)
"""Parts that are long lists rather than an outline."""


class PolicyPanel(FollowingPanel):
    """Shows the outline; choosing a passage marks on the map what it speaks of."""

    place_requested = Signal(str)  # place id, from the list below a digest
    chain_requested = Signal(str)  # chain id, from a digest

    def __init__(
        self,
        workspace: Workspace,
        selection: Selection,
        highlight: Highlight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(selection, parent)
        self._workspace = workspace
        self._highlight = highlight
        self._is_listening = True
        self._passage_id = ""
        self._chip_text = ""
        self._marks = SourceMarks()
        self._folded: set[str] = {part.value for part in FOLDED_AT_FIRST}
        self.filter_line = FilterLine(self)
        self.filter_line.setClearButtonEnabled(True)
        self.place_chip = QToolButton(self)
        self.place_chip.setCheckable(True)
        self.place_chip.setChecked(True)
        self.place_chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.place_chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.all_button = QToolButton(self)
        self.all_button.setIcon(icon(Icon.CLEAR, self.palette()))
        self.all_button.setIconSize(QSize(14, 14))
        self.all_button.setAutoRaise(True)
        self.count_label = self._faint_label()
        self.model = PolicyModel(workspace, self)
        self.proxy = PolicyFilter(self)
        self.proxy.setSourceModel(self.model)
        self.tree = QTreeView(self)
        self.tree.setModel(self.proxy)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.digest = RichTextView(self)
        self.marked_label = self._faint_label()
        self.marked_label.setWordWrap(True)
        self.mark_button = QToolButton(self)
        self.mark_button.setAutoRaise(True)
        self._lay_out()
        self.filter_line.textChanged.connect(self._look_for)
        self.filter_line.left_downwards.connect(self._enter_tree)
        self.filter_line.chosen.connect(self._choose_first)
        self.place_chip.toggled.connect(self._filter_by_place)
        self.all_button.clicked.connect(lambda: self.place_chip.setChecked(False))
        self.tree.selectionModel().currentChanged.connect(self._choose)
        self.tree.clicked.connect(self._choose_again)
        self.tree.expanded.connect(lambda index: self._note_fold(index, folded=False))
        self.tree.collapsed.connect(lambda index: self._note_fold(index, folded=True))
        self.digest.link_followed.connect(self._follow)
        self.splitter.splitterMoved.connect(self._fit_outline)
        self.mark_button.clicked.connect(self._toggle_marks)
        highlight.highlight_changed.connect(self._show_marked)
        self._name_controls()

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        self._name_controls()
        if self._is_filled:
            self._rebuild()

    def show_passage(self, passage_id: str) -> None:
        """Choose a passage, wherever it stands; a filter that hides it is taken away."""
        self._fill()
        if self.model.item_of(passage_id) is None:
            return
        if not self._row_of(passage_id).isValid():
            self.filter_line.clear()
            self.place_chip.setChecked(False)
        index = self._row_of(passage_id)
        if self.tree.currentIndex() == index:
            self._choose_again(index)
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index)

    # How the panel is made.

    def _faint_label(self) -> QLabel:
        label = QLabel(self)
        label.setObjectName("faint")
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(6, 6, 6, 2)
        top.addWidget(self.filter_line, 1)
        top.addWidget(self.count_label)
        self._chip_row = QWidget(self)
        chips = QHBoxLayout(self._chip_row)
        chips.setContentsMargins(6, 2, 6, 2)
        chips.setSpacing(2)
        chips.addWidget(self.place_chip, 1)
        chips.addWidget(self.all_button)
        self._outline = QWidget(self)
        column = QVBoxLayout(self._outline)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._chip_row)
        column.addWidget(self.tree, 1)
        footer = QFrame(self)
        footer.setObjectName("layer_footer")
        row = QHBoxLayout(footer)
        row.setContentsMargins(10, 2, 6, 2)
        row.addWidget(self.marked_label, 1)
        row.addWidget(self.mark_button)
        text = QWidget(self)
        text_column = QVBoxLayout(text)
        text_column.setContentsMargins(0, 0, 0, 0)
        text_column.setSpacing(0)
        text_column.addWidget(self.digest, 1)
        text_column.addWidget(footer)
        self.splitter = TurningSplitter((self._outline, text), (2, 3), self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def _name_controls(self) -> None:
        self.filter_line.setPlaceholderText(_("筛选政策：标题、编号或内容"))
        self.filter_line.setAccessibleName(_("筛选政策条目"))
        self.tree.setAccessibleName(_("政策大纲"))
        self.digest.setAccessibleName(_("政策摘要与地点"))
        for button, name in (
            (self.all_button, _("显示全部条目")),
            (self.mark_button, _("在图上标出这一条提到的地点，或取消标记")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)
        self._show_marked()

    def _fill_once(self) -> None:
        self._rebuild()

    def _follow_place(self) -> None:
        self._filter_by_place()

    def _rebuild(self) -> None:
        with self._not_listening():
            self.model.rebuild()
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(NOTE, QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(20)
        self._filter_by_place()

    # The outline.

    @contextmanager
    def _not_listening(self) -> Iterator[None]:
        """Let rows come and go without taking Qt's new current row for a choice of the user."""
        self._is_listening = False
        try:
            yield
        finally:
            self._is_listening = True

    def _row_of(self, passage_id: str) -> QModelIndex:
        return self.proxy.mapFromSource(self.model.index_of(passage_id))

    def _filter_by_place(self) -> None:
        place_id = self._followed_id = self._selection.place_id
        self._chip_row.setVisible(bool(place_id))
        links = {}
        if place_id:
            links = {
                linked.passage.id: linked
                for linked in self._workspace.details(place_id).passages
                if self.model.item_of(linked.passage.id) is not None
            }
            name = self._workspace.place(place_id).name(self._workspace.language)
            self._chip_text = _("只看与“{name}”有关的（{n} 条）").format(name=name, n=len(links))
            self.place_chip.setToolTip(tooltip(self._chip_text))
            self.place_chip.setAccessibleName(self._chip_text)
        is_on = bool(place_id) and self.place_chip.isChecked()
        self.all_button.setVisible(is_on)
        with self._not_listening():
            self.proxy.keep_only(frozenset(links) if is_on else None)
        self.model.show_links(links if is_on else {})
        self._fit_outline()
        self._show_outline()
        self._write()

    def _fit_outline(self) -> None:
        self._fit_notes()
        self._fit_chip()

    def _fit_notes(self) -> None:
        """Give reasons more room than counts."""
        is_wordy = self.all_button.isVisibleTo(self)
        width = self.fontMetrics().horizontalAdvance("提到相关的产业集群…" if is_wordy else "0000") + 10
        self.tree.header().resizeSection(NOTE, min(width, self.tree.viewport().width() * 2 // 5))

    def _fit_chip(self) -> None:
        """Shorten the text of the chip to its width: a button would cut it off at both ends."""
        room = self._outline.width() - self.all_button.sizeHint().width() - 34
        elided = Qt.TextElideMode.ElideMiddle
        self.place_chip.setText(self.fontMetrics().elidedText(self._chip_text, elided, room))

    def _look_for(self, text: str) -> None:
        with self._not_listening():
            self.proxy.look_for(text)
        self._show_outline()

    def _show_outline(self) -> None:
        """Unfold what the user had unfolded, or all that is found; count it and mark the passage shown."""
        with QSignalBlocker(self.tree):
            self.tree.expandAll()
            if not self.proxy.is_filtering:
                self._fold(QModelIndex())
        with self._not_listening():
            # Qt marks a neighbour when the marked row is filtered out; a mark must mean the passage shown.
            self.tree.setCurrentIndex(self._row_of(self._passage_id) if self._passage_id else QModelIndex())
        shown = sum(
            self.proxy.is_found(self.model.index_of(passage_id)) for passage_id in self.model.passage_ids
        )
        self.count_label.setText(
            _("{shown}/{n} 条").format(shown=shown, n=len(self.model.passage_ids))
            if self.proxy.is_filtering
            else ""
        )
        self.count_label.setVisible(self.proxy.is_filtering)

    def _fold(self, parent: QModelIndex) -> None:
        for row in range(self.proxy.rowCount(parent)):
            index = self.proxy.index(row, TITLE, parent)
            self._fold(index)
            if (index.data(Role.ID) or index.data(Role.PART)) in self._folded:
                self.tree.collapse(index)

    def _note_fold(self, index: QModelIndex, *, folded: bool) -> None:
        if not self.proxy.is_filtering:
            change = self._folded.add if folded else self._folded.discard
            change(index.data(Role.ID) or index.data(Role.PART))

    def _first_passage(self, parent: QModelIndex) -> QModelIndex:
        for row in range(self.proxy.rowCount(parent)):
            index = self.proxy.index(row, TITLE, parent)
            found = index if index.data(Role.ID) else self._first_passage(index)
            if found.isValid():
                return found
        return QModelIndex()

    def _choose_first(self) -> None:
        if self.proxy.is_filtering:
            self.tree.setCurrentIndex(self._first_passage(QModelIndex()))

    def _enter_tree(self) -> None:
        self.tree.setFocus()
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self._first_passage(QModelIndex()))

    def _choose(self, index: QModelIndex) -> None:
        passage_id = index.siblingAtColumn(TITLE).data(Role.ID)
        if passage_id and self._is_listening:
            self._passage_id = passage_id
            self._write()
            self._mark_places()

    def _choose_again(self, index: QModelIndex) -> None:
        """Answer a click on the passage that is shown already: its marks may be gone."""
        if index.siblingAtColumn(TITLE).data(Role.ID) == self._passage_id:
            self._mark_places()

    # The passage.

    def _write(self) -> None:
        item = self.model.item_of(self._passage_id)
        if item is None:
            hint = _("在左边的大纲里选一条：这里显示摘要和来源，地图上标出它提到的地点。")
            self.digest.show_markup(element("p", hint, css="faint"))
            self._show_marked()
            return
        language = self._workspace.language
        passages = (item.passage, *(below.passage for below in item.items))
        self._marks = SourceMarks(source_id for passage in passages for source_id in passage.source_ids)
        mentions = self.model.mentions(self._passage_id)
        texts = PolicyTexts(self._workspace.catalogue, item, mentions, self._marks, language)
        self.digest.show_markup(texts.page(self._relation()))
        self._show_marked()

    def _relation(self) -> str:
        why = self.model.link_text(self._passage_id)
        if not why or not self._selection.place_id:
            return ""
        name = self._workspace.place(self._selection.place_id).name(self._workspace.language)
        return _("与所选“{name}”：{why}").format(name=name, why=why)

    def _mark_title(self) -> str:
        item = self.model.item_of(self._passage_id)
        return item.passage.title(self._workspace.language) if item is not None else ""

    def _mark_places(self) -> None:
        mentions = self.model.mentions(self._passage_id)
        self._highlight.show([mention.place_id for mention in mentions], self._mark_title())

    def _toggle_marks(self) -> None:
        if self._is_marked():
            self._highlight.clear()
        else:
            self._mark_places()

    def _is_marked(self) -> bool:
        mentions = self.model.mentions(self._passage_id) if self._passage_id else ()
        return bool(mentions) and self._highlight.place_ids == tuple(m.place_id for m in mentions)

    def _show_marked(self) -> None:
        """Say what is marked on the map; a slot for `Highlight.highlight_changed`."""
        mentions = self.model.mentions(self._passage_id) if self._passage_id else ()
        is_marked = self._is_marked()
        ways = ways_text(mentions)
        self.marked_label.setText(
            _("图上已标出 {n} 处（{ways}）").format(n=len(mentions), ways=ways) if is_marked else ""
        )
        self.mark_button.setText(_("取消标记") if is_marked else _("在图上标出"))
        self.mark_button.setEnabled(bool(mentions))

    def _follow(self, scheme: str, target: str) -> None:
        match scheme:
            case "source":
                language = self._workspace.language
                self._marks.show_card(self._workspace.catalogue, target, language, self)
            case "place" if self._workspace.knows(target):
                self.place_requested.emit(target)
            case "passage":
                self.show_passage(target)
            case "chain":
                self.chain_requested.emit(target)

    # Overrides of Qt.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the outline to the new width."""
        super().resizeEvent(event)
        self._fit_outline()

    def changeEvent(self, event: QEvent) -> None:
        """Paint icons and faint texts anew when the desktop turns dark or light."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._is_filled:
            self.all_button.setIcon(icon(Icon.CLEAR, self.palette()))
            self.model.repaint()
