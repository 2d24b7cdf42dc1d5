"""Why a data file gave no layer, and what to try, as sentences."""

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
        "not-a-file": Reason(
            lambda: _("这不是一个普通文件。"), lambda: _("请选择文件本身；Shapefile 请选择 .shp。")
        ),
        "not-a-path": Reason(
            lambda: _("这是网址、虚拟路径或直接写出的数据，不是本机上的文件，为安全起见没有打开。"),
            lambda: _("请先把数据下载或另存为文件，再打开。"),
        ),
        "empty": Reason(lambda: _("文件是空的。"), lambda: _("请检查是否下载完整，或向提供者再要一份。")),
        "too-large": Reason(
            lambda: _("文件太大，最多打开 {detail}。"), lambda: _("请把它按地区或年份拆成几个文件。")
        ),
        "unknown-format": Reason(
            lambda: _("不认识这种格式：{detail}。"),
            lambda: _(
                "可以打开 GeoJSON、GeoPackage、Shapefile、KML/KMZ、FlatGeobuf、GeoParquet、GPX、"
                "CSV、xlsx、xls、ods；请先另存为其中一种。"
            ),
        ),
        "other-format": Reason(
            lambda: _("文件名的后缀与内容不符，内容像是 {detail}。"),
            lambda: _("请把后缀改成真正的格式，或用原来的软件另存一份。"),
        ),
        "virtual": Reason(
            lambda: _("这个文件里没有数据，只指向别的文件、网址或处理步骤（{detail}），为安全起见没有打开。"),
            lambda: _("请打开它所指的数据文件本身。"),
        ),
        "companion": Reason(lambda: _("这只是 Shapefile 的一部分。"), lambda: _("请选择同名的 .shp 文件。")),
        "zip-without-layer": Reason(
            lambda: _("压缩包里没有可以打开的图层。"),
            lambda: _("压缩包里应有 .shp、.kml、.gpkg、.geojson 或 .fgb；表格请先解压再打开。"),
        ),
        "encrypted": Reason(
            lambda: _("文件加了密码，打不开。"), lambda: _("请用密码打开后另存一份不加密的，再打开。")
        ),
        "damaged": Reason(
            lambda: _("文件已损坏或不完整，读不下去（{detail}）。"),
            lambda: _("请重新下载或换一份原件；用原来的软件打开并另存也可能修好。"),
        ),
        "bomb": Reason(
            lambda: _("压缩包展开后大得不正常（{detail}），为安全起见没有读。"),
            lambda: _("如果确实是正常文件，请先自己解压，再打开里面的文件。"),
        ),
        "hostile": Reason(
            lambda: _("文件里有不该有的 XML 声明（{detail}），为安全起见没有读。"),
            lambda: _("请用原来的软件打开并另存一份。"),
        ),
        "too-deep": Reason(
            lambda: _("文件里的括号嵌套得太深，没有读。"), lambda: _("请检查它是否由正常的软件导出。")
        ),
        "too-complex": Reason(
            lambda: _("有一个要素大得读不了（{detail}）。"),
            lambda: _("请在原来的软件里把它拆开或简化，或另存为 GeoPackage。"),
        ),
        "no-sublayer": Reason(
            lambda: _("文件里没有叫“{detail}”的图层或工作表。"), lambda: _("请从列表里选择一个。")
        ),
        "no-rows": Reason(
            lambda: _("文件里没有一行数据。"), lambda: _("请检查导出时是否选错了图层或工作表。")
        ),
        "nothing-left": Reason(
            lambda: _("所有的行都不能用，没有一行读入。"),
            lambda: _("请检查坐标列、坐标基准和经纬度次序是否选对。"),
        ),
        "no-column": Reason(
            lambda: _("没有叫“{detail}”的列。"), lambda: _("请检查列名，以及表头所在的行和编码。")
        ),
        "too-many-columns": Reason(
            lambda: _("列太多：{detail} 列。"), lambda: _("请检查分隔符是否选对，或删去用不到的列。")
        ),
        "unknown-delimiter": Reason(
            lambda: _("不能用 {detail} 作分隔符。"), lambda: _("请选用逗号、制表符、分号或竖线。")
        ),
        "unknown-encoding": Reason(
            lambda: _("不能按 {detail} 编码读出文字。"),
            lambda: _("请换一种编码再试，多数表格是 UTF-8 或 GB18030。"),
        ),
        "datum": Reason(
            lambda: _("不能按这种坐标基准换算：{detail}。"),
            lambda: _("请换一种坐标基准，或查明坐标系的 EPSG 代号。"),
        ),
        "no-space": Reason(
            lambda: _("磁盘空间不够，没有读完；没有留下半成品。"),
            lambda: _("请清理磁盘，或把数据目录移到较大的磁盘，再试一次。"),
        ),
        "not-written": Reason(
            lambda: _("图层写不到数据目录里：{detail}。"), lambda: _("请检查数据目录的权限和磁盘状态。")
        ),
        "timeout": Reason(
            lambda: _("读了 {detail} 秒还没有读完，已停下。"),
            lambda: _("请把文件拆小，或另存为 GeoPackage 后再打开。"),
        ),
        "out-of-memory": Reason(
            lambda: _("读这个文件要用的内存超出了限度。"),
            lambda: _("请把文件拆小，或另存为 GeoPackage 后再打开。"),
        ),
        "crashed": Reason(
            lambda: _("读这个文件的进程意外结束；程序本身和其他图层不受影响。"),
            lambda: _("文件可能已损坏，请换一份原件，或用原来的软件另存后再打开。"),
        ),
        "cancelled": Reason(lambda: _("打开已取消，什么也没有留下。"), lambda: _("需要时可以重新打开。")),
    }
)
"""Every `LayerUnreadable.reason`."""

_REASONS = Reasons(REASONS, "damaged")
reason_parts = _REASONS.parts
reason_sentence = _REASONS.sentence
