"""Style, filter and marks of a user's layer, as its drawing takes them: in the window and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jjjmap.maps.drawing.drawn_layer import DrawnLayer

if TYPE_CHECKING:
    from jjjmap.layers.layer_rows import LayerRows
    from jjjmap.layers.styling.user_style import StyledRows, UserStyle


def set_looks(
    drawn: DrawnLayer,
    wanted: UserStyle,
    styled: StyledRows,
    shown: npt.NDArray[np.bool_] | None,
    marked: npt.NDArray[np.int64],
) -> None:
    """Draw n rows as the user has set them.

    Parameters
    ----------
    wanted, styled
        The style that was asked for, and what came of it.
    shown
        n; which rows the filter lets through. None if there is no filter.
    marked
        Numbers of the rows that the user has marked.
    """
    is_marked = np.zeros(len(styled.class_of_row), dtype=bool)
    is_marked[marked] = True
    drawn.set_rows(
        styled.class_of_row,
        styled.size_of_row_px,
        None if shown is None else ~shown,
        is_marked,
        style=styled.style,
        density=wanted.density,
        label_column=wanted.label_column,
    )


def drawn_layer_of(rows: LayerRows) -> DrawnLayer:
    """Return the drawing of a layer as it is set; raises ValueError for a plain table."""
    drawn = DrawnLayer(rows.table)
    set_looks(drawn, rows.stored.style, rows.styled, rows.shown, rows.marked)
    return drawn


def look_alike(one: LayerRows, other: LayerRows) -> bool:
    """Whether two settings of a layer are drawn the same, so that one drawing serves for both."""
    if one is other:
        return True
    return (
        one.table is other.table
        and one.stored.style == other.stored.style
        and one.styled.style == other.styled.style
        and np.array_equal(one.styled.class_of_row, other.styled.class_of_row)
        and _same(one.styled.size_of_row_px, other.styled.size_of_row_px)
        and _same(one.shown, other.shown)
        and np.array_equal(one.marked, other.marked)
    )


def _same(one: npt.NDArray[np.generic] | None, other: npt.NDArray[np.generic] | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)
