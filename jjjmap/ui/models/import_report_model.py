"""What became of the files of an import, one a row: what needs a look first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.catalogue.wording import severity_name
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.text.importing import ImportedDocument, ImportReport
from jjjmap.text.store.library_records import Outcome
from jjjmap.ui.library_texts import likeness_text, outcome_name
from jjjmap.ui.models.findings_model import MARKS, WEIGHT
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex

_ORDER = (Outcome.VERSION, Outcome.UPDATED, Outcome.NEW, Outcome.UNCHANGED)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a report."""

    result: str
    file_name: str
    text: str
    document_id: str = ""
    """Empty for a finding."""


class ImportReportModel(QAbstractTableModel):
    """Findings, the worst first; then versions, files that changed, new ones, and those already there."""

    def __init__(self, report: ImportReport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        titles = {each.document_id: each.title or each.file_name for each in report.imported}
        findings = sorted(report.findings, key=lambda each: (WEIGHT[each.severity], each.where, each.code))
        imported = sorted(report.imported, key=lambda each: (_ORDER.index(each.outcome), each.file_name))
        self._rows = (
            *(_finding_row(finding) for finding in findings),
            *(_imported_row(each, titles) for each in imported),
        )

    @property
    def rows(self) -> tuple[ReportRow, ...]:
        """All lines from top to bottom."""
        return self._rows

    def as_text(self, rows: Sequence[int]) -> str:
        """Return rows as text to copy, one a line."""
        chosen = (self._rows[row] for row in rows)
        return "".join(f"{row.result}\t{row.file_name}\t{row.text}\n" for row in chosen)

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a finding or a file."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Result, file, what there is to say."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (_("结果"), _("文件"), _("说明"))
        return titles[section] if 0 <= section < len(titles) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        text = (row.result, row.file_name, row.text)[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(text)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        return None


def _finding_row(finding: Finding) -> ReportRow:
    result = f"{MARKS[finding.severity]} {severity_name(finding.severity)}"
    return ReportRow(result, finding.where, " ".join(filter(None, (finding.message, finding.hint))))


def _imported_row(imported: ImportedDocument, titles: dict[str, str]) -> ReportRow:
    text = _("{title}：{n} 字，提及 {mentions} 处，数字 {figures} 个").format(
        title=imported.title or imported.file_name,
        n=f"{imported.characters:,}",
        mentions=imported.mentions,
        figures=imported.figures,
    )
    if imported.likeness is not None:
        other = titles.get(imported.likeness.document_id, _("文库里的另一篇"))
        alike = likeness_text(imported.likeness, other)
        text = _("{text}；{remark}").format(
            text=text, remark=_("作为版本（{likeness}）").format(likeness=alike)
        )
    elif imported.outcome is Outcome.UNCHANGED:
        text = _("{text}；{remark}").format(text=text, remark=_("内容与文库里的相同，没有重复导入"))
    elif imported.outcome is Outcome.UPDATED:
        text = _("{text}；{remark}").format(text=text, remark=_("文件有改动，你的更正已按原文字句移过来"))
    return ReportRow(outcome_name(imported.outcome), imported.file_name, text, imported.document_id)
