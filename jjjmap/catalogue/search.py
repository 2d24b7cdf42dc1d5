"""Search over all that the catalogue holds: by name, alias, sound, number or any word of a text."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from jjjmap.catalogue.hits import Hit, HitWriter, Match
from jjjmap.catalogue.matching import Word, word, words_of
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.pinyin import Readings, Sound, letters_of, sound_of
from jjjmap.catalogue.search_entries import (
    Command,
    Entry,
    Name,
    SearchKind,
    command_entries,
    entries_of,
)
from jjjmap.i18n import Language, _

_MATCHES = tuple(Match)
_RANKS = {match: rank for rank, match in enumerate(_MATCHES)}
_KINDS = {kind: rank for rank, kind in enumerate(SearchKind)}


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The hits of one kind, best first."""

    kind: SearchKind
    total: int
    """How many there are; `hits` may hold fewer."""
    hits: tuple[Hit, ...]


def kind_title(kind: SearchKind) -> str:
    """Return the heading of a group of hits."""
    return {
        SearchKind.PLACE: _("地点"),
        SearchKind.CLUSTER: _("集群"),
        SearchKind.CHAIN: _("产业链"),
        SearchKind.POLICY: _("政策"),
        SearchKind.FIGURE: _("数据"),
        SearchKind.SOURCE: _("来源"),
        SearchKind.DOCUMENT: _("文库"),
        SearchKind.LAYER: _("图层"),
        SearchKind.COMMAND: _("命令"),
    }[kind]


class SearchIndex:
    """Finds what is in a catalogue; making one takes some milliseconds, so make it when it is first needed.

    Parameters
    ----------
    catalogue
        Must not change while the index is in use.
    readings
        How Chinese names are read; without them nothing is found by its sound.
    commands
        What the window can do; its titles are in one language.
    """

    def __init__(
        self, catalogue: Catalogue, readings: Readings | None = None, commands: Sequence[Command] = ()
    ) -> None:
        self._catalogue = catalogue
        self._readings = readings or {}
        self._letters = [
            (name, letters_of(name, reading)) for name, known in self._readings.items() for reading in known
        ]
        self._sounds = cache(self._read_aloud)
        self._shelf = _Shelf(entries_of(catalogue))
        self._commands = _Shelf(command_entries(commands))

    def set_commands(self, commands: Sequence[Command]) -> None:
        """Take what the window can do, e.g. in another language."""
        self._commands = _Shelf(command_entries(commands))

    def search(
        self,
        text: str,
        language: Language,
        *,
        kinds: Collection[SearchKind] = (),
        limit: int | None = 5,
    ) -> tuple[HitGroup, ...]:
        """Find what holds every word of a text, whatever its case and width.

        Parameters
        ----------
        text
            Words parted by spaces; Latin letters may also spell or abbreviate a Chinese name.
        language
            Language of the hits; they are found by either.
        kinds
            Only these; all if empty.
        limit
            The most hits of one kind; None for all.

        Returns
        -------
        tuple of HitGroup
            Groups with a whole name first, then those with a part of one, then those with words of a text;
            among equals the kinds in their own order. Within a group by `Match`, then whole names, then
            places named by policy before administrative units, then short names before long ones.
        """
        words = words_of(text)
        if not words:
            return ()
        phrases = _phrases(words)
        sounding = {
            each.text: names for each in {*words, *phrases} if (names := self._names_that_sound(each))
        }
        found: dict[SearchKind, list[tuple[_Key, Entry]]] = {}
        for shelf in (self._shelf, self._commands):
            for key, entry in shelf.fits(words, phrases, sounding):
                if not kinds or entry.kind in kinds:
                    found.setdefault(entry.kind, []).append((key, entry))
        writer = HitWriter(self._catalogue, self._sounds, words, phrases, language)
        groups = []
        for kind, fits in found.items():
            fits.sort(key=lambda fit: (fit[0], fit[1].order))
            hits = tuple(writer.hit(entry, _MATCHES[key[0]]) for key, entry in fits[:limit])
            groups.append((_class_of(kind, fits[0][0]), _KINDS[kind], HitGroup(kind, len(fits), hits)))
        return tuple(group for _class, _order, group in sorted(groups, key=lambda made: made[:2]))

    def _names_that_sound(self, wanted: Word) -> dict[str, tuple[Sound, ...]]:
        """Return the names that a word spells or abbreviates, with how they sound."""
        if not wanted.is_latin:
            return {}  # Sounds hold nothing else.
        return {
            name: self._sounds(name)
            for name, letters in self._letters
            if wanted.text in letters and any(sound.find(wanted.text) for sound in self._sounds(name))
        }

    def _read_aloud(self, name: str) -> tuple[Sound, ...]:
        return tuple(sound_of(name, reading) for reading in self._readings.get(name, ()))


# ----------------------------------------------------------------------------------------- how it fits

_Key = tuple[int, bool, bool, int]
"""Rank of the match, whether something is left over, whether it is a unit, how much is left over."""
_Sounding = dict[str, dict[str, tuple[Sound, ...]]]
"""By word the names that it spells or abbreviates, with how they sound; no word that spells none."""


def _phrases(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words as one, with spaces and without: 曹妃甸 港 also means 曹妃甸港."""
    texts = dict.fromkeys((" ".join(each.text for each in words), "".join(each.text for each in words)))
    return tuple(word(text) for text in texts)


def _class_of(kind: SearchKind, key: _Key) -> int:
    """Return how good a group is, by its best hit: 0 a whole name, 1 a part of one, 2 words of a text."""
    rank, is_part = key[:2]
    # Whoever types the beginning of a command wants it done.
    if not is_part or (kind is SearchKind.COMMAND and rank <= _RANKS[Match.PREFIX]):
        return 0
    return 2 if rank == _RANKS[Match.TEXT] else 1


class _Shelf:
    """Entries in a row, their texts one long text: looking through that is quicker than entry by entry."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._text = "\0".join(entry.blob for entry in entries)
        self._starts = list(accumulate((len(entry.blob) + 1 for entry in entries), initial=0))
        self._by_code: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] = {}
        for n, entry in enumerate(entries):
            for code in entry.codes:
                self._by_code.setdefault(code, []).append(n)
            for name in entry.names:
                self._by_name.setdefault(name.printed, []).append(n)

    def fits(
        self, words: tuple[Word, ...], phrases: tuple[Word, ...], sounding: _Sounding
    ) -> list[tuple[_Key, Entry]]:
        """Return the entries that fit, and how well."""
        places = [self._holding(each) for each in words]
        for n, each in enumerate(words):
            if each.is_latin and len(each.text) == 1:  # A single letter stands in every other text.
                places[n] = {m: at for m, at in places[n].items() if at < self._entries[m].names_end}
        heard = {
            text: {n for name in names for n in self._by_name.get(name, ())}
            for text, names in sounding.items()
        }
        both = [place.keys() | heard.get(each.text, set()) for each, place in zip(words, places, strict=True)]
        candidates = set[int].intersection(*map(set, both))
        meant = {n for phrase in phrases for n in self._by_code.get(phrase.text, ())}
        for phrase in phrases:
            candidates |= heard.get(phrase.text, set())
        heard_at_all = set[int]().union(*heard.values())
        found: list[tuple[_Key, Entry]] = [
            ((0, False, self._entries[n].is_unit, 0), self._entries[n]) for n in meant
        ]
        for n in candidates - meant:
            entry = self._entries[n]
            end = entry.names_end
            if n not in heard_at_all and all(place[n] >= end for place in places):
                found.append(((_RANKS[Match.TEXT], True, entry.is_unit, 0), entry))
                continue
            in_text = [n in place for place in places]
            key = _fit(entry, in_text, words, phrases, sounding)
            if key is not None:
                found.append((key, entry))
        return found

    def _holding(self, wanted: Word) -> dict[int, int]:
        """Return which entries hold a word, and where each holds it first."""
        found: dict[int, int] = {}
        at = wanted.find(self._text)
        while at >= 0:
            n = bisect_right(self._starts, at) - 1
            found[n] = at - self._starts[n]
            at = wanted.find(self._text, self._starts[n + 1])
        return found


def _fit(
    entry: Entry,
    in_text: Sequence[bool],
    words: tuple[Word, ...],
    phrases: tuple[Word, ...],
    sounding: _Sounding,
) -> _Key | None:
    """Return how well an entry fits, None if it does not.

    Parameters
    ----------
    entry
        What may fit.
    in_text
        For each word whether the entry holds it by its letters.
    words, phrases, sounding
        What is looked for.
    """
    fits = (_fit_names(entry, phrase, sounding) for phrase in phrases)
    best = min((fit for fit in fits if fit is not None), default=None)
    if best is None:
        worst = _RANKS[Match.INSIDE]
        for each, is_held in zip(words, in_text, strict=True):
            fit = _fit_names(entry, each, sounding) if len(words) > 1 else None
            if fit is not None:
                worst = max(worst, fit[0])
            elif is_held:
                worst = _RANKS[Match.TEXT]
            else:
                return None
        best = (worst, True, 0)
    rank, is_part, left = best
    return rank, is_part, entry.is_unit, left


def _fit_names(entry: Entry, wanted: Word, sounding: _Sounding) -> tuple[int, bool, int] | None:
    """Return rank, whether something is left over and how much, for the name that fits best; None if none."""
    sounds = sounding.get(wanted.text)
    best: tuple[int, bool, int] | None = None
    for name in entry.names:
        fit = _fit_name(name, wanted, sounds.get(name.printed, ()) if sounds else ())
        if fit is not None and (best is None or fit < best):
            best = fit
    return best


def _fit_name(name: Name, wanted: Word, sounds: tuple[Sound, ...]) -> tuple[int, bool, int] | None:
    at = wanted.find(name.folded)
    if at < 0 and not sounds:
        return None
    left = max(len(name.folded) - len(wanted.text), 0)
    if at == 0:
        if not left:
            return _RANKS[Match.EXACT], False, 0
        return _RANKS[Match.PREFIX if name.is_main else Match.ALIAS], True, left
    best = (_RANKS[Match.INSIDE], True, left) if at > 0 else None
    for sound in sounds:
        if sound.is_all(wanted.text):
            return _RANKS[Match.PINYIN], False, 0
        span = sound.find(wanted.text)
        if span is None:
            continue
        match = Match.PINYIN_INSIDE if span[0] else Match.PINYIN
        fit = (_RANKS[match], True, len(name.folded) - (span[1] - span[0]))
        best = fit if best is None or fit < best else best
    return best
