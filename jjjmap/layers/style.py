"""How a layer looks: classes of symbols that colour the features and, unchanged, make the legend."""

from dataclasses import dataclass
from enum import StrEnum

from jjjmap.i18n import Language


class Shape(StrEnum):
    """The outline of a point symbol: a second channel beside colour."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    HEXAGON = "hexagon"
    PENTAGON = "pentagon"
    STAR = "star"
    WEDGE = "wedge"
    """A triangle that stands on its point."""
    ANCHOR = "anchor"
    PLANE = "plane"
    CROSS = "cross"


class Geometry(StrEnum):
    """What a layer is made of."""

    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"


REST = "*"
"""Value of the class that takes whatever is left."""


@dataclass(frozen=True, slots=True)
class SymbolClass:
    """One class of features that share a look, and one row of the legend."""

    value: str
    """Value of `LayerStyle.attribute` that falls into this class; ``*`` takes whatever is left."""
    label_zh: str
    label_en: str
    fill: str = ""
    """``#rrggbb``; empty for no fill."""
    stroke: str = ""
    """``#rrggbb``; empty for no outline."""
    width_px: float = 1.0
    fill_opacity: float = 1.0
    dash: tuple[int, ...] = ()
    """Lengths of dash and gap in pixels; empty for a solid line."""
    shape: Shape = Shape.CIRCLE
    size_px: float = 9.0
    """Height of a point symbol."""
    hatch: bool = False
    """Whether a polygon is hatched: a second channel beside colour."""
    arrow: bool = False
    """Whether a line ends in an arrowhead: it leads somewhere."""

    def label(self, language: Language) -> str:
        """Return the legend text in a language."""
        return self.label_zh if language is Language.ZH else self.label_en


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How the names of features are written."""

    color: str = "#333333"
    size_px: float = 12.0
    bold: bool = False
    italic: bool = False
    min_zoom: float = 0.0
    """No label is written below this zoom."""
    priority: int = 0
    """Labels of higher priority take their room first."""
    spacing: bool = False
    """Whether letters are spread, as on names of large areas."""


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """The looks of one layer."""

    classes: tuple[SymbolClass, ...]
    attribute: str = ""
    """Property that chooses the class; empty if the layer has one class only."""
    label: LabelStyle | None = None
    """None if names are not written."""
    min_zoom: float = 0.0
    """The layer is drawn from this zoom on."""
    precision_marks: bool = False
    """Whether fill and outline of a point tell how well its position is known."""

    def class_for(self, value: str) -> SymbolClass:
        """Return the class that an attribute value falls into."""
        for symbol in self.classes:
            if symbol.value in (value, "*"):
                return symbol
        return self.classes[-1]
