"""How much wording names and sentences share, and which of them are therefore held to be the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

ALIKE = 0.6
"""How much wording two names must share to be one name that was changed, 0…1; see `likeness`."""
MOST_CANDIDATES = 50
"""Names, sentences or figures that one is held against: the rest of what shares a word with it is not."""

_LEAST_BLOCK = 2
"""A single letter that two names share is chance."""
_MOST_PAIRS = 20_000
"""Pairs of names, sentences or figures that are held against one another, the likeliest first."""

_HIDDEN = str.maketrans({",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "“": "", "”": "", '"': ""})


def plain(text: str) -> str:
    """Return words without spaces, line breaks and quotation marks, with full-width marks."""
    return "".join(text.split()).translate(_HIDDEN)


def masked(words: str) -> str:
    """Return words with a mark in the place of each number."""
    return re.sub(r"\d+(?:\.\d+)?", "#", words)


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


def pairs_alike(
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
        if len(wanted) * len(held) <= MOST_CANDIDATES**2:
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


def matched(
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
