"""What takes a while is asked of the library in another thread."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.catalogue.models import Catalogue
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace


@pytest.fixture
def library(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path) -> Iterator[LibrarySession]:
    tasks = TaskRunner()
    session = LibrarySession(Workspace(catalogue), tasks, tmp_path / "library.sqlite")
    yield session
    tasks.cancel_all(wait_ms=10_000)
    session.close()


def test_the_answer_comes_back_to_this_thread(library: LibrarySession, qtbot: QtBot) -> None:
    here = threading.get_ident()
    asked: list[int] = []
    answered: list[tuple[int, int]] = []

    def question(store: object, _progress: object, _cancelled: object) -> int:
        asked.append(threading.get_ident())
        return len(store.documents())  # type: ignore[attr-defined]

    library.ask_aside("…", question, lambda number: answered.append((number, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(answered))
    assert answered == [(0, here)] and asked != [here]


def test_an_error_is_told_as_any_other_of_the_library(library: LibrarySession, qtbot: QtBot) -> None:
    def question(_store: object, _progress: object, _cancelled: object) -> int:
        raise ValueError("no")

    with qtbot.waitSignal(library.work_failed) as told:
        library.ask_aside("…", question, lambda _number: None)
    assert str(told.args[0]) == "no"
