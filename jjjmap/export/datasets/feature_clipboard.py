"""Rows for the clipboard: as lines and tabs, and as a table in which a spreadsheet keeps codes as texts."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jjjmap.export.tables import FORMULA_STARTS
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.tables.cells import plain_text

MOST_CELLS = 500_000
"""More than that is for a file: clipboards of other programs choke on it."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_STYLE = "<style>.t{mso-number-format:'\\@'}</style>"
"""Excel's word for "this is a text": without it 18 digits of a code become 9.1E+17."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The same rows twice: what is pasted depends on where."""

    text: str
    """Cells between tabs, rows between line feeds, titles first."""
    html: str


def copied_rows(table: FeatureTable, rows: npt.NDArray[np.int64], columns: Sequence[str]) -> Copied:
    """Return rows to be pasted into a spreadsheet or a text; what looks like a formula stays text.

    Parameters
    ----------
    rows
        Numbers of rows in the order wanted; `MOST_CELLS` over all columns at most.
    columns
        Names in the order wanted.
    """
    wanted = table.attributes.select(list(columns)).take(pa.array(rows))
    lines = ["\t".join(_cell(name, name) for name in columns)]
    marked = ["<tr>" + "".join(_html_cell(name, name) for name in columns) + "</tr>"]
    for cells in zip(*(column.to_pylist() for column in wanted.columns), strict=True):
        texts = [plain_text(value) for value in cells]
        lines.append("\t".join(_cell(text, value) for text, value in zip(texts, cells, strict=True)))
        marked.append(
            "<tr>"
            + "".join(_html_cell(text, value) for text, value in zip(texts, cells, strict=True))
            + "</tr>"
        )
    head = f'<meta charset="utf-8">{_STYLE}'
    page = f"<html><head>{head}</head><body><table>{''.join(marked)}</table></body></html>"
    return Copied("\n".join(lines) + "\n", page)


def _cell(text: str, value: Any) -> str:
    flat = _flat(text)
    # Dashes alone stand for no value.
    is_formula = isinstance(value, str) and flat.startswith(FORMULA_STARTS) and flat.strip("-")
    return f"'{flat}" if is_formula else flat


def _html_cell(text: str, value: Any) -> str:
    # A spreadsheet keeps 15 digits.
    is_text = isinstance(value, str) or (isinstance(value, int) and abs(value) >= 10**15)
    return f"<td{' class=t' if is_text else ''}>{html.escape(text)}</td>"


def _flat(text: str) -> str:
    # In this order: a control character may stand before a sign that begins a formula.
    return " ".join(_CONTROLS.sub(" ", text).split())
