"""Answers in words about what is no place: a chain, an item of the policy."""

from collections.abc import Iterable, Sequence

from jjjmap.catalogue import wording
from jjjmap.catalogue.chain_graph import ChainGraph, node_status_name
from jjjmap.catalogue.models import Catalogue, Passage
from jjjmap.catalogue.outline import MentionWay, mentions_of_passage
from jjjmap.cli.messages import listed
from jjjmap.cli.records import passage_sources
from jjjmap.cli.tables import table_lines
from jjjmap.cli.texts import numbered_sources
from jjjmap.i18n import Language, _


def chain_text(catalogue: Catalogue, graph: ChainGraph, language: Language) -> str:
    """Return all that is known about a chain, its sources numbered."""
    chain, other = graph.chain, Language.EN if language is Language.ZH else Language.ZH
    sources = [catalogue.sources[key] for key in graph.source_ids]
    marks = {source.id: number for number, source in enumerate(sources, start=1)}
    is_chinese = language is Language.ZH

    def cited(source_ids: Iterable[str]) -> str:
        return "".join(f"[{number}]" for number in sorted({marks[key] for key in source_ids if key in marks}))

    heading = [
        f"{chain.name(language)}  {chain.name(other)}",
        _("产业链") + f" · {chain.id}",
        f"{wording.chain_wording_text(chain, language)} {cited(chain.source_ids)}",
    ]
    lead = chain.lead_by.split("|") if chain.lead_by else []
    if lead:
        heading.append(_("牵头：{name}").format(name=listed(map(wording.region_name, lead))))
    else:
        heading.append(_("牵头方：所读来源没有写明"))
    roles = chain.roles if is_chinese else chain.roles_en
    role_lines = [
        f"  {wording.region_name(region)}  {role} {cited(chain.source_ids)}" for region, role in roles.items()
    ]
    blocks = [heading, [_("三地分工"), *(role_lines or ["  " + _("没有来源说明分工")])]]
    weak = chain.chokepoints_zh if is_chinese else chain.chokepoints_en
    told = f"{weak} {cited(chain.source_ids)}" if weak else _("资料库没有记下。")
    blocks.append([_("堵点与卡点"), f"  {told}"])
    nodes = [_("环节（{n} 个）").format(n=len(graph.nodes))]
    rows = [
        (
            wording.stage_name(node.stage),
            node.name_zh if is_chinese else node.name_en,
            _place_names(catalogue, node.place_ids, language),
            node_status_name(node),
            cited(node.source_ids),
        )
        for node in graph.nodes
    ]
    header = (_("阶段"), _("环节"), _("地点"), _("堵点与卡点"), _("来源"))
    nodes.extend(f"  {line}" for line in table_lines(header, rows))
    blocks.append(nodes if rows else [])
    clusters = [cluster.id for cluster in graph.clusters]
    blocks.append(
        [_("本链的产业集群"), "  " + _place_names(catalogue, clusters, language)] if clusters else []
    )
    figures = [
        (
            figure.indicator(language),
            wording.figure_text(figure, language),
            wording.period_text(figure.period, language),
            cited((figure.source_id,)),
            " ".join(filter(None, (figure.comparison(language), figure.note(language)))),
        )
        for figure in graph.figures
    ]
    header = (_("指标"), _("数值"), _("时期"), _("来源"), _("比较与说明"))
    counted = [_("数据（{n} 个）").format(n=len(figures))]
    blocks.append([*counted, *(f"  {line}" for line in table_lines(header, figures))] if figures else [])
    said = [f"  {passage.title(language)}  ({passage.id})" for passage in graph.passages]
    blocks.append([_("提到本链的政策"), *said] if said else [])
    blocks.append(numbered_sources(sources, language))
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block)


def passage_text(catalogue: Catalogue, passage: Passage, language: Language) -> str:
    """Return an item of the policy: its text, what it leads to and its sources."""
    sources = passage_sources(catalogue, passage)
    other = Language.EN if language is Language.ZH else Language.ZH
    marks = "".join(f"[{number}]" for number in range(1, len(sources) + 1))
    section = wording.section_name(passage.section)
    blocks = [
        [
            f"{passage.title(language)}  {passage.title(other)}",
            " · ".join(part for part in (section, passage.number, passage.id) if part),
            f"{passage.text(language)} {marks}".rstrip(),
        ]
    ]
    chains = [catalogue.chains[key] for key in passage.chain_ids if key in catalogue.chains]
    if chains:
        blocks.append([_("提到的产业链"), "  " + listed(chain.name(language) for chain in chains)])
    ways = {
        MentionWay.DIRECT: _("直接提到的地点"),
        MentionWay.ITEM: _("各要点提到的地点"),
        MentionWay.CLUSTER: _("提到的集群的成员"),
        MentionWay.CHAIN: _("提到的产业链的环节所在地"),
    }
    mentions = mentions_of_passage(catalogue, passage)
    for way, title in ways.items():
        ids = [mention.place_id for mention in mentions if mention.way is way]
        if ids:
            blocks.append([title, "  " + _place_names(catalogue, ids, language)])
    blocks.append(numbered_sources(sources, language))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _place_names(catalogue: Catalogue, place_ids: Sequence[str], language: Language) -> str:
    places = catalogue.places
    return listed(places[key].name(language) for key in place_ids if key in places)
