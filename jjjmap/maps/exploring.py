"""A table on a folium map, for notebooks: whole in itself, and no text of the data ever becomes markup.

Leaflet travels inside the map, so nothing is fetched. The data are JSON, which `resources/web/explore.js`
shows by ``textContent``; folium's own pop-ups and tooltips would take texts for HTML.
"""

from __future__ import annotations

import base64
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import folium
import shapely
from branca.element import MacroElement
from folium.template import Template

from jjjmap.i18n import _, language
from jjjmap.layers.feature_words import attribute_text
from jjjmap.layers.styling.classify import apply_style
from jjjmap.maps.assets import leaflet_file, web_file
from jjjmap.maps.config import page_config, style_config
from jjjmap.maps.snapshot import MapSnapshot

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.user_style import UserStyle

MOST_ROWS = 20_000
"""More are too slow in a notebook: the window draws them."""
MOST_COLUMNS = 40
"""So many are told of a row in its pop-up."""

_DECIMALS = 6
_OPENS_TEMPLATE = re.compile(r"\{(?=[{%#])")


class TooManyRows(ValueError):
    """More rows than a map in a notebook draws; says what to do."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Lines that lie below the data: borders, as arrays of m × 2 degrees."""

    lines: tuple[Any, ...] = ()


class _Shown(MacroElement):
    """The line that hands the data over to our script."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "jjjmap.explore({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Shown"
        self.data = script_json(data)


def script_json(data: Any) -> str:
    """Return data as JSON that may stand inside of a script: nothing in it ends the script or is a template.

    branca takes what an element renders for a template once more. Outside of texts JSON has no brace before
    another brace, ``%`` or ``#``, so those that open something there stand in a text.
    """
    text = json.dumps(data, ensure_ascii=True, allow_nan=False)
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return _OPENS_TEMPLATE.sub("\\\\u007b", text)


def explore_map(
    table: FeatureTable, style: UserStyle, *, title: str, note: str = "", ground: Ground = Ground()
) -> folium.Map:
    """Return the rows of a table on a map of folium.

    Parameters
    ----------
    table
        Rows without a position are left out; the legend tells how many.
    style
        Its classes make the legend.
    title, note
        Of the legend.
    ground
        What lies below, as there are no tiles.

    Raises
    ------
    TooManyRows
        There are more than `MOST_ROWS`.
    """
    if len(table) > MOST_ROWS:
        message = _("{n} 行太多，这里最多画 {most} 行；请先筛选，或用 save 存成文件在窗口里打开。")
        raise TooManyRows(message.format(n=f"{len(table):,}", most=f"{MOST_ROWS:,}"))
    fmap = folium.Map(location=(39.3, 116.6), zoom_start=7, tiles=None, attribution_control=False)
    fmap.default_js = [
        ("leaflet", _data_url("text/javascript", leaflet_file("leaflet.js"))),
        ("jjjmap_explore", _data_url("text/javascript", web_file("explore.js"))),
    ]
    fmap.default_css = [("leaflet_css", _data_url("text/css", leaflet_file("leaflet.css")))]
    _Shown(_data(table, style, title, note, ground)).add_to(fmap)
    return fmap


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(data).decode('ascii')}"


def _data(table: FeatureTable, style: UserStyle, title: str, note: str, ground: Ground) -> dict[str, Any]:
    styled = apply_style(table, style)
    placed = table.has_position()
    columns = table.attributes.column_names[:MOST_COLUMNS]
    texts = [
        [attribute_text(name, value) or None for value in table.attributes.column(name).to_pylist()]
        for name in columns
    ]
    features = [
        {
            "geometry": _geometry(shape),
            "cls": int(styled.class_of_row[row]),
            "row": [column[row] for column in texts],
        }
        for row, shape in enumerate(table.shapes)
        if placed[row] and shape is not None
    ]
    bounds = None
    if features:
        west, south, east, north = shapely.total_bounds(table.shapes[placed]).tolist()
        bounds = [[south, west], [north, east]]
    without = len(table) - len(features)
    if without:
        note = "\n".join(text for text in (note, _("{n} 行没有坐标").format(n=f"{without:,}")) if text)
    return {
        "ground": [[[round(x, 4), round(y, 4)] for x, y in line.tolist()] for line in ground.lines],
        "imprint": _imprint(),
        "title": title,
        "note": note,
        "columns": columns,
        "classes": _classes(styled, style),
        "features": features,
        "bounds": bounds if bounds and all(math.isfinite(each) for pair in bounds for each in pair) else None,
    }


def _imprint() -> str:
    """Say whose borders these are, and that the map is a sketch: it may be shown to others."""
    texts = page_config(MapSnapshot((), language()))["texts"]
    return f"{texts['schematic']} {texts['attribution']}"


def _classes(styled: Any, style: UserStyle) -> list[dict[str, Any]]:
    classes: list[dict[str, Any]] = style_config(styled.style, language())["classes"]
    if not style.column:
        for look in classes:
            look["label"] = _("全部")
    return classes


def _geometry(shape: Any) -> dict[str, Any]:
    rounded = shapely.transform(shapely.force_2d(shape), lambda corners: corners.round(_DECIMALS))
    told: dict[str, Any] = shapely.geometry.mapping(rounded)
    return told
