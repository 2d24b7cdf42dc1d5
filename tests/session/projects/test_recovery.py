import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_rig import Rig, close_rigs, make_rig
from pytestqt.qtbot import QtBot
from test_project import STEEL, VIEW, fill, folders, seen

from jjjmap.catalogue.models import Catalogue
from jjjmap.project.state import ProjectState
from jjjmap.project.working import About, WorkingFolder
from jjjmap.session.projects import keeper as project_keeper
from jjjmap.session.projects.recovery import YOUNG_SECONDS, find_recoverable


@pytest.fixture
def rig(qtbot: QtBot, tmp_path: Path, catalogue: Catalogue) -> Iterator[Rig]:
    yield make_rig(qtbot, tmp_path / "first", catalogue)
    close_rigs()


def after_crash(rig: Rig, folder: Path, catalogue: Catalogue) -> Rig:
    """Return the next start after a program ended as `rig` is now: nothing but what is on disk."""
    shutil.copytree(rig.work.parent, folder)
    for lock in folder.rglob("lock"):
        lock.unlink()
    return make_rig(rig.qtbot, folder, catalogue)


def test_unsaved_work_is_offered_told_and_recovered(rig: Rig, tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "甲.jjj.gpkg"
    rig.new()
    assert rig.save(path)
    layer_id = fill(rig)
    rig.session.user_layers.set_filter(layer_id, STEEL)
    rig.qtbot.wait(1100)  # What is chosen is noted a second later.
    before = seen(rig)
    rig.project.autosave()
    rig.session.pins.add("990002")
    rig.settle()
    again = after_crash(rig, tmp_path / "again", catalogue)
    (found,) = again.project.recoverable()
    assert (found.path, found.title, found.is_home) == (path, "甲", False)
    assert (found.layers, found.documents, found.loss_s) == (1, 0, 0.0)
    titles = [each.title for each in found.actions]
    assert titles[-1] == "比较的地点" and any("钢厂" in title for title in titles)
    assert found.started <= found.actions[0].time <= found.last_change == found.actions[-1].time
    rig.end()  # Lets go of the file.
    with rig.qtbot.waitSignal(again.project.opened) as news:
        again.project.recover(found)
    assert news.args[0].is_recovered and news.args[0].path == path
    assert again.session.pins.place_ids == ("990001", "990002")
    assert (*seen(again)[:2], *seen(again)[3:]) == (*before[:2], *before[3:])
    assert again.project.is_modified and not again.project.is_read_only
    assert again.save()
    assert not again.project.is_modified
    again.end()
    assert folders(again) == []


def test_work_that_was_saved_is_not_offered_and_its_folder_goes(
    rig: Rig, tmp_path: Path, catalogue: Catalogue
) -> None:
    rig.new()
    fill(rig)
    assert rig.save(tmp_path / "a.jjj.gpkg")
    again = after_crash(rig, tmp_path / "again", catalogue)
    assert len(folders(again)) == 1
    assert again.project.recoverable() == ()
    assert folders(again) == []


def test_a_project_without_a_file_is_recovered(rig: Rig, tmp_path: Path, catalogue: Catalogue) -> None:
    rig.new()
    rig.add_layer("甲厂")
    again = after_crash(rig, tmp_path / "again", catalogue)
    (found,) = again.project.recoverable()
    assert (found.path, found.title, found.layers) == (None, "", 1)
    with rig.qtbot.waitSignal(again.project.opened):
        again.project.recover(found)
    assert [each.title for each in again.session.user_layers.layers] == ["甲厂"]
    assert again.project.path is None and again.project.is_modified and not again.project.is_home


def test_the_home_is_recovered_where_it_is(rig: Rig, tmp_path: Path, catalogue: Catalogue) -> None:
    rig.session.pins.add("990001")
    rig.session.views.put((VIEW,))
    rig.settle()
    again = after_crash(rig, tmp_path / "again", catalogue)
    (found,) = again.project.recoverable()
    assert found.is_home and len(found.actions) == 1
    again.project.recover(found)
    assert again.session.views.views == (VIEW,) and again.session.pins.place_ids == ("990001",)
    again.end()
    assert make_rig(rig.qtbot, tmp_path / "again", catalogue).session.views.views == (VIEW,)


def test_a_home_that_cannot_be_written_keeps_what_was_to_be_recovered(
    rig: Rig, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.session.pins.add("990001")
    rig.settle()
    again = after_crash(rig, tmp_path / "again", catalogue)
    (found,) = again.project.recoverable()

    def refuse(*_of: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(WorkingFolder, "write_state", refuse)
        again.project.recover(found)
    assert found.folder.root.exists()


def test_a_window_that_changed_nothing_leaves_the_home_as_another_one_left_it(
    rig: Rig, catalogue: Catalogue
) -> None:
    other = make_rig(rig.qtbot, rig.work.parent, catalogue, "other.json")
    rig.session.views.put((VIEW,))
    rig.settle()
    other.session.selection.choose("990001", fly=False)
    other.project.autosave()
    rig.end()
    other.end()
    assert make_rig(rig.qtbot, rig.work.parent, catalogue).session.views.views == (VIEW,)


def test_unsaved_work_is_left_for_later_or_deleted(rig: Rig, tmp_path: Path, catalogue: Catalogue) -> None:
    rig.new()
    rig.session.pins.add("990001")
    rig.settle()
    again = after_crash(rig, tmp_path / "again", catalogue)
    (found,) = again.project.recoverable()
    assert again.project.recoverable() == ()  # Ours to decide about, once.
    again.project.leave(found)
    (found,) = again.project.recoverable()
    again.project.discard(found)
    assert again.project.recoverable() == () and folders(again) == []


def test_work_of_a_window_that_is_open_is_not_offered(
    rig: Rig, qtbot: QtBot, tmp_path: Path, catalogue: Catalogue
) -> None:
    rig.new()
    rig.session.pins.add("990001")
    rig.settle()
    second = make_rig(qtbot, tmp_path / "first", catalogue)
    assert second.project.recoverable() == ()
    assert len(folders(rig)) == 1


def test_the_end_of_the_program_keeps_what_nobody_was_asked_about(
    rig: Rig, tmp_path: Path, qtbot: QtBot, catalogue: Catalogue
) -> None:
    rig.new()
    rig.session.pins.add("990001")
    rig.end(discard=False)
    again = make_rig(qtbot, tmp_path / "first", catalogue)
    (found,) = again.project.recoverable()
    assert [each.title for each in found.actions] == ["比较的地点"]
    again.project.leave(found)


def test_a_recovered_project_that_somebody_has_opened_meanwhile_is_read_only(
    rig: Rig, tmp_path: Path, catalogue: Catalogue
) -> None:
    rig.new()
    assert rig.save(tmp_path / "a.jjj.gpkg")
    rig.session.pins.add("990001")
    rig.settle()
    again = after_crash(rig, tmp_path / "again", catalogue)
    (found,) = again.project.recoverable()
    with rig.qtbot.waitSignal(again.project.opened):
        again.project.recover(found)
    assert again.project.is_read_only and again.project.holder is not None


@pytest.mark.parametrize("journal", [b'{"n":1,"ti', bytes(200), None])
def test_a_journal_that_says_nothing_does_not_let_its_folder_go(
    tmp_path: Path, journal: bytes | None
) -> None:
    folder = WorkingFolder.create(tmp_path / "work")
    folder.write_about(About("", "甲", False, "2026-11-22T09:00:00+08:00"))
    folder.write_state(ProjectState(pins=("990001",)))
    if journal is None:
        (folder.root / "journal.jsonl").mkdir()  # Nobody can read it.
    else:
        (folder.root / "journal.jsonl").write_bytes(journal)
    (found,) = find_recoverable(tmp_path / "work", None)
    assert found.left.state.pins == ("990001",) and found.actions == ()
    found.lock.release()


def test_what_no_journal_took_is_offered_all_the_same(
    rig: Rig, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.new()

    def refuse(*_of: object) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(WorkingFolder, "append", refuse)
        rig.session.pins.add("990001")
        rig.settle()
    assert rig.project.autosave()
    again = after_crash(rig, tmp_path / "again", catalogue)
    (found,) = again.project.recoverable()
    assert found.left.state.pins == ("990001",)
    again.project.discard(found)


def test_an_import_counts_from_its_start(rig: Rig, tmp_path: Path) -> None:
    text = tmp_path / "甲.txt"
    text.write_text("北京市海淀区。\n", encoding="utf-8")
    rig.new()
    rig.session.library.import_paths([text])
    rig.project.autosave()
    assert rig.project.is_modified and rig.session.library.is_importing
    rig.settle()


def test_leftovers_of_all_kinds_go_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    begun = WorkingFolder.create(tmp_path)
    (begun.root / "layers").mkdir()
    os.utime(begun.root, (0, 0))
    opening = WorkingFolder.create(tmp_path)
    given_up = tmp_path / ".old-work-0123456789ab"
    given_up.mkdir()
    (given_up / "library.sqlite").write_bytes(b"x")
    broken = WorkingFolder.create(tmp_path)
    (broken.root / "about.json").write_text("{", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "work-mine").mkdir()
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    (tmp_path / "work-ffffffffffff").symlink_to(elsewhere)
    assert find_recoverable(tmp_path, None) == ()
    kept = {each.name for each in tmp_path.iterdir()}
    assert kept == {opening.root.name, broken.root.name, "notes.txt", "work-mine", "work-ffffffffffff"}
    assert elsewhere.is_dir() and YOUNG_SECONDS > 10


def test_a_working_folder_gives_back_state_and_journal_however_far_it_came(tmp_path: Path) -> None:
    folder = WorkingFolder.create(tmp_path)
    folder.write_about(About("", "", False, "2026-01-01T08:00:00+08:00"))
    for number in range(40):
        folder.append("2026-01-01T08:00:01+08:00", f"第{number}步", {"chosen_id": f"{number}"})
        if number % 7 == 0:
            folder.write_state(ProjectState(chosen_id=f"{number}"))
        left = WorkingFolder(folder.root).read()
        assert (left.state.chosen_id, left.number, left.is_modified) == (f"{number}", number + 1, True)


class Faults:
    """Lets the n-th call of a function of the system fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, number: int, code: int) -> None:
        self.calls = 0
        real = getattr(os, name)

        def called(*of: object, **named: object) -> object:
            self.calls += 1
            if self.calls == number:
                raise OSError(code, os.strerror(code))
            return real(*of, **named)

        monkeypatch.setattr(os, name, called)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("name", ["open", "write", "fsync", "replace", "mkdir"])
def test_every_step_of_keeping_may_fail_once_and_nothing_is_lost_for_good(
    name: str, code: int, rig: Rig, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.session.views.put((VIEW,))  # The home has no folder yet: making it may fail, too.
    number = 1
    while True:
        with monkeypatch.context() as patch:
            faults = Faults(patch, name, number, code)
            rig.session.pins.toggle("990001")
            rig.session.pins.toggle("990001")
            rig.session.pins.toggle("990001" if number % 2 else "990002")
            rig.project._keeper.note_now()
            rig.project.autosave()
        rig.project.autosave()
        pins = rig.session.pins.place_ids
        root = rig.project._place.folder
        assert root is not None
        left = WorkingFolder(root.root).read()
        assert (left.state.pins, left.state.views) == (pins, (VIEW,))
        assert not list(root.root.glob("*.part"))
        if faults.calls < number:
            break
        number += 1
    assert number > 1 or name == "mkdir"
    assert bool(rig.autosave_failures) or number == 1


def test_a_full_disk_is_told_once_and_again_when_it_is_over(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended: list[bool] = []
    rig.project.autosave_mended.connect(lambda: mended.append(True))
    rig.new()

    def refuse(*_of: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        for place_id in ("990001", "990002"):
            rig.session.pins.add(place_id)
            rig.settle()
        rig.project.autosave()
    assert len(rig.autosave_failures) == 1 and not mended
    assert rig.project.is_modified and rig.session.pins.place_ids == ("990001", "990002")
    rig.project.autosave()
    assert mended == [True]
    folder = rig.project._place.folder
    assert folder is not None
    assert WorkingFolder(folder.root).read().state.pins == ("990001", "990002")


def test_keeping_takes_no_more_than_its_share_of_the_time(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(project_keeper.time, "monotonic", lambda: now[0])
    rig.new()
    keeper = rig.project._keeper
    writes: list[float] = []

    def slow(_state: object) -> None:
        writes.append(now[0])
        now[0] += 3.0

    monkeypatch.setattr(type(rig.project._place), "write_state", lambda _place, state: slow(state))
    for second in range(600):
        rig.session.preferences.change(view_bounds_lonlat=(115.0, 38.0, 116.0, 39.0 + second / 1000))
        keeper._save_if_changed()
        now[0] += 1.0
    spent = 3.0 * len(writes)
    sys.stdout.write(f"{spent / (now[0] - 100.0):.3f} of the time with writes of 3 s\n")
    assert len(writes) > 3
    assert spent / (now[0] - 100.0) <= 0.06
