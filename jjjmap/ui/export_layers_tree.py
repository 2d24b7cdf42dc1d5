"""Which layers an export takes along, and of users' layers which columns leave the building."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QWidget

from jjjmap.i18n import Language, _
from jjjmap.layers.layer import LayerGroup, LayerView, group_title
from jjjmap.ui.richtext import tooltip

_LAYER = Qt.ItemDataRole.UserRole
_COLUMN = Qt.ItemDataRole.UserRole + 1

MOST_OPEN_COLUMNS = 12

ON, OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ExportLayersTree(QTreeWidget):
    """Groups, layers with a check box, and below users' layers their columns with one each.

    Parameters
    ----------
    views
        All layers of the map, from the bottom up; those that are drawn are checked.
    language
        Of their titles.
    columns
        Columns of the users' layers, by layer id.
    kept_home
        Columns that are not checked, by layer id.
    """

    choice_changed = Signal()

    def __init__(
        self,
        views: Iterable[LayerView],
        language: Language,
        columns: Mapping[str, tuple[str, ...]],
        kept_home: Mapping[str, tuple[str, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._views = tuple(views)
        self._layers: dict[str, QTreeWidgetItem] = {}
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setUniformRowHeights(True)
        self.setAccessibleName(_("带走的图层"))
        groups: dict[LayerGroup, QTreeWidgetItem] = {}
        for group in LayerGroup:
            # As in the layers dock: the uppermost stands first.
            for view in reversed([each for each in self._views if each.layer.group is group]):
                if view.layer.geometry is None:
                    continue  # A plain table is no part of the map.
                heading = groups.get(group) or self._heading(group)
                groups[group] = heading
                self._add_layer(heading, view, language, columns, kept_home)
        for group, heading in groups.items():
            heading.setExpanded(
                group is LayerGroup.USER or any(child.checkState(0) == ON for child in _children(heading))
            )
        self.itemChanged.connect(self._follow)

    @property
    def chosen_ids(self) -> tuple[str, ...]:
        """Layers that are checked, from the bottom up."""
        return tuple(
            view.layer.id
            for view in self._views
            if view.layer.id in self._layers and self._layers[view.layer.id].checkState(0) == ON
        )

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Columns that are checked, by layer id; layers with all of theirs are not named."""
        return {layer_id: _columns_of(self._layers[layer_id], ON) for layer_id in self.kept_home}

    @property
    def kept_home(self) -> dict[str, tuple[str, ...]]:
        """Columns that are not checked, by layer id; layers with all of theirs are not named."""
        kept = {layer_id: _columns_of(item, OFF) for layer_id, item in self._layers.items()}
        return {layer_id: names for layer_id, names in kept.items() if names}

    def check(self, layer_id: str, *, column: str = "", is_on: bool = True) -> None:
        """Check or uncheck a layer, or one of its columns."""
        item = self._layers[layer_id]
        if column:
            item = next(child for child in _children(item) if child.data(0, _COLUMN) == column)
        item.setCheckState(0, ON if is_on else OFF)

    def check_only(self, layer_ids: Collection[str]) -> None:
        """Check these layers and no others."""
        for layer_id in self._layers:
            self.check(layer_id, is_on=layer_id in layer_ids)

    def show_columns(self, is_shown: bool) -> None:
        """Show the columns, or hide them where they are not asked for; what is checked stays so."""
        for item in self._layers.values():
            for child in _children(item):
                child.setHidden(not is_shown)

    def taken_along(self) -> tuple[LayerView, ...]:
        """Return the layers for an export, from the bottom up.

        What is checked is drawn. Users' layers that are not checked are gone, with all their rows; layers of
        ours stay as hidden ones, for choosing a place marks the units that it lies in.
        """
        chosen = set(self.chosen_ids)
        return tuple(
            replace(view, visible=view.layer.id in chosen)
            for view in self._views
            if view.layer.id in chosen or not view.layer.is_users
        )

    # How it is made.

    def _heading(self, group: LayerGroup) -> QTreeWidgetItem:
        heading = QTreeWidgetItem(self, [group_title(group)])
        heading.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemIsAutoTristate
        )
        return heading

    def _add_layer(
        self,
        heading: QTreeWidgetItem,
        view: LayerView,
        language: Language,
        columns: Mapping[str, tuple[str, ...]],
        kept_home: Mapping[str, tuple[str, ...]],
    ) -> None:
        layer = view.layer
        title = layer.title(language)
        item = QTreeWidgetItem(heading, [title])
        item.setToolTip(0, tooltip(title))
        item.setData(0, _LAYER, layer.id)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        )
        item.setCheckState(0, ON if view.visible else OFF)
        self._layers[layer.id] = item
        names = columns.get(layer.id, ())
        # What leaves the building is to be seen; a list of many columns would hide all other layers.
        item.setExpanded(view.visible and len(names) <= MOST_OPEN_COLUMNS)
        for name in names:
            child = QTreeWidgetItem(item, [name])
            child.setToolTip(0, tooltip(name))
            child.setData(0, _COLUMN, name)
            child.setFlags(item.flags())
            child.setCheckState(0, OFF if name in kept_home.get(layer.id, ()) else ON)
            child.setDisabled(not view.visible)

    def _follow(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _LAYER):
            blocker = QSignalBlocker(self)
            for child in _children(item):
                child.setDisabled(item.checkState(0) != ON)
            del blocker
            self.viewport().update()
        self.choice_changed.emit()


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    rows = (item.child(row) for row in range(item.childCount()))
    return [child for child in rows if child is not None]


def _columns_of(item: QTreeWidgetItem, state: Qt.CheckState) -> tuple[str, ...]:
    return tuple(str(child.data(0, _COLUMN)) for child in _children(item) if child.checkState(0) == state)
