"""The rows of a list that was placed, as a table: what they say, where they are, how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.i18n import _, language
from jjjmap.locating.evidence import confidence_word, disagreement_sentences, level_name, reason_sentence
from jjjmap.locating.placing import Placements
from jjjmap.locating.records import Fields, Level

Index = QModelIndex | QPersistentModelIndex
Rows = npt.NDArray[np.int64]

TITLE, SAID, PLACE, LEVEL, CONFIDENCE, REMARK = range(6)


class PlacingFilter(Enum):
    """Which rows are shown."""

    ALL = "all"
    UNPLACED = "unplaced"
    AMBIGUOUS = "ambiguous"
    DOUBTFUL = "doubtful"
    LEADS = "leads"
    CORRECTED = "corrected"

    def rows_of(self, placements: Placements) -> npt.NDArray[np.bool_]:
        """Return for each of n rows whether it is shown."""
        match self:
            case PlacingFilter.UNPLACED:
                return placements.unplaced()
            case PlacingFilter.AMBIGUOUS:
                return placements.ambiguous()
            case PlacingFilter.DOUBTFUL:
                return placements.doubtful()
            case PlacingFilter.LEADS:
                return placements.leads()
            case PlacingFilter.CORRECTED:
                return np.asarray((placements.fields & Fields.USER) != 0)
            case _all:
                return np.ones(len(placements), dtype=bool)


class PlacingModel(QAbstractTableModel):
    """Shows some of the rows of a list; texts are made for the cells that are seen."""

    def __init__(self, row_title: Callable[[int], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row_title = row_title
        self._placements: Placements | None = None
        self.rows: Rows = np.empty(0, dtype=np.int64)
        """Numbers of the rows that are shown, in their order."""

    def show_rows(self, placements: Placements | None, rows: Rows) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._placements, self.rows = placements, rows
        self.endResetModel()

    def refresh(self) -> None:
        """Tell that places have changed."""
        if len(self.rows):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, REMARK))

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else REMARK + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column, or the number of a row in the list."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(int(self.rows[section]) + 1)
        return (_("名称"), _("写着"), _("落位"), _("层级"), _("把握"), _("提示"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell."""
        if not index.isValid() or self._placements is None:
            return None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        text = self._text(int(self.rows[index.row()]), index.column())
        # What stands in a user's list shall not become rich text.
        return text if role == Qt.ItemDataRole.DisplayRole or "<" not in text else None

    def _text(self, row: int, column: int) -> str:
        placements = self._placements
        assert placements is not None
        match column:
            case 0:
                return " ".join(self._row_title(row).split())[:200]
            case 1:
                return said(placements, row)
            case 2:
                return placed_at(placements, row)
            case 3:
                return level_name(Level(int(placements.level[row])))
            case 4:
                if placements.level[row] <= Level.AMBIGUOUS:
                    return ""
                if placements.fields[row] & Fields.USER:
                    return _("已核对")
                confidence = float(placements.confidence[row])
                return f"{confidence_word(confidence)} {confidence:.0%}"
            case _remark:
                return remark(placements, row)


def said(placements: Placements, row: int) -> str:
    """Return what a row says about where it is."""
    cells = placements.cells(row)
    wanted = (Fields.ADDRESS, Fields.ZONE, Fields.REGION, Fields.CODE)
    parts = [" ".join(cells[field].split())[:200] for field in wanted if field in cells]
    return " · ".join(parts) or cells.get(Fields.CREDIT_CODE, "")[:40]


def placed_at(placements: Placements, row: int) -> str:
    """Return where a row is, in words; empty if nowhere."""
    place_id = str(placements.place_id[row])
    if place_id:
        return placements.locator.full_name(place_id, language())
    if placements.level[row] == Level.SITE:
        return f"{placements.lon[row]:.4f}, {placements.lat[row]:.4f}"
    return ""


def remark(placements: Placements, row: int) -> str:
    """Return what a person should know about a row; mostly nothing."""
    if placements.fields[row] & Fields.USER:
        return ""
    verdict = placements.verdict(row)
    sentences = (reason_sentence(verdict), *disagreement_sentences(verdict, placements.locator))
    return " ".join(sentence for sentence in sentences if sentence)
