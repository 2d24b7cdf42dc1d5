"""The actions of the window in its menus and its toolbar, made from the table of what there is."""

from __future__ import annotations

import re

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from qtpy.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from jjjmap.i18n import Language, _
from jjjmap.ui.action_table import ACTIONS, MENUS, TOOLBAR
from jjjmap.ui.icons import icon

MOST_STEP_CHARS = 40
"""Of a step that can be taken back, in a menu."""


class Actions:
    """The actions of a window, by name, in its menus and its toolbar."""

    def __init__(
        self, window: QMainWindow, docks: dict[str, QAction], submenus: dict[str, QMenu] | None = None
    ) -> None:
        """Make all actions, menus and the toolbar.

        Parameters
        ----------
        window
            Gets them.
        docks
            Actions that show and hide docks, by the names that the table of menus uses.
        submenus
            Menus within menus, by the names that the table uses; whoever hands them in fills them.
        """
        self._by_name: dict[str, QAction] = {}
        self._docks = docks
        others = {**docks, **{name: menu.menuAction() for name, menu in (submenus or {}).items()}}
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
                    menu.addAction(others[entry] if entry in others else self[entry])
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
        mine = [(spec.name, spec.text()) for spec in ACTIONS if self[spec.name].isEnabled()]
        docks = [
            (name, _("显示或隐藏“{title}”").format(title=action.text()))
            for name, action in self._docks.items()
        ]
        return mine + docks

    def trigger(self, name: str) -> None:
        """Do what one of `commands` says."""
        (self._docks.get(name) or self[name]).trigger()

    def menus(self) -> list[tuple[str, list[QAction]]]:
        """Return the titles of the menus, without marks for the keyboard, and what stands in them."""
        return [
            (plain_title(menu.title()), [each for each in menu.actions() if not each.isSeparator()])
            for menu in self._menus.values()
        ]

    def show_steps(self, undo_title: str, redo_title: str) -> None:
        """Say what would be taken back and what done again; empty for nothing."""
        for name, title, text in (
            ("undo", undo_title, _("撤销：{step}")),
            ("redo", redo_title, _("重做：{step}")),
        ):
            action = self[name]
            action.setEnabled(bool(title))
            if title:
                # A layer may be called anything: "&" would become a mark for the keyboard.
                action.setText(text.format(step=_shortened(title)).replace("&", "&&"))
            else:
                action.setText(_("撤销") if name == "undo" else _("重做"))

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


def plain_title(title: str) -> str:
    """Return a title without the mark of its key: 文件(&F) is 文件, and &File is File."""
    bare = re.sub(r"\(&.\)", "", title)
    return re.sub(r"&(.)", r"\1", bare).rstrip("…")


def _shortened(title: str) -> str:
    return title if len(title) <= MOST_STEP_CHARS else f"{title[: MOST_STEP_CHARS - 1]}…"
