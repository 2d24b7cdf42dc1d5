"""Words about a file that is about to be opened: its encodings, what its columns mean, what its datum is."""

from __future__ import annotations

from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnKind, ColumnRole, FileFormat, Inspection

POSITION = "position"
"""The role of a column that holds both coordinates; `OpenOptions.roles` names it twice."""


def format_name(kind: FileFormat) -> str:
    """Return how a format is called."""
    if kind is FileFormat.CSV:
        return _("文本表格")
    return {FileFormat.XLSX: "Excel", FileFormat.XLS: "Excel 97", FileFormat.ODS: "OpenDocument"}.get(
        kind, kind.value
    )


def encoding_title(encoding: str) -> str:
    """Return how an encoding is called."""
    return {
        "utf-8": _("UTF-8（通用）"),
        "gb18030": _("GB18030 / GBK（简体中文）"),
        "big5": _("Big5（繁体中文）"),
        "utf-16-le": _("UTF-16（小端）"),
        "utf-16-be": _("UTF-16（大端）"),
        "cp1252": _("西欧（Windows-1252）"),
    }.get(encoding, encoding)


def kind_name(kind: ColumnKind) -> str:
    """Return how a kind of values is called."""
    return {
        ColumnKind.TEXT: _("文字"),
        ColumnKind.INTEGER: _("整数"),
        ColumnKind.NUMBER: _("小数"),
        ColumnKind.BOOLEAN: _("是否"),
        ColumnKind.DATE: _("日期"),
        ColumnKind.TIME: _("时刻"),
    }[kind]


def role_names(*, with_positions: bool) -> tuple[tuple[str, str], ...]:
    """Return the meanings a column may have: value of `ColumnRole` (or `POSITION`), and its name."""
    positions = (
        (ColumnRole.LON.value, _("经度（X）")),
        (ColumnRole.LAT.value, _("纬度（Y）")),
        (POSITION, _("坐标（一列）")),
    )
    return (
        (ColumnRole.NONE.value, _("普通列")),
        *(positions if with_positions else ()),
        (ColumnRole.NAME.value, _("名称")),
        (ColumnRole.ADDRESS.value, _("地址")),
        (ColumnRole.ZONE.value, _("园区")),
        (ColumnRole.REGION.value, _("所在行政区")),
        (ColumnRole.CODE.value, _("区划代码")),
        (ColumnRole.CREDIT_CODE.value, _("信用代码")),
        (ColumnRole.INDUSTRY.value, _("行业")),
    )


def size_text(size_bytes: int) -> str:
    """Return a size of a file."""
    size = float(size_bytes)
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def file_line(inspection: Inspection) -> str:
    """Return what a file is in one line: format, size, rows."""
    parts = [format_name(inspection.format), size_text(inspection.size_bytes)]
    if inspection.rows is not None:
        parts.append(_("{n} 行").format(n=f"{inspection.rows:,}"))
    if inspection.columns:
        parts.append(_("{n} 列").format(n=f"{len(inspection.columns):,}"))
    if inspection.geometry and not inspection.format.is_table:
        parts.append(inspection.geometry)
    if inspection.crs:
        parts.append(inspection.crs[:60])
    return " · ".join(parts)


def distance_text(metres: float) -> str:
    """Return a distance as people say it."""
    if metres < 1000:
        return _("{n} 米").format(n=f"{metres:.0f}")
    return _("{n} 公里").format(n=f"{metres / 1000:.2g}" if metres < 10_000 else f"{metres / 1000:,.0f}")
