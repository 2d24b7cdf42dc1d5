"""A program that crashes leaves a note, and the next start finds it."""

import subprocess
import sys
from pathlib import Path

from jjjmap.app import tell_of_crashes
from jjjmap.catalogue.models import Catalogue
from jjjmap.crash_notes import CrashNotes
from jjjmap.session.workspace import Workspace

CRASH = """
import ctypes, sys
from pathlib import Path
from jjjmap.crash_notes import CrashNotes
notes = CrashNotes(Path(sys.argv[1]))
notes.begin()
def deed():
    ctypes.string_at(0)
print("running", flush=True)
sys.stdin.readline()
deed()
"""


def crashing(folder: Path) -> "subprocess.Popen[str]":
    started = subprocess.Popen(
        [sys.executable, "-c", CRASH, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "running\n"
    return started


def test_what_a_crash_leaves_is_told_once_and_a_running_program_is_left_alone(tmp_path: Path) -> None:
    program = crashing(tmp_path)
    assert CrashNotes(tmp_path).take_left() == []  # It still runs.
    program.communicate("go\n")
    assert program.returncode != 0
    (note,) = CrashNotes(tmp_path).take_left()
    assert "Segmentation fault" in note and "in deed" in note
    assert CrashNotes(tmp_path).take_left() == []
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_was_killed_leaves_nothing_to_tell(tmp_path: Path) -> None:
    program = crashing(tmp_path)
    program.kill()
    program.communicate()
    assert CrashNotes(tmp_path).take_left() == []
    assert list(tmp_path.iterdir()) == []


def test_an_orderly_end_leaves_nothing(tmp_path: Path) -> None:
    notes = CrashNotes(tmp_path / "log")
    notes.begin()
    assert len(list((tmp_path / "log").iterdir())) == 1
    notes.end()
    notes.end()
    assert list((tmp_path / "log").iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file", encoding="utf-8")
    notes = CrashNotes(tmp_path / "log")
    notes.begin()
    assert notes.take_left() == []
    notes.end()


def test_the_user_is_told_of_a_crash_once(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "crash-1-00.txt").write_bytes(b"Fatal: /home/anna/a.py \xff")
    workspace = Workspace(catalogue)
    tell_of_crashes(CrashNotes(tmp_path), workspace)
    assert [found.code for found in workspace.findings] == ["crashed-before"]
    tell_of_crashes(CrashNotes(tmp_path), workspace)
    assert len(workspace.findings) == 1
