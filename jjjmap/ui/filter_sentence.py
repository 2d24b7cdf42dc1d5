"""A filter as a sentence whose clauses can be edited, with a line beneath it for the one that was clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.layers.tables.filters import (
    MOST_CONDITIONS,
    Condition,
    Filter,
    FilterOp,
    condition_text,
    is_whole,
    ops_for,
    unusable_text,
)
from jjjmap.ui.condition_editor import Bounds, ConditionEditor
from jjjmap.ui.richtext import Markup, RichTextView, element, join, link

MOST_LINES = 3


class _Sentence(RichTextView):
    """As high as its text, up to some lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.document().setDocumentMargin(3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def fit(self) -> None:
        """Take the height that the text needs at this width."""
        line_px = self.fontMetrics().height() + 6
        wanted = round(self.document().size().height()) + 2
        self.setFixedHeight(min(max(wanted, line_px), MOST_LINES * line_px))

    # Overrides of Qt.

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(super().sizeHint().width(), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        self.fit()


class FilterSentence(QWidget):
    """Shows a filter and lets it be edited.

    Parameters
    ----------
    name_of
        Names a place by its id.
    ask_place, view_bounds, values_of_column
        As in `ConditionEditor`.
    """

    filter_wished = Signal(object)  # Filter, of whole conditions only

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name_of: Callable[[str], str] = str,
        ask_place: Callable[[], tuple[str, ...]] = tuple,
        view_bounds: Callable[[], Bounds | None] = lambda: None,
        values_of_column: Callable[[str], Sequence[str]] = lambda _column: (),
    ) -> None:
        super().__init__(parent)
        self._name_of = name_of
        self._columns: dict[str, ColumnKind] = {}
        self._has_positions = False
        self._draft = Filter()
        self._problems: Mapping[int, str] = {}
        self._edited = -1
        self.sentence = _Sentence(self)
        self.count_label = QLabel(self)
        self.count_label.setObjectName("faint")
        self.count_label.setTextFormat(Qt.TextFormat.PlainText)
        self.count_label.setContentsMargins(0, 3, 0, 0)
        self.editor = ConditionEditor(
            self, ask_place=ask_place, view_bounds=view_bounds, values_of_column=values_of_column
        )
        top = QHBoxLayout()
        top.setContentsMargins(6, 0, 8, 0)
        top.setSpacing(6)
        top.addWidget(self.sentence, 1)
        top.addWidget(self.count_label, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.editor)
        self.editor.hide()
        self.sentence.link_followed.connect(self._follow)
        self.editor.condition_changed.connect(self._take_condition)
        self.editor.finished.connect(self._finish)
        self.editor.dropped.connect(lambda: self.remove(self._edited))
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.sentence.setAccessibleName(_("筛选条件"))
        self.editor.retranslate()
        self._show_sentence()

    @property
    def draft(self) -> Filter:
        """What is written, whole or not."""
        return self._draft

    @property
    def wanted(self) -> Filter:
        """The whole conditions of what is written."""
        whole = tuple(each for each in self._draft.conditions if is_whole(each))
        return replace(self._draft, conditions=whole, matches_any=bool(whole) and self._draft.matches_any)

    def show_columns(self, columns: Sequence[Column], *, has_positions: bool) -> None:
        """Offer the columns of another table; what was written goes."""
        self._columns = {column.name: column.kind for column in columns}
        self._has_positions = has_positions
        self._draft, self._problems = Filter(), {}
        self._close_editor()
        self.editor.show_columns(self._columns, has_positions=has_positions)
        self._show_sentence()

    def show_filter(self, wanted: Filter | None, problems: Mapping[int, str]) -> None:
        """Show the filter that is in force.

        Parameters
        ----------
        wanted
            None for none. Conditions that are still being written stay.
        problems
            Why a condition cannot be applied, by its number; see `matching.problem`.
        """
        if (wanted or Filter()) != self.wanted:
            self._draft = wanted or Filter()
            self._close_editor()
        # Conditions that are not whole are numbered here, but not there.
        whole = [number for number, each in enumerate(self._draft.conditions) if is_whole(each)]
        self._problems = {whole[number]: why for number, why in problems.items() if number < len(whole)}
        self._show_sentence()

    def show_count(self, text: str) -> None:
        """Say how many rows there are."""
        self.count_label.setText(text)

    def add(self, condition: Condition, *, edits: bool = True) -> None:
        """Ask for one thing more, and let it be edited."""
        if len(self._draft.conditions) >= MOST_CONDITIONS or condition in self._draft.conditions:
            return
        self._draft = replace(self._draft, conditions=(*self._draft.conditions, condition))
        if edits:
            self.edit(len(self._draft.conditions) - 1)
        if is_whole(condition):
            self._tell()
        self._show_sentence()

    def add_for(self, column: str) -> None:
        """Begin a condition on a column."""
        kind = self._columns.get(column)
        if kind is not None:
            self.add(Condition(ops_for(kind)[0], column))

    def edit(self, number: int) -> None:
        """Show the line in which a condition is edited."""
        if 0 <= number < len(self._draft.conditions):
            self._edited = number
            self.editor.show_condition(self._draft.conditions[number])
            self.editor.show()
            self.editor.begin()
            self._show_sentence()

    def remove(self, number: int) -> None:
        """Take a condition out."""
        if not 0 <= number < len(self._draft.conditions):
            return
        kept = [each for place, each in enumerate(self._draft.conditions) if place != number]
        self._draft = replace(self._draft, conditions=tuple(kept))
        self._problems = {}  # They are numbered anew with the answer.
        self._close_editor()
        self._tell()
        self._show_sentence()

    def clear(self) -> None:
        """Ask for nothing."""
        self._draft, self._problems = Filter(), {}
        self._close_editor()
        self._tell()
        self._show_sentence()

    def _show_sentence(self) -> None:
        conditions = self._draft.conditions
        parts: list[str | Markup] = []
        if conditions:
            parts.append(_("只看这样的行："))
        else:
            parts.append(element("span", _("显示全部行。"), css="faint"))
        for number, condition in enumerate(conditions):
            if number:
                word = _("或") if self._draft.matches_any else _("且")
                parts += [" ", link("any", "", word), " "]
            parts.append(self._clause(number, condition))
        parts.append(" ")
        if len(conditions) < MOST_CONDITIONS and (self._columns or self._has_positions):
            parts.append(link("add", "", _("＋添加条件")))
        if conditions:
            parts += ["  ", link("clear", "", _("清除"))]
        self.sentence.show_markup(join(parts))
        self.sentence.fit()

    def _clause(self, number: int, condition: Condition) -> Markup:
        kind = self._columns.get(condition.column, ColumnKind.TEXT)
        text = condition_text(condition, kind, self._name_of)
        marked: str | Markup = element("b", text) if number == self._edited else text
        parts: list[str | Markup] = [link("edit", str(number), marked)]
        problem = self._problems.get(number, "") if is_whole(condition) else ""
        if problem:
            parts += [" ", element("span", "⚠ ", unusable_text(problem), css="faint")]
        parts += [" ", link("remove", str(number), "✕")]
        return join(parts)

    def _follow(self, scheme: str, target: str) -> None:
        match scheme:
            case "edit" if int(target) == self._edited:
                self.editor.finish()
            case "edit":
                self.edit(int(target))
            case "remove":
                self.remove(int(target))
            case "any":
                self._draft = replace(self._draft, matches_any=not self._draft.matches_any)
                self._tell()
                self._show_sentence()
            case "clear":
                self.clear()
            case "add":
                self._add_any()

    def _add_any(self) -> None:
        """Begin a condition on the first column that has none, or on the position."""
        taken = {each.column for each in self._draft.conditions}
        free = [name for name in self._columns if name not in taken] or list(self._columns)
        if free:
            self.add_for(free[0])
        else:
            self.add(Condition(FilterOp.IN_PLACE))

    def _tell(self) -> None:
        self.filter_wished.emit(self.wanted)

    def _take_condition(self, condition: Condition) -> None:
        if self._edited < 0:
            return
        conditions = list(self._draft.conditions)
        was_whole = is_whole(conditions[self._edited])
        conditions[self._edited] = condition
        self._draft = replace(self._draft, conditions=tuple(conditions))
        self._problems = {number: why for number, why in self._problems.items() if number != self._edited}
        self._show_sentence()
        if was_whole or is_whole(condition):
            self._tell()

    def _close_editor(self) -> None:
        self._edited = -1
        self.editor.hide()

    def _finish(self) -> None:
        """Close the line; a condition without a value goes."""
        if self._edited >= 0 and not is_whole(self._draft.conditions[self._edited]):
            self.remove(self._edited)
            return
        self._close_editor()
        self._show_sentence()
