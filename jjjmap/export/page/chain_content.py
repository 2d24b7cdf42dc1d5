"""The industrial chains in an exported map: the same graph that the window draws, as texts and numbers."""

from __future__ import annotations

from typing import Any

from jjjmap import i18n
from jjjmap.catalogue import wording
from jjjmap.catalogue.chain_graph import ChainGraph, NodeStatus, chain_graph, node_status, node_status_name
from jjjmap.catalogue.models import Catalogue, ChainNode, Figure
from jjjmap.export.page.content import DetailsWriter, without_empty
from jjjmap.i18n import Language, in_language

REGIONS = ("北京", "天津", "河北")
"""Keys of `Chain.roles`, in the order of the cards."""


def chain_place_ids(catalogue: Catalogue) -> tuple[str, ...]:
    """Return every place that a chart of a chain leads to."""
    nodes = (place_id for node in catalogue.chain_nodes.values() for place_id in node.place_ids)
    clusters = (cluster.id for cluster in catalogue.clusters.values() if cluster.chain_ids)
    return tuple(dict.fromkeys((*nodes, *clusters)))


def chains_content(catalogue: Catalogue, language: Language, details: DetailsWriter) -> list[dict[str, Any]]:
    """Return all chains, in the order of the catalogue; what `details` has as well by its number there."""
    with i18n.speaking(language):
        return [
            _ChainWriter(catalogue, language, details).chain(chain_graph(catalogue, chain_id))
            for chain_id in catalogue.chains
        ]


class _ChainWriter:
    def __init__(self, catalogue: Catalogue, language: Language, details: DetailsWriter) -> None:
        self._catalogue = catalogue
        self._language = language
        self._details = details
        self._say = in_language(language)

    def chain(self, graph: ChainGraph) -> dict[str, Any]:
        chain, language = graph.chain, self._language
        is_zh = language is Language.ZH
        return without_empty(
            {
                "id": chain.id,
                "name": chain.name(language),
                "wording": wording.chain_wording_text(chain, language),
                "lead": self._lead(chain.lead_by),
                "cards": [
                    [wording.region_name(region), (chain.roles if is_zh else chain.roles_en).get(region, "")]
                    for region in REGIONS
                ],
                "chokepoints": chain.chokepoints_zh if is_zh else chain.chokepoints_en,
                "own_sources": self._numbers(chain.source_ids),
                "sources": self._numbers(graph.source_ids),
                "stages": [self._stage(stage, nodes) for stage, nodes in graph.stages],
                "figures": [self._figure(figure) for figure in graph.figures],
                "clusters": self._clusters(graph),
                "passages": [self._details.passage(passage) for passage in graph.passages],
            }
        )

    def _lead(self, lead_by: str) -> str:
        _ = self._say
        if not lead_by:
            return _("牵头方：所读来源没有写明")
        comma = "、" if self._language is Language.ZH else ", "
        return _("牵头：{name}").format(name=comma.join(map(wording.region_name, lead_by.split("|"))))

    def _stage(self, stage: str, nodes: tuple[ChainNode, ...]) -> list[Any]:
        _ = self._say
        name = wording.stage_name(stage)
        title = _("{stage} · {n} 个环节").format(stage=name, n=len(nodes))
        nothing = "" if nodes else _("来源没有列出{stage}环节").format(stage=name)
        return [title, [self._node(node) for node in nodes], nothing]

    def _node(self, node: ChainNode) -> dict[str, Any]:
        return without_empty(
            {
                "name": node.name_zh if self._language is Language.ZH else node.name_en,
                "status": node_status(node).value,
                "status_name": node_status_name(node),
                "said": self._status_sentence(node),
                "places": [place_id for place_id in node.place_ids if place_id in self._catalogue.places],
                "sources": self._numbers(node.source_ids),
            }
        )

    def _status_sentence(self, node: ChainNode) -> str:
        _ = self._say
        return {
            NodeStatus.BLOCKED: _("来源称它是堵点"),
            NodeStatus.WEAK: _("来源称它是卡点"),
            NodeStatus.CLEAR: _("来源称它既不是堵点也不是卡点"),
            NodeStatus.NOT_PUBLISHED: _("没有来源公布它是不是堵点或卡点"),
            NodeStatus.OTHER: node.status,
        }[node_status(node)]

    def _figure(self, figure: Figure) -> int:
        return self._details.figure(figure)

    def _clusters(self, graph: ChainGraph) -> list[list[Any]]:
        """Return the clusters of the chain by the list that they stand on."""
        sets: dict[str, list[str]] = {}
        for cluster in graph.clusters:
            name = cluster.set_zh if self._language is Language.ZH else cluster.set_en
            sets.setdefault(name, []).append(cluster.id)
        return [[name, ids] for name, ids in sets.items()]

    def _numbers(self, source_ids: tuple[str, ...]) -> list[int]:
        sources = self._catalogue.sources
        return [self._details.source(sources[key]) for key in dict.fromkeys(source_ids) if key in sources]
