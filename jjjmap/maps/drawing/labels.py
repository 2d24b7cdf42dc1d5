"""Where names of features may be written: one for each patch of the map, whatever tile is asked for it."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from jjjmap.layers.feature_words import value_text
from jjjmap.maps.drawing.fanning import Fan
from jjjmap.maps.drawing.mercator import TILE_PX, WORLD, px_per_unit
from jjjmap.maps.drawing.outlines import Outlines
from jjjmap.maps.drawing.points import PointIndex

PATCH_PX = (96.0, 24.0)
"""Width and height of a patch."""

MAX_ASIDE_PATCHES = 64
"""No symbol is drawn farther aside of its position, in patches."""

MAX_TEXT_CHARS = 60
MAX_CANDIDATES = 50_000
"""Where more points crowd in a tile, some of them are passed over: hardly any name has room there."""


def anchors(outlines: Outlines) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return where the name of each line or polygon belongs: x and y in units of the world.

    A line is named at the middle corner of its longest strand; a polygon in the middle of the widest stretch
    of it at half the height of its largest part, which lies inside whatever its form.
    """
    if not len(outlines):
        return np.empty(0), np.empty(0)
    return _inside(outlines) if outlines.closed else _halfway(outlines)


def _halfway(lines: Outlines) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    counts = np.diff(lines.corner_at)
    feature = lines.feature_of_strand
    longest_last = np.lexsort((counts, feature))
    longest = longest_last[lines.strand_at[1:] - 1]
    middle = lines.corner_at[longest] + counts[longest] // 2
    return lines.x[middle].astype(np.float64), lines.y[middle].astype(np.float64)


def _inside(areas: Outlines) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    first = areas.corner_at[:-1]
    west, east = (edge.reduceat(areas.x, first).astype(np.float64) for edge in (np.minimum, np.maximum))
    north, south = (edge.reduceat(areas.y, first).astype(np.float64) for edge in (np.minimum, np.maximum))
    # Of the largest strand: between two parts there may be nothing at half the height of both.
    largest_last = np.lexsort(((east - west) * (south - north), areas.feature_of_strand))
    largest = largest_last[areas.strand_at[1:] - 1]
    # Half a unit off, so that no corner lies on the line.
    middle_x = (west[largest] + east[largest]) / 2
    middle_y = np.floor((north[largest] + south[largest]) / 2) + 0.5
    feature = areas.feature_of_strand[areas.strand_of_corner]
    _before, after = areas.neighbours()
    y = areas.y.astype(np.float64)
    side = np.flatnonzero((y > middle_y[feature]) != (y[after] > middle_y[feature]))
    feature, other = feature[side], after[side]
    share = (middle_y[feature] - y[side]) / (y[other] - y[side])
    x = areas.x[side] + share * (areas.x[other].astype(np.float64) - areas.x[side])
    order = np.lexsort((x, feature))
    x, feature = x[order], feature[order]
    # Each line enters as often as it leaves, so stretches are every second pair.
    enters, leaves, owner = x[0::2], x[1::2], feature[0::2]
    widest_last = np.lexsort((leaves - enters, owner))
    owner = owner[widest_last]
    is_last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    widest = widest_last[is_last]
    middle_x[owner[is_last]] = (enters[widest] + leaves[widest]) / 2
    return middle_x, middle_y


def label_tile(
    index: PointIndex,
    rows: npt.NDArray[np.uint32],
    texts_of: Callable[[npt.NDArray[np.uint32]], Sequence[Any]],
    shown: npt.NDArray[np.bool_],
    tile: tuple[int, int, int],
    fan: Fan | None = None,
    symbol_scale: float = 1.0,
) -> bytes:
    """Return the names that may be written in a tile, as JSON: row, x and y in units of the world, text.

    What is drawn beside its position (`fanning`) says so: two more numbers, its offset in pixels for symbols
    at their full size.

    Parameters
    ----------
    index
        Where names belong.
    rows
        m row numbers, in the order of the index.
    texts_of
        Returns the values to be written for some rows; None for nothing.
    shown
        m: whether a row is drawn at all.
    tile
        Zoom, column, row.
    fan
        Where points are drawn that share a position.
    symbol_scale
        How much smaller symbols are drawn at this zoom.
    """
    zoom, column, line = tile
    side = WORLD >> zoom
    west, north = column * side, line * side
    found = index.within(west, north, west + side - 1, north + side - 1)
    found = found[shown[found]]
    found = found[:: max(1, math.ceil(len(found) / MAX_CANDIDATES))]
    found = found[np.argsort(rows[found], kind="stable")]
    scale = px_per_unit(zoom)
    asides = (np.zeros(len(found)),) * 2 if fan is None else fan.offsets_px(found)
    across, down = (
        np.floor((axis[found] * scale + aside * symbol_scale) / size).astype(np.int64)
        for axis, aside, size in zip((index.x, index.y), asides, PATCH_PX, strict=True)
    )
    across += MAX_ASIDE_PATCHES
    patches = down * math.ceil((TILE_PX << zoom) / PATCH_PX[0] + 1 + 2 * MAX_ASIDE_PATCHES) + across
    _patches, first = np.unique(patches, return_index=True)
    first.sort()
    chosen = found[first]
    labels = [
        [int(row), int(x), int(y), _line(value), *([float(dx), float(dy)] if dx or dy else [])]
        for row, x, y, dx, dy, value in zip(
            rows[chosen],
            index.x[chosen],
            index.y[chosen],
            asides[0][first],
            asides[1][first],
            texts_of(rows[chosen]),
            strict=True,
        )
        if value is not None and _line(value)
    ]
    return json.dumps(labels, ensure_ascii=False).encode()


def _line(value: Any) -> str:
    text = " ".join(value_text(value).split())
    return text if len(text) <= MAX_TEXT_CHARS else text[: MAX_TEXT_CHARS - 1] + "…"
