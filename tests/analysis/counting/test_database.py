"""Counting in PostGIS comes to what the kernel comes to, on borders and in other coordinates as well."""

import threading
from collections.abc import Callable, Sequence

import numpy as np
import postgis_server
import pyarrow as pa
import pytest
import shapely
from postgis_server import DATABASE, PASSWORD, READER, PostgisServer

from jjjmap.analysis.counting import database
from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.database import count_in_database, cut_along_grid
from jjjmap.analysis.counting.kernel import CountPlan, PreparedAreas, count_in_areas
from jjjmap.analysis.counting.rows import LAT, LON
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible
from jjjmap.errors import DatabaseUnusable
from jjjmap.layers.opening.database_address import DatabaseAddress

postgis, schema = postgis_server.postgis, postgis_server.schema
# One server for all of them, not one for each process of the tests.
pytestmark = pytest.mark.xdist_group("postgis")
# One server for all of them, not one for each process of the tests.
pytestmark = pytest.mark.xdist_group("postgis")

HOSTILE = "a%b;'{}表\"x"


def named_areas(shapes: Sequence[object], *, is_partition: bool = True) -> Areas:
    # In another order than that of their ids.
    ids = tuple(f"{(at * 7) % len(shapes):03d}" for at in range(len(shapes)))
    return Areas(ids, ids, ids, np.array(shapes, dtype=object), is_partition)


def crooked_areas() -> Areas:
    """Five by five neighbours with slanting borders, and a hole where the sixth would be."""
    steps = np.linspace(0.0, 1.0, 6)
    lon, lat = np.meshgrid(115 + 2 * steps, 39 + steps, indexing="ij")
    slant = np.random.default_rng(8).uniform(-0.05, 0.05, (2, 6, 6))
    lon, lat = lon + slant[0], lat + slant[1]
    cells = [
        shapely.Polygon([(lon[i + a, j + b], lat[i + a, j + b]) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))])
        for i in range(5)
        for j in range(5)
        if (i, j) != (2, 2)
    ]
    # 24 and 7 have no common divisor.
    return named_areas(cells)


AREAS = crooked_areas()


def awkward_positions(areas: Areas, rows: int = 3_000) -> tuple[np.ndarray, np.ndarray]:
    """Positions all over, and at, and a breath beside borders and corners."""
    rng = np.random.default_rng(88)
    corners = shapely.get_coordinates(areas.shapes)
    middles = (corners[:-1] + corners[1:]) / 2
    breath = rng.choice([-1e-9, -1e-12, -1e-15, 1e-15, 1e-10], (len(middles), 2))
    lon = np.concatenate(
        [rng.uniform(114.8, 117.2, rows), corners[:, 0], middles[:, 0], (middles + breath)[:, 0]]
    )
    lat = np.concatenate(
        [rng.uniform(38.8, 40.2, rows), corners[:, 1], middles[:, 1], (middles + breath)[:, 1]]
    )
    return lon, lat


def by_kernel(areas: Areas, plan: CountPlan, **columns: object) -> CrossTable:
    batch = pa.record_batch(
        {{"lon": LON, "lat": LAT}.get(name, name): pa.array(each) for name, each in columns.items()}
    )
    return count_in_areas(batch, PreparedAreas(areas), plan)


def in_database(
    server: PostgisServer,
    table: str,
    areas: Areas,
    plan: CountPlan | None = None,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
    **options: float,
) -> CrossTable:
    address = DatabaseAddress("127.0.0.1", server.port, DATABASE, READER)
    plan = plan or CountPlan()
    return count_in_database(address, table, areas, plan, progress, cancelled, password=PASSWORD, **options)


def fill(server: PostgisServer, table: str, rows: Sequence[Sequence[object]]) -> None:
    with (
        server.connect() as connection,
        connection.cursor().copy(f"copy {table} from stdin".encode()) as copy,
    ):
        for row in rows:
            copy.write_row(row)


@pytest.fixture(scope="module")
def points() -> dict[str, list[object]]:
    lon, lat = awkward_positions(AREAS)
    rng = np.random.default_rng(3)
    count = len(lon)
    weight = rng.normal(size=count) * 10.0 ** rng.integers(-40, 30, count)
    category = rng.choice(["甲", "乙", "Ä", "ä", ""], count).tolist()
    return {
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "sector": [None if at % 17 == 0 else value for at, value in enumerate(category)],
        "year": rng.integers(2019, 2024, count).tolist(),
        "paid": [None if at % 13 == 0 else value for at, value in enumerate(weight.tolist())],
    }


@pytest.fixture
def firms(postgis: PostgisServer, schema: str, points: dict[str, list[object]]) -> str:
    """The quoted name of a table with points and, in the end, rows that are nowhere."""
    table = f"{schema}.firms"
    postgis.execute(
        f"create table {table} (lon float8, lat float8, sector text, year int, paid float8,"
        " geom geometry(Point, 4326))"
    )
    fill(postgis, f"{table} (lon, lat, sector, year, paid)", list(zip(*points.values(), strict=True)))
    postgis.execute(
        f"update {table} set geom = st_point(lon, lat, 4326)",
        f"insert into {table} values (null, null, '甲', 2020, 5, null),"
        " (null, null, '甲', 2020, 5, 'srid=4326;point empty')",
    )
    return table


def with_nowhere(points: dict[str, list[object]]) -> dict[str, list[object]]:
    more = {"lon": None, "lat": None, "sector": "甲", "year": 2020, "paid": 5.0}
    return {name: [*values, more[name], more[name]] for name, values in points.items()}


PLAN = CountPlan("sector", "year", "paid")


def test_the_database_counts_as_the_kernel_does_on_borders_and_to_the_last_bit(
    postgis: PostgisServer, firms: str, points: dict[str, list[object]]
) -> None:
    expected = by_kernel(AREAS, PLAN, **with_nowhere(points))
    found = in_database(postgis, firms, AREAS, PLAN)
    assert found == expected
    assert found.to_arrow(AREAS).equals(expected.to_arrow(AREAS))
    assert found.nowhere_rows == 2 and found.outside_rows > 0 and found.unusable_weights > 0


def test_areas_that_overlap_count_a_row_in_each(
    postgis: PostgisServer, firms: str, points: dict[str, list[object]]
) -> None:
    shapes = [
        *AREAS.shapes[:5],
        shapely.box(115, 39, 116, 40),
        shapely.box(115.5, 39.2, 116.5, 39.7).boundary.buffer(0.1),
    ]
    areas = named_areas(
        [*shapes, shapely.MultiPolygon([shapely.box(115, 39, 115.2, 39.2), shapely.box(116, 39, 116.4, 40)])],
        is_partition=False,
    )
    found = in_database(postgis, firms, areas, PLAN)
    assert found == by_kernel(areas, PLAN, **with_nowhere(points))
    assert found.several_rows > 100


def test_other_coordinates_are_moved_by_the_server_before_they_are_counted(
    postgis: PostgisServer, schema: str, points: dict[str, list[object]]
) -> None:
    rows = list(zip(points["lon"], points["lat"], strict=True))
    postgis.execute(f"create table {schema}.flat (lon float8, lat float8, geom geometry(PointZ, 4527))")
    fill(postgis, f"{schema}.flat (lon, lat)", rows)
    postgis.execute(
        f"update {schema}.flat set geom = st_transform(st_force3d(st_point(lon, lat, 4326)), 4527)",
        f"update {schema}.flat set lon = st_x(st_transform(geom, 4326)),"
        " lat = st_y(st_transform(geom, 4326))",
    )
    with postgis.connect() as connection:
        moved = connection.execute(f"select lon, lat from {schema}.flat".encode()).fetchall()
    lon, lat = zip(*moved, strict=True)
    assert in_database(postgis, f"{schema}.flat", AREAS) == by_kernel(AREAS, CountPlan(), lon=lon, lat=lat)


def test_a_view_without_key_a_geography_and_a_column_without_srid_are_counted(
    postgis: PostgisServer, firms: str, schema: str, points: dict[str, list[object]]
) -> None:
    postgis.execute(
        f"create view {schema}.seen as select sector, geom from {firms}"
        f" union all select sector, geom from {firms}",
        f"create view {schema}.round as select geom::geography as geog from {firms} where lon is not null",
        f"create table {schema}.bare as select st_setsrid(geom, 0) as geom from {firms}",
    )
    once = by_kernel(AREAS, CountPlan("sector"), **with_nowhere(points))
    assert in_database(postgis, f"{schema}.seen", AREAS, CountPlan("sector")) == CrossTable.sum_of(
        (once, once)
    )
    bare = by_kernel(AREAS, CountPlan(), **with_nowhere(points))
    assert in_database(postgis, f"{schema}.bare", AREAS) == bare
    assert in_database(postgis, f"{schema}.round", AREAS) == by_kernel(AREAS, CountPlan(), **points)


def test_a_table_is_counted_block_by_block_and_tells_how_far_it_is(
    postgis: PostgisServer, firms: str, points: dict[str, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BLOCKS", 7)
    told: list[float] = []
    assert in_database(postgis, firms, AREAS, PLAN, told.append) == by_kernel(
        AREAS, PLAN, **with_nowhere(points)
    )
    assert len(told) > 3 and told == sorted(told) and told[-1] == 1.0


def test_names_are_quoted_and_nothing_is_written(postgis: PostgisServer, schema: str) -> None:
    quoted = HOSTILE.replace('"', '""')
    postgis.execute(
        f'create table {schema}."{quoted}" ("{quoted}" text, "{quoted}2" numeric(30, 5),'
        " geom geometry(Point, 4326))",
        f"insert into {schema}.\"{quoted}\" values ('甲', 12345678901234567890.5,"
        " st_point(115.9, 39.4, 4326))",
    )
    plan = CountPlan(HOSTILE, HOSTILE, f"{HOSTILE}2")
    box = named_areas([shapely.box(115, 39, 116, 40)])
    found = in_database(postgis, f'{schema}."{quoted}"', box, plan).to_arrow(box).to_pylist()
    assert found == [
        {
            "area_id": "000",
            "category": "甲",
            "period": "甲",
            "rows": 1,
            "total": 12345678901234567890.5,
            "weighed": 1,
        }
    ]


def test_values_of_every_kind_have_the_texts_that_the_kernel_gives_them(
    postgis: PostgisServer, schema: str
) -> None:
    postgis.execute(
        f"create table {schema}.kinds (day date, flag bool, number float8, whole int8, seen timestamptz,"
        " code char(4), geom geometry(Point, 4326))",
        f"insert into {schema}.kinds values ('2024-05-06', true, 2021.0, 7, '2024-05-06 07:08:09+08', 'ab',"
        " st_point(115.5, 39.5, 4326)), ('infinity', null, 'nan', null, null, null,"
        " st_point(115.5, 39.5, 4326))",
    )
    box = named_areas([shapely.box(115, 39, 116, 40)])

    def texts(column: str) -> set[str]:
        table = in_database(postgis, f"{schema}.kinds", box, CountPlan(column)).to_arrow(box)
        return set(table.column("category").to_pylist())

    assert texts("day") == {"2024-05-06", ""}
    assert texts("flag") == {"true", ""}
    assert texts("number") == {"2021", ""}
    assert texts("whole") == {"7", ""}
    assert texts("seen") == {"2024-05-06 07:08:09", ""}
    assert texts("code") == {"ab", ""}


def test_weights_beyond_three_limbs_and_infinite_ones_count_as_in_the_kernel(
    postgis: PostgisServer, schema: str
) -> None:
    weights = [1e300, -1e300, 5e-324, 2.0**62, -(2.0**62), 1e-40, float("inf"), float("nan"), None, -0.0, 0.1]
    postgis.execute(f"create table {schema}.heavy (paid float8, geom geometry(Point, 4326))")
    fill(postgis, f"{schema}.heavy", [(weight, "srid=4326;point(115.5 39.5)") for weight in weights])
    box = named_areas([shapely.box(115, 39, 116, 40)])
    plan = CountPlan(weight="paid")
    here = [115.5] * len(weights), [39.5] * len(weights)
    expected = by_kernel(box, plan, lon=here[0], lat=here[1], paid=weights)
    found = in_database(postgis, f"{schema}.heavy", box, plan)
    assert found == expected
    assert found.unusable_weights == 3


def test_lines_and_polygons_are_refused_and_so_are_columns_that_are_not_there(
    postgis: PostgisServer, schema: str
) -> None:
    postgis.execute(
        f"create table {schema}.roads (geom geometry(LineString, 4326))",
        f"create table {schema}.mixed (name text, geom geometry)",
        f"insert into {schema}.mixed values ('x', 'srid=4326;point(115 39)'),"
        " ('y', 'srid=4326;linestring(0 0, 1 1)')",
    )
    for table, plan, code in (
        ("roads", CountPlan(), "not-points"),
        ("mixed", CountPlan(), "not-points"),
        ("mixed", CountPlan("nobody"), "no-such-column"),
        ("mixed", CountPlan(weight="name"), "weight-not-a-number"),
    ):
        with pytest.raises(AnalysisImpossible) as refused:
            in_database(postgis, f"{schema}.{table}", AREAS, plan)
        assert refused.value.finding.code == code


def slow_view(server: PostgisServer, schema: str) -> str:
    server.execute(
        f"create view {schema}.slow as select pg_sleep(30)::text as nothing, st_point(115, 39, 4326) as geom"
    )
    return f"{schema}.slow"


def test_whoever_asks_to_stop_does_not_wait_for_the_server(postgis: PostgisServer, schema: str) -> None:
    table = slow_view(postgis, schema)
    begun = threading.Event()

    def is_busy() -> bool:
        busy = "select count(*) from pg_stat_activity where state = 'active' and query like 'FETCH%'"
        if not begun.is_set() and postgis.value(busy + " and pid <> pg_backend_pid()"):
            begun.set()
        return begun.is_set()

    with pytest.raises(AnalysisCancelled):
        in_database(postgis, table, AREAS, CountPlan("nothing"), cancelled=is_busy)
    assert begun.is_set()


def test_a_statement_that_takes_too_long_is_given_up_by_name(postgis: PostgisServer, schema: str) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        in_database(postgis, slow_view(postgis, schema), AREAS, CountPlan("nothing"), statement_seconds=0.3)
    assert refused.value.reason == "too-slow"


def test_a_table_without_rows_and_no_areas_come_to_nothing(
    postgis: PostgisServer, schema: str, firms: str
) -> None:
    postgis.execute(f"create table {schema}.none (geom geometry(Point, 4326))")
    assert in_database(postgis, f"{schema}.none", AREAS) == CrossTable()
    nobody = in_database(postgis, firms, named_areas([]))
    assert nobody.cells == {} and nobody.read_rows == nobody.outside_rows + 2 > 3_000


def test_areas_in_a_heap_are_cut_into_few_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_MOST_PARTS", 2_000)
    heap = np.array([shapely.box(at / 100, 0, 5, 5) for at in range(200)])
    grid = cut_along_grid(heap)
    # In cells as many as there are for areas side by side: some 2 000 000.
    assert len(grid.cell) < 10_000
    whole = [grid.part[grid.area == at] for at in (0, 199)]
    assert all(len(parts) for parts in whole)


def test_the_parts_of_an_area_cover_it_and_are_small() -> None:
    circle = shapely.Point(115, 39).buffer(1.0, quad_segs=500)
    grid = cut_along_grid(np.array([circle], dtype=object))
    parts = [part for part in grid.part if part is not None]
    whole = len(grid.part) - len(parts)
    assert max(shapely.get_num_coordinates(parts)) < 100
    assert len(set(grid.cell.tolist())) == len(grid.cell)
    covered = sum(part.area for part in parts) + whole * grid.width * grid.height
    assert covered == pytest.approx(circle.area, rel=2e-3)
