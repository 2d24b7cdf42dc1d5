"""Reading PostGIS tables: a real server on loopback, hostile names, passwords that stay where they are."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import postgis_server
import psycopg
import pytest
from postgis_server import DATABASE, OWNER, PASSWORD, READER, PostgisServer

from jjjmap.errors import DatabaseUnusable, LayerUnreadable
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.database_address import DatabaseAddress
from jjjmap.layers.opening.database_connection import ReadingConnection
from jjjmap.layers.opening.database_reasons import REASONS, reason_sentence
from jjjmap.layers.opening.postgis import PostgisReader
from jjjmap.layers.opening.records import ColumnKind, FileFormat, OpenOptions, ReadAnswer
from jjjmap.layers.style import Geometry

postgis, schema = postgis_server.postgis, postgis_server.schema

REGION = (113.45, 36.03, 119.87, 42.63)
HOSTILE = "a%b;'{}表\"x"


def address(server: PostgisServer, user: str = READER) -> DatabaseAddress:
    return DatabaseAddress("127.0.0.1", server.port, DATABASE, user)


def read(
    server: PostgisServer,
    folder: Path,
    table: str,
    *,
    options: OpenOptions | None = None,
    bounds: tuple[float, float, float, float] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ReadAnswer:
    folder.mkdir(exist_ok=True)
    options = options or OpenOptions(sublayer=table)
    with PostgisReader(address(server), PASSWORD, cancelled=cancelled) as reader:
        return reader.read(options, folder, bounds=bounds)


def opened(answer: ReadAnswer, folder: Path) -> FeatureTable:
    (part,) = answer.parts
    return FeatureTable.open(folder / part.folder, part.facts.geometry)


def test_a_table_is_listed_described_and_read(postgis: PostgisServer, schema: str, tmp_path: Path) -> None:
    postgis.execute(
        f"create table {schema}.firms (code text, staff int, paid numeric(12,2), founded date,"
        " seen timestamptz, listed bool, notes jsonb, photo bytea, geom geometry(Point, 4326))",
        f"insert into {schema}.firms values ('911101081234567890', 12, 34.50, '2014-02-26',"
        " '2024-05-06 07:08:09+08', true, '{\"a\": [1, 2]}', '\\x00', st_point(116.05, 39.05, 4326)),"
        " ('000000000000000001', null, null, null, null, null, null, null, null)",
        f"analyze {schema}.firms",
    )
    name = f"{schema}.firms.geom"
    with PostgisReader(address(postgis), PASSWORD) as reader:
        (column,) = reader.columns()
        assert (column.name, column.geometry, column.srid, column.rows) == (name, "POINT", 4326, 2)
        seen = reader.inspect(OpenOptions(sublayer="firms"))
    assert seen.format is FileFormat.POSTGIS
    assert seen.crs == "EPSG:4326"
    assert seen.options.sublayer == name
    assert seen.sample == ((116.05, 39.05),)
    assert seen.preview[0][0] == "911101081234567890"
    answer = read(postgis, tmp_path / "out", name)
    (part,) = answer.parts
    assert (part.facts.title, part.facts.sublayer, part.facts.datum) == ("firms", name, "WGS-84")
    assert part.facts.source_name == f"127.0.0.1:{postgis.port}/{DATABASE}"
    assert [finding.code for finding in answer.findings if "photo" in finding.message] == ["columns-left-out"]
    assert (answer.accepted, part.facts.without_geometry) == (2, 1)
    assert [column.kind for column in part.facts.columns] == [
        ColumnKind.TEXT,
        ColumnKind.INTEGER,
        ColumnKind.NUMBER,
        ColumnKind.DATE,
        ColumnKind.TIME,
        ColumnKind.BOOLEAN,
        ColumnKind.TEXT,
    ]
    table = opened(answer, tmp_path / "out")
    row = table.row(0)
    assert (row["code"], row["staff"], row["paid"], row["listed"]) == ("911101081234567890", 12, 34.5, True)
    assert row["seen"].isoformat() == "2024-05-05T23:08:09+00:00"
    assert row["notes"] == '{"a": [1, 2]}'
    assert table.lon is not None and table.lat is not None
    assert (table.lon[0], table.lat[0]) == (116.05, 39.05)
    assert np.isnan(table.lon[1])


@pytest.mark.parametrize("srid", [4490, 4546, 3857, 4326])
def test_every_srid_comes_to_wgs84_and_boxes_cut_it(
    postgis: PostgisServer,
    schema: str,
    tmp_path: Path,
    srid: int,
) -> None:
    inside, outside = "st_point(116.05, 39.05, 4326)", "st_point(117.5, 39.05, 4326)"
    native = "st_setsrid({}, 4490)" if srid == 4490 else f"st_transform({{}}, {srid})"
    postgis.execute(
        f"create table {schema}.t (id int, geom geometry(Point, {srid}))",
        f"insert into {schema}.t values (1, {native.format(inside)}), (2, {native.format(outside)})",
        f"create index on {schema}.t using gist (geom)",
    )
    answer = read(postgis, tmp_path / "out", f"{schema}.t.geom", bounds=(116, 39, 116.1, 39.1))
    table = opened(answer, tmp_path / "out")
    assert table.attributes.column("id").to_pylist() == [1]
    assert table.lon is not None and table.lat is not None
    # Far less than what a wrong datum would do.
    assert abs(table.lon[0] - 116.05) < 2e-5
    assert abs(table.lat[0] - 39.05) < 2e-5


def test_shapes_of_all_kinds_become_layers_of_their_own(
    postgis: PostgisServer,
    schema: str,
    tmp_path: Path,
) -> None:
    postgis.execute(
        f"create table {schema}.mixed (id int, geom geometry)",
        f"insert into {schema}.mixed values"
        " (1, 'SRID=4326;POLYGON Z((116 39 1,116.1 39 1,116.1 39.1 1,116 39.1 1,116 39 1))'),"
        " (2, 'SRID=4326;CURVEPOLYGON(CIRCULARSTRING(116 39,116.1 39.1,116.2 39,116.1 38.9,116 39))'),"
        " (3, 'SRID=4326;LINESTRING(116 39,116.1 39.1)'),"
        " (4, st_transform('SRID=4326;POINT(116.05 39.05)'::geometry, 4546)),"
        " (5, null), (6, 'SRID=4326;POLYGON EMPTY')",
    )
    answer = read(postgis, tmp_path / "out", f"{schema}.mixed.geom")
    kinds = {part.facts.geometry: part for part in answer.parts}
    assert set(kinds) == {Geometry.POINT, Geometry.LINE, Geometry.POLYGON}
    polygons = FeatureTable.open(tmp_path / "out" / kinds[Geometry.POLYGON].folder, Geometry.POLYGON)
    assert {1, 2} <= set(polygons.attributes.column("id").to_pylist())
    assert all(shape is None or not shape.has_z for shape in polygons.shapes)
    points = FeatureTable.open(tmp_path / "out" / kinds[Geometry.POINT].folder, Geometry.POINT)
    assert points.lon is not None
    assert abs(points.lon[0] - 116.05) < 2e-5
    assert answer.accepted + answer.rejected == 6


def test_geography_is_read_like_geometry(postgis: PostgisServer, schema: str, tmp_path: Path) -> None:
    postgis.execute(
        f"create table {schema}.g (id int, place geography(Point, 4326))",
        f"insert into {schema}.g values (1, 'POINT(116.05 39.05)'), (2, 'POINT(118 39.05)')",
    )
    answer = read(postgis, tmp_path / "out", "g", bounds=(116, 39, 116.1, 39.1))
    assert opened(answer, tmp_path / "out").attributes.column("id").to_pylist() == [1]


def test_coordinates_that_the_user_knows_better_are_moved_here(
    postgis: PostgisServer,
    schema: str,
    tmp_path: Path,
) -> None:
    from jjjmap.layers.opening.conversion import from_wgs84

    lon, lat = (float(degrees[0]) for degrees in from_wgs84([116.05], [39.05], "GCJ-02"))
    postgis.execute(
        f"create table {schema}.shifted (id int, a geometry(Point, 4326), b geometry)",
        f"insert into {schema}.shifted values"
        f" (1, st_point({lon!r}, {lat!r}, 4326), st_point({lon!r}, {lat!r})),"
        " (2, st_point(118, 40, 4326), st_point(118, 40))",
    )
    for column in ("a", "b"):
        options = OpenOptions(sublayer=f"{schema}.shifted.{column}", datum="GCJ-02")
        answer = read(postgis, tmp_path / column, "", options=options, bounds=(116.04, 39.04, 116.06, 39.06))
        table = opened(answer, tmp_path / column)
        assert table.attributes.column("id").to_pylist() == [1]
        assert table.lon is not None and table.lat is not None
        assert abs(table.lon[0] - 116.05) < 1e-6
        assert abs(table.lat[0] - 39.05) < 1e-6
        assert answer.parts[0].facts.datum == "GCJ-02"
        assert 300 < answer.parts[0].facts.shift_m < 900


def test_hostile_names_are_names(postgis: PostgisServer, schema: str, tmp_path: Path) -> None:
    quoted = HOSTILE.replace('"', '""')
    postgis.execute(
        f"create table {schema}.canary (id int)",
        f'create table {schema}."{quoted}"'
        ' ("c%s""; drop table canary" int, "g%b.{}" geometry(Point, 4546))',
        f'insert into {schema}."{quoted}" values (7, st_transform(st_point(116.05, 39.05, 4326), 4546))',
    )
    with PostgisReader(address(postgis), PASSWORD) as reader:
        column = reader.find(HOSTILE)
        assert reader.find(column.name) == column
        assert reader.estimate(column, REGION) is not None
        assert reader.inspect(OpenOptions(sublayer=column.name)).preview == (("7",),)
        for missing in (f"{HOSTILE}; drop table canary", "canary", "'", ""):
            with pytest.raises(DatabaseUnusable) as caught:
                reader.find(missing or "nothing")
            assert caught.value.reason == "no-table"
    answer = read(postgis, tmp_path / "out", column.name, bounds=REGION)
    assert opened(answer, tmp_path / "out").row(0) == {'c%s"; drop table canary': 7}
    assert postgis.value(f"select count(*) from {schema}.canary") == 0


def test_what_cannot_be_kept_as_it_is_is_told(postgis: PostgisServer, schema: str, tmp_path: Path) -> None:
    postgis.execute(
        f"create table {schema}.odd (n numeric, code numeric(18,0), d date, t timestamp,"
        " geom geometry(Point, 4326))",
        f"insert into {schema}.odd values"
        " (0.1, 911101081234567890, '2024-01-01', '2024-01-01', st_point(116, 39, 4326)),"
        " (911101081234567891.5, 1, 'infinity', '-infinity', st_point(116, 39, 4326)),"
        " ('NaN', 2, '0100-01-01 BC', '2024-01-01', st_point(116, 39, 4326))",
    )
    answer = read(postgis, tmp_path / "out", "odd")
    table = opened(answer, tmp_path / "out")
    assert table.attributes.column("code").to_pylist() == [911101081234567890, 1, 2]
    assert [str(value) for value in table.attributes.column("d").to_pylist()] == [
        "2024-01-01",
        "None",
        "None",
    ]
    told = {finding.code: finding.message for finding in answer.findings}
    assert told["number-rounded"].startswith("1 ")
    assert told["date-out-of-calendar"].startswith("2 ")
    assert answer.mended == 2


def test_the_database_is_only_read(postgis: PostgisServer, schema: str) -> None:
    postgis.execute(f"create table {schema}.canary (id int)")
    with ReadingConnection(address(postgis, OWNER), PASSWORD) as connection:
        for statement in (
            f"insert into {schema}.canary values (1)",
            f"drop table {schema}.canary",
            "set transaction read write",
        ):
            with pytest.raises(DatabaseUnusable) as caught:
                connection.rows(psycopg.sql.SQL(statement + " returning 1"))  # type: ignore[arg-type]
            assert caught.value.reason == "query-failed"
    assert postgis.value(f"select count(*) from {schema}.canary") == 0


def test_a_statement_that_takes_too_long_is_given_up(postgis: PostgisServer) -> None:
    with (
        ReadingConnection(address(postgis), PASSWORD, statement_seconds=0.2) as connection,
        pytest.raises(DatabaseUnusable) as caught,
    ):
        connection.rows(psycopg.sql.SQL("select 1 from pg_sleep(30)"))
    assert caught.value.reason == "too-slow"


def test_a_running_statement_is_cancelled_on_the_server_too(postgis: PostgisServer) -> None:
    sleepers = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
    stop, pause = threading.Event(), threading.Event()

    def stop_when_it_sleeps() -> None:
        while postgis.value(sleepers) == 0:
            pause.wait(0.02)
        stop.set()

    watcher = threading.Thread(target=stop_when_it_sleeps, daemon=True)
    watcher.start()
    with (
        ReadingConnection(address(postgis), PASSWORD, cancelled=stop.is_set) as connection,
        pytest.raises(DatabaseUnusable) as caught,
    ):
        connection.rows(psycopg.sql.SQL("select 1 from pg_sleep(987)"))
    watcher.join()
    assert caught.value.reason == "cancelled"
    while postgis.value(sleepers) != 0:  # Else the test runs into its time limit.
        pause.wait(0.02)


def test_cancelling_in_the_middle_leaves_nothing_behind(
    postgis: PostgisServer,
    schema: str,
    tmp_path: Path,
) -> None:
    postgis.execute(
        f"create table {schema}.many as select n,"
        " st_point(116 + n / 1e6, 39, 4326)::geometry(Point, 4326) as geom from generate_series(1, 20000) n"
    )
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(any((tmp_path / "out").rglob("*.arrow")))
        return asked[-1]

    with pytest.raises((DatabaseUnusable, LayerUnreadable)) as caught:
        read(postgis, tmp_path / "out", "many", cancelled=cancelled)
    assert caught.value.reason == "cancelled"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_database_that_goes_away_is_told_and_leaves_nothing_behind(
    postgis: PostgisServer,
    schema: str,
    tmp_path: Path,
) -> None:
    postgis.execute(
        f"create table {schema}.many as select n, repeat('x', 500) as filler,"
        " st_point(116 + n / 1e6, 39, 4326)::geometry(Point, 4326) as geom"
        " from generate_series(1, 40000) n"
    )
    out = tmp_path / "out"
    out.mkdir()

    def end_it(share: float) -> None:
        if share > 0:
            kill = f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{READER}'"
            postgis.execute(kill)

    with PostgisReader(address(postgis), PASSWORD) as reader, pytest.raises(DatabaseUnusable) as caught:
        reader.read(OpenOptions(sublayer="many"), out, progress=end_it)
    assert caught.value.reason == "gone"
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "password", "reason"),
    [
        ({}, "wrong", "wrong-password"),
        ({}, None, "password-needed"),
        ({"user": "niemand"}, PASSWORD, "wrong-password"),
        ({"database": "nix"}, PASSWORD, "no-database"),
        ({"database": "template1"}, PASSWORD, "no-postgis"),
        ({"port": 1}, PASSWORD, "refused"),
        ({"ssl_mode": "require"}, PASSWORD, "no-encryption"),
        ({"host": "a,b"}, PASSWORD, "bad-address"),
        ({"port": 0}, PASSWORD, "bad-address"),
    ],
)
def test_why_a_database_cannot_be_used_is_a_sentence(
    postgis: PostgisServer,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    password: str | None,
    reason: str,
) -> None:
    for name in list(os.environ):
        if name.startswith("PG"):
            monkeypatch.delenv(name)
    asked = {"host": "127.0.0.1", "port": postgis.port, "database": DATABASE, "user": READER, **changes}
    with pytest.raises(DatabaseUnusable) as caught:
        PostgisReader(DatabaseAddress(**asked), password)  # type: ignore[arg-type]
    assert caught.value.reason == reason
    assert reason in REASONS
    assert PASSWORD not in str(caught.value)
    assert "{" not in reason_sentence(caught.value.reason, caught.value.detail)


def test_only_what_may_be_read_is_offered(postgis: PostgisServer, schema: str) -> None:
    guest = "jjjmap_guest"
    postgis.execute(
        f"create table {schema}.open (id int, geom geometry(Point, 4326))",
        f"create table {schema}.closed (id int, geom geometry(Point, 4326))",
        f"do $$ begin if not exists (select from pg_roles where rolname = '{guest}') then"
        f" create role {guest} login password '{PASSWORD}'; end if; end $$",
        f"grant usage on schema {schema} to {guest}",
        f"grant select on {schema}.open to {guest}",
    )
    with PostgisReader(address(postgis, guest), PASSWORD) as reader:
        assert [column.table for column in reader.columns()] == ["open"]
        with pytest.raises(DatabaseUnusable) as caught:
            reader.inspect(OpenOptions(sublayer=f"{schema}.closed"))
    assert caught.value.reason == "no-table"


def test_a_password_is_written_nowhere(
    postgis: PostgisServer,
    schema: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    postgis.execute(
        f"create table {schema}.t (id int, geom geometry(Point, 4326))",
        f"insert into {schema}.t values (1, st_point(116, 39, 4326))",
    )
    with caplog.at_level(logging.DEBUG):
        answer = read(postgis, tmp_path / "out", "t")
        with pytest.raises(DatabaseUnusable) as caught:
            PostgisReader(DatabaseAddress("127.0.0.1", 1, DATABASE, READER), PASSWORD)
    said = [repr(answer), str(caught.value), repr(caught.value), caplog.text]
    assert not [text for text in said if PASSWORD in text]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]
