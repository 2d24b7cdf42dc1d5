"""Online basemaps in the window: menu and chip, what the map is told, and what the user is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal
from qtpy.QtGui import QAction, QActionGroup
from qtpy.QtWidgets import QMenu, QWidget

from jjjmap.i18n import _
from jjjmap.maps.basemap_reasons import reason_sentence
from jjjmap.maps.basemaps import shown_tiles
from jjjmap.maps.bridge import ShowBasemap
from jjjmap.session.session import Session
from jjjmap.ui.map_teller import MapWidget
from jjjmap.ui.online_chip import OnlineChip

if TYPE_CHECKING:
    from jjjmap.ui.dialogs.basemap_dialog import BasemapDialog


class OnlineMaps(QObject):
    """Shows what `OnlineBasemaps` says, and asks it to change.

    Parameters
    ----------
    window
        Gets menu and dialogs.
    session
        What is open.
    map_view
        Is told what lies under the map.
    chip
        Says whether the program is online; it gets the menu as well.
    """

    told = Signal(str)  # a sentence for the status bar

    def __init__(self, window: QWidget, session: Session, map_view: MapWidget, chip: OnlineChip) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._online = session.online
        self._map = map_view
        self._chip = chip
        self._told_trouble = ("", "")
        self._is_started = False
        self._last_call = ShowBasemap()  # A page that is told nothing has our own ground.
        self.menu = QMenu(window)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill_menu)
        if self._online.may_go_online:
            chip.setMenu(self.menu)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.menu.setTitle(_("底图(&B)"))
        self._fill_menu()
        self.show()

    def remind(self) -> None:
        """Tell a page that was loaded anew what lies under it; at the first, go online if that is wanted."""
        if not self._is_started:
            self._is_started = True
            self._online.start()
        if self._online.is_shown:
            self._map.send(self._last_call)

    def show(self) -> None:
        """Show what is online, or why nothing is."""
        self._tell_map()
        self.show_counts()
        trouble = self._online.trouble
        if trouble[0] and trouble != self._told_trouble:
            self.told.emit(reason_sentence(*trouble))
        self._told_trouble = trouble

    def show_counts(self) -> None:
        """Show how much was fetched."""
        online, basemap = self._online, self._online.basemap
        if basemap is None:
            self._chip.show_offline(may_change=online.may_go_online)
            return
        title = basemap.title(self._session.workspace.language)
        if online.trouble[0]:
            self._chip.show_trouble(title, *online.trouble)
        else:
            self._chip.show_online(title, ", ".join(basemap.hosts()), online.requests, online.spared)

    def toggle(self) -> None:
        """Go online or offline."""
        if self._online.may_go_online:
            self._online.toggle()
        else:
            self.told.emit(_("这个运行环境不提供在线底图：它的浏览器太旧，不宜显示网上来的内容。"))

    def ask_settings(self) -> None:
        """Let the user set tokens, addresses, and whether to begin online."""
        if not self._online.may_go_online:
            self.toggle()
            return
        dialog = self._dialog()
        is_accepted, basemap = dialog.exec(), self._online.basemap
        if is_accepted and basemap is not None and dialog.has_token_for(basemap):
            # Its servers are to see the new token, not the old one until the next start.
            self._online.retry()
        dialog.deleteLater()

    def ask_token(self, basemap_id: str) -> None:
        """Ask for the token of a basemap; go online with it once it is there."""
        basemap = self._online.find(basemap_id)
        if basemap is None:
            return
        dialog = self._dialog()
        dialog.begin_with_token(basemap)
        if dialog.exec() and dialog.has_token_for(basemap):
            self._online.go_online(basemap_id)
        dialog.deleteLater()

    def _dialog(self) -> BasemapDialog:
        from jjjmap.ui.dialogs.basemap_dialog import BasemapDialog

        return BasemapDialog(
            self._online, self._session.tasks, self._session.workspace.language, self._window
        )

    def _tell_map(self) -> None:
        served, call = self._online.served, ShowBasemap()
        if served is not None and self._online.is_shown:
            attribution = served.basemap.attribution(self._session.workspace.language)
            call = ShowBasemap(shown_tiles(served), attribution)
        if call != self._last_call:
            self._last_call = call
            self._map.send(call)

    def _fill_menu(self) -> None:
        online, language = self._online, self._session.workspace.language
        menu = self.menu
        menu.clear()
        if not online.may_go_online:
            action = menu.addAction(_("这个运行环境不提供在线底图"))
            action.setEnabled(False)
            return
        group = QActionGroup(menu)
        self._add(group, _("自带的底图（离线）"), online.basemap is None, online.go_offline)
        menu.addSeparator()
        for basemap in online.basemaps():
            # In the text of an action "&" would become a mark for the keyboard.
            action = self._add(
                group,
                basemap.title(language).replace("&", "&&"),
                online.basemap is not None and online.basemap.id == basemap.id,
                partial(online.go_online, basemap.id),
            )
            tips = [_("联网，只向 {hosts} 取瓦片").format(hosts=", ".join(basemap.hosts()))]
            if basemap.token_account:
                tips.append(_("要自己的密钥"))
            action.setToolTip("\n".join(tips))
        menu.addSeparator()
        if online.trouble[0]:
            menu.addAction(_("重试")).triggered.connect(lambda _checked=False: online.retry())
        names = menu.addAction(_("放大后显示底图自带的路名和地名"))
        names.setCheckable(True)
        names.setChecked(online.settings.names)
        names.triggered.connect(online.set_names)
        menu.addAction(_("在线底图设置…")).triggered.connect(lambda _checked=False: self.ask_settings())

    def _add(self, group: QActionGroup, text: str, is_on: bool, choose: Callable[[], object]) -> QAction:
        action = self.menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(is_on)
        group.addAction(action)
        action.triggered.connect(lambda _checked=False: choose())
        return action
