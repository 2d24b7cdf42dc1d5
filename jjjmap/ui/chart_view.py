"""A widget that shows a chart, drawn when it is first seen; a click on a bar or point asks for its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qtpy.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from qtpy.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from jjjmap.analysis.series import Series, vintage_name, vintage_of
from jjjmap.catalogue.models import Figure
from jjjmap.catalogue.wording import figure_text, period_text
from jjjmap.export import charts
from jjjmap.export.charts import ChartColors, ChartSize, Drawing, NamedBar, Spot
from jjjmap.i18n import Language, _
from jjjmap.session.charts import ChartPreparation
from jjjmap.ui.richtext import link_color, tooltip

HEIGHT_PX = 164


class ChartView(QWidget):
    """Shows the series of a quantity, or bars of several places, or nothing.

    What it shows stands in the table beside it too, which is how the keyboard and a screen reader reach it.
    """

    source_requested = Signal(str)  # source id
    figure_requested = Signal(str)  # figure id, before its source is asked for
    drawn = Signal()

    def __init__(self, preparation: ChartPreparation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preparation = preparation
        preparation.prepared.connect(self._redraw)
        self._series: tuple[Series, ...] = ()
        self._bars: tuple[NamedBar, ...] = ()
        self._marks: Mapping[str, int] = {}
        self._chosen_id = ""
        self._unit = ""
        self._language = Language.ZH
        self._drawing: Drawing | None = None
        self._image = QImage()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._draw)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Where the figures are, in pixels of the widget; empty until the chart is drawn."""
        return self._drawing.spots if self._drawing else ()

    @property
    def starts_at_zero(self) -> bool:
        """Whether the chart that is shown begins at zero; so does one that is not drawn yet, until it is."""
        return self._drawing is None or self._drawing.starts_at_zero

    def show_series(
        self,
        series: Sequence[Series],
        *,
        unit: str,
        marks: Mapping[str, int],
        chosen_id: str,
        language: Language,
    ) -> None:
        """Show a quantity over time; see `charts.draw_series`."""
        self._series, self._bars = tuple(series), ()
        self._unit, self._marks, self._chosen_id, self._language = unit, marks, chosen_id, language
        self.setFixedHeight(HEIGHT_PX)
        self._redraw()

    def show_bars(self, bars: Sequence[NamedBar], *, marks: Mapping[str, int], language: Language) -> None:
        """Show a quantity at several places; see `charts.draw_bars`."""
        self._series, self._bars = (), tuple(bars)
        self._unit, self._marks, self._chosen_id, self._language = "", marks, "", language
        self.setFixedHeight(round(charts.rows_height_px(len(bars))))
        self._redraw()

    def show_nothing(self) -> None:
        """Show nothing and take no room."""
        self._series, self._bars = (), ()
        self.setFixedHeight(0)
        self._redraw()

    def _redraw(self) -> None:
        self._drawing = None
        self.setToolTip("")
        self.update()

    def _draw(self) -> None:
        if not (self._series or self._bars) or self.width() < 80 or self.height() < 20:
            return
        if not self._preparation.is_ready:
            self._preparation.start()
            return
        colors = chart_colors(self.palette())
        size = ChartSize(self.width(), self.height(), self.devicePixelRatioF())
        if self._series:
            drawing = charts.draw_series(
                self._series,
                unit=self._unit,
                marks=self._marks,
                chosen_id=self._chosen_id,
                colors=colors,
                size=size,
            )
        else:
            drawing = charts.draw_bars(self._bars, marks=self._marks, colors=colors, size=size)
        self._drawing = drawing
        self._image = QImage(drawing.rgba, drawing.width, drawing.height, QImage.Format.Format_RGBA8888)
        self.update()
        self.drawn.emit()

    def _figure_at(self, position: QPointF) -> Figure | None:
        return next((spot.figure for spot in self.spots if spot.holds(position.x(), position.y())), None)

    def _tip(self, figure: Figure) -> str:
        name = next((bar.name for bar in self._bars if bar.figure is figure), "")
        parts = [
            name,
            period_text(figure.period, self._language),
            figure_text(figure, self._language),
            vintage_name(vintage_of(figure)),
            _("说法不一或经过修订") if figure.contested else "",
            _("点击看来源"),
        ]
        return tooltip(" · ".join(part for part in parts if part))

    # Overrides of Qt.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chart; one that is not drawn yet follows as soon as the rest of the window is there."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._drawing is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), self._image)
        elif self._series or self._bars:
            if not self._preparation.is_ready:
                reason = self._preparation.reason
                text = (
                    _("画不出图，数据见下表：{reason}").format(reason=reason)
                    if reason
                    else _("正在准备图表…")
                )
                painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(self.rect().adjusted(12, 4, -12, -4), flags, text)
            self._later.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew in the new size."""
        super().resizeEvent(event)
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show by the pointer what can be clicked."""
        found = self._figure_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the source of what was clicked."""
        found = self._figure_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.figure_requested.emit(found.id)
            self.source_requested.emit(found.source_id)
        super().mouseReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self._figure_at(QPointF(event.pos()))
            if found is not None:
                QToolTip.showText(event.globalPos(), self._tip(found), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def chart_colors(palette: QPalette) -> ChartColors:
    """Return the colours of a chart that stands on the base of a palette."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)

    def between(share: float) -> str:
        red, green, blue = (
            round(share * front + (1 - share) * back)
            for front, back in (
                (text.red(), base.red()),
                (text.green(), base.green()),
                (text.blue(), base.blue()),
            )
        )
        return f"#{red:02x}{green:02x}{blue:02x}"

    return ChartColors(
        base=base.name(),
        text=text.name(),
        faint=between(0.65),
        grid=between(0.16),
        accent=link_color(palette).name(),
        other=between(0.38),
    )
