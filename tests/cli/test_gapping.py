"""The command ``gaps`` reads a list, tells links and candidates, and writes the rows without link."""

import csv
import json
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.chain_rules import ChainRule, RuleKind, save_user_rules

from .commands import answer, run

ROWS = (
    "企业名称,行业代码,经营范围,经度,纬度",
    "甲氢能,3849,燃料电池电堆研发,117.70,39.05",
    "乙汽车,C3612,新能源汽车,116.72,40.15",
    "丙商店,5211,百货,116.4,39.9",
    "丁机器,3491,机器人,118.2,39.63",
)


@pytest.fixture
def firms(tmp_path: Path) -> str:
    path = tmp_path / "firms.csv"
    path.write_text("\n".join(ROWS), "utf-8")
    return str(path)


def test_links_and_candidates_are_told(firms: str) -> None:
    document = answer("gaps", firms, "--chain", "robot", "--text", "经营范围")
    result = document["result"]

    assert result["options"]["industry"] == "行业代码"
    assert result["options"]["chains"] == ["robot"]
    nodes = {row["node_id"]: row for row in result["rows"] if row["place_id"] is None}
    assert nodes["robot-2"]["企业数"] == 1
    assert nodes["robot-4"]["企业数"] is None
    assert result["summary"]["states"]["robot-3"] == "only-related"
    places = [row for row in result["rows"] if row["place_id"] is not None]
    assert places and all(row["得分"] is not None for row in places)
    assert any("推断" in note for note in result["notes"])
    assert "rows-unassigned" in {finding["code"] for finding in document["findings"]}


def test_a_person_reads_links_then_candidates_and_files_are_written(firms: str, tmp_path: Path) -> None:
    layer, free = tmp_path / "out.geojson", tmp_path / "free.csv"

    result = run(
        *("gaps", firms, "--chain", "robot", "--chain", "nev-icv"),
        *("-o", str(layer), "--unassigned", str(free)),
    )

    assert result.exit_code == 0
    output = result.stdout
    assert output.index("关键系统部件与本体") < output.index("缺口的候选县区") < output.index("算法")
    assert "node_id" not in output
    features = json.loads(layer.read_text("utf-8"))["features"]
    assert {each["properties"]["chain_id"] for each in features} == {"robot", "nev-icv"}
    with free.open(encoding="utf-8-sig", newline="") as file:
        assert [row["企业名称"] for row in csv.DictReader(file)] == ["甲氢能", "丙商店"]
    assert str(free) in output


def test_a_table_of_ones_own_counts_alone(firms: str, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("node_id,kind,key\nrobot-4,code,5211\nrobot-9,code,5211\n", "utf-8")

    document = answer("gaps", firms, "--chain", "robot", "--table", str(table))

    assert document["result"]["summary"]["states"] == {
        "robot-1": "no-rules",
        "robot-2": "no-rules",
        "robot-3": "no-rules",
        "robot-4": "firms",
    }
    assert "rule-unusable" in {finding["code"] for finding in document["findings"]}


def test_the_table_of_the_window_is_used_when_it_is_asked_for_and_single_rules_change_it(
    firms: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjmap.catalogue.chain_rules.settings_file", lambda: tmp_path / "settings.json")
    save_user_rules(
        (ChainRule("robot-2", RuleKind.CODE, "3491"), ChainRule("robot-1", RuleKind.CODE, "3491"))
    )

    document = answer(
        *("gaps", firms, "--chain", "robot", "--no-text", "--own-table"),
        *("--rule", "-robot-2,code,core,3491", "--rule", "+robot-4,code,core,5211"),
    )

    states = document["result"]["summary"]["states"]
    assert states == {"robot-1": "firms", "robot-2": "no-rules", "robot-3": "no-rules", "robot-4": "firms"}


def test_without_a_table_of_ones_own_ours_is_used_and_that_is_told(
    firms: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjmap.catalogue.chain_rules.settings_file", lambda: tmp_path / "settings.json")

    document = answer("gaps", firms, "--chain", "robot", "--no-text", "--own-table")

    assert "no-own-table" in {finding["code"] for finding in document["findings"]}


@pytest.mark.parametrize(
    "words",
    [
        ("--industry", "没有"),
        ("--rule", "robot-2"),
        ("--weights", "1,2"),
        ("--weights", "a,b,c"),
        ("--places", "0"),
        ("--vintage", "2002"),
        ("--table", "none.csv"),
        ("-o", "out.exe"),
    ],
)
def test_wrong_wishes_are_refused(firms: str, words: tuple[str, ...]) -> None:
    assert run("gaps", firms, *words).exit_code == 2


def test_an_unusable_table_is_refused(firms: str, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("=cmd|' /C calc'!A0\n", "utf-8")

    result = run("gaps", firms, "--table", str(table))

    assert result.exit_code == 2
    assert "表头" in result.stderr


def test_a_chain_without_links_is_refused(firms: str) -> None:
    document = answer("gaps", firms, "--chain", "synbio", code=1)

    assert [finding["code"] for finding in document["findings"]] == ["chain-without-nodes"]


def test_the_list_itself_is_not_written_over(firms: str) -> None:
    before = Path(firms).read_bytes()

    assert run("gaps", firms, "--unassigned", firms).exit_code == 2
    assert Path(firms).read_bytes() == before


def test_start_up_does_not_read_the_industries() -> None:
    from jjjmap.catalogue.industries import shipped_industries

    shipped_industries.cache_clear()
    run("places")

    assert shipped_industries.cache_info().currsize == 0
    assert (paths.RESOURCES / "catalogue/industries.csv").is_file()
