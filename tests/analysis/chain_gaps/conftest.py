"""Three counties in three provinces, a chain of four links, and lists of firms that are made up."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.analysis.running import InputLayer, Material
from jjjmap.catalogue.chain_rules import ChainRule, RuleKind, Strength
from jjjmap.catalogue.models import (
    Catalogue,
    Chain,
    ChainNode,
    Cluster,
    Passage,
    Place,
    PlaceKind,
    Source,
)
from jjjmap.layers.boundaries import Unit, UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry

MakeLayer = Callable[..., InputLayer]

COUNTIES = {"110101": "甲县", "120101": "乙县", "130201": "丙县", "130202": "丁县"}
"""Squares of one degree side by side, from 115°E on, between 39°N and 40°N."""


def middle(county: str) -> tuple[float, float]:
    """Return the middle of a county."""
    return 115.5 + list(COUNTIES).index(county), 39.5


@pytest.fixture(scope="session")
def units() -> UnitIndex:
    squares = {code: shapely.box(115 + at, 39, 116 + at, 40) for at, code in enumerate(COUNTIES)}
    above = {
        "130200": shapely.union_all([squares["130201"], squares["130202"]]),
        "110000": squares["110101"],
        "120000": squares["120101"],
        "130000": shapely.union_all([squares["130201"], squares["130202"]]),
    }
    parents = {"110101": "110000", "120101": "120000", "130201": "130200", "130202": "130200"}
    found = [Unit(code, COUNTIES[code], parents[code]) for code in COUNTIES]
    found += [Unit(code, f"单位{code}", "130000" if code == "130200" else "") for code in above]
    return UnitIndex(tuple(found), (*squares.values(), *above.values()))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    kinds = {"00": PlaceKind.CITY, "0000": PlaceKind.PROVINCE}
    unit_names = {**COUNTIES, "110000": "甲市", "120000": "乙市", "130000": "丙省", "130200": "丙市"}
    places = {
        code: Place(
            code,
            kinds.get(code[2:]) or (kinds["00"] if code.endswith("00") else PlaceKind.COUNTY),
            name,
            f"Unit {code}",
        )
        for code, name in unit_names.items()
    }
    places["park"] = Place("park", PlaceKind.PLATFORM, "甲园", "Park", county_adcode="120101")
    places["cl"] = Place("cl", PlaceKind.CLUSTER, "甲集群", "Cluster", source_ids=("s-3",))
    places["cl-other"] = Place("cl-other", PlaceKind.CLUSTER, "乙集群", "Other")

    def node(number: int, name: str, *place_ids: str) -> ChainNode:
        return ChainNode(
            f"car-{number}", "car", name, f"Link {number}", "midstream", place_ids, "-", ("s-1",)
        )

    def passage(number: int, chains: tuple[str, ...], *place_ids: str) -> Passage:
        return Passage(
            f"p-{number}", "task", str(number), "标题", "Title", "文", "Text", place_ids, chains, ("s-2",)
        )

    return Catalogue(
        places=places,
        clusters={
            "cl": Cluster("cl", "五群", "Five", 2023, ("130200",), ("car",)),
            "cl-other": Cluster("cl-other", "五群", "Five", 2023, ("110101",), ()),
        },
        chains={
            chain_id: Chain(chain_id, name, name, chain_id, "", {}, {}, words, words, ())
            for chain_id, name, words in (
                ("car", "车链", "图谱标出卡点"),
                ("drug", "药链", ""),
                ("empty", "空链", ""),
            )
        },
        chain_nodes={
            "car-1": node(1, "整车"),
            "car-2": node(2, "电子", "park"),
            "car-3": node(3, "测试", "130000"),
            "car-4": node(4, "场景"),
            "drug-1": ChainNode("drug-1", "drug", "药", "Drug", "upstream", (), "-", ()),
        },
        passages={
            "p-1": passage(1, ("car",), "130201", "cl-other"),
            "p-2": passage(2, ("car", "drug", "empty"), "110101"),
        },
        sources={key: Source(key, key, "", "", "", "none", "press", "") for key in ("s-1", "s-2", "s-3")},
    )


RULES = (
    ChainRule("car-1", RuleKind.CODE, "361", Strength.CORE),
    ChainRule("car-2", RuleKind.CODE, "3962", Strength.CORE),
    ChainRule("car-2", RuleKind.CODE, "36", Strength.RELATED),
    ChainRule("car-2", RuleKind.KEYWORD, "汽车电子", Strength.CORE),
    ChainRule("car-3", RuleKind.KEYWORD, "道路测试", Strength.CORE),
    ChainRule("drug-1", RuleKind.CODE, "27", Strength.CORE),
)


@pytest.fixture
def make_layer() -> MakeLayer:
    """Make a list: rows of (name, industry, scope, county or position or None)."""

    def make(rows: Sequence[tuple[str, Any, str, Any]], *, shown: Sequence[bool] | None = None) -> InputLayer:
        positions = [
            (np.nan, np.nan) if where is None else middle(where) if isinstance(where, str) else where
            for *_rest, where in rows
        ]
        attributes = pa.table(
            {
                "企业": pa.array([row[0] for row in rows], pa.string()),
                "行业": [row[1] for row in rows] or pa.array([], pa.string()),
                "范围": pa.array([row[2] for row in rows], pa.string()),
            }
        )
        table = FeatureTable(
            attributes,
            Geometry.POINT,
            np.array([lon for lon, _lat in positions], dtype=np.float64),
            np.array([lat for _lon, lat in positions], dtype=np.float64),
        )
        columns = (
            Column("企业", role=ColumnRole.NAME),
            Column("行业", role=ColumnRole.INDUSTRY),
            Column("范围"),
        )
        facts = LayerFacts(
            title="名单",
            source_name="名单.csv",
            sublayer="",
            format=FileFormat.CSV,
            encoding="utf-8",
            crs="",
            datum="WGS-84",
            shift_m=0.0,
            geometry=Geometry.POINT,
            columns=columns,
            rows=len(rows),
            without_geometry=0,
            mended=0,
            rejected=0,
            bounds=None,
            opened="2026-01-01",
            findings=(),
        )
        mask = None if shown is None else np.array(shown)
        return InputLayer("a", "名单", table, facts, mask)

    return make


@pytest.fixture
def material(catalogue: Catalogue, units: UnitIndex) -> Callable[[InputLayer], Material]:
    return lambda layer: Material(catalogue, units, {layer.id: layer})
