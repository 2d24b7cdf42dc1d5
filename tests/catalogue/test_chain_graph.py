"""Tests of chains as graphs."""

from dataclasses import replace

import pytest

from jjjmap.catalogue.chain_graph import (
    NodeStatus,
    chain_graph,
    chains_of,
    holders_of,
    node_status,
    node_status_name,
)
from jjjmap.catalogue.models import Catalogue, Chain, ChainNode, PlaceKind
from jjjmap.catalogue.store import load_catalogue
from jjjmap.paths import RESOURCES


def node(node_id: str, stage: str, *place_ids: str, status: str = "-", chain_id: str = "robot") -> ChainNode:
    return ChainNode(node_id, chain_id, node_id, node_id, stage, place_ids, status, ("copy",))


def chain(chain_id: str) -> Chain:
    return Chain(chain_id, "机器人", "机器人", "Robots", "", {}, {}, "", "", ("daily",))


@pytest.fixture
def facts(catalogue: Catalogue) -> Catalogue:
    nodes = (
        node("n-1", "downstream", "990001"),
        node("n-2", "upstream", "990002", "990001"),
        node("n-3", "midstream", "jia-park", chain_id="other"),
    )
    cluster = replace(catalogue.clusters["yi-cluster"], chain_ids=("robot",))
    return replace(
        catalogue,
        chains={"robot": chain("robot"), "other": chain("other")},
        chain_nodes={each.id: each for each in nodes},
        clusters={cluster.id: cluster},
    )


def test_stages_run_from_upstream_to_downstream_and_empty_ones_stay(facts: Catalogue) -> None:
    graph = chain_graph(facts, "robot")
    assert [(stage, [each.id for each in nodes]) for stage, nodes in graph.stages] == [
        ("upstream", ["n-2"]),
        ("midstream", []),
        ("downstream", ["n-1"]),
    ]
    assert graph.place_ids == ("990001", "990002")
    assert [cluster.id for cluster in graph.clusters] == ["yi-cluster"]


def test_sources_are_those_of_chain_and_links_in_order_of_first_use(facts: Catalogue) -> None:
    assert chain_graph(facts, "robot").source_ids == ("daily", "copy")


@pytest.mark.parametrize(
    ("written", "status", "name"),
    [
        ("-", NodeStatus.NOT_PUBLISHED, "未公布"),
        ("", NodeStatus.NOT_PUBLISHED, "未公布"),
        ("堵点", NodeStatus.BLOCKED, "堵点"),
        ("卡点", NodeStatus.WEAK, "卡点"),
        ("none", NodeStatus.CLEAR, "无堵卡点"),
        ("已打通", NodeStatus.OTHER, "已打通"),
    ],
)
def test_not_published_is_another_status_than_none(written: str, status: NodeStatus, name: str) -> None:
    each = node("n", "upstream", status=written)
    assert (node_status(each), node_status_name(each)) == (status, name)


def test_a_place_belongs_to_the_chains_of_its_county_and_a_cluster_to_its_own(facts: Catalogue) -> None:
    assert chains_of(facts, facts.places["jia-zone"]) == ("robot",)
    assert chains_of(facts, facts.places["jia-park"]) == ("robot", "other")
    assert chains_of(facts, facts.places["yi-cluster"]) == ("robot",)


def test_a_province_holds_too_much_to_speak_for_its_places(facts: Catalogue) -> None:
    above = replace(facts.places["990002"], id="990000", kind=PlaceKind.PROVINCE)
    below = replace(facts.places["990001"], parent_id="990000")
    places = facts.places | {"990000": above, "990001": below}
    facts = replace(facts, places=places)
    assert holders_of(facts, facts.places["jia-park"]) == ("jia-park", "990001")
    assert holders_of(facts, above) == ("990000",)


def test_every_shipped_chain_can_be_drawn() -> None:
    shipped = load_catalogue(RESOURCES)[0]
    graphs = [chain_graph(shipped, chain_id) for chain_id in shipped.chains]
    assert len(graphs) == 9
    assert sum(len(graph.nodes) for graph in graphs) == len(shipped.chain_nodes)
    assert all(graph.source_ids for graph in graphs)
