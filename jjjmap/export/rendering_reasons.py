"""Why the browser that draws and prints gave nothing, each with a sentence and what to try."""

from collections.abc import Mapping
from types import MappingProxyType

from jjjmap.i18n import _
from jjjmap.reasons import Reason, Reasons

REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "ended": Reason(
            lambda: _("画图用的浏览器进程中途退出了。"),
            lambda: _("请再试一次；若又如此，请少选几个图层、换小一点的纸张，或关掉别的程序腾出内存。"),
        ),
        "timeout": Reason(
            lambda: _("画图花的时间太长，已停下。"),
            lambda: _("请少选几个图层、缩小范围，或把要素很多的图层先筛选再试。"),
        ),
        "page-failed": Reason(
            lambda: _("地图没有画出来。"), lambda: _("请再试一次；若仍如此，请重新安装本程序。")
        ),
        "print-failed": Reason(
            lambda: _("没能打印成 PDF。"), lambda: _("请换小一点的纸张，或先存为 SVG 或 PNG。")
        ),
        "no-browser": Reason(
            lambda: _("这里启动不了画图用的浏览器组件（QtWebEngine）。"),
            lambda: _("请按 README 安装它需要的系统库；网页和数据格式不需要它，可以照常导出。"),
        ),
    }
)

reason_parts = Reasons(REASONS, otherwise="page-failed").parts
