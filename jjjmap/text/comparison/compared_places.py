"""Which places two documents name, and whether they name them alike."""

import re
from collections import Counter
from collections.abc import Sequence

from jjjmap.text.comparison.comparison_records import ChangeKind, Matter, Tally
from jjjmap.text.comparison.sides import Named, Reading
from jjjmap.text.comparison.wording import ALIKE, likeness, plain
from jjjmap.text.records import Mention

_UNIT_SUFFIX = re.compile(r"(?:省|市|区|县|新区|自治县)$")


def compare_places(before: Reading, after: Reading, tally: Tally) -> None:
    """Tell which places go by another name, and which only one document names."""
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


def _named_place(subject_id: str, mentions: Sequence[Mention]) -> Named | None:
    if not mentions:
        return None
    names = Counter(plain(mention.text) for mention in mentions)
    # The fullest name tells most; among equals the usual one.
    name = max(names, key=lambda each: (len(each), names[each], each))
    return Named(name, [(mention.start, mention.end) for mention in mentions], subject_id)


def _is_renamed(old: Sequence[Mention], new: Sequence[Mention]) -> bool:
    """Tell whether a place goes by another name altogether: 任县 and 任泽区, not 雄安 and 雄安新区."""
    are_old = [all(mention.rule == "old-name" for mention in mentions) for mentions in (old, new)]
    if are_old[0] != are_old[1]:
        return True
    firsts, seconds = ({plain(mention.text) for mention in mentions} for mentions in (old, new))
    if firsts & seconds or any(name.isascii() for name in firsts | seconds):
        return False
    stems = [[_UNIT_SUFFIX.sub("", name) or name for name in names] for names in (firsts, seconds)]
    return not any(_is_short_for(*sorted((a, b), key=len)) for a in stems[0] for b in stems[1])


def _is_short_for(short: str, long: str) -> bool:
    """Tell whether all letters of a name stand in another one, in their order: 冀 is in no 河北, though."""
    letters = iter(long)
    return all(letter in letters for letter in short) or likeness(short, long) >= ALIKE or len(short) < 2
