"""A region of 36 square counties in three provinces, and lists of firms in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.analysis.hotspots.hotspots import Hotspots
from jjjmap.analysis.running import InputLayer, Material, Outcome
from jjjmap.catalogue.models import Catalogue, Cluster, Place, PlaceKind, Precision
from jjjmap.layers.boundaries import Unit, UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry

SIDE = 6
STEP_DEG = 0.25
WEST, SOUTH = 115.0, 38.0
_PROVINCES = ("11", "11", "12", "12", "13", "13")
"""Of each column."""


def county_code(column: int, row: int) -> str:
    """Columns 4 and 5 belong to the cities 1301 and 1302, the others to municipalities."""
    province = _PROVINCES[column]
    middle = "01" if column < 5 else "02"
    number = (column % 2 if column < 4 else 0) * SIDE + row + 1
    return f"{province}{middle}{number:02d}"


def middle(column: int, row: int) -> tuple[float, float]:
    return WEST + (column + 0.5) * STEP_DEG, SOUTH + (row + 0.5) * STEP_DEG


def _square(column: int, row: int, columns: int = 1, rows: int = 1) -> Any:
    west, south = WEST + column * STEP_DEG, SOUTH + row * STEP_DEG
    return shapely.box(west, south, west + columns * STEP_DEG, south + rows * STEP_DEG)


@pytest.fixture(scope="session")
def made_units() -> UnitIndex:
    units = [Unit("110000", "甲市", ""), Unit("120000", "乙市", ""), Unit("130000", "丙省", "")]
    shapes = [_square(0, 0, 2, SIDE), _square(2, 0, 2, SIDE), _square(4, 0, 2, SIDE)]
    units += [Unit("130100", "丙一市", "130000"), Unit("130200", "丙二市", "130000")]
    shapes += [_square(4, 0, 1, SIDE), _square(5, 0, 1, SIDE)]
    for column in range(SIDE):
        for row in range(SIDE):
            code = county_code(column, row)
            parent = f"{code[:2]}0000" if column < 4 else f"{code[:4]}00"
            units.append(Unit(code, f"{column}列{row}行县", parent))
            shapes.append(_square(column, row))
    return UnitIndex(tuple(units), tuple(shapes))


@pytest.fixture(scope="session")
def made_catalogue(made_units: UnitIndex) -> Catalogue:
    places = {}
    for unit, shape in zip(made_units.units, made_units.shapes, strict=True):
        kind = (
            PlaceKind.PROVINCE
            if unit.code.endswith("0000")
            else PlaceKind.CITY
            if unit.code.endswith("00")
            else PlaceKind.COUNTY
        )
        lon, lat = shape.centroid.x, shape.centroid.y
        places[unit.code] = Place(
            unit.code, kind, unit.name_zh, f"Unit {unit.code}", lon=lon, lat=lat, precision=Precision.AREA
        )
    members = {
        "medicine": (county_code(0, 0), county_code(1, 5), "130200"),
        "everywhere": ("110000", "120000", "130000"),
        "both-sizes": ("110000", "120000", "130000", county_code(3, 3)),
        "valves": (county_code(4, 4),),
    }
    for name in members:
        places[name] = Place(name, PlaceKind.CLUSTER, f"{name}集群", f"{name} cluster")
    clusters = {name: Cluster(name, "五群", "Five", 2023, units, ()) for name, units in members.items()}
    return Catalogue(places=places, clusters=clusters)


MakeList = Callable[..., InputLayer]


def made_layer(
    columns: dict[str, Any],
    lon: Sequence[float] | np.ndarray[Any, Any] | None = None,
    lat: Sequence[float] | np.ndarray[Any, Any] | None = None,
    *,
    shapes: Sequence[Any] | None = None,
    shown: np.ndarray[Any, Any] | None = None,
    roles: dict[str, ColumnRole] | None = None,
) -> InputLayer:
    """A layer called 名单 with the id ``list``: points, polygons or a plain table."""
    attributes = pa.table(columns)
    if shapes is not None:
        wkb = pa.chunked_array(
            [pa.array(shapely.to_wkb(np.array(shapes, dtype=object)).tolist(), pa.binary())]
        )
        table = FeatureTable(attributes, Geometry.POLYGON, wkb=wkb)
    elif lon is not None and lat is not None:
        table = FeatureTable(
            attributes, Geometry.POINT, np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        )
    else:
        table = FeatureTable(attributes)
    said = tuple(
        Column(column.name, column.kind, (roles or {}).get(column.name, ColumnRole.NONE))
        for column in table.columns
    )
    facts = LayerFacts(
        "名单",
        "名单.csv",
        "",
        FileFormat.CSV,
        "",
        "",
        "WGS-84",
        0.0,
        table.geometry,
        said,
        len(table),
        0,
        0,
        0,
        None,
    )
    return InputLayer("list", "名单", table, facts, shown)


@pytest.fixture
def material_of(made_units: UnitIndex, made_catalogue: Catalogue) -> Callable[[InputLayer], Material]:
    return lambda layer: Material(made_catalogue, made_units, {"list": layer})


@pytest.fixture
def run(material_of: Callable[[InputLayer], Material]) -> Callable[..., Outcome]:
    """Runs an analysis with the options that a test cares for."""

    def answer(layer: InputLayer, **options: Any) -> Outcome:
        options.setdefault("permutations", 199)
        return Hotspots("list", **options).run(material_of(layer), lambda _share: None, lambda: False)

    return answer


@pytest.fixture(scope="session")
def firms() -> InputLayer:
    """Medical firms: 60 in county 0/0, 40 in 3/3, 3 in 1/5; 200 others, spread evenly; 4 of them nowhere."""
    rng = np.random.default_rng(8)
    places = [(0, 0)] * 60 + [(3, 3)] * 40 + [(1, 5)] * 3
    centres = np.array([middle(*place) for place in places]) + rng.normal(0.0, 0.01, (103, 2))
    others = np.column_stack(
        (
            rng.uniform(WEST, WEST + SIDE * STEP_DEG, 200),
            rng.uniform(SOUTH, SOUTH + SIDE * STEP_DEG, 200),
        )
    )
    others[:4] = np.nan
    at = np.concatenate((centres, others))
    return made_layer(
        {
            "企业名称": [f"企业{number}" for number in range(303)],
            "行业": ["2710"] * 50 + ["2720"] * 53 + ["3600"] * 200,
            "产值": [1.0] * 302 + [None],
        },
        at[:, 0],
        at[:, 1],
        roles={"企业名称": ColumnRole.NAME},
    )


def column(outcome: Outcome, measure: str) -> list[Any]:
    """The values of the column that measures something."""
    (name,) = (note.name for note in outcome.columns if note.measure == measure)
    values: list[Any] = outcome.table.attributes.column(name).to_pylist()
    return values


def codes(outcome: Outcome) -> set[str]:
    return {finding.code for finding in outcome.findings}
