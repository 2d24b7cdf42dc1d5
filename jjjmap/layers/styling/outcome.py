"""What a style comes to on a table, with all that a style dialog shows of it."""

from dataclasses import dataclass

from jjjmap.layers.styling.class_labels import ValueFormat
from jjjmap.layers.styling.classify import apply_style, bounds_of, problem_of
from jjjmap.layers.styling.column_values import TableColumns
from jjjmap.layers.styling.histogram import Histogram, histogram_of
from jjjmap.layers.styling.user_style import StyledRows, StyleMode, UserStyle


@dataclass(frozen=True)
class StyleOutcome:
    """What came of a style."""

    style: UserStyle
    styled: StyledRows
    problem: str = ""
    """Why it could not be applied, one sentence; empty if it was."""
    uppers: tuple[float, ...] = ()
    """Upper ends of the classes of a graduated style."""
    histogram: Histogram | None = None
    """Of the column that decides, if it holds numbers that differ."""
    form: ValueFormat | None = None
    """How its values are written."""


def outcome_of(columns: TableColumns, style: UserStyle) -> StyleOutcome:
    """Return what a style comes to."""
    problem = problem_of(style, columns)
    styled = apply_style(columns.table, style, columns)
    if problem or style.mode not in (StyleMode.GRADUATED, StyleMode.PROPORTIONAL):
        return StyleOutcome(style, styled, problem)
    numbers = columns.numbers(style.column)
    is_ranges = style.mode is StyleMode.GRADUATED
    uppers = tuple(bounds_of(columns, style).tolist()) if is_ranges else ()
    if not len(numbers.ordered):
        return StyleOutcome(style, styled)
    form = ValueFormat.telling_apart(uppers or numbers.ordered[[0, -1]].tolist(), numbers.kind)
    histogram = histogram_of(numbers.ordered, is_whole=numbers.is_whole)
    return StyleOutcome(style, styled, "", uppers, histogram, form)
