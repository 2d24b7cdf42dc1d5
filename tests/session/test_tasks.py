"""Tests of slow work."""

import threading

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QThread

from jjjmap.session.tasks import Cancelled, Progress, TaskRunner, TaskState


class Answers:
    """Takes what a task answers, and in which thread."""

    def __init__(self) -> None:
        self.results: list[object] = []
        self.errors: list[Exception] = []
        self.threads: list[QThread] = []

    def succeed(self, result: object) -> None:
        self.results.append(result)
        self.threads.append(QThread.currentThread())

    def fail(self, error: Exception) -> None:
        self.errors.append(error)
        self.threads.append(QThread.currentThread())


@pytest.fixture
def answers() -> Answers:
    return Answers()


def test_work_runs_elsewhere_and_answers_here(qtbot: QtBot, answers: Answers) -> None:
    runner = TaskRunner()
    here = threading.get_ident()
    with qtbot.waitSignal(runner.task_ended):
        runner.start(
            "数",
            lambda progress, cancelled: threading.get_ident(),
            on_success=answers.succeed,
            on_failure=answers.fail,
        )
    assert answers.results and answers.results[0] != here
    assert answers.threads == [QThread.currentThread()]
    assert runner.running == ()


def test_an_error_reaches_the_failure_slot(qtbot: QtBot, answers: Answers) -> None:
    def work(progress: Progress, cancelled: Cancelled) -> None:
        raise OSError("满")

    runner = TaskRunner()
    with qtbot.waitSignal(runner.task_ended):
        task = runner.start("写", work, on_success=answers.succeed, on_failure=answers.fail)
    assert [str(error) for error in answers.errors] == ["满"]
    assert answers.results == [] and task.state is TaskState.FAILED


def test_progress_is_told_in_order_and_within_bounds(qtbot: QtBot, answers: Answers) -> None:
    def work(progress: Progress, cancelled: Cancelled) -> None:
        for share in (0.0, 0.5, 1.5):
            progress(share)

    runner, shares = TaskRunner(), []
    runner.task_started.connect(lambda task: task.progressed.connect(shares.append))
    with qtbot.waitSignal(runner.task_ended):
        runner.start("写", work, on_success=answers.succeed, on_failure=answers.fail)
    assert shares == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("raises", [False, True])
def test_a_cancelled_task_answers_neither_success_nor_failure(
    qtbot: QtBot, answers: Answers, raises: bool
) -> None:
    def work(progress: Progress, cancelled: Cancelled) -> bool:
        while not cancelled():
            pass
        if raises:
            raise RuntimeError("stopped half-way")
        return False

    runner = TaskRunner()
    task = runner.start("写", work, on_success=answers.succeed, on_failure=answers.fail)
    with qtbot.waitSignals([task.cancelled, runner.task_ended]):
        task.cancel()
    assert answers.results == [] and answers.errors == []
    assert task.state is TaskState.CANCELLED


def test_work_that_was_done_before_it_heard_of_the_cancel_counts_as_done(
    qtbot: QtBot, answers: Answers
) -> None:
    def work(progress: Progress, cancelled: Cancelled) -> str:
        while not cancelled():
            pass
        return "written"

    runner = TaskRunner()
    task = runner.start("写", work, on_success=answers.succeed, on_failure=answers.fail)
    with qtbot.waitSignal(runner.task_ended):
        task.cancel()
    assert answers.results == ["written"]
    assert task.state is TaskState.SUCCEEDED


def test_cancel_all_waits_for_the_threads(qtbot: QtBot, answers: Answers) -> None:
    started = threading.Event()

    def work(progress: Progress, cancelled: Cancelled) -> None:
        started.set()
        while not cancelled():
            pass

    runner = TaskRunner()
    runner.start("写", work, on_success=answers.succeed, on_failure=answers.fail)
    assert started.wait(10)
    with qtbot.waitSignal(runner.task_ended):
        assert runner.cancel_all(wait_ms=10_000)
