"""Reads the rows of a table as flows: ends, values, periods; or the relocation leads of a placed list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.analysis.flows.ends import End, EndNames, Ends, located
from jjjmap.analysis.flows.totals import Flow, add_up
from jjjmap.analysis.running import AnalysisImpossible, Cancelled, InputLayer, Material, refuse_if
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _, in_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.tables.columns import as_texts, is_empty
from jjjmap.layers.tables.matching import number_of

if TYPE_CHECKING:
    from jjjmap.analysis.flows.flows import Flows

SOURCE_NAMES = ("source", "来源", "数据来源", "出处", "资料来源")
"""What a column is called that says where a row was read."""

_LEAD, _UNIT_CODE = ("relocation_lead", "迁移线索"), ("unit_code", "落位区划代码")
"""The columns of `jjjmap locate`: for programs, and for people (in either language)."""
_YES = ("true", "yes", "1", "是")
_REGION = ("11", "12", "13")

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FlowRows:
    """What a table says of flows."""

    ends: tuple[End, ...]
    flows: tuple[Flow, ...]
    """Between different ends."""
    self_flows: tuple[Flow, ...]
    """From an end to itself."""
    origins: Ends
    destinations: Ends
    periods: tuple[str | None, ...]
    categories: tuple[str | None, ...]
    sources: tuple[str, ...]
    is_whole: bool
    """Whether all values are whole numbers."""
    used: int
    """Rows with both ends, those from an end to itself among them."""
    self_rows: int = 0
    unknown_rows: int = 0
    empty_rows: int = 0
    without_value: int = 0
    rough: int = 0
    """Firms whose authority tells only a city or a province."""
    outside: int = 0
    """Firms that are registered outside of the region."""
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True)
class _Sides:
    """Both ends of n rows."""

    origins: Ends
    destinations: Ends
    rows: Numbers
    """n numbers of rows in the layer's table."""
    empty_rows: int
    rough: int = 0
    outside: int = 0


def read_rows(flows: Flows, layer: InputLayer, material: Material, cancelled: Cancelled) -> FlowRows:
    """Return what the shown rows of a table say of flows.

    Raises
    ------
    AnalysisImpossible
        A column is missing or holds no numbers, or no row has both ends.
    """
    for name in _columns_of(flows):
        _need(layer, name)
    shown = np.arange(len(layer.table)) if layer.shown is None else np.flatnonzero(layer.shown)
    names = EndNames(material.catalogue, material.units)
    sides = (_leads if flows.relocations else _told_sides)(
        flows, layer, shown.astype(np.int64), names, cancelled
    )
    refuse_if(cancelled)
    ends, origin, destination = _one_numbering(sides.origins, sides.destinations)
    both = (origin >= 0) & (destination >= 0)
    if not both.any():
        raise _nothing(flows, layer, sides)
    rows = sides.rows[both]
    table = layer.table.attributes.take(pa.array(rows))
    values, is_whole = _values(flows, table, layer)
    period, periods = _texts(table, flows.period)
    category, categories = _texts(table, flows.category)
    source_column = flows.source or _source_column(layer.table)
    source, sources = _texts(table, source_column)
    origin, destination = origin[both], destination[both]
    is_self = origin == destination
    if is_self.all():
        message = _("认得的 {n} 行都是起讫同地，没有流可画。").format(n=f"{len(rows):,}")
        raise impossible("flows-only-within", message, where=layer.title)
    refuse_if(cancelled)

    def added(which: npt.NDArray[np.bool_]) -> tuple[Flow, ...]:
        named = source[which] - 1 if source_column else None
        return add_up(origin[which], destination[which], period[which], category[which], values[which], named)

    return FlowRows(
        ends,
        added(~is_self),
        added(is_self),
        sides.origins,
        sides.destinations,
        periods,
        categories,
        tuple(text or "" for text in sources[1:]),
        is_whole,
        used=len(rows),
        self_rows=int(is_self.sum()),
        unknown_rows=int((~both).sum()) - sides.empty_rows,
        empty_rows=sides.empty_rows,
        without_value=int(np.isnan(values).sum()),
        rough=sides.rough,
        outside=sides.outside,
        findings=tuple(dict.fromkeys((*sides.origins.findings, *sides.destinations.findings))),
    )


def _columns_of(flows: Flows) -> tuple[str, ...]:
    told = (
        flows.origin,
        flows.destination,
        flows.origin_lon,
        flows.origin_lat,
        flows.destination_lon,
        flows.destination_lat,
        flows.value,
        flows.period,
        flows.category,
        flows.source,
    )
    return tuple(name for name in told if name)


def _need(layer: InputLayer, name: str) -> None:
    names = layer.table.attributes.column_names
    if name not in names:
        message = _("表格里没有“{column}”这一列。").format(column=name)
        raise impossible(
            "flows-no-column", message, _("这个表的列：{names}。").format(names=_("、").join(names))
        )


def _told_sides(
    flows: Flows, layer: InputLayer, shown: Numbers, names: EndNames, cancelled: Cancelled
) -> _Sides:
    """Return the ends that columns name, or whose positions they tell."""
    columns = layer.table.attributes.select(list(dict.fromkeys(_columns_of(flows))))
    table = FeatureTable(columns.take(pa.array(shown)))
    sides = []
    empty = np.zeros(len(shown), bool)
    for column, lon, lat in (
        (flows.origin, flows.origin_lon, flows.origin_lat),
        (flows.destination, flows.destination_lon, flows.destination_lat),
    ):
        if bool(lon) != bool(lat):
            raise impossible("flows-half-position", _("经度列和纬度列要一起写。"))
        if lon:
            x, y = (_numbers(table.attributes.column(each), each) for each in (lon, lat))
            called = as_texts(table.attributes.column(column)).to_pylist() if column else None
            sides.append(located(x, y, called))
            empty |= np.isnan(x) | np.isnan(y)
        elif column:
            sides.append(names.named(table, column, cancelled))
            empty |= is_empty(table.attributes.column(column))
        else:
            message = _("没有说哪一列是起点、哪一列是终点。")
            hint = _("请写明起点列和终点列，或两端的经纬度列；企业落位名单可以改用迁移线索。")
            raise impossible("flows-no-ends", message, hint)
    return _Sides(sides[0], sides[1], shown, int(empty.sum()))


def _leads(flows: Flows, layer: InputLayer, shown: Numbers, names: EndNames, _cancelled: Cancelled) -> _Sides:
    """Return from where firms with a relocation lead are registered, and where their addresses are."""
    table = layer.table.attributes
    lead, unit = _placed_column(table, _LEAD), flows.destination or _placed_column(table, _UNIT_CODE)
    code = flows.origin or _credit_code_column(layer)
    if not (lead and unit and code):
        message = _("这不是落位后的企业名单：要有迁移线索、落位区划代码和统一社会信用代码三列。")
        raise impossible("flows-not-placed", message, _("请先用 jjjmap locate 或窗口里的“落位”给名单落位。"))
    is_lead = np.array(
        [text is not None and text.lower() in _YES for text in as_texts(table.column(lead)).to_pylist()], bool
    )
    rows = shown[is_lead[shown]]
    if not len(rows):
        raise impossible("flows-no-leads", _("名单里没有登记地与地址不在同一区县的企业。"))
    picked = table.take(pa.array(rows))
    digits = [(text or "")[2:8] for text in as_texts(picked.column(code)).to_pylist()]
    addresses = [text or "" for text in as_texts(picked.column(unit)).to_pylist()]
    known = {each: names.code(each) for each in {*digits, *addresses} if each[:2] in _REGION}
    registered = [known.get(each, "") for each in digits]
    outside = sum(len(each) == 6 and each.isdigit() and each[:2] not in _REGION for each in digits)
    rough = sum(each.endswith("00") for each in registered)
    return _Sides(
        _numbered(registered, names), _numbered([known.get(each, "") for each in addresses], names),
        rows, 0, rough, outside,
    )  # fmt: skip


def _numbered(ids: list[str], names: EndNames) -> Ends:
    distinct = {each: number for number, each in enumerate(dict.fromkeys(each for each in ids if each))}
    return Ends(
        tuple(names.end(each) for each in distinct),
        np.array([distinct.get(each, -1) for each in ids], np.int64),
    )


def _placed_column(table: pa.Table, words: tuple[str, str]) -> str:
    called = (words[0], *(in_language(each)(words[1]) for each in Language))
    return next((name for name in called if name in table.column_names), "")


def _credit_code_column(layer: InputLayer) -> str:
    names = layer.table.attributes.column_names
    by_role = [each.name for each in layer.facts.columns if each.role is ColumnRole.CREDIT_CODE]
    by_name = [name for name in names if "信用代码" in name or name.lower() in ("credit_code", "uscc")]
    return next((name for name in (*by_role, *by_name) if name in names), "")


def _one_numbering(origins: Ends, destinations: Ends) -> tuple[tuple[End, ...], Numbers, Numbers]:
    """Return the ends of both sides once, and each row's two numbers among them."""
    numbers: dict[str, int] = {}
    ends: list[End] = []
    sides = []
    for side in (origins, destinations):
        moved = []
        for end in side.found:
            if end.id not in numbers:
                numbers[end.id] = len(ends)
                ends.append(end)
            moved.append(numbers[end.id])
        # One more at the end, for rows without: -1 is the last.
        sides.append(np.array([*moved, -1], np.int64)[side.end_of_row])
    return tuple(ends), sides[0], sides[1]


def _values(flows: Flows, table: pa.Table, layer: InputLayer) -> tuple[npt.NDArray[np.float64], bool]:
    """Return n values, NaN for none, and whether all are whole; 1 each where rows are counted."""
    if not flows.value:
        return np.ones(table.num_rows), True
    values = _numbers(table.column(flows.value), flows.value)
    if np.isnan(values).all():
        message = _("“{column}”里没有可以相加的数。").format(column=flows.value)
        raise impossible("flows-no-values", message, where=layer.title)
    usable = values[~np.isnan(values)]
    return values, bool((usable == np.rint(usable)).all() and (np.abs(usable) < 2**52).all())


def _numbers(column: pa.ChunkedArray, name: str) -> npt.NDArray[np.float64]:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = np.array(pc.cast(column, pa.float64()).to_numpy(), np.float64)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        texts = [text or "" for text in as_texts(column).to_pylist()]
        known = {text: _number(text) for text in set(texts)}
        values = np.array([known[text] for text in texts], np.float64)
    else:
        raise impossible("flows-not-numbers", _("“{column}”不是数值。").format(column=name))
    values[~np.isfinite(values)] = np.nan
    return values


def _number(text: str) -> float:
    try:
        return number_of(text)
    except ValueError:
        return float("nan")


def _texts(table: pa.Table, name: str) -> tuple[Numbers, tuple[str | None, ...]]:
    """Return for each of n rows the number of its text, 0 for none, and the texts in their order."""
    if not name:
        return np.zeros(table.num_rows, np.int64), (None,)
    said = [
        None if text is None or not text.strip() else text.strip()
        for text in as_texts(table.column(name)).to_pylist()
    ]
    distinct = sorted({text for text in said if text is not None})
    number = {text: at for at, text in enumerate(distinct, start=1)}
    return np.array([0 if text is None else number[text] for text in said], np.int64), (None, *distinct)


def _source_column(table: FeatureTable) -> str:
    lower = {name.strip().lower(): name for name in table.attributes.column_names}
    return next((lower[name] for name in SOURCE_NAMES if name in lower), "")


def _nothing(flows: Flows, layer: InputLayer, sides: _Sides) -> AnalysisImpossible:
    if flows.relocations:
        message = _("有迁移线索的 {n} 家都登记在京津冀以外，或登记机关认不出来。").format(
            n=f"{len(sides.rows):,}"
        )
        return impossible("flows-no-rows", message, where=layer.title)
    texts = [each.text for side in (sides.origins, sides.destinations) for each in side.unmatched[:5]]
    message = _("没有一行的起点和终点都认得。")
    hint = _("认不出的名称如：{names}。").format(names=_("、").join(texts)) if texts else ""
    return impossible("flows-no-rows", message, hint, layer.title)


def impossible(code: str, message: str, hint: str = "", where: str = "") -> AnalysisImpossible:
    """Return why there are no flows."""
    return AnalysisImpossible(Finding(Severity.ERROR, code, where, message, hint))
