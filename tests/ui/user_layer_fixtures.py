"""A user's layer of six invented firms, kept in a temporary folder."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.user_layer import first_look, first_style
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import TaskRunner


def firms(count: int = 6) -> FeatureTable:
    """Return firms; the last one is nowhere and has no capital."""
    names = ["丙厂", "甲厂", "乙厂", "丁厂", "甲县轴承", "乙县轴承"]
    attributes = pa.table(
        {
            "名称": [names[n % 6] for n in range(count)],
            "行业": pa.array([("电池", "轴承")[n % 2] for n in range(count)]).dictionary_encode(),
            "资本": [None if n % 6 == 5 else 1000.0 * (n + 1) for n in range(count)],
            "年份": [2018 + n % 6 for n in range(count)],
            "成立": [date(2018 + n % 6, 5, 31) for n in range(count)],
            "高新": [n % 2 == 0 for n in range(count)],
        }
    )
    lon = np.array([np.nan if n % 6 == 5 else 116.0 + n % 6 for n in range(count)])
    return FeatureTable(attributes, Geometry.POINT, lon, lon - 77)


def add_layer(store: UserLayerStore, title: str, table: FeatureTable) -> str:
    """Keep a table as a layer and return its id."""
    folder = store.new_folder()
    part = folder / "part"
    part.mkdir()
    write_table(part, table)
    facts = LayerFacts(
        title, f"{title}.csv", "", FileFormat.CSV, "gb18030", "", "WGS-84", 0.0, table.geometry,
        table.columns, len(table), 1, 0, 0, (116.0, 39.0, 121.0, 44.0), "ab" * 32, "2026-01-02",
    )  # fmt: skip
    style = first_style(facts, 0)
    stored = store.adopt(part, facts, style, first_look(facts, style))
    folder.rmdir()
    return stored.id


def open_layers(root: Path, tasks: TaskRunner, *tables: tuple[str, FeatureTable]) -> UserLayers:
    """Return the session's layers, of which each is kept in a folder."""
    store = UserLayerStore(root)
    for title, table in tables:
        add_layer(store, title, table)
    return UserLayers(store, tasks)
