"""Lists that were placed, what the user corrected in them, and what is known of a layer made of one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jjjmap.layers.opening.records import Column, ColumnRole
from jjjmap.session.history import Step

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.records import LayerFacts
    from jjjmap.locating.placing import Correction, Placements

logger = logging.getLogger(__name__)

Roles = tuple[tuple[str, ColumnRole], ...]

PLACING_ROLES = (
    ColumnRole.NAME,
    ColumnRole.ADDRESS,
    ColumnRole.ZONE,
    ColumnRole.REGION,
    ColumnRole.CODE,
    ColumnRole.CREDIT_CODE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that the user corrected, so that it can be done again."""

    rows: tuple[int, ...]
    to_alike: bool
    place_id: str = ""
    lon: float = 0.0
    lat: float = 0.0
    """Where to, if there is no place."""

    def to_json(self) -> dict[str, Any]:
        """Return it as a project keeps it."""
        where = {"place": self.place_id} if self.place_id else {"lon": self.lon, "lat": self.lat}
        return {"rows": list(self.rows), "alike": self.to_alike, **where}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Wish:
        """Return what was said; raises KeyError, TypeError or ValueError if that is no wish."""
        rows = tuple(row for row in said["rows"] if type(row) is int and row >= 0)
        if not rows or len(rows) != len(said["rows"]):
            raise ValueError("no rows")
        if "place" in said:
            return cls(rows, bool(said.get("alike")), str(said["place"]))
        lon, lat = float(said["lon"]), float(said["lat"])
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError("no position")
        return cls(rows, bool(said.get("alike")), lon=lon, lat=lat)


@dataclass(slots=True, eq=False)
class Made:
    """A correction that holds now."""

    wish: Wish
    correction: Correction
    step: Step | None = None


@dataclass(slots=True, eq=False)
class PlacedList:
    """A list with its answer."""

    placements: Placements
    roles: Roles
    generation: int
    """Of the rows that were placed."""
    made: list[Made] = field(default_factory=list)


def corrected(placements: Placements, wish: Wish) -> Correction:
    """Put rows where the user wants them; raises KeyError for a place, IndexError for a row, not known."""
    rows = list(wish.rows)
    if wish.to_alike:
        rows = sorted({alike for row in rows for alike in placements.alike(row).tolist()})
    if wish.place_id:
        return placements.choose(rows, wish.place_id)
    from jjjmap.layers.boundaries import shipped_units

    unit_id = str(shipped_units().county_of(wish.lon, wish.lat)[0])
    return placements.choose_point(rows, wish.lon, wish.lat, unit_id)


def put_corrections(placed: PlacedList, corrections: Sequence[dict[str, Any]]) -> int:
    """Correct a list as it was corrected once; return how many corrections no longer fit."""
    lost = 0
    for said in corrections:
        try:
            wish = Wish.from_json(said)
            if max(wish.rows) >= len(placed.placements):
                raise ValueError("no such row")
            placed.made.append(Made(wish, corrected(placed.placements, wish)))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            logger.warning("a correction no longer fits: %r", error)
            lost += 1
    return lost


def facts_of(facts: LayerFacts, title: str, placed: FeatureTable) -> LayerFacts:
    """Return what is known of a layer of points that is made of a list; `facts` are those of the list."""
    import numpy as np

    here = placed.has_position()
    bounds = None
    if placed.lon is not None and placed.lat is not None and here.any():
        lon, lat = placed.lon[here], placed.lat[here]
        bounds = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    roles: dict[str, Column] = {column.name: column for column in facts.columns}
    return replace(
        facts,
        title=title,
        geometry=placed.geometry,
        crs="",
        datum="WGS-84",
        shift_m=0.0,
        columns=tuple(roles.get(column.name, column) for column in placed.columns),
        rows=len(placed),
        without_geometry=int(np.count_nonzero(~here)),
        mended=0,
        rejected=0,
        bounds=bounds,
        findings=(),
    )
