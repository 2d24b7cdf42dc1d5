"""Reads the symbols of a QML file of QGIS: colours, sizes in pixels and the shape of each."""

from dataclasses import dataclass
from math import isfinite
from typing import overload
from xml.etree.ElementTree import Element

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.style import Shape
from jjjmap.layers.styling.qgis_symbols import MARKERS, PX_OF_UNIT
from jjjmap.layers.styling.user_style import UserStyle

_DEFAULT = UserStyle()
_SHAPES = {name: shape for shape, (name, _angle) in reversed(MARKERS.items())} | {
    "cross": Shape.CROSS,
    "cross2": Shape.CROSS,
    "x": Shape.CROSS,
    "rectangle": Shape.SQUARE,
    "equilateral_triangle": Shape.TRIANGLE,
    "regular_star": Shape.STAR,
}
_SIMPLE = ("SimpleMarker", "SimpleLine", "SimpleFill")


@dataclass(frozen=True, slots=True)
class SymbolLook:
    """What is kept of a symbol."""

    color: str = ""
    opacity: float = 1.0
    stroke: str = ""
    width_px: float = _DEFAULT.width_px
    size_px: float = _DEFAULT.size_px
    shape: Shape = Shape.CIRCLE


def look_of(symbol: Element, notes: dict[str, Finding]) -> SymbolLook:
    """Return what a ``<symbol>`` looks like; what is left out goes into `notes`."""
    layers = [layer for layer in symbol.iterfind("layer") if layer.get("enabled") != "0"]
    simple = [layer for layer in layers if layer.get("class") in _SIMPLE]
    if len(layers) != len(simple):
        note(notes, "style-symbol-simplified", _("图片、字体和渐变符号改成了简单符号。"))
    if len(simple) > 1:
        note(notes, "style-layers-left-out", _("由几层叠成的符号只取最上面一层。"))
    # Where there is no simple one, the first has at least a colour, perhaps.
    chosen = simple[-1] if simple else (layers[0] if layers else None)
    if chosen is None:
        return SymbolLook()
    if (
        chosen.find("data_defined_properties") is not None
        and chosen.find("data_defined_properties//Option[@name='active'][@value='true']") is not None
    ):
        note(notes, "style-expressions-left-out", _("按表达式变化的颜色和大小没有读取。"))
    told = {item.get("k", ""): item.get("v", "") for item in chosen.iterfind("prop")}
    told |= {item.get("name", ""): item.get("value", "") for item in chosen.iterfind("Option/Option")}
    alpha = min(max(number_of(symbol.get("alpha"), 1.0), 0.0), 1.0)
    if chosen.get("class") == "SimpleLine":
        color, opacity = _color(told.get("line_color", told.get("color", "")))
        return SymbolLook(
            color, opacity * alpha, "", _px(told, "line_width", "width", unit="line_width_unit")
        )
    color, opacity = _color(told.get("color", ""))
    has_outline = told.get("outline_style", "solid") != "no"
    stroke, seen = _color(told.get("outline_color", told.get("color_border", "")))
    name = told.get("name", "circle")
    if chosen.get("class") == "SimpleMarker" and name not in _SHAPES:
        note(notes, "style-shape-replaced", _("本程序没有的符号形状改成了圆。"))
    shape = _SHAPES.get(name, Shape.CIRCLE)
    if shape is Shape.TRIANGLE and number_of(told.get("angle"), 0.0) % 360 == 180:
        shape = Shape.WEDGE
    return SymbolLook(
        color,
        opacity * alpha,
        stroke if has_outline and seen else "",
        _px(told, "outline_width", "width_border", unit="outline_width_unit"),
        _px(told, "size", unit="size_unit", otherwise=_DEFAULT.size_px),
        shape,
    )


def _px(told: dict[str, str], *names: str, unit: str, otherwise: float = _DEFAULT.width_px) -> float:
    """Return a length in pixels; 0 in millimetres is a hairline."""
    said = next((told[name] for name in names if name in told), None)
    value = number_of(said, None)
    factor = PX_OF_UNIT.get(told.get(unit, "MM"))
    if value is None or factor is None:
        return otherwise
    return value * factor if value > 0 else 0.5


def _color(text: str) -> tuple[str, float]:
    """Return ``r,g,b,a``, and whatever newer versions append, as ``#rrggbb`` and opacity."""
    parts = text.split(",")[:4]
    if len(parts) < 3 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        return "", 1.0
    channels = [min(int(part[:6]), 255) for part in parts]
    red, green, blue = channels[:3]
    return f"#{red:02x}{green:02x}{blue:02x}", (channels[3] if len(channels) > 3 else 255) / 255


def note(notes: dict[str, Finding], code: str, message: str) -> None:
    """Remember that something was left out, once for each kind."""
    notes.setdefault(code, Finding(Severity.INFO, code, "QML", message))


@overload
def number_of(text: str | None, otherwise: float) -> float: ...


@overload
def number_of(text: str | None, otherwise: None) -> float | None: ...


def number_of(text: str | None, otherwise: float | None) -> float | None:
    """Return a finite number that a file says."""
    try:
        value = float(text or "")
    except ValueError:
        return otherwise
    return value if isfinite(value) else otherwise
