"""A map as a GeoPackage: layers with styles, facts as tables, and a project that opens like the window."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from jjjmap.export.datasets.about import About, about_facts
from jjjmap.export.datasets.arrow import batches, geometry_type, plain_arrays, plain_schema, shapes_between
from jjjmap.export.datasets.job import DataJob
from jjjmap.export.datasets.layers import OutLayer, plain_title
from jjjmap.export.datasets.names import spare_names
from jjjmap.export.datasets.qgis_project import WrittenLayer, WrittenTable, project_bytes
from jjjmap.export.datasets.qgis_styles import qml_text, sld_text
from jjjmap.export.datasets.records import Records, ValueKind
from jjjmap.export.dates import moment_text, settle_gdal_date
from jjjmap.layers.styling.written_styles import xml_text

if TYPE_CHECKING:
    import pyarrow as pa

_GEOMETRY, _ROW = "geom", "fid"
_VERSION = "1.2"
"""Of the standard: all that is needed, and programs of some years ago read it without a warning."""
_LONGEST_STYLE_NAME = 30
_WIDE = str.maketrans("%&#+?;=", "％＆＃＋？；＝")
"""QGIS asks for a project by an address in which its name stands unquoted: such signs would end it."""
_LAYER_STYLES = """
    CREATE TABLE layer_styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
        f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
        useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
        update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""
_METADATA = """
    CREATE TABLE gpkg_metadata (
        id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
        md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
        metadata TEXT NOT NULL DEFAULT '')"""
_METADATA_REFERENCE = """
    CREATE TABLE gpkg_metadata_reference (
        reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
        timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
        CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
        CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))"""
_EXTENSIONS = """
    CREATE TABLE IF NOT EXISTS gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
        scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"""
_METADATA_EXTENSION = "http://www.geopackage.org/spec120/#extension_metadata"


def write_geopackage(draft: Path, job: DataJob) -> None:
    """Write all layers, styles, facts and a project of QGIS into a new file.

    Raises
    ------
    Stopped
        The user asked to.
    OSError, RuntimeError, sqlite3.Error
        It could not be written; the draft is of no use.
    """
    moment = moment_text()
    written: list[WrittenLayer] = []
    tables: list[WrittenTable] = []
    titles: list[str] = []
    settle_gdal_date()
    for records in job.records():
        job.tick(0.05)
        titles = spare_names([*titles, plain_title(records.title)])
        _write_records(draft, records, titles[-1])
        tables.append(WrittenTable(records.name, records.title))
    for number, layer in enumerate(job.layers()):
        titles = spare_names([*titles, plain_title(layer.title)])
        share = 0.85 / max(job.layer_count, 1)
        write_layer(draft, layer, titles[-1], _part_of(job, 0.05 + share * number, share))
        written.append(without_rows(layer))
    job.tick(0.92)
    connection = sqlite3.connect(draft)
    try:
        with connection:
            add_styles(connection, written, moment)
            _add_metadata(connection, job.about, moment)
            add_project(connection, job.about, written, tables, job.file_name)
    finally:
        connection.close()
    job.tick(0.97)


# -- Tables ----------------------------------------------------------------------------------------


def _part_of(job: DataJob, start: float, share: float) -> Callable[[float], None]:
    return lambda done: job.tick(start + share * done)


def write_layer(draft: Path, layer: OutLayer, title: str, tick: Callable[[float], None]) -> None:
    """Write a layer into a file, which is made if there is none.

    Parameters
    ----------
    title
        As QGIS shall list it; of one line, and unlike that of any other table.
    tick
        Told the share of the rows that are written; what it raises ends the work, and comes out here.

    Raises
    ------
    OSError, RuntimeError
        It could not be written; the file is of no use.
    """
    import pyarrow as pa
    import shapely

    table = layer.table
    columns = plain_schema(table.attributes)
    is_placed = table.geometry is not None
    schema = columns.append(pa.field(_GEOMETRY, pa.binary())) if is_placed else columns
    count = len(table)
    problem: list[BaseException] = []

    def pieces() -> Iterator[pa.RecordBatch]:
        try:
            for start, end in batches(count):
                tick(start / count)
                arrays = plain_arrays(table.attributes.slice(start, end - start), columns)
                if is_placed:
                    shapes = shapes_between(table, start, end, multi=True)
                    arrays.append(pa.array(shapely.to_wkb(shapes), pa.binary()))
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
        except BaseException as exc:  # Ctrl+C, too, comes here, and would come back as an error of GDAL.
            problem.append(exc)
            raise

    tick(0.0)
    description = "\n".join(map(plain_title, layer.remarks))
    try:
        _write(draft, layer.table_name, schema, pieces(), title, description, geometry_type(table.geometry))
    except Exception:
        # What stops the stream comes back in other words.
        if problem:
            raise problem[0] from None
        raise
    _check_written(draft, layer.table_name, count, is_placed)


def _check_written(draft: Path, name: str, count: int, is_placed: bool) -> None:
    """Raise RuntimeError if the rows or the spatial index are missing.

    Where the disk fills up while the driver makes the index, it leaves that out and says nothing.
    """
    connection = sqlite3.connect(draft)
    try:
        quoted = name.replace('"', '""')
        rows = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]
        index = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = ?", (f"rtree_{name}_{_GEOMETRY}",)
        ).fetchone()[0]
    except sqlite3.Error as exc:
        raise RuntimeError(f"{name}: {exc}") from exc
    finally:
        connection.close()
    if rows != count or bool(index) != is_placed:
        raise RuntimeError(f"{name}: {rows} of {count} rows, {index} index")


def _write_records(draft: Path, records: Records, title: str) -> None:
    import pyarrow as pa

    types = {
        ValueKind.TEXT: pa.string(),
        ValueKind.NUMBER: pa.float64(),
        ValueKind.INTEGER: pa.int64(),
        ValueKind.BOOLEAN: pa.bool_(),
    }
    schema = pa.schema([pa.field(column.name, types[column.kind]) for column in records.columns])
    arrays = [
        pa.array([_cell(row[number]) for row in records.rows], field.type)
        for number, field in enumerate(schema)
    ]
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
    _write(draft, records.name, schema, [batch], title, "", None)


def _cell(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    # Half of a surrogate pair, which a damaged document may hold, has no place in UTF-8.
    return value.replace("\x00", " ").encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _write(
    draft: Path,
    name: str,
    schema: pa.Schema,
    pieces: Iterable[pa.RecordBatch],
    title: str,
    description: str,
    kind: str | None,
) -> None:
    import pyarrow as pa
    import pyogrio

    taken = {field.name.casefold() for field in schema}
    row = next(name for name in (_ROW, "ogc_fid", "jjjmap_fid") if name not in taken)
    options = {"FID": row, "IDENTIFIER": title, "DESCRIPTION": description}
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, pieces),
        draft,
        layer=name,
        driver="GPKG",
        geometry_name=_GEOMETRY if kind else None,
        geometry_type=kind,
        crs="EPSG:4326" if kind else None,
        layer_options={**options, **({"GEOMETRY_NAME": _GEOMETRY} if kind else {})},
        dataset_options={} if draft.exists() else {"VERSION": _VERSION},
    )


def without_rows(layer: OutLayer) -> WrittenLayer:
    """Return what styles and project need of a layer, so that its rows can go."""
    return WrittenLayer(
        layer.id,
        layer.table_name,
        layer.title,
        layer.group,
        layer.opacity,
        layer.in_legend,
        layer.table.geometry,
        layer.bounds,
        layer.style,
        layer.remarks,
    )


# -- Styles, metadata, project ---------------------------------------------------------------------


def add_styles(connection: sqlite3.Connection, layers: Sequence[WrittenLayer], moment: str) -> None:
    """Add the styles that QGIS applies by itself to a layer of the file."""
    connection.execute(_LAYER_STYLES)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
        (moment,),
    )
    for layer in layers:
        if layer.style is None:
            continue
        title = plain_title(layer.title)
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
            " styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
            " VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '', ?)",
            (
                layer.table_name,
                _GEOMETRY,
                title[:_LONGEST_STYLE_NAME],
                qml_text(layer.style, layer.opacity),
                sld_text(layer.style, title),
                title,
                moment,
            ),
        )


def _add_metadata(connection: sqlite3.Connection, about: About, moment: str) -> None:
    connection.execute(_METADATA)
    connection.execute(_METADATA_REFERENCE)
    connection.execute(_EXTENSIONS)
    facts = about_facts(about)
    xml = Element("GDALMultiDomainMetadata")
    domain = SubElement(xml, "Metadata")
    for key, value in facts.items():
        SubElement(domain, "MDI", {"key": key}).text = xml_text(_one_text(value))
    # As GDAL keeps what is said of a whole file; it and QGIS show it.
    found = connection.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)"
        " VALUES ('dataset', 'http://gdal.org', 'text/xml', ?)",
        (tostring(xml, encoding="unicode"),),
    )
    connection.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id)"
        " VALUES ('geopackage', ?, ?)",
        (moment, found.lastrowid),
    )
    for table in ("gpkg_metadata", "gpkg_metadata_reference"):
        connection.execute(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
            (table, _METADATA_EXTENSION),
        )


def _one_text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def add_project(
    connection: sqlite3.Connection,
    about: About,
    layers: Sequence[WrittenLayer],
    tables: Sequence[WrittenTable],
    file_name: str,
) -> None:
    """Add the project where QGIS looks for those that lie in a GeoPackage.

    Parameters
    ----------
    file_name
        Of the GeoPackage when it is done, which the paths of the layers name.
    """
    connection.execute("CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)")
    facts = json.dumps({"last_modified_time": moment_text()[:19], "last_modified_user": "jjjmap"})
    content = project_bytes(about, layers, tables, file_name).hex()
    name = plain_title(about.title).translate(_WIDE)
    connection.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (name, facts, content))
