"""What Parquet files hold, told by their ends: which rows, where they are, and whether files agree."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa

from jjjmap.analysis.counting.rows import (
    ParquetFile,
    ParquetPositions,
    ParquetRows,
    by_inner_point,
    floats_of,
    no_position,
    opened_parquet,
)
from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.feature_table import kind_of
from jjjmap.layers.opening.attributes import plan_attributes
from jjjmap.layers.opening.column_roles import guess_roles
from jjjmap.layers.opening.parquet_files import GeoColumn, geo_column
from jjjmap.layers.opening.reasons import reason_parts
from jjjmap.layers.opening.records import Column, ColumnKind, ColumnRole

SUFFIXES = (".parquet", ".geoparquet", ".pq")
MAX_FILES = 20_000
DEGREES = ("OGC:CRS84", "EPSG:4326", "EPSG:4490")
"""CRS whose numbers are taken as they are: CGCS2000 is WGS-84 within centimetres."""

_SAMPLE_ROWS = 2_000
_MOST_TOLD = 8
_SHOWN = 40
"""Characters of a name in a finding."""
_NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class _Looked:
    """A file, its columns and where it has positions."""

    file: ParquetFile
    columns: dict[str, ColumnKind]
    geo: GeoColumn


def inspect_parquet(path: Path, position_columns: tuple[str, str] | None = None) -> ParquetRows:
    """Look at a file or folder, in this process; see `ParquetRows.open`."""
    found, others = _files(path)
    looked = [_looked(file, name, partition) for file, name, partition in found]
    with_rows = [each for each in looked if sum(each.file.group_rows)]
    if not with_rows:
        raise _impossible("no-rows", path.name, _("“{name}”里没有一行数据。").format(name=path.name))
    first = with_rows[0]
    positions = _positions(path.name, first, position_columns)
    for each in with_rows:
        _check_positions(each, positions, first)
    columns, findings = _common_columns(path.name, with_rows)
    findings += _other_findings(path.name, looked, with_rows, others, positions)
    return ParquetRows(path.name, columns, tuple(each.file for each in looked), positions, tuple(findings))


def _files(path: Path) -> tuple[list[tuple[Path, str, tuple[tuple[str, str | None], ...]]], int]:
    """Return the files of a source, sorted, with names and partitions, and how many files are none."""
    if not path.exists():
        raise _impossible("missing", path.name, *reason_parts("missing", ""))
    if not path.is_dir():
        return [(path, path.name, ())], 0
    found, others = [], 0
    for folder, folders, names in os.walk(path):
        # Hidden files and those of Spark and its kin (_SUCCESS, _metadata) hold no rows.
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in sorted(names):
            if name.startswith((".", "_")):
                continue
            if not name.lower().endswith(SUFFIXES):
                others += 1
                continue
            file = Path(folder) / name
            inside = file.relative_to(path)
            found.append((file, f"{path.name}/{inside.as_posix()}", _partition(inside.parts[:-1])))
            if len(found) > MAX_FILES:
                message = _("文件夹“{name}”里的 Parquet 文件超过 {n} 个，没有统计。")
                raise _impossible(
                    "too-many-files",
                    path.name,
                    message.format(name=path.name, n=f"{MAX_FILES:,}"),
                    _("请先合并成较大的文件，或分几个文件夹统计。"),
                )
    if not found:
        message = _("文件夹“{name}”里没有 Parquet 文件。").format(name=path.name)
        raise _impossible("no-parquet", path.name, message, _("文件名应以 .parquet 或 .geoparquet 结尾。"))
    return sorted(found, key=lambda each: each[1]), others


def _partition(folders: Sequence[str]) -> tuple[tuple[str, str | None], ...]:
    """Return the columns that names of folders tell, as Hive writes them."""
    pairs = [unquote(folder).partition("=") for folder in folders if "=" in folder]
    return tuple(
        (name, None if value == _NULL_PARTITION else value) for name, _equals, value in pairs if name
    )


def _looked(path: Path, name: str, partition: tuple[tuple[str, str | None], ...]) -> _Looked:
    try:
        name.encode()
    except UnicodeEncodeError as exc:
        said = name.encode("utf-8", "replace").decode()
        message = _("文件名“{name}”里有不能识别的字符，没有统计。").format(name=said)
        raise _impossible("file-name", said, message, _("请先改名。")) from exc
    try:
        with opened_parquet(path) as file:
            metadata = file.metadata
            groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
            geo = geo_column(path, file)
            if geo.name and geo.crs not in DEGREES:
                raise _other_crs(name, geo.crs)
            facts = ParquetFile(
                str(path.absolute()),
                name,
                tuple(max(0, group.num_rows) for group in groups),
                tuple(max(0, group.total_byte_size) for group in groups),
                path.stat().st_size,
                partition,
            )
            return _Looked(facts, _columns(file.schema_arrow, geo), geo)
    except LayerUnreadable as exc:
        raise _impossible("parquet-damaged", name, *_sentences(name, exc.reason, exc.detail)) from exc
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError) as exc:
        reason = "empty" if path.is_file() and not path.stat().st_size else "damaged"
        detail = type(exc).__name__
        raise _impossible("parquet-damaged", name, *_sentences(name, reason, detail)) from exc


def _sentences(name: str, reason: str, detail: str) -> tuple[str, str]:
    why, hint = reason_parts(reason, detail)
    return _("没有统计，因为“{name}”不能用：{why}").format(name=name, why=why), hint


def _columns(schema: pa.Schema, geo: GeoColumn) -> dict[str, ColumnKind]:
    """Return the columns that may be asked for by name."""
    taken = {geo.name, *geo.others} | ({"bbox"} if geo.name else set())
    kinds = {}
    for name in schema.names:
        # Of two columns with one name nobody can tell which is meant.
        if name and name not in taken and schema.names.count(name) == 1:
            plan = plan_attributes(pa.schema([schema.field(name)]), set())
            kinds[name] = kind_of(plan.schema.field(0).type)
    return kinds


def _positions(title: str, first: _Looked, named: tuple[str, str] | None) -> ParquetPositions:
    numbers = [
        name for name, kind in first.columns.items() if kind in (ColumnKind.INTEGER, ColumnKind.NUMBER)
    ]
    if named is None and first.geo.name:
        return ParquetPositions(geometry=first.geo.name, encoding=first.geo.encoding)
    sample = _sample(first.file, numbers)
    if named is None:
        told = [[] if sample is None else _texts(sample, name) for name in numbers]
        roles = {role: name for name, role in guess_roles(numbers, told)}
        named = (roles.get(ColumnRole.LON, ""), roles.get(ColumnRole.LAT, ""))
        if not all(named) or named[0] == named[1]:
            raise AnalysisImpossible(no_position(title))
    for name in named:
        if name not in numbers:
            message = _("“{title}”里没有名为“{name}”的数字列，不能当作坐标。").format(
                title=title, name=_short(name)
            )
            raise _impossible("no-position", title, message, _("请改选经度和纬度所在的列。"))
    if sample is not None:
        lon, lat = (floats_of(sample.column(sample.schema.get_field_index(name))) for name in named)
        there = np.isfinite(lon) & np.isfinite(lat)
        fits = (np.abs(lon[there]) <= 180) & (np.abs(lat[there]) <= 90)
        if there.any() and fits.mean() < 0.5:
            message = _("列“{lon}”和“{lat}”不像经纬度（度），没有统计。").format(
                lon=_short(named[0]), lat=_short(named[1])
            )
            raise _impossible(
                "not-degrees",
                title,
                message,
                _("请检查经纬度次序；投影坐标请先用 jjjmap layer 换算成 WGS-84。"),
            )
    return ParquetPositions(*named)


def _sample(said: ParquetFile, columns: list[str]) -> pa.RecordBatch | None:
    """Return the first rows of a file; None without any."""
    try:
        with opened_parquet(Path(said.path), said.size) as file:
            return next(file.iter_batches(batch_size=_SAMPLE_ROWS, columns=columns, use_threads=False), None)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as exc:
        raise _impossible(
            "parquet-damaged", said.name, *_sentences(said.name, "damaged", type(exc).__name__)
        ) from exc


def _texts(batch: pa.RecordBatch, name: str) -> list[str]:
    values = batch.column(batch.schema.get_field_index(name)).to_pylist()
    return ["" if value is None else str(value) for value in values]


def _check_positions(each: _Looked, positions: ParquetPositions, first: _Looked) -> None:
    """Refuse a file whose rows are elsewhere: they would be counted as nowhere without a word."""
    if positions.geometry:
        same = (each.geo.name, each.geo.encoding) == (positions.geometry, positions.encoding)
    else:
        kinds = (each.columns.get(name) for name in (positions.lon, positions.lat))
        same = all(kind in (ColumnKind.INTEGER, ColumnKind.NUMBER) for kind in kinds)
    if not same:
        wanted = positions.geometry or _("、").join((positions.lon, positions.lat))
        message = _("“{name}”里没有与“{first}”相同的坐标列（{columns}），因此没有统计。")
        raise _impossible(
            "foreign-schema",
            each.file.name,
            message.format(name=each.file.name, first=first.file.name, columns=_short(wanted)),
            _("请把结构不同的文件移出文件夹，或先统一列名。"),
        )


def _common_columns(title: str, looked: Sequence[_Looked]) -> tuple[tuple[Column, ...], list[Finding]]:
    """Return the columns that every file has, and which differ."""
    kinds: dict[str, set[ColumnKind]] = {}
    having: dict[str, int] = {}
    lacking: dict[str, str] = {}
    for each in looked:
        there = dict.fromkeys((name for name, _value in each.file.partition), ColumnKind.TEXT) | each.columns
        for name, kind in there.items():
            kinds.setdefault(name, set()).add(kind)
            having[name] = having.get(name, 0) + 1
    for each in looked:
        there_too = {*each.columns, *(name for name, _value in each.file.partition)}
        for name in kinds:
            if name not in there_too:
                lacking.setdefault(name, each.file.name)
    columns = tuple(Column(name, _joint(kinds[name])) for name in kinds if having[name] == len(looked))
    findings = []
    if lacking:
        told = _("、").join(
            _("“{column}”（如 {file} 没有）").format(column=_short(name), file=file)
            for name, file in list(lacking.items())[:_MOST_TOLD]
        )
        message = _("各文件的列不一致，有 {n} 列不是每个文件都有，不能用来统计：{told}。")
        findings.append(
            Finding(Severity.WARNING, "schema-differs", title, message.format(n=len(lacking), told=told))
        )
    mixed = [column.name for column in columns if len(kinds[column.name]) > 1]
    if mixed:
        told = _("、").join(map(_short, mixed[:_MOST_TOLD]))
        message = _("有 {n} 列在各文件里的类型不一致：{told}。分类时按取值的文字形式合并。")
        findings.append(
            Finding(Severity.WARNING, "types-differ", title, message.format(n=len(mixed), told=told))
        )
    return columns, findings


def _short(name: str) -> str:
    text = " ".join(name.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _joint(kinds: set[ColumnKind]) -> ColumnKind:
    if len(kinds) == 1:
        return next(iter(kinds))
    return ColumnKind.NUMBER if kinds == {ColumnKind.INTEGER, ColumnKind.NUMBER} else ColumnKind.TEXT


def _other_findings(
    title: str,
    looked: Sequence[_Looked],
    with_rows: Sequence[_Looked],
    others: int,
    positions: ParquetPositions,
) -> list[Finding]:
    findings = []
    if len(with_rows) < len(looked):
        empty = [each.file.name for each in looked if each not in with_rows]
        message = _("有 {n} 个文件没有一行数据（如 {name}）。").format(n=len(empty), name=empty[0])
        findings.append(Finding(Severity.INFO, "files-without-rows", title, message))
    if others:
        message = _("文件夹里另有 {n} 个文件不是 Parquet，没有读。").format(n=others)
        findings.append(Finding(Severity.INFO, "files-not-read", title, message))
    if not positions.geometry:
        message = _("坐标取自列“{lon}”和“{lat}”，按 WGS-84 经纬度使用。")
        findings.append(
            Finding(
                Severity.INFO,
                "datum-assumed",
                title,
                message.format(lon=_short(positions.lon), lat=_short(positions.lat)),
                _("如果是 GCJ-02 或 BD-09 坐标，请先用 jjjmap layer 换算，否则会偏几百米。"),
            )
        )
    elif any(each.geo.kinds != "Point" for each in with_rows):
        findings.append(by_inner_point(title))
    return findings


def _other_crs(name: str, crs: str) -> AnalysisImpossible:
    said = crs if len(crs) <= 60 else f"{crs[:59]}…"
    message = (
        _("“{name}”的坐标系是 {crs}，不是 WGS-84 经纬度，没有统计。").format(name=name, crs=said)
        if crs
        else _("“{name}”没有说明坐标系，没有统计。").format(name=name)
    )
    return _impossible(
        "other-crs", name, message, _("请先用 jjjmap layer 把它换算成 WGS-84，再统计换算后的文件。")
    )


def _impossible(code: str, where: str, message: str, hint: str = "") -> AnalysisImpossible:
    return AnalysisImpossible(Finding(Severity.ERROR, code, where, message, hint))
