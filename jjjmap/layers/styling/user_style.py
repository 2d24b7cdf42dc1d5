"""How the user wants a layer to look: what is asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from jjjmap.layers.style import LayerStyle, Shape, SymbolClass

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAX_CLASSES = 250
"""A row's class travels to the page as one byte; the highest numbers mean something else there."""

LONGEST_VALUE = 1_000
"""Letters of a value that may have a class of its own: all are kept beside the layer, and told the page."""


class StyleMode(StrEnum):
    """What decides the look of a feature."""

    SINGLE = "single"
    CATEGORISED = "categorised"
    GRADUATED = "graduated"
    PROPORTIONAL = "proportional"
    """The area of a point symbol grows with the value."""


class Scheme(StrEnum):
    """How the range of a column is cut into classes."""

    QUANTILES = "quantiles"
    NATURAL_BREAKS = "natural_breaks"
    EQUAL_INTERVAL = "equal_interval"
    MANUAL = "manual"


class Density(StrEnum):
    """Whether points are drawn one by one or as how many there are."""

    NONE = "none"
    HEX = "hex"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class CategoryLook:
    """One category that the user gave a look of its own."""

    value: str
    color: str
    label: str = ""
    shape: Shape = Shape.CIRCLE


@dataclass(frozen=True, slots=True)
class UserStyle:
    """What the user asked for; saved with the layer as JSON."""

    mode: StyleMode = StyleMode.SINGLE
    column: str = ""
    """Whose values decide; unused with one class."""
    scheme: Scheme = Scheme.NATURAL_BREAKS
    class_count: int = 5
    breaks: tuple[float, ...] = ()
    """Upper ends of all classes but the last, for `Scheme.MANUAL`."""
    categories: tuple[CategoryLook, ...] = ()
    """Those with a look of their own, in the order of the legend; the rest is coloured from the ramp."""
    ramp: str = ""
    """Name of a ramp of `styling.ramps`; empty for the best one for the mode."""
    reverse_ramp: bool = False
    color: str = "#0072b2"
    """``#rrggbb``, of a single class and of proportional symbols."""
    stroke: str = "#ffffff"
    width_px: float = 0.8
    shape: Shape = Shape.CIRCLE
    size_px: float = 7.0
    max_size_px: float = 40.0
    """Of the largest proportional symbol."""
    fill_opacity: float = 0.8
    no_data_color: str = "#bdbdbd"
    label_column: str = ""
    """Whose values are written beside the features; empty for no labels."""
    label_size_px: float = 12.0
    label_min_zoom: float = 8.0
    density: Density = Density.NONE
    max_width_px: float = 0.0
    """Of the lines of the highest class, where widths grow with the classes; 0 for one width for all."""
    arrow: bool = False
    """Whether lines end in an arrowhead."""


@dataclass(frozen=True)
class StyledRows:
    """A style applied to a table: the classes, and which row falls into which."""

    style: LayerStyle
    """Its `SymbolClass`es, as the legend shows them; one for rows without a value stands last."""
    class_of_row: npt.NDArray[np.uint8]
    """n numbers of classes."""
    size_of_row_px: npt.NDArray[np.uint8] | None
    """n heights of symbols, for proportional ones; None if the class says it."""
    count_of_class: tuple[int, ...]
    no_data: SymbolClass | None = None
