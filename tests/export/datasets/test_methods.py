"""Layers that analyses made: their method goes with them, without the columns that stay at home."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jjjmap.export.options import ContentOptions
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.provenance import ColumnNote, InputNote, Missing, Provenance
from jjjmap.maps.snapshot import MapSnapshot

from .test_data_export import all_text, firms, save, with_users

__all__ = ["save"]  # the fixture

MADE = Provenance(
    "summarize",
    {"by": "counties"},
    "按县汇总",
    (
        InputNote("企业.csv", 1200, 1100, sha256="ab" * 32, note="名称包含“氢”"),
        InputNote("县界", 4, 4, source_ids=("src-a", "src-b")),
    ),
    (
        ColumnNote("产值（万元）", "total", "Σ 产值", "万元"),
        ColumnNote("layer", "location_quotient", "(e/E)/(n/N)", reference="〔某书〕"),
    ),
    (Missing("layer", "zero-denominator", "全区没有这一行业。", ("甲县", "乙县"), 2),),
    ("边界是概化的。",),
    made="2026-01-02",
    program="0.1.0",
)


def made(rows: LayerRows) -> LayerRows:
    return replace(rows, stored=replace(rows.stored, provenance=MADE))


@pytest.mark.parametrize("name", ["map.gpkg", "map.xlsx", "map"])
def test_the_method_of_a_reckoned_layer_is_a_table_of_the_export(
    snapshot: MapSnapshot, save: Callable[..., Path], name: str
) -> None:
    said = all_text(save(with_users(snapshot, made(firms())), name))
    for text in (
        "(e/E)/(n/N)",
        "企业.csv",
        "1100",
        "ab" * 32,
        "全区没有这一行业。",
        "甲县、乙县",
        "边界是概化的。",
        "〔某书〕",
        "src-a|src-b",
    ):
        assert text in said
    assert "分析方法" not in all_text(save(with_users(snapshot, firms()), f"without-{name}"))


@pytest.mark.parametrize("name", ["map.gpkg", "map.xlsx", "map"])
def test_the_method_of_a_column_that_stays_at_home_stays_there_too(
    snapshot: MapSnapshot, save: Callable[..., Path], name: str
) -> None:
    rows = made(firms())
    options = ContentOptions(columns={rows.stored.id: ("产值（万元）",)})
    said = all_text(save(with_users(snapshot, rows), name, options=options))
    assert "Σ 产值" in said
    assert "(e/E)" not in said and "全区没有" not in said
