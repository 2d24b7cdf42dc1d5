"""Shapes of any make as sound ones: sorted by kind, repaired, brought to WGS-84; what was done is counted."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from jjjmap.i18n import _
from jjjmap.layers.checks_common import REGION_BOX
from jjjmap.layers.opening.datums import WGS84, shapes_to_wgs84, to_wgs84
from jjjmap.layers.opening.in_threads import in_threads
from jjjmap.layers.opening.layer_writer import LayerWriter
from jjjmap.layers.opening.mending_batch import SHIFT_SAMPLE, Batch, Pieces
from jjjmap.layers.opening.mending_tallies import (
    ANTIMERIDIAN,
    CLOSED,
    FLATTENED,
    OUTSIDE,
    REPAIRED,
    SEVERAL_POINTS,
    SPLIT,
    WITHOUT,
)
from jjjmap.layers.style import Geometry

__all__ = ["Batch", "write_positions", "write_shapes"]

ShapeArray = npt.NDArray[np.object_]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


def _nowhere() -> str:
    return _("坐标不是地球上的位置。")


_KINDS = {0: Geometry.POINT, 1: Geometry.LINE, 5: Geometry.LINE, 3: Geometry.POLYGON, 6: Geometry.POLYGON}
_PLAIN_POINT = b"\x01\x01\x00\x00\x00"
_POINT_BYTES = 21
_MAX_NESTING = 32


def write_shapes(
    writer: LayerWriter,
    attributes: pa.RecordBatch,
    wkb: pa.Array,
    rows: IntArray,
    *,
    datum: str = WGS84,
    swap_axes: bool = False,
    has_position_columns: bool = False,
) -> None:
    """Sort, mend, move and write n rows with shapes of any kind.

    Parameters
    ----------
    attributes
        n rows × m attributes.
    wkb
        n shapes as WKB of any make (binary, null for none).
    rows
        n numbers of the rows in the file, for findings.
    datum, swap_axes
        What the coordinates are, see `datums.to_wgs84`.
    has_position_columns
        As in `Batch`.

    Notes
    -----
    Rejected are shapes that cannot be understood, whose coordinates are no positions on Earth, and polygons
    and lines that have no extent.
    """
    numbers = np.asarray(rows, dtype=np.int64)
    batch = Batch(writer, attributes, numbers, datum, swap_axes, has_position_columns)
    if pa.types.is_large_binary(wkb.type):
        wkb = wkb.cast(pa.binary())
    positions = _plain_points(wkb)
    if positions is not None:
        write_positions(batch, *positions)
        return
    _write_mixed(batch, wkb)


def write_positions(batch: Batch, x: FloatArray, y: FloatArray) -> None:
    """Move and write n rows with a position each, as it stands in the file; both NaN for none."""
    missing = np.isnan(x) & np.isnan(y)
    batch.writer.tally(WITHOUT, batch.rows[missing])
    lost = _write_points(batch, x, y, missing)
    if lost.any():
        batch.reject(np.flatnonzero(lost), _nowhere(), shapely.points(x[lost], y[lost]))


def _write_points(batch: Batch, x: FloatArray, y: FloatArray, missing: BoolArray) -> BoolArray:
    """Write n rows with positions but for those that are lost, which are returned.

    Those that are missing have been told already.
    """
    lon, lat = to_wgs84(x, y, batch.datum, batch.swap_axes)
    lost: BoolArray = ~missing & ~(np.isfinite(lon) & np.isfinite(lat))
    attributes, rows = batch.attributes, batch.rows
    if lost.any():
        kept = np.flatnonzero(~lost)
        lon, lat, x, y, rows = lon[kept], lat[kept], x[kept], y[kept], rows[kept]
        attributes = attributes.take(pa.array(kept))
    batch.note_shift(x, y)
    west, south, east, north = REGION_BOX.bounds
    batch.writer.tally(OUTSIDE, rows[(lon < west) | (lon > east) | (lat < south) | (lat > north)])
    if len(rows):
        batch.writer.write_points(attributes, lon, lat)
    return lost


def _plain_points(wkb: pa.Array) -> tuple[FloatArray, FloatArray] | None:
    """Return n positions straight from the bytes, if there are nothing but plain points and nulls."""
    count = len(wkb)
    if count == 0:
        return None
    _validity, offsets_buffer, data_buffer = wkb.buffers()
    if data_buffer is None:
        return None
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[wkb.offset : wkb.offset + count + 1]
    there = wkb.is_valid().to_numpy(zero_copy_only=False)
    lengths = np.diff(offsets)
    if not there.any() or (lengths[there] != _POINT_BYTES).any() or (lengths[~there] != 0).any():
        return None
    data = np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : offsets[-1]].reshape(-1, _POINT_BYTES)
    if (data[:, :5] != np.frombuffer(_PLAIN_POINT, dtype=np.uint8)).any():
        return None
    pairs = np.ascontiguousarray(data[:, 5:]).view("<f8")
    x, y = np.full(count, np.nan), np.full(count, np.nan)
    x[there], y[there] = pairs[:, 0], pairs[:, 1]
    return x, y


def _write_mixed(batch: Batch, wkb: pa.Array) -> None:
    raw = wkb.to_numpy(zero_copy_only=False)
    shapes: ShapeArray = in_threads(_from_wkb, raw)
    unread = shapely.is_missing(shapes) & wkb.is_valid().to_numpy(zero_copy_only=False)
    pieces = Pieces(batch, shapes)
    rejected = np.zeros(len(shapes), dtype=bool)
    if unread.any():
        at = np.flatnonzero(unread)
        shapes[at] = shapely.from_wkb(raw[at], on_invalid="fix")
        still = shapely.is_missing(shapes[at])
        pieces.lose(at[still], _("几何数据无法解读。"))
        batch.writer.tally(CLOSED, batch.rows[at[~still]])
        rejected[at[still]] = True
    tall = shapely.has_z(shapes) | shapely.has_m(shapes)
    if tall.any():
        batch.writer.tally(FLATTENED, batch.rows[np.flatnonzero(tall)[_has_heights(shapes[tall])]])
        shapes[tall] = shapely.force_2d(shapes[tall])
    nowhere = (shapely.is_missing(shapes) | shapely.is_empty(shapes)) & ~rejected
    batch.writer.tally(WITHOUT, batch.rows[nowhere])
    groups = list(_groups(batch, shapes, ~nowhere & ~rejected))
    lonely = np.flatnonzero(nowhere)
    home = batch.writer.home or (max(groups, key=lambda group: len(group[1]))[0] if groups else None)
    for kind, at, found in sorted(groups, key=lambda group: group[0] is not home):
        if kind is home and len(lonely):
            # Rows without a shape stay where they were among the others.
            at, found = np.append(at, lonely), np.append(found, np.full(len(lonely), None, dtype=object))
            order = np.argsort(at, kind="stable")
            at, found, lonely = at[order], found[order], lonely[:0]
        _write_kind(pieces, kind, at, found, None if tall.any() or unread.any() else wkb)
    if len(lonely):
        batch.writer.write_rows(batch.attributes.take(pa.array(lonely)))
    pieces.settle()


def _from_wkb(raw: npt.NDArray[np.object_]) -> ShapeArray:
    found: ShapeArray = shapely.from_wkb(raw, on_invalid="ignore")
    return found


def _groups(
    batch: Batch, shapes: ShapeArray, there: BoolArray
) -> Iterator[tuple[Geometry, IntArray, ShapeArray]]:
    """Yield kinds of geometry, numbers of rows in the batch, and their shapes, all of that kind."""
    ids = shapely.get_type_id(shapes)
    found: dict[Geometry, list[tuple[IntArray, ShapeArray]]] = {}
    for type_id, kind in _KINDS.items():
        at = np.flatnonzero(there & (ids == type_id))
        if len(at):
            found.setdefault(kind, []).append((at, shapes[at]))
    rings = np.flatnonzero(there & (ids == 2))
    if len(rings):
        found.setdefault(Geometry.LINE, []).append(
            (rings, shapely.linestrings(list(map(_vertices, shapes[rings]))))
        )
    several = np.flatnonzero(there & (ids == 4))
    if len(several):
        points, owner = shapely.get_parts(shapes[several], return_index=True)
        batch.writer.tally(
            SEVERAL_POINTS, batch.rows[several[np.bincount(owner, minlength=len(several)) > 1]]
        )
        found.setdefault(Geometry.POINT, []).append((several[owner], points))
    for row in np.flatnonzero(there & (ids == 7)).tolist():
        kinds = _kinds_of_collection(shapes[row])
        if len(kinds) > 1 or Geometry.POINT in kinds:
            batch.writer.tally(SPLIT, batch.rows[[row]])
        for kind, parts in kinds.items():
            found.setdefault(kind, []).append((np.full(len(parts), row), parts))
    for kind, pieces in found.items():
        at = np.concatenate([rows for rows, _shapes in pieces])
        order = np.argsort(at, kind="stable")
        yield kind, at[order], np.concatenate([some for _rows, some in pieces])[order]


def _vertices(shape: object) -> FloatArray:
    found: FloatArray = shapely.get_coordinates(shape)
    return found


def _kinds_of_collection(shape: object) -> dict[Geometry, ShapeArray]:
    """Return what is in a collection: points one by one, lines and polygons as one shape each."""
    parts: ShapeArray = np.array([shape], dtype=object)
    for _turn in range(_MAX_NESTING):
        ids = shapely.get_type_id(parts)
        if not (ids >= 4).any():
            break
        parts = shapely.get_parts(parts)
    parts = parts[~shapely.is_empty(parts)]
    ids = shapely.get_type_id(parts)
    found: dict[Geometry, ShapeArray] = {}
    if (ids == 0).any():
        found[Geometry.POINT] = parts[ids == 0]
    if np.isin(ids, (1, 2)).any():
        found[Geometry.LINE] = np.array([shapely.multilinestrings(parts[np.isin(ids, (1, 2))])], dtype=object)
    if (ids == 3).any():
        found[Geometry.POLYGON] = np.array([shapely.multipolygons(parts[ids == 3])], dtype=object)
    return found


def _write_kind(
    pieces: Pieces, kind: Geometry, at: IntArray, shapes: ShapeArray, original: pa.Array | None
) -> None:
    """Write pieces of one kind; `original` is the WKB of the whole batch, if it may be taken as it is."""
    batch = pieces.batch
    if kind is Geometry.POINT:
        part = Batch(
            batch.writer, batch.attributes.take(pa.array(at)), batch.rows[at], batch.datum, batch.swap_axes
        )
        lost = _write_points(part, *_positions(shapes), shapely.is_missing(shapes))
        pieces.lose(at[lost], _nowhere())
        pieces.keep(at[~lost])
        return
    moved = shapes if batch.is_wgs84 else shapes_to_wgs84(shapes, batch.datum, batch.swap_axes)
    sound = in_threads(shapely.is_valid, moved) | shapely.is_missing(moved)
    lost = _nowhere_on_earth(moved, sound)
    if not batch.is_wgs84:
        batch.note_shift(*shapely.get_coordinates(shapes[~lost][:SHIFT_SAMPLE])[:SHIFT_SAMPLE].T)
    if lost.any():
        pieces.lose(at[lost], _nowhere())
        at, moved, sound = at[~lost], moved[~lost], sound[~lost]
    invalid = ~sound
    if invalid.any():
        moved = moved.copy()
        where = np.flatnonzero(invalid)
        moved[where] = [_repaired(shape, kind) for shape in moved[where]]
        flat = np.flatnonzero(invalid & shapely.is_missing(moved))
        why = _("面没有面积，无法修补。") if kind is Geometry.POLYGON else _("线没有长度。")
        pieces.lose(at[flat], why)
        batch.writer.tally(REPAIRED, batch.rows[at[np.setdiff1d(where, flat)]])
        kept = np.setdiff1d(np.arange(len(at)), flat)
        at, moved = at[kept], moved[kept]
    pieces.keep(at)
    if not len(at):
        return
    bounds: FloatArray = shapely.bounds(moved)
    _tell_extent(batch, at, bounds)
    may_keep = original is not None and batch.is_wgs84 and not invalid.any() and len(at) == len(original)
    wkb = (
        original
        if may_keep and _is_flat_wkb(original)
        else shapely.to_wkb(moved, byte_order=1, output_dimension=2)
    )
    attributes = (
        batch.attributes
        if len(at) == batch.attributes.num_rows and (at == np.arange(len(at))).all()
        else (batch.attributes.take(pa.array(at)))
    )
    batch.writer.write_lines_or_polygons(attributes, kind, wkb, bounds)


def _positions(points: ShapeArray) -> tuple[FloatArray, FloatArray]:
    """Return x and y of n points; NaN for what is missing or empty."""
    x, y = np.full(len(points), np.nan), np.full(len(points), np.nan)
    there = ~(shapely.is_missing(points) | shapely.is_empty(points))
    x[there], y[there] = shapely.get_x(points[there]), shapely.get_y(points[there])
    return x, y


def _has_heights(shapes: ShapeArray) -> BoolArray:
    """Return for each of n shapes whether a height or measure is other than 0: much software writes zeros."""
    heights, owner = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    told = shapely.has_m(shapes)
    told[owner[np.nan_to_num(heights[:, 2]) != 0.0]] = True
    found: BoolArray = told
    return found


def _nowhere_on_earth(shapes: ShapeArray, sound: BoolArray) -> BoolArray:
    """Return for each of n shapes whether one of its vertices is no position in degrees."""
    west, south, east, north = shapely.bounds(shapes).T
    with np.errstate(invalid="ignore"):
        lost: BoolArray = (west < -180.0) | (east > 180.0) | (south < -90.0) | (north > 90.0)
    # A box passes over what is not finite, but no shape with such a vertex is sound.
    doubtful = np.flatnonzero(~sound)
    coordinates, owner = shapely.get_coordinates(shapes[doubtful], return_index=True)
    lost[doubtful[owner[~np.isfinite(coordinates).all(axis=1)]]] = True
    return lost


def _repaired(shape: object, kind: Geometry) -> object:
    """Return the sound part of a shape; None if nothing of its kind is left."""
    if kind is Geometry.LINE:
        return None
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    kinds = _kinds_of_collection(mended)
    if kind not in kinds:
        return None
    return mended if shapely.get_type_id(mended) in (3, 6) else kinds[kind][0]


def _tell_extent(batch: Batch, at: IntArray, bounds: FloatArray) -> None:
    left, bottom, right, top = bounds.T
    west, south, east, north = REGION_BOX.bounds
    with np.errstate(invalid="ignore"):
        batch.writer.tally(ANTIMERIDIAN, batch.rows[at[right - left > 180.0]])
        outside = (right < west) | (left > east) | (top < south) | (bottom > north)
    batch.writer.tally(OUTSIDE, batch.rows[at[outside]])


def _is_flat_wkb(wkb: pa.Array) -> bool:
    """Return whether all shapes are little-endian ISO WKB of the kinds that we write."""
    _validity, offsets_buffer, data_buffer = wkb.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[wkb.offset : wkb.offset + len(wkb) + 1]
    starts = offsets[:-1][np.diff(offsets) > 0]
    data = np.frombuffer(data_buffer, dtype=np.uint8)
    kinds = data[starts + 1]
    plain = (data[starts] == 1) & (kinds >= 1) & (kinds <= 6)
    return bool((plain & (data[starts + 2] == 0) & (data[starts + 3] == 0) & (data[starts + 4] == 0)).all())
