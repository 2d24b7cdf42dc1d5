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
