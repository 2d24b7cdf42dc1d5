"""What is looked for: places of the catalogue by kind, and rows of the user's layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.analysis.nearby.extents import Basis, Extents
from jjjmap.analysis.nearby.geodesy import BoolArray, IntArray, ShapeArray
from jjjmap.analysis.nearby.near import Question
from jjjmap.analysis.nearby.subjects import Subject, impossible, lost_text, placed_rows
from jjjmap.analysis.running import InputLayer, Material
from jjjmap.catalogue.models import Place, PlaceKind
from jjjmap.catalogue.wording import kind_name
from jjjmap.i18n import _
from jjjmap.i18n import language as language_in_use
from jjjmap.layers.feature_table import kind_of
from jjjmap.layers.opening.records import ColumnKind, ColumnRole
from jjjmap.layers.provenance import MOST_UNITS, InputNote, Missing

if TYPE_CHECKING:
    from jjjmap.analysis.nearby.near import Near

ROUND_ABOUT = tuple(
    kind
    for kind in PlaceKind
    if not kind.is_unit and kind not in (PlaceKind.SPATIAL_STRUCTURE, PlaceKind.METRO_CIRCLE)
)
"""What is told around a place if nothing else is wanted; units and circles lie around everything."""

OF_INTEREST = (
    PlaceKind.WING,
    PlaceKind.ZONE,
    PlaceKind.PLATFORM,
    PlaceKind.PORT,
    PlaceKind.PORT_AREA,
    PlaceKind.AIRPORT,
    PlaceKind.TRANSPORT_HUB,
    PlaceKind.FTZ,
    PlaceKind.INDUSTRIAL_PARK,
    PlaceKind.DEMO_BASE,
    PlaceKind.INNOVATION_CENTRE,
    PlaceKind.LOGISTICS,
    PlaceKind.DATA_CENTRE,
)
"""What the nearest of is told if nothing else is wanted."""

ALONG = tuple(kind for kind in ROUND_ABOUT if kind is not PlaceKind.CORRIDOR)
"""What is told along a line if nothing else is wanted: other corridors have no one place along it."""


def usual_kinds(question: Question) -> tuple[PlaceKind, ...]:
    """Return what of the catalogue a question looks for if nothing else is wanted."""
    return {Question.NEAREST: OF_INTEREST, Question.CORRIDOR: ALONG}.get(question, ROUND_ABOUT)


class Group(ABC):
    """Things of one kind: n of them."""

    key: str
    """A kind of place, or the id of a layer."""
    title: str
    shapes: ShapeArray
    """N shapes in degrees; None for what is nowhere, or not shown."""

    @abstractmethod
    def name(self, at: int) -> str:
        """Return what one is called."""

    @abstractmethod
    def id(self, at: int) -> str:
        """Return the id of a place; of a row its number, from 1."""

    @abstractmethod
    def basis(self, at: int) -> Basis:
        """Return how well it is known where one is."""

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The shapes, quick to be asked where they are."""
        return shapely.STRtree(self.shapes)

    def anchor(self, at: int) -> tuple[float, float]:
        """Return where one is drawn as a point."""
        point = shapely.point_on_surface(self.shapes[at])
        return float(point.x), float(point.y)

    def county(self, at: int) -> BaseGeometry | None:
        """Return the county that surely holds one."""
        return None

    def is_sure(self, at: int) -> bool:
        """Whether it is known where one is, rather than only in which units."""
        return self.basis(at) is not Basis.WITHIN

    def sure(self, at: IntArray) -> BoolArray:
        """Return for each of m whether it is known where it is."""
        return np.array([self.is_sure(int(each)) for each in at], dtype=bool)


@dataclass(frozen=True)
class PlaceGroup(Group):
    """Places of a kind; those that are nowhere stand in `nowhere`."""

    key: str
    title: str
    places: tuple[Place, ...]
    shapes: ShapeArray
    bases: tuple[Basis, ...]
    extents: Extents
    nowhere: tuple[Place, ...] = ()

    def name(self, at: int) -> str:
        """Return the name in the language in use."""
        return self.places[at].name(language_in_use())

    def id(self, at: int) -> str:
        """Return the id."""
        return self.places[at].id

    def basis(self, at: int) -> Basis:
        """Return how well it is known where a place is."""
        return self.bases[at]

    def anchor(self, at: int) -> tuple[float, float]:
        """Return the position that the map draws, or a point of the area."""
        place = self.places[at]
        if place.lon is not None and place.lat is not None:
            return place.lon, place.lat
        return super().anchor(at)

    def county(self, at: int) -> BaseGeometry | None:
        """Return the county that surely holds a place."""
        return self.extents.county_of(self.places[at])


@dataclass(frozen=True)
class RowGroup(Group):
    """Rows of a layer."""

    key: str
    title: str
    layer: InputLayer
    shapes: ShapeArray
    rows_used: int
    lost: int = 0
    """How many rows are shown and nowhere."""
    note: str = ""

    @classmethod
    def of(cls, layer: InputLayer) -> RowGroup:
        """Return the rows that are shown and somewhere; raises AnalysisImpossible for a plain table."""
        placed = placed_rows(layer)
        shapes = np.full(len(layer.table), None, dtype=object)
        shapes[placed.at] = placed.shapes
        used = placed.at.size
        return cls(layer.id, layer.title, layer, shapes, used, placed.lost, placed.mended_note)

    @cached_property
    def _names(self) -> Any:
        return name_column(self.layer)

    def name(self, at: int) -> str:
        """Return what the row is called, or which one it is."""
        said = self._names[at].as_py() if self._names is not None else None
        return str(said) if said not in (None, "") else _("第 {n} 行").format(n=at + 1)

    def id(self, at: int) -> str:
        """Return the number of the row."""
        return str(at + 1)

    def basis(self, at: int) -> Basis:
        """Rows are where the user says."""
        return Basis.EXACT

    def sure(self, at: IntArray) -> BoolArray:
        """All are."""
        return np.ones(len(at), dtype=bool)


def name_column(layer: InputLayer) -> Any:
    """Return the column that says what rows are called; None if there is none."""
    table = layer.table.attributes
    named = [column.name for column in layer.facts.columns if column.role is ColumnRole.NAME]
    texts = [field.name for field in table.schema if kind_of(field.type) is ColumnKind.TEXT]
    for wanted in (*named, *texts):
        if wanted in table.column_names:
            return table.column(wanted)
    return None


def groups_of(
    near: Near, material: Material, extents: Extents, subject: Subject, *, without_subject: bool = False
) -> list[Group]:
    """Return what is looked for, in the order in which it is told.

    Parameters
    ----------
    without_subject
        Whether the layer that is asked about is not looked for.

    Raises
    ------
    AnalysisImpossible
        A layer has no positions, or nothing is looked for.
    """
    own = subject.place.id if subject.place is not None else ""
    own = subject.line.id if subject.line is not None else own
    groups: list[Group] = []
    if near.with_places:
        for kind in dict.fromkeys(near.kinds or usual_kinds(near.question)):
            groups.append(_places_of(kind, material, extents, own))
    for layer_id in dict.fromkeys(near.layers):
        if not (without_subject and layer_id == near.subject_layer_id):
            groups.append(RowGroup.of(material.layers[layer_id]))
    if not groups:
        # Else there would be zeros of what nobody looked for.
        raise impossible(
            "nothing-to-look-for", "", _("没有说要找什么。"), _("选几类地点，或者自己的另一个图层。")
        )
    return groups


def _places_of(kind: PlaceKind, material: Material, extents: Extents, own_id: str) -> PlaceGroup:
    places, shapes, bases, nowhere = [], [], [], []
    for place in sorted(material.catalogue.places.values(), key=lambda place: place.id):
        if place.kind is not kind or place.id == own_id:
            continue
        extent = extents.of(place)
        if extent is None:
            nowhere.append(place)
            continue
        places.append(place)
        shapes.append(extent.shape)
        bases.append(extent.basis)
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return PlaceGroup(kind.value, kind_name(kind), tuple(places), held, tuple(bases), extents, tuple(nowhere))


def inputs_of(near: Near, subject: Subject, groups: Sequence[Group], told: set[str]) -> tuple[InputNote, ...]:
    """Return what went in.

    Parameters
    ----------
    told
        Ids of the places that the answer names: their sources are cited.
    """
    notes: list[InputNote] = []
    places = [group for group in groups if isinstance(group, PlaceGroup)]
    known = {place.id: place for group in places for place in group.places}
    sources = {source for each in told if each in known for source in known[each].source_ids}
    if subject.place is not None:
        notes.append(InputNote(subject.name, 1, 1, source_ids=subject.place.source_ids))
    if places:
        rows = sum(len(group.places) + len(group.nowhere) for group in places)
        used = sum(len(group.places) for group in places)
        notes.append(InputNote(_("资料库的地点"), rows, used, source_ids=tuple(sorted(sources))))
    if subject.line is not None:
        title = _("示意线：{name}").format(name=subject.name)
        notes.append(InputNote(title, 1, 1, note=_("铁路、高速公路为示意，不可量测。")))
    if subject.layer is not None:
        notes.append(subject.layer.note(subject.rows))
    for group in groups:
        if isinstance(group, RowGroup) and (subject.layer is None or group.layer.id != subject.layer.id):
            notes.append(group.layer.note(group.rows_used, group.note))
    return tuple(notes)


def missing_of(column: str, groups: Sequence[Group]) -> tuple[Missing, ...]:
    """Return which places could not be measured, and rows of layers that are nowhere."""
    told: list[Missing] = []
    nowhere = [place for group in groups if isinstance(group, PlaceGroup) for place in group.nowhere]
    if nowhere:
        names = tuple(place.name(language_in_use()) for place in nowhere[:MOST_UNITS])
        text = _("{n} 个地点没有来源说明位置，没有算在内。").format(n=len(nowhere))
        told.append(Missing(column, "no-position", text, names, len(nowhere)))
    for group in groups:
        if isinstance(group, RowGroup) and group.lost:
            text = lost_text(group.title, group.lost)
            told.append(Missing(column, "row-without-position", text, (), group.lost))
    return tuple(told)
