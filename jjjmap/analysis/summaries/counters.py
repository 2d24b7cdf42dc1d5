"""Where the rows are and who counts them: an open layer, Parquet files, a database; here or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan
from jjjmap.analysis.counting.local import count_locally
from jjjmap.analysis.counting.rows import ParquetRows, RowSource, TableRows
from jjjmap.analysis.running import Cancelled, InputLayer, Material, Progress, refuse_if
from jjjmap.analysis.summaries.divisions import Division
from jjjmap.analysis.summaries.refusing import impossible, named
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.conversion import WGS84
from jjjmap.layers.opening.database_address import is_database_url, parse_url
from jjjmap.layers.opening.records import Column, ColumnRole
from jjjmap.layers.provenance import InputNote
from jjjmap.layers.tables.joining import JoinAnswer, JoinTarget, PlaceNames, guess_target, join_rows

if TYPE_CHECKING:
    from jjjmap.analysis.counting.scheduler import Scheduler
    from jjjmap.layers.opening.postgis import PostgisReader
    from jjjmap.layers.opening.records import Inspection

PARQUET_SUFFIXES = (".parquet", ".geoparquet", ".pq")
_FINENESS = (JoinTarget.COUNTIES, JoinTarget.CITIES, JoinTarget.PROVINCES)
"""The finest first."""

Count = Callable[[Areas, CountPlan, Progress, Cancelled], CrossTable]


@dataclass(frozen=True, eq=False)
class Access:
    """How what is not a layer is reached; the command line asks for passwords and is told of certificates."""

    open_database: Callable[[str], tuple[PostgisReader, str | None]] | None = None
    """Takes the URL, returns a reader and the password; None to try the passwords that are known."""
    ca: str = ""
    """Files (PEM) for a scheduler by ``tls``."""
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, eq=False)
class Counter:
    """Rows, and how they are counted."""

    title: str
    columns: tuple[Column, ...]
    count: Count
    note: Callable[[int, int], InputNote]
    """Takes rows read and rows used."""
    findings: tuple[Finding, ...] = ()
    layer: InputLayer | None = None
    """None for rows that nobody holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: what of an analysis tells it."""

    source: str
    """Id of a layer, a path, or the URL of a database."""
    sublayer: str = ""
    unit_columns: tuple[str, ...] = ()
    position_columns: tuple[str, str] | None = None
    scheduler: str = ""


def is_streamed(source: str) -> bool:
    """Return whether rows are read batch by batch rather than opened: Parquet, or a folder of it."""
    path = Path(source)
    return path.suffix.lower() in PARQUET_SUFFIXES or path.is_dir()


def counter_of(
    wanted: Wanted, material: Material, division: Division, access: Access, cancelled: Cancelled
) -> Counter:
    """Return the rows that are to be counted.

    Raises
    ------
    AnalysisImpossible
        There are none by that name, they have no position, or cannot be told where by their columns.
    AnalysisCancelled
        Somebody asked to stop.
    DatabaseUnusable
        A database does not answer.
    """
    layer = material.layers.get(wanted.source)
    if layer is not None:
        return _of_layer(layer, wanted, material, division, access, cancelled)
    if wanted.unit_columns:
        message = _("按地区名称或代码统计时要读入整个文件，文件夹和数据库不行。")
        hint = _("请先用 jjjmap layer 转成一个文件，或改按位置统计。")
        raise impossible("unit-columns-unusable", message, hint, wanted.source)
    if is_database_url(wanted.source):
        return _of_database(wanted, access)
    if is_streamed(wanted.source):
        rows = ParquetRows.open(
            Path(wanted.source), position_columns=wanted.position_columns, cancelled=cancelled
        )
        return _of_rows(rows, _file_note(rows, Path(wanted.source)), wanted, access)
    raise impossible("no-such-layer", _("没有名为“{name}”的图层。").format(name=wanted.source))


def _of_rows(
    rows: RowSource,
    note: Callable[[int, int], InputNote],
    wanted: Wanted,
    access: Access,
    layer: InputLayer | None = None,
    findings: Sequence[Finding] = (),
) -> Counter:
    count: Count = lambda areas, plan, progress, cancelled: count_locally(  # noqa: E731
        rows, areas, plan, progress, cancelled
    )
    told = [*rows.findings, *findings]
    if wanted.scheduler:
        from jjjmap.analysis.counting.scheduler import scheduler_at

        scheduler = scheduler_at(
            wanted.scheduler, ca=access.ca, certificate=access.certificate, key=access.key
        )
        count = _on_cluster(rows, scheduler)
        told += scheduler.findings
    return Counter(rows.title, rows.columns, count, note, tuple(told), layer)


def _on_cluster(rows: RowSource, scheduler: Scheduler) -> Count:
    def count(areas: Areas, plan: CountPlan, progress: Progress, cancelled: Cancelled) -> CrossTable:
        from jjjmap.analysis.counting.cluster import count_on_cluster

        return count_on_cluster(rows, areas, plan, scheduler, progress, cancelled)

    return count


def _file_note(rows: ParquetRows, path: Path) -> Callable[[int, int], InputNote]:
    def note(read: int, used: int) -> InputNote:
        files = _("{n} 个 Parquet 文件，逐批读取").format(n=len(rows.files))
        return InputNote(path.name, read, used, note=files)

    return note


# Layers.


def _of_layer(
    layer: InputLayer,
    wanted: Wanted,
    material: Material,
    division: Division,
    access: Access,
    cancelled: Cancelled,
) -> Counter:
    def note(_read: int, used: int) -> InputNote:
        return layer.note(used, _columns_note(wanted.unit_columns))

    if not wanted.unit_columns:
        if layer.table.geometry is None:
            raise _no_position(layer)
        return _of_rows(TableRows(layer), note, wanted, access, layer)
    shown = layer
    if layer.shown is not None:
        shown = replace(layer, table=layer.table.take(np.flatnonzero(layer.shown)), shown=None)
    ids, findings = _joined(shown, wanted.unit_columns, material, division, cancelled)
    return _of_rows(TableRows(shown, ids), note, wanted, access, layer, findings)


def _columns_note(columns: Sequence[str]) -> str:
    return _("按{columns}列里的地区名称或代码归到单元").format(columns=named(columns)) if columns else ""


def _no_position(layer: InputLayer) -> Exception:
    roles = (ColumnRole.REGION, ColumnRole.CODE)
    likely = [column.name for column in layer.facts.columns if column.role in roles]
    hint = _("请写明哪一列是地区名称或代码（--unit-column），或先用 jjjmap locate 落位。")
    if likely:
        hint = _("像是地区的列：{names}；请写明用哪一列（--unit-column）。").format(names=named(likely))
    message = _("“{title}”的行没有位置，不知道各在哪个单元。").format(title=layer.title)
    return impossible("no-position", message, hint, layer.title)


def _joined(
    layer: InputLayer,
    columns: Sequence[str],
    material: Material,
    division: Division,
    cancelled: Cancelled,
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return for each row the area that its names or codes mean, an empty text for none."""
    known = {column.name for column in layer.table.columns}
    for column in columns:
        if column not in known:
            message = _("“{title}”里没有“{column}”这一列。").format(title=layer.title, column=column)
            raise impossible("column-unknown", message, where=layer.title)
    if division.target is None:
        message = _("{what}没有名称或代码可比，只能按位置统计。").format(what=division.title)
        raise impossible("unit-columns-unusable", message, where=layer.title)
    names = PlaceNames(material.catalogue)
    target = _finest(guess_target(layer.table, columns, names), division.target)
    answer = join_rows(layer.table, columns, target, names, cancelled=cancelled)
    refuse_if(cancelled)  # What comes of a join that was stopped is not whole.
    lifted = [_lifted(place, target, division.target, material) for place in answer.place_ids]
    ids = set(division.areas.ids)
    areas = np.array([*(area if area in ids else "" for area in lifted), ""], dtype=object)
    area_of_row = areas[answer.place_of_row]
    if not area_of_row.any():
        texts = _("、").join(each.text[:30] for each in answer.unmatched[:3]) or "—"
        message = _("{columns}列里没有一行对得上{what}，例如：{texts}。")
        message = message.format(columns=named(columns), what=division.title, texts=texts)
        hint = _("请换一列，或换一种统计单元；一列不够时可写几列（省、市、县）。")
        raise impossible("rows-unmatched", message, hint, layer.title)
    return tuple(area_of_row.tolist()), tuple(_join_findings(answer, area_of_row, layer, material))


def _finest(guessed: JoinTarget, asked: JoinTarget) -> JoinTarget:
    """Return what the rows are joined to: counties do for cities, too."""
    if asked in _FINENESS and guessed in _FINENESS:
        return min(guessed, asked, key=_FINENESS.index)
    return asked


def _lifted(place: str, found: JoinTarget, asked: JoinTarget, material: Material) -> str:
    """Return the unit of a level that holds a unit."""
    if found is asked or asked not in _FINENESS:
        return place
    if asked is JoinTarget.PROVINCES:
        return f"{place[:2]}0000"
    return material.units.unit(place).parent_code if place in material.units else ""


def _join_findings(
    answer: JoinAnswer, area_of_row: np.ndarray, layer: InputLayer, material: Material
) -> list[Finding]:
    findings = []
    lost = int((area_of_row == "").sum())
    if lost:
        texts = _("、").join(each.text[:30] for each in answer.unmatched[:5])
        message = _("{n} 行没有对上统计单元，没有计入；例如：{texts}。")
        if not texts:
            message = _("{n} 行没有写地区，或写的地区不在统计单元里，没有计入。")
        findings.append(
            Finding(
                Severity.WARNING,
                "rows-unmatched",
                layer.title,
                message.format(n=f"{lost:,}", texts=texts),
                _("可先在窗口里“连接到地图”，逐个指定写法，再统计。"),
            )
        )
    if answer.old_names:
        places = material.catalogue.places
        examples = _("、").join(
            _("{old}→{new}").format(
                old=each.text[:30],
                new=places[each.place_id].name_zh if each.place_id in places else each.place_id,
            )
            for each in answer.old_names[:3]
        )
        rows = sum(each.rows for each in answer.old_names)
        message = _("{n} 行用的是旧名称或旧代码（{examples}），已归到现在的单元：数据混有不同年份的区划。")
        message = message.format(n=f"{rows:,}", examples=examples)
        hint = _("区划调整前后同一单元的范围可能不同，比较时请留意。")
        findings.append(Finding(Severity.WARNING, "unit-vintages-mixed", layer.title, message, hint))
    return findings


# Databases.


def _of_database(wanted: Wanted, access: Access) -> Counter:
    from jjjmap.analysis.counting.database import count_in_database
    from jjjmap.layers.opening.records import OpenOptions

    if wanted.scheduler:
        message = _("数据库里的表由数据库自己统计，不用集群。")
        raise impossible("scheduler-unusable", message, _("请去掉调度器的地址。"))
    url = parse_url(wanted.source)
    table = wanted.sublayer or url.table
    reader, password = (access.open_database or _open_known)(wanted.source)
    with reader:
        if not table:
            names = named(column.name for column in reader.columns())
            message = _("没有写明要统计数据库里的哪张表；有：{names}。").format(names=names or "—")
            raise impossible(
                "no-table", message, _("请用 --sublayer 写明 模式.表.几何列。"), url.address.name
            )
        inspection = reader.inspect(OpenOptions(sublayer=table))

    def count(areas: Areas, plan: CountPlan, progress: Progress, cancelled: Cancelled) -> CrossTable:
        return count_in_database(url.address, table, areas, plan, progress, cancelled, password=password)

    def note(read: int, used: int) -> InputNote:
        return InputNote(f"{url.address.name} {table}", read, used, note=_("在数据库里统计"))

    findings = [*inspection.findings, *_datum_findings(inspection, table)]
    return Counter(table, inspection.columns, count, note, tuple(findings))


def _datum_findings(inspection: Inspection, table: str) -> list[Finding]:
    """Return that coordinates look like another datum than the database says."""
    if not inspection.must_ask or not inspection.datums or inspection.datums[0].datum == WGS84:
        return []
    message = _("坐标像是 {datum}，这里按数据库写明的坐标系统计，位置可能偏移几百米。")
    hint = _("确实如此的话，先用 jjjmap layer 读成文件并换算（--datum），再统计。")
    message = message.format(datum=inspection.datums[0].datum)
    return [Finding(Severity.WARNING, "datum-doubtful", table, message, hint)]


def _open_known(text: str) -> tuple[PostgisReader, str | None]:
    from jjjmap.layers.opening.passwords import Passwords
    from jjjmap.layers.opening.postgis import PostgisReader

    url = parse_url(text)
    password = url.password or Passwords().find(url.address)
    return PostgisReader(url.address, password), password
