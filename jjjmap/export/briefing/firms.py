"""What a list of the user's holds within a place: rows are counted county by county, never finer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.export.briefing.numbering import plain, shortened
from jjjmap.export.briefing.records import BriefFirms
from jjjmap.i18n import Language, _
from jjjmap.layers.feature_words import value_text
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.unit_names import holds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.boundaries import UnitIndex
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.layer_rows import LayerRows

MOST_GROUPS = 5
MOST_NAMES = 6
LONGEST_NAME = 40


def units_of(place: Place) -> tuple[str, ...]:
    """Return the codes of the units that a place is counted by; none for one that is nowhere."""
    if place.kind.is_unit:
        return (place.id,)
    return place.area_adcodes or ((place.county_adcode,) if place.county_adcode else ())


def told_firms(
    rows: LayerRows, place: Place, catalogue: Catalogue, language: Language, units: UnitIndex
) -> BriefFirms | None:
    """Return what a list holds within the counties of a place; None for a plain table or a place nowhere.

    Rows that the filter hides are not counted and not named.
    """
    import numpy as np

    codes = units_of(place)
    if not codes or rows.table.geometry is None:
        return None
    shown = np.ones(len(rows.table), dtype=bool) if rows.shown is None else rows.shown
    lon, lat = _positions(rows.table)
    counties = units.county_of(lon, lat)
    distinct = np.unique(counties)
    wanted = [code for code in distinct if code and any(holds(unit, str(code)) for unit in codes)]
    within = np.flatnonzero(np.isin(counties, np.array(wanted, dtype=counties.dtype)) & shown)
    names = {column.role: column.name for column in reversed(rows.stored.facts.columns)}
    group_column = names.get(ColumnRole.INDUSTRY, "")
    return BriefFirms(
        plain(rows.stored.title),
        plain(rows.stored.facts.source_name),
        int(within.size),
        int(shown.sum()),
        _criterion(place, catalogue, language),
        _groups(rows.table, group_column, within, language),
        shortened(plain(group_column), LONGEST_NAME),
        _names(rows, names.get(ColumnRole.NAME, ""), within),
        plain(rows.filter_sentence(_namer(catalogue, language))),
    )


def _positions(table: FeatureTable) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return a point on each row, degrees; NaN for one without position."""
    import numpy as np
    import shapely

    if table.lon is not None and table.lat is not None:
        return table.lon, table.lat
    points = shapely.point_on_surface(table.shapes)
    return np.asarray(shapely.get_x(points)), np.asarray(shapely.get_y(points))


def _criterion(place: Place, catalogue: Catalogue, language: Language) -> str:
    if place.kind.is_unit:
        return _("位于{name}境内（按行政区划界线判定，界线经过概化）").format(name=place.name(language))
    codes = units_of(place)
    comma = "、" if language is Language.ZH else ", "
    named = [catalogue.places[code].name(language) for code in codes[:6] if code in catalogue.places]
    listed = comma.join(named)
    if len(codes) > len(named):
        listed = _("{units}等 {n} 个单位").format(units=listed, n=len(codes))
    return _("位于{units}境内；没有更细的范围，因此不等于都在“{name}”之内").format(
        units=listed, name=place.name(language)
    )


def _namer(catalogue: Catalogue, language: Language) -> Callable[[str], str]:
    def name_of(place_id: str) -> str:
        place = catalogue.places.get(place_id)
        return place.name(language) if place is not None else place_id

    return name_of


def _groups(
    table: FeatureTable, column: str, within: npt.NDArray[np.int64], language: Language
) -> tuple[tuple[str, int], ...]:
    if column not in table.attributes.column_names:
        return ()
    import pyarrow as pa

    values = table.attributes.column(column).take(pa.array(within)).to_pylist()
    counted = Counter(
        text for value in values if not _is_missing(value) and (text := plain(value_text(value)))
    )
    # Of equally frequent ones the order is that of the alphabet: the same file gives the same page.
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    groups = [(shortened(name, LONGEST_NAME), count) for name, count in ordered[:MOST_GROUPS]]
    # So that they add up to the total.
    rest = int(within.size) - sum(count for _name, count in groups)
    if groups and rest:
        groups.append((_("其他或未填"), rest))
    return tuple(groups)


def _names(rows: LayerRows, column: str, within: npt.NDArray[np.int64]) -> tuple[str, ...]:
    """Return the first few names, those of rows that the user marked before the others."""
    if column not in rows.table.attributes.column_names:
        return ()
    import numpy as np

    marked = np.isin(within, rows.marked)
    ordered = [*within[marked], *within[~marked][: MOST_NAMES * 4]]
    cells = rows.table.attributes.column(column)
    found = (plain(value_text(cells[int(row)].as_py())) for row in ordered[: MOST_NAMES * 4])
    return tuple(dict.fromkeys(shortened(name, LONGEST_NAME) for name in found if name))[:MOST_NAMES]


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
