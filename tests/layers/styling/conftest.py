"""Invented tables to be styled."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry


@pytest.fixture
def firms() -> FeatureTable:
    """Ten firms as points: two industries that are frequent, three that are not, gaps in every column."""
    attributes = pa.table(
        {
            "名称": [f"甲县{letter}厂" for letter in "天地玄黄宇宙洪荒日月"],
            "行业": ["轴承", "轴承", "轴承", "轴承", "自行车", "自行车", "皮革", "丝网", "", None],
            "产值（万元）": pa.array([1.5, 2.5, 3.0, 10.0, 20.0, 21.0, 90.0, 100.0, None, np.nan]),
            "人数": pa.array([0, 1, 4, 9, 16, 25, 36, 49, 100, None], pa.int64()),
            "增减": pa.array([-4.0, -1.0, 0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 100.0, None]),
            "成立": pa.array([date(2000 + year, 1, 1) for year in range(9)] + [None]),
            "在营": pa.array([True] * 6 + [False] * 3 + [None]),
        }
    )
    return FeatureTable(
        attributes, Geometry.POINT, np.linspace(115.0, 118.0, 10), np.linspace(38.0, 40.0, 10)
    )


@pytest.fixture
def squares(firms: FeatureTable) -> FeatureTable:
    """The same rows as areas."""
    return FeatureTable(firms.attributes, Geometry.POLYGON, wkb=pa.chunked_array([pa.nulls(10, pa.binary())]))
