"""Menus and toolbar as a table: what there is, how it is called, and which keys it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from qtpy.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from jjjmap.i18n import Language, _
from jjjmap.ui.icons import Icon, icon

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
    ActionSpec("clear", lambda: _("清除选择"), lambda: _("不选任何地点"), ("Esc",), Icon.CLEAR),
    ActionSpec("findings", lambda: _("数据检查…"), lambda: _("列出载入数据时发现的问题")),
    ActionSpec(
        "about", lambda: _("关于…"), lambda: _("版本、数据来源和许可"), role=QAction.MenuRole.AboutRole
    ),
)

MENUS: tuple[MenuSpec, ...] = (
    MenuSpec(
        "file",
        lambda: _("文件(&F)"),
        ("open_data", "open_database", None, "import_documents", "import_folder", None, "export_map",
         "brief", "copy_map", "copy_place", None, "quit"),
    ),
    MenuSpec(
        "view",
        lambda: _("视图(&V)"),
        ("layers_dock", "details_dock", None, "policy_dock", "chains_dock", "timeline_dock", "compare_dock",
         "crosscheck_dock", "library_dock", "reading_dock", "table_dock", "placing_dock", None,
         "fit_region", None, "search", "find_place", "focus_map", "focus_details", None, "language_zh",
         "language_en"),
    ),
    MenuSpec(
        "selection",
        lambda: _("选择(&S)"),
        ("back", "forward", None, "next_candidate", "previous_candidate", None, "pin", "clear"),
    ),
    MenuSpec("help", lambda: _("帮助(&H)"), ("findings", None, "about")),
)  # fmt: skip

TOOLBAR: tuple[str | None, ...] = (
    "back", "forward", None, "fit_region", "clear", None, "open_data", "export_map", None, "other_language",
)  # fmt: skip


class Actions:
    """The actions of a window, by name, in its menus and its toolbar."""

    def __init__(self, window: QMainWindow, docks: dict[str, QAction]) -> None:
        """Make all actions, menus and the toolbar.

        Parameters
        ----------
        window
            Gets them.
        docks
            Actions that show and hide docks, by the names that the table of menus uses.
        """
        self._by_name: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(window)
            action.setObjectName(spec.name)
            action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.checkable)
            action.setMenuRole(spec.role)
            window.addAction(action)
            self._by_name[spec.name] = action
        languages = QActionGroup(window)
        for name in ("language_zh", "language_en"):
            languages.addAction(self[name])
        self._menus: dict[str, QMenu] = {}
        for menu_spec in MENUS:
            menu = window.menuBar().addMenu("")
            menu.setToolTipsVisible(True)
            self._menus[menu_spec.name] = menu
            for entry in menu_spec.entries:
                if entry is None:
                    menu.addSeparator()
                else:
                    menu.addAction(docks[entry] if entry in docks else self[entry])
        self.toolbar = QToolBar(window)
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setMovable(False)
        self.toolbar.setIconSize(QSize(18, 18))
        self.toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for entry in TOOLBAR:
            if entry is None:
                self.toolbar.addSeparator()
            else:
                self.toolbar.addAction(self[entry])
        window.addToolBar(self.toolbar)
        self.repaint(window.palette())

    def __getitem__(self, name: str) -> QAction:
        """Return an action by its name in the table."""
        return self._by_name[name]

    def add_at_the_end(self, widget: QWidget) -> None:
        """Put a widget at the far end of the toolbar."""
        spacer = QWidget(self.toolbar)
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.toolbar.addWidget(spacer)
        self.toolbar.addWidget(widget)

    def commands(self) -> list[tuple[str, str]]:
        """Return names and titles of what can be asked for now, in the language in use."""
        return [(spec.name, spec.text()) for spec in ACTIONS if self[spec.name].isEnabled()]

    def names(self) -> tuple[str, ...]:
        """Return the names of all actions."""
        return tuple(self._by_name)

    def repaint(self, palette: QPalette) -> None:
        """Paint the icons in the colours of a palette."""
        for spec in ACTIONS:
            if spec.icon is not None:
                self[spec.name].setIcon(icon(spec.icon, palette))

    def retranslate(self, language: Language) -> None:
        """Speak a language."""
        for spec in ACTIONS:
            action = self[spec.name]
            action.setText(spec.text())
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{spec.tip()} ({keys})" if keys else spec.tip())
        # The switch is written in the language that it leads to, so that whoever needs it can read it.
        self["other_language"].setText("English" if language is Language.ZH else "中文")
        self["other_language"].setToolTip(
            "Switch to English (Ctrl+L)" if language is Language.ZH else "切换到中文 (Ctrl+L)"
        )
        self["language_zh"].setChecked(language is Language.ZH)
        self["language_en"].setChecked(language is Language.EN)
        for menu_spec in MENUS:
            self._menus[menu_spec.name].setTitle(menu_spec.text())
        self.toolbar.setWindowTitle(_("工具栏"))
        self.toolbar.setAccessibleName(_("工具栏"))
