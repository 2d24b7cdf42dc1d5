"""The table that flows make: a row and a curve for each, the largest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from pyproj import Geod

from jjjmap.analysis.flows.curves import curves
from jjjmap.analysis.flows.totals import Balance, Flow, balances
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import MOST_UNITS, ColumnNote, Missing
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.class_labels import unit_of
from jjjmap.layers.tables.cells import shown_text

if TYPE_CHECKING:
    from jjjmap.analysis.flows.flow_rows import FlowRows
    from jjjmap.analysis.flows.flows import Flows
    from jjjmap.analysis.running import InputLayer

MOST_SOURCES = 5
"""So many sources of the rows are named beside a flow; of the rest the number is told."""

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class FlowTable:
    """Flows as a layer."""

    table: FeatureTable
    columns: tuple[ColumnNote, ...]
    measure: str
    """The column that widths and bars show."""
    unit: str
    measured: tuple[float | None, ...]
    """n values of it."""
    labels: tuple[str, ...]
    """n names: 甲→乙."""
    missing: tuple[Missing, ...]
    source: str
    left_out: int
    left_out_share: float | None
    """Percent of all flows together; None where they have no sum."""
    negative: int
    nowhere: int
    self_texts: tuple[tuple[str, str], ...]
    """Places that flows begin and end in, with how much."""


def made_table(flows: Flows, rows: FlowRows, layer: InputLayer) -> FlowTable:
    """Return the flows of a table, the largest first; those without a value stand last."""
    reckoned = list(zip(rows.flows, balances(rows.flows), strict=True))
    reckoned.sort(key=lambda pair: _order(pair[0], rows))
    kept = reckoned[: flows.top] if flows.top else reckoned
    rest = reckoned[len(kept) :]
    columns, arrays = _Columns(flows), {}
    for note, array in _arrays(flows, rows, kept, columns, layer):
        arrays[note.name] = array
    shapes = _shapes(kept, rows)
    wkb = pa.array(shapely.to_wkb(shapes).tolist(), pa.large_binary())
    table = FeatureTable(pa.table(arrays), Geometry.LINE, wkb=pa.chunked_array([wkb]))
    unit = unit_of(flows.value) if flows.value else ""
    labels = tuple(_label(flow, rows) for flow, _balance in kept)
    return FlowTable(
        table,
        tuple(columns.notes),
        columns.measure,
        unit,
        tuple(flow.total for flow, _balance in kept),
        labels,
        tuple(_missing(kept, columns, labels)),
        source_text(layer),
        len(rest),
        _share([flow for flow, _b in rest], rows.flows),
        sum(flow.total is not None and flow.total < 0 for flow, _balance in kept),
        sum(shape is None for shape in shapes),
        tuple((rows.ends[flow.origin].name, _amount(flow, flows)) for flow in rows.self_flows),
    )


def source_text(layer: InputLayer) -> str:
    """Return the file and sheet that flows were read from."""
    facts = layer.facts
    name = facts.source_name or layer.title
    return _("{file}（{sheet}）").format(file=name, sheet=facts.sublayer) if facts.sublayer else name


class _Columns:
    """The columns of the result, each named once."""

    def __init__(self, flows: Flows) -> None:
        self.notes: list[ColumnNote] = []
        self.names: dict[str, str] = {}
        self._unit = unit_of(flows.value) if flows.value else ""
        self.measure = ""

    def add(
        self, measure: str, name: str, formula: str = "", *, has_unit: bool = False, unit: str = ""
    ) -> ColumnNote:
        told = f"{name}（{self._unit}）" if has_unit and self._unit else name
        free, number = told, 2
        while free in self.names.values():
            free, number = f"{told}_{number}", number + 1
        note = ColumnNote(free, measure, formula, self._unit if has_unit else unit)
        self.notes.append(note)
        self.names[measure] = free
        return note


def _arrays(
    flows: Flows, rows: FlowRows, kept: list[tuple[Flow, Balance]], columns: _Columns, layer: InputLayer
) -> list[tuple[ColumnNote, pa.Array]]:
    ends = rows.ends
    number = pa.int64() if rows.is_whole else pa.float64()
    counted = _("企业数") if flows.relocations else _("条数")
    name = flows.value or counted
    made: list[tuple[ColumnNote, pa.Array]] = []

    def put(note: ColumnNote, values: Sequence[object], kind: pa.DataType) -> None:
        made.append((note, pa.array(values, kind)))

    def amounts(values: list[float | None]) -> list[object]:
        return [None if value is None else int(value) if rows.is_whole else value for value in values]

    ways = [_way(flow, rows) for flow, _b in kept]
    put(columns.add("way", _("流向")), ways, pa.string())
    put(columns.add("origin", _("起点")), [ends[flow.origin].name for flow, _b in kept], pa.string())
    put(
        columns.add("destination", _("终点")), [ends[flow.destination].name for flow, _b in kept], pa.string()
    )
    if flows.period:
        put(
            columns.add("period", flows.period), [rows.periods[flow.period] for flow, _b in kept], pa.string()
        )
    if flows.category:
        texts = [rows.categories[flow.category] for flow, _b in kept]
        put(columns.add("category", flows.category), texts, pa.string())
    if flows.value:
        note = columns.add("value", name, _("同起点、同终点的行相加"))
        # Its unit stands in its name already.
        columns.measure = note.name
        put(note, amounts([flow.total for flow, _b in kept]), number)
    note = columns.add("rows", counted, _("同起点、同终点的行数"))
    columns.measure = columns.measure or note.name
    put(note, [flow.rows for flow, _b in kept], pa.int64())
    share = _("本流 ÷ 各流之和 × 100") if not flows.period else _("本流 ÷ 同一时期各流之和 × 100")
    put(
        columns.add(
            "share_pct", _("占比（%）"), _("{formula}，起讫同地的不算").format(formula=share), unit="%"
        ),
        [balance.share_pct for _f, balance in kept],
        pa.float64(),
    )
    for measure, title, formula, values in (
        ("opposite", _("反向"), _("乙→甲之和；表里没有反向的行为 0"), [b.opposite for _f, b in kept]),
        ("net", _("净流量"), _("甲→乙 − 乙→甲"), [b.net for _f, b in kept]),
        ("gross", _("总流量"), _("甲→乙 + 乙→甲"), [b.gross for _f, b in kept]),
    ):
        put(columns.add(measure, title, formula, has_unit=True), amounts(values), number)
    put(
        columns.add("distance_km", _("距离（公里）"), _("两端代表点间的大地线长度（WGS-84）"), unit="km"),
        _distances(kept, rows),
        pa.float64(),
    )
    file = source_text(layer)
    put(columns.add("source", _("来源")), [_sources(flow, rows, file) for flow, _b in kept], pa.string())
    put(columns.add("origin_id", _("起点编号")), [ends[flow.origin].id for flow, _b in kept], pa.string())
    put(
        columns.add("destination_id", _("终点编号")),
        [ends[flow.destination].id for flow, _b in kept],
        pa.string(),
    )
    return made


def _order(flow: Flow, rows: FlowRows) -> tuple[bool, float, str, str, str, str]:
    return (
        flow.total is None,
        -(flow.total or 0.0),
        rows.ends[flow.origin].id,
        rows.ends[flow.destination].id,
        rows.periods[flow.period] or "",
        rows.categories[flow.category] or "",
    )


def _shapes(kept: list[tuple[Flow, Balance]], rows: FlowRows) -> np.ndarray:
    """Return a curve for each flow; those between the same two ends lie beside one another."""
    ranks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, (flow, _balance) in enumerate(kept):
        ranks[flow.origin, flow.destination].append(at)
    rank = np.zeros(len(kept), np.int64)
    for alike in ranks.values():
        alike.sort(key=lambda at: (kept[at][0].period, kept[at][0].category))
        rank[alike] = np.arange(len(alike))
    spots = np.array([(end.lon, end.lat) for end in rows.ends], np.float64).reshape(-1, 2)
    start, stop = (
        spots[[getattr(flow, side) for flow, _balance in kept]].reshape(-1, 2)
        for side in ("origin", "destination")
    )
    return curves(start, stop, rank)


def _distances(kept: list[tuple[Flow, Balance]], rows: FlowRows) -> list[object]:
    found: list[object] = []
    for flow, _balance in kept:
        here, there = rows.ends[flow.origin], rows.ends[flow.destination]
        if not np.isfinite((here.lon, here.lat, there.lon, there.lat)).all():
            found.append(None)
            continue
        _azimuth, _back, metres = _GEOD.inv(here.lon, here.lat, there.lon, there.lat)
        found.append(round(metres / 1000.0, 1))
    return found


def _way(flow: Flow, rows: FlowRows) -> str:
    return f"{rows.ends[flow.origin].name}→{rows.ends[flow.destination].name}"


def _label(flow: Flow, rows: FlowRows) -> str:
    way = _way(flow, rows)
    told = [text for text in (rows.periods[flow.period], rows.categories[flow.category]) if text]
    return _("{way}（{told}）").format(way=way, told=_("，").join(told)) if told else way


def _sources(flow: Flow, rows: FlowRows, file: str) -> str:
    named = [rows.sources[number] for number in flow.sources]
    if not named:
        return file
    said = _("；").join(named[:MOST_SOURCES])
    if len(named) > MOST_SOURCES:
        said = _("{named}等 {n} 处").format(named=said, n=len(named))
    return _("{said}（见 {file}）").format(said=said, file=file)


def _amount(flow: Flow, flows: Flows) -> str:
    if flow.total is None:
        return "—"
    return f"{shown_text(flow.total)} {unit_of(flows.value) if flows.value else ''}".rstrip()


def _share(rest: list[Flow], every: tuple[Flow, ...]) -> float | None:
    whole = sum(flow.total or 0.0 for flow in every)
    return sum(flow.total or 0.0 for flow in rest) / whole * 100.0 if whole else None


def _missing(kept: list[tuple[Flow, Balance]], columns: _Columns, labels: tuple[str, ...]) -> list[Missing]:
    """Return what could not be reckoned of the flows that are in the table."""
    found = []
    for measure, reason, text, which in (
        ("value", "no-value", _("这些流的行都没有可用的数值。"), [f.total is None for f, _b in kept]),
        (
            "share_pct",
            "zero-denominator",
            _("同一时期各流之和为 0，占比没有意义。"),
            [b.share_pct is None and f.total is not None for f, b in kept],
        ),
        (
            "net",
            "no-opposite-value",
            _("反向的行没有可用的数值，净流量和总流量算不出。"),
            [b.opposite is None and f.total is not None for f, b in kept],
        ),
    ):
        units = [label for label, is_missing in zip(labels, which, strict=True) if is_missing]
        if units:
            name = columns.names.get(measure, columns.measure)
            found.append(Missing(name, reason, text, tuple(units[:MOST_UNITS]), len(units)))
    return found
