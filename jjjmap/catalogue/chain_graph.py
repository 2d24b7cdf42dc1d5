"""A chain as a graph: its links by stage, their places, and which chains a place belongs to."""

from dataclasses import dataclass
from enum import StrEnum

from jjjmap.catalogue.models import Catalogue, Chain, ChainNode, Cluster, Figure, Passage, Place, PlaceKind
from jjjmap.i18n import _

STAGES = ("upstream", "midstream", "downstream")


class NodeStatus(StrEnum):
    """What is published about a link of a chain."""

    BLOCKED = "blocked"
    """A 堵点: the link does not work."""
    WEAK = "weak"
    """A 卡点: the link depends on somebody else."""
    CLEAR = "clear"
    """A source says that it is neither."""
    NOT_PUBLISHED = "not-published"
    """No source says anything: that is not the same as clear."""
    OTHER = "other"
    """The table says something in words of its own."""


_STATUS_WORDS = {
    "": NodeStatus.NOT_PUBLISHED,
    "-": NodeStatus.NOT_PUBLISHED,
    "堵点": NodeStatus.BLOCKED,
    "blocked": NodeStatus.BLOCKED,
    "卡点": NodeStatus.WEAK,
    "weak": NodeStatus.WEAK,
    "无": NodeStatus.CLEAR,
    "none": NodeStatus.CLEAR,
}
"""What a person may write in the table."""


@dataclass(frozen=True, slots=True)
class ChainGraph:
    """A chain with everything that is drawn or listed with it."""

    chain: Chain
    stages: tuple[tuple[str, tuple[ChainNode, ...]], ...]
    """All three stages from upstream to downstream, empty ones too."""
    place_ids: tuple[str, ...]
    """Places that hold a link, each once."""
    clusters: tuple[Cluster, ...]
    figures: tuple[Figure, ...]
    passages: tuple[Passage, ...]
    """Passages that name the chain."""
    source_ids: tuple[str, ...]
    """Every source of the chain, its links and figures, in order of first use: the n-th has mark [n]."""

    @property
    def nodes(self) -> tuple[ChainNode, ...]:
        """All links, from upstream to downstream."""
        return tuple(node for _stage, nodes in self.stages for node in nodes)


def chain_graph(catalogue: Catalogue, chain_id: str) -> ChainGraph:
    """Gather what concerns a chain.

    Raises
    ------
    KeyError
        The catalogue has no such chain.
    """
    chain = catalogue.chains[chain_id]
    nodes = [node for node in catalogue.chain_nodes.values() if node.chain_id == chain_id]
    figures = tuple(figure for figure in catalogue.figures.values() if figure.scope_id == chain_id)
    clusters = tuple(cluster for cluster in catalogue.clusters.values() if chain_id in cluster.chain_ids)
    cited = (
        *chain.source_ids,
        *(source_id for node in nodes for source_id in node.source_ids),
        *(figure.source_id for figure in figures),
    )
    return ChainGraph(
        chain,
        tuple((stage, tuple(node for node in nodes if node.stage == stage)) for stage in STAGES),
        tuple(dict.fromkeys(place_id for node in nodes for place_id in node.place_ids)),
        clusters,
        figures,
        tuple(passage for passage in catalogue.passages.values() if chain_id in passage.chain_ids),
        tuple(dict.fromkeys(source_id for source_id in cited if source_id in catalogue.sources)),
    )


def node_status(node: ChainNode) -> NodeStatus:
    """Return what is published about a link."""
    return _STATUS_WORDS.get(node.status.strip().lower(), NodeStatus.OTHER)


def node_status_name(node: ChainNode) -> str:
    """Return what is published about a link in a word or two; words of the table's own as they are."""
    return {
        NodeStatus.BLOCKED: _("堵点"),
        NodeStatus.WEAK: _("卡点"),
        NodeStatus.CLEAR: _("无堵卡点"),
        NodeStatus.NOT_PUBLISHED: _("未公布"),
        NodeStatus.OTHER: node.status,
    }[node_status(node)]


def holders_of(catalogue: Catalogue, place: Place) -> tuple[str, ...]:
    """Return the place and what holds it: the place it is a part of, its county and city.

    A province holds too much to say anything about each place in it, so it stands for itself alone.
    """
    found = dict.fromkeys((place.id, place.parent_id, place.county_adcode))
    waiting = [place.parent_id, place.county_adcode]
    while waiting:
        holder = catalogue.places.get(waiting.pop())
        if holder is not None and holder.parent_id and holder.parent_id not in found:
            found[holder.parent_id] = None
            waiting.append(holder.parent_id)
    return tuple(
        holder_id
        for holder_id in found
        if holder_id in catalogue.places
        and (holder_id == place.id or catalogue.places[holder_id].kind is not PlaceKind.PROVINCE)
    )


def chains_of(catalogue: Catalogue, place: Place) -> tuple[str, ...]:
    """Return the chains that a place, or what holds it, has a link of, or that its cluster belongs to."""
    holders = set(holders_of(catalogue, place))
    found = dict.fromkeys(
        node.chain_id for node in catalogue.chain_nodes.values() if holders.intersection(node.place_ids)
    )
    cluster = catalogue.clusters.get(place.id)
    if cluster is not None:
        found.update(dict.fromkeys(cluster.chain_ids))
    return tuple(chain_id for chain_id in catalogue.chains if chain_id in found)
