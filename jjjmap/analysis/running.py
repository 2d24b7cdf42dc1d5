"""What every analysis is made of: what it is given, what it answers, and how it is run again."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from jjjmap import __version__
from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import JjjmapError
from jjjmap.findings import Finding
from jjjmap.layers.provenance import ColumnNote, InputNote, Missing, Provenance
from jjjmap.layers.styling.user_style import UserStyle

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.boundaries import UnitIndex
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.records import LayerFacts

Progress = Callable[[float], None]
"""Takes the share that is done, 0…1."""
Cancelled = Callable[[], bool]
"""Whether the user has asked to stop: the analysis raises `AnalysisCancelled` then."""


class AnalysisCancelled(Exception):
    """The user has asked to stop; nothing was kept."""


class AnalysisImpossible(JjjmapError):
    """The question cannot be answered from these rows; says why and what to try."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding
        """A sentence in the language in use, with a hint."""

    def __reduce__(self) -> tuple[type[AnalysisImpossible], tuple[Finding]]:
        """Travel between processes with the finding, not with its code."""
        return type(self), (self.finding,)


@dataclass(frozen=True)
class InputLayer:
    """Rows that an analysis reads: a layer of the window, or a file of the command line."""

    id: str
    """As the analysis names it: a layer's id, or a path."""
    title: str
    table: FeatureTable
    facts: LayerFacts
    shown: npt.NDArray[np.bool_] | None = None
    """n truth values: which rows a filter leaves; None for all."""
    filter_words: str = ""
    """The filter as a sentence; empty without one."""
    generation: int = 0

    def note(self, rows_used: int, note: str = "") -> InputNote:
        """Return what is told of this input beside the result."""
        return InputNote(
            self.title,
            len(self.table),
            rows_used,
            self.id if self.generation else "",
            self.facts.sha256,
            self.generation,
            note="\n".join(text for text in (self.filter_words, note) if text),
        )


@dataclass(frozen=True)
class Material:
    """What an analysis may use: what we ship, and what it is given of the user's."""

    catalogue: Catalogue
    units: UnitIndex
    layers: Mapping[str, InputLayer] = field(default_factory=dict)
    """By id; whatever `layer_ids` of the analysis names."""
    folder: Path | None = None
    """Where large intermediate files may be written; the system's own if there is none."""


class ChartKind(StrEnum):
    """How a chart draws its rows."""

    BARS = "bars"
    """One bar a row, horizontal."""
    STACKED = "stacked"
    """One bar a row, its series end to end; negative parts to the left."""
    SCATTER = "scatter"
    """One point a row: first series across, second up (a Moran scatterplot, share against growth)."""
    LINES = "lines"
    """One line a series over ordered rows (years, distances)."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What the chart beside a result shows; drawn by whoever has a canvas."""

    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    """N names, one a row."""
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    """Name and n values each; None where there is no value: a gap, never 0."""
    unit: str = ""
    note: str = ""
    """What must stand below: the source line, the convention."""
    reference: float | None = None
    """A line across, e.g. 1 for a location quotient."""


@dataclass(frozen=True)
class Outcome:
    """What came of an analysis."""

    title: str
    table: FeatureTable
    """A row for each unit, place, cell or flow; without geometry if there is nothing to draw."""
    style: UserStyle
    """How it first looks."""
    columns: tuple[ColumnNote, ...]
    inputs: tuple[InputNote, ...]
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    chart: Chart | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)
    """Numbers about the whole (Moran's I, rows outside of all units) as JSON says them."""


class Analysis(Protocol):
    """A question with all its options: a frozen dataclass whose fields JSON can say.

    Fields hold texts, numbers, truth values, enumerations, tuples of these, and records made of these.
    """

    KIND: ClassVar[str]
    """Stable ASCII word; the name of the command, too."""

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """The layers that it reads."""
        ...

    def with_layers(self, names: Mapping[str, str]) -> Analysis:
        """Return the same about other layers: old id → new id (or the name of a file)."""
        ...

    def title(self, material: Material) -> str:
        """Return what the result is called, in the language in use."""
        ...

    def run(self, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
        """Return the answer.

        Raises
        ------
        AnalysisCancelled
            Somebody asked to stop.
        AnalysisImpossible
            It cannot be answered from these rows; says why and what to try.
        """
        ...

    def arguments(self) -> tuple[str, ...]:
        """Return the command line that does the same, without ``jjjmap``; layers by their names here."""
        ...

    def python(self) -> str:
        """Return Python that does the same through ``import jjjmap``; layers by their names here."""
        ...


def provenance_of(analysis: Analysis, outcome: Outcome, made: datetime.date) -> Provenance:
    """Return what is kept beside the result, with the day it was made."""
    from jjjmap.layers.opening.records_json import to_json

    return Provenance(
        analysis.KIND,
        to_json(analysis),
        outcome.title,
        outcome.inputs,
        outcome.columns,
        outcome.missing,
        outcome.notes,
        to_json(outcome.chart) if outcome.chart is not None else None,
        made.isoformat(),
        __version__,
    )


def refuse_if(cancelled: Cancelled) -> None:
    """Stop here if somebody asked to; raises AnalysisCancelled."""
    if cancelled():
        raise AnalysisCancelled
