"""Which rows fulfil a filter."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.layers import boundaries
from jjjmap.layers.boundaries import Unit, UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables import matching
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.tables.matching import matches, number_of, problem, span_of

Op = FilterOp


@pytest.fixture
def table() -> FeatureTable:
    """Five firms, the last one nowhere and with nothing filled in."""
    attributes = pa.table(
        {
            "名称": ["甲县电池厂", "乙县轴承公司", "Jia Battery", "甲县轴承公司", None],
            "行业": pa.array(["电池", "轴承", "电池", None, " "]).dictionary_encode(),
            "资本": [500.0, 1200.0, None, 80.5, float("nan")],
            "编号": pa.array([2**53, 2**53 + 1, 3, 4, None], pa.int64()),
            "成立": pa.array(
                [datetime(2023, 12, 31), datetime(2024, 1, 1), datetime(2024, 5, 31), None, None],
                pa.timestamp("us"),
            ),
            "高新": [True, False, None, True, False],
            "别的": [[1], [2, 3], [], None, None],
        }
    )
    lon = np.array([116.05, 116.15, 116.05, 116.95, np.nan])
    lat = np.array([39.05, 39.05, 39.15, 39.05, np.nan])
    return FeatureTable(attributes, Geometry.POINT, lon, lat)


@pytest.fixture(autouse=True)
def squares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two counties side by side."""
    units = (Unit("990001", "甲县", ""), Unit("990002", "乙县", ""))
    shapes = (shapely.box(116.0, 39.0, 116.1, 39.1), shapely.box(116.1, 39.0, 116.2, 39.1))
    monkeypatch.setattr(matching, "shipped_units", lambda: UnitIndex(units, shapes))
    assert boundaries.shipped_units is not matching.shipped_units


def rows(table: FeatureTable, *conditions: Condition, matches_any: bool = False) -> list[int]:
    return np.flatnonzero(matches(table, Filter(conditions, matches_any))).tolist()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(Op.CONTAINS, "名称", ("轴承",)), [1, 3]),
        (Condition(Op.CONTAINS, "名称", ("BATTERY",)), [2]),
        (Condition(Op.LACKS, "名称", ("轴承",)), [0, 2, 4]),
        (Condition(Op.STARTS, "名称", ("甲县",)), [0, 3]),
        (Condition(Op.ENDS, "名称", ("公司",)), [1, 3]),
        (Condition(Op.EQUALS, "行业", ("电池",)), [0, 2]),
        (Condition(Op.DIFFERS, "行业", ("电池",)), [1, 3, 4]),
        (Condition(Op.ONE_OF, "行业", ("电池", "轴承")), [0, 1, 2]),
        (Condition(Op.EMPTY, "行业"), [3, 4]),
        (Condition(Op.FILLED, "名称"), [0, 1, 2, 3]),
        (Condition(Op.CONTAINS, "别的", ("2, 3",)), [1]),
    ],
)
def test_texts_are_compared_without_case(
    table: FeatureTable, condition: Condition, expected: list[int]
) -> None:
    assert rows(table, condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(Op.MORE, "资本", ("500",)), [1]),
        (Condition(Op.AT_LEAST, "资本", ("500",)), [0, 1]),
        (Condition(Op.LESS, "资本", ("1,200",)), [0, 3]),
        (Condition(Op.AT_MOST, "资本", ("1,200",)), [0, 1, 3]),
        (Condition(Op.BETWEEN, "资本", ("600", "80")), [0, 3]),
        (Condition(Op.DIFFERS, "资本", ("500",)), [1, 2, 3, 4]),
        (Condition(Op.ONE_OF, "资本", ("500", "80.5")), [0, 3]),
        (Condition(Op.EMPTY, "资本"), [2, 4]),
        (Condition(Op.EQUALS, "编号", (str(2**53 + 1),)), [1]),
        (Condition(Op.LESS, "编号", (str(10**30),)), [0, 1, 2, 3]),
        (Condition(Op.MORE, "编号", ("3.5",)), [0, 1, 3]),
    ],
)
def test_numbers_are_compared_as_people_write_them_and_whole_ones_exactly(
    table: FeatureTable, condition: Condition, expected: list[int]
) -> None:
    assert rows(table, condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(Op.EQUALS, "成立", ("2024",)), [1, 2]),
        (Condition(Op.DIFFERS, "成立", ("2024",)), [0, 3, 4]),
        (Condition(Op.LESS, "成立", ("2024",)), [0]),
        (Condition(Op.AT_MOST, "成立", ("2024-01",)), [0, 1]),
        (Condition(Op.MORE, "成立", ("2024年1月",)), [2]),
        (Condition(Op.BETWEEN, "成立", ("2023-12-31", "2024/1/1")), [0, 1]),
        (Condition(Op.BETWEEN, "成立", ("2024-05", "2024-01")), [1, 2]),
    ],
)
def test_a_year_or_month_is_a_span_of_time(
    table: FeatureTable, condition: Condition, expected: list[int]
) -> None:
    assert rows(table, condition) == expected


def test_moments_with_a_zone_are_meant_in_beijing_time() -> None:
    late = datetime(2023, 12, 31, 17, 0, tzinfo=UTC)
    attributes = pa.table({"时刻": pa.array([late], pa.timestamp("ms", tz="UTC"))})
    assert rows(FeatureTable(attributes), Condition(Op.EQUALS, "时刻", ("2024-01-01",))) == [0]


def test_truth_is_asked_for_by_name_and_unknown_is_neither(table: FeatureTable) -> None:
    assert rows(table, Condition(Op.TRUE, "高新")) == [0, 3]
    assert rows(table, Condition(Op.FALSE, "高新")) == [1, 4]


def test_points_lie_in_a_unit_in_the_counties_of_a_place_or_in_a_box(table: FeatureTable) -> None:
    assert rows(table, Condition(Op.IN_PLACE, values=("990001",))) == [0]
    assert rows(table, Condition(Op.IN_PLACE, values=("jia-zone", "990001", "990002"))) == [0, 1]
    assert rows(table, Condition(Op.IN_BOX, bounds=(116.0, 39.0, 116.5, 39.2))) == [0, 1, 2]
    assert rows(table, Condition(Op.UNPLACED)) == [4]
    assert rows(table, Condition(Op.PLACED)) == [0, 1, 2, 3]


def test_lines_and_areas_belong_to_what_they_touch() -> None:
    shapes = [shapely.LineString([(116.05, 39.05), (117, 40)]), shapely.box(118, 40, 119, 41), None]
    table = FeatureTable(
        pa.table({"n": [1, 2, 3]}), Geometry.LINE, wkb=pa.chunked_array([shapely.to_wkb(shapes)])
    )
    assert rows(table, Condition(Op.IN_PLACE, values=("990001",))) == [0]
    assert rows(table, Condition(Op.IN_BOX, bounds=(118.5, 40.5, 120, 42))) == [1]


def test_all_conditions_or_any(table: FeatureTable) -> None:
    conditions = (Condition(Op.EQUALS, "行业", ("电池",)), Condition(Op.MORE, "资本", ("400",)))
    assert rows(table, *conditions) == [0]
    assert rows(table, *conditions, matches_any=True) == [0, 1, 2]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (Condition(Op.CONTAINS, "没有", ("甲",)), "column-gone"),
        (Condition(Op.MORE, "资本", ("很多",)), "not-a-number"),
        (Condition(Op.MORE, "资本", ("inf",)), "not-a-number"),
        (Condition(Op.EQUALS, "成立", ("2024-13",)), "not-a-date"),
        (Condition(Op.CONTAINS, "资本", ("5",)), "not-for-column"),
        (Condition(Op.IN_PLACE, values=("jia-park",)), "no-area"),
        (Condition(Op.MORE, "资本", ("1",)), ""),
    ],
)
def test_what_cannot_be_applied_says_why_and_hides_nothing(
    table: FeatureTable, condition: Condition, reason: str
) -> None:
    assert problem(table, condition) == reason
    if reason:
        assert rows(table, condition) == [0, 1, 2, 3, 4]


def test_a_plain_table_has_no_positions_to_ask_for() -> None:
    table = FeatureTable(pa.table({"n": [1]}))
    assert problem(table, Condition(Op.PLACED)) == "no-position"


def test_a_table_without_rows_is_filtered_too() -> None:
    nothing = pa.array([], pa.string())
    for column in (nothing, nothing.dictionary_encode(), pa.chunked_array([], pa.string())):
        table = FeatureTable(pa.table({"行业": column}))
        for op in (Op.CONTAINS, Op.EQUALS, Op.LACKS):
            assert rows(table, Condition(op, "行业", ("电池",))) == []
        assert rows(table, Condition(Op.EMPTY, "行业")) == []


def test_a_filter_can_be_cancelled(table: FeatureTable) -> None:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return True

    matches(table, Filter((Condition(Op.TRUE, "高新"),)), cancelled=cancelled)
    assert asked


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,200", 1200), ("１２．５", 12.5), ("−3", -3), ("12%", 0.12), ("1 000 000", 1e6), ("1.5e3", 1500)],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", datetime(2024, 1, 1), datetime(2025, 1, 1)),
        ("2024年12月", datetime(2024, 12, 1), datetime(2025, 1, 1)),
        ("2024.2.29", datetime(2024, 2, 29), datetime(2024, 3, 1)),
        ("2024-05-31 12:30", datetime(2024, 5, 31, 12, 30), datetime(2024, 5, 31, 12, 31)),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, start: datetime, end: datetime) -> None:
    assert span_of(text) == (start, end)


@pytest.mark.parametrize("text", ["2023-02-29", "0000", "9999", "昨天", "20240531", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        span_of(text)
