"""Layers of hostile texts on a real page: nothing runs, no request leaves, the map is not blank."""

import json

import numpy as np
import pyarrow as pa
import pytest
from map_driver import MapDriver, color_at, is_near
from qtpy.QtGui import QColor

from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer, LayerGroup, LayerView
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, SymbolClass
from jjjmap.maps.bridge import (
    Configure,
    FitLayer,
    LayerDrawn,
    MapClicked,
    RefreshRows,
    RemoveLayer,
    ShowTip,
)
from jjjmap.maps.config import style_config
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.snapshot import Bounds, MapSnapshot

ID = "user-0000000b"
GREEN = "#00a000"
RUN = "window.PWNED=1"
TEXTS = (
    f"<script>{RUN}</script>",
    f'<img src="http://127.0.0.1:9/x" onerror="{RUN}">',
    f"<svg onload={RUN}>",
    f"${{{RUN}}}",
    f"`+({RUN})+`",
    f"</script></style><script>{RUN}</script>",
    f'"}}];{RUN};//',
    f"'-({RUN})-'",
    f"javascript:{RUN}",
    "\u2028\u2029a",
    "\u202eevil\u2066",
    "a\0b",
    "\ud800\udbffx",
    "=HYPERLINK(1)",
    "%s{n}{0.__class__}{{7*7}}",
    "__proto__",
    "constructor",
    "字" * 5_000,
)
DRAWING = f"jjjmap.page.layers.get('{ID}').drawing"


def show(page: MapDriver, title: str, style: LayerStyle, labels: list[str]) -> DrawnLayer:
    """Open a page with one layer whose every text is given."""
    sound = [text.encode("utf-8", "replace").decode() for text in labels]  # Arrow takes no half characters.
    count = len(sound)
    lon, lat = np.linspace(115.5, 117.0, count), 39.0 + 0.9 * np.sin(np.arange(count))
    drawn = DrawnLayer(FeatureTable(pa.table({"name": sound}), Geometry.POINT, lon, lat))
    drawn.set_rows((np.arange(count) % len(style.classes)).astype(np.uint8), style=style, label_column="name")
    page.drawn[f"{ID}/0"] = drawn
    layer = Layer(ID, title, title, LayerGroup.USER, "", Geometry.POINT, style)
    page.snapshot = MapSnapshot((LayerView(layer, True, 1.0),), Language.ZH, Bounds(115, 38, 118, 40))
    page.open()
    page.wait_for(f"Boolean({DRAWING} && {DRAWING}.isPainted())")
    return drawn


def hostile_style(**fields: object) -> LayerStyle:
    classes = tuple(
        SymbolClass(text, text, text, GREEN, "", 0.0, 1.0, size_px=20.0, **fields)  # type: ignore[arg-type]
        for text in TEXTS
    )
    return LayerStyle(classes, label=LabelStyle())


def assert_harmless(page: MapDriver) -> None:
    """Nothing ran, no request left, and the map lives."""
    page.qtbot.wait(300)
    assert page.ask("typeof window.PWNED") == "undefined"
    assert page.ask("document.title") == "jjjmap"
    assert page.profile.guard.blocked == []
    assert [text for level, text in page.console if level >= 40] == []
    assert (
        page.ask("document.querySelectorAll('script:not([src]), iframe, object, embed, svg[onload]').length")
        == 0
    )
    assert is_near(color_at(page, 115.5, 39.0), QColor(GREEN), 40)


def test_texts_of_a_hostile_layer_are_texts_in_legend_labels_and_tips(map_page: MapDriver) -> None:
    show(map_page, TEXTS[5], hostile_style(), list(TEXTS))
    legend = map_page.ask("document.querySelector('.legend').textContent")
    for text in TEXTS[:9]:
        assert text in legend
    map_page.wait_for(f"{DRAWING}.names.written.length > 3")
    written = map_page.ask(f"{DRAWING}.names.written.map(({{text}}) => text)")
    assert len(set(TEXTS) & set(written)) > 3
    tip = "document.querySelector('.feature-tip')"
    moved = map_page.hover_until_heard(map_page.pixel_at(115.5, 39.0))
    for text in TEXTS:
        map_page.send(ShowTip(moved.lon, moved.lat, text))
        assert map_page.ask(f"{tip}.textContent.length") > 0
    assert map_page.ask(f"{tip}.children.length") == 0
    assert_harmless(map_page)


@pytest.mark.parametrize("text", TEXTS[9:15])
def test_no_title_leaves_the_page_blank(map_page: MapDriver, text: str) -> None:
    show(map_page, text, hostile_style(), [text, text])
    assert_harmless(map_page)
    style = style_config(hostile_style(), Language.ZH)
    map_page.send(RefreshRows(ID, 0, style))
    map_page.send(Configure(map_page.config()))
    map_page.send(FitLayer(text))
    map_page.wait_for(f"Boolean({DRAWING} && {DRAWING}.isPainted())")
    assert map_page.ask("typeof window.PWNED") == "undefined" and map_page.profile.guard.blocked == []


def test_no_colour_of_a_style_fetches_anything(map_page: MapDriver) -> None:
    """The store refuses such colours; what the page does with one that comes all the same is seen here."""
    show(map_page, "甲", hostile_style(), ["甲", "乙"])
    for color in (
        "url(http://127.0.0.1:9/x)",
        "red;background:url(http://127.0.0.1:9/y)",
        "expression(1)",
        "x" * 9_999,
    ):
        classes = tuple(SymbolClass(str(n), "甲", "甲", color, color, 1.0, 1.0) for n in range(len(TEXTS)))
        wanted = LayerStyle(classes, label=LabelStyle(color=color))
        map_page.send(RefreshRows(ID, 0, style_config(wanted, Language.ZH)))
    map_page.send(RefreshRows(ID, 0, style_config(hostile_style(), Language.ZH)))
    map_page.qtbot.waitUntil(
        lambda: is_near(color_at(map_page, 115.5, 39.0), QColor(GREEN), 40), timeout=10_000
    )
    assert_harmless(map_page)


PATHS = (
    "/features/..%2f..%2fconfig.json",
    f"/features/{ID}/0/..%2f..%2f..%2fetc%2fpasswd",
    f"/features/{ID}/0/..%5c..%5cpoints.bin",
    f"/features/{ID}/0/points.bin%00",
    f"/features/{ID}/0/points.bin%0a",
    f"/features//{ID}/0/points.bin",
    f"/features/{ID}/1/points.bin",
    f"/features/{ID}/0/tiles/99999/9999999/9999999.bin",
    f"/features/{ID}/0/hex/99.bin",
    f"/features/{ID}/0/labels/22/4194304/0.json",
    f"/features/{ID}/0/attributes.arrow",
    f"/features/{ID}/-1/points.bin",
    f"/features/{ID}/0/%E2%91%A0.bin",
    "/features/user-0000000c/0/points.bin",
    "/features/counties/0/points.bin",
    f"/features/{ID}/{'9' * 5_000}/points.bin",
)


def answered(page: MapDriver, path: str, method: str = "GET") -> int:
    """Return the status of an answer to the page; 0 if there is none."""
    page.ask(
        f"(window.got = -1, fetch({json.dumps(path)}, {{method: '{method}'}})"
        ".then(answer => { window.got = answer.status; }, () => { window.got = 0; }), 1)"
    )
    page.wait_for("window.got >= 0")
    return int(page.ask("window.got"))


def test_a_page_that_was_taken_over_gets_no_other_files(map_page: MapDriver) -> None:
    drawn = show(map_page, "甲", hostile_style(), ["甲", "乙"])
    asked = (f"/features/{ID}/0/points.bin", *PATHS)
    map_page.ask(
        f"(Promise.all({json.dumps(asked)}.map(path => fetch(path).then(a => a.status, () => 0)))"
        ".then(all => { window.answers = all; }), 1)"
    )
    map_page.wait_for("(window.answers || []).length", len(asked))
    assert map_page.ask("window.answers") == [200] + [404] * len(PATHS)
    for method in ("POST", "PUT", "DELETE"):
        assert answered(map_page, f"/features/{ID}/0/points.bin", method) != 200
    assert drawn.hits(115.5, 39.0, 8, 5) == [0]
    # A layer that was removed is gone for the page as well.
    map_page.drawn.clear()
    map_page.send(RemoveLayer(ID))
    assert answered(map_page, f"/features/{ID}/0/points.bin") == 404
    assert map_page.profile.guard.blocked == []


def test_what_the_page_says_of_layers_is_bounded(map_page: MapDriver) -> None:
    show(map_page, "甲", hostile_style(), ["甲", "乙"])
    said = (
        '{"type":"LayerDrawn","seq":1,"layer_id":"x","drawn":NaN,"total":1}',
        '{"type":"LayerDrawn","seq":1,"layer_id":"x","drawn":1e999,"total":1}',
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[],"zoom":1e9}',
        '{"type":"MapClicked","seq":1,"lon":1,"lat":1,"hits":[[]],"zoom":1}',
    )
    map_page.ask(
        "(new QWebChannel(qt.webChannelTransport, channel => {"
        f" for (const text of {json.dumps(said)}) channel.objects.bridge.say(text);"
        " window.said = true; }), 1)"
    )
    map_page.wait_for("Boolean(window.said)")
    map_page.qtbot.wait(200)
    assert map_page.of(MapClicked) == []
    assert {event.layer_id for event in map_page.of(LayerDrawn)} <= {ID}
    map_page.click(map_page.pixel_at(115.5, 39.0))  # The channel still works.
    map_page.qtbot.waitUntil(lambda: len(map_page.of(MapClicked)) == 1, timeout=10_000)
