import numpy as np
import pyarrow as pa

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.locating.placed_table import EXPLANATION, PLACED_COLUMNS, columns_by_role, placed_table
from jjjmap.locating.placing import Locator

ROLES = (("地址", ColumnRole.ADDRESS), ("不在表里", ColumnRole.NAME), ("level", ColumnRole.NONE))


def firms() -> FeatureTable:
    return FeatureTable(pa.table({"地址": ["天津市武清区", None, "上海市"], "level": ["甲", "乙", "丙"]}))


def test_the_answer_stands_beside_the_columns_of_the_list(locator: Locator) -> None:
    table = firms()
    columns = columns_by_role(table, ROLES)
    assert list(columns) == [ColumnRole.ADDRESS]
    placements = locator.place_rows(columns)
    assert placements is not None
    placed = placed_table(table, placements, Language.ZH, explain=True)
    assert placed is not None
    names = placed.attributes.column_names
    assert names[:2] == ["地址", "level"]
    assert names[2:] == ["level_2", *PLACED_COLUMNS[1:], EXPLANATION]
    assert placed.attributes["level_2"].to_pylist() == ["county", "none", "none"]
    assert placed.attributes["unit"].to_pylist() == ["武清区", "", ""]
    assert placed.attributes["reason"].to_pylist() == ["", "empty", "outside the region"]
    assert placed.geometry is Geometry.POINT
    assert placed.has_position().tolist() == [True, False, False]
    assert len(placed.shapes) == 3


def test_sentences_can_be_cancelled(locator: Locator) -> None:
    table = firms()
    placements = locator.place_rows(columns_by_role(table, ROLES))
    assert placements is not None
    assert placed_table(table, placements, Language.ZH, explain=True, cancelled=lambda: True) is None


def test_the_table_does_not_share_the_arrays_that_the_user_goes_on_correcting(locator: Locator) -> None:
    table = firms()
    placements = locator.place_rows(columns_by_role(table, ROLES))
    assert placements is not None
    placed = placed_table(table, placements, Language.EN)
    assert placed is not None
    assert placed.lon is not None
    assert not np.shares_memory(placed.lon, placements.lon)
    assert placed.attributes["unit"].to_pylist()[0] == "Wuqing District"


def test_people_read_names_and_values_in_their_language(locator: Locator) -> None:
    table = FeatureTable(pa.table({"地址": ["天津市武清区", "新华区样本路", "上海市", None]}))
    placements = locator.place_rows(columns_by_role(table, ROLES))
    assert placements is not None
    placed = placed_table(table, placements, Language.ZH, in_words=True)
    assert placed is not None
    names = placed.attributes.column_names[1:]
    assert names[:3] == ["落位地点", "落位级别", "落位行政区"] and len(names) == len(PLACED_COLUMNS)
    assert not any(name.isascii() for name in names)
    rows = placed.attributes.to_pylist()
    assert [row["落位级别"] for row in rows] == ["区县", "有歧义", "未落位", "未落位"]
    assert (rows[0]["落位地点"], rows[0]["落位依据"], rows[0]["点位精度"]) == (
        "天津市武清区",
        "地址",
        "到区县",
    )
    assert rows[1]["候选地点"] == "石家庄市新华区、沧州市新华区"
    assert [row["未落位原因"] for row in rows[2:]] == ["在京津冀以外", "没有填写"]


def test_a_column_of_the_list_keeps_its_name_beside_that_of_the_answer(locator: Locator) -> None:
    table = FeatureTable(pa.table({"地址": ["天津市武清区"], "落位地点": ["甲"]}))
    placements = locator.place_rows(columns_by_role(table, ROLES))
    assert placements is not None
    placed = placed_table(table, placements, Language.ZH, in_words=True)
    assert placed is not None
    assert placed.attributes["落位地点"].to_pylist() == ["甲"]
    assert placed.attributes["落位地点_2"].to_pylist() == ["天津市武清区"]
