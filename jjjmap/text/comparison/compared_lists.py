"""What became of chains and clusters between two documents, from their lists and from elsewhere."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from jjjmap.text.comparison.comparison_records import ChangeKind, Matter, Tally
from jjjmap.text.comparison.listings import Listing, ListingKind, name_parts
from jjjmap.text.comparison.sides import Named, Reading
from jjjmap.text.comparison.wording import ALIKE, MOST_CANDIDATES, matched, pairs_alike

_MATTERS = {ListingKind.CHAIN: Matter.CHAIN, ListingKind.CLUSTER: Matter.CLUSTER}


def compare_listed(before: Reading, after: Reading, tally: Tally) -> None:
    """Tell which chains and clusters were renamed, moved, replaced, or are in one document only."""
    gone: dict[ListingKind, dict[str, Named]] = {}
    come: dict[ListingKind, dict[str, Named]] = {}
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


def _drop_same_subjects(gone: dict[str, Named], come: dict[str, Named], matter: Matter, tally: Tally) -> None:
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
    before: Reading,
    after: Reading,
    gone: dict[ListingKind, dict[str, Named]],
    come: dict[ListingKind, dict[str, Named]],
    tally: Tally,
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


def _by_part(listed: dict[str, Named]) -> dict[str, list[Named]]:
    """Return names by themselves and by what 和 joins in them."""
    found: dict[str, list[Named]] = {}
    for name in sorted(listed):
        for word in dict.fromkeys((name, *name_parts(name))):
            found.setdefault(word, []).append(listed[name])
    return found


def _rename(
    kind: ListingKind,
    gone: dict[ListingKind, dict[str, Named]],
    come: dict[ListingKind, dict[str, Named]],
    before: Reading,
    after: Reading,
    tally: Tally,
) -> None:
    firsts, seconds = sorted(gone[kind]), sorted(come[kind])
    pairs = pairs_alike(firsts, seconds, ALIKE)
    for first, second in matched(pairs, firsts, seconds):
        old, new = gone[kind].pop(firsts[first]), come[kind].pop(seconds[second])
        tally.add(
            ChangeKind.RENAMED,
            _MATTERS[kind],
            before.side(old),
            after.side(new),
            _joined(old.name, new.name, before) | _joined(new.name, old.name, after),
        )


def _joined(name: str, other: str, reading: Reading) -> set[str]:
    """Return what else of the document that has `name` went into `other`."""
    parts = set(name_parts(other)) - {name, other}
    known = {each for listed in reading.listed.values() for each in listed}
    return (parts & known) if name in name_parts(other) else set()


def _replace(
    kind: ListingKind,
    before: Reading,
    after: Reading,
    gone: dict[str, Named],
    come: dict[str, Named],
    moved_from: set[_Place],
    moved_to: set[_Place],
    tally: Tally,
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
    old = [listing for listing in firsts if listing.kind is kind][:MOST_CANDIDATES]
    new = [listing for listing in seconds if listing.kind is kind][:MOST_CANDIDATES]
    pairs = []
    for i, first in enumerate(old):
        for j, second in enumerate(new):
            names, others = ({item.name for item in each.items} for each in (first, second))
            shared = len(names & others)
            if shared * 2 >= min(len(names), len(others)) and shared >= 2:
                pairs.append((float(shared), i, j))
    keys = ["\0".join(item.name for item in listing.items) for listing in old]
    others_keys = ["\0".join(item.name for item in listing.items) for listing in new]
    return [(old[i], new[j]) for i, j in matched(pairs, keys, others_keys)]
