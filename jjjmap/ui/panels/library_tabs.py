"""The library dock: documents, their figures to review, two documents compared, and what all of them say."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from jjjmap.i18n import _
from jjjmap.session.session import Session
from jjjmap.text.records import TextFigure
from jjjmap.ui.panels.library_panel import LibraryPanel

if TYPE_CHECKING:
    from jjjmap.ui.panels.corpus_panel import CorpusPanel
    from jjjmap.ui.panels.documents_diff_panel import DocumentsDiffPanel
    from jjjmap.ui.panels.figures_review_panel import FiguresReviewPanel


class Tab(IntEnum):
    """The tabs, from left to right."""

    DOCUMENTS = 0
    FIGURES = 1
    DIFF = 2
    CORPUS = 3


class LibraryTabs(QWidget):
    """Tabs of one dock; all but the first are made when they are first seen."""

    document_requested = Signal(str, int, int)  # document id, start and end of a stretch; -1 for the top
    place_requested = Signal(str)  # place id
    chain_requested = Signal(str)  # chain id
    told = Signal(str)  # a sentence for the status bar

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.documents = LibraryPanel(
            session.workspace, session.library, session.selection, session.highlight
        )
        self._made: dict[Tab, QWidget] = {Tab.DOCUMENTS: self.documents}
        self._makers: dict[Tab, Callable[[], QWidget]] = {
            Tab.FIGURES: self._make_figures,
            Tab.DIFF: self._make_diff,
            Tab.CORPUS: self._make_corpus,
        }
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setObjectName("details_tabs")
        self.tabs.addTab(self.documents, "")
        self._places: dict[Tab, QVBoxLayout] = {}
        for tab in self._makers:
            page = QWidget(self)
            self._places[tab] = QVBoxLayout(page)
            self._places[tab].setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab(page, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.tabs.currentChanged.connect(lambda index: self._page(Tab(index)))
        documents = self.documents
        documents.document_requested.connect(self.document_requested)
        documents.place_requested.connect(self.place_requested)
        documents.comparison_requested.connect(self.compare)
        documents.tally_requested.connect(session.tally.show)
        documents.export_requested.connect(self._export)
        documents.told.connect(self.told)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.tabs.setAccessibleName(_("文库"))
        titles = {
            Tab.DOCUMENTS: _("文档与检索"),
            Tab.FIGURES: _("数字审阅"),
            Tab.DIFF: _("文档对比"),
            Tab.CORPUS: _("语料分布"),
        }
        for tab, title in titles.items():
            self.tabs.setTabText(tab, title)
        for page in self._made.values():
            page.retranslate()  # type: ignore[attr-defined]

    def look_for(self, text: str) -> None:
        """Show all that the documents have of some words."""
        self._bring_up(Tab.DOCUMENTS)
        self.documents.look_for(text)

    def compare(self, first_id: str, second_id: str) -> None:
        """Show what is different between two documents."""
        panel: DocumentsDiffPanel = self._bring_up(Tab.DIFF)  # type: ignore[assignment]
        panel.compare(first_id, second_id)

    def edit_figure(self, document_id: str, figure: TextFigure) -> None:
        """Let the user correct a figure."""
        panel: FiguresReviewPanel = self._bring_up(Tab.FIGURES)  # type: ignore[assignment]
        panel.edit(document_id, figure)

    def show_place(self, place_id: str) -> None:
        """Show all that the documents say about a place."""
        panel: CorpusPanel = self._bring_up(Tab.CORPUS)  # type: ignore[assignment]
        panel.show_place(place_id)

    def _export(self) -> None:
        from jjjmap.ui.dialogs.save_library_dialog import SaveLibraryDialog

        SaveLibraryDialog.save(self, self._session.workspace, self._session.library, self.told.emit)

    def _bring_up(self, tab: Tab) -> QWidget:
        self.tabs.setCurrentIndex(tab)
        return self._page(tab)

    def _page(self, tab: Tab) -> QWidget:
        if tab not in self._made:
            made = self._made[tab] = self._makers[tab]()
            self._places[tab].addWidget(made)
        return self._made[tab]

    # Who hears whom, for each tab when it is made.

    def _make_figures(self) -> FiguresReviewPanel:
        from jjjmap.ui.panels.figures_review_panel import FiguresReviewPanel

        session = self._session
        panel = FiguresReviewPanel(session.workspace, session.library)
        panel.document_requested.connect(self.document_requested)
        panel.place_requested.connect(self.place_requested)
        panel.told.connect(self.told)
        return panel

    def _make_diff(self) -> DocumentsDiffPanel:
        from jjjmap.ui.panels.documents_diff_panel import DocumentsDiffPanel

        session = self._session
        panel = DocumentsDiffPanel(session.workspace, session.library, session.highlight)
        panel.document_requested.connect(self.document_requested)
        panel.place_requested.connect(self.place_requested)
        panel.chain_requested.connect(self.chain_requested)
        panel.told.connect(self.told)
        return panel

    def _make_corpus(self) -> CorpusPanel:
        from jjjmap.ui.panels.corpus_panel import CorpusPanel

        session = self._session
        panel = CorpusPanel(session.workspace, session.library, session.selection, session.tally)
        session.selection.place_chosen.connect(panel.follow_place)
        panel.document_requested.connect(self.document_requested)
        panel.place_requested.connect(self.place_requested)
        panel.told.connect(self.told)
        return panel
