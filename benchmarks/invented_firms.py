"""Invented firms, the same in every run: as rows of a user's layer, and as peers are given them."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import LayerView
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.user_layer import as_layer
from jjjmap.layers.user_layer_store import StoredLayer

LAYER_ID = "user-0000000a"
COLOR = "#d00000"
RADIUS_PX = 3
NAME_COLUMN = "企业名称"

_WEST, _SOUTH, _EAST, _NORTH = 114.0, 37.0, 119.0, 41.0
_TRADES = ("氢能", "机器人", "生物医药", "集成电路", "网络安全", "汽车零部件", "新材料", "仪器仪表")
_TOWNS = ("甲县", "乙县", "丙区", "丁市", "戊县", "己区")


def firms_table(count: int) -> FeatureTable:
    """Return so many rows of 8 columns: seven of ten in sixty clusters, the rest anywhere in the region."""
    chance = np.random.default_rng(6)
    middles = chance.uniform((_WEST, _SOUTH), (_EAST, _NORTH), (60, 2))
    near = middles[chance.integers(0, 60, count)] + chance.normal(0, 0.12, (count, 2))
    anywhere = chance.uniform((_WEST, _SOUTH), (_EAST, _NORTH), (count, 2))
    lon, lat = np.where(chance.random((count, 1)) < 0.7, near, anywhere).round(6).T
    trades, towns = chance.integers(0, len(_TRADES), count), chance.integers(0, len(_TOWNS), count)
    days = np.datetime64("1990-01-01") + chance.integers(0, 12_000, count)
    attributes = {
        NAME_COLUMN: [
            f"{_TOWNS[town]}第{number}{_TRADES[trade]}有限公司"
            for number, (town, trade) in enumerate(zip(towns, trades, strict=True))
        ],
        "编号": [f"F{number:07d}" for number in range(count)],
        "行业": [_TRADES[trade] for trade in trades],
        "所在地": [_TOWNS[town] for town in towns],
        "注册资本（万元）": (chance.integers(1_000, 9_000_000, count) / 100).tolist(),
        "成立日期": [str(day) for day in days],
        "从业人数": chance.integers(1, 9_999, count).tolist(),
        "地址": [
            f"{_TOWNS[town]}工业路{number}号"
            for town, number in zip(towns, chance.integers(1, 999, count), strict=True)
        ],
    }
    return FeatureTable(pa.table(attributes), Geometry.POINT, lon.copy(), lat.copy())


def firms_rows(table: FeatureTable) -> LayerRows:
    """Return a table as a layer of the user's in one colour."""
    columns = tuple(Column(each.name, each.kind, ColumnRole.NONE) for each in table.columns)
    facts = LayerFacts(
        "企业", "企业.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT, columns,
        len(table), 0, 0, 0, None,
    )  # fmt: skip
    style = UserStyle(color=COLOR, size_px=2.0 * RADIUS_PX + 1)
    styled = apply_style(table, style)
    stored = StoredLayer(LAYER_ID, facts, "企业", style, styled.style, None)
    return LayerRows(stored, table, styled, None, np.empty(0, dtype=np.int64), None)


def firms_view(rows: LayerRows) -> LayerView:
    """Return the layer as it stands in a map, visible."""
    return LayerView(as_layer(rows.stored), True, 1.0)


def firms_frame(table: FeatureTable) -> Any:
    """Return the same rows as a GeoDataFrame."""
    import geopandas

    return geopandas.GeoDataFrame(table.attributes.to_pandas(), geometry=list(table.shapes), crs=4326)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(each.stat().st_size for each in files if each.is_file())
