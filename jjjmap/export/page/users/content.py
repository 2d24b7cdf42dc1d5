"""Users' layers inside an exported map: the rows that are shown, the columns that may leave, where rows lie.

``resources/web/local_*.js`` answer from it what `maps.drawing.DrawnLayer` answers in the window. A row that
the filter hides is not in it, nor is a column that the user keeps back; what is drawn of a layer (colours,
sizes) is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jjjmap.analysis.whereabouts import places_told_as_near
from jjjmap.catalogue.models import Catalogue, Precision
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.users.layer_blocks import LayerWriter, Rows
from jjjmap.export.page.users.size import layer_bytes
from jjjmap.i18n import Language, in_language
from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.feature_ids import feature_id, parse_feature_id
from jjjmap.layers.layer import LayerView
from jjjmap.maps.snapshot import MapSnapshot

_ALL = ContentOptions()


@dataclass(frozen=True)
class UserContent:
    """What an exported map holds of users' layers."""

    content: dict[str, Any]
    """Plain JSON, for ``jjjmap.LocalFeatures``: ``layers``, from the bottom up, and ``near``, the places of
    which the nearest of each kind is told, as ``[id, kind, lon, lat, is rough]``."""
    blocks: dict[str, bytes]
    """Deflated bytes by the id of the element that is to carry them."""
    place_ids: tuple[str, ...]
    """Places that the details of a row may name."""
    rows_by_layer: dict[str, Rows] = field(repr=False)
    """Numbers of the rows of each layer that are inside, ascending: the i-th is row i of the file."""

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """Layers that are inside, from the bottom up."""
        return tuple(self.rows_by_layer)

    def id_in_file(self, feature: str) -> str:
        """Return the id that a feature has in the file; empty if it is not inside."""
        layer_id, row = parse_feature_id(feature) or ("", 0)
        rows = self.rows_by_layer.get(layer_id, np.empty(0, np.int64))
        at = int(np.searchsorted(rows, row))
        return feature_id(layer_id, at) if at < len(rows) and rows[at] == row else ""


def exported_views(snapshot: MapSnapshot) -> tuple[LayerView, ...]:
    """Return the users' layers that leave with a map: those that are seen on it."""
    return tuple(
        view
        for view in snapshot.layers
        if view.layer.is_users and view.visible and view.layer.geometry is not None
    )


def user_content(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions = _ALL,
    tick: Callable[[float], None] = lambda share: None,
) -> UserContent:
    """Return what a web page needs of the users' layers that a map shows.

    Parameters
    ----------
    snapshot
        Its visible layers leave; `MapSnapshot.rows_of` gives their rows.
    catalogue
        Says what of policy concerns a row.
    options
        Columns that are passed on, and how far lines and borders may be moved.
    tick
        Called now and then with the share that is done, 0…1; what it raises ends the work.

    Raises
    ------
    RowsUnreadable
        The rows of a layer are gone or broken.
    """
    views = exported_views(snapshot)
    layers: list[dict[str, Any]] = []
    blocks: dict[str, bytes] = {}
    rows_by_layer: dict[str, Rows] = {}
    for number, view in enumerate(views):
        writer = LayerWriter(snapshot.rows_of(view.layer.id), options, f"u{number}")
        layer = writer.written(
            catalogue,
            shipped_units(),
            lambda share, before=number: tick((before + share) / len(views)),  # type: ignore[misc]
        )
        layers.append({**layer, "id": view.layer.id, "revision": view.layer.revision})
        blocks |= writer.blocks
        rows_by_layer[view.layer.id] = writer.rows
    near = (
        [
            [place.id, place.kind.value, place.lon, place.lat, place.precision is Precision.COUNTY]
            for place in places_told_as_near(catalogue)
        ]
        if views
        else []
    )
    named = [
        key for layer in layers for ground in layer["grounds"] for keys in ground.values() for key in keys
    ]
    named += [str(place[0]) for place in near]
    content = {"layers": layers, "near": near}
    return UserContent(content, blocks, tuple(dict.fromkeys(named)), rows_by_layer)


def user_texts(language: Language) -> dict[str, str]:
    """Return the words that the page says of users' features, in a language."""
    _ = in_language(language)
    return {
        "row": _("第 {n} 行"),
        "yes": _("是"),
        "no": _("否"),
        "length": _("长 {km} 公里"),
        "area": _("面积 {km2} 平方公里"),
    }


def predicted_bytes(snapshot: MapSnapshot, options: ContentOptions = _ALL) -> int:
    """Return about how much longer users' layers make the file; see `user_size`.

    Parameters
    ----------
    snapshot, options
        As for `user_content`.

    Raises
    ------
    RowsUnreadable
        The rows of a layer are gone or broken.
    """
    return sum(layer_bytes(snapshot.rows_of(view.layer.id), options) for view in exported_views(snapshot))
