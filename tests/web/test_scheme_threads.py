"""Requests answered in other threads: those must not hold what Qt deletes in the thread of the window."""

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot
from qtpy.QtCore import QObject

from jjjmap.binding import delete
from jjjmap.errors import PageMissing
from jjjmap.maps.assets import Asset
from jjjmap.web.scheme import SchemeHandler

PATH = "/features/user-0a1b2c3d/1/rows.bin"


class Job(QObject):
    """What stands for a request of the page."""


class Pages:
    """Answers every path, and notes that it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def page_for(self, path: str) -> Asset:
        self.asked.append(path)
        raise PageMissing(path)


class Threads:
    """Keeps what other threads are to do until a test lets them."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[..., None], tuple[Any, ...]]] = []

    def submit(self, work: Callable[..., None], *given: Any) -> None:
        self.waiting.append((work, given))


def handler_of(pages: Pages, parent: QObject) -> tuple[SchemeHandler, Threads]:
    handler, threads = SchemeHandler(pages, parent), Threads()
    handler._threads = threads
    return handler, threads


def test_other_threads_are_given_no_job(qtbot: QtBot) -> None:
    parent = QObject()
    handler, threads = handler_of(Pages(), parent)
    job = Job()
    handler._answer_later(job, PATH)
    ((_work, given),) = threads.waiting
    assert not any(isinstance(each, Job) for each in given)
    assert given[1] == PATH


def test_a_request_that_the_page_gave_up_is_not_reckoned(qtbot: QtBot) -> None:
    parent, pages = QObject(), Pages()
    handler, threads = handler_of(pages, parent)
    kept, given_up = Job(), Job()
    for job in (kept, given_up):
        handler._answer_later(job, PATH)
    delete(given_up)
    with qtbot.assertNotEmitted(handler._messenger.answered):
        work, given = threads.waiting[1]
        work(*given)
    assert pages.asked == []
    with qtbot.waitSignal(handler._messenger.answered) as answered:
        handler._messenger.answered.disconnect(handler._finish)
        work, given = threads.waiting[0]
        work(*given)
    assert pages.asked == [PATH]
    assert isinstance(answered.args[1], PageMissing)
