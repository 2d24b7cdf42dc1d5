"""What a project remembers beside layers and documents: views, pins, order of layers, the open document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jjjmap.settings import LayerSetting

MAX_VIEWS = 200
MAX_TITLE_CHARS = 200

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A state of the map that the user gave a name: to go back to, and a page of an export."""

    id: str
    """``view-`` and eight hexadecimal digits."""
    title: str
    bounds_lonlat: Bounds
    layers: tuple[LayerSetting, ...]
    """All layers from the bottom up."""
    filters: tuple[tuple[str, dict[str, Any] | None], ...] = ()
    """Of users' layers, by id, as `layers.tables.filters` writes them; None where all rows are shown."""
    moment: str = ""
    """Of the timeline, ISO 8601; empty for all times."""
    chosen_id: str = ""
    """The place or feature that is chosen."""
    document_id: str = ""
    """The document that is open beside the map."""
    document_start: int = -1
    """Where in its text; -1 for its top."""
    document_end: int = -1


@dataclass(frozen=True, slots=True)
class PlacingState:
    """What the user decided about a list that is being placed and not kept as a layer yet."""

    layer_id: str
    roles: tuple[tuple[str, str], ...]
    """Columns and what they hold: values of `ColumnRole`."""
    corrections: tuple[dict[str, Any], ...]
    """In the order in which they were made; see `session.layers.placing`."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that a layer was read from: it can be read again."""

    layer_id: str
    path: str
    """Relative to the project's folder, with ``/``; absolute without a project. The bare name if it lies
    elsewhere."""
    sha256: str
    options: dict[str, Any]
    """`OpenOptions` as JSON says them."""


@dataclass(frozen=True, slots=True)
class ProjectState:
    """All that a project remembers but its layers and its library."""

    language: str = "zh"
    bounds_lonlat: Bounds | None = None
    layers: tuple[LayerSetting, ...] = ()
    """All layers from the bottom up."""
    pins: tuple[str, ...] = ()
    views: tuple[SavedView, ...] = ()
    chosen_id: str = ""
    moment: str = ""
    document_id: str = ""
    document_start: int = -1
    document_end: int = -1
    layout: str = ""
    """Docks and toolbars as Qt writes them, base64, sealed by the session; empty for the layout as it is."""
    placings: tuple[PlacingState, ...] = ()
    sources: tuple[SourceFile, ...] = ()
