"""A user's layer without a store, a window or a file, for tests of whatever draws and exports layers."""

from collections.abc import Mapping, Sequence

import numpy as np

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import LayerView
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.tables.filters import Filter
from jjjmap.layers.user_layer import as_layer
from jjjmap.layers.user_layer_store import StoredLayer


def made_rows(
    table: FeatureTable,
    *,
    layer_id: str = "user-0000000a",
    title: str = "企业",
    roles: Mapping[str, ColumnRole] | None = None,
    style: UserStyle | None = None,
    filter: Filter | None = None,
    marked: Sequence[int] = (),
) -> LayerRows:
    """Return the rows of a table as a layer that came from ``<title>.csv``."""
    columns = tuple(
        Column(each.name, each.kind, (roles or {}).get(each.name, ColumnRole.NONE)) for each in table.columns
    )
    facts = LayerFacts(
        title, f"{title}.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, table.geometry, columns,
        len(table), 0, 0, 0, None,
    )  # fmt: skip
    wanted = style or UserStyle()
    styled = apply_style(table, wanted)
    said = None if filter is None else filter.to_json()
    stored = StoredLayer(layer_id, facts, title, wanted, styled.style, said)
    shown = None if filter is None else filter.matches(table)
    return LayerRows(stored, table, styled, shown, np.array(marked, dtype=np.int64), filter)


def made_view(rows: LayerRows, *, opacity: float = 1.0) -> LayerView:
    """Return a layer as it stands in a `MapSnapshot`, visible."""
    return LayerView(as_layer(rows.stored), True, opacity)
