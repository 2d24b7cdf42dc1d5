"""Applies a style to a table: which classes there are, what they look like, and which row falls into which.

In a graduated style, `UserStyle.categories` hold the looks that the user gave single classes: their value is
the number of the class, from ``0``. In a categorised one the value `REST` stands for all other values.
"""

import logging
from dataclasses import replace
from math import floor, log10

import numpy as np
import numpy.typing as npt

from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable, FloatArray
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.style import REST, Geometry, LabelStyle, LayerStyle, SymbolClass
from jjjmap.layers.styling.class_labels import (
    ValueFormat,
    Word,
    in_both,
    range_labels,
    shortened,
    unit_of,
)
from jjjmap.layers.styling.column_values import COUNTABLE, MEASURABLE, TableColumns
from jjjmap.layers.styling.ramps import category_colors, palette_of, ramp_colors, ramp_for, spread
from jjjmap.layers.styling.style_json import MOST_CATEGORIES, checked
from jjjmap.layers.styling.symbols import OTHER_COLOR, no_data_symbol, symbol_of
from jjjmap.layers.styling.user_style import (
    LONGEST_VALUE,
    CategoryLook,
    Scheme,
    StyledRows,
    StyleMode,
    UserStyle,
)

logger = logging.getLogger(__name__)

SMALLEST_PX = 3.0
"""Height of the smallest proportional symbol: it can still be seen and hit."""
_STEP = 0.22
"""Each example size of proportional symbols stands for about this share of the next larger value."""
_EXAMPLES = 4

Bytes = npt.NDArray[np.uint8]


def problem_of(style: UserStyle, columns: TableColumns) -> str:
    """Return why a style cannot be applied to a table, one sentence; empty if it can."""
    if style.mode is StyleMode.SINGLE:
        return ""
    kind = columns.kind(style.column)
    if kind is None:
        if not style.column:
            return _("还没有选择按哪一列分类。")
        return _("表格里没有“{column}”这一列。").format(column=shortened(style.column))
    if style.mode is StyleMode.GRADUATED and kind not in MEASURABLE:
        return _("“{column}”不是数值或日期，不能分级；可以改用分类。").format(column=shortened(style.column))
    if style.mode is StyleMode.PROPORTIONAL:
        if kind not in COUNTABLE:
            return _("“{column}”不是数值，不能画成比例符号。").format(column=shortened(style.column))
        if columns.table.geometry is not Geometry.POINT:
            return _("比例符号只用于点图层；线和面可以改用分级。")
    return ""


def apply_style(table: FeatureTable, style: UserStyle, columns: TableColumns | None = None) -> StyledRows:
    """Return the classes of a style and which row falls into which.

    A style that does not fit the table (see `problem_of`) gives one class for all rows.

    Parameters
    ----------
    table
        n rows.
    style
        Whatever is out of bounds is brought within them.
    columns
        The columns of the same table, if they were worked out before.

    Returns
    -------
    StyledRows
        Classes without rows are kept in a graduated style, where they say something; the classes of
        all other values and of no value are there only if a row needs them.
    """
    style = checked(style)
    columns = columns or TableColumns(table)
    problem = problem_of(style, columns)
    if problem:
        logger.warning("style not applied: %s", problem)
        style = replace(style, mode=StyleMode.SINGLE)
    match style.mode:
        case StyleMode.SINGLE:
            return _single(table, style)
        case StyleMode.CATEGORISED:
            return _categorised(columns, style)
        case StyleMode.GRADUATED:
            return _graduated(columns, style)
        case StyleMode.PROPORTIONAL:
            return _proportional(columns, style)


def bounds_of(columns: TableColumns, style: UserStyle) -> FloatArray:
    """Return the upper ends of the classes of a graduated style, ascending; raises KeyError for another."""
    return columns.bounds(style.column, style.scheme, style.class_count, style.breaks)


def examples_of(columns: TableColumns, style: UserStyle) -> tuple[float, ...]:
    """Return the values whose proportional symbols a legend shows, ascending; empty if none is above 0."""
    numbers = columns.numbers(style.column)
    ordered = numbers.ordered
    if not len(ordered) or ordered[-1] < 0:
        return ()
    found = _examples(float(ordered[-1]))
    above = ordered[np.searchsorted(ordered, 0.0, side="right") :]
    # A size that no row has says nothing; and of things that are counted there is no half one.
    least = max(float(above[0]) if len(above) else 0.0, 1.0 if numbers.is_whole else 0.0)
    return (*(value for value in found[:-1] if value >= least), found[-1])


def _single(table: FeatureTable, style: UserStyle) -> StyledRows:
    symbol = symbol_of(style, table.geometry, REST, in_both(Word.ALL), style.color)
    return StyledRows(_look(style, (symbol,)), np.zeros(len(table), np.uint8), None, (len(table),))


def _categorised(columns: TableColumns, style: UserStyle) -> StyledRows:
    texts = columns.texts(style.column)
    geometry = columns.table.geometry
    looks = {look.value: look for look in style.categories}
    rest_look = looks.pop(REST, None)
    wanted = list(looks)
    limit = min(max(len(wanted), style.class_count), MOST_CATEGORIES)
    for value in texts.most_frequent(limit):
        if len(wanted) == limit:
            break
        if value not in looks and len(value) <= LONGEST_VALUE:
            wanted.append(value)
    ramp = ramp_for(style.ramp, style.mode)
    colors = category_colors(ramp, len(wanted), reverse=style.reverse_ramp)
    palette = len(palette_of(ramp)) or max(len(wanted), 1)
    is_truth = columns.kind(style.column) is ColumnKind.BOOLEAN
    symbols: list[SymbolClass] = []
    class_of_code = np.full(len(texts.values) + 1, len(wanted), np.uint8)
    for number, (value, color) in enumerate(zip(wanted, colors, strict=True)):
        code = texts.code_of(value)
        if code >= 0:
            class_of_code[code] = number
        look = looks.get(value)
        symbols.append(
            symbol_of(
                style,
                geometry,
                value,
                _category_labels(value, look, is_truth),
                look.color if look and look.color else color,
                shape=look.shape if look else None,
                turn=number // palette,
            )
        )
    has_rest = bool((class_of_code[texts.by_count] == len(wanted)).any())
    if has_rest:
        labels = (rest_look.label,) * 2 if rest_look and rest_look.label else in_both(Word.OTHER)
        color = rest_look.color if rest_look and rest_look.color else OTHER_COLOR
        symbols.append(symbol_of(style, geometry, REST, labels, color))
    class_of_code[-1] = len(symbols)  # Where -1, no value, leads.
    class_of_row = class_of_code[texts.codes]
    return _with_no_data(columns, style, geometry, symbols, class_of_row)


def _category_labels(value: str, look: CategoryLook | None, is_truth: bool) -> tuple[str, str]:
    if look and look.label:
        return look.label, look.label
    if is_truth:
        return in_both(Word.YES) if value == "true" else in_both(Word.NO)
    return shortened(value), shortened(value)


def _graduated(columns: TableColumns, style: UserStyle) -> StyledRows:
    numbers = columns.numbers(style.column)
    geometry = columns.table.geometry
    uppers = bounds_of(columns, style)
    symbols: list[SymbolClass] = []
    if len(uppers):
        lowest = float(numbers.ordered[0])
        ramp = ramp_for(style.ramp, style.mode)
        ends = tuple(uppers.tolist())
        positions = spread(ends, lowest, ramp)
        colors = ramp_colors(ramp, positions, reverse=style.reverse_ramp)
        labels = range_labels(
            lowest, ends, numbers.kind, unit_of(style.column), is_open=style.scheme is Scheme.MANUAL
        )
        looks = {look.value: look for look in style.categories}
        widths = _widths(style, geometry, len(ends))
        for number, (color, label) in enumerate(zip(colors, labels, strict=True)):
            look = looks.get(str(number))
            text = look.label if look and look.label else label
            symbols.append(
                symbol_of(
                    style,
                    geometry,
                    str(number),
                    (text, text),
                    look.color if look and look.color else color,
                    width_px=widths[number],
                )
            )
    class_of_row = _classes(numbers.values, uppers)
    return _with_no_data(columns, style, geometry, symbols, class_of_row)


def _widths(style: UserStyle, geometry: Geometry | None, count: int) -> list[float | None]:
    """Return how wide the lines of each class are, in equal steps from the first to the last."""
    if geometry is not Geometry.LINE or not style.max_width_px:
        return [None] * count
    low, high = max(style.width_px, 0.5), style.max_width_px
    return [round(low + (high - low) * at / (count - 1), 2) if count > 1 else high for at in range(count)]


def _proportional(columns: TableColumns, style: UserStyle) -> StyledRows:
    numbers = columns.numbers(style.column)
    ordered = numbers.ordered
    largest = float(max(abs(ordered[0]), abs(ordered[-1]))) if len(ordered) else 0.0
    uppers = examples_of(columns, style)
    unit = unit_of(style.column)
    form = ValueFormat.telling_apart(uppers, numbers.kind)
    symbols = [
        symbol_of(
            style,
            Geometry.POINT,
            str(number),
            (f"≤ {form.text(upper)} {unit}".rstrip(),) * 2,
            style.color,
            size_px=float(_sizes(np.array([upper]), largest, style)[0]),
        )
        for number, upper in enumerate(uppers)
    ]
    values = numbers.values
    class_of_row = _classes(values, np.array(uppers))
    if len(ordered) and ordered[0] < 0:
        # Hollow: what lacks must not look like what is there.
        hollow = symbol_of(style, Geometry.POINT, "-", in_both(Word.NEGATIVE), style.color)
        symbols.append(replace(hollow, fill="", stroke=style.color, width_px=max(style.width_px, 1.5)))
        class_of_row[np.isnan(values)] = len(symbols)
        class_of_row[values < 0] = len(symbols) - 1
    sizes = _sizes(values, largest, style)
    styled = _with_no_data(columns, style, Geometry.POINT, symbols, class_of_row)
    if styled.no_data is not None:
        sizes[np.isnan(values)] = round(styled.no_data.size_px)
    return replace(styled, size_of_row_px=sizes)


def _sizes(values: FloatArray, largest: float, style: UserStyle) -> Bytes:
    """Return heights of symbols whose areas are as their values."""
    shares = np.abs(np.nan_to_num(values)) / (largest or 1.0)
    heights = np.maximum(style.max_size_px * np.sqrt(shares), SMALLEST_PX)
    return np.minimum(np.rint(heights), 255).astype(np.uint8)


def _examples(highest: float) -> list[float]:
    """Return round values below the largest, and the largest, ascending: the sizes that a legend shows."""
    found = [highest]
    while len(found) < _EXAMPLES and found[-1] > 0:
        rough = found[-1] * _STEP
        if rough < 1e-300:
            break
        power = 10.0 ** floor(log10(rough))
        # 1, 2 or 5 times a power of ten.
        found.append(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= rough * (1 + 1e-9)))
    return found[::-1]


def _classes(values: FloatArray, uppers: FloatArray) -> Bytes:
    """Return the class of every value; one beyond the last for NaN."""
    if not len(uppers):
        return np.zeros(len(values), np.uint8)
    inner = uppers[:-1]
    found = np.searchsorted(inner, values, side="left").astype(np.uint8)
    found[np.isnan(values)] = len(uppers)
    return found


def _with_no_data(
    columns: TableColumns,
    style: UserStyle,
    geometry: Geometry | None,
    symbols: list[SymbolClass],
    class_of_row: Bytes,
) -> StyledRows:
    """Return the rows with a class for those without a value, if a row on the map needs it."""
    drawn = columns.drawn
    counts = np.bincount(class_of_row if drawn is None else class_of_row[drawn], minlength=len(symbols) + 1)
    no_data = None
    if counts[len(symbols)] or not symbols:
        no_data = no_data_symbol(style, geometry, in_both(Word.NO_DATA))
        symbols = [*symbols, no_data]
    elif drawn is not None:
        class_of_row[~drawn] = np.minimum(class_of_row[~drawn], len(symbols) - 1)
    return StyledRows(
        _look(style, tuple(symbols)),
        class_of_row,
        None,
        tuple(int(count) for count in counts[: len(symbols)]),
        no_data,
    )


def _look(style: UserStyle, symbols: tuple[SymbolClass, ...]) -> LayerStyle:
    label = (
        LabelStyle(size_px=style.label_size_px, min_zoom=style.label_min_zoom) if style.label_column else None
    )
    return LayerStyle(symbols, "" if style.mode is StyleMode.SINGLE else style.column, label)
