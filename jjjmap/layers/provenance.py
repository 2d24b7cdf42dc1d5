"""How a layer was made by an analysis: from what, by which formulas, and what could not be reckoned.

Kept beside the layer and carried into every export: a number without its method is not worth passing on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

NO_GENERATION = 0
"""Of rows that a layer no longer has: no layer ever gets this one."""


@dataclass(frozen=True, slots=True)
class InputNote:
    """One thing that went into an analysis."""

    title: str
    """As the user calls it: a layer, a file, a database table."""
    rows: int
    rows_used: int
    """Fewer where a filter hid some or some could not be used."""
    layer_id: str = ""
    """Empty for a file that is no layer."""
    sha256: str = ""
    """Of the file it was read from; empty if nobody knows."""
    generation: int = 0
    """Of the layer's rows at that time; 0 if it is no layer."""
    source_ids: tuple[str, ...] = ()
    """Of the catalogue, where what we ship went in."""
    note: str = ""
    """What has to be said of it, e.g. the filter in words."""
    filter_key: str = ""
    """Tells the filter that was set from any other; empty for none."""


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """What a column of the result is."""

    name: str
    """As in the layer's table."""
    measure: str
    """Stable ASCII word, the same in every language, e.g. ``location_quotient``."""
    formula: str = ""
    """As shown to a reader; empty for what was not reckoned."""
    unit: str = ""
    reference: str = ""
    """Where the method is published, as a citation; empty for arithmetic."""
    source_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Values that could not be reckoned; they are empty in the table, never 0."""

    column: str
    reason: str
    """Stable ASCII word, e.g. ``zero-denominator``."""
    text: str
    """Why, as a sentence in the language in use then."""
    units: tuple[str, ...] = ()
    """Names of the rows; the first `MOST_UNITS`."""
    count: int = 0
    """How many rows."""


MOST_UNITS = 20


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a layer was made."""

    analysis: str
    """Which one, as in `jjjmap.analysis.registry`."""
    options: dict[str, Any]
    """All that was asked for, as JSON says it: from it the analysis can be run again."""
    title: str
    inputs: tuple[InputNote, ...] = ()
    columns: tuple[ColumnNote, ...] = ()
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences about method and doubts, in the language in use then."""
    chart: dict[str, Any] | None = None
    """What the chart beside the table shows: see `jjjmap.analysis.running.Chart`."""
    made: str = ""
    """Date, ISO 8601."""
    program: str = ""
    """Version."""

    def about(self, names: Collection[str]) -> Provenance:
        """Return the same without the columns that are not passed on."""
        return replace(
            self,
            columns=tuple(note for note in self.columns if note.name in names),
            missing=tuple(each for each in self.missing if each.column in names),
        )
