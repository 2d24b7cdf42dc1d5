"""What the command ``layer`` found, as lines for a terminal."""

from collections.abc import Mapping
from typing import Any

from jjjmap.cli.messages import harmless, listed
from jjjmap.i18n import _


def layer_text(result: Mapping[str, Any]) -> str:
    """Return an answer of ``layers.layer_record`` as lines."""
    rows = [
        (_("格式"), result["format"]),
        (_("子图层"), result["sublayer"]),
        (_("编码"), result["encoding"]),
        (_("坐标系"), result["crs"]),
        (_("坐标基准"), _datum_text(result)),
        (_("几何"), _geometry_text(result)),
        (_("要素"), _counts_text(result)),
        (_("范围"), _bounds_text(result["bounds"])),
        (_("列"), listed(_column_text(column) for column in result["columns"])),
    ]
    lines = [harmless(str(result["file"]))]
    line = _("  {name}：{value}")
    lines.extend(line.format(name=name, value=harmless(str(value))) for name, value in rows if value)
    lines.extend(_("已写出 {path}。").format(path=harmless(path)) for path in result["outputs"])
    if result["rejected_file"]:
        lines.append(_("没能读入的行在 {path}。").format(path=harmless(result["rejected_file"])))
    return "\n".join(lines)


def _datum_text(result: Mapping[str, Any]) -> str:
    if not result["datum"]:
        return ""
    if not result["shift_m"]:
        return str(result["datum"])
    return _("{datum}，换算到 WGS-84 移动了约 {metres:.0f} 米").format(
        datum=result["datum"], metres=result["shift_m"]
    )


def _geometry_text(result: Mapping[str, Any]) -> str:
    names = {"Point": _("点"), "LineString": _("线"), "Polygon": _("面"), None: _("没有（普通表格）")}
    return listed(
        _("{kind} {n:,}").format(kind=names[part["geometry_type"]], n=part["features"])
        for part in result["layers"]
    )


def _counts_text(result: Mapping[str, Any]) -> str:
    parts = [_("读入 {n:,}").format(n=result["features"])]
    if result["without_geometry"] and result["geometry_type"] is not None:
        parts.append(_("其中没有位置 {n:,}").format(n=result["without_geometry"]))
    if result["mended"]:
        parts.append(_("已修补 {n:,}").format(n=result["mended"]))
    if result["rejected"]:
        parts.append(_("没能读入 {n:,}").format(n=result["rejected"]))
    return listed(parts)


def _bounds_text(bounds: list[float] | None) -> str:
    return "" if bounds is None else ",".join(f"{edge:.5f}" for edge in bounds)


def _column_text(column: Mapping[str, Any]) -> str:
    kinds = {
        "text": _("文本"),
        "integer": _("整数"),
        "number": _("数字"),
        "boolean": _("是否"),
        "date": _("日期"),
        "time": _("时间"),
    }
    return _("{name}（{kind}）").format(name=column["name"], kind=kinds[column["kind"]])
