import json

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer, LayerGroup, LayerView, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry, LayerStyle, SymbolClass
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.maps.config import page_config
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from tests.made_layers import made_rows, made_view

POINTS = FeatureTable(
    pa.table({"类型": ["氢能", "氢能"]}), Geometry.POINT, np.array([116.0, 117.0]), np.array([39.0, 39.0])
)


def config_of(**changes):
    return page_config(MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH, **changes))


def test_layers_keep_their_order_visibility_and_opacity():
    views = tuple(
        LayerView(layer, visible=i % 2 == 0, opacity=i / 100)
        for i, layer in enumerate(reversed(SHIPPED_LAYERS))
    )
    layers = page_config(MapSnapshot(views, Language.ZH))["layers"]
    assert [(layer["id"], layer["visible"], layer["opacity"]) for layer in layers] == [
        (view.layer.id, view.visible, view.opacity) for view in views
    ]


def test_the_configuration_is_plain_json_with_the_bounds_asked_for():
    config = json.loads(json.dumps(config_of(bounds=Bounds(115, 38, 116, 39)), allow_nan=False))
    assert config["bounds"] == [115, 38, 116, 39]


def test_only_places_can_be_selected():
    selectable = {layer["id"]: layer["selectable"] for layer in config_of()["layers"]}
    assert selectable["wings"] and selectable["counties"]
    assert not selectable["sea"] and not selectable["railways"]


def test_every_text_is_in_the_language_of_the_map():
    texts = page_config(MapSnapshot(first_view(SHIPPED_LAYERS), Language.EN))
    said = json.dumps([texts["texts"], [layer["title"] for layer in texts["layers"]]], ensure_ascii=False)
    assert not [char for char in said if "\u4e00" <= char <= "\u9fff"]


def test_the_source_line_of_the_borders_is_always_said():
    for language in Language:
        texts = page_config(MapSnapshot((), language))["texts"]
        assert "GS(2024)0650" in texts["attribution"]


def test_layer_ids_are_unique_and_each_layer_has_a_class_for_whatever_is_left():
    ids = [layer.id for layer in SHIPPED_LAYERS]
    assert len(set(ids)) == len(ids)
    for layer in SHIPPED_LAYERS:
        assert layer.style.classes[-1].value == "*"


@pytest.mark.parametrize(("value", "label"), [("a", "甲"), ("b", "其他"), ("", "其他")])
def test_a_value_falls_into_its_class_or_into_the_rest(value, label):
    style = LayerStyle((SymbolClass("a", "甲", "A"), SymbolClass("*", "其他", "Other")), attribute="kind")
    assert style.class_for(value).label_zh == label


def test_a_users_layer_says_how_it_is_drawn_and_where_it_is_fetched():
    views = tuple(
        LayerView(
            Layer(
                f"user-0000000{i}", "企业", "Firms", LayerGroup.USER, "", geometry, LayerStyle(()), revision=3
            ),
            True,
            1.0,
        )
        for i, geometry in enumerate((Geometry.POINT, Geometry.LINE, Geometry.POLYGON, None))
    )
    layers = page_config(MapSnapshot(views, Language.EN))["layers"]
    # A plain table is not on the map.
    assert [
        (layer["renderer"], layer["url"], layer["revision"], layer["selectable"]) for layer in layers
    ] == [
        ("points", "/features/user-00000000/3", 3, False),
        ("tiles", "/features/user-00000001/3", 3, False),
        ("tiles", "/features/user-00000002/3", 3, False),
    ]
    assert all("renderer" not in layer for layer in config_of()["layers"])


def test_one_class_for_all_rows_is_called_as_its_layer():
    rows = made_rows(POINTS, title="企业名单")
    [layer] = page_config(MapSnapshot((made_view(rows),), Language.ZH))["layers"]
    assert [look["label"] for look in layer["style"]["classes"]] == ["企业名单"]


def test_a_single_category_keeps_its_own_name():
    style = UserStyle(mode=StyleMode.CATEGORISED, column="类型")
    rows = made_rows(POINTS, title="企业名单", style=style)
    [layer] = page_config(MapSnapshot((made_view(rows),), Language.ZH))["layers"]
    assert layer["style"]["classes"][0]["label"].startswith("氢能")
