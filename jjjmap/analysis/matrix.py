"""Which scope has which indicator: what the catalogue knows, and where it has gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from jjjmap.analysis.series import parse_period
from jjjmap.catalogue.models import REGION_ID, Catalogue, Figure


@dataclass(frozen=True, slots=True)
class Cell:
    """What the catalogue has on one indicator of one scope."""

    figures: tuple[Figure, ...]
    """The latest first; those without a period last."""

    @property
    def latest(self) -> Figure:
        """The figure that stands for the cell."""
        return self.figures[0]

    @property
    def source_count(self) -> int:
        """How many sources there are."""
        return len({figure.source_id for figure in self.figures})

    @property
    def has_period(self) -> bool:
        """Whether a source says what period the value is of."""
        return bool(self.latest.period)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Scopes × indicators; what is not among the cells has no data."""

    scope_ids: tuple[str, ...]
    """The region, units by code, then places in catalogue order; only those with figures."""
    indicators: tuple[str, ...]
    """Names in Chinese, those that most scopes have first."""
    cells: Mapping[tuple[str, str], Cell]
    """By scope and indicator."""

    def scopes_with(self, indicator: str) -> int:
        """Return how many scopes have an indicator."""
        return sum((scope_id, indicator) in self.cells for scope_id in self.scope_ids)


def figure_matrix(catalogue: Catalogue) -> Matrix:
    """Return what the catalogue has on which indicator of which scope."""
    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in catalogue.figures.values():
        found[figure.scope_id, figure.indicator_zh].append(figure)
    cells = {key: Cell(tuple(sorted(figures, key=_latest_first))) for key, figures in found.items()}
    seen = {scope_id for scope_id, _indicator in cells}
    ranks = {place_id: rank for rank, place_id in enumerate(catalogue.places)}

    def scope_order(scope_id: str) -> tuple[bool, bool, str, int]:
        place = catalogue.places.get(scope_id)
        is_unit = place is not None and place.kind.is_unit
        return scope_id != REGION_ID, not is_unit, scope_id if is_unit else "", ranks.get(scope_id, 0)

    counts: dict[str, int] = defaultdict(int)
    for _scope_id, indicator in cells:
        counts[indicator] += 1
    return Matrix(
        tuple(sorted(seen, key=scope_order)),
        tuple(sorted(counts, key=lambda indicator: -counts[indicator])),  # Stable: else as in the file.
        cells,
    )


def _latest_first(figure: Figure) -> tuple[bool, float, float]:
    span = parse_period(figure.period)
    return (False, -span.end, -span.start) if span else (True, 0.0, 0.0)
