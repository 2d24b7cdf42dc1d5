"""A session that is killed loses nothing but the action that was being written down."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from project_rig import facts, points
from pytestqt.qtbot import QtBot
from session_child import make, seen

import jjjmap
from jjjmap.binding import delete
from jjjmap.session.layers.user_layers import Opened

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals of Unix")
KILLS = 20


@pytest.fixture
def said(tmp_path: Path, child: subprocess.Popen[str]) -> Iterator[IO[str]]:
    """What the child says."""
    with (tmp_path / "said").open(encoding="utf-8") as file:
        yield file


@pytest.fixture
def child(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    # Through a file rather than a pipe: a full pipe would hold the session up.
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("session_child.py"))],
            stdin=subprocess.PIPE,
            stdout=said,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(jjjmap.__file__).parents[1])},
        )
    yield process
    assert process.stdin is not None
    process.stdin.close()
    process.wait(20)


def next_line(file: IO[str]) -> str:
    """Return the next whole line that is said."""
    line = ""
    deadline = time.monotonic() + 60
    while not line.endswith("\n"):
        line += file.readline()
        if not line.endswith("\n"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    return line


def make_project(folder: Path, qtbot: QtBot) -> None:
    """Save a project with a layer."""
    session, project = make(folder)
    with qtbot.waitSignal(project.opened):
        project.new()
    opened: list[Opened] = []
    session.user_layers.opened.connect(opened.append)
    session.user_layers.add_reckoned("生成", "厂", lambda: (facts(), points()))
    qtbot.waitUntil(lambda: bool(opened) and not session.tasks.running, timeout=20_000)
    with qtbot.waitSignal(project.saved, timeout=20_000):
        project.save_as(folder / "甲.jjj.gpkg")
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=20_000)
    project.end(discard=True)
    delete(project)


@pytest.mark.timeout(300)  # Half a minute on a machine with nothing else to do.
def test_twenty_kills_of_a_working_session_lose_no_more_than_the_last_action(
    tmp_path: Path, qtbot: QtBot, child: subprocess.Popen[str], said: IO[str]
) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    make_project(origin, qtbot)
    chance = random.Random(8)
    losses: list[float] = []
    assert child.stdin is not None
    for number in range(KILLS):
        folder = tmp_path / f"run{number}"
        shutil.copytree(origin, folder)
        opens = number % 5 == 0  # The others begin a new project, which takes less time.
        child.stdin.write(json.dumps({"folder": str(folder), "seed": number, "opens": opens}) + "\n")
        child.stdin.flush()
        pid = int(next_line(said))
        done: list[dict[str, Any]] = [json.loads(next_line(said))]
        time.sleep(chance.uniform(0, 0.5))
        os.kill(pid, signal.SIGKILL)
        while not (line := next_line(said)).endswith("gone\n"):
            done.append(json.loads(line))
        session, project = make(folder)
        (found,) = project.recoverable()
        assert found.path == (folder / "甲.jjj.gpkg" if opens else None)
        assert found.layers == 1 and found.actions
        with qtbot.waitSignal(project.opened) as news:
            project.recover(found)
        assert news.args[0].is_recovered and not project.is_read_only
        back = json.loads(json.dumps(seen(session)))
        states = [each["seen"] for each in done]
        # What was done and not said yet may be there as well; nothing that was said may be missing.
        if back in states:
            assert states.count(back) == 1
            known = states.index(back)
            losses.append(done[-1]["t"] - done[known]["t"])
            assert known == len(states) - 1, (number, back, states[-2:])
        else:
            losses.append(0.0)
            is_next = [mine == theirs for mine, theirs in zip(back, states[-1], strict=True)]
            assert is_next.count(False) == 1, (number, back, states[-1])
        assert not found.loss_s or found.left.journal.is_torn
        project.end(discard=True)
        delete(project)
        assert not list((folder / "work").iterdir())
        shutil.rmtree(folder)
    sys.stdout.write(f"{KILLS} kills: at most {max(losses):.3f} s of what had been done was lost\n")
    assert len(losses) == KILLS
