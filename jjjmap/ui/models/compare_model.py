"""Pinned places side by side: facts and indicators in rows, one place a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from qtpy.QtGui import QFont, QGuiApplication, QPalette

from jjjmap.analysis.comparison import IndicatorRow, align_indicators
from jjjmap.analysis.series import standing_name
from jjjmap.catalogue.details import location_text
from jjjmap.catalogue.models import Figure, Place
from jjjmap.catalogue.wording import (
    category_name,
    evidence_name,
    figure_text,
    kind_name,
    period_text,
    precision_text,
)
from jjjmap.export.tables import Cell, Table, citation, standing_cell, value_cell
from jjjmap.i18n import Language, _
from jjjmap.session.workspace import Workspace
from jjjmap.ui.models.figures_model import CONTESTED
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class CompareCell:
    """What one place says to one row."""

    text: str
    tip: str
    source_ids: tuple[str, ...] = ()
    figure: Figure | None = None
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A fact or an indicator."""

    title: str
    unit: str
    is_fact: bool
    cells: tuple[CompareCell, ...]


class CompareModel(QAbstractTableModel):
    """The table; column 0 names the rows."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._places: tuple[Place, ...] = ()
        self._rows: tuple[CompareRow, ...] = ()
        self._marks: dict[str, int] = {}
        self._only_shared = False

    def show_places(self, place_ids: Sequence[str], *, only_shared: bool = False) -> None:
        """Compare places; with `only_shared` leave out indicators that fewer than two of them have."""
        self.beginResetModel()
        self._places = tuple(self._workspace.place(each) for each in place_ids if self._workspace.knows(each))
        self._only_shared = only_shared
        self._marks = {}
        self._rows = (*self._facts(), *self._indicators()) if self._places else ()
        self.endResetModel()

    @property
    def rows(self) -> tuple[CompareRow, ...]:
        """The rows, from the top."""
        return self._rows

    @property
    def places(self) -> tuple[Place, ...]:
        """The places, from column 1 on."""
        return self._places

    def mark(self, source_id: str) -> int:
        """Return the number under which a source is cited in this table."""
        return self._marks[source_id]

    def cell_at(self, index: Index) -> CompareCell | None:
        """Return the cell of a place; None for a title."""
        if not index.isValid() or index.column() == 0:
            return None
        return self._rows[index.row()].cells[index.column() - 1]

    def as_table(self, rows: Sequence[int] | None = None) -> Table:
        """Return rows with value, unit, period, release, remark and source of each place; all by default."""
        language = self._workspace.language
        header = [_("项目")]
        for place in self._places:
            name = place.name(language)
            header += [
                name,
                _("{name}：单位").format(name=name),
                _("{name}：时期").format(name=name),
                _("{name}：批次/分歧").format(name=name),
                _("{name}：说明").format(name=name),
                _("{name}：来源").format(name=name),
            ]
        wanted = self._rows if rows is None else [self._rows[row] for row in rows]
        body = []
        for row in wanted:
            cells: list[Cell] = [row.title]
            for cell in row.cells:
                cells += self._saved(cell)
            body.append(tuple(cells))
        title = _("比较 {names}").format(names="、".join(place.label(language) for place in self._places))
        return Table(title, tuple(header), tuple(body))

    def _saved(self, cell: CompareCell) -> tuple[Cell, ...]:
        language = self._workspace.language
        known = self._workspace.catalogue.sources
        stop = "；" if language is Language.ZH else "; "
        cited = stop.join(citation(known[key], language) for key in cell.source_ids if key in known)
        if cell.figure is None:
            return (cell.text, "", "", "", "", cited)
        figure = cell.figure
        remarks = [figure.comparison(language), figure.note(language)]
        return (
            value_cell(figure),
            figure.unit(language),
            figure.period,
            standing_cell(figure),
            stop.join(remark for remark in remarks if remark),
            cited,
        )

    # The rows.

    def _facts(self) -> list[CompareRow]:
        language = self._workspace.language
        telling: list[tuple[str, Callable[[Place], str]]] = [
            (_("类型"), _kind_text),
            (
                _("所在地"),
                lambda place: location_text(self._workspace.catalogue, place, language),
            ),
            (_("依据"), lambda place: evidence_name(place.evidence)),
            (_("范围"), self._area),
            (_("位置"), lambda place: precision_text(place.precision)),
        ]
        rows = []
        for title, tell in telling:
            cells = tuple(self._fact_cell(tell(place), place) for place in self._places)
            if any(not cell.is_empty for cell in cells):
                rows.append(CompareRow(title, "", True, cells))
        # The same sources bear all of these rows, so they are named once, at the end.
        rows.append(
            CompareRow(_("以上出处"), "", True, tuple(self._source_cell(place) for place in self._places))
        )
        return rows

    def _source_cell(self, place: Place) -> CompareCell:
        marks = self._cite(place.source_ids)
        if not marks:
            return CompareCell("—", _("资料库没有记下来源。"), is_empty=True)
        sources = self._workspace.catalogue.sources
        titles = "\n".join(sources[key].title for key in place.source_ids if key in sources)
        return CompareCell(marks, titles, place.source_ids)

    def _fact_cell(self, text: str, place: Place) -> CompareCell:
        if not text:
            return CompareCell("—", _("这一项不适用，或资料库没有记下。"), is_empty=True)
        return CompareCell(text, text, place.source_ids)

    def _area(self, place: Place) -> str:
        language = self._workspace.language
        names = [
            self._workspace.place(code).name(language)
            for code in place.area_adcodes
            if self._workspace.knows(code)
        ]
        return ("、" if language is Language.ZH else ", ").join(names)

    def _indicators(self) -> list[CompareRow]:
        own = [
            [
                figure
                for figure in self._workspace.details(place.id).figures
                # Figures of a part are about the part: they are no figures of the whole.
                if figure.scope_id == place.id
            ]
            for place in self._places
        ]
        language = self._workspace.language
        return [
            CompareRow(
                row.sample.indicator(language),
                row.sample.unit(language),
                False,
                tuple(self._indicator_cell(row, column) for column in range(len(self._places))),
            )
            for row in align_indicators(own)
            if row.filled > 1 or not self._only_shared
        ]

    def _indicator_cell(self, row: IndicatorRow, column: int) -> CompareCell:
        figure = row.chosen[column]
        language = self._workspace.language
        if figure is None:
            return CompareCell(_("无数据"), _("资料库没有这个地点的这一指标；不表示为零。"), is_empty=True)
        value = figure_text(figure, language)
        about = [period_text(figure.period, language)]
        if figure.period != row.period and row.filled > 1:
            about.append(_("时期不同"))
        if not row.is_of_one_release:
            about.append(_("批次不同"))
        remark = standing_name(figure)
        if remark:
            about.append(remark)
        lead = f"{CONTESTED} " if figure.contested else ""
        text = f"{lead}{value}\n{' · '.join(about)} {self._cite((figure.source_id,))}"
        others = [
            f"{period_text(other.period, language)} {figure_text(other, language)}"
            for other in row.others[column]
        ]
        tip = [figure.indicator(language), figure.comparison(language), figure.note(language)]
        if others:
            stop = "；" if language is Language.ZH else "; "
            tip.append(_("另有：{figures}").format(figures=stop.join(others)))
        return CompareCell(text, " — ".join(part for part in tip if part), (figure.source_id,), figure)

    def _cite(self, source_ids: Sequence[str]) -> str:
        known = [key for key in dict.fromkeys(source_ids) if key in self._workspace.catalogue.sources]
        return "".join(f"[{self._marks.setdefault(key, len(self._marks) + 1)}]" for key in known)

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Facts, then indicators."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Titles, then places."""
        return 0 if parent.isValid() or not self._places else 1 + len(self._places)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a place."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section <= len(self._places):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if section == 0:
            return _("项目") if role == Qt.ItemDataRole.DisplayRole else None
        name = self._places[section - 1].name(self._workspace.language)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(_("{name}（双击看详情）").format(name=name))
        return name if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        cell = self.cell_at(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text if cell else _title(row)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(cell.tip if cell else _title(row))
            case Qt.ItemDataRole.AccessibleTextRole:
                return (cell.text if cell else _title(row)).replace("\n", " ")
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            case Qt.ItemDataRole.ForegroundRole if cell is not None and cell.is_empty:
                return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
            case Qt.ItemDataRole.FontRole if cell is None and row.is_fact:
                font = QFont()
                font.setBold(True)
                return font
        return None


def _title(row: CompareRow) -> str:
    return _("{indicator}（{unit}）").format(indicator=row.title, unit=row.unit) if row.unit else row.title


def _kind_text(place: Place) -> str:
    category = category_name(place.category) if place.category else ""
    return f"{kind_name(place.kind)} · {category}" if category else kind_name(place.kind)
