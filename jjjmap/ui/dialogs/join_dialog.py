"""Asks by which columns a table is joined to units or places, and settles doubtful names."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jjjmap.binding import is_alive
from jjjmap.i18n import Language, _, language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.tables.joined_table import Repeats
from jjjmap.layers.tables.joining import JoinAnswer, JoinTarget, OldName, Unmatched
from jjjmap.session.workspace import Workspace

SIZE_PX = (640, 560)
UNMATCHED_SHOWN = 200
"""So many different texts are listed, the most frequent first; the rest is counted."""

_MOST_COLUMNS = 3
_ROLES = (ColumnRole.CODE, ColumnRole.REGION, ColumnRole.ZONE)


@dataclass(frozen=True, slots=True)
class JoinWish:
    """How the rows are to be joined."""

    columns: tuple[str, ...]
    """The largest unit first."""
    target: JoinTarget
    choices: tuple[tuple[str, str], ...] = ()
    """What the user decided: text and place id, an empty id for none."""
    repeats: Repeats = Repeats.FIRST
    with_missing: bool = True


class JoinDialog(QDialog):
    """Shows at once what a choice of columns comes to; the join itself is reckoned by whoever listens.

    Parameters
    ----------
    title
        Of the layer.
    table
        Its rows.
    roles
        What is known of its columns, by name.
    """

    answer_wanted = Signal(object)  # JoinWish: `show_answer` is awaited

    def __init__(
        self,
        title: str,
        table: FeatureTable,
        roles: dict[str, ColumnRole],
        workspace: Workspace,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._choices: dict[str, str] = {}
        self._doubtful: dict[str, Unmatched] = {}  # as listed: a text that was settled stays where it is
        self._answer: JoinAnswer | None = None
        self.setWindowTitle(_("把“{title}”连接到地图").format(title=title))
        self.resize(*SIZE_PX)
        names = [column.name for column in table.columns]
        self.column_boxes = [self._column_box(names, number) for number in range(_MOST_COLUMNS)]
        first = next((name for role in _ROLES for name in names if roles.get(name) is role), names[0])
        self.column_boxes[0].setCurrentIndex(self.column_boxes[0].findData(first))
        self.target_box = QComboBox(self)
        for target, text in (
            (JoinTarget.COUNTIES, _("县区（面）")),
            (JoinTarget.CITIES, _("设区市（面）")),
            (JoinTarget.PROVINCES, _("省市（面）")),
            (JoinTarget.PLACES, _("资料库里的地点（点）")),
        ):
            self.target_box.addItem(text, target)
        self.repeats_box = QComboBox(self)
        self.repeats_box.addItem(_("只画第一行，其余留在表里"), Repeats.FIRST)
        self.repeats_box.addItem(_("每一行都画"), Repeats.EVERY)
        self.missing_box = QCheckBox(_("也画出表里没有的地区（显示为无数据）"), self)
        self.missing_box.setChecked(True)
        self.result_label = QLabel(self)
        self.result_label.setWordWrap(True)
        self.result_label.setTextFormat(Qt.TextFormat.PlainText)
        self.unmatched_table = QTableWidget(0, 3, self)
        self.unmatched_table.setHorizontalHeaderLabels([_("表里的写法"), _("行数"), _("指的是")])
        self.unmatched_table.verticalHeader().hide()
        self.unmatched_table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.unmatched_table.setAccessibleName(_("没有对上的名称"))
        header = self.unmatched_table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(_("生成图层"))
        self._lay_out()
        # Its room stays when there is nothing to list, so that nothing moves.
        policy = self.unmatched_table.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.unmatched_table.setSizePolicy(policy)
        for box in (*self.column_boxes, self.target_box):
            box.currentIndexChanged.connect(self._begin_anew)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._show_waiting()

    def ask(self) -> JoinWish | None:
        """Show the dialog; return what the user wants, None if nothing. Tests replace it."""
        self._ask_for_answer()
        accepted = self.exec() == QDialog.DialogCode.Accepted
        wish = self.wish() if accepted else None
        self.deleteLater()
        return wish

    def wish(self) -> JoinWish:
        """Return what is set now."""
        columns = tuple(dict.fromkeys(box.currentData() for box in self.column_boxes if box.currentData()))
        return JoinWish(
            columns,
            self._target,
            tuple(self._choices.items()),
            Repeats(self.repeats_box.currentData()),
            self.missing_box.isChecked(),
        )

    @property
    def _target(self) -> JoinTarget:
        # Qt hands an enum of texts back as a plain text.
        return JoinTarget(self.target_box.currentData())

    @property
    def answer(self) -> JoinAnswer | None:
        """What the rows came to with what is set now; None while it is reckoned."""
        return self._answer

    def show_answer(self, answer: JoinAnswer) -> None:
        """Show what the rows came to; a slot for the answer to `answer_wanted`."""
        self._answer = answer
        said = len(answer) - answer.empty_rows
        parts = [
            _("{n} 行对上了 {places} 个地点（非空行的 {share}%）。").format(
                n=f"{answer.matched_rows:,}",
                places=f"{len(answer.place_ids):,}",
                share=f"{100 * answer.matched_share:.1f}".removesuffix(".0"),
            )
        ]
        if said > answer.matched_rows:
            n, kinds = f"{said - answer.matched_rows:,}", f"{len(answer.unmatched):,}"
            parts.append(_("{n} 行没有对上，共 {kinds} 种写法，可在下面指定。").format(n=n, kinds=kinds))
        if answer.empty_rows:
            parts.append(_("{n} 行是空的。").format(n=f"{answer.empty_rows:,}"))
        if answer.old_names:
            old = _("、").join(self._old_name_text(each) for each in answer.old_names[:3])
            parts.append(_("按旧名称或旧代码对到现在的地区：{names}。").format(names=old))
        repeated = answer.repeated()
        if repeated:
            name = self._name(repeated[0][0])
            sentence = _("{n} 个地点有多行，最多的是{name}（{rows} 行）。")
            parts.append(sentence.format(n=len(repeated), name=name, rows=repeated[0][1]))
        self.result_label.setText(("" if language() is Language.ZH else " ").join(parts))
        self.repeats_box.setEnabled(bool(repeated))
        self._list_unmatched(answer.unmatched)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(answer.matched_rows > 0)

    def show_failure(self, text: str) -> None:
        """Say why there is no answer."""
        self._answer = None
        self.result_label.setText(text)

    def set_target(self, target: JoinTarget) -> None:
        """Take what the rows seem to mean."""
        self.target_box.setCurrentIndex(self.target_box.findData(target))

    # How it is made.

    def _column_box(self, names: list[str], number: int) -> QComboBox:
        box = QComboBox(self)
        if number:
            box.addItem(_("（不用）"), "")
        for name in names:
            box.addItem(name, name)
        return box

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(_("写着地区的列："), self.column_boxes[0])
        form.addRow(_("再加下一级："), self.column_boxes[1])
        form.addRow(_("再加下一级："), self.column_boxes[2])
        form.addRow(_("连接到："), self.target_box)
        form.addRow(_("同一地点有多行时："), self.repeats_box)
        form.addRow("", self.missing_box)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.result_label)
        layout.addWidget(self.unmatched_table, 1)
        layout.addWidget(self.buttons)

    def _begin_anew(self) -> None:
        """Ask for other columns or another target, for which nothing is settled yet."""
        self._choices.clear()
        self._doubtful.clear()
        self._ask_for_answer()

    def _ask_for_answer(self) -> None:
        is_area = self._target is not JoinTarget.PLACES
        self.missing_box.setEnabled(is_area)
        self._answer = None
        self._show_waiting()
        self.answer_wanted.emit(self.wish())

    def _show_waiting(self) -> None:
        self.result_label.setText(_("正在比对……"))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)

    def _list_unmatched(self, unmatched: tuple[Unmatched, ...]) -> None:
        """List what could not be joined; what was settled stays, so that it can be settled otherwise."""
        found = {each.text: each for each in unmatched[:UNMATCHED_SHOWN]}
        settled = {text: each for text, each in self._doubtful.items() if text in self._choices}
        if self._doubtful and found.keys() <= self._doubtful.keys() <= found.keys() | settled.keys():
            return  # The boxes stay, and with them focus and scrolling.
        self._doubtful = {**found, **settled}
        shown = sorted(self._doubtful.values(), key=lambda each: (-each.rows, each.text))
        self.unmatched_table.setRowCount(len(shown))
        for row, each in enumerate(shown):
            self.unmatched_table.setItem(row, 0, QTableWidgetItem(each.text))
            count = QTableWidgetItem(f"{each.rows:,}")
            count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.unmatched_table.setItem(row, 1, count)
            self.unmatched_table.setCellWidget(row, 2, self._choice_box(each))
        self.unmatched_table.setVisible(bool(shown))

    def _choice_box(self, unmatched: Unmatched) -> QComboBox:
        box = QComboBox(self.unmatched_table)
        box.addItem(_("不连接"), "")
        chosen = self._choices.get(unmatched.text, "")
        for place_id in dict.fromkeys((*unmatched.candidates, *filter(None, (chosen,)))):
            box.addItem(self._name(place_id), place_id)
        box.addItem(_("另选地点…"), None)
        box.setCurrentIndex(box.findData(chosen))
        box.setAccessibleName(_("“{text}”指的是").format(text=unmatched.text))
        box.activated.connect(lambda _index: self._choose(unmatched.text, box))
        return box

    def _choose(self, text: str, box: QComboBox) -> None:
        chosen = box.currentData()
        if chosen is None:
            from jjjmap.ui.dialogs.join_place_dialog import JoinPlaceDialog

            # The box may be gone when the answer comes: another list may have come meanwhile.
            before = self._choices.get(text, "")
            box.setCurrentIndex(box.findData(before))
            chosen = JoinPlaceDialog.ask_place(self, text, self._target, self._workspace)
            if not chosen:
                return
            if is_alive(box):
                if box.findData(chosen) < 0:
                    box.insertItem(box.count() - 1, self._name(chosen), chosen)
                box.setCurrentIndex(box.findData(chosen))
        self._choices[text] = chosen
        self._ask_for_answer()

    def _old_name_text(self, old: OldName) -> str:
        return _("{old}→{new}").format(old=old.text, new=self._name(old.place_id))

    def _name(self, place_id: str) -> str:
        if not self._workspace.knows(place_id):
            return place_id
        place = self._workspace.place(place_id)
        name = place.name(self._workspace.language)
        above = self._workspace.place(place.parent_id) if self._workspace.knows(place.parent_id) else None
        if above is None or not place.kind.is_unit:
            return name
        return _("{name}（{above}）").format(name=name, above=above.name(self._workspace.language))
