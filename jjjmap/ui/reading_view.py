"""The text of a document with what it names in colour; text only, whatever it holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from qtpy.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from qtpy.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from qtpy.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from jjjmap.ui.mention_looks import MentionKind, kind_color, kind_ground
from jjjmap.ui.richtext import tooltip

SETTLE_MS = 180
"""So long the text must rest before the map follows."""
MARGIN_PX = 14
DOUBTFUL_BELOW = 0.6


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the text that is shown in colour, by offsets in characters."""

    start: int
    end: int
    kind: MentionKind
    index: int
    """Of the mention or figure in its document."""
    is_doubtful: bool = False
    is_rejected: bool = False
    is_settled: bool = False
    """Whether the user has confirmed, corrected or accepted it."""


class Utf16Offsets:
    """Turns offsets in characters into Qt's, which counts a character beyond the basic plane as two."""

    def __init__(self, text: str) -> None:
        self._wide = [at for at, char in enumerate(text) if ord(char) > 0xFFFF] if not text.isascii() else []
        self._wide_qt = [at + before for before, at in enumerate(self._wide)]

    def to_qt(self, offset: int) -> int:
        """Return Qt's position of a character."""
        return offset + bisect_left(self._wide, offset)

    def from_qt(self, position: int) -> int:
        """Return the offset of the character at a position of Qt's."""
        return position - bisect_left(self._wide_qt, position)


class ReadingView(QPlainTextEdit):
    """Shows a text that cannot be changed; stretches of it answer to pointer and keyboard."""

    stretch_clicked = Signal(object)  # Stretch
    current_changed = Signal(object)  # Stretch or None: the one that keys act on
    view_settled = Signal(int, int)  # offsets of the text that is seen, once it has stopped moving
    key_pressed = Signal(str)  # "confirm", "reject" or "correct", for the current stretch

    def __init__(self, tip_of: Callable[[Stretch], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tip_of = tip_of
        self._stretches: tuple[Stretch, ...] = ()
        self._starts: list[int] = []
        self._longest = 0
        self._hidden: frozenset[MentionKind] = frozenset()
        self._chosen: frozenset[int] = frozenset()
        self._current: Stretch | None = None
        self._target = (-1, -1)
        self._offsets = Utf16Offsets("")
        self._text = ""
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.1)  # It is read at length, other than labels and lists.
        self.setFont(font)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.document().setDocumentMargin(MARGIN_PX)
        self._painter = _StretchPainter(self.document(), self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._tell_view)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._settle.start())

    # What is shown.

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """All stretches, by start, the longer first."""
        return self._stretches

    @property
    def current(self) -> Stretch | None:
        """The stretch that keys act on."""
        return self._current

    def show_text(self, text: str, stretches: Sequence[Stretch]) -> None:
        """Show a text from its beginning."""
        # Line ends of other systems and NUL would shift all that follows; nothing else is changed.
        self._text = text.replace("\r", " ").replace("\0", " ")
        self._offsets = Utf16Offsets(self._text)
        self._current = None
        self._target = (-1, -1)
        self._take(stretches)
        self.setPlainText(self._text)
        self._mark()
        self._settle.start()

    def show_stretches(self, stretches: Sequence[Stretch]) -> None:
        """Colour the same text anew; what is seen and the current stretch stay where they are."""
        current = self._current
        self._take(stretches)
        self._current = None
        if current is not None:
            alike = [
                each for each in self._stretches if (each.start, each.end) == (current.start, current.end)
            ]
            self._current = alike[0] if alike else None
        self._painter.rehighlight()
        self._mark()
        self.current_changed.emit(self._current)

    def hide_kinds(self, kinds: Collection[MentionKind]) -> None:
        """Show these kinds as plain text."""
        self._hidden = frozenset(kinds)
        self._painter.rehighlight()
        self._mark()

    def choose(self, indexes: Collection[int]) -> None:
        """Frame the mentions of the place that is chosen elsewhere, by their index in the document."""
        self._chosen = frozenset(indexes)
        self._mark()

    def jump(self, start: int, end: int) -> None:
        """Bring a stretch of the text into the middle of the view and mark it."""
        self._target = (start, end)
        self._centre_on(start)
        self._mark()

    def make_current(self, stretch: Stretch | None) -> None:
        """Let keys act on a stretch; it is brought into view."""
        self._current = stretch
        if stretch is not None:
            cursor = self.textCursor()
            cursor.setPosition(self._offsets.to_qt(stretch.start))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
        self._mark()
        self.current_changed.emit(stretch)

    def step(self, by: int, among: Collection[int] | None = None) -> None:
        """Go to the next (+1) or previous (-1) stretch; among mentions of these indexes if any are given."""
        reachable = [
            each
            for each in self._stretches
            if self._is_shown(each)
            and (among is None or (each.kind is not MentionKind.FIGURE and each.index in among))
        ]
        if not reachable:
            return
        order = [(each.start, -each.end) for each in reachable]
        if self._current is None:
            at = self.visible_range()[0]
            position = bisect_left(order, (at, 0)) - (1 if by < 0 else 0)
        elif by > 0:
            position = bisect_right(order, (self._current.start, -self._current.end))
        else:
            position = bisect_left(order, (self._current.start, -self._current.end)) - 1
        self.make_current(reachable[position % len(reachable)])

    def visible_range(self) -> tuple[int, int]:
        """Return the offsets of the text that is seen."""
        area = self.viewport().rect()
        first = self.cursorForPosition(area.topLeft()).position()
        last = self.cursorForPosition(area.bottomRight()).position()
        return self._offsets.from_qt(first), self._offsets.from_qt(last)

    def stretches_at(self, offset: int) -> list[Stretch]:
        """Return the stretches around a character, the shortest first; hidden ones are none."""
        low = bisect_left(self._starts, offset - self._longest)
        high = bisect_right(self._starts, offset)
        around = [
            each
            for each in self._stretches[low:high]
            if each.start <= offset < each.end and self._is_shown(each)
        ]
        return sorted(around, key=lambda each: each.end - each.start)

    def stretch_at(self, point: QPoint) -> Stretch | None:
        """Return the innermost stretch at a point of the viewport; None beside the text."""
        cursor = self.cursorForPosition(point)
        # The cursor stands between two characters: the point may lie on either.
        for position in (cursor.position(), cursor.position() - 1):
            if position >= 0 and self._box_of(position).contains(point):
                found = self.stretches_at(self._offsets.from_qt(position))
                return found[0] if found else None
        return None

    # How it is drawn.

    def stretches_between(self, start: int, end: int) -> list[Stretch]:
        """Return the stretches that share a character with a part of the text, the longer first."""
        low = bisect_left(self._starts, start - self._longest)
        high = bisect_left(self._starts, end)
        return [each for each in self._stretches[low:high] if each.end > start and self._is_shown(each)]

    def offset_of_block(self, qt_position: int) -> int:
        """Return the offset at which a block of Qt's begins."""
        return self._offsets.from_qt(qt_position)

    def to_qt(self, offset: int) -> int:
        """Return Qt's position of a character."""
        return self._offsets.to_qt(offset)

    def _is_shown(self, stretch: Stretch) -> bool:
        return stretch.kind not in self._hidden

    def _take(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = tuple(sorted(stretches, key=lambda each: (each.start, -each.end)))
        self._starts = [each.start for each in self._stretches]
        self._longest = max((each.end - each.start for each in self._stretches), default=0)

    def _mark(self) -> None:
        """Draw what is not part of the text: the stretch jumped to, the chosen place, the current mention."""
        palette = self.palette()
        marks = []
        if self._target[0] >= 0:
            ground = QColor(palette.color(QPalette.ColorRole.Highlight))
            ground.setAlphaF(0.22)
            marks.append(self._selection(*self._target, ground=ground))
        for each in self._stretches:
            if each.kind is not MentionKind.FIGURE and each.index in self._chosen:
                marks.append(
                    self._selection(each.start, each.end, ground=QColor("#ffe14d"), ink=QColor("#1a1a1a"))
                )
        if self._current is not None:
            marks.append(
                self._selection(
                    self._current.start,
                    self._current.end,
                    ground=palette.color(QPalette.ColorRole.Highlight),
                    ink=palette.color(QPalette.ColorRole.HighlightedText),
                )
            )
        self.setExtraSelections(marks)

    def _selection(
        self, start: int, end: int, *, ground: QColor, ink: QColor | None = None
    ) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self._offsets.to_qt(start), self.document().characterCount() - 1))
        cursor.setPosition(
            min(self._offsets.to_qt(end), self.document().characterCount() - 1),
            QTextCursor.MoveMode.KeepAnchor,
        )
        look = QTextCharFormat()
        look.setBackground(ground)
        if ink is not None:
            look.setForeground(ink)
        selection.cursor = cursor
        selection.format = look
        return selection

    def _box_of(self, qt_position: int) -> QRect:
        """Return where a character stands in the viewport."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(qt_position)
        left = self.cursorRect(cursor)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        right = self.cursorRect(cursor)
        if right.top() != left.top():  # The last one of its line.
            return QRect(left.left(), left.top(), self.fontMetrics().height(), left.height())
        return QRect(left.left(), left.top(), right.left() - left.left(), left.height())

    def _centre_on(self, offset: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(min(self._offsets.to_qt(offset), self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.centerCursor()
        self._settle.start()

    def _tell_view(self) -> None:
        self.view_settled.emit(*self.visible_range())

    # Overrides of Qt.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what can be clicked."""
        super().mouseMoveEvent(event)
        over = self.stretch_at(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked; dragging selects text as anywhere."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.textCursor().hasSelection():
            return
        stretch = self.stretch_at(event.position().toPoint())
        if stretch is not None:
            self.make_current(stretch)
            self.stretch_clicked.emit(stretch)

    def viewportEvent(self, event: QHelpEvent) -> bool:  # type: ignore[override]
        """Say what the words under the pointer name."""
        if event.type() == QHelpEvent.Type.ToolTip:
            stretch = self.stretch_at(event.pos())
            if stretch is not None:
                QToolTip.showText(event.globalPos(), tooltip(self._tip_of(stretch)), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return bool(super().viewportEvent(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from mention to mention with N and P; decide on the current one with one key."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        decisions: dict[int, str] = {
            Qt.Key.Key_C: "confirm",
            Qt.Key.Key_X: "reject",
            Qt.Key.Key_Delete: "reject",
            Qt.Key.Key_R: "correct",
        }
        key = event.key()
        if plain and key == Qt.Key.Key_N:
            self.step(+1)
        elif plain and key == Qt.Key.Key_P:
            self.step(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current is not None:
            self.stretch_clicked.emit(self._current)
        elif plain and key in decisions and self._current is not None:
            self.key_pressed.emit(decisions[key])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Colour anew when the desktop turns dark or light."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_painter"):
            self._painter.rehighlight()
            self._mark()


class _StretchPainter(QSyntaxHighlighter):
    """Gives every block its colours; an outer mention is underlined, the innermost stands on its colour."""

    def __init__(self, document: QTextDocument, view: ReadingView) -> None:
        super().__init__(document)
        self._view = view

    def highlightBlock(self, text: str) -> None:
        """Colour a block."""
        block = self.currentBlock()
        position = block.position()
        start = self._view.offset_of_block(position)
        palette = self._view.palette()
        inner_until = start
        stretches = self._view.stretches_between(start, self._view.offset_of_block(position + block.length()))
        for at, stretch in enumerate(stretches):
            holds_another = any(
                other.start < stretch.end and other.kind is not MentionKind.FIGURE
                for other in stretches[at + 1 : at + 2]
            )
            first = max(self._view.to_qt(stretch.start) - position, 0)
            last = min(self._view.to_qt(stretch.end) - position, block.length() - 1)
            look = self.format(first) if holds_another or stretch.start < inner_until else QTextCharFormat()
            inner_until = max(inner_until, stretch.end)
            self._dress(look, stretch, palette, is_outer=holds_another)
            self.setFormat(first, last - first, look)

    def _dress(self, look: QTextCharFormat, stretch: Stretch, palette: QPalette, *, is_outer: bool) -> None:
        color = kind_color(stretch.kind, palette)
        if stretch.is_rejected:
            look.setFontStrikeOut(True)
            look.setForeground(palette.color(QPalette.ColorRole.PlaceholderText))
            return
        if not is_outer:
            look.setBackground(kind_ground(stretch.kind, palette))
        look.setUnderlineColor(color)
        if is_outer or stretch.kind is MentionKind.FIGURE:
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        if stretch.is_doubtful and not stretch.is_settled:
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        if stretch.is_settled:
            look.setFontWeight(600)
