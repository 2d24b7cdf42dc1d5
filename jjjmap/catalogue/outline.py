"""The policy as an outline of passages, and what on the map each of them speaks of."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from jjjmap.catalogue.models import Catalogue, Passage

POSITIONING_NUMBER = "G0"
"""The passage of section ``goal`` that says what the region shall be, beside what shall be reached."""

_NUMBER = re.compile(r"(?P<letters>\D*)(?P<digits>[\d.]*)")


class OutlinePart(StrEnum):
    """The parts of the outline, in their order."""

    POSITIONING = "positioning"
    GOALS = "goal"
    PRINCIPLES = "principle"
    TASKS = "task"
    SAFEGUARDS = "safeguard"
    PLACES = "place-digest"
    CLUSTERS = "cluster-digest"


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A passage with the passages that spell it out."""

    passage: Passage
    items: tuple["OutlineItem", ...] = ()

    @property
    def number(self) -> str:
        """Its number within the part as a reader knows it: 3.2 for T3.2; empty where it has none."""
        if self.passage.number == POSITIONING_NUMBER:
            return ""
        return numbers_of(self.passage.number)[1]


@dataclass(frozen=True, slots=True)
class OutlineGroup:
    """A part with its passages; no part is empty."""

    part: OutlinePart
    items: tuple[OutlineItem, ...]

    def passages(self) -> Iterator[Passage]:
        """Yield every passage from top to bottom."""
        for item in self.items:
            yield item.passage
            for below in item.items:
                yield below.passage


class MentionWay(StrEnum):
    """Which way a passage leads to a place, the nearest first."""

    DIRECT = "direct"
    """It names the place."""
    ITEM = "item"
    """One of the items below it names the place."""
    CLUSTER = "cluster"
    """It names a cluster of which the place is a member."""
    CHAIN = "chain"
    """It names a chain of which the place holds a link."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a passage leads to."""

    place_id: str
    way: MentionWay
    via_id: str = ""
    """The item, cluster or chain between the two; empty for a place that is named."""


def policy_outline(catalogue: Catalogue) -> tuple[OutlineGroup, ...]:
    """Return the passages of the policy, sorted into parts by section and within them by number.

    An item stands below the task whose number begins its own; one without a task stands beside the tasks.
    """
    by_part: dict[OutlinePart, list[Passage]] = {part: [] for part in OutlinePart}
    items: list[Passage] = []
    for passage in catalogue.passages.values():
        if passage.section == "task-item":
            items.append(passage)
        elif (part := _part_of(passage)) is not None:
            by_part[part].append(passage)
    below: dict[str, list[Passage]] = {task.number: [] for task in by_part[OutlinePart.TASKS]}
    for item in items:
        beside = by_part[OutlinePart.TASKS]
        below.get(item.number.partition(".")[0], beside).append(item)

    def with_items(passage: Passage) -> OutlineItem:
        items_below = below.get(passage.number, ()) if passage.section == "task" else ()
        return OutlineItem(passage, tuple(OutlineItem(item) for item in _sorted(items_below)))

    return tuple(
        OutlineGroup(part, tuple(with_items(passage) for passage in _sorted(passages)))
        for part, passages in by_part.items()
        if passages
    )


def mentions_of(catalogue: Catalogue, item: OutlineItem) -> tuple[Mention, ...]:
    """Return the places that a passage and its items lead to, each once, by the nearest way.

    Named places come first, then the members of named clusters, then the places that hold links of named
    chains.
    """
    found: dict[str, Mention] = {}

    def add(place_ids: Iterable[str], way: MentionWay, via_id: str = "") -> None:
        for place_id in place_ids:
            if place_id in catalogue.places:
                found.setdefault(place_id, Mention(place_id, way, via_id))

    passages = (item.passage, *(below.passage for below in item.items))
    add(item.passage.place_ids, MentionWay.DIRECT)
    for below in passages[1:]:
        add(below.place_ids, MentionWay.ITEM, below.id)
    for place_id in tuple(found):
        if place_id in catalogue.clusters:
            add(catalogue.clusters[place_id].member_ids, MentionWay.CLUSTER, place_id)
    for chain_id in dict.fromkeys(chain_id for passage in passages for chain_id in passage.chain_ids):
        for node in catalogue.chain_nodes.values():
            if node.chain_id == chain_id:
                add(node.place_ids, MentionWay.CHAIN, chain_id)
    return tuple(found.values())


def mentions_of_passage(catalogue: Catalogue, passage: Passage) -> tuple[Mention, ...]:
    """Return the places that a passage leads to, with those of the items that spell it out."""
    items = (item for group in policy_outline(catalogue) for item in group.items)
    found = next((item for item in items if item.passage.id == passage.id), OutlineItem(passage))
    return mentions_of(catalogue, found)


def numbers_of(number: str) -> tuple[str, str]:
    """Return the letters and the digits of a number: ``T`` and ``3.2``."""
    parts = _NUMBER.match(number)
    return (parts["letters"], parts["digits"]) if parts is not None else (number, "")


def _part_of(passage: Passage) -> OutlinePart | None:
    if passage.section == OutlinePart.GOALS and passage.number == POSITIONING_NUMBER:
        return OutlinePart.POSITIONING
    return next((part for part in OutlinePart if part == passage.section), None)


def _sorted(passages: Iterable[Passage]) -> list[Passage]:
    """Sort by number, 10 after 9; passages without one keep the order of the file."""

    def order(passage: Passage) -> tuple[str, tuple[int, ...]]:
        letters, digits = numbers_of(passage.number)
        return letters, tuple(int(part) for part in digits.split(".") if part)

    return sorted(passages, key=order)
