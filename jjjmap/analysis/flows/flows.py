"""Flows between places: an origin–destination table, or a placed list of firms, as curved links."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from jjjmap.analysis.python_calls import python_call
from jjjmap.analysis.running import (
    Cancelled,
    Chart,
    ChartKind,
    Material,
    Outcome,
    Progress,
    refuse_if,
)
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.provenance import MOST_UNITS, Missing
from jjjmap.layers.styling.user_style import CategoryLook, Scheme, StyleMode, UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.flows.ends import Ends
    from jjjmap.analysis.flows.flow_rows import FlowRows
    from jjjmap.analysis.flows.flow_table import FlowTable
    from jjjmap.analysis.running import InputLayer

COLORS = ("#b59bd1", "#9a72c0", "#7d4bab", "#602b92", "#430d73")
"""From thin to wide: purple, for roads are orange, rivers blue and woods green."""

BARS = 15
"""So many of the largest flows stand in the chart."""


@dataclass(frozen=True)
class Flows:
    """Which columns say from where, to where and how much."""

    layer_id: str
    origin: str = ""
    """Column with the place of origin: a name, a former name or a code. Of a placed list: the credit code."""
    destination: str = ""
    """Of a placed list: the code of the unit where the address lies."""
    value: str = ""
    """Column that is added up; empty to count rows."""
    period: str = ""
    category: str = ""
    source: str = ""
    """Column that says where each row was read; looked for where it is empty."""
    relocations: bool = False
    """Whether the layer is a list that `jjjmap locate` has placed: from where firms are registered to where
    their addresses are, for those with a relocation lead."""
    top: int = 0
    """So many of the largest flows are drawn; 0 for all."""
    origin_lon: str = ""
    origin_lat: str = ""
    """Columns in degrees, WGS-84, where ends are told by positions; `origin` is their name then."""
    destination_lon: str = ""
    destination_lat: str = ""

    KIND: ClassVar[str] = "flows"

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """The table."""
        return (self.layer_id,)

    def with_layers(self, names: Mapping[str, str]) -> Flows:
        """Return the same about another table."""
        return replace(self, layer_id=names.get(self.layer_id, self.layer_id))

    def title(self, material: Material) -> str:
        """Return what the result is called."""
        name = material.layers[self.layer_id].title
        if self.relocations:
            return _("迁移线索：{name}").format(name=name)
        return _("流向：{name}").format(name=name)

    def run(self, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
        """Add rows up to flows and draw them; see `Analysis`.

        Raises
        ------
        AnalysisCancelled, AnalysisImpossible
            As `Analysis`: columns are missing or hold no numbers, or no row has both ends.
        """
        from jjjmap.analysis.flows.flow_rows import read_rows
        from jjjmap.analysis.flows.flow_table import made_table

        layer = material.layers[self.layer_id]
        rows = read_rows(self, layer, material, cancelled)
        refuse_if(cancelled)
        progress(0.6)
        table = made_table(self, rows, layer)
        refuse_if(cancelled)
        progress(0.95)
        findings = (*rows.findings, *_findings(self, rows, table))
        return Outcome(
            title=self.title(material),
            table=table.table,
            style=_style(table),
            columns=table.columns,
            inputs=(layer.note(rows.used, _input_note(rows)),),
            missing=(*_unknown(self, rows), *table.missing),
            notes=_notes(self, rows, table),
            findings=findings,
            chart=_chart(self.title(material), rows, table, layer),
            summary=_summary(rows, table),
        )

    def arguments(self) -> tuple[str, ...]:
        """Return the command line that does the same."""
        said: list[str] = [self.KIND, self.layer_id]
        for option, name in (
            ("--from", self.origin),
            ("--to", self.destination),
            ("--from-lon", self.origin_lon),
            ("--from-lat", self.origin_lat),
            ("--to-lon", self.destination_lon),
            ("--to-lat", self.destination_lat),
            ("--value", self.value),
            ("--period", self.period),
            ("--category", self.category),
            ("--source", self.source),
            ("--top", str(self.top) if self.top else ""),
        ):
            if name:
                said += [option, name]
        return (*said, "--relocations") if self.relocations else tuple(said)

    def python(self) -> str:
        """Return Python that does the same."""
        return python_call(self)


def _input_note(rows: FlowRows) -> str:
    return _("起讫同地 {n} 行，只计数").format(n=f"{rows.self_rows:,}") if rows.self_rows else ""


def _unknown(flows: Flows, rows: FlowRows) -> list[Missing]:
    """Return the places that could not be taken: rows that are in no flow."""
    found = []
    sides: tuple[tuple[str, Ends], ...] = ((_("起点"), rows.origins), (_("终点"), rows.destinations))
    for title, ends in sides:
        for is_ambiguous, reason, text in (
            (False, "unknown-place", _("{n} 行的{side}不是认得的地点，没有算进去。")),
            (True, "ambiguous-place", _("{n} 行的{side}有多个意思，没有算进去。")),
        ):
            texts = [each for each in ends.unmatched if each.is_ambiguous is is_ambiguous]
            count = sum(each.rows for each in texts)
            if texts:
                said = text.format(n=f"{count:,}", side=title)
                names = tuple(each.text for each in texts[:MOST_UNITS])
                found.append(Missing(title, reason, said, names, count))
    return found


def _findings(flows: Flows, rows: FlowRows, table: FlowTable) -> list[Finding]:
    found = []
    if table.left_out:
        message = _("只画最大的 {k} 条，其余 {n} 条未画，合计占 {share}。")
        share = "—" if table.left_out_share is None else f"{table.left_out_share:.1f}%"
        said = message.format(k=f"{len(table.table):,}", n=f"{table.left_out:,}", share=share)
        found.append(Finding(Severity.INFO, "flows-left-out", "", said))
    if table.negative:
        message = _("{n} 条流的合计小于 0；线宽按数值从小到大，请核对正负号的含义。")
        found.append(Finding(Severity.WARNING, "flows-negative", "", message.format(n=f"{table.negative:,}")))
    if table.nowhere:
        message = _("{n} 条流有一端没有坐标，在表里，不在图上。")
        found.append(
            Finding(Severity.WARNING, "flows-without-position", "", message.format(n=f"{table.nowhere:,}"))
        )
    return found


def _notes(flows: Flows, rows: FlowRows, table: FlowTable) -> tuple[str, ...]:
    notes = [
        _("曲线向行进方向的右侧弯，箭头指向终点：甲→乙与乙→甲分列两侧。曲线只示方向，不是运输路线。"),
        _("起讫点取各地的代表点（省、市、县取其中部一点），不是真实地址；距离是两点间的大地线长度。")
        if not flows.origin_lon
        else _("距离是两点间的大地线长度。"),
    ]
    if flows.relocations:
        notes.append(
            _("登记地由统一社会信用代码第 3—8 位读出，与地址所在区县不同只是迁移线索，不等于已经迁移。")
        )
        if rows.rough:
            message = _("{n} 家的登记机关只能认到市或省，起点画在市或省的代表点。")
            notes.append(message.format(n=f"{rows.rough:,}"))
        if rows.outside:
            notes.append(_("{n} 家登记在京津冀以外，没有画。").format(n=f"{rows.outside:,}"))
    if rows.self_flows:
        listed = _("、").join(f"{name} {total}" for name, total in table.self_texts[:MOST_UNITS])
        message = _("起讫同地 {n} 行没有画，也不进占比：{listed}。")
        notes.append(message.format(n=f"{rows.self_rows:,}", listed=listed))
    if rows.empty_rows:
        notes.append(_("{n} 行缺起点或终点，没有算进去。").format(n=f"{rows.empty_rows:,}"))
    if rows.without_value:
        message = _("{n} 行没有可用的数值：计入条数，不计入合计。")
        notes.append(message.format(n=f"{rows.without_value:,}"))
    if table.left_out:
        message = _("只画最大的 {k} 条，其余 {n} 条未画；占比、净流量和总流量按全部的流计算。")
        notes.append(message.format(k=f"{len(table.table):,}", n=f"{table.left_out:,}"))
    return tuple(notes)


def _style(table: FlowTable) -> UserStyle:
    """Return widths that grow with the values, and arrows."""
    plain = UserStyle(color=COLORS[-2], width_px=1.6, arrow=True)
    distinct = {value for value in table.measured if value is not None}
    if len(distinct) < 2:
        return replace(plain, width_px=3.0)
    count = min(len(COLORS), len(distinct))
    colors = COLORS[-count:]
    return replace(
        plain,
        mode=StyleMode.GRADUATED,
        column=table.measure,
        scheme=Scheme.NATURAL_BREAKS,
        class_count=count,
        categories=tuple(CategoryLook(str(at), color) for at, color in enumerate(colors)),
        max_width_px=9.0,
        ramp="Purples",
    )


def _chart(title: str, rows: FlowRows, table: FlowTable, layer: InputLayer) -> Chart | None:
    if not len(table.table):
        return None
    labels, values = table.labels[:BARS], table.measured[:BARS]
    note = _("来源：{source}").format(source=table.source)
    rest = len(table.table) + table.left_out - len(labels)
    if rest > 0:
        note = "\n".join(
            (_("图中是最大的 {k} 条，其余 {n} 条见表。").format(k=len(labels), n=f"{rest:,}"), note)
        )
    return Chart(
        ChartKind.BARS, title, tuple(labels), ((table.measure, tuple(values)),), unit=table.unit, note=note
    )


def _summary(rows: FlowRows, table: FlowTable) -> dict[str, object]:
    totals = [each.total for each in rows.flows if each.total is not None]
    return {
        "flows": len(table.table) + table.left_out,
        "drawn": len(table.table) - table.nowhere,
        "left_out": table.left_out,
        "total": math.fsum(totals) if totals else None,
        "rows_used": rows.used,
        "rows_unknown": rows.unknown_rows,
        "rows_empty": rows.empty_rows,
        "rows_without_value": rows.without_value,
        "self_rows": rows.self_rows,
        "self_flows": [
            {"place": rows.ends[each.origin].name, "rows": each.rows, "total": each.total}
            for each in rows.self_flows
        ],
        "outside": rows.outside,
    }
