"""A figure of a document as the user would have it: value, indicator, period, place, and its sentence."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields, replace
from typing import Any

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.models import Qualifier
from jjjmap.catalogue.wording import figure_text, period_text
from jjjmap.i18n import _
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.workspace import Workspace
from jjjmap.text.numbers.indicators import SURE_SCORE, IndicatorIndex
from jjjmap.text.numbers.units import in_unit
from jjjmap.text.records import Document, FigureRole, MentionStatus, TextFigure
from jjjmap.text.store.accepted import as_figure
from jjjmap.text.store.library_records import LibraryFigure
from jjjmap.ui.dialogs.choose_place_dialog import ChoosePlaceDialog
from jjjmap.ui.dialogs.document_details_dialog import iso_date
from jjjmap.ui.figure_texts import doubt_text, editable_number, qualifier_name, read_number, role_name
from jjjmap.ui.richtext import element

WIDTH_PX, REMARK_PX = 600, 420
SLACK_PX = 30
"""For a remark that comes while the user types."""
LONGEST = 200
"""Characters of a field."""
AROUND_CHARS = 160
"""So much of the sentence is shown before and behind the number."""
OTHER_SCOPES = 8
"""So many places of the rest of the document are offered, those named most."""

_UNTIL = re.compile(r"\s*(?:/|至|到|—{1,2}|–|~|～|\bto\b)\s*|(?<=^[0-9]{4})-(?=[0-9]{4}年?$)")


def iso_period(text: str) -> str | None:
    """Return a period as ISO 8601, an empty text for none, None for what is no period.

    2023, 2023年6月, 2023-06-30, 2013/2022, 2013—2022 and 2023年1月至6月 … are understood; the end of a span
    must not lie before its beginning.
    """
    text = text.strip()
    if not text:
        return ""
    parts = _UNTIL.split(text)
    if len(parts) > 2:
        return None
    dates = [iso_date(part) for part in parts]
    if len(parts) == 1:
        return dates[0] or None
    first, last = dates
    if first and not last and (month := re.fullmatch(r"\s*(\d{1,2})\s*月\s*", parts[1])):
        last = iso_date(f"{first[:4]}-{month[1]}")
    if not first or not last or first == last:
        return None
    # Of a year and a month only the years can be told apart.
    told = min(len(first), len(last))
    if first[:told] > last[:told]:
        return None
    return f"{first}/{last}"


class ChooseScopeDialog(ChoosePlaceDialog):
    """Asks which place a figure is about; nothing is learnt from it for other documents."""

    def __init__(self, words: str, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(words, workspace, parent)
        self.setWindowTitle(_("这个数字说的是哪里？"))
        note = self.findChild(QLabel, "faint")
        if note is not None:
            note.setText(_("采纳以后，这个数字列在所选地点的数据里。"))


class FigureDialog(QDialog):
    """The form; `changes` tells what the user changed."""

    def __init__(
        self,
        workspace: Workspace,
        library: LibrarySession,
        document: Document,
        figure: TextFigure,
        parent: QWidget | None = None,
        *,
        index: IndicatorIndex | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._library = library
        self._document = document
        self._figure = figure
        self._suggestions = (index or IndicatorIndex(workspace.catalogue)).suggest(figure)
        self._chosen_scope = figure.scope_id
        self.setWindowTitle(_("核对数字"))
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setWordWrap(True)
        self.sentence.setText(self._marked_sentence())
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName(_("数字所在的句子"))
        self.value_line = self._line(editable_number(figure), _("如 2300万、25114.4亿"))
        self.qualifier_box = QComboBox(self)
        for qualifier in Qualifier:
            self.qualifier_box.addItem(qualifier_name(qualifier), qualifier)
        self.qualifier_box.setCurrentIndex(list(Qualifier).index(figure.qualifier))
        self.unit_line = self._line(figure.unit, _("如 元、家、%"))
        self.role_box = QComboBox(self)
        for role in FigureRole:
            self.role_box.addItem(role_name(role), role)
        self.role_box.setCurrentIndex(list(FigureRole).index(figure.role))
        self.indicator_line = self._line(figure.indicator, _("数的是什么，如 规上工业企业"))
        self.linked_box = self._make_linked_box()
        self.period_line = self._line(figure.period, _("如 2023、2023-06 或 2013/2022；没有就留空"))
        self.scope_box = QComboBox(self)
        self.comparison_line = self._line(figure.comparison, _("如 占全国、比2013年；没有就留空"))
        self.remarks = {name: self._faint_label() for name in ("value", "indicator", "period", "scope")}
        self.preview = self._faint_label()
        self.buttons = QDialogButtonBox(self)
        self.accept_button: QPushButton = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._fill_scopes()
        self._lay_out()
        self._connect()
        self._judge()
        self._focus_gap()
        # The sentence and the remarks wrap, so the height follows from the width.
        layout = self.layout()
        if layout is not None:
            self.resize(WIDTH_PX, layout.totalHeightForWidth(WIDTH_PX) + SLACK_PX)

    @classmethod
    def ask(
        cls,
        parent: QWidget | None,
        workspace: Workspace,
        library: LibrarySession,
        document: Document,
        figure: TextFigure,
    ) -> dict[str, Any] | None:
        """Return what the user changed, by field of `TextFigure`; None to leave all as it is.

        Tests replace it.
        """
        dialog = cls(workspace, library, document, figure, parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        changes = dialog.changes() if is_accepted else None
        dialog.deleteLater()
        return changes

    # What the form says.

    def wanted(self) -> TextFigure:
        """Return the figure as the form says; what makes no sense is left as it was."""
        value = read_number(self.value_line.text())
        period = iso_period(self.period_line.text())
        return replace(
            self._figure,
            value=self._figure.value if value is None else value,
            qualifier=Qualifier(self.qualifier_box.currentData()),
            unit=self.unit_line.text().strip(),
            role=FigureRole(self.role_box.currentData()),
            indicator=self.indicator_line.text().strip(),
            indicator_id=self._linked(),
            period=self._figure.period if period is None else period,
            scope_id=self._chosen_scope,
            comparison=self.comparison_line.text().strip(),
        )

    def changes(self) -> dict[str, Any]:
        """Return the fields that differ from what the document has."""
        wanted = self.wanted()
        return {
            field.name: getattr(wanted, field.name)
            for field in fields(TextFigure)
            if getattr(wanted, field.name) != getattr(self._figure, field.name)
        }

    @property
    def can_be_taken(self) -> bool:
        """Whether number and period make sense and it is said what is counted."""
        return (
            read_number(self.value_line.text()) is not None
            and iso_period(self.period_line.text()) is not None
            and self._is_linked_known()
            and bool(self.indicator_line.text().strip() or self._linked())
        )

    # How the form is made.

    def _line(self, text: str, hint: str) -> QLineEdit:
        line = QLineEdit(text, self)
        line.setMaxLength(LONGEST)
        line.setPlaceholderText(hint)
        line.setCursorPosition(0)
        return line

    def _faint_label(self) -> QLabel:
        label = QLabel(self)
        label.setObjectName("faint")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        # Else Qt asks for the height of a narrow column, and leaves a gap below a line.
        label.setMinimumWidth(REMARK_PX)
        label.hide()
        return label

    def _marked_sentence(self) -> str:
        figure, text = self._figure, self._document.text
        start, end = figure.sentence_start, figure.sentence_end
        first = max(start, figure.start - AROUND_CHARS)
        last = min(end, figure.end + AROUND_CHARS)
        before = ("…" if first > start else "") + text[first : figure.start].lstrip()
        after = text[figure.end : last].rstrip() + ("…" if last < end else "")
        return element("p", before, element("b", element("u", figure.text)), after).html

    def _make_linked_box(self) -> QComboBox:
        box = QComboBox(self)
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(20)
        language = self._workspace.language
        known = {figure.indicator_zh: figure for figure in self._workspace.catalogue.figures.values()}
        box.addItem(_("（不对应）"), "")
        suggested = [each.indicator_zh for each in self._suggestions if each.indicator_zh in known]
        for name in suggested:
            box.addItem(known[name].indicator(language), name)
        if suggested:
            box.insertSeparator(box.count())
        for name, figure in sorted(known.items(), key=lambda pair: pair[1].indicator(language)):
            box.addItem(figure.indicator(language), name)
        completer = box.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        chosen = self._figure.indicator_id
        if not chosen and self._suggestions and self._suggestions[0].score >= SURE_SCORE:
            chosen = self._suggestions[0].indicator_zh
        box.setCurrentIndex(max(0, box.findData(chosen)))
        return box

    def _fill_scopes(self) -> None:
        """Offer the subjects of the sentence, then those that the document names most."""
        document, figure = self._document, self._figure
        counted: Counter[str] = Counter()
        near: dict[str, None] = {}
        for mention in document.mentions:
            if mention.status is MentionStatus.REJECTED:
                continue
            counted[mention.subject_id] += 1
            if figure.sentence_start <= mention.start < figure.sentence_end:
                near[mention.subject_id] = None
        others = [each for each, _n in counted.most_common(OTHER_SCOPES + len(near)) if each not in near]
        blocker = QSignalBlocker(self.scope_box)
        self.scope_box.clear()
        self.scope_box.addItem(_("（没有对应的地点）"), "")
        ids = dict.fromkeys((*filter(None, (self._chosen_scope,)), *near, *others[:OTHER_SCOPES]))
        for subject_id in ids:
            self.scope_box.addItem(self._library.name(subject_id), subject_id)
        self.scope_box.insertSeparator(self.scope_box.count())
        self.scope_box.addItem(_("其他地点…"), None)
        self.scope_box.setCurrentIndex(max(0, self.scope_box.findData(self._chosen_scope)))
        del blocker

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setVerticalSpacing(5)
        value = QHBoxLayout()
        value.addWidget(self.qualifier_box)
        value.addWidget(self.value_line, 2)
        value.addWidget(self.unit_line, 1)
        for title, part, name in (
            (_("数值"), value, "value"),
            (_("作用"), self.role_box, ""),
            (_("指标"), self.indicator_line, "indicator"),
            (_("对应指标"), self.linked_box, ""),
            (_("时期"), self.period_line, "period"),
            (_("地点"), self.scope_box, "scope"),
            (_("对比"), self.comparison_line, ""),
        ):
            form.addRow(title, part)
            if isinstance(part, QWidget):
                part.setAccessibleName(title)
            if name:
                form.addRow("", self.remarks[name])
        for part, name in (
            (self.value_line, _("数值")),
            (self.qualifier_box, _("约数")),
            (self.unit_line, _("单位")),
        ):
            part.setAccessibleName(name)
        self.preview.show()
        self.preview.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sentence)
        layout.addLayout(form)
        layout.addWidget(self.preview)
        layout.addStretch(1)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        for line in (
            self.value_line,
            self.unit_line,
            self.indicator_line,
            self.period_line,
            self.comparison_line,
        ):
            line.textChanged.connect(self._judge)
        for box in (self.qualifier_box, self.role_box, self.linked_box):
            box.currentIndexChanged.connect(self._judge)
        self.linked_box.editTextChanged.connect(self._judge)
        self.scope_box.activated.connect(self._choose_scope)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _focus_gap(self) -> None:
        """Begin where something is missing."""
        if not self._figure.indicator and not self._figure.indicator_id:
            self.indicator_line.setFocus()
        elif not self._figure.scope_id:
            self.scope_box.setFocus()
        else:
            self.accept_button.setFocus()

    # What the user does.

    def _choose_scope(self, position: int) -> None:
        chosen = self.scope_box.itemData(position)
        if chosen is None:
            # The separator cannot be chosen, so this is the last entry.
            name = self._library.name(self._chosen_scope) if self._chosen_scope else ""
            chosen = ChooseScopeDialog.ask(self, name, self._workspace) or self._chosen_scope
        self._chosen_scope = str(chosen)
        self._fill_scopes()
        self._judge()

    def _linked(self) -> str:
        """Return the catalogue's indicator that the box names; empty for none or an unknown one."""
        text = self.linked_box.currentText().strip()
        position = self.linked_box.currentIndex()
        if position < 0 or self.linked_box.itemText(position) != text:
            position = self.linked_box.findText(text, Qt.MatchFlag.MatchFixedString)
        return str(self.linked_box.itemData(position) or "") if position > 0 else ""

    def _is_linked_known(self) -> bool:
        text = self.linked_box.currentText().strip()
        return not text or text == self.linked_box.itemText(0) or bool(self._linked())

    def _judge(self) -> None:
        """Say at each field what is wrong with it, below what will be shown, and whether it can be taken."""
        said = {
            "value": ""
            if read_number(self.value_line.text()) is not None
            else _("⚠ 这不是一个数：请写成 2300、25114.4 或 2300万。"),
            "indicator": self._indicator_remark(),
            "period": ""
            if iso_period(self.period_line.text()) is not None
            else _("⚠ 这不是一个时期：请写成 2023、2023-06、2023-06-30 或 2013/2022。"),
            "scope": ""
            if self._chosen_scope
            else _("⚠ 没有地点：采纳后只留在文库里，不会列在任何地点的数据中。"),
        }
        for name, text in said.items():
            self.remarks[name].setText(text)
            self.remarks[name].setVisible(bool(text))
        self._show_preview()
        self.accept_button.setText(_("改好并采纳") if self.changes() else _("采纳"))
        self.accept_button.setEnabled(self.can_be_taken)

    def _indicator_remark(self) -> str:
        if not self._is_linked_known():
            return _("⚠ 资料库里没有这个对应指标：从列表里选，或选“（不对应）”。")
        if not self.indicator_line.text().strip() and not self._linked():
            return _("⚠ 请写明数的是什么，或选一个对应指标。")
        doubt = doubt_text(self._figure, self._workspace.language)
        return _("⚠ {doubt}").format(doubt=doubt) if doubt and not self.changes() else ""

    def _show_preview(self) -> None:
        entry = self._library.entry(self._document.id)
        if entry is None or not self.can_be_taken:
            self.preview.setText("")
            return
        language, catalogue = self._workspace.language, self._workspace.catalogue
        wanted = self.wanted()
        shown = as_figure(LibraryFigure(entry, wanted, ""), catalogue)
        parts = [
            self._library.name(shown.scope_id) if shown.scope_id else "",
            shown.indicator(language),
            figure_text(shown, language),
            period_text(shown.period, language),
        ]
        lines = [_("将列为：{text}").format(text=" · ".join(part for part in parts if part))]
        alike = [each for each in catalogue.figures.values() if each.indicator_zh == wanted.indicator_id]
        if alike and all(in_unit(wanted.value, wanted.unit, each.unit_zh) is None for each in alike):
            lines.append(
                _("⚠ 资料库里这个指标的单位是“{unit}”，换算不了，按文中的单位列出。").format(
                    unit=alike[0].unit(language)
                )
            )
        self.preview.setText("\n".join(lines))
