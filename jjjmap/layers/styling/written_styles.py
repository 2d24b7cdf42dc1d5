"""What all style files need: a style with its classes, texts that XML can hold, zooms as scales."""

import re
from dataclasses import dataclass, replace
from math import exp2, log2

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style, bounds_of, examples_of, problem_of
from jjjmap.layers.styling.column_values import TableColumns
from jjjmap.layers.styling.style_json import checked
from jjjmap.layers.styling.user_style import Density, StyledRows, StyleMode, UserStyle

SCALE_AT_ZOOM_0 = 559_082_264.03
"""Denominator of the scale of the web map at zoom 0, at 0.28 mm a pixel."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class StyleFile:
    """A style as another program reads it."""

    data: bytes
    """UTF-8."""
    findings: tuple[Finding, ...] = ()
    """What the other program will show otherwise."""


@dataclass(frozen=True)
class AppliedStyle:
    """A style with what came of it on a table."""

    style: UserStyle
    """Within bounds; of one class if it does not fit the table."""
    styled: StyledRows
    geometry: Geometry
    kind: ColumnKind | None
    """Of the column that decides; None for a single class."""
    edges: tuple[float, ...] = ()
    """Of classes that are ranges: smallest value, then their upper ends."""
    largest: float = 0.0
    """Of proportional symbols: the value whose symbol has the full size."""

    @classmethod
    def on(cls, table: FeatureTable, style: UserStyle, columns: TableColumns | None = None) -> "AppliedStyle":
        """Apply a style to a table of features."""
        geometry = table.geometry or Geometry.POINT
        columns = columns or TableColumns(table)
        style = checked(style)
        styled = apply_style(table, style, columns)
        if style.mode is StyleMode.SINGLE or problem_of(style, columns):
            return cls(replace(style, mode=StyleMode.SINGLE), styled, geometry, None)
        edges: tuple[float, ...] = ()
        largest = 0.0
        if style.mode is StyleMode.GRADUATED and len(numbers := columns.numbers(style.column).ordered):
            edges = (float(numbers[0]), *bounds_of(columns, style).tolist())
        elif style.mode is StyleMode.PROPORTIONAL and len(numbers := columns.numbers(style.column).ordered):
            largest = float(max(abs(numbers[0]), abs(numbers[-1])))
            edges = (float(numbers[0]), *examples_of(columns, style))
        return cls(style, styled, geometry, columns.kind(style.column), edges, largest)

    def findings(self, file_format: str) -> list[Finding]:
        """Return what no file of the format can say."""
        found = []
        if self.style.density is not Density.NONE:
            found.append(
                _finding(file_format, "style-density-left-out", _("密度图没有写进样式文件，点按单个符号画。"))
            )
        if self.style.mode is StyleMode.GRADUATED and self.styled.no_data is not None:
            found.append(
                _finding(
                    file_format,
                    "style-no-data-left-out",
                    _("没有数值的要素在 {format} 里没有符号，QGIS 不画它们。").format(format=file_format),
                )
            )
        return found


def _finding(file_format: str, code: str, message: str) -> Finding:
    return Finding(Severity.INFO, code, file_format, message)


def xml_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)


def scale_at(zoom: float) -> float:
    """Return the denominator of the map's scale at a zoom of the web map."""
    return SCALE_AT_ZOOM_0 / exp2(zoom)


def zoom_at(scale: float) -> float:
    """Return the zoom at which the map has a scale 1:`scale`."""
    return log2(SCALE_AT_ZOOM_0 / scale)
