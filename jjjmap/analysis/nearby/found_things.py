"""Things that were found, one by one: the same columns whatever was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry.base import BaseGeometry

from jjjmap.analysis.nearby.extents import Basis, basis_text, distance_text
from jjjmap.analysis.nearby.geodesy import GEOD, BoolArray, IntArray, Reached, reach
from jjjmap.analysis.nearby.result_columns import NUMBER, ResultColumns
from jjjmap.analysis.nearby.subjects import impossible
from jjjmap.analysis.nearby.targets import Group, PlaceGroup
from jjjmap.analysis.running import refuse_if
from jjjmap.analysis.whereabouts import Direction, direction_name
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import MOST_UNITS, Missing
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.running import Cancelled, Progress

MOST_LISTED = 100_000
"""So many things are listed one by one; beyond it they are counted."""

_WINDS = tuple(Direction)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing near the subject."""

    group: Group
    at: int
    km: float
    start: tuple[float, float]
    """Degrees, on the subject."""
    end: tuple[float, float]
    """Degrees, on the thing."""
    edge: int = 0
    """Of the subject's outline."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.group.name(self.at)

    @property
    def basis(self) -> Basis:
        """How well it is known where it is."""
        return self.group.basis(self.at)

    @property
    def is_sure(self) -> bool:
        """Whether it is known where it is, rather than only in which units."""
        return self.group.is_sure(self.at)

    @property
    def told_km(self) -> float | None:
        """The distance as a number; None where it is only known that it is not less."""
        return round(self.km, 3) if self.is_sure else None

    @property
    def direction(self) -> Direction | None:
        """In which it lies, seen from the subject; None if they touch."""
        if self.km == 0.0:
            return None
        azimuth, _back, _metres = GEOD.inv(*self.start, *self.end)
        return _WINDS[round(float(azimuth) / 45.0) % len(_WINDS)]

    def order(self) -> tuple[float, str, str]:
        """Return what puts the nearest first, and equals always in the same order."""
        return self.km, self.group.key, self.group.id(self.at).rjust(12)


@dataclass(frozen=True)
class Hits:
    """What of a group was reached; of a million rows no thing is made but those that are told."""

    group: Group
    reached: Reached

    @cached_property
    def sure(self) -> BoolArray:
        """Of each whether it is known where it is, rather than only in which units."""
        return self.group.sure(self.reached.at)

    def count(self, km: float, *, sure: bool = True) -> int:
        """Return how many lie within a distance."""
        return int(np.count_nonzero((self.reached.km <= km) & (self.sure == sure)))

    def found(self, rows: IntArray | None = None) -> list[Found]:
        """Return things one by one, the nearest first; of what was reached only some rows if named."""
        wanted = np.arange(len(self.reached.at)) if rows is None else rows
        order = wanted[np.argsort(self.reached.km[wanted], kind="stable")]
        reached = self.reached
        return [
            Found(
                self.group,
                int(reached.at[row]),
                float(reached.km[row]),
                (float(reached.start[row, 0]), float(reached.start[row, 1])),
                (float(reached.end[row, 0]), float(reached.end[row, 1])),
                int(reached.edge[row]),
            )
            for row in order
        ]


def hits_of(
    shape: BaseGeometry,
    groups: Sequence[Group],
    limit_km: float,
    progress: Progress,
    cancelled: Cancelled,
) -> list[Hits]:
    """Return what of each group lies within a distance of a shape."""
    hits = []
    for number, group in enumerate(groups):
        refuse_if(cancelled)
        hits.append(Hits(group, reach(shape, group.shapes, limit_km)))
        progress((number + 1) / len(groups))
    return hits


def all_found(hits: Sequence[Hits]) -> list[Found]:
    """Return all things one by one, the nearest first.

    Raises
    ------
    AnalysisImpossible
        There are more than `MOST_LISTED`.
    """
    count = sum(len(each.reached.at) for each in hits)
    if count > MOST_LISTED:
        message = _("找到 {n} 个，逐个列出最多 {most} 个。").format(n=f"{count:,}", most=f"{MOST_LISTED:,}")
        raise impossible("too-many-found", "", message, _("缩小距离、先筛选，或只要各环、各区的个数。"))
    return sorted((found for each in hits for found in each.found()), key=Found.order)


def told_of(hits: Sequence[Hits]) -> list[Found]:
    """Return the places of the catalogue among what was reached; a user's rows need no word about them."""
    return [found for each in hits if isinstance(each.group, PlaceGroup) for found in each.found()]


def add_names(columns: ResultColumns, found: Sequence[Found]) -> str:
    """Add what each thing is; return the name of the column of kinds."""
    columns.add(_("名称"), "name", [each.name for each in found])
    return columns.add(_("类别"), "kind", [each.group.title for each in found])


def add_distances(columns: ResultColumns, found: Sequence[Found], formula: str) -> str:
    """Add how far each thing is; return the name of the column of distances, of which `unsure_of` tells."""
    name = columns.add(
        _("距离 km"),
        "distance_km",
        [each.told_km for each in found],
        NUMBER,
        formula=formula,
        unit="km",
        is_measured=True,
    )
    columns.add(_("距离说明"), "distance_text", [distance_text(each.km, each.basis) for each in found])
    return name


def add_origins(columns: ResultColumns, found: Sequence[Found]) -> None:
    """Add how well it is known where each thing is, and its id."""
    columns.add(_("量法"), "basis", [basis_text(each.basis) for each in found])
    columns.add(_("编号"), "id", [each.group.id(each.at) for each in found])


def unsure_of(column: str, found: Sequence[Found]) -> tuple[Missing, ...]:
    """Return of which things there is no distance, for only their counties are known."""
    names = [each.name for each in found if not each.is_sure]
    if not names:
        return ()
    text = _("{n} 个只知道在哪些县（市、区）：距离没有数值，“距离说明”里写明至少多远。").format(n=len(names))
    return (Missing(column, "only-units-known", text, tuple(names[:MOST_UNITS]), len(names)),)


def wind_names(found: Sequence[Found]) -> list[str | None]:
    """Return the directions by name; None for what touches the subject."""
    return [None if (wind := each.direction) is None else direction_name(wind) for each in found]


def points_of(columns: ResultColumns, found: Sequence[Found]) -> FeatureTable:
    """Return things as points where the map draws them."""
    anchors = np.array([each.group.anchor(each.at) for each in found], dtype=np.float64).reshape(-1, 2)
    return FeatureTable(columns.table(), Geometry.POINT, anchors[:, 0].copy(), anchors[:, 1].copy())


def style_by(column: str, count: int) -> UserStyle:
    """Return a look with a colour for each kind of thing."""
    return UserStyle(StyleMode.CATEGORISED, column, class_count=max(1, min(count, 12)), size_px=9.0)


def method_note() -> str:
    """Return how distances are measured."""
    return _("距离是 WGS-84 椭球面上的测地线长度；到线和边界的距离量到最近的一点，误差小于 0.1%。")


def drawn_note() -> str:
    """Return where areas are drawn in a list of points."""
    return _("面状的地点画在它的标注点上，距离量到边界，两者不必一致。")


def doubt_notes(found: Sequence[Found]) -> list[str]:
    """Return what has to be said of things whose position is not well known."""
    rough = sum(each.basis is Basis.COUNTY for each in found)
    area = sum(each.basis is Basis.AREA for each in found)
    notes = []
    if rough:
        notes.append(
            _("其中 {n} 个只知道在哪个县，距离是约数，误差可达 20 公里左右。").format(n=f"{rough:,}")
        )
    if area:
        notes.append(_("其中 {n} 个是一片范围（以县界拼合示意），距离量到边界。").format(n=f"{area:,}"))
    return notes
