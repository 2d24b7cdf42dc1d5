"""What came of an analysis as a layer: its facts, to be kept like those of a file that was opened."""

from __future__ import annotations

from dataclasses import replace

import shapely

from jjjmap.analysis.running import Outcome
from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnRole, FileFormat, LayerFacts

_NAMES = ("name", "place")
"""Measures that are no measures: what a row is called."""


def facts_of(outcome: Outcome, made: str) -> LayerFacts:
    """Return what is known of the layer that an analysis made on a day (ISO 8601)."""
    table = outcome.table
    placed = table.has_position()
    bounds = None
    if placed.any():
        west, south, east, north = shapely.total_bounds(table.shapes[placed]).tolist()
        bounds = (west, south, east, north)
    names = {note.name for note in outcome.columns if note.measure in _NAMES}
    columns = tuple(
        replace(column, role=ColumnRole.NAME) if column.name in names else column for column in table.columns
    )
    return LayerFacts(
        title=outcome.title,
        source_name=_("分析结果"),
        sublayer="",
        format=FileFormat.RECKONED,
        encoding="",
        crs="",
        datum="WGS-84",
        shift_m=0.0,
        geometry=table.geometry,
        columns=columns,
        rows=len(table),
        without_geometry=int((~placed).sum()) if table.geometry is not None else 0,
        mended=0,
        rejected=0,
        bounds=bounds,
        opened=made,
        findings=outcome.findings,
    )
