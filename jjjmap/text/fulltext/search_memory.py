"""The full-text index in memory: which passages fulfil a query, and what is named in them.

Passages of all documents are numbered, those of one document in a row. What fulfils a part of a query is a
mask over them, so that and, or, not and filters are each one operation, and counting by document, by place
or by year is one sum.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from jjjmap.text.fulltext.letters import Letters, Mask, Units
from jjjmap.text.fulltext.query import And, DateIn, KindIs, Node, Not, Or, PlaceIs, Word
from jjjmap.text.fulltext.search_index import searchable_forms
from jjjmap.text.records import SubjectKind
from jjjmap.text.store.schema import INDEX_TABLE

SEGMENT_LETTERS = 1 << 18
"""So many letters are sorted at a time."""

_MENTION_BYTES = 12
_CHAIN = f"{SubjectKind.CHAIN.value}:"

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
_Table = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Filter = PlaceIs | KindIs | DateIn


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """What is known of a document beside its passages."""

    id: str
    title: str
    """As the user sees it."""
    date: str
    root_id: str
    """The first document of its kind: its own id, or that of the one that it is a version of."""
    key: int
    """In the tables of the library."""
    place: int
    """In the order of all."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found."""

    number: int
    """In its document, from 0."""
    start: int
    end: int
    form: str
    """As the index holds it."""


@dataclass(slots=True, eq=False)
class _Part:
    """The passages of one document."""

    key: int
    document_id: str
    units: Units
    bounds: memoryview
    """Start and end of each passage in the text, one after the other."""
    mentions: _Table
    """Number of passage, of subject, times."""


@dataclass(slots=True, eq=False)
class _Segment:
    """Some documents whose letters are sorted together."""

    parts: list[_Part]
    letters: Letters


class SearchIndex:
    """The index of one connection, in memory.

    Parameters
    ----------
    connection
        Of a library; used in the thread that it belongs to.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._state: tuple[int, int] | None = None
        self._segments: list[_Segment] = []
        self._keys: set[int] = set()
        """Of the documents in the segments."""
        self.documents: dict[str, IndexedDocument] = {}
        """By id; the newest first."""
        self.families: dict[str, tuple[IndexedDocument, ...]] = {}
        """By the id of the first version the versions of a text, the newest first; only where several are."""
        self.titles = Letters.of_text("")
        """The titles of the documents in the order of `documents`."""
        self.subjects: tuple[str, ...] = ()
        """All that was named anywhere, as ``kind:subject``, in order."""
        self._numbers: dict[str, int] = {}
        """By subject its number in the parts, in the order in which they were seen."""
        self._part_ids: tuple[str, ...] = ()
        """Ids of the documents in the order of their passages."""
        self._take_together()

    @property
    def size(self) -> int:
        """How many passages there are."""
        return int(self._firsts[-1])

    def holding(self, word: Word) -> Mask:
        """Return the passages that hold a word."""
        if not self._segments:
            return np.zeros(0, np.bool_)
        return np.concatenate([segment.letters.holding(word) for segment in self._segments])

    def naming(self, is_meant: Callable[[str], bool]) -> Mask:
        """Return the passages that name one of some ``kind:subject``."""
        wanted = np.fromiter(map(is_meant, self.subjects), np.bool_, len(self.subjects))
        found = np.zeros(self.size, np.bool_)
        found[self._named_in[wanted[self._named]]] = True
        return found

    def of_places(self, admitted: Mask) -> Mask:
        """Return the passages of some documents, in the order of `documents`."""
        return np.repeat(admitted[self._places_of_parts], np.diff(self._firsts))

    def of_documents(self, admits: Callable[[IndexedDocument], bool]) -> Mask:
        """Return the passages of some documents."""
        return self.of_places(
            np.fromiter(map(admits, self.documents.values()), np.bool_, len(self.documents))
        )

    def counts(self, found: Mask) -> Numbers:
        """Return how many of some passages are of each document, in the order of `documents`."""
        sums = np.zeros(len(found) + 1, np.int64)
        np.cumsum(found, out=sums[1:])
        counts = np.zeros(len(self.documents), np.int64)
        counts[self._places_of_parts] = np.diff(sums[self._firsts])
        return counts

    def passages(self, document_id: str, found: Mask, limit: int) -> list[Passage]:
        """Return those passages of a document that are among some passages, at most so many."""
        part = self._part_of.get(document_id)
        if part is None:
            return []
        segment, first_part = self._segment_of[part]
        first = int(self._firsts[part])
        bounds = segment.parts[part - first_part].bounds
        skipped = first - int(self._firsts[first_part])
        numbers = np.flatnonzero(found[first : self._firsts[part + 1]])[:limit].tolist()
        text = segment.letters.text
        return [Passage(at, bounds[2 * at], bounds[2 * at + 1], text(skipped + at)) for at in numbers]

    def title_form(self, document: IndexedDocument) -> str:
        """Return a title in normal form."""
        return self.titles.text(document.place)

    def count_places(self, found: Mask) -> dict[str, int]:
        """Return in how many of some passages each place and town is named, the most frequent first."""
        times = np.bincount(self._named[found[self._named_in]], minlength=len(self.subjects))
        times[self._is_chain] = 0
        ranked = np.argsort(-times, kind="stable")[: np.count_nonzero(times)]
        names = map(self._subject_ids.__getitem__, ranked.tolist())
        return dict(zip(names, times[ranked].tolist(), strict=True))

    def count_mentions(self, found: Mask, groups: Sequence[int]) -> list[tuple[str, int, int]]:
        """Return how often some passages name each ``kind:subject``, by groups of documents.

        Parameters
        ----------
        found
            The passages.
        groups
            By document, in the order of `documents`, its group.
        """
        is_found = found[self._named_in]
        group_of = np.repeat(np.array(groups, np.int64)[self._places_of_parts], np.diff(self._firsts))
        pairs = self._named[is_found] << 32 | group_of[self._named_in[is_found]]
        kinds, place = np.unique(pairs, return_inverse=True)
        totals = np.bincount(place, weights=self._times[is_found], minlength=len(kinds))
        return [
            (self.subjects[pair >> 32], pair & 0xFFFFFFFF, int(total))
            for pair, total in zip(kinds.tolist(), totals.tolist(), strict=True)
        ]

    # ------------------------------------------------------------------------------------------- reading

    def refresh(self) -> None:
        """Read what has changed since the last time, in this connection or by another one."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        state = (version, self._connection.total_changes)
        if state == self._state:
            self._sort_some()
            return
        if self._connection.in_transaction:
            self._read()
            # What is read inside a transaction may never come to be.
            self._state = None
            return
        # In one transaction: between two looks another process may take a document out.
        self._connection.execute("BEGIN")
        try:
            self._read()
        finally:
            self._connection.execute("ROLLBACK")
        self._state = state

    def _read(self) -> None:
        if self._state is None:
            self._segments, self._keys = [], set()
        # Half read is as good as not read.
        self._state = None
        self._take_segments()
        self._read_documents()
        self._take_together()

    def _sort_some(self) -> None:
        """Sort the letters of one segment: all at once would make one search slow."""
        for segment in self._segments:
            if not segment.letters.is_sorted:
                segment.letters.sort()
                return

    def _take_segments(self) -> None:
        """Read the documents that are new, and let go of those that are no more."""
        present = {
            key
            for (key,) in self._connection.execute(
                f"SELECT key FROM {INDEX_TABLE} WHERE document_id IN (SELECT id FROM documents)"
            )
        }
        kept: list[_Segment] = []
        waiting: list[_Part] = []
        for segment in self._segments:
            parts = [part for part in segment.parts if part.key in present]
            is_small = sum(len(part.units) for part in parts) < SEGMENT_LETTERS // 2
            if len(parts) == len(segment.parts) and (not is_small or present <= self._keys):
                kept.append(segment)
            elif is_small:
                waiting += parts
            else:
                kept.append(_segment_of(parts))
        # Keys only grow, so what is not known lies behind all that is.
        waiting += self._read_parts(max(self._keys, default=0), present)
        size, taken = 0, list[_Part]()
        for part in waiting:
            taken.append(part)
            size += len(part.units)
            if size >= SEGMENT_LETTERS:
                kept.append(_segment_of(taken))
                size, taken = 0, []
        if taken:
            kept.append(_segment_of(taken))
        self._segments, self._keys = kept, present

    def _read_parts(self, behind: int, present: Collection[int]) -> list[_Part]:
        rows = [
            row
            for row in self._connection.execute(
                f"SELECT key, document_id, subjects, mentions, bounds, form FROM {INDEX_TABLE}"
                " WHERE key > ? ORDER BY key",
                (behind,),
            )
            if row[0] in present
        ]
        # All at once: what is done for each document takes longest.
        table = np.frombuffer(b"".join(row[3] for row in rows), dtype="<u4").reshape(-1, 3)
        mentions = table.astype(np.int64)
        numbers: list[int] = []
        firsts = []
        for row in rows:
            firsts.append(len(numbers))
            numbers += self._numbers_of(json.loads(row[2]))
        counts = [len(row[3]) // _MENTION_BYTES for row in rows]
        own = mentions[:, 1] + np.repeat(np.array(firsts, np.int64), counts)
        mentions[:, 1] = np.array(numbers, np.int64)[own]
        parts, end = [], 0
        for (key, document_id, _subjects, _mentions, bounds, form), count in zip(rows, counts, strict=True):
            start, end = end, end + count
            units = np.frombuffer(form, dtype="<u2")
            parts.append(_Part(key, document_id, units, memoryview(bounds).cast("I"), mentions[start:end]))
        return parts

    def _numbers_of(self, subjects: list[str]) -> list[int]:
        known = self._numbers
        if not all(map(known.__contains__, subjects)):
            for subject in subjects:
                known.setdefault(subject, len(known))
        return [known[subject] for subject in subjects]

    def _read_documents(self) -> None:
        rows = self._connection.execute(
            "SELECT d.id, d.title, d.date, coalesce(r.id, d.id), d.key"
            " FROM documents d LEFT JOIN documents r ON r.key = d.root ORDER BY d.date DESC, d.title, d.key"
        )
        documents = [
            IndexedDocument(document_id, title, date, root_id, key, place)
            for place, (document_id, title, date, root_id, key) in enumerate(rows)
        ]
        self.documents = {document.id: document for document in documents}
        self.titles = Letters.of_text(searchable_forms([document.title for document in documents]))
        families: dict[str, list[IndexedDocument]] = {}
        for document in documents:
            families.setdefault(document.root_id, []).append(document)
        self.families = {root_id: tuple(family) for root_id, family in families.items() if len(family) > 1}

    def _take_together(self) -> None:
        """Number the passages of all documents, and put together what is named in them."""
        parts = [part for segment in self._segments for part in segment.parts]
        self._part_ids = tuple(part.document_id for part in parts)
        self._part_of = {document_id: part for part, document_id in enumerate(self._part_ids)}
        self._places_of_parts: Numbers = np.array(
            [self.documents[document_id].place for document_id in self._part_ids], np.int64
        )
        self._firsts: Numbers = np.cumsum([0, *(len(part.bounds) // 2 for part in parts)])
        """The first passage of each document, and where the last one ends."""
        self._segment_of: list[tuple[_Segment, int]] = []
        """By document its segment, and the first document of that."""
        for segment in self._segments:
            self._segment_of += [(segment, len(self._segment_of))] * len(segment.parts)
        mentions = np.concatenate([np.empty((0, 3), np.int64), *(part.mentions for part in parts)])
        counts = [len(part.mentions) for part in parts]
        self._named_in: Numbers = mentions[:, 0] + np.repeat(self._firsts[:-1], counts)
        """The passage of each mention."""
        self._times: Numbers = mentions[:, 2]
        self.subjects = tuple(sorted(self._numbers))
        places = np.zeros(len(self.subjects), np.int64)
        places[[self._numbers[name] for name in self.subjects]] = np.arange(len(self.subjects))
        self._named: Numbers = places[mentions[:, 1]]
        """What it names, as a place in `subjects`."""
        self._subject_ids = [name.partition(":")[2] for name in self.subjects]
        self._is_chain = np.array([name.startswith(_CHAIN) for name in self.subjects], np.bool_)


def _segment_of(parts: list[_Part]) -> _Segment:
    letters = Letters(np.concatenate([part.units for part in parts]))
    start = 0
    for part in parts:  # Their letters need not be kept twice.
        end = start + len(part.units)
        part.units, start = letters.units[start:end], end
    return _Segment(list(parts), letters)


# --------------------------------------------------------------------------------------------- fulfilling


def fulfilling(
    node: Node | None, size: int, holding: Callable[[Word], Mask], mask_of: Callable[[Filter], Mask]
) -> Mask:
    """Return which of so many texts fulfil a query.

    Parameters
    ----------
    node
        The query; None asks for nothing.
    size
        How many texts there are.
    holding
        Returns those that hold a word.
    mask_of
        Returns those that a filter lets through.
    """

    def fulfil(node: Node) -> Mask:
        match node:
            case Word():
                return holding(node)
            case Not(part):
                return ~fulfil(part)
            case And(parts):
                return _joined(map(fulfil, parts), np.logical_and)
            case Or(parts):
                return _joined(map(fulfil, parts), np.logical_or)
            case _:
                return mask_of(node)

    return np.ones(size, np.bool_) if node is None else fulfil(node)


def _joined(masks: Iterable[Mask], join: Callable[[Mask, Mask], Mask]) -> Mask:
    first, *others = masks
    for mask in others:
        first = join(first, mask)
    return first
