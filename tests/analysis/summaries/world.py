"""An invented province of four square counties, and firms in it."""

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.running import InputLayer, Material, Outcome
from jjjmap.analysis.summaries.summarize import Summarize
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.layers.boundaries import Unit, UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry

COUNTIES = {"990101": "甲县", "990102": "乙县", "990201": "丙县", "990202": "丁县"}
PLACES = {"990000": "某省", "990100": "东市", "990200": "西市", **COUNTIES}
CENTRES = {"甲": (116.5, 38.5), "乙": (117.5, 38.5), "丙": (116.5, 39.5), "丁": (117.5, 39.5)}
"""One degree wide each; 甲 and 乙 are 东市, 丙 and 丁 西市."""
NOWHERE, SEA = (np.nan, np.nan), (121.0, 38.0)


def units() -> UnitIndex:
    """Return the borders."""
    boxes = {
        "990101": shapely.box(116, 38, 117, 39),
        "990102": shapely.box(117, 38, 118, 39),
        "990201": shapely.box(116, 39, 117, 40),
        "990202": shapely.box(117, 39, 118, 40),
        "990100": shapely.box(116, 38, 118, 39),
        "990200": shapely.box(116, 39, 118, 40),
        "990000": shapely.box(116, 38, 118, 40),
    }
    parents = {"990000": "", "990100": "990000", "990200": "990000"}
    parents |= {code: f"{code[:4]}00" for code in COUNTIES}
    made = tuple(Unit(code, PLACES[code], parents[code]) for code in boxes)
    return UnitIndex(made, tuple(boxes.values()))


def catalogue() -> Catalogue:
    """Return the places: units, a wing that is a city, a circle that overlaps it, and a mere point."""
    kinds = {"990000": PlaceKind.PROVINCE, "990100": PlaceKind.CITY, "990200": PlaceKind.CITY}
    places = [
        Place(code, kinds.get(code, PlaceKind.COUNTY), name, f"Unit {code}", source_ids=("base",))
        for code, name in PLACES.items()
    ]
    places += [
        Place("east-wing", PlaceKind.WING, "东翼", "East Wing", area_adcodes=("990101", "990102")),
        Place("ring", PlaceKind.METRO_CIRCLE, "环", "Ring", area_adcodes=("990102", "990202")),
        Place("big-ring", PlaceKind.METRO_CIRCLE, "大环", "Big Ring", area_adcodes=("990100", "990202")),
        Place("port", PlaceKind.PORT, "某港", "Port", lon=117.9, lat=38.9),
    ]
    return Catalogue({place.id: place for place in places}, {}, {}, {}, {})


def layer_of(
    attributes: dict[str, list[object]],
    where: list[str | tuple[float, float]] | None = None,
    *,
    shown: list[bool] | None = None,
    name: str = "firms",
    title: str = "企业名单",
    roles: dict[str, ColumnRole] | None = None,
) -> InputLayer:
    """Return rows; `where` has letters of counties or positions, None for a plain table."""
    table = FeatureTable(pa.table(attributes))
    if where is not None:
        spots = [CENTRES[spot] if isinstance(spot, str) else spot for spot in where]
        lon, lat = (np.array(each, dtype=float) for each in zip(*spots, strict=True))
        table = FeatureTable(pa.table(attributes), Geometry.POINT, lon, lat)
    columns = tuple(
        Column(each.name, each.kind, (roles or {}).get(each.name, ColumnRole.NONE)) for each in table.columns
    )
    facts = LayerFacts(
        title, f"{title}.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, table.geometry,
        columns, len(table), 0, 0, 0, None, "ab" * 32,
    )  # fmt: skip
    mask = None if shown is None else np.array(shown)
    return InputLayer(name, title, table, facts, mask, "“类别”等于甲" if shown is not None else "", 3)


def polygons(
    names: list[str], boxes: list[tuple[float, float, float, float]], layer_id: str = "parks"
) -> InputLayer:
    """Return boxes as a layer of the user's."""
    wkb = pa.chunked_array([pa.array([shapely.to_wkb(shapely.box(*box)) for box in boxes], pa.binary())])
    table = FeatureTable(pa.table({"名称": names}), Geometry.POLYGON, wkb=wkb)
    facts = LayerFacts(
        "园区", "园区.geojson", "", FileFormat.GEOJSON, "", "", "WGS-84", 0.0, Geometry.POLYGON,
        table.columns, len(table), 0, 0, 0, None,
    )  # fmt: skip
    return InputLayer(layer_id, "园区", table, facts)


def firms() -> InputLayer:
    """Return eleven firms: 甲 has three of 制造 and one of 服务, 乙 one and three, 丙 one; 丁 none.

    One is in the sea and one nowhere.
    """
    spots: list[str | tuple[float, float]] = ["甲"] * 4 + ["乙"] * 4 + ["丙", SEA, NOWHERE]
    kinds = ["制造", "制造", "制造", "服务", "制造", "服务", "服务", "服务", "制造", "服务", "服务"]
    staff = [10, 20, 30, 40, 5, 5, 5, 5, 7, 1, 1]
    return layer_of({"行业": kinds, "从业人员（人）": staff}, spots)


def run(analysis: Summarize, *layers: InputLayer) -> Outcome:
    """Return what an analysis answers in that province."""
    material = Material(catalogue(), units(), {layer.id: layer for layer in layers})
    shares: list[float] = []
    outcome = analysis.run(material, shares.append, lambda: False)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    return outcome


def rows_of(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of a result."""
    rows: list[dict[str, object]] = outcome.table.attributes.to_pylist()
    return rows


def column(outcome: Outcome, measure: str, number: int = 0) -> list[object]:
    """Return the values of the n-th column of a measure."""
    names = [note.name for note in outcome.columns if note.measure == measure]
    values: list[object] = outcome.table.attributes.column(names[number]).to_pylist()
    return values


def codes(outcome: Outcome) -> set[str]:
    """Return the codes of all findings."""
    return {finding.code for finding in outcome.findings}
