"""The log of a document's cleaning: each step with what it took out, and a way to take it back."""

from __future__ import annotations

from collections.abc import Iterator

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHeaderView,
    QLabel,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.text.records import CleaningStep, Document, Edit
from jjjmap.ui.models.cleaning_model import CleaningModel, StepColumn
from jjjmap.ui.richtext import Markup, RichTextView, element, join

WIDTH_PX, HEIGHT_PX = 860, 520
AROUND_CHARS = 24
"""So much of the text is shown before and behind what was taken out."""
LONGEST_CHARS = 1200
"""Of what was taken out at one place."""
MOST_PLACES = 60


class CleaningDialog(QDialog):
    """The log; `changes` tells what the user wants otherwise."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setWindowTitle(_("清理记录"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.summary = QLabel(self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.model = CleaningModel(document, self)
        self.table = QTreeView(self)
        self.table.setAccessibleName(_("清理的步骤"))
        self.table.setModel(self.model)
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.header()
        header.setStretchLastSection(True)
        for column in (StepColumn.KIND, StepColumn.PLACES, StepColumn.CHARACTERS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.preview = RichTextView(self)
        self.preview.setAccessibleName(_("这一步改动的文字"))
        self.preview.setFrameShape(QFrame.Shape.StyledPanel)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(self.table)
        splitter.addWidget(self.preview)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([2, 3])
        self.buttons = QDialogButtonBox(self)
        self.none_button = self.buttons.addButton(_("全部撤销"), QDialogButtonBox.ButtonRole.ResetRole)
        self.none_button.setToolTip(_("一步也不做：显示文件里原来的文字"))
        self.all_button = self.buttons.addButton(_("全部采用"), QDialogButtonBox.ButtonRole.ResetRole)
        self.apply_button = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.buttons)
        self.none_button.clicked.connect(lambda: self.model.set_all(False))
        self.all_button.clicked.connect(lambda: self.model.set_all(True))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.model.dataChanged.connect(self._show)
        self.table.selectionModel().currentChanged.connect(self._show)
        self.table.setCurrentIndex(self.model.index(0, 0))
        self.table.setFocus()
        self._show()

    @classmethod
    def ask(cls, parent: QWidget | None, document: Document) -> dict[str, bool]:
        """Return the steps to take back (False) or to do again (True), by id. Tests replace it."""
        dialog = cls(document, parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        changes = dialog.model.changes() if is_accepted else {}
        dialog.deleteLater()
        return changes

    def _show(self) -> None:
        raw, text, steps = self._document.raw.text, self._document.text, self._document.steps
        self.summary.setText(
            _(
                "从文件读到 {raw} 字，整理后 {clean} 字。取消勾选就撤销那一步；提及和数字随后重新标注。"
            ).format(raw=f"{len(raw):,}", clean=f"{len(text):,}")
            if steps
            else _("这篇文档不需要整理：读到的 {raw} 字原样保留。").format(raw=f"{len(raw):,}")
        )
        changes = self.model.changes()
        self.apply_button.setText(_("应用 {n} 处改动").format(n=len(changes)) if changes else _("应用"))
        self.apply_button.setEnabled(bool(changes))
        for button in (self.none_button, self.all_button):
            button.setEnabled(bool(steps))
        index = self.table.currentIndex()
        self.preview.show_markup(
            step_preview(
                raw, self.model.step_at(index.row()), self.model.is_wanted(self.model.step_at(index.row()))
            )
            if index.isValid()
            else element("p", _("选一步，这里显示它去掉的文字。"), css="faint")
        )


def step_preview(raw: str, step: CleaningStep, is_wanted: bool) -> Markup:
    """Return the stretches that a step changes with what stands around them: struck out, or kept."""
    lead = _("划掉的文字不进入正文：") if is_wanted else _("这一步将撤销，加粗的文字会留在正文里：")
    parts = [element("p", lead, css="faint")]
    parts += [_place(raw, edit, is_wanted) for edit in step.edits[:MOST_PLACES]]
    left = len(step.edits) - MOST_PLACES
    if left > 0:
        parts.append(element("p", _("……另有 {n} 处，没有列出。").format(n=left), css="faint"))
    return join(parts)


def _place(raw: str, edit: Edit, is_wanted: bool) -> Markup:
    before = raw[max(edit.start - AROUND_CHARS, 0) : edit.start]
    behind = raw[edit.end : edit.end + AROUND_CHARS]
    taken = raw[edit.start : min(edit.end, edit.start + LONGEST_CHARS)]
    more = edit.end - edit.start - len(taken)
    middle = element("s" if is_wanted else "b", *_visible(taken))
    if more:
        middle += element("span", _("……（还有 {n} 字）").format(n=f"{more:,}"), css="faint")
    if is_wanted and edit.replacement:
        middle += element("b", *_visible(edit.replacement))
    return element(
        "p",
        element("span", "…" if edit.start > AROUND_CHARS else "", *_visible(before), css="faint"),
        middle,
        element("span", *_visible(behind), "…" if edit.end + AROUND_CHARS < len(raw) else "", css="faint"),
    )


def _visible(text: str) -> Iterator[str]:
    """Yield a text in which spaces and line ends can be seen."""
    for number, line in enumerate(text.replace("\u3000", "□").replace("\t", "→").split("\n")):
        if number:
            yield "↵ "
        yield line if line.strip() else "·" * len(line)
