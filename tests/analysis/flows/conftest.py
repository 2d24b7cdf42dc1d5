"""Invented flows between real places: names and shapes of units are needed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jjjmap import paths
from jjjmap.analysis.flows.flows import Flows
from jjjmap.analysis.running import InputLayer, Material, Outcome
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import FileFormat, LayerFacts

Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def real_catalogue() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


def layer_of(
    columns: Mapping[str, Sequence[Any]], *, shown: Sequence[bool] | None = None, sheet: str = ""
) -> InputLayer:
    """Return a table as an analysis takes it."""
    table = FeatureTable(pa.table(dict(columns)))
    facts = LayerFacts(
        "技术合同", "技术合同.xlsx", sheet, FileFormat.XLSX, "", "", "WGS-84", 0.0, None, table.columns,
        len(table), 0, 0, 0, None,
    )  # fmt: skip
    return InputLayer(
        "t",
        "技术合同",
        table,
        facts,
        None if shown is None else np.array(shown),
        "" if shown is None else "甲",
    )


@pytest.fixture
def run(real_catalogue: Catalogue) -> Run:
    """Run an analysis of flows on a table; options as the analysis has them."""

    def ran(
        columns: Mapping[str, Sequence[Any]] | InputLayer, *, cancelled: bool = False, **options: Any
    ) -> Outcome:
        layer = columns if isinstance(columns, InputLayer) else layer_of(columns)
        material = Material(real_catalogue, shipped_units(), {"t": layer})
        return Flows("t", **options).run(material, lambda share: None, lambda: cancelled)

    return ran


def by_way(outcome: Outcome) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows of an outcome by origin and destination."""
    return {(row["起点"], row["终点"]): row for row in outcome.table.attributes.to_pylist()}
