"""Where the administrative units are: from a position to its county, from a code to its shape."""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.errors import PlaceUnknown, ResourceMissing
from jjjmap.paths import GEODATA

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.str_]

BORDER_ERROR_M = 500.0
"""How far the borders that we ship may lie from the true ones: they are generalised."""

_CODE = np.dtype("<U6")
_FILES = ("counties", "cities", "provinces")


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit as its borders' file has it."""

    code: str
    """GB/T 2260, six digits."""
    name_zh: str
    parent_code: str
    """Of the city, or of the municipality for its districts; empty for provinces."""


@dataclass(frozen=True)
class UnitIndex:
    """The units and their shapes, made to be asked for many positions at once.

    Parameters
    ----------
    units
        Counties, cities and provinces.
    shapes
        Polygons in the same order; EPSG:4326, lon/lat in degrees.
    """

    units: tuple[Unit, ...]
    shapes: tuple[BaseGeometry, ...]

    @classmethod
    def load(cls, folder: Path = GEODATA / "base") -> "UnitIndex":
        """Read ``counties``, ``cities`` and ``provinces.geojson``; raises ResourceMissing."""
        units: list[Unit] = []
        shapes: list[BaseGeometry] = []
        for name in _FILES:
            path = folder / f"{name}.geojson"
            try:
                text = path.read_text(encoding="utf-8")
                collection = shapely.from_geojson(text)
                properties = [feature["properties"] for feature in json.loads(text)["features"]]
                units += [Unit(p["adcode"], p["name_zh"], p["parent_adcode"]) for p in properties]
            except (OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException) as exc:
                raise ResourceMissing(path.name, str(exc)) from exc
            shapes.extend(shapely.get_parts(collection))
        return cls(tuple(units), tuple(shapes))

    @classmethod
    def shipped(cls) -> "UnitIndex":
        """Return the units that we ship, read once; raises ResourceMissing."""
        return shipped_units()

    @cached_property
    def _row_of(self) -> MappingProxyType[str, int]:
        return MappingProxyType({unit.code: row for row, unit in enumerate(self.units)})

    @cached_property
    def counties(self) -> tuple[Unit, ...]:
        """The units of the lowest level, which tile the region."""
        return tuple(unit for unit in self.units if not unit.code.endswith("00"))

    @cached_property
    def _ground(self) -> tuple[CodeArray, npt.NDArray[np.object_], FloatArray]:
        """Codes, prepared shapes and bounds (k × 4) of the counties."""
        codes = np.array([unit.code for unit in self.counties], dtype=_CODE)
        shapes = np.array([self.shape_of(code) for code in codes], dtype=object)
        shapely.prepare(shapes)
        return codes, shapes, shapely.bounds(shapes)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all units, in degrees."""
        west, south, east, north = shapely.total_bounds(np.array(self.shapes, dtype=object))
        return float(west), float(south), float(east), float(north)

    def __contains__(self, code: object) -> bool:
        return code in self._row_of

    def unit(self, code: str) -> Unit:
        """Return the unit with a code of GB/T 2260; raises PlaceUnknown."""
        try:
            return self.units[self._row_of[code]]
        except KeyError:
            raise PlaceUnknown(code, ()) from None

    def shape_of(self, code: str) -> BaseGeometry:
        """Return the shape of a unit, in degrees; raises PlaceUnknown."""
        try:
            return self.shapes[self._row_of[code]]
        except KeyError:
            raise PlaceUnknown(code, ()) from None

    def county_of(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> CodeArray:
        """Return the county of each of n positions.

        Parameters
        ----------
        lon, lat
            n degrees each, WGS-84; NaN and infinities are nowhere.

        Returns
        -------
        CodeArray
            n codes of GB/T 2260, empty texts outside of all counties.

        Notes
        -----
        A point on a common border belongs to the county with the greater code. Borders are generalised
        (`BORDER_ERROR_M`): close to one, the answer is likely rather than certain.
        """
        x = np.atleast_1d(np.asarray(lon, dtype=np.float64))
        y = np.atleast_1d(np.asarray(lat, dtype=np.float64))
        answer = np.zeros(x.shape, dtype=_CODE)
        codes, shapes, bounds = self._ground
        # Sorted by longitude, the points beside a county are a slice, not a walk over all of them.
        order = np.argsort(x, kind="stable")
        sorted_x, sorted_y = x[order], y[order]
        starts = np.searchsorted(sorted_x, bounds[:, 0], side="left")
        stops = np.searchsorted(sorted_x, bounds[:, 2], side="right")
        for code, shape, (_w, south, _e, north), start, stop in zip(
            codes, shapes, bounds, starts, stops, strict=True
        ):
            band = sorted_y[start:stop]
            near = start + np.flatnonzero((band >= south) & (band <= north))
            if near.size:
                inside = shapely.intersects_xy(shape, sorted_x[near], sorted_y[near])
                answer[order[near[inside]]] = code
        return answer

    def cities_of(self, counties: CodeArray) -> CodeArray:
        """Return the city of each county code; for a district of a municipality the municipality itself."""
        return self._looked_up(counties, {unit.code: unit.parent_code for unit in self.counties})

    def provinces_of(self, counties: CodeArray) -> CodeArray:
        """Return the province of each county code."""
        return self._looked_up(counties, {unit.code: f"{unit.code[:2]}0000" for unit in self.counties})

    @staticmethod
    def _looked_up(codes: CodeArray, table: dict[str, str]) -> CodeArray:
        distinct, where = np.unique(codes, return_inverse=True)
        found: CodeArray = np.array([table.get(str(code), "") for code in distinct], dtype=_CODE)[where]
        return found

    def unit_name(self, code: str) -> str:
        """Return the name of a unit with the units above it: 河北省唐山市曹妃甸区; raises PlaceUnknown."""
        unit = self.unit(code)
        above = self.unit_name(unit.parent_code) if unit.parent_code in self else ""
        return above + unit.name_zh

    def outlines(self, level: str = "counties", tolerance_deg: float = 0.0) -> tuple[FloatArray, ...]:
        """Return borders as lines for a small map.

        Parameters
        ----------
        level
            As in `of_level`.
        tolerance_deg
            How far a line may stray from the border; 0 for every vertex.

        Returns
        -------
        tuple
            Arrays of m × 2 degrees, lon and lat.
        """
        shapes = np.array([self.shape_of(unit.code) for unit in self.of_level(level)], dtype=object)
        lines: Any = shapely.line_merge(shapely.union_all(shapely.boundary(shapes)))
        if tolerance_deg > 0:
            lines = shapely.simplify(lines, tolerance_deg)
        return tuple(shapely.get_coordinates(part) for part in shapely.get_parts(lines))

    def of_level(self, level: str) -> tuple[Unit, ...]:
        """Return the units of a level, which tile the region; a municipality is a province and a city.

        Parameters
        ----------
        level
            ``counties``, ``cities`` or ``provinces``; anything else is a ValueError.
        """
        if level not in _FILES:
            raise ValueError(level)
        if level == "counties":
            return self.counties
        tops = tuple(unit for unit in self.units if unit.code.endswith("0000"))
        if level == "provinces":
            return tops
        cities = tuple(unit for unit in self.units if unit.code.endswith("00") and unit not in tops)
        divided = {unit.parent_code for unit in cities}
        return cities + tuple(unit for unit in tops if unit.code not in divided)


@cache
def shipped_units() -> UnitIndex:
    """Return the units that we ship, read once; raises ResourceMissing."""
    return UnitIndex.load()
