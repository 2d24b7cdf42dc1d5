"""Names of tables and columns that no two things share, and that no program takes for something else."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_LONGEST = 60
_NO_LETTER = re.compile(r"\W+")
_RESERVED = re.compile(
    r"^(?:gpkg|sqlite|rtree|qgis|layer_styles|(?:con|prn|aux|nul|com\d|lpt\d)$)", re.IGNORECASE
)
"""Of a GeoPackage and QGIS; and devices of Windows, for tables become names of files."""


def table_names(titles: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """Return a name for each title: letters, digits and ``_``, different whatever the case.

    Chinese letters stay. What a GeoPackage or a system keeps for itself gets a ``_`` in front.
    """
    names: list[str] = []
    seen = {name.casefold() for name in taken}
    for title in titles:
        name = _NO_LETTER.sub("_", title.encode("utf-8", "ignore").decode()).strip("_")[:_LONGEST]
        if not name or _RESERVED.match(name) or name[0].isdigit():
            name = f"_{name}"
        names.append(_spare(name, seen))
    return names


def spare_names(columns: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """Return names of columns that differ whatever the case: SQLite and GDAL find them so."""
    seen = {name.casefold() for name in taken}
    clean = (
        re.sub(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]", " ", column).strip() or "_" for column in columns
    )
    return [_spare(column, seen) for column in clean]


def _spare(name: str, seen: set[str]) -> str:
    found, number = name, 1
    while found.casefold() in seen:
        number += 1
        found = f"{name}_{number}"
    seen.add(found.casefold())
    return found
