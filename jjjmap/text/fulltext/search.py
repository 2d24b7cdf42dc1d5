"""Search in the library: which paragraphs fulfil a query, by document and by place, the best first."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

import numpy as np

from jjjmap.errors import QueryInvalid
from jjjmap.text.fulltext.letters import Mask
from jjjmap.text.fulltext.query import (
    And,
    DateIn,
    KindIs,
    Node,
    Not,
    Or,
    PlaceIs,
    Word,
    day_span,
    is_bounded,
    parse_query,
    wanted_words,
)
from jjjmap.text.fulltext.search_memory import (
    Filter,
    IndexedDocument,
    Numbers,
    Passage,
    SearchIndex,
    fulfilling,
)
from jjjmap.text.normal_form import normalise
from jjjmap.text.records import MentionStatus, SubjectKind
from jjjmap.text.store.entries import entries_where
from jjjmap.text.store.library_records import DocumentEntry
from jjjmap.text.store.quotations import texts_between
from jjjmap.text.store.schema import told

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library

Span = tuple[int, int]

SNIPPET_CHARS = 120
"""How long the text around a hit may be."""
MAX_MARKS = 50
"""In one snippet."""

_BEFORE_CHARS = 36
_ENDS_SENTENCE = "。！？；!?;\n"
_ELLIPSIS = "…"
_LOOKED_AT = 12
"""Of the stretches in a paragraph so many are considered for the beginning of its snippet."""
_AT_ONCE = 500
"""Values in one statement."""
_KIND_WORDS = {"地点": "place", "乡镇": "town", "镇": "town", "产业链": "chain", "链": "chain"}


class SubjectNames(Protocol):
    """What a search asks the catalogue; `subjects.CatalogueSubjects` answers."""

    def named(self, name: str) -> Collection[str]:
        """Return the subjects that a person means by a name; none if nobody is called so."""
        ...

    def inside(self, subject_id: str) -> Collection[str]:
        """Return the subjects that lie in another one, without itself."""
        ...

    def of_kind(self, kind: str) -> Collection[str]:
        """Return the subjects of a kind of place; none if there is no such kind."""
        ...


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A paragraph that fulfils a query."""

    passage_id: str
    start: int
    """Where the first of what was looked for stands in the document's text; the paragraph if nothing does."""
    end: int
    snippet: str
    """The words around it, on one line."""
    marks: tuple[Span, ...]
    """What of the snippet was looked for."""


@dataclass(frozen=True, slots=True)
class VersionHits:
    """Another version of a text, which fulfils the query too."""

    entry: DocumentEntry
    count: int


@dataclass(frozen=True, slots=True)
class DocumentHits:
    """The hits in one document, in the order of its text."""

    entry: DocumentEntry
    count: int
    """How many paragraphs fulfil the query; `hits` may hold fewer, and none if only the title does."""
    hits: tuple[SearchHit, ...]
    title_marks: tuple[Span, ...] = ()
    """What of the title was looked for."""
    versions: tuple[VersionHits, ...] = ()
    """Other versions of the same text; they are in no other group, and in no count."""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search came to."""

    query: str
    total: int
    """How many paragraphs fulfil the query, each text counted once."""
    document_total: int
    """In how many texts; `documents` may hold fewer."""
    documents: tuple[DocumentHits, ...]
    """The best first: title hits, then by number of hits, then the newest."""
    places: Mapping[str, int]
    """By id of a place or town in how many of those paragraphs it is named, the most frequent first."""


def search_library(
    library: "Library",
    query: str,
    *,
    place_ids: Collection[str] = (),
    kinds: Collection[str] = (),
    after: str = "",
    before: str = "",
    document_ids: Collection[str] = (),
    limit: int | None = 20,
    hits_per_document: int = 3,
    subjects: SubjectNames | None = None,
    includes_inside: bool = True,
) -> SearchAnswer:
    """Find the paragraphs that fulfil a query.

    Parameters
    ----------
    library
        Of this thread. Its texts are kept in memory from the first search on.
    query
        See `text.fulltext.query`.
    place_ids
        Only paragraphs that name one of these subjects.
    kinds
        Only paragraphs that name something of one of these kinds: values of `SubjectKind`, and kinds of
        places if `subjects` knows them.
    after, before
        Only documents of these dates: ISO years, months or days that count as a whole.
    document_ids
        Only these documents.
    limit
        The most documents that are told in detail; None for all.
    hits_per_document
        The most hits that are shown of one document.
    subjects
        What names mean; without it a place can be written by its id only, and nothing lies in anything.
    includes_inside
        Whether a unit stands for all that lies in it.

    Raises
    ------
    QueryInvalid
        See `query.reason_text`.
    """
    with told(library.path):
        index = index_of(library)
    scope = Scope(
        query,
        place_ids=place_ids,
        kinds=kinds,
        after=after,
        before=before,
        document_ids=document_ids,
        subjects=subjects,
        includes_inside=includes_inside,
    )
    found = scope.find(index)
    titled = scope.titled(index)
    counts = index.counts(found)
    is_present = (counts > 0) | titled
    further = further_versions(index, is_present)
    if further.any():
        found = found & index.of_places(~further)
        is_present &= ~further
    present = np.flatnonzero(is_present)
    # The last key counts most; the order of the documents has the newest first.
    ranked = present[np.lexsort((present, -counts[present], ~titled[present]))]
    newest_first = tuple(index.documents.values())
    shown = [newest_first[place] for place in ranked[:limit].tolist()]
    with told(library.path):
        writer = _Writer(library.connection, index, scope, found, counts, shown, hits_per_document)
        documents = tuple(writer.document(document) for document in shown)
    return SearchAnswer(query, int(counts[present].sum()), len(present), documents, index.count_places(found))


_INDEXES: "WeakKeyDictionary[Library, SearchIndex]" = WeakKeyDictionary()


def index_of(library: "Library") -> SearchIndex:
    """Return the index of a library as it is now; it stays in memory as long as the library is open."""
    index = _INDEXES.get(library)
    if index is None:
        index = _INDEXES[library] = SearchIndex(library.connection)
    index.refresh()
    return index


def further_versions(index: SearchIndex, is_present: Mask) -> Mask:
    """Return those of some documents that are versions of another one of them, which stands for all.

    It is the first version of the text if that is among them, else the newest. Documents are in the order of
    `SearchIndex.documents`.
    """
    further = np.zeros(len(is_present), np.bool_)
    for root_id, family in index.families.items():
        present = [document for document in family if is_present[document.place]]
        if len(present) > 1:
            first = next((document for document in present if document.id == root_id), present[0])
            further[[document.place for document in present if document is not first]] = True
    return further


class Scope:
    """A query and its filters, ready to be held against paragraphs.

    Parameters are those of `search_library`.

    Raises
    ------
    QueryInvalid
        See `query.reason_text`.
    """

    def __init__(
        self,
        query: str,
        *,
        place_ids: Collection[str] = (),
        kinds: Collection[str] = (),
        after: str = "",
        before: str = "",
        document_ids: Collection[str] = (),
        subjects: SubjectNames | None = None,
        includes_inside: bool = True,
        may_be_empty: bool = False,
    ) -> None:
        self._query = query
        self._subjects = subjects
        self._includes_inside = includes_inside
        self.node = parse_query(query)
        is_filtered = bool(place_ids or kinds or after or before or document_ids)
        if not (may_be_empty or is_filtered or is_bounded(self.node)):
            raise QueryInvalid(query[:80], "nothing-wanted")
        self.words = wanted_words(self.node)
        self._document_ids = frozenset(document_ids)
        self._places = self._with_inside(place_ids)
        self._has_places = bool(place_ids)
        self._kinds = [self._kind(kind) for kind in kinds]
        self._dates = DateIn(self._day(after).after, self._day(before).before)
        self._filters: dict[PlaceIs | KindIs, Callable[[str], bool]] = {}
        """Whether a ``kind:subject`` is one that a filter means."""
        self.marked_keys: frozenset[str] = self._places
        self._resolve(self.node, is_wanted=True)

    def find(self, index: SearchIndex) -> Mask:
        """Return the passages that fulfil the query."""

        def mask_of(wanted: Filter) -> Mask:
            if isinstance(wanted, DateIn):
                return index.of_documents(lambda document: is_within(document.date, wanted))
            return index.naming(self._filters[wanted])

        found = fulfilling(self.node, index.size, index.holding, mask_of)
        if self._is_narrow:
            found = found & index.of_documents(self._admits)
        if self._has_places:
            found = found & index.naming(self._places.__contains__)
        if self._kinds:
            found = found & index.naming(lambda key: any(is_meant(key) for is_meant in self._kinds))
        return found

    def titled(self, index: SearchIndex) -> Mask:
        """Return the documents whose titles fulfil the query."""
        titles = index.titles
        nothing = np.zeros(titles.size, np.bool_)
        if self.node is None or not self.words or self._filters or self._has_places or self._kinds:
            return nothing
        named: Mask = fulfilling(self.node, titles.size, titles.holding, lambda _filter: ~nothing)
        if not named.any():
            return nothing
        # Not where a title only lacks what must not be there.
        named &= np.logical_or.reduce([titles.holding(word) for word in self.words])
        dates = _dates_of(self.node)
        documents = tuple(index.documents.values())
        for place in np.flatnonzero(named).tolist():
            document = documents[place]
            named[place] = self._admits(document) and all(is_within(document.date, span) for span in dates)
        return named

    @property
    def _is_narrow(self) -> bool:
        return bool(self._document_ids or self._dates.after or self._dates.before)

    def _admits(self, document: IndexedDocument) -> bool:
        return (not self._document_ids or document.id in self._document_ids) and is_within(
            document.date, self._dates
        )

    def _day(self, text: str) -> DateIn:
        if not text:
            return DateIn("", "")
        span = day_span(text)
        if span is None or span.after != span.before:
            raise QueryInvalid(text[:80], "bad-date")
        return span

    def _resolve(self, node: Node | None, *, is_wanted: bool) -> None:
        """Find out what the filters of a query mean."""
        match node:
            case PlaceIs(name):
                named = self._subjects.named(name) if self._subjects is not None else (name,)
                if not named:
                    raise QueryInvalid(self._query[:80], "unknown-place")
                keys = self._with_inside(named)
                self._filters[node] = keys.__contains__
                if is_wanted:
                    self.marked_keys |= keys
            case KindIs(kind):
                self._filters[node] = self._kind(kind)
            case Not(part):
                self._resolve(part, is_wanted=not is_wanted)
            case And(parts) | Or(parts):
                for part in parts:
                    self._resolve(part, is_wanted=is_wanted)
            case _:
                pass

    def _with_inside(self, subject_ids: Iterable[str]) -> frozenset[str]:
        ids = set(subject_ids)
        if self._subjects is not None and self._includes_inside:
            for subject_id in tuple(ids):
                ids.update(self._subjects.inside(subject_id))
        return frozenset(f"{kind.value}:{subject_id}" for subject_id in ids for kind in SubjectKind)

    def _kind(self, kind: str) -> Callable[[str], bool]:
        """Return whether a ``kind:subject`` is of a kind."""
        word = _KIND_WORDS.get(kind, kind)
        if word in {each.value for each in SubjectKind}:
            start = f"{word}:"
            return lambda key: key.startswith(start)
        ids = self._subjects.of_kind(kind) if self._subjects is not None else ()
        if not ids:
            raise QueryInvalid(self._query[:80], "unknown-kind")
        return frozenset(f"{SubjectKind.PLACE.value}:{subject_id}" for subject_id in ids).__contains__


def is_within(date: str, span: DateIn) -> bool:
    """Whether a document of a date, possibly only a year, may be of a span; one without a date is of none."""
    if not (span.after or span.before):
        return True
    return (
        bool(date)
        and date[: len(span.after)] >= span.after[: len(date)]
        and (not span.before or date[: len(span.before)] <= span.before[: len(date)])
    )


def _dates_of(node: Node) -> tuple[DateIn, ...]:
    """Return the dates that a query asks for in any case."""
    parts = node.parts if isinstance(node, And) else (node,)
    return tuple(part for part in parts if isinstance(part, DateIn))


# ---------------------------------------------------------------------------------------------- writing


class _Writer:
    """Writes what is shown of the documents that were found."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        index: SearchIndex,
        scope: Scope,
        found: Mask,
        counts: Numbers,
        shown: Sequence[IndexedDocument],
        hits_per_document: int,
    ) -> None:
        self._connection = connection
        self._index = index
        self._scope = scope
        self._found = found
        self._counts = counts
        self._limit = hits_per_document
        self._versions = {document.id: self._other_versions(document) for document in shown}
        wanted = [*shown, *(other for others in self._versions.values() for other in others)]
        keys = [document.key for document in wanted]
        self._entries = {
            entry.id: entry
            for start in range(0, len(keys), _AT_ONCE)
            for entry in entries_where(
                connection,
                f"d.key IN ({','.join('?' * len(keys[start : start + _AT_ONCE]))})",
                keys[start : start + _AT_ONCE],
            )
        }

    def document(self, document: IndexedDocument) -> DocumentHits:
        """Return the hits of a document."""
        passages = self._index.passages(document.id, self._found, self._limit)
        texts = texts_between(
            self._connection, document.key, [(passage.start, passage.end) for passage in passages]
        )
        return DocumentHits(
            self._entries[document.id],
            int(self._counts[document.place]),
            tuple(
                self._hit(document.key, passage, text) for passage, text in zip(passages, texts, strict=True)
            ),
            tuple(
                word_spans(document.title, self._scope.words, self._index.title_form(document))[:MAX_MARKS]
            ),
            tuple(
                VersionHits(self._entries[other.id], int(self._counts[other.place]))
                for other in self._versions[document.id]
            ),
        )

    def _other_versions(self, document: IndexedDocument) -> list[IndexedDocument]:
        family = self._index.families.get(document.root_id, ())
        return [other for other in family if other is not document and self._counts[other.place]]

    def _hit(self, key: int, passage: Passage, text: str) -> SearchHit:
        spans = word_spans(text, self._scope.words, passage.form)
        if not spans and self._scope.marked_keys:
            spans = self._mention_spans(key, passage.start, passage.end)
        first, last = spans[0] if spans else (0, len(text))
        snippet, marks = snippet_of(text, spans)
        return SearchHit(
            f"p{passage.number + 1}", passage.start + first, passage.start + last, snippet, marks
        )

    def _mention_spans(self, key: int, start: int, end: int) -> list[Span]:
        """Return where a paragraph names what the filters ask for."""
        rows = self._connection.execute(
            "SELECT kind || ':' || subject_id, start, end FROM mentions WHERE document = ? AND start >= ?"
            " AND start < ? AND NOT is_lead AND status <> ? ORDER BY start, end",
            (key, start, end, MentionStatus.REJECTED.value),
        )
        wanted = self._scope.marked_keys
        return merged_spans(
            (first - start, last - start) for subject, first, last in rows if subject in wanted
        )


def word_spans(text: str, words: Iterable[Word], form: str | None = None) -> list[Span]:
    """Return where words stand in a text, from left to right without overlap.

    Parameters
    ----------
    text
        As the user sees it.
    words
        What is looked for.
    form
        The text as the index holds it, where that is known.
    """
    offsets = None
    if form is None or len(form) != len(text):  # Most paragraphs are as long in the index: without gaps.
        normal = normalise(text)
        form, offsets = normal.text, normal.offsets
    spans: list[Span] = []
    for word in words:
        pattern = word.pattern
        if pattern is not None:
            spans += [match.span() for match in islice(pattern.finditer(form), MAX_MARKS)]
            continue
        at, size, last = form.find(word.text), len(word.text), len(spans) + MAX_MARKS
        while at >= 0 and len(spans) < last:
            spans.append((at, at + size))
            at = form.find(word.text, at + size)
    spans = merged_spans(spans)
    if offsets is None:
        return spans
    return [offsets.to_source(start, end) for start, end in spans]


def merged_spans(spans: Iterable[Span]) -> list[Span]:
    """Return stretches from left to right, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def snippet_of(text: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """Return the part of a paragraph that shows most of some stretches, on one line, and them within it."""
    start, end = 0, len(text)
    if end > SNIPPET_CHARS:
        if spans:
            room = SNIPPET_CHARS - _BEFORE_CHARS
            best = max(
                spans[:_LOOKED_AT], key=lambda span: (_marked(spans, span[0], span[0] + room), -span[0])
            )[0]
            start = max(0, min(best - _BEFORE_CHARS, end - SNIPPET_CHARS))
            # Rather the beginning of a sentence than half of the one before.
            breaks = [text.rfind(mark, start, best) for mark in _ENDS_SENTENCE]
            start = max(start, max(breaks) + 1)
        end = min(end, start + SNIPPET_CHARS)
    lead = _ELLIPSIS if start else ""
    snippet = lead + " ".join(text[start:end].splitlines()) + (_ELLIPSIS if end < len(text) else "")
    shift = len(lead) - start
    marks = tuple(
        (max(first, start) + shift, min(last, end) + shift)
        for first, last in spans
        if first < end and last > start
    )
    return snippet, marks[:MAX_MARKS]


def _marked(spans: Sequence[Span], start: int, end: int) -> int:
    return sum(first >= start and last <= end for first, last in spans)
