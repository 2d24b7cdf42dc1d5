"""The order of rows."""

from datetime import date

import pyarrow as pa
import pytest

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.tables.sorting import gb_bytes, sorted_rows


def order(values: pa.Array | pa.ChunkedArray, *, descending: bool = False) -> list[int]:
    return sorted_rows(FeatureTable(pa.table({"列": values})), "列", descending=descending).tolist()


def test_chinese_is_ordered_by_pinyin_and_letters_without_case() -> None:
    names = pa.array(["天津", "北京", "唐山", "保定", "beta", "Alpha"])
    assert order(names) == [5, 4, 3, 1, 2, 0]
    assert order(names, descending=True) == [0, 2, 1, 3, 4, 5]


@pytest.mark.parametrize("descending", [False, True])
def test_empty_cells_stand_last_whichever_way_round(descending: bool) -> None:
    texts = order(pa.array([None, "乙", " ", "甲"]), descending=descending)
    assert texts[2:] == [0, 2] and set(texts[:2]) == {1, 3}
    numbers = order(pa.array([None, 2.0, float("nan"), 1.0]), descending=descending)
    assert set(numbers[2:]) == {0, 2}


def test_equal_cells_keep_the_order_of_the_file() -> None:
    texts = pa.array(["乙", "甲", "乙", "甲"])
    assert order(texts) == [1, 3, 0, 2] and order(texts, descending=True) == [0, 2, 1, 3]
    assert order(pa.array([2, 1, 2, 1]), descending=True) == [0, 2, 1, 3]


def test_pieces_and_dictionaries_are_ordered_together() -> None:
    pieces = pa.chunked_array([["丙", "甲"], ["乙", "甲"]])
    assert order(pieces) == order(pieces.dictionary_encode()) == [0, 1, 3, 2]


def test_dates_and_truth_are_ordered() -> None:
    assert order(pa.array([date(2024, 1, 1), date(2023, 1, 1)])) == [1, 0]
    assert order(pa.array([True, False])) == [1, 0]


@pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.dictionary(pa.int32(), pa.string())])
def test_no_rows_have_an_order(kind: pa.DataType) -> None:
    assert order(pa.chunked_array([], kind)) == [] and order(pa.array([], kind)) == []


def test_line_feeds_and_rare_letters_do_not_shift_the_others() -> None:
    texts = pa.array(["甲\n乙", "𠮷", "", "甲", "😀"])
    encoded = gb_bytes(texts)
    assert len(encoded) == 5
    assert encoded[0].as_py().startswith("甲 乙".encode("gb18030"))
    assert order(texts)[-1] == 2
