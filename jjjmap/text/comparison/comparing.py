"""What two documents say differently: places, clusters, chains, targets and figures, not lines."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar

from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.i18n import Language
from jjjmap.text.comparison.listings import Listing, ListingKind, find_listings, name_parts
from jjjmap.text.documents.passages import sentence_bounds
from jjjmap.text.records import (
    Document,
    FigureRole,
    FigureStatus,
    Mention,
    MentionStatus,
    SubjectKind,
    TextFigure,
)

T = TypeVar("T")

MOST_QUOTATIONS = 5
"""Of one side of one change; how often it stands in the text is told besides."""

ALIKE = 0.6
"""How much wording two names must share to be one name that was changed, 0…1; see `likeness`."""

_LEAST_BLOCK = 2
"""A single letter that two names share is chance."""
_MOST_CANDIDATES = 50
"""Names, sentences or figures that one is held against: the rest of what shares a word with it is not."""


_MOST_PAIRS = 20_000
"""Pairs of names, sentences or figures that are held against one another, the likeliest first."""


class ChangeKind(StrEnum):
    """What became of something between two documents."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    RENAMED = "renamed"
    """Under another name or in other words."""
    MOVED = "moved"
    """From the list of clusters to that of chains, or the other way."""
    REPLACED = "replaced"
    """Another name stands in its place in the list."""
    CHANGED = "changed"
    """Another value, qualifier, unit or period."""


class Matter(StrEnum):
    """What a change is about."""

    CHAIN = "chain"
    CLUSTER = "cluster"
    PLACE = "place"
    TARGET = "target"
    """A statement or a figure about what shall be reached."""
    FIGURE = "figure"
    """A figure about what is."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a document with where they stand."""

    document_id: str
    start: int
    end: int
    text: str
    """``document.text[start:end]``."""
    sentence_start: int
    sentence_end: int
    sentence: str
    """``document.text[sentence_start:sentence_end]``."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two documents on a matter."""

    name: str
    """In the words of the document, without spaces and line breaks."""
    quotations: tuple[Quotation, ...]
    """The first `MOST_QUOTATIONS`."""
    occurrences: int
    subject_id: str = ""
    """Id in the catalogue; empty if it knows none."""
    in_list: ListingKind | None = None
    """Which list it stands in; None for what is not listed."""
    figure: TextFigure | None = None
    horizon: str = ""
    """Of a target: the year by which it shall be reached; empty if none is named."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the two documents say differently; at least one side is there."""

    kind: ChangeKind
    matter: Matter
    before: Side | None
    """What the first document says."""
    after: Side | None
    """What the second document says."""
    joined: tuple[str, ...] = ()
    """Where names were joined (甲 and 乙 became 甲和乙) or parted: what else there is beside the name."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that two documents say differently, by matter, in the order of the texts."""

    before_id: str
    after_id: str
    changes: tuple[Change, ...]
    unchanged: dict[Matter, int] = field(default_factory=dict)
    """How much both say alike."""

    def about(self, matter: Matter) -> tuple[Change, ...]:
        """Return the changes of one matter."""
        return tuple(change for change in self.changes if change.matter is matter)


def compare_documents(before: Document, after: Document, catalogue: Catalogue) -> Comparison:
    """Return what two documents say differently.

    Exchanging the documents exchanges the sides and nothing else; the order of mentions and figures in the
    records does not matter. What the user rejected is left out.

    Parameters
    ----------
    before, after
        Any two documents; `before` is told as the earlier one.
    catalogue
        Knows which mentions are clusters, and names that hold 和 of their own.
    """
    names = {
        word
        for chain in catalogue.chains.values()
        for word in chain.wordings(Language.ZH)
        if len(name_parts(word)) > 1
    }
    drafts = [find_listings(document.text, whole_names=names) for document in (before, after)]
    # A name that one of them has whole is whole in the other as well.
    names.update(
        item.name
        for listings in drafts
        for listing in listings
        for item in listing.items[:-1]
        if len(name_parts(item.name)) > 1
    )
    sides = tuple(_Reading(document, catalogue, frozenset(names)) for document in (before, after))
    tally = _Tally()
    _compare_listed(sides[0], sides[1], tally)
    _compare_places(sides[0], sides[1], tally)
    _compare_statements(sides[0], sides[1], tally)
    _compare_figures(sides[0], sides[1], tally)
    return Comparison(before.id, after.id, tally.ordered(), dict(sorted(tally.unchanged.items())))


# ------------------------------------------------------------------------------------- shared wording


def likeness(first: str, second: str) -> float:
    """Return how much wording two names share, 0…1; the order of the two does not matter.

    The letters in shared stretches of at least two letters, as a share of the shorter and of the longer name,
    taken together by halves: 高端工业母机 lies in 高端仪器设备和工业母机 altogether and is half of it: 0.77.
    """
    first, second = sorted((first, second), key=lambda name: (len(name), name))
    if not first:
        return 0.0
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    shared = sum(block.size for block in blocks if block.size >= min(_LEAST_BLOCK, len(first)))
    return (shared / len(first) + shared / len(second)) / 2


def _pairs_alike(
    firsts: Sequence[str], seconds: Sequence[str], least: float, score: Callable[[str, str], float] = likeness
) -> Iterator[tuple[float, int, int]]:
    """Yield pairs that share wording, with how much; only what shares two letters in a row is looked at."""
    holding: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(seconds):
        for gram in _grams(text):
            holding[gram].append(number)
    wanting: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(firsts):
        for gram in _grams(text):
            wanting[gram].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for gram, wanted in wanting.items():
        held = holding.get(gram, ())
        # What stands in everything tells nothing, and would make this as slow as all with all.
        if len(wanted) * len(held) <= _MOST_CANDIDATES**2:
            shared.update((first, second) for first in wanted for second in held)
    likeliest = sorted(
        shared, key=lambda pair: (-shared[pair], abs(pair[0] - pair[1]), sum(pair), sorted(pair))
    )
    for first, second in likeliest[:_MOST_PAIRS]:
        alike = score(firsts[first], seconds[second])
        if alike >= least:
            yield alike, first, second


def _grams(text: str) -> set[str]:
    return {text[at : at + _LEAST_BLOCK] for at in range(len(text) - _LEAST_BLOCK + 1)}


def _matched(
    pairs: Iterable[tuple[float, int, int]], firsts: Sequence[str], seconds: Sequence[str]
) -> list[tuple[int, int]]:
    """Return each at most once, the most alike first; among equals by what is the same from both ends."""

    def rank(pair: tuple[float, int, int]) -> tuple[float, int, tuple[str, ...], int]:
        alike, first, second = pair
        return -alike, abs(first - second), tuple(sorted((firsts[first], seconds[second]))), first + second

    taken_first: set[int] = set()
    taken_second: set[int] = set()
    chosen = []
    for _alike, first, second in sorted(pairs, key=rank):
        if first not in taken_first and second not in taken_second:
            taken_first.add(first)
            taken_second.add(second)
            chosen.append((first, second))
    return chosen


# -------------------------------------------------------------------------------------- one document


_HIDDEN = str.maketrans({",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "“": "", "”": "", '"': ""})


def _plain(text: str) -> str:
    """Return words without spaces, line breaks and quotation marks, with full-width marks."""
    return "".join(text.split()).translate(_HIDDEN)


@dataclass(slots=True)
class _Named:
    """Something that a document names, perhaps several times."""

    name: str
    spans: list[tuple[int, int]]
    subject_id: str = ""
    in_list: ListingKind | None = None
    order: tuple[int, int] = (0, 0)
    """Number of the list and of the place in it."""


class _Reading:
    """What is to be compared of one document."""

    def __init__(self, document: Document, catalogue: Catalogue, whole_names: frozenset[str]) -> None:
        self.document = document
        self.catalogue = catalogue
        self.listings = find_listings(document.text, whole_names=whole_names)
        self.mentions = [
            mention
            for mention in sorted(
                document.mentions, key=lambda each: (each.start, -each.end, each.subject_id)
            )
            if mention.status is not MentionStatus.REJECTED
        ]
        self._sentences = sentence_bounds(document.text)
        self._sentence_starts = [start for start, _end in self._sentences]
        self.listed = {kind: self._listed(kind) for kind in ListingKind}
        self.statements = tuple(_statements(document.text, document.details.date[:4]))
        self._target_starts = [statement.start for statement in self.statements]

    def side(self, named: _Named) -> Side:
        spans = sorted(set(named.spans))
        return Side(
            named.name,
            tuple(self.quotation(start, end) for start, end in spans[:MOST_QUOTATIONS]),
            len(spans),
            named.subject_id,
            named.in_list,
        )

    def quotation(self, start: int, end: int) -> Quotation:
        text = self.document.text
        first, last = start, end
        # A quotation may reach over several sentences, or stand where there is none.
        for at in {
            bisect_right(self._sentence_starts, start) - 1,
            bisect_right(self._sentence_starts, end - 1) - 1,
        }:
            if at >= 0 and self._sentences[at][1] > start:
                first, last = min(first, self._sentences[at][0]), max(last, self._sentences[at][1])
        return Quotation(self.document.id, start, end, text[start:end], first, last, text[first:last])

    def target_of(self, figure: TextFigure) -> "_Statement | None":
        """Return the target that a figure belongs to; what was before it is a fact."""
        at = bisect_right(self._target_starts, figure.start) - 1
        if at < 0 or figure.start >= self.statements[at].end or figure.role is FigureRole.FROM:
            return None
        statement = self.statements[at]
        if re.search("[，,：:]", self.document.text[figure.end : statement.marked_at]):
            return None
        year = figure.period.rpartition("/")[2][:4]
        is_earlier = bool(year) and statement.horizon.isdecimal() and year < statement.horizon
        return None if is_earlier else statement

    def places(self) -> dict[str, list[Mention]]:
        """Return the mentions of places that are no clusters, by place; what only leads is not counted."""
        found: dict[str, list[Mention]] = {}
        for mention in self.mentions:
            if (
                mention.kind is not SubjectKind.CHAIN
                and not mention.is_lead
                and not self._is_cluster(mention)
            ):
                found.setdefault(mention.subject_id, []).append(mention)
        return found

    def _is_cluster(self, mention: Mention) -> bool:
        place = self.catalogue.places.get(mention.subject_id)
        return place is not None and place.kind is PlaceKind.CLUSTER

    def _listed(self, kind: ListingKind) -> dict[str, _Named]:
        """Return names of chains or clusters, from lists and from elsewhere, by the name."""
        found: dict[str, _Named] = {}
        subjects: dict[tuple[int, int], Mention] = {}
        loose: list[Mention] = []
        wanted = [
            mention
            for mention in self.mentions
            if (mention.kind is SubjectKind.CHAIN if kind is ListingKind.CHAIN else self._is_cluster(mention))
        ]
        for mention in wanted:
            subjects.setdefault((mention.start, mention.end), mention)
        covered: list[tuple[int, int]] = []
        for number, listing in enumerate(self.listings):
            for place, item in enumerate(listing.items):
                covered.append((item.start, item.end))
                if listing.kind is not kind:
                    continue
                bare = item.text.removesuffix("集群").removesuffix("产业链")
                known = subjects.get((item.start, item.end)) or subjects.get(
                    (item.start, item.start + len(bare))
                )
                named = found.setdefault(item.name, _Named(item.name, [], "", kind, (number, place)))
                named.spans.append((item.start, item.end))
                named.subject_id = named.subject_id or (known.subject_id if known else "")
        covered.sort()
        starts = [start for start, _end in covered]
        for mention in wanted:
            at = bisect_right(starts, mention.start) - 1
            if at < 0 or covered[at][1] <= mention.start:
                loose.append(mention)
        by_subject = {named.subject_id: named for named in found.values() if named.subject_id}
        for mention in loose:
            name = _bare_name(mention.text)
            named = (
                found.get(name) or by_subject.get(mention.subject_id) or _Named(name, [], mention.subject_id)
            )
            found.setdefault(named.name, named)
            by_subject.setdefault(mention.subject_id, named)
            named.spans.append((mention.start, mention.end))
            named.subject_id = named.subject_id or mention.subject_id
        return found


def _bare_name(text: str) -> str:
    return re.sub(r"(?:产业链条?|产业集群|集群)$", "", _plain(text)) or _plain(text)


class _Tally:
    """Gathers what was found."""

    def __init__(self) -> None:
        self.unchanged: Counter[Matter] = Counter()
        self._changes: list[Change] = []

    def add(
        self,
        kind: ChangeKind,
        matter: Matter,
        before: Side | None,
        after: Side | None,
        joined: Iterable[str] = (),
    ) -> None:
        self._changes.append(Change(kind, matter, before, after, tuple(sorted(joined))))

    def ordered(self) -> tuple[Change, ...]:
        matters, kinds = list(Matter), list(ChangeKind)

        def rank(change: Change) -> tuple[int, int, int, int, str]:
            sides = [side for side in (change.before, change.after) if side is not None]
            starts = [side.quotations[0].start for side in sides]
            return (
                matters.index(change.matter),
                kinds.index(change.kind),
                starts[-1],
                starts[0],
                "\0".join(side.name for side in sides),
            )

        return tuple(sorted(self._changes, key=rank))


# ------------------------------------------------------------------------------ chains and clusters

_MATTERS = {ListingKind.CHAIN: Matter.CHAIN, ListingKind.CLUSTER: Matter.CLUSTER}


def _compare_listed(before: _Reading, after: _Reading, tally: _Tally) -> None:
    gone: dict[ListingKind, dict[str, _Named]] = {}
    come: dict[ListingKind, dict[str, _Named]] = {}
    for kind in ListingKind:
        firsts, seconds = before.listed[kind], after.listed[kind]
        both = firsts.keys() & seconds.keys()
        tally.unchanged[_MATTERS[kind]] += len(both)
        gone[kind] = {name: named for name, named in firsts.items() if name not in both}
        come[kind] = {name: named for name, named in seconds.items() if name not in both}
        _drop_same_subjects(gone[kind], come[kind], _MATTERS[kind], tally)
    moved_from, moved_to = _moves(before, after, gone, come, tally)
    for kind in ListingKind:
        _rename(kind, gone, come, before, after, tally)
    for kind in ListingKind:
        _replace(kind, before, after, gone[kind], come[kind], moved_from, moved_to, tally)
    for kind in ListingKind:
        matter = _MATTERS[kind]
        for name, named in gone[kind].items():
            if (kind, name) not in moved_from:
                tally.add(ChangeKind.VANISHED, matter, before.side(named), None)
        for name, named in come[kind].items():
            if (kind, name) not in moved_to:
                tally.add(ChangeKind.APPEARED, matter, None, after.side(named))


def _drop_same_subjects(
    gone: dict[str, _Named], come: dict[str, _Named], matter: Matter, tally: _Tally
) -> None:
    """Leave out what the catalogue knows to be the same where one document has it outside of any list.

    Within lists the wording counts, for a list says what it says; in a sentence a name may be shortened.
    """
    for name in sorted(gone):
        named = gone[name]
        for other_name in sorted(come):
            other = come[other_name]
            if (
                named.subject_id
                and other.subject_id == named.subject_id
                and (named.in_list is None or other.in_list is None)
            ):
                del gone[name], come[other_name]
                tally.unchanged[matter] += 1
                break


_Place = tuple[ListingKind, str]


def _moves(
    before: _Reading,
    after: _Reading,
    gone: dict[ListingKind, dict[str, _Named]],
    come: dict[ListingKind, dict[str, _Named]],
    tally: _Tally,
) -> tuple[set[_Place], set[_Place]]:
    """Tell what went from one list to the other, as a name of its own or as a part of one.

    A name has moved when it stood in one list only and now stands in the other only.
    """
    moved_from: set[_Place] = set()
    moved_to: set[_Place] = set()
    parts = {
        (side, kind): _by_part(reading.listed[kind])
        for side, reading in (("before", before), ("after", after))
        for kind in ListingKind
    }
    for kind, other in ((ListingKind.CLUSTER, ListingKind.CHAIN), (ListingKind.CHAIN, ListingKind.CLUSTER)):
        words = (parts["before", kind].keys() & parts["after", other].keys()) - (
            parts["after", kind].keys() | parts["before", other].keys()
        )
        told: set[tuple[str, str]] = set()
        # A whole name that moved is told once, not part by part.
        for word in sorted(words, key=lambda each: (-len(each), each)):
            for first in parts["before", kind][word]:
                for second in parts["after", other][word]:
                    if (first.name, second.name) in told or first.in_list is None or second.in_list is None:
                        continue
                    told.add((first.name, second.name))
                    others = set(name_parts(first.name)) ^ set(name_parts(second.name))
                    tally.add(
                        ChangeKind.MOVED,
                        # One of the two lists is that of the clusters, whichever way it went.
                        Matter.CLUSTER,
                        before.side(first),
                        after.side(second),
                        others - {word},
                    )
                    if word == first.name:
                        moved_from.add((kind, first.name))
                    if word == second.name:
                        moved_to.add((other, second.name))
    return moved_from, moved_to


def _by_part(listed: dict[str, _Named]) -> dict[str, list[_Named]]:
    """Return names by themselves and by what 和 joins in them."""
    found: dict[str, list[_Named]] = {}
    for name in sorted(listed):
        for word in dict.fromkeys((name, *name_parts(name))):
            found.setdefault(word, []).append(listed[name])
    return found


def _rename(
    kind: ListingKind,
    gone: dict[ListingKind, dict[str, _Named]],
    come: dict[ListingKind, dict[str, _Named]],
    before: _Reading,
    after: _Reading,
    tally: _Tally,
) -> None:
    firsts, seconds = sorted(gone[kind]), sorted(come[kind])
    pairs = _pairs_alike(firsts, seconds, ALIKE)
    for first, second in _matched(pairs, firsts, seconds):
        old, new = gone[kind].pop(firsts[first]), come[kind].pop(seconds[second])
        tally.add(
            ChangeKind.RENAMED,
            _MATTERS[kind],
            before.side(old),
            after.side(new),
            _joined(old.name, new.name, before) | _joined(new.name, old.name, after),
        )


def _joined(name: str, other: str, reading: _Reading) -> set[str]:
    """Return what else of the document that has `name` went into `other`."""
    parts = set(name_parts(other)) - {name, other}
    known = {each for listed in reading.listed.values() for each in listed}
    return (parts & known) if name in name_parts(other) else set()


def _replace(
    kind: ListingKind,
    before: _Reading,
    after: _Reading,
    gone: dict[str, _Named],
    come: dict[str, _Named],
    moved_from: set[_Place],
    moved_to: set[_Place],
    tally: _Tally,
) -> None:
    """Tell whose place in a list another name has taken: between the same neighbours, as many for as many."""
    for first, second in _same_lists(before.listings, after.listings, kind):
        for old_name, new_name in _in_the_place_of(first, second):
            if old_name in gone and new_name in come:
                tally.add(
                    ChangeKind.REPLACED,
                    _MATTERS[kind],
                    before.side(gone.pop(old_name)),
                    after.side(come.pop(new_name)),
                )


def _in_the_place_of(first: Listing, second: Listing) -> list[tuple[str, str]]:
    """Return names of two lists that stand between the same neighbours."""
    old = [item.name for item in first.items]
    new = [item.name for item in second.items]
    # The matcher looks at its arguments differently; the answer shall not hang on which comes first.
    is_swapped = (len(new), new) < (len(old), old)
    if is_swapped:
        old, new = new, old
    found: list[tuple[str, str]] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace" and i_end - i == j_end - j:
            found.extend(zip(old[i:i_end], new[j:j_end], strict=True))
    return [(b, a) for a, b in found] if is_swapped else found


def _same_lists(
    firsts: Sequence[Listing], seconds: Sequence[Listing], kind: ListingKind
) -> list[tuple[Listing, Listing]]:
    """Return lists of both documents that share at least half of the names of the shorter one."""
    old = [listing for listing in firsts if listing.kind is kind][:_MOST_CANDIDATES]
    new = [listing for listing in seconds if listing.kind is kind][:_MOST_CANDIDATES]
    pairs = []
    for i, first in enumerate(old):
        for j, second in enumerate(new):
            names, others = ({item.name for item in each.items} for each in (first, second))
            shared = len(names & others)
            if shared * 2 >= min(len(names), len(others)) and shared >= 2:
                pairs.append((float(shared), i, j))
    keys = ["\0".join(item.name for item in listing.items) for listing in old]
    others_keys = ["\0".join(item.name for item in listing.items) for listing in new]
    return [(old[i], new[j]) for i, j in _matched(pairs, keys, others_keys)]


# ----------------------------------------------------------------------------------------------- places

_UNIT_SUFFIX = re.compile(r"(?:省|市|区|县|新区|自治县)$")


def _compare_places(before: _Reading, after: _Reading, tally: _Tally) -> None:
    firsts, seconds = before.places(), after.places()
    for subject_id in sorted(firsts.keys() | seconds.keys()):
        old, new = (_named_place(subject_id, found.get(subject_id, [])) for found in (firsts, seconds))
        if old is None:
            tally.add(ChangeKind.APPEARED, Matter.PLACE, None, after.side(new) if new else None)
        elif new is None:
            tally.add(ChangeKind.VANISHED, Matter.PLACE, before.side(old), None)
        elif _is_renamed(firsts[subject_id], seconds[subject_id]):
            tally.add(ChangeKind.RENAMED, Matter.PLACE, before.side(old), after.side(new))
        else:
            tally.unchanged[Matter.PLACE] += 1


def _named_place(subject_id: str, mentions: Sequence[Mention]) -> _Named | None:
    if not mentions:
        return None
    names = Counter(_plain(mention.text) for mention in mentions)
    # The fullest name tells most; among equals the usual one.
    name = max(names, key=lambda each: (len(each), names[each], each))
    return _Named(name, [(mention.start, mention.end) for mention in mentions], subject_id)


def _is_renamed(old: Sequence[Mention], new: Sequence[Mention]) -> bool:
    """Tell whether a place goes by another name altogether: 任县 and 任泽区, not 雄安 and 雄安新区."""
    are_old = [all(mention.rule == "old-name" for mention in mentions) for mentions in (old, new)]
    if are_old[0] != are_old[1]:
        return True
    firsts, seconds = ({_plain(mention.text) for mention in mentions} for mentions in (old, new))
    if firsts & seconds or any(name.isascii() for name in firsts | seconds):
        return False
    stems = [[_UNIT_SUFFIX.sub("", name) or name for name in names] for names in (firsts, seconds)]
    return not any(_is_short_for(*sorted((a, b), key=len)) for a in stems[0] for b in stems[1])


def _is_short_for(short: str, long: str) -> bool:
    """Tell whether all letters of a name stand in another one, in their order: 冀 is in no 河北, though."""
    letters = iter(long)
    return all(letter in letters for letter in short) or likeness(short, long) >= ALIKE or len(short) < 2


# ---------------------------------------------------------------------------------------------- targets

_HORIZON = re.compile(
    r"(?<![\d年月日截提发增降达—-])(?<!截止|提升|提高|增长|增加|上升|下降|发展|扩大)"
    r"(?:到|至|力争|确保|争取|预计)(?:到|至|在)?(?P<year>20\d\d)年(?:底|末)?(?!的|以来|已|已经)|"
    r"(?<!自)“?(?P<plan>十[四五六七]五)”?(?:期?末|时期末)"
)
_INTENT = re.compile(
    r"力争|争取(?=在|到|用|实现|达)|主要目标|发展目标|目标是|预期目标|预计到|确保(?=到|在|实现|达)|"
    r"将(?:达到|达|实现|建成|形成|超过|突破)"
)
_LEADING_IN = re.compile(r"目标(?:是|为|包括|如下|任务)?$")
_LONGEST_SENTENCE = 4000
_LEAST_CLAUSE = 4
_SAME_STATEMENT = 0.25


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence that says what shall be reached."""

    start: int
    end: int
    marked_at: int
    """Where the words stand that make it a target."""
    horizon: str
    clauses: tuple[tuple[int, int, str], ...]
    """Start, end, and the words without spaces, marks and the date."""

    @property
    def words(self) -> str:
        return "\0".join(words for _start, _end, words in self.clauses)


_CLAUSE = re.compile(r"[^，,：:；;。！？!?]+")
_STATEMENT_END = re.compile(r"[。！？!?；;]|\n[ \t\u3000]*\n")


def _statements(text: str, year: str) -> Iterator[_Statement]:
    """Yield the sentences with a target, with what they say clause by clause.

    Parameters
    ----------
    text
        Of a document.
    year
        Of the document, since what shall be reached by an earlier year is no target any more; may be empty.
    """
    start = 0
    for stop in (*(match.end() for match in _STATEMENT_END.finditer(text)), len(text)):
        sentence = text[start:stop]
        # Who asks what the targets are names none.
        target = None if sentence.endswith(("?", "？")) else _target_of(sentence, year)
        if target is not None:
            marked_at, horizon = target
            clauses = []
            for clause in _CLAUSE.finditer(sentence):
                words = "" if clause.end() <= marked_at else _said(_plain(clause.group()))
                if len(words) >= _LEAST_CLAUSE:
                    first = start + clause.end() - len(clause.group().lstrip())
                    clauses.append((first, start + clause.start() + len(clause.group().rstrip()), words))
            if clauses:
                first = start + len(sentence) - len(sentence.lstrip())
                last = start + len(sentence.rstrip())
                yield _Statement(first, last, start + marked_at, horizon, tuple(clauses))
        start = stop


def _said(words: str) -> str:
    """Return a clause without the date and 力争; nothing of one that only leads in: 主要目标是."""
    if _LEADING_IN.search(words):
        return ""
    return _INTENT.sub("", _HORIZON.sub("", words)).strip("“”年底末，")


def _target_of(sentence: str, year: str) -> tuple[int, str] | None:
    """Return where a sentence says that something shall be reached, and by when; None if it does not.

    The year is empty where none is named.
    """
    if len(sentence) > _LONGEST_SENTENCE:
        return None
    kept = [at for at, letter in enumerate(sentence) if not letter.isspace()]
    plain = "".join(sentence[at] for at in kept)
    intent = _INTENT.search(plain)
    for found in _HORIZON.finditer(plain):
        horizon = found.group("year") or found.group("plan")
        if found.group("year") is None or not year or found.group("year") >= year:
            first = min(found.start(), intent.start()) if intent is not None else found.start()
            return kept[first], horizon
    return (kept[intent.start()], "") if intent is not None else None


def _compare_statements(before: _Reading, after: _Reading, tally: _Tally) -> None:
    """Compare targets clause by clause where two sentences are the same one, else as whole sentences."""
    old, new = _without_twins(before.statements), _without_twins(after.statements)
    firsts = [f"{statement.horizon}\0{statement.words}" for statement in old]
    seconds = [f"{statement.horizon}\0{statement.words}" for statement in new]
    pairs = _pairs_alike(firsts, seconds, _SAME_STATEMENT, _clauses_shared)
    partners = dict(_matched(pairs, firsts, seconds))
    known, others = (
        {clause[2] for each in statements for clause in each.clauses} for statements in (old, new)
    )
    for i, statement in enumerate(old):
        if i in partners:
            _compare_clauses(before, after, statement, new[partners[i]], known, others, tally)
        elif any(words not in others for _start, _end, words in statement.clauses):
            tally.add(ChangeKind.VANISHED, Matter.TARGET, _whole(before, statement), None)
    for j, statement in enumerate(new):
        if j not in partners.values() and any(words not in known for _s, _e, words in statement.clauses):
            tally.add(ChangeKind.APPEARED, Matter.TARGET, None, _whole(after, statement))


def _without_twins(statements: Sequence[_Statement]) -> list[_Statement]:
    return list(
        {(statement.horizon, statement.words): statement for statement in reversed(statements)}.values()
    )[::-1]


def _clauses_shared(first: str, second: str) -> float:
    """Return how much of the shorter statement stands in the other, word for word or nearly."""
    (horizon, *clauses), (other_horizon, *others) = first.split("\0"), second.split("\0")
    if horizon and other_horizon and horizon != other_horizon:
        return 0.0
    same = len(set(clauses) & set(others))
    if same >= _SAME_STATEMENT * min(len(set(clauses)), len(set(others))):
        return float(same)  # The more the better, so that a heading takes no paragraph's place.
    return likeness("".join(clauses)[:200], "".join(others)[:200])


def _compare_clauses(
    before: _Reading,
    after: _Reading,
    old: _Statement,
    new: _Statement,
    known: AbstractSet[str],
    others: AbstractSet[str],
    tally: _Tally,
) -> None:
    """Compare what two statements say, `known` and `others` being all that targets of the documents say."""
    tally.unchanged[Matter.TARGET] += len({clause[2] for clause in old.clauses} & others)
    gone = [clause for clause in old.clauses if clause[2] not in others]
    come = [clause for clause in new.clauses if clause[2] not in known]
    firsts, seconds = [clause[2] for clause in gone], [clause[2] for clause in come]
    partners = dict(_matched(_pairs_alike(firsts, seconds, ALIKE), firsts, seconds))

    def side(reading: _Reading, statement: _Statement, clause: tuple[int, int, str]) -> Side:
        return Side(clause[2], (reading.quotation(*clause[:2]),), 1, horizon=statement.horizon)

    for i, clause in enumerate(gone):
        if i not in partners:
            tally.add(ChangeKind.VANISHED, Matter.TARGET, side(before, old, clause), None)
            continue
        other = come[partners[i]]
        if _masked(clause[2]) == _masked(other[2]):
            continue  # Only a figure differs, and figures are told by themselves.
        tally.add(ChangeKind.RENAMED, Matter.TARGET, side(before, old, clause), side(after, new, other))
    for j, clause in enumerate(come):
        if j not in partners.values():
            tally.add(ChangeKind.APPEARED, Matter.TARGET, None, side(after, new, clause))


def _masked(words: str) -> str:
    return re.sub(r"\d+(?:\.\d+)?", "#", words)


def _whole(reading: _Reading, statement: _Statement) -> Side:
    name = _plain(reading.document.text[statement.start : statement.end])
    quotation = reading.quotation(statement.start, statement.end)
    return Side(name, (quotation,), 1, horizon=statement.horizon)


# ---------------------------------------------------------------------------------------------- figures


@dataclass(slots=True)
class _Counted:
    """A figure, with all places where the document reports it."""

    figure: TextFigure
    matter: Matter
    horizon: str
    about: str
    """What is counted, in plain words or as the id of the catalogue's indicator."""
    around: str
    """The words around it in its sentence, the figure left out."""
    spans: list[tuple[int, int]]

    @property
    def reported(self) -> tuple[Hashable, ...]:
        """What makes two figures the same one."""
        figure = self.figure
        return self.matter, figure.value.normalize(), figure.unit, figure.qualifier, figure.role


_AROUND = 24
_NEARBY = 0.35
"""How much of the words around two figures must be shared for them to be about the same thing."""
_STRICT = 0.62


def _counted(reading: _Reading) -> list[_Counted]:
    found: dict[tuple[Hashable, ...], _Counted] = {}
    for figure in sorted(reading.document.figures, key=lambda each: (each.start, each.end)):
        if figure.status is FigureStatus.REJECTED:
            continue
        target = reading.target_of(figure)
        matter = Matter.TARGET if target is not None else Matter.FIGURE
        about = figure.indicator_id or _plain(figure.indicator)
        text = reading.document.text
        # The clause decides: what stands beyond the next mark is mostly about something else.
        left = _plain(text[max(figure.sentence_start, figure.start - 2 * _AROUND) : figure.start])[-_AROUND:]
        right = _plain(text[figure.end : min(figure.sentence_end, figure.end + _AROUND)])[: _AROUND // 2]
        counted = _Counted(
            figure,
            matter,
            target.horizon if target is not None else "",
            about,
            _masked(f"{left}\n{right}"),
            [(figure.start, figure.end)],
        )
        key = (*counted.reported, about, figure.scope_id, figure.period)
        known = found.setdefault(key, counted)
        if known is not counted:
            known.spans.extend(counted.spans)
    return list(found.values())


def _compare_figures(before: _Reading, after: _Reading, tally: _Tally) -> None:
    old, new = _counted(before), _counted(after)

    def take(pairs: list[tuple[float, int, int]], told: bool) -> None:
        nonlocal old, new
        keys, others = (["\0".join((each.about, each.around)) for each in counted] for counted in (old, new))
        chosen = _matched(pairs, keys, others)
        for i, j in chosen:
            if told:
                matter = old[i].matter if old[i].matter is new[j].matter else Matter.FIGURE
                tally.add(
                    ChangeKind.CHANGED, matter, _figure_side(before, old[i]), _figure_side(after, new[j])
                )
            else:
                tally.unchanged[old[i].matter] += 1
        firsts, seconds = {i for i, _j in chosen}, {j for _i, j in chosen}
        old = [each for i, each in enumerate(old) if i not in firsts]
        new = [each for j, each in enumerate(new) if j not in seconds]

    # The same figure, reported in the same or in other words.
    take(_figure_pairs(old, new, lambda each: each.reported, _same_thing), told=False)
    # The same indicator of the same scope and period with another value; then that of another period.
    for with_period in (True, False):

        def indicator(each: _Counted, with_period: bool = with_period) -> tuple[Hashable, ...] | None:
            if not each.about:
                return None
            period = each.figure.period if with_period else ""
            return each.matter, each.about, each.figure.scope_id, each.figure.unit, each.figure.role, period

        take(_figure_pairs(old, new, indicator, _changed_thing), told=True)
    # Without an indicator, or where it was read differently: the same sentence with another number in it.
    pairs = _pairs_alike([each.around for each in old], [each.around for each in new], _STRICT)
    take([pair for pair in pairs if _may_be_one(old[pair[1]], new[pair[2]])], told=True)
    for each in old:
        tally.add(ChangeKind.VANISHED, each.matter, _figure_side(before, each), None)
    for each in new:
        tally.add(ChangeKind.APPEARED, each.matter, None, _figure_side(after, each))


def _figure_pairs(
    old: Sequence[_Counted],
    new: Sequence[_Counted],
    key: Callable[[_Counted], tuple[Hashable, ...] | None],
    score: Callable[[_Counted, _Counted], float],
) -> list[tuple[float, int, int]]:
    """Return pairs that share a key, with how well they fit; at most `_MOST_CANDIDATES` of one key."""
    groups: dict[tuple[Hashable, ...], tuple[list[int], list[int]]] = {}
    for side, counted in enumerate((old, new)):
        for number, each in enumerate(counted):
            shared = key(each)
            if shared is not None:
                group = groups.setdefault(shared, ([], []))[side]
                if len(group) < _MOST_CANDIDATES:
                    group.append(number)
    pairs = []
    for firsts, seconds in groups.values():
        for i in firsts:
            for j in seconds:
                fit = score(old[i], new[j])
                if fit > 0:
                    pairs.append((fit, i, j))
    return pairs


def _around(first: _Counted, second: _Counted) -> float:
    return likeness(first.around, second.around)


def _same_thing(first: _Counted, second: _Counted) -> float:
    """Return how well two figures of one value fit: one indicator, or shared words around them."""
    nearby = _around(first, second)
    if first.about and first.about == second.about:
        return 1 + nearby
    if first.figure.scope_id and second.figure.scope_id and first.figure.scope_id != second.figure.scope_id:
        return nearby if nearby >= _STRICT else 0.0
    alike = likeness(first.about, second.about) if first.about and second.about else 0.0
    # A long number is hardly the same by chance.
    is_telling = len(first.figure.printed_value.normalize().as_tuple().digits) >= 4
    best = max(nearby, alike)
    return best if best >= (_NEARBY / 2 if is_telling else _NEARBY) else 0.0


def _changed_thing(first: _Counted, second: _Counted) -> float:
    return 1 + _around(first, second)


def _may_be_one(first: _Counted, second: _Counted) -> bool:
    scopes = {first.figure.scope_id, second.figure.scope_id} - {""}
    kinds = {(each.matter, each.figure.unit, each.figure.role) for each in (first, second)}
    return len(scopes) < 2 and len(kinds) < 2


def _figure_side(reading: _Reading, counted: _Counted) -> Side:
    named = _Named(_plain(counted.figure.text), counted.spans, counted.figure.scope_id)
    return replace(reading.side(named), figure=counted.figure, horizon=counted.horizon)
