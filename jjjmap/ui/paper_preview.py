"""A small sheet of paper in its proportions, with the map of the window and what stands around it."""

from __future__ import annotations

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from qtpy.QtWidgets import QSizePolicy, QWidget

from jjjmap.export.marks import Audience
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language, _, language

# Paper stays white on a dark desktop, as it will on the desk.
_PAPER, _EDGE, _INK, _FAINT = QColor("#ffffff"), QColor("#9aa3ab"), QColor("#30373d"), QColor("#c4cbd1")
_GROUND = QColor("#eef2f4")
_TITLE_SHARE, _FOOT_SHARE, _LEGEND_SHARE, _MARGIN_SHARE = 0.09, 0.06, 0.24, 0.035


class PaperPreview(QWidget):
    """Shows how a sheet is divided, not what it says: the sheet itself is drawn when it is exported."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = Sheet()
        self._map = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(150, 110))
        self.setAccessibleName(_("纸张比例预览"))

    def sizeHint(self) -> QSize:
        """Ask for room for a sheet of A4."""
        return QSize(260, 190)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet."""
        self._sheet = sheet
        self.update()

    def show_map(self, picture: QPixmap) -> None:
        """Show this in the map frame."""
        self._map = picture
        self.update()

    def paper_rect(self) -> QRectF:
        """Return where the paper lies, in pixels of this widget."""
        room = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        scale = min(room.width() / self._sheet.width_mm, room.height() / self._sheet.height_mm)
        paper = QRectF(0, 0, self._sheet.width_mm * scale, self._sheet.height_mm * scale)
        paper.moveCenter(room.center())
        return paper

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint paper, map frame, and what stands around it."""
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, True
        )
        paper = self.paper_rect()
        painter.fillRect(paper.translated(2, 2), QColor(0, 0, 0, 50))
        painter.fillRect(paper, _PAPER)
        painter.setPen(QPen(_EDGE, 1))
        painter.drawRect(paper)
        unit = min(paper.width(), paper.height())
        inner = paper.adjusted(*(unit * _MARGIN_SHARE * sign for sign in (1, 1, -1, -1)))
        if self._sheet.title or self._sheet.subtitle:
            self._paint_title(painter, inner, unit)
            inner.setTop(inner.top() + unit * _TITLE_SHARE)
        if self._sheet.has_attribution:
            foot = QRectF(
                inner.left(), inner.bottom() - unit * _FOOT_SHARE, inner.width(), unit * _FOOT_SHARE
            )
            self._paint_lines(painter, foot, 2, 0.92)
            inner.setBottom(foot.top() - unit * 0.01)
        if self._sheet.has_legend:
            inner = self._paint_legend(painter, inner, unit)
        self._paint_map(painter, inner, unit)

    def _paint_title(self, painter: QPainter, inner: QRectF, unit: float) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(6, round(unit * 0.055)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(_INK)
        room = inner.width() - self._mark_width(unit)
        text = painter.fontMetrics().elidedText(
            self._sheet.title or self._sheet.subtitle, Qt.TextElideMode.ElideRight, round(room)
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_legend(self, painter: QPainter, inner: QRectF, unit: float) -> QRectF:
        """Paint a legend beside the map, or below it on a sheet that stands; return what is left."""
        is_wide = self._sheet.width_mm >= self._sheet.height_mm
        legend, left = QRectF(inner), QRectF(inner)
        if is_wide:
            legend.setLeft(inner.right() - inner.width() * _LEGEND_SHARE)
            left.setRight(legend.left() - unit * 0.02)
            self._paint_lines(painter, legend, 9, 0.8, has_symbols=True)
        else:
            legend.setTop(inner.bottom() - inner.height() * 0.16)
            left.setBottom(legend.top() - unit * 0.02)
            third = legend.width() / 3
            for column in range(3):
                part = QRectF(legend.left() + column * third, legend.top(), third * 0.9, legend.height())
                self._paint_lines(painter, part, 4, 0.8, has_symbols=True)
        return left

    def _paint_lines(
        self, painter: QPainter, box: QRectF, count: int, share: float, *, has_symbols: bool = False
    ) -> None:
        step = min(box.height() / count, max(7.0, box.height() / 12))
        for row in range(count):
            middle = box.top() + (row + 0.5) * step
            left = box.left()
            if has_symbols:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(_FAINT)
                painter.drawEllipse(QRectF(left, middle - step * 0.22, step * 0.44, step * 0.44))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                left += step * 0.8
            painter.setPen(QPen(_FAINT, max(1.0, step * 0.16)))
            length = (box.right() - left) * share * (1.0 if row % 3 else 0.8)
            painter.drawLine(round(left), round(middle), round(left + length), round(middle))

    def _paint_map(self, painter: QPainter, frame: QRectF, unit: float) -> None:
        painter.fillRect(frame, _GROUND)
        if not self._map.isNull():
            # The middle of what the window shows fills the frame: the box of a map is fitted into it.
            size = self._map.deviceIndependentSize()
            scale = max(size.width() / frame.width(), size.height() / frame.height())
            whole = QRectF(0, 0, size.width() / scale, size.height() / scale)
            whole.moveCenter(frame.center())
            painter.drawPixmap(whole, self._map, QRectF(self._map.rect()))
        painter.setPen(QPen(_EDGE, 1))
        painter.drawRect(frame)
        if self._sheet.has_scale_bar:
            painter.setPen(QPen(_INK, max(1.5, unit * 0.008)))
            y = frame.bottom() - unit * 0.04
            painter.drawLine(
                round(frame.left() + unit * 0.03), round(y), round(frame.left() + unit * 0.19), round(y)
            )
        if self._sheet.has_north_arrow:
            north = "北" if language() is Language.ZH else "N"  # As on the sheet.
            self._paint_letter(painter, frame.right() - unit * 0.06, frame.top() + unit * 0.07, unit, north)
        if self._sheet.audience is Audience.INTERNAL:
            painter.setFont(self._mark_font(unit))
            painter.setPen(QColor("#b3261e"))
            box = QRectF(self.paper_rect())
            box.adjust(0, unit * _MARGIN_SHARE, -unit * _MARGIN_SHARE, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, _("内部参考"))

    def _mark_font(self, unit: float) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(6, round(unit * 0.035)))
        return font

    def _mark_width(self, unit: float) -> float:
        """Return what the mark takes of the line of the title."""
        if self._sheet.audience is not Audience.INTERNAL:
            return 0.0
        return QFontMetricsF(self._mark_font(unit)).horizontalAdvance(_("内部参考")) + unit * 0.03

    def _paint_letter(self, painter: QPainter, x: float, y: float, unit: float, letter: str) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(6, round(unit * 0.045)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(_INK)
        box = QRectF(0, 0, unit * 0.1, unit * 0.08)
        box.moveCenter(QRectF(x, y, 0, 0).topLeft())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
        painter.drawLine(round(x), round(y - unit * 0.05), round(x), round(y - unit * 0.03))
