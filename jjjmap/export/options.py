"""What the user can say about an exported map beside what the map shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jjjmap.export.marks import Audience
from jjjmap.i18n import Language
from jjjmap.maps.snapshot import NamedMap


@dataclass(frozen=True, slots=True)
class ContentOptions:
    """What leaves the building; the same for web page and data files."""

    audience: Audience = Audience.INTERNAL
    title: str = ""
    """Of the map; the program's own if it is empty."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns to pass on, by user's layer id; a layer that is not named here passes on all of them."""
    tolerance_m: float = 0.0
    """How far lines and borders of users' layers may be moved to make the file smaller; 0 for not at all."""
    command: str = ""
    """The command that makes the export again, without folders; `export_command` makes one if it is empty."""
    languages: tuple[Language, ...] = ()
    """Languages that the reader of a web page can switch to, beside that of the map."""
    with_library: bool = True
    """Whether sentences, mentions and figures of the user's own documents go along."""
    views: tuple[NamedMap, ...] = ()
    """What the reader of a web page steps through, if there are two or more; the map itself is the first."""

    def columns_of(self, layer_id: str, all_columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns of a layer that are passed on, in the order of the table."""
        wanted = self.columns.get(layer_id)
        return all_columns if wanted is None else tuple(name for name in all_columns if name in wanted)
