"""The same quantity elsewhere: what may be set beside a figure, and how places are laid out side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from jjjmap.analysis.quantities import plain_unit
from jjjmap.analysis.series import parse_period, quantity_of, releases_differ, time_order, vintage_of
from jjjmap.catalogue.models import REGION_ID, Catalogue, Figure

_OTHER_GRAIN_YEARS = 0.75
"""How far a period of another sort counts as away: a half-year total is no neighbour of a year's."""

_NEVER_YEARS = 1000.0
"""How far a figure counts as away whose period is not known."""


class Likeness(StrEnum):
    """How a scope is related to the one it is compared with."""

    REGION = "region"
    LIKE = "like"
    """A place of the same kind."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Comparable:
    """The same quantity in another scope, of the nearest period there is, as its source prints it."""

    figure: Figure
    likeness: Likeness
    same_period: bool
    same_release: bool
    """False where the two are of different releases: not to be compared without saying so."""
    same_unit: bool
    """False where it is told in another multiple, e.g. 万亿元 beside 亿元: not to be drawn on one scale."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One quantity for several places, in units that measure the same: 亿元 and 万亿元 share a row."""

    sample: Figure
    """Lends the row its name and unit: of the chosen ones the first that tells the commonest unit."""
    period: str
    """The period that most places tell; the latest of several."""
    chosen: tuple[Figure | None, ...]
    """For each place the figure nearest to `period`; None where the catalogue has none."""
    others: tuple[tuple[Figure, ...], ...]
    """For each place the figures that were not chosen, the earliest first."""

    @property
    def filled(self) -> int:
        """How many places have a figure."""
        return sum(figure is not None for figure in self.chosen)

    @property
    def is_of_one_release(self) -> bool:
        """Whether the chosen figures may be compared as far as their releases go."""
        return not _mixes(self.chosen)


def comparable_figures(catalogue: Catalogue, figure: Figure) -> tuple[Comparable, ...]:
    """Return the same quantity elsewhere: the region, then places of the same kind, then others.

    One figure a scope. Within a group the largest come first. Values stay as printed, never converted.
    """
    wanted, unit = quantity_of(figure)[0], plain_unit(figure.unit_zh)[0]
    by_scope: dict[str, list[Figure]] = defaultdict(list)
    for other in catalogue.figures.values():
        if other.scope_id == figure.scope_id or quantity_of(other)[0] != wanted:
            continue
        if plain_unit(other.unit_zh)[0] == unit:
            by_scope[other.scope_id].append(other)
    found = []
    for scope_id, others in by_scope.items():
        nearest = _nearest(others, figure)
        found.append(
            Comparable(
                nearest,
                _likeness(catalogue, figure.scope_id, scope_id),
                nearest.period == figure.period,
                not releases_differ((nearest, figure)),
                nearest.unit_zh == figure.unit_zh,
            )
        )
    order = list(Likeness)
    return tuple(sorted(found, key=lambda each: (order.index(each.likeness), -_size(each.figure))))


def align_indicators(figures_by_place: Sequence[Iterable[Figure]]) -> tuple[IndicatorRow, ...]:
    """Lay the figures of several places out in rows of one quantity each.

    Parameters
    ----------
    figures_by_place
        For each place its own figures, in the order in which they are to be read.

    Returns
    -------
    tuple of IndicatorRow
        Rows that several places share come first; beyond that the order of the figures is kept.

    Notes
    -----
    Values stay as printed: 万亿元 stands beside 亿元, but people never beside money.
    """
    rows: dict[tuple[str, str], list[list[Figure]]] = {}
    for position, figures in enumerate(figures_by_place):
        for figure in figures:
            key = quantity_of(figure)[0], plain_unit(figure.unit_zh)[0]
            cells = rows.setdefault(key, [[] for _place in figures_by_place])
            cells[position].append(figure)
    made = [_indicator_row(cells) for cells in rows.values()]
    return tuple(sorted(made, key=lambda row: -row.filled))


def _indicator_row(cells: list[list[Figure]]) -> IndicatorRow:
    told = Counter(period for cell in cells for period in {figure.period for figure in cell})
    latest = {figure.period: time_order(figure)[:3] for cell in cells for figure in cell if figure.period}
    picked_at = {each: _chosen_at(cells, each) for each in latest}
    # Of years that equally many places tell, one that they tell in the same release goes first.
    # Without any dated figure the period is empty: then there is nothing to be near to.
    period = max(latest, key=lambda each: (told[each], not _mixes(picked_at[each]), latest[each]), default="")
    chosen = picked_at[period] if period else _chosen_at(cells, period)
    others = tuple(
        tuple(sorted((figure for figure in cell if figure is not picked), key=time_order))
        for cell, picked in zip(cells, chosen, strict=True)
    )
    filled = [figure for figure in chosen if figure is not None]
    units = Counter(figure.unit_zh for figure in filled)
    sample = max(filled, key=lambda figure: units[figure.unit_zh])
    return IndicatorRow(sample, period, chosen, others)


def _chosen_at(cells: Sequence[Sequence[Figure]], period: str) -> tuple[Figure | None, ...]:
    return tuple(_most_settled(cell, period) if cell else None for cell in cells)


def _mixes(figures: Iterable[Figure | None]) -> bool:
    return releases_differ(figure for figure in figures if figure is not None)


def _nearest(figures: Iterable[Figure], figure: Figure) -> Figure:
    """Return the figure nearest in time; among equals one of the same unit and release."""
    release = vintage_of(figure)
    return min(
        figures,
        key=lambda other: (
            _years_apart(other.period, figure.period),
            other.unit_zh != figure.unit_zh,
            vintage_of(other) is not release,
            _doubts(other),
        ),
    )


def _most_settled(figures: Iterable[Figure], period: str) -> Figure:
    """Return the figure nearest to a period; among equals the one with the fewest doubts."""
    return min(figures, key=lambda figure: (_years_apart(figure.period, period), _doubts(figure)))


def _doubts(figure: Figure) -> tuple[bool, bool, float]:
    """Return what makes a figure the worse choice: an open release, other sources, an early period."""
    return vintage_of(figure).is_open, figure.contested, -time_order(figure)[1]


def _size(figure: Figure) -> float:
    return float(figure.value) * plain_unit(figure.unit_zh)[1]


def _years_apart(period: str, other_period: str) -> float:
    if period == other_period:
        return 0.0
    span, other = parse_period(period), parse_period(other_period)
    if span is None or other is None:
        return _NEVER_YEARS
    return abs(span.end - other.end) + (_OTHER_GRAIN_YEARS if span.grain != other.grain else 0.0)


def _likeness(catalogue: Catalogue, scope_id: str, other_id: str) -> Likeness:
    if other_id == REGION_ID:
        return Likeness.REGION
    place, other = catalogue.places.get(scope_id), catalogue.places.get(other_id)
    alike = place is not None and other is not None and place.kind is other.kind
    return Likeness.LIKE if alike else Likeness.OTHER
