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
    """Return the line that a text names by id or name; corridors come before railways, these before roads."""
    wanted = normal_form(text)
    for line in shipped_lines().values():
        if wanted and wanted in map(normal_form, (line.id, line.name_zh, line.name_en)):
            return line
    return None


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
