"""Which controls a screen reader would have no name for."""

from collections.abc import Iterator

from qtpy.QtCore import Qt
from qtpy.QtGui import QAccessible
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QFileDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QMenu,
    QTabBar,
    QWidget,
)


def controls(root: QWidget) -> Iterator[QWidget]:
    """Yield what the Tab key can reach in a window or dialog, shown or not."""
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        if isinstance(widget, QMenu | QFileDialog | QDockWidget) or isinstance(widget.window(), QFileDialog):
            continue
        # Parts of one control: the whole has the name.
        if isinstance(widget, QLineEdit) and isinstance(widget.parent(), QAbstractSpinBox | QComboBox):
            continue
        # Qt keeps some in reserve for docks; those in use are called after the tab in front.
        if isinstance(widget, QTabBar) and isinstance(widget.parent(), QMainWindow) and widget.count() < 2:
            continue
        # What has nothing to say yet is not shown yet.
        has_picture = isinstance(widget, QAbstractButton) and not widget.icon().isNull()
        is_wordy = isinstance(widget, QLabel | QAbstractButton) and not has_picture
        if is_wordy and not widget.isVisibleTo(root):
            continue
        if isinstance(widget, QListView) and isinstance(widget.parentWidget(), QFrame):
            frame = widget.parentWidget()
            if frame is not None and isinstance(frame.parentWidget(), QComboBox):
                continue
        if widget.window() is not root.window() or widget.focusProxy() is not None:
            continue
        yield widget


def spoken_name(widget: QWidget) -> str:
    """Return what a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def nameless(root: QWidget) -> list[str]:
    """Return the controls without a name, each with the way to it."""
    return [_way(widget) for widget in controls(root) if not spoken_name(widget).strip()]


def _way(widget: QWidget) -> str:
    parts = []
    each: QWidget | None = widget
    while each is not None:
        parts.append(f"{type(each).__name__}#{each.objectName()}")
        each = each.parentWidget()
    return " < ".join(parts)
