"""Asks for what online basemaps need: a token, addresses of the user's own, and when to go online."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qtpy.QtCore import Qt
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.binding import is_alive
from jjjmap.errors import BasemapUnusable
from jjjmap.i18n import Language, _
from jjjmap.maps.basemap_reasons import reason_sentence
from jjjmap.maps.basemaps import TIANDITU_TOKEN, Basemap
from jjjmap.maps.tile_addresses import MAX_TOKEN_CHARS, checked_token
from jjjmap.session.online import OnlineBasemaps
from jjjmap.session.tasks import Cancelled, Progress, TaskRunner
from jjjmap.ui.dialogs.own_basemap_form import OwnBasemapForm

WIDTH_PX = 620


class BasemapDialog(QDialog):
    """The dialog. Nothing changes before it is accepted, but that tiles are removed when that is asked for.

    Parameters
    ----------
    online
        What is asked to change.
    tasks
        Look into the keyring, which may take its time.
    """

    def __init__(
        self, online: OnlineBasemaps, tasks: TaskRunner, language: Language, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("在线底图设置"))
        self._online = online
        self._tasks = tasks
        self._language = language
        self._keeps: set[str] = set()  # Accounts that have got a token here.
        self._forgets_token = False
        self.notes = _faint(
            _(
                "程序默认不联网。选了在线底图，才向该底图的服务器取当前画面的瓦片，服务器因此会知道您在看哪一带；"
                "您的数据、文档和所选的地点不会发出。导出的文件里没有在线底图。"
            ),
            self,
        )
        self.token_line = QLineEdit(self)
        self.token_line.setMaxLength(MAX_TOKEN_CHARS)
        self.token_line.setEchoMode(QLineEdit.EchoMode.Password)
        self.token_line.setPlaceholderText(_("从天地图网站申请，整段粘贴"))
        self.forget_button = QPushButton(_("删除已存的密钥"), self)
        self.forget_button.setAutoDefault(False)
        self.forget_button.hide()
        self.token_note = _faint(
            _(
                "密钥由您自己在 www.tianditu.gov.cn 注册后申请；只发给天地图，"
                "不写进设置、项目、日志或导出的文件。"
            ),
            self,
        )
        self.keep_box = QCheckBox(_("把密钥存进系统的钥匙串"), self)
        self.own_form = OwnBasemapForm(online.settings.own, self)
        self.start_box = QCheckBox(_("启动时在线（用上次选的在线底图）"), self)
        self.start_box.setChecked(online.settings.at_start)
        self.clear_button = QPushButton(_("清空瓦片缓存"), self)
        self.clear_button.setAutoDefault(False)
        self.publish_note = _faint(
            _(
                "OpenStreetMap 和自己的底图没有我国的审图号，边界画法可能与国家标准地图不同："
                "仅供内部参考，不要截图公开。高德、百度、腾讯的底图坐标有偏移，不能使用。"
            ),
            self,
        )
        self.status = QLabel(self)
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.hide()
        buttons = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(buttons, self)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(_("确定"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("取消"))
        self._lay_out()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.own_form.grown.connect(self._grow)
        self.forget_button.clicked.connect(lambda _checked=False: self._forget_token())
        self.clear_button.clicked.connect(lambda _checked=False: self._clear_cache())
        self._show_keyring(has_one=False)
        self._look_into_keyring()

    def begin_with_token(self, basemap: Basemap) -> None:
        """Say for which basemap a token is missing, and lead to its field."""
        self._tell(_("“{name}”要密钥，请先填写。").format(name=basemap.title(self._language)))
        if basemap.is_own:
            own = next(each for each in self.own_form.own if each.id == basemap.id)
            self.own_form.edit(own)
        else:
            self.token_line.setFocus()

    def has_token_for(self, basemap: Basemap) -> bool:
        """Whether a token for this basemap was typed here."""
        return basemap.token_account in self._keeps

    def accept(self) -> None:
        """Take everything over, unless something in the fields is wrong."""
        if self.own_form.is_begun and not self.own_form.add():
            return
        tokens = dict(self.own_form.tokens)
        typed = self.token_line.text().strip()
        if typed:
            try:
                tokens[TIANDITU_TOKEN] = checked_token(typed)
            except BasemapUnusable as exc:
                self._tell(reason_sentence(exc.reason, exc.detail))
                self.token_line.setFocus()
                return
        self._take_own()
        self._keep_tokens(tokens)
        self._online.set_at_start(self.start_box.isChecked())
        super().accept()

    def _take_own(self) -> None:
        online, wanted = self._online, self.own_form.own
        for gone in set(online.settings.own) - set(wanted):
            if gone.id not in {each.id for each in wanted}:
                online.remove_own(gone.id)
                self._aside(_("正在删除密钥"), partial(online.secrets.forget, gone.id))
        for own in wanted:
            if own not in online.settings.own:
                online.add_own(own)

    def _keep_tokens(self, tokens: dict[str, str]) -> None:
        online, secrets = self._online, self._online.secrets
        if self._forgets_token and TIANDITU_TOKEN not in tokens:
            if online.basemap is not None and online.basemap.token_account == TIANDITU_TOKEN:
                online.go_offline()
            self._aside(_("正在删除密钥"), lambda: secrets.forget(TIANDITU_TOKEN))
        for account, token in tokens.items():
            secrets.keep(account, token)  # In memory, at once; the keyring may take its time.
            self._keeps.add(account)
            if self.keep_box.isChecked():
                self._aside(
                    _("正在存入密钥"),
                    partial(secrets.keep, account, token, lasting=True),
                )

    def _aside(self, title: str, work: Callable[[], object]) -> None:
        """Do something with the keyring in another thread; `SecretRing` logs what fails."""

        def run(_progress: Progress, _cancelled: Cancelled) -> tuple[object]:
            return (work(),)

        self._tasks.start(title, run, on_success=_ignore, on_failure=_ignore)

    def _look_into_keyring(self) -> None:
        secrets = self._online.secrets

        def take(answer: tuple[bool, bool]) -> None:
            if not is_alive(self):
                return  # Closed meanwhile.
            has_ring, has_token = answer
            self._show_keyring(has_one=has_ring)
            self.forget_button.setVisible(has_token and not self._forgets_token)
            if has_token:
                self.token_line.setPlaceholderText(_("已有密钥；留空则不变"))

        def work(_progress: Progress, _cancelled: Cancelled) -> tuple[bool, bool]:
            return secrets.outlast(), secrets.find(TIANDITU_TOKEN) is not None

        self._tasks.start(_("正在查看钥匙串"), work, on_success=take, on_failure=_ignore)

    def _show_keyring(self, *, has_one: bool) -> None:
        self.keep_box.setEnabled(has_one)
        self.keep_box.setChecked(has_one)
        without = _("把密钥存进系统的钥匙串（这台电脑没有可用的）")
        self.keep_box.setText(_("把密钥存进系统的钥匙串") if has_one else without)
        self.keep_box.setToolTip(
            _("下次启动时不用再输入。")
            if has_one
            else _("这台电脑没有可用的钥匙串：密钥只在程序运行期间记住，不写到任何地方。")
        )

    def _forget_token(self) -> None:
        self._forgets_token = True
        self.forget_button.hide()
        self.token_line.setPlaceholderText(_("确定后删除已存的密钥"))

    def _clear_cache(self) -> None:
        self._online.cache_unwanted.emit()
        self.clear_button.setEnabled(False)
        self._tell(_("瓦片缓存已清空。"))

    def _tell(self, text: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self._grow()

    def _grow(self) -> None:
        """Make room for what appeared: texts that wrap do not claim their height by themselves."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    # An override of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with room for everything."""
        super().showEvent(event)
        self._grow()

    # How it is made.

    def _lay_out(self) -> None:
        self.setMinimumWidth(WIDTH_PX)
        layout = QVBoxLayout(self)
        layout.addWidget(self.notes)
        tianditu = QGroupBox(_("天地图"), self)
        grid = QGridLayout(tianditu)
        label = QLabel(_("密钥(&T)"), self)
        label.setBuddy(self.token_line)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.token_line, 0, 1)
        grid.addWidget(self.forget_button, 0, 2)
        grid.addWidget(self.token_note, 1, 1, 1, 2)
        layout.addWidget(tianditu)
        own = QGroupBox(_("自己的瓦片地址（XYZ 或 WMTS，Web 墨卡托）"), self)
        QVBoxLayout(own).addWidget(self.own_form)
        layout.addWidget(own)
        layout.addWidget(self.keep_box)
        row = QHBoxLayout()
        row.addWidget(self.start_box)
        row.addStretch(1)
        row.addWidget(self.clear_button)
        layout.addLayout(row)
        layout.addWidget(self.publish_note)
        layout.addWidget(self.status)
        layout.addWidget(self.buttons)


def _ignore(_answer: object) -> None:
    """Take what nobody waits for."""


def _faint(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("faint")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
