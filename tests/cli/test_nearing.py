"""The command ``near``, run as a person would on the data that we ship."""

import json
from pathlib import Path
from typing import Any

import click.testing
import pyogrio
import pytest

from jjjmap.cli.group import AnsweringGroup
from jjjmap.cli.nearing import near

FIRMS = """企业名称,经度,纬度
甲有限公司,118.45,39.00
乙有限公司,118.60,39.20
丙有限公司,,
"""
AREA = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"名称": "海边"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[118.4, 38.9], [118.7, 38.9], [118.7, 39.1], [118.4, 39.1], [118.4, 38.9]]],
            },
        }
    ],
}


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "企业.csv"
    path.write_text(FIRMS, "utf-8")
    return path


@pytest.fixture
def area(tmp_path: Path) -> Path:
    path = tmp_path / "面.geojson"
    path.write_text(json.dumps(AREA), "utf-8")
    return path


def run(*words: str) -> click.testing.Result:
    group = AnsweringGroup("jjjmap", commands={"near": near})
    return click.testing.CliRunner().invoke(group, list(words), catch_exceptions=False)


def answer(*words: str, code: int = 0) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.exit_code == code, done.output
    document: dict[str, Any] = json.loads(done.stdout_bytes.decode("utf-8"), parse_constant=pytest.fail)
    assert document["command"] == "near"
    return document


def test_rings_are_what_is_answered_if_nothing_is_asked() -> None:
    result = answer("near", "曹妃甸")["result"]
    assert [row["外缘 km"] for row in result["rows"]] == [50, 100, 200]
    within = [row["累计个数"] for row in result["rows"]]
    assert within == sorted(within) and within[0] > 0
    assert result["options"]["place"] == "caofeidian"
    assert result["python"] == 'import jjjmap\n\nresult = jjjmap.near(place="caofeidian")'


def test_the_nearest_port_of_the_capital_airport_is_that_of_tianjin() -> None:
    result = answer("near", "airport-pek", "--nearest", "--kind", "port")["result"]
    row = next(row for row in result["rows"] if row["编号"] == "port-tianjin")
    assert row["方向"] == "东南" and row["距离 km"] == pytest.approx(156.2, abs=0.5)
    assert any(note["title"] == "北京首都国际机场" and note["source_ids"] for note in result["inputs"])


def test_a_position_may_be_west_and_south(firms: Path) -> None:
    result = answer("near", "--at=-70.5,-33.4", "--rings", "100", "--layer", str(firms), "--no-places")
    assert result["result"]["rows"][0]["累计个数"] == 0


def test_rows_of_a_file_are_looked_for_and_the_result_is_written(firms: Path, tmp_path: Path) -> None:
    output = tmp_path / "环.gpkg"
    words = ("near", "曹妃甸", "--rings", "20,100", "--layer", str(firms), "--no-places", "-o", str(output))
    result = answer(*words)["result"]
    assert [row["企业（累计）"] for row in result["rows"]] == [2, 2]
    assert [each["reason"] for each in result["missing"]] == ["row-without-position"]
    # How it was made may stand beside it as a table of its own.
    written = pyogrio.read_dataframe(output, layer=str(pyogrio.list_layers(output)[0][0]))
    assert len(written) == 2 and set(written.geometry.geom_type) <= {"Polygon", "MultiPolygon"}


def test_inside_overlap_and_buffer_take_places_and_files(firms: Path, area: Path) -> None:
    inside = answer("near", str(area), "--inside", "--layer", str(firms), "--no-places", "--list")["result"]
    assert [(row["名称"], row["所在的区"]) for row in inside["rows"]] == [("甲有限公司", "海边")]
    overlap = answer("near", "曹妃甸", "--overlap", "唐山市")["result"]
    assert (overlap["rows"][0]["占甲 %"], overlap["summary"]["pairs"]) == (100, 1)
    buffers = answer("near", str(firms), "--buffer", "5")["result"]
    assert [row["缓冲区面积 km²"] is None for row in buffers["rows"]] == [False, False, True]
    assert buffers["options"]["subject_layer_id"] == str(firms)
    line = answer("near", "京沪高速铁路", "--buffer", "5")["result"]
    assert line["options"]["line"] == "rail-beijing-shanghai-hsr"


def test_what_lies_along_a_railway_is_marked_as_schematic() -> None:
    words = ("near", "雄安新区", "--corridor", "京雄城际铁路", "--km", "15", "--kind", "airport")
    result = answer(*words)["result"]
    along = [row["沿线 km"] for row in result["rows"]]
    assert along == sorted(along) and "北京大兴国际机场" in [row["名称"] for row in result["rows"]]
    assert any("示意线" in note and "不可量测" in note for note in result["notes"])


def test_a_position_is_called_as_one_says() -> None:
    result = answer("near", "--at", "116.246449,40.02169", "--name", "甲厂", "--rings", "10")["result"]
    assert result["title"] == "甲厂周边 10 公里"
    assert "“甲厂”的位置：116.246449,40.02169。" in result["notes"]
    assert 'name="甲厂"' in result["python"]


@pytest.mark.parametrize("text", ["116.4,39.9", "116.4，39.9", "39.9, 116.4"])
def test_a_position_without_its_option_is_told_the_option(text: str) -> None:
    done = run("near", text)
    assert done.exit_code == 2 and "--at=" in done.output and "最接近的名称" not in done.output


def test_the_everyday_name_of_a_railway_will_do_and_the_answer_says_which_it_is() -> None:
    taken = "没有正好叫“京沪高铁”的线，用的是“京沪高速铁路”。"
    along = answer("near", "--corridor", "京沪高铁", "--km", "2", "--kind", "airport")["result"]
    assert along["title"] == "沿京沪高速铁路两侧 2 公里" and taken in along["notes"]
    around = answer("near", "京沪高铁", "--buffer", "2")["result"]
    assert around["title"] == "京沪高速铁路的 2 公里缓冲区" and taken in around["notes"]


def test_words_tell_the_table_the_method_and_what_went_in() -> None:
    done = run("near", "曹妃甸", "--nearest", "--kind", "airport")
    assert done.exit_code == 0
    for words in ("离曹妃甸协同发展示范区最近的", "唐山三女河机场", "测地线", "所用数据"):
        assert words in done.output


@pytest.mark.parametrize(
    "words",
    [
        ("near",),
        ("near", "曹妃甸", "--nearest", "--inside"),
        ("near", "曹妃甸", "--at", "116,39"),
        ("near", "--at", "200,39"),
        ("near", "--at", "此处"),
        ("near", "曹妃甸", "--name", "甲厂"),
        ("near", "曹妃甸", "--rings", "五十"),
        ("near", "曹妃甸", "--count", "2"),
        ("near", "曹妃甸", "--km", "2"),
        ("near", "曹妃甸", "--no-places"),
        ("near", "曹妃甸", "--buffer", "3", "--kind", "port"),
        ("near", "曹妃甸", "--nearest", "--list"),
        ("near", "--at", "116,39", "--corridor", "京雄城际铁路"),
        ("near", "曹妃甸", "--kind", "no-such-kind"),
        ("near", "曹妃甸", "-o", "result.docx"),
        ("near", "没有这个地方"),
        ("near", "--corridor", "没有这条线"),
        ("near", "no-such-file.csv", "--buffer", "3"),
    ],
    ids=" ".join,
)
def test_wrong_words_are_wrong_usage(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert "错误" in done.output


@pytest.mark.parametrize(
    "words",
    [
        ("曹妃甸", "--rings", "5", "--no-places", "--kind", "port", "--layer", "FIRMS"),
        ("曹妃甸", "--overlap", "唐山市", "--layer", "FIRMS"),
        ("曹妃甸", "--buffer", "5", "--layer", "FIRMS"),
        ("FIRMS", "--corridor", "京雄城际铁路"),
    ],
    ids=" ".join,
)
def test_words_that_would_not_be_heeded_are_refused(words: tuple[str, ...], firms: Path) -> None:
    done = run("near", *(str(firms) if word == "FIRMS" else word for word in words))
    assert done.exit_code == 2 and "错误" in done.output, done.output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("曹妃甸", "--rings", "-5"), "km-invalid"),
        (("曹妃甸", "--buffer", "100000"), "km-invalid"),
        (("airport-pek", "--inside"), "subject-no-area"),
        (("--corridor", "张承高速"), "corridor-without-line"),
    ],
    ids=lambda each: "",
)
def test_what_cannot_be_answered_says_why(words: tuple[str, ...], code: str) -> None:
    done = run("near", *words, "--json")
    assert done.exit_code == 1, done.output
    (finding,) = json.loads(done.stdout)["findings"]
    assert code in (finding["code"], finding["message"])


def test_a_result_is_never_written_over_what_it_is_made_of(firms: Path) -> None:
    before = firms.read_bytes()
    assert run("near", str(firms), "--buffer", "3", "-o", str(firms)).exit_code == 2
    assert firms.read_bytes() == before
