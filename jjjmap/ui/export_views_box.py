"""Whether the map as it is now leaves, or saved views, and which of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from qtpy.QtCore import QSignalBlocker, QSize, Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QWidget,
    QWidgetAction,
)

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import _
from jjjmap.maps.snapshot import MapSnapshot, NamedMap
from jjjmap.project.state import SavedView
from jjjmap.project.view_snapshots import snapshots_of_views

MOST_ROWS = 12
"""So many views are seen at once; more are scrolled."""
WIDTH_PX = 280

ON, OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ExportViewsBox(QWidget):
    """A choice between the map and its saved views; of those all are taken at first.

    Parameters
    ----------
    views
        In their order.
    """

    choice_changed = Signal()

    def __init__(self, views: Sequence[SavedView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views = tuple(views)
        self.kind_box = QComboBox(self)
        self.kind_box.addItem(_("当前地图"), False)
        self.kind_box.addItem(_("保存的视图"), True)
        self.kind_box.setAccessibleName(_("内容"))
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(_("要导出的视图"))
        for view in self._views:
            item = QListWidgetItem(view.title, self.list)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(ON)
        row_px = max(self.list.sizeHintForRow(0), 1)
        self.list.setFixedSize(QSize(WIDTH_PX, row_px * min(len(self._views), MOST_ROWS) + 8))
        menu = QMenu(self)
        for text, state in ((_("全选"), ON), (_("全不选"), OFF)):
            menu.addAction(text).triggered.connect(lambda _checked=False, state=state: self._check_all(state))
        menu.addSeparator()
        action = QWidgetAction(menu)
        action.setDefaultWidget(self.list)
        menu.addAction(action)
        self.button = QPushButton(self)
        self.button.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.kind_box)
        row.addWidget(self.button)
        row.addStretch(1)
        self.kind_box.currentIndexChanged.connect(self._follow)
        self.list.itemChanged.connect(self._follow)
        self._follow()

    @property
    def count(self) -> int:
        """How many views there are."""
        return len(self._views)

    @property
    def is_of_views(self) -> bool:
        """Whether saved views are wanted rather than the map as it is now."""
        return bool(self.kind_box.currentData())

    @property
    def chosen(self) -> tuple[SavedView, ...]:
        """The views that are checked, in their order."""
        return tuple(
            view
            for row, view in enumerate(self._views)
            if (item := self.list.item(row)) is not None and item.checkState() == ON
        )

    @property
    def shown_layer_ids(self) -> frozenset[str]:
        """Layers that at least one of the chosen views shows."""
        return frozenset(each.id for view in self.chosen for each in view.layers if each.visible)

    def maps(
        self, base: MapSnapshot, layer_ids: Collection[str], catalogue: Catalogue
    ) -> tuple[NamedMap, ...]:
        """Return the chosen views as maps.

        Parameters
        ----------
        base
            The layers that there are.
        layer_ids
            Those that are taken along: no view shows any other.
        """
        chosen = [
            replace(
                view,
                layers=tuple(
                    replace(each, visible=each.visible and each.id in layer_ids) for each in view.layers
                ),
            )
            for view in self.chosen
        ]
        snapshots = snapshots_of_views(chosen, base, catalogue)
        return tuple(NamedMap(view.title, snapshot) for view, snapshot in zip(chosen, snapshots, strict=True))

    def choose_views(self, is_of_views: bool = True) -> None:
        """Let views be wanted, or the map."""
        self.kind_box.setCurrentIndex(int(is_of_views))

    def check(self, row: int, is_on: bool) -> None:
        """Take a view along, or leave it."""
        item = self.list.item(row)
        if item is not None:
            item.setCheckState(ON if is_on else OFF)

    def _check_all(self, state: Qt.CheckState) -> None:
        blocker = QSignalBlocker(self.list)
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item is not None:
                item.setCheckState(state)
        del blocker
        self._follow()

    def _follow(self) -> None:
        count, total = len(self.chosen), len(self._views)
        text = (
            _("全部 {n} 个").format(n=total)
            if count == total
            else _("{n} / {count} 个").format(n=count, count=total)
        )
        self.button.setText(text)
        self.button.setAccessibleName(_("要导出的视图：{text}").format(text=text))
        self.button.setVisible(self.is_of_views)
        self.choice_changed.emit()
