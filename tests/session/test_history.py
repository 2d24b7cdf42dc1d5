"""Tests of the line of steps."""

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.session import history as module
from jjjmap.session.history import Gone, History


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Value:
    """Something that a user sets."""

    def __init__(self, history: History, key: str = "") -> None:
        self.history, self.key, self.now = history, key, 0

    def set(self, now: int) -> None:
        before, self.now = self.now, now
        self.history.record_change(f"值 {now}", self.set, before, now, key=self.key)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def history(qtbot: QtBot, clock: Clock) -> History:
    return History(clock=clock)


def test_steps_go_back_and_forth_in_their_order(history: History) -> None:
    value = Value(history)
    value.set(1)
    value.set(2)
    assert history.undo() and value.now == 1 and history.redo_title == "值 2"
    assert history.undo() and value.now == 0
    assert not history.undo()
    assert history.redo() and history.redo() and value.now == 2
    assert not history.redo()


def test_something_new_ends_what_could_be_done_again(history: History) -> None:
    value = Value(history)
    value.set(1)
    history.undo()
    value.set(5)
    assert history.redo_title == "" and history.undo_title == "值 5"


def test_changes_that_follow_at_once_are_one_step(history: History, clock: Clock) -> None:
    value = Value(history, "slider")
    for now in (1, 2, 3):
        value.set(now)
        clock.now_s += 0.3
    clock.now_s += 5
    value.set(9)
    history.undo()
    assert value.now == 3
    history.undo()
    assert value.now == 0


def test_what_is_tried_while_a_key_is_held_is_one_step_and_none_if_it_is_given_up(
    history: History, clock: Clock
) -> None:
    value = Value(history, "dialog")
    history.hold("dialog")
    for now in (1, 2):
        value.set(now)
        clock.now_s += 60
    value.set(0)
    assert history.undo_title == ""
    value.set(4)
    history.release("dialog")
    value.set(5)
    history.undo()
    assert value.now == 4


def test_a_change_after_undoing_is_a_step_of_its_own(history: History) -> None:
    value = Value(history, "slider")
    value.set(1)
    value.set(2)
    history.undo()
    history.redo()
    value.set(3)
    history.undo()
    assert value.now == 2


def test_a_step_about_something_gone_is_dropped_with_a_sentence(history: History, qtbot: QtBot) -> None:
    forgotten: list[str] = []
    value = Value(history)
    value.set(1)
    history.record(
        "样式", lambda: Gone("图层已经不在"), lambda: None, forget=lambda: forgotten.append("样式")
    )
    with qtbot.waitSignal(history.told) as told:
        assert not history.undo()
    assert told.args == ["撤销不了“样式”：图层已经不在。"]
    assert forgotten == ["样式"]
    assert value.now == 1 and history.undo_title == "值 1" and history.redo_title == ""


def test_a_step_that_fails_for_now_can_be_tried_again(history: History) -> None:
    answers = [False, True]
    history.record("移除", lambda: answers.pop(0), lambda: None)
    assert not history.undo()
    assert history.undo_title == "移除"
    assert history.undo() and history.redo_title == "移除"


def test_a_step_that_breaks_is_no_longer_offered(history: History) -> None:
    def broken() -> None:
        raise RuntimeError("unforeseen")

    history.record("坏的", broken, lambda: None)
    with pytest.raises(RuntimeError):
        history.undo()
    assert history.undo_title == "" and history.redo_title == "" and not history.is_travelling


def test_what_happens_quietly_or_on_the_way_is_not_recorded(history: History) -> None:
    value = Value(history)
    with history.quietly():
        assert history.is_quiet
        value.set(1)
    assert history.undo_title == "" and not history.is_quiet
    seen: list[bool] = []
    history.record("看", lambda: seen.append(history.is_quiet), lambda: None)
    history.undo()
    assert seen == [True]


def test_several_steps_together_are_one_and_what_is_gone_of_them_is_told(history: History) -> None:
    one, other = Value(history), Value(history)
    with history.together("转到视图"):
        one.set(1)
        other.set(2)
        history.record("丢了", lambda: Gone("文档已不在文库里"), lambda: None)
    told: list[str] = []
    history.told.connect(told.append)
    assert history.undo_title == "转到视图"
    assert history.undo()
    assert (one.now, other.now) == (0, 0)
    assert told == ["其中一步没有做成：文档已不在文库里。", "已撤销：转到视图"]
    with history.together("空的"):
        pass
    assert history.redo_title == "转到视图"


def test_a_step_in_the_middle_is_taken_back_alone(history: History) -> None:
    first, second = Value(history), Value(history)
    first.set(1)
    step = history.record("移除", lambda: first.set(7), lambda: None)
    second.set(2)
    assert history.take_back(step)
    assert (first.now, second.now) == (7, 2)
    assert not history.holds(step) and not history.take_back(step)
    history.undo()
    assert second.now == 0 and history.undo_title == "值 1"


def test_the_oldest_steps_are_forgotten_beyond_a_number(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_STEPS", 3)
    forgotten: list[int] = []
    for number in range(5):
        history.record(str(number), lambda: None, lambda: None, forget=lambda n=number: forgotten.append(n))
    assert forgotten == [0, 1]
    history.undo()
    history.clear()
    assert sorted(forgotten) == [0, 1, 2, 3, 4] and history.undo_title == ""


def test_the_oldest_steps_are_forgotten_beyond_a_weight_but_never_the_last(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES", 100)
    forgotten: list[int] = []
    for number, size in enumerate((60, 30, 500)):
        history.record(
            str(number),
            lambda: None,
            lambda: None,
            forget=lambda n=number: forgotten.append(n),
            size_bytes=size,
        )
    assert forgotten == [0, 1] and history.undo_title == "2"
