"""The status bar: where the pointer is, the view, what the map rests on, and what is running."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStatusBar, QToolButton, QWidget

from jjjmap.i18n import _
from jjjmap.session.tasks import Task
from jjjmap.ui.online_chip import OnlineChip
from jjjmap.ui.richtext import tooltip

MARKED_WIDTH_PX = 260
"""The most that the title of what is marked takes."""
PROJECT_WIDTH_PX = 220
"""The most that the name of a project takes."""
TASK_WIDTH_PX = 300
"""The most that the title of what is running takes."""
ROOMY_PX = 1280
"""A bar of this width has room for the pointer's position beside what is running."""
COORDINATE_CHARS = "000.0000°E  00.0000°N"


class StatusBar(QStatusBar):
    """Messages on the left; on the right what always holds."""

    findings_requested = Signal()
    cancel_requested = Signal()
    time_reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(6, 0, 10, 0)
        self._task: Task | None = None
        self._finding_count = 0
        self._zoom: float | None = None
        self._marked = ("", 0)
        self._moment = ""
        self.marked_label = QLabel(self)
        self.marked_label.setTextFormat(Qt.TextFormat.PlainText)
        self.marked_label.hide()
        self.addWidget(self.marked_label)
        self.time_button = QToolButton(self)
        self.time_button.setAutoRaise(True)
        self.time_button.clicked.connect(self.time_reset_requested)
        self.time_button.hide()
        self.findings_button = QToolButton(self)
        self.findings_button.setAutoRaise(True)
        self.findings_button.clicked.connect(self.findings_requested)
        self.findings_button.hide()
        self.project_button = QToolButton(self)
        self.project_button.setObjectName("project_chip")
        self.project_button.setAutoRaise(True)
        self.project_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.project_button.hide()
        self.offer_button = QPushButton(self)
        self.offer_button.hide()
        self.offer_button.clicked.connect(self._take_offer)
        self._offered: Callable[[], object] | None = None
        self.messageChanged.connect(self._withdraw_offer)
        self.messageChanged.connect(self._make_room)
        self.task_box = QWidget(self)
        self.task_label = QLabel(self.task_box)
        self.task_label.setTextFormat(Qt.TextFormat.PlainText)
        self.progress = QProgressBar(self.task_box)
        self.progress.setRange(0, 100)
        self.progress.setFixedWidth(120)
        self.cancel_button = QPushButton(self.task_box)
        self.cancel_button.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self.task_box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.task_label)
        row.addWidget(self.progress)
        row.addWidget(self.cancel_button)
        self.task_box.hide()
        self.pointer_label = QLabel(self)
        self.pointer_label.setMinimumWidth(self.fontMetrics().horizontalAdvance(COORDINATE_CHARS) + 8)
        self.pointer_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.zoom_label = QLabel(self)
        self.crs_label = QLabel("EPSG:4326", self)
        self.online_chip = OnlineChip(self)
        self.boundary_label = QLabel(self)
        for widget in (
            self.offer_button,
            self.project_button,
            self.time_button,
            self.findings_button,
            self.task_box,
            self.pointer_label,
            self.zoom_label,
            self.crs_label,
            self.online_chip,
            self.boundary_label,
        ):
            self.addPermanentWidget(widget)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.pointer_label.setAccessibleName(_("指针处的经纬度"))
        self.pointer_label.setToolTip(_("指针处的经纬度（WGS-84，度）"))
        self.crs_label.setToolTip(_("坐标为经纬度，WGS-84"))
        self.boundary_label.setText(_("边界：天地图 GS(2024)0650号 · 示意图"))
        self.boundary_label.setToolTip(_("边界经过裁剪和简化，不作为划界依据；详见“关于”"))
        self.cancel_button.setText(_("取消"))
        self.show_zoom(self._zoom)
        self.show_findings(self._finding_count)
        self.show_marked(*self._marked)
        self.show_moment(self._moment)
        if self._task is not None:
            self.show_task(self._task)

    def offer(self, message: str, offer: str, act: Callable[[], object]) -> None:
        """Show a message with a button beside it; it stays until the next message or a click."""
        self.showMessage(message)
        self._offered = act
        self.offer_button.setText(offer)
        self.offer_button.setVisible(True)

    @property
    def is_offering(self) -> bool:
        """Whether a message with a button is shown."""
        return self._offered is not None

    def show_project(self, text: str, more: str) -> None:
        """Show which project is open and how it stands; nothing for an empty text."""
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, PROJECT_WIDTH_PX)
        # In the text of a button "&" would become a mark for the keyboard.
        self.project_button.setText(shown.replace("&", "&&"))
        self.project_button.setToolTip(tooltip(f"{text}\n{more}"))
        self.project_button.setAccessibleName(_("项目：{name}").format(name=text))
        self.project_button.setVisible(bool(text))

    def show_pointer(self, lon: float, lat: float) -> None:
        """Show a position in degrees."""
        east, north = ("E" if lon >= 0 else "W"), ("N" if lat >= 0 else "S")
        self.pointer_label.setText(f"{abs(lon):.4f}°{east}  {abs(lat):.4f}°{north}")

    def show_zoom(self, zoom: float | None) -> None:
        """Show the zoom of the map; None while it is unknown."""
        self._zoom = zoom
        self.zoom_label.setText("" if zoom is None else _("缩放 {zoom}").format(zoom=f"{zoom:.1f}"))
        self.zoom_label.setVisible(zoom is not None)

    def show_marked(self, title: str, count: int) -> None:
        """Show what the marked places of the map have in common, and how many there are; nothing for none."""
        self._marked = (title, count)
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, MARKED_WIDTH_PX)
        self.marked_label.setText(_("已标出：{title}（{n} 处）· Esc 取消").format(title=shown, n=count))
        self.marked_label.setToolTip(tooltip(title))
        self._make_room(self.currentMessage())

    def show_moment(self, moment: str) -> None:
        """Show the year or month that the map is limited to, with a way out; nothing for an empty text."""
        self._moment = moment
        text = _("时间：{moment}").format(moment=moment)
        self.time_button.setText(f"{text} ✕")
        self.time_button.setAccessibleName(_("{time}，取消限制").format(time=text))
        self.time_button.setToolTip(_("地图只完整显示此时已有的地点；单击取消限制"))
        self.time_button.setVisible(bool(moment))

    def show_findings(self, count: int) -> None:
        """Show how many findings deserve a look; nothing if there are none."""
        self._finding_count = count
        self.findings_button.setVisible(count > 0)
        self.findings_button.setText(_("⚠ 数据问题 {n} 项").format(n=count))
        self.findings_button.setToolTip(_("看看是哪些数据有问题"))

    def show_task(self, task: Task | None) -> None:
        """Show what is running, with progress and a way to stop it; None for nothing."""
        if self._task is not None and self._task is not task:
            self._task.progressed.disconnect(self._show_share)
        if task is not None and task is not self._task:
            task.progressed.connect(self._show_share)
            self.progress.setValue(0)
            self.cancel_button.setEnabled(True)
        # In a narrow window all of it together would make the window wider.
        self.pointer_label.setVisible(task is None or self.width() >= ROOMY_PX)
        self._task = task
        self.task_box.setVisible(task is not None)
        if task is not None:
            # A file may be called anything: the window must not grow with it.
            shown = self.fontMetrics().elidedText(task.title, Qt.TextElideMode.ElideMiddle, TASK_WIDTH_PX)
            self.task_label.setText(shown)
            self.task_label.setToolTip(tooltip(task.title))
            self.progress.setAccessibleName(task.title)
            self.cancel_button.setAccessibleName(_("取消：{task}").format(task=task.title))

    def show_cancelling(self) -> None:
        """Show that the task was asked to stop."""
        self.cancel_button.setEnabled(False)
        self.task_label.setText(_("正在取消…"))

    def _take_offer(self) -> None:
        if self._offered is not None:
            self._offered()
        self.clearMessage()

    def _withdraw_offer(self, _message: str) -> None:
        # Comes before a new offer is made as well, since that shows its message first.
        self._offered = None
        self.offer_button.hide()

    def _make_room(self, message: str) -> None:
        # Messages are painted over the left side: Qt hides what stands there, unless it is shown meanwhile.
        self.marked_label.setVisible(self._marked[1] > 0 and not message)

    def _show_share(self, share: float) -> None:
        self.progress.setValue(round(share * 100))
