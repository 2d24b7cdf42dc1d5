"""Title, issuer, date and number of a document: what was guessed, and what the user says instead."""

from __future__ import annotations

import re
from datetime import date as Date

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.text.store.library_records import DocumentEntry
from jjjmap.ui.library_texts import size_text

WIDTH_PX = 560
LONGEST = 400
"""Characters of a field."""
YEARS = range(1900, 2101)
FIELDS = ("title", "issuer", "date", "number")

_DATE = re.compile(
    r"(?P<year>\d{4})(?:\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2}))?)?\s*[年月日]?"
)


def iso_date(text: str) -> str | None:
    """Return a date as ISO 8601 (day, month or year), an empty text for none, None for what is no date.

    2023-05-25, 2023/5/25, 2023.5 and 2023年5月25日 are all understood.
    """
    text = text.strip()
    if not text:
        return ""
    parts = _DATE.fullmatch(text)
    if parts is None or int(parts["year"]) not in YEARS:
        return None
    year, month, day = parts["year"], parts["month"], parts["day"]
    try:
        Date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join((year, *(part.zfill(2) for part in (month, day) if part)))


class DocumentDetailsDialog(QDialog):
    """The form; `changes` tells what the user changed."""

    def __init__(self, entry: DocumentEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry = entry
        self.setWindowTitle(_("文档信息"))
        self.lines: dict[str, QLineEdit] = {}
        self.remarks: dict[str, QLabel] = {}
        self.guess_buttons: dict[str, QPushButton] = {}
        """Pressed for a field that is to be guessed again; only for those that the user has filled in."""
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        titles = {"title": _("标题"), "issuer": _("发布者"), "date": _("日期"), "number": _("文号")}
        hints = {
            "title": entry.file_name,
            "issuer": _("发文机关、报刊或网站"),
            "date": _("年-月-日、年-月或年，如 2023-05-25"),
            "number": _("如 工信部联规〔2023〕58号"),
        }
        for name in FIELDS:
            line = QLineEdit(getattr(entry.details, name), self)
            line.setMaxLength(LONGEST)
            line.setPlaceholderText(hints[name])
            line.setAccessibleName(titles[name])
            line.setCursorPosition(0)
            line.textChanged.connect(self._judge)
            remark = self._faint_label()
            self.lines[name], self.remarks[name] = line, remark
            row = QHBoxLayout()
            row.addWidget(line, 1)
            if name in entry.details.edited:
                row.addWidget(self._guess_button(name, titles[name]))
            form.addRow(titles[name], row)
            form.addRow("", remark)
        self._file_label = self._faint_label()
        self._file_label.setText(
            _("文件 {name}，{size}，{n} 字；导入于 {date}").format(
                name=entry.file_name,
                size=size_text(entry.size_bytes),
                n=f"{entry.characters:,}",
                date=entry.imported_at[:10],
            )
        )
        self._file_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._file_label)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self._judge()
        # Remarks wrap, so the height follows from the width.
        self.resize(WIDTH_PX, layout.totalHeightForWidth(WIDTH_PX))

    @classmethod
    def ask(cls, parent: QWidget | None, entry: DocumentEntry) -> dict[str, str | None]:
        """Return what the user changed, by name of the field; may be nothing. Tests replace it."""
        dialog = cls(entry, parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        changes = dialog.changes() if is_accepted else {}
        dialog.deleteLater()
        return changes

    def changes(self) -> dict[str, str | None]:
        """Return the fields that differ from what the library has; a date as ISO 8601.

        None for those that are to be guessed again.
        """
        wanted: dict[str, str | None] = {name: line.text().strip() for name, line in self.lines.items()}
        wanted["date"] = iso_date(self.lines["date"].text()) or ""
        wanted.update((name, None) for name in self.guess_buttons if self._is_left(name))
        return {name: value for name, value in wanted.items() if value != getattr(self._entry.details, name)}

    @property
    def can_be_taken(self) -> bool:
        """Whether all fields make sense."""
        return self._is_left("date") or iso_date(self.lines["date"].text()) is not None

    def _guess_button(self, name: str, title: str) -> QPushButton:
        button = QPushButton(_("恢复自动识别"), self)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setToolTip(_("不再用你填写的值，由程序从原文重新识别"))
        button.setAccessibleName(_("恢复自动识别：{field}").format(field=title))
        button.toggled.connect(self.lines[name].setDisabled)
        button.toggled.connect(lambda _is_on: self._judge())
        self.guess_buttons[name] = button
        return button

    def _is_left(self, name: str) -> bool:
        """Tell whether a field is left to be guessed again."""
        return name in self.guess_buttons and self.guess_buttons[name].isChecked()

    def _faint_label(self) -> QLabel:
        label = QLabel(self)
        label.setObjectName("faint")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _judge(self) -> None:
        """Say at each field whose value it is, and at the date whether it is one."""
        changes = self.changes()
        for name, remark in self.remarks.items():
            is_typed = name in changes or (name == "date" and not self.can_be_taken)
            if self._is_left(name):
                remark.setText(_("↺ 保存后由程序重新识别"))
            elif name == "date" and not self.can_be_taken:
                remark.setText(_("⚠ 这不是一个日期：请写成 2023-05-25、2023-05 或 2023。"))
            elif is_typed:
                guess = getattr(self._entry.details, name)
                is_guess = bool(guess) and name not in self._entry.details.edited
                remark.setText(
                    _("✎ 将改为你的值（程序猜的是“{guess}”）").format(guess=guess)
                    if is_guess
                    else _("✎ 将改为你的值")
                )
            elif name in self._entry.details.edited:
                remark.setText(_("✎ 由你填写，程序不再猜"))
            else:
                has_guess = bool(getattr(self._entry.details, name))
                remark.setText(_("程序猜的，可以改") if has_guess else _("程序没有猜出来，可以填写"))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.can_be_taken)
