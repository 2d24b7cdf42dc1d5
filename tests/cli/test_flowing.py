"""The command ``flows``, run as a person would."""

import json
from pathlib import Path
from typing import Any

import click.testing
import pyogrio
import pytest

from jjjmap.cli.flowing import flows
from jjjmap.cli.group import AnsweringGroup
from jjjmap.cli.locating import locate

TABLE = """卖方,买方,年份,成交额（亿元）
北京,天津,2022,3
北京,天津市,2023,4.5
北京,津冀,2023,10
天津,北京,2023,2.5
北京,北京,2023,50
火星,天津,2023,1
"""
FIRMS = """企业名称,统一社会信用代码,注册地址
甲有限公司,91110108MA0JJJ0006,河北省唐山市曹妃甸区唐海镇
乙有限公司,,三河市燕郊开发区
"""


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    path = tmp_path / "技术合同.csv"
    path.write_bytes(TABLE.encode("gb18030"))
    return path


def run(*words: str) -> click.testing.Result:
    group = AnsweringGroup("jjjmap", commands={"flows": flows, "locate": locate})
    return click.testing.CliRunner().invoke(group, list(words), catch_exceptions=False)


def result_of(done: click.testing.Result, code: int = 0) -> dict[str, Any]:
    assert done.exit_code == code, done.output
    document: dict[str, Any] = json.loads(done.stdout_bytes.decode("utf-8"), parse_constant=pytest.fail)
    assert document["command"] == "flows"
    return document


def test_a_table_of_chinese_excel_becomes_links_with_net_and_gross(contracts: Path, tmp_path: Path) -> None:
    output = tmp_path / "流.gpkg"
    words = ("flows", str(contracts), "--from", "卖方", "--to", "买方", "--value", "成交额（亿元）")
    document = result_of(run(*words, "-o", str(output), "--json"))
    first, second = document["result"]["rows"][:2]
    assert (first["起点"], first["终点"], first["成交额（亿元）"]) == ("北京市", "天津市、河北省", 10)
    assert (second["净流量（亿元）"], second["总流量（亿元）"], second["来源"]) == (5, 10, "技术合同.csv")
    assert "flow-place-unknown" in {finding["code"] for finding in document["findings"]}
    assert document["result"]["missing"][0]["units"] == ["火星"]
    assert document["result"]["python"].startswith("import jjjmap\n\nresult = jjjmap.flows(")
    written = pyogrio.read_dataframe(output, layer=0)
    assert len(written) == 3 and set(written.geometry.geom_type) == {"MultiLineString"}


def test_people_are_told_formulas_and_what_is_not_drawn(contracts: Path) -> None:
    done = run("flows", str(contracts), "--from", "卖方", "--to", "买方", "--period", "年份", "--top", "1")
    assert done.exit_code == 0
    assert "净流量 = 甲→乙 − 乙→甲" in done.stdout
    assert "其余 3 条未画" in done.stdout
    assert "起讫同地 1 行没有画" in done.stdout
    assert "火星" in done.stderr


def test_a_list_that_was_placed_shows_where_firms_may_have_moved(tmp_path: Path) -> None:
    firms, placed = tmp_path / "名单.csv", tmp_path / "落位.csv"
    firms.write_text(FIRMS, "utf-8")
    assert run("locate", str(firms), "-o", str(placed)).exit_code == 0
    document = result_of(run("flows", str(placed), "--relocations", "--json"))
    [row] = document["result"]["rows"]
    assert (row["起点"], row["终点"], row["企业数"]) == ("海淀区", "曹妃甸区", 1)


def test_columns_must_be_named_and_be_there(contracts: Path) -> None:
    assert run("flows", str(contracts)).exit_code == 2
    done = run("flows", str(contracts), "--from", "卖方", "--to", "买家")
    assert done.exit_code == 2 and "买家" in done.stderr and "买方" in done.stderr


def test_the_table_itself_is_never_written_over(contracts: Path) -> None:
    done = run("flows", str(contracts), "--from", "卖方", "--to", "买方", "-o", str(contracts))
    assert done.exit_code == 2
    assert contracts.read_bytes() == TABLE.encode("gb18030")


def test_english_answers_in_english(contracts: Path) -> None:
    done = run("flows", str(contracts), "--from", "卖方", "--to", "买方", "--lang", "en")
    assert done.exit_code == 0 and "Beijing" in done.stdout
