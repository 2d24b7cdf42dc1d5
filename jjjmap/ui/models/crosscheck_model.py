"""The cross-check of figures as tables: what was held against what, and which scope has which indicator."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from qtpy.QtGui import QBrush, QColor, QFont, QGuiApplication, QPalette

from jjjmap.analysis.crosscheck import Check, Verdict
from jjjmap.analysis.crosscheck_texts import (
    check_kind_name,
    claim_text,
    reckoned_text,
    scope_name,
    stated_text,
    verdict_mark,
    verdict_name,
)
from jjjmap.analysis.matrix import Cell, Matrix
from jjjmap.catalogue.models import Figure
from jjjmap.catalogue.wording import figure_text, period_text
from jjjmap.i18n import Language, _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.models.figures_model import CONTESTED
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex


class CheckColumn(IntEnum):
    """Columns of the table of checks."""

    VERDICT = 0
    SCOPE = 1
    INDICATOR = 2
    PERIOD = 3
    STATED = 4
    RECKONED = 5
    WHAT = 6
    SOURCES = 7


class ChecksModel(QAbstractTableModel):
    """Checks, one a row, in the order given."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._checks: tuple[Check, ...] = ()

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these."""
        self.beginResetModel()
        self._checks = tuple(checks)
        self.endResetModel()

    def check_at(self, row: int) -> Check:
        """Return the check of a row."""
        return self._checks[row]

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a check."""
        return 0 if parent.isValid() else len(self._checks)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See `CheckColumn`."""
        return 0 if parent.isValid() else len(CheckColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(CheckColumn):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section in (CheckColumn.STATED, CheckColumn.RECKONED))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            _("结论"),
            _("地点"),
            _("指标"),
            _("时期"),
            _("来源写的"),
            _("核得或另一处"),
            _("核对什么"),
            _("来源"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        check, column = self._checks[index.row()], CheckColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(check, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._text(check, column))
            case Qt.ItemDataRole.AccessibleTextRole if column is CheckColumn.VERDICT:
                return verdict_name(check)
            case Qt.ItemDataRole.TextAlignmentRole:
                is_number = column is CheckColumn.STATED or (
                    column is CheckColumn.RECKONED and check.verdict is not Verdict.UNKNOWN
                )
                return _alignment(is_number)
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(check, column)
        return None

    def _text(self, check: Check, column: CheckColumn) -> str:
        language = self._workspace.language
        subject = check.subject
        match column:
            case CheckColumn.VERDICT:
                return f"{verdict_mark(check)} {verdict_name(check)}"
            case CheckColumn.SCOPE:
                return scope_name(self._workspace.catalogue, subject.scope_id, language)
            case CheckColumn.INDICATOR:
                return subject.indicator(language)
            case CheckColumn.PERIOD:
                return period_text(subject.period, language)
            case CheckColumn.WHAT:
                claim, kind = claim_text(check, language), check_kind_name(check.kind)
                return _("{kind}：{claim}").format(kind=kind, claim=claim) if claim else kind
            case CheckColumn.STATED:
                return stated_text(check, language)
            case CheckColumn.RECKONED:
                return reckoned_text(check, language)
            case CheckColumn.SOURCES:
                sources = self._workspace.catalogue.sources
                used = dict.fromkeys(figure.source_id for figure in check.figures)
                names = (sources[source_id].publisher for source_id in used if source_id in sources)
                return " / ".join(dict.fromkeys(filter(None, names)))

    @staticmethod
    def _color(check: Check, column: CheckColumn) -> QBrush | None:
        palette = QGuiApplication.palette()
        if check.verdict is Verdict.UNKNOWN:
            return QBrush(palette.color(QPalette.ColorRole.PlaceholderText))
        if check.verdict is Verdict.DIFFER and column in (CheckColumn.VERDICT, CheckColumn.RECKONED):
            return QBrush(warning_color(palette))
        return None


class MatrixModel(QAbstractTableModel):
    """Scopes × indicators. A cell shows value, year and number of sources, or that there are no data."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._matrix: Matrix | None = None
        self._scope_ids: tuple[str, ...] = ()
        self._indicators: tuple[str, ...] = ()
        self._names_en: dict[str, str] = {}

    def show_matrix(self, matrix: Matrix, least_scopes: int) -> None:
        """Show the indicators that at least so many scopes have, and the scopes that have any of these."""
        self.beginResetModel()
        self._matrix = matrix
        self._indicators = tuple(
            indicator for indicator in matrix.indicators if matrix.scopes_with(indicator) >= least_scopes
        )
        self._scope_ids = tuple(
            scope_id
            for scope_id in matrix.scope_ids
            if any((scope_id, indicator) in matrix.cells for indicator in self._indicators)
        )
        self._names_en = {
            indicator: cell.latest.indicator_en for (_scope, indicator), cell in matrix.cells.items()
        }
        self.endResetModel()

    def cell_at(self, row: int, column: int) -> Cell | None:
        """Return what a cell holds; None where there are no data."""
        if self._matrix is None:
            return None
        return self._matrix.cells.get((self._scope_ids[row], self._indicators[column]))

    def scope_at(self, row: int) -> str:
        """Return the scope of a row."""
        return self._scope_ids[row]

    def indicator_at(self, column: int) -> str:
        """Return the name of the indicator of a column."""
        chinese = self._indicators[column]
        return self._names_en.get(chinese, chinese) if self._workspace.language is Language.EN else chinese

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a scope."""
        return 0 if parent.isValid() else len(self._scope_ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One column an indicator."""
        return 0 if parent.isValid() else len(self._indicators)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of an indicator or a scope."""
        is_column = orientation == Qt.Orientation.Horizontal
        if not 0 <= section < (len(self._indicators) if is_column else len(self._scope_ids)):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(False)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if is_column:
            name = self.indicator_at(section)
        else:
            name = scope_name(self._workspace.catalogue, self._scope_ids[section], self._workspace.language)
        return name if role == Qt.ItemDataRole.DisplayRole else tooltip(name)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows: three looks, for a value, a value without a period, and no data."""
        if not index.isValid():
            return None
        cell = self.cell_at(index.row(), index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(cell)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._tip(cell))
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter if cell is None else _alignment(True)
            case Qt.ItemDataRole.ForegroundRole if cell is None:
                return QBrush(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
            case Qt.ItemDataRole.FontRole if cell is not None and not cell.has_period:
                font = QFont()
                font.setItalic(True)
                return font
            case Qt.ItemDataRole.BackgroundRole if cell is not None and not cell.has_period:
                return QBrush(
                    QGuiApplication.palette().color(QPalette.ColorRole.Mid), Qt.BrushStyle.BDiagPattern
                )
        return None

    def _text(self, cell: Cell | None) -> str:
        if cell is None:
            return _("无数据")
        sources = _("{n} 个来源").format(n=cell.source_count)
        # A period that the source does not name is told as such by the same words as everywhere.
        return f"{self._value(cell.latest)}\n{self._period(cell.latest)} · {sources}"

    def _tip(self, cell: Cell | None) -> str:
        if cell is None:
            return _("资料库没有这个地点的这项数据。")
        lines = (f"{self._period(figure)}：{self._value(figure)}" for figure in cell.figures)
        return "；".join(lines)

    def _value(self, figure: Figure) -> str:
        value = figure_text(figure, self._workspace.language)
        return f"{CONTESTED} {value}" if figure.contested else value

    def _period(self, figure: Figure) -> str:
        return period_text(figure.period, self._workspace.language)


def warning_color(palette: QPalette) -> QColor:
    """Return a red that reads well on the base of a palette."""
    return QColor("#b3261e" if palette.color(QPalette.ColorRole.Base).lightness() > 127 else "#ff9d94")


def _alignment(is_number: bool) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter
