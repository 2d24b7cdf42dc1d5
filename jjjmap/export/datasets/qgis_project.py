"""A project of QGIS whose map, layer tree and sheet look like the window; it lies in the GeoPackage."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from jjjmap.export.datasets.about import About
from jjjmap.export.datasets.mercator import mercator_box
from jjjmap.export.datasets.qgis_layout import layout_element
from jjjmap.export.datasets.qgis_styles import geometry_word, style_element
from jjjmap.export.datasets.qgis_symbols import plain_text
from jjjmap.export.datasets.styles import OutStyle
from jjjmap.i18n import _
from jjjmap.layers.layer import LayerGroup, group_title
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.written_styles import xml_text

_DOCTYPE = b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.22.0-jjjmap"
_BACKGROUND = (241, 241, 238)
"""Of the map page beyond its sheet."""
_SYSTEMS = {
    3857: (
        3857,
        "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null"
        " +wktext +no_defs",
    ),
    4326: (3452, "+proj=longlat +datum=WGS84 +no_defs"),
}
"""Row in QGIS's own list, and definition, by number at the EPSG."""


@dataclass(frozen=True)
class WrittenLayer:
    """A layer that is in the file already: all but its rows."""

    id: str
    table_name: str
    title: str
    group: LayerGroup
    opacity: float
    in_legend: bool
    geometry: Geometry | None
    bounds: tuple[float, float, float, float] | None
    style: OutStyle | None
    remarks: tuple[str, ...] = ()

    @property
    def project_id(self) -> str:
        """What the project calls it: QGIS makes up another one if it has ten letters or fewer."""
        return f"jjjmap_layer_{self.id}"


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table of facts that is in the file already."""

    name: str
    title: str

    @property
    def project_id(self) -> str:
        """What the project calls it."""
        return f"jjjmap_table_{self.name}"


def project_bytes(
    about: About, layers: Sequence[WrittenLayer], tables: Sequence[WrittenTable], file_name: str
) -> bytes:
    """Return the project as a ``.qgz``, the same bytes for the same arguments.

    Parameters
    ----------
    about
        Title, extent and marks.
    layers
        From the bottom up.
    tables
        Records beside the layers.
    file_name
        Of the GeoPackage, which the paths of the layers name.
    """
    root = Element("qgis", {"projectname": plain_text(about.title), "version": _VERSION})
    SubElement(root, "title").text = plain_text(about.title)
    SubElement(root, "projectCrs").append(crs_element(3857))
    root.append(_tree(layers, tables))
    root.append(_canvas(about))
    listed = SubElement(root, "projectlayers")
    order = SubElement(root, "layerorder")
    for layer in reversed(layers):
        listed.append(_map_layer(layer, file_name))
        SubElement(order, "layer", {"id": layer.project_id})
    for table in tables:
        listed.append(_table(table, file_name))
    root.append(_properties())
    root.append(_metadata(about))
    SubElement(root, "Layouts").append(layout_element(about, _legend_layers(layers), _notes(layers)))
    root.append(_view(about))
    indent(root)
    text = _DOCTYPE + tostring(root, encoding="unicode").encode() + b"\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("jjjmap.qgs", (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def crs_element(code: int) -> Element:
    """Return a coordinate reference system by its number at the EPSG."""
    system = Element("spatialrefsys")
    # A project, unlike a layer, is not content with the number alone.
    row, proj = _SYSTEMS[code]
    SubElement(system, "proj4").text = proj
    SubElement(system, "srsid").text = str(row)
    SubElement(system, "srid").text = str(code)
    SubElement(system, "authid").text = f"EPSG:{code}"
    return system


# -- What is seen ----------------------------------------------------------------------------------


def _tree(layers: Sequence[WrittenLayer], tables: Sequence[WrittenTable]) -> Element:
    root = Element("layer-tree-group")
    for group in LayerGroup:
        members = [layer for layer in reversed(layers) if layer.group is group and layer.geometry is not None]
        if not members:
            continue
        # The ground explains itself; what the map is about lies open.
        is_ground = group in (LayerGroup.BASEMAP, LayerGroup.ADMINISTRATIVE)
        branch = _branch(root, group_title(group), expanded=not is_ground)
        for layer in members:
            _leaf(branch, layer.project_id, layer.title, expanded=layer.in_legend)
    plain = [layer for layer in layers if layer.geometry is None]
    if tables or plain:
        branch = _branch(root, _("数据表"), expanded=False)
        entries = [(layer.project_id, layer.title) for layer in plain]
        for project_id, title in (*entries, *((table.project_id, table.title) for table in tables)):
            _leaf(branch, project_id, title, expanded=False)
    order = SubElement(root, "custom-order", {"enabled": "1"})
    for layer in reversed(layers):
        if layer.geometry is not None:
            SubElement(order, "item").text = layer.project_id
    return root


def _branch(root: Element, title: str, *, expanded: bool) -> Element:
    return SubElement(
        root,
        "layer-tree-group",
        {"name": plain_text(title), "checked": "Qt::Checked", "expanded": "1" if expanded else "0"},
    )


def _leaf(branch: Element, project_id: str, title: str, *, expanded: bool) -> None:
    SubElement(
        branch,
        "layer-tree-layer",
        {
            "id": project_id,
            "name": plain_text(title),
            "checked": "Qt::Checked",
            "expanded": "1" if expanded else "0",
            "providerKey": "ogr",
        },
    )


def _legend_layers(layers: Iterable[WrittenLayer]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the sheet's legend explains: headings, and id and title of the layers below each."""
    listed: list[tuple[str, list[tuple[str, str]]]] = []
    shown = [layer for layer in layers if layer.in_legend and layer.geometry is not None]
    for group in LayerGroup:
        members = [(layer.project_id, layer.title) for layer in reversed(shown) if layer.group is group]
        if members:
            listed.append((group_title(group), members))
    return listed


def _notes(layers: Iterable[WrittenLayer]) -> list[str]:
    """Return lines for the sheet: what a symbol's fill means, and which rows are left out."""
    said = _("{layer}：{sentence}")
    remarks = [said.format(layer=layer.title, sentence=line) for layer in layers for line in layer.remarks]
    notes = [" · ".join(remarks)] if remarks else []
    if any(layer.style is not None and layer.style.precision_column for layer in layers):
        notes.insert(0, _("点位可信到：填满的约 1 公里，半透明的约 5 公里，空心的仅到县区"))
    return notes


def _canvas(about: About) -> Element:
    canvas = Element("mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    SubElement(canvas, "units").text = "meters"
    box = SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), mercator_box(about.bounds), strict=True):
        SubElement(box, name).text = f"{value:.3f}"
    SubElement(canvas, "rotation").text = "0"
    SubElement(canvas, "destinationsrs").append(crs_element(3857))
    return canvas


def _view(about: About) -> Element:
    settings = Element("ProjectViewSettings", {"UseProjectScales": "0", "rotation": "0"})
    west, south, east, north = mercator_box(about.bounds)
    extent = SubElement(
        settings,
        "DefaultViewExtent",
        {"xmin": f"{west:.3f}", "ymin": f"{south:.3f}", "xmax": f"{east:.3f}", "ymax": f"{north:.3f}"},
    )
    extent.append(crs_element(3857))
    return settings


# -- Layers ----------------------------------------------------------------------------------------


def _map_layer(layer: WrittenLayer, file_name: str) -> Element:
    element = Element("maplayer", {"type": "vector", "styleCategories": "AllStyleCategories"})
    if layer.geometry is not None and layer.style is not None:
        element.set("geometry", geometry_word(layer.geometry))
        style = style_element(layer.style, layer.opacity)
        for name in ("hasScaleBasedVisibilityFlag", "minScale", "maxScale", "labelsEnabled"):
            element.set(name, style.get(name, "0"))
    else:
        element.set("geometry", "No geometry")
        style = Element("qgis")
    _named(element, layer.project_id, layer.table_name, layer.title, file_name)
    if layer.remarks:
        about = SubElement(element, "resourceMetadata")
        SubElement(about, "title").text = plain_text(layer.title)
        SubElement(about, "abstract").text = _paragraph(layer.remarks)
    if layer.geometry is not None:
        SubElement(element, "srs").append(crs_element(4326))
    element.extend(list(style))
    return element


def _table(table: WrittenTable, file_name: str) -> Element:
    element = Element("maplayer", {"type": "vector", "geometry": "No geometry"})
    _named(element, table.project_id, table.name, table.title, file_name)
    return element


def _named(element: Element, project_id: str, table_name: str, title: str, file_name: str) -> None:
    SubElement(element, "id").text = project_id
    SubElement(element, "datasource").text = xml_text(f"./{file_name}|layername={table_name}")
    SubElement(element, "layername").text = plain_text(title)
    SubElement(element, "provider", {"encoding": "UTF-8"}).text = "ogr"


# -- The project -----------------------------------------------------------------------------------


def _properties() -> Element:
    root = Element("properties")
    gui = SubElement(root, "Gui")
    for name, value in zip(("Red", "Green", "Blue"), _BACKGROUND, strict=True):
        SubElement(gui, f"CanvasColor{name}Part", {"type": "int"}).text = str(value)
    SubElement(SubElement(root, "Paths"), "Absolute", {"type": "bool"}).text = "false"
    SubElement(SubElement(root, "SpatialRefSys"), "ProjectionsEnabled", {"type": "int"}).text = "1"
    measure = SubElement(root, "Measure")
    SubElement(measure, "Ellipsoid", {"type": "QString"}).text = "EPSG:7030"
    names = SubElement(root, "PAL")
    SubElement(names, "PlacementEngineVersion", {"type": "int"}).text = "1"
    SubElement(names, "ShowingPartialsLabels", {"type": "bool"}).text = "false"
    return root


def _paragraph(lines: Sequence[str]) -> str:
    # QGIS shows it as HTML.
    return plain_text("\n".join(lines)).replace("<", "＜")


def _metadata(about: About) -> Element:
    metadata = Element("projectMetadata")
    SubElement(metadata, "identifier")
    SubElement(metadata, "language").text = about.language.html_tag
    SubElement(metadata, "title").text = plain_text(about.title)
    SubElement(metadata, "abstract").text = _paragraph(about.lines)
    SubElement(metadata, "author").text = f"jjjmap {about.version}"
    SubElement(metadata, "creation").text = f"{about.date}T00:00:00"
    return metadata
