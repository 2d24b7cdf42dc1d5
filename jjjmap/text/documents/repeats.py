"""Lines that stand twice, and teasers that the text says again in full."""

from collections.abc import Sequence

from jjjmap.text.documents.lines import LONG_LINE, SENTENCE_END, SENTENCE_MARK, Line
from jjjmap.text.documents.removals import Removals
from jjjmap.text.records import CleaningKind


def find_repeats(lines: Sequence[Line], removals: Removals) -> None:
    """Add to `removals` the lines that say again what stands above or, cut short, what comes below."""
    seen: set[str] = set()
    above = ""
    for index, line in enumerate(lines):
        if index in removals:
            continue
        said = line.text
        if _is_same(said, above):
            removals.add(CleaningKind.REPEATS, (index,))
            continue
        above = said
        if len(said) < LONG_LINE:
            continue
        ends_sentence = SENTENCE_END.search(said, len(said) - 2) is not None
        if not ends_sentence:
            if _is_cut_short(lines, index):
                removals.add(CleaningKind.REPEATS, (index,))
        elif (
            index == 0
            or line.blanks_before
            or SENTENCE_END.search(lines[index - 1].text, max(0, len(lines[index - 1].text) - 2))
        ):
            bare = "".join(said.split())
            if bare in seen:
                removals.add(CleaningKind.REPEATS, (index,))
            seen.add(bare)


def _is_same(one: str, other: str) -> bool:
    """Whether two lines say the same, and say something."""
    if not other or one[0] != other[0] or one[-1] != other[-1]:
        return False
    bare = "".join(one.split())
    return len(bare) >= 6 and bare == "".join(other.split()) and any(map(str.isalpha, bare))


def _is_cut_short(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is the begin of the next one, cut off by a site that shows it as a teaser."""
    said = lines[index].text
    if len(said) > 300 or not SENTENCE_MARK.search(said):
        return False
    begin = said[:8]
    for later in lines[index + 1 : index + 3]:
        # It must stand near the begin of a longer one, behind a dateline at most.
        if len(later.text) > len(said) and begin in later.text[:80]:
            bare = "".join(said.split()).rstrip(".…")
            whole = "".join(later.text[: 2 * len(said) + 160].split())
            if 0 <= whole.find(bare) <= 60:
                return True
    return False
