"""The chain dock: the list of chains, the picture of one, and what is known about it."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QSize, Qt, Signal
from qtpy.QtGui import QPalette, QResizeEvent
from qtpy.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.chain_graph import ChainGraph, chain_graph, chains_of, holders_of
from jjjmap.catalogue.models import Chain
from jjjmap.i18n import Language, _
from jjjmap.session.highlight import Highlight
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.chain_chart import ZOOM_STEP, ChainChart, mixed
from jjjmap.ui.chain_texts import ChainTexts, chains_of_place, wording_text
from jjjmap.ui.following_panel import FollowingPanel
from jjjmap.ui.icons import Icon, icon
from jjjmap.ui.richtext import RichTextView, link_color, tooltip
from jjjmap.ui.source_marks import SourceMarks
from jjjmap.ui.turning_splitter import TurningSplitter

WIDE_PX = 700
"""From this width on, list, picture and text stand side by side."""

SHORTEST_NAMES_PX, LONGEST_NAMES_PX, TALLEST_LIST_PX = 140, 230, 130

TEXT_WIDTH_PX = 270

CARDS_ABREAST_PX = 560

CHOSEN_MARK = "● "
"""Before a chain that the chosen place belongs to."""


class ChainsPanel(FollowingPanel):
    """Shows one chain; choosing it marks its places on the map, a chosen place is marked in its picture."""

    place_requested = Signal(str)  # place id, from a chip or a link
    passage_requested = Signal(str)  # passage id, from the list of passages that name the chain

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
        self._graph: ChainGraph | None = None
        self._marks = SourceMarks()
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chart = ChainChart(workspace.catalogue, self)
        self.text = RichTextView(self)
        self.place_line = QLabel(self)
        self.place_line.setTextFormat(Qt.TextFormat.RichText)
        self.place_line.setWordWrap(True)
        self.place_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.place_line.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.note_line = QLabel(self)
        self.note_line.setObjectName("faint")
        self.note_line.setTextFormat(Qt.TextFormat.PlainText)
        self.note_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.smaller_button = self._button("−")
        self.larger_button = self._button("+")
        self.fit_button = self._button("")
        self._lay_out()
        self.list.currentItemChanged.connect(self._choose)
        self.list.itemClicked.connect(self._choose_again)
        self.chart.place_requested.connect(self.place_requested)
        self.chart.source_requested.connect(lambda source_id: self._follow("source", source_id))
        self.chart.node_requested.connect(self._mark_node)
        self.text.link_followed.connect(self._follow)
        self.place_line.linkActivated.connect(lambda href: self._follow(*href.split(":", 1)))
        self.smaller_button.clicked.connect(lambda: self.chart.zoom_by(1 / ZOOM_STEP))
        self.larger_button.clicked.connect(lambda: self.chart.zoom_by(ZOOM_STEP))
        self.fit_button.clicked.connect(self.chart.fit)
        self._name_controls()

    @property
    def chain_id(self) -> str:
        """The chain that is shown; empty before the dock was first seen."""
        return self._graph.chain.id if self._graph is not None else ""

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        self._name_controls()
        if self._is_filled:
            self._rebuild()

    def show_chain(self, chain_id: str) -> None:
        """Choose a chain, e.g. from the search box or a digest; its places are marked on the map."""
        self._fill()
        item = self._item_of(chain_id)
        if item is None:
            return
        if item is self.list.currentItem():
            self._choose_again(item)
        self.list.setCurrentItem(item)

    # How the panel is made.

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setIconSize(QSize(14, 14))
        button.setAutoRaise(True)
        return button

    def _lay_out(self) -> None:
        self.fit_button.setIcon(icon(Icon.REGION, self.palette()))
        footer = QHBoxLayout()
        footer.setContentsMargins(8, 0, 2, 0)
        footer.setSpacing(0)
        footer.addWidget(self.note_line, 1)
        for button in (self.smaller_button, self.larger_button, self.fit_button):
            footer.addWidget(button)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.place_line.setContentsMargins(8, 4, 8, 0)
        column.addWidget(self.place_line)
        column.addWidget(self.chart, 1)
        column.addLayout(footer)
        parts = (self.list, middle, self.text)
        self.splitter = TurningSplitter(parts, self._shares, self, wide_px=WIDE_PX)
        for part, stretch in enumerate((0, 3, 1)):
            self.splitter.setStretchFactor(part, stretch)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)
        self.list.setMinimumWidth(90)
        self.chart.setMinimumHeight(120)

    def _name_controls(self) -> None:
        self.list.setAccessibleName(_("产业链"))
        self.chart.setAccessibleName(_("产业链图：按 Tab 逐个走过环节、地点和来源，回车选中"))
        self.text.setAccessibleName(_("产业链说明"))
        self.note_line.setText(_("箭头只表示先后次序，不是供需关系。"))
        self.note_line.setToolTip(tooltip(_("环节之间谁供谁，没有来源公布。")))
        for button, name in (
            (self.smaller_button, _("缩小")),
            (self.larger_button, _("放大")),
            (self.fit_button, _("适合窗口")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)

    def _fill_once(self) -> None:
        self._rebuild()

    def _follow_place(self) -> None:
        self._show_chosen()

    def _rebuild(self) -> None:
        """Write the list anew; the chain that was shown is shown again."""
        chain_id = self.chain_id
        self._is_listening = False
        self.list.clear()
        chains = self._workspace.catalogue.chains.values()
        self._add_chains(_("2023年起的重点链"), [chain for chain in chains if chain.name_zh_2023])
        self._add_chains(_("2024年起提出的链"), [chain for chain in chains if not chain.name_zh_2023])
        first = next((chain.id for chain in chains), "")
        item = self._item_of(chain_id or first)
        if item is not None:
            self.list.setCurrentItem(item)
        self._is_listening = True
        self.splitter.share_room()
        self._show_current()
        self._show_chosen()

    def _add_chains(self, heading: str, chains: list[Chain]) -> None:
        if not chains:
            return
        title = QListWidgetItem(heading, self.list)
        title.setFlags(Qt.ItemFlag.NoItemFlags)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        title.setFont(font)
        title.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        title.setToolTip(tooltip(heading))
        for chain in chains:
            item = QListWidgetItem(chain.name(self._workspace.language), self.list)
            item.setData(Qt.ItemDataRole.UserRole, chain.id)
            item.setToolTip(tooltip(f"{item.text()}　{wording_text(chain)}"))

    def _shares(self, orientation: Qt.Orientation) -> tuple[int, int, int]:
        """Give the list what its names need, and the picture most of the rest."""
        if orientation == Qt.Orientation.Horizontal:
            room = self.width()
            longest = self.list.sizeHintForColumn(0) + self.fontMetrics().horizontalAdvance(CHOSEN_MARK) + 8
            first = min(max(longest, SHORTEST_NAMES_PX), LONGEST_NAMES_PX, room // 4)
            last = max(TEXT_WIDTH_PX, room // 4)
        else:
            room = self.height()
            first, last = min(TALLEST_LIST_PX, room // 4), room // 3
        return first, room - first - last, last

    def _item_of(self, chain_id: str) -> QListWidgetItem | None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            if chain_id and item.data(Qt.ItemDataRole.UserRole) == chain_id:
                return item
        return None

    # The chain.

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and self._is_listening:
            self._show_current()
            self._mark_chain()

    def _choose_again(self, item: QListWidgetItem) -> None:
        """Answer a click on the chain that is shown already: its marks may be gone."""
        if self.chain_id and item.data(Qt.ItemDataRole.UserRole) == self.chain_id:
            self._mark_chain()

    def _show_current(self) -> None:
        item = self.list.currentItem()
        chain_id = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        self._graph = chain_graph(self._workspace.catalogue, chain_id) if chain_id else None
        self._marks = SourceMarks(self._graph.source_ids if self._graph else ())
        self.chart.show_chain(self._graph, self._marks, self._workspace.language)
        self._write()

    def _write(self) -> None:
        if self._graph is None:
            return
        texts = ChainTexts(self._workspace.catalogue, self._graph, self._marks, self._workspace.language)
        palette = self.palette()
        card = mixed(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.06)
        self.text.show_markup(texts.page(card.name(), cards_abreast=self._has_room_for_cards()))

    def _has_room_for_cards(self) -> bool:
        return self.text.width() >= CARDS_ABREAST_PX

    def _mark_chain(self) -> None:
        if self._graph is not None:
            name = self._graph.chain.name(self._workspace.language)
            self._highlight.show(self._graph.place_ids, name)

    def _mark_node(self, node_id: str) -> None:
        node = self._workspace.catalogue.chain_nodes[node_id]
        name = node.name_zh if self._workspace.language is Language.ZH else node.name_en
        self._highlight.show(node.place_ids, name)

    def _show_chosen(self) -> None:
        """Mark the chosen place in list and picture, and offer its chains."""
        place_id = self._selection.place_id
        catalogue, language = self._workspace.catalogue, self._workspace.language
        chain_ids: tuple[str, ...] = ()
        holders: frozenset[str] = frozenset()
        if place_id:
            place = self._workspace.place(place_id)
            chain_ids = chains_of(catalogue, place)
            holders = frozenset(holders_of(catalogue, place))
            line = chains_of_place(catalogue, place_id, chain_ids, language)
            # A label takes no style sheet of a document: the colour of links has to stand in the text.
            color = link_color(self.palette()).name()
            self.place_line.setText(
                line.html.replace("<a ", f'<a style="color:{color};text-decoration:none" ')
            )
        self.place_line.setVisible(bool(place_id))
        for row in range(self.list.count()):
            item = self.list.item(row)
            chain_id = item.data(Qt.ItemDataRole.UserRole)
            if chain_id:
                mark = CHOSEN_MARK if chain_id in chain_ids else ""
                item.setText(mark + catalogue.chains[chain_id].name(language))
        self.chart.mark_places(place_id, holders)

    def _follow(self, scheme: str, target: str) -> None:
        match scheme:
            case "source":
                language = self._workspace.language
                self._marks.show_card(self._workspace.catalogue, target, language, self)
            case "place" if self._workspace.knows(target):
                self.place_requested.emit(target)
            case "passage":
                self.passage_requested.emit(target)
            case "chain":
                self.show_chain(target)

    # Overrides of Qt.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the cards abreast where there is room for them."""
        super().resizeEvent(event)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._is_filled:
            self.fit_button.setIcon(icon(Icon.REGION, self.palette()))
            self._write()
            self._show_chosen()
