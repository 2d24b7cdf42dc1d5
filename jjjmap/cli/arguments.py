"""Arguments of commands that take more than a word: a view, a choice of layers."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from jjjmap.catalogue.models import Place
from jjjmap.errors import BoundsInvalid, LayerUnknown
from jjjmap.i18n import _
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.layers.shipped import SHIPPED_LAYERS, THEMATIC_LAYERS
from jjjmap.maps.snapshot import Bounds


def parse_bounds(text: str) -> Bounds:
    """Read ``W,S,E,N`` in degrees.

    Raises
    ------
    BoundsInvalid
        Not four finite numbers, outside of the Earth, or not from west to east and south to north.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BoundsInvalid(text, _("要四个用逗号隔开的数。")) from None
    if not all(math.isfinite(number) for number in (west, south, east, north)):
        raise BoundsInvalid(text, _("要有限的数。"))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise BoundsInvalid(text, _("经度在 ±180 度之内，纬度在 ±90 度之内。"))
    if not west < east:
        raise BoundsInvalid(text, _("西边要小于东边。"))
    if not south < north:
        raise BoundsInvalid(text, _("南边要小于北边。"))
    return Bounds(west, south, east, north)


def refuse_over_source(source: Path, *targets: Path | None) -> None:
    """Raise UsageError where the file that is read, or another result, would be written over."""
    known = [source.resolve()]
    for target in filter(None, targets):
        path = target.resolve()
        if path in known or (path.exists() and source.exists() and path.samefile(source)):
            message = _("{path} 不能写：它是要读的文件，或另一个结果。请换一个文件名。")
            raise click.UsageError(message.format(path=target))
        known.append(path)


def choose_layers(
    layer_ids: str | None,
    selected: Place | None,
    users_layer: Callable[[str], Layer | None] = lambda word: None,
    opened: Sequence[Layer] = (),
) -> tuple[LayerView, ...]:
    """Return all layers with those switched on that an export shall show, from the bottom up.

    Parameters
    ----------
    layer_ids
        Ids parted by commas, to be shown on the basemap; None for the layers of the first start.
    selected
        A place whose layer is shown as well when `layer_ids` is None: else nobody would see the choice.
    users_layer
        Finds a layer of the user's by id or title; those that are named lie above ours, in their order.
    opened
        Users' layers that are shown in any case, on top.

    Raises
    ------
    LayerUnknown
        One of the ids is not that of a layer.
    """
    known = tuple(layer.id for layer in SHIPPED_LAYERS)
    users: list[Layer] = []
    if layer_ids is None:
        wanted = {
            layer.id
            for layer in SHIPPED_LAYERS
            if layer.visible or (selected is not None and layer.kind is selected.kind)
        }
    else:
        words = [word.strip() for word in layer_ids.split(",") if word.strip()]
        wanted = {word for word in words if word in known}
        for word in words:
            if word not in known:
                layer = users_layer(word)
                if layer is None:
                    raise LayerUnknown(word, known)
                users.append(layer)
        wanted.update(layer.id for layer in SHIPPED_LAYERS if layer.visible and layer not in THEMATIC_LAYERS)
    above = {layer.id: layer for layer in (*users, *opened)}
    return (
        *(LayerView(layer, layer.id in wanted, layer.opacity) for layer in SHIPPED_LAYERS),
        *(LayerView(layer, True, layer.opacity) for layer in above.values()),
    )
