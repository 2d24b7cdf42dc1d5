"""Qt 6's calls for Qt 5's classes: what QtPy leaves uneven and the program uses.

Only loaded under PyQt5. Each call does what its namesake in Qt 6 does, as far as the program needs it; so the
rest of the program is written for Qt 6 alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import TracebackType
from typing import Any

from qtpy import QtWebEngineCore, QtWebEngineWidgets
from qtpy.QtCore import QCoreApplication, QItemSelection, QObject, QSize, QSizeF, Qt, QTimer
from qtpy.QtCore import QSortFilterProxyModel as FilterModel
from qtpy.QtGui import QAction, QIcon, QKeyEvent, QPixmap
from qtpy.QtWidgets import QComboBox, QFormLayout, QHeaderView, QLayout, QLayoutItem, QMenu, QWidget

_ENGINE = ("QWebEnginePage", "QWebEngineProfile", "QWebEngineScript", "QWebEngineSettings")
"""Classes that moved to QtWebEngineCore in Qt 6."""


def speak_like_qt6() -> None:
    """Give Qt 5's classes what is missing, and the process what Qt 5 wants of it. Before the QApplication."""
    for name in _ENGINE:
        setattr(QtWebEngineCore, name, getattr(QtWebEngineWidgets, name))
    for kind, calls in _calls().items():
        for name, call in calls.items():
            setattr(kind, name, call)
    flags: Any = QtWebEngineCore.QWebEngineUrlScheme.Flag
    # Qt 5 has no such flag: our pages ask by XMLHttpRequest.
    flags.FetchApiAllowed = flags(0)
    for name in ("AA_EnableHighDpiScaling", "AA_UseHighDpiPixmaps"):  # Qt 6 does so by itself.
        QCoreApplication.setAttribute(getattr(Qt.ApplicationAttribute, name))
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in ("offscreen", "minimal"):
        # Without a screen Qt 5 finds no OpenGL for its pages, and ends the process.
        os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if sys.excepthook is sys.__excepthook__:
        # PyQt5 ends the process when a slot raises, unless there is a hook of ours.
        sys.excepthook = _tell


def _tell(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    sys.__excepthook__(kind, error, where)


def _calls() -> dict[type, dict[str, Any]]:
    page, job = QtWebEngineCore.QWebEnginePage, QtWebEngineCore.QWebEngineUrlRequestJob
    selection: Any = QItemSelection
    return {
        QComboBox: {"findData": _find_data},
        FilterModel: {"beginFilterChange": _nothing, "endFilterChange": _filter_anew},
        QFormLayout: {"isRowVisible": _is_row_visible, "setRowVisible": _set_row_visible},
        QHeaderView: {"setSortIndicatorClearable": _nothing},
        QIcon: {"pixmap": _pixmap_of(QIcon.pixmap)},
        QItemSelection: {"at": selection.__getitem__, "size": selection.__len__},
        QKeyEvent: {"keyCombination": lambda event: int(event.modifiers()) | event.key()},
        QMenu: {"addAction": _adding(QMenu.addAction)},
        QPixmap: {"deviceIndependentSize": lambda pixmap: QSizeF(pixmap.size()) / pixmap.devicePixelRatioF()},
        QTimer: {"singleShot": staticmethod(_single_shot(QTimer.singleShot))},
        page: {"permissionRequested": _PermissionAsked()},
        # Qt 5 sends no headers of ours: our pages carry their policies in themselves as well.
        job: {"setAdditionalResponseHeaders": _nothing},
    }


def _nothing(*_arguments: object) -> None:
    """Do without what Qt 5 has not."""


def _filter_anew(model: FilterModel, *_directions: object) -> None:
    model.invalidateFilter()


def _find_data(box: QComboBox, wanted: object, role: int = Qt.ItemDataRole.UserRole, *_flags: object) -> int:
    # Qt 5 takes a StrEnum for another thing than its text.
    rows = range(box.count())
    return next((row for row in rows if box.itemData(row, role) == wanted), -1)


def _widgets_in(items: Iterable[QLayoutItem | None]) -> Iterator[QWidget]:
    for item in items:
        widget, layout = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            yield widget
        if layout is not None:
            yield from _widgets_in(layout.itemAt(number) for number in range(layout.count()))


def _row_items(form: QFormLayout, row: int | QWidget | QLayout) -> list[QLayoutItem]:
    places: Any = form
    if isinstance(row, QWidget):
        number = places.getWidgetPosition(row)[0]
    elif isinstance(row, QLayout):
        number = places.getLayoutPosition(row)[0]
    else:
        number = row
    roles = QFormLayout.ItemRole
    items = (form.itemAt(number, role) for role in (roles.LabelRole, roles.FieldRole, roles.SpanningRole))
    return [item for item in items if item is not None]


def _set_row_visible(form: QFormLayout, row: int | QWidget | QLayout, is_visible: bool) -> None:
    items = _row_items(form, row)
    for widget in _widgets_in(items):
        widget.setVisible(is_visible)
    for item in items:
        item.invalidate()


def _is_row_visible(form: QFormLayout, row: int | QWidget | QLayout) -> bool:
    return any(not widget.isHidden() for widget in _widgets_in(_row_items(form, row)))


def _pixmap_of(pixmap: Callable[..., QPixmap]) -> Callable[..., QPixmap]:
    def at_ratio(icon: QIcon, *arguments: Any) -> QPixmap:
        match arguments:
            case (QSize() as size, float() as ratio, *others):
                wanted = size * ratio
                made = pixmap(icon, wanted, *others)
                if made.width() > wanted.width() or made.height() > wanted.height():
                    # Qt 5 has multiplied by the ratio of the screen as well.
                    aspect = Qt.AspectRatioMode.KeepAspectRatio
                    made = made.scaled(wanted, aspect, Qt.TransformationMode.SmoothTransformation)
                made.setDevicePixelRatio(ratio)
                return made
        return pixmap(icon, *arguments)

    return at_ratio


def _adding(add: Callable[..., QAction]) -> Callable[..., QAction]:
    def add_action(menu: QMenu, *arguments: Any) -> QAction:
        match arguments:
            case (str() as text, keys, slot) if callable(slot):
                action = add(menu, text)
                action.setShortcut(keys)
                action.triggered.connect(slot)
                return action
        return add(menu, *arguments)

    return add_action


def _single_shot(single_shot: Callable[..., None]) -> Callable[..., None]:
    def later(after_ms: int, *arguments: Any) -> None:
        match arguments:
            case (QObject() as owner, slot):
                # Its owner may go before: then it is not called any more.
                timer = QTimer(owner)
                timer.setSingleShot(True)
                timer.timeout.connect(slot)
                timer.timeout.connect(timer.deleteLater)
                timer.start(after_ms)
            case _:
                single_shot(after_ms, *arguments)

    return later


class _Permission:
    """What Qt 6 hands over when a page asks for a permission."""

    def __init__(self, page: Any, url: object, feature: object) -> None:
        answers = type(page).PermissionPolicy
        self.deny = partial(page.setFeaturePermission, url, feature, answers.PermissionDeniedByUser)
        self.grant = partial(page.setFeaturePermission, url, feature, answers.PermissionGrantedByUser)


class _PermissionAsked:
    """Stands for the signal ``permissionRequested`` of a page."""

    def __get__(self, page: Any, _kind: type) -> _PermissionAsked:
        asked = _PermissionAsked()
        asked._page = page
        return asked

    _page: Any = None

    def connect(self, slot: Callable[[_Permission], object]) -> None:
        """Call a slot whenever the page asks."""
        page = self._page
        page.featurePermissionRequested.connect(lambda url, feature: slot(_Permission(page, url, feature)))
