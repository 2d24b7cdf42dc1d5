"""The lines that we ship and something can lie along: corridors, railways and expressways, all schematic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap import paths
from jjjmap.catalogue.names import normal_form
from jjjmap.i18n import Language, _
from jjjmap.layers.ground import WATER_AND_ROUTES
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.layers.transport import CORRIDORS

_EVERYDAY = (("高速铁路", "高铁"), ("高速公路", "高速"))
"""Endings of names, in full and as people say them."""


class LineKind(StrEnum):
    """What a line is; the value is the id of its layer."""

    CORRIDOR = "corridors"
    RAILWAY = "railways"
    EXPRESSWAY = "expressways"


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """A line of a layer that we ship."""

    id: str
    kind: LineKind
    name_zh: str
    name_en: str
    status: str
    """``open``, ``building``, ``planned``, ``unknown``, or empty for corridors."""
    shape: BaseGeometry
    """Degrees, WGS-84."""

    def name(self, language: Language) -> str:
        """Return the name in a language."""
        return self.name_zh if language is Language.ZH else self.name_en

    def is_called(self, text: str) -> bool:
        """Whether a text is the id or the very name."""
        return normal_form(text) in map(normal_form, (self.id, self.name_zh, self.name_en))


def line_kind_name(kind: LineKind) -> str:
    """Return the name of a kind of lines."""
    return {
        LineKind.CORRIDOR: _("走廊"),
        LineKind.RAILWAY: _("铁路"),
        LineKind.EXPRESSWAY: _("高速公路"),
    }[kind]


def shipped_lines() -> Mapping[str, ShippedLine]:
    """Return the lines that we ship by id: corridors, then railways, then expressways."""
    return _read(paths.GEODATA)


def find_line(text: str) -> ShippedLine | None:
    """Return the line that a text names by id or name; corridors come before railways, these before roads.

    An everyday name will do if it is that of one line only: 京沪高铁 for 京沪高速铁路;
    or one in full: 京沪高速公路 for 京沪高速.
    """
    lines = shipped_lines().values()
    if not normal_form(text):
        return None
    for line in lines:
        if line.is_called(text):
            return line
    alike = [line for line in lines if _everyday(line.name_zh) == _everyday(text)]
    return alike[0] if len(alike) == 1 else None


def _everyday(name: str) -> str:
    form = normal_form(name)
    for full, short in _EVERYDAY:
        if form.endswith(full):
            return form.removesuffix(full) + short
    return form


@cache
def _read(root: Path) -> Mapping[str, ShippedLine]:
    layers: dict[LineKind, Layer] = {LineKind.CORRIDOR: CORRIDORS}
    layers |= {LineKind(each.id): each for each in WATER_AND_ROUTES if each.id in set(LineKind)}
    found: dict[str, ShippedLine] = {}
    for kind in LineKind:
        for feature in json.loads(read_shipped_layer(layers[kind], root).data)["features"]:
            properties = feature["properties"]
            name_zh = str(properties.get("name_zh", ""))
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            name_en, status = str(properties.get("name_en", "")), str(properties.get("status", ""))
            found.setdefault(
                feature["id"], ShippedLine(feature["id"], kind, name_zh, name_en or name_zh, status, shape)
            )
    return found
