"""Rows for the clipboard."""

import numpy as np
import pyarrow as pa

from jjjmap.export.datasets.feature_clipboard import copied_rows
from jjjmap.layers.feature_table import FeatureTable

TABLE = FeatureTable(
    pa.table(
        {
            "=名称": ["甲\t县\n厂", "=1+1", None],
            "代码": ["911301000000000000", "00123", "<b>"],
            "人数": [1200, -5, 2**60],
        }
    )
)


def test_rows_are_lines_and_cells_stand_between_tabs() -> None:
    copied = copied_rows(TABLE, np.array([1, 0, 2]), ("=名称", "人数"))
    assert copied.text.splitlines() == ["'=名称\t人数", "'=1+1\t-5", "甲 县 厂\t1200", f"\t{2**60}"]


def test_a_spreadsheet_is_told_which_cells_are_texts() -> None:
    copied = copied_rows(TABLE, np.array([0, 2]), ("代码", "人数"))
    assert "<td class=t>911301000000000000</td><td>1200</td>" in copied.html
    assert f"<td class=t>&lt;b&gt;</td><td class=t>{2**60}</td>" in copied.html
    assert "mso-number-format:'\\@'" in copied.html


def test_a_dash_for_no_value_stays_a_dash() -> None:
    table = FeatureTable(pa.table({"名": ["-", "-x"]}))
    assert copied_rows(table, np.array([0, 1]), ("名",)).text.splitlines() == ["名", "-", "'-x"]


def test_no_columns_are_no_trouble() -> None:
    assert copied_rows(TABLE, np.array([], dtype=np.int64), ("人数",)).text == "人数\n"
