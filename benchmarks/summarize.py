"""Counting points by area and category: our default path against what else there is, in one run.

    .venv/bin/python benchmarks/summarize.py [ROWS …] [--engines NAME …] [--seconds LIMIT] [--gb LIMIT]

The points are a Parquet file (row groups of 2²⁰): seven of ten in sixty clusters, the rest anywhere, with one
of twenty categories and a weight, drawn with a fixed seed. The areas are 205 cells of some 66 000 corners
that fill the region. Each engine answers the same question, rows and sum of weights by area and category, in
a process of its own with all cores and its own defaults; its clock starts when everything is imported and
stops when the answer is there. Ours includes looking at the file and starting the worker process. Memory is
the most that the whole process tree has at once (resident, MB), imports and all; columns beside the time say
how many times ours a peer takes.

The counts of all engines must be equal, and the sums to 12 digits. A peer that takes longer or more memory
than the limits is given up: its row says so, and more rows are not tried with it; ours is never given up. A
peer that is not installed is named. The last table is how time and memory of ours grow.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = (100_000, 1_000_000, 5_000_000)
"""10 000 000 and 50 000 000 take minutes with the peers; name them to have them."""
OURS = "jjjmap"
PEERS = {
    "SedonaDB": (("sedonadb", "geoarrow"), "sedonadb geoarrow-pyarrow"),
    "DuckDB spatial": (("duckdb", "duckdb_extension_spatial"), "duckdb duckdb-extension-spatial"),
    "geopandas.sjoin": (("geopandas",), "geopandas"),
}
"""Modules that must be there, and what to install for them."""
SEED = 8
WEST, SOUTH, EAST, NORTH = 113.5, 36.0, 119.9, 42.6
AREAS = 205
CORNERS_KM = 0.62
GROUP_ROWS = 1 << 20
DIGITS = 1e-12
MB = 1 << 20

Answer = dict[str, tuple[int, float]]
"""Rows and sum by ``area category``."""


# -- What is counted -------------------------------------------------------------------------------


def write_points(path: Path, rows: int) -> None:
    """Write a file of points, a row group at a time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    middles = np.random.default_rng(SEED).uniform((WEST, SOUTH), (EAST, NORTH), (60, 2))
    names = pa.array([f"类{number:02d}" for number in range(20)])
    writer = None
    for number, start in enumerate(range(0, rows, GROUP_ROWS)):
        count = min(GROUP_ROWS, rows - start)
        drawn = np.random.default_rng((SEED, number))
        near = middles[drawn.integers(0, 60, count)] + drawn.normal(0, 0.12, (count, 2))
        anywhere = drawn.uniform((WEST, SOUTH), (EAST, NORTH), (count, 2))
        lon, lat = np.where(drawn.random((count, 1)) < 0.7, near, anywhere).T
        kinds = drawn.integers(0, len(names), count).astype(np.int8)
        table = pa.table(
            {
                "lon": lon,
                "lat": lat,
                "kind": pa.DictionaryArray.from_arrays(kinds, names).dictionary_decode(),
                "value": drawn.lognormal(5, 2, count).round(2),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=GROUP_ROWS)
    if writer is not None:
        writer.close()


def write_areas(path: Path) -> int:
    """Write the areas as GeoParquet; return how many corners they have."""
    import geopandas
    import numpy as np
    import shapely

    drawn = np.random.default_rng(SEED)
    seeds = shapely.multipoints(drawn.uniform((WEST, SOUTH), (EAST, NORTH), (AREAS, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    cells = shapely.intersection(cells, shapely.box(WEST, SOUTH, EAST, NORTH))
    cells = shapely.segmentize(cells, CORNERS_KM / 111.0)

    def rough(corners: Any) -> Any:
        """Move each corner by what its place says, so that neighbours stay neighbours."""
        x, y = corners.T
        # So steep that borders are rough, not so steep that the plane folds over: areas must not overlap.
        waves = [(0.008, 41.0, 37.0), (0.002, 113.0, 127.0), (0.0005, 331.0, 311.0)]
        moved = sum(
            size * np.c_[np.sin(y * there + x), np.cos(x * across + y)] for size, across, there in waves
        )
        return corners + moved

    shapes = shapely.transform(cells, rough)
    frame = geopandas.GeoDataFrame(
        {"id": [f"{number:03d}" for number in range(len(shapes))]}, geometry=shapes, crs=4326
    )
    frame.to_parquet(path)
    return int(shapely.get_num_coordinates(shapes).sum())


# -- The engines: each imports what it needs, says that it is ready, and answers ------------------


def jjjmap_engine(points: Path, areas: Path) -> Callable[[], Answer]:
    """Return our default path."""
    import geopandas

    from jjjmap.analysis.counting.areas import Areas
    from jjjmap.analysis.counting.kernel import CountPlan
    from jjjmap.analysis.counting.local import count_locally
    from jjjmap.analysis.counting.rows import ParquetRows

    def answer() -> Answer:
        frame = geopandas.read_parquet(areas)
        ids = tuple(frame["id"])
        wanted = Areas(ids, ids, ids, frame.geometry.to_numpy(), True)
        plan = CountPlan("kind", "", "value")
        table = count_locally(ParquetRows.open(points), wanted, plan, lambda share: None, lambda: False)
        rows = table.to_arrow(wanted).to_pylist()
        return {f"{row['area_id']} {row['category']}": (row["rows"], row["total"]) for row in rows}

    return answer


def sedona_engine(points: Path, areas: Path) -> Callable[[], Answer]:
    """Return SedonaDB, by SQL."""
    import sedonadb

    def answer() -> Answer:
        database = sedonadb.connect()
        database.read_parquet(str(points)).to_view("points")
        database.read_parquet(str(areas)).to_view("areas")
        found = database.sql(
            "SELECT a.id AS id, p.kind AS kind, count(*) AS n, sum(p.value) AS total "
            "FROM (SELECT ST_SetSRID(ST_Point(lon, lat), 4326) AS geometry, kind, value FROM points) AS p "
            "JOIN areas AS a ON ST_Intersects(a.geometry, p.geometry) GROUP BY a.id, p.kind"
        ).to_arrow_table()
        return _answer_of(found.to_pylist())

    return answer


def duckdb_engine(points: Path, areas: Path) -> Callable[[], Answer]:
    """Return DuckDB with its extension for shapes, by SQL."""
    import duckdb
    import duckdb_extension_spatial

    folder = Path(duckdb_extension_spatial.__file__).parent
    extension = next(folder.rglob("spatial.duckdb_extension"))

    def answer() -> Answer:
        database = duckdb.connect()
        database.execute(f"LOAD '{extension}'")
        found = database.execute(
            "SELECT a.id AS id, p.kind AS kind, count(*) AS n, sum(p.value) AS total "
            f"FROM '{points}' AS p JOIN '{areas}' AS a "
            "ON ST_Intersects(a.geometry, ST_Point(p.lon, p.lat)) GROUP BY a.id, p.kind"
        )
        return _answer_of(found.to_arrow_table().to_pylist())

    return answer


def geopandas_engine(points: Path, areas: Path) -> Callable[[], Answer]:
    """Return what a user of geopandas writes."""
    import geopandas
    import pandas

    def answer() -> Answer:
        rows = pandas.read_parquet(points)
        frame = geopandas.GeoDataFrame(
            rows[["kind", "value"]], geometry=geopandas.points_from_xy(rows["lon"], rows["lat"]), crs=4326
        )
        joined = geopandas.sjoin(frame, geopandas.read_parquet(areas), predicate="intersects")
        found = joined.groupby(["id", "kind"])["value"].agg(["size", "sum"]).reset_index()
        return _answer_of(found.rename(columns={"size": "n", "sum": "total"}).to_dict("records"))

    return answer


ENGINES = {
    OURS: jjjmap_engine,
    "SedonaDB": sedona_engine,
    "DuckDB spatial": duckdb_engine,
    "geopandas.sjoin": geopandas_engine,
}


def _answer_of(rows: list[dict[str, Any]]) -> Answer:
    return {f"{row['id']} {row['kind']}": (int(row["n"]), float(row["total"])) for row in rows}


def answer_here(engine: str, points: Path, areas: Path, out: Path) -> None:
    """Answer with one engine in this process and write what came of it."""
    answer = ENGINES[engine](points, areas)
    started = time.perf_counter()
    found = answer()
    out.write_text(json.dumps({"seconds": time.perf_counter() - started, "answer": found}))


# -- Measuring -------------------------------------------------------------------------------------


def measured(
    engine: str, points: Path, areas: Path, folder: Path, seconds: float, gigabytes: float
) -> dict[str, Any]:
    """Return seconds, MB and answer of one engine, or why there are none."""
    out = folder / "answer.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, __file__, "--answer", engine, str(points), str(areas), str(out)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    # Whoever fills the pipe of errors would wait forever.
    said: list[str] = []
    assert process.stderr is not None
    listener = threading.Thread(target=lambda: said.append(process.stderr.read()), daemon=True)
    listener.start()
    most, why, started = 0.0, "", time.monotonic()
    while process.poll() is None:
        most = max(most, tree_mb(process.pid))
        if engine != OURS and time.monotonic() - started > seconds:
            why = f"given up after {seconds:.0f} s"
        elif engine != OURS and most > gigabytes * 1024:
            why = f"given up above {gigabytes:g} GB"
        if why:
            for pid in (*descendants(process.pid), process.pid):
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    continue
        time.sleep(0.02)
    listener.join()
    if why:
        return {"why": why}
    if process.returncode or not out.exists():
        last = " ".join(said).strip().splitlines()[-1:] or [f"ended with {process.returncode}"]
        return {"why": last[0][:120]}
    return json.loads(out.read_text()) | {"mb": most}


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and they in turn."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(word) for word in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def tree_mb(pid: int) -> float:
    """Return what a process and its descendants have in memory at this moment."""
    pages = 0
    for each in (pid, *descendants(pid)):
        try:
            pages += int(Path(f"/proc/{each}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def difference(ours: Answer, theirs: Answer) -> str:
    """Return in what two answers differ; empty if they are equal."""
    if ours.keys() != theirs.keys():
        return f"{len(ours.keys() ^ theirs.keys())} groups are in one answer only"
    for key, (rows, total) in ours.items():
        other_rows, other_total = theirs[key]
        if rows != other_rows:
            return f"{key}: {rows} and {other_rows} rows"
        if abs(total - other_total) > DIGITS * max(abs(total), 1.0) * max(rows, 1) ** 0.5:
            return f"{key}: sums {total!r} and {other_total!r}"
    return ""


def compare(rows: int, engines: dict[str, bool], folder: Path, seconds: float, gigabytes: float) -> Any:
    """Print a table for one size; return seconds and MB of ours."""
    points, areas = folder / "points.parquet", folder / "areas.parquet"
    write_points(points, rows)
    print(f"\n{rows:,} points ({points.stat().st_size / 1e6:,.0f} MB)")
    print(f"{'engine':<18}{'s':>9}{'× ours':>9}{'MB':>9}{'× ours':>9}  counts")
    ours: dict[str, Any] = {}
    for engine in engines:
        if not engines[engine]:
            print(f"{engine:<18}  given up with fewer rows")
            continue
        found = measured(engine, points, areas, folder, seconds, gigabytes)
        if "why" in found:
            print(f"{engine:<18}  {found['why']}")
            engines[engine] = False
            if engine == OURS:
                raise SystemExit(1)
            continue
        answer = {key: (value[0], value[1]) for key, value in found["answer"].items()}
        if engine == OURS:
            ours = found | {"answer": answer}
            told = f"{sum(value[0] for value in answer.values()):,} rows in {len(answer):,} groups"
        else:
            told = difference(ours["answer"], answer) or "equal"
        print(
            f"{engine:<18}{found['seconds']:>9.2f}{found['seconds'] / ours['seconds']:>9.2f}"
            f"{found['mb']:>9,.0f}{found['mb'] / ours['mb']:>9.2f}  {told}",
            flush=True,
        )
    points.unlink()
    return ours["seconds"], ours["mb"]


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("rows", nargs="*", type=int, default=list(ROWS), help="how many points")
    asked.add_argument("--engines", nargs="+", choices=list(PEERS), default=list(PEERS), help="peers")
    asked.add_argument("--seconds", type=float, default=600.0, help="for a peer and a size")
    asked.add_argument("--gb", type=float, default=12.0, help="of memory for a peer")
    said = asked.parse_args()
    engines = {OURS: True}
    for engine in said.engines:
        modules, packages = PEERS[engine]
        if any(importlib.util.find_spec(module) is None for module in modules):
            print(f"{engine}: not installed (pip install {packages})")
        else:
            engines[engine] = True
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}, {os.uname().sysname} {os.uname().machine}")
    growth = []
    with tempfile.TemporaryDirectory(prefix="summarize-") as made:
        folder = Path(made)
        corners = write_areas(folder / "areas.parquet")
        print(f"{AREAS} areas with {corners:,} corners")
        for rows in sorted(said.rows):
            growth.append((rows, *compare(rows, engines, folder, said.seconds, said.gb)))
    print(f"\nhow ours grows\n{'points':>14}{'s':>9}{'M/s':>9}{'MB':>9}")
    for rows, seconds, megabytes in growth:
        print(f"{rows:>14,}{seconds:>9.2f}{rows / seconds / 1e6:>9.2f}{megabytes:>9,.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--answer"]:
        answer_here(sys.argv[2], *map(Path, sys.argv[3:6]))
    else:
        main()
