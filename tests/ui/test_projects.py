"""Tests of projects in the window: what is asked, what is told, and that nothing unsaved is lost unasked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_exporters import FakeExporters
from fake_project import FakeProjectSession
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QSettings, Qt
from qtpy.QtWidgets import QFileDialog

from jjjmap.app import begin
from jjjmap.binding import delete
from jjjmap.errors import ProjectChanged, ProjectHeld, ProjectUnusable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language
from jjjmap.session.session import Session
from jjjmap.ui import projects as projects_module
from jjjmap.ui.dialogs import changed_dialog, missing_files_dialog, recovery_dialog
from jjjmap.ui.dialogs.changed_dialog import Changed, changed_box
from jjjmap.ui.dialogs.missing_files_dialog import MissingFilesDialog
from jjjmap.ui.dialogs.recovery_dialog import Recovery, RecoveryDialog
from jjjmap.ui.dialogs.unsaved_dialog import Unsaved, unsaved_box
from jjjmap.ui.dialogs.versions_dialog import VersionsDialog
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.messages import Message, explain
from jjjmap.ui.project_texts import holder_text
from jjjmap.ui.projects import with_project_suffix

PROGRAM = "京津冀产业协同地图"


@dataclass
class Opened:
    path: Path | None = None
    findings: tuple[Finding, ...] = ()
    missing: tuple[object, ...] = ()
    is_recovered: bool = False
    keeps_earlier: bool = False


@dataclass(eq=False)
class Left:
    """Work that was left behind."""

    title: str = "甲"
    path: Path | None = None
    is_home: bool = False
    started: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    last_change: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    layers: int = 2
    documents: int = 1
    actions: tuple[object, ...] = field(
        default_factory=lambda: (
            SimpleNamespace(title="打开：甲.csv", time=datetime(2026, 11, 22, 9, 1, tzinfo=UTC)),
            SimpleNamespace(title="设置样式：甲", time=datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
        )
    )
    loss_s: float = 4.0


@pytest.fixture
def project() -> FakeProjectSession:
    return FakeProjectSession()


@pytest.fixture
def window(
    qtbot: QtBot,
    fake_map: FakeMap,
    session: Session,
    fake_exporters: FakeExporters,
    messages: list[Message],
    project: FakeProjectSession,
    tmp_path: Path,
) -> Iterator[MainWindow]:
    """A window on a project that a test plays."""
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = MainWindow(fake_map, session, fake_exporters, store, project=project)  # type: ignore[arg-type]
    made.show()
    qtbot.waitExposed(made)
    yield made
    project.is_modified = False
    made.close()
    delete(made)


def answer_unsaved(monkeypatch: pytest.MonkeyPatch, answer: Unsaved) -> list[str]:
    """Answer the question about unsaved changes, and return the names that were asked about."""
    asked: list[str] = []

    def ask(_parent: object, name: str, *, is_read_only: bool, is_new: bool) -> Unsaved:
        asked.append(name)
        return answer

    monkeypatch.setattr(projects_module, "ask_unsaved", ask)
    return asked


def choose_file(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_args: (str(path) if path else "", ""))


# ---- title and chip ----


def test_without_a_project_the_window_is_called_after_the_program(window: MainWindow) -> None:
    assert window.windowTitle() == PROGRAM and not window.isWindowModified()
    assert not window.status.project_button.isVisible()


def test_the_title_names_the_project_and_marks_what_is_not_saved(
    window: MainWindow, project: FakeProjectSession, session: Session
) -> None:
    project.be(Path("/数据/雄安.jjj.gpkg"), modified=True)
    assert window.windowTitle() == f"雄安[*] — {PROGRAM}" and window.isWindowModified()
    assert "雄安" in window.status.project_button.text() and "未保存" in window.status.project_button.text()
    session.workspace.set_language(Language.EN)
    assert window.windowTitle().startswith("雄安[*] — ")


def test_a_project_without_a_file_is_called_untitled(window: MainWindow, project: FakeProjectSession) -> None:
    project.be(None)
    assert window.windowTitle().startswith("未命名项目[*]")


def test_who_holds_a_project_is_told_in_a_box_in_the_title_and_in_the_status_bar(
    window: MainWindow, project: FakeProjectSession, messages: list[Message]
) -> None:
    project.holder = SimpleNamespace(pid=4711, host="jia-pc", app="jjjmap", lock_path=Path("/a/.甲.lock"))
    project.be(Path("/a/甲.jjj.gpkg"), read_only=True)
    project.opened.emit(Opened(project.path))
    assert "（只读）" in window.windowTitle() and "（只读）" in window.status.project_button.text()
    [message] = messages
    for told in (message.why, window.status.project_button.toolTip()):
        assert "4711" in told and "jia-pc" in told
    assert "/a/.甲.lock" in message.hint


def test_a_name_that_looks_like_markup_or_like_the_sign_of_qt_stays_text(
    window: MainWindow, project: FakeProjectSession
) -> None:
    project.be(Path("/a/<b>甲[*]&乙.jjj.gpkg"), modified=True)
    assert window.windowTitle().startswith("<b>甲[*][*]&乙[*] — ")
    button = window.status.project_button
    assert "&&" in button.text() and "<b>甲" not in button.toolTip()


# ---- saving ----


def test_saving_a_project_that_has_a_file_asks_nothing(
    window: MainWindow, project: FakeProjectSession
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    window.actions_table["save_project"].trigger()
    assert project.asked == [("save", False)] and not window.isWindowModified()
    assert "甲.jjj.gpkg" in window.status.currentMessage()


@pytest.mark.parametrize("is_read_only", [False, True])
def test_a_project_without_a_file_or_only_readable_is_saved_under_another_name(
    window: MainWindow, project: FakeProjectSession, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, is_read_only: bool,
) -> None:  # fmt: skip
    project.be(Path("/a/甲.jjj.gpkg") if is_read_only else None, modified=True, read_only=is_read_only)
    choose_file(monkeypatch, tmp_path / "新")
    window.actions_table["save_project"].trigger()
    assert project.asked == [("save_as", tmp_path / "新.jjj.gpkg")]


def test_without_an_answer_nothing_is_saved(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_file(monkeypatch, None)
    window.actions_table["save_project"].trigger()
    assert project.asked == []


def test_a_name_that_becomes_another_file_is_not_replaced_unasked(
    window: MainWindow, project: FakeProjectSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "新.jjj.gpkg").write_bytes(b"old")
    choose_file(monkeypatch, tmp_path / "新")
    monkeypatch.setattr("jjjmap.ui.dialogs.replacing.may_replace", lambda _parent, _path: False)
    window.actions_table["save_project_as"].trigger()
    assert project.asked == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("甲", "甲.jjj.gpkg"),
        ("甲.gpkg", "甲.jjj.gpkg"),
        ("甲.jjj", "甲.jjj.gpkg"),
        ("甲.JJJ.GPKG", "甲.JJJ.GPKG"),
        ("甲.2026", "甲.2026.jjj.gpkg"),
    ],
)
def test_projects_end_as_projects_do(name: str, expected: str) -> None:
    assert with_project_suffix(Path("/a") / name) == Path("/a") / expected


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (Changed.REPLACE, [("save", False), ("save", True)]),
        (Changed.ELSEWHERE, [("save", False), ("save_as", Path("/b/乙.jjj.gpkg"))]),
        (Changed.LEAVE, [("save", False)]),
    ],
)
def test_a_file_that_somebody_else_changed_is_not_written_over_unasked(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch,
    answer: Changed, asked: list[tuple[str, object]], messages: list[Message],
) -> None:  # fmt: skip
    path = Path("/a/甲.jjj.gpkg")
    project.be(path, modified=True)
    project.error = ProjectChanged(path)
    monkeypatch.setattr(changed_dialog, "ask_changed", lambda _parent, _name: answer)
    choose_file(monkeypatch, Path("/b/乙.jjj.gpkg"))
    window.actions_table["save_project"].trigger()
    assert project.asked == asked and messages == []


def test_a_save_that_fails_is_explained_and_the_work_stays_marked(
    window: MainWindow, project: FakeProjectSession, messages: list[Message]
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    project.error = ProjectHeld(Path("/a/甲.jjj.gpkg"), 4711, "jia-pc", "jjjmap")
    window.actions_table["save_project"].trigger()
    [message] = messages
    assert "甲.jjj.gpkg" in message.what and "4711" in message.why and "另存为" in message.hint
    assert window.isWindowModified()


def test_a_changed_file_is_explained_where_nobody_can_be_asked() -> None:
    message = explain(ProjectChanged(Path("/a/甲.jjj.gpkg")))
    assert "甲.jjj.gpkg" in message.what and message.why and message.hint


# ---- new, open, close of projects ----


@pytest.mark.parametrize("name", ["new_project", "open_project", "close_project"])
def test_what_is_not_saved_is_asked_about_before_something_else_is_opened(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    choose_file(monkeypatch, Path("/b/乙.jjj.gpkg"))
    step = {"new_project": "new", "open_project": "open", "close_project": "close_project"}[name]
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    assert answer_unsaved(monkeypatch, Unsaved.STAY) == []
    window.actions_table[name].trigger()
    assert project.asked == []
    answer_unsaved(monkeypatch, Unsaved.DISCARD)
    window.actions_table[name].trigger()
    assert [asked for asked, _what in project.asked] == [step]
    project.asked.clear()
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    answer_unsaved(monkeypatch, Unsaved.SAVE)
    window.actions_table[name].trigger()
    assert [asked for asked, _what in project.asked] == ["save", step]


def test_a_save_that_fails_keeps_what_is_open(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch, messages: list[Message]
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    project.error = OSError(28, "No space left on device")
    answer_unsaved(monkeypatch, Unsaved.SAVE)
    window.actions_table["new_project"].trigger()
    assert project.asked == [("save", False)] and len(messages) == 1
    # And a later save, by itself, does not go on with what was given up.
    window.actions_table["save_project"].trigger()
    assert project.asked == [("save", False), ("save", False)]


def test_what_is_done_while_it_saves_is_asked_about_before_something_else_is_opened(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    project.waits = True
    answers = iter([Unsaved.SAVE, Unsaved.STAY])
    monkeypatch.setattr(projects_module, "ask_unsaved", lambda *_of, **_more: next(answers))
    window.actions_table["new_project"].trigger()
    project.saved.emit(project.path)  # And it is modified still.
    assert project.asked == [("save", False)] and next(answers, None) is None


def test_nothing_else_is_opened_while_a_project_is_opened_or_saved(
    window: MainWindow, project: FakeProjectSession, tmp_path: Path
) -> None:
    told: list[str] = []
    window.projects.told.connect(told.append)
    project.is_busy = True
    window.projects.open(tmp_path / "甲.jjj.gpkg")
    assert project.asked == [] and told == ["项目正在打开或保存，请等它完成后再试。"]
    project.is_busy = False
    window.projects.open(tmp_path / "甲.jjj.gpkg")
    assert [asked for asked, _what in project.asked] == ["open"]


def test_work_that_was_kept_beside_is_told(window: MainWindow, project: FakeProjectSession) -> None:
    told: list[str] = []
    window.projects.told.connect(told.append)
    project.be(Path("/a/甲.jjj.gpkg"))
    project.opened.emit(Opened(project.path, keeps_earlier=True))
    assert told[-1] == "换开之前的项目里又有没保存的修改，没有丢：下次启动时可以恢复。"


def test_without_changes_nothing_is_asked(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_unsaved(monkeypatch, Unsaved.STAY)
    window.actions_table["new_project"].trigger()
    assert project.asked == [("new", None)] and asked == []


def test_findings_of_a_project_are_listed_and_missing_files_offered(
    window: MainWindow, project: FakeProjectSession, session: Session, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    found = Finding(Severity.WARNING, "project-layer-edited", "甲", "改过", "")
    lost = SimpleNamespace(layer_id="user-1", title="企业<b>", path=Path("/x/甲.csv"), name="甲.csv")
    project.be(Path("/a/甲.jjj.gpkg"))
    project.opened.emit(Opened(project.path, (found,), (lost,)))
    assert found in session.workspace.findings
    assert "1 个图层" in window.status.currentMessage() and window.status.offer_button.isVisible()
    qtbot.mouseClick(window.status.offer_button, Qt.MouseButton.LeftButton)
    [dialog] = window.findChildren(MissingFilesDialog)
    monkeypatch.setattr(missing_files_dialog, "ask_for_file", lambda *_args: str(tmp_path / "甲.csv"))
    dialog.choose_button.click()
    assert project.asked == [("relink", ("user-1", tmp_path / "甲.csv"))]
    assert dialog.keep_button.text() == "关闭"
    dialog.keep_button.click()
    project.opened.emit(Opened(project.path, (), (lost,), is_recovered=True))
    assert "已恢复" in window.status.currentMessage() and window.status.offer_button.isVisible()


def test_recent_projects_are_listed_and_told_apart_by_their_folder(
    window: MainWindow, project: FakeProjectSession, session: Session
) -> None:
    session.preferences.change(recent_projects=("/a/甲.jjj.gpkg", "/b/甲.jjj.gpkg", "/c/乙&丙.jjj.gpkg"))
    menu = window.projects.recent_menu
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    assert texts[:3] == [
        f"&1 甲.jjj.gpkg — {Path('/a')}",
        f"&2 甲.jjj.gpkg — {Path('/b')}",
        "&3 乙&&丙.jjj.gpkg",
    ]
    menu.actions()[1].trigger()
    assert project.asked == [("open", Path("/b/甲.jjj.gpkg"))]
    menu.actions()[-1].trigger()
    menu.aboutToShow.emit()
    assert session.preferences.settings.recent_projects == ()
    assert [action.isEnabled() for action in menu.actions()] == [False]


def test_what_is_dropped_with_a_project_waits_until_it_is_open(
    window: MainWindow, project: FakeProjectSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, table = tmp_path / "甲.jjj.gpkg", tmp_path / "乙.csv"
    opened: list[Path] = []
    monkeypatch.setattr("jjjmap.project.file_format.is_project", lambda path: path == file)
    monkeypatch.setattr(window.user_data, "open_paths", opened.extend)
    window.open_paths([table, file])
    assert project.asked == [("open", file)] and opened == []
    project.be(file)
    project.opened.emit(Opened(file))
    assert opened == [table]


def test_actions_follow_what_is_open(window: MainWindow, project: FakeProjectSession) -> None:
    actions = window.actions_table
    assert actions["new_project"].isEnabled() and actions["save_project"].isEnabled()
    assert not actions["project_versions"].isEnabled() and not actions["close_project"].isEnabled()
    project.be(Path("/a/甲.jjj.gpkg"))
    assert actions["project_versions"].isEnabled() and actions["close_project"].isEnabled()
    project.is_busy = True
    project.changed.emit()
    assert not actions["save_project"].isEnabled()


def test_an_older_version_is_chosen_from_a_list(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "甲.jjj.gpkg"
    version = tmp_path / "甲.jjj.gpkg~1"
    project.be(path)
    monkeypatch.setattr("jjjmap.project.versions.versions_of", lambda _path: ())
    window.actions_table["project_versions"].trigger()
    assert "还没有旧版本" in window.status.currentMessage() and project.asked == []
    monkeypatch.setattr("jjjmap.project.versions.versions_of", lambda _path: (version,))
    monkeypatch.setattr(VersionsDialog, "ask", lambda _name, versions, _parent: versions[0])
    window.actions_table["project_versions"].trigger()
    assert project.asked == [("open_version", version)]


def test_what_is_not_saved_is_saved_before_the_versions_are_listed(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project.be(tmp_path / "甲.jjj.gpkg", modified=True)
    answer_unsaved(monkeypatch, Unsaved.SAVE)
    asked_when_listed: list[object] = []

    def versions_of(_path: Path) -> tuple[Path, ...]:
        asked_when_listed.extend(project.asked)
        return ()

    monkeypatch.setattr("jjjmap.project.versions.versions_of", versions_of)
    window.actions_table["project_versions"].trigger()
    assert asked_when_listed == [("save", False)]


def test_the_list_of_versions_leaves_out_what_is_gone(qtbot: QtBot, tmp_path: Path) -> None:
    there, gone = tmp_path / "甲.jjj.gpkg~1", tmp_path / "甲.jjj.gpkg~2"
    there.write_bytes(b"x" * 2048)
    dialog = VersionsDialog("甲", (there, gone))
    qtbot.addWidget(dialog)
    assert dialog.list.topLevelItemCount() == 1 and dialog.chosen() == there
    empty = VersionsDialog("甲", (gone,))
    qtbot.addWidget(empty)
    assert empty.chosen() is None and not empty.open_button.isEnabled()


# ---- the end ----


def test_closing_without_changes_ends_the_project(window: MainWindow, project: FakeProjectSession) -> None:
    project.be(Path("/a/甲.jjj.gpkg"))
    assert window.close() and project.asked == [("end", False)]


def test_closing_with_changes_can_be_given_up(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    asked = answer_unsaved(monkeypatch, Unsaved.STAY)
    assert not window.close() and window.isVisible()
    assert asked == ["甲"] and project.asked == []


def test_closing_with_changes_can_throw_them_away(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    answer_unsaved(monkeypatch, Unsaved.DISCARD)
    assert window.close() and project.asked == [("end", True)]


def test_closing_waits_for_the_save(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    project.waits = True
    answer_unsaved(monkeypatch, Unsaved.SAVE)
    assert not window.close() and project.asked == [("save", False)]
    project.be(Path("/a/甲.jjj.gpkg"))
    project.saved.emit(project.path)
    assert not window.isVisible() and project.asked == [("save", False), ("end", False)]


@pytest.mark.parametrize("how", ["failed", "cancelled"])
def test_a_save_that_does_not_come_about_keeps_the_window_open(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    project.be(Path("/a/甲.jjj.gpkg"), modified=True)
    project.waits = True
    answer_unsaved(monkeypatch, Unsaved.SAVE)
    assert not window.close()
    if how == "failed":
        project.failed.emit(OSError(28, "No space left on device"))
    else:
        project.tasks[-1].cancelled.emit()
    project.saved.emit(project.path)  # Of a save of its own, later.
    assert window.isVisible() and ("end", False) not in project.asked


# ---- recovery ----


def test_what_was_left_behind_is_taken_up_again_and_the_rest_is_left(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Left(), Left("乙")
    project.found = [first, second]
    monkeypatch.setattr(RecoveryDialog, "ask", lambda found, _parent: (Recovery.RECOVER, second))
    window.projects.offer_recovery()
    assert project.asked == [("leave", first), ("recover", second)]


def test_what_was_named_at_the_start_waits_until_what_is_recovered_is_open(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = Left()
    project.found = [left]
    monkeypatch.setattr(RecoveryDialog, "ask", lambda found, _parent: (Recovery.RECOVER, left))
    opened: list[list[Path]] = []
    monkeypatch.setattr(window, "open_paths", opened.append)
    begin(window, [Path("/b/乙.jjj.gpkg")])
    assert project.asked == [("recover", left)] and opened == []
    project.opened.emit(Opened(is_recovered=True))
    assert opened == [[Path("/b/乙.jjj.gpkg")]]


@pytest.mark.parametrize("answer", [Recovery.LATER, Recovery.DISCARD, None])
def test_what_was_named_at_the_start_is_opened_when_nothing_is_recovered(
    window: MainWindow,
    project: FakeProjectSession,
    monkeypatch: pytest.MonkeyPatch,
    answer: Recovery | None,
) -> None:
    project.found = [Left()] if answer is not None else []
    monkeypatch.setattr(RecoveryDialog, "ask", lambda found, _parent: (answer, found[0]))
    opened: list[list[Path]] = []
    monkeypatch.setattr(window, "open_paths", opened.append)
    begin(window, [Path("/b/乙.jjj.gpkg")])
    assert opened == [[Path("/b/乙.jjj.gpkg")]]


def test_each_thing_left_behind_is_answered_once(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Left(), Left("乙")
    project.found = [first, second]
    answers = iter([Recovery.DISCARD, Recovery.LATER])
    monkeypatch.setattr(RecoveryDialog, "ask", lambda found, _parent: (next(answers), found[0]))
    window.projects.offer_recovery()
    assert project.asked == [("discard", first), ("leave", second)]


def test_nothing_left_behind_asks_nothing(
    window: MainWindow, project: FakeProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecoveryDialog, "ask", lambda *_args: pytest.fail("asked"))
    window.projects.offer_recovery()
    assert project.asked == []


def test_the_recovery_dialog_says_what_it_would_bring_back(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    day_before = datetime(2026, 11, 21, tzinfo=UTC)
    older = Left("<b>乙</b>", last_change=day_before, actions=(), layers=0, documents=0)
    dialog = RecoveryDialog([older, Left(path=Path("/a/甲.jjj.gpkg"))])
    qtbot.addWidget(dialog)
    assert [dialog.list.topLevelItem(n).text(0) for n in range(2)] == ["甲.jjj.gpkg", "<b>乙</b>"]
    assert dialog.list.topLevelItem(0).text(2) == "2 个图层、1 篇文档、2 步操作"
    assert dialog.actions_list.topLevelItem(0).text(1) == "设置样式：甲"
    assert "4 秒" in dialog.facts_label.text()
    dialog.list.setCurrentItem(dialog.list.topLevelItem(1))
    assert dialog.actions_list.topLevelItemCount() == 0
    monkeypatch.setattr(recovery_dialog, "may_discard", lambda _parent, _title: False)
    dialog.discard_button.click()
    assert dialog.answer is Recovery.LATER
    monkeypatch.setattr(recovery_dialog, "may_discard", lambda _parent, _title: True)
    dialog.discard_button.click()
    assert dialog.answer is Recovery.DISCARD and dialog.current() is older


# ---- steps ----


def test_the_edit_menu_says_what_would_be_taken_back(window: MainWindow, session: Session) -> None:
    done: list[str] = []
    undo, redo = window.actions_table["undo"], window.actions_table["redo"]
    assert not undo.isEnabled() and not redo.isEnabled()
    session.history.record("重命名：甲&乙", lambda: done.append("undo"), lambda: done.append("redo"))
    assert undo.text() == "撤销：重命名：甲&&乙" and undo.isEnabled()
    undo.trigger()
    assert redo.text() == "重做：重命名：甲&&乙" and not undo.isEnabled()
    redo.trigger()
    assert done == ["undo", "redo"]


def test_ctrl_z_in_the_window_takes_back_the_last_step(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    done: list[str] = []
    session.history.record("甲", lambda: done.append("undo"), lambda: done.append("redo"))
    window.layers_panel.tree.setFocus()
    qtbot.keyClick(window.layers_panel.tree, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == ["undo"]
    qtbot.keyClick(window.layers_panel.tree, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert done == ["undo", "redo"]


# ---- boxes ----


def test_boxes_show_names_as_text_and_escape_changes_nothing(qtbot: QtBot) -> None:
    for box in (
        unsaved_box(None, "<b>甲</b>"),
        unsaved_box(None, "<b>甲</b>", is_read_only=True),
        unsaved_box(None, "<b>甲</b>", is_new=True),
        changed_box(None, "<b>甲</b>"),
    ):
        qtbot.addWidget(box)
        assert box.textFormat() == Qt.TextFormat.PlainText and "<b>甲</b>" in box.text()
        assert box.escapeButton().text() == "取消"


def test_the_window_hands_over_its_layout_and_takes_one(
    window: MainWindow, project: FakeProjectSession
) -> None:
    assert project.read_layout is not None and project.apply_layout is not None
    before = project.read_layout()
    window.details_dock.hide()
    assert project.read_layout() != before
    project.apply_layout("no layout at all ✗")
    assert window.details_dock.isHidden()
    project.apply_layout(before)
    assert not window.details_dock.isHidden()


@pytest.mark.parametrize(
    ("reason", "what"), [("no-space", "没有保存"), ("not-written", "没有保存"), ("damaged", "用不了")]
)
def test_a_project_that_is_not_saved_is_not_called_unusable(reason: str, what: str) -> None:
    assert explain(ProjectUnusable(Path("甲.jjj.gpkg"), reason)).what == f"项目 甲.jjj.gpkg {what}。"


@pytest.mark.parametrize(
    ("app", "told"), [("python3.11", "jjjmap"), ("jjjmap", "jjjmap"), ("thing", "thing")]
)
def test_a_program_that_was_started_as_a_script_is_called_by_its_name(app: str, told: str) -> None:
    assert holder_text(app, 7, "") == f"{told}，进程 7"
