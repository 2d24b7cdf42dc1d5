"""Tests of the commands that list and tell: ``places`` and ``show``."""

import re
from pathlib import Path

from jjjmap.catalogue.models import PlaceKind
from jjjmap.cli.tables import display_width

from .commands import answer, run, spoil_source


def test_places_lists_the_wings() -> None:
    document = answer("places", "--kind", "wing")
    assert document["command"] == "places"
    assert [place["id"] for place in document["result"]["places"]] == ["beijing-subcenter", "xiongan"]
    assert document["findings"] == []


def test_places_leaves_units_out_unless_they_are_asked_for() -> None:
    kinds = {place["kind"] for place in answer("places")["result"]["places"]}
    assert "platform" in kinds
    assert not {"province", "city", "county"} & kinds
    provinces = answer("places", "--kind", "province")["result"]["places"]
    assert [place["id"] for place in provinces] == ["110000", "120000", "130000"]


def test_places_within_a_unit_lie_in_it() -> None:
    found = answer("places", "--kind", "platform", "--within", "天津市")["result"]["places"]
    assert len(found) > 5
    assert {place["province"] for place in found} == {"天津市"}
    counties = answer("places", "--kind", "county", "--within", "130200")["result"]["places"]
    assert {place["id"][:4] for place in counties} == {"1302"}


def test_places_prints_a_table_with_columns_under_one_another() -> None:
    lines = run("places", "--kind", "port").stdout.splitlines()
    assert lines[-1] == "共 4 个地点。"
    starts = {display_width(line[: line.index("港口")]) for line in lines[1:-1]}
    assert len(starts) == 1


def test_places_says_so_when_there_are_none() -> None:
    result = run("places", "--within", "port-tianjin", "--kind", "airport")
    assert (result.exit_code, result.stdout) == (0, "没有符合条件的地点。\n")


def test_an_unknown_kind_is_wrong_usage() -> None:
    assert run("places", "--kind", "castle").exit_code == 2
    assert answer("places", "--kind", "castle", code=2)["findings"][0]["code"] == "usage"


def test_every_kind_can_be_asked_for() -> None:
    for kind in PlaceKind:
        assert run("places", "--kind", kind.value).exit_code == 0


def test_show_gives_everything_with_its_sources() -> None:
    document = answer("show", "曹妃甸协同发展示范区")
    result = document["result"]
    assert list(result) == [
        "place", "chains", "passages", "figures", "related", "disagreements", "sources",
    ]  # fmt: skip
    assert result["place"]["id"] == "caofeidian"
    known = {source["id"] for source in result["sources"]}
    assert [source["mark"] for source in result["sources"]] == list(range(1, len(known) + 1))
    cited = {s for passage in result["passages"] for s in passage["source_ids"]}
    cited |= {s for tie in result["chains"] for s in tie["source_ids"]}
    cited |= {figure["source_id"] for figure in result["figures"]} | set(result["place"]["source_ids"])
    assert cited == known
    assert result["passages"][0]["link"] == "direct"
    invested = next(f for f in result["figures"] if f["value"] == 3671.58)
    assert (invested["text"], invested["period"]) == ("3,671.58亿元", "2017-12")
    assert all(isinstance(f["value"], int | float) for f in result["figures"])


def test_show_never_gives_the_address_of_a_mirror() -> None:
    sources = (
        answer("show", "port-tianjin")["result"]["sources"] + answer("show", "110000")["result"]["sources"]
    )
    assert any(source["link"] for source in sources)
    assert not [s for s in sources if s["link"] and s["link_kind"] in ("mirror", "repost", "seed", "none")]


def test_show_prints_numbered_sources_under_the_values() -> None:
    text = run("show", "caofeidian").stdout
    assert text.startswith("曹妃甸协同发展示范区  Caofeidian")
    assert "超4,400亿元" in text
    assert "●●● 名单内·官方列明" in text
    assert "[1]" in text.split("来源（")[0]
    assert "  [1] " in text.split("来源（")[1]


def test_show_says_in_words_what_is_missing() -> None:
    empty = next(
        place["id"]
        for place in answer("places", "--kind", "industrial_park")["result"]["places"]
        if not answer("show", place["id"])["result"]["figures"]
    )
    name = answer("show", empty)["result"]["place"]["name_zh"]
    assert f"资料库中没有“{name}”的数据。" in run("show", empty).stdout


def test_the_region_can_be_shown_with_the_chains_that_are_no_places() -> None:
    details = answer("show", "京津冀")["result"]
    assert details["place"]["id"] == "region"
    assert details["passages"][0]["id"] == "position"
    assert {"region", "nev-icv", "robot"} <= {figure["scope_id"] for figure in details["figures"]}
    text = run("show", "京津冀").stdout
    assert "没有点名地点，针对整个区域" in text
    assert "\n  机器人\n" in text


def test_a_cluster_names_its_chains_with_their_sources() -> None:
    lines = run("show", "cl5-ic").stdout.splitlines()
    assert any(line.startswith("名单") and "五群" in line for line in lines)
    chained = run("show", "cl5-biomed").stdout.splitlines()
    assert any(line.startswith("产业链") and line.endswith("]") for line in chained)


def test_other_places_of_the_same_name_are_told_beside_the_answer() -> None:
    result = run("show", "桥西区")
    assert (result.exit_code, "提示" in result.stderr) == (0, True)
    assert "还有同名地点：桥西区（130703、河北省 › 张家口市）" in result.stderr
    document = answer("show", "桥西区")
    assert document["result"]["place"]["id"] == "130104"
    assert [(finding["severity"], finding["code"]) for finding in document["findings"]] == [
        ("info", "name-shared")
    ]
    assert answer("places", "--within", "新华区")["findings"][0]["code"] == "name-shared"
    assert answer("show", "130104")["findings"] == []
    assert answer("show", "河北省石家庄市桥西区")["findings"] == []


def test_show_speaks_english() -> None:
    text = run("show", "xiongan", "--lang", "en").stdout
    assert text.startswith("Xiong'an New Area  河北雄安新区")
    assert "Xiong" in text and "Dec 2017" in text


def test_an_unknown_place_is_wrong_usage_and_names_the_three_nearest() -> None:
    result = run("show", "曹肥甸")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "曹肥甸" in result.stderr
    assert "曹妃甸" in result.stderr
    document = answer("show", "曹肥甸", code=2)
    assert document["result"] is None
    (finding,) = document["findings"]
    assert finding["code"] == "place-unknown"
    assert len(finding["hint"].removeprefix("最接近的名称：").split("、")) == 3
    assert answer("places", "--within", "nowhere", code=2)["findings"][0]["code"] == "place-unknown"


def test_the_same_question_has_the_same_answer() -> None:
    assert run("show", "130000", "--json").stdout_bytes == run("show", "130000", "--json").stdout_bytes


def test_other_commands_go_on_with_broken_data_and_say_so(data: Path) -> None:
    spoil_source(data)
    document = answer("places", "--kind", "wing", code=3)
    assert len(document["result"]["places"]) == 2
    assert document["findings"][0]["severity"] == "error"
    result = run("show", "xiongan")
    assert result.exit_code == 3
    assert "河北雄安新区" in result.stdout
    assert "catalogue/places.csv" in result.stderr
    assert "catalogue/places.csv" not in result.stdout


def test_show_answers_with_a_chain() -> None:
    result = answer("show", "氢能")["result"]
    assert result["chain"]["id"] == "hydrogen"
    assert result["nodes"][0]["place_ids"] == ["130700"]
    assert "task-t2" in result["passage_ids"]
    known = {source["id"] for source in result["sources"]}
    assert {key for node in result["nodes"] for key in node["source_ids"]} <= known
    text = run("show", "工业互联网").stdout
    assert text.startswith("网络安全和工业互联网  ")
    assert "2023年5月的实施方案称“工业互联网”，后来改称“网络安全和工业互联网”" in text
    assert "三地分工" in text and "环节（" in text and "来源（" in text


def test_show_answers_with_an_item_of_the_policy_and_what_it_leads_to() -> None:
    result = answer("show", "task-t2")["result"]
    assert result["passage"]["number"] == "T2"
    assert {"place_id": "130700", "way": "chain", "via_id": "hydrogen"} in result["mentions"]
    assert [source["mark"] for source in result["sources"]] == [1, 2]
    assert run("show", "T2").stdout == run("show", "task-t2").stdout
    assert "提到的产业链\n  氢能、" in run("show", "T2").stdout


def test_show_tells_code_area_chain_and_disagreements() -> None:
    text = run("show", "park-tangshan-robot").stdout
    assert "所在县区代码  130203" in text
    assert "机器人（所在的唐山市是该链的环节：" in text
    assert "同一产业链的地点：机器人，中游" in text
    assert "面积          " in run("show", "110000").stdout
    assert "所含县（市、区）面积合计" in run("show", "xiongan").stdout
    told = run("show", "ninghe-jingjin").stdout
    assert "说法不一的数据" in told and "  |  " in told.split("说法不一的数据")[1]


def test_the_marks_of_a_line_stand_in_the_order_of_their_numbers() -> None:
    for line in run("show", "cl5-biomed").stdout.splitlines():
        if line.startswith(("产业链", "来源  ")):
            numbers = [int(number) for number in re.findall(r"\[(\d+)\]", line)]
            assert numbers == sorted(numbers)
