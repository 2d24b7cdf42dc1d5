"""Figures as a table: indicator with what it is compared with, value, period, mark of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from qtpy.QtGui import QBrush, QGuiApplication

from jjjmap.catalogue.citing import figure_citation
from jjjmap.catalogue.details import PlaceDetails, via_name
from jjjmap.catalogue.models import Figure, Source
from jjjmap.catalogue.wording import contested_text, figure_text, period_text
from jjjmap.export.tables import Table, figures_table, tsv_text
from jjjmap.i18n import Language, _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.richtext import link_color, tooltip

Index = QModelIndex | QPersistentModelIndex

CONTESTED = "⚠"


class Column(IntEnum):
    """Columns of the table."""

    INDICATOR = 0
    VALUE = 1
    PERIOD = 2
    SOURCE = 3


class FiguresModel(QAbstractTableModel):
    """The figures of one place."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._details: PlaceDetails | None = None
        self._figures: tuple[Figure, ...] = ()
        self._sources: dict[str, Source] = {}
        self._marks: dict[str, int] = {}

    def show_details(self, details: PlaceDetails | None) -> None:
        """Show the figures of a place; None for none."""
        self.beginResetModel()
        self._details = details
        self._figures = details.figures if details else ()
        sources = details.sources if details else ()
        self._sources = {source.id: source for source in sources}
        self._marks = details.marks if details else {}
        self.endResetModel()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures, in the order of their rows."""
        return self._figures

    @property
    def marks(self) -> dict[str, int]:
        """Numbers of the sources, as they stand in the last column, by source id."""
        return self._marks

    def source_id_at(self, row: int) -> str:
        """Return the source of a row."""
        return self._figures[row].source_id

    def indicator_text(self, figure: Figure) -> str:
        """Return an indicator, led by the name of its place or chain where that is not the place shown."""
        language = self._workspace.language
        indicator = figure.indicator(language)
        if self._details is None or figure.scope_id == self._details.place.id:
            return indicator
        scope = via_name(self._workspace.catalogue, figure.scope_id, language)
        return _("{scope}：{indicator}").format(scope=scope, indicator=indicator) if scope else indicator

    def as_tsv(self, rows: Sequence[int]) -> str:
        """Return rows with their sources as tab-separated text that a spreadsheet takes for text."""
        return tsv_text(self.as_table(rows))

    def as_table(self, rows: Sequence[int] | None = None) -> Table:
        """Return rows with the columns of their sources; all of them where none are named."""
        language = self._workspace.language
        wanted = range(len(self._figures)) if rows is None else rows
        return figures_table(
            [self._figures[row] for row in wanted],
            self._sources,
            language,
            place_name=self._details.place.name(language) if self._details else "",
            name_of=self.indicator_text,
        )

    def citations(self, rows: Sequence[int]) -> str:
        """Return rows as sentences to paste into a text, one a line, each with its source."""
        catalogue = self._workspace.catalogue
        # The sources of figures that the user took over from documents are no part of the catalogue.
        known = replace(catalogue, sources={**catalogue.sources, **self._sources})
        language = self._workspace.language
        return "\n".join(figure_citation(known, self._figures[row], language) for row in rows)

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a figure."""
        return 0 if parent.isValid() else len(self._figures)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See `Column`."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            across = Qt.AlignmentFlag.AlignRight if section == Column.VALUE else Qt.AlignmentFlag.AlignLeft
            return across | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = {
            Column.INDICATOR: _("指标"),
            Column.VALUE: _("数值"),
            Column.PERIOD: _("时期"),
            Column.SOURCE: _("出处"),
        }
        return titles.get(Column(section)) if 0 <= section < len(Column) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        figure = self._figures[index.row()]
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(figure, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(figure, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(figure, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                across = Qt.AlignmentFlag.AlignRight if column is Column.VALUE else Qt.AlignmentFlag.AlignLeft
                return across | Qt.AlignmentFlag.AlignTop
            case Qt.ItemDataRole.ForegroundRole if column is Column.SOURCE:
                return QBrush(link_color(QGuiApplication.palette()))
        return None

    def _text(self, figure: Figure, column: Column) -> str:
        language = self._workspace.language
        match column:
            case Column.INDICATOR:
                indicator, comparison = self.indicator_text(figure), figure.comparison(language)
                # Below, not beside: the panel is narrow and comparisons are rare and long.
                lines = [indicator]
                if comparison:
                    lines.append(_("对比：{text}").format(text=comparison))
                source = self._sources.get(figure.source_id)
                if source is not None and source.is_users:
                    lines.append(_("用户文档，经采纳"))
                return "\n".join(lines)
            case Column.VALUE:
                value = figure_text(figure, language)
                return f"{CONTESTED} {value}" if figure.contested else value
            case Column.PERIOD:
                return period_text(figure.period, language)
            case Column.SOURCE:
                return f"[{self._marks[figure.source_id]}]" if figure.source_id in self._marks else ""

    def _tip(self, figure: Figure, column: Column) -> str:
        if column is Column.SOURCE:
            source = self._sources.get(figure.source_id)
            return tooltip(f"{source.title}　{source.publisher}") if source else ""
        if figure.contested:
            language = self._workspace.language
            said = (contested_text(), figure.note(language))
            return tooltip(("" if language is Language.ZH else " ").join(part for part in said if part))
        return tooltip(figure.note(self._workspace.language) or self._text(figure, column))

    def _spoken(self, figure: Figure, column: Column) -> str:
        text = self._text(figure, column)
        if column is Column.VALUE and figure.contested:
            return _("{value}，说法不一").format(value=text.removeprefix(CONTESTED).strip())
        if column is Column.SOURCE and figure.source_id in self._sources:
            return _("来源 {mark} {title}").format(mark=text, title=self._sources[figure.source_id].title)
        return text
