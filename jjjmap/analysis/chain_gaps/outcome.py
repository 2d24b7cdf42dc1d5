"""Puts the answer together: a row for each link, and below a gap its candidate counties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.chain_gaps.assignment import Assigner
from jjjmap.analysis.chain_gaps.candidates import Candidate, ChainFirms, candidates_of
from jjjmap.analysis.chain_gaps.rows import (
    FirmRows,
    RowArray,
    column_findings,
    examples,
    read_firms,
)
from jjjmap.analysis.nearby.geodesy import REFERENCE as GEODESIC_REFERENCE
from jjjmap.analysis.running import (
    AnalysisImpossible,
    Cancelled,
    Chart,
    ChartKind,
    InputLayer,
    Material,
    Outcome,
    Progress,
    refuse_if,
)
from jjjmap.catalogue.chain_rules import Strength
from jjjmap.catalogue.industries import SOURCE_IDS, shipped_industries
from jjjmap.catalogue.models import Catalogue, ChainNode, PlaceKind
from jjjmap.catalogue.wording import section_name
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _, language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import MOST_UNITS, ColumnNote, InputNote, Missing
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.chain_gaps.gaps import Gaps

TOP_COUNTIES = 3
_READING_SHARE = 0.7
"""Of the time that a long list takes."""
LOCATION_QUOTIENT = (
    "ISARD W. Methods of regional analysis: an introduction to regional science[M]. "
    "Cambridge, MA: The MIT Press, 1960."
)

TEXT, NUMBER, WHOLE = pa.string(), pa.float64(), pa.int64()
_PROVINCES = ("110000", "120000", "130000")


class NodeState(StrEnum):
    """What a list says about a link; the summary has these words."""

    FIRMS = "firms"
    ONLY_RELATED = "only-related"
    """No core firms, but some that may belong to it."""
    EMPTY = "empty"
    NO_RULES = "no-rules"
    """Nothing in the table speaks of it: the list cannot say anything."""


GAPS = (NodeState.EMPTY, NodeState.ONLY_RELATED)
"""What makes a link a candidate for a gap."""


@dataclass(slots=True)
class _Row:
    """A row of the result, by measure."""

    node: ChainNode
    values: dict[str, Any] = field(default_factory=dict)
    shape: Any = None


def outcome_of(analysis: Gaps, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return the answer to `Gaps`."""
    catalogue, layer = material.catalogue, analysis.layer(material)
    nodes, findings = analysis.nodes(catalogue)
    rules, told = analysis.usable_rules(catalogue)
    findings += told
    assigner = Assigner(rules, nodes, shipped_industries())
    firms = _read(analysis, assigner, material, cancelled, lambda share: progress(_READING_SHARE * share))
    _refuse_silent(firms, layer, analysis)
    findings += column_findings(firms, layer, analysis.industry)
    progress(_READING_SHARE)
    core, related = firms.rows_of(Strength.CORE), firms.rows_of(Strength.RELATED)
    chains: dict[str, list[ChainNode]] = {}
    for node in nodes.values():
        chains.setdefault(node.chain_id, []).append(node)
    rows: list[_Row] = []
    states: dict[str, NodeState] = {}
    for number, members in enumerate(chains.values()):
        refuse_if(cancelled)
        chain = ChainFirms(members, firms, core, related, catalogue, material.units)
        for node in members:
            states[node.id] = _state(node, assigner, core, related)
            rows.append(_node_row(node, states[node.id], chain))
            if states[node.id] in GAPS:
                found = candidates_of(node, chain, analysis.weights, analysis.places)
                rows += [_place_row(node, at, each, chain) for at, each in enumerate(found, start=1)]
        progress(_READING_SHARE + (1.0 - _READING_SHARE) * (number + 1) / len(chains))
    names = _names()
    table = _table(rows, names)
    return Outcome(
        analysis.title(material),
        table,
        _style(table, names["score"]),
        _columns(names, analysis),
        (
            layer.note(int(firms.inside.sum())),
            InputNote(
                _("行业与环节的对应表"),
                len(analysis.table),
                firms.rules_used,
                source_ids=SOURCE_IDS,
                note=_table_note(analysis),
            ),
        ),
        (*_missing(rows, names, states, nodes), *_no_distance(rows, names, firms, nodes)),
        _notes(firms, states, nodes, chains, catalogue),
        tuple(
            findings
            + _unplaced_findings(firms, states, nodes, layer)
            + _row_findings(firms, analysis, material)
        ),
        _chart(nodes, core, related, states),
        _summary(firms, states),
    )


def firms_of(analysis: Gaps, material: Material, cancelled: Cancelled) -> FirmRows:
    """Return the rows of an analysis with their links."""
    nodes, _findings = analysis.nodes(material.catalogue)
    rules, _told = analysis.usable_rules(material.catalogue)
    return _read(analysis, Assigner(rules, nodes, shipped_industries()), material, cancelled)


def _read(
    analysis: Gaps,
    assigner: Assigner,
    material: Material,
    cancelled: Cancelled,
    progress: Progress = lambda _share: None,
) -> FirmRows:
    return read_firms(
        analysis.layer(material),
        assigner,
        shipped_industries(),
        material.units,
        industry=analysis.industry,
        text=analysis.text,
        vintage=analysis.vintage,
        cancelled=cancelled,
        progress=progress,
    )


def _state(
    node: ChainNode, assigner: Assigner, core: Mapping[str, RowArray], related: Mapping[str, RowArray]
) -> NodeState:
    if node.id in core:
        return NodeState.FIRMS
    if node.id not in assigner.node_ids_with_rules:
        return NodeState.NO_RULES
    return NodeState.ONLY_RELATED if node.id in related else NodeState.EMPTY


# ---- rows ----


def _names() -> dict[str, str]:
    """Return the columns: what each is called, by measure, in the order in which they are read.

    Ids keep their name in every language.
    """
    return {
        "node": _("环节"),
        "row": _("类别"),
        "chain": _("产业链"),
        "place": _("候选地"),
        "rank": _("候选名次"),
        "score": _("得分"),
        "specialisation": _("专业化分"),
        "distance": _("距离分"),
        "policy": _("政策分"),
        "state": _("名单里的情况"),
        "core": _("企业数"),
        "share": _("折算企业数"),
        "related": _("相关企业数"),
        "beijing": _("北京企业数"),
        "tianjin": _("天津企业数"),
        "hebei": _("河北企业数"),
        "top": _("企业最多的县区"),
        "stage": _("上中下游"),
        "quotient": _("区位商"),
        "near": _("当地链上及相关企业"),
        "km": _("到链上企业的中位距离"),
        "named": _("政策点名"),
        "passages": _("支持的政策"),
        "sources": _("来源"),
        "platforms": _("当地平台"),
        "chain_id": "chain_id",
        "node_id": "node_id",
        "place_id": "place_id",
        "named_ids": "policy_place_ids",
        "platform_ids": "platform_ids",
        "passage_ids": "passage_ids",
        "source_ids": "source_ids",
    }


_KINDS = {
    **dict.fromkeys(("core", "related", "beijing", "tianjin", "hebei", "rank", "near"), WHOLE),
    **dict.fromkeys(("share", "score", "specialisation", "quotient", "distance", "km", "policy"), NUMBER),
}


def _table(rows: Sequence[_Row], names: Mapping[str, str]) -> FeatureTable:
    columns = {
        name: pa.array([row.values.get(measure) for row in rows], type=_KINDS.get(measure, TEXT))
        for measure, name in names.items()
    }
    attributes = pa.table(columns)
    if all(row.shape is None for row in rows):
        return FeatureTable(attributes)
    wkb = [None if row.shape is None else shapely.to_wkb(row.shape) for row in rows]
    return FeatureTable(
        attributes, Geometry.POLYGON, wkb=pa.chunked_array([pa.array(wkb, type=pa.large_binary())])
    )


def _node_row(node: ChainNode, state: NodeState, chain: ChainFirms) -> _Row:
    row = _Row(node, _common(node, chain.catalogue))
    core = chain.core.get(node.id, np.zeros(0, dtype=np.int64))
    provinces = Counter(code[:2] + "0000" for code in chain.firms.counties[core].tolist())
    counties = Counter(chain.firms.counties[core].tolist())
    knows = state is not NodeState.NO_RULES
    passages = _passages_of(node, chain.catalogue)
    sources = _sources_of(node, passages, chain.catalogue)
    row.values |= {
        "row": _("环节"),
        "state": _state_name(state),
        "core": len(core) if knows else None,
        "share": _shared(node, core, chain.firms) if knows else None,
        "related": len(chain.related.get(node.id, ())) if knows else None,
        "beijing": provinces[_PROVINCES[0]] if knows else None,
        "tianjin": provinces[_PROVINCES[1]] if knows else None,
        "hebei": provinces[_PROVINCES[2]] if knows else None,
        "top": _top(counties, chain.catalogue),
        "named": _place_names(node.place_ids, chain.catalogue),
        "passages": _passage_titles(passages, chain.catalogue),
        "sources": _source_titles(sources, chain.catalogue),
        "named_ids": "|".join(node.place_ids),
        "passage_ids": "|".join(passages),
        "source_ids": "|".join(sources),
    }
    return row


def _place_row(node: ChainNode, rank: int, found: Candidate, chain: ChainFirms) -> _Row:
    catalogue = chain.catalogue
    row = _Row(node, _common(node, catalogue), chain.units.shape_of(found.adcode))
    row.values |= {
        "row": _("候选地"),
        "rank": rank,
        "place": _unit_name(found.adcode, catalogue),
        "score": found.score,
        "specialisation": found.specialisation,
        "quotient": found.quotient,
        "near": found.related_firms,
        "distance": found.distance,
        "km": found.distance_km,
        "policy": found.policy,
        "named": _place_names(found.mention.place_ids, catalogue),
        "passages": _passage_titles(found.mention.passage_ids, catalogue),
        "sources": _source_titles(found.mention.source_ids, catalogue),
        "platforms": _place_names(found.platform_ids, catalogue),
        "place_id": found.adcode,
        "named_ids": "|".join(found.mention.place_ids),
        "platform_ids": "|".join(found.platform_ids),
        "passage_ids": "|".join(found.mention.passage_ids),
        "source_ids": "|".join(found.mention.source_ids),
    }
    return row


def _common(node: ChainNode, catalogue: Catalogue) -> dict[str, Any]:
    stages = {"upstream": _("上游"), "midstream": _("中游"), "downstream": _("下游")}
    return {
        "chain": catalogue.chains[node.chain_id].name(language()),
        "node": _node_name(node),
        "stage": stages.get(node.stage, node.stage),
        "chain_id": node.chain_id,
        "node_id": node.id,
    }


def _shared(node: ChainNode, rows: RowArray, firms: FirmRows) -> float:
    return float(
        sum(each.share for at in rows.tolist() for each in firms.assignments[at] if each.node_id == node.id)
    )


def _top(counties: Counter[str], catalogue: Catalogue) -> str | None:
    ranked = sorted(counties.items(), key=lambda item: (-item[1], item[0]))[:TOP_COUNTIES]
    if not ranked:
        return None
    return _("、").join(
        _("{name} {n}").format(name=_unit_name(code, catalogue), n=f"{n:,}") for code, n in ranked
    )


def _passages_of(node: ChainNode, catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(each.id for each in catalogue.passages.values() if node.chain_id in each.chain_ids)


def _sources_of(node: ChainNode, passages: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    said = (each for passage in passages for each in catalogue.passages[passage].source_ids)
    return tuple(dict.fromkeys((*node.source_ids, *said)))


def _node_name(node: ChainNode) -> str:
    return node.name_zh if language().value == "zh" else node.name_en


def _unit_name(code: str, catalogue: Catalogue) -> str:
    """Return what a county is called, with its city where others have the same name."""
    place, city = catalogue.places.get(code), catalogue.places.get(code[:4] + "00")
    if place is None:
        return code
    name = place.name(language())
    is_shared = any(
        other.kind is PlaceKind.COUNTY and other.id != code and other.name_zh == place.name_zh
        for other in catalogue.places.values()
    )
    if city is None or not is_shared:
        return name
    return _("{name}（{city}）").format(name=name, city=city.name(language()))


def _place_names(ids: Sequence[str], catalogue: Catalogue) -> str | None:
    named = [catalogue.places[each].name(language()) for each in ids if each in catalogue.places]
    return _("、").join(named) or None


def _passage_titles(ids: Sequence[str], catalogue: Catalogue) -> str | None:
    """Return what passages are called, each with its number if it has one."""
    passages = [catalogue.passages[each] for each in ids if each in catalogue.passages]
    titles = (
        " ".join(filter(None, (each.number, each.title(language()) or section_name(each.section))))
        for each in passages
    )
    return _("；").join(dict.fromkeys(titles)) or None


def _source_titles(ids: Sequence[str], catalogue: Catalogue) -> str | None:
    titles = (catalogue.sources[each].title for each in ids if each in catalogue.sources)
    return _("；").join(dict.fromkeys(titles)) or None


def _state_name(state: NodeState) -> str:
    return {
        NodeState.FIRMS: _("有企业"),
        NodeState.ONLY_RELATED: _("缺口候选：只有相关企业"),
        NodeState.EMPTY: _("缺口候选：名单里没有区域内的企业"),
        NodeState.NO_RULES: _("对应表没有这一环节，无法判断"),
    }[state]


# ---- what stands beside ----


def _columns(names: Mapping[str, str], analysis: Gaps) -> tuple[ColumnNote, ...]:
    weights = analysis.weights
    formulas = {
        "core": _("京津冀范围内按对应表归入本环节（核心）的行数"),
        "share": _("Σ 1/k，k 为同一条链里企业归入的核心环节数"),
        "related": _("只按“相关”规则归入本环节的行数，不算作有企业"),
        "score": _("({w1}·专业化分 + {w2}·距离分 + {w3}·政策分) / {sum}；没有值的分项按 0 计").format(
            w1=f"{weights.specialisation:g}",
            w2=f"{weights.distance:g}",
            w3=f"{weights.policy:g}",
            sum=f"{weights.total:g}",
        ),
        "specialisation": _("LQ/(1+LQ) · n/(n+2)，LQ 为区位商，n 为当地链上及相关企业数"),
        "quotient": _("(n / 当地名单企业数) / (全区域 n / 全区域名单企业数)"),
        "distance": _("100 / (100 + d)，d 为中位距离（公里）"),
        "km": _("县区标注点到本链核心企业的大地线距离的中位数；超过 2000 家时等距抽取"),
        "policy": _(
            "点名方式（本环节地点 1、本链条文 0.8、本链集群 0.6）×层级（县区 1、市 0.5、省 0.25）的最大值"
        ),
        "passages": _("环节行是提到本链的条目，候选地行是其中点名当地、当地的地点或其上级地区的条目"),
    }
    references = {"quotient": LOCATION_QUOTIENT, "km": GEODESIC_REFERENCE}
    units = {"km": _("公里")}
    measures = {"core": "firms", "related": "related_firms", "quotient": "location_quotient"}
    return tuple(
        ColumnNote(
            name,
            measures.get(measure, measure),
            formulas.get(measure, ""),
            units.get(measure, ""),
            references.get(measure, ""),
        )
        for measure, name in names.items()
    )


def _missing(
    rows: Sequence[_Row],
    names: Mapping[str, str],
    states: Mapping[str, NodeState],
    nodes: Mapping[str, ChainNode],
) -> tuple[Missing, ...]:
    told: list[Missing] = []
    silent = [_node_name(nodes[node_id]) for node_id, state in states.items() if state is NodeState.NO_RULES]
    if silent:
        text = _("对应表没有这些环节的代码或关键词，不能说有没有企业。")
        told.append(_lost(names["core"], "no-rules", text, silent))
    gaps = {node_id for node_id, state in states.items() if state in GAPS}
    placed = [row for row in rows if row.values.get("place_id")]
    placeless = gaps - {row.node.id for row in placed}
    if placeless:
        text = _("名单里没有本链的企业，政策也没有点名县区，排不出候选地。")
        named = [_node_name(node) for node_id, node in nodes.items() if node_id in placeless]
        told.append(_lost(names["place"], "no-candidates", text, named))
    empty = [str(row.values["place"]) for row in placed if row.values["quotient"] is None]
    if empty:
        text = _("当地名单里没有企业，或名单全属于本链，区位商没有意义。")
        told.append(_lost(names["quotient"], "zero-denominator", text, empty))
        text = _("当地名单里没有企业，或名单全属于本链，没有区位商可用；在得分里按 0 计。")
        told.append(_lost(names["specialisation"], "zero-denominator", text, empty))
    return tuple(told)


def _no_distance(
    rows: Sequence[_Row], names: Mapping[str, str], firms: FirmRows, nodes: Mapping[str, ChainNode]
) -> tuple[Missing, ...]:
    """Return why candidates have no distance: their chain has no firm in the list, or none in the region."""
    empty = [row for row in rows if row.values.get("place_id") and row.values["distance"] is None]
    if not empty:
        return ()
    listed = {nodes[each].chain_id for each in firms.rows_of(Strength.CORE, inside=False)}
    reasons = {
        "no-firms": _(
            "名单里没有这些产业链的核心企业（{chains}），量不出距离；距离分空着，在得分里按 0 计。"
        ),
        "no-firms-inside": _(
            "名单里这些产业链的核心企业（{chains}）没有一家落在区域内，量不出距离；"
            "距离分空着，在得分里按 0 计。"
        ),
    }
    told = []
    for reason, text in reasons.items():
        held = [row for row in empty if (row.node.chain_id in listed) == (reason == "no-firms-inside")]
        if held:
            # By name: a link whose chain has firms is not meant.
            chains = _("、").join(dict.fromkeys(str(row.values["chain"]) for row in held))
            places = [str(row.values["place"]) for row in held]
            told += [
                _lost(names[each], reason, text.format(chains=chains), places) for each in ("distance", "km")
            ]
    return tuple(told)


def _lost(column: str, reason: str, text: str, units: Sequence[str]) -> Missing:
    return Missing(column, reason, text, tuple(dict.fromkeys(units))[:MOST_UNITS], len(units))


def _notes(
    firms: FirmRows,
    states: Mapping[str, NodeState],
    nodes: Mapping[str, ChainNode],
    chains: Mapping[str, Sequence[ChainNode]],
    catalogue: Catalogue,
) -> tuple[str, ...]:
    notes = [
        _("行业代码、关键词与环节的对应是推断，不是任何来源公布的；可以在“环节对应表”里修改。"),
        _("缺口只是候选：名单里没有不等于现实里没有。"),
        _("按行数计企业，一行一家；重复的行会重复计。"),
        _("县区边界经过概化，紧靠边界的企业可能算到邻近的县区。"),
        _("一条条文若点名三条或更多产业链，只列作背景，不用来给地点加分。"),
    ]
    if firms.outside:
        notes.append(_("{n} 行在京津冀以外，没有计入。").format(n=f"{firms.outside:,}"))
    if firms.nowhere:
        notes.append(_("{n} 行没有位置，没有计入。").format(n=f"{firms.nowhere:,}"))
    several = sum(1 for each in firms.assignments if any(0 < one.share < 1 for one in each))
    if several:
        notes.append(
            _("{n} 行在同一条链里归入几个环节，各算一家，折算企业数里平均分摊。").format(n=f"{several:,}")
        )
    for chain_id, members in chains.items():
        has_gap = any(states[node.id] in GAPS for node in members)
        chain = catalogue.chains[chain_id]
        words = chain.chokepoints_zh if language().value == "zh" else chain.chokepoints_en
        if has_gap and words:
            notes.append(
                _("目录里关于{chain}的卡点堵点：{words}").format(chain=chain.name(language()), words=words)
            )
    return tuple(notes)


def _refuse_silent(firms: FirmRows, layer: InputLayer, analysis: Gaps) -> None:
    """Raise AnalysisImpossible if the rows cannot speak of any link: each would look like a gap."""
    if not firms.inside.any():
        message = _("“{title}”没有一行落在京津冀范围内，说不出哪个环节缺企业。").format(title=layer.title)
        hint = _("请检查坐标，或换一份京津冀的名单。")
        raise AnalysisImpossible(Finding(Severity.ERROR, "no-rows-inside", layer.title, message, hint))
    column = firms.column
    if column is not None and not analysis.text and not any(each.codes for each in column.of_value.values()):
        message = _("列“{name}”里没有一个行业代码或名称，无法归到环节。").format(name=analysis.industry)
        hint = _("请换一列，或指定企业名称、经营范围等文字列。")
        raise AnalysisImpossible(Finding(Severity.ERROR, "industry-unreadable", layer.title, message, hint))


def _unplaced_findings(
    firms: FirmRows, states: Mapping[str, NodeState], nodes: Mapping[str, ChainNode], layer: InputLayer
) -> list[Finding]:
    """Return links that look like gaps though firms of theirs have no position and may be in the region."""
    core = firms.rows_of(Strength.CORE, inside=False)
    told = []
    for node_id, state in states.items():
        rows = core.get(node_id)
        unplaced = 0 if rows is None or state not in GAPS else int((~np.isfinite(firms.lon[rows])).sum())
        if unplaced:
            told.append(_("{node}（{n} 行）").format(node=_node_name(nodes[node_id]), n=f"{unplaced:,}"))
    if not told:
        return []
    message = _("这些缺口候选环节有企业没有位置，可能就在区域内：{nodes}。").format(nodes=_("、").join(told))
    hint = _("请先给这些行落位，再看是不是缺口。")
    return [Finding(Severity.WARNING, "gap-rows-nowhere", layer.title, message, hint)]


def _row_findings(firms: FirmRows, analysis: Gaps, material: Material) -> list[Finding]:
    free, layer = firms.unassigned, analysis.layer(material)
    if not len(free):
        return []
    message = _("{n} 行没有归入任何环节，如：{names}。").format(
        n=f"{len(free):,}", names=_("、").join(examples(layer, free))
    )
    hint = _("它们可能不属于这些产业链；也可以在“环节对应表”里补充代码或关键词。")
    return [Finding(Severity.INFO, "rows-unassigned", layer.title, message, hint)]


def _table_note(analysis: Gaps) -> str:
    return _("本项目推断的对应表") if not analysis.rules else _("用户自己的对应表")


def _chart(
    nodes: Mapping[str, ChainNode],
    core: Mapping[str, RowArray],
    related: Mapping[str, RowArray],
    states: Mapping[str, NodeState],
) -> Chart:
    def counted(rows: Mapping[str, RowArray]) -> tuple[float | None, ...]:
        return tuple(
            None if states[node_id] is NodeState.NO_RULES else float(len(rows.get(node_id, ())))
            for node_id in nodes
        )

    return Chart(
        ChartKind.STACKED,
        _("各环节的企业数"),
        tuple(map(_node_name, nodes.values())),
        ((_("核心企业"), counted(core)), (_("相关企业"), counted(related))),
        _("家"),
        _("行业、关键词与环节的对应为推断；没有企业的环节只是缺口候选。"),
    )


def _style(table: FeatureTable, column: str) -> UserStyle:
    if table.geometry is None:
        return UserStyle()
    return UserStyle(mode=StyleMode.GRADUATED, column=column)


def _summary(firms: FirmRows, states: Mapping[str, NodeState]) -> dict[str, Any]:
    column = firms.column
    return {
        "rows": len(firms.numbers),
        "inside": int(firms.inside.sum()),
        "outside": firms.outside,
        "nowhere": firms.nowhere,
        "assigned": len(firms.numbers) - len(firms.unassigned),
        "unassigned": len(firms.unassigned),
        "edition": column.taken_as.value if column is not None else "",
        "edition_verdict": column.verdict.value if column is not None else "",
        "gaps": [node_id for node_id, state in states.items() if state in GAPS],
        "states": {node_id: state.value for node_id, state in states.items()},
    }
