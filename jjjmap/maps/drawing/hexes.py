"""How many points lie in each hexagon: the density view of points."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from jjjmap.maps.drawing.mercator import WORLD, Units, px_per_unit
from jjjmap.maps.drawing.payload import pack
from jjjmap.maps.drawing.points import PointIndex

RADIUS_PX = 12.0
"""From the middle of a hexagon to its corners, at a whole zoom."""

HEX_COLORS = ("#fde725", "#5ec962", "#21918c", "#3b528b", "#440154")
"""viridis from few to many: told apart by colour-blind eyes and in grey."""

_NICE = (1, 2, 5)


def count_limits(counts: npt.NDArray[np.integer]) -> tuple[int, ...]:
    """Return the least counts of at most five classes, as round numbers of about the same ratio.

    Parameters
    ----------
    counts
        n counts, each at least 1.
    """
    most = int(counts.max(initial=1))
    limits = [1]
    for share in (0.2, 0.4, 0.6, 0.8):
        wanted = most**share
        power = 10 ** int(np.log10(max(wanted, 1)))
        nice = min((factor * power for factor in (*_NICE, 10)), key=lambda value: abs(np.log(value / wanted)))
        if nice > limits[-1] and nice <= most:
            limits.append(nice)
    return tuple(limits)


def limit_labels(limits: tuple[int, ...]) -> list[str]:
    """Return what the legend says of classes of counts: ``1–4``, ``5–9``, ``≥ 10``."""
    labels = [f"{low:,}" if high - low == 1 else f"{low:,}–{high - 1:,}" for low, high in pairwise(limits)]
    return [*labels, f"≥ {limits[-1]:,}"]


def hex_payload(x: Units, y: Units, zoom: int) -> bytes:
    """Return the hexagons of a whole zoom in which points lie, in the form of `payload`.

    Parameters
    ----------
    x, y
        n positions in units of the world.

    Returns
    -------
    bytes
        Facts: ``radius_px``, ``labels`` and ``colors`` of the classes, ``total`` points, ``most`` in one.
        Arrays in Morton order: ``x``, ``y`` of the middles, ``count``, ``cls``.
    """
    scale = px_per_unit(zoom)
    column, row, counts = _bins(x.astype(np.float64) * scale, y.astype(np.float64) * scale)
    middle_x, middle_y = _middles(column, row)
    index = PointIndex.of_units(
        *(np.clip(axis / scale, 0, WORLD - 1).astype(np.uint32) for axis in (middle_x, middle_y))
    )
    counts = counts[index.order]
    limits = count_limits(counts)
    facts = {
        "radius_px": RADIUS_PX,
        "labels": limit_labels(limits),
        "colors": [HEX_COLORS[round(i * 4 / max(1, len(limits) - 1))] for i in range(len(limits))],
        "total": len(x),
        "most": int(counts.max(initial=0)),
    }
    classes = (np.searchsorted(limits, counts, side="right") - 1).astype(np.uint8)
    return pack(facts, x=index.x, y=index.y, count=counts.astype(np.uint32), cls=classes)


def _bins(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return column and row of each hexagon that holds points (pixels), and how many.

    Hexagons stand on a point. Their middles are those of two lattices of rectangles; the nearer one wins.
    """
    width, height = np.sqrt(3.0) * RADIUS_PX, 3.0 * RADIUS_PX
    even_c, even_r = np.rint(x / width), np.rint(y / height)
    odd_c, odd_r = np.rint(x / width - 0.5), np.rint(y / height - 0.5)
    to_even = (x - even_c * width) ** 2 + (y - even_r * height) ** 2
    to_odd = (x - (odd_c + 0.5) * width) ** 2 + (y - (odd_r + 0.5) * height) ** 2
    nearer = to_even <= to_odd
    column = np.where(nearer, even_c, odd_c).astype(np.int64)
    row = np.where(nearer, 2 * even_r, 2 * odd_r + 1).astype(np.int64)
    keys, counts = np.unique(((row + 1) << 32) | (column + 1), return_counts=True)
    return (keys & 0xFFFFFFFF) - 1, (keys >> 32) - 1, counts


def _middles(
    column: npt.NDArray[np.int64], row: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    width, height = np.sqrt(3.0) * RADIUS_PX, 3.0 * RADIUS_PX
    return (column + 0.5 * (row % 2)) * width, row * height / 2
