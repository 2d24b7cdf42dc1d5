"""A save leaves the old project or the new one, never a third thing, whenever and however it ends."""

import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import jjjmap
from jjjmap.errors import ProjectUnusable
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import Column, FileFormat, LayerFacts, ReadAnswer, ReadPart
from jjjmap.layers.style import Geometry
from jjjmap.layers.user_layer import adopt_parts
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.opening import open_project
from jjjmap.project.saving import save_project
from jjjmap.project.state import ProjectState
from jjjmap.project.versions import versions_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork, signals and limits of Unix")
ROWS = 2_000


def fill_store(root: Path) -> UserLayerStore:
    """Keep a layer of points."""
    store = UserLayerStore(root)
    folder = store.new_folder()
    (folder / "rows").mkdir()
    share = np.linspace(0.0, 1.0, ROWS)
    names = pa.table({"名称": [f"厂{n}" for n in range(ROWS)]})
    write_table(folder / "rows", FeatureTable(names, Geometry.POINT, 115.0 + 3 * share, 38.0 + 3 * share))
    facts = LayerFacts(
        "厂", "厂.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT,
        (Column("名称"),), ROWS, 0, 0, 0, (115.0, 38.0, 118.0, 41.0),
    )  # fmt: skip
    adopt_parts(store, folder, ReadAnswer((ReadPart("rows", facts),), (), ROWS, 0, 0), 0)
    shutil.rmtree(folder)
    return store


def save(path: Path, store: UserLayerStore, mark: str) -> None:
    layers, _findings = store.load()
    save_project(
        path,
        state=ProjectState(chosen_id=mark),
        layers=layers,
        store=store,
        library_path=store._root.with_name("library.sqlite"),
        expected=None,
    )


def mark_of(path: Path) -> str:
    """Return the mark of a project whose file is sound in every page."""
    with sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (said,) = database.execute("SELECT value FROM jjjmap_project WHERE key = 'state'").fetchone()
        (rows,) = database.execute("SELECT count(*) FROM jjjmap_chunks").fetchone()
    database.close()
    assert rows >= 2
    mark: str = json.loads(said)["chosen_id"]
    return mark


def tables_of(path: Path) -> set[str]:
    """Return the names of everything in a project."""
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    database.close()
    return names


def beside(path: Path) -> set[str]:
    """Return what lies beside a project that is no version of it."""
    return {each.name for each in path.parent.iterdir() if not each.name.startswith(path.name)}


class Child:
    """Saves in processes of their own; see `save_child`."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("save_child.py")), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(jjjmap.__file__).parents[1])},
        )

    def save(self, path: Path, mark: str, *, kill_after: float = -1.0, limit: int = 0) -> tuple[int, str]:
        """Save; return the exit status and what came of it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"chosen_id": mark, "path": str(path), "limit": limit}) + "\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        if kill_after >= 0:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer["status"], answer["answer"]

    def end(self) -> None:
        """End it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture
def store(tmp_path: Path) -> UserLayerStore:
    return fill_store(tmp_path / "layers")


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    made = Child(tmp_path)
    yield made
    made.end()


@pytest.mark.timeout(300)  # A quarter of a minute on a machine with nothing else to do.
def test_fifty_kills_leave_the_old_or_the_new_project(
    tmp_path: Path, store: UserLayerStore, child: Child
) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    path = folder / "甲.jjj.gpkg"
    child.save(path, "0")
    started = time.monotonic()
    child.save(path, "1")
    whole_s = time.monotonic() - started
    chance = random.Random(20)
    now, old, new, torn = "1", 0, 0, 0
    for number in range(50):
        wanted = f"{number + 2}"
        status, answer = child.save(path, wanted, kill_after=chance.uniform(0, whole_s * 1.15))
        found = mark_of(path)
        assert found in (now, wanted), number
        assert answer == "" or found == wanted
        old, new = old + (found == now), new + (found == wanted)
        torn += os.WIFSIGNALED(status)
        now = found
        for version in versions_of(path):
            assert int(mark_of(version)) <= int(now)
    sys.stdout.write(
        f"50 kills ({torn} while it ran, a save takes {whole_s:.2f} s): {old} old, {new} new, 0 others\n"
    )
    assert old >= 5 and torn >= 20
    save(path, store, "last")
    assert mark_of(path) == "last" and beside(path) == set()
    assert len(versions_of(path)) == 5
    (tmp_path / "work").mkdir()
    assert open_project(path, tmp_path / "work").state.chosen_id == "last"


def test_every_write_may_be_the_one_for_which_there_is_no_room(
    tmp_path: Path, store: UserLayerStore, child: Child
) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    path = folder / "a.jjj.gpkg"
    save(path, store, "old")
    before, size, tables = path.read_bytes(), path.stat().st_size, tables_of(path)
    failed = 0
    for limit in sorted({*range(1, size, max(1, size // 24)), 512, 4096, 8192, size - 1}):
        status, answer = child.save(path, "new", limit=limit)
        if answer == "saved":  # Some pages less than the time before: then nothing may be missing.
            assert tables_of(path) == tables and limit > 0.9 * size, limit
            break
        assert status == 0 and answer.startswith("ProjectUnusable"), (limit, answer)
        assert path.read_bytes() == before
        failed += 1
    sys.stdout.write(f"{failed} writes refused, old file whole each time\n")
    assert failed > 20 and beside(path) == set()
    path.write_bytes(before)
    for version in versions_of(path):
        version.unlink()
    assert child.save(path, "new") == (0, "saved")
    assert mark_of(path) == "new" and mark_of(versions_of(path)[0]) == "old"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("name", ["fsync", "replace", "link", "mkdir", "open", "rename"])
def test_every_step_of_a_save_may_fail(
    name: str, code: int, tmp_path: Path, store: UserLayerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    path = folder / "a.jjj.gpkg"
    for mark in ("1", "2", "3"):
        save(path, store, mark)
    real = getattr(os, name)
    number, steps = 1, 0
    while True:
        calls = 0

        def called(*of: Any, number: int = number, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == number:
                raise OSError(code, os.strerror(code))
            return real(*of, **named)

        before = path.read_bytes()
        versions = {mark_of(each) for each in versions_of(path)}
        with monkeypatch.context() as patch:
            patch.setattr(os, name, called)
            try:
                save(path, store, f"{number + 3}")
                is_saved = True
            except ProjectUnusable as error:
                is_saved = False
                assert error.path == path and error.reason
        if is_saved:
            assert mark_of(path) == f"{number + 3}"
        else:
            assert path.read_bytes() == before
            assert {mark_of(each) for each in versions_of(path)} >= versions
            steps += 1
        if name != "open":  # The one that failed may have been the one that clears up; the next save does.
            assert beside(path) == set()
        if calls < number:
            break
        number += 1
    sys.stdout.write(f"{name}: {number - 1} steps, {steps} ended the save\n")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB; it can be made read-only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk; the test with refused writes covers the rest")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if made.returncode != 0:
        pytest.skip("this machine lets nobody mount a disk; the test with refused writes covers the rest")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_old_file_and_is_told_as_that(small_disk: Path, store: UserLayerStore) -> None:
    path = small_disk / "a.jjj.gpkg"
    save(path, store, "old")
    before = path.read_bytes()
    space = os.statvfs(small_disk)
    with (small_disk / "ballast").open("wb") as file:
        file.write(b"x" * (space.f_bavail * space.f_frsize - 60_000))
    with pytest.raises(ProjectUnusable) as caught:
        save(path, store, "new")
    assert (caught.value.path, caught.value.reason) == (path, "no-space")
    assert path.read_bytes() == before and beside(path) == {"ballast"}
    (small_disk / "ballast").unlink()
    save(path, store, "new")
    assert mark_of(path) == "new"


def test_a_read_only_disk_leaves_the_old_file_and_is_told_as_that(
    small_disk: Path, store: UserLayerStore
) -> None:
    path = small_disk / "a.jjj.gpkg"
    save(path, store, "old")
    before = path.read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ProjectUnusable) as caught:
        save(path, store, "new")
    assert (caught.value.path, caught.value.reason) == (path, "no-access")
    assert path.read_bytes() == before
