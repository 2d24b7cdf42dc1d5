"""A place's figures: a chart of the current row, the table, remarks below; marks lead to the sources."""

from __future__ import annotations

from qtpy.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from qtpy.QtGui import QCursor, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.analysis.comparison import Comparable, Likeness, comparable_figures
from jjjmap.analysis.series import Series, series_of, time_order
from jjjmap.catalogue.details import PlaceDetails
from jjjmap.catalogue.models import Figure
from jjjmap.export.charts import NamedBar
from jjjmap.i18n import _
from jjjmap.session.charts import ChartPreparation
from jjjmap.session.workspace import Workspace
from jjjmap.ui.chart_texts import COMPARABLES_SHOWN, ChartTexts
from jjjmap.ui.chart_view import ChartView
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.models.figures_model import Column, FiguresModel
from jjjmap.ui.place_texts import PlaceTexts
from jjjmap.ui.richtext import RichTextView, join
from jjjmap.ui.table_rows import choose_row

NOTES_HEIGHT_PX = 110
CAPTION_MOST_PX = 120
CITATION_KEYS = "Ctrl+Shift+C"
"""Copies a figure as a sentence; Ctrl+C copies rows for a spreadsheet."""


class FiguresTable(QTableView):
    """A table whose rows are copied with their sources."""

    source_requested = Signal(str)  # source id
    save_requested = Signal()
    row_entered = Signal(int)  # row of the current cell; -1 for none

    def __init__(self, model: FiguresModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = model
        self.setModel(model)
        self.selectionModel().currentRowChanged.connect(lambda now, _old: self.row_entered.emit(now.row()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.clicked.connect(self._follow)

    def fit_columns(self) -> None:
        """Share the width out: numbers and marks take what they need, words what is left."""
        room = self.viewport().width()
        header = self.horizontalHeader()
        needs = {}
        for column in Column:
            longest = max(
                (
                    self.fontMetrics().horizontalAdvance(str(self._figures.index(row, column).data() or ""))
                    for row in range(self._figures.rowCount())
                ),
                default=0,
            )
            title = self.fontMetrics().horizontalAdvance(
                str(self._figures.headerData(column, Qt.Orientation.Horizontal))
            )
            needs[column] = max(longest, title) + 14
        fixed = {
            Column.VALUE: min(needs[Column.VALUE], room * 32 // 100),
            Column.PERIOD: min(needs[Column.PERIOD], room * 24 // 100),
            Column.SOURCE: min(needs[Column.SOURCE], room * 14 // 100),
        }
        left = max(room - sum(fixed.values()), 80)
        for column, width in (*fixed.items(), (Column.INDICATOR, left)):
            header.resizeSection(column, width)
        self.resizeRowsToContents()

    def copy(self) -> None:
        """Copy the chosen rows with their sources, or all of them."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(self._figures.as_tsv(rows or range(self._figures.rowCount())))

    def copy_citations(self) -> None:
        """Copy the chosen rows as sentences with their sources, or the current one."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex().row()]
        if rows:
            QGuiApplication.clipboard().setText(self._figures.citations(rows))

    def enter_row(self, row: int) -> None:
        """Make a row the current one without choosing it: Ctrl+C goes on to copy all."""
        self.selectionModel().setCurrentIndex(
            self._figures.index(row, Column.INDICATOR), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        self.scrollTo(self.currentIndex())

    def _follow(self, index: QModelIndex) -> None:
        if index.column() == Column.SOURCE:
            self.source_requested.emit(self._figures.source_id_at(index.row()))

    def _show_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("复制（带来源）"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        index = self.indexAt(where)
        if index.isValid():
            menu.addAction(_("复制数字及来源"), QKeySequence(CITATION_KEYS), self.copy_citations)
            source_id = self._figures.source_id_at(index.row())
            menu.addAction(_("查看来源"), lambda: self.source_requested.emit(source_id))
        menu.addSeparator()
        menu.addAction(_("保存为表格…"), self.save_requested.emit)
        menu.popup(self.viewport().mapToGlobal(where))

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C, as a sentence on Ctrl+Shift+C; show the source of the row on Enter."""
        if QKeySequence(event.keyCombination()) == QKeySequence(CITATION_KEYS):
            self.copy_citations()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.source_requested.emit(self._figures.source_id_at(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit_columns()


class FiguresView(QWidget):
    """Chart, table and remarks, or a sentence that there are no figures."""

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        *,
        charts: ChartPreparation | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._details: PlaceDetails | None = None
        self._figure: Figure | None = None
        self._series: tuple[Series, ...] = ()
        self._comparables: tuple[Comparable, ...] = ()
        self._foreign_marks: dict[str, int] = {}
        self._folder = ""
        self._sizes_are_users = False
        self.model = FiguresModel(workspace, self)
        self.table = FiguresTable(self.model, self)
        self.notes = RichTextView(self)
        self.chart = ChartView(charts or ChartPreparation(self), self)
        self.caption = RichTextView(self)
        self.caption.setMinimumHeight(40)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title.setWordWrap(True)
        self.chart_button = QToolButton(self)
        self.chart_button.setCheckable(True)
        self.chart_button.setChecked(True)
        self.save_button = QToolButton(self)
        for button in (self.chart_button, self.save_button):
            button.setAutoRaise(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._nothing = QLabel(self)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._nothing.setContentsMargins(12, 12, 12, 12)
        self._hint = QLabel(self)
        self._hint.setObjectName("faint")
        self._hint.setContentsMargins(12, 2, 12, 4)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        self._lay_out()
        self.chart_button.toggled.connect(self._show_pane)
        self.save_button.clicked.connect(self.save)
        self.table.save_requested.connect(self.save)
        self.table.row_entered.connect(self._show_row)
        self.chart.figure_requested.connect(self._enter_figure)
        self.chart.source_requested.connect(self._show_source)
        self.chart.drawn.connect(self._write_caption)
        self.caption.link_followed.connect(self._follow)
        self.retranslate()

    def _lay_out(self) -> None:
        self._pane = QWidget(self)
        inner = QVBoxLayout(self._pane)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.chart)
        inner.addWidget(self.caption, 1)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        for part in (self._pane, self.table, self.notes):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.splitterMoved.connect(self._keep_sizes)
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 6, 2)
        top.setSpacing(2)
        top.addWidget(self.title, 1)
        top.addWidget(self.chart_button)
        top.addWidget(self.save_button)
        filled = QWidget(self)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._splitter, 1)
        column.addWidget(self._hint)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(filled)

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.table.setAccessibleName(_("数据表"))
        self.notes.setAccessibleName(_("数据说明"))
        self.caption.setAccessibleName(_("图的说明"))
        self.chart_button.setText(_("图"))
        self.chart_button.setAccessibleName(_("显示图"))
        self.chart_button.setToolTip(_("显示或收起所在行指标的图"))
        self.save_button.setText(_("保存…"))
        self.save_button.setAccessibleName(_("保存为表格…"))
        self.save_button.setToolTip(_("把全部数据连同来源存为 Excel 或 CSV"))
        self._tell_hint()

    def show_details(self, details: PlaceDetails, texts: PlaceTexts) -> None:
        """Show the figures of a place."""
        self._details = details
        self._foreign_marks = {}
        self.model.show_details(details)
        if not details.figures:
            self._show_row(-1)
            self._nothing.setText(texts.no_figures())
            self._stack.setCurrentIndex(0)
            return
        notes = texts.figure_notes()
        self.notes.show_markup(notes)
        self.notes.setVisible(bool(notes))
        self._tell_hint()
        self._stack.setCurrentIndex(1)
        self.table.fit_columns()
        self.table.scrollToTop()
        self._show_pane()
        self.table.enter_row(self._telling_row(details.figures))
        self._share_height()

    def show_figure(self, figure_id: str) -> None:
        """Choose the row of a figure of the place shown; nothing if it has no such figure."""
        for row, figure in enumerate(self.model.figures):
            if figure.id == figure_id:
                self.table.enter_row(row)
                choose_row(self.table, row)
                self.table.setFocus()

    def save(self) -> None:
        """Ask for a file and write all figures of the place there, with their sources."""
        path = SaveTableDialog.save(self, self._folder, self.model.as_table())
        if path is not None:
            self._folder = str(path.parent)
            self._hint.setText(_("已保存：{path}").format(path=path))

    # The chart of the current row.

    def _telling_row(self, figures: tuple[Figure, ...]) -> int:
        """Return the row with the most to draw: the end of the longest course, else one with a comparison."""
        courses = [sum(len(each.points) for each in series_of(figures, figure)) for figure in figures]
        if max(courses) > 1:
            quantity = series_of(figures, figures[courses.index(max(courses))])
            latest = max((point for each in quantity for point in each.points), key=time_order)
            return figures.index(latest)
        catalogue = self._workspace.catalogue
        return next(
            (row for row, figure in enumerate(figures) if comparable_figures(catalogue, figure)),
            0,
        )

    def _show_row(self, row: int) -> None:
        figures = self.model.figures
        if not 0 <= row < len(figures):
            self._figure, self._series, self._comparables = None, (), ()
            self.chart.show_nothing()
            return
        figure = figures[row]
        language = self._workspace.language
        self._figure = figure
        self._series = series_of(figures, figure)
        self._comparables = comparable_figures(self._workspace.catalogue, figure)
        self.title.setText(self._title(figure))
        self.chart.setAccessibleName(self.title.text())
        marks = {source_id: self._mark_of(source_id) for source_id in self._shown_sources()}
        if sum(len(each.points) for each in self._series) > 1:
            self.chart.show_series(
                self._series, unit=figure.unit(language), marks=marks, chosen_id=figure.id, language=language
            )
        elif self._bars:
            self.chart.show_bars(self._bars, marks=marks, language=language)
        else:
            self.chart.show_nothing()
        self._write_caption()

    def _title(self, figure: Figure) -> str:
        """Return the indicator with its unit, as bars of places have no axis to tell it."""
        indicator, unit = self.model.indicator_text(figure), figure.unit(self._workspace.language)
        return _("{indicator}（{unit}）").format(indicator=indicator, unit=unit) if unit else indicator

    @property
    def _bars(self) -> tuple[NamedBar, ...]:
        """The only figure of a place among places of the same kind; none if there are no such."""
        if self._figure is None:
            return ()
        alike = [
            each.figure for each in self._comparables if each.likeness is Likeness.LIKE and each.same_unit
        ]
        shown = (self._figure, *alike[:COMPARABLES_SHOWN])
        # Bars that grow in two directions would need an axis; such figures are told in words.
        if not alike or any(figure.value < 0 for figure in shown):
            return ()
        texts = self._chart_texts()
        return tuple(
            NamedBar(figure, texts.scope_name(figure), is_own=figure is self._figure) for figure in shown
        )

    def _shown_sources(self) -> list[str]:
        own = [point.source_id for each in self._series for point in each.points]
        return own + [each.figure.source_id for each in self._comparables]

    def _chart_texts(self) -> ChartTexts:
        return ChartTexts(self._workspace.catalogue, self._workspace.language, self._mark_of)

    def _write_caption(self) -> None:
        texts = self._chart_texts()
        is_course = sum(len(each.points) for each in self._series) > 1
        parts = []
        if is_course:
            parts.append(texts.legend(self._series, starts_at_zero=self.chart.starts_at_zero))
        elif self._figure is not None and not self._comparables:
            parts.append(texts.alone())
        parts.append(texts.comparison(self._comparables, listed=is_course or not self._bars))
        self.caption.show_markup(join(parts))

    def _show_pane(self) -> None:
        self._pane.setVisible(self.chart_button.isChecked())

    def _share_height(self) -> None:
        """Give the chart what it needs, once for a place: with every row the table would jump."""
        if self._sizes_are_users or not self._pane.isVisible():
            return
        self.caption.document().setTextWidth(self.width())
        words = min(round(self.caption.document().size().height()), CAPTION_MOST_PX)
        above = self.chart.height() + max(words, self.caption.minimumHeight())
        below = NOTES_HEIGHT_PX if self.notes.isVisible() else 0
        self._splitter.setSizes([above, max(self._splitter.height() - above - below, 120), below])

    def _keep_sizes(self) -> None:
        self._sizes_are_users = True

    def _tell_hint(self) -> None:
        self._hint.setText(_("点 [n] 看来源；选中行按 Ctrl+C 连同来源一起复制。"))

    # Sources: those of the place have numbers already, those of comparisons get the next ones.

    def _mark_of(self, source_id: str) -> int:
        own = self.model.marks
        if source_id in own:
            return own[source_id]
        return self._foreign_marks.setdefault(source_id, len(own) + len(self._foreign_marks) + 1)

    def _enter_figure(self, figure_id: str) -> None:
        for row, figure in enumerate(self.model.figures):
            if figure.id == figure_id:
                self.table.enter_row(row)

    def _show_source(self, source_id: str) -> None:
        source = self._workspace.catalogue.sources.get(source_id)
        if source_id in self.model.marks:
            self.table.source_requested.emit(source_id)
        elif source is not None:
            mark = self._mark_of(source_id)
            SourceCard.show_source(source, mark, self._workspace.language, self, QCursor.pos())

    def _follow(self, scheme: str, target: str) -> None:
        if scheme == "source":
            self._show_source(target)
        else:
            self.notes.link_followed.emit(scheme, target)
