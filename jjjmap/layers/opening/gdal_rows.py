"""Rows of a staged file through GDAL, as Arrow batches; its errors and warnings in our words."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.gdal import closed_gdal, first_words, gdal_errors
from jjjmap.layers.opening.layer_part import BATCH_ROWS
from jjjmap.layers.opening.records import FileFormat
from jjjmap.layers.opening.vector_staging import Source

logger = logging.getLogger(__name__)

_BATCH_BYTES = 48 << 20
"""Of a file, that a batch may hold: shapes with many vertices come in small batches."""
_LEAST_BATCH = 256


def _restore_index(source: Source) -> None:
    """Let GDAL write a Shapefile's index: in the private folder, where there is nothing of that name."""
    gdal = closed_gdal()
    if source.staged.with_suffix(".shx").exists():
        return
    gdal.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        gdal.read_info(source.name)
    except gdal_errors() as exc:
        raise _unreadable(source.path, exc) from exc
    finally:
        # Never for another file: with it GDAL opens what it reads for writing.
        gdal.set_gdal_config_options({"SHAPE_RESTORE_SHX": "NO"})


def facts_of(source: Source, *, count: bool) -> dict[str, Any]:
    """Return what GDAL says of a layer; `count` even if that means reading it. Raises LayerUnreadable."""
    gdal = closed_gdal()
    if not source.has_index:
        _restore_index(source)
    try:
        info: dict[str, Any] = gdal.read_info(
            source.name,
            layer=_layer(source),
            encoding=_gdal_encoding(source),
            force_feature_count=count,
            **source.options,
        )
    except gdal_errors() as exc:
        raise _unreadable(source.path, exc) from exc
    return info


def batches_of(source: Source, info: dict[str, Any], limit: int | None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a source, at most `limit` of them; raises LayerUnreadable ``damaged`` and others."""
    closed_gdal()
    from pyogrio.raw import open_arrow

    features = max(1, int(info["features"]))
    per_row = source.staged.stat().st_size / features
    size = int(min(BATCH_ROWS, max(_LEAST_BATCH, _BATCH_BYTES / max(per_row, 1.0))))
    try:
        with open_arrow(
            source.name,
            layer=_layer(source),
            encoding=_gdal_encoding(source),
            batch_size=min(size, limit or size),
            use_pyarrow=True,
            **source.options,
        ) as (_meta, reader):
            left = limit
            for batch in reader:
                yield batch if left is None else batch.slice(0, left)
                if left is not None and (left := left - batch.num_rows) <= 0:
                    return
    except MemoryError:
        raise
    except OSError as exc:
        if exc.errno is not None:
            raise
        # How Arrow hands on that GDAL stumbled over the file: the system has no part in it.
        raise _unreadable(source.path, exc) from exc
    except gdal_errors() as exc:
        raise _unreadable(source.path, exc) from exc


def _layer(source: Source) -> str | None:
    return None if source.format is FileFormat.SHAPEFILE else source.sublayer or None


def _gdal_encoding(source: Source) -> str | None:
    if source.format is not FileFormat.SHAPEFILE:
        return None
    # Its iconv knows them by these names.
    names = {"gb18030": "GB18030", "big5": "CP950", "utf-8": "UTF-8"}
    return names.get(source.encoding, source.encoding or None)


@contextmanager
def warnings_told(path: Path) -> Iterator[list[Finding]]:
    """Collect what GDAL warns of as findings; known warnings in our words, the others in its own."""
    findings: list[Finding] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield findings
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        finding = _finding_of(path, " ".join(text.split()))
        if finding is not None and finding not in findings:
            findings.append(finding)
    del findings[20:]


def _finding_of(path: Path, text: str) -> Finding | None:
    quiet = (
        "features with id",
        "Non closed ring",
        "is not a standard",
        "Measured (M) geometry",
        "application_id",
        "creating an index",
        "SHAPE_RESTORE_SHX",
        "immutable",
        "driver does not support open option",
    )
    if any(word in text for word in quiet):
        return None
    if any(
        word in text
        for word in ("coord dimension", "geometry type detected", "Invalid geometry", "Geometry is")
    ):
        return Finding(
            Severity.WARNING,
            "geometry-unread",
            path.name,
            _("有的几何写得不对，读不出来；这些行只在表格里，不在地图上。"),
            _("请检查没有坐标的行：坐标应是数字，每点至少两个。"),
        )
    logger.info("GDAL on %s: %s", path.name, text)
    message = _("读取时有一条提示：{text}").format(text=text.replace(str(path.parent), "")[:200])
    return Finding(Severity.WARNING, "reader-warning", path.name, message)


def _unreadable(path: Path, exc: Exception) -> LayerUnreadable:
    text = first_words(exc)
    if "GDAL_MAX" in text or "OGR_GEOJSON_MAX_OBJ_SIZE" in text or "too large" in text.lower():
        return LayerUnreadable(path, "too-complex", text)
    if "nesting" in text or "nested" in text or "depth" in text:
        return LayerUnreadable(path, "too-deep", text)
    return LayerUnreadable(path, "damaged", text)
