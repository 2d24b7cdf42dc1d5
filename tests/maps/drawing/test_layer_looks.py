from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from made_layers import made_rows

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.drawing.layer_looks import drawn_layer_of, look_alike

TABLE = FeatureTable(
    pa.table({"name": ["甲厂", "乙厂", "丙厂"]}),
    Geometry.POINT,
    lon=np.array([116.0, 116.1, 116.2]),
    lat=np.array([39.0, 39.0, 39.0]),
)


def only(text: str) -> Filter:
    return Filter((Condition(FilterOp.CONTAINS, "name", (text,)),))


def rows(**fields: object) -> LayerRows:
    return made_rows(TABLE, **fields)  # type: ignore[arg-type]


def test_a_drawing_knows_what_the_filter_hides() -> None:
    drawn = drawn_layer_of(rows(filter=only("乙")))
    assert drawn.hits(116.1, 39.0, 10.0, 5.0) == [1]
    assert drawn.hits(116.0, 39.0, 10.0, 5.0) == []


def test_a_plain_table_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="plain table"):
        drawn_layer_of(made_rows(FeatureTable(TABLE.attributes)))


def test_the_same_setting_looks_alike_even_if_it_was_reckoned_anew() -> None:
    assert look_alike(rows(), rows())
    assert look_alike(rows(filter=only("甲"), marked=(2,)), rows(filter=only("甲"), marked=(2,)))


@pytest.mark.parametrize(
    "other",
    [
        rows(style=UserStyle(color="#00ff00")),
        rows(style=UserStyle(label_column="name")),
        rows(filter=only("甲")),
        rows(marked=(1,)),
        made_rows(FeatureTable(TABLE.attributes, Geometry.POINT, lon=TABLE.lon, lat=TABLE.lat)),
        replace(rows(), styled=replace(rows().styled, class_of_row=np.array([0, 0, 1], np.uint8))),
        replace(rows(), styled=replace(rows().styled, size_of_row_px=np.array([4, 4, 9], np.uint8))),
    ],
    ids=["colour", "names", "filter", "marks", "rows", "classes", "sizes"],
)
def test_whatever_is_set_otherwise_looks_different(other: LayerRows) -> None:
    assert not look_alike(rows(), other)
    assert not look_alike(other, rows())
