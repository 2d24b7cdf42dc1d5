"""Tests of the outline of the policy and of what its passages lead to."""

from dataclasses import replace

import pytest

from jjjmap.catalogue.models import Catalogue, ChainNode, Passage
from jjjmap.catalogue.outline import (
    Mention,
    MentionWay,
    OutlineItem,
    OutlinePart,
    mentions_of,
    policy_outline,
)
from jjjmap.catalogue.store import load_catalogue
from jjjmap.paths import RESOURCES


def passage(passage_id: str, section: str, number: str, **fields: tuple[str, ...]) -> Passage:
    place_ids, chain_ids = fields.get("place_ids", ()), fields.get("chain_ids", ())
    return Passage(passage_id, section, number, "题", "Title", "文", "Text", place_ids, chain_ids, ("daily",))


def with_passages(catalogue: Catalogue, *passages: Passage) -> Catalogue:
    return replace(catalogue, passages={each.id: each for each in passages})


def ids_of(items: tuple[OutlineItem, ...]) -> list[str]:
    return [item.passage.id for item in items]


def test_passages_stand_in_parts_by_number_and_ten_comes_after_nine(catalogue: Catalogue) -> None:
    outline = policy_outline(
        with_passages(
            catalogue,
            passage("t-10", "task", "T10"),
            passage("s", "safeguard", "S1"),
            passage("t-9", "task", "T9"),
            passage("what-for", "goal", "G0"),
            passage("g", "goal", "G1"),
        )
    )
    assert [(group.part, ids_of(group.items)) for group in outline] == [
        (OutlinePart.POSITIONING, ["what-for"]),
        (OutlinePart.GOALS, ["g"]),
        (OutlinePart.TASKS, ["t-9", "t-10"]),
        (OutlinePart.SAFEGUARDS, ["s"]),
    ]


def test_items_stand_below_their_task_and_orphans_beside_the_tasks(catalogue: Catalogue) -> None:
    (tasks,) = policy_outline(
        with_passages(
            catalogue,
            passage("b", "task-item", "T1.2"),
            passage("a", "task-item", "T1.1"),
            passage("t", "task", "T1"),
            passage("orphan", "task-item", "T7.1"),
        )
    )
    assert ids_of(tasks.items) == ["t", "orphan"]
    assert ids_of(tasks.items[0].items) == ["a", "b"]
    assert [each.id for each in tasks.passages()] == ["t", "a", "b", "orphan"]
    assert tasks.items[0].items[0].number == "1.1"


def test_each_place_is_led_to_once_and_by_the_nearest_way(catalogue: Catalogue) -> None:
    node = ChainNode("n", "robot", "本体", "Bodies", "midstream", ("990001", "990002"), "-", ("daily",))
    facts = replace(catalogue, chain_nodes={"n": node})
    below = passage("i", "task-item", "T1.1", place_ids=("jia-park",))
    item = OutlineItem(
        passage("t", "task", "T1", place_ids=("yi-cluster", "gone"), chain_ids=("robot",)),
        (OutlineItem(below),),
    )
    facts = with_passages(facts, item.passage, below)
    assert mentions_of(facts, item) == (
        Mention("yi-cluster", MentionWay.DIRECT),
        Mention("jia-park", MentionWay.ITEM, "i"),
        Mention("990002", MentionWay.CLUSTER, "yi-cluster"),
        Mention("990001", MentionWay.CHAIN, "robot"),
    )


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


def test_the_shipped_policy_has_four_principles_eight_tasks_with_three_items_and_five_safeguards(
    shipped: Catalogue,
) -> None:
    groups = {group.part: group.items for group in policy_outline(shipped)}
    counts = {part: len(items) for part, items in groups.items()}
    assert counts[OutlinePart.POSITIONING] == 1
    assert (counts[OutlinePart.PRINCIPLES], counts[OutlinePart.SAFEGUARDS]) == (4, 5)
    assert [len(task.items) for task in groups[OutlinePart.TASKS]] == [3] * 8


def test_no_shipped_passage_is_left_out(shipped: Catalogue) -> None:
    found = [passage.id for group in policy_outline(shipped) for passage in group.passages()]
    assert sorted(found) == sorted(shipped.passages)
