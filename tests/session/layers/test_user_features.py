"""What is known of one feature: its name, its attributes, where it lies."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from pytestqt.qtbot import QtBot

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.feature_words import MAX_VALUE_CHARS, value_text
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.provenance import ColumnNote, Provenance
from jjjmap.layers.style import Geometry
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.layers.user_features import UserFeatures
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.workspace import Workspace

TANGSHAN = (118.2, 39.63)


def facts(table: FeatureTable, roles: dict[str, ColumnRole] | None = None) -> LayerFacts:
    columns = tuple(
        Column(each.name, each.kind, (roles or {}).get(each.name, ColumnRole.NONE)) for each in table.columns
    )
    return LayerFacts(
        "厂", "厂.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, table.geometry, columns, len(table),
        0, 0, 0, None,
    )  # fmt: skip


@pytest.fixture
def layers(qtbot: QtBot, tmp_path: Path) -> UserLayers:
    return UserLayers(UserLayerStore(tmp_path / "layers"), TaskRunner())


@pytest.fixture
def features(layers: UserLayers) -> UserFeatures:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return UserFeatures(Workspace(catalogue), layers)


def keep(
    layers: UserLayers, qtbot: QtBot, table: FeatureTable, roles: dict[str, ColumnRole] | None = None
) -> str:
    with qtbot.waitSignal(layers.opened) as opened:
        layers.add_reckoned("打开", "厂.csv", lambda: (facts(table, roles), table))
    return opened.args[0].layer_ids[0]


def points(**columns: list[object]) -> FeatureTable:
    count = len(next(iter(columns.values())))
    lon = np.array([TANGSHAN[0], *[np.nan] * (count - 1)])
    return FeatureTable(pa.table(columns), Geometry.POINT, lon, lon - TANGSHAN[0] + TANGSHAN[1])


def shapes(geometry: Geometry, *wkt: str | None) -> FeatureTable:
    wkb = [None if each is None else shapely.to_wkb(shapely.from_wkt(each)) for each in wkt]
    attributes = pa.table({"名称": [f"{n}号" for n in range(len(wkt))]})
    return FeatureTable(attributes, geometry, wkb=pa.chunked_array([pa.array(wkb, pa.large_binary())]))


def test_a_feature_is_called_by_its_name_column_else_by_its_first_text_else_by_its_number(
    features, layers, qtbot
):
    table = points(编号=[7, 8, 9], 地址=["甲路", "乙路", None], 名称=["甲厂", " ", None])
    layer_id = keep(layers, qtbot, table, {"名称": ColumnRole.NAME})
    titles = [features.title(feature_id(layer_id, row)) for row in range(3)]
    assert titles == ["甲厂", "乙路", "第 3 行"]


def test_only_rows_of_layers_that_are_open_are_known(features, layers, qtbot):
    layer_id = keep(layers, qtbot, points(名称=["甲厂", "乙厂"]))
    assert features.knows(feature_id(layer_id, 1))
    assert not features.knows(feature_id(layer_id, 2))
    assert not features.knows("130200")
    layers.remove(layer_id)
    assert not features.knows(feature_id(layer_id, 1))


def test_a_point_is_told_with_its_county_and_with_the_places_whose_policy_concerns_it(
    features, layers, qtbot
):
    layer_id = keep(layers, qtbot, points(名称=["甲厂"], 日期=[date(2020, 5, 1)], 空=[None]))
    details = features.details(feature_id(layer_id, 0))
    assert (details.title, details.layer_title, details.source_name) == ("甲厂", "厂", "厂.csv")
    assert details.attributes == (("名称", "甲厂"), ("日期", "2020-05-01"), ("空", ""))
    assert (details.lon, details.lat, details.extent) == (*TANGSHAN, "")
    assert details.whereabouts.city_id == "130200"
    assert {"130200", "130000"} <= set(details.subject_ids)


def test_a_row_without_position_lies_nowhere(features, layers, qtbot):
    layer_id = keep(layers, qtbot, points(名称=["甲厂", "乙厂"]))
    there = feature_id(layer_id, 1)
    assert features.position(there) is None and features.bounds(there) is None
    details = features.details(there)
    assert (details.lon, details.whereabouts, details.subject_ids) == (None, None, ())


def test_an_area_has_a_point_a_box_and_a_size(features, layers, qtbot):
    square = "POLYGON((118.1 39.6, 118.2 39.6, 118.2 39.7, 118.1 39.7, 118.1 39.6))"
    layer_id = keep(layers, qtbot, shapes(Geometry.POLYGON, square, None, "POLYGON EMPTY"))
    first = feature_id(layer_id, 0)
    assert features.bounds(first) == (118.1, 39.6, 118.2, 39.7)
    lon, lat = features.position(first)
    assert 118.1 < lon < 118.2 and 39.6 < lat < 39.7
    assert features.details(first).extent == "面积 95.29 平方公里"
    for row in (1, 2):
        assert features.position(feature_id(layer_id, row)) is None
        assert features.details(feature_id(layer_id, row)).extent == ""


def test_a_line_has_a_length(features, layers, qtbot):
    layer_id = keep(layers, qtbot, shapes(Geometry.LINE, "LINESTRING(118 39, 118 40)"))
    assert features.details(feature_id(layer_id, 0)).extent == "长 111 公里"


def test_one_shape_is_made_for_one_click_however_many_there_are(features, layers, qtbot):
    square = "POLYGON((118.1 39.6, 118.2 39.6, 118.2 39.7, 118.1 39.6))"
    layer_id = keep(layers, qtbot, shapes(Geometry.POLYGON, square, square))
    features.details(feature_id(layer_id, 1))
    features.bounds(feature_id(layer_id, 1))
    assert "shapes" not in vars(layers.table(layer_id))


def test_values_are_told_as_people_read_them():
    assert value_text(None) == ""
    assert (value_text(True), value_text(False)) == ("是", "否")
    assert (value_text(0.1 + 0.2), value_text(1e20)) == ("0.3", "1e+20")
    assert value_text("长" * (MAX_VALUE_CHARS + 5)) == "长" * MAX_VALUE_CHARS + "…"
    use_language(Language.EN)
    assert value_text(True) == "yes"


def test_what_is_no_feature_is_refused(features):
    with pytest.raises(KeyError):
        features.details("130200")


def test_rows_that_were_deleted_on_disk_are_told_as_such(features, layers, qtbot, tmp_path):
    layer_id = keep(layers, qtbot, points(名称=["甲厂"]))
    again = UserLayers(UserLayerStore(tmp_path / "layers"), layers.tasks)
    (tmp_path / "layers" / layer_id / "1" / "attributes.arrow").unlink()
    with pytest.raises(RowsUnreadable) as caught:
        again.table(layer_id)
    assert caught.value.title == "厂"


def test_a_row_of_a_result_speaks_of_the_place_that_it_names(
    features: UserFeatures, layers: UserLayers, qtbot: QtBot
) -> None:
    lies_in = features.details(feature_id(keep(layers, qtbot, points(编号=["x"])), 0)).subject_ids
    notes = (ColumnNote("编号", "id"), ColumnNote("点名", "named_ids"))

    def subjects(**columns: list[object]) -> tuple[str, ...]:
        layer_id = keep(layers, qtbot, points(**columns))
        made = Provenance("summarize", {}, "汇总", columns=notes)
        layers._keep(replace(layers.stored(layer_id), provenance=made))
        return features.details(feature_id(layer_id, 0)).subject_ids

    assert subjects(编号=["130100"]) == ("130100",)  # Not what a point of it happens to lie in.
    assert subjects(编号=[lies_in[0]]) == lies_in
    assert subjects(编号=["zz"], 点名=["xiongan|caofeidian|nix"]) == ("xiongan", "caofeidian")
    assert subjects(编号=["zz"]) == lies_in
