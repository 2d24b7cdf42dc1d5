"""What a column holds as a whole."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.statistics import ColumnStatistics, column_statistics


def reckoned(values: pa.Array | list[object], rows: list[int] | None = None) -> ColumnStatistics:
    table = FeatureTable(pa.table({"列": values}))
    answer = column_statistics(table, "列", None if rows is None else np.array(rows))
    assert answer is not None
    return answer


def test_texts_are_counted_the_most_frequent_first() -> None:
    said = reckoned(["电池", "轴承", "电池", None, " ", "氢能"])
    assert (said.rows, said.empty, said.distinct) == (6, 2, 3)
    assert said.frequent == (("电池", 2),) and said.numbers is None


def test_numbers_have_extremes_mean_and_quartiles() -> None:
    numbers = reckoned([1.0, 2.0, 3.0, 4.0, None, float("nan")]).numbers
    assert numbers is not None
    assert (numbers.lowest, numbers.highest, numbers.total, numbers.mean) == (1, 4, 10, 2.5)
    assert numbers.quartiles == (1.75, 2.5, 3.25)
    assert numbers.deviation == pytest.approx(1.2909944)
    assert sum(numbers.histogram.counts) == 4


def test_sums_of_whole_numbers_do_not_run_over() -> None:
    numbers = reckoned(pa.array([2**62] * 8, pa.int64())).numbers
    assert numbers is not None and numbers.total == 2**65 and numbers.lowest == 2**62
    assert numbers.histogram.counts == (8,)


def test_a_few_giants_do_not_squeeze_the_others_into_one_class() -> None:
    values = np.concatenate([np.linspace(0, 100, 1000), [1e9] * 5])
    histogram = reckoned(pa.array(values)).numbers.histogram  # type: ignore[union-attr]
    assert histogram.high <= 100 and max(histogram.counts) < 100
    assert sum(histogram.counts) + histogram.below + histogram.above == 1005


def test_infinities_and_tiny_differences_are_no_trouble() -> None:
    endless = reckoned([float("inf"), 1.0, 2.0]).numbers
    assert endless is not None and endless.highest == float("inf")
    close = reckoned([1.0, 1.0 + 2**-52]).numbers
    assert close is not None and sum(close.histogram.counts) == 2


def test_dates_have_a_first_and_a_last() -> None:
    said = reckoned([date(2024, 1, 2), date(1999, 5, 1), None])
    assert (said.first, said.last) == (date(1999, 5, 1), date(2024, 1, 2))


def test_only_the_wanted_rows_count() -> None:
    said = reckoned(["甲", "甲", "乙"], rows=[1, 2])
    assert said.rows == 2 and said.frequent == ()


@pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.float64(), pa.date32(), pa.bool_()])
def test_nothing_and_empty_cells_alone_are_told(kind: pa.DataType) -> None:
    assert reckoned(pa.array([], kind)).rows == 0
    said = reckoned(pa.array([None, None], kind))
    assert (said.empty, said.distinct, said.numbers) == (2, 0, None)


def test_lists_and_dictionaries_are_counted_as_they_are_shown() -> None:
    assert reckoned([[1], [1], [2]]).frequent == (("[1]", 2),)
    assert reckoned(pa.array(["甲", "甲"]).dictionary_encode()).frequent == (("甲", 2),)
    assert reckoned([True, True, False]).frequent == (("是", 2),)
    assert reckoned([True]).kind is ColumnKind.BOOLEAN


def test_it_can_be_cancelled() -> None:
    table = FeatureTable(pa.table({"列": [1]}))
    assert column_statistics(table, "列", cancelled=lambda: True) is None
