"""Tests of taking back what was done to documents, mentions and figures."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.catalogue.models import Catalogue
from jjjmap.session.documents import deciding as deciding_library
from jjjmap.session.documents import library as module
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace
from jjjmap.text.records import Document, FigureStatus, Mention, MentionStatus, SubjectKind
from jjjmap.text.store.library import Library
from jjjmap.text.store.library_records import FigureDecision

TEXT = "甲园建成投产\n某日报 2021年5月6日\n\n　　甲园　已有300家企业，\n乙县也来了20家企业。\n"


@pytest.fixture
def tasks(qtbot: QtBot) -> TaskRunner:
    return TaskRunner()


@pytest.fixture
def library(
    catalogue: Catalogue, tasks: TaskRunner, tmp_path: Path, qtbot: QtBot
) -> Iterator[LibrarySession]:
    path = tmp_path / "甲.txt"
    path.write_text(TEXT, encoding="utf-8")
    made = LibrarySession(Workspace(catalogue), tasks, tmp_path / "library.sqlite")
    with qtbot.waitSignal(made.import_ended, timeout=30_000):
        made.import_paths([path])
    qtbot.waitUntil(lambda: not made.is_importing)
    yield made
    tasks.cancel_all(wait_ms=10_000)
    made.close()


def only(library: LibrarySession) -> Document:
    (entry,) = library.entries()
    document = library.document(entry.id)
    assert document is not None
    return document


def said(document: Document) -> tuple[str, list[tuple[int, str, MentionStatus]]]:
    """A text and what it names; how that was found is another matter once something was learnt."""
    return document.text, [(each.start, each.subject_id, each.status) for each in document.mentions]


def by_user(document: Document) -> Mention:
    """A mention that the rules have not found."""
    start = document.text.index("企业")
    return Mention("yi-county", SubjectKind.PLACE, start, start + 2, "企业", 1.0, "user")


def test_a_decision_on_a_mention_goes_back_and_forth_with_what_was_learnt(library: LibrarySession) -> None:
    before = only(library)
    library.decide_mention(before.id, before.mentions[0], MentionStatus.REJECTED)
    after, lessons = only(library), library.lessons()
    assert lessons and library.history.undo_title == f"否定：{before.mentions[0].text}"
    library.history.undo()
    assert only(library) == before and library.lessons() == ()
    library.history.redo()
    assert only(library) == after and library.lessons() == lessons


@pytest.mark.parametrize(
    ("first", "subject", "then"),
    [
        (MentionStatus.CONFIRMED, "", MentionStatus.REJECTED),
        (MentionStatus.CORRECTED, "yi-county", MentionStatus.REJECTED),
        (MentionStatus.CORRECTED, "yi-county", MentionStatus.FOUND),
        (MentionStatus.REJECTED, "", MentionStatus.CONFIRMED),
    ],
)
def test_a_second_decision_goes_back_to_the_first(
    library: LibrarySession, first: MentionStatus, subject: str, then: MentionStatus
) -> None:
    found = only(library)
    library.decide_mention(found.id, found.mentions[0], first, subject)
    between, lessons = only(library), library.lessons()
    now = next(each for each in between.mentions if each.status is not MentionStatus.FOUND)
    library.decide_mention(found.id, now, then)
    after = only(library)
    library.history.undo()
    assert only(library) == between and library.lessons() == lessons
    library.history.undo()
    assert only(library) == found
    library.history.redo()
    library.history.redo()
    assert only(library) == after


def test_a_mention_that_the_user_made_goes_and_comes_again(library: LibrarySession) -> None:
    before = only(library)
    library.decide_mention(before.id, by_user(before), MentionStatus.CORRECTED, "jia-park")
    after = only(library)
    assert len(after.mentions) == len(before.mentions) + 1
    library.history.undo()
    assert only(library) == before
    library.history.redo()
    assert only(library) == after


def test_what_was_not_to_be_learnt_is_not_learnt_by_undoing(library: LibrarySession) -> None:
    document = only(library)
    library.decide_mention(document.id, document.mentions[0], MentionStatus.REJECTED)
    (lesson,) = library.lessons()
    library.forget_lesson(lesson)
    library.decide_mention(document.id, only(library).mentions[0], MentionStatus.FOUND)
    library.history.undo()
    assert only(library).mentions[0].status is MentionStatus.REJECTED and library.lessons() == ()
    library.history.undo()
    assert library.lessons() == (lesson,)
    library.history.redo()
    assert library.lessons() == ()


def test_decisions_on_figures_go_back_to_what_the_user_had_said_before(library: LibrarySession) -> None:
    found = only(library)
    first, second = found.figures[:2]
    library.decide_figure(found.id, first, FigureStatus.ACCEPTED, value=Decimal(31))
    corrected = only(library)
    library.decide_figures(
        found.id, [FigureDecision(each, FigureStatus.REJECTED) for each in corrected.figures]
    )
    rejected = only(library)
    assert library.history.undo_title == f"否定 {len(found.figures)} 个数字"
    library.history.undo()
    assert only(library) == corrected
    library.history.undo()
    assert only(library) == found and only(library).figures[1] == second
    library.history.redo()
    library.history.redo()
    assert only(library) == rejected


def test_a_decision_that_changes_nothing_is_no_step(library: LibrarySession) -> None:
    document = only(library)
    library.decide_figure(document.id, document.figures[0], FigureStatus.FOUND)
    library.decide_mention(document.id, document.mentions[0], MentionStatus.FOUND)
    assert library.history.undo_title == ""


def test_many_decisions_go_back_aside_one_after_another(
    library: LibrarySession, tasks: TaskRunner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding_library, "HERE_AT_MOST_FIGURES", 0)
    found = only(library)
    library.decide_figures(found.id, [FigureDecision(each, FigureStatus.REJECTED) for each in found.figures])
    rejected = only(library)
    for _each in range(3):
        library.history.undo()
        library.history.redo()
    library.history.undo()
    assert tasks.running
    qtbot.waitUntil(lambda: not tasks.running and not library._turns, timeout=30_000)
    assert only(library) == found != rejected


def test_details_go_back_to_what_was_guessed_or_to_what_the_user_had_said(library: LibrarySession) -> None:
    guessed = only(library)
    library.set_details(guessed.id, title="别的题目", date="2022-01-02")
    library.set_details(guessed.id, title="第三个题目")
    library.history.undo()
    assert only(library).details.title == "别的题目" and "title" in only(library).details.edited
    library.history.undo()
    assert only(library) == guessed
    library.history.redo()
    library.history.redo()
    assert only(library).details.title == "第三个题目"
    library.set_details(guessed.id, title="第三个题目")
    library.history.undo()
    assert only(library).details.title == "别的题目"


@pytest.mark.parametrize("chars", [60_000, 0])
def test_steps_of_the_cleaning_go_back_and_forth_here_or_aside(
    library: LibrarySession, tasks: TaskRunner, chars: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HERE_AT_MOST_CHARS", chars)
    before = only(library)
    library.decide_mention(before.id, before.mentions[0], MentionStatus.CONFIRMED)
    decided = only(library)

    def wait() -> None:
        qtbot.waitUntil(lambda: not tasks.running and not library._turns, timeout=30_000)

    library.set_steps(before.id, {step.id: False for step in before.steps})
    wait()
    after = only(library)
    assert after.text != before.text
    library.history.undo()
    wait()
    assert said(only(library)) == said(decided)
    # Aside, too, the last wish counts.
    library.history.redo()
    library.history.undo()
    library.history.redo()
    wait()
    assert said(only(library)) == said(after)


def test_a_removal_is_taken_back_by_its_button_and_by_the_history_alike(library: LibrarySession) -> None:
    before = only(library)
    library.decide_mention(before.id, before.mentions[0], MentionStatus.CONFIRMED)
    decided = only(library)
    library.remove([before.id])
    assert library.is_empty and library.history.undo_title == f"删除：{before.details.title}"
    assert library.undo_remove()
    assert only(library) == decided and not library.can_undo_removal
    library.history.redo()
    assert library.is_empty and library.can_undo_removal
    library.history.undo()
    assert only(library) == decided and not library.undo_remove()
    library.history.undo()
    assert only(library) == before


def test_the_bytes_of_removed_documents_weigh_on_the_history(library: LibrarySession) -> None:
    library.remove([only(library).id])
    assert sum(step.size_bytes for step in library.history._done) > len(TEXT.encode())


@pytest.mark.parametrize(
    "act",
    [
        lambda library, document: library.decide_mention(
            document.id, document.mentions[0], MentionStatus.REJECTED
        ),
        lambda library, document: library.decide_figure(
            document.id, document.figures[0], FigureStatus.REJECTED
        ),
        lambda library, document: library.set_details(document.id, title="别的"),
        lambda library, document: library.set_steps(document.id, {document.steps[0].id: False}),
    ],
)
def test_a_step_about_a_document_that_is_gone_says_so(
    library: LibrarySession,
    qtbot: QtBot,
    tasks: TaskRunner,
    act: Callable[[LibrarySession, Document], object],
) -> None:
    document = only(library)
    act(library, document)
    qtbot.waitUntil(lambda: not tasks.running, timeout=30_000)
    title = library.history.undo_title
    with Library.open(library.path) as other:
        other.remove(document.id)
    library.refresh()
    told: list[str] = []
    library.history.told.connect(told.append)
    library.history.undo()
    qtbot.waitUntil(lambda: not tasks.running and bool(told), timeout=30_000)
    assert any(title in each and each.endswith("文档已不在文库里。") for each in told), told


def test_a_step_about_words_that_are_gone_says_so(library: LibrarySession, qtbot: QtBot) -> None:
    document = only(library)
    mention = document.mentions[0]
    library.decide_mention(document.id, mention, MentionStatus.CONFIRMED)
    with Library.open(library.path) as other:
        other.connection.execute("UPDATE pieces SET text = replace(text, ?, '丙园')", (mention.text,))
        other.connection.commit()
    library.refresh()
    with qtbot.waitSignal(library.history.told) as told:
        library.history.undo()
    assert told.args == [f"撤销不了“确认：{mention.text}”：原文里已找不到这几个字。"]


def test_another_library_has_no_steps_of_this_one(library: LibrarySession, tmp_path: Path) -> None:
    library.remove([only(library).id])
    library.switch(tmp_path / "other.sqlite")
    assert library.history.undo_title == "" and not library.can_undo_removal
    assert library.is_empty and library.opened is None
