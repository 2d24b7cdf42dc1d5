"""What is known of a user's file before and after it is read: plain records, which travel as JSON."""

from dataclasses import dataclass
from enum import StrEnum

from jjjmap.findings import Finding
from jjjmap.layers.style import Geometry


class FileFormat(StrEnum):
    """Where rows may come from; nothing else is opened."""

    GEOJSON = "GeoJSON"
    GEOJSONSEQ = "GeoJSONSeq"
    GPKG = "GeoPackage"
    SHAPEFILE = "Shapefile"
    KML = "KML"
    FLATGEOBUF = "FlatGeobuf"
    PARQUET = "GeoParquet"
    GPX = "GPX"
    CSV = "CSV"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    POSTGIS = "PostGIS"
    RECKONED = "reckoned"
    """No file: an analysis made the rows."""

    @property
    def is_table(self) -> bool:
        """Whether rows and columns are all that it has: positions are columns, if there are any."""
        return self in (FileFormat.CSV, FileFormat.XLSX, FileFormat.XLS, FileFormat.ODS)


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    """A moment: date and time of day."""


class ColumnRole(StrEnum):
    """What a column says about where its row is, or how it is called."""

    NONE = ""
    LON = "lon"
    """Degrees east, or metres east in a projected CRS."""
    LAT = "lat"
    NAME = "name"
    """What the row is called: a firm, a site."""
    ADDRESS = "address"
    ZONE = "zone"
    """A park or development zone."""
    REGION = "region"
    """An administrative unit, by name."""
    CODE = "code"
    """An administrative unit, by its GB/T 2260 code."""
    CREDIT_CODE = "credit_code"
    """统一社会信用代码, 18 characters (GB 32100-2015)."""
    INDUSTRY = "industry"
    """GB/T 4754 code or name of an industry."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    role: ColumnRole = ColumnRole.NONE


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """How a file is to be read; whatever is left empty is guessed."""

    sublayer: str = ""
    """Name of the layer of a GeoPackage, KML or GPX, the sheet of a workbook, or ``schema.table.column``."""
    encoding: str = ""
    """Python's name, e.g. ``gb18030``."""
    delimiter: str = ""
    header_row: int | None = None
    """Number of the first header line, from 0; -1 if there is none."""
    header_rows: int = 0
    """How many lines the header has; 0 to guess."""
    roles: tuple[tuple[str, ColumnRole], ...] | None = None
    """Columns with a role; None to guess, empty for none."""
    datum: str = ""
    """What the coordinates are: ``WGS-84``, ``GCJ-02``, ``BD-09`` or ``EPSG:<code>``."""
    swap_axes: bool | None = None
    """Whether lat comes before lon in the file; None to guess."""


@dataclass(frozen=True, slots=True)
class LayerSource:
    """The file that a layer was read from, so that it can be read again; kept beside the layer."""

    path: str
    """Absolute."""
    options: OpenOptions
    part: str = ""
    """`ReadPart.folder` of the layer: a file that mixes points and lines gives several."""


@dataclass(frozen=True, slots=True)
class SubLayer:
    """One of the layers or sheets in a file."""

    name: str
    geometry: str = ""
    """As the file says it, e.g. ``MultiPolygon``; empty if it has none."""
    rows: int | None = None
    """None where counting would mean reading everything."""


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding in which a file can be read."""

    name: str
    is_certain: bool
    preview: tuple[tuple[str, ...], ...] = ()
    """The first rows as they look in it."""


@dataclass(frozen=True, slots=True)
class DatumGuess:
    """What the coordinates of a file may be; guesses are sorted, the best first."""

    datum: str
    """As in `OpenOptions.datum`."""
    swap_axes: bool
    score: float
    """0…1: how well it fits."""
    reason: str
    """One sentence in the language in use."""
    shift_m: float
    """Median distance from the same numbers taken as WGS-84 (for a projected CRS 0)."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file as far as it is known before it is read."""

    name: str
    """Of the file, without folders."""
    format: FileFormat
    size_bytes: int
    options: OpenOptions
    """What was asked for, with every gap filled by the best guess."""
    sublayers: tuple[SubLayer, ...] = ()
    columns: tuple[Column, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    """The first rows below the header, as texts; at most 50."""
    raw_preview: tuple[tuple[str, ...], ...] = ()
    """The first lines of a table as they stand, header and all; at most 50."""
    encodings: tuple[EncodingGuess, ...] = ()
    """Only where the file does not say; the best first."""
    geometry: str = ""
    crs: str = ""
    """As the file says it, e.g. ``EPSG:4490``; empty if it says nothing."""
    datums: tuple[DatumGuess, ...] = ()
    """Empty where there are no coordinates."""
    must_ask: bool = False
    """Whether the datum is a guess that the user should see before the file is read."""
    sample: tuple[tuple[float, float], ...] = ()
    """At most 500 positions as they stand in the file, x and y, for a preview."""
    rows: int | None = None
    signature: str = ""
    """The same for files of the same make (columns, CRS, format): under it an answer is remembered."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """Where a layer came from and what it holds; kept beside it."""

    title: str
    source_name: str
    """Name of the file, or of database and table; never a folder, never a password."""
    sublayer: str
    format: FileFormat
    encoding: str
    """Empty for formats that say it themselves."""
    crs: str
    """As the file said it."""
    datum: str
    """What the coordinates were taken for, as in `OpenOptions.datum`."""
    shift_m: float
    """How far they were moved at the median to come to WGS-84; 0 if not at all."""
    geometry: Geometry | None
    """None for a plain table."""
    columns: tuple[Column, ...]
    rows: int
    without_geometry: int
    """Rows that are in the table but nowhere on the map."""
    mended: int
    rejected: int
    """Rows that are in ``rejected.csv`` instead."""
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north in degrees, WGS-84."""
    sha256: str = ""
    """Of the file; empty for a database."""
    opened: str = ""
    """Date, ISO 8601."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPart:
    """One layer that a file gave: a folder with ``attributes.arrow`` and perhaps ``geometry.arrow``."""

    folder: str
    """Name below the folder that was handed over."""
    facts: LayerFacts


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What came of reading a file."""

    parts: tuple[ReadPart, ...]
    """Several if it mixes points, lines and polygons."""
    findings: tuple[Finding, ...]
    accepted: int
    mended: int
    rejected: int
    rejected_file: str = ""
    """Name below the folder of the CSV (UTF-8 with BOM) with the rejected rows and why; empty if none."""
