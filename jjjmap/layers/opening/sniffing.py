"""What a file is, told by its first bytes and checked against its name, before any library sees it."""

import json
import os
import re
import stat
import zipfile
from pathlib import Path

from jjjmap.errors import LayerUnreadable
from jjjmap.i18n import _
from jjjmap.layers.opening.records import FileFormat

_HEAD_BYTES = 1 << 16
_MAX_BYTES = 64 << 30
_SUFFIXES = {
    ".geojson": FileFormat.GEOJSON,
    ".geojsonl": FileFormat.GEOJSONSEQ,
    ".geojsons": FileFormat.GEOJSONSEQ,
    ".ndjson": FileFormat.GEOJSONSEQ,
    ".jsonl": FileFormat.GEOJSONSEQ,
    ".gpkg": FileFormat.GPKG,
    ".shp": FileFormat.SHAPEFILE,
    ".kml": FileFormat.KML,
    ".kmz": FileFormat.KML,
    ".fgb": FileFormat.FLATGEOBUF,
    ".parquet": FileFormat.PARQUET,
    ".geoparquet": FileFormat.PARQUET,
    ".gpx": FileFormat.GPX,
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".tab": FileFormat.CSV,
    ".xlsx": FileFormat.XLSX,
    ".xlsm": FileFormat.XLSX,
    ".xls": FileFormat.XLS,
    ".et": FileFormat.XLS,
    ".ods": FileFormat.ODS,
}
SUFFIXES = (*_SUFFIXES, ".json", ".zip", ".txt")
"""Of the files that are offered in a file dialog."""

_SHAPEFILE_COMPANIONS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
_VIRTUAL_PATH = re.compile(r"(?i)/?vsi\w+|[a-z][a-z0-9+.-]+:/|\s*[{<\[]")
_VIRTUAL_XML = (
    "OGRVRTDataSource", "VRTDataset", "OGRWFSDataSource", "WFS_Capabilities", "GDAL_WMS", "WMS_Capabilities",
    "GDAL_WMTS", "OWSContext",
)  # fmt: skip
_GEOMETRIES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
}  # fmt: skip
_FIRST_TAG = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_TYPE = re.compile(r'"type"\s*:\s*"([^"]{1,60})"')
_ZIP_MEMBERS = {
    ".shp": FileFormat.SHAPEFILE,
    ".kml": FileFormat.KML,
    ".gpkg": FileFormat.GPKG,
    ".geojson": FileFormat.GEOJSON,
    ".fgb": FileFormat.FLATGEOBUF,
}
MAX_ENTRIES = 2_000
"""Of an archive."""


def sniff(path: Path) -> FileFormat:
    """Return what a file is; an archive is what is in it.

    Parameters
    ----------
    path
        Must be an existing, regular, local file; nothing but its first bytes is read.

    Raises
    ------
    LayerUnreadable
        ``missing``, ``no-access``, ``not-a-file``, ``not-a-path`` (an address, a ``/vsi`` path, inline data),
        ``empty``, ``virtual`` (a file that only points at others: VRT, GDALG, services), ``companion``,
        ``other-format`` (content against name), ``unknown-format``, ``encrypted``, ``damaged``, ``bomb``.
    """
    head = _head(path)
    if path.suffix.lower() in _SHAPEFILE_COMPANIONS:
        # An index begins like the shapes themselves.
        raise LayerUnreadable(path, "companion", f"{path.stem}.shp")
    found = _by_content(path, head)
    said = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        if said is not None and said is not FileFormat.CSV:
            # What a spreadsheet program saves as .xls is often a text table.
            if said is FileFormat.XLS and _is_text(head):
                return FileFormat.CSV
            raise LayerUnreadable(path, "other-format", _("文字") if _is_text(head) else _("图片、程序之类"))
        if not _is_text(head) or (said is None and path.suffix.lower() not in (".txt", ".dat", "")):
            raise LayerUnreadable(path, "unknown-format", path.suffix[:20])
        return FileFormat.CSV
    alike = {FileFormat.GEOJSON, FileFormat.GEOJSONSEQ}
    if said in (None, found) or (found.is_table and said.is_table) or {said, found} <= alike:
        return found
    raise LayerUnreadable(path, "other-format", found.value)


def _head(path: Path) -> bytes:
    text = str(path)
    if _VIRTUAL_PATH.match(text) and not re.match(r"[A-Za-z]:[\\/]", text):
        raise LayerUnreadable(path, "not-a-path")
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise LayerUnreadable(path, "not-a-file")
        if facts.st_size > _MAX_BYTES:
            raise LayerUnreadable(path, "too-large", f"{_MAX_BYTES >> 30} GB")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError as exc:
        # A program may have joined an address to a folder.
        virtual = re.search(r"/(?:vsi\w+/|[a-z]+:/)", text.replace(os.sep, "/"), re.IGNORECASE)
        raise LayerUnreadable(path, "not-a-path" if virtual else "missing") from exc
    except (OSError, ValueError) as exc:
        raise LayerUnreadable(path, "no-access", getattr(exc, "strerror", "") or "") from exc
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise LayerUnreadable(path, "empty")
    return head


def _by_content(path: Path, head: bytes) -> FileFormat | None:
    """Return the format that the first bytes are sure of; None for text tables and what is not known."""
    if head.startswith(b"SQLite format 3\x00"):
        if head[68:72] in (b"GPKG", b"GP10", b"GP11", b"GP12") or path.suffix.lower() == ".gpkg":
            return FileFormat.GPKG
        raise LayerUnreadable(path, "unknown-format", "SQLite")
    if head.startswith(b"PAR1"):
        return FileFormat.PARQUET
    if head.startswith(b"fgb\x03fgb"):
        return FileFormat.FLATGEOBUF
    if head.startswith(b"\x00\x00\x27\x0a") and len(head) > 36:
        return FileFormat.SHAPEFILE
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _by_members(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return FileFormat.XLS
    for magic, name in ((b"%PDF", "PDF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip")):
        if head.startswith(magic):
            raise LayerUnreadable(path, "unknown-format", name)
    text = _text_of(head)
    if text.startswith("<"):
        return _by_tag(path, text)
    if text.startswith(("{", "[", "\x1e")):
        return _by_json(path, text.lstrip("\x1e"))
    return None


def _text_of(head: bytes) -> str:
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")


def _by_tag(path: Path, text: str) -> FileFormat | None:
    found = _FIRST_TAG.search(text)
    tag = found[1] if found else ""
    if tag in _VIRTUAL_XML:
        raise LayerUnreadable(path, "virtual", tag)
    match tag.lower():
        case "kml" | "document" | "placemark":
            return FileFormat.KML
        case "gpx":
            return FileFormat.GPX
        case "html" | "table" | "head" | "body" | "meta" | "style":
            raise LayerUnreadable(path, "other-format", "HTML")
    raise LayerUnreadable(path, "unknown-format", f"XML <{tag}>" if tag else "XML")


def _by_json(path: Path, text: str) -> FileFormat:
    kinds = set(_TYPE.findall(text))
    if "gdal_streamed_alg" in kinds:
        raise LayerUnreadable(path, "virtual", "GDALG")
    if "Topology" in kinds:
        raise LayerUnreadable(path, "unknown-format", "TopoJSON")
    if '"geometryType"' in text and '"esriGeometry' in text:
        raise LayerUnreadable(path, "unknown-format", "Esri JSON")
    if not kinds & {"FeatureCollection", "Feature", *_GEOMETRIES} and '"features"' not in text:
        raise LayerUnreadable(path, "unknown-format", "JSON")
    first, _end, rest = text.partition("\n")
    if rest.lstrip("\x1e \t\r\n").startswith("{") and "Feature" in set(_TYPE.findall(first)):
        try:
            json.loads(first)
        except (ValueError, RecursionError):
            return FileFormat.GEOJSON
        return FileFormat.GEOJSONSEQ
    return FileFormat.GEOJSON


def _by_members(path: Path) -> FileFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as exc:
        raise LayerUnreadable(path, "damaged", type(exc).__name__) from exc
    if len(entries) > MAX_ENTRIES:
        raise LayerUnreadable(path, "bomb", f"> {MAX_ENTRIES}")
    names = {entry.filename.lower() for entry in entries}
    if any(name.startswith("xl/workbook.") for name in names):
        return FileFormat.XLSX
    if "content.xml" in names and "mimetype" in names:
        return FileFormat.ODS
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise LayerUnreadable(path, "unknown-format", "docx / pptx")
    for suffix, kind in _ZIP_MEMBERS.items():
        members = [entry for entry in entries if entry.filename.lower().endswith(suffix)]
        if members:
            if any(entry.flag_bits & 1 for entry in members):
                raise LayerUnreadable(path, "encrypted")
            return kind
    raise LayerUnreadable(path, "zip-without-layer")


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    # Tables with a stray NUL are read; pictures and programs are full of them.
    return head.count(0) * 50 < len(head)
