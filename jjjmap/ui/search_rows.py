"""Paints the rows of the search list: two lines each, what was looked for in bold."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from qtpy.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from qtpy.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from jjjmap.catalogue.hits import Hit
from jjjmap.catalogue.matching import Span
from jjjmap.ui.models.search_model import Role, RowType
from jjjmap.ui.richtext import link_color

Index = QModelIndex | QPersistentModelIndex

SIDE_PX = 10
GAP_PX = 12
LINE_GAP_PX = 2
PADDING_PX = 5
WHERE_SHARE = 0.42
"""The most of a line's width that may go to where a hit belongs."""
_ELLIPSIS = "…"
_LEAD_CHARS = 6
"""What is kept before the first match when a text is cut at its beginning."""


class SearchRowDelegate(QStyledItemDelegate):
    """Paints headings, hits, offers and notes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._width_px = 400

    def set_width(self, width_px: int) -> None:
        """Set how wide rows are: notes wrap."""
        self._width_px = width_px

    # Overrides of Qt.

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row; the width is that of the list."""
        line = option.fontMetrics.height()
        match index.data(Role.TYPE):
            case RowType.HIT:
                hit: Hit = index.data(Role.HIT)
                small = QFontMetrics(_small(option.font)).height()
                height = line + (small + LINE_GAP_PX if hit.text else 0) + 2 * PADDING_PX
            case RowType.NOTE:
                box = QRect(0, 0, self._width_px - 2 * SIDE_PX, 10_000)
                flags = int(Qt.TextFlag.TextWordWrap)
                text = str(index.data())
                height = option.fontMetrics.boundingRect(box, flags, text).height() + 4 * PADDING_PX
            case RowType.HEADING:
                height = line + 2 * PADDING_PX + 2
            case _other:
                height = line + 2 * PADDING_PX
        return QSize(self._width_px, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        painter.save()
        palette = option.palette
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen:
            painter.fillRect(
                option.rect, palette.brush(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
            )
        ink = palette.color(
            QPalette.ColorGroup.Active,
            QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text,
        )
        faint = QColor(ink)
        faint.setAlphaF(0.66)
        accent = ink if is_chosen else link_color(palette)
        box = option.rect.adjusted(SIDE_PX, PADDING_PX, -SIDE_PX, -PADDING_PX)
        match index.data(Role.TYPE):
            case RowType.HEADING:
                self._paint_heading(painter, option, index, faint)
            case RowType.HIT:
                _HitPainter(painter, option.font, ink, faint, accent).paint(box, index.data(Role.HIT))
            case RowType.MORE:
                painter.setFont(option.font)
                painter.setPen(accent)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
            case RowType.NOTE:
                painter.setFont(option.font)
                painter.setPen(faint)
                painter.drawText(
                    option.rect.adjusted(SIDE_PX, 2 * PADDING_PX, -SIDE_PX, 0),
                    int(Qt.TextFlag.TextWordWrap),
                    str(index.data()),
                )
        painter.restore()

    @staticmethod
    def _paint_heading(painter: QPainter, option: QStyleOptionViewItem, index: Index, faint: QColor) -> None:
        font = QFont(option.font)
        font.setBold(True)
        box = option.rect.adjusted(SIDE_PX, PADDING_PX, -SIDE_PX, -PADDING_PX)
        if index.row():
            line = QColor(faint)
            line.setAlphaF(0.25)
            painter.setPen(line)
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
        painter.setPen(faint)
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.setFont(option.font)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, index.data(Role.COUNT)
        )


class _HitPainter:
    """Paints one hit: title and where it belongs on the first line, the text on the second."""

    def __init__(self, painter: QPainter, font: QFont, ink: QColor, faint: QColor, accent: QColor) -> None:
        self._painter = painter
        self._font = font
        self._small = _small(font)
        self._ink = ink
        self._faint = faint
        self._accent = accent

    def paint(self, box: QRect, hit: Hit) -> None:
        line_px = QFontMetrics(self._font).height()
        title_px = _width(hit.title, hit.title_spans, self._font)
        where_px = _width(hit.where, hit.where_spans, self._small)
        room = box.width() - (GAP_PX if hit.where else 0)
        # Where it belongs gives way to the title, down to its share.
        where_room = min(where_px, max(room - title_px, room * WHERE_SHARE)) if hit.where else 0.0
        self._line(
            hit.title, hit.title_spans, self._font, self._ink, box.left(), box.top(), room - where_room
        )
        if hit.where:
            where, spans, width = fitted(hit.where, hit.where_spans, self._small, where_room)
            down = QFontMetrics(self._font).ascent() - QFontMetrics(self._small).ascent()
            self._draw(where, spans, self._small, self._faint, box.right() + 1 - width, box.top() + down)
        if hit.text:
            top = box.top() + line_px + LINE_GAP_PX
            self._line(hit.text, hit.text_spans, self._small, self._faint, box.left(), top, box.width())

    def _line(
        self, text: str, spans: Sequence[Span], font: QFont, ink: QColor, x: float, y: float, room: float
    ) -> None:
        shown, marked, _width = fitted(text, spans, font, room)
        self._draw(shown, marked, font, ink, x, y)

    def _draw(self, text: str, spans: Sequence[Span], font: QFont, ink: QColor, x: float, y: float) -> None:
        self._painter.setPen(ink)
        _layout(text, spans, font, ink, self._accent).draw(self._painter, QPointF(x, y))


def fitted(
    text: str, spans: Sequence[Span], font: QFont, room_px: float
) -> tuple[str, tuple[Span, ...], float]:
    """Return as much of a text as there is room for, with its spans and its width in pixels.

    What was looked for stays in sight: a text is cut at its beginning as well if need be.
    """
    if _width(text, spans, font) <= room_px:
        return text, tuple(spans), _width(text, spans, font)
    if spans and _width(text[: spans[0][1]] + _ELLIPSIS, spans, font) > room_px:
        start = max(spans[0][0] - _LEAD_CHARS, 0)
        if start:
            shift = start - len(_ELLIPSIS)
            text = _ELLIPSIS + text[start:]
            spans = [(a - shift, b - shift) for a, b in spans]
    layout = _layout(text, spans, font, QColor(), QColor())
    line = layout.lineAt(0)
    if layout.maximumWidth() > room_px:
        most_px = room_px - QFontMetrics(font).horizontalAdvance(_ELLIPSIS)
        cut = line.xToCursor(most_px)
        while cut > 0 and _width(text[:cut], spans, font) > most_px:  # The cursor goes to the nearer side.
            cut -= 1
        text = text[:cut].rstrip() + _ELLIPSIS
        spans = [(a, min(b, cut)) for a, b in spans if a < cut]
    return text, tuple(spans), _width(text, spans, font)


def _width(text: str, spans: Sequence[Span], font: QFont) -> float:
    return _layout(text, spans, font, QColor(), QColor()).maximumWidth()


def _layout(text: str, spans: Sequence[Span], font: QFont, ink: QColor, accent: QColor) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    marks = []
    for start, end in spans:
        if start >= len(text):
            continue
        mark = QTextLayout.FormatRange()
        mark.start = start
        mark.length = min(end, len(text)) - start
        form = QTextCharFormat()
        form.setFontWeight(QFont.Weight.Bold)
        if accent != ink:
            form.setForeground(accent)
        mark.format = form
        marks.append(mark)
    layout.setFormats(marks)
    layout.beginLayout()
    layout.createLine().setLineWidth(100_000)
    layout.endLayout()
    return layout


def _small(font: QFont) -> QFont:
    smaller = QFont(font)
    if font.pointSizeF() > 0:
        smaller.setPointSizeF(font.pointSizeF() * 0.9)
    else:
        smaller.setPixelSize(max(round(font.pixelSize() * 0.9), 1))
    return smaller
