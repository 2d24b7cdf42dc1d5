"""Why a file gave no text, and what to try, as sentences."""

from collections.abc import Mapping
from types import MappingProxyType

from jjjmap.i18n import _
from jjjmap.reasons import Reason, Reasons

REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "missing": Reason(
            lambda: _("找不到这个文件。"), lambda: _("它可能已被移动、改名或删除，请重新选择。")
        ),
        "no-access": Reason(
            lambda: _("没有权限或无法读取这个文件：{detail}。"),
            lambda: _("请检查文件权限，或先复制到自己的文件夹。"),
        ),
        "not-a-file": Reason(lambda: _("这不是一个普通文件。"), lambda: _("请选择文件，或选择整个文件夹。")),
        "empty": Reason(
            lambda: _("文件是空的，或者只有空白。"), lambda: _("请检查是否下载完整，或换一份原件。")
        ),
        "too-large": Reason(
            lambda: _("文件太大，这种格式最多读 {detail}。"), lambda: _("请把它拆成几个较小的文件后再导入。")
        ),
        "too-long": Reason(
            lambda: _("里面的文字太多，一份文件最多读 {detail} 字。"),
            lambda: _("请把它拆成几个较小的文件后再导入。"),
        ),
        "unknown-format": Reason(
            lambda: _("不认识这种格式：{detail}。"),
            lambda: _("可以读取 txt、md、html、docx、pdf；请先另存为其中一种。"),
        ),
        "other-format": Reason(
            lambda: _("文件名说的格式与内容不符，内容是 {detail}。"),
            lambda: _("请把文件名的后缀改对，或另存为 docx、pdf 或 txt。"),
        ),
        "old-word": Reason(
            lambda: _("这是旧版 Word 文件（doc），不是 docx。"), lambda: _("请在 Word 或 WPS 中另存为 docx。")
        ),
        "not-text": Reason(
            lambda: _("文件名说它是文本，内容却不是文字（{detail}）。"),
            lambda: _("请检查是不是选错了文件，或把后缀改成真正的格式。"),
        ),
        "encrypted": Reason(
            lambda: _("文件加了密码，不知道密码就读不出文字。"),
            lambda: _("请用密码打开后另存一份不加密的，再导入。"),
        ),
        "no-text": Reason(
            lambda: _("里面没有可以取出的文字，多半是扫描件或图片。"),
            lambda: _("请先做文字识别（OCR），再导入识别后的文件。"),
        ),
        "damaged": Reason(
            lambda: _("文件已损坏或不完整，读不下去（{detail}）。"),
            lambda: _("请重新下载或换一份原件；用原来的软件打开并另存也可能修好。"),
        ),
        "bomb": Reason(
            lambda: _("压缩包展开后大得不正常（{detail}），为安全起见没有读。"),
            lambda: _("若确实是正常文件，请用 Word 或 WPS 另存为较小的文件。"),
        ),
        "hostile": Reason(
            lambda: _("文件里有不该有的 XML 声明（{detail}），为安全起见没有读。"),
            lambda: _("请用 Word 或 WPS 打开并另存一份，再导入。"),
        ),
        "timeout": Reason(
            lambda: _("读了 {detail} 秒还没有读完，已停下。"),
            lambda: _("请把文件拆小，或另存为 txt 后再导入。"),
        ),
        "out-of-memory": Reason(
            lambda: _("读这个文件要用的内存超出了限度。"), lambda: _("请把文件拆小，或另存为 txt 后再导入。")
        ),
        "crashed": Reason(
            lambda: _("读这个文件的进程意外结束；程序本身和其他文件不受影响。"),
            lambda: _("文件可能已损坏，请换一份原件，或另存为 txt 后再导入。"),
        ),
        "cancelled": Reason(lambda: _("读取已取消。"), lambda: _("需要时可以重新导入。")),
    }
)
"""Every `DocumentUnreadable.reason`."""

_REASONS = Reasons(REASONS, "damaged")
reason_parts = _REASONS.parts
reason_sentence = _REASONS.sentence
