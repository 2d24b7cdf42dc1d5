"""First page of the wizard: which sheet, which encoding, which delimiter, where the header stands."""

from __future__ import annotations

import dataclasses

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.layers.opening.delimiters import DELIMITERS, delimiter_name
from jjjmap.layers.opening.records import EncodingGuess, FileFormat, Inspection, OpenOptions
from jjjmap.ui.models.preview_model import RawRowsModel
from jjjmap.ui.opening_texts import encoding_title

MOST_ENCODINGS = 3
OFFERED_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
_PREVIEW_LINES = 4
_NONE = 0
"""Of the first box of the header: there is none."""


class FilePage(QWidget):
    """The page; every change asks for a new look at the file."""

    options_changed = Signal(object)  # OpenOptions: what the user said; later guesses are left out

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._encodings_title = _heading(_("文字看起来正常的是哪一种？"), self)
        self._encodings = QWidget(self)
        self._cards = QHBoxLayout(self._encodings)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(self)
        self._shown_encodings: tuple[EncodingGuess, ...] | None = None
        self.encoding = QComboBox(self)
        self._encoding_label = _label(_("编码(&E)"), self.encoding, self)
        self.delimiter = QComboBox(self)
        self._delimiter_label = _label(_("分隔符(&D)"), self.delimiter, self)
        self.header_row = QSpinBox(self)
        self.header_row.setRange(_NONE, 50)
        self.header_row.setSpecialValueText(_("没有表头"))
        self._header_label = _label(_("表头在第几行(&H)"), self.header_row, self)
        self.header_rows = QSpinBox(self)
        self.header_rows.setRange(1, 5)
        self._rows_label = _label(_("共几行(&R)"), self.header_rows, self)
        self.model = RawRowsModel(self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("文件开头的各行"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().hide()
        self.table.setWordWrap(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 7)
        self._note = QLabel(_("粗体是表头，浅色的行（标题、说明）不会读入。"), self)
        self._note.setObjectName("faint")
        row = QHBoxLayout()
        row.setSpacing(20)
        self._text_boxes = (
            _pair(self._encoding_label, self.encoding, self),
            _pair(self._delimiter_label, self.delimiter, self),
        )
        for pair in (
            *self._text_boxes,
            _pair(self._header_label, self.header_row, self),
            _pair(self._rows_label, self.header_rows, self),
        ):
            row.addWidget(pair)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._encodings_title)
        layout.addWidget(self._encodings)
        layout.addSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._note)
        self._group.idClicked.connect(self._choose_encoding)
        self.encoding.activated.connect(
            lambda number: self._want_encoding(str(self.encoding.itemData(number)))
        )
        self.delimiter.activated.connect(self._choose_delimiter)
        self.header_row.valueChanged.connect(self._choose_header)
        self.header_rows.valueChanged.connect(self._choose_header)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show how a table was understood."""
        self._inspection = inspection
        options = inspection.options
        is_text = inspection.format is FileFormat.CSV
        self._show_encodings(inspection.encodings if is_text else (), options.encoding)
        for pair in self._text_boxes:
            pair.setVisible(is_text)
        self.encoding.clear()
        for encoding in dict.fromkeys((options.encoding, *OFFERED_ENCODINGS)):
            self.encoding.addItem(encoding_title(encoding), encoding)
        known = DELIMITERS if options.delimiter in DELIMITERS else (options.delimiter, *DELIMITERS)
        self.delimiter.clear()
        for delimiter in known:
            self.delimiter.addItem(delimiter_name(delimiter), delimiter)
        self.delimiter.setCurrentIndex(known.index(options.delimiter))
        first = -1 if options.header_row is None else options.header_row
        for box, value in ((self.header_row, first + 1), (self.header_rows, max(1, options.header_rows))):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.header_rows.setEnabled(first >= 0)
        header = range(first, first + options.header_rows) if first >= 0 else range(0)
        self.model.show_rows(inspection.raw_preview, header)
        for column in range(self.model.columnCount()):
            self.table.setColumnWidth(column, min(190, max(60, self.table.sizeHintForColumn(column) + 12)))

    def _show_encodings(self, guesses: tuple[EncodingGuess, ...], encoding: str) -> None:
        is_open = bool(guesses) and not (len(guesses) == 1 and guesses[0].is_certain)
        self._encodings_title.setVisible(is_open)
        self._encodings.setVisible(is_open)
        offered = guesses[:MOST_ENCODINGS]
        names = [guess.name for guess in offered]
        if self._shown_encodings is None or {guess.name for guess in self._shown_encodings} != set(names):
            # The order stays while the user tries one after the other.
            self._shown_encodings = offered
            self._build_cards(offered)
        for number, guess in enumerate(self._shown_encodings):
            button = self._group.button(number)
            if button is not None:
                button.setChecked(guess.name == encoding)

    def _build_cards(self, guesses: tuple[EncodingGuess, ...]) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for number, guess in enumerate(guesses):
            card = QFrame(self._encodings)
            card.setFrameShape(QFrame.Shape.StyledPanel)
            card.setAutoFillBackground(True)
            card.setBackgroundRole(self.table.viewport().backgroundRole())
            button = QRadioButton(encoding_title(guess.name), card)
            self._group.addButton(button, number)
            text = QLabel(_lines(guess.preview), card)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setMinimumWidth(40)
            text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            inside = QVBoxLayout(card)
            inside.addWidget(button)
            inside.addWidget(text)
            self._cards.addWidget(card, 1)

    def _choose_encoding(self, number: int) -> None:
        if self._inspection is not None and self._shown_encodings is not None:
            self._want_encoding(self._shown_encodings[number].name)

    def _want_encoding(self, encoding: str) -> None:
        if self._inspection is not None and encoding != self._inspection.options.encoding:
            self.options_changed.emit(
                OpenOptions(encoding=encoding, sublayer=self._inspection.options.sublayer)
            )

    def _choose_delimiter(self, number: int) -> None:
        if self._inspection is None:
            return
        options = self._inspection.options
        wanted = str(self.delimiter.itemData(number))
        if wanted != options.delimiter:
            self.options_changed.emit(OpenOptions(encoding=options.encoding, delimiter=wanted))

    def _choose_header(self) -> None:
        if self._inspection is None:
            return
        first = self.header_row.value() - 1
        self.header_rows.setEnabled(first >= 0)
        self.options_changed.emit(
            dataclasses.replace(
                self._inspection.options,
                header_row=first,
                header_rows=self.header_rows.value() if first >= 0 else 0,
                roles=None,
                datum="",
                swap_axes=None,
            )
        )


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("card_title")
    return label


def _label(text: str, buddy: QWidget, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setBuddy(buddy)
    return label


def _pair(label: QLabel, box: QWidget, parent: QWidget) -> QWidget:
    """Return a label and its box as one, so that they come and go together."""
    pair = QWidget(parent)
    inside = QHBoxLayout(pair)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.addWidget(label)
    inside.addWidget(box)
    return pair


def _lines(preview: tuple[tuple[str, ...], ...]) -> str:
    """Return a preview as a few short lines; what is beyond ASCII tells the encodings apart."""
    telling = sorted(range(len(preview)), key=lambda row: -sum(not cell.isascii() for cell in preview[row]))[
        :_PREVIEW_LINES
    ]
    lines = []
    for row in sorted(telling):
        text = " | ".join(" ".join(cell.split()) for cell in preview[row] if cell.strip())
        lines.append(text[:26] + ("…" if len(text) > 26 else ""))
    return "\n".join(lines)
