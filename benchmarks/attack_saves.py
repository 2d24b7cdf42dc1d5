"""Saves that end badly: how often the file is the old one, the new one, part of one, or gone.

Stock is ``GeoDataFrame.to_file`` over the old file; ours is `save_project`. Each save is a process that is
killed at a moment of its own, or that writes to a volume without room.
"""

import multiprocessing
import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KILLS = 20
ROWS_OF = {"old": 40_000, "new": 80_000}
"""What is saved is larger than what was there: on a full disk the room of the old one does not suffice."""
COLUMN = "行业"
"""By which `project.stored_layer` classes."""
VOLUME_MB = 64
LEFT_BYTES = 300_000
"""So much room is left when the new one is to be saved over the old one."""


def _frame(rows: int, word: str) -> Any:
    import geopandas
    import numpy as np
    import shapely

    points = shapely.points(np.linspace(114, 119, rows), np.linspace(37, 42, rows))
    return geopandas.GeoDataFrame({COLUMN: [word] * rows, "n": np.arange(rows)}, geometry=points, crs=4326)


def _save_stock(path: str, word: str, began: Any) -> None:
    frame = _frame(ROWS_OF[word], word)
    began.send(True)
    frame.to_file(path)


def _read_stock(path: Path) -> str:
    import pyogrio

    try:
        table = pyogrio.read_arrow(path, columns=[COLUMN])[1]
    except Exception as exc:  # Whatever it says, nobody can read it.
        return f"unreadable ({type(exc).__name__})"
    words = set(table[COLUMN].to_pylist())
    is_whole = len(words) == 1 and len(table) == ROWS_OF[next(iter(words))]
    return str(next(iter(words))) if is_whole else "part"


def _save_ours(path: str, word: str, began: Any) -> None:
    from project import stored_layer

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.style import Geometry
    from jjjmap.layers.user_layer_store import UserLayerStore
    from jjjmap.project.saving import save_project
    from jjjmap.project.state import ProjectState
    from jjjmap.text.store.library import Library

    frame = _frame(ROWS_OF[word], word)
    with tempfile.TemporaryDirectory() as name:
        import pyarrow as pa

        store = UserLayerStore(Path(name) / "layers")
        rows = pa.table({COLUMN: frame[COLUMN].to_list(), "n": frame["n"].to_numpy()})
        lon, lat = frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy()
        layer = stored_layer(store, FeatureTable(rows, Geometry.POINT, lon, lat))
        library = Path(name) / "library.sqlite"
        Library.open(library).close()
        began.send(True)
        save_project(
            Path(path),
            state=ProjectState(pins=(word,)),
            layers=(layer,),
            store=store,
            library_path=library,
            expected=None,
        )


def _read_ours(path: Path) -> str:
    from jjjmap.errors import JjjmapError
    from jjjmap.project.opening import open_project

    with tempfile.TemporaryDirectory() as name:
        try:
            opened = open_project(path, Path(name))
        except JjjmapError as exc:
            return f"unreadable ({getattr(exc, 'reason', type(exc).__name__)})"
    return opened.state.pins[0] if opened.layers == 1 and not opened.findings else "part"


Save = Callable[[str, str, Any], None]
METHODS: dict[str, tuple[str, Save, Callable[[Path], str]]] = {
    "to_file, GeoPackage": ("a.gpkg", _save_stock, _read_stock),
    "to_file, GeoJSON": ("a.geojson", _save_stock, _read_stock),
    "jjjmap, project": ("a.jjj.gpkg", _save_ours, _read_ours),
}


def _begun(save: Save, path: Path, word: str) -> Any:
    """Return a process that has its data and begins to save now."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_quietly, args=(save, str(path), word, there))
    child.start()
    here.recv()
    return child


def _quietly(save: Save, path: str, word: str, began: Any) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    save(path, word, began)


def killed(method: str) -> Counter[str]:
    """Return what the file was after each of `KILLS` saves that were killed, spread over the time of one."""
    name, save, read = METHODS[method]
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        _begun(save, path, "old").join()
        assert read(path) == "old"
        old = {each: each.read_bytes() for each in Path(folder).iterdir()}
        child = _begun(save, path, "new")
        start = time.perf_counter()
        child.join()
        whole_s = time.perf_counter() - start
        assert read(path) == "new"
        for turn in range(KILLS):
            for each in Path(folder).iterdir():
                each.unlink()
            for each, data in old.items():
                each.write_bytes(data)
            child = _begun(save, path, "new")
            # Evenly, and somewhat beyond the end, for no two take equally long.
            time.sleep(whole_s * 1.2 * (turn + 0.5) / KILLS)
            if child.is_alive():
                os.kill(child.pid, signal.SIGKILL)
            child.join()
            found[read(path)] += 1
    return found


@contextmanager
def small_volume() -> Iterator[Path | None]:
    """Mount a volume without much room; None where that is not allowed."""
    with tempfile.TemporaryDirectory() as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MB}m", "tmpfs", name]
        try:
            done = subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            done = False
        try:
            yield Path(name) if done else None
        finally:
            if done:
                subprocess.run(["umount", name], check=True)


def full_disk(method: str) -> str:
    """Return what the old file is after a save for which there was no room."""
    name, save, read = METHODS[method]
    with small_volume() as folder:
        if folder is None:
            return "not tried: no volume can be mounted here"
        path = folder / name
        child = _begun(save, path, "old")
        child.join()
        assert read(path) == "old", "the volume is too small for one"
        rest = os.statvfs(folder)
        (folder / "full").write_bytes(bytes(max(0, rest.f_bavail * rest.f_frsize - LEFT_BYTES)))
        child = _begun(save, path, "new")
        child.join()
        told = "said so" if child.exitcode else "SAID NOTHING"
        left = sorted(each.name for each in folder.iterdir() if each.name not in (name, "full"))
        return f"{told}; the file is {read(path)}" + (f"; left behind: {', '.join(left)}" if left else "")


def save_rows() -> Iterator[tuple[str, str, str]]:
    """Yield each way to end badly, and what is there afterwards."""
    with tempfile.TemporaryDirectory() as room:
        # What a killed process leaves lies in there.
        os.environ["TMPDIR"] = tempfile.tempdir = room
        try:
            kills = {method: killed(method) for method in METHODS}
            full = {method: full_disk(method) for method in METHODS}
        finally:
            del os.environ["TMPDIR"]
            tempfile.tempdir = None
    ours = "jjjmap, project"
    for method in METHODS:
        if method == ours:
            continue
        name = method.partition(", ")[2]
        yield f"SIGKILL in {KILLS} saves, {name}", _counted(kills[method]), _counted(kills[ours])
        yield f"full disk, {name}", full[method], full[ours]


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {said}" for said, count in sorted(found.items()))
