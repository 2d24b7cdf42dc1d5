"""What all documents say together: how often they name each place by year, and what they say about one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.wording import date_text
from jjjmap.errors import QueryInvalid
from jjjmap.i18n import _
from jjjmap.session.documents.library import LibrarySession, SearchFilters
from jjjmap.session.selection import Selection
from jjjmap.session.tally import MapTally
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.workspace import Workspace
from jjjmap.text.fulltext.query import reason_text
from jjjmap.text.fulltext.tally import RollUp, Tally
from jjjmap.text.records import SubjectKind
from jjjmap.ui.count_table import CountTable
from jjjmap.ui.dialogs.save_library_dialog import SaveLibraryDialog
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.library_texts import subject_kind_name, title_of
from jjjmap.ui.models.corpus_model import CorpusModel
from jjjmap.ui.quotation_texts import Span, marked
from jjjmap.ui.richtext import Markup, RichTextView, element, join, link
from jjjmap.ui.turning_splitter import TurningSplitter
from jjjmap.ui.year_boxes import offer_years

if TYPE_CHECKING:
    from jjjmap.text.records import Document
    from jjjmap.text.store.library import Library
    from jjjmap.text.store.library_records import DocumentEntry

HERE_AT_MOST_CHARS = 1_500_000
"""Up to so many letters in all documents together they are counted at once; more of them aside."""
MOST_LOOKED_AT = 1_000
MOST_SHOWN = 200
"""Sentences about one place; an export has all of them."""
STACKED_BELOW_PX = 620
SHARES = (520, 480)
LINE_LEAST_PX = 110

PLACES = "places"
"""Instead of a kind: all but chains."""


class _Said:
    """A sentence or a paragraph that names the place, and where it leads."""

    __slots__ = ("end", "entry", "spans", "start", "text", "versions")

    def __init__(
        self,
        entry: DocumentEntry,
        text: str,
        spans: Sequence[Span],
        start: int,
        end: int,
        versions: int = 1,
    ) -> None:
        self.entry = entry
        self.text = text
        self.spans = spans
        self.start = start
        self.end = end
        self.versions = versions

    @property
    def year(self) -> str:
        return self.entry.details.date[:4]


class CorpusPanel(QWidget):
    """Shows counts on the left, and on the right what the documents say about the place that is chosen."""

    document_requested = Signal(str, int, int)  # document id, start and end in its text; -1 for its top
    place_requested = Signal(str)  # place id
    told = Signal(str)  # a sentence for the status bar

    def __init__(
        self,
        workspace: Workspace,
        library: LibrarySession,
        selection: Selection,
        tally: MapTally,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._library = library
        self._tally = tally
        self._counted: Tally | None = None
        self._task: Task | None = None
        self._run = 0
        self._subject_id = selection.place_id
        self._year: str | None = None
        self._said: list[_Said] = []
        self._folder = ""
        self._drawn_title = ""
        self._asked = ""
        self._is_stale = True
        self.level_box, self.kind_box = QComboBox(self), QComboBox(self)
        self.from_box, self.to_box = QComboBox(self), QComboBox(self)
        self.dash = QLabel("–", self)
        self.line = FilterLine(self)
        self.line.setClearButtonEnabled(True)
        self.line.setMinimumWidth(LINE_LEAST_PX)
        self.line.setAcceptDrops(False)
        self.map_button = self._button()
        self.map_button.setCheckable(True)
        self.model = CorpusModel(self)
        self.table = CountTable(self.model, self)
        self.note = self._label()
        self.heading = QLabel(self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.inside_button = self._button()
        self.inside_button.setCheckable(True)
        self.save_button = self._button()
        self.view = RichTextView(self)
        self.view.document().setDocumentMargin(8)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        return button

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        label.setContentsMargins(12, 8, 12, 8)
        return label

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 3, 8, 3)
        top.setSpacing(4)
        for widget in (self.level_box, self.kind_box, self.from_box, self.dash, self.to_box):
            top.addWidget(widget)
        for box in (self.level_box, self.kind_box, self.from_box, self.to_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        top.addWidget(self.line, 1)
        top.addWidget(self.map_button)
        left = QWidget(self)
        self._pages = QStackedLayout(left)
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.table)
        right = QWidget(self)
        head = QHBoxLayout()
        head.setContentsMargins(10, 0, 4, 0)
        head.setSpacing(2)
        head.addWidget(self.heading, 1)
        head.addWidget(self.inside_button)
        head.addWidget(self.save_button)
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addLayout(head)
        beside.addWidget(self.view, 1)
        self.splitter = TurningSplitter((left, right), SHARES, self, wide_px=STACKED_BELOW_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        for box in (self.level_box, self.kind_box):
            box.currentIndexChanged.connect(self._count)
        for box in (self.from_box, self.to_box):
            box.currentIndexChanged.connect(self._show_years_wanted)
        self.line.chosen.connect(self._ask)
        self.line.editingFinished.connect(self._ask)
        self.line.textChanged.connect(lambda text: None if text else self._ask())
        self.map_button.toggled.connect(self._toggle_map)
        self.inside_button.toggled.connect(self._show_said)
        self.save_button.clicked.connect(lambda _checked=False: self.save())
        self.table.selectionModel().currentChanged.connect(self._take_cell)
        self.table.row_chosen.connect(self._ask_for_place)
        self.view.link_followed.connect(self._follow)
        self._tally.tally_changed.connect(self._take_tally)
        for signal in (self._library.library_changed, self._library.decisions_changed):
            signal.connect(lambda *_whatever: self.refresh())

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        levels = {
            RollUp.NONE: _("按地点"),
            RollUp.COUNTY: _("按县（市、区）"),
            RollUp.CITY: _("按市"),
            RollUp.PROVINCE: _("按省"),
        }
        kinds = {PLACES: _("全部地点")}
        kinds.update((kind.value, subject_kind_name(kind)) for kind in SubjectKind)
        for box, names in ((self.level_box, levels), (self.kind_box, kinds)):
            chosen = box.currentData()
            with QSignalBlocker(box):
                box.clear()
                for value, name in names.items():
                    box.addItem(name, value)
                box.setCurrentIndex(max(box.findData(chosen), 0))
        for widget, name in (
            (self.level_box, _("提及算到哪一级")),
            (self.kind_box, _("数哪一类")),
            (self.from_box, _("起始年")),
            (self.to_box, _("截止年")),
            (self.table, _("各地各年被提到的次数")),
            (self.view, _("文库里的原句")),
        ):
            widget.setAccessibleName(name)
            if isinstance(widget, QComboBox):
                widget.setToolTip(name)
        self.line.setPlaceholderText(_("只数检索到的段落"))
        self.line.setAccessibleName(self.line.placeholderText())
        self.line.setToolTip(_("写检索词后按回车；写法与“检索全文”相同"))
        self.map_button.setText(_("在地图上画出"))
        self.map_button.setToolTip(_("把左表的次数画在地图上：区域着色，地点画圆"))
        self.inside_button.setText(_("含辖内各地"))
        self.inside_button.setToolTip(_("连同辖区内的地点一起列出，按段落"))
        self.save_button.setText(_("导出…"))
        self.save_button.setToolTip(_("把关于这里的提及和数字连同出处存为 Excel、CSV 或 GeoPackage"))
        if not self._is_stale:
            self._show_year_boxes()
            self._count()

    def show_place(self, place_id: str) -> None:
        """Show all that the documents say about a place, of all years."""
        self._subject_id, self._year = place_id, None
        if not self.isVisible():
            self._is_stale = True
            return
        self._point_at_place()
        self._show_said()

    def follow_place(self, place_id: str, fly: bool = False) -> None:
        """Show another place; a slot for `Selection.place_chosen`."""
        if place_id != self._subject_id:
            self.show_place(place_id)

    def refresh(self) -> None:
        """Count anew: at once if the panel is seen, else when it is."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        self._show_year_boxes()
        self._count()

    def save(self) -> None:
        """Ask for a file and write what is said about the place there, with citations."""
        subject_ids = self._wanted_ids()
        years = self._years_said()
        name = _("文库里的{name}").format(name=self._library.name(self._subject_id))
        path = SaveLibraryDialog.save(
            self,
            self._workspace,
            self._library,
            self.told.emit,
            folder=self._folder,
            name=name,
            narrow=lambda document: _narrowed(document, subject_ids, years),
        )
        if path is not None:
            self._folder = str(path.parent)

    # What is counted.

    def _show_year_boxes(self) -> None:
        dates = (entry.details.date for entry in self._library.entries())
        offer_years(self.from_box, self.dash, self.to_box, (date[:4] for date in dates if date))

    def _ask(self) -> None:
        """Count anew if another query stands in the line."""
        if self.line.text().strip() != self._asked:
            self._count()

    @property
    def _kinds(self) -> tuple[str, ...]:
        kind = self.kind_box.currentData()
        return (SubjectKind.PLACE.value, SubjectKind.TOWN.value) if kind in (PLACES, None) else (kind,)

    @property
    def _level(self) -> RollUp:
        # A chain lies in no unit.
        is_chain = self.kind_box.currentData() == SubjectKind.CHAIN.value
        return RollUp.NONE if is_chain else RollUp(self.level_box.currentData() or RollUp.NONE)

    def _count(self) -> None:
        """Count what is asked for: at once while the library is small, else aside."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._run += 1
        self._asked = self.line.text().strip()
        self.level_box.setEnabled(self.kind_box.currentData() != SubjectKind.CHAIN.value)
        self._counted = None
        entries = self._library.entries()
        if not entries:
            self._show_counts(_("文库里还没有文档。先在“文档与检索”里导入。"))
            return
        kinds, level, query = self._kinds, self._level, self._asked
        if sum(entry.characters for entry in entries) <= HERE_AT_MOST_CHARS:
            try:
                self._counted = self._library.tally(kinds=kinds, query=query, roll_up=level)
            except QueryInvalid as error:
                self._show_counts(reason_text(error.reason))
                return
            self._show_counts()
            return
        count = self._library.counter(kinds=kinds, query=query, roll_up=level)

        def work(store: Library, _progress: Progress, cancelled: Cancelled) -> Tally | Literal[False]:
            return False if cancelled() else count(store)

        run = self._run
        self._task = self._library.ask_aside(
            _("数文库里的提及"), work, partial(self._take_counted, run), partial(self._take_failure, run)
        )
        self._task.ended.connect(partial(self._end_task, run))
        self._show_counts(_("正在数……"))

    def _take_counted(self, run: int, counted: Tally) -> None:
        if run == self._run:  # What was cancelled may have come to its end all the same.
            self._counted = counted
            self._show_counts()

    def _take_failure(self, run: int, error: Exception) -> None:
        if run != self._run:
            return
        if isinstance(error, QueryInvalid):
            self._show_counts(reason_text(error.reason))
        else:
            self._library.work_failed.emit(error)
            self._show_counts(_("没有数成。"))

    def _end_task(self, run: int) -> None:
        if run == self._run:
            self._task = None

    def _years_wanted(self) -> tuple[str, ...]:
        years = self._counted.years if self._counted is not None else ()
        first, last = self.from_box.currentData() or "", self.to_box.currentData() or ""
        if not first and not last:
            return years
        return tuple(year for year in years if year and year >= first and (not last or year <= last))

    def _show_years_wanted(self) -> None:
        self._year = None
        if self._counted is not None:
            self._show_counts()

    def _show_counts(self, note: str = "") -> None:
        counted = self._counted
        counts = counted.counts if counted is not None else {}
        with QSignalBlocker(self.table.selectionModel()):
            self.model.show_counts(counts, self._years_wanted(), self._library.name)
        if not note and not self.model.rows:
            note = _("没有数到提及。试试别的级别、类别、年份或检索词。")
        self.note.setText(note)
        self._pages.setCurrentWidget(self.note if note else self.table)
        self.map_button.setEnabled(self._can_draw() or self.map_button.isChecked())
        if self.map_button.isChecked():
            self._draw()
        self._point_at_place()
        self._show_said()

    def _point_at_place(self) -> None:
        with QSignalBlocker(self.table.selectionModel()):
            self.table.point_at(self._subject_id)
        self.table.viewport().update()

    # What is drawn on the map.

    def _can_draw(self) -> bool:
        return bool(self.model.rows) and self.kind_box.currentData() != SubjectKind.CHAIN.value

    def _map_title(self) -> str:
        first, last = self.from_box.currentData() or "", self.to_box.currentData() or ""
        years = f"{first}–{last}" if first or last else ""
        query = _("检索“{query}”").format(query=self._asked) if self._asked else ""
        parts = (_("文库提及"), self.level_box.currentText(), years, query)
        return " · ".join(part for part in parts if part)

    def _toggle_map(self, is_on: bool) -> None:
        if is_on:
            self._draw()
        elif self._tally.title == self._drawn_title:
            self._tally.clear()

    def _draw(self) -> None:
        counts = {row.subject_id: row.total for row in self.model.rows} if self._can_draw() else {}
        self._drawn_title = self._map_title() if counts else ""
        self._tally.show(counts, self._drawn_title)

    def _take_tally(self) -> None:
        """Say that something else is drawn now."""
        if self.map_button.isChecked() and self._tally.title != self._drawn_title:
            with QSignalBlocker(self.map_button):
                self.map_button.setChecked(False)

    # What is said about the place.

    def _take_cell(self, index: QModelIndex) -> None:
        subject_id = self.table.subject_at(index)
        if not subject_id:
            return
        if subject_id != self._subject_id:
            with QSignalBlocker(self.inside_button):
                self.inside_button.setChecked(self._level is not RollUp.NONE)
        self._subject_id, self._year = subject_id, self.table.year_at(index)
        self._show_said()

    def _is_unit(self) -> bool:
        place = self._workspace.catalogue.places.get(self._subject_id)
        return place is not None and place.kind.is_unit

    def _years_said(self) -> frozenset[str] | None:
        """Return the years of what is shown; None for all."""
        if self._year is not None:
            return frozenset({self._year})
        is_narrow = bool(self.from_box.currentData() or self.to_box.currentData())
        return frozenset(self._years_wanted()) if is_narrow else None

    def _wanted_ids(self) -> frozenset[str]:
        inside = self._library.inside(self._subject_id) if self._is_wide() else ()
        return frozenset((self._subject_id, *inside))

    def _show_said(self) -> None:
        if not self.isVisible():
            self._is_stale = True
            return
        subject_id = self._subject_id
        self.inside_button.setVisible(self._is_unit())
        self.save_button.setEnabled(bool(subject_id) and not self._library.is_empty)
        if not subject_id:
            self._said = []
            self.heading.setText("")
            hint = _("选左表的一行，或在图上选一个地点，看文库里的文档怎么说它。")
            self.view.show_markup(element("p", hint, css="faint"))
            return
        years = self._years_said()
        found = self._passages() if self._asks_paragraphs() else self._sentences()
        self._said = [each for each in found if years is None or each.year in years]
        self._said.sort(key=lambda each: each.entry.details.date, reverse=True)
        name = self._library.name(subject_id)
        about = f"{name} · {self._year or _('无日期')}" if self._year is not None else name
        self.heading.setText(_("文库里关于“{name}”怎么说").format(name=about))
        self.view.show_markup(self._markup())

    def _is_wide(self) -> bool:
        return self._is_unit() and self.inside_button.isChecked()

    def _asks_paragraphs(self) -> bool:
        """Whether paragraphs are shown: only they are known to fulfil a query, or to name what is inside."""
        return bool(self._asked) or self._is_wide()

    def _sentences(self) -> Iterable[_Said]:
        for quotation in self._library.quotations_about(self._subject_id, MOST_LOOKED_AT):
            first = quotation.mention
            yield _Said(
                quotation.entry,
                quotation.sentence,
                [
                    (mention.start - quotation.sentence_start, mention.end - quotation.sentence_start)
                    for mention in quotation.mentions
                ],
                first.start,
                first.end,
                quotation.versions,
            )

    def _passages(self) -> Iterable[_Said]:
        """Return the paragraphs that fulfil the query, or that name something in the unit."""
        filters = SearchFilters(place_ids=(self._subject_id,), includes_inside=self._is_wide())
        try:
            answer = self._library.look_up(
                self._asked, filters, limit=MOST_SHOWN, hits_per_document=MOST_SHOWN
            )
        except QueryInvalid:
            return  # The left side says why.
        for found in answer.documents if answer is not None else ():
            versions = 1 + len(found.versions)
            for hit in found.hits:
                yield _Said(found.entry, hit.snippet, hit.marks, hit.start, hit.end, versions)

    def _markup(self) -> Markup:
        if not self._said:
            name = self._library.name(self._subject_id)
            return element("p", _("这些文档没有提到“{name}”。").format(name=name), css="faint")
        shown = self._said[:MOST_SHOWN]
        documents = len({each.entry.id for each in self._said})
        told = _("{n} 段，{documents} 篇文档") if self._asks_paragraphs() else _("{n} 句，{documents} 篇文档")
        count = told.format(n=len(self._said), documents=documents)
        parts: list[Markup] = [element("p", count, css="small")]
        numbered = enumerate(shown)
        for year, of_year in groupby(numbered, key=lambda each: each[1].year):
            parts.append(element("h4", year or _("无日期")))
            for entry, said in groupby(of_year, key=lambda each: each[1].entry):
                parts.append(self._document_markup(entry))
                parts += [self._said_markup(number, each) for number, each in said]
        left = len(self._said) - len(shown)
        if left > 0:
            parts.append(element("p", _("……另有 {n} 处，导出的表里有全部。").format(n=left), css="small"))
        return join(parts)

    def _document_markup(self, entry: DocumentEntry) -> Markup:
        details = entry.details
        date = date_text(details.date, self._workspace.language) if details.date else ""
        about = " · ".join(part for part in (details.issuer, date) if part)
        return element(
            "p",
            element("b", link("document", entry.id, title_of(entry))),
            " ",
            element("span", about, css="small"),
        )

    def _said_markup(self, number: int, said: _Said) -> Markup:
        parts: list[str | Markup] = ["· ", marked(said.text, said.spans), " "]
        parts.append(link("said", str(number), _("读原文")))
        if said.versions > 1:
            parts += [" ", element("span", _("（{n} 个版本）").format(n=said.versions), css="small")]
        return element("p", *parts)

    # What the user asks for.

    def _follow(self, scheme: str, target: str) -> None:
        if scheme == "document":
            self.document_requested.emit(target, -1, -1)
        elif scheme == "said":
            said = self._said[int(target)]
            self.document_requested.emit(said.entry.id, said.start, said.end)

    def _ask_for_place(self, subject_id: str) -> None:
        subject = self._library.subject(subject_id)
        if subject is not None and subject.place_id:
            self.place_requested.emit(subject.place_id)

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Count when first seen, and what changed meanwhile."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()


def _narrowed(
    document: Document, subject_ids: frozenset[str], years: frozenset[str] | None
) -> Document | None:
    """Return a document with what it says about some subjects only; None if it says nothing of them."""
    if years is not None and document.details.date[:4] not in years:
        return None
    mentions = tuple(each for each in document.mentions if each.subject_id in subject_ids)
    figures = tuple(each for each in document.figures if each.scope_id in subject_ids)
    return replace(document, mentions=mentions, figures=figures) if mentions or figures else None
