"""The one place where text becomes markup: names, passages and sources are data and stay text.

Whatever a view of the window shows as rich text is a `Markup`, and only `element` makes one: plain strings
among its children are escaped, so a value that looks like a tag is shown, not obeyed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import quote

from qtpy.QtCore import QEvent, Qt, QUrl, Signal
from qtpy.QtGui import QColor, QContextMenuEvent, QPalette
from qtpy.QtWidgets import QFrame, QTextBrowser, QWidget


class Markup:
    """HTML that is known to be ours."""

    __slots__ = ("html",)

    def __init__(self, trusted_html: str) -> None:
        self.html = trusted_html

    def __bool__(self) -> bool:
        return bool(self.html)

    def __add__(self, other: str | Markup) -> Markup:
        return Markup(self.html + _html_of(other))


NOTHING = Markup("")


def escape(text: str) -> str:
    """Return HTML that shows a text as it is."""
    return html.escape(text, quote=True)


def element(tag: str, *children: str | Markup, css: str = "", href: str = "") -> Markup:
    """Return an element around its children; strings among them are escaped."""
    attributes = "".join(
        f' {name}="{escape(value)}"' for name, value in (("class", css), ("href", href)) if value
    )
    return Markup(f"<{tag}{attributes}>{''.join(_html_of(child) for child in children)}</{tag}>")


def join(parts: Iterable[str | Markup], separator: str | Markup = "") -> Markup:
    """Return all parts in a row; strings are escaped."""
    return Markup(_html_of(separator).join(_html_of(part) for part in parts))


def link(scheme: str, target: str, *children: str | Markup, css: str = "") -> Markup:
    """Return a link that the window itself answers, e.g. ``place:xiongan``."""
    return element("a", *children, href=f"{scheme}:{quote(target, safe='')}", css=css)


def tooltip(text: str) -> str:
    """Return a tooltip that shows a text as it is: Qt would take one that looks like HTML for HTML."""
    return f"<qt>{escape(text)}</qt>" if text else ""


def _html_of(child: str | Markup) -> str:
    return child.html if isinstance(child, Markup) else escape(child)


class RichTextView(QTextBrowser):
    """Shows markup and tells which link was followed; it loads nothing, from the disk or from the net."""

    link_followed = Signal(str, str)  # scheme, target, e.g. "place", "xiongan"
    menu_opening = Signal(object)  # QMenu: whoever owns the view may add to it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._markup = NOTHING
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(12)
        self.anchorClicked.connect(self._follow)
        self._restyle()

    def show_markup(self, markup: Markup) -> None:
        """Show this from its beginning."""
        self._markup = markup
        self.setHtml(markup.html)

    def _follow(self, url: QUrl) -> None:
        self.link_followed.emit(url.scheme(), url.path(QUrl.ComponentFormattingOption.FullyDecoded))

    def _restyle(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text).name()
        accent = link_color(palette).name()
        faint = _mix(palette, 0.62)
        self.document().setDefaultStyleSheet(
            f"""
            p, li, h3, h4 {{ color: {text}; }}
            p {{ margin: 0 0 7px 0; line-height: 135%; }}
            h3 {{ margin: 12px 0 5px 0; font-size: large; }}
            h4 {{ margin: 10px 0 3px 0; font-size: medium; }}
            li {{ margin: 0 0 4px 0; line-height: 130%; }}
            a {{ color: {accent}; text-decoration: none; }}
            .faint {{ color: {faint}; }}
            .small {{ color: {faint}; font-size: small; }}
            .mark {{ font-size: small; }}
            td {{ padding: 2px 10px 3px 0; color: {text}; }}
            .label {{ color: {faint}; }}
            blockquote {{ margin: 4px 0 10px 10px; }}
            """
        )

    # Overrides of Qt.

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the usual menu, with what the owner of the view adds."""
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_opening.emit(menu)
        menu.popup(event.globalPos())
        self._menu = menu  # It has no other owner in PyQt5.

    def loadResource(self, resource_type: int, name: QUrl | str) -> None:
        """Load nothing: texts have no pictures and no style sheets of their own."""
        return None

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new palette, e.g. when the desktop turns dark."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._restyle()
            self.setHtml(self._markup.html)


def link_color(palette: QPalette) -> QColor:
    """Return a colour for links that reads well on the base of a palette; Qt's own is a glaring blue."""
    return QColor("#0b5cad" if palette.color(QPalette.ColorRole.Base).lightness() > 127 else "#7ab8ff")


def _mix(palette: QPalette, share: float) -> str:
    """Return a colour between base and text, readable on either in light and dark."""
    text = palette.color(QPalette.ColorRole.Text)
    base = palette.color(QPalette.ColorRole.Base)
    parts = (
        round(share * front + (1 - share) * back)
        for front, back in zip(
            (text.red(), text.green(), text.blue()), (base.red(), base.green(), base.blue()), strict=True
        )
    )
    return "#" + "".join(f"{part:02x}" for part in parts)
