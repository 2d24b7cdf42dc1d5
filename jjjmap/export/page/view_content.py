"""Saved views in an exported map: the layers that they bring along, and what the page does to show one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jjjmap.catalogue.wording import date_text
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import Language
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.layers.layer import LayerView
from jjjmap.maps.snapshot import MapSnapshot, NamedMap

if TYPE_CHECKING:
    from jjjmap.export.page.users.content import UserContent

UNIT_LAYER_IDS = ("provinces", "cities", "counties")
"""Always inside: choosing a place marks the units that make up its area, be their layers shown or not."""


def layers_in_file(snapshot: MapSnapshot, options: ContentOptions) -> tuple[LayerView, ...]:
    """Return the layers that the file holds, set as the map shows them when it opens.

    They are those that the map shows or one of the views, and the units that choices are marked with. What
    the map does not have is in no view either.
    """
    seen = {
        view.layer.id
        for each in (snapshot, *(named.snapshot for named in options.views))
        for view in each.layers
        if view.visible
    }
    return tuple(
        view
        for view in snapshot.layers
        # A plain table is nowhere on the map.
        if view.layer.geometry is not None
        and (view.layer.id in seen or (not view.layer.is_users and view.layer.id in UNIT_LAYER_IDS))
    )


def users_shown(snapshot: MapSnapshot, options: ContentOptions) -> MapSnapshot:
    """Return the map with all users' layers switched on that the file holds."""
    views = layers_in_file(snapshot, options)
    return replace(
        snapshot,
        layers=tuple(replace(view, visible=True) if view.layer.is_users else view for view in views),
    )


def id_in_file(chosen_id: str, users: UserContent | None) -> str:
    """Return the id that a place or feature has in the file; empty if it is not inside."""
    if parse_feature_id(chosen_id) is None:
        return chosen_id
    return users.id_in_file(chosen_id) if users is not None else ""


def view_content(
    snapshot: MapSnapshot, in_file: Sequence[LayerView], users: UserContent | None
) -> dict[str, Any]:
    """Return what the page does to show a view, but for its words."""
    held, bounds = {view.layer.id for view in in_file}, snapshot.bounds
    layers = [
        [view.layer.id, view.visible, view.opacity] for view in snapshot.layers if view.layer.id in held
    ]
    named = {layer_id for layer_id, _visible, _opacity in layers}
    return {
        "bounds": [bounds.west, bounds.south, bounds.east, bounds.north],
        "layers": [
            *layers,
            *([view.layer.id, False, view.opacity] for view in in_file if view.layer.id not in named),
        ],
        "dimmed": list(snapshot.dimmed_ids),
        "selected": id_in_file(snapshot.selected_id, users),
    }


def view_words(named: NamedMap, language: Language) -> dict[str, Any]:
    """Return what the page says of a view, in a language."""
    moment = named.snapshot.moment
    return {
        "title": named.title,
        "moment": date_text(moment, language) if moment else "",
        "dimmed": len(named.snapshot.dimmed_ids),
    }
