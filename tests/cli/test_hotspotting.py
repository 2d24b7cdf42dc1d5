"""The command ``hotspots``, run as a person would."""

import json
from pathlib import Path
from typing import Any

import click.testing
import numpy as np
import pytest

from jjjmap.cli.group import AnsweringGroup
from jjjmap.cli.hotspotting import hotspots


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 medical firms in Daxing, 40 of machinery in Baoding's Jingxiu, 40 of both anywhere between."""
    rng = np.random.default_rng(7)
    at = np.concatenate(
        (
            rng.normal((116.34, 39.73), 0.01, (80, 2)),
            rng.normal((115.45, 38.88), 0.01, (40, 2)),
            np.column_stack((rng.uniform(115.0, 117.0, 40), rng.uniform(38.5, 40.5, 40))),
        )
    )
    industries = ["医药"] * 80 + ["机械"] * 40 + ["医药", "机械"] * 20
    lines = ["企业名称,行业,lon,lat,产值"]
    lines += [
        f"企业{number},{industry},{lon:.6f},{lat:.6f},{number}"
        for number, (industry, (lon, lat)) in enumerate(zip(industries, at, strict=True))
    ]
    path = tmp_path_factory.mktemp("firms") / "名单.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def run(*words: str) -> click.testing.Result:
    group = AnsweringGroup("jjjmap", commands={"hotspots": hotspots})
    return click.testing.CliRunner().invoke(group, ["hotspots", *words], catch_exceptions=False)


def result_of(done: click.testing.Result, code: int = 0) -> dict[str, Any]:
    assert done.exit_code == code, done.output
    document: dict[str, Any] = json.loads(done.stdout_bytes.decode("utf-8"))
    assert document["command"] == "hotspots"
    return document


def test_medical_firms_are_compared_with_the_cluster_of_policy(firms: Path, tmp_path: Path) -> None:
    output = tmp_path / "热点.geojson"
    words = (
        str(firms),
        "--method",
        "dbscan",
        "--eps",
        "3",
        "--min",
        "8",
        "--category",
        "行业",
        "--of",
        "医药",
    )
    document = result_of(run(*words, "--compare-policy", "cl5-biomed", "-o", str(output), "--json"))
    result = document["result"]
    by_unit = {each["unit"]: each["verdict"] for each in result["summary"]["policy"]}
    assert by_unit["大兴区"] == "both" and by_unit["石家庄市"] == "policy-only"
    assert result["options"]["values"] == ["医药"]
    assert any("不等于实际没有" in note for note in result["notes"])
    features = json.loads(output.read_text("utf-8"))["features"]
    assert len(features) == len(result["rows"]) >= 2
    assert {feature["geometry"]["type"] for feature in features} <= {"Polygon", "MultiPolygon"}
    assert "jjjmap.hotspots(" in result["python"]


def test_local_statistics_come_with_corrected_significance(firms: Path) -> None:
    words = (str(firms), "--method", "getis-ord", "--permutations", "199", "--neighbours", "nearest")
    result = result_of(run(*words, "--json"))["result"]
    assert len(result["rows"]) == 199
    assert {note["measure"] for note in result["columns"]} >= {"pseudo_p", "adjusted_p", "getis-ord", "class"}
    assert result["summary"]["global_moran"]["expected"] == pytest.approx(-1 / 198)


def test_in_words_method_and_doubts_stand_below_the_table(firms: Path) -> None:
    done = run(str(firms), "--method", "kde", "--bandwidth", "10")
    assert done.exit_code == 0, done.output
    assert "最密的 25%" in done.output and "不是显著性检验" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--method", "kde", "--category", "没有", "--of", "x"), "产值"),
        (("--method", "kde", "--category", "行业"), "它的值"),
        (("--method", "dbscan", "--by", "counties"), "核密度"),
        (("--method", "kde", "-o", "out.exe"), ".exe"),
        (("--method", "unheard-of"), "hdbscan"),
    ],
)
def test_wrong_words_are_wrong_usage(firms: Path, words: tuple[str, ...], said: str) -> None:
    document = result_of(run(str(firms), *words, "--json"), code=2)
    assert said in document["findings"][0]["message"]


def test_what_cannot_be_answered_is_told_with_what_to_try(firms: Path) -> None:
    words = (str(firms), "--method", "dbscan", "--eps", "0.01", "--min", "50", "--json")
    (finding,) = result_of(run(*words), code=1)["findings"]
    assert finding["code"] == "no-clusters" and finding["hint"]


def test_every_option_of_the_analysis_can_be_said_and_means_the_same(
    firms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jjjmap.analysis.hotspots.hotspots import Hotspots
    from jjjmap.analysis.hotspots.options import CoarseRows, Correction, Measure, Method, Neighbours

    wish = Hotspots(
        str(firms),
        Method.GETIS_ORD,
        "hex:25",
        Measure.SHARE,
        "行业",
        ("医*", "机械"),
        "产值",
        12.5,
        2.25,
        9,
        Neighbours.BAND,
        7,
        61.5,
        299,
        3,
        0.1,
        Correction.BONFERRONI,
        CoarseRows.KEEP,
        "all",
    )
    asked: list[Hotspots] = []
    monkeypatch.setattr(
        "jjjmap.cli.hotspotting.answer_analysis",
        lambda analysis, _read, _output, *, as_json: asked.append(analysis) or 0,
    )
    assert run(*wish.arguments()[1:]).exit_code == 0
    assert asked == [wish]
