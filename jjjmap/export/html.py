"""One HTML file that holds a whole map: it asks nothing of any network and runs no foreign script.

The scripts are the same in every export, whatever the data; their hashes make the Content-Security-Policy.
Data travel as deflated JSON in base64, and the page shows them by ``textContent`` alone. The file is put
together here by hand: folium's templates never see a library or a value.
"""

import base64
import hashlib
import html
import json
import logging
import re
import shlex
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jjjmap
from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import ExportFailed, ResourceMissing
from jjjmap.export.content import details_content, page_texts
from jjjmap.export.dates import export_date
from jjjmap.export.files import write_atomically
from jjjmap.export.packing import deflated, json_bytes, pack_features
from jjjmap.i18n import Language, _, in_language
from jjjmap.layers.layer import Layer, LayerGroup, LayerView
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.maps.assets import RUNTIME_SCRIPTS, STYLESHEETS, leaflet_file, web_file
from jjjmap.maps.builder import build_map
from jjjmap.maps.config import page_config
from jjjmap.maps.map_page import MapPage
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import GEODATA

logger = logging.getLogger(__name__)

STANDALONE_SCRIPTS = ("unpack.js", "details.js", "standalone.js")
"""Ours beside the runtime, in the order in which they are run."""

UNIT_LAYER_IDS = ("provinces", "cities", "counties")
"""Always inside: choosing a place marks the units that make up its area, be their layers shown or not."""

_CSS_IMAGE = re.compile(r"url\(\s*['\"]?images/[^)]*\)")
_CSS_BEHAVIOUR = re.compile(r"[^;{}]*\bbehavior\s*:[^;{}]*;")

ReadLayer = Callable[[Layer], bytes]
"""Returns the GeoJSON of a layer."""


class _Cancelled(Exception):
    """The user asked to stop; ends the work from within."""


def read_shipped(layer: Layer) -> bytes:
    """Return the features of a layer that we ship; what is broken is left out and logged."""
    shipped = read_shipped_layer(layer, GEODATA)
    for finding in shipped.findings:
        logger.warning("%s: %s", finding.where, finding.message)
    return shipped.data


def save_map_html(
    path: Path,
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    *,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
    read_layer: ReadLayer = read_shipped,
) -> bool:
    """Write the map to one self-contained HTML file, all or not at all.

    Parameters
    ----------
    path
        The file; its folder must exist. An old file is replaced only when the new one is complete.
    snapshot, catalogue, read_layer
        See `map_html`.
    progress
        Called with the share that is done, 0…1.
    cancelled
        Asked often; after a yes nothing is written.

    Returns
    -------
    bool
        Whether the file was written: False if it was cancelled.

    Raises
    ------
    ExportFailed
        The file could not be written, a file of ours is missing, or ``SOURCE_DATE_EPOCH`` is no time. The old
        file is untouched.
    """
    try:
        export_date()
    except ValueError as exc:
        raise ExportFailed(path, _("环境变量 SOURCE_DATE_EPOCH 不是可用的时间。")) from exc
    try:
        text = map_html(
            snapshot,
            catalogue,
            file_name=path.name,
            progress=progress,
            cancelled=cancelled,
            read_layer=read_layer,
        )
    except _Cancelled:
        return False
    except ResourceMissing as exc:
        raise ExportFailed(path, str(exc)) from exc
    # Half of a surrogate pair, which a damaged file may hold, has no place in UTF-8.
    if not write_atomically(path, text.encode("utf-8", "replace"), cancelled=cancelled):
        return False
    progress(1.0)
    return True


def map_html(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    *,
    file_name: str = "map.html",
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
    read_layer: ReadLayer = read_shipped,
) -> str:
    """Return the map as one HTML page.

    Parameters
    ----------
    snapshot
        What the map shows. Hidden layers are left out, but for the units that selections are marked with.
    catalogue
        Where the details of all places on the page come from.
    file_name
        What the file is to be called; it stands in the command that makes it again.
    progress, cancelled
        As for `save_map_html`.
    read_layer
        Returns the GeoJSON of a layer; by default from the data that we ship.

    Returns
    -------
    str
        The same text for the same arguments on the same day; ``SOURCE_DATE_EPOCH`` settles the day.

    Raises
    ------
    ResourceMissing
        Leaflet or one of our scripts is not there.
    ValueError
        See `export_date`.
    """

    def tick(share: float) -> None:
        if cancelled():
            raise _Cancelled
        progress(share)

    views = tuple(
        view
        for view in snapshot.layers
        # The user's own layers stay at home until they are asked for; the window says so.
        if not view.layer.is_users and (view.visible or view.layer.id in UNIT_LAYER_IDS)
    )
    shown = MapSnapshot(views, snapshot.language, snapshot.bounds, snapshot.selected_id)
    features: dict[str, list[dict[str, Any]]] = {}
    for done, view in enumerate(views):
        tick(0.3 * done / len(views))
        collection = json.loads(read_layer(view.layer))
        features[view.layer.id] = [
            _slim(feature, view.layer, snapshot.language) for feature in collection["features"]
        ]
    tick(0.3)
    packed = pack_features(features)
    tick(0.5)
    choosable = {
        view.layer.id: [
            # What stands for a place counts as that place.
            feature["properties"].get("place_id", feature["id"])
            for feature in features[view.layer.id]
        ]
        for view in views
        if view.layer.selectable
    }
    place_ids = [place_id for ids in choosable.values() for place_id in ids]
    if snapshot.selected_id:
        place_ids.append(snapshot.selected_id)
    details = details_content(
        catalogue, place_ids, snapshot.language, tick=lambda share: tick(0.5 + 0.3 * share)
    )
    tick(0.8)
    config = page_config(shown)
    for layer in config["layers"]:
        del layer["url"]  # The layers are in the file.
    content = {
        "config": config,
        "features": packed.index,
        "details": details,
        "texts": page_texts(snapshot.language),
        "index": _index(views, choosable, details["places"], snapshot.language),
        "selected": snapshot.selected_id,
    }
    data = {"map-data": deflated(json_bytes(content)), "map-steps": deflated(packed.steps)}
    tick(0.9)
    return _assembled(data, snapshot, catalogue, file_name)


def _slim(feature: dict[str, Any], layer: Layer, language: Language) -> dict[str, Any]:
    """Leave a feature only the properties that the page draws by; the rest comes with the details."""
    drawn_by = (
        f"name_{language.value}",
        f"short_{language.value}",
        "label_lon",
        "label_lat",
        "precision",
        "place_id",
        layer.style.attribute,
    )
    properties = {key: value for key, value in feature["properties"].items() if key in drawn_by}
    return {**feature, "properties": properties}


def _index(
    views: Sequence[LayerView], choosable: dict[str, list[str]], known: dict[str, Any], language: Language
) -> list[list[Any]]:
    """Return the list of places: title and ids per layer, by layer group, the topmost layer first."""
    groups = list(LayerGroup)
    ordered = sorted(reversed(views), key=lambda view: groups.index(view.layer.group))
    listed = [
        [view.layer.title(language), [key for key in choosable.get(view.layer.id, ()) if key in known]]
        for view in ordered
        if not view.layer.refers
    ]
    return [[title, ids] for title, ids in listed if ids]


def export_command(snapshot: MapSnapshot, file_name: str) -> str:
    """Return the command that makes the export again, quoted for a shell."""
    bounds = snapshot.bounds
    words = ["jjjmap", "export"]
    shown = (view.layer.id for view in snapshot.layers if view.visible and not view.layer.is_users)
    words += ["--layers", ",".join(shown)]
    if snapshot.selected_id:
        words += ["--select", snapshot.selected_id]
    sides = (bounds.west, bounds.south, bounds.east, bounds.north)
    words.append("--bounds=" + ",".join(f"{side:.5f}".rstrip("0").rstrip(".") for side in sides))
    words += ["--lang", snapshot.language.value, "-o", file_name]
    return shlex.join(words)


@cache
def _page() -> MapPage:
    return build_map(starter="jjjmap.standAlone")


@cache
def page_scripts() -> tuple[str, ...]:
    """Return the scripts of every export: Leaflet, ours, and folium's that makes the map; no data.

    Raises
    ------
    ResourceMissing
        A file is not there.
    """
    ours = "\n".join(web_file(name).decode() for name in (*RUNTIME_SCRIPTS, *STANDALONE_SCRIPTS))
    # Without the pointer to a map for debuggers: a browser's tools would ask for that file.
    leaflet = leaflet_file("leaflet.js").decode().replace("//# sourceMappingURL=leaflet.js.map", "")
    scripts = tuple(_unix_lines(script) for script in (leaflet, ours, _page().script))
    for script in scripts:
        if re.search(r"</script|<!--", script, re.IGNORECASE):
            raise ResourceMissing("web/*.js", "a script holds markup that would end its element")
    return scripts


@cache
def page_styles() -> tuple[str, ...]:
    """Return the style sheets of every export, without the images that Leaflet's asks for: none is used."""
    leaflet = _CSS_BEHAVIOUR.sub("", _CSS_IMAGE.sub("none", leaflet_file("leaflet.css").decode()))
    ours = (web_file(name).decode() for name in (*STYLESHEETS, "standalone.css"))
    return tuple(_unix_lines(style) for style in (leaflet, *ours))


@cache
def content_policy() -> str:
    """Return the Content-Security-Policy of every export: constant, since the scripts are."""
    hashes = (
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in page_scripts()
    )
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    # Leaflet sets style attributes, hence 'unsafe-inline' for styles. What is not named here is refused.
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _unix_lines(text: str) -> str:
    """Return a text with the line ends that HTML parsers make of any others before hashes are taken."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _assembled(data: dict[str, str], snapshot: MapSnapshot, catalogue: Catalogue, file_name: str) -> str:
    language = snapshot.language
    _ = in_language(language)
    title = _("京津冀产业协同地图")
    selected = catalogue.places.get(snapshot.selected_id)
    if selected is not None:
        title = f"{selected.name(language)} · {title}"
    made = _("由 jjjmap {version} 于 {date} 导出").format(
        version=jjjmap.__version__, date=export_date().isoformat()
    )
    no_script = _("这张地图要靠文件里自带的脚本来画，请允许本文件运行脚本；它不访问网络。")
    problem = _(
        "地图没有画出来：文件可能不完整，或者浏览器太旧"
        "（需要 Chrome 或 Edge 80、Firefox 113、Safari 16.4 以上）。"
    )
    unapproved = _("本图为示意，未经地图审核，公开使用前请送审或换用标准地图。")
    command_intro = _("以下命令用同样的数据再生成这张图（底图、图层次序和透明度为初始值）：")
    map_name, details_name = _("地图"), _("详情")
    styles = "\n".join(f"<style>\n{style}</style>" for style in page_styles())
    scripts = "\n".join(f"<script>{script}</script>" for script in page_scripts())
    blocks = "\n".join(
        f'<script type="application/octet-stream" id="{name}">{block}</script>'
        for name, block in data.items()
    )
    text = html.escape  # Whatever is not ours goes through it.
    return f"""<!doctype html>
<html lang="{language.html_tag}">
<head>
<meta http-equiv="Content-Security-Policy" content="{content_policy()}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="jjjmap {text(jjjmap.__version__)}">
<title>{text(title)}</title>
{styles}
</head>
<body class="standalone">
<noscript><p class="problem is-shown">{text(no_script)}</p></noscript>
<p class="problem" id="problem" role="alert">{text(problem)}</p>
<div class="page">
<main class="stage" aria-label="{text(map_name)}">{_page().body}</main>
<aside class="panel" id="panel" aria-label="{text(details_name)}"></aside>
</div>
<footer class="colophon">
<strong>{text(unapproved)}</strong>
<details><summary>{text(made)}</summary>
<p>{text(command_intro)}</p>
<code>{text(export_command(snapshot, file_name))}</code>
</details>
</footer>
{blocks}
{scripts}
</body>
</html>
"""
