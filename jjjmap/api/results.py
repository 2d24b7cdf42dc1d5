"""What comes of an analysis: rows with geometry, formulas, inputs, and what could not be reckoned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jjjmap.findings import Finding
from jjjmap.layers.provenance import ColumnNote, InputNote, Missing, Provenance

if TYPE_CHECKING:
    import geopandas
    import pandas

    from jjjmap.analysis.running import Analysis, Chart, InputLayer, Outcome


@dataclass(frozen=True)
class Result:
    """The outcome of an analysis; nothing in it is changed by anybody."""

    outcome: Outcome
    analysis: Analysis

    @property
    def title(self) -> str:
        """What it is called."""
        return self.outcome.title

    @cached_property
    def gdf(self) -> geopandas.GeoDataFrame:
        """The rows, EPSG:4326; what could not be reckoned is empty, never 0."""
        from jjjmap.analysis.frames import frame_of

        frame = frame_of(self.outcome.table)
        frame.attrs["formulas"] = {note.name: note.formula for note in self.columns if note.formula}
        frame.attrs["findings"] = [finding.to_dict() for finding in self.findings]
        frame.attrs["notes"] = list(self.notes)
        return frame

    def to_frame(self) -> pandas.DataFrame:
        """Return the rows without geometry."""
        from jjjmap.analysis.frames import plain_frame_of

        return plain_frame_of(self.outcome.table)

    @property
    def columns(self) -> tuple[ColumnNote, ...]:
        """What each column is: its formula, unit and reference."""
        return self.outcome.columns

    @property
    def inputs(self) -> tuple[InputNote, ...]:
        """What went in: title, rows, rows used, hash."""
        return self.outcome.inputs

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What could not be reckoned, and why."""
        return self.outcome.missing

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about method and doubts."""
        return self.outcome.notes

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a person should look at."""
        return self.outcome.findings

    @property
    def summary(self) -> Mapping[str, Any]:
        """Numbers about the whole."""
        return self.outcome.summary

    @property
    def chart(self) -> Chart | None:
        """What a chart beside it shows: labels and series."""
        return self.outcome.chart

    @property
    def provenance(self) -> Provenance:
        """How it was made, as the window keeps it beside a layer."""
        from jjjmap.analysis.running import provenance_of
        from jjjmap.export.dates import export_date

        return provenance_of(self.analysis, self.outcome, export_date())

    def explore(self) -> Any:
        """Return the rows on a map of folium, whole in itself; raises ValueError for too many rows."""
        from jjjmap.api.analyses import explored

        note = "\n".join(self.notes[:1])
        return explored(self.outcome.table, self.outcome.style, self.title, note)

    def save(self, path: str | Path) -> Path:
        """Write the rows; the suffix says as what.

        Parameters
        ----------
        path
            ``.geojson``, ``.gpkg``, ``.fgb``, ``.parquet``, ``.csv`` or ``.xlsx``; ``.html`` for the map of
            `explore`.

        Raises
        ------
        jjjmap.errors.ExportFailed
            It could not be written; a file that stood there is untouched.
        ValueError
            The suffix is none of these.
        """
        target = Path(path)
        from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES, save_features
        from jjjmap.layers.provenance_texts import provenance_pairs

        if target.suffix.lower() == ".html":
            from jjjmap.export.files import write_atomically

            write_atomically(target, self.explore().get_root().render().encode("utf-8", "replace"))
            return target
        if target.suffix.lower() not in FEATURE_SUFFIXES:
            known = " ".join((*FEATURE_SUFFIXES, ".html"))
            raise ValueError(f"cannot write {target.suffix or target.name!r}; there are: {known}")
        method = provenance_pairs(self.provenance)
        save_features(target, self.outcome.table, title=self.title, method=method)
        return target

    def as_input(self) -> InputLayer:
        """Return the rows as another analysis reads them."""
        from jjjmap.analysis.frames import facts_of_table
        from jjjmap.analysis.running import InputLayer

        table = self.outcome.table
        return InputLayer(self.title, self.title, table, facts_of_table(table, self.title))

    def _repr_html_(self) -> str:
        made: str = self.to_frame()._repr_html_()
        return made

    def __repr__(self) -> str:
        return f"<jjjmap.Result {self.title!r}: {len(self.outcome.table)} rows>"
