"""Why a project could not be opened or saved, and what to try, as sentences."""

from collections.abc import Mapping
from types import MappingProxyType

from jjjmap.i18n import _
from jjjmap.reasons import Reason, Reasons

REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "missing": Reason(
            lambda: _("找不到这个项目文件。"), lambda: _("它可能已被移动、改名或删除，请重新选择。")
        ),
        "no-access": Reason(
            lambda: _("没有权限读写这个文件或文件夹（{detail}）。"),
            lambda: _("请检查权限，或另存到自己的文件夹。"),
        ),
        "not-a-project": Reason(
            lambda: _("这不是 jjjmap 的项目文件。"),
            lambda: _("如果是数据文件，请用“打开数据”；项目文件以 .jjj.gpkg 结尾。"),
        ),
        "newer": Reason(
            lambda: _("它由更新版本的 jjjmap 写成（项目格式 {detail}），没有打开，也没有改动。"),
            lambda: _("请先更新本程序。"),
        ),
        "damaged": Reason(
            lambda: _("项目文件已损坏或不完整（{detail}）。"),
            lambda: _("请用“恢复旧版本”打开旁边保留的上一个版本，或换一份副本。"),
        ),
        "altered": Reason(
            lambda: _("项目文件里的 {detail} 不是 jjjmap 写成的样子，为安全起见没有打开。"),
            lambda: _("请用“恢复旧版本”，或向提供者再要一份；其中的图层仍可用“打开数据”打开。"),
        ),
        "too-large": Reason(
            lambda: _("项目文件展开后大得不正常（{detail}），为安全起见没有打开。"),
            lambda: _("请核对文件来源；其中的图层仍可用“打开数据”单独打开。"),
        ),
        "in-use": Reason(
            lambda: _(
                "别的程序（如 QGIS）正开着这个文件，还有内容没写完（{detail}）；没有保存，原文件没有改动。"
            ),
            lambda: _("请先在那个程序里关掉它再保存，或另存为新文件。"),
        ),
        "no-space": Reason(
            lambda: _("磁盘空间不够（{detail}）；原文件和打开的内容都没有改动。"),
            lambda: _("请清理磁盘，或另存到别的磁盘。"),
        ),
        "not-written": Reason(
            lambda: _("文件写不下去（{detail}）；原文件和打开的内容都没有改动。"),
            lambda: _("请检查文件夹和磁盘，或另存到别处。"),
        ),
        "timeout": Reason(
            lambda: _("读了 {detail} 秒还没有读完，已停下。"), lambda: _("请关掉别的程序再试，或换一份副本。")
        ),
        "out-of-memory": Reason(
            lambda: _("打开这个项目要用的内存超出了限度。"), lambda: _("请关掉别的程序再试，或换一份副本。")
        ),
        "crashed": Reason(
            lambda: _("读这个项目的进程意外结束；程序本身和已打开的内容不受影响。"),
            lambda: _("文件可能已损坏，请用“恢复旧版本”打开上一个版本。"),
        ),
        "cancelled": Reason(lambda: _("打开已取消，什么也没有留下。"), lambda: _("需要时可以重新打开。")),
    }
)
"""Every `ProjectUnusable.reason`."""

_REASONS = Reasons(REASONS, "damaged")
reason_parts = _REASONS.parts
reason_sentence = _REASONS.sentence
