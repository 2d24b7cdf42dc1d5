"""One user's layer as the blocks that an exported map carries: looks, positions, ground, columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.users.blocks import Wide, block, signed, steps, whole
from jjjmap.export.page.users.columns import column_block
from jjjmap.export.page.users.ground import extents_of, ground_of, positions_of, with_named_places
from jjjmap.export.page.users.shapes import cut_into_arcs
from jjjmap.layers.boundaries import UnitIndex
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.feature_words import title_columns
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.named_places import named_places
from jjjmap.layers.provenance_texts import provenance_pairs
from jjjmap.layers.style import Geometry
from jjjmap.maps.drawing.outlines import read_outlines
from jjjmap.maps.drawing.points import PointIndex

_DEGREE_PARTS = 1_000_000

Rows = npt.NDArray[np.int64]


class LayerWriter:
    """Writes the blocks of one layer.

    Parameters
    ----------
    layer
        All of its rows.
    name
        Begins the names of its blocks.
    rows
        Numbers of the rows that are written, ascending; by default those that the filter lets through.
    """

    def __init__(
        self, layer: LayerRows, options: ContentOptions, name: str, rows: Rows | None = None
    ) -> None:
        self._layer = layer
        self._options = options
        self._name = name
        self.rows = shown_rows(layer) if rows is None else rows
        self._is_whole = len(self.rows) == len(layer.table)
        self._table = layer.table if self._is_whole else layer.table.take(self.rows)
        self.blocks: dict[str, bytes] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that leave."""
        names = tuple(self._table.attributes.column_names)
        return self._options.columns_of(self._layer.stored.id, names)

    def written(
        self, catalogue: Catalogue, units: UnitIndex, tick: Callable[[float], None]
    ) -> dict[str, Any]:
        """Return the layer as JSON, and keep its `blocks`."""
        stored, table = self._layer.stored, self._table
        wanted = self.columns
        made = () if stored.provenance is None else provenance_pairs(stored.provenance.about(wanted))
        tick(0.0)
        self.write_look()
        tick(0.1)
        place = self.write_points() if table.geometry is Geometry.POINT else self.write_shapes()
        tick(0.3)
        grounds = self.write_ground(catalogue, units)
        for at, column in enumerate(wanted):
            tick(0.6 + 0.4 * at / len(wanted))
            self.write_column(at, column)
        styled = self._layer.styled
        label = stored.style.label_column
        titles = [name for name in title_columns(stored.facts, table) if name in wanted]
        return {
            "name": self._name,
            "title": stored.title,
            "source": stored.facts.source_name,
            "geometry": str(table.geometry),
            "rows": len(table),
            "columns": list(wanted),
            "title_columns": [wanted.index(name) for name in titles],
            "label_column": wanted.index(label) if label in wanted else None,
            "density": stored.style.density.value,
            "class_size_px": [symbol.size_px for symbol in styled.style.classes],
            "is_filtered": not self._is_whole,
            "grounds": grounds,
            "method": [list(pair) for pair in made],
            **place,
        }

    def write_look(self) -> None:
        """Write class, size and mark of each row, and of a filtered layer the number that it had."""
        styled = self._layer.styled
        arrays: dict[str, Wide] = {"cls": whole(styled.class_of_row[self.rows])}
        if styled.size_of_row_px is not None:
            arrays["size"] = whole(styled.size_of_row_px[self.rows])
        if len(self._layer.marked):
            arrays["marked"] = steps(np.flatnonzero(np.isin(self.rows, self._layer.marked)))
        if not self._is_whole:
            arrays["number"] = steps(self.rows)
        self._add("look", arrays)

    def write_points(self) -> dict[str, Any]:
        """Write positions, each once in Morton order, and which of them each row has (0 for none)."""
        lon, lat = self._table.lon, self._table.lat
        assert lon is not None and lat is not None  # Points have both.
        index = PointIndex(lon, lat)
        is_new = np.ones(len(index), bool)
        is_new[1:] = (index.x[1:] != index.x[:-1]) | (index.y[1:] != index.y[:-1])
        spot_of_row = np.zeros(len(self._table), np.int64)
        spot_of_row[index.order] = np.cumsum(is_new)
        self._add(
            "place", {"x": steps(index.x[is_new]), "y": steps(index.y[is_new]), "spot": whole(spot_of_row)}
        )
        # Of all rows: a filter makes symbols no larger in the window either than its crowd asks for.
        everything = index if self._is_whole else _index_of(self._layer.table)
        return {"scales": everything.symbol_scales(len(self._table)).round(4).tolist()}

    def write_shapes(self) -> dict[str, Any]:
        """Write lines or polygons as arcs."""
        assert self._table.wkb is not None  # Lines and polygons have it.
        outlines = read_outlines(self._table.wkb, self._table.geometry is Geometry.POLYGON)
        arcs = cut_into_arcs(outlines).simplified(self._options.tolerance_m)
        self._add("place", arcs.arrays())
        return {}

    @property
    def size(self) -> int:
        """Bytes of all blocks that were written."""
        return sum(len(data) for data in self.blocks.values())

    def write_ground(self, catalogue: Catalogue | None, units: UnitIndex) -> list[dict[str, Any]]:
        """Write in which county rows lie, of lines and polygons also where and how large they are.

        Returns
        -------
        list
            As `ground_of`; without a catalogue nothing is known of the counties.
        """
        lon, lat = positions_of(self._table)
        grounds, ground_of_row, near_border = ground_of(lon, lat, catalogue, units)
        made = self._layer.stored.provenance
        if made is not None and catalogue is not None:
            told, knows = made.about(self.columns), catalogue.places.__contains__
            named = [named_places(told, self._table, row, knows) for row in range(len(self._table))]
            grounds, ground_of_row = with_named_places(grounds, ground_of_row, named)
        arrays = {"ground": whole(ground_of_row), "border": whole(near_border)}
        extents = extents_of(self._table)
        if extents is not None:
            arrays |= shape_facts(lon, lat, extents, is_lines=self._table.geometry is Geometry.LINE)
        self._add("ground", arrays)
        return grounds

    def write_column(self, at: int, name: str) -> None:
        """Write the values of a column."""
        self.blocks[f"{self._name}-c{at}"] = column_block(name, self._table.attributes.column(name))

    def _add(self, part: str, arrays: dict[str, Wide]) -> None:
        self.blocks[f"{self._name}-{part}"] = block({}, arrays)


def shown_rows(layer: LayerRows) -> Rows:
    """Return the numbers of the rows that the filter lets through, ascending."""
    return np.arange(len(layer.table)) if layer.shown is None else np.flatnonzero(layer.shown)


def shape_facts(
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    extents: npt.NDArray[np.float64],
    *,
    is_lines: bool,
) -> dict[str, Wide]:
    """Return points on n shapes, in millionths of a degree, and extents in hundredths, as they are told."""
    has_point = np.isfinite(lon) & np.isfinite(lat)
    part = 10.0 if is_lines else 100.0
    told = np.where(extents < 100.0, np.rint(extents * part) * (100.0 / part), np.rint(extents) * 100.0)
    return {
        "has_point": whole(has_point),
        "lon": signed(np.rint(np.where(has_point, lon, 0.0) * _DEGREE_PARTS)),
        "lat": signed(np.rint(np.where(has_point, lat, 0.0) * _DEGREE_PARTS)),
        "extent": whole(told),
    }


def _index_of(table: FeatureTable) -> PointIndex:
    assert table.lon is not None and table.lat is not None  # Points have both.
    return PointIndex(table.lon, table.lat)
