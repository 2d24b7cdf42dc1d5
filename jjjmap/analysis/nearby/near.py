"""Questions about what is near a place, with all their options."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from jjjmap.analysis.python_calls import python_call
from jjjmap.analysis.running import (
    AnalysisImpossible,
    Cancelled,
    Material,
    Outcome,
    Progress,
    refuse_if,
)
from jjjmap.catalogue.models import PlaceKind
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

MOST_KM = 1000.0
"""Beyond this nothing that we ship is told; and a frame around a place is no longer true."""
MOST_RINGS = 12


class Question(StrEnum):
    """What is asked about a place."""

    RINGS = "rings"
    """What lies within some distances."""
    NEAREST = "nearest"
    """What of each kind comes first."""
    INSIDE = "inside"
    """What lies in an area."""
    OVERLAP = "overlap"
    """How much two areas share."""
    BUFFER = "buffer"
    """All ground within a distance."""
    CORRIDOR = "corridor"
    """What lies along a line."""


@dataclass(frozen=True)
class Near:
    """What is near a place, a position, rows of a layer, or a line.

    The subject is the first that is given of: a layer, a line, a place, a position. Along a corridor it is
    the layer or the line, and a place is what distances along it are counted from.
    """

    KIND: ClassVar[str] = "near"

    subject_layer_id: str = ""
    """Rows that are asked about together (`BUFFER`: one by one)."""
    other_layer_id: str = ""
    """Areas that the subject may overlap."""
    place: str = ""
    """Id of a place of the catalogue; a name will do."""
    lon: float | None = None
    """Degrees, WGS-84, for a position that is no place."""
    lat: float | None = None
    name: str = ""
    """What lies at the position is called so; of anything else the own name is told."""
    question: Question = Question.RINGS
    other: str = ""
    """The place that the subject may overlap."""
    line: str = ""
    """Id or name of a corridor, railway or expressway."""
    rings_km: tuple[float, ...] = (50.0, 100.0, 200.0)
    km: float = 20.0
    """Of a buffer, and to either side of a line."""
    kinds: tuple[PlaceKind, ...] = ()
    """What of the catalogue is looked for; empty for what suits the question."""
    with_places: bool = True
    """Whether the catalogue is looked through at all."""
    layers: tuple[str, ...] = ()
    """Layers of the user whose rows are looked for as well."""
    count: int = 1
    """How many of each kind, for the nearest."""
    as_list: bool = False
    """For rings and areas: a row for each thing that was found, not for each ring."""

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """The layers that it reads."""
        wanted = (self.subject_layer_id, self.other_layer_id, *self.layers)
        return tuple(dict.fromkeys(each for each in wanted if each))

    def with_layers(self, names: Mapping[str, str]) -> Near:
        """Return the same about other layers."""
        return replace(
            self,
            subject_layer_id=names.get(self.subject_layer_id, self.subject_layer_id),
            other_layer_id=names.get(self.other_layer_id, self.other_layer_id),
            layers=tuple(names.get(each, each) for each in self.layers),
        )

    def title(self, material: Material) -> str:
        """Return what the result is called; raises PlaceUnknown or AnalysisImpossible for a wrong subject."""
        from jjjmap.analysis.nearby.subjects import line_of, other_name, subject_name

        if self.question is Question.CORRIDOR:
            name = line_of(self, material).name
            return _("沿{line}两侧 {km} 公里").format(line=name, km=km_text(self.km))
        name = subject_name(self, material)
        match self.question:
            case Question.RINGS:
                far = "/".join(map(km_text, self.rings_km))
                return _("{name}周边 {km} 公里").format(name=name, km=far)
            case Question.NEAREST:
                return _("离{name}最近的").format(name=name)
            case Question.INSIDE:
                return _("{name}里面有什么").format(name=name)
            case Question.OVERLAP:
                return _("{name}与{other}的重叠").format(name=name, other=other_name(self, material))
            case _:
                return _("{name}的 {km} 公里缓冲区").format(name=name, km=km_text(self.km))

    def run(self, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
        """Return the answer; see `jjjmap.analysis.running.Analysis`.

        Raises
        ------
        PlaceUnknown
            Nothing of the catalogue is called so.
        """
        self._check()
        refuse_if(cancelled)
        match self.question:
            case Question.RINGS:
                from jjjmap.analysis.nearby.rings import rings

                return rings(self, material, progress, cancelled)
            case Question.NEAREST:
                from jjjmap.analysis.nearby.nearest import nearest

                return nearest(self, material, progress, cancelled)
            case Question.INSIDE:
                from jjjmap.analysis.nearby.inside import inside

                return inside(self, material, progress, cancelled)
            case Question.OVERLAP:
                from jjjmap.analysis.nearby.overlaps import overlap

                return overlap(self, material, progress, cancelled)
            case Question.BUFFER:
                from jjjmap.analysis.nearby.buffers import buffer

                return buffer(self, material, progress, cancelled)
            case Question.CORRIDOR:
                from jjjmap.analysis.nearby.corridors import corridor

                return corridor(self, material, progress, cancelled)

    def _check(self) -> None:
        """Refuse distances that are none."""
        asked: tuple[float, ...] = ()
        if self.question is Question.RINGS:
            asked = self.rings_km
        elif self.question in (Question.BUFFER, Question.CORRIDOR):
            asked = (self.km,)
        for km in asked:
            if not (math.isfinite(km) and 0.0 < km <= MOST_KM):
                message = _("距离 {km} 公里不可用。").format(km=km_text(km))
                hint = _("要大于 0，不超过 {most} 公里。").format(most=km_text(MOST_KM))
                raise AnalysisImpossible(Finding(Severity.ERROR, "km-invalid", km_text(km), message, hint))
        if self.question is Question.RINGS and not 0 < len(self.rings_km) <= MOST_RINGS:
            message = _("环要有 1 到 {most} 个。").format(most=MOST_RINGS)
            raise AnalysisImpossible(Finding(Severity.ERROR, "rings-invalid", "", message))
        if self.question is Question.NEAREST and not 0 < self.count <= 100:
            message = _("每类要 1 到 {most} 个。").format(most=100)
            raise AnalysisImpossible(Finding(Severity.ERROR, "count-invalid", str(self.count), message))

    def arguments(self) -> tuple[str, ...]:
        """Return the command line that does the same."""
        said: list[str] = [self.KIND]
        is_line = self.question is Question.CORRIDOR
        if self.subject_layer_id and not is_line:
            said.append(self.subject_layer_id)
        elif self.line and not is_line:
            said.append(self.line)
        elif self.place:
            said.append(self.place)
        elif self.lon is not None and self.lat is not None and not is_line:
            said.append(f"--at={self.lon!r},{self.lat!r}")
            said += [f"--name={self.name}"] if self.name else []
        match self.question:
            case Question.RINGS:
                said += ["--rings", ",".join(map(km_text, self.rings_km))]
            case Question.NEAREST:
                said.append("--nearest")
                said += ["--count", str(self.count)] if self.count != 1 else []
            case Question.INSIDE:
                said.append("--inside")
            case Question.OVERLAP:
                said += ["--overlap", self.other_layer_id or self.other]
            case Question.BUFFER:
                said += ["--buffer", km_text(self.km)]
            case Question.CORRIDOR:
                said += ["--corridor", self.subject_layer_id or self.line, "--km", km_text(self.km)]
        if self.question not in (Question.OVERLAP, Question.BUFFER):
            for kind in self.kinds if self.with_places else ():
                said += ["--kind", kind.value]
            said += [] if self.with_places else ["--no-places"]
            for layer in self.layers:
                said += ["--layer", layer]
        said += ["--list"] if self.as_list and self.question in (Question.RINGS, Question.INSIDE) else []
        return tuple(said)

    def python(self) -> str:
        """Return Python that does the same."""
        return python_call(self)


def km_text(km: float) -> str:
    """Return kilometres without needless decimals; as a number the text is the very same."""
    short = f"{km:g}"
    return short if float(short) == km or not math.isfinite(km) else repr(km)
