"""A briefing with some of its parts left out, so that the rest fits on a page; it says what is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from jjjmap.export.briefing.numbering import shortened
from jjjmap.export.briefing.records import BriefFirms, Briefing, BriefPassage, Refs
from jjjmap.i18n import _, speaking

T = TypeVar("T")

_RANKS: dict[str, tuple[int, ...]] = {
    "figure": (0, 0, 0, 0, 400, 640, 641, 642),
    "figure-beside-chart": (0, 0, 0, 230, 240, 245, 641, 642),
    "disagreement": (0, 650, 660),
    "passage": (0, 0, 380, 630),
    "text": (100, 110, 360, 620),
    "chain": (0, 560, 690),
    "chart": (260,),
    "names": (900,),
}
"""How readily the first, second, … part of each sort is given up: the highest goes first, 0 never goes.

The later ones of a sort always go before the earlier ones: `trimmed` may count on it. Beside the chart there
is room for six figures whatever happens.
"""

_LATER_RANK = 770
"""Of parts beyond the list; the later ones sooner."""


_LONGEST_TITLE = 60
"""Of a list or document of the user's, and of a file."""
_LONGEST_FILTER = 160


def bounded(briefing: Briefing) -> Briefing:
    """Return a briefing for a single sheet: what users call their own must leave room for the rest."""
    return replace(
        briefing,
        passages=tuple(
            replace(each, title=shortened(each.title, _LONGEST_TITLE)) if each.is_quotation else each
            for each in briefing.passages
        ),
        firms=tuple(
            replace(
                each,
                layer_title=shortened(each.layer_title, _LONGEST_TITLE),
                source_name=shortened(each.source_name, _LONGEST_TITLE),
                filter_sentence=shortened(each.filter_sentence, _LONGEST_FILTER),
            )
            for each in briefing.firms
        ),
    )


def drop_key(sort: str, position: int) -> str:
    """Return the key of the n-th part of a sort, e.g. ``passage-3``."""
    return f"{sort}-{position}"


def drop_rank(sort: str, position: int, *, beside_chart: bool = False) -> int:
    """Return how readily a part is given up, so that a little of everything stays; 0 for never."""
    ranks = _RANKS["figure-beside-chart" if sort == "figure" and beside_chart else sort]
    return ranks[position] if position < len(ranks) else _LATER_RANK + position


def reference_rank(briefing: Briefing) -> dict[int, int]:
    """Return the rank of each source that may go, by its number: just after the last of what cites it."""
    ranks: dict[int, int] = {}
    for _key, rank, refs in _citing(briefing):
        for number in refs:
            ranks[number] = min(rank, ranks.get(number, rank))
    return {number: rank - 1 for number, rank in ranks.items() if rank}


def citing_keys(briefing: Briefing) -> dict[int, tuple[str, ...]]:
    """Return the keys of the parts that cite a source, by its number: it goes with the last of them."""
    keys: dict[int, tuple[str, ...]] = {}
    for key, _rank, refs in _citing(briefing):
        for number in refs:
            keys[number] = (*keys.get(number, ()), key)
    return keys


def _citing(briefing: Briefing) -> Iterator[tuple[str, int, Refs]]:
    """Yield what cites sources: its key, empty for what always stays, how readily it goes, the sources."""
    beside_chart = briefing.chart is not None
    for fact in briefing.facts:
        yield "", 0, fact.refs
    for at, figure in enumerate(briefing.figures):
        yield drop_key("figure", at), drop_rank("figure", at, beside_chart=beside_chart), figure.refs
    sorts: tuple[tuple[str, Iterable[Refs]], ...] = (
        ("disagreement", (each.refs for each in briefing.disagreements)),
        ("passage", (each.refs for each in briefing.passages)),
        ("chain", (each.refs for each in briefing.chains)),
    )
    for sort, parts in sorts:
        for at, refs in enumerate(parts):
            yield drop_key(sort, at), drop_rank(sort, at), refs
    yield "chart", drop_rank("chart", 0), briefing.chart_refs


def trimmed(briefing: Briefing, keys: Collection[str]) -> Briefing:
    """Return a briefing without some of its parts, its sources numbered anew.

    Parameters
    ----------
    keys
        As `drop_key` makes them, and ``chart``; unknown ones say nothing. A quotation goes as a whole, for
        without its words it says nothing.
    """
    if not keys:
        return briefing
    keys = {*keys, *_wordless_quotations(briefing, keys)}
    gone: dict[str, int] = {}

    def kept(sort: str, parts: Sequence[T]) -> tuple[T, ...]:
        left = tuple(part for at, part in enumerate(parts) if drop_key(sort, at) not in keys)
        gone[sort] = len(parts) - len(left)
        return left

    has_chart = briefing.chart is not None and "chart" not in keys
    shorter = replace(
        briefing,
        figures=kept("figure", briefing.figures),
        disagreements=kept("disagreement", briefing.disagreements),
        passages=kept(
            "passage",
            tuple(_without_text(at, each, keys) for at, each in enumerate(briefing.passages)),
        ),
        chains=kept("chain", briefing.chains),
        firms=tuple(_without_names(at, each, keys) for at, each in enumerate(briefing.firms)),
        chart=briefing.chart if has_chart else None,
        chart_title=briefing.chart_title if has_chart else "",
        chart_refs=briefing.chart_refs if has_chart else (),
    )
    bare = sum(
        bool(each.text) and drop_key("text", at) in keys and drop_key("passage", at) not in keys
        for at, each in enumerate(briefing.passages)
    )
    nameless = sum(
        bool(each.names) and drop_key("names", at) in keys for at, each in enumerate(briefing.firms)
    )
    with speaking(briefing.language):
        said = (
            (_("{n} 项数据"), gone["figure"]),
            (_("{n} 组说法不一的数据"), gone["disagreement"]),
            (_("{n} 条政策或大事"), gone["passage"]),
            (_("{n} 条产业链"), gone["chain"]),
            (_("{n} 幅图表"), int(briefing.chart is not None and not has_chart)),
            (_("{n} 份名单的企业名称"), nameless),
        )
        listed = (_("、")).join(sentence.format(n=n) for sentence, n in said if n)
        told = [_("限于篇幅略去 {listed}").format(listed=listed)] if listed else []
        if bare:
            told.append(_("限于篇幅，{n} 条摘要只留标题").format(n=bare))
    return _renumbered(replace(shorter, left_out=(*briefing.left_out, *told)))


def _wordless_quotations(briefing: Briefing, keys: Collection[str]) -> Iterator[str]:
    """Yield the keys of the quotations whose words are to go."""
    for at, passage in enumerate(briefing.passages):
        if passage.is_quotation and drop_key("text", at) in keys:
            yield drop_key("passage", at)


def _without_text(position: int, passage: BriefPassage, keys: Collection[str]) -> BriefPassage:
    return replace(passage, text="") if drop_key("text", position) in keys else passage


def _without_names(position: int, firms: BriefFirms, keys: Collection[str]) -> BriefFirms:
    return replace(firms, names=()) if drop_key("names", position) in keys else firms


def cited_refs(briefing: Briefing) -> tuple[Refs, ...]:
    """Return the references of everything that is said, in the order in which the page reads."""
    parts: tuple[Iterable[Refs], ...] = (
        (each.refs for each in briefing.facts),
        (each.refs for each in briefing.figures),
        (each.refs for each in briefing.disagreements),
        (briefing.chart_refs,),
        (each.refs for each in briefing.passages),
        (each.refs for each in briefing.chains),
    )
    return tuple(refs for part in parts for refs in part)


def _renumbered(briefing: Briefing) -> Briefing:
    """Return a briefing whose list has only what it cites, numbered in the order of citation."""
    order = dict.fromkeys(number for refs in cited_refs(briefing) for number in refs)
    new = {old: at for at, old in enumerate(order, start=1)}
    known = {reference.number: reference for reference in briefing.references}

    def again(refs: Refs) -> Refs:
        return tuple(new[number] for number in refs)

    def all_again(parts: tuple[T, ...], refs_of: Callable[[T], Refs]) -> tuple[T, ...]:
        return tuple(replace(part, refs=again(refs_of(part))) for part in parts)  # type: ignore[type-var]

    return replace(
        briefing,
        facts=all_again(briefing.facts, lambda part: part.refs),
        figures=all_again(briefing.figures, lambda part: part.refs),
        disagreements=all_again(briefing.disagreements, lambda part: part.refs),
        passages=all_again(briefing.passages, lambda part: part.refs),
        chains=all_again(briefing.chains, lambda part: part.refs),
        chart_refs=again(briefing.chart_refs),
        references=tuple(replace(known[old], number=new[old]) for old in order),
    )
