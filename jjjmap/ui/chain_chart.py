"""A chain as a picture: columns from upstream to downstream, links as boxes, their places as chips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from qtpy.QtCore import QEvent, QMarginsF, QPointF, QRectF, Qt, Signal
from qtpy.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from qtpy.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from jjjmap.catalogue.chain_graph import ChainGraph, NodeStatus, node_status, node_status_name
from jjjmap.catalogue.models import Catalogue, ChainNode
from jjjmap.catalogue.wording import kind_name, stage_name
from jjjmap.i18n import Language, _
from jjjmap.ui.richtext import link_color, tooltip
from jjjmap.ui.source_marks import SourceMarks

GAP_PX, ARROW_PX, PADDING_PX = 5.0, 22.0, 6.0
NARROWEST_PX = 100.0
"""A column of boxes narrower than this breaks names into too many lines."""

SCALES = (0.8, 0.85, 0.9, 0.95, 1.0, 1.1, 1.2)
"""How large the picture draws itself to fit its window; below the smallest it scrolls instead."""

ZOOM_STEP = 1.15
ZOOM_LIMITS = (0.5, 3.0)

WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
CENTRE = Qt.AlignmentFlag.AlignCenter


class TargetKind(StrEnum):
    """What a click or Enter asks for."""

    NODE = "node"
    PLACE = "place"
    SOURCE = "source"


class PlaceMark(Enum):
    """How a chip stands to the chosen place."""

    NONE = 0
    HOLDS = 1
    """The chosen place lies in it."""
    SAME = 2


@dataclass(frozen=True, slots=True)
class Target:
    """What can be clicked and reached with Tab."""

    kind: TargetKind
    id: str
    spoken: str
    """What a screen reader says."""


@dataclass(slots=True)
class _Look:
    """How a box is painted."""

    fill: QColor | None = None
    stroke: QColor | None = None
    text: QColor | None = None
    width_px: float = 1.0
    dashed: bool = False
    radius_px: float = 4.0


class BoxItem(QGraphicsItem):
    """A rounded box with a text, perhaps one that can be clicked."""

    def __init__(
        self, rect: QRectF, text: str, font: QFont, look: _Look, *, flags: int = 0, inset_px: float = 0.0
    ) -> None:
        super().__init__()
        self.rect = rect
        self.text = text
        self.look = look
        self.target: Target | None = None
        self.is_current = False
        self.focus_color: QColor | None = None
        self._font = font
        self._flags = flags
        self._inset_px = inset_px

    # Overrides of Qt.

    def boundingRect(self) -> QRectF:
        """Return the box with room for the ring around it."""
        return self.rect.marginsAdded(QMarginsF(3, 3, 3, 3))

    def shape(self) -> QPainterPath:
        """Return the box itself: its ring cannot be clicked."""
        path = QPainterPath()
        path.addRect(self.rect)
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint box, text and, if it is the current target, a ring."""
        look = self.look
        if look.fill is not None or look.stroke is not None:
            painter.setPen(Qt.PenStyle.NoPen if look.stroke is None else _pen(look))
            painter.setBrush(Qt.BrushStyle.NoBrush if look.fill is None else look.fill)
            half = look.width_px / 2
            inner = self.rect.marginsRemoved(QMarginsF(half, half, half, half))
            painter.drawRoundedRect(inner, look.radius_px, look.radius_px)
        if self.text and look.text is not None:
            painter.setPen(look.text)
            painter.setFont(self._font)
            inset = self._inset_px
            painter.drawText(
                self.rect.marginsRemoved(QMarginsF(inset, inset, inset, inset)), self._flags, self.text
            )
        if self.is_current and self.focus_color is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.focus_color, 2))
            painter.drawRoundedRect(self.rect.marginsAdded(QMarginsF(1, 1, 1, 1)), 5, 5)


class ArrowItem(QGraphicsItem):
    """An arrow from one stage to the next."""

    def __init__(self, start: QPointF, length_px: float, color: QColor) -> None:
        super().__init__()
        self._start, self._length_px, self._color = start, length_px, color

    # Overrides of Qt.

    def boundingRect(self) -> QRectF:
        """Return the room of shaft and head."""
        return QRectF(self._start.x(), self._start.y() - 6, self._length_px, 12)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the arrow."""
        tip = self._start + QPointF(self._length_px, 0)
        painter.setPen(QPen(self._color, 1.6))
        painter.drawLine(self._start, tip - QPointF(4, 0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-7, -4.5), tip + QPointF(-7, 4.5)]))


class ChainChart(QGraphicsView):
    """Draws a chain; a click or Enter tells which link, place or source is meant."""

    node_requested = Signal(str)  # id of a link
    place_requested = Signal(str)  # place id
    source_requested = Signal(str)  # source id

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._language = Language.ZH
        self._graph: ChainGraph | None = None
        self._marks = SourceMarks()
        self._chosen_id = ""
        self._holder_ids: frozenset[str] = frozenset()
        self._targets: list[BoxItem] = []
        self._current: BoxItem | None = None
        self._pressed: BoxItem | None = None
        self._zoom = 1.0
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMouseTracking(True)
        # A scroll bar that comes and goes would change the width, and with it what needs a scroll bar.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def targets(self) -> tuple[Target, ...]:
        """What can be clicked, in the order of Tab."""
        return tuple(item.target for item in self._targets if item.target is not None)

    @property
    def current_target(self) -> Target | None:
        """The target that Enter means; None before Tab was pressed."""
        return self._current.target if self._current is not None else None

    def show_chain(self, graph: ChainGraph | None, marks: SourceMarks, language: Language) -> None:
        """Draw a chain, or nothing.

        Parameters
        ----------
        graph
            What is drawn.
        marks
            Numbers of its sources.
        language
            Language of names and words.
        """
        self._graph, self._marks, self._language = graph, marks, language
        self._zoom = 1.0
        self._current = None
        self._draw()
        self.verticalScrollBar().setValue(0)

    def mark_places(self, chosen_id: str, holder_ids: frozenset[str]) -> None:
        """Mark the chips of the chosen place and, less strongly, of the units that hold it."""
        if (chosen_id, holder_ids) != (self._chosen_id, self._holder_ids):
            self._chosen_id, self._holder_ids = chosen_id, holder_ids
            self._draw()

    def mark_of(self, place_id: str) -> PlaceMark:
        """Return how a place of the chain stands to the chosen one."""
        if place_id == self._chosen_id:
            return PlaceMark.SAME
        return PlaceMark.HOLDS if place_id in self._holder_ids else PlaceMark.NONE

    def fit(self) -> None:
        """Show all of the chain as large as the window lets."""
        self._zoom = 1.0
        self._draw()

    def zoom_by(self, factor: float) -> None:
        """Draw larger or smaller than fits."""
        lowest, highest = ZOOM_LIMITS
        self._zoom = min(max(self._zoom * factor, lowest), highest)
        self._draw()

    # How it is drawn.

    def _draw(self) -> None:
        current = self.current_target
        self._targets, self._current, self._pressed = [], None, None
        # Items go with their scene; what Python still holds of them is dropped above.
        self.scene().clear()
        room = self.maximumViewportSize()
        if self._graph is None or room.width() < 60:
            return
        pen = _Pen(self)
        scale = self._best_scale(pen, room.width(), room.height())
        width, high = room.width() / scale, room.height() / scale
        if self._lay_out(pen, width, self._columns(pen, width, high), is_trial=True) > high:
            width -= self.verticalScrollBar().sizeHint().width() / scale
        height = self._lay_out(pen, width, self._columns(pen, width, high))
        self.scene().setSceneRect(0, 0, width - 1, height)
        self.resetTransform()
        self.scale(scale * self._zoom, scale * self._zoom)
        if current is not None:
            self._make_current(next((i for i in self._targets if i.target == current), None))

    def _best_scale(self, pen: _Pen, width: int, height: int) -> float:
        """Return the largest scale at which everything can be seen, or the smallest allowed."""

        def is_seen(scale: float) -> bool:
            columns = self._columns(pen, width / scale, height / scale)
            return self._lay_out(pen, width / scale, columns, is_trial=True) <= height / scale

        # What fits at one scale fits at a smaller one: three trials find it.
        fitting, unfit = -1, len(SCALES)
        while unfit - fitting > 1:
            middle = (fitting + unfit) // 2
            if is_seen(SCALES[middle]):
                fitting = middle
            else:
                unfit = middle
        return SCALES[max(fitting, 0)]

    def _columns(self, pen: _Pen, width: float, height: float) -> tuple[int, ...]:
        """Return how many columns of boxes each stage gets: more where its boxes do not fit one."""
        stages = self._graph.stages if self._graph is not None else ()
        columns = best = (1,) * len(stages)
        lowest = self._lay_out(pen, width, best, is_trial=True)
        while lowest > height:
            # The fullest stage is what makes the picture high.
            fullest = max(range(len(stages)), key=lambda n: (len(stages[n][1]) / columns[n], -n))
            columns = (*columns[:fullest], columns[fullest] + 1, *columns[fullest + 1 :])
            if (
                columns[fullest] > len(stages[fullest][1])
                or self._column_width(width, columns) < NARROWEST_PX
            ):
                break
            needed = self._lay_out(pen, width, columns, is_trial=True)
            if needed < lowest:
                best, lowest = columns, needed
        return best

    @staticmethod
    def _column_width(width: float, columns: Sequence[int]) -> float:
        inner_gaps = sum(columns) - len(columns)
        frames = 2 * GAP_PX * len(columns)
        arrows = ARROW_PX * (len(columns) - 1)
        return (width - arrows - frames - inner_gaps * GAP_PX - 2 * GAP_PX) / max(sum(columns), 1)

    def _lay_out(self, pen: _Pen, width: float, columns: Sequence[int], *, is_trial: bool = False) -> float:
        """Put all boxes down, or only reckon with `is_trial`; return the height that they need."""
        if self._graph is None:
            return 0.0
        box_width = self._column_width(width, columns)
        header = pen.line_height(pen.bold) + 3
        tops = GAP_PX + header + GAP_PX
        spots: list[tuple[ChainNode, QPointF]] = []
        frames: list[tuple[float, float, str, int]] = []
        left, bottom = GAP_PX, tops + 2 * pen.line_height(pen.font)
        for (stage, nodes), count in zip(self._graph.stages, columns, strict=True):
            frame_width = count * box_width + (count - 1) * GAP_PX + 2 * GAP_PX
            frames.append((left, frame_width, stage, len(nodes)))
            # Row by row, so that the order of the table is the order of reading; a row is as high as its
            # highest box, so that rows stand level.
            top = tops
            for first in range(0, len(nodes), count):
                row = nodes[first : first + count]
                high = max(pen.node_height(node, box_width) for node in row)
                for place, node in enumerate(row):
                    spots.append((node, QPointF(left + GAP_PX + place * (box_width + GAP_PX), top)))
                top += high + GAP_PX
            bottom = max(bottom, top)
            left += frame_width + ARROW_PX
        if is_trial:
            return bottom + GAP_PX
        for number, (x, frame_width, stage, count) in enumerate(frames):
            pen.frame(QRectF(x, GAP_PX, frame_width, bottom - GAP_PX), header, stage, count)
            if number:
                pen.arrow(QPointF(x - ARROW_PX + 3, GAP_PX + header / 2), ARROW_PX - 6)
        for node, spot in spots:
            pen.node(node, spot, box_width)
        return bottom + GAP_PX

    def add_target(self, item: BoxItem, target: Target) -> None:
        """Let a box be clicked and reached with Tab."""
        item.target = target
        item.focus_color = link_color(self.palette())
        item.setCursor(Qt.CursorShape.PointingHandCursor)
        self._targets.append(item)

    # Who is current.

    def _make_current(self, item: BoxItem | None) -> None:
        for each, is_current in ((self._current, False), (item, True)):
            if each is not None:
                each.is_current = is_current and self.hasFocus()
                each.update()
        self._current = item
        if item is not None and item.target is not None:
            self.setAccessibleDescription(item.target.spoken)

    def _activate(self, item: BoxItem | None) -> None:
        target = item.target if item is not None else None
        if target is None:
            return
        match target.kind:
            case TargetKind.NODE:
                self.node_requested.emit(target.id)
            case TargetKind.PLACE:
                self.place_requested.emit(target.id)
            case TargetKind.SOURCE:
                self.source_requested.emit(target.id)

    def _target_at(self, position: QPointF) -> BoxItem | None:
        for item in self.items(position.toPoint()):
            if isinstance(item, BoxItem) and item.target is not None:
                return item
        return None

    # Overrides of Qt.

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Walk with Tab through links, chips and marks, and leave at either end."""
        if self._targets and self.hasFocus():
            last = len(self._targets) - 1
            now = self._targets.index(self._current) if self._current in self._targets else -1
            then = now + 1 if forwards else (last if now == -1 else now - 1)
            if 0 <= then <= last:
                self._make_current(self._targets[then])
                self.ensureVisible(self._targets[then], 10, 10)
                return True
        self._make_current(None)
        return super().focusNextPrevChild(forwards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks for the current target; + and - zoom, 0 fits."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self._current is not None:
                self._activate(self._current)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom_by(1 / ZOOM_STEP)
            case Qt.Key.Key_0:
                self.fit()
            case _other:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note what was pressed."""
        super().mousePressEvent(event)
        self._pressed = self._target_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for what was pressed and let go of."""
        super().mouseReleaseEvent(event)
        item = self._target_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and item is not None and item is self._pressed:
            self._make_current(item)
            self._activate(item)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new size."""
        super().resizeEvent(event)
        self._draw()

    def event(self, event: QEvent) -> bool:
        """Show the ring only while the picture has the keyboard, and take the colours of a new palette."""
        done = super().event(event)
        match event.type():
            case QEvent.Type.FocusIn | QEvent.Type.FocusOut:
                self._make_current(self._current)
            case QEvent.Type.PaletteChange | QEvent.Type.FontChange:
                self._draw()
        return done


class _Pen:
    """Puts the parts of the picture into the scene of a chart, in the colours of its palette."""

    def __init__(self, chart: ChainChart) -> None:
        self._chart = chart
        self._catalogue = chart._catalogue
        self._language = chart._language
        self._marks = chart._marks
        palette = chart.palette()
        self._text = palette.color(QPalette.ColorRole.Text)
        self._base = palette.color(QPalette.ColorRole.Base)
        self._accent = link_color(palette)
        self._faint = mixed(self._base, self._text, 0.62)
        self._line = mixed(self._base, self._text, 0.30)
        self._ground = mixed(self._base, self._text, 0.05)
        self.font = QFont(chart.font())
        self.bold = QFont(chart.font())
        self.bold.setBold(True)
        self.small = QFont(chart.font())
        self.small.setPointSizeF(max(chart.font().pointSizeF() * 0.88, 7.0))
        self._metrics, self._small_metrics = QFontMetricsF(self.font), QFontMetricsF(self.small)
        self._chip_height = self._small_metrics.height() + 4
        self._name_heights: dict[tuple[str, int], float] = {}
        self._parts: dict[str, list[_Part]] = {}

    def line_height(self, font: QFont) -> float:
        """Return the height of a line."""
        return QFontMetricsF(font).height()

    def frame(self, rect: QRectF, header: float, stage: str, count: int) -> None:
        """Put down the ground of a stage with its heading."""
        look = _Look(fill=self._ground, stroke=self._line if count else self._faint, dashed=not count)
        self._add(BoxItem(rect, "", self.font, look))
        title = _("{stage} · {n} 个环节").format(stage=stage_name(stage), n=count)
        if QFontMetricsF(self.bold).horizontalAdvance(title) > rect.width() - 8:
            title = stage_name(stage)
        heading = QRectF(rect.left(), rect.top(), rect.width(), header)
        self._add(BoxItem(heading, title, self.bold, _Look(text=self._text), flags=int(CENTRE)))
        if not count:
            below = rect.adjusted(0, header, 0, 0)
            sentence = _("来源没有列出{stage}环节").format(stage=stage_name(stage))
            flags = int(CENTRE | Qt.TextFlag.TextWordWrap)
            self._add(
                BoxItem(
                    below, sentence, self.small, _Look(text=self._faint), flags=flags, inset_px=PADDING_PX
                )
            )

    def arrow(self, start: QPointF, length_px: float) -> None:
        """Put down an arrow between two stages."""
        self._add(ArrowItem(start, length_px, self._faint))

    def node_height(self, node: ChainNode, width: float) -> float:
        """Return how high the box of a link is."""
        inner = width - 2 * PADDING_PX
        flow_height = _flow(self._widths_of(node), inner, self._chip_height)[1]
        return PADDING_PX + self._name_height(node, inner) + 4 + flow_height + PADDING_PX

    def node(self, node: ChainNode, spot: QPointF, width: float) -> None:
        """Put down the box of a link with its status, places and sources."""
        inner, height = width - 2 * PADDING_PX, self.node_height(node, width)
        status = node_status(node)
        look = _Look(
            fill=self._base,
            stroke=self._status_color(status),
            width_px=1.8 if status in (NodeStatus.BLOCKED, NodeStatus.WEAK) else 1.0,
            dashed=status is NodeStatus.NOT_PUBLISHED,
        )
        box = BoxItem(QRectF(spot.x(), spot.y(), width, height), "", self.font, look)
        self._add(box)
        names = self._comma.join(self._catalogue.places[key].name(self._language) for key in node.place_ids)
        said = _("环节“{name}”，{status}；地点：{places}").format(
            name=self._name_of(node), status=_status_sentence(node), places=names or _("来源没有写明地点")
        )
        self._chart.add_target(box, Target(TargetKind.NODE, node.id, said))
        box.setToolTip(tooltip(said))
        name_height = self._name_height(node, inner)
        title = QRectF(spot.x() + PADDING_PX, spot.y() + PADDING_PX, inner, name_height + 2)
        self._add(BoxItem(title, self._name_of(node), self.font, _Look(text=self._text), flags=int(WRAP)))
        top = spot + QPointF(PADDING_PX, PADDING_PX + name_height + 4)
        spots, _height = _flow(self._widths_of(node), inner, self._chip_height)
        for part, (x, y) in zip(self._parts_of(node), spots, strict=True):
            part.put(QRectF(top.x() + x, top.y() + y, min(part.width, inner), self._chip_height))

    def _name_of(self, node: ChainNode) -> str:
        return node.name_zh if self._language is Language.ZH else node.name_en

    def _name_height(self, node: ChainNode, room: float) -> float:
        # Breaking lines is the slow part of a trial, and many trials ask for the same.
        key = (node.id, round(room))
        if key not in self._name_heights:
            box = QRectF(0, 0, room, 10_000)
            self._name_heights[key] = self._metrics.boundingRect(box, int(WRAP), self._name_of(node)).height()
        return self._name_heights[key]

    def _widths_of(self, node: ChainNode) -> list[float]:
        return [part.width for part in self._parts_of(node)]

    def _parts_of(self, node: ChainNode) -> list[_Part]:
        """Return what stands below the name of a link: status, places, marks of sources."""
        if node.id not in self._parts:
            parts: list[_Part | None] = [self._status_part(node)]
            parts += [self._place_part(place_id) for place_id in node.place_ids]
            if not node.place_ids:
                parts.append(self._word_part(_("来源没有写明地点")))
            parts += [self._mark_part(source_id) for source_id in node.source_ids]
            self._parts[node.id] = [part for part in parts if part is not None]
        return self._parts[node.id]

    def _status_part(self, node: ChainNode) -> _Part:
        status = node_status(node)
        sign = {
            NodeStatus.BLOCKED: "■ ",
            NodeStatus.WEAK: "▲ ",
            NodeStatus.CLEAR: "✓ ",
        }
        text = sign.get(status, "") + node_status_name(node)
        color = self._status_color(status)
        is_loud = status in (NodeStatus.BLOCKED, NodeStatus.WEAK)
        look = _Look(
            fill=color if is_loud else None,
            stroke=color,
            text=QColor("#000000") if is_loud else mixed(self._base, self._text, 0.75),
            dashed=status is NodeStatus.NOT_PUBLISHED,
            radius_px=2.0,
        )

        def put(rect: QRectF) -> None:
            item = BoxItem(rect, text, self.small, look, flags=int(CENTRE))
            item.setToolTip(tooltip(_status_sentence(node)))
            self._add(item)

        return _Part(self._wide(text) + 8, put)

    def _place_part(self, place_id: str) -> _Part:
        place = self._catalogue.places[place_id]
        mark = self._chart.mark_of(place_id)
        sign = {PlaceMark.NONE: "", PlaceMark.HOLDS: "○ ", PlaceMark.SAME: "● "}[mark]
        text = sign + place.label(self._language)
        palette = self._chart.palette()
        if mark is PlaceMark.SAME:
            look = _Look(
                fill=palette.color(QPalette.ColorRole.Highlight),
                stroke=self._accent,
                text=palette.color(QPalette.ColorRole.HighlightedText),
            )
        else:
            look = _Look(
                fill=mixed(self._base, self._accent, 0.12),
                stroke=self._accent if mark is PlaceMark.HOLDS else mixed(self._base, self._accent, 0.45),
                text=self._accent,
                width_px=2.0 if mark is PlaceMark.HOLDS else 1.0,
            )
        look.radius_px = 8.0
        said = _("{name}（{kind}）").format(name=place.name(self._language), kind=kind_name(place.kind))
        if mark is PlaceMark.SAME:
            said = _("{place}，已选中").format(place=said)
        elif mark is PlaceMark.HOLDS:
            said = _("{place}，所选地点在其中").format(place=said)

        def put(rect: QRectF) -> None:
            shown = self._elided(text, rect.width() - 10)
            item = BoxItem(rect, shown, self.small, look, flags=int(CENTRE))
            item.setToolTip(tooltip(said))
            self._add(item)
            self._chart.add_target(item, Target(TargetKind.PLACE, place_id, said))

        return _Part(self._wide(text) + 12, put)

    def _word_part(self, text: str) -> _Part:
        def put(rect: QRectF) -> None:
            shown = self._elided(text, rect.width())
            self._add(BoxItem(rect, shown, self.small, _Look(text=self._faint), flags=int(CENTRE)))

        return _Part(self._wide(text) + 2, put)

    def _mark_part(self, source_id: str) -> _Part | None:
        number, source = self._marks.number(source_id), self._catalogue.sources.get(source_id)
        if number is None or source is None:
            return None
        text = f"[{number}]"
        title = source.title

        def put(rect: QRectF) -> None:
            item = BoxItem(rect, text, self.small, _Look(text=self._accent), flags=int(CENTRE))
            item.setToolTip(tooltip(f"{title}　{source.publisher}"))
            self._add(item)
            said = _("来源 {mark} {title}").format(mark=text, title=title)
            self._chart.add_target(item, Target(TargetKind.SOURCE, source_id, said))

        return _Part(self._wide(text) + 1, put)

    def _wide(self, text: str) -> float:
        return self._small_metrics.horizontalAdvance(text)

    def _elided(self, text: str, room: float) -> str:
        return self._small_metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _status_color(self, status: NodeStatus) -> QColor:
        # Okabe and Ito's colours, told apart by any eyes; the words say the same.
        colors = {
            NodeStatus.BLOCKED: QColor("#e8743b"),
            NodeStatus.WEAK: QColor("#e69f00"),
            NodeStatus.CLEAR: QColor("#009e73"),
        }
        return colors.get(status, self._faint)

    def _add(self, item: QGraphicsItem) -> None:
        self._chart.scene().addItem(item)

    @property
    def _comma(self) -> str:
        return "、" if self._language is Language.ZH else ", "


@dataclass(slots=True)
class _Part:
    """Something of a known width that is put down once its spot is known."""

    width: float
    put: Callable[[QRectF], None]


def mixed(base: QColor, front: QColor, share: float) -> QColor:
    """Return a colour between two, `share` of the way to the second."""
    return QColor(
        round((1 - share) * base.red() + share * front.red()),
        round((1 - share) * base.green() + share * front.green()),
        round((1 - share) * base.blue() + share * front.blue()),
    )


def _flow(
    widths: Sequence[float], room: float, line_height: float
) -> tuple[list[tuple[float, float]], float]:
    """Put boxes in lines from left to right; return their spots and the height of all lines."""
    spots: list[tuple[float, float]] = []
    x = y = 0.0
    for wanted in widths:
        width = min(wanted, room)
        if x and x + width > room:
            x, y = 0.0, y + line_height + 3
        spots.append((x, y))
        x += width + 4
    return spots, y + line_height if widths else 0.0


def _status_sentence(node: ChainNode) -> str:
    match node_status(node):
        case NodeStatus.NOT_PUBLISHED:
            return _("没有来源公布它是不是堵点或卡点")
        case NodeStatus.BLOCKED:
            return _("来源称它是堵点")
        case NodeStatus.WEAK:
            return _("来源称它是卡点")
        case NodeStatus.CLEAR:
            return _("来源称它既不是堵点也不是卡点")
        case NodeStatus.OTHER:
            return node.status


def _pen(look: _Look) -> QPen:
    pen = QPen(look.stroke or QColor(), look.width_px)
    if look.dashed:
        pen.setDashPattern([3.0, 2.5])
    return pen
