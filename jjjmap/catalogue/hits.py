"""Hits of a search in words: title, a line about it, where it belongs, and what of them was looked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from jjjmap.catalogue import wording
from jjjmap.catalogue.details import location_text, via_name
from jjjmap.catalogue.matching import Span, Word, merged, snippet, spans_of
from jjjmap.catalogue.models import Catalogue, Chain, Figure, Passage, Place, Source
from jjjmap.catalogue.pinyin import Sound
from jjjmap.catalogue.search_entries import Entry, SearchKind
from jjjmap.i18n import Language, _, speaking

LINE_CHARS = 90
"""How long a line may be, where a Chinese character counts for two."""

_DOT = " · "


class Match(StrEnum):
    """How a hit fits what was typed, best first."""

    EXACT = "exact"
    """A whole name, short name, alias or id; a unit also without its last character (通州 for 通州区)."""
    PREFIX = "prefix"
    ALIAS = "alias"
    """The beginning of a short name or an alias."""
    PINYIN = "pinyin"
    """The beginning of a name as it is spelled or abbreviated in pinyin."""
    INSIDE = "inside"
    """Within a name or title."""
    PINYIN_INSIDE = "pinyin-inside"
    TEXT = "text"
    """In what is said about it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, in words."""

    kind: SearchKind
    id: str
    match: Match
    title: str
    title_spans: tuple[Span, ...]
    """What of the title was looked for."""
    text: str
    """One line about it: what it is, or the words around what was found."""
    text_spans: tuple[Span, ...]
    where: str
    """The area, section or scope that it belongs to; may be empty."""
    where_spans: tuple[Span, ...]
    scope_id: str = ""
    """For a figure the place, chain or unit that it is about; ``region`` for all three."""
    source_ids: tuple[str, ...] = ()
    """For figures, chains and passages where they were read."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A hit before anything in it is marked."""

    title: str
    text: str = ""
    """May be long: what is shown is the part around the words."""
    where: str = ""
    extras: Callable[[], Iterable[str]] = tuple
    """Gives what else may hold the words, shown only if it does: other names first."""
    names: Sequence[str] = ()
    """Chinese names that may be spelled in pinyin."""
    note: str = ""
    """Put behind the text whatever was looked for."""
    scope_id: str = ""
    source_ids: tuple[str, ...] = ()


class HitWriter:
    """Writes the hits of one search.

    Parameters
    ----------
    catalogue
        Where they were found.
    sounds
        Tells how a Chinese name sounds.
    words, phrases
        What was looked for, word by word and as one.
    language
        Language of the hits.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        sounds: Callable[[str], tuple[Sound, ...]],
        words: tuple[Word, ...],
        phrases: tuple[Word, ...],
        language: Language,
    ) -> None:
        self._catalogue = catalogue
        self._sounds = sounds
        self._words = words
        # As one the words may spell a name that none of them spells: xion gan.
        self._spelled = tuple(each for each in dict.fromkeys((*words, phrases[-1])) if each.is_latin)
        self._language = language

    def hit(self, entry: Entry, match: Match) -> Hit:
        """Return an entry as a hit."""
        draft = self._draft(entry)
        text = snippet(draft.text, self._words, chars=LINE_CHARS)
        title_spans, title_words = self._look_in(draft.title, draft)
        text_spans, text_words = self._look_in(text, draft)
        where_spans, where_words = self._look_in(draft.where, draft)
        missing = set(self._words) - title_words - text_words - where_words
        pieces: list[str] = []
        for extra in draft.extras() if missing else ():
            _spans, here = self._look_in(extra, draft)
            if here & missing:
                pieces.append(snippet(extra, here & missing, chars=LINE_CHARS))
                missing -= here
                if not missing:
                    break
        if pieces or draft.note:
            text = _DOT.join(piece for piece in (*pieces, text, draft.note) if piece)
            text_spans, _here = self._look_in(text, draft)
        return Hit(
            entry.kind,
            entry.id,
            match,
            draft.title,
            title_spans,
            text,
            text_spans,
            draft.where,
            where_spans,
            draft.scope_id,
            draft.source_ids,
        )

    def _look_in(self, text: str, draft: _Draft) -> tuple[tuple[Span, ...], set[Word]]:
        """Return what of a text the words stand for, by their letters or by their sound, and which words."""
        if not text:
            return (), set()
        found: list[Span] = []
        words: set[Word] = set()
        for each in self._words:
            spans = spans_of(text, (each,))
            if spans:
                found.extend(spans)
                words.add(each)
        for each in self._spelled:
            if each in words:
                continue
            span = self._sound_span(text, draft.names, each)
            if span is not None:
                found.append(span)
                words.update((each,) if each in self._words else self._words)
        return merged(found), words

    def _sound_span(self, text: str, names: Iterable[str], wanted: Word) -> Span | None:
        spans: list[tuple[int, Span]] = []
        for name in names:
            at = text.find(name) if name else -1
            if at < 0:
                continue
            for sound in self._sounds(name):
                span = sound.find(wanted.text)
                if span is not None:
                    # The name that begins with the sound explains it better than one that holds it.
                    spans.append((span[0], (at + span[0], at + span[1])))
        return min(spans)[1] if spans else None

    # One draft for each kind of record.

    def _draft(self, entry: Entry) -> _Draft:
        match entry.record:
            case Place() as place:
                return self._place(place)
            case Chain() as chain:
                return self._chain(chain)
            case Passage() as passage:
                return self._passage(passage)
            case Figure() as figure:
                return self._figure(figure)
            case Source() as source:
                return self._source(source)
            case title:
                return _Draft(str(title))

    def _both(self, zh: str, en: str) -> tuple[str, str]:
        """Return two texts, that in our language first."""
        return (zh, en) if self._language is Language.ZH else (en, zh)

    @staticmethod
    def _listed(names: Iterable[str], language: Language) -> str:
        return ("、" if language is Language.ZH else ", ").join(name for name in names if name)

    def _place(self, place: Place) -> _Draft:
        text = wording.kind_name(place.kind)
        cluster = self._catalogue.clusters.get(place.id)
        if cluster is not None:
            text = self._both(cluster.set_zh, cluster.set_en)[0]
            if str(cluster.year) not in text:
                text = _("{set}（{year}）").format(set=text, year=cluster.year)
        where = location_text(self._catalogue, place, self._language)
        return _Draft(
            place.name(self._language),
            text,
            "" if where == place.name(self._language) else where,
            lambda: self._told_of(place),
            (place.name_zh, place.short_zh, *place.aliases),
        )

    def _told_of(self, place: Place) -> Iterator[str]:
        """Yield the other names of a place, then whatever else is known about it."""
        yield self._both(place.name_zh, place.name_en)[1]
        yield from self._both(place.short_zh, place.short_en)
        yield from place.aliases
        cluster = self._catalogue.clusters.get(place.id)
        if cluster is not None:
            members = [self._catalogue.places.get(member_id) for member_id in cluster.member_ids]
            for language in Language:
                yield self._listed((member.name(language) for member in members if member), language)
        yield place.id if place.kind.is_unit else ""
        yield place.category
        yield self._listed(place.industries, Language.ZH)
        yield from self._both(place.note_zh, place.note_en)
        for language in Language:
            yield location_text(self._catalogue, place, language)
            with speaking(language):
                yield wording.kind_name(place.kind)

    def _chain(self, chain: Chain) -> _Draft:
        nodes = [node for node in self._catalogue.chain_nodes.values() if node.chain_id == chain.id]
        zh = self._listed((node.name_zh for node in nodes), Language.ZH)
        en = self._listed((node.name_en for node in nodes), Language.EN)
        return _Draft(
            chain.name(self._language),
            self._both(zh, en)[0],
            "",
            lambda: (
                chain.name_zh_2024,
                chain.name_zh_2023,
                chain.name_en,
                *self._both(zh, en)[1:],
                *(f"{region}：{role}" for region, role in chain.roles.items()),
                *chain.roles_en.values(),
                *self._both(chain.chokepoints_zh, chain.chokepoints_en),
                chain.lead_by,
            ),
            (chain.name_zh_2024, chain.name_zh_2023),
            source_ids=chain.source_ids,
        )

    def _passage(self, passage: Passage) -> _Draft:
        section = wording.section_name(passage.section)
        return _Draft(
            passage.title(self._language),
            passage.text(self._language),
            f"{section} {passage.number}".strip(),
            lambda: (
                *self._both(passage.title_zh, passage.title_en)[1:],
                *self._both(passage.text_zh, passage.text_en)[1:],
            ),
            (passage.title_zh, *self._names_of(passage.place_ids)),
            source_ids=passage.source_ids,
        )

    def _names_of(self, place_ids: Iterable[str]) -> Iterator[str]:
        for place_id in place_ids:
            place = self._catalogue.places.get(place_id)
            if place is not None:
                yield from (place.name_zh, place.short_zh, *place.aliases)

    def _figure(self, figure: Figure) -> _Draft:
        value = wording.figure_text(figure, self._language)
        period = wording.period_text(figure.period, self._language)
        notes = [_("有不同说法")] if figure.contested else []
        source = self._catalogue.sources.get(figure.source_id)
        if source is not None:
            notes.append(_("来源：{title}").format(title=source.title))
        return _Draft(
            figure.indicator(self._language),
            f"{value}{_DOT}{period}",
            via_name(self._catalogue, figure.scope_id, self._language),
            lambda: (
                *self._both(figure.indicator_zh, figure.indicator_en)[1:],
                *(via_name(self._catalogue, figure.scope_id, language) for language in Language),
                *self._both(figure.comparison_zh, figure.comparison_en),
                figure.period,
                *self._both(figure.unit_zh, figure.unit_en)[1:],
            ),
            note=_DOT.join(notes),
            scope_id=figure.scope_id,
            source_ids=(figure.source_id,),
        )

    def _source(self, source: Source) -> _Draft:
        date = wording.date_text(source.date, self._language) if source.date else ""
        return _Draft(
            source.title,
            _DOT.join(part for part in (source.publisher, date) if part),
            wording.quality_name(source.quality),
            lambda: (source.date,),
        )
