"""Vector files for tests, made by hand or by the libraries that everybody uses."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import shapely

JIA = shapely.box(116.0, 39.0, 116.1, 39.1)
YI = shapely.box(116.2, 39.0, 116.3, 39.1)
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def feature(geometry: object, **properties: object) -> dict[str, Any]:
    """Return a GeoJSON feature; a geometry is a shape or what is to stand there."""
    value = json.loads(shapely.to_geojson(geometry)) if hasattr(geometry, "geom_type") else geometry
    return {"type": "Feature", "properties": properties, "geometry": value}


def geojson(path: Path, features: Sequence[object], encoding: str = "utf-8", **members: object) -> Path:
    """Write a FeatureCollection."""
    value = {"type": "FeatureCollection", **members, "features": list(features)}
    path.write_bytes(json.dumps(value, ensure_ascii=False).encode(encoding))
    return path


def two_counties() -> geopandas.GeoDataFrame:
    """Return two squares."""
    return geopandas.GeoDataFrame({"名称": ["甲县", "乙县"], "v": [1, 2]}, geometry=[JIA, YI], crs=4326)


def shapefile(folder: Path, stem: str, *, encoding: str = "gb18030", without: Sequence[str] = ()) -> Path:
    """Write a Shapefile, some of its parts left out."""
    folder.mkdir(exist_ok=True)
    two_counties().to_file(folder / f"{stem}.shp", encoding=encoding)
    for suffix in without:
        (folder / f"{stem}{suffix}").unlink()
    return folder / f"{stem}.shp"


def zipped(path: Path, files: Mapping[str, Path | bytes]) -> Path:
    """Write a zip of members by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.writestr(name, file if isinstance(file, bytes) else file.read_bytes())
    return path
