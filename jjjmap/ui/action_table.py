"""The table of what can be asked for in the window: names, texts, keys, menus and toolbar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qtpy.QtGui import QAction

from jjjmap.i18n import _
from jjjmap.ui.icons import Icon

Text = Callable[[], str]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that the user can ask for. Texts are functions, for the language may change."""

    name: str
    text: Text
    tip: Text
    keys: tuple[str, ...] = ()
    icon: Icon | None = None
    checkable: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole


@dataclass(frozen=True, slots=True)
class MenuSpec:
    """One menu: names of actions, and None for a line between them."""

    name: str
    text: Text
    entries: tuple[str | None, ...]


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "new_project",
        lambda: _("新建项目"),
        lambda: _("从空的图层和文库开始；现在打开的先问是否保存"),
        ("Ctrl+N",),
    ),
    ActionSpec(
        "open_project",
        lambda: _("打开项目…"),
        lambda: _("打开以前保存的项目（*.jjj.gpkg）"),
        ("Ctrl+Shift+P",),
    ),
    ActionSpec(
        "save_project",
        lambda: _("保存项目"),
        lambda: _("把图层、文库、样式、视图和各项决定存进一个项目文件"),
        ("Ctrl+S",),
    ),
    ActionSpec(
        "save_project_as",
        lambda: _("项目另存为…"),
        lambda: _("存成另一个项目文件，以后在那里继续"),
        ("Ctrl+Shift+S",),
    ),
    ActionSpec(
        "project_versions",
        lambda: _("恢复旧版本…"),
        lambda: _("每次保存都留下前一个版本，最多五个；从中取回一个"),
    ),
    ActionSpec(
        "show_project_folder",
        lambda: _("打开项目所在的文件夹"),
        lambda: _("在文件管理器里看项目文件和旧版本"),
    ),
    ActionSpec(
        "close_project",
        lambda: _("关闭项目"),
        lambda: _("回到没有项目时的图层和文库"),
    ),
    ActionSpec("undo", lambda: _("撤销"), lambda: _("收回上一步"), ("Ctrl+Z",)),
    ActionSpec("redo", lambda: _("重做"), lambda: _("再做一遍刚才收回的一步"), ("Ctrl+Y", "Ctrl+Shift+Z")),
    ActionSpec(
        "open_data",
        lambda: _("打开数据…"),
        lambda: _("把自己的表格和图层放上地图：GeoJSON、GeoPackage、Shapefile、KML、CSV、Excel……"),
        ("Ctrl+Alt+O",),
        Icon.OPEN,
    ),
    ActionSpec(
        "open_database",
        lambda: _("打开数据库…"),
        lambda: _("从 PostGIS 数据库取一张表作为图层；只有这时才连接网络"),
    ),
    ActionSpec(
        "import_documents",
        lambda: _("导入文档…"),
        lambda: _("把政策文件和报道（txt、md、html、docx、pdf）读入文库"),
        ("Ctrl+O",),
    ),
    ActionSpec(
        "import_folder",
        lambda: _("导入文件夹…"),
        lambda: _("把一个文件夹里的全部文档读入文库"),
        ("Ctrl+Shift+O",),
    ),
    ActionSpec(
        "export_map",
        lambda: _("导出地图…"),
        lambda: _("把当前地图存为网页、图片或数据文件"),
        ("Ctrl+E",),
        Icon.EXPORT,
    ),
    ActionSpec(
        "brief",
        lambda: _("生成简报…"),
        lambda: _("一个地点一页：PDF、Word 或网页；也可一次生成多个"),
        ("Ctrl+B",),
    ),
    ActionSpec(
        "copy_map",
        lambda: _("复制地图为图片"),
        lambda: _("连同图例和出处放到剪贴板，可以粘贴到文稿里"),
        ("Ctrl+Alt+C",),
    ),
    ActionSpec(
        "copy_place",
        lambda: _("复制地点引文"),
        lambda: _("把选中的地点写成一行文字，带来源，放到剪贴板"),
    ),
    ActionSpec("quit", lambda: _("退出"), lambda: _("关闭程序"), ("Ctrl+Q",), role=QAction.MenuRole.QuitRole),
    ActionSpec("fit_region", lambda: _("全图"), lambda: _("显示整个京津冀"), ("Ctrl+0",), Icon.REGION),
    ActionSpec(
        "save_view",
        lambda: _("保存视图…"),
        lambda: _("记下范围、图层、筛选、时间、选中的地点和打开的文档"),
        ("Ctrl+Alt+V",),
    ),
    ActionSpec("next_view", lambda: _("下一个视图"), lambda: _("转到下一个保存的视图"), ("Alt+PgDown",)),
    ActionSpec("previous_view", lambda: _("上一个视图"), lambda: _("转到上一个保存的视图"), ("Alt+PgUp",)),
    ActionSpec(
        "toggle_online",
        lambda: _("切换在线底图"),
        lambda: _("在自带的底图和上次选的在线底图之间切换；只有在线时才联网"),
    ),
    ActionSpec(
        "basemap_settings",
        lambda: _("在线底图设置…"),
        lambda: _("天地图密钥、自己的瓦片地址、启动时是否在线"),
    ),
    ActionSpec("search", lambda: _("搜索"), lambda: _("地点、政策、数据、来源和命令"), ("Ctrl+K",)),
    ActionSpec("find_place", lambda: _("查找地点"), lambda: _("到左侧的筛选框"), ("Ctrl+F", "Ctrl+1")),
    ActionSpec("focus_map", lambda: _("转到地图"), lambda: _("让键盘操作地图"), ("Ctrl+2",)),
    ActionSpec("focus_details", lambda: _("转到详情"), lambda: _("让键盘操作右侧详情"), ("Ctrl+3",)),
    ActionSpec("language_zh", lambda: "中文", lambda: _("界面和地图用中文"), checkable=True),
    ActionSpec("language_en", lambda: "English", lambda: _("界面和地图用英文"), checkable=True),
    ActionSpec(
        "other_language", lambda: _("切换语言"), lambda: _("界面和地图换一种语言"), ("Ctrl+L",), Icon.LANGUAGE
    ),
    ActionSpec("back", lambda: _("后退"), lambda: _("上一个看过的地点"), ("Alt+Left",), Icon.BACK),
    ActionSpec("forward", lambda: _("前进"), lambda: _("下一个看过的地点"), ("Alt+Right",), Icon.FORWARD),
    ActionSpec(
        "next_candidate",
        lambda: _("下一个重叠要素"),
        lambda: _("同一位置的下一个要素（地图上按 Tab）"),
        ("F8",),
    ),
    ActionSpec(
        "previous_candidate",
        lambda: _("上一个重叠要素"),
        lambda: _("同一位置的上一个要素（地图上按 Shift+Tab）"),
        ("Shift+F8",),
    ),
    ActionSpec(
        "pin",
        lambda: _("加入比较"),
        lambda: _("把选中的地点固定到比较表，最多四个"),
        ("Ctrl+D",),
        checkable=True,
    ),
    ActionSpec(
        "analyse_summarize",
        lambda: _("汇总统计…"),
        lambda: _("按区县、市、省、功能区、格网或自己的面统计个数、合计、占比、区位商和集中度"),
        ("Alt+1",),
    ),
    ActionSpec(
        "analyse_near",
        lambda: _("周边与距离…"),
        lambda: _("一个地点周围多少公里内有什么，最近的港口、机场和平台在哪里"),
        ("Alt+2",),
    ),
    ActionSpec(
        "analyse_hotspots",
        lambda: _("识别集聚…"),
        lambda: _("在企业名单里找出集聚的地方，并与政策写明的集群对照"),
        ("Alt+3",),
    ),
    ActionSpec(
        "analyse_gaps",
        lambda: _("产业链缺口…"),
        lambda: _("把企业对到产业链环节，列出没有企业的环节和可以补链的地方"),
        ("Alt+4",),
    ),
    ActionSpec(
        "analyse_flows",
        lambda: _("流向…"),
        lambda: _("把“从哪里到哪里”的表画成带宽度的流向线"),
        ("Alt+5",),
    ),
    ActionSpec(
        "analyse_again",
        lambda: _("更新过时的结果"),
        lambda: _("输入已改变的分析结果，逐个用现在的数据重新计算；可以撤销"),
    ),
    ActionSpec("clear", lambda: _("清除选择"), lambda: _("不选任何地点"), ("Esc",), Icon.CLEAR),
    ActionSpec(
        "shortcuts",
        lambda: _("快捷键…"),
        lambda: _("列出键盘能做的一切"),
        ("F1", "?"),
    ),
    ActionSpec("findings", lambda: _("数据检查…"), lambda: _("列出载入数据时发现的问题")),
    ActionSpec(
        "about", lambda: _("关于…"), lambda: _("版本、数据来源和许可"), role=QAction.MenuRole.AboutRole
    ),
)

MENUS: tuple[MenuSpec, ...] = (
    MenuSpec(
        "file",
        lambda: _("文件(&F)"),
        ("new_project", "open_project", "recent_projects", "save_project", "save_project_as",
         "project_versions", "show_project_folder", "close_project", None, "open_data", "open_database", None,
         "import_documents", "import_folder", None, "export_map", "brief", "copy_map", "copy_place", None,
         "quit"),
    ),
    MenuSpec("edit", lambda: _("编辑(&E)"), ("undo", "redo")),
    MenuSpec(
        "view",
        lambda: _("视图(&V)"),
        ("layers_dock", "views_dock", "details_dock", None, "policy_dock", "chains_dock", "timeline_dock",
         "compare_dock", "crosscheck_dock", "library_dock", "reading_dock", "table_dock", "placing_dock",
         "analyses_dock", None, "fit_region", "basemap_menu", "toggle_online", "basemap_settings", None,
         "save_view", "previous_view", "next_view", None, "search", "find_place", "focus_map",
         "focus_details", None, "language_zh", "language_en"),
    ),
    MenuSpec(
        "selection",
        lambda: _("选择(&S)"),
        ("back", "forward", None, "next_candidate", "previous_candidate", None, "pin", "clear"),
    ),
    MenuSpec(
        "analysis",
        lambda: _("分析(&A)"),
        ("analyse_summarize", "analyse_near", "analyse_hotspots", "analyse_gaps", "analyse_flows", None,
         "analyse_again", "analyses_dock"),
    ),
    MenuSpec("help", lambda: _("帮助(&H)"), ("shortcuts", "findings", None, "about")),
)  # fmt: skip

TOOLBAR: tuple[str | None, ...] = (
    "back", "forward", None, "fit_region", "clear", None, "open_data", "export_map", None, "other_language",
)  # fmt: skip
