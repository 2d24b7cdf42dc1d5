"""Tables on a folium map, in a real browser: nothing is fetched, and no text is more than a text."""

import json
from pathlib import Path

import geopandas
import pandas
import pytest
import shapely

import jjjmap
from jjjmap.layers.feature_words import value_text
from tests.hostile_exports.values import VALUES

from .conftest import Browser
from .hostile import HOSTILE
from .test_in_chromium import assert_quiet

pytestmark = pytest.mark.web

CELLS = "document.querySelectorAll('.leaflet-popup table td')"


def test_hostile_texts_are_read_as_texts_and_nothing_is_asked_of_a_network(
    chromium: Browser, tmp_path: Path
) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in (HOSTILE, *VALUES.values())]
    frame = geopandas.GeoDataFrame(
        {"<b>名</b>": texts, "类": texts},
        geometry=geopandas.points_from_xy([115 + at / 10 for at in range(len(texts))], [39.0] * len(texts)),
        crs=4326,
    )
    path = tmp_path / "看.html"
    jjjmap.explore(frame, "类", title=HOSTILE).save(str(path))
    chromium.open(path)
    chromium.wait("document.querySelectorAll('path.leaflet-interactive').length > 1")
    count = chromium.value("document.querySelectorAll('path.leaflet-interactive').length")
    assert count == len(texts)
    for at in range(count):
        chromium.run(
            "document.querySelectorAll('path.leaflet-interactive')[arguments[0]]"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true}))",
            at,
        )
        wanted = json.dumps(value_text(texts[at]))
        chromium.wait(f"[...{CELLS}].some((cell) => cell.textContent === {wanted})")
    assert chromium.value("window.PWNED") is None
    assert chromium.value("document.querySelectorAll('img, iframe, b').length") == 0
    assert_quiet(chromium, path)


def test_flows_end_in_arrows_that_point_along_the_way(chromium: Browser, tmp_path: Path) -> None:
    table = pandas.DataFrame({"a": ["北京", "天津"], "b": ["天津", "北京"], "v": [9, 1]})
    path = jjjmap.flows(table, origin="a", destination="b", value="v").save(tmp_path / "流.html")
    chromium.open(path)
    chromium.wait("document.querySelectorAll('.leaflet-marker-icon').length === 2")
    turns = chromium.value(
        "[...document.querySelectorAll('.leaflet-marker-icon div')]"
        ".map((head) => Number(/rotate\\((-?[\\d.]+)deg/.exec(head.style.transform)[1]))"
    )
    # To the south-west at Tianjin, as the curve comes from the west side; to the north-west at Beijing.
    assert 0 < turns[0] < 180 and -180 < turns[1] < 0
    assert "9" in chromium.text(".leaflet-top.leaflet-right")
    assert_quiet(chromium, path)


def test_shapes_of_every_sort_are_drawn(chromium: Browser, tmp_path: Path) -> None:
    for at, shape in enumerate(
        (
            shapely.box(116, 39, 117, 40),
            shapely.MultiPolygon([shapely.box(116, 39, 117, 40), shapely.box(118, 39, 119, 40)]),
            shapely.MultiLineString([[(116, 39), (117, 40)], [(118, 39), (119, 40)]]),
        )
    ):
        frame = geopandas.GeoDataFrame({"n": [1]}, geometry=[shape], crs=4326)
        path = tmp_path / f"{at}.html"
        jjjmap.explore(frame).save(str(path))
        chromium.open(path)
        chromium.wait("document.querySelectorAll('path.leaflet-interactive').length === 1")
        assert_quiet(chromium, path)
