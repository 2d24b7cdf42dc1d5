"""The timeline dock: what happened when, what was counted that year, and which places were still to come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qtpy.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.session.selection import Selection
from jjjmap.session.timeline import MONTHS, Timeline, TimeUnit
from jjjmap.session.workspace import Workspace
from jjjmap.ui.following_panel import FollowingPanel
from jjjmap.ui.media_icons import MediaIcon, media_icon
from jjjmap.ui.richtext import RichTextView
from jjjmap.ui.source_marks import SourceMarks
from jjjmap.ui.time_slider import Tick, TimeSlider
from jjjmap.ui.timeline_texts import TimelineTexts, moment_text
from jjjmap.ui.turning_splitter import TurningSplitter


class TimelinePanel(FollowingPanel):
    """Shows the moment that `Timeline` holds and asks it to move."""

    place_requested = Signal(str)  # place id, from a link

    def __init__(
        self,
        workspace: Workspace,
        timeline: Timeline,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(selection, parent)
        self._workspace = workspace
        self._timeline = timeline
        self._marks: dict[RichTextView, SourceMarks] = {}
        self.first_button = self._button(lambda: timeline.go_to(0))
        self.back_button = self._button(lambda: timeline.step(-1))
        self.play_button = self._button(timeline.toggle_playing)
        self.on_button = self._button(lambda: timeline.step(1))
        self.last_button = self._button(lambda: timeline.go_to(timeline.position_count - 1))
        self.moment_label = QLabel(self)
        self.moment_label.setObjectName("card_title")
        self.moment_label.setTextFormat(Qt.TextFormat.PlainText)
        self.unit_box = QComboBox(self)
        self.unit_box.addItem("", TimeUnit.YEAR)
        self.unit_box.addItem("", TimeUnit.MONTH)
        self.unit_box.activated.connect(self._choose_unit)
        self.reset_button = QToolButton(self)
        self.reset_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.reset_button.clicked.connect(timeline.reset)
        self.slider = TimeSlider(self._tell, self)
        self.slider.valueChanged.connect(self._go)
        self.slider.play_requested.connect(timeline.toggle_playing)
        self.events_view = RichTextView(self)
        self.figures_view = RichTextView(self)
        for view in (self.events_view, self.figures_view):
            view.link_followed.connect(partial(self._follow, view))
        self.note_label = QLabel(self)
        self.note_label.setObjectName("faint")
        self.note_label.setTextFormat(Qt.TextFormat.PlainText)
        self.note_label.setWordWrap(True)
        self._lay_out()
        self.setFocusProxy(self.slider)
        timeline.moment_changed.connect(self._show_moment)
        timeline.unit_changed.connect(self._show_unit)
        timeline.playing_changed.connect(self._show_playing)
        self._paint_icons()
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        self.unit_box.setItemText(0, _("按年"))
        self.unit_box.setItemText(1, _("按月"))
        self.unit_box.setAccessibleName(_("每步的长短"))
        self.reset_button.setText(_("不限时间"))
        self.reset_button.setToolTip(_("图上全部地点同样显示"))
        self.slider.setAccessibleName(_("时间轴"))
        self.slider.setAccessibleDescription(_("左右方向键移动一步，空格播放或暂停"))
        self.events_view.setAccessibleName(_("大事与目标年"))
        self.figures_view.setAccessibleName(_("当年的数据"))
        for button, name, key in (
            (self.first_button, _("到开头"), "Home"),
            (self.back_button, _("退一步"), "←"),
            (self.on_button, _("进一步"), "→"),
            (self.last_button, _("到末尾"), "End"),
        ):
            button.setAccessibleName(name)
            button.setToolTip(f"{name}（{key}）")
        self._show_playing(self._timeline.is_playing)
        if self._is_filled:
            self._show_moment()

    # How the panel is made.

    def _button(self, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 0)
        top.setSpacing(1)
        for button in (
            self.first_button,
            self.back_button,
            self.play_button,
            self.on_button,
            self.last_button,
        ):
            top.addWidget(button)
        top.addSpacing(8)
        top.addWidget(self.moment_label, 1)
        top.addWidget(self.unit_box)
        top.addSpacing(4)
        top.addWidget(self.reset_button)
        self.splitter = TurningSplitter((self.events_view, self.figures_view), (6, 5), self)
        footer = QFrame(self)
        footer.setObjectName("layer_footer")
        row = QHBoxLayout(footer)
        row.setContentsMargins(10, 2, 10, 3)
        row.addWidget(self.note_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.slider)
        column.addWidget(self.splitter, 1)
        column.addWidget(footer)

    def _paint_icons(self) -> None:
        palette = self.palette()
        is_playing = self._timeline.is_playing
        for button, picture in (
            (self.first_button, MediaIcon.FIRST),
            (self.back_button, MediaIcon.BACK),
            (self.play_button, MediaIcon.PAUSE if is_playing else MediaIcon.PLAY),
            (self.on_button, MediaIcon.ON),
            (self.last_button, MediaIcon.LAST),
        ):
            button.setIcon(media_icon(picture, palette))

    # What is shown.

    def _fill_once(self) -> None:
        self._show_unit()
        self._show_moment()

    def _follow_place(self) -> None:
        self._write(figures_only=True)

    def _show_unit(self) -> None:
        """Lay the ticks out; a slot for `Timeline.unit_changed`."""
        if not self._is_filled:
            return
        timeline = self._timeline
        ticks = []
        for position in range(timeline.position_count):
            moment = timeline.moment_at(position)
            begins = moment.month in (None, 1)
            ticks.append(Tick(*timeline.chronology.count(moment), str(moment.year) if begins else ""))
        with QSignalBlocker(self.slider):
            self.slider.show_ticks(ticks)
            self.slider.setPageStep(MONTHS if timeline.unit is TimeUnit.MONTH else 5)
            self.slider.setValue(timeline.position)
        self.unit_box.setCurrentIndex(self.unit_box.findData(timeline.unit))

    def _show_moment(self) -> None:
        """Show another moment; a slot for `Timeline.moment_changed`."""
        if not self._is_filled:
            return
        timeline = self._timeline
        with QSignalBlocker(self.slider):
            self.slider.setValue(timeline.position)
        self.slider.update()
        self.moment_label.setText(moment_text(timeline.moment, self._workspace.language))
        self.reset_button.setEnabled(timeline.moment is not None)
        undated = _("{n} 个地点没有成立时间，不随时间变淡；集群按列入名单的年份。").format(
            n=timeline.chronology.undated_count
        )
        if timeline.moment is None:
            self.note_label.setText(undated)
        else:
            dimmed = _("{n} 个地点此时尚未设立或尚未列入名单，图上变淡。").format(n=len(timeline.dimmed_ids))
            self.note_label.setText(f"{dimmed} {undated}")
        self._write()

    def _show_playing(self, is_playing: bool) -> None:
        name = _("暂停") if is_playing else _("播放")
        self.play_button.setAccessibleName(name)
        self.play_button.setToolTip(_("{name}（空格）").format(name=name))
        self._paint_icons()

    def _write(self, *, figures_only: bool = False) -> None:
        texts = TimelineTexts(
            self._workspace.catalogue,
            self._timeline.chronology,
            self._timeline.moment,
            self._selection.place_id,
            self._workspace.language,
        )
        self._marks = {self.events_view: texts.event_marks, self.figures_view: texts.figure_marks}
        if not figures_only:
            self.events_view.show_markup(texts.events())
        self.figures_view.show_markup(texts.figures())

    def _tell(self, position: int) -> str:
        moment = self._timeline.moment_at(position)
        happened, aimed_at = self._timeline.chronology.count(moment)
        return _("{moment}：大事 {n} 件，目标 {targets} 项").format(
            moment=moment_text(moment, self._workspace.language), n=happened, targets=aimed_at
        )

    # What the user does.

    def _go(self, position: int) -> None:
        self._timeline.pause()
        self._timeline.go_to(position)

    def _choose_unit(self, index: int) -> None:
        self._timeline.set_unit(TimeUnit(self.unit_box.itemData(index)))

    def _follow(self, view: RichTextView, scheme: str, target: str) -> None:
        if scheme == "source":
            self._marks[view].show_card(self._workspace.catalogue, target, self._workspace.language, self)
        elif scheme == "place" and self._workspace.knows(target):
            self.place_requested.emit(target)

    # Overrides of Qt.

    def changeEvent(self, event: QEvent) -> None:
        """Paint the signs anew when the desktop turns dark or light."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icons()
