"""A user's layer at one moment: its rows, their classes, which of them are shown and which are marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jjjmap.i18n import _

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.user_style import StyledRows
    from jjjmap.layers.tables.filters import Filter
    from jjjmap.layers.user_layer_store import StoredLayer


@dataclass(frozen=True)
class LayerRows:
    """What an export or a drawing needs of a user's layer; n rows."""

    stored: StoredLayer
    """Title, facts, style and look."""
    table: FeatureTable
    styled: StyledRows
    shown: npt.NDArray[np.bool_] | None
    """n; whether the filter lets a row through. None if there is no filter."""
    marked: npt.NDArray[np.int64]
    """Numbers of the rows that the user has marked, ascending."""
    filter: Filter | None = None

    def filter_sentence(self, name_of: Callable[[str], str] = str) -> str:
        """Return the filter in words, in the language in use; empty if there is none.

        Parameters
        ----------
        name_of
            Gives the name of a place by its id.
        """
        if self.filter is None:
            return ""
        from jjjmap.layers.tables.filters import filter_text

        return filter_text(self.filter, {column.name: column.kind for column in self.table.columns}, name_of)

    @property
    def shown_count(self) -> int:
        """How many rows the filter lets through."""
        return len(self.table) if self.shown is None else int(self.shown.sum())


RowsOf = Callable[[str], LayerRows]
"""Returns the rows of a user's layer by its id; slow for a long one, and safe in any thread.

Raises RowsUnreadable if its files are gone or broken.
"""


def no_rows(layer_id: str) -> LayerRows:
    """Raise KeyError: there is no user's layer at all."""
    raise KeyError(layer_id)


def sentence_for_filter(sentence: str, shown: int, total: int) -> str:
    """Say what is shown of a layer, for legends and exports, in the language in use."""
    return _("{shown} / {total} 行：{sentence}").format(
        shown=f"{shown:,}", total=f"{total:,}", sentence=sentence
    )
