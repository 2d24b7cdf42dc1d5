"""A filter that is edited as a sentence."""

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.ui.filter_sentence import FilterSentence

COLUMNS = (Column("名称"), Column("资本", ColumnKind.NUMBER), Column("成立", ColumnKind.DATE))
BATTERY = Condition(FilterOp.CONTAINS, "名称", ("电池",))
RICH = Condition(FilterOp.MORE, "资本", ("500",))


@pytest.fixture
def line(qtbot: QtBot) -> FilterSentence:
    made = FilterSentence(
        name_of=lambda place_id: {"jia-zone": "甲县功能区"}.get(place_id, place_id),
        ask_place=lambda: ("jia-zone", "990001"),
        view_bounds=lambda: (115.0, 38.0, 117.0, 40.0),
        values_of_column=lambda column: ("电池", "轴承") if column == "名称" else (),
    )
    qtbot.addWidget(made)
    made.resize(900, 60)
    made.show_columns(COLUMNS, has_positions=True)
    made.show()
    return made


def text(line: FilterSentence) -> str:
    return line.sentence.toPlainText()


def follow(line: FilterSentence, scheme: str, target: str = "") -> None:
    line.sentence.link_followed.emit(scheme, target)


def write(line: FilterSentence, words: str, qtbot: QtBot) -> None:
    line.editor.first_line.setText(words)
    qtbot.keyClick(line.editor.first_line, Qt.Key.Key_Return)


def choose_op(line: FilterSentence, op: FilterOp) -> None:
    line.editor.op_box.setCurrentIndex(line.editor.op_box.findData(op))


def test_no_filter_says_that_all_rows_are_shown(line: FilterSentence) -> None:
    assert text(line).startswith("显示全部行。") and "添加条件" in text(line)
    assert not line.editor.isVisible()


def test_a_condition_is_written_and_told_when_it_is_whole(line: FilterSentence, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(line.filter_wished):
        follow(line, "add")
    assert line.editor.isVisible() and "“名称”包含“…”" in text(line)
    with qtbot.waitSignal(line.filter_wished) as wished:
        write(line, "电池", qtbot)
    assert wished.args == [Filter((BATTERY,))]
    assert not line.editor.isVisible() and "“名称”包含“电池”" in text(line)


def test_what_is_written_counts_after_a_pause(line: FilterSentence, qtbot: QtBot) -> None:
    line.add_for("资本")
    choose_op(line, FilterOp.MORE)
    with qtbot.waitSignal(line.filter_wished, timeout=5000) as wished:
        qtbot.keyClicks(line.editor.first_line, "500")
    assert wished.args == [Filter((RICH,))] and line.editor.isVisible()


def test_a_clause_is_edited_again_and_removed(line: FilterSentence, qtbot: QtBot) -> None:
    line.show_filter(Filter((BATTERY, RICH)), {})
    follow(line, "edit", "1")
    assert line.editor.first_line.text() == "500"
    with qtbot.waitSignal(line.filter_wished) as wished:
        write(line, "900", qtbot)
    assert wished.args[0].conditions[1].values == ("900",)
    with qtbot.waitSignal(line.filter_wished) as wished:
        follow(line, "remove", "0")
    assert len(wished.args[0].conditions) == 1 and "电池" not in text(line)


def test_and_becomes_or(line: FilterSentence, qtbot: QtBot) -> None:
    line.show_filter(Filter((BATTERY, RICH)), {})
    with qtbot.waitSignal(line.filter_wished) as wished:
        follow(line, "any")
    assert wished.args[0].matches_any and " 或 " in text(line)


def test_another_column_keeps_what_was_written_where_it_can(line: FilterSentence, qtbot: QtBot) -> None:
    line.show_filter(Filter((RICH,)), {})
    line.edit(0)
    with qtbot.waitSignal(line.filter_wished) as wished:
        line.editor.column_box.setCurrentIndex(line.editor.column_box.findData("成立"))
    assert wished.args == [Filter((Condition(FilterOp.MORE, "成立", ("500",)),))]
    assert line.editor.op_box.currentText() == "晚于"


def test_several_values_are_parted_by_marks(line: FilterSentence, qtbot: QtBot) -> None:
    line.add_for("名称")
    choose_op(line, FilterOp.ONE_OF)
    write(line, "电池、轴承；氢能", qtbot)
    assert line.wanted.conditions[0].values == ("电池", "轴承", "氢能")


def test_between_wants_two_values(line: FilterSentence, qtbot: QtBot) -> None:
    line.add_for("资本")
    choose_op(line, FilterOp.BETWEEN)
    assert line.editor.last_line.isVisible()
    with qtbot.assertNotEmitted(line.filter_wished):
        line.editor.first_line.setText("5")
        line.editor.take_values()
    line.editor.last_line.setText("10")
    line.editor.finish()
    assert line.wanted.conditions == (Condition(FilterOp.BETWEEN, "资本", ("5", "10")),)


def test_rows_in_a_place_and_in_the_view(line: FilterSentence, qtbot: QtBot) -> None:
    line.add_for("名称")
    line.editor.column_box.setCurrentIndex(0)
    assert "位于…" in text(line)
    line.editor.place_button.click()
    assert line.wanted.conditions == (Condition(FilterOp.IN_PLACE, values=("jia-zone", "990001")),)
    assert "位于甲县功能区" in text(line)
    choose_op(line, FilterOp.IN_BOX)
    assert line.wanted.conditions[0].bounds == (115.0, 38.0, 117.0, 40.0)


def test_what_cannot_be_applied_is_marked_with_the_reason(line: FilterSentence) -> None:
    gone = Condition(FilterOp.CONTAINS, "没有了", ("甲",))
    line.show_filter(Filter((gone, BATTERY)), {0: "column-gone"})
    assert "⚠ 这一列已经不在表里" in text(line)


def test_what_is_still_written_survives_the_answer(line: FilterSentence) -> None:
    line.show_filter(Filter((BATTERY,)), {})
    line.add_for("资本")
    line.show_filter(Filter((BATTERY,)), {})
    assert len(line.draft.conditions) == 2 and line.editor.isVisible()
    line.show_filter(None, {})
    assert line.draft == Filter() and not line.editor.isVisible()


def test_a_condition_without_a_value_goes_when_it_is_left(line: FilterSentence) -> None:
    line.add_for("名称")
    line.editor.finish()
    assert line.draft == Filter()


def test_markup_in_a_value_is_text(line: FilterSentence) -> None:
    line.show_filter(Filter((Condition(FilterOp.CONTAINS, "名称", ("<img src=x>",)),)), {})
    assert "<img src=x>" in text(line)


def test_a_long_filter_takes_three_lines_at_most(line: FilterSentence) -> None:
    one_line = line.sentence.height()
    conditions = tuple(Condition(FilterOp.CONTAINS, "名称", (f"电池{n}",)) for n in range(25))
    line.show_filter(Filter(conditions), {})
    assert one_line < line.sentence.height() <= 3 * (line.sentence.fontMetrics().height() + 6)


def test_values_are_offered_and_the_sentence_can_be_retold(line: FilterSentence) -> None:
    line.add_for("名称")
    completer = line.editor.first_line.completer()
    assert completer is not None and completer.model().rowCount() == 2
    line.retranslate()
    assert line.editor.isVisible() and line.editor.first_line.text() == ""
