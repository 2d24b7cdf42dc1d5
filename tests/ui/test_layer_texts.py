"""What is said when a file was opened or a layer made."""

from dataclasses import replace

from jjjmap.layers.opening.records import FileFormat, LayerFacts, ReadAnswer, ReadPart
from jjjmap.layers.style import Geometry
from jjjmap.session.layers.user_layers import Opened
from jjjmap.ui.layer_texts import opened_sentence

FACTS = LayerFacts(
    "甲", "甲.gpkg", "", FileFormat.GPKG, "", "", "WGS-84", 0.0, Geometry.POINT, (), 9, 0, 0, 0, None
)


def opened(facts: LayerFacts, *, mended: int = 0, rejected: int = 0, is_made: bool = False) -> Opened:
    answer = ReadAnswer((ReadPart("rows", facts),), (), facts.rows, mended, rejected)
    return Opened(("user-00000000",), answer, "甲.gpkg", is_made)


def test_only_counts_that_are_not_nought_are_told() -> None:
    assert opened_sentence(opened(FACTS)) == "已打开“甲.gpkg”：读入 9 行。"
    assert opened_sentence(opened(FACTS, mended=1, rejected=2)) == (
        "已打开“甲.gpkg”：读入 9 行，修补 1 行，被拒 2 行。"
    )


def test_one_layer_of_several_in_a_file_is_named() -> None:
    assert "“甲.gpkg · 线路”" in opened_sentence(opened(replace(FACTS, sublayer="线路")))


def test_a_table_that_is_nowhere_leads_on_to_the_map() -> None:
    facts = replace(FACTS, format=FileFormat.XLSX, sublayer="名单", geometry=None)
    assert "没有坐标" in opened_sentence(opened(facts)) and " · 名单" not in opened_sentence(opened(facts))


def test_a_layer_that_was_made_was_not_opened() -> None:
    assert opened_sentence(opened(FACTS, is_made=True)) == "已生成图层“甲”：9 行。"
    facts = replace(FACTS, without_geometry=2)
    assert opened_sentence(opened(facts, is_made=True)) == "已生成图层“甲”：9 行，其中 2 行不在地图上。"
