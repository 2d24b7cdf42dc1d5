"""How long opening takes, against what the libraries below need alone, in one run.

    .venv/bin/python benchmarks/opening.py [ROWS]

Ours is the whole way: a worker process started, the file read, mended and on disk as a layer (``warm`` with a
worker that runs already, as after the wizard's look at the file); theirs is
``geopandas.read_file``, ``geopandas.read_parquet``, ``pandas.read_csv`` or ``pandas.read_excel``, each in a
fresh process that has imported what it needs before the clock starts. Cancel is asked for in the middle; its
time is until the worker has gone and nothing is left. Data are made up.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.reading_worker import LayerReader
from jjjmap.layers.opening.records import OpenOptions

ROWS = 1_000_000
_VERTICES = 40
_PEER = """
import sys, time
from pathlib import Path
{imports}
start = time.perf_counter()
{call}
seconds = time.perf_counter() - start
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else ["VmHWM: 0 kB"]
print(seconds, next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")))
"""
_PEERS = {
    ".parquet": ("import geopandas", "geopandas.read_parquet(sys.argv[1])"),
    ".csv": ("import pandas", "pandas.read_csv(sys.argv[1], encoding='gb18030', dtype={'代码': str})"),
    ".xlsx": ("import pandas, openpyxl", "pandas.read_excel(sys.argv[1], dtype={'代码': str})"),
}
_OTHERS = ("import geopandas, pyogrio", "geopandas.read_file(sys.argv[1])")


def attributes(count: int) -> pd.DataFrame:
    """Return so many rows of made-up firms."""
    random = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "名称": [f"甲县第{number}号企业" for number in range(count)],
            "产值": random.uniform(0, 1e4, count).round(2),
            "人数": random.integers(1, 9_999, count),
            "代码": [f"91130100MA{number:08d}" for number in range(count)],
        }
    )


def places(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return so many longitudes and latitudes."""
    random = np.random.default_rng(6)
    return random.uniform(114, 119, count).round(6), random.uniform(37, 42, count).round(6)


def polygons(count: int) -> np.ndarray:
    """Return so many polygons with `_VERTICES` corners each."""
    random = np.random.default_rng(7)
    angle = np.linspace(0, 2 * np.pi, _VERTICES, endpoint=False)
    radius = 0.01 * (1 + 0.3 * random.random((count, _VERTICES)))
    lon, lat = places(count)
    corners = [lon[:, None] + radius * np.cos(angle), lat[:, None] + radius * np.sin(angle)]
    return np.asarray(shapely.polygons(np.stack(corners, axis=-1)))


def made(folder: Path, rows: int) -> list[tuple[str, Path, int]]:
    """Write the files; return what each is, its path and its rows."""
    frame = attributes(rows)
    lon, lat = places(rows)
    points = geopandas.GeoDataFrame(frame, geometry=shapely.points(lon, lat), crs=4326)
    points.to_parquet(folder / "points.parquet")
    points.to_file(folder / "points.gpkg")
    points.to_file(folder / "points.geojson")
    table = frame.assign(经度=lon, 纬度=lat)
    table.to_csv(folder / "points.csv", index=False, encoding="gb18030")
    areas, shapes, lines = rows // 10, rows // 50, rows // 20
    geopandas.GeoDataFrame(frame[:areas], geometry=polygons(areas), crs=4326).to_file(folder / "areas.gpkg")
    geopandas.GeoDataFrame(frame[:shapes], geometry=polygons(shapes), crs=4326).to_file(
        folder / "areas.shp", encoding="gb18030"
    )
    table[:lines].to_excel(folder / "table.xlsx", index=False)
    return [
        ("points, GeoParquet", folder / "points.parquet", rows),
        ("points, GeoPackage", folder / "points.gpkg", rows),
        ("points, GeoJSON", folder / "points.geojson", rows),
        ("points, CSV GB18030", folder / "points.csv", rows),
        ("polygons, GeoPackage", folder / "areas.gpkg", areas),
        ("polygons, Shapefile GBK", folder / "areas.shp", shapes),
        ("rows, xlsx", folder / "table.xlsx", lines),
    ]


def theirs(path: Path) -> tuple[float, float]:
    """Return seconds and MB of the library alone."""
    imports, call = _PEERS.get(path.suffix, _OTHERS)
    program = _PEER.format(imports=imports, call=call)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def ours(path: Path, options: OpenOptions, rows: int) -> tuple[float, float, float]:
    """Return seconds without and with a worker that runs, and the most MB that it had."""
    taken: list[float] = []
    with LayerReader() as reader:
        peak = _Peak(lambda: reader._worker._process.pid if reader._worker else 0)
        for _turn in range(2):
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                answer = reader.read(path, options, Path(folder))
                taken.append(time.perf_counter() - start)
            assert (answer.accepted, answer.rejected) == (rows, 0), path.name
        peak.stop()
    return taken[0], taken[1], peak.megabytes


def cancel_seconds(path: Path, options: OpenOptions, whole: float) -> float:
    """Return how long it takes from asking for the end in mid-reading to nothing left."""
    asked_at = 0.0
    start = time.perf_counter()

    def cancelled() -> bool:
        nonlocal asked_at
        if not asked_at and time.perf_counter() - start > whole / 2:
            # The user asks right after the program has looked: the worst case.
            asked_at = time.perf_counter()
            return False
        return bool(asked_at)

    with tempfile.TemporaryDirectory() as folder, LayerReader() as reader:
        try:
            reader.read(path, options, Path(folder), cancelled=cancelled)
        except LayerUnreadable as exc:
            assert exc.reason == "cancelled"
        ended = time.perf_counter()
        assert not list(Path(folder).iterdir())
    return ended - asked_at if asked_at else 0.0


class _Peak:
    """The most memory that a process has had, as the system keeps it (Linux); 0 elsewhere."""

    def __init__(self, pid: Callable[[], int]) -> None:
        self._pid = pid
        self._stopped = threading.Event()
        self.megabytes = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.wait(0.02):
            self._look()

    def _look(self) -> None:
        try:
            text = Path(f"/proc/{self._pid()}/status").read_text("ascii", "replace")
        except OSError:
            return
        found = next((line.split()[1] for line in text.splitlines() if line.startswith("VmHWM")), "0")
        self.megabytes = max(self.megabytes, int(found) / 1024)

    def stop(self) -> None:
        self._look()
        self._stopped.set()
        self._thread.join()


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        files = made(Path(folder), rows)
        head = (
            "file",
            "rows",
            "MB",
            "theirs s",
            "ours s",
            "ratio",
            "warm s",
            "theirs MB",
            "worker MB",
            "cancel s",
        )
        sys.stdout.write("{:26}{:>10}{:>7}{:>10}{:>9}{:>7}{:>9}{:>11}{:>11}{:>10}\n".format(*head))
        for name, path, count in files:
            size = path.stat().st_size / 1e6
            with LayerReader() as reader:
                options = reader.inspect(path).options
            peer, peer_memory = theirs(path)
            own, warm, own_memory = ours(path, options, count)
            cancel = cancel_seconds(path, options, own)
            sys.stdout.write(
                f"{name:26}{count:>10,}{size:>7.0f}{peer:>10.2f}{own:>9.2f}{own / peer:>7.2f}{warm:>9.2f}"
                f"{peer_memory:>11.0f}{own_memory:>11.0f}{cancel:>10.2f}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
