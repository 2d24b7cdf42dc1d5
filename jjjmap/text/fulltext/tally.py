"""How often the library names each place, by year."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from jjjmap.text.fulltext.search import Scope, SubjectNames, further_versions, index_of
from jjjmap.text.store.schema import told

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library


class RollUp(StrEnum):
    """To what mentions are added up."""

    NONE = "none"
    """To what they name."""
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


UnitOf = Callable[[str, RollUp], str]
"""Returns the unit of a level that a subject lies in; empty where it lies in none or in several."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Mentions by subject and year."""

    counts: dict[str, dict[str, int]]
    """By id of a subject, or of the unit that it was added to, by year; empty for documents without a date.
    Both in order."""
    unplaced: int = 0
    """Mentions that lie in no unit of the level."""

    def total(self, subject_id: str) -> int:
        """Return how often a subject is named in all years."""
        return sum(self.counts.get(subject_id, {}).values())

    @property
    def years(self) -> tuple[str, ...]:
        """All years, in order; an empty one for documents without a date comes first."""
        return tuple(sorted({year for by_year in self.counts.values() for year in by_year}))


def tally_mentions(
    library: "Library",
    *,
    kinds: Collection[str] = (),
    document_ids: Collection[str] = (),
    query: str = "",
    roll_up: RollUp | str = RollUp.NONE,
    unit_of: UnitOf | None = None,
    subjects: SubjectNames | None = None,
) -> Tally:
    """Count the mentions, without leads and rejected ones; versions of one text count once.

    Parameters
    ----------
    library
        Of this thread.
    kinds
        Only these values of `SubjectKind`; all if empty.
    document_ids
        Only these documents.
    query
        Only paragraphs that fulfil it; see `text.fulltext.query`.
    roll_up
        What to add up to.
    unit_of
        Needed for any `roll_up` but NONE.
    subjects
        What names in the query mean.

    Raises
    ------
    QueryInvalid
        See `query.reason_text`.
    """
    level = RollUp(roll_up)
    if level is not RollUp.NONE and unit_of is None:
        raise ValueError("roll_up needs unit_of")
    with told(library.path):
        index = index_of(library)
    is_asked = bool(query.strip())
    scope = Scope(query, document_ids=document_ids, subjects=subjects, may_be_empty=not is_asked)
    found = scope.find(index)
    further = further_versions(index, index.counts(found) > 0)
    if further.any():
        found = found & index.of_places(~further)
    wanted_kinds = frozenset(str(kind) for kind in kinds)
    years = [document.date[:4] for document in index.documents.values()]
    groups = {year: group for group, year in enumerate(dict.fromkeys(years))}
    names = tuple(groups)
    counts: dict[str, dict[str, int]] = {}
    unplaced = 0
    for key, group, count in index.count_mentions(found, [groups[year] for year in years]):
        year = names[group]
        kind, _colon, subject_id = key.partition(":")
        if wanted_kinds and kind not in wanted_kinds:
            continue
        if unit_of is not None and level is not RollUp.NONE:
            subject_id = unit_of(subject_id, level)
            if not subject_id:
                unplaced += count
                continue
        by_year = counts.setdefault(subject_id, {})
        by_year[year] = by_year.get(year, 0) + count
    ordered = {subject_id: dict(sorted(by_year.items())) for subject_id, by_year in sorted(counts.items())}
    return Tally(ordered, unplaced)
