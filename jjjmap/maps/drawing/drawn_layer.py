"""A user's layer as the page draws it: everything that stands below ``/features/<layer id>/<revision>/``."""

import json
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from jjjmap.errors import PageMissing
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry, LayerStyle
from jjjmap.layers.styling.user_style import Density
from jjjmap.maps.drawing.fanning import PARTS_A_PIXEL, Fan, fan_out
from jjjmap.maps.drawing.hexes import hex_payload
from jjjmap.maps.drawing.labels import anchors, label_tile
from jjjmap.maps.drawing.mercator import px_per_unit, to_degrees, unit_at
from jjjmap.maps.drawing.outlines import read_outlines
from jjjmap.maps.drawing.payload import pack
from jjjmap.maps.drawing.points import ZOOMS, PointIndex
from jjjmap.maps.drawing.vector_tiles import OutlineTiles

HIDDEN = 1
SELECTED = 2
FANNED = 4
"""A point that shares its position; the arrays ``fan``, ``fan_dx`` and ``fan_dy`` say where it is drawn."""

MAX_HITS = 200
MAX_CHOSEN = 2000
"""So many selected rows are named to the page, which may have to write beside them."""
MAX_ZOOM = ZOOMS - 1
MAX_PATCH_PX = 65_535
DEFAULT_SIZE_PX = 7.0
KEPT_ANSWERS = 24

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Rows:
    """What the style, the filter and the selection say of n rows."""

    class_of_row: Bytes
    size_of_row_px: Bytes | None
    hidden: Bools
    selected: Bools
    class_size_px: npt.NDArray[np.float64]
    """Height of the symbols of each class, 256 of them."""
    density: Density
    label_column: str


class DrawnLayer:
    """Serves one layer; may be used by several threads at once. Nothing is reckoned before it is asked for.

    Parameters
    ----------
    table
        Points, lines or polygons.

    Raises
    ------
    ValueError
        The table has no positions.
    """

    def __init__(self, table: FeatureTable) -> None:
        if table.geometry is None:
            raise ValueError("a plain table is not drawn")
        self._table = table
        self._is_points = table.geometry is Geometry.POINT
        count = len(table)
        nothing = np.zeros(count, bool)
        self._rows = _Rows(
            np.zeros(count, np.uint8), None, nothing, nothing, np.full(256, DEFAULT_SIZE_PX), Density.NONE, ""
        )
        self._lock = threading.Lock()
        self._points: PointIndex | None = None
        self._tiles: OutlineTiles | None = None
        self._anchors: PointIndex | None = None
        self._fanned: tuple[Bools, npt.NDArray[np.float64], Fan | None] | None = None
        self._answers: OrderedDict[tuple[str, ...], tuple[_Rows, bytes]] = OrderedDict()

    def set_rows(
        self,
        class_of_row: Bytes,
        size_of_row_px: Bytes | None = None,
        hidden: Bools | None = None,
        selected: Bools | None = None,
        *,
        style: LayerStyle | None = None,
        density: Density = Density.NONE,
        label_column: str = "",
    ) -> None:
        """Take a new look of all rows; the page is to be told by `RefreshRows`.

        Parameters
        ----------
        class_of_row
            n numbers of classes of the style.
        size_of_row_px
            n heights of symbols; None if the class says it.
        hidden, selected
            n each; None for no row.
        style
            Says how large the symbols of a class are, and so how near a click must be.
        density
            Draw how many points there are instead of each of them.
        label_column
            Whose values are written beside the features; empty for none.
        """
        nothing = np.zeros(len(self._table), bool)
        sizes = np.full(256, DEFAULT_SIZE_PX)
        if style is not None and style.classes:
            sizes[: len(style.classes)] = [symbol.size_px for symbol in style.classes[:256]]
        self._take(
            _Rows(
                class_of_row,
                size_of_row_px,
                nothing if hidden is None else hidden,
                nothing if selected is None else selected,
                sizes,
                density,
                label_column if label_column in self._table.attributes.column_names else "",
            )
        )

    def set_hidden(self, hidden: Bools) -> None:
        """Draw all rows but these; n of them."""
        self._take(replace(self._rows, hidden=hidden))

    def set_selected(self, selected: Bools) -> None:
        """Mark these rows; n of them."""
        self._take(replace(self._rows, selected=selected))

    def _take(self, rows: _Rows) -> None:
        for name in ("class_of_row", "size_of_row_px", "hidden", "selected"):
            array = getattr(rows, name)
            if array is not None and len(array) != len(self._table):
                raise ValueError(f"{name}: {len(array)} for {len(self._table)} rows")
        self._rows = rows

    def answer(self, parts: tuple[str, ...]) -> bytes:
        """Return what stands at a path below the layer.

        Parameters
        ----------
        parts
            ``about.json``, ``points.bin``, ``rows.bin``, ``tiles/<z>/<x>/<y>.bin`` (z in thousandths of a
            zoom), ``patches/<z>/<left>/<top>/<width>/<height>.bin`` (pixels of the world at that zoom),
            ``hex/<z>.bin`` or ``labels/<z>/<x>/<y>.json``, cut at the slashes.

        Raises
        ------
        PageMissing
            Nothing does.
        """
        rows = self._rows
        match parts:
            case ("about.json",):
                return self._about()
            case ("points.bin",) if self._is_points:
                return self._kept(parts, rows)
            case ("rows.bin",):
                return self._rows_payload(rows)
            case ("tiles", zoom, column, line) if not self._is_points:
                thousandths = _whole(parts, zoom, MAX_ZOOM * 1000)
                last = math.ceil(2 ** (thousandths / 1000)) - 1
                place = _whole(parts, column, last), _whole(parts, line, last, ".bin")
                return self._outline_tiles().tile(thousandths / 1000, *place)
            case ("patches", zoom, left, top, width, height) if not self._is_points:
                level = _whole(parts, zoom, MAX_ZOOM * 1000) / 1000
                corner = _signed(parts, left), _signed(parts, top)
                size = _whole(parts, width, MAX_PATCH_PX), _whole(parts, height, MAX_PATCH_PX, ".bin")
                return self._outline_tiles().patch(level, corner, size)
            case ("hex", zoom) if self._is_points:
                _whole(parts, zoom, MAX_ZOOM, ".bin")
                return self._kept(parts, rows)
            case ("labels", zoom, column, line):
                level = _whole(parts, zoom, MAX_ZOOM)
                place = _whole(parts, column, 2**level - 1), _whole(parts, line, 2**level - 1, ".json")
                return self._labels(rows, (level, *place))
            case _:
                raise PageMissing("/".join(parts))

    def hits(self, lon: float, lat: float, zoom: float, reach_px: float) -> list[int]:
        """Return the rows under a position that are not hidden, nearest first, at most 200.

        Parameters
        ----------
        lon, lat
            Degrees, WGS-84.
        zoom
            Of the map at that moment.
        reach_px
            How far beside a symbol or line is near enough.
        """
        rows = self._rows
        if not self._is_points:
            found = self._outline_tiles().hits(lon, lat, zoom, reach_px)
            return [int(row) for row in found[~rows.hidden[found]][:MAX_HITS]]
        index, fan = self._point_index(), self._fan(rows)
        scale = self._symbol_scale(rows, zoom)
        widest = float(rows.class_size_px.max() if rows.size_of_row_px is None else 255.0)
        reach = reach_px + scale * widest / 2
        near = index.nearest(lon, lat, zoom, reach)
        if fan is not None:
            near = near[fan.slot_of_place[near] < 0]
        found, away_px = index.order[near], index.away_px(near, lon, lat, zoom)
        if fan is not None:
            per_unit = px_per_unit(zoom)
            x, y = unit_at(lon, lat)
            far = (reach + scale * fan.reach_px) / per_unit
            slots = fan.index.within(x - far, y - far, x + far, y + far)
            dx, dy = (
                (axis[slots] - here) * per_unit + aside[slots] * (scale / PARTS_A_PIXEL)
                for axis, here, aside in ((fan.index.x, x, fan.dx), (fan.index.y, y, fan.dy))
            )
            found = np.concatenate([found, fan.index.order[slots]])
            away_px = np.concatenate([away_px, np.hypot(dx, dy)])
        hit = (away_px <= reach_px + scale * _sizes_px(rows, found) / 2) & ~rows.hidden[found]
        found, away_px = found[hit], away_px[hit]
        return [int(row) for row in found[np.lexsort((found, away_px))][:MAX_HITS]]

    # ---- answers ----

    def _kept(self, parts: tuple[str, ...], rows: _Rows) -> bytes:
        """Return an answer that is worth keeping until the rows change."""
        with self._lock:
            kept = self._answers.get(parts)
            if kept is not None and (kept[0] is rows or parts == ("points.bin",)):
                self._answers.move_to_end(parts)
                return kept[1]
        if parts == ("points.bin",):
            return self._points_payload()
        index = self._point_index()
        shown = ~rows.hidden[index.order]
        made = hex_payload(index.x[shown], index.y[shown], int(parts[1].removesuffix(".bin")))
        with self._lock:
            self._answers[parts] = rows, made
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return made

    def _points_payload(self) -> bytes:
        index = self._point_index()
        return pack({"total": len(self._table), "bounds": index.bounds_lonlat()}, x=index.x, y=index.y)

    def _about(self) -> bytes:
        if self._is_points:
            bounds, count = self._point_index().bounds_lonlat(), len(self._point_index())
        else:
            boxes = self._outline_tiles().boxes
            bounds, count = None, len(boxes)
            if count:
                west, north = to_degrees(int(boxes[:, 0].min()), int(boxes[:, 1].min()))
                east, south = to_degrees(int(boxes[:, 2].max()), int(boxes[:, 3].max()))
                bounds = west, south, east, north
        return json.dumps({"total": len(self._table), "drawable": count, "bounds": bounds}).encode()

    def _rows_payload(self, rows: _Rows) -> bytes:
        """Return class, flags and perhaps size: of points in the order of their index, else by row number."""
        flags = rows.hidden.astype(np.uint8) * np.uint8(HIDDEN) | rows.selected.astype(np.uint8) * np.uint8(
            SELECTED
        )
        arrays = {"cls": rows.class_of_row, "flags": flags}
        if rows.size_of_row_px is not None:
            arrays["size"] = rows.size_of_row_px
        facts: dict[str, object] = {"density": rows.density.value, "has_labels": bool(rows.label_column)}
        if self._is_points:
            index = self._point_index()
            facts["scales"] = index.symbol_scales(self._shown(rows)).round(4).tolist()
            arrays = {name: array[index.order] for name, array in arrays.items()}
            chosen = np.flatnonzero((arrays["flags"] & (SELECTED | HIDDEN)) == SELECTED)
            if len(chosen) <= MAX_CHOSEN:
                facts["chosen"] = np.stack([index.order[chosen], chosen], axis=1).tolist()
            fan = self._fan(rows)
            if fan is not None:
                facts["is_crowded"] = fan.is_crowded
                arrays["flags"][fan.places] |= FANNED
                arrays |= {"fan": fan.places.astype(np.uint32), "fan_dx": fan.dx, "fan_dy": fan.dy}
        return pack(facts, **arrays)

    def _labels(self, rows: _Rows, tile: tuple[int, int, int]) -> bytes:
        if not rows.label_column:
            return b"[]"
        fan, scale = None, 1.0
        if self._is_points:
            index = self._point_index()
            row_of = index.order
            fan, scale = self._fan(rows), self._symbol_scale(rows, tile[0])
        else:
            index, outlines = self._anchor_index(), self._outline_tiles().outlines
            row_of = outlines.rows[index.order]
        column = self._table.attributes.column(rows.label_column)
        return label_tile(
            index,
            row_of,
            lambda wanted: column.take(wanted).to_pylist(),
            ~rows.hidden[row_of],
            tile,
            fan,
            scale,
        )

    def _shown(self, rows: _Rows) -> int:
        return len(rows.hidden) - int(np.count_nonzero(rows.hidden))

    def _symbol_scale(self, rows: _Rows, zoom: float) -> float:
        """Return how much smaller symbols are drawn at a zoom, which need not be whole."""
        return float(np.interp(zoom, np.arange(ZOOMS), self._point_index().symbol_scales(self._shown(rows))))

    def _fan(self, rows: _Rows) -> Fan | None:
        """Return where points are drawn that share a position; None where none do, or all are counted."""
        index = self._point_index()
        if not len(index.coincident) or rows.density is not Density.NONE:
            return None
        shared = index.order[index.coincident]
        shown, size_px = ~rows.hidden[shared], _sizes_px(rows, shared)
        with self._lock:
            kept = self._fanned
            # A selection moves nothing.
            if kept is None or not (np.array_equal(kept[0], shown) and np.array_equal(kept[1], size_px)):
                kept = self._fanned = shown, size_px, fan_out(index, shown, size_px)
            return kept[2]

    # ---- what is reckoned once ----

    def _point_index(self) -> PointIndex:
        with self._lock:
            if self._points is None:
                lon, lat = self._table.lon, self._table.lat
                assert lon is not None and lat is not None  # Points have both.
                self._points = PointIndex(lon, lat)
            return self._points

    def _outline_tiles(self) -> OutlineTiles:
        with self._lock:
            if self._tiles is None:
                wkb = self._table.wkb
                assert wkb is not None  # Lines and polygons have it.
                self._tiles = OutlineTiles(read_outlines(wkb, self._table.geometry is Geometry.POLYGON))
            return self._tiles

    def _anchor_index(self) -> PointIndex:
        outlines = self._outline_tiles().outlines
        with self._lock:
            if self._anchors is None:
                x, y = anchors(outlines)
                self._anchors = PointIndex.of_units(x.astype(np.uint32), y.astype(np.uint32))
            return self._anchors


def _sizes_px(rows: _Rows, wanted: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
    """Return how high the symbols of some rows are at their full size."""
    if rows.size_of_row_px is None:
        return rows.class_size_px[rows.class_of_row[wanted]]
    return rows.size_of_row_px[wanted].astype(np.float64)


def _signed(parts: tuple[str, ...], text: str) -> int:
    """Return a number of pixels, which is negative beyond the western or northern edge of the world."""
    number = _whole(parts, text.removeprefix("-"), 10**10 - 1)
    return -number if text.startswith("-") else number


def _whole(parts: tuple[str, ...], text: str, most: int, ending: str = "") -> int:
    number = text.removesuffix(ending) if text.endswith(ending) else ""
    if not (number.isascii() and number.isdecimal() and len(number) <= 10 and int(number) <= most):
        raise PageMissing("/".join(parts))
    return int(number)
