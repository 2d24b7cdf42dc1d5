"""Names drawn together: 北京、天津（滨海新区）2个国家人工智能创新应用先导区 names two pilot zones."""

import re
from collections.abc import Sequence

from jjjmap.text.names.tokens import Token

_COUNT_BEFORE = re.compile(r"(?:等)?(?:[两二三四五六七八九十]|\d{1,2})?[个大家座]?$")
_SEPARATORS = frozenset("、和与及")


def places_designated(text: str, tokens: Sequence[Token], index: int) -> list[tuple[int, str]]:
    """Return the places that a designation makes with the units before it: start of the phrase, place.

    Parameters
    ----------
    text
        In normal form.
    tokens
        In order; only those that are accepted are read.
    index
        Of the token that is the designation.
    """
    designation = tokens[index]
    designated = designation.form.designated
    count = _COUNT_BEFORE.search(text, max(0, designation.start - 6), designation.start)
    position = count.start() if count is not None else designation.start
    items: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = []
    at = index - 1
    while at >= 0 and tokens[at].is_accepted:
        last = tokens[at]
        if last.end == position:
            start, ids = last.start, (last.subject_id,)
            if at > 0 and tokens[at - 1].is_accepted and tokens[at - 1].end == last.start:
                at -= 1
                start = tokens[at].start
            items.append((start, ids, ()))
        elif text[last.end : last.end + 1] == ")" and last.end + 1 == position and at > 0:
            first = tokens[at - 1]
            if not first.is_accepted or first.end + 1 != last.start or text[first.end] != "(":
                break
            at -= 1
            start = first.start
            items.append((start, (first.subject_id, last.subject_id), (last.subject_id,)))
        else:
            break
        if start == 0 or text[start - 1] not in _SEPARATORS:
            break
        position = start - 1
        at -= 1
    places = [designated.get(ids) or designated.get(fewer, "") for _start, ids, fewer in items]
    if not any(places):
        return []
    first_start = items[-1][0]
    return [(first_start, place_id) for place_id in reversed(places) if place_id]
