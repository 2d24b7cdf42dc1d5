"""What a column holds as a whole, in a small window beside the table."""

from __future__ import annotations

from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPalette
from qtpy.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.cells import shown_text
from jjjmap.layers.tables.statistics import ColumnStatistics, Histogram, NumberStatistics
from jjjmap.ui.models.feature_table_model import kind_name
from jjjmap.ui.richtext import Markup, RichTextView, element, join, link, link_color

SIZE_PX = (470, 380)
LEAST_PX = 120
LEAST_SHARE = 0.005
HISTOGRAM_PX = 64


class HistogramView(QWidget):
    """Bars of how the values are spread, and what the first and the last class begin and end with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Histogram | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_histogram(self, shown: Histogram | None) -> None:
        """Show a histogram; nothing where all values are in one class."""
        self._shown = shown
        self.setVisible(shown is not None and len(shown.counts) > 1)
        if shown is not None:
            ends = _("从 {low} 到 {high} 的分布").format(low=_rounded(shown.low), high=_rounded(shown.high))
            self.setAccessibleName(ends)
        self.update()

    def sizeHint(self) -> QSize:
        """High enough for the bars and the line beneath."""
        return QSize(200, HISTOGRAM_PX + self.fontMetrics().height() + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars on a line, and the ends of the classes."""
        shown = self._shown
        if shown is None or not shown.counts:
            return
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(10, 4, -10, -4)
        ground = room.bottom() - self.fontMetrics().height() - 2
        highest = max(shown.counts) or 1
        step = room.width() / len(shown.counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(link_color(self.palette())))
        for number, count in enumerate(shown.counts):
            if count:
                height = max((ground - room.top()) * count / highest, 1.0)
                painter.drawRect(QRectF(room.left() + number * step + 0.5, ground - height, step - 1, height))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawLine(QPointF(room.left(), ground), QPointF(room.right(), ground))
        below = QRectF(room.left(), ground, room.width(), room.bottom() - ground)
        low, high = _rounded(shown.low), _rounded(shown.high)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, low)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, high)


class ColumnStatisticsView(QFrame):
    """A window that closes with a click elsewhere or with Esc."""

    value_wished = Signal(str, str)  # name of the column, a value that rows shall have

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.heading = QLabel(self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setContentsMargins(12, 8, 12, 0)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.histogram = HistogramView(self)
        self.view = RichTextView(self)
        self.view.setAccessibleName(_("列的统计"))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(2)
        column.addWidget(self.heading)
        column.addWidget(self.histogram)
        column.addWidget(self.view, 1)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.resize(*SIZE_PX)
        self.view.link_followed.connect(self._follow)
        self._column = ""

    def show_waiting(self, column: str) -> None:
        """Say that it is still being reckoned."""
        self._column = column
        self.heading.setText(column)
        self.histogram.hide()
        self.view.show_markup(element("p", _("正在统计……"), css="faint"))

    def show_statistics(self, statistics: ColumnStatistics, *, is_part: bool) -> None:
        """Show what a column holds.

        Parameters
        ----------
        is_part
            Whether a filter or a choice leaves some rows out.
        """
        self._column = statistics.column
        self.heading.setText(
            _("{column} · {kind}").format(column=statistics.column, kind=kind_name(statistics.kind))
        )
        self.view.setAccessibleName(self.heading.text())
        self.histogram.show_histogram(statistics.numbers.histogram if statistics.numbers else None)
        rows = [
            (_("符合筛选的行") if is_part else _("行"), f"{statistics.rows:,}"),
            (_("空"), _share(statistics.empty, statistics.rows)),
            (_("不同的值"), f"{statistics.distinct:,}"),
        ]
        if statistics.first is not None:
            rows += [(_("最早"), shown_text(statistics.first)), (_("最晚"), shown_text(statistics.last))]
        if statistics.numbers is not None:
            rows += _number_rows(statistics.numbers)
        parts = [_in_two_columns(rows)]
        if statistics.frequent and _is_telling(statistics):
            parts += [element("h4", _("最常见的值（点一个按它筛选）")), self._frequent(statistics)]
        elif statistics.distinct > 1 and not statistics.frequent:
            parts.append(element("p", _("每个值只出现一次。"), css="faint"))
        self.view.show_markup(join(parts))
        self._fit()

    def _fit(self) -> None:
        """Be no higher than what is said."""
        self.view.document().setTextWidth(SIZE_PX[0] - 8)
        wanted = self.heading.sizeHint().height() + round(self.view.document().size().height()) + 12
        if not self.histogram.isHidden():
            wanted += self.histogram.sizeHint().height()
        self.resize(SIZE_PX[0], min(max(wanted, LEAST_PX), SIZE_PX[1]))

    def _frequent(self, statistics: ColumnStatistics) -> Markup:
        filled = max(statistics.rows - statistics.empty, 1)
        # A boolean is asked for by another condition than its word.
        can_ask = statistics.kind is not ColumnKind.BOOLEAN
        rows = []
        for value, count in statistics.frequent:
            short = value if len(value) <= 40 else f"{value[:39]}…"
            named: str | Markup = link("value", value, short) if can_ask else short
            rows.append((named, _share(count, filled)))
        return _table(rows)

    def _follow(self, scheme: str, target: str) -> None:
        if scheme == "value":
            self.close()
            self.value_wished.emit(self._column, target)


def _number_rows(numbers: NumberStatistics) -> list[tuple[str, str]]:
    low, middle, high = numbers.quartiles
    rows = [
        (_("最小"), shown_text(numbers.lowest)),
        (_("下四分位"), _rounded(low)),
        (_("中位数"), _rounded(middle)),
        (_("平均"), _rounded(numbers.mean)),
        (_("上四分位"), _rounded(high)),
        (_("最大"), shown_text(numbers.highest)),
        (_("合计"), _rounded(numbers.total)),
        (_("标准差"), _rounded(numbers.deviation)),
    ]
    outside = numbers.histogram.below + numbers.histogram.above
    if outside:
        rows.append((_("图外"), _("{n} 个值").format(n=f"{outside:,}")))
    return rows


def _rounded(value: float | int) -> str:
    """Return a reckoned number without digits that say nothing; whole ones are exact."""
    if isinstance(value, int) or abs(value) < 1:
        return shown_text(value)
    return shown_text(round(value, 2 if abs(value) >= 100 else 4))


def _is_telling(statistics: ColumnStatistics) -> bool:
    """Return whether the most frequent values are worth a list; of measured ones they are chance."""
    often = statistics.frequent[0][1] / max(statistics.rows - statistics.empty, 1)
    return statistics.numbers is None or often >= LEAST_SHARE


def _share(count: int, total: int) -> str:
    if not total or not count:
        return f"{count:,}"
    share = count / total
    shown = f"{share:.1%}" if share >= 0.001 else "<0.1%"
    return _("{count}（{share}）").format(count=f"{count:,}", share=shown)


def _in_two_columns(rows: list[tuple[str, str]]) -> Markup:
    """Return names and figures two by two, read from top to bottom."""
    half = (len(rows) + 1) // 2
    if half < 3:
        return _table(rows)
    lines = []
    for number in range(half):
        cells = [element("td", rows[number][0], css="label"), element("td", rows[number][1])]
        if number + half < len(rows):
            name, text = rows[number + half]
            cells += [element("td", name, css="label"), element("td", text)]
        lines.append(element("tr", *cells))
    return element("table", *lines)


def _table(rows: list[tuple[str, str]] | list[tuple[str | Markup, str]]) -> Markup:
    lines = []
    for name, text in rows:
        lines.append(element("tr", element("td", name, css="label"), element("td", text)))
    return element("table", *lines)
