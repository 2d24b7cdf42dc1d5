"""Keys that work in one place only: what no menu can tell. The sheet of shortcuts lists them by place."""

from __future__ import annotations

from dataclasses import dataclass

from jjjmap.i18n import _


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys of one place of the window."""

    title: str
    keys: tuple[tuple[str, str], ...]
    """Keys as they are written on a keyboard, and what they do."""


def local_keys() -> tuple[KeyGroup, ...]:
    """Return the keys of maps, lists and texts in the language in use."""
    enter, delete = "Enter", "Delete"
    return (
        KeyGroup(
            _("地图上"),
            (
                ("← ↑ → ↓", _("移动地图")),
                ("+ / -", _("放大、缩小")),
                ("Tab / Shift+Tab", _("同一位置的下一个、上一个要素")),
                ("Esc", _("清除选择")),
            ),
        ),
        KeyGroup(
            _("搜索框里"),
            (
                ("↑ ↓", _("选择结果")),
                ("PgUp / PgDn", _("上一组、下一组")),
                (enter, _("打开")),
                ("Esc", _("关闭结果，再按清空")),
            ),
        ),
        KeyGroup(
            _("阅读文档时"),
            (
                ("N / P", _("下一处、上一处提及")),
                ("C", _("确认提及")),
                (f"X / {delete}", _("否定提及")),
                ("R", _("改为另一个地点")),
                (enter, _("转到提及的地点")),
            ),
        ),
        KeyGroup(
            _("数据核对表里"),
            (
                (f"C / {enter}", _("采纳")),
                (f"X / {delete}", _("否定")),
                ("R / F2", _("修改")),
            ),
        ),
        KeyGroup(
            _("文库列表里"),
            (
                (enter, _("打开文档")),
                ("F2", _("编辑题录")),
                (delete, _("移去文档")),
            ),
        ),
        KeyGroup(
            _("属性表和数据表里"),
            (
                ("Ctrl+F", _("在属性表里查找")),
                (enter, _("在地图上看这一行")),
                ("Ctrl+C", _("复制选中的行，带来源")),
                ("Ctrl+Shift+C", _("复制数字及来源")),
            ),
        ),
        KeyGroup(_("落位核对里"), (("C", _("采纳选中的行")),)),
        KeyGroup(
            _("产业链图里"),
            (
                ("Tab / Shift+Tab", _("下一个、上一个环节")),
                (enter, _("打开环节")),
                ("+ / - / 0", _("放大、缩小、全部显示")),
            ),
        ),
        KeyGroup(
            _("时间轴上"),
            (
                (_("空格"), _("播放或暂停")),
                ("← → / Home / End", _("换一个时间")),
            ),
        ),
    )
