"""The command ``layer``: what a file holds, what it becomes, and databases by their URL."""

import json
from pathlib import Path

import geopandas
import keyring
import keyring.backends.fail
import postgis_server
import pytest
from postgis_server import DATABASE, PASSWORD, READER, PostgisServer

from .commands import answer, run

postgis, schema = postgis_server.postgis, postgis_server.schema

FIRMS = "企业名称,经度,纬度,统一社会信用代码\n甲公司,116.05,39.05,911101081234567890\n=乙,116.06,39.06,0012\n"


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "甲县企业.csv"
    path.write_bytes(FIRMS.encode("gb18030"))
    return path


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)


def test_a_table_in_a_chinese_encoding_is_described(firms: Path) -> None:
    result = answer("layer", str(firms), "--datum", "wgs84")["result"]
    assert (result["format"], result["encoding"], result["datum"]) == ("CSV", "gb18030", "WGS-84")
    assert (result["geometry_type"], result["features"], result["rejected"]) == ("Point", 2, 0)
    assert result["bounds"] == [116.05, 39.05, 116.06, 39.06]
    kinds = {column["name"]: column["kind"] for column in result["columns"]}
    assert kinds["统一社会信用代码"] == "text"
    assert (result["outputs"], result["rejected_file"]) == ([], None)


def test_a_guessed_datum_is_told_and_a_stated_one_is_not(firms: Path) -> None:
    guessed = answer("layer", str(firms))["findings"]
    assert "datum-guessed" in [finding["code"] for finding in guessed]
    stated = answer("layer", str(firms), "--datum", "GCJ-02")
    assert "datum-guessed" not in [finding["code"] for finding in stated["findings"]]
    assert 300 < stated["result"]["shift_m"] < 900


def test_the_file_that_is_read_is_never_written_over(firms: Path, tmp_path: Path) -> None:
    before = firms.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(firms)
    for words in (("-o", str(firms)), ("-o", str(link)), ("--rejected", str(firms))):
        assert answer("layer", str(firms), *words, code=2)["findings"][0]["code"] == "usage"
    assert firms.read_bytes() == before


@pytest.mark.parametrize("words", [("--delimiter", "||"), ("--header", "60")])
def test_what_cannot_be_done_as_asked_is_not_done_otherwise(firms: Path, words: tuple[str, str]) -> None:
    assert answer("layer", str(firms), *words, code=2)["findings"][0]["code"] == "usage"


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet"])
def test_a_table_is_converted(firms: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    result = answer("layer", str(firms), "-o", str(out))["result"]
    assert result["outputs"] == [str(out)]
    frame = geopandas.read_parquet(out) if suffix == ".parquet" else geopandas.read_file(out)
    codes = dict(zip(frame["企业名称"], frame["统一社会信用代码"], strict=True))
    assert codes == {"甲公司": "911101081234567890", "=乙": "0012"}
    assert set(frame.geometry.x) == {116.05, 116.06}


def test_no_text_becomes_a_formula(firms: Path, tmp_path: Path) -> None:
    answer("layer", str(firms), "-o", str(tmp_path / "out.csv"))
    assert '"\'=乙"' in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_rejected_rows_are_saved_and_told_by_the_exit_code(tmp_path: Path) -> None:
    path, rejected = tmp_path / "a.csv", tmp_path / "rejected.csv"
    path.write_text(FIRMS + "坏行,abc,39,1\n", "utf-8")
    result = answer("layer", str(path), "--rejected", str(rejected), code=3)["result"]
    assert (result["features"], result["rejected"], result["rejected_file"]) == (2, 1, str(rejected))
    assert "坏行" in rejected.read_text("utf-8-sig")
    told = run("layer", str(path))
    assert told.exit_code == 3
    assert "没能读入 1" in told.output


def test_columns_of_coordinates_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,p,q\n甲,116.05,39.05\n乙,116.06,39.06\n", "utf-8")
    result = answer("layer", str(path), "--lon", "p", "--lat", "q")["result"]
    assert result["geometry_type"] == "Point"
    assert result["bounds"] == [116.05, 39.05, 116.06, 39.06]
    missing = answer("layer", str(path), "--lon", "x", "--lat", "q", code=2)
    assert "name、p、q" in missing["findings"][0]["message"]


def test_kinds_of_geometry_get_files_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "mixed.geojson"
    shapes = [
        {"type": "Point", "coordinates": [116.05, 39.05]},
        {"type": "Polygon", "coordinates": [[[116, 39], [116.1, 39], [116.1, 39.1], [116, 39]]]},
    ]
    features = [{"type": "Feature", "properties": {"n": 1}, "geometry": shape} for shape in shapes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    document = answer("layer", str(path), "-o", str(tmp_path / "out.gpkg"))
    result = document["result"]
    assert result["geometry_type"] == "Mixed"
    assert {layer["geometry_type"] for layer in result["layers"]} == {"Point", "Polygon"}
    assert {Path(name).name for name in result["outputs"]} == {"out-point.gpkg", "out-polygon.gpkg"}
    assert "several-files" in [finding["code"] for finding in document["findings"]]


def test_shapes_that_a_table_cannot_hold_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    ring = [[116, 39], [116.1, 39], [116.1, 39.1], [116, 39]]
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), "utf-8")
    document = answer("layer", str(path), "-o", str(tmp_path / "out.csv"))
    assert "shapes-not-written" in [finding["code"] for finding in document["findings"]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-o", "out.docx"), "usage"),
        (("--lon", "经度"), "usage"),
        (("--encoding", "klingon"), "usage"),
        (("--datum", "EPSG:99999999"), "usage"),
        (("--bounds", "1,2,3,4"), "usage"),
    ],
)
def test_wrong_usage_is_told(firms: Path, words: tuple[str, ...], code: str) -> None:
    assert answer("layer", str(firms), *words, code=2)["findings"][0]["code"] == code


def test_a_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    missing = answer("layer", str(tmp_path / "none.gpkg"), code=2)["findings"][0]
    assert missing["code"] == "layer-missing"
    assert missing["hint"]
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"SQLite format 3\x00" + b"\xff" * 2000)
    told = answer("layer", str(broken), code=1)["findings"][0]
    assert told["code"].startswith("layer-")
    assert str(tmp_path) not in told["message"]


# ---- databases ----


def url(server: PostgisServer, password: str = PASSWORD) -> str:
    return f"postgresql://{READER}:{password}@127.0.0.1:{server.port}/{DATABASE}"


def make_table(server: PostgisServer, schema_name: str) -> str:
    server.execute(
        f'create table {schema_name}."企业" (id int, geom geometry(Point, 4490))',
        f'insert into {schema_name}."企业" values (1, st_point(116.05, 39.05, 4490)),'
        " (2, st_point(118, 40, 4490))",
    )
    return f"{schema_name}.企业.geom"


def test_tables_of_a_database_are_listed(postgis: PostgisServer, schema: str) -> None:
    name = make_table(postgis, schema)
    document = answer("layer", url(postgis))
    assert [table["name"] for table in document["result"]["sublayers"]] == [name]
    assert [finding["code"] for finding in document["findings"]] == ["password-visible"]
    assert PASSWORD not in json.dumps(document)
    assert name in run("layer", url(postgis)).output


def test_a_table_of_a_database_is_read_and_converted(
    postgis: PostgisServer, schema: str, tmp_path: Path
) -> None:
    make_table(postgis, schema)
    out = tmp_path / "out.geojson"
    words = ("--sublayer", "企业", "--bounds", "116,39,117,39.5", "-o", str(out))
    document = answer("layer", url(postgis), *words)
    result = document["result"]
    assert (result["format"], result["crs"], result["datum"]) == ("PostGIS", "EPSG:4490", "WGS-84")
    assert (result["features"], result["bounds"]) == (1, [116.05, 39.05, 116.05, 39.05])
    assert geopandas.read_file(out)["id"].tolist() == [1]
    assert PASSWORD not in json.dumps(document) + out.read_text("utf-8")


def test_the_password_may_come_from_the_environment(
    postgis: PostgisServer, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_table(postgis, schema)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    document = answer("layer", url(postgis).replace(f":{PASSWORD}@", "@"))
    assert document["findings"] == []


def test_a_wrong_password_is_a_sentence_without_it(postgis: PostgisServer) -> None:
    document = answer("layer", url(postgis, "falsch-canary"), code=1)
    assert document["findings"][0]["code"] == "database-wrong-password"
    assert "canary" not in json.dumps(document)


def test_addresses_are_masked_in_whatever_is_told() -> None:
    for words in (
        ("show", "a", f"postgresql://u:{PASSWORD}@h/d"),
        ("layer", f"postgresql://u:{PASSWORD}@h,i/d"),
    ):
        result = run(*words)
        assert result.exit_code == 2
        assert PASSWORD not in result.output
