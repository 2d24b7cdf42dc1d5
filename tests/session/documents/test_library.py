"""Tests of the library of the open window, with the real engine and an invented catalogue."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import DocumentUnknown, LibraryUnusable, QueryInvalid
from jjjmap.i18n import Language
from jjjmap.session.documents.library import TOP, LibrarySession, Opened, SearchFilters
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace
from jjjmap.text.importing import Analyser, ImportReport
from jjjmap.text.records import FigureStatus, MentionStatus, SubjectKind
from jjjmap.text.store.library import Library
from jjjmap.text.store.library_records import FigureDecision, Outcome, StoredAs

FIRST = "甲园建成投产\n某日报 2021年5月6日\n\n甲园已有300家企业。乙县也来了。\n\n甲县功能区另有20家企业。\n"
SECOND = "乙县的轴承\n某日报 2022年3月1日\n\n乙县有40家轴承厂，与甲园相邻。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    (made / "first.txt").write_text(FIRST, encoding="utf-8")
    (made / "second.txt").write_text(SECOND, encoding="utf-8")
    return made


@pytest.fixture
def tasks(qtbot: QtBot) -> TaskRunner:
    return TaskRunner()


@pytest.fixture
def library(catalogue: Catalogue, tasks: TaskRunner, tmp_path: Path) -> Iterator[LibrarySession]:
    made = LibrarySession(Workspace(catalogue), tasks, tmp_path / "library.sqlite")
    yield made
    tasks.cancel_all(wait_ms=10_000)
    made.close()


def bring_in(library: LibrarySession, qtbot: QtBot, *paths: Path) -> ImportReport:
    with qtbot.waitSignal(library.import_ended, timeout=30_000) as ended:
        library.import_paths(paths)
    qtbot.waitUntil(lambda: not library.is_importing)
    report: ImportReport = ended.args[0]
    return report


@pytest.fixture
def filled(library: LibrarySession, folder: Path, qtbot: QtBot) -> LibrarySession:
    """Two documents of known dates."""
    bring_in(library, qtbot, folder)
    library.set_details(id_of(library, "first.txt"), date="2021-05-06")
    library.set_details(id_of(library, "second.txt"), date="2022-03-01")
    return library


def id_of(library: LibrarySession, file_name: str) -> str:
    (found,) = [entry.id for entry in library.entries() if entry.file_name == file_name]
    return found


def test_no_file_is_made_before_the_first_import(library: LibrarySession) -> None:
    assert library.is_empty and library.entries() == ()
    assert library.quotations_about("jia-park") == () and library.accepted_figures() == ()
    assert library.search("甲园") is None
    assert not library.path.exists() and library.trouble is None


def test_an_import_runs_aside_and_tells_what_became_of_it(
    library: LibrarySession, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    analyse = Analyser.analyse

    def noted(self: Analyser, *args: Any, **kwargs: Any) -> Any:
        threads.append(threading.get_ident())
        return analyse(self, *args, **kwargs)

    monkeypatch.setattr(Analyser, "analyse", noted)
    running: list[bool] = []
    library.importing_changed.connect(running.append)
    with qtbot.waitSignal(library.library_changed):
        report = bring_in(library, qtbot, folder)
    assert [each.outcome for each in report.imported] == [Outcome.NEW, Outcome.NEW]
    assert threads and threading.get_ident() not in threads
    assert running == [True, False]
    assert {entry.file_name for entry in library.entries()} == {"first.txt", "second.txt"}


def test_what_comes_during_an_import_waits_for_its_end(
    library: LibrarySession, folder: Path, qtbot: QtBot
) -> None:
    reports: list[ImportReport] = []
    library.import_ended.connect(reports.append)
    library.import_paths([folder / "first.txt"])
    library.import_paths([folder / "second.txt"])
    qtbot.waitUntil(lambda: len(reports) == 2 and not library.is_importing, timeout=30_000)
    assert [len(report.imported) for report in reports] == [1, 1]
    assert len(library.entries()) == 2


def test_a_cancelled_import_says_so_and_drops_what_waits(
    library: LibrarySession, tasks: TaskRunner, folder: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(library.import_ended, timeout=30_000) as ended:
        library.import_paths([folder])
        library.import_paths([folder / "second.txt"])
        tasks.running[0].cancel()  # As the button in the status bar does.
    assert ended.args[0].was_cancelled
    qtbot.waitUntil(lambda: not library.is_importing)
    assert not tasks.running and library.is_empty


def test_what_was_stored_before_an_import_failed_is_shown(
    library: LibrarySession, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library.is_empty
    store = Library.store
    stored: list[str] = []

    def fail_at_the_second(self: Library, *args: Any, **kwargs: Any) -> StoredAs:
        if stored:
            raise LibraryUnusable(library.path, "disk full")
        stored.append("first")
        return store(self, *args, **kwargs)

    monkeypatch.setattr(Library, "store", fail_at_the_second)
    failures: list[Exception] = []
    library.work_failed.connect(failures.append)
    with qtbot.waitSignals([library.library_changed, library.work_failed], timeout=30_000):
        library.import_paths([folder])
    assert len(library.entries()) == 1
    assert [str(each) for each in failures] == [str(LibraryUnusable(library.path, "disk full"))]


def test_a_changed_file_is_followed_by_its_new_id(filled: LibrarySession, folder: Path, qtbot: QtBot) -> None:
    old_id = id_of(filled, "first.txt")
    filled.open_document(old_id, 3, 5)
    (folder / "first.txt").write_text(FIRST + "\n甲园又来了9家企业。\n", encoding="utf-8")
    bring_in(filled, qtbot, folder / "first.txt")
    new_id = id_of(filled, "first.txt")
    assert new_id != old_id and filled.opened == Opened(new_id)
    by_old_id = filled.document(old_id)
    assert by_old_id is not None and by_old_id.id == new_id
    assert filled.decide_figure(new_id, by_old_id.figures[0], FigureStatus.REJECTED)
    again = filled.document(old_id)
    assert again is not None and again.figures[0].status is FigureStatus.REJECTED


def test_the_analyser_is_made_once_and_anew_only_for_new_lessons(
    filled: LibrarySession, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = Analyser.__init__

    def counted(self: Analyser, *args: Any, **kwargs: Any) -> None:
        made.append(self)
        make(self, *args, **kwargs)

    monkeypatch.setattr(Analyser, "__init__", counted)
    (folder / "third.txt").write_text(SECOND.replace("轴承", "机床"), encoding="utf-8")
    bring_in(filled, qtbot, folder / "third.txt")
    assert made == []
    document = filled.document(id_of(filled, "first.txt"))
    assert document is not None
    filled.decide_mention(document.id, document.mentions[0], MentionStatus.REJECTED)
    (folder / "third.txt").write_text(SECOND.replace("轴承", "阀门"), encoding="utf-8")
    bring_in(filled, qtbot, folder / "third.txt")
    assert len(made) == 1


def test_documents_are_read_once_while_they_stay_the_same(filled: LibrarySession) -> None:
    document_id = id_of(filled, "first.txt")
    first = filled.document(document_id)
    assert filled.document(document_id) is first
    filled.set_details(document_id, title="别的题目")
    changed = filled.document(document_id)
    assert changed is not None and changed.details.title == "别的题目"
    assert "title" in changed.details.edited


def test_the_newest_document_comes_first(filled: LibrarySession) -> None:
    assert [entry.file_name for entry in filled.entries()] == ["second.txt", "first.txt"]


def test_an_unknown_document_is_an_error(filled: LibrarySession) -> None:
    with pytest.raises(DocumentUnknown):
        filled.document("doc-none")


def test_a_wish_to_read_is_told_and_remembered(filled: LibrarySession, qtbot: QtBot) -> None:
    with qtbot.waitSignal(filled.document_opened) as opened:
        filled.open_document("doc-1", 3, 5)
    assert opened.args == ["doc-1", 3, 5]
    assert filled.opened == Opened("doc-1", 3, 5)
    filled.open_document("doc-2")
    assert filled.opened == Opened("doc-2", TOP, TOP)


def test_removed_documents_come_back_together(filled: LibrarySession, qtbot: QtBot) -> None:
    ids = {entry.id for entry in filled.entries()}
    with qtbot.waitSignals([filled.library_changed, filled.removals_changed]):
        assert filled.remove(sorted(ids))
    assert filled.is_empty and filled.can_undo_removal
    with qtbot.waitSignal(filled.library_changed):
        assert filled.undo_remove()
    assert {entry.id for entry in filled.entries()} == ids
    assert not filled.can_undo_removal and not filled.undo_remove()


def test_what_somebody_else_has_removed_does_not_stop_a_removal(filled: LibrarySession) -> None:
    gone, kept = (entry.id for entry in filled.entries())
    with Library.open(filled.path) as other:
        other.remove(gone)
    assert filled.remove([kept, gone])
    assert filled.is_empty and filled.can_undo_removal
    assert not filled.remove([gone])
    assert filled.undo_remove() and [entry.id for entry in filled.entries()] == [kept]


def test_a_busy_library_is_told_each_time_and_is_well_again_afterwards(filled: LibrarySession) -> None:
    document = filled.document(id_of(filled, "first.txt"))
    assert document is not None
    failures: list[Exception] = []
    filled.work_failed.connect(failures.append)

    def reject() -> object:
        return filled.decide_figure(document.id, document.figures[0], FigureStatus.REJECTED)

    filled.lessons()
    assert filled._connection is not None
    with Library.open(filled.path) as own:
        # Else the test waits for ten seconds.
        filled._connection.connection.execute("PRAGMA busy_timeout = 1")
        own.connection.execute("BEGIN IMMEDIATE")
        assert reject() is None and reject() is None
        own.connection.execute("ROLLBACK")
    assert len(failures) == 2 and filled.trouble is not None
    assert filled.lessons() == () and filled.trouble is None
    assert reject() is not None and filled.trouble is None


def test_a_decided_mention_is_told_and_the_counts_follow(filled: LibrarySession, qtbot: QtBot) -> None:
    document_id = id_of(filled, "first.txt")
    document = filled.document(document_id)
    assert document is not None
    before = filled.entry(document_id)
    park = next(mention for mention in document.mentions if mention.subject_id == "jia-park")
    with qtbot.waitSignal(filled.decisions_changed) as changed:
        decided = filled.decide_mention(document_id, park, MentionStatus.REJECTED)
    assert changed.args == [document_id]
    assert decided is not None and decided.status is MentionStatus.REJECTED
    after = filled.entry(document_id)
    assert before is not None and after is not None and after.mentions == before.mentions - 1
    assert len(filled.lessons()) == 1


def test_an_accepted_figure_is_found_again(filled: LibrarySession) -> None:
    document_id = id_of(filled, "first.txt")
    document = filled.document(document_id)
    assert document is not None
    figure = next(each for each in document.figures if each.value == 300)
    filled.decide_figure(document_id, figure, FigureStatus.ACCEPTED, scope_id="jia-park")
    (accepted,) = filled.accepted_figures("jia-park")
    assert accepted.figure.value == 300 and accepted.entry.id == document_id
    assert filled.accepted_figures("990002") == ()


def test_quotations_and_search_speak_of_the_same_sentences(filled: LibrarySession, qtbot: QtBot) -> None:
    quoted = {quotation.entry.file_name for quotation in filled.quotations_about("990002")}
    assert quoted == {"first.txt", "second.txt"}
    with qtbot.waitSignal(filled.search_ended) as ended:
        answer = filled.search("乙县")
    assert answer is not None and ended.args == [answer]
    assert {found.entry.file_name for found in answer.documents} == quoted
    assert "990002" in answer.places


def test_filters_narrow_a_search(filled: LibrarySession) -> None:
    everything = filled.search("企业 或 轴承")
    narrowed = filled.search("企业 或 轴承", SearchFilters(after="2022"))
    assert everything is not None and narrowed is not None
    assert everything.document_total == 2 and narrowed.document_total == 1
    with pytest.raises(QueryInvalid):
        filled.search("日期:何时")


def test_names_in_a_query_mean_what_the_catalogue_says(filled: LibrarySession) -> None:
    for query, files in {
        "地点:甲园": {"first.txt", "second.txt"},
        "地点:乙县 轴承": {"second.txt"},
        "类型:县 轴承": {"second.txt"},
    }.items():
        answer = filled.look_up(query)
        assert answer is not None and {found.entry.file_name for found in answer.documents} == files, query
    tally = filled.tally(query="地点:甲园")
    assert tally is not None and tally.counts["jia-park"] == {"2021": 2, "2022": 1}
    for query in ("地点:没有这地方", "类型:没有这类"):
        with pytest.raises(QueryInvalid):
            filled.look_up(query)


def test_a_part_of_an_answer_is_looked_up_silently(filled: LibrarySession, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(filled.search_ended):
        assert filled.look_up("乙县") is not None


def test_mentions_are_counted_by_unit_and_year(filled: LibrarySession) -> None:
    tally = filled.tally(roll_up="county")
    assert tally is not None and tally.counts["990002"]["2022"] >= 1


def test_subjects_are_places_chains_and_towns(library: LibrarySession) -> None:
    place = library.subject("jia-park")
    assert place is not None and (place.kind, place.place_id) == (SubjectKind.PLACE, "jia-park")
    assert place.name(Language.EN) == "Jia Park" and place.lon == 116.123456
    town = library.subject("town-1816670")
    assert town is not None and town.kind is SubjectKind.TOWN and town.place_id == "110101"
    assert town.lon is not None and 116 < town.lon < 117
    assert library.subject("no-such") is None and library.name("no-such") == "no-such"


def test_a_step_taken_back_is_told_when_the_text_is_new(
    library: LibrarySession, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "spaced.txt"
    path.write_text("甲园建成\n\n　　甲园　已有　300家企业，\n还会更多。\n", encoding="utf-8")
    bring_in(library, qtbot, path)
    document = library.document(id_of(library, "spaced.txt"))
    assert document is not None and document.steps
    step = document.steps[0]
    with qtbot.waitSignal(library.document_changed, timeout=30_000) as changed:
        library.set_step(document.id, step.id, False)
    again = library.document(document.id)
    assert changed.args == [document.id] and again is not None
    assert [each.is_active for each in again.steps if each.id == step.id] == [False]
    assert again.text != document.text


def test_a_text_is_cleaned_anew_aside_when_there_is_a_new_lesson(
    filled: LibrarySession, tasks: TaskRunner, qtbot: QtBot
) -> None:
    document = filled.document(id_of(filled, "first.txt"))
    assert document is not None
    filled.set_steps(document.id, {document.steps[0].id: False})
    assert not tasks.running
    filled.decide_mention(document.id, document.mentions[0], MentionStatus.REJECTED)
    with qtbot.waitSignal(filled.document_changed, timeout=30_000):
        filled.set_steps(document.id, {document.steps[0].id: True})
        assert tasks.running  # Making what reads it takes long enough to be felt.


def test_a_long_text_is_cleaned_anew_aside(
    library: LibrarySession, tasks: TaskRunner, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjmap.session.documents.library.HERE_AT_MOST_CHARS", 10)
    path = tmp_path / "spaced.txt"
    path.write_text("甲园建成\n\n　　甲园　已有　300家企业，\n还会更多。\n", encoding="utf-8")
    bring_in(library, qtbot, path)
    document = library.document(id_of(library, "spaced.txt"))
    assert document is not None and document.steps
    with qtbot.waitSignals([tasks.task_started, library.document_changed], timeout=30_000):
        library.set_steps(document.id, {step.id: False for step in document.steps})
    again = library.document(document.id)
    assert again is not None and not any(step.is_active for step in again.steps)


def test_a_file_that_is_no_library_is_told_once_and_left_alone(
    catalogue: Catalogue, tasks: TaskRunner, tmp_path: Path
) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(b"no library")
    library = LibrarySession(Workspace(catalogue), tasks, path)
    failures: list[Exception] = []
    library.work_failed.connect(failures.append)
    assert library.is_empty and library.quotations_about("jia-park") == ()
    assert len(failures) == 1 and isinstance(library.trouble, LibraryUnusable)
    assert path.read_bytes() == b"no library"
    path.unlink()
    library.refresh()
    assert library.is_empty and library.trouble is None


def test_an_import_into_what_is_no_library_fails_with_a_word(
    catalogue: Catalogue, tasks: TaskRunner, tmp_path: Path, folder: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(b"no library")
    library = LibrarySession(Workspace(catalogue), tasks, path)
    with qtbot.waitSignal(library.work_failed, timeout=30_000) as failed:
        library.import_paths([folder])
    assert isinstance(failed.args[0], LibraryUnusable)
    qtbot.waitUntil(lambda: not library.is_importing)


def test_many_figures_are_decided_at_once_and_told_once(filled: LibrarySession) -> None:
    document_id = id_of(filled, "first.txt")
    document = filled.document(document_id)
    assert document is not None
    heard: list[str] = []
    filled.decisions_changed.connect(heard.append)
    decided = filled.decide_figures(
        document_id, [FigureDecision(figure, FigureStatus.REJECTED) for figure in document.figures]
    )
    assert heard == [document_id]
    now = filled.document(document_id)
    assert now is not None and decided == now.figures
    assert {figure.status for figure in now.figures} == {FigureStatus.REJECTED}


def test_a_detail_of_the_user_is_guessed_again_when_asked(filled: LibrarySession) -> None:
    document_id = id_of(filled, "first.txt")
    guessed = filled.entry(document_id).details.title
    assert filled.set_details(document_id, title="别的题目", issuer="某社")
    assert filled.set_details(document_id, title=None)
    details = filled.entry(document_id).details
    assert (details.title, details.issuer) == (guessed, "某社")
    assert "title" not in details.edited and "issuer" in details.edited
