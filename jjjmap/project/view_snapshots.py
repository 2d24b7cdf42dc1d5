"""Saved views as maps: what each of them shows of the layers that are there now."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jjjmap.catalogue.models import Catalogue
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.layers.layer import LayerView
from jjjmap.layers.layer_rows import LayerRows, RowsOf
from jjjmap.maps.bridge import NO_TALLY
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.project.state import SavedView
from jjjmap.settings import LayerSetting

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.catalogue.chronology import Chronology, Moment

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Moments beyond them are none."""


def parse_moment(iso: str) -> Moment | None:
    """Return the moment that ``YYYY`` or ``YYYY-MM`` names; None for anything else."""
    from jjjmap.catalogue.chronology import Moment  # The window starts without it.

    year, dash, month = iso.partition("-")
    if not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year[:5]) <= LAST_YEAR):
        return None
    if not dash:
        return Moment(int(year))
    if not (month.isascii() and month.isdigit() and len(month) <= 2 and 1 <= int(month) <= 12):
        return None
    return Moment(int(year), int(month))


def arranged(views: Sequence[LayerView], settings: Iterable[LayerSetting]) -> tuple[LayerView, ...]:
    """Return layers as a view sets them, from the bottom up.

    A layer that is gone since then is passed over. One that came later is hidden, and stays above the layer
    that it lies on now: a view shows what it showed when it was saved.
    """
    by_id = {view.layer.id: view for view in views}
    wanted = {setting.id: setting for setting in settings if setting.id in by_id}
    found = [
        LayerView(by_id[setting.id].layer, setting.visible, min(max(setting.opacity, 0.0), 1.0))
        for setting in wanted.values()
    ]
    for number, view in enumerate(views):
        if view.layer.id in wanted:
            continue
        below = views[number - 1].layer.id if number else ""
        places = [place + 1 for place, known in enumerate(found) if known.layer.id == below]
        found.insert(places[0] if places else 0, replace(view, visible=False))
    return tuple(found)


def snapshots_of_views(
    views: Iterable[SavedView], base: MapSnapshot, catalogue: Catalogue
) -> tuple[MapSnapshot, ...]:
    """Return what each view shows.

    Parameters
    ----------
    views
        As they were saved. What they name and `base` does not have is passed over.
    base
        The layers that there are, with their rows and looks, and the language. Of users' layers only these
        are shown: whoever leaves one out of it leaves it out of every view.
    catalogue
        Where the places are.

    Returns
    -------
    tuple of MapSnapshot
        Marks and counts are no part of a view.
    """
    from jjjmap.catalogue.chronology import Chronology

    chronology: Chronology | None = None
    found = []
    for view in views:
        moment = parse_moment(view.moment)
        dimmed: tuple[str, ...] = ()
        if moment is not None:
            chronology = chronology or Chronology(catalogue)
            dimmed = tuple(founding.place_id for founding in chronology.not_yet(moment))
        layers = arranged(base.layers, view.layers)
        selected_id = _known(view.chosen_id, layers, catalogue)
        found.append(
            MapSnapshot(
                layers,
                base.language,
                Bounds(*view.bounds_lonlat),
                selected_id,
                moment=moment.iso if moment is not None else "",
                dimmed_ids=dimmed,
                tally=NO_TALLY,
                rows_of=rows_in_view(base.rows_of, dict(view.filters), selected_id),
            )
        )
    return tuple(found)


def rows_in_view(
    rows_of: RowsOf, filters: Mapping[str, dict[str, Any] | None], selected_id: str = ""
) -> RowsOf:
    """Return a function that gives rows with the filters of a view, and with only the chosen one marked.

    A layer that `filters` does not name keeps its filter; one that nobody can read hides all rows, for what
    a filter hid must not leave by mistake.
    """
    kept: dict[str, LayerRows] = {}
    lock = threading.Lock()
    chosen = parse_feature_id(selected_id)

    def rows_in(layer_id: str) -> LayerRows:
        with lock:
            if layer_id not in kept:
                rows = rows_of(layer_id)
                if layer_id in filters:
                    rows = _filtered(rows, filters[layer_id])
                row = chosen[1] if chosen is not None and chosen[0] == layer_id else -1
                kept[layer_id] = replace(rows, marked=_only(row, len(rows.table)))
            return kept[layer_id]

    return rows_in


def _filtered(rows: LayerRows, said: dict[str, Any] | None) -> LayerRows:
    stored = replace(rows.stored, filter=said)
    if said is None:
        return replace(rows, stored=stored, filter=None, shown=None)
    import numpy as np

    from jjjmap.layers.tables.filters import Filter

    try:
        wanted = Filter.from_json(said)
    except ValueError:
        return replace(rows, filter=None, shown=np.zeros(len(rows.table), dtype=bool))
    return replace(rows, stored=stored, filter=wanted, shown=wanted.matches(rows.table))


def _only(row: int, count: int) -> npt.NDArray[np.int64]:
    import numpy as np

    return np.array([row] if 0 <= row < count else [], dtype=np.int64)


def _known(chosen_id: str, layers: Sequence[LayerView], catalogue: Catalogue) -> str:
    """Return what is chosen in a view, if it is there."""
    parsed = parse_feature_id(chosen_id)
    if parsed is None:
        return chosen_id if chosen_id in catalogue.places else ""
    rows = next((view.layer.rows for view in layers if view.layer.id == parsed[0]), 0)
    return chosen_id if parsed[1] < rows else ""
