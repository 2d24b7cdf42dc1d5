"""What became of a data file that was opened: rows taken, mended and rejected, and what was found."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QGuiApplication, QKeySequence, QShortcut
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.atomic_files import replace_file
from jjjmap.i18n import _
from jjjmap.layers.opening.records import LayerFacts, ReadAnswer
from jjjmap.ui.dialogs.replacing import starting_file, with_suffix
from jjjmap.ui.models.findings_model import FindingsModel
from jjjmap.ui.opening_texts import distance_text, encoding_title, format_name

WIDTH_PX, HEIGHT_PX = 780, 460


class LayerFindingsDialog(QDialog):
    """The report on one file; it stays open beside the window.

    Parameters
    ----------
    answer
        What came of reading the file.
    rejected_file
        Where the CSV with the rejected rows lies; None if there is none.
    """

    save_failed = Signal(object)  # OSError
    saved = Signal(object)  # Path of the saved rows

    def __init__(self, answer: ReadAnswer, rejected_file: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDTH_PX, HEIGHT_PX)
        self._answer = answer
        self._rejected_file = rejected_file if answer.rejected else None
        facts = answer.parts[0].facts if answer.parts else None
        name = facts.source_name if facts is not None else ""
        self.setWindowTitle(_("打开结果：{name}").format(name=name))
        counts = QHBoxLayout()
        for number, title in (
            (answer.accepted, _("行已读入")),
            (answer.mended, _("行已修补")),
            (answer.rejected, _("行被拒")),
        ):
            counts.addWidget(_count(number, title, self))
        counts.addStretch(1)
        self.facts = QLabel(_facts_line(facts) if facts is not None else "", self)
        self.facts.setObjectName("faint")
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.model = FindingsModel(answer.findings, self)
        self.table = QTableView(self)
        self.table.setAccessibleName(_("发现的问题"))
        self.table.setModel(self.model)
        self.table.setColumnHidden(1, True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(True)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setVisible(bool(answer.findings))
        self.nothing = QLabel(_("没有发现问题：每一行都原样读入。"), self)
        self.nothing.setVisible(not answer.findings)
        self.rejected_note = QLabel(
            _("被拒的行不在图层里。可以另存为 CSV，改正后像别的文件一样打开；第一、二列是原行号和原因。"),
            self,
        )
        self.rejected_note.setWordWrap(True)
        self.rejected_note.setTextFormat(Qt.TextFormat.PlainText)
        self.rejected_note.setVisible(self._rejected_file is not None)
        buttons = QDialogButtonBox(self)
        self.save_button = buttons.addButton(_("保存被拒的行…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button = buttons.addButton(_("复制"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setToolTip(_("复制选中的行；没有选中时复制全部"))
        buttons.addButton(_("关闭"), QDialogButtonBox.ButtonRole.RejectRole)
        # Last: in Qt 5 a box shows its buttons whenever it gets another one.
        self.save_button.setVisible(self._rejected_file is not None)
        layout = QVBoxLayout(self)
        layout.addLayout(counts)
        layout.addWidget(self.facts)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.nothing, 0 if answer.findings else 1, Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.rejected_note)
        layout.addWidget(buttons)
        self.save_button.clicked.connect(self.save_rejected)
        self.copy_button.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy)

    @classmethod
    def show_answer(
        cls, answer: ReadAnswer, rejected_file: Path | None, parent: QWidget
    ) -> LayerFindingsDialog:
        """Show a report beside the window; tests replace it."""
        dialog = cls(answer, rejected_file, parent)
        dialog.show()
        return dialog

    @classmethod
    def ask_where(cls, parent: QWidget | None, name: str) -> Path | None:
        """Return where the rejected rows go, or None. Tests replace it."""
        start = starting_file("", name, ".csv")
        kind = _("CSV 表格 (*.csv)")
        chosen, _kind = QFileDialog.getSaveFileName(parent, _("保存被拒的行"), start, kind)
        return with_suffix(parent, chosen, (".csv",), ".csv") if chosen else None

    def save_rejected(self) -> None:
        """Ask where the rejected rows go and copy them there; a failure leaves what stood there."""
        if self._rejected_file is None:
            return
        facts = self._answer.parts[0].facts if self._answer.parts else None
        stem = Path(facts.source_name).stem if facts is not None else "jjjmap"
        path = self.ask_where(self, _("{name} 被拒的行").format(name=stem))
        if path is None:
            return
        try:
            replace_file(path, self._rejected_file.read_bytes())
        except OSError as exc:
            self.save_failed.emit(exc)
            self.rejected_note.setText(
                _("没有保存成：{why}。请换一个文件夹再试。").format(why=exc.strerror or type(exc).__name__)
            )
            return
        self.rejected_note.setText(_("已保存到 {name}。").format(name=path.name))
        self.saved.emit(path)

    def copy(self) -> None:
        """Copy the chosen findings, or all of them."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        text = self.model.as_text(rows or range(self.model.rowCount()))
        QGuiApplication.clipboard().setText(text)


def _count(number: int, title: str, parent: QWidget) -> QWidget:
    frame = QFrame(parent)
    frame.setFrameShape(QFrame.Shape.StyledPanel)
    figure = QLabel(f"{number:,}", frame)
    figure.setObjectName("place_name")
    figure.setEnabled(number > 0)
    name = QLabel(title, frame)
    name.setObjectName("faint")
    inside = QHBoxLayout(frame)
    inside.setContentsMargins(14, 8, 14, 8)
    inside.addWidget(figure)
    inside.addWidget(name)
    frame.setAccessibleName(f"{number:,} {title}")
    return frame


def _facts_line(facts: LayerFacts) -> str:
    from jjjmap.layers.opening.datum_titles import datum_title

    parts = [format_name(facts.format)]
    if facts.sublayer:
        parts.append(facts.sublayer)
    if facts.encoding:
        parts.append(encoding_title(facts.encoding))
    if facts.datum:
        parts.append(datum_title(facts.datum))
    if facts.shift_m >= 1:
        parts.append(_("坐标移动约 {distance}").format(distance=distance_text(facts.shift_m)))
    if facts.without_geometry and facts.geometry is not None:
        parts.append(_("{n} 行没有坐标，只在表格里").format(n=f"{facts.without_geometry:,}"))
    return " · ".join(parts)
