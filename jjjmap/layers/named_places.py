"""Which places a row of a result speaks of: its unit, its place, or those that policy names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.provenance import Provenance

_MEASURES = ("place_id", "id", "named_ids")
"""Columns of results that hold ids of places, the first that has one; several are parted by ``|``."""


def named_places(
    provenance: Provenance, table: FeatureTable, row: int, knows: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return the ids of the places that a row names, as far as somebody knows them."""
    columns = {note.measure: note.name for note in provenance.columns}
    for measure in _MEASURES:
        name = columns.get(measure)
        if name in table.attributes.column_names:
            said = str(table.attributes.column(name)[row].as_py() or "")
            found = tuple(each for each in said.split("|") if knows(each))
            if found:
                return found
    return ()


def subjects_of(named: tuple[str, ...], lies_in: Iterable[str]) -> tuple[str, ...]:
    """Return the places whose policy and figures concern a row, from those it names and those it lies in.

    A point of a city lies in some county of it; but the row is about the city.
    """
    around = tuple(lies_in)
    if named and named[0] not in around:
        return named
    return tuple(dict.fromkeys((*named, *around)))
