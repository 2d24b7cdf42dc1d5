"""Hostile texts in maps of folium and geopandas, and in ours: what runs once every tip and popup is open.

Pages of folium are opened as it saves them; what they would fetch from the network lies beside them.
"""

import html
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import geopandas
import shapely
from layers import packaged
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from jjjmap.export.page.html import save_map_html
from jjjmap.maps.assets import leaflet_file

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from hostile_exports.world import feature_id, hostile_world, place_id

RUN = "window.PWNED=1"
IMAGE = f'<img src=x onerror="{RUN}">'
SCRIPT = f"<script>{RUN}</script>"
CLOSING = f"</script><script>{RUN}</script>"
TEMPLATE = f"${{{RUN}}}"

JQUERY = "jquery-3.7.1.min.js"

Build = Callable[[str], folium.Map]
FOREIGN = re.compile(r'<(script src|link rel="stylesheet" href)="https?://([^"]+)"[^>]*?(?:></script>|/?>)')


def collection(text: str, field: str = "name") -> dict[str, Any]:
    """Return a point with a text as a value, as a collection."""
    geometry = {"type": "Point", "coordinates": [116.4, 39.9]}
    point = {"type": "Feature", "properties": {field: text}, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [point]}


def _map() -> folium.Map:
    return folium.Map([39.9, 116.4], zoom_start=8, tiles=None)


def _with(child: Any) -> folium.Map:
    return child.add_to(_map())._parent


def _tooltip(text: str, field: str = "name") -> folium.Map:
    return _with(folium.GeoJson(collection(text, field), tooltip=folium.GeoJsonTooltip([field])))


def _popup(text: str) -> folium.Map:
    return _with(folium.GeoJson(collection(text), popup=folium.GeoJsonPopup(["name"])))


def _layer_name(text: str) -> folium.Map:
    made = _with(folium.GeoJson(collection("a"), name=text))
    folium.LayerControl(collapsed=False).add_to(made)
    return made


def _marker(**options: Any) -> folium.Map:
    return _with(folium.Marker([39.9, 116.4], **options))


def _attribution(text: str) -> folium.Map:
    return _with(folium.TileLayer("http://127.0.0.1:9/{z}/{x}/{y}.png", attr=text))


def _frame(text: str) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"name": [text, "b"]}, geometry=shapely.points([[116.4, 39.9], [116.5, 39.9]]), crs=4326
    )


def _title(text: str) -> folium.Map:
    made = _map()
    made.get_root().title = text  # type: ignore[attr-defined]
    return made


CASES: dict[str, tuple[str, Build]] = {
    "GeoJSON tooltip, value": (IMAGE, _tooltip),
    "GeoJSON tooltip, field name": (IMAGE, lambda text: _tooltip("a", text)),
    "GeoJSON popup, value": (IMAGE, _popup),
    "layer name in the layer control": (IMAGE, _layer_name),
    "marker popup": (IMAGE, lambda text: _marker(popup=text)),
    "marker tooltip": (IMAGE, lambda text: _marker(tooltip=text)),
    "DivIcon label": (IMAGE, lambda text: _marker(icon=folium.DivIcon(html=text))),
    "tile attribution": (IMAGE, _attribution),
    "explore(), tooltip": (IMAGE, lambda text: _frame(text).explore(tiles=None)),
    "explore(), category legend": (
        IMAGE,
        lambda text: _frame(text).explore("name", tooltip=False, tiles=None),
    ),
    "${…} in a tooltip": (TEMPLATE, lambda text: _marker(tooltip=text)),
    "${…} in a tooltip, HTML escaped": (TEMPLATE, lambda text: _marker(tooltip=html.escape(text))),
    "map title </title><script>": (f"</title>{SCRIPT}", _title),
    "popup with parse_html": (
        IMAGE,
        lambda text: _marker(popup=folium.Popup(text, parse_html=True)),
    ),
    "popup ${…} with parse_html": (
        TEMPLATE,
        lambda text: _marker(popup=folium.Popup(text, parse_html=True)),
    ),
    "popup ${ with parse_html": (
        "${",
        lambda text: _marker(popup=folium.Popup(text, parse_html=True)),
    ),
    "back-tick in a popup": (f"`+({RUN})+`", lambda text: _marker(popup=text)),
    "</script> in a property": (CLOSING, _tooltip),
    "</script> in a marker popup": (CLOSING, lambda text: _marker(popup=text)),
    "javascript: link in a popup": (
        f'<a href="javascript:{RUN}">x</a>',
        lambda text: _marker(popup=text),
    ),
    "SVG handler in a tooltip": (f"<svg onload={RUN}>", _tooltip),
    "srcdoc frame in a popup": (
        "<iframe srcdoc='<script>parent.PWNED=1</script>'></iframe>",
        _popup,
    ),
    "U+2028 in a popup": ("\u2028';" + RUN + "//", lambda text: _marker(popup=text)),
}

OPEN_ALL = """
const done = arguments[0];
const maps = Object.values(window).filter((each) => each && window.L && each instanceof L.Map);
for (const map of maps) {
  map.eachLayer((layer) => {
    try { layer.openTooltip?.(); } catch (error) { window.odd = String(error); }
    try { layer.openPopup?.(); } catch (error) { window.odd = String(error); }
    for (const link of document.querySelectorAll('a[href^="javascript"]')) link.click();
  });
}
setTimeout(() => done([Boolean(window.PWNED), maps.length]), 500);
"""
OPEN_OURS = """
const [ids, done] = arguments;
const wait = (ms) => new Promise((next) => setTimeout(next, ms));
(async () => {
  document.querySelector(".layer-switch-title")?.click();
  for (const id of ids) {
    await jjjmap.standalone.choose(id, { fly: false });
    await wait(150);
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    for (const mark of document.querySelectorAll(".panel .mark")) mark.click();
    for (const link of document.querySelectorAll('a[href^="javascript"]')) link.click();
  }
  jjjmap.standalone.showChain(0);
  await wait(500);
  return [Boolean(window.PWNED), document.querySelector(".panel").textContent.length > 0 ? 1 : 0];
})().then(done, (error) => done([null, String(error)]));
"""


@contextmanager
def browser(program: str, driver_program: str) -> Iterator[webdriver.Chrome]:
    """Open Chromium without a window and without a network."""
    options = Options()
    options.binary_location = program
    with tempfile.TemporaryDirectory() as profile:
        for argument in (
            "--headless=new", "--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--disable-background-networking", "--disable-component-update", "--no-first-run",
            "--window-size=1200,800", f"--user-data-dir={profile}",
        ):  # fmt: skip
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=Service(driver_program))
        driver.set_script_timeout(30)
        try:
            yield driver
        finally:
            driver.quit()


def stock_page(build: Build, text: str, folder: Path) -> Path:
    """Save a map of folium; what it links to is put beside it as far as it is installed here."""
    page = folder / "stock.html"
    build(text).save(str(page))
    cluster = ("XStatic-Leaflet-MarkerCluster", "leaflet_markercluster/data/leaflet.markercluster.js")
    files = {
        "leaflet.js": leaflet_file("leaflet.js"),
        "leaflet.css": leaflet_file("leaflet.css"),
        JQUERY: packaged("XStatic-jQuery", "jquery/data/jquery.min.js"),
        "leaflet.markercluster.js": packaged(*cluster),
    }

    def beside(found: re.Match[str]) -> str:
        name = found[2].rpartition("/")[2]
        if name not in files:
            return ""
        (folder / name).write_bytes(files[name])
        return (
            f'<script src="{name}"></script>'
            if "script" in found[1]
            else f'<link rel="stylesheet" href="{name}">'
        )

    page.write_text(FOREIGN.sub(beside, page.read_text("utf-8")), "utf-8")
    return page


def our_page(text: str, folder: Path) -> Path:
    """Save a map of ours in which everything is called as the text: places, facts, layers, rows, classes."""
    world = hostile_world((text,))
    page = folder / "ours.html"
    with world.library() as library:
        save_map_html(
            page,
            world.snapshot,
            world.catalogue,
            options=replace(world.options, title=text),
            library=library,
            read_layer=world.read_layer,
        )
    return page


def judged_stock(driver: webdriver.Chrome, page: Path) -> str:
    """Return what came of a page of folium."""
    if " = $(" in page.read_text("utf-8") and not (page.parent / JQUERY).stat().st_size:
        return "not tried: needs XStatic-jQuery"
    driver.get(page.as_uri())
    try:
        ran, maps = driver.execute_async_script(OPEN_ALL)
    except WebDriverException as exc:
        return f"page broken ({type(exc).__name__})"
    if ran:
        return "RUNS"
    return "safe" if maps else "no script, but the MAP IS BLANK"


def judged_ours(driver: webdriver.Chrome, page: Path) -> str:
    """Return what came of a page of ours."""
    driver.get(page.as_uri())
    ran, shown = driver.execute_async_script(OPEN_OURS, [place_id(0), feature_id(0)])
    if ran is None or not shown:
        return f"BROKEN: {shown}"
    return "RUNS" if ran else "safe"


def page_rows(program: str, driver_program: str) -> Iterator[tuple[str, str, str]]:
    """Yield each attack, what came of it in a stock page and in ours (file; window)."""
    with tempfile.TemporaryDirectory() as name, browser(program, driver_program) as driver:
        folder = Path(name)
        ours: dict[str, str] = {}
        for attack, (text, build) in CASES.items():
            stock = judged_stock(driver, stock_page(build, text, folder))
            if text not in ours:
                ours[text] = judged_ours(driver, our_page(text, folder))
            yield attack, stock, ours[text]


def texts_for_window() -> str:
    """Return the texts of all attacks, as JSON."""
    return json.dumps(sorted({text for text, _build in CASES.values()}))
