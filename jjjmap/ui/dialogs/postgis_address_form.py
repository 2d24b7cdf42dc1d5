"""The form for a database's address and password, as a part of the PostGIS dialog."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from jjjmap.errors import DatabaseUnusable
from jjjmap.i18n import _
from jjjmap.layers.opening.database_address import (
    DEFAULT_PORT,
    DEFAULT_SSL_MODE,
    SSL_MODES,
    DatabaseAddress,
    checked,
    is_database_url,
    parse_url,
)
from jjjmap.layers.opening.database_reasons import reason_sentence


class PostgisAddressForm(QWidget):
    """Fields for host, port, database, user and password; a URL pasted into the host fills them all."""

    connect_requested = Signal()
    changed = Signal()  # any field but the password
    trouble = Signal(str)  # a pasted URL that cannot be used, as a sentence

    def __init__(self, recent: Sequence[DatabaseAddress] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = {address.url: address for address in recent}
        self.host_box = QComboBox(self)
        self.host_box.setEditable(True)
        self.host_box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.host_box.addItems(list(self._recent))
        self.host_box.setCurrentIndex(-1)
        self.host_box.setAccessibleName(_("主机"))
        self.host_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        host_line = self.host_box.lineEdit()
        assert host_line is not None
        self._host_line = host_line
        host_line.setPlaceholderText(_("如 localhost；也可粘贴 postgresql:// 地址"))
        self.port_box = QSpinBox(self)
        self.port_box.setRange(1, 65535)
        self.port_box.setValue(DEFAULT_PORT)
        self.database_line = QLineEdit(self)
        self.user_line = QLineEdit(self)
        self.password_line = QLineEdit(self)
        self.password_line.setEchoMode(QLineEdit.EchoMode.Password)
        self.ssl_box = QComboBox(self)
        titles = {
            "disable": _("不加密"),
            "allow": _("服务器要求才加密"),
            "prefer": _("能加密就加密"),
            "require": _("必须加密"),
            "verify-ca": _("必须加密并核对证书"),
            "verify-full": _("必须加密，核对证书和主机名"),
        }
        for mode in SSL_MODES:
            self.ssl_box.addItem(titles[mode], mode)
        self.ssl_box.setCurrentIndex(SSL_MODES.index(DEFAULT_SSL_MODE))
        self.keep_box = QCheckBox(_("把密码存进系统的钥匙串"), self)
        self.connect_button = QPushButton(_("连接"), self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, column, title, field in (
            (0, 0, _("主机(&H)"), self.host_box),
            (0, 2, _("端口(&P)"), self.port_box),
            (1, 0, _("数据库(&D)"), self.database_line),
            (1, 2, _("加密(&E)"), self.ssl_box),
            (2, 0, _("用户(&U)"), self.user_line),
            (2, 2, _("密码(&W)"), self.password_line),
        ):
            label = QLabel(title, self)
            label.setBuddy(field)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1)
        grid.addWidget(self.keep_box, 3, 1)
        grid.addWidget(self.connect_button, 3, 3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        self.show_keyring(has_one=False)
        self.host_box.textActivated.connect(self._take_text)
        host_line.textChanged.connect(self._take_url)
        for line in (host_line, self.database_line, self.user_line):
            line.textEdited.connect(self.changed)
        self.port_box.valueChanged.connect(self.changed)
        self.ssl_box.currentIndexChanged.connect(self.changed)
        self.connect_button.clicked.connect(self.connect_requested)

    def address(self) -> DatabaseAddress:
        """Return what stands in the fields; raises DatabaseUnusable ``bad-address``."""
        return checked(
            DatabaseAddress(
                self._host_line.text().strip(),
                self.port_box.value(),
                self.database_line.text().strip(),
                self.user_line.text().strip(),
                str(self.ssl_box.currentData()),
            )
        )

    def password(self) -> str | None:
        """Return what was typed; None for nothing."""
        return self.password_line.text() or None

    def show_address(self, address: DatabaseAddress) -> None:
        """Fill the fields, all but the password."""
        self.host_box.setEditText(address.host)
        self.port_box.setValue(address.port)
        self.database_line.setText(address.database)
        self.user_line.setText(address.user)
        self.ssl_box.setCurrentIndex(SSL_MODES.index(address.ssl_mode))
        self.changed.emit()

    def show_keyring(self, *, has_one: bool) -> None:
        """Offer to keep the password, or say why that cannot be."""
        self.keep_box.setEnabled(has_one)
        if not has_one:
            self.keep_box.setChecked(False)
        self.keep_box.setToolTip(
            _("下次连接时不用再输入；密码不会写进项目、日志或导出的文件。")
            if has_one
            else _("这台电脑没有可用的钥匙串：密码只在程序运行期间记住，不写到任何地方。")
        )

    def _take_text(self, text: str) -> None:
        address = self._recent.get(text)
        if address is not None:
            self.show_address(address)

    def _take_url(self, text: str) -> None:
        # While a URL is being typed it is no URL yet: only one that is whole, as when it is pasted.
        if not is_database_url(text) or text.count("/") < 3 or text in self._recent:
            return
        try:
            url = parse_url(text)
        except DatabaseUnusable as exc:
            self.trouble.emit(reason_sentence(exc.reason, exc.detail))
            return
        self.show_address(url.address)
        if url.password is not None:
            self.password_line.setText(url.password)
