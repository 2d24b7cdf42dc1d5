"""Near-duplicates: how much of one text stands in another, from sketches instead of whole texts.

A text is the set of its runs of five letters or digits (in Chinese: characters); what stands between them,
line breaks and punctuation, says nothing about whose text it is. A sketch keeps the 1024 smallest hashes of
the set: of two texts these are samples drawn alike, so shares can be read off them whatever the lengths.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SHINGLE = 5
SKETCH_SIZE = 1024
PROBES = 128
"""How many of the smallest hashes are looked up to find out which documents are worth a comparison."""

VERSION_SHARE = 0.5
"""From here on a document is a version: half of the shorter one stands in the other.

Measured on a press conference, a newspaper's print of it (0.90) and a shortened one amid a site's boilerplate
(0.54); different texts on the same subject share 0.02 to 0.06.
"""
SAME_FILE_SHARE = 0.3
"""From here on a file of the same name and place is the old one edited, and not another one put there."""

_FEW = 40
"""Fewer shingles than that tell nothing; such texts are compared letter by letter."""
_LETTERS_COMPARED = 400
_NEEDED_IN_SAMPLE = 10
_ALL = (1 << 64) - 1
_NOT_SAID = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like another document a document is, as shares 0…1."""

    document_id: str
    """The other document."""
    resemblance: float
    """What both share of all that stands in either."""
    share: float
    """How much of this document stands in the other as well."""
    other_share: float
    """How much of the other document stands in this one as well."""

    @property
    def is_version(self) -> bool:
        """Whether the two are versions of one text."""
        return max(self.share, self.other_share) >= VERSION_SHARE


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest hashes of a text's shingles."""

    hashes: "array[int]"
    """Ascending, each once; of 64 bits without a sign (``Q``)."""
    is_whole: bool
    """Whether these are all that the text has."""

    @property
    def limit(self) -> int:
        """Up to here no hash of the text is missing."""
        return _ALL if self.is_whole else self.hashes[-1]

    @property
    def probes(self) -> tuple[int, ...]:
        """The few by which candidates are found, as signed integers, which SQLite keeps."""
        return tuple(value - (1 << 64) if value >> 63 else value for value in self.hashes[:PROBES])

    def to_bytes(self) -> bytes:
        """Return the sketch as the library keeps it."""
        return bytes([self.is_whole]) + self.hashes.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sketch":
        """Return a sketch that the library kept."""
        hashes = array("Q")
        hashes.frombytes(data[1:])
        return cls(hashes, bool(data[0]))

    def up_to(self, limit: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
        """Return the hashes that are not above a limit."""
        import numpy as np

        hashes = np.frombuffer(self.hashes, dtype=np.uint64)
        return hashes[: int(np.searchsorted(hashes, np.uint64(limit), side="right"))]


def letters_of(text: str) -> str:
    """Return the letters and digits alone, full-width ones as usual ones, capitals as small ones."""
    letters = _NOT_SAID.sub("", text)
    # Punctuation is what mostly needs it, and it is gone; looking is much quicker than doing.
    if not unicodedata.is_normalized("NFKC", letters):
        letters = _NOT_SAID.sub("", unicodedata.normalize("NFKC", letters))
    return letters.casefold()


def sketch_of(text: str) -> Sketch:
    """Return the sketch of a text, in time linear in its length."""
    # Here and not above: opening the library must stay cheap.
    import numpy as np

    codes = np.frombuffer(letters_of(text).encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    count = len(codes) - SHINGLE + 1
    if count <= 0:
        return Sketch(array("Q"), is_whole=True)
    mixed = np.zeros(count, dtype=np.uint64)
    for position in range(SHINGLE):
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + codes[position : position + count]
        mixed ^= mixed >> np.uint64(29)
    # The finish of splitmix64: neighbouring shingles must fall far apart.
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    # All below a bound that leaves about three times as many as are kept; repeats may leave too few of them.
    bound = _ALL if count <= 3 * SKETCH_SIZE else _ALL // count * (3 * SKETCH_SIZE)
    while True:
        # Not `np.unique`: of numpy 2.3 it takes twenty times as long for so few.
        hashes = np.sort(mixed[mixed <= np.uint64(bound)])
        hashes = hashes[np.append(True, hashes[1:] != hashes[:-1])] if len(hashes) else hashes
        if len(hashes) >= SKETCH_SIZE or bound == _ALL:
            break
        bound = min(bound * 8, _ALL)
    is_whole = len(hashes) <= SKETCH_SIZE
    return Sketch(array("Q", hashes[:SKETCH_SIZE].tobytes()), is_whole)


def compare_sketches(mine: Sketch, other: Sketch, document_id: str) -> Likeness | None:
    """Return how like the other document this one is; None where too little is known to say."""
    # Here and not above: opening the library must stay cheap.
    import numpy as np

    if not mine.hashes or not other.hashes:
        return None
    limit = min(mine.limit, other.limit)
    ours, theirs = mine.up_to(limit), other.up_to(limit)
    if min(len(ours), len(theirs)) < _NEEDED_IN_SAMPLE and not np.array_equal(ours, theirs):
        return None
    shared = len(np.intersect1d(ours, theirs, assume_unique=True))
    return Likeness(
        document_id,
        resemblance=shared / (len(ours) + len(theirs) - shared),
        share=shared / len(ours),
        other_share=shared / len(theirs),
    )


def is_short(sketch: Sketch) -> bool:
    """Whether a text is too short for its sketch to tell much."""
    return sketch.is_whole and len(sketch.hashes) < _FEW


def is_edited(old: str, new: str) -> bool:
    """Whether a short text looks like another one edited, by their beginnings."""
    before, after = letters_of(old[:_LETTERS_COMPARED]), letters_of(new[:_LETTERS_COMPARED])
    return SequenceMatcher(None, before, after, autojunk=False).ratio() >= VERSION_SHARE
