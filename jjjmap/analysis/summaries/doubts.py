"""What is doubtful about rows that were summed up: told beside the result, never dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.measures.reckoned import FloatArray
from jjjmap.analysis.summaries.refusing import named
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnKind

if TYPE_CHECKING:
    from jjjmap.analysis.running import InputLayer

FEW_ROWS = 5
"""A structure of fewer rows says little: one more row would turn a location quotient round."""

_YEAR_NAMES = re.compile(r"(年|年份|年度|统计年份|统计年度|数据年份|报告期|year|yr|period)", re.IGNORECASE)
_YEARS = (1949, 2100)


def counting_findings(table: CrossTable, where: str, what: str, *, by_name: bool) -> list[Finding]:
    """Return which rows did not count, or counted more than once.

    Parameters
    ----------
    where
        What the rows are of.
    what
        What they are summed up by, as a word.
    by_name
        Whether rows were told by names or codes: what did not match was told then.
    """
    if by_name:
        told = []
    else:
        told = [
            _finding(
                Severity.WARNING,
                "rows-outside",
                where,
                table.outside_rows,
                _("{n} 行在所有{what}之外，没有计入。"),
                what,
                _("可能在区域外、在海上，或坐标有误；边界也是概化的。"),
            ),
            _finding(
                Severity.WARNING,
                "rows-nowhere",
                where,
                table.nowhere_rows,
                _("{n} 行没有位置，没有计入。"),
                what,
                _("可先用 jjjmap locate 落位，或用名称、代码列归到单元。"),
            ),
        ]
    told += [
        _finding(
            Severity.WARNING,
            "rows-in-several",
            where,
            table.several_rows,
            _("{n} 行落在几个互相重叠的{what}里，在每个里各计一次，各单元之和大于总数。"),
            what,
            _("占比、区位商等的全区域数按每行只计一次。"),
        ),
        _finding(
            Severity.WARNING,
            "weights-unusable",
            where,
            table.unusable_weights,
            _("{n} 行的数值是空的或不是数：计入数量，不计入合计、平均和按数值算的指标。"),
            what,
        ),
    ]
    return [finding for finding in told if finding is not None]


def _finding(
    severity: Severity, code: str, where: str, count: int, message: str, what: str, hint: str = ""
) -> Finding | None:
    if not count:
        return None
    return Finding(severity, code, where, message.format(n=f"{count:,}", what=what), hint)


def uncategorised_finding(rows: int, column: str, where: str) -> list[Finding]:
    """Return that rows have no category."""
    if not rows:
        return []
    message = _("{n} 行的“{column}”没有可用的类别：计入数量，不计入按类别的指标。")
    return [
        Finding(Severity.WARNING, "rows-uncategorised", where, message.format(n=f"{rows:,}", column=column))
    ]


def undated_finding(rows: int, column: str, where: str) -> list[Finding]:
    """Return that rows have no period."""
    if not rows:
        return []
    message = _("{n} 行的“{column}”是空的，没有计入任何时期。")
    return [Finding(Severity.WARNING, "rows-undated", where, message.format(n=f"{rows:,}", column=column))]


def small_groups(rows: FloatArray, names: Sequence[str], where: str) -> list[Finding]:
    """Return that structures were reckoned of a handful of rows.

    Parameters
    ----------
    rows
        n numbers of rows that went into the structures.
    """
    few = np.flatnonzero((rows > 0) & (rows < FEW_ROWS))
    if not len(few):
        return []
    ordered = [names[at] for at in few.tolist()]
    ones = int((rows == 1).sum())
    message = _("{n} 个单元不足 {few} 行（其中 {ones} 个只有 1 行），区位商、集中度等不可靠：{names}。")
    hint = _("在“提示”列里标出；可换更大的单元或更粗的类别。")
    message = message.format(n=len(few), few=FEW_ROWS, ones=ones, names=named(ordered))
    return [Finding(Severity.WARNING, "small-groups", where, message, hint)]


def years_mixed(
    columns: Sequence[Column], used: Sequence[str], layer: InputLayer | None, where: str
) -> list[Finding]:
    """Return that rows of several years seem to be counted as one, because no period was named.

    Parameters
    ----------
    used
        Columns that the question names: of these the user knows.
    layer
        Its values are looked at; without it the names of columns have to do.
    """
    found = []
    for column in columns:
        if column.name in used or not _YEAR_NAMES.fullmatch(column.name.strip()):
            continue
        if column.kind not in (ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.TEXT, ColumnKind.DATE):
            continue
        if layer is None or _has_years(layer, column.name):
            found.append(column.name)
    if not found:
        return []
    message = _("“{column}”像是年份，这里没有按时期分开：不同年份的行合在一起计算。")
    hint = _("同一单位每年一行的数据，请写明时期列（--period），否则会重复计数。")
    return [Finding(Severity.WARNING, "years-mixed", where, message.format(column=named(found)), hint)]


def _has_years(layer: InputLayer, name: str) -> bool:
    """Return whether a column of a layer has two different years at least."""
    values = layer.table.attributes.column(name)
    if layer.shown is not None:
        values = values.filter(pa.array(layer.shown))
    distinct = pc.drop_null(pc.unique(values)).to_pylist()
    years = {int(text[:4]) for text in map(str, distinct) if text[:4].isdecimal()}
    return len(years) > 1 and all(_YEARS[0] <= year <= _YEARS[1] for year in years)


def scheduler_note(address: str) -> str:
    """Return how the rows were counted, for the notes."""
    return _("在集群 {address} 上统计，与本机统计逐位相同。").format(address=address)
