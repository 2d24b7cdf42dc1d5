"""The reading dock: a document's text with what it names in colour, tied to the map in both directions."""

from __future__ import annotations

from collections import Counter

from qtpy.QtCore import Qt, Signal, SignalInstance
from qtpy.QtGui import QAction, QIcon, QPixmap, QShowEvent
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.wording import date_text
from jjjmap.errors import DocumentUnknown
from jjjmap.i18n import _
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.text.records import (
    Document,
    FigureStatus,
    Mention,
    MentionStatus,
    SubjectKind,
    TextFigure,
)
from jjjmap.ui.density_strip import DensityStrip
from jjjmap.ui.icon_button import IconButton
from jjjmap.ui.icons import Icon
from jjjmap.ui.mention_looks import MentionKind, kind_color, kind_title, mention_kind
from jjjmap.ui.reading_texts import ReadingTexts
from jjjmap.ui.reading_view import DOUBTFUL_BELOW, ReadingView, Stretch

SETTLED_MENTIONS = (MentionStatus.CONFIRMED, MentionStatus.CORRECTED)
SETTLED_FIGURES = (FigureStatus.ACCEPTED, FigureStatus.CORRECTED)


class ReadingPanel(QWidget):
    """Shows one document of the library.

    Parameters
    ----------
    workspace
        Names what is mentioned.
    library
        Holds the documents, and remembers what the user decides.
    selection
        The chosen place; where the text names it, is pointed out.
    """

    place_requested = Signal(str)  # place id; the map is to go there
    chain_requested = Signal(str)  # chain id
    places_seen = Signal(list, str)  # place ids named in the text that is seen, title of the document
    details_requested = Signal(str)  # document id; its title, issuer, date and number are to be edited
    cleaning_requested = Signal(str)  # document id; its cleaning is to be shown
    figure_edit_requested = Signal(str, object)  # document id, TextFigure to correct
    correction_requested = Signal(str, object)  # document id, Mention that names something else
    told = Signal(str)  # a sentence for the status bar

    def __init__(
        self,
        workspace: Workspace,
        library: LibrarySession,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._library = library
        self._selection = selection
        self._document: Document | None = None
        self._hidden: set[MentionKind] = set()
        self._of_chosen: tuple[int, ...] = ()
        self._seen_ids: list[str] = []
        self.view = ReadingView(self._tip, self)
        self.strip = DensityStrip(self)
        self.title_label = self._label("card_title")
        self.about_label = self._label("faint")
        self.chosen_label = self._label("faint")
        self.previous_button = IconButton(Icon.UP, lambda: self.view.step(-1, self._of_chosen), self)
        self.next_button = IconButton(Icon.DOWN, lambda: self.view.step(+1, self._of_chosen), self)
        self.follow_button = QToolButton(self)
        self.follow_button.setCheckable(True)
        self.follow_button.setChecked(True)
        self.menu_button = QToolButton(self)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.menu_button)
        self._edit_action = self._menu.addAction("")
        self._cleaning_action = self._menu.addAction("")
        self.menu_button.setMenu(self._menu)
        self.kind_buttons = {kind: QToolButton(self) for kind in MentionKind}
        self._nothing = self._label("faint")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setMargin(24)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_opened()

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _lay_out(self) -> None:
        for button in (self.follow_button, self.menu_button, *self.kind_buttons.values()):
            button.setAutoRaise(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 8, 4)
        head.setSpacing(2)
        first = QHBoxLayout()
        first.addWidget(self.title_label, 1)
        first.addWidget(self.follow_button, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(first)
        head.addWidget(self.about_label)
        self._chosen_row = QWidget(self)
        chosen = QHBoxLayout(self._chosen_row)
        chosen.setContentsMargins(0, 0, 0, 0)
        chosen.addWidget(self.chosen_label, 1)
        chosen.addWidget(self.previous_button)
        chosen.addWidget(self.next_button)
        head.addWidget(self._chosen_row)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.view, 1)
        middle.addWidget(self.strip)
        kinds = QHBoxLayout()
        kinds.setContentsMargins(6, 2, 6, 4)
        kinds.setSpacing(0)
        for button in self.kind_buttons.values():
            button.setCheckable(True)
            button.setChecked(True)
            kinds.addWidget(button)
        kinds.addStretch(1)
        self._filled = QWidget(self)
        column = QVBoxLayout(self._filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(middle, 1)
        column.addLayout(kinds)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._filled)

    def _connect(self) -> None:
        self.view.stretch_clicked.connect(self._follow_stretch)
        self.view.view_settled.connect(self._tell_seen)
        self.view.key_pressed.connect(self._decide)
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._frame_seen())
        self.strip.place_clicked.connect(self._scroll_to_share)
        self.follow_button.toggled.connect(self._follow_toggled)
        self._edit_action.triggered.connect(lambda: self._ask(self.details_requested))
        self._cleaning_action.triggered.connect(lambda: self._ask(self.cleaning_requested))
        for kind, button in self.kind_buttons.items():
            button.toggled.connect(lambda is_shown, kind=kind: self._show_kind(kind, is_shown))
        self._library.document_opened.connect(self.show_document)
        self._library.document_changed.connect(self._reread)
        self._library.decisions_changed.connect(self._reread)
        self._library.library_changed.connect(self._forget_removed)

    @property
    def document(self) -> Document | None:
        """The document that is shown."""
        return self._document

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.view.setAccessibleName(_("文档正文"))
        self.strip.setAccessibleName(_("全文提及分布"))
        self.strip.setToolTip(_("全文提及分布：横条越长，这一段提到的越多；点击跳到那里"))
        self.follow_button.setText(_("地图跟随"))
        self.follow_button.setToolTip(_("滚动正文时，地图标出眼前这一段提到的地点"))
        self.menu_button.setText(_("更多"))
        self._edit_action.setText(_("编辑题录…"))
        self._cleaning_action.setText(_("清理记录…"))
        for button, name in (
            (self.previous_button, _("上一处")),
            (self.next_button, _("下一处")),
        ):
            button.setAccessibleName(name)
            button.setToolTip(name)
        self._nothing.setText(_("还没有打开文档。在“文库”里双击一篇，或从搜索结果、详情的引文进来。"))
        if self._document is not None:
            self._show_head(self._document)
            self._show_kinds()
            self.show_place(self._selection.place_id)

    # What is shown.

    def show_document(self, document_id: str, start: int = -1, end: int = -1) -> None:
        """Show a document, at a stretch of its text if one is named."""
        try:
            document = self._library.document(document_id)
        except DocumentUnknown:
            document = None
        if document is None:
            self.told.emit(_("这篇文档已不在文库里。"))
            return
        if self._document is None or self._document.id != document.id:
            self._document = document
            self._pages.setCurrentWidget(self._filled)
            self.view.show_text(document.text, self._stretches(document))
            self._refresh()
        if start >= 0:
            self.view.jump(start, max(end, start))
            for stretch in self.view.stretches_at(start):
                self.view.make_current(stretch)
                break

    def show_place(self, place_id: str, fly: bool = False) -> None:
        """Point out where the text names a place; a slot for `Selection.place_chosen`."""
        document = self._document
        mentions = document.mentions if document is not None and place_id else ()
        self._of_chosen = tuple(
            index
            for index, mention in enumerate(mentions)
            if mention.status is not MentionStatus.REJECTED
            and place_id in (mention.subject_id, self._place_of(mention))
        )
        self.view.choose(self._of_chosen)
        self.strip.choose(self._of_chosen)
        self._chosen_row.setVisible(bool(place_id) and document is not None)
        if place_id:
            name = self._library.name(place_id)
            number = len(self._of_chosen)
            told = _("“{name}”在本文出现 {n} 次") if number else _("本文没有提到“{name}”")
            self.chosen_label.setText(told.format(name=name, n=number))
        for button in (self.previous_button, self.next_button):
            button.setEnabled(bool(self._of_chosen))

    def show_nothing(self) -> None:
        """Point nothing out; a slot for `Selection.selection_cleared`."""
        self.show_place("")

    def _show_opened(self) -> None:
        opened = self._library.opened
        if opened is not None:
            self.show_document(opened.document_id, opened.start, opened.end)
        else:
            self._pages.setCurrentWidget(self._nothing)

    def _refresh(self) -> None:
        document = self._document
        if document is None:
            return
        self._show_head(document)
        self._show_kinds()
        self.strip.show_stretches(self.view.stretches, len(document.text))
        self.show_place(self._selection.place_id)
        self._frame_seen()

    def _show_head(self, document: Document) -> None:
        details, language = document.details, self._workspace.language
        self.title_label.setText(details.title or document.file_name)
        about = (details.issuer, date_text(details.date, language), details.number)
        self.about_label.setText(" · ".join(part for part in about if part))
        self.about_label.setVisible(bool(self.about_label.text()))

    def _show_kinds(self) -> None:
        counts = Counter(stretch.kind for stretch in self.view.stretches if not stretch.is_rejected)
        for kind, button in self.kind_buttons.items():
            swatch = QPixmap(10, 10)
            swatch.fill(kind_color(kind, self.palette()))
            button.setIcon(QIcon(swatch))
            button.setText(f"{kind_title(kind)} {counts[kind]}")
            button.setToolTip(_("显示或隐藏这一类的颜色"))
            button.setVisible(bool(counts[kind]))

    def _stretches(self, document: Document) -> list[Stretch]:
        catalogue = self._workspace.catalogue
        named = [
            Stretch(
                mention.start,
                mention.end,
                mention_kind(catalogue, mention),
                index,
                is_doubtful=mention.confidence < DOUBTFUL_BELOW,
                is_rejected=mention.status is MentionStatus.REJECTED,
                is_settled=mention.status in SETTLED_MENTIONS,
            )
            for index, mention in enumerate(document.mentions)
        ]
        counted = [
            Stretch(
                figure.start,
                figure.end,
                MentionKind.FIGURE,
                index,
                is_rejected=figure.status is FigureStatus.REJECTED,
                is_settled=figure.status in SETTLED_FIGURES,
            )
            for index, figure in enumerate(document.figures)
        ]
        return named + counted

    def _tip(self, stretch: Stretch) -> str:
        texts = ReadingTexts(self._workspace.catalogue, self._library, self._workspace.language)
        found = self._found(stretch)
        if isinstance(found, TextFigure):
            return texts.figure(found)
        return texts.mention(found) if found is not None else ""

    def _found(self, stretch: Stretch) -> Mention | TextFigure | None:
        if self._document is None:
            return None
        if stretch.kind is MentionKind.FIGURE:
            return self._document.figures[stretch.index]
        return self._document.mentions[stretch.index]

    # What changes.

    def _reread(self, document_id: str) -> bool:
        """Show a document anew if it is this one; return whether it is, and the library still has it."""
        if self._document is None or self._document.id != document_id:
            return False
        try:
            document = self._library.document(document_id)
        except DocumentUnknown:
            return False
        if document is None:
            return False
        is_same_text = document.text == self._document.text
        self._document = document
        if is_same_text:
            self.view.show_stretches(self._stretches(document))
        else:
            self.view.show_text(document.text, self._stretches(document))
        self._refresh()
        return True

    def _forget_removed(self) -> None:
        document = self._document
        if document is None or self._reread(document.id):
            return
        self._document = None
        self._pages.setCurrentWidget(self._nothing)

    def _show_kind(self, kind: MentionKind, is_shown: bool) -> None:
        (self._hidden.discard if is_shown else self._hidden.add)(kind)
        self.view.hide_kinds(self._hidden)
        self.strip.hide_kinds(self._hidden)

    # What the user does.

    def _follow_stretch(self, stretch: Stretch) -> None:
        found = self._found(stretch)
        if isinstance(found, TextFigure):
            if found.scope_id and self._workspace.knows(found.scope_id):
                self.place_requested.emit(found.scope_id)
            return
        if found is None:
            return
        if found.kind is SubjectKind.CHAIN:
            self.chain_requested.emit(found.subject_id)
        elif place_id := self._place_of(found):
            self.place_requested.emit(place_id)

    def _place_of(self, mention: Mention) -> str:
        """Return the place that is chosen for a mention: for a town its county."""
        if self._workspace.knows(mention.subject_id):
            return mention.subject_id
        subject = self._library.subject(mention.subject_id)
        return subject.place_id if subject is not None else ""

    def _decide(self, wish: str) -> None:
        document, stretch = self._document, self.view.current
        found = self._found(stretch) if stretch is not None else None
        if document is None or found is None:
            return
        if isinstance(found, TextFigure):
            if wish == "correct":
                self.figure_edit_requested.emit(document.id, found)
            else:
                status = FigureStatus.ACCEPTED if wish == "confirm" else FigureStatus.REJECTED
                self._library.decide_figure(document.id, found, status)
        elif wish == "correct":
            self._offer_candidates(document, found)
        else:
            status_of_mention = MentionStatus.CONFIRMED if wish == "confirm" else MentionStatus.REJECTED
            self._library.decide_mention(document.id, found, status_of_mention)
            if wish == "reject":
                self.told.emit(_("已否定“{words}”，以后的文档照此处理。").format(words=found.text))

    def _offer_candidates(self, document: Document, mention: Mention) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for subject_id in mention.candidates:
            action = QAction(self._library.name(subject_id), menu)
            action.triggered.connect(
                lambda _checked=False, subject_id=subject_id: self._library.decide_mention(
                    document.id, mention, MentionStatus.CORRECTED, subject_id
                )
            )
            menu.addAction(action)
        if mention.candidates:
            menu.addSeparator()
        menu.addAction(_("其他地点…"), lambda: self.correction_requested.emit(document.id, mention))
        menu.popup(self.view.viewport().mapToGlobal(self.view.cursorRect().bottomLeft()))

    def _ask(self, signal: SignalInstance) -> None:
        if self._document is not None:
            signal.emit(self._document.id)

    def _scroll_to_share(self, share: float) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(round(share * (bar.maximum() + bar.pageStep()) - bar.pageStep() / 2))

    # The map follows.

    def _frame_seen(self) -> None:
        self.strip.show_seen(*self.view.visible_range())

    def _follow_toggled(self, is_on: bool) -> None:
        if is_on:
            self._seen_ids = []
            self._tell_seen(*self.view.visible_range())

    def _tell_seen(self, start: int, end: int) -> None:
        self._frame_seen()
        document = self._document
        if document is None or not self.follow_button.isChecked() or not self.isVisible():
            return
        seen = dict.fromkeys(
            self._place_of(mention)
            for mention in document.mentions
            if start <= mention.start < end
            and mention.kind is not SubjectKind.CHAIN
            and not mention.is_lead
            and mention.status is not MentionStatus.REJECTED
        )
        place_ids = [place_id for place_id in seen if place_id]
        if place_ids != self._seen_ids:
            self._seen_ids = place_ids
            self.places_seen.emit(place_ids, document.details.title or document.file_name)

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Frame what is seen: while the dock was hidden nobody knew its height."""
        super().showEvent(event)
        self._frame_seen()
