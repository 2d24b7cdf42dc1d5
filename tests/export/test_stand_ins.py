"""Layers whose features stand for places: the exported file can answer a click on them."""

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.page.html import map_html
from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.snapshot import MapSnapshot

from .conftest import ReadPage


def test_a_place_that_only_its_stops_stand_for_has_its_details_but_no_list_of_its_own() -> None:
    views = tuple(LayerView(layer, layer.id == "corridor_stops", 1.0) for layer in SHIPPED_LAYERS)
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    content = ReadPage(map_html(MapSnapshot(views, Language.ZH), catalogue)).content
    assert "rail-shihengcanggang" in content["details"]["places"]
    stops = content["features"]["layers"]["corridor_stops"]
    assert {properties["place_id"] for _id, properties, *_geometry in stops} >= {"rail-shihengcanggang"}
    assert "走廊站点" not in [title for title, _ids in content["index"]]
