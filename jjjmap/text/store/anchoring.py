"""Finding words again in a text that has changed: W3C text-quote (words, before, behind) and position.

White space does not count: a cleaning step taken back breaks lines inside names, and the words are the same.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace

CONTEXT = 32
"""Characters kept before and behind, without white space."""

_REACH = 8 * CONTEXT
"""Within so many characters the context is looked for, white space among them."""
_NEAR_ENOUGH = 8
"""So many characters of the context in a row beside the words make sure that it is the same place."""
_LONG = 12
"""Words of that length that stand once are the same words, whatever is around them."""
_TRIED = 200
"""Places of the same words that are looked at, the nearest to the old one."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A stretch of a text that is to be found again."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


def anchor_in(text: str, start: int, end: int) -> Anchor:
    """Return what is needed to find ``text[start:end]`` again, without a look at all of the text."""
    first = max(start - _REACH, 0)
    anchor = AnchorText(text[first : end + _REACH]).anchor(start - first, end - first)
    return replace(anchor, start=start, end=end)


class AnchorText:
    """A text in which stretches are anchored and found again."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Offsets of the characters that are no white space; the words are looked up among these.
        self._offsets = [offset for offset, character in enumerate(text) if not character.isspace()]
        self._bare = "".join(text.split())

    def anchor(self, start: int, end: int) -> Anchor:
        """Return what is needed to find ``text[start:end]`` again."""
        first, last = bisect_left(self._offsets, start), bisect_left(self._offsets, end)
        return Anchor(
            start,
            end,
            exact=self.text[start:end],
            prefix=self._bare[max(first - CONTEXT, 0) : first],
            suffix=self._bare[last : last + CONTEXT],
        )

    def find(self, anchor: Anchor) -> tuple[int, int] | None:
        """Return where the words stand now; None if they are gone, or there is no telling which they are.

        Of several places the one whose surroundings are the most alike wins, then the nearest to the old one.
        """
        exact = "".join(anchor.exact.split())
        if not exact:
            return None
        near = bisect_left(self._offsets, anchor.start)
        whole = self._places(anchor.prefix + exact + anchor.suffix, near - len(anchor.prefix))
        if whole:
            return self._stretch(whole[0] + len(anchor.prefix), len(exact))
        best: tuple[int, int, int] | None = None
        places = self._places(exact, near)
        for place in places:
            before = self._alike_before(anchor.prefix, place)
            behind = self._alike_behind(anchor.suffix, place + len(exact))
            found = (before + behind, -abs(place - near), place)
            best = found if best is None or found > best else best
        if best is None:
            return None
        score, _distance, place = best
        is_sure = score >= min(_NEAR_ENOUGH, len(anchor.prefix) + len(anchor.suffix))
        if is_sure or (len(exact) >= _LONG and len(places) == 1):
            return self._stretch(place, len(exact))
        return None

    def _places(self, words: str, near: int) -> list[int]:
        """Return where words stand, the nearest to a place first, and not more than are worth a look."""
        places: list[int] = []
        behind = self._bare.find(words, max(near, 0))
        before = self._bare.rfind(words, 0, max(near, 0) + len(words) - 1)
        while len(places) < _TRIED and (behind >= 0 or before >= 0):
            if before < 0 or (behind >= 0 and behind - near <= near - before):
                places.append(behind)
                behind = self._bare.find(words, behind + 1)
            else:
                places.append(before)
                before = self._bare.rfind(words, 0, before + len(words) - 1)
        return places

    def _alike_before(self, prefix: str, place: int) -> int:
        there = self._bare[max(place - len(prefix), 0) : place]
        count = 0
        for mine, theirs in zip(reversed(prefix), reversed(there), strict=False):
            if mine != theirs:
                break
            count += 1
        return count

    def _alike_behind(self, suffix: str, place: int) -> int:
        count = 0
        for mine, theirs in zip(suffix, self._bare[place : place + len(suffix)], strict=False):
            if mine != theirs:
                break
            count += 1
        return count

    def _stretch(self, place: int, length: int) -> tuple[int, int]:
        return self._offsets[place], self._offsets[place + length - 1] + 1
