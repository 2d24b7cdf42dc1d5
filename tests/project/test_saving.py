"""How a project takes its place: what stood there is kept, what another wrote is not written over."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from made_projects import Home, made_home, opened, save

from jjjmap.errors import LibraryUnusable, ProjectChanged, ProjectUnusable
from jjjmap.project.leftovers import folder_beside, remove_leftovers
from jjjmap.project.paths_within import path_within, sound_path
from jjjmap.project.reasons import REASONS
from jjjmap.project.saving import save_project
from jjjmap.project.stamps import stamp_of
from jjjmap.project.state import ProjectState
from jjjmap.project.versions import keep_version, version_path, versions_of


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return made_home(tmp_path_factory.mktemp("home") / "data")


@pytest.fixture
def path(home: Home, tmp_path: Path) -> Path:
    path = tmp_path / "规划.jjj.gpkg"
    save(home, path, state=ProjectState(chosen_id="1"))
    return path


def mark(path: Path) -> str:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    (said,) = connection.execute("SELECT value FROM jjjmap_project WHERE key = 'state'").fetchone()
    connection.close()
    return json.loads(said)["chosen_id"]


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_the_last_five_versions_are_kept(home, path):
    for number in range(2, 9):
        save(home, path, state=ProjectState(chosen_id=str(number)))
    assert mark(path) == "8"
    assert [mark(version) for version in versions_of(path)] == ["7", "6", "5", "4", "3"]
    assert len(names_in(path.parent)) == 6


def test_a_version_is_a_project_too(home, path, tmp_path):
    save(home, path, state=ProjectState(chosen_id="2"))
    project, _there = opened(version_path(path, 1), tmp_path / "work")
    assert (project.state.chosen_id, project.title) == ("1", "规划")


def test_a_save_that_was_killed_between_version_and_file_costs_no_version(home, path):
    save(home, path, state=ProjectState(chosen_id="2"))
    keep_version(path)
    save(home, path, state=ProjectState(chosen_id="3"))
    assert [mark(version) for version in versions_of(path)] == ["2", "1"]


def test_a_gap_among_the_versions_is_filled(path):
    for number in (1, 3):
        version_path(path, number).write_text(str(number))
    keep_version(path)
    assert version_path(path, 2).read_text() == "1"
    assert version_path(path, 3).read_text() == "3"
    assert stamp_of(version_path(path, 1)) == stamp_of(path)


def test_versions_are_copied_where_there_are_no_links(path, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *_names: (_ for _ in ()).throw(OSError(95, "not supported")))
    before = stamp_of(path)
    keep_version(path)
    keep_version(path)
    assert stamp_of(version_path(path, 1)) == before
    assert names_in(path.parent) == [path.name, f"{path.name}~1"]


def test_a_file_that_another_program_changed_is_not_written_over(home, path):
    stamp = stamp_of(path)
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM 企业 WHERE fid_2 = 20")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ProjectChanged) as refused:
        save(home, path, expected=stamp)
    assert refused.value.path == path
    assert path.read_bytes() == before
    assert names_in(path.parent) == [path.name]
    save(home, path, expected=None)


def test_a_file_that_another_program_only_looked_at_is_the_same(home, path):
    stamp = stamp_of(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("SELECT count(*) FROM jjjmap_layers").fetchone()
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    os.utime(path, ns=(1, 1))
    assert stamp.is_of(path)
    assert save(home, path, expected=stamp)


def test_a_file_that_was_put_there_meanwhile_is_not_written_over(home, path, tmp_path):
    stamp = stamp_of(path)
    other = tmp_path / "other"
    other.mkdir()
    save(home, other / path.name, state=ProjectState(chosen_id="other"))
    (other / path.name).replace(path)
    with pytest.raises(ProjectChanged):
        save(home, path, expected=stamp)
    assert mark(path) == "other"


def test_a_file_that_is_gone_is_written_anew(home, path):
    stamp = stamp_of(path)
    path.unlink()
    save(home, path, expected=stamp, state=ProjectState(chosen_id="2"))
    assert mark(path) == "2"


def test_a_file_that_another_program_is_writing_is_left_alone(home, path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("UPDATE jjjmap_project SET value = 'x' WHERE key = 'program'")
    connection.commit()
    with pytest.raises(ProjectUnusable) as refused:
        save(home, path)
    connection.close()
    assert refused.value.reason == "in-use"


def test_a_cancelled_save_leaves_nothing(home, path):
    before = path.read_bytes()
    shares: list[float] = []
    for most in (0.0, 0.3, 0.85, 0.94):
        done = save_project(
            path,
            state=ProjectState(chosen_id="2"),
            layers=home.layers,
            store=home.store,
            library_path=home.library,
            expected=None,
            progress=shares.append,
            cancelled=lambda most=most: bool(shares) and shares[-1] > most,
        )
        assert done is False
        shares.clear()
    assert path.read_bytes() == before
    assert names_in(path.parent) == [path.name]


def test_progress_never_goes_back(home, tmp_path):
    shares: list[float] = []
    save(home, tmp_path / "a.jjj.gpkg", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_folder_that_is_gone_is_told(home, tmp_path):
    with pytest.raises(ProjectUnusable) as refused:
        save(home, tmp_path / "没有" / "a.jjj.gpkg")
    assert refused.value.reason == "not-written"


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_told(home, path):
    path.parent.chmod(0o500)
    try:
        with pytest.raises(ProjectUnusable) as refused:
            save(home, path)
    finally:
        path.parent.chmod(0o700)
    assert refused.value.reason == "no-access"


def test_a_broken_library_is_told_and_the_old_file_stays(home, path, tmp_path):
    (tmp_path / "broken").mkdir()
    library = tmp_path / "broken" / "library.sqlite"
    shutil.copyfile(home.library, library)
    before = path.read_bytes()
    data = bytearray(library.read_bytes())
    data[4096 * 2 :] = b"\x55" * (len(data) - 4096 * 2)
    library.write_bytes(data)
    with pytest.raises(LibraryUnusable):
        save_project(
            path,
            state=ProjectState(),
            layers=home.layers,
            store=home.store,
            library_path=library,
            expected=None,
        )
    assert path.read_bytes() == before
    assert sorted(names_in(path.parent)) == sorted(["broken", path.name])


@pytest.mark.skipif(os.name != "posix", reason="the system has no modes")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_stays_open_to_whom_it_was_open(home, path, mode):
    path.chmod(mode)
    save(home, path)
    assert path.stat().st_mode & 0o777 == mode


def test_a_link_stays_a_link(home, path, tmp_path):
    (tmp_path / "there").mkdir()
    path.replace(tmp_path / "there" / path.name)
    path.symlink_to(tmp_path / "there" / path.name)
    save(home, path, state=ProjectState(chosen_id="2"))
    assert path.is_symlink()
    assert mark(tmp_path / "there" / path.name) == "2"
    assert names_in(tmp_path / "there") == [path.name, f"{path.name}~1"]


def test_what_a_killed_save_left_is_removed_at_the_next(home, tmp_path):
    target = tmp_path / "a.jjj.gpkg"
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from jjjmap.project.leftovers import folder_beside\n"
        "with folder_beside(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'project.gpkg').write_bytes(b'x'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(target)], check=False, cwd=Path(__file__).parents[2])
    (left,) = names_in(tmp_path)
    assert left.endswith(".part")
    with folder_beside(target) as mine:
        remove_leftovers(tmp_path)
        assert names_in(tmp_path) == [mine.name]
    left_elsewhere = tmp_path / ".jjjmap-000000-1-abcdef.part"
    left_elsewhere.mkdir()
    save(home, target)
    assert names_in(tmp_path) == [left_elsewhere.name, target.name]


def test_every_reason_is_a_sentence_in_two_languages():
    for reason in REASONS.values():
        assert reason.why().format(detail="x").endswith(("。", "x"))
        assert reason.hint().endswith("。")


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("/p/q/甲.csv", "q/甲.csv"),
        ("/p/甲.csv", "甲.csv"),
        ("/elsewhere/甲.csv", "甲.csv"),
        ("/p/../etc/passwd", "passwd"),
        ("C:\\Users\\somebody\\甲.csv", "甲.csv"),
        ("\\\\server\\share\\甲.csv", "甲.csv"),
        ("", ""),
    ],
)
def test_paths_are_told_as_the_project_sees_them(said, path):
    assert path_within(said, Path("/p"), Path("/home")) == path


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("a/b.csv", "a/b.csv"),
        ("../b.csv", "b.csv"),
        ("a/../../b.csv", "b.csv"),
        ("/etc/passwd", "passwd"),
        ("C:b.csv", "b.csv"),
        ("a\\..\\b.csv", "b.csv"),
        ("a\nb", ""),
        ("..", ""),
        (".", ""),
        ("file:///etc/passwd", "passwd"),
        ("x" * 2_000, ""),
    ],
)
def test_a_path_of_a_project_leads_nowhere_else(said, path):
    assert sound_path(said) == path


def test_relative_paths_count_from_where_they_were(tmp_path):
    assert path_within("b.csv", tmp_path, tmp_path / "old") == "old/b.csv"
    assert path_within("b.csv", tmp_path / "new", tmp_path / "old") == "b.csv"
