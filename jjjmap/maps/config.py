"""What the page is told at its start and when the language changes: layers, looks and texts as plain JSON."""

from dataclasses import asdict
from typing import Any

from jjjmap.i18n import Language, in_language
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.layers.style import REST, Geometry, LayerStyle
from jjjmap.maps.snapshot import REGION_BOUNDS, MapSnapshot

SHEET_BOUNDS = (113.0, 35.8, 120.2, 43.0)
"""West, south, east, north in degrees: the box that the basemap fills."""


def page_config(snapshot: MapSnapshot) -> dict[str, Any]:
    """Return the configuration of the page for a map.

    Layers stand from the bottom up. Texts are in the language of the snapshot; values are data, not markup.
    """
    bounds = snapshot.bounds
    return {
        "language": snapshot.language.value,
        "html_lang": snapshot.language.html_tag,
        "bounds": [bounds.west, bounds.south, bounds.east, bounds.north],
        # A saved view is shown again as it was; the whole region gets room for the names at its edge.
        "bounds_are_exact": bounds != REGION_BOUNDS,
        "sheet": list(SHEET_BOUNDS),
        "layers": [
            _layer_config(view, snapshot.language)
            for view in snapshot.layers
            # A plain table is nowhere on the map.
            if view.layer.geometry is not None
        ],
        "texts": map_texts(snapshot.language),
    }


def map_texts(language: Language) -> dict[str, str]:
    """Return the words that the page itself says, in a language."""
    _ = in_language(language)
    return {
        "map": _("地图"),
        "legend": _("图例"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "ground": _("铁路与公路（示意）"),
        "precision": _("点位可信到"),
        "precision_site": _("约 1 公里"),
        "precision_town": _("约 5 公里"),
        "precision_county": _("仅到县区"),
        "displaced": _("为免重叠，部分符号略有移位，细线指向原位"),
        "fanned": _("位置相同的点散开显示，中心为其位置"),
        "fanned_most": _("一处超过 300 个的，其余叠在外圈"),
        "pause": "；" if language is Language.ZH else "; ",
        "hex_count": _("每个六边形内的点数"),
        "heat": _("点的密度"),
        "heat_low": _("稀"),
        "heat_high": _("密"),
        "schematic": _("示意图"),
        "attribution": _(
            "行政区划：天地图 GS(2024)0650号（裁剪、取整，示意）｜河流湖泊：GSHHG/WDB-II（LGPL），部分手绘｜"
            "地名：GeoNames CC BY 4.0｜铁路、高速公路：示意，不可量测｜机场、港口：airportsdata、searoute"
        ),
    }


def _layer_config(view: LayerView, language: Language) -> dict[str, Any]:
    layer = view.layer
    geometry = layer.geometry
    assert geometry is not None  # Plain tables were left out.
    config: dict[str, Any] = {
        "id": layer.id,
        "title": layer.title(language),
        "group": layer.group.value,
        "url": layer_url(layer.id),
        "geometry": geometry.value,
        "selectable": layer.selectable,
        "visible": view.visible,
        "opacity": view.opacity,
        "in_legend": layer.in_legend,
        "style": layer_style_config(layer, language),
    }
    if layer.is_users:
        config["renderer"] = "points" if geometry is Geometry.POINT else "tiles"
        config["revision"] = layer.revision
        config["url"] = features_url(layer.id, layer.revision)
    return config


def layer_style_config(layer: Layer, language: Language) -> dict[str, Any]:
    """Return how a layer looks, as the page is told; one class for all rows is called as its layer."""
    config = style_config(layer.style, language)
    if layer.is_users and [symbol.value for symbol in layer.style.classes] == [REST]:
        config["classes"][0]["label"] = layer.title(language)
    return config


def style_config(style: LayerStyle, language: Language) -> dict[str, Any]:
    """Return how a layer looks, as the page is told."""
    return {
        "attribute": style.attribute,
        "min_zoom": style.min_zoom,
        "precision_marks": style.precision_marks,
        "classes": [
            {
                "value": symbol.value,
                "label": symbol.label(language),
                "fill": symbol.fill,
                "stroke": symbol.stroke,
                "width_px": symbol.width_px,
                "fill_opacity": symbol.fill_opacity,
                "dash": list(symbol.dash),
                "shape": symbol.shape.value,
                "size_px": symbol.size_px,
                "hatch": symbol.hatch,
                "arrow": symbol.arrow,
            }
            for symbol in style.classes
        ],
        "label": asdict(style.label) if style.label else None,
    }


def layer_url(layer_id: str) -> str:
    """Return the path below which the scheme serves the features of a layer."""
    return f"/layers/{layer_id}.geojson"


def features_url(layer_id: str, revision: int) -> str:
    """Return the path below which the scheme serves a user's layer; see `maps.drawing.drawn_layer`."""
    return f"/features/{layer_id}/{revision}"
