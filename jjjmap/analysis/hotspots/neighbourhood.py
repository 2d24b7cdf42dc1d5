"""Which areas are neighbours of which: the spatial weights of local statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.analysis.hotspots.frame import earth_xyz
from jjjmap.analysis.hotspots.options import Neighbours

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

TOUCH_DEG = 1e-6
"""Borders nearer than this, about 0.1 m, touch: rounded coordinates leave gaps of that size."""

MOST_LINKS = 3_000_000
"""Of all areas to their neighbours; with PySAL's lists of so many, memory was seen to peak at 0.9 GB."""


class TooManyLinks(Exception):
    """The areas have more neighbours than memory has room for."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(frozen=True)
class Neighbourhood:
    """N areas and their neighbours, none of its own."""

    links: csr_array
    """n × n, 1 where the column's area is a neighbour of the row's."""

    @property
    def counts(self) -> IntArray:
        """How many neighbours each of n areas has."""
        counts: IntArray = np.diff(self.links.indptr).astype(np.int64)
        return counts

    @property
    def islands(self) -> BoolArray:
        """Which of n areas have none."""
        alone: BoolArray = self.counts == 0
        return alone

    def of(self, at: int) -> IntArray:
        """Return the numbers of the neighbours of an area, ascending."""
        start, stop = self.links.indptr[at : at + 2]
        found: IntArray = self.links.indices[start:stop].astype(np.int64)
        return found

    def within(self, kept: BoolArray) -> Neighbourhood:
        """Return the same among some of the areas."""
        return Neighbourhood(self.links[kept][:, kept].tocsr())

    def row_means(self, values: FloatArray) -> FloatArray:
        """Return for each area the mean of its neighbours; NaN for islands."""
        counts = self.counts.astype(np.float64)
        counts[counts == 0] = np.nan
        means: FloatArray = (self.links @ values) / counts
        return means

    def weights(self, *, with_self: bool = False) -> Any:
        """Return libpysal's weights, binary; each area a neighbour of itself if wanted."""
        from libpysal.weights import W

        neighbours = {
            at: [*self.of(at).tolist(), *([at] if with_self else [])] for at in range(self.links.shape[0])
        }
        return W(neighbours, silence_warnings=True)


def neighbourhood(
    shapes: npt.NDArray[np.object_], kind: Neighbours, nearest: int, band_km: float
) -> Neighbourhood:
    """Return the neighbours of n polygons in degrees.

    Parameters
    ----------
    nearest
        How many, for `Neighbours.NEAREST`.
    band_km
        Geodesic distance of middles at most, for `Neighbours.BAND`.

    Raises
    ------
    TooManyLinks
        There are more than `MOST_LINKS`; told before they are made.
    """
    from scipy.sparse import csr_array

    match kind:
        case Neighbours.QUEEN:
            one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_DEG)
        case Neighbours.NEAREST:
            one, other = _nearest(middles(shapes), nearest)
        case Neighbours.BAND:
            one, other = _within(middles(shapes), band_km)
    apart = one != other
    one, other = one[apart], other[apart]
    size = len(shapes)
    links = csr_array((np.ones(len(one)), (one, other)), (size, size))
    links.sort_indices()
    return Neighbourhood(links)


def middles(shapes: npt.NDArray[np.object_]) -> FloatArray:
    """Return n × 2 degrees: the centroids of n polygons."""
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapes)), dtype=np.float64)


def _nearest(places: FloatArray, count: int) -> tuple[IntArray, IntArray]:
    from scipy.spatial import cKDTree

    _refuse_more(len(places) * min(count, len(places)))
    # Along the chord through the Earth: in the order of the way over its surface.
    xyz = earth_xyz(places[:, 0], places[:, 1])
    wanted = min(count + 1, len(places))
    _away, found = cKDTree(xyz).query(xyz, k=np.arange(1, wanted + 1))
    # Where several middles are one, an area need not come first among its own nearest.
    one = np.repeat(np.arange(len(places)), wanted)
    other = found.ravel().astype(np.int64)
    own = other == one
    missed = np.flatnonzero(~own.reshape(-1, wanted).any(axis=1))
    own[missed * wanted + wanted - 1] = True
    return one[~own], other[~own]


def _within(places: FloatArray, km: float) -> tuple[IntArray, IntArray]:
    from pyproj import Geod
    from scipy.spatial import cKDTree

    xyz = earth_xyz(places[:, 0], places[:, 1])
    tree = cKDTree(xyz)
    _refuse_more(int(tree.count_neighbors(tree, km * 1e3)) - len(places))
    # A chord is never longer than the way over the surface, so that nothing is missed.
    pairs = tree.query_pairs(km * 1e3, output_type="ndarray").astype(np.int64)
    if len(pairs):
        ends = places[pairs]
        _azimuth, _back, metres = Geod(ellps="WGS84").inv(
            ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1]
        )
        pairs = pairs[np.asarray(metres) <= km * 1e3]
    return np.concatenate((pairs[:, 0], pairs[:, 1])), np.concatenate((pairs[:, 1], pairs[:, 0]))


def _refuse_more(count: int) -> None:
    if count > MOST_LINKS:
        raise TooManyLinks(count)
