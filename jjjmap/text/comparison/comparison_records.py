"""What a comparison of two documents gives out: changes with both sides, quoted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from jjjmap.text.comparison.listings import ListingKind
from jjjmap.text.records import TextFigure

MOST_QUOTATIONS = 5
"""Of one side of one change; how often it stands in the text is told besides."""


class ChangeKind(StrEnum):
    """What became of something between two documents."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    RENAMED = "renamed"
    """Under another name or in other words."""
    MOVED = "moved"
    """From the list of clusters to that of chains, or the other way."""
    REPLACED = "replaced"
    """Another name stands in its place in the list."""
    CHANGED = "changed"
    """Another value, qualifier, unit or period."""


class Matter(StrEnum):
    """What a change is about."""

    CHAIN = "chain"
    CLUSTER = "cluster"
    PLACE = "place"
    TARGET = "target"
    """A statement or a figure about what shall be reached."""
    FIGURE = "figure"
    """A figure about what is."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a document with where they stand."""

    document_id: str
    start: int
    end: int
    text: str
    """``document.text[start:end]``."""
    sentence_start: int
    sentence_end: int
    sentence: str
    """``document.text[sentence_start:sentence_end]``."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two documents on a matter."""

    name: str
    """In the words of the document, without spaces and line breaks."""
    quotations: tuple[Quotation, ...]
    """The first `MOST_QUOTATIONS`."""
    occurrences: int
    subject_id: str = ""
    """Id in the catalogue; empty if it knows none."""
    in_list: ListingKind | None = None
    """Which list it stands in; None for what is not listed."""
    figure: TextFigure | None = None
    horizon: str = ""
    """Of a target: the year by which it shall be reached; empty if none is named."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the two documents say differently; at least one side is there."""

    kind: ChangeKind
    matter: Matter
    before: Side | None
    """What the first document says."""
    after: Side | None
    """What the second document says."""
    joined: tuple[str, ...] = ()
    """Where names were joined (甲 and 乙 became 甲和乙) or parted: what else there is beside the name."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that two documents say differently, by matter, in the order of the texts."""

    before_id: str
    after_id: str
    changes: tuple[Change, ...]
    unchanged: dict[Matter, int] = field(default_factory=dict)
    """How much both say alike."""

    def about(self, matter: Matter) -> tuple[Change, ...]:
        """Return the changes of one matter."""
        return tuple(change for change in self.changes if change.matter is matter)


class Tally:
    """Gathers what was found."""

    def __init__(self) -> None:
        self.unchanged: Counter[Matter] = Counter()
        self._changes: list[Change] = []

    def add(
        self,
        kind: ChangeKind,
        matter: Matter,
        before: Side | None,
        after: Side | None,
        joined: Iterable[str] = (),
    ) -> None:
        """Take a change; the fields are those of `Change`."""
        self._changes.append(Change(kind, matter, before, after, tuple(sorted(joined))))

    def ordered(self) -> tuple[Change, ...]:
        """Return all changes by matter, in the order of the texts."""
        matters, kinds = list(Matter), list(ChangeKind)

        def rank(change: Change) -> tuple[int, int, int, int, str]:
            sides = [side for side in (change.before, change.after) if side is not None]
            starts = [side.quotations[0].start for side in sides]
            return (
                matters.index(change.matter),
                kinds.index(change.kind),
                starts[-1],
                starts[0],
                "\0".join(side.name for side in sides),
            )

        return tuple(sorted(self._changes, key=rank))
