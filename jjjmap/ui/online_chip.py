"""The chip in the status bar that says whether the program is online, and lets the user change it."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QToolButton, QWidget

from jjjmap.i18n import _
from jjjmap.maps.basemap_reasons import reason_sentence
from jjjmap.ui.richtext import tooltip

TITLE_WIDTH_PX = 150
"""The most that the name of a basemap takes."""


class OnlineChip(QToolButton):
    """Says 离线 or 在线, with what; a click opens the menu it is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.show_offline()

    def show_offline(self, *, may_change: bool = True) -> None:
        """Say that nothing leaves the program."""
        more = _("单击可以选在线底图") if may_change else _("这个运行环境不提供在线底图")
        self._say(_("离线"), _("程序不访问网络"), more)

    def show_online(self, title: str, hosts: str, requests: int, spared: int) -> None:
        """Say whose tiles are fetched, and how many requests have left the program since it began."""
        counts = _("本次启动以来发出 {n} 个请求，另有 {m} 块瓦片取自本机缓存").format(n=requests, m=spared)
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, TITLE_WIDTH_PX)
        self._say(
            _("● 在线：{title}").format(title=shown.replace("&", "&&")),
            _("只向 {hosts} 取底图瓦片").format(hosts=hosts),
            counts,
        )

    def show_trouble(self, title: str, reason: str, host: str) -> None:
        """Say why there are no tiles, and that our own ground is shown meanwhile."""
        self._say(
            _("⚠ 在线底图不可用"),
            _("“{title}”：{why}").format(title=title, why=reason_sentence(reason, host)),
            _("已换回自带的底图；单击可以重试"),
        )

    def _say(self, text: str, what: str, more: str) -> None:
        self.setText(text)
        self.setToolTip(tooltip(f"{what}\n{more}"))
        self.setAccessibleName(_("网络：{state}").format(state=text.lstrip("●⚠ ").replace("&&", "&")))
        self.setAccessibleDescription(f"{what}\n{more}")
