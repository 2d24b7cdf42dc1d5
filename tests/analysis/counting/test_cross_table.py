"""Tests of tables that merge exactly."""

import pickle
import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.analysis.counting import cross_table
from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable, exact_of, exact_totals, float_of
from jjjmap.analysis.counting.kernel import CountPlan, PreparedAreas, count_in_areas
from jjjmap.analysis.counting.rows import LAT, LON
from jjjmap.analysis.running import AnalysisImpossible

from .conftest import areas_of


def _tables(areas: Areas, borders: list[int]) -> list[CrossTable]:
    """Return 6 000 rows counted in batches with some borders."""
    drawn = np.random.default_rng(4)
    lon, lat = drawn.uniform((115.9, 37.9), (118.1, 40.1), (6_000, 2)).T
    batch = pa.record_batch(
        {
            LON: lon,
            LAT: lat,
            "行业": pa.array(drawn.choice(["甲", "乙", "丙"], 6_000)),
            "额": drawn.normal(0, 1, 6_000) * 10.0 ** drawn.integers(-12, 12, 6_000),
        }
    )
    prepared = PreparedAreas(areas, 6_000)
    cuts = [0, *borders, 6_000]
    return [
        count_in_areas(batch.slice(low, high - low), prepared, CountPlan("行业", "", "额"))
        for low, high in pairwise(cuts)
    ]


def test_totals_are_the_same_bits_in_whatever_order_batches_are_merged(squares: Areas) -> None:
    whole = CrossTable.sum_of(_tables(squares, []))
    for seed in range(5):
        chance = random.Random(seed)
        tables = _tables(squares, sorted(chance.sample(range(6_000), 9)))
        chance.shuffle(tables)
        left, right = CrossTable.sum_of(tables[:4]), CrossTable.sum_of(tables[4:])
        for merged in (CrossTable.sum_of(tables), CrossTable.sum_of((right, left))):
            assert merged == whole
            assert merged.to_arrow(squares).equals(whole.to_arrow(squares))


def test_a_table_travels_as_json_and_as_pickle(squares: Areas) -> None:
    table = CrossTable.sum_of(_tables(squares, [100]))
    assert CrossTable.from_json(table.to_json()) == table
    assert pickle.loads(pickle.dumps(table)) == table


@pytest.mark.parametrize("said", [None, {}, {"cells": [[1]], "counts": [0] * 5}, {"cells": 3}])
def test_what_is_no_table_is_refused(said: object) -> None:
    with pytest.raises(ValueError):
        CrossTable.from_json(said)


def test_nothing_merged_is_empty(squares: Areas) -> None:
    assert CrossTable.sum_of([]) == CrossTable()
    assert CrossTable().to_arrow(squares).num_rows == 0


def test_a_total_without_weights_is_empty_not_zero() -> None:
    areas = areas_of([])
    table = CrossTable({}, False)
    assert table.to_arrow(areas).schema.field("total").type == pa.float64()
    counted = CrossTable({(0, "", ""): (3, 0, 0)}, False, 3)
    one = Areas(("a",), ("甲",), ("A",), np.array([None], dtype=object), True)
    assert counted.to_arrow(one).to_pylist()[0]["total"] is None


@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, 5e-324, 1.7976931348623157e308, -2.5e-310])
def test_every_number_is_exact(value: float) -> None:
    assert float_of(exact_of(value)) == value
    assert exact_totals(np.zeros(1, np.int64), np.array([value]), 1) == [exact_of(value)]


def test_too_large_a_total_is_empty() -> None:
    areas = Areas(("a",), ("甲",), ("A",), np.array([None], dtype=object), True)
    huge = 2 * exact_of(1.7976931348623157e308)
    assert CrossTable({(0, "", ""): (2, 2, huge)}, True, 2).to_arrow(areas).to_pylist()[0]["total"] is None


def test_too_many_groups_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_table, "MAX_CELLS", 10)
    tables = (CrossTable({(0, f"{n}", ""): (1, 0, 0)}, False, 1) for n in range(11))
    with pytest.raises(AnalysisImpossible) as refused:
        CrossTable.sum_of(tables)
    assert refused.value.finding.code == "too-many-groups"
