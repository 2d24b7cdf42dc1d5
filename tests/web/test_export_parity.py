"""The exported file shows what the window shows, layer by layer."""

from pathlib import Path

import pytest
from export.conftest import Browser, _chromium, chromium
from export.user_layers import firms, parcels
from made_layers import made_rows, made_view
from map_driver import MapDriver

from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.page.html import save_map_html
from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView, first_view
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.bridge import ShowTally, TalliedPoint, TalliedUnit, TallyClass
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.showing import calls_showing
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.paths import RESOURCES

__all__ = ["_chromium", "chromium"]  # Fixtures that this file borrows.

POINTS, AREAS = "user-0000000a", "user-0000000b"

STATE = """(() => {
  const page = jjjmap.page;
  const counts = ({rows, layer}) =>
    rows.counts.map((n, i) => [layer.style.classes[i].label, n]).filter(([, n]) => n);
  // What only hidden rows are stays at home.
  const seen = ({classes, ...style}, drawing) => ({...style, attribute: "", classes: classes.map((each, i) =>
    !drawing || drawing.rows.counts[i] ? each : {...each, value: "", label: ""})});
  const layers = page.order.map((id) => page.layers.get(id)).filter(({visible}) => visible);
  const {lng, lat} = page.map.getCenter();
  const rows = document.querySelectorAll(".legend-row, .legend-heading, .legend-note");
  return {
    layers: layers.map(({id, title, group, geometry, opacity, in_legend, style, features, drawing}) => ({
      id, title, group, geometry, opacity, in_legend, style: seen(style, drawing),
      features: features.map((each) => each.id),
      rows: drawing ? [counts(drawing), drawing.rows.facts.has_labels, drawing.rows.facts.density] : null,
    })),
    drawn: page.drawnIds,
    legend: [...rows].map((row) => row.textContent),
    selected: page.selection, dimmed: [...page.dimmed].sort(),
    highlight: page.highlight, tally: page.tally.call,
    center: [lng.toFixed(2), lat.toFixed(2)],
    language: document.documentElement.lang, attribution: document.querySelector(".imprint").textContent,
  };
})()"""

PAINTED = """[...jjjmap.page.layers.values()].filter(({drawing, visible}) => drawing && visible)
  .every(({drawing}) => drawing.isPainted())"""


def stateful(language: Language, rows: dict[str, LayerRows]) -> MapSnapshot:
    """Return a map of which nothing is as it is at first."""
    shipped = [
        LayerView(view.layer, (n % 3 > 0) == view.visible or view.layer.id == "platforms", 0.3 + 0.02 * n)
        for n, view in enumerate(first_view(SHIPPED_LAYERS))
    ]
    users = [made_view(each, opacity=0.6) for each in rows.values()]
    tally = ShowTally(
        "提到次数",
        (TallyClass("1–2", "#d4d7ea", "#1a1a1a", 6.5), TallyClass("3–4", "#6a51a3", "#ffffff", 9.0)),
        (TalliedUnit("130600", 1, "3 次"), TalliedUnit("130632", 0, "1 次")),
        (TalliedPoint("caofeidian", 1, "4 次", "4", 118.4, 39.2),),
    )
    return MapSnapshot(
        (*reversed(shipped[:6]), users[0], *shipped[6:], users[1]),
        language,
        Bounds(115.2, 38.2, 119.2, 40.2),
        selected_id="xiongan",
        highlighted_ids=("caofeidian", "130100"),
        highlight_title="第三条",
        moment="2017-04",
        dimmed_ids=("tianjin-port", "binhai"),
        tally=tally,
        rows_of=rows.__getitem__,
    )


def drawn(rows: LayerRows) -> DrawnLayer:
    """Return what the window draws of a layer."""
    layer = DrawnLayer(rows.table)
    hidden = None if rows.shown is None else ~rows.shown
    layer.set_rows(
        rows.styled.class_of_row, rows.styled.size_of_row_px, hidden, None, style=rows.styled.style,
        density=rows.stored.style.density, label_column=rows.stored.style.label_column,
    )  # fmt: skip
    return layer


@pytest.mark.parametrize("language", Language)
def test_window_and_file_agree_layer_by_layer(
    map_page: MapDriver, chromium: Browser, tmp_path: Path, language: Language
) -> None:
    catalogue, _findings = load_catalogue(RESOURCES)
    style = UserStyle(StyleMode.CATEGORISED, "行业", label_column="企业名称")
    cars = Filter((Condition(FilterOp.EQUALS, "行业", ("汽车",)),))
    rows = {
        POINTS: made_rows(firms(), layer_id=POINTS, title="企业", style=style, filter=cars),
        AREAS: made_rows(parcels(), layer_id=AREAS, title="地块"),
    }
    snapshot = stateful(language, rows)

    map_page.snapshot = snapshot
    for each in rows.values():
        map_page.drawn[f"{each.stored.id}/{made_view(each).layer.revision}"] = drawn(each)
    map_page.open()
    for call in calls_showing(snapshot, catalogue):
        map_page.send(call)
    map_page.wait_for("jjjmap.page.selection.feature_id", "xiongan")
    map_page.wait_for("jjjmap.page.tally.call.units.length", 2)
    map_page.wait_for(PAINTED)
    in_window = map_page.ask(STATE)

    path = tmp_path / "map.html"
    save_map_html(path, snapshot, catalogue)
    size = {"width": 1400, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    chromium.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        chromium.open_map(path)
        chromium.wait(PAINTED)
        in_file = chromium.value(STATE)
    finally:
        chromium.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert [layer["id"] for layer in in_file["layers"]] == [layer["id"] for layer in in_window["layers"]]
    for ours, theirs in zip(in_file["layers"], in_window["layers"], strict=True):
        assert ours == theirs
    for what in ("legend", "selected", "dimmed", "highlight", "tally", "center", "language", "attribution"):
        assert in_file[what] == in_window[what], what
    assert chromium.console() == [] and map_page.console == []
