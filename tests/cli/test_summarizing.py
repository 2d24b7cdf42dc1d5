"""The command ``summarize``, run as a person would."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click.testing
import keyring
import keyring.backends.fail
import postgis_server
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from postgis_server import DATABASE, PASSWORD, READER, PostgisServer

from jjjmap.cli.group import AnsweringGroup
from jjjmap.cli.summarizing import summarize

postgis, schema = postgis_server.postgis, postgis_server.schema

ROWS = [
    ("一厂", 116.40, 39.92, "制造", 2019, 10),
    ("二厂", 116.40, 39.92, "制造", 2020, 30),
    ("三厂", 116.40, 39.92, "服务", 2020, 20),
    ("四厂", 118.18, 39.63, "制造", 2020, 40),
    ("五厂", 118.18, 39.63, "制造", 2019, 40),
    ("六厂", 121.47, 31.23, "服务", 2020, 1),
]
"""Three in 东城区 of Beijing, two in 路北区 of Tangshan, one in Shanghai."""


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "名单.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("企业", "经度", "纬度", "行业", "年份", "人数"), *ROWS])
    return path


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    folder = tmp_path / "大表"
    folder.mkdir()
    names = ("企业", "lon", "lat", "行业", "年份", "人数")
    for number, part in enumerate((ROWS[:2], ROWS[2:])):
        table = pa.table(dict(zip(names, map(list, zip(*part, strict=True)), strict=True)))
        pq.write_table(table, folder / f"{number}.parquet")
    return folder


def run(*words: str) -> click.testing.Result:
    group = AnsweringGroup("jjjmap", commands={"summarize": summarize})
    return click.testing.CliRunner().invoke(group, ["summarize", *words], catch_exceptions=False)


def answer(*words: str, code: int = 0) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.exit_code == code, done.output
    document: dict[str, Any] = json.loads(done.stdout_bytes.decode("utf-8"), parse_constant=pytest.fail)
    assert document["command"] == "summarize"
    return document


def by_name(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["名称"]: row for row in document["result"]["rows"]}


def test_firms_are_counted_by_city_and_those_outside_are_told(firms: Path) -> None:
    document = answer(str(firms), "--by", "cities")
    rows = by_name(document)
    assert rows["北京市"]["数量（条）"] == 3
    assert rows["唐山市"]["数量（条）"] == 2
    assert rows["承德市"]["数量（条）"] == 0
    found = {finding["code"]: finding for finding in document["findings"]}
    assert "rows-outside" in found
    assert "years-mixed" in found
    assert document["result"]["summary"]["rows_outside"] == 1


def test_the_printed_command_gives_the_same_rows(firms: Path, tmp_path: Path) -> None:
    words = (
        str(firms), "--by", "cities", "--measure", "location_quotient,growth", "--category", "行业",
        "--of", "制造", "--period", "年份", "--from", "2019", "--to", "2020", "--weight", "人数",
        "--compare", "北京", "--compare", "唐山市",
    )  # fmt: skip
    first = answer(*words)
    from jjjmap.analysis.registry import analysis_from_json

    said = analysis_from_json("summarize", first["result"]["options"]).arguments()
    assert said[0] == "summarize"
    second = answer(*said[1:])
    assert second["result"]["rows"] == first["result"]["rows"]
    assert second["result"]["options"] == first["result"]["options"]
    # 2020: Beijing 30 of 50 in manufacturing, the region 70 of 90.
    assert by_name(first)["北京市"]["制造 区位商 2020"] == pytest.approx((30 / 50) / (70 / 90))
    assert by_name(first)["北京市"]["增长率 2019—2020（%）"] == pytest.approx(400)
    assert "jjjmap.summarize(" in first["result"]["python"]


def test_a_folder_of_parquet_is_counted_like_the_file(firms: Path, parquet: Path) -> None:
    words = ("--by", "cities", "--measure", "rows,total,hhi", "--category", "行业", "--weight", "人数")
    streamed, opened = answer(str(parquet), *words), answer(str(firms), *words)
    assert streamed["result"]["rows"] == opened["result"]["rows"]
    assert streamed["result"]["inputs"][0]["rows"] == 6
    assert streamed["result"]["inputs"][0]["rows_used"] == 5


def test_names_of_units_do_where_parquet_has_no_position(tmp_path: Path) -> None:
    path = tmp_path / "表.parquet"
    pq.write_table(pa.table({"地区": ["唐山市", "北京", "北京市"]}), path)
    document = answer(str(path), "--by", "cities", "--unit-column", "地区")
    assert by_name(document)["北京市"]["数量（条）"] == 2


def test_polygons_of_a_file_are_units(firms: Path, tmp_path: Path) -> None:
    square = [[[116, 39], [117, 39], [117, 41], [116, 41], [116, 39]]]
    feature = {"type": "Feature", "properties": {"名称": "园"}, "geometry": {"type": "Polygon"}}
    feature["geometry"]["coordinates"] = square  # type: ignore[index]
    parks = tmp_path / "园区.geojson"
    parks.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    document = answer(str(firms), "--by", f"layer:{parks}")
    (row,) = document["result"]["rows"]
    assert (row["名称"], row["数量（条）"]) == ("园", 3)
    assert document["result"]["options"]["area_layer_id"] == str(parks)


def test_the_result_is_written_as_a_layer_and_told_in_words(firms: Path, tmp_path: Path) -> None:
    output = tmp_path / "结果.geojson"
    measures = ("--measure", "rows", "--measure", "hhi")
    done = run(str(firms), "--by", "cities", *measures, "--category", "行业", "-o", str(output))
    assert done.exit_code == 0
    assert "\n算法\n" in done.stdout
    assert "\n没有算出\n" in done.stdout
    assert "单元内没有行" in done.stdout
    features = json.loads(output.read_text("utf-8"))["features"]
    assert len(features) == 13
    empty = next(each for each in features if each["properties"]["名称"] == "承德市")
    assert empty["properties"]["数量（条）"] == 0
    assert empty["properties"].get("赫芬达尔指数 HHI") is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--by", "kreise"), "不认识的统计单元"),
        (("--measure", "gini"), "没有“gini”这种指标"),
        (("--measure", "hhi"), "要写明类别列"),
        (("--category", "没有"), "没有名为“没有”的列"),
        (("--lon", "经度"), "要一起写"),
        (("--lon", "经度", "--lat", "纬度"), "只用于 Parquet"),
        (("--tls-ca", "ca.pem"), "只和 --scheduler 一起用"),
        (("--scheduler", "http://x"), "调度器的地址不对"),
        (("--measure", "growth", "--period", "年份", "--from", "1999"), "没有“1999”"),
        (("-o", "结果.doc"), "不能导出为"),
    ],
)
def test_wrong_words_are_told_as_wrong_usage(firms: Path, words: tuple[str, ...], sentence: str) -> None:
    done = run(str(firms), *words)
    assert done.exit_code == 2
    assert sentence in done.output


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run(str(tmp_path / "没有.csv")).exit_code == 2


def test_a_broken_row_group_is_no_partial_result(parquet: Path) -> None:
    broken = parquet / "1.parquet"
    data = bytearray(broken.read_bytes())
    footer = int.from_bytes(data[-8:-4], "little")
    data[4 : -8 - footer] = b"\xff" * (len(data) - 12 - footer)
    broken.write_bytes(bytes(data))
    done = run(str(parquet), "--by", "cities")
    assert done.exit_code == 1
    assert "北京市" not in done.stdout


def test_without_a_position_the_columns_that_may_tell_the_unit_are_named(tmp_path: Path) -> None:
    path = tmp_path / "统计.csv"
    path.write_text("地区,产值\n唐山市,5\n北京市,7\n", "utf-8")
    done = run(str(path), "--by", "cities")
    assert done.exit_code == 2
    assert "没有位置" in done.output
    document = answer(
        str(path), "--by", "cities", "--unit-column", "地区", "--measure", "total", "--weight", "产值"
    )
    assert by_name(document)["唐山市"]["产值合计"] == 5
    assert by_name(document)["保定市"]["产值合计"] is None


def test_a_table_of_a_database_is_counted_there_like_the_file(
    firms: Path, postgis: PostgisServer, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    values = ", ".join(
        f"('{kind}', {year}, {staff}, st_point({lon}, {lat}, 4326))"
        for _name, lon, lat, kind, year, staff in ROWS
    )
    postgis.execute(
        f'create table {schema}."名单" ("行业" text, "年份" int, "人数" int, geom geometry(Point, 4326))',
        f'insert into {schema}."名单" values {values}',
    )
    words = ("--by", "cities", "--measure", "rows,total,hhi,growth", "--category", "行业", "--weight", "人数")
    words += ("--period", "年份")
    url = f"postgresql://{READER}:{PASSWORD}@127.0.0.1:{postgis.port}/{DATABASE}"
    counted = answer(url, "--sublayer", "名单", *words)
    assert counted["result"]["rows"] == answer(str(firms), *words)["result"]["rows"]
    assert counted["result"]["inputs"][0]["rows"] == 6
    assert PASSWORD not in json.dumps(counted)
    nameless = run(url, *words)
    assert nameless.exit_code == 2
    assert "名单" in nameless.output


def test_a_scheduler_counts_the_same_rows(firms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jjjmap.analysis.counting import cluster
    from jjjmap.analysis.counting.local import count_locally

    asked = []

    def counts(source: Any, areas: Any, plan: Any, scheduler: Any, *rest: Any) -> Any:
        asked.append(scheduler.address)
        return count_locally(source, areas, plan, *rest)

    monkeypatch.setattr(cluster, "count_on_cluster", counts)
    document = answer(str(firms), "--by", "cities", "--scheduler", "tcp://10.9.8.7:8786")
    assert asked == ["tcp://10.9.8.7:8786"]
    assert by_name(document)["北京市"]["数量（条）"] == 3
    assert "scheduler-unencrypted" in {finding["code"] for finding in document["findings"]}
    assert any("10.9.8.7" in note for note in document["result"]["notes"])
    assert document["result"]["options"]["scheduler"] == "tcp://10.9.8.7:8786"


def test_a_password_in_the_address_is_kept_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    from jjjmap.analysis.summaries.summarize import Summarize
    from jjjmap.cli.outcomes import inputs
    from jjjmap.cli.summarizing import _read

    source = "postgresql://me:geheim@db.example.org/firms?table=public.firms.geom"
    with inputs() as read:
        analysis = _read(Summarize(source), read)
        assert "geheim" not in " ".join(analysis.arguments())
        assert analysis.sublayer == "public.firms.geom"
        assert [finding.code for finding in read.findings] == ["password-visible"]


def test_the_command_is_known_before_what_counts_is_loaded() -> None:
    code = "import sys, jjjmap.cli.summarizing; print('jjjmap.analysis.counting' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_is_left_out_of_a_file_of_mixed_shapes_is_told(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [116.4, 39.9]}
    square = {"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [117, 40], [116, 39]]]}
    shapes = [
        {"type": "Feature", "properties": {"n": 1}, "geometry": each} for each in (point, point, square)
    ]
    path = tmp_path / "混.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": shapes}), "utf-8")
    document = answer(str(path), "--by", "provinces")
    assert document["result"]["inputs"][0]["rows"] == 2
    assert "mixed-geometry" in {finding["code"] for finding in document["findings"]}


def test_what_would_steer_a_terminal_is_not_printed(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("lon,lat,类\n116.4,39.9,\x1b[31m坏\u202e\n", "utf-8")
    done = run(str(path), "--by", "provinces", "--category", "类", "--measure", "category_amount,dominant")
    assert done.exit_code == 0, done.output
    assert "坏" in done.output
    assert not {"\x1b", "\u202e"} & set(done.stdout_bytes.decode("utf-8"))
