"""Findings as a table: how much it matters, where, what is wrong, what to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.catalogue.wording import severity_name
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex

MARKS = {Severity.ERROR: "✖", Severity.WARNING: "⚠", Severity.INFO: "ℹ"}

WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class FindingsModel(QAbstractTableModel):
    """What is broken or doubtful, the worst first."""

    def __init__(self, findings: Sequence[Finding] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: tuple[Finding, ...] = ()
        self.show_findings(findings)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these."""
        self.beginResetModel()
        self._findings = tuple(
            sorted(findings, key=lambda each: (WEIGHT[each.severity], each.where, each.code))
        )
        self.endResetModel()

    def as_text(self, rows: Sequence[int]) -> str:
        """Return rows as text for a report, one a line."""
        return "".join(
            "\t".join((found.severity.value, found.code, found.where, found.message, found.hint)) + "\n"
            for found in (self._findings[row] for row in rows)
        )

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a finding."""
        return 0 if parent.isValid() else len(self._findings)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Severity, where, message, hint."""
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (_("程度"), _("位置"), _("问题"), _("建议"))
        return titles[section] if 0 <= section < len(titles) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        found = self._findings[index.row()]
        texts = (
            f"{MARKS[found.severity]} {severity_name(found.severity)}",
            found.where,
            found.message,
            found.hint,
        )
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return texts[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(f"{found.code}　{texts[index.column()]}")
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        return None
