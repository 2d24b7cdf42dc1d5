"""Counting points on a cluster and in a database: equal to this machine, and at what price.

    .venv/bin/python benchmarks/cluster.py [ROWS] [--workers N] [--database]

The points and the areas are those of benchmarks/summarize.py (5 000 000 unless said otherwise), in row groups
of 2¹⁷. A scheduler and the workers (two, of one thread each) are processes on loopback that find the file
under the same path. Counted are rows and sum of weights by area and category:

- here: `count_locally`;
- on the cluster, cold (the workers have just started) and warm;
- on the cluster, with one worker killed by SIGKILL when 30 % of the rows are done, and nobody in its place;
- with ``--database`` also in a PostGIS on loopback, by a user who may only read.

The answers must be equal to the last bit. The column beside the seconds says how many times `count_locally`
each takes; on a machine that has no more cores than workers the cluster can only lose.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas
import pyarrow.parquet as pq
import shapely

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cluster import count_on_cluster
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.database import count_in_database
from jjjmap.analysis.counting.kernel import CountPlan
from jjjmap.analysis.counting.local import count_locally
from jjjmap.analysis.counting.rows import ParquetRows
from jjjmap.analysis.counting.scheduler import scheduler_at
from jjjmap.layers.opening.database_address import DatabaseAddress

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(CHECKOUT / "tests"), str(CHECKOUT / "benchmarks")]
import summarize  # noqa: E402
from dask_cluster import DaskCluster  # noqa: E402

ROWS = 5_000_000
GROUP_ROWS = 1 << 17
KILLED_AT = 0.3
PLAN = CountPlan("kind", "", "value")


def never() -> bool:
    """Nobody asks to stop."""
    return False


def timed(count: Callable[[], CrossTable]) -> tuple[CrossTable, float]:
    """Return what was counted, and in how many seconds."""
    begun = time.perf_counter()
    return count(), time.perf_counter() - begun


class Table:
    """Prints a line for each run, beside the first."""

    def __init__(self) -> None:
        self._first: tuple[CrossTable, float] | None = None
        print(f"{'':<34}{'s':>9}{'× here':>9}{'M/s':>9}  answer")

    def tell(self, name: str, table: CrossTable, seconds: float) -> None:
        """Print a run."""
        expected, base = self._first = self._first or (table, seconds)
        answer = "equal" if table == expected else "DIFFERENT"
        rate = table.read_rows / seconds / 1e6
        print(f"{name:<34}{seconds:>9.2f}{seconds / base:>9.2f}{rate:>9.2f}  {answer}", flush=True)


def on_cluster(table: Table, rows: ParquetRows, areas: Areas, workers: int) -> None:
    """Count on a cluster, twice undisturbed and once disturbed."""
    dask = DaskCluster()
    try:
        dask.have_workers(workers)
        scheduler = scheduler_at(dask.address)
        killed: list[float] = []

        def quiet(share: float) -> None:
            """Nobody looks."""

        def kill_one(share: float) -> None:
            if share >= KILLED_AT and not killed:
                killed.append(share)
                dask.workers[0].kill()

        for name, progress in (("cold", quiet), ("warm", quiet), ("one killed", kill_one)):
            found = timed(lambda tell=progress: count_on_cluster(rows, areas, PLAN, scheduler, tell, never))
            table.tell(f"cluster of {workers}, {name}", *found)
        print(
            f"killed when {killed[0]:.0%} was done" if killed else "NOBODY WAS KILLED: more rows are needed"
        )
    finally:
        dask.stop()


def in_database(table: Table, points: Path, areas: Areas) -> None:
    """Count in a database of our own."""
    import postgis_server

    server = postgis_server.server_or_reason()
    if isinstance(server, str):
        print(server)
        return
    begun = time.perf_counter()
    server.execute("create table points (kind text, value float8, geom geometry(Point, 4326))")
    with server.connect() as connection, connection.cursor().copy(b"copy points from stdin") as copy:
        for batch in pq.ParquetFile(points).iter_batches():
            shapes = shapely.to_wkb(shapely.points(batch["lon"], batch["lat"]), hex=True)
            for row in zip(batch["kind"].to_pylist(), batch["value"].to_pylist(), shapes, strict=True):
                copy.write_row(row)
    server.execute("analyze points")
    print(f"{'(loading the database':<34}{time.perf_counter() - begun:>9.2f})")
    address = DatabaseAddress("127.0.0.1", server.port, postgis_server.DATABASE, postgis_server.READER)
    found = timed(
        lambda: count_in_database(
            address, "points", areas, PLAN, lambda share: None, never, password=postgis_server.PASSWORD
        )
    )
    table.tell("PostGIS", *found)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("rows", nargs="?", type=int, default=ROWS, help="how many points")
    asked.add_argument("--workers", type=int, default=2, help="processes of one thread")
    asked.add_argument("--database", action="store_true", help="count in PostGIS, too")
    said = asked.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {said.rows:,} points")
    with tempfile.TemporaryDirectory(prefix="cluster-") as made:
        points, shapes = Path(made, "points.parquet"), Path(made, "areas.parquet")
        summarize.GROUP_ROWS = GROUP_ROWS
        summarize.write_points(points, said.rows)
        corners = summarize.write_areas(shapes)
        frame = geopandas.read_parquet(shapes)
        ids = tuple(frame["id"])
        areas = Areas(ids, ids, ids, frame.geometry.to_numpy(), True)
        print(f"{len(areas)} areas with {corners:,} corners")
        rows = ParquetRows.open(points)
        table = Table()
        table.tell("here", *timed(lambda: count_locally(rows, areas, PLAN, lambda share: None, never)))
        on_cluster(table, rows, areas, said.workers)
        if said.database:
            in_database(table, points, areas)


if __name__ == "__main__":
    main()
