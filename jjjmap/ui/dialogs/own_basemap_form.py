"""The form for tile addresses of the user's own, as a part of the dialog for online basemaps."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from jjjmap.errors import BasemapUnusable
from jjjmap.i18n import _
from jjjmap.maps.basemap_reasons import reason_sentence
from jjjmap.maps.basemaps import MAX_ZOOM
from jjjmap.maps.tile_addresses import (
    MAX_ADDRESS_CHARS,
    MAX_TOKEN_CHARS,
    checked_token,
    is_loopback,
    parse_tile_address,
)
from jjjmap.settings import MAX_OWN_BASEMAPS, OwnBasemap

LIST_HEIGHT_PX = 74
MAX_TITLE_CHARS = 60


class OwnBasemapForm(QWidget):
    """A list of the user's addresses, and fields for one more. Nothing is remembered here."""

    grown = Signal()  # something appeared that needs room

    def __init__(self, own: Sequence[OwnBasemap], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = list(own)
        self.tokens: dict[str, str] = {}
        """Tokens that were typed, by the id of their basemap."""
        self.list = QListWidget(self)
        self.list.setFixedHeight(LIST_HEIGHT_PX)
        self.list.setAccessibleName(_("自己的底图"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.remove_button = QPushButton(_("移除"), self)
        self.address_line = QLineEdit(self)
        self.address_line.setMaxLength(MAX_ADDRESS_CHARS)
        self.address_line.setPlaceholderText("https://…/{z}/{x}/{y}.png")
        self.title_line = QLineEdit(self)
        self.title_line.setMaxLength(MAX_TITLE_CHARS)
        self.title_line.setPlaceholderText(_("不填则用主机名"))
        self.token_line = QLineEdit(self)
        self.token_line.setMaxLength(MAX_TOKEN_CHARS)
        self.token_line.setEchoMode(QLineEdit.EchoMode.Password)
        self.token_line.setPlaceholderText(_("地址里有 {token} 时才用"))
        self.attribution_line = QLineEdit(self)
        self.attribution_line.setMaxLength(MAX_TITLE_CHARS * 2)
        self.attribution_line.setPlaceholderText(_("显示在地图下方，如 © 某某单位"))
        self.zoom_box = QSpinBox(self)
        self.zoom_box.setRange(1, MAX_ZOOM)
        self.zoom_box.setValue(18)
        self.http_box = QCheckBox(_("仍然使用没有加密的地址（http）"), self)
        self.http_box.hide()
        self.add_button = QPushButton(_("添加"), self)
        self.add_button.setAutoDefault(False)
        self.status = QLabel(self)
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.hide()
        self._lay_out()
        self._refill()
        self.list.currentRowChanged.connect(lambda row: self.remove_button.setEnabled(row >= 0))
        self.remove_button.clicked.connect(lambda _checked=False: self._remove())
        self.add_button.clicked.connect(lambda _checked=False: self.add())
        self.address_line.textChanged.connect(self._look_at)

    @property
    def own(self) -> tuple[OwnBasemap, ...]:
        """The list as it stands."""
        return tuple(self._own)

    @property
    def is_begun(self) -> bool:
        """Whether there is an address in the fields that was not added yet."""
        return bool(self.address_line.text().strip())

    def add(self) -> bool:
        """Add what stands in the fields; say what is wrong with it otherwise, and return False."""
        try:
            address = parse_tile_address(self.address_line.text(), plain_http=self.http_box.isChecked())
            typed = self.token_line.text().strip()
            token = checked_token(typed) if typed else address.token
        except BasemapUnusable as exc:
            self._tell(reason_sentence(exc.reason, exc.detail))
            return False
        others = [each for each in self._own if each.id != address.id]
        if len(others) >= MAX_OWN_BASEMAPS:
            self._tell(reason_sentence("too-many-own", str(MAX_OWN_BASEMAPS)))
            return False
        host = urlsplit(address.template.replace("{s}", "s")).hostname or ""
        title = self.title_line.text().strip() or host
        attribution = self.attribution_line.text().strip() or _("底图：{host}").format(host=host)
        self._own = [
            *others,
            OwnBasemap(
                address.id,
                title,
                address.text,
                attribution,
                self.zoom_box.value(),
                address.is_plain_http and self.http_box.isChecked(),
            ),
        ]
        if token and "{token}" in address.template:
            self.tokens[address.id] = token
        for line in (self.address_line, self.title_line, self.token_line, self.attribution_line):
            line.clear()
        self.http_box.setChecked(False)
        self._refill()
        self.list.setCurrentRow(self.list.count() - 1)
        self._tell("")
        return True

    def edit(self, own: OwnBasemap) -> None:
        """Put one of the list into the fields, to be added once more with a token."""
        self.address_line.setText(own.template)
        self.title_line.setText(own.title)
        self.attribution_line.setText(own.attribution)
        self.zoom_box.setValue(own.max_zoom)
        self.http_box.setChecked(own.plain_http)
        self.token_line.setFocus()

    def _remove(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._own):
            gone = self._own.pop(row)
            self.tokens.pop(gone.id, None)
            self._refill()

    def _refill(self) -> None:
        self.list.clear()
        for each in self._own:
            item = QListWidgetItem(f"{each.title}  ·  {each.template}", self.list)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{each.title}, {each.template}")
        self.list.setVisible(bool(self._own))
        self.remove_button.setVisible(bool(self._own))
        self.remove_button.setEnabled(False)
        self.grown.emit()

    def _look_at(self, text: str) -> None:
        """Move a secret that was pasted with the address to where nobody reads it, and ask about http."""
        self._tell("")
        parts = urlsplit(text.strip()) if text.strip().startswith("http://") else None
        try:
            is_bare = parts is not None and bool(parts.hostname) and not is_loopback(parts.hostname or "")
        except ValueError:
            is_bare = False
        self.http_box.setVisible(is_bare)
        self.grown.emit()
        try:
            address = parse_tile_address(text, plain_http=True)
        except BasemapUnusable:
            return  # It is still being typed; `add` says what is wrong.
        if address.token:
            self.token_line.setText(address.token)
            self.address_line.setText(address.text)
            self.address_line.setCursorPosition(0)

    def _tell(self, text: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self.grown.emit()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row)
        form = QFormLayout()
        for title, field in (
            (_("地址(&A)"), self.address_line),
            (_("名称(&N)"), self.title_line),
            (_("密钥(&K)"), self.token_line),
            (_("出处(&S)"), self.attribution_line),
        ):
            form.addRow(title, field)
        last = QHBoxLayout()
        last.addWidget(self.zoom_box)
        last.addWidget(self.http_box)
        last.addStretch(1)
        last.addWidget(self.add_button)
        form.addRow(_("最大级别(&Z)"), last)
        label = form.labelForField(last)
        if isinstance(label, QLabel):
            label.setBuddy(self.zoom_box)
        self.zoom_box.setAccessibleName(_("最大级别"))
        layout.addLayout(form)
        layout.addWidget(self.status)
