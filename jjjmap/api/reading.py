"""Data files as GeoDataFrames, read as the window reads them: in a process of its own, with findings."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jjjmap.api.speaking import told
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import Inspection, OpenOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas

    from jjjmap.analysis.running import InputLayer
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.records import LayerFacts


def read_file(
    path: str | Path, *, layer: str = "", encoding: str = "", datum: str = ""
) -> geopandas.GeoDataFrame:
    """Read a data file: GeoJSON, GeoPackage, Shapefile, KML, GeoParquet, CSV, xlsx and their like.

    Parameters
    ----------
    path
        The file; it is read in a process of its own and never changed.
    layer
        Name of a layer or sheet; the first without.
    encoding
        Of texts, e.g. ``"gb18030"``; guessed without.
    datum
        What the coordinates are: ``"WGS-84"``, ``"GCJ-02"``, ``"BD-09"``, ``"EPSG:<code>"``; guessed without.

    Returns
    -------
    GeoDataFrame
        EPSG:4326. Of a file that mixes points, lines and polygons what it has most of. ``attrs["findings"]``
        is a list of dicts: what was guessed, mended or left out; ``attrs["source"]`` says what was read.

    Raises
    ------
    jjjmap.errors.LayerUnreadable
        It gives no layer; the notes of the error say why, and what to try.
    """
    from jjjmap.analysis.frames import frame_of

    with read_table(Path(path), OpenOptions(sublayer=layer, encoding=encoding, datum=datum)) as read:
        table, facts, findings = read
        frame = frame_of(table)
        frame.attrs["findings"] = [finding.to_dict() for finding in findings]
        frame.attrs["source"] = source_of(facts)
        del read, table  # What is mapped must be let go before its folder is removed.
        return frame


@contextmanager
def read_table(
    path: Path, options: OpenOptions | None = None
) -> Iterator[tuple[FeatureTable, LayerFacts, list[Finding]]]:
    """Have the rows of a file for a while; raises LayerUnreadable."""
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.reading_worker import LayerReader

    with TemporaryDirectory(prefix="jjjmap-", ignore_cleanup_errors=True) as name, told():
        folder = Path(name)
        wanted = options or OpenOptions()
        with LayerReader() as reader:
            inspection = reader.inspect(path, wanted)
            answer = reader.read(path, inspection.options, folder)
        part = max(answer.parts, key=lambda part: part.facts.rows)
        table = FeatureTable.open(folder / part.folder, part.facts.geometry)
        findings = [*_guessed(inspection, wanted), *answer.findings]
        if len(answer.parts) > 1:
            message = _("文件里点、线、面混在一起，只取了行数最多的一种。")
            findings.append(Finding(Severity.WARNING, "mixed-geometry", path.name, message))
        yield table, part.facts, findings


def input_from(path: Path, options: OpenOptions | None = None) -> tuple[InputLayer, list[Finding]]:
    """Return a file as the layer that an analysis reads, whole in memory; raises LayerUnreadable."""
    import pyarrow as pa

    from jjjmap.analysis.running import InputLayer
    from jjjmap.layers.feature_table import FeatureTable

    with read_table(path, options) as (table, facts, findings):
        # Copied: its files are removed now.
        kept = FeatureTable(
            _copied(table.attributes),
            table.geometry,
            None if table.lon is None else table.lon.copy(),
            None if table.lat is None else table.lat.copy(),
            None
            if table.wkb is None
            else pa.chunked_array([pa.array(table.wkb.to_pylist(), table.wkb.type)]),
        )
        del table
        return InputLayer(str(path), facts.title, kept, facts), findings


def source_of(facts: LayerFacts) -> dict[str, Any]:
    """Return what is known of where rows came from, as plain values."""
    return {
        "title": facts.title,
        "file": facts.source_name,
        "layer": facts.sublayer,
        "format": facts.format.value,
        "encoding": facts.encoding,
        "crs": facts.crs,
        "datum": facts.datum,
        "sha256": facts.sha256,
        "rows": facts.rows,
        "rejected": facts.rejected,
    }


def _copied(attributes: Any) -> Any:
    """Return a table that no file backs."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, attributes.schema) as writer:
        writer.write_table(attributes)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


def _guessed(inspection: Inspection, asked: OpenOptions) -> list[Finding]:
    found = []
    if inspection.must_ask and not asked.datum and inspection.datums:
        guess = inspection.datums[0]
        message = _("坐标基准是判断的：{datum}。{reason}").format(datum=guess.datum, reason=guess.reason)
        hint = _("不对的话，用 datum= 写明。")
        found.append(Finding(Severity.WARNING, "datum-guessed", inspection.name, message, hint))
    others = [each.name for each in inspection.sublayers if each.name != inspection.options.sublayer]
    if others and not asked.sublayer:
        message = _("读的是“{name}”；文件里还有：{others}。")
        message = message.format(name=inspection.options.sublayer, others=_("、").join(others))
        hint = _("要另一个，用 layer= 写明。")
        found.append(Finding(Severity.INFO, "other-sublayers", inspection.name, message, hint))
    return found
