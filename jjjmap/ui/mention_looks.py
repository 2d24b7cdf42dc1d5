"""How what a document names looks in the text, in the strip beside it and in the line of kinds below."""

from __future__ import annotations

from enum import StrEnum

from qtpy.QtGui import QColor, QPalette

from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.i18n import _
from jjjmap.text.records import Mention, SubjectKind


class MentionKind(StrEnum):
    """Kinds of what is named, as the reader tells them apart."""

    POLICY = "policy"
    """A place that policy names: wings, zones, platforms, parks, ports …"""
    CLUSTER = "cluster"
    CHAIN = "chain"
    UNIT = "unit"
    """A province, city, county or town, and the region as a whole."""
    FIGURE = "figure"


_COLORS = {
    # Okabe and Ito's palette: told apart by every kind of colour vision.
    MentionKind.POLICY: "#0072b2",
    MentionKind.CLUSTER: "#d55e00",
    MentionKind.CHAIN: "#009e73",
    MentionKind.UNIT: "#7a7a7a",
    MentionKind.FIGURE: "#b0568c",
}
TINT = 0.2
"""Share of the colour in the ground of a mention."""


def mention_kind(catalogue: Catalogue, mention: Mention) -> MentionKind:
    """Return which kind a mention is shown as."""
    if mention.kind is SubjectKind.CHAIN:
        return MentionKind.CHAIN
    place = catalogue.places.get(mention.subject_id)
    if place is None or place.kind.is_unit or place.kind is PlaceKind.SPATIAL_STRUCTURE:
        return MentionKind.UNIT
    return MentionKind.CLUSTER if place.kind is PlaceKind.CLUSTER else MentionKind.POLICY


def kind_color(kind: MentionKind, palette: QPalette) -> QColor:
    """Return the colour of a kind, lighter on a dark ground."""
    color = QColor(_COLORS[kind])
    return color if palette.color(QPalette.ColorRole.Base).lightness() > 127 else color.lighter(150)


def kind_ground(kind: MentionKind, palette: QPalette) -> QColor:
    """Return the ground on which words of a kind stand: a tint of its colour."""
    base, color = palette.color(QPalette.ColorRole.Base), kind_color(kind, palette)
    parts = (
        round((1 - TINT) * under + TINT * over)
        for under, over in zip(
            (base.red(), base.green(), base.blue()), (color.red(), color.green(), color.blue()), strict=True
        )
    )
    return QColor(*parts)


def kind_title(kind: MentionKind) -> str:
    """Return the name of a kind, as the line of kinds says it."""
    return {
        MentionKind.POLICY: _("政策地点"),
        MentionKind.CLUSTER: _("集群"),
        MentionKind.CHAIN: _("产业链"),
        MentionKind.UNIT: _("行政区"),
        MentionKind.FIGURE: _("数字"),
    }[kind]
