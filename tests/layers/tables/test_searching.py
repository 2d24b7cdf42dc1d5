"""Finding words in rows."""

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.tables.searching import rows_with

TABLE = FeatureTable(
    pa.table(
        {
            "名称": ["甲县电池厂", "Yi Bearing", None],
            "行业": pa.array(["电池", "轴承", "(.*)"]).dictionary_encode(),
            "资本": [1234567, 20, None],
            "高新": [True, False, True],
        }
    )
)


def found(words: str, columns: tuple[str, ...] = ("名称", "行业", "资本", "高新")) -> list[int]:
    return np.flatnonzero(rows_with(TABLE, words, columns)).tolist()


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("电池", [0]),
        (" BEARING ", [1]),
        ("1,234,567", [0]),
        ("345", [0]),
        ("(.*)", [2]),
        ("%", []),
        ("True", []),
    ],
)
def test_words_are_found_in_any_column_as_they_are_shown(words: str, rows: list[int]) -> None:
    assert found(words) == rows


def test_only_the_columns_that_are_shown_are_searched() -> None:
    assert found("电池", ("资本", "高新")) == []


def test_a_search_tells_its_progress_and_can_be_cancelled() -> None:
    shares: list[float] = []
    rows_with(TABLE, "甲", ("名称", "行业"), progress=shares.append)
    assert shares == [0.5, 1.0]
    assert not rows_with(TABLE, "甲", ("名称",), cancelled=lambda: True).any()
