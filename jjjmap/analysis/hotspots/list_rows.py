"""The rows of a list that are asked about: which, where, and how well their position is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jjjmap.analysis.hotspots.refusing import impossible
from jjjmap.analysis.running import InputLayer
from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.i18n import Language, _, in_language
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.column_values import COUNTABLE, TableColumns

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LARGEST_AMOUNT = 1e60
"""Fourth powers of more, which the variance of Moran's I asks for, are no numbers any more."""
_GRID_DEG = 1e-5
"""Positions nearer than a metre are one."""


@dataclass(frozen=True)
class ListRows:
    """N rows of a layer, seen by an analysis."""

    layer: InputLayer
    columns: TableColumns
    shown: BoolArray
    """n: left by the filter; all that is analysed is among them."""
    chosen: BoolArray
    """n: shown, and of the category."""
    lon: FloatArray
    lat: FloatArray
    is_coarse: BoolArray
    """n: the position stands for a county or more, not for a spot."""
    is_vague: BoolArray
    """n: not even the county is sure."""
    says_precision: bool
    """Whether a column tells how good positions are; else only what lies on a label point is known."""

    @property
    def placed(self) -> BoolArray:
        """Which of n rows have a position."""
        return np.isfinite(self.lon) & np.isfinite(self.lat)


def list_rows(layer: InputLayer, category: str, values: Sequence[str], catalogue: Catalogue) -> ListRows:
    """Return the rows of a layer and what is known of their positions.

    Parameters
    ----------
    category
        Column; empty for all rows.
    values
        What the column has to say; a text that ends with ``*`` stands for all that begin so.

    Raises
    ------
    AnalysisImpossible
        There is no such column or no row of this category.
    """
    table = layer.table
    shown = np.ones(len(table), dtype=bool) if layer.shown is None else np.asarray(layer.shown, dtype=bool)
    columns = TableColumns(table)
    chosen = shown
    if category:
        _check_column(columns, category, layer.title)
        chosen = shown & _has_value(columns, category, values)
    if not chosen.any():
        raise impossible(
            "no-rows",
            _("“{title}”里没有符合条件的行。").format(title=layer.title),
            _("请检查筛选条件，以及类别的列和值。"),
            layer.title,
        )
    nowhere = np.full(len(table), np.nan)
    is_points = table.geometry is Geometry.POINT and table.lon is not None and table.lat is not None
    lon = np.asarray(table.lon, dtype=np.float64) if is_points else nowhere
    lat = np.asarray(table.lat, dtype=np.float64) if is_points else nowhere
    told = _told_precision(columns)
    coarse, vague = told if told is not None else _on_label_points(lon, lat, catalogue)
    return ListRows(layer, columns, shown, chosen, lon, lat, coarse, vague, told is not None)


def weights_of(rows: ListRows, name: str) -> FloatArray | None:
    """Return n weights, NaN where a row has none; None without a column. Raises AnalysisImpossible."""
    if not name:
        return None
    _check_column(rows.columns, name, rows.layer.title)
    if rows.columns.kind(name) not in COUNTABLE:
        raise impossible(
            "weight-not-a-number",
            _("列“{name}”不是数字，不能求和。").format(name=name),
            _("请改选数字列，或先在原文件里把它改成数字。"),
            rows.layer.title,
        )
    values = rows.columns.numbers(name).values
    with np.errstate(invalid="ignore"):
        is_too_large = bool((np.abs(values[rows.chosen]) > LARGEST_AMOUNT).any())
    if is_too_large:
        raise impossible(
            "weight-too-large",
            _("列“{name}”里有大得无法计算的数。").format(name=name),
            _("请检查数值列，或换一个单位。"),
            rows.layer.title,
        )
    return values


def check_points(rows: ListRows) -> None:
    """Raise AnalysisImpossible unless the rows are points, some of them placed."""
    title = rows.layer.title
    if rows.layer.table.geometry is not Geometry.POINT:
        raise impossible(
            "not-points",
            _("“{title}”不是点图层，不能找点的热点。").format(title=title),
            _("名单请先落位；面图层可以用局部莫兰指数或 Getis-Ord，范围选“图层自己的面”。"),
            title,
        )
    if not (rows.chosen & rows.placed).any():
        raise impossible(
            "no-positions",
            _("“{title}”里符合条件的行都没有位置。").format(title=title),
            _("请先用 jjjmap locate 或窗口里的“落位”给名单加上位置。"),
            title,
        )


def repeated_positions(lon: FloatArray, lat: FloatArray) -> tuple[int, int]:
    """Return how many of n rows stand where another one stands, and how many at the fullest spot."""
    _spots, counts = np.unique(_keys(lon, lat), return_counts=True)
    return int(counts[counts > 1].sum()), int(counts.max(initial=0))


def _check_column(columns: TableColumns, name: str, title: str) -> None:
    if columns.kind(name) is None:
        raise impossible(
            "no-such-column",
            _("“{title}”里没有名为“{name}”的列。").format(title=title, name=name),
            _("请改选别的列。"),
            title,
        )


def _has_value(columns: TableColumns, name: str, values: Sequence[str]) -> BoolArray:
    texts = columns.texts(name)
    trimmed = pc.utf8_trim_whitespace(texts.values)
    wanted = pa.array([value.strip() for value in values if not value.endswith("*")], trimmed.type)
    found = pc.is_in(trimmed, value_set=wanted)
    for value in values:
        if value.endswith("*"):
            found = pc.or_(found, pc.starts_with(trimmed, value[:-1].strip()))
    # Code -1, no value, leads to the last one.
    of_code = np.append(found.to_numpy(zero_copy_only=False).astype(bool), False)
    answer: BoolArray = of_code[texts.codes]
    return answer


def _words(stable: str, *said: str) -> frozenset[str]:
    """Return the words that placing may have written: for programs, and for people in each language."""
    spoken = (in_language(language)(word) for language in Language for word in said)
    return frozenset((*stable.split(), *spoken))


def _told_precision(columns: TableColumns) -> tuple[BoolArray, BoolArray] | None:
    """Read the columns that placing adds, by whichever names it gave them; None if there are none."""
    precision = _column_called(columns, _words("precision", "点位精度"))
    level = _column_called(columns, _words("level", "落位级别"))
    if not precision or not level:
        return None
    coarse = _has_value(columns, precision, sorted(_words("county area", "到区县", "到片区")))
    vague = _has_value(columns, level, sorted(_words("province city ambiguous", "省市", "地市", "有歧义")))
    return coarse | vague, vague


def _column_called(columns: TableColumns, names: frozenset[str]) -> str:
    return next((column.name for column in columns.table.columns if column.name in names), "")


def _on_label_points(lon: FloatArray, lat: FloatArray, catalogue: Catalogue) -> tuple[BoolArray, BoolArray]:
    """Find rows that stand exactly where the name of a unit is written."""
    units = [place for place in catalogue.places.values() if place.kind.is_unit and place.lon is not None]
    points = [(float(place.lon or 0.0), float(place.lat or 0.0)) for place in units]
    larger = np.array([place.kind is not PlaceKind.COUNTY for place in units], dtype=bool)
    if not units:
        return np.zeros(len(lon), dtype=bool), np.zeros(len(lon), dtype=bool)
    keys = _keys(*np.array(points).T)
    # A city's label may stand on that of a district: then the district is meant as likely as not.
    own = _keys(lon, lat)
    on_county = np.isin(own, keys[~larger])
    return np.isin(own, keys), np.isin(own, keys[larger]) & ~on_county


def _keys(lon: FloatArray, lat: FloatArray) -> IntArray:
    """Return n numbers, the same for positions that are one; one number for all that are nowhere."""
    with np.errstate(invalid="ignore"):
        x, y = (np.nan_to_num(np.rint(axis / _GRID_DEG), nan=4e7).astype(np.int64) for axis in (lon, lat))
    return (x << 32) + y
