"""Colours that everybody can read: contrast as WCAG 2 reckons it, and a palette that keeps to it."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtGui import QColor, QPalette
from qtpy.QtWidgets import QApplication, QWidget

from jjjmap.ui.richtext import link_color

TEXT_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 (AA): text on its ground."""
SIGN_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11: pictures, edges and marks that carry meaning, on theirs."""
_STEPS = 100

_Role = QPalette.ColorRole
_GROUNDS = (_Role.Window, _Role.Base, _Role.AlternateBase)


def luminance(color: QColor) -> float:
    """Return the relative luminance of a colour, 0 for black, 1 for white."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(front: QColor, ground: QColor) -> float:
    """Return how well a colour stands out from its ground, 1 for not at all, 21 for black on white.

    What lets the ground shine through is mixed with it first.
    """
    share = front.alphaF()
    seen = _mixed(front, ground, share) if share < 1 else front
    lighter, darker = sorted((luminance(seen), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(palette: QPalette) -> QPalette:
    """Return a palette in which faint texts, links and marked rows can be read.

    Only these roles are set: with `QApplication.setPalette` all others go on following the desktop.
    """
    mended = QPalette(palette)
    grounds = [palette.color(role) for role in _GROUNDS]
    text = palette.color(_Role.Text)
    faint = palette.color(_Role.PlaceholderText)
    if not _stands_out(faint, grounds):
        mended.setColor(_Role.PlaceholderText, _faintest(text, grounds))
    if not _stands_out(palette.color(_Role.Link), grounds):
        mended.setColor(_Role.Link, link_color(palette))
    marked, on_marked = palette.color(_Role.Highlight), palette.color(_Role.HighlightedText)
    if contrast(on_marked, marked) < TEXT_CONTRAST:
        pole = QColor("black") if luminance(on_marked) > 0.5 else QColor("white")
        better = next(
            (
                tried
                for n in range(1, _STEPS + 1)
                if contrast(on_marked, tried := _mixed(pole, marked, n / _STEPS)) >= TEXT_CONTRAST
            ),
            pole,
        )
        # Rows stay marked, if in another shade, while the window is not the one in use.
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            mended.setColor(group, _Role.Highlight, better)
    return mended


def is_readable(palette: QPalette) -> bool:
    """Whether `readable` would change nothing."""
    grounds = [palette.color(role) for role in _GROUNDS]
    return (
        _stands_out(palette.color(_Role.PlaceholderText), grounds)
        and _stands_out(palette.color(_Role.Link), grounds)
        and contrast(palette.color(_Role.HighlightedText), palette.color(_Role.Highlight)) >= TEXT_CONTRAST
    )


def keep_readable() -> None:
    """Let the palette of the program be one that can be read."""
    if not is_readable(QApplication.palette()):
        QApplication.setPalette(readable(QApplication.palette()))


def refresh_colors(witness: QWidget) -> None:
    """Bring all widgets the palette of the program, if one of them shows that it did not get there.

    With a style sheet in use, widgets keep the colours that they were made with until it is set again.
    """
    ours, theirs = QApplication.palette(), witness.palette()
    app = QApplication.instance()
    if isinstance(app, QApplication) and any(ours.color(role) != theirs.color(role) for role in _GROUNDS):
        app.setStyleSheet(app.styleSheet())


def _stands_out(front: QColor, grounds: Iterable[QColor]) -> bool:
    return all(contrast(front, ground) >= TEXT_CONTRAST for ground in grounds)


def _faintest(text: QColor, grounds: list[QColor]) -> QColor:
    """Return the colour between text and ground that just stands out from all grounds."""
    for n in range(_STEPS // 2, _STEPS):
        tried = _mixed(text, grounds[0], n / _STEPS)
        if _stands_out(tried, grounds):
            return tried
    return text


def _mixed(front: QColor, ground: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        share * front.redF() + (1 - share) * ground.redF(),
        share * front.greenF() + (1 - share) * ground.greenF(),
        share * front.blueF() + (1 - share) * ground.blueF(),
    )
