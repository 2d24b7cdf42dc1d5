"""A small card about one source: title, publisher, date, quality, and a link where there may be one."""

from __future__ import annotations

from qtpy.QtCore import QPoint, Qt, QUrl
from qtpy.QtGui import QDesktopServices, QGuiApplication
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from jjjmap.catalogue.models import Source
from jjjmap.catalogue.wording import date_text, quality_name
from jjjmap.i18n import Language, _

WIDTH_PX = 380

_BREAK = "\u200b"
"""Lets a long address break: labels break lines at spaces and between Chinese characters only."""


class SourceCard(QDialog):
    """The card. Esc or a click beside it closes it."""

    def __init__(
        self, source: Source, number: int | None, language: Language, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("source_card")
        heading = _("来源") if number is None else _("来源 [{n}]").format(n=number)
        self.setAccessibleName(heading)
        self._source = source
        self._language = language
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        title = self._line(source.title, "card_title")
        layout.addWidget(self._line(heading, "faint"))
        layout.addWidget(title)
        facts = [source.publisher, date_text(source.date, language), quality_name(source.quality)]
        layout.addWidget(self._line(" · ".join(fact for fact in facts if fact), "facts"))
        if source.supports and language is Language.ZH:
            layout.addWidget(self._line(_("取用内容：{text}").format(text=source.supports), "supports"))
        layout.addWidget(self._address_line(source.link or _("镜像、转载或没有网址，不提供链接。")))
        buttons = QDialogButtonBox(self)
        self.copy_button = QPushButton(_("复制出处"), self)
        self.copy_button.clicked.connect(self._copy)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        if source.link:
            open_button = QPushButton(_("在浏览器中打开"), self)
            open_button.setObjectName("open_button")
            open_button.setToolTip(_("离开本程序，用系统浏览器访问上面的网址"))
            open_button.clicked.connect(self._open)
            buttons.addButton(open_button, QDialogButtonBox.ButtonRole.ActionRole)
        layout.addWidget(buttons)
        # Lines wrap, so the height follows from the width; adjustSize alone would leave gaps.
        self.setFixedSize(WIDTH_PX, layout.totalHeightForWidth(WIDTH_PX))
        self.copy_button.setFocus()

    @classmethod
    def show_source(
        cls, source: Source, number: int | None, language: Language, parent: QWidget, where: QPoint
    ) -> SourceCard:
        """Show a card at a position on the screen, moved so that all of it can be seen."""
        card = cls(source, number, language, parent)
        screen = QGuiApplication.screenAt(where) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        x = min(max(where.x(), room.left()), room.right() - card.width())
        y = min(max(where.y(), room.top()), room.bottom() - card.height())
        card.move(x, y)
        card.show()
        return card

    def citation(self) -> str:
        """Return the source in one line, as a footnote has it."""
        source = self._source
        parts = (source.title, source.publisher, date_text(source.date, self._language), source.link)
        stop = "，" if self._language is Language.ZH else ", "
        return stop.join(part for part in parts if part)

    def texts(self) -> str:
        """Return all that the card says."""
        return "\n".join(label.text() for label in self.findChildren(QLabel)).replace(_BREAK, "")

    def _line(self, text: str, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setText(text)
        return label

    def _address_line(self, text: str) -> QLabel:
        label = self._line(text.replace("/", f"/{_BREAK}"), "faint")
        # Whoever selected it would copy the breaks; the button copies the address as it is.
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        return label

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.citation())
        self.close()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self._source.link, QUrl.ParsingMode.StrictMode))
        self.close()
