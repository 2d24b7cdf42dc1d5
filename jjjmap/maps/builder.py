"""The map page as folium builds it: no tiles, no network, and not one inline script.

folium makes the page's skeleton, the map and its options. Layers are not folium's: their data stay data (JSON
fetched by the page), so no value ever becomes part of a script. What folium renders is cut in three, as a
strict Content-Security-Policy allows no script inside HTML: head, body, and the script that makes the map.
"""

import re
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from jjjmap.maps.map_page import MapPage

MAP_ELEMENT_ID = "jjjmap"
"""folium draws random ids; a fixed one makes every page's script the same, and its hash known."""

_INLINE_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)


class Runtime(MacroElement):
    """The line that hands the map over to our scripts."""

    _template = Template(
        "{% macro script(this, kwargs) %}{{ this.starter }}({{ this._parent.get_name() }});{% endmacro %}"
    )

    def __init__(self, starter: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Runtime"
        self.starter = starter


def build_map(*, starter: str, scripts: tuple[str, ...] = (), styles: tuple[str, ...] = ()) -> MapPage:
    """Build the page of the map with folium.

    Parameters
    ----------
    starter
        The JavaScript function that is handed the map, e.g. ``jjjmap.connect``: our own name, never data.
    scripts, styles
        Addresses that the head names, in order; none for a page that carries its files inside.
    """
    fmap = folium.Map(
        location=(39.3, 116.6),
        zoom_start=7,
        tiles=None,
        zoom_control=False,
        prefer_canvas=True,
        attribution_control=False,
        zoom_snap=0.1,
        wheel_px_per_zoom_level=100,
    )
    fmap._id = MAP_ELEMENT_ID
    # folium's own lists name content-delivery networks; ours take their place on this one map.
    fmap.default_js = [(f"script_{i}", address) for i, address in enumerate(scripts)]
    fmap.default_css = [(f"style_{i}", address) for i, address in enumerate(styles)]
    Runtime(starter).add_to(fmap)
    figure: Any = fmap.get_root()
    figure.render()
    # The one inline script that folium writes sets two switches to what they are anyway.
    head = _INLINE_SCRIPT.sub("", figure.header.render())
    return MapPage(head.strip(), figure.html.render().strip(), figure.script.render().strip())
