"""The command about the user's own data, ``layer``: what a file, or a table of a database, holds.

What reads and writes layers is imported when the command runs: it takes longer than most commands to answer.
"""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jjjmap.cli.arguments import parse_bounds, refuse_over_source
from jjjmap.cli.group import answer_options
from jjjmap.cli.messages import DONE_WITH_ERRORS, code_for, listed, write_findings
from jjjmap.cli.progress import Progress, progress_of
from jjjmap.cli.records import write_json
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES, TABLE_SUFFIXES
from jjjmap.export.files import write_atomically
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _
from jjjmap.layers.opening.database_address import is_database_url
from jjjmap.layers.opening.records import ColumnRole, Inspection, OpenOptions, ReadAnswer, ReadPart
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    from jjjmap.maps.snapshot import Bounds

GEOMETRY_TYPES = {Geometry.POINT: "Point", Geometry.LINE: "LineString", Geometry.POLYGON: "Polygon"}
MIXED = "Mixed"
"""What the answer calls a file that gave several layers, one for each kind of geometry."""

Read = Callable[[OpenOptions, Path, Progress], ReadAnswer]


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"转换成这个文件，坐标为 WGS-84。Convert, in WGS-84. [{' '.join(FEATURE_SUFFIXES)}]",
)
@click.option(
    "--sublayer",
    default="",
    metavar="NAME",
    help="文件里的图层、工作表，或数据库的 模式.表.几何列。Layer, sheet, or schema.table.column.",
)
@click.option("--encoding", default="", help="文字编码；不写则判断。Guessed without it, e.g. gb18030.")
@click.option("--delimiter", default="", help="CSV 的分隔符，制表符写 tab。Of a CSV; tab for a tab.")
@click.option(
    "--header",
    "header_line",
    type=click.IntRange(min=0),
    metavar="N",
    help="表头在第几行；没有表头写 0。Number of the header line, 0 for none.",
)
@click.option("--lon", metavar="COLUMN", help="经度（或东坐标）列。Column of the longitude.")
@click.option("--lat", metavar="COLUMN", help="纬度（或北坐标）列。Column of the latitude.")
@click.option(
    "--datum",
    default="",
    help="坐标基准：WGS-84、GCJ-02、BD-09 或 EPSG:编号；不写则判断。What the coordinates are.",
)
@click.option(
    "--swap/--no-swap",
    "swap_axes",
    default=None,
    help="文件里纬度在前；不写则判断。Whether latitude comes first; guessed without it.",
)
@click.option(
    "--bounds", metavar="W,S,E,N", help="只读数据库里的这个范围。Only this box, in degrees; databases only."
)
@click.option(
    "--rejected",
    "rejected_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="把没能读入的行存成 CSV，改好后可再打开。Save the rejected rows as CSV.",
)
@answer_options
def layer(
    source: str,
    output: Path | None,
    sublayer: str,
    encoding: str,
    delimiter: str,
    header_line: int | None,
    lon: str | None,
    lat: str | None,
    datum: str,
    swap_axes: bool | None,
    bounds: str | None,
    rejected_path: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """打开自己的数据：格式、编码、坐标基准、要素和问题；可以转换。Open a data file and tell what it holds.

    可读 GeoJSON、GeoPackage、Shapefile（可压缩成 zip）、KML/KMZ、FlatGeobuf、GeoParquet、GPX、CSV、xlsx、
    xls、ods 和 PostGIS（postgresql://用户@主机/数据库，不写 --sublayer 则列出表）。有行没能读入时退出码为 3。
    Exit code 3 if rows were rejected. The password of a database is asked for, or comes from PGPASSWORD.
    """
    if output is not None and output.suffix.lower() not in FEATURE_SUFFIXES:
        message = _("不能导出为“{suffix}”；现在可用的格式：{known}。")
        known = listed(FEATURE_SUFFIXES)
        raise click.UsageError(message.format(suffix=output.suffix or output.name, known=known))
    if (lon is None) != (lat is None):
        raise click.UsageError(_("--lon 和 --lat 要一起写。"))
    separator = "\t" if delimiter.lower() in ("tab", "\\t") else delimiter
    if len(separator) > 1:
        raise click.UsageError(_("分隔符只能是一个字符，或 tab。"))
    options = OpenOptions(
        sublayer=sublayer,
        encoding=_known_encoding(encoding),
        delimiter=separator,
        header_row=None if header_line is None else header_line - 1,
        datum=_known_datum(datum),
        swap_axes=swap_axes,
    )
    axes = None if lon is None or lat is None else (lon, lat)
    if is_database_url(source):
        box = None if bounds is None else parse_bounds(bounds)
        return _answer_database(source, options, box, output, rejected_path, as_json)
    if bounds is not None:
        raise click.UsageError(_("--bounds 只用于数据库。"))
    from jjjmap.layers.opening.reading_worker import LayerReader

    path = Path(source)
    refuse_over_source(path, output, rejected_path)
    with LayerReader() as reader:
        inspection = reader.inspect(path, options)
        if header_line and inspection.options.header_row != header_line - 1:
            message = _("第 {n} 行不能作表头：文件没有这么多行，或表头太靠后。")
            raise click.UsageError(message.format(n=header_line))
        if axes is not None:
            options = replace(options, roles=_with_axes(inspection, *axes))
            inspection = reader.inspect(path, options)

        def read(wanted: OpenOptions, folder: Path, tell: Progress) -> ReadAnswer:
            return reader.read(path, wanted, folder, progress=tell)

        told = told_before(inspection, options)
        return _answer(source, inspection, told, read, output, rejected_path, as_json)


def _answer_database(
    source: str,
    options: OpenOptions,
    box: Bounds | None,
    output: Path | None,
    rejected_path: Path | None,
    as_json: bool,
) -> int:
    from jjjmap.cli.databases import open_database, tables_text

    reader, url, findings = open_database(source)
    with reader:
        options = replace(options, sublayer=options.sublayer or url.table)
        if not options.sublayer:
            columns = reader.columns()
            if output is not None:
                message = _("请用 --sublayer 写明要读的表：{tables}。")
                raise click.UsageError(message.format(tables=listed(column.name for column in columns)))
            if as_json:
                tables = [
                    {
                        "name": column.name,
                        "geometry": column.geometry,
                        "srid": column.srid,
                        "rows": column.rows,
                    }
                    for column in columns
                ]
                write_json(
                    "layer", {"file": url.address.url, "format": "PostGIS", "sublayers": tables}, findings
                )
            else:
                click.echo(tables_text(url.address, columns))
                write_findings(findings)
            return code_for(findings)
        inspection = reader.inspect(options)

        def read(wanted: OpenOptions, folder: Path, tell: Progress) -> ReadAnswer:
            edges = None if box is None else (box.west, box.south, box.east, box.north)
            return reader.read(wanted, folder, bounds=edges, progress=tell)

        findings = [*findings, *told_before(inspection, options)]
        return _answer(url.address.url, inspection, findings, read, output, rejected_path, as_json)


def _answer(
    source: str,
    inspection: Inspection,
    findings: Sequence[Finding],
    read: Read,
    output: Path | None,
    rejected_path: Path | None,
    as_json: bool,
) -> int:
    """Read all rows, write what was asked for, and answer."""
    with tempfile.TemporaryDirectory(prefix="jjjmap-") as made:
        folder = Path(made)
        with progress_of(_("读取数据")) as tell:
            answer = read(inspection.options, folder, tell)
        findings = [*findings, *answer.findings]
        written: list[Path] = []
        if output is not None:
            written, told = _convert(output, answer.parts, folder)
            findings = [*findings, *told]
        saved = None
        if rejected_path is not None and answer.rejected_file:
            write_atomically(rejected_path, (folder / answer.rejected_file).read_bytes())
            saved = rejected_path
    result = layer_record(source, inspection, answer, written, saved)
    if as_json:
        write_json("layer", result, findings)
    else:
        from jjjmap.cli.layer_texts import layer_text

        click.echo(layer_text(result))
        write_findings(findings)
    return DONE_WITH_ERRORS if answer.rejected else code_for(findings)


def _convert(output: Path, parts: Sequence[ReadPart], folder: Path) -> tuple[list[Path], list[Finding]]:
    """Write the layers that a file gave; several get files of their own, their kind in the name."""
    from jjjmap.export.datasets.feature_files import save_features
    from jjjmap.layers.feature_table import FeatureTable

    written: list[Path] = []
    findings: list[Finding] = []
    for part in parts:
        geometry = part.facts.geometry
        kind = "table" if geometry is None else geometry.value
        path = output if len(parts) == 1 else output.with_name(f"{output.stem}-{kind}{output.suffix}")
        table = FeatureTable.open(folder / part.folder, geometry)
        with progress_of(_("写出 {name}").format(name=path.name)) as tell:
            save_features(path, table, title=part.facts.title, progress=tell)
        written.append(path)
        if geometry in (Geometry.LINE, Geometry.POLYGON) and path.suffix.lower() in TABLE_SUFFIXES:
            message = _("表格里只有属性，没有线和面的形状。")
            hint = _("要形状请写成 .gpkg、.geojson、.fgb 或 .parquet。")
            findings.append(Finding(Severity.WARNING, "shapes-not-written", path.name, message, hint))
    if len(parts) > 1:
        message = _("文件里有几种几何，分别写成了：{names}。").format(
            names=listed(path.name for path in written)
        )
        findings.append(Finding(Severity.INFO, "several-files", output.name, message))
    return written, findings


def layer_record(
    source: str,
    inspection: Inspection,
    answer: ReadAnswer,
    written: Sequence[Path],
    rejected_file: Path | None,
) -> dict[str, Any]:
    """Return what was opened as JSON shows it; the first layer speaks for a file that gave several."""
    facts = [part.facts for part in answer.parts]
    boxes = [fact.bounds for fact in facts if fact.bounds is not None]
    bounds = None
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        bounds = [min(west), min(south), max(east), max(north)]
    first = facts[0]
    return {
        "file": source,
        "format": first.format.value,
        "sublayer": first.sublayer,
        "encoding": first.encoding or None,
        "crs": first.crs or None,
        "datum": (first.datum or None) if first.geometry is not None else None,
        "shift_m": first.shift_m,
        "geometry_type": MIXED if len(facts) > 1 else _geometry_type(first.geometry),
        "features": answer.accepted,
        "without_geometry": sum(fact.without_geometry for fact in facts),
        "mended": answer.mended,
        "rejected": answer.rejected,
        "bounds": bounds,
        "columns": [
            {"name": column.name, "kind": column.kind.value, "role": column.role.value or None}
            for column in first.columns
        ],
        "sublayers": [
            {"name": each.name, "geometry": each.geometry or None, "rows": each.rows}
            for each in inspection.sublayers
        ],
        "layers": [
            {
                "title": fact.title,
                "geometry_type": _geometry_type(fact.geometry),
                "features": fact.rows,
                "bounds": None if fact.bounds is None else list(fact.bounds),
            }
            for fact in facts
        ],
        "outputs": [str(path) for path in written],
        "rejected_file": None if rejected_file is None else str(rejected_file),
    }


def _geometry_type(geometry: Geometry | None) -> str | None:
    return None if geometry is None else GEOMETRY_TYPES[geometry]


def told_before(inspection: Inspection, asked: OpenOptions, *, can_be_asked: bool = True) -> list[Finding]:
    """Return what was chosen for the user, who may want it otherwise.

    Parameters
    ----------
    can_be_asked
        Whether the command has options to say so; otherwise ``jjjmap layer`` has.
    """
    findings: list[Finding] = []
    if inspection.must_ask and not asked.datum and inspection.datums:
        guess = inspection.datums[0]
        message = _("坐标基准是判断的：{datum}。{reason}")
        if guess.shift_m:
            message = _("坐标基准是判断的：{datum}，与按 WGS-84 相比移动 {metres:.0f} 米。{reason}")
        message = message.format(datum=guess.datum, reason=guess.reason, metres=guess.shift_m)
        hint = _("不对的话，用 --datum 写明。")
        if not can_be_asked:
            hint = _("不对的话，先用 jjjmap layer 文件 --datum … -o 新文件 换算。")
        findings.append(Finding(Severity.WARNING, "datum-guessed", inspection.name, message, hint))
    others = [each.name for each in inspection.sublayers if each.name != inspection.options.sublayer]
    if others and not asked.sublayer:
        message = _("读的是“{name}”；文件里还有：{others}。")
        message = message.format(name=inspection.options.sublayer, others=listed(others))
        hint = _("要另一个，用 --sublayer 写明。")
        if not can_be_asked:
            hint = _("要另一个，先用 jjjmap layer 文件 --sublayer … -o 新文件 取出。")
        findings.append(Finding(Severity.INFO, "other-sublayers", inspection.name, message, hint))
    return findings


def _with_axes(inspection: Inspection, lon: str, lat: str) -> tuple[tuple[str, ColumnRole], ...]:
    """Return the roles of a table with the columns of its coordinates as the user named them."""
    names = [column.name for column in inspection.columns]
    for wanted in (lon, lat):
        if wanted not in names:
            message = _("没有名为“{name}”的列；这个文件的列：{names}。")
            raise click.UsageError(message.format(name=wanted, names=listed(names)))
    axes = (ColumnRole.LON, ColumnRole.LAT)
    kept = [
        pair for pair in inspection.options.roles or () if pair[1] not in axes and pair[0] not in (lon, lat)
    ]
    return (*kept, (lon, ColumnRole.LON), (lat, ColumnRole.LAT))


def _known_encoding(encoding: str) -> str:
    if not encoding:
        return ""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        message = _("不认识编码“{name}”；例如 utf-8、gb18030、big5。")
        raise click.UsageError(message.format(name=encoding)) from None


_DATUM_NAMES = {"wgs84": "WGS-84", "cgcs2000": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}


def _known_datum(datum: str) -> str:
    if not datum:
        return ""
    from jjjmap.layers.opening.conversion import DatumUnusable, is_in_degrees

    plain = datum.strip().lower().replace("-", "").replace("_", "").replace(" ", "")
    known = _DATUM_NAMES.get(plain, datum.strip().upper())
    try:
        is_in_degrees(known)
    except DatumUnusable:
        message = _("不认识坐标基准“{name}”；可用 WGS-84、GCJ-02、BD-09 或 EPSG:编号。")
        raise click.UsageError(message.format(name=datum)) from None
    return known
