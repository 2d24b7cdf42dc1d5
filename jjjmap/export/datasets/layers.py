"""The visible layers of a map as tables with a style: only rows and columns that may leave the building."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jjjmap.catalogue.citing import references_to
from jjjmap.catalogue.models import Catalogue, Evidence
from jjjmap.catalogue.wording import evidence_name, industries_of
from jjjmap.export.datasets.names import spare_names, table_names
from jjjmap.export.datasets.styles import OutStyle, shipped_style, user_style
from jjjmap.export.filter_words import filter_words
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import Language, _
from jjjmap.layers.layer import Layer, LayerGroup, LayerView
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.style import Geometry
from jjjmap.maps.snapshot import MapSnapshot

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable

DIMMED = "not_yet"
"""Column that tells which places did not exist yet at the moment that the timeline shows."""
CLASS = "style_class"
"""Column with the number of a row's class, where the column that decides stays at home."""
SIZE = "style_size_px"
"""Column with the height of a row's symbol, likewise."""

_JOINT = "|"
_FIRST = (
    "id",
    "place_id",
    "name_zh",
    "name_en",
    "short_zh",
    "short_en",
    "kind",
    "category",
    "stage",
    "status",
    "evidence",
    "evidence_text",
    "precision",
    "note_zh",
    "note_en",
    "industries",
    "adcode",
    "county_adcode",
    "area_adcodes",
    "source_ids",
    "sources",
)
"""Columns that lead, in this order; those that only help to draw follow."""

ReadLayer = Callable[[Layer], bytes]


@dataclass(frozen=True)
class OutLayer:
    """A layer as it leaves the program."""

    id: str
    table_name: str
    """Letters, digits and ``_`` only, unlike that of any other table."""
    title: str
    group: LayerGroup
    opacity: float
    in_legend: bool
    table: FeatureTable
    style: OutStyle | None
    """None for a plain table."""
    remarks: tuple[str, ...] = ()
    """Where it is from, and which rows are left out, in words."""

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north in degrees; None if nothing is anywhere."""
        import numpy as np
        import shapely

        there = self.table.has_position()
        if not there.any():
            return None
        if self.table.lon is not None and self.table.lat is not None:
            lon, lat = self.table.lon[there], self.table.lat[there]
            sides = (lon.min(), lat.min(), lon.max(), lat.max())
        else:
            with np.errstate(invalid="ignore"):  # Of corners that are no numbers.
                sides = tuple(shapely.total_bounds(self.table.shapes))
            if not np.isfinite(sides).all():
                return None
        return tuple(float(side) for side in sides)  # type: ignore[return-value]


def out_layers(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions,
    read_layer: ReadLayer,
    *,
    reserved: frozenset[str] = frozenset(),
    only_users: bool = False,
) -> Iterator[OutLayer]:
    """Yield the visible layers from the bottom up, as the window paints them.

    Parameters
    ----------
    snapshot
        What the map shows.
    catalogue
        What is known of the places, beside their position.
    options
        Which columns of users' layers leave the building, and how much their lines may be simplified.
    read_layer
        Returns the GeoJSON of a layer that we ship.
    reserved
        Names of tables that are taken.
    only_users
        Whether layers that we ship are passed over; they are not even read then.
    """
    visible = [view for view in snapshot.layers if view.visible]
    named = table_names(
        [view.layer.title(snapshot.language) if view.layer.is_users else view.layer.id for view in visible],
        reserved,
    )
    order = {view.layer.id: _height(view) for view in visible}
    for view, name in sorted(zip(visible, named, strict=True), key=lambda pair: order[pair[0].layer.id]):
        if view.layer.is_users:
            yield _users_layer(view, name, snapshot, catalogue, options)
        elif not only_users:
            yield _shipped_layer(view, name, snapshot, catalogue, read_layer)


def _height(view: LayerView) -> int:
    """Return in which storey of the window's map a layer lies: ground, what the user brought, our symbols."""
    if view.layer.is_users:
        return 1
    return 2 if view.layer.geometry is Geometry.POINT else 0


# -- Layers that we ship ---------------------------------------------------------------------------


def _shipped_layer(
    view: LayerView, name: str, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> OutLayer:
    import numpy as np
    import pyarrow as pa
    import shapely
    from shapely.geometry import shape

    from jjjmap.layers.feature_table import FeatureTable

    layer, language = view.layer, snapshot.language
    features = json.loads(read_layer(layer))["features"]
    dimmed = frozenset(snapshot.dimmed_ids)
    rows = [_facts(feature, layer, catalogue, language, dimmed) for feature in features]
    names = {key: None for key in _FIRST} | {key: None for row in rows for key in row}
    columns: dict[str, pa.Array] = {}
    for key in names:
        values = [row.get(key) for row in rows]
        # A column that nothing has is no column, but an empty layer still has names.
        if any(value is not None for value in values) or key in ("id", "name_zh", "name_en"):
            columns[key] = _array(values)
    shapes = np.array([shape(feature["geometry"]) for feature in features], dtype=object)
    attributes = pa.table(columns)
    if layer.geometry is Geometry.POINT:
        at = shapely.get_coordinates(shapely.centroid(shapes)) if len(shapes) else np.empty((0, 2))
        table = FeatureTable(attributes, layer.geometry, at[:, 0], at[:, 1])
    else:
        wkb = pa.chunked_array([pa.array(shapely.to_wkb(shapes), pa.binary())])
        table = FeatureTable(attributes, layer.geometry, wkb=wkb)
    style = shipped_style(layer, table, language, DIMMED if DIMMED in columns else "")
    return OutLayer(
        layer.id, name, layer.title(language), layer.group, view.opacity, layer.in_legend, table, style
    )


def _facts(
    feature: dict[str, Any], layer: Layer, catalogue: Catalogue, language: Language, dimmed: frozenset[str]
) -> dict[str, Any]:
    """Return the attributes of a feature: its own, and what the catalogue knows of the place."""
    facts: dict[str, Any] = {"id": feature["id"]}
    for key, value in feature["properties"].items():
        facts[key] = _JOINT.join(map(str, value)) if isinstance(value, list) else value
    place_id = str(facts.get("place_id") or feature["id"])
    place = catalogue.places.get(place_id)
    if place is not None and not layer.refers:
        facts |= {
            "note_zh": place.note_zh,
            "note_en": place.note_en,
            "industries": _JOINT.join(industries_of(place, language)),
            "county_adcode": place.county_adcode,
            "source_ids": _JOINT.join(place.source_ids),
            "sources": " ".join(references_to(catalogue, place.source_ids)),
        }
        if place.evidence is not Evidence.NOT_APPLICABLE:
            facts["evidence_text"] = evidence_name(place.evidence)
    if facts.get("evidence") == Evidence.NOT_APPLICABLE.value:
        facts["evidence"] = None
    if layer.style.precision_marks:
        facts["precision"] = facts.get("precision") or "county"
    if dimmed:
        facts[DIMMED] = place_id in dimmed
    return {key: value if value != "" else None for key, value in facts.items()}


def _array(values: list[Any]) -> Any:
    import pyarrow as pa

    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in there):
        return pa.array(values, pa.bool_())
    if there and all(isinstance(value, int) and not isinstance(value, bool) for value in there):
        return pa.array(values, pa.int64())
    if there and all(isinstance(value, int | float) and not isinstance(value, bool) for value in there):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    # Half of a surrogate pair, which a damaged file may hold, has no place in UTF-8.
    texts = (None if value is None else str(value).encode("utf-8", "replace").decode() for value in values)
    return pa.array(texts, pa.string())


# -- The user's layers -----------------------------------------------------------------------------


def _users_layer(
    view: LayerView, name: str, snapshot: MapSnapshot, catalogue: Catalogue, options: ContentOptions
) -> OutLayer:
    import numpy as np
    import pyarrow as pa

    layer = view.layer
    rows = snapshot.rows_of(layer.id)
    whole = rows.table
    wanted = options.columns_of(layer.id, tuple(whole.attributes.column_names))
    passed = whole if rows.shown is None else whole.take(np.flatnonzero(rows.shown))
    attributes = passed.attributes.select(list(wanted))
    *new_names, class_column, size_column = spare_names((*wanted, CLASS, SIZE), ("fid", "geom"))
    attributes = attributes.rename_columns(new_names)
    renamed = dict(zip(wanted, new_names, strict=True))
    style: OutStyle | None = None
    if layer.geometry is not None:
        needed, style = user_style(rows, renamed, class_column, size_column)
        for column, values in needed.items():
            some = values if rows.shown is None else values[rows.shown]
            attributes = attributes.append_column(column, pa.array(some.astype(np.int64)))
    table = _with(passed, attributes)
    if options.tolerance_m > 0 and layer.geometry in (Geometry.LINE, Geometry.POLYGON):
        from jjjmap.export.datasets.simplified import simplified

        table = simplified(table, options.tolerance_m)
    return OutLayer(
        layer.id,
        name,
        layer.title(snapshot.language),
        layer.group,
        view.opacity,
        layer.in_legend,
        table,
        style,
        _remarks(rows, catalogue, options, snapshot.language),
    )


def _with(table: FeatureTable, attributes: Any) -> FeatureTable:
    from jjjmap.layers.feature_table import FeatureTable

    return FeatureTable(attributes, table.geometry, table.lon, table.lat, table.wkb)


def _remarks(
    rows: LayerRows, catalogue: Catalogue, options: ContentOptions, language: Language
) -> tuple[str, ...]:
    origin = _("用户数据：{file}").format(file=rows.stored.facts.source_name)
    said = filter_words(rows, catalogue, options, language)
    return (origin, said) if said else (origin,)


def plain_title(title: str) -> str:
    """Return a title on one line that every format can hold."""
    flat = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", " ", title)
    return " ".join(flat.split()) or "_"
