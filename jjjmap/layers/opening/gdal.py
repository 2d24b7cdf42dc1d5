"""GDAL with a closed list of drivers and without a network; only ever inside the worker process."""

import os
import re
from functools import cache
from types import ModuleType

DRIVERS = frozenset(
    ("ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "GPKG", "KML", "LIBKML", "FlatGeobuf", "GPX", "MEM")
)
"""All that are left; the others read addresses, run pipelines or open other files than the one named."""

_OPTIONS = {
    # Nothing listens there: what asks for an address gets none.
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_TIMEOUT": "2",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "NO",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
    "CPL_ALLOW_VSISTDIN": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    # Circular arcs become polylines.
    "OGR_STROKE_CURVE": "TRUE",
    "OSR_DEFAULT_AXIS_MAPPING_STRATEGY": "TRADITIONAL_GIS_ORDER",
}


_NOT_FOR_PEOPLE = re.compile(
    r"^sqlite3_\w+\(.*\) failed: |; It might help to specify the correct driver.*|"
    r"Could not decode error message to UTF-8\. Raw error: ",
    re.DOTALL,
)
"""What GDAL and pyogrio say around the reason: statements of their own, and advice to programmers."""


@cache
def closed_gdal() -> ModuleType:
    """Return pyogrio after all drivers but `DRIVERS` were removed, for the rest of this process.

    Raises
    ------
    RuntimeError
        Drivers that should be gone are still there.
    """
    for name in ("NO_PROXY", "no_proxy"):
        os.environ.pop(name, None)
    os.environ.update(_OPTIONS)
    os.environ["PROJ_NETWORK"] = "OFF"
    import pyogrio
    from pyogrio import _ogr

    others = [name for name in pyogrio.list_drivers() if name not in DRIVERS]
    # Names hold spaces, so commas part them. Registering again is when GDAL looks at the option.
    pyogrio.set_gdal_config_options({**_OPTIONS, "OGR_SKIP": ",".join(others)})
    _ogr._register_drivers()
    left = set(pyogrio.list_drivers()) - DRIVERS
    if left:
        raise RuntimeError(f"GDAL keeps its drivers {sorted(left)}")
    gdal: ModuleType = pyogrio
    return gdal


def gdal_errors() -> tuple[type[Exception], ...]:
    """Return what reading through pyogrio raises for files that are broken."""
    import pyarrow as pa

    errors = closed_gdal().errors
    # It counts on lists that a broken file leaves empty, and on a CRS that it names.
    return (errors.DataSourceError, errors.DataLayerError, errors.FeatureError, errors.FieldError,
            errors.GeometryError, errors.CRSError, pa.ArrowException, ValueError, IndexError,
            UnboundLocalError)  # fmt: skip


def first_words(exc: BaseException) -> str:
    """Return the beginning of a library's message, without folders."""
    text = " ".join(_NOT_FOR_PEOPLE.sub("", str(exc)).split()) or type(exc).__name__
    return " ".join(word for word in text.split(" ") if os.sep not in word)[:160]
