"""Reads the rows of a firm list: their industry, their words, where they are, and their links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.analysis.chain_gaps.assignment import Assigner, Assignment
from jjjmap.analysis.running import AnalysisImpossible, Cancelled, InputLayer, Progress, refuse_if
from jjjmap.catalogue.chain_rules import Strength
from jjjmap.catalogue.industries import Industries
from jjjmap.catalogue.industry_codes import MOST_EXAMPLES, IndustryColumn, Verdict, Vintage, read_column
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.boundaries import UnitIndex
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.style import Geometry

RowArray = npt.NDArray[np.int64]
_ROWS_BETWEEN_LOOKS = 20_000


@dataclass(frozen=True)
class FirmRows:
    """The rows that are shown, n of them, in their order."""

    numbers: RowArray
    """n numbers of rows in the layer, from 0."""
    counties: npt.NDArray[np.str_]
    """n codes; empty outside of the region and for rows without position."""
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    """n degrees each, NaN for rows without position."""
    assignments: tuple[tuple[Assignment, ...], ...]
    """Of each of n rows; none for one that belongs to no link."""
    column: IndustryColumn | None
    """What the column of industries says; None if none was named."""
    coarse_rows: int
    """Rows without link whose code is too short for the rules."""
    rules_used: int

    @property
    def nowhere(self) -> int:
        """How many rows have no position."""
        return int((~np.isfinite(self.lon)).sum())

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Which of n rows lie in the region."""
        found: npt.NDArray[np.bool_] = self.counties != ""
        return found

    @property
    def outside(self) -> int:
        """How many rows lie somewhere else."""
        return len(self.numbers) - int(self.inside.sum()) - self.nowhere

    @property
    def unassigned(self) -> RowArray:
        """Numbers of rows, from 0, that belong to no link."""
        free = np.array([not each for each in self.assignments], dtype=bool)
        found: RowArray = self.numbers[free]
        return found

    def rows_of(self, strength: Strength, *, inside: bool = True) -> Mapping[str, RowArray]:
        """Return where in these n rows the firms of each link stand, in the region only or anywhere."""
        here = self.inside if inside else np.ones(len(self.numbers), dtype=bool)
        found: dict[str, list[int]] = {}
        for at, assigned in enumerate(self.assignments):
            if here[at]:
                for each in assigned:
                    if each.strength is strength:
                        found.setdefault(each.node_id, []).append(at)
        return {node_id: np.array(rows, dtype=np.int64) for node_id, rows in found.items()}


def read_firms(
    layer: InputLayer,
    assigner: Assigner,
    industries: Industries,
    units: UnitIndex,
    *,
    industry: str,
    text: Sequence[str],
    vintage: Vintage,
    cancelled: Cancelled,
    progress: Progress = lambda _share: None,
) -> FirmRows:
    """Read the shown rows of a layer.

    Parameters
    ----------
    industry, text
        Names of columns; empty for none.

    Raises
    ------
    AnalysisImpossible
        There are no rows, no positions, or no such columns.
    """
    numbers = np.arange(len(layer.table)) if layer.shown is None else np.flatnonzero(layer.shown)
    _check(layer, numbers, industry, text)
    lon, lat = _positions(layer, numbers)
    values = _values(layer, industry, numbers) if industry else []
    column = read_column(values, industries, vintage) if industry else None
    texts = [_values(layer, name, numbers) for name in text]
    assignments: list[tuple[Assignment, ...]] = []
    coarse = 0
    for at in range(len(numbers)):
        if at % _ROWS_BETWEEN_LOOKS == 0:
            refuse_if(cancelled)
            progress(at / len(numbers))
        codes = column.read(values[at]).codes if column is not None else ()
        words = " ".join(str(each[at]) for each in texts if each[at] is not None)
        assigned = assigner.assign(codes, words)
        if not assigned and codes and assigner.is_too_coarse(codes):
            coarse += 1
        assignments.append(assigned)
    counties = units.county_of(lon, lat)
    return FirmRows(numbers, counties, lon, lat, tuple(assignments), column, coarse, len(assigner.rules))


def name_column(layer: InputLayer) -> str:
    """Return the column that names the firms; empty if none is known."""
    names = {column.role: column.name for column in reversed(layer.facts.columns)}
    return names.get(ColumnRole.NAME, "")


def examples(layer: InputLayer, rows: RowArray) -> tuple[str, ...]:
    """Return the names of some rows, by their number where they have none."""
    column = name_column(layer)
    if not column or column not in layer.table.attributes.column_names:
        return tuple(_("第 {n} 行").format(n=row + 1) for row in rows[:MOST_EXAMPLES].tolist())
    named = layer.table.attributes.column(column).take(rows[:MOST_EXAMPLES]).to_pylist()
    return tuple(
        str(name)[:60] if name else _("第 {n} 行").format(n=row + 1)
        for name, row in zip(named, rows[:MOST_EXAMPLES].tolist(), strict=True)
    )


def column_findings(firms: FirmRows, layer: InputLayer, industry: str) -> list[Finding]:
    """Return what is doubtful about the column of industries."""
    column, where = firms.column, f"{layer.title} · {industry}"
    if column is None:
        return []
    findings: list[Finding] = []

    def tell(severity: Severity, code: str, message: str, hint: str = "") -> None:
        findings.append(Finding(severity, code, where, message, hint))

    if column.verdict is Verdict.MIXED:
        message = _(
            "行业代码混用了两版国家标准：{n2011} 种代码只有 2011 年版才有（{old}），"
            "{n2017} 种只有 2017 年版才有（{new}）；两版含义不同的 {doubtful} 种代码按 {taken} 年版理解。"
        ).format(
            n2011=len(column.only_2011),
            old=_listed(column.only_2011),
            n2017=len(column.only_2017),
            new=_listed(column.only_2017),
            doubtful=len(column.doubtful),
            taken=column.taken_as.value,
        )
        hint = _("请核对代码的版本；同一列只用一版，或在选项里指明版本。")
        tell(Severity.WARNING, "industry-mixed-vintages", message, hint)
    elif column.taken_as is Vintage.OF_2011:
        message = _("行业代码按 GB/T 4754—2011 理解，已换算为 2017 年版；一对多的代码按可能的每一类归入。")
        tell(Severity.INFO, "industry-vintage-2011", message)
    elif column.verdict is Verdict.EITHER and column.doubtful:
        message = _(
            "有 {n} 种代码在两版标准里含义不同（{codes}），看不出是哪一版，按 {taken} 年版理解。"
        ).format(n=len(column.doubtful), codes=_listed(column.doubtful), taken=column.taken_as.value)
        hint = _("如果是 2011 年版，请在选项里指明版本。")
        tell(Severity.WARNING, "industry-vintage-unclear", message, hint)
    if column.unknown_rows:
        message = _("{n} 行的行业不是标准里的代码或名称：{values}。").format(
            n=f"{column.unknown_rows:,}", values=_listed(column.unknown)
        )
        hint = _("这些行只按关键词归类；2019 年修改单新增的小类可能不在其中。")
        tell(Severity.WARNING, "industry-unknown", message, hint)
    if column.padded_rows:
        message = _("{n} 行的代码丢了开头的 0（如 111 应为 0111），已补上。").format(
            n=f"{column.padded_rows:,}"
        )
        tell(Severity.INFO, "industry-lost-zeros", message)
    if column.named_rows:
        message = _("{n} 行写的是行业名称，已按名称查到代码。").format(n=f"{column.named_rows:,}")
        tell(Severity.INFO, "industry-names", message)
    if column.empty_rows:
        message = _("{n} 行没有写行业，只按关键词归类。").format(n=f"{column.empty_rows:,}")
        tell(Severity.INFO, "industry-empty", message)
    if firms.coarse_rows:
        message = _("{n} 行的代码位数太少，分不到环节（如只有大类 36）。").format(n=f"{firms.coarse_rows:,}")
        tell(Severity.WARNING, "industry-too-coarse", message, _("换用三位或四位代码，或指定经营范围列。"))
    return findings


def _check(layer: InputLayer, numbers: RowArray, industry: str, text: Sequence[str]) -> None:
    if not len(numbers):
        message = _("“{title}”里没有可用的行。").format(title=layer.title)
        raise AnalysisImpossible(
            Finding(Severity.ERROR, "no-rows", layer.title, message, _("如果设了筛选，请先放宽。"))
        )
    if not industry and not text:
        message = _("没有指定行业列，也没有指定文字列，无法归到环节。")
        hint = _("至少指定一列：行业代码或名称，或企业名称、经营范围。")
        raise AnalysisImpossible(Finding(Severity.ERROR, "no-columns", layer.title, message, hint))
    for name in (industry, *text):
        if name and name not in layer.table.attributes.column_names:
            message = _("没有名为“{name}”的列。").format(name=name)
            raise AnalysisImpossible(Finding(Severity.ERROR, "no-column", layer.title, message))


def _positions(
    layer: InputLayer, numbers: RowArray
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    table = layer.table
    if table.geometry is Geometry.POINT and table.lon is not None and table.lat is not None:
        lon, lat = table.lon[numbers].astype(np.float64), table.lat[numbers].astype(np.float64)
    else:
        points = shapely.point_on_surface(table.shapes[numbers])
        lon, lat = shapely.get_x(points), shapely.get_y(points)
    if not np.isfinite(lon).any():
        message = _("“{title}”没有一行有位置，无法判断企业在哪里。").format(title=layer.title)
        hint = _("请先把名单落到图上（jjjmap locate，或窗口里的“名单落图”）。")
        raise AnalysisImpossible(Finding(Severity.ERROR, "no-positions", layer.title, message, hint))
    return lon, lat


def _values(layer: InputLayer, name: str, numbers: RowArray) -> list[Any]:
    column = layer.table.attributes.column(name)
    taken: list[Any] = (column if len(numbers) == len(column) else column.take(numbers)).to_pylist()
    return taken


def _listed(values: Sequence[str]) -> str:
    told = _("、").join(values[:MOST_EXAMPLES])
    return told if len(values) <= MOST_EXAMPLES else _("{values} 等").format(values=told)
