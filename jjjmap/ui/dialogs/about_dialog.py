"""What this program is, whose data it shows, and on what it runs."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from qtpy.QtCore import Qt, qVersion
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

import jjjmap
from jjjmap import binding
from jjjmap.i18n import _
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.ui.richtext import Markup, RichTextView, element, join

PACKAGES = (binding.API_NAME, "QtPy", "folium", "XStatic-Leaflet", "geopandas", "shapely")


class AboutDialog(QDialog):
    """The dialog."""

    def __init__(self, snapshot: MapSnapshot, attribution: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("关于本程序"))
        self.resize(560, 460)
        layout = QVBoxLayout(self)
        self.text = RichTextView(self)
        self.text.setAccessibleName(_("关于本程序"))
        self.text.show_markup(_about(len(snapshot.layers), attribution))
        layout.addWidget(self.text)
        buttons = QDialogButtonBox(self)
        close = buttons.addButton(_("关闭"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    @classmethod
    def show_about(cls, snapshot: MapSnapshot, attribution: str, parent: QWidget) -> AboutDialog:
        """Show the dialog beside the window."""
        dialog = cls(snapshot, attribution, parent)
        dialog.open()
        return dialog


def _about(layer_count: int, attribution: str) -> Markup:
    return join(
        (
            element(
                "h3",
                _("京津冀产业协同地图"),
                " ",
                element("span", f"jjjmap {jjjmap.__version__}", css="small"),
            ),
            element(
                "p",
                _(
                    "离线的桌面地图：京津冀的空间格局、承接平台、产业集群和港口机场，"
                    "每句话、每个数字都注明出处。"
                ),
            ),
            element(
                "p",
                _("完全离线：不联网，不收集任何信息。只有点“在浏览器中打开”时，系统浏览器才会访问该网址。"),
            ),
            element("h4", _("数据与许可")),
            *(element("p", part) for part in attribution.split("｜")),
            element("p", _("示意图：边界经过裁剪和简化，不作为划界依据；范围和点位按各自的把握程度绘制。")),
            element("p", _("政策摘要由本程序按来源编写，不是原文；以发布机关的文本为准。")),
            element("p", _("程序按 Apache-2.0 许可发布；数据的来源、许可和缺陷见 geodata/SOURCES.md。")),
            element("h4", _("运行环境")),
            *_about_browser(),
            element("p", _("{n} 个图层").format(n=layer_count), " · ", _versions(), css="small"),
        )
    )


def _about_browser() -> tuple[Markup, ...]:
    if binding.may_go_online():
        return ()
    said = _(
        "现在由备用的 {binding} 运行：它的浏览器内核是 2020 年的，所以地图始终离线，在线底图不可用。"
        "平时请用 PySide6。"
    )
    return (element("p", said.format(binding=binding.API_NAME)),)


def _versions() -> str:
    parts = [f"Python {platform.python_version()}", f"Qt {qVersion()}"]
    if chromium := binding.browser_version():
        parts.append(f"Chromium {chromium}")
    for package in PACKAGES:
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:  # A repackaged program may come without the lists of its packages.
            continue
    return " · ".join(parts)
