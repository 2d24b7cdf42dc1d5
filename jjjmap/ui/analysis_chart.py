"""A widget that shows the chart of a result, drawn when it is first seen, and gives it away as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from qtpy.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from jjjmap.i18n import _
from jjjmap.session.charts import ChartPreparation
from jjjmap.ui.richtext import tooltip

if TYPE_CHECKING:
    from jjjmap.analysis.running import Chart
    from jjjmap.export.analysis_charts import AnalysisDrawing, RowSpot
    from jjjmap.export.chart_sheet import ChartColors

LEAST_PX = 260
COPY_RATIO = 2.0
"""Device pixels to a logical one in a picture that leaves the program."""


class AnalysisChart(QWidget):
    """Shows a chart with its title, or nothing; the table beside it has the same values for the keyboard."""

    drawn = Signal()

    def __init__(self, preparation: ChartPreparation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preparation = preparation
        preparation.prepared.connect(self._redraw)
        self._chart: Chart | None = None
        self._drawing: AnalysisDrawing | None = None
        self._image = QImage()
        self.setMinimumWidth(LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._draw)

    @property
    def chart(self) -> Chart | None:
        """What is shown."""
        return self._chart

    @property
    def spots(self) -> tuple[RowSpot, ...]:
        """Where the values are, in pixels of the widget; empty until the chart is drawn."""
        return self._drawing.spots if self._drawing else ()

    def show_chart(self, chart: Chart | None) -> None:
        """Show a chart, or nothing."""
        self._chart = chart
        self.setAccessibleName(_("图：{title}").format(title=chart.title) if chart else _("图"))
        self._fit()
        self._redraw()

    def picture(self) -> QImage:
        """Return the chart in dark on white, whatever the desktop looks like; a null image for nothing."""
        if self._chart is None or not self._preparation.is_ready:
            return QImage()
        from jjjmap.export.chart_sheet import PAPER

        return self._drawn(PAPER, COPY_RATIO)[1]

    def _drawn(self, colors: ChartColors, ratio: float) -> tuple[AnalysisDrawing, QImage]:
        from jjjmap.export import analysis_charts
        from jjjmap.export.chart_sheet import ChartSize

        assert self._chart is not None  # Both callers have looked.
        size = ChartSize(self.width(), self.height(), ratio)
        drawing = analysis_charts.draw(self._chart, colors, size)
        image = QImage(drawing.rgba, drawing.width, drawing.height, QImage.Format.Format_RGBA8888)
        # A copy: the bytes belong to the drawing.
        return drawing, image.copy()

    def _fit(self) -> None:
        if self._chart is None:
            self.setFixedHeight(0)
            return
        from jjjmap.export import analysis_charts

        self.setFixedHeight(round(analysis_charts.height_px(self._chart, max(self.width(), LEAST_PX))))

    def _redraw(self) -> None:
        self._drawing = None
        self.update()

    def _draw(self) -> None:
        if self._chart is None or self.height() < 20:
            return
        if not self._preparation.is_ready:
            self._preparation.start()
            return
        from jjjmap.ui.chart_view import chart_colors

        colors = chart_colors(self.palette())
        self._drawing, self._image = self._drawn(colors, self.devicePixelRatioF())
        self.update()
        self.drawn.emit()

    def _tip_at(self, position: QPointF) -> str:
        chart = self._chart
        spot = next((each for each in self.spots if each.holds(position.x(), position.y())), None)
        if chart is None or spot is None:
            return ""
        from jjjmap.analysis.running import ChartKind
        from jjjmap.export.analysis_charts import value_text

        is_scatter = chart.kind is ChartKind.SCATTER
        series = chart.series[:2] if is_scatter else (chart.series[spot.series],)
        said = [
            _("{name} {value}").format(name=name, value=value_text(values[spot.row]))
            for name, values in series
        ]
        return tooltip(" · ".join((chart.labels[spot.row], *said)))

    # Overrides of Qt.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chart; one that is not drawn yet follows as soon as the rest of the window is there."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._drawing is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), self._image)
        elif self._chart is not None:
            if not self._preparation.is_ready:
                reason = self._preparation.reason
                text = (
                    _("画不出图，数据见“表”：{reason}").format(reason=reason)
                    if reason
                    else _("正在准备图表…")
                )
                painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
                flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
                painter.drawText(self.rect().adjusted(12, 24, -12, -4), flags, text)
            self._later.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew in the new size."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._redraw()

    def event(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
