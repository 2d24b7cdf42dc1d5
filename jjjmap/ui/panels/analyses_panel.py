"""The dock of analyses: what was made, and for each its rows, chart, method with sources, and commands."""

from __future__ import annotations

import logging
from collections.abc import Collection
from enum import IntEnum

from qtpy.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from qtpy.QtGui import QGuiApplication, QKeySequence, QPalette, QResizeEvent, QShortcut, QShowEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.wording import date_text
from jjjmap.i18n import _
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.stored_layer import StoredLayer
from jjjmap.session.session import Session
from jjjmap.ui.analysis_chart import AnalysisChart
from jjjmap.ui.analysis_commands import AnalysisCommands
from jjjmap.ui.analysis_item import AnalysisItem
from jjjmap.ui.analysis_rows import AnalysisRows
from jjjmap.ui.analysis_texts import (
    MethodTexts,
    command_remarks,
    empty_markup,
    file_names,
    kind_title,
    shell_command,
    stale_sentence,
)
from jjjmap.ui.models.analyses_model import AnalysesModel, AnalysisEntry
from jjjmap.ui.richtext import NOTHING, RichTextView, tooltip
from jjjmap.ui.source_marks import SourceMarks
from jjjmap.ui.turning_splitter import TurningSplitter

METHOD_INDENT_PX = 14
LIST_WIDTH_PX, LIST_HEIGHT_PX = 250, 80

logger = logging.getLogger(__name__)


class AnalysisTab(IntEnum):
    """The tabs, from left to right."""

    ROWS = 0
    CHART = 1
    METHOD = 2
    COMMANDS = 3


class _TitleLabel(QLabel):
    """Shows a title in one line, cut off rather than widen the dock."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_title(self, title: str) -> None:
        self.title = title
        self.setToolTip(tooltip(title))
        self.setAccessibleName(title)
        self._cut()

    def _cut(self) -> None:
        room = self.contentsRect().width()
        self.setText(self.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, room))

    # Overrides of Qt.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()


class AnalysesPanel(QWidget):
    """Shows the analyses of the session; what they made are layers like any other."""

    feature_requested = Signal(str)  # feature id: the map is to go there
    place_requested = Signal(str)  # place id: the map is to go there
    layer_requested = Signal(str)  # layer id: the map is to show all of it
    table_requested = Signal(str)  # layer id
    style_requested = Signal(str)  # layer id
    copy_requested = Signal(str)  # layer id: it is to be written to a file
    remove_requested = Signal(str)  # layer id
    again_requested = Signal(str)  # layer id
    picture_requested = Signal(str, object)  # title and QImage, to be written to a file
    analysis_requested = Signal(str)  # kind of analysis
    menu_opening = Signal(object, str)  # QMenu, layer id: whoever knows layers may add to it
    told = Signal(str)  # a sentence for the status bar

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._layer_id = ""
        self._running: Collection[str] = ()
        self._marks = SourceMarks()
        self._is_stale = self._is_new = True
        self._shown_key = ("", 0)  # layer and generation of the rows that are shown
        self.model = AnalysesModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(AnalysisItem(self.list))
        self.title_label, self.stale_label = _TitleLabel(self), QLabel(self)
        self.again_button, self.export_button, self.table_button, self.style_button = (
            self._button() for _number in range(4)
        )
        self.rows = AnalysisRows(session.workspace, session.user_layers, session.selection, self)
        self.chart = AnalysisChart(session.charts, self)
        self.no_chart = QLabel(self)
        self.method = RichTextView(self)
        self.method.document().setIndentWidth(METHOD_INDENT_PX)
        self.commands = AnalysisCommands(self)
        self.tabs = QTabWidget(self)
        self.empty = RichTextView(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        self.retranslate()

    # How the panel is made.

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _lay_out(self) -> None:
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setAlternatingRowColors(True)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumWidth(140)
        for label in (self.title_label, self.stale_label, self.no_chart):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.title_label.setObjectName("card_title")
        self.stale_label.setWordWrap(True)
        self.stale_label.setContentsMargins(10, 0, 10, 3)
        self.no_chart.setObjectName("faint")
        self.no_chart.setWordWrap(True)
        self.no_chart.setContentsMargins(12, 10, 12, 10)
        self.no_chart.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.export_menu = QMenu(self)
        self.export_button.setMenu(self.export_menu)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        # The mark of a menu is drawn over the text; the text has one of its own.
        self.export_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        head = QHBoxLayout()
        head.setContentsMargins(10, 3, 6, 3)
        head.setSpacing(4)
        head.addWidget(self.title_label, 1)
        for button in (self.again_button, self.export_button, self.table_button, self.style_button):
            head.addWidget(button)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        scroll.setWidget(self.chart)
        self.chart_scroll = scroll
        chart_page = QWidget(self)
        self._chart_pages = QStackedLayout(chart_page)
        self._chart_pages.addWidget(scroll)
        self._chart_pages.addWidget(self.no_chart)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setObjectName("details_tabs")
        for page in (self.rows, chart_page, self.method, self.commands):
            self.tabs.addTab(page, "")
        detail = QWidget(self)
        column = QVBoxLayout(detail)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stale_label)
        column.addWidget(self.tabs, 1)
        self.splitter = TurningSplitter((self.list, detail), self._shares, self)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        whole = QStackedLayout(self)
        whole.addWidget(self.splitter)
        whole.addWidget(self.empty)
        self._pages = whole

    def _shares(self, orientation: Qt.Orientation) -> tuple[int, int]:
        """Leave most of the room to the result."""
        if orientation == Qt.Orientation.Horizontal:
            return LIST_WIDTH_PX, max(self.width() - LIST_WIDTH_PX, LIST_WIDTH_PX)
        return LIST_HEIGHT_PX, max(self.height() - LIST_HEIGHT_PX, LIST_HEIGHT_PX)

    def _connect(self) -> None:
        layers = self._session.user_layers
        for news in (
            layers.layer_added,
            layers.layer_removed,
            layers.layer_renamed,
            layers.rows_changed,
            layers.filter_changed,
        ):
            news.connect(self._take_news)
        layers.rows_changed.connect(self._forget_shown)
        self.list.selectionModel().currentChanged.connect(self._take_current)
        self.list.activated.connect(lambda _index: self._ask(self.layer_requested))
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.again_button.clicked.connect(lambda _checked=False: self._ask(self.again_requested))
        self.table_button.clicked.connect(lambda _checked=False: self._ask(self.table_requested))
        self.style_button.clicked.connect(lambda _checked=False: self._ask(self.style_requested))
        self.rows.feature_requested.connect(self.feature_requested)
        self.rows.place_requested.connect(self.place_requested)
        self.rows.told.connect(self.told)
        self.commands.told.connect(self.told)
        self.method.link_followed.connect(self._follow)
        self.empty.link_followed.connect(self._follow)
        remove = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._remove)

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        self.list.setAccessibleName(_("做过的分析"))
        self.method.setAccessibleName(_("方法与来源"))
        self.empty.setAccessibleName(_("可以做的分析"))
        self.chart_scroll.setAccessibleName(_("图"))
        self.tabs.tabBar().setAccessibleName(_("分析结果"))
        self.tabs.setAccessibleName(_("分析结果"))
        self.no_chart.setText(_("这个结果没有图。"))
        for tab, text in (
            (AnalysisTab.CHART, _("图")),
            (AnalysisTab.METHOD, _("方法与来源")),
            (AnalysisTab.COMMANDS, _("命令与 Python")),
        ):
            self.tabs.setTabText(tab, text)
        for button, text, tip in (
            (self.again_button, _("重新计算"), _("用输入图层现在的数据再算一遍；可以撤销")),
            (self.export_button, _("导出 ▾"), _("把结果存成表格、图层或图片")),
            (self.table_button, _("属性表"), _("在属性表里筛选、查找和统计")),
            (self.style_button, _("样式…"), _("改变结果在地图上的样子")),
        ):
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(text)
        self.export_menu.clear()
        for text, act in (
            (_("表格，连同方法和来源…"), self.rows.save),
            (_("图层（GeoPackage、GeoJSON……）…"), lambda: self._ask(self.copy_requested)),
            (_("图为图片…"), self._save_picture),
            (_("复制图"), self._copy_picture),
        ):
            self.export_menu.addAction(text, act)
        self.rows.retranslate()
        self.commands.retranslate()
        self.empty.show_markup(empty_markup())
        self._forget_shown(self._layer_id)
        self.refresh()

    # What is shown.

    @property
    def layer_id(self) -> str:
        """The result that is shown; empty if there is none."""
        return self._layer_id

    def show_analysis(self, layer_id: str) -> None:
        """Show the result of an analysis."""
        self._layer_id = layer_id
        self._forget_shown(layer_id)
        self.refresh()

    def show_running(self, layer_ids: Collection[str]) -> None:
        """Know which results are being reckoned anew."""
        self._running = layer_ids
        self._show_state()

    def refresh(self) -> None:
        """Show what there is now: at once if the panel is seen, else when it is."""
        self._later.stop()
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        analyses = self._session.analyses
        ids = analyses.history()
        self.model.show_entries([self._entry(each) for each in ids])
        if self._layer_id not in ids:
            self._layer_id = ids[0] if ids else ""
        row = self.model.row_of(self._layer_id)
        with QSignalBlocker(self.list.selectionModel()):
            flag = QItemSelectionModel.SelectionFlag
            self.list.selectionModel().setCurrentIndex(self.model.index(row), flag.ClearAndSelect)
        self.list.viewport().update()
        self._pages.setCurrentWidget(self.splitter if ids else self.empty)
        self._show_detail()

    def _entry(self, layer_id: str) -> AnalysisEntry:
        analyses, provenance = self._session.analyses, self._session.analyses.provenance(layer_id)
        return AnalysisEntry(
            layer_id,
            self._session.user_layers.stored(layer_id).title,
            kind_title(provenance.analysis),
            self._day(provenance.made),
            stale_sentence(analyses.changed_inputs(layer_id), analyses.gone_inputs(layer_id)),
        )

    def _day(self, iso: str) -> str:
        return date_text(iso, self._session.workspace.language) if iso else ""

    def _show_detail(self) -> None:
        """Show the chosen result: its rows and chart only if they are not shown already."""
        if not self._layer_id:
            self.rows.show_result("", None)
            self.chart.show_chart(None)
            self.method.show_markup(NOTHING)
            self._shown_key = ("", 0)
            return
        stored = self._session.user_layers.stored(self._layer_id)
        provenance = self._session.analyses.provenance(self._layer_id)
        title = " ".join(stored.title.split())
        self.title_label.show_title(title)
        key = (stored.id, stored.generation)
        if key != self._shown_key:
            self._shown_key = key
            self.rows.show_result(self._layer_id, provenance)
            self.tabs.setTabText(AnalysisTab.ROWS, _("表 {n}").format(n=f"{self.rows.count:,}"))
            self._show_chart(provenance)
        self._show_method(provenance)
        self._show_commands(provenance)
        self._show_state()

    def _show_chart(self, provenance: Provenance) -> None:
        from jjjmap.export.analysis_charts import chart_from

        chart = chart_from(provenance.chart)
        self.chart.show_chart(chart)
        self._chart_pages.setCurrentWidget(self.no_chart if chart is None else self.chart_scroll)

    def _inputs(self, provenance: Provenance) -> dict[str, StoredLayer]:
        layers = self._session.user_layers
        ids = [note.layer_id for note in provenance.inputs if layers.holds(note.layer_id)]
        return {each: layers.stored(each) for each in ids}

    def _show_method(self, provenance: Provenance) -> None:
        workspace = self._session.workspace
        texts = MethodTexts(
            workspace.catalogue,
            provenance,
            self._inputs(provenance),
            self._session.analyses.changed_inputs(self._layer_id),
            self._session.user_layers.stored(self._layer_id).facts.findings,
            workspace.language,
        )
        self._marks = texts.marks
        self.method.show_markup(texts.markup())

    def _show_commands(self, provenance: Provenance) -> None:
        layers = self._inputs(provenance)
        try:
            analysis = self._session.analyses.analysis(self._layer_id)
            named = analysis.with_layers(file_names(analysis.layer_ids, provenance, layers))
            shell, python = shell_command(named), named.python()
        except (ValueError, KeyError, TypeError, ImportError) as error:
            # Options come from a file: what they say may be none of ours, or of a newer version.
            logger.warning("analysis of %s is not known: %s", self._layer_id, error)
            self.commands.show_commands("", "", _("这个版本的程序不认识这次分析的选项，只能看结果。"))
            return
        self.commands.show_commands(shell, python, command_remarks(provenance, layers))

    def _show_state(self) -> None:
        """Say whether the result is out of date, and enable what can be done with it."""
        if not self._session.user_layers.holds(self._layer_id):
            return
        analyses = self._session.analyses
        changed, gone = analyses.changed_inputs(self._layer_id), analyses.gone_inputs(self._layer_id)
        sentence = stale_sentence(changed, gone)
        self.stale_label.setText(f"⚠ {sentence}" if sentence else "")
        self.stale_label.setVisible(bool(sentence))
        self.again_button.setEnabled(
            not gone and bool(self.commands.python.toPlainText()) and self._layer_id not in self._running
        )
        stored = self._session.user_layers.stored(self._layer_id)
        self.style_button.setEnabled(stored.facts.geometry is not None)
        has_chart = self.chart.chart is not None
        *_others, save, copy = self.export_menu.actions()
        for action in (save, copy):
            action.setEnabled(has_chart)

    # What happens elsewhere.

    def _take_news(self, _layer_id: str) -> None:
        # A project that is opened brings many layers at once.
        self._later.start()

    def _forget_shown(self, layer_id: str) -> None:
        if layer_id == self._layer_id:
            self._shown_key = ("", 0)

    # What the user does.

    def _take_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self._layer_id = self.model.entries[index.row()].layer_id
            self._show_detail()

    def _ask(self, wish: SignalInstance) -> None:
        """Tell a wish about the result that is shown."""
        if self._session.user_layers.holds(self._layer_id):
            wish.emit(self._layer_id)

    def _remove(self) -> None:
        self._ask(self.remove_requested)

    def _open_menu(self, where: QPoint) -> None:
        index = self.list.indexAt(where)
        if not index.isValid():
            return
        layer_id = self.model.entries[index.row()].layer_id
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("缩放到图层"), lambda: self.layer_requested.emit(layer_id))
        again = menu.addAction(_("重新计算"), lambda: self.again_requested.emit(layer_id))
        again.setEnabled(layer_id != self._layer_id or self.again_button.isEnabled())
        self.menu_opening.emit(menu, layer_id)
        menu.popup(self.list.viewport().mapToGlobal(where))
        self._menu = menu  # It has no other owner in PyQt5.

    def _follow(self, scheme: str, target: str) -> None:
        if scheme == "source":
            workspace = self._session.workspace
            self._marks.show_card(workspace.catalogue, target, workspace.language, self)
        elif scheme == "analyse":
            self.analysis_requested.emit(target)

    def _save_picture(self) -> None:
        image = self.chart.picture()
        if image.isNull():
            self.told.emit(_("图还没有画好，请稍后再试。"))
        else:
            self.picture_requested.emit(self.title_label.title, image)

    def _copy_picture(self) -> None:
        image = self.chart.picture()
        if image.isNull():
            self.told.emit(_("图还没有画好，请稍后再试。"))
        else:
            QGuiApplication.clipboard().setImage(image)
            self.told.emit(_("已把图复制到剪贴板。"))

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has changed while the panel was not seen."""
        super().showEvent(event)
        if self._is_new:
            self._is_new = False
            self.splitter.share_room()
        if self._is_stale:
            self.refresh()
