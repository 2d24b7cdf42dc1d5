"""The figures of documents as a table that sorts and narrows itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from qtpy.QtGui import QBrush, QFont, QGuiApplication, QPalette

from jjjmap.catalogue.models import Figure, Qualifier
from jjjmap.catalogue.wording import period_text
from jjjmap.i18n import _
from jjjmap.session.workspace import Workspace
from jjjmap.text.records import Document, FigureRole, FigureStatus, TextFigure
from jjjmap.ui.figure_texts import (
    ACCEPTED,
    doubt_text,
    is_doubtful,
    number_text,
    qualifier_name,
    role_name,
    status_name,
    status_sign,
)
from jjjmap.ui.library_texts import UNKNOWN
from jjjmap.ui.richtext import tooltip

if TYPE_CHECKING:
    from jjjmap.text.numbers.indicators import IndicatorIndex, IndicatorSuggestion

Index = QModelIndex | QPersistentModelIndex

LONGEST_SENTENCE = 600
"""So much of a sentence is kept around its number."""
TIP_CHARS = 300


class FigureColumn(IntEnum):
    """What stands where."""

    STATUS = 0
    WORDS = 1
    QUALIFIER = 2
    VALUE = 3
    UNIT = 4
    INDICATOR = 5
    LINKED = 6
    PERIOD = 7
    SCOPE = 8
    SENTENCE = 9
    DOCUMENT = 10


class Role(IntEnum):
    """What the model tells besides Qt's own roles."""

    MARKED = Qt.ItemDataRole.UserRole
    """Where the figure stands in the text of its sentence's cell: (start, end)."""


class StatusFilter(Enum):
    """Which figures are shown."""

    ALL = "all"
    OPEN = "open"
    """Neither accepted nor rejected."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"


_STATUSES: dict[StatusFilter, tuple[FigureStatus, ...]] = {
    StatusFilter.ALL: tuple(FigureStatus),
    StatusFilter.OPEN: (FigureStatus.FOUND,),
    StatusFilter.ACCEPTED: ACCEPTED,
    StatusFilter.REJECTED: (FigureStatus.REJECTED,),
}
_STATUS_ORDER = (FigureStatus.FOUND, FigureStatus.CORRECTED, FigureStatus.ACCEPTED, FigureStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of one document, with the words around it."""

    document_id: str
    title: str
    figure: TextFigure
    sentence: str
    """Without line breaks; cut where it is endless."""
    at: int
    """Where the figure begins in `sentence`."""
    length: int

    @property
    def key(self) -> tuple[str, int, int]:
        """The document and the stretch: what tells one row from all others."""
        return self.document_id, self.figure.start, self.figure.end


def rows_of(document: Document) -> tuple[FigureRow, ...]:
    """Return the figures of a document, in the order of its text."""
    title = document.details.title or document.file_name
    return tuple(_row(document, title, figure) for figure in document.figures)


def _row(document: Document, title: str, figure: TextFigure) -> FigureRow:
    start = max(figure.sentence_start, figure.start - LONGEST_SENTENCE // 2)
    end = min(figure.sentence_end, figure.end + LONGEST_SENTENCE // 2)
    before = _in_line(document.text[start : figure.start]).lstrip()
    words = _in_line(figure.text)
    after = _in_line(document.text[figure.end : end]).rstrip()
    return FigureRow(document.id, title, figure, before + words + after, len(before), len(words))


def _in_line(text: str) -> str:
    return text.translate({ord("\n"): " ", ord("\r"): " ", ord("\t"): " "})


class FiguresReviewModel(QAbstractTableModel):
    """Figures, one a row. It sorts and narrows by itself: a proxy would ask it a million times.

    Parameters
    ----------
    workspace
        Its catalogue has the indicators; its language is spoken.
    name_of
        Returns the name of a subject by its id.
    """

    def __init__(
        self, workspace: Workspace, name_of: Callable[[str], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._name_of = name_of
        self._all: list[FigureRow] = []
        self._shown: list[FigureRow] = []
        self._statuses = _STATUSES[StatusFilter.ALL]
        self._words: tuple[str, ...] = ()
        self._only_doubtful = False
        self._sorted_by: FigureColumn | None = None
        self._order = Qt.SortOrder.AscendingOrder
        self._index: IndicatorIndex | None = None
        self._scope_names: dict[str, str] = {}

    # What is there.

    @property
    def total(self) -> int:
        """How many figures there are, shown or not."""
        return len(self._all)

    @property
    def is_narrowed(self) -> bool:
        """Whether some are not shown."""
        return len(self._shown) < len(self._all)

    def row_at(self, row: int) -> FigureRow:
        """Return what a row shows."""
        return self._shown[row]

    def find_row(self, key: tuple[str, int, int]) -> int:
        """Return the row of a figure; -1 if it is not shown."""
        return next((row for row, each in enumerate(self._shown) if each.key == key), -1)

    def show_rows(self, rows: Iterable[FigureRow]) -> None:
        """Show these instead of what was shown."""
        self._all = list(rows)
        self._narrow()

    def add_rows(self, rows: Sequence[FigureRow]) -> None:
        """Add rows behind the others; `sort_again` puts them where they belong."""
        self._all += rows
        wanted = [row for row in rows if self._is_wanted(row)]
        if wanted:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(wanted) - 1)
            self._shown += wanted
            self.endInsertRows()

    def take_figures(self, document: Document) -> bool:
        """Show what was decided about the figures of a document, each in its row.

        A row that the filter would leave out now stays until the filter changes: it must not vanish under
        the user's hand. Returns False if other figures stand there now; then nothing is changed.
        """
        figures = {(figure.start, figure.end): figure for figure in document.figures}
        known = {row.key[1:] for row in self._all if row.document_id == document.id}
        if known != set(figures):
            return False

        def renewed(row: FigureRow) -> FigureRow:
            if row.document_id != document.id or row.figure == figures[row.key[1:]]:
                return row
            return replace(row, figure=figures[row.key[1:]])

        self._all = [renewed(row) for row in self._all]
        for number, row in enumerate(self._shown):
            new = renewed(row)
            if new is not row:
                self._shown[number] = new
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(FigureColumn) - 1))
        return True

    # What is shown of it.

    def narrow(self, status: StatusFilter, text: str, *, only_doubtful: bool) -> None:
        """Show only figures of a status, those that hold all words of a text, those worth a second look."""
        self._statuses = _STATUSES[status]
        self._words = tuple(text.lower().split())
        self._only_doubtful = only_doubtful
        self._narrow()

    def sort_again(self) -> None:
        """Sort as was wished last."""
        if self._sorted_by is not None:
            self.sort(self._sorted_by, self._order)

    def suggestion(self, figure: TextFigure) -> str:
        """Return the catalogue's indicator that fits the words of a figure best; empty if none does."""
        return next((each.indicator_zh for each in self.suggestions(figure)), "")

    def suggestions(self, figure: TextFigure) -> tuple[IndicatorSuggestion, ...]:
        """Return the catalogue's indicators that may fit, the best first."""
        if not figure.indicator:
            return ()
        if self._index is None:
            from jjjmap.text.numbers.indicators import IndicatorIndex

            self._index = IndicatorIndex(self._workspace.catalogue)
        return self._index.suggest(figure)

    @cached_property
    def indicators(self) -> dict[str, Figure]:
        """All indicators of the catalogue by their Chinese names, each with one figure of it."""
        return {known.indicator_zh: known for known in self._workspace.catalogue.figures.values()}

    def indicator_name(self, indicator_zh: str) -> str:
        """Return the name of a catalogue's indicator in the language in use."""
        known = self.indicators.get(indicator_zh)
        return known.indicator(self._workspace.language) if known is not None else indicator_zh

    def _is_wanted(self, row: FigureRow) -> bool:
        figure = row.figure
        if figure.status not in self._statuses or (self._only_doubtful and not is_doubtful(figure)):
            return False
        if not self._words:
            return True
        scope = self._scope_name(figure.scope_id)
        texts = f"{figure.indicator}\n{figure.indicator_id}\n{scope}\n{row.sentence}".lower()
        return all(word in texts for word in self._words)

    def _scope_name(self, scope_id: str) -> str:
        if scope_id not in self._scope_names:
            self._scope_names[scope_id] = self._name_of(scope_id) if scope_id else ""
        return self._scope_names[scope_id]

    def _narrow(self) -> None:
        # Names are asked for once a pass: the language may have changed since the last one.
        self._scope_names.clear()
        self.beginResetModel()
        self._shown = [row for row in self._all if self._is_wanted(row)]
        self._sort_shown()
        self.endResetModel()

    def _sort_shown(self) -> None:
        if self._sorted_by is None:
            return
        key = self._sort_key(self._sorted_by)
        self._shown.sort(key=key, reverse=self._order == Qt.SortOrder.DescendingOrder)

    def _sort_key(self, column: FigureColumn) -> Callable[[FigureRow], Any]:
        self._scope_names.clear()
        keys: dict[FigureColumn, Callable[[FigureRow], Any]] = {
            FigureColumn.STATUS: lambda row: _STATUS_ORDER.index(row.figure.status),
            FigureColumn.WORDS: lambda row: row.figure.text,
            FigureColumn.QUALIFIER: lambda row: list(Qualifier).index(row.figure.qualifier),
            FigureColumn.VALUE: lambda row: (row.figure.value, row.figure.unit),
            FigureColumn.UNIT: lambda row: (row.figure.unit, row.figure.value),
            FigureColumn.INDICATOR: lambda row: row.figure.indicator,
            FigureColumn.LINKED: lambda row: row.figure.indicator_id,
            FigureColumn.PERIOD: lambda row: row.figure.period,
            FigureColumn.SCOPE: lambda row: self._scope_name(row.figure.scope_id),
            FigureColumn.SENTENCE: lambda row: (row.document_id, row.figure.start),
            FigureColumn.DOCUMENT: lambda row: (row.title, row.document_id, row.figure.start),
        }
        return keys[column]

    # Overrides of Qt.

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by what a column means; equal rows stay in the order of the text."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        keys = [self._shown[index.row()].key for index in old]
        self._sorted_by = FigureColumn(column) if 0 <= column < len(FigureColumn) else None
        self._order = order
        self._sort_shown()
        if old:
            now = {row.key: number for number, row in enumerate(self._shown)}
            self.changePersistentIndexList(
                old,
                [self.index(now[key], index.column()) for key, index in zip(keys, old, strict=True)],
            )
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a figure that is shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See `FigureColumn`."""
        return 0 if parent.isValid() else len(FigureColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(FigureColumn):
            return None
        column = FigureColumn(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        titles = {
            FigureColumn.STATUS: (_("审阅"), _("○ 未审，✓ 已采纳，✎ 改后采纳，✗ 已否定")),
            FigureColumn.WORDS: (_("原文"), _("文中印出的数字")),
            FigureColumn.QUALIFIER: (_("约数"), _("等于、约、超过或不足")),
            FigureColumn.VALUE: (_("数值"), _("万、亿已换算")),
            FigureColumn.UNIT: (_("单位"), _("不含万、亿")),
            FigureColumn.INDICATOR: (_("指标"), _("数的是什么，用文中的话")),
            FigureColumn.LINKED: (_("对应指标"), _("资料库里的同一指标；灰色的是建议，修改时可选")),
            FigureColumn.PERIOD: (_("时期"), _("哪一年、哪一月或哪一段时间")),
            FigureColumn.SCOPE: (_("地点"), _("说的是哪里；采纳后列在那里的数据中")),
            FigureColumn.SENTENCE: (_("句子"), _("双击到原文")),
            FigureColumn.DOCUMENT: (_("文档"), _("出自哪一篇")),
        }
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return titles[column][0]
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(titles[column][1])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], FigureColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._tip(row, column))
            case Qt.ItemDataRole.AccessibleTextRole if column is FigureColumn.STATUS:
                return status_name(row.figure.status)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.FontRole:
                return self._font(row, column)
            case Qt.ItemDataRole.ForegroundRole if self._is_faint(row, column):
                return QBrush(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
            case Role.MARKED if column is FigureColumn.SENTENCE:
                return row.at, row.at + row.length
        return None

    def _font(self, row: FigureRow, column: FigureColumn) -> QFont | None:
        font = QFont()
        if column is FigureColumn.WORDS:
            font.setBold(True)
            font.setStrikeOut(row.figure.status is FigureStatus.REJECTED)
            return font
        if column is FigureColumn.LINKED and not row.figure.indicator_id:
            font.setItalic(True)
            return font
        return None

    def _is_faint(self, row: FigureRow, column: FigureColumn) -> bool:
        figure = row.figure
        if figure.status is FigureStatus.REJECTED:
            return True
        if column is FigureColumn.LINKED:
            return not figure.indicator_id
        return column is not FigureColumn.SENTENCE and self._text(row, column) == UNKNOWN

    def _text(self, row: FigureRow, column: FigureColumn) -> str:
        figure = row.figure
        match column:
            case FigureColumn.STATUS:
                sign = status_sign(figure.status)
                return f"{sign} ⚠" if figure.status is FigureStatus.FOUND and is_doubtful(figure) else sign
            case FigureColumn.WORDS:
                return _words(figure)
            case FigureColumn.QUALIFIER:
                return "" if figure.qualifier is Qualifier.EXACT else qualifier_name(figure.qualifier)
            case FigureColumn.VALUE:
                return number_text(figure.value)
            case FigureColumn.UNIT:
                return figure.unit
            case FigureColumn.INDICATOR:
                said = figure.indicator or UNKNOWN
                if figure.role is FigureRole.ALONE:
                    return said
                return _("{name}（{role}）").format(name=said, role=role_name(figure.role))
            case FigureColumn.LINKED:
                return self._linked(figure)
            case FigureColumn.PERIOD:
                return period_text(figure.period, self._workspace.language) if figure.period else UNKNOWN
            case FigureColumn.SCOPE:
                return self._name_of(figure.scope_id) if figure.scope_id else UNKNOWN
            case FigureColumn.SENTENCE:
                return row.sentence
            case FigureColumn.DOCUMENT:
                return row.title

    def _linked(self, figure: TextFigure) -> str:
        if figure.indicator_id:
            return self.indicator_name(figure.indicator_id)
        suggested = self.suggestion(figure) if figure.status is FigureStatus.FOUND else ""
        return _("{name}？").format(name=self.indicator_name(suggested)) if suggested else ""

    def _tip(self, row: FigureRow, column: FigureColumn) -> str:
        figure = row.figure
        match column:
            case FigureColumn.STATUS:
                doubt = doubt_text(figure, self._workspace.language)
                said = status_name(figure.status)
                if figure.status is not FigureStatus.FOUND or not doubt:
                    return said
                return _("{status}；{doubt}").format(status=said, doubt=doubt)
            case FigureColumn.INDICATOR if figure.comparison:
                return _("{indicator}；对比：{text}").format(
                    indicator=self._text(row, column), text=figure.comparison
                )
            case FigureColumn.LINKED if not figure.indicator_id and self._text(row, column):
                return _("建议对应“{name}”，尚未选定；按 R 修改").format(
                    name=self.indicator_name(self.suggestion(figure))
                )
            case FigureColumn.SENTENCE:
                first = max(0, row.at - TIP_CHARS // 2)
                return row.sentence[first : first + TIP_CHARS]
        return self._text(row, column)


def _words(figure: TextFigure) -> str:
    return " ".join(figure.text.split())


def _alignment(column: FigureColumn) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if column is FigureColumn.VALUE else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter
