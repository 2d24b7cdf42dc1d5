"""The command ``locate``, run as a person would."""

import csv
import json
from pathlib import Path
from typing import Any

import click.testing
import pytest

from jjjmap.cli.group import AnsweringGroup
from jjjmap.cli.locating import locate

LIST = """企业名称,统一社会信用代码,注册地址
甲有限公司,91110108MA0JJJ0006,河北省唐山市曹妃甸区唐海镇
乙有限公司,,桥西区中华大街
丙有限公司,,上海市浦东新区
=丁有限公司,,三河市燕郊开发区
戊有限公司,,
"""


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "名单.csv"
    path.write_bytes(LIST.encode("gb18030"))
    return path


def run(*words: str) -> click.testing.Result:
    group = AnsweringGroup("jjjmap", commands={"locate": locate})
    return click.testing.CliRunner().invoke(group, ["locate", *words], catch_exceptions=False)


def result_of(done: click.testing.Result, code: int = 0) -> dict[str, Any]:
    assert done.exit_code == code, done.output
    document: dict[str, Any] = json.loads(done.stdout_bytes.decode("utf-8"))
    assert document["command"] == "locate"
    return document


def test_a_list_of_chinese_excel_is_placed_with_evidence(firms: Path, tmp_path: Path) -> None:
    output = tmp_path / "落位.csv"
    document = result_of(run(str(firms), "-o", str(output), "--explain", "--json"))
    assert document["result"]["columns"] == {
        "name": "企业名称",
        "address": "注册地址",
        "credit_code": "统一社会信用代码",
    }
    assert document["result"]["rows"] == 5
    assert document["result"]["relocation_leads"] == 1
    assert {finding["code"] for finding in document["findings"]} >= {"rows-unplaced", "rows-ambiguous"}
    with output.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["unit_code"] for row in rows] == ["130209", "130000", "", "131082", ""]
    assert [row["level"] for row in rows] == ["town", "ambiguous", "none", "zone", "none"]
    assert rows[1]["candidates"] == "130104|130703"
    assert rows[0]["disagreement"] == "registration"
    assert "海淀区" in rows[0]["explanation"]
    assert rows[3]["企业名称"].startswith("'=")


def test_the_answer_is_the_same_twice(firms: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / f"{number}.csv" for number in (1, 2)]
    for output in outputs:
        result_of(run(str(firms), "-o", str(output), "--json"))
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".xlsx"])
def test_other_formats_are_written(firms: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"out{suffix}"
    result_of(run(str(firms), "-o", str(output), "--json"))
    assert output.stat().st_size > 0


def test_columns_can_be_named(firms: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    document = result_of(run(str(firms), "-o", str(output), "--address", "企业名称", "--json"))
    assert document["result"]["columns"]["address"] == "企业名称"


def test_an_unknown_column_is_told_with_those_there_are(firms: Path, tmp_path: Path) -> None:
    done = run(str(firms), "-o", str(tmp_path / "out.csv"), "--address", "没有的列", "--json")
    document = result_of(done, code=2)
    assert "注册地址" in document["findings"][0]["message"]


def test_a_table_with_nothing_to_go_by_is_told(tmp_path: Path) -> None:
    path = tmp_path / "数.csv"
    path.write_text("年份,数值\n2023,1\n2024,2\n", "utf-8")
    document = result_of(run(str(path), "-o", str(tmp_path / "out.csv"), "--json"), code=2)
    assert "--address" in document["findings"][0]["message"]
    assert not (tmp_path / "out.csv").exists()


def test_a_format_that_is_not_written_is_refused_before_anything_is_read(firms: Path, tmp_path: Path) -> None:
    result_of(run(str(firms), "-o", str(tmp_path / "out.exe"), "--json"), code=2)


def test_in_words_the_levels_are_counted(firms: Path, tmp_path: Path) -> None:
    done = run(str(firms), "-o", str(tmp_path / "out.csv"))
    assert done.exit_code == 0
    assert "有歧义" in done.output


def test_a_list_with_points_and_polygons_is_placed_as_a_whole(tmp_path: Path) -> None:
    shapes = (
        {"type": "Point", "coordinates": [116, 39]},
        {"type": "Polygon", "coordinates": [[[116, 39], [116.1, 39], [116.1, 39.1], [116, 39]]]},
    )
    addresses = ("河北省唐山市曹妃甸区", "河北省保定市竞秀区")
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"企业名称": "甲", "地址": address}}
        for shape, address in zip(shapes, addresses, strict=True)
    ]
    source = tmp_path / "名单.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    output = tmp_path / "落位.csv"
    document = result_of(run(str(source), "-o", str(output), "--json"))
    assert document["result"]["rows"] == 2
    with output.open(encoding="utf-8-sig", newline="") as lines:
        assert sorted(row["unit_code"] for row in csv.DictReader(lines)) == ["130209", "130602"]


def test_the_list_itself_is_never_written_over(firms: Path) -> None:
    before = firms.read_bytes()
    assert run(str(firms), "-o", str(firms)).exit_code == 2
    assert run(str(firms), "-o", f"{firms}.csv", "--rejected", f"{firms}.csv").exit_code == 2
    assert firms.read_bytes() == before
