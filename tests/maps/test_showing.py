"""What a page is told so that it shows a snapshot."""

import numpy as np
import pyarrow as pa

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.maps.bridge import DimFeatures, HighlightedPlace, HighlightPlaces, SelectFeature, ShowTally
from jjjmap.maps.showing import calls_showing
from jjjmap.maps.snapshot import MapSnapshot
from tests.made_layers import made_rows

FIRMS = made_rows(
    FeatureTable(
        pa.table({"名称": ["甲厂", "乙厂"]}),
        Geometry.POINT,
        np.array([116.5, np.nan]),
        np.array([39.5, np.nan]),
    )
)


def shown(catalogue, **changes):
    return calls_showing(MapSnapshot((), Language.ZH, **changes), catalogue)


def test_a_plain_map_is_told_nothing_more(catalogue):
    assert shown(catalogue) == ()


def test_what_is_chosen_marked_dimmed_and_counted_is_told_in_this_order(catalogue):
    place = next(place for place in catalogue.places.values() if place.area_adcodes)
    tally = ShowTally("提及次数")
    calls = shown(
        catalogue,
        selected_id=place.id,
        highlighted_ids=(place.id, "gone"),
        dimmed_ids=("x",),
        tally=tally,
    )
    assert calls == (
        SelectFeature(place.id, place.area_adcodes, place.lon, place.lat, place.name_zh),
        HighlightPlaces((HighlightedPlace(place.id, place.lon, place.lat),), place.area_adcodes),
        DimFeatures(("x",)),
        tally,
    )


def test_a_users_feature_is_named_where_it_lies(catalogue):
    calls = shown(catalogue, selected_id="user-0000000a#0", rows_of=lambda _layer_id: FIRMS)
    assert calls == (SelectFeature("user-0000000a#0", (), 116.5, 39.5, "甲厂"),)


def test_a_feature_without_position_and_an_unknown_id_are_not_told(catalogue):
    assert shown(catalogue, selected_id="user-0000000a#1", rows_of=lambda _layer_id: FIRMS) == ()
    assert shown(catalogue, selected_id="nowhere") == ()
