"""How a layer that leaves the program looks: which classes, chosen by which column, with which names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.style import REST, Geometry, LabelStyle
from jjjmap.layers.styling.user_style import StyledRows, StyleMode, UserStyle

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.written_styles import AppliedStyle

_USERS_PRIORITY = 55
"""Of the names of users' features: they take their room after wings and ports, before small places."""


@dataclass(frozen=True)
class OutStyle:
    """The look of a layer, in terms of the columns that it leaves with."""

    applied: AppliedStyle
    label: LabelStyle | None = None
    label_columns: tuple[str, ...] = ()
    """The first of them that says something is written."""
    label_spot: tuple[str, str] | None = None
    """Columns with longitude and latitude of the name's place, if features have one of their own."""
    precision_column: str = ""
    """Column that tells how much of a point's fill is kept."""
    dimmed_column: str = ""
    size_column: str = ""
    """Column with heights of symbols in pixels, where the values that they stand for stay at home."""
    min_zoom: float = 0.0


def shipped_style(layer: Layer, table: FeatureTable, language: Language, dimmed_column: str) -> OutStyle:
    """Return the look of a layer that we ship."""
    from jjjmap.layers.styling.written_styles import AppliedStyle

    look = layer.style
    names = table.attributes.column_names
    is_classed = bool(look.attribute) and look.attribute in names
    label_columns = tuple(
        name for name in (f"short_{language.value}", f"name_{language.value}") if name in names
    )
    wanted = UserStyle(
        mode=StyleMode.CATEGORISED if is_classed else StyleMode.SINGLE,
        column=look.attribute if is_classed else "",
        label_column=label_columns[-1] if look.label and label_columns else "",
        label_size_px=look.label.size_px if look.label else 12.0,
        label_min_zoom=look.label.min_zoom if look.label else 0.0,
    )
    # Without a column that tells them apart all features are of the class for the rest.
    shown = look if is_classed else replace(look, classes=look.classes[-1:], attribute="")
    geometry = layer.geometry or Geometry.POINT
    return OutStyle(
        AppliedStyle(wanted, _styled(shown), geometry, ColumnKind.TEXT if is_classed else None),
        look.label,
        label_columns,
        ("label_lon", "label_lat") if "label_lon" in names and "label_lat" in names else None,
        "precision" if look.precision_marks else "",
        dimmed_column,
        min_zoom=look.min_zoom,
    )


def _styled(look: object) -> StyledRows:
    import numpy as np

    return StyledRows(look, np.zeros(0, np.uint8), None, ())  # type: ignore[arg-type]


def user_style(
    rows: LayerRows, renamed: Mapping[str, str], class_column: str, size_column: str
) -> tuple[dict[str, npt.NDArray[np.uint8]], OutStyle]:
    """Return the look of a user's layer, and columns that it needs because others stay at home.

    Parameters
    ----------
    rows
        The layer; the filter hides rows, but takes no part in how the others look.
    renamed
        The columns that leave, by the names that they have had.
    class_column, size_column
        Names for the columns that may be needed: n classes, n heights in pixels.
    """
    from jjjmap.layers.styling.written_styles import AppliedStyle

    applied = AppliedStyle.on(rows.table, rows.stored.style)
    style = applied.style
    needed: dict[str, npt.NDArray[np.uint8]] = {}
    sizes = ""
    if style.mode is not StyleMode.SINGLE and style.column not in renamed:
        if style.mode is StyleMode.PROPORTIONAL and rows.styled.size_of_row_px is not None:
            needed[sizes := size_column] = rows.styled.size_of_row_px
            single = replace(rows.styled.style, classes=rows.styled.style.classes[:1])
            applied = replace(
                applied, styled=replace(rows.styled, style=single, no_data=None), kind=None, edges=()
            )
            style = replace(style, mode=StyleMode.SINGLE, column="")
        else:
            needed[class_column] = rows.styled.class_of_row
            applied = _by_class(applied)
            style = replace(style, mode=StyleMode.CATEGORISED, column=class_column)
    elif style.column:
        style = replace(style, column=renamed.get(style.column, ""))
    label_column = renamed.get(style.label_column, "")
    style = replace(style, label_column=label_column)
    label = (
        LabelStyle("#333333", style.label_size_px, min_zoom=style.label_min_zoom, priority=_USERS_PRIORITY)
        if label_column
        else None
    )
    return needed, OutStyle(
        replace(_of_shown(applied, rows), style=style),
        label,
        (label_column,) if label_column else (),
        size_column=sizes,
    )


def _of_shown(applied: AppliedStyle, rows: LayerRows) -> AppliedStyle:
    """Return a style without the categories that only hidden rows have: their names stay at home."""
    import numpy as np

    styled = applied.styled
    is_told_apart = applied.style.mode is StyleMode.CATEGORISED or applied.kind is ColumnKind.INTEGER
    if rows.shown is None or applied.edges or not is_told_apart:
        return applied
    seen = set(np.unique(rows.styled.class_of_row[rows.shown]).tolist())
    classes = tuple(
        symbol
        for number, symbol in enumerate(styled.style.classes)
        if number in seen or symbol.value == REST or symbol is styled.no_data
    )
    if not classes:
        classes = (replace(styled.style.classes[-1], value=REST, label_zh="", label_en=""),)
    return replace(applied, styled=replace(styled, style=replace(styled.style, classes=classes)))


def _by_class(applied: AppliedStyle) -> AppliedStyle:
    """Return a style that goes by the numbers of the classes instead of the values behind them."""
    classes = tuple(
        replace(symbol, value=str(number)) for number, symbol in enumerate(applied.styled.style.classes)
    )
    styled = replace(applied.styled, style=replace(applied.styled.style, classes=classes), no_data=None)
    return replace(applied, styled=styled, kind=ColumnKind.INTEGER, edges=())
