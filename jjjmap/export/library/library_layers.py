"""What was read in the user's documents as a GeoPackage: the places on the map, all records as tables."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import ExportFailed
from jjjmap.export.dates import settle_gdal_date
from jjjmap.export.files import write_atomically
from jjjmap.export.library.library_tables import (
    LibraryTables,
    library_tables,
    subject_name,
    told_figures,
    told_mentions,
)
from jjjmap.i18n import Language
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.layers.style import Geometry
from jjjmap.text.records import Document, SubjectKind

CRS = "EPSG:4326"

_COLUMNS = {
    "documents": (
        "document_id",
        "title",
        "issuer",
        "date",
        "number",
        "file_name",
        "sha256",
        "size_bytes",
        "characters",
        "mentions",
        "figures",
        "version_of",
        "reference",
    ),
    "mentions": (
        "document_id",
        "title",
        "date",
        "text",
        "sentence",
        "start",
        "end",
        "raw_start",
        "raw_end",
        "subject_id",
        "name",
        "kind",
        "is_lead",
        "confidence",
        "rule",
        "candidates",
        "status",
        "reference",
    ),
    "figures": (
        "document_id",
        "title",
        "date",
        "text",
        "sentence",
        "start",
        "end",
        "raw_start",
        "raw_end",
        "value",
        "qualifier",
        "unit",
        "printed_value",
        "printed_unit",
        "indicator",
        "indicator_id",
        "period",
        "scope_id",
        "scope",
        "role",
        "comparison",
        "confidence",
        "status",
        "reference",
    ),
}
"""Names of the columns, in the order of `library_tables`: a GeoPackage is read by programs."""


@dataclass(slots=True)
class _Mentioned:
    """A place and how often it is named."""

    kind: SubjectKind
    document_ids: set[str] = field(default_factory=set)
    dates: list[str] = field(default_factory=list)
    mentions: int = 0


def save_library_layers(
    path: Path,
    documents: Sequence[Document],
    catalogue: Catalogue,
    language: Language,
    *,
    geodata: Path,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Write a GeoPackage of what documents say; ``SOURCE_DATE_EPOCH`` settles the date it bears.

    Layers ``places`` (points) and ``areas`` (polygons) have one feature for each place mentioned, with how
    often and since when; a place may be in both. The tables ``mentions``, ``figures`` and ``documents`` hold
    every record with its citation. What the user rejected is left out, and leads are not counted.

    Parameters
    ----------
    path
        Where the file shall stand.
    documents, catalogue, language
        As for `library_tables`.
    geodata
        The folder of the shapes, normally `paths.GEODATA`.
    cancelled
        Asked between the parts, and before the old file is replaced.

    Returns
    -------
    bool
        False if it was cancelled.

    Raises
    ------
    ExportFailed
        The file could not be written; one that stood there before is untouched.
    """
    # Imported when a GeoPackage is wanted: geopandas takes longer to import than most commands to answer.
    import pandas
    import pyogrio

    tables = library_tables(documents, catalogue, language)
    mentioned = _mentioned(documents)
    points, areas = _places(mentioned, catalogue, language, geodata)
    try:
        settle_gdal_date()
        with tempfile.TemporaryDirectory(prefix="jjjmap-") as folder:
            # An own name: what the user calls the file shall not reach a driver as a path.
            target = Path(folder) / "library.gpkg"
            for name, frame, geometry_type in (
                ("places", points, "Point"),
                ("areas", areas, "MultiPolygon"),
            ):
                if cancelled():
                    return False
                pyogrio.write_dataframe(
                    frame,
                    target,
                    layer=name,
                    driver="GPKG",
                    geometry_type=geometry_type,
                    promote_to_multi=name == "areas",
                )
            for name, rows in _records(documents, tables):
                if cancelled():
                    return False
                frame = pandas.DataFrame(rows, columns=list(_COLUMNS[name]))
                if frame.empty:  # Without rows a column has no type of its own, and none is written.
                    frame = frame.astype(str)
                pyogrio.write_dataframe(frame, target, layer=name, driver="GPKG")
            data = target.read_bytes()
    except (OSError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as exc:
        raise ExportFailed(path, str(exc)) from exc
    return write_atomically(path, data, cancelled=cancelled)


def _records(documents: Sequence[Document], tables: LibraryTables) -> Iterable[tuple[str, list[list[Any]]]]:
    """Yield tables with their rows; what a table for people says in words stands there as our own words."""
    told: dict[str, list[dict[str, Any]]] = {
        "mentions": [
            {"kind": mention.kind.value, "is_lead": int(mention.is_lead), "status": mention.status.value}
            for document in documents
            for mention in told_mentions(document)
        ],
        "figures": [
            {
                "qualifier": figure.qualifier.value,
                "role": figure.role.value,
                "status": figure.status.value,
            }
            for document in documents
            for figure in told_figures(document)
        ],
        "documents": [{} for _document in documents],
    }
    for name, table in (
        ("mentions", tables.mentions),
        ("figures", tables.figures),
        ("documents", tables.documents),
    ):
        columns = _COLUMNS[name]
        yield (
            name,
            [
                [ours.get(column, _plain(cell)) for column, cell in zip(columns, row, strict=True)]
                for row, ours in zip(table.rows, told[name], strict=True)
            ],
        )


def _plain(cell: str | Decimal) -> str | float | int:
    if isinstance(cell, str):
        return cell.replace("\0", " ")
    is_whole = cell == cell.to_integral_value() and abs(cell) < 2**53
    return int(cell) if is_whole else float(cell)


def _mentioned(documents: Sequence[Document]) -> dict[str, _Mentioned]:
    found: dict[str, _Mentioned] = {}
    for document in documents:
        for mention in told_mentions(document):
            if mention.kind is SubjectKind.CHAIN or mention.is_lead:
                continue
            place = found.setdefault(mention.subject_id, _Mentioned(mention.kind))
            place.mentions += 1
            if document.id not in place.document_ids:
                place.document_ids.add(document.id)
                if document.details.date:
                    place.dates.append(document.details.date)
    return dict(sorted(found.items()))


def _places(
    mentioned: dict[str, _Mentioned], catalogue: Catalogue, language: Language, geodata: Path
) -> tuple[Any, Any]:
    """Return the places that have a position as points, and those that have an extent as polygons."""
    import geopandas
    from shapely.geometry import Point, shape

    shapes, towns = _shapes(mentioned.keys(), geodata)
    points: dict[str, list[Any]] = defaultdict(list)
    areas: dict[str, list[Any]] = defaultdict(list)
    for subject_id, told in mentioned.items():
        place = catalogue.places.get(subject_id)
        town = towns.get(subject_id, {})
        row = {
            "place_id": subject_id,
            "name": subject_name(catalogue, subject_id, language) or town.get(f"name_{language.value}", ""),
            "kind": place.kind.value if place is not None else told.kind.value,
            "mentions": told.mentions,
            "documents": len(told.document_ids),
            "first_date": min(told.dates, default=""),
            "last_date": max(told.dates, default=""),
            "precision": place.precision.value if place is not None else "",
        }
        where = town.get("geometry")
        if place is not None and place.lon is not None and place.lat is not None:
            where = Point(place.lon, place.lat)
        for table, geometry in ((points, where), (areas, shapes.get(subject_id))):
            if geometry is not None:
                for column, value in row.items():
                    table[column].append(value)
                table["geometry"].append(shape(geometry) if isinstance(geometry, dict) else geometry)
    columns = ["place_id", "name", "kind", "mentions", "documents", "first_date", "last_date", "precision"]
    frames = []
    for table in (points, areas):
        data = {column: table[column] for column in columns}
        frames.append(geopandas.GeoDataFrame(data, geometry=table["geometry"], crs=CRS))
    return frames[0], frames[1]


def _shapes(wanted: Iterable[str], geodata: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the polygons of places, and towns with their points, as GeoJSON has them."""
    ids = set(wanted)
    polygons: dict[str, Any] = {}
    towns: dict[str, Any] = {}
    for layer in SHIPPED_LAYERS:
        is_town = layer.file.endswith("towns.geojson")
        if layer.geometry is not Geometry.POLYGON and not is_town:
            continue
        for feature in json.loads(read_shipped_layer(layer, geodata).data)["features"]:
            feature_id = str(feature.get("id", ""))
            if feature_id in ids:
                if is_town:
                    towns.setdefault(feature_id, {**feature["properties"], "geometry": feature["geometry"]})
                else:
                    polygons.setdefault(feature_id, feature["geometry"])
    return polygons, towns
