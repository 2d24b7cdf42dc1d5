"""The tree of the layers dock: groups, their layers with a check box, and the places of each layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from qtpy.QtCore import (
    QAbstractItemModel,
    QCollator,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from qtpy.QtGui import QBrush, QGuiApplication, QIcon, QPalette

from jjjmap.catalogue.models import Place, PlaceKind
from jjjmap.catalogue.wording import (
    EVIDENCE_DOTS,
    category_name,
    evidence_name,
    evidence_rank,
    evidence_text,
    kind_name,
)
from jjjmap.i18n import Language, _, language
from jjjmap.layers.layer import Layer, LayerGroup, group_title
from jjjmap.layers.members import class_value, draws
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.workspace import Workspace
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex

CATEGORY_ORDER = ("协同创新", "现代制造业", "服务业", "农业合作")
"""Categories of the list of 2017, in its order; any other comes after them."""

SINGLE_LAYER_GROUPS = (LayerGroup.PLATFORMS,)
"""Groups that need no heading while they hold one layer."""


class NodeType(IntEnum):
    """What a row of the tree is."""

    GROUP = 0
    LAYER = 1
    SHELF = 2
    """A heading between a layer and its places: a category, a city."""
    PLACE = 3


class Role(IntEnum):
    """What the model tells besides Qt's own roles."""

    TYPE = Qt.ItemDataRole.UserRole
    ID = Qt.ItemDataRole.UserRole + 1
    """Group, layer or place id; a made-up one for shelves."""
    SEARCH = Qt.ItemDataRole.UserRole + 2
    """All names of a row, in lower case."""


@dataclass(slots=True, eq=False)
class _Node:
    kind: NodeType
    id: str
    parent: _Node | None = None
    row: int = 0
    children: list[_Node] = field(default_factory=list)
    text: str = ""
    search: str = ""
    layer: Layer | None = None
    place: Place | None = None
    icon: QIcon | None = None
    count: int = 0

    def add(self, child: _Node) -> _Node:
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child


def compact_count(count: int) -> str:
    """Return a number that fits beside a name: 9,876, 1.2万, 345万; in English 12k, 3.5M."""
    if count < 10_000:
        return f"{count:,}" if count >= 1_000 else str(count)
    if language() is Language.ZH:
        return f"{count / 1e4:.1f}万" if count < 100_000 else f"{count / 1e4:,.0f}万"
    return f"{count / 1e3:.0f}k" if count < 1_000_000 else f"{count / 1e6:.1f}M"


def _drawn_layers(group: _Node) -> list[_Node]:
    return [node for node in group.children if node.layer is not None and node.layer.geometry is not None]


class LayerTreeModel(QAbstractItemModel):
    """Layers and places as rows; ticking a layer asks the stack to show it."""

    def __init__(
        self,
        workspace: Workspace,
        stack: LayerStack,
        icon_for: Callable[[Layer, str], QIcon],
        parent: QObject | None = None,
    ) -> None:
        """Build the tree.

        Parameters
        ----------
        workspace, stack
            What it shows.
        icon_for
            Returns the picture of a layer's class for an attribute value.
        """
        super().__init__(parent)
        self._workspace = workspace
        self._stack = stack
        self._icon_for = icon_for
        self._root = _Node(NodeType.GROUP, "")
        self._layers: dict[str, _Node] = {}
        self._places: dict[str, _Node] = {}
        self._build()

    def rebuild(self) -> None:
        """Read names and order anew, e.g. in another language."""
        # Rows of before are known to Qt by their address until the reset is over.
        before = self._root
        self.beginResetModel()
        self._build()
        self.endResetModel()
        del before

    def index_of_place(self, place_id: str) -> QModelIndex:
        """Return the row of a place; an invalid index if it has none."""
        return self._index_of(self._places.get(place_id))

    def index_of_layer(self, layer_id: str) -> QModelIndex:
        """Return the row of a layer; an invalid index if it has none."""
        return self._index_of(self._layers.get(layer_id))

    def layer_id_at(self, index: Index) -> str:
        """Return the layer that a row is or belongs to; empty for a group."""
        node: _Node | None = self._node(index)
        while node is not None and node.layer is None:
            node = node.parent
        return node.id if node is not None else ""

    def show_visibility(self, layer_id: str, visible: bool) -> None:
        """Repaint the boxes of a layer and its group; a slot for `LayerStack.layer_visibility_changed`."""
        index = self.index_of_layer(layer_id)
        if index.isValid():
            roles = [Qt.ItemDataRole.CheckStateRole]
            self.dataChanged.emit(index, index, roles)
            self.dataChanged.emit(index.parent(), index.parent(), roles)

    # How the tree is made.

    def _build(self) -> None:
        self._root = _Node(NodeType.GROUP, "")
        self._layers, self._places = {}, {}
        # What is drawn on top stands on top.
        layers = [view.layer for view in reversed(self._stack.views)]
        for group in LayerGroup:
            members = [layer for layer in layers if layer.group is group]
            if group in SINGLE_LAYER_GROUPS and len(members) == 1:
                # A heading over one layer of the same name would say everything twice.
                self._add_layer(self._root, members[0])
            elif members:
                node = self._root.add(_Node(NodeType.GROUP, group.value, text=group_title(group)))
                for layer in members:
                    self._add_layer(node, layer)
        self._add_undrawn(layers)

    def _add_layer(self, group: _Node, layer: Layer) -> None:
        title = layer.title(self._workspace.language)
        search = f"{layer.title_zh} {layer.title_en}".lower()
        icon = self._icon_for(layer, layer.style.classes[0].value)
        node = group.add(_Node(NodeType.LAYER, layer.id, text=title, search=search, layer=layer, icon=icon))
        self._layers[layer.id] = node
        if layer.is_users:
            node.count = layer.rows
        if layer.kind is None:
            return
        catalogue = self._workspace.catalogue
        places = tuple(p for p in self._workspace.places_of(layer.kind) if draws(layer, p, catalogue))
        node.count = len(places)
        self._add_places(node, layer.kind, places)

    def _add_undrawn(self, layers: list[Layer]) -> None:
        """Add places that no layer draws: they are chosen and read like any other."""
        catalogue = self._workspace.catalogue
        group = _Node(NodeType.GROUP, "undrawn", text=_("没有图层的地点"))
        for kind in PlaceKind:
            takers = [layer for layer in layers if layer.kind is kind]
            places = tuple(
                place
                for place in self._workspace.places_of(kind)
                if not any(draws(layer, place, catalogue) for layer in takers)
            )
            if places:
                shelf = group.add(_Node(NodeType.SHELF, f"undrawn/{kind.value}", text=kind_name(kind)))
                shelf.count = len(places)
                self._fill(shelf, places)
        if group.children:
            self._root.add(group)

    def _add_places(self, node: _Node, kind: PlaceKind, places: tuple[Place, ...]) -> None:
        match kind:
            case PlaceKind.PLATFORM:
                self._add_shelves(
                    node, places, lambda place: place.category, self._category_title, CATEGORY_ORDER
                )
            case PlaceKind.CLUSTER:
                sets = dict.fromkeys(
                    cluster.set_zh for cluster in self._workspace.catalogue.clusters.values()
                )
                self._add_shelves(node, places, self._set_of, self._set_title, tuple(sets))
            case PlaceKind.COUNTY:
                self._add_shelves(node, places, lambda place: place.parent_id, self._place_title)
            case _:
                self._fill(node, places)

    def _add_shelves(
        self,
        node: _Node,
        places: tuple[Place, ...],
        key: Callable[[Place], str],
        title: Callable[[str], str],
        order: tuple[str, ...] = (),
    ) -> None:
        shelves: dict[str, list[Place]] = {}
        for place in places:
            shelves.setdefault(key(place), []).append(place)
        known = [value for value in order if value in shelves]
        for value in known + sorted(shelves.keys() - set(known)):
            shelf = node.add(_Node(NodeType.SHELF, f"{node.id}/{value}", text=title(value)))
            shelf.count = len(shelves[value])
            self._fill(shelf, shelves[value])

    def _fill(self, node: _Node, places: Iterable[Place]) -> None:
        language = self._workspace.language
        collator = QCollator(QLocale("zh_CN" if language is Language.ZH else "en"))
        layer_node: _Node | None = node
        while layer_node is not None and layer_node.layer is None:
            layer_node = layer_node.parent
        layer = layer_node.layer if layer_node is not None else None
        by_attribute = layer is not None and layer.style.attribute == "category"
        for place in sorted(places, key=lambda each: collator.sortKey(each.name(language))):
            value = class_value(place, self._workspace.catalogue)
            icon = self._icon_for(layer, value) if layer is not None and by_attribute else None
            search = " ".join((place.name_zh, place.name_en, *place.aliases, place.county)).lower()
            self._places[place.id] = node.add(
                _Node(
                    NodeType.PLACE, place.id, text=place.name(language), search=search, place=place, icon=icon
                )
            )

    def _set_of(self, place: Place) -> str:
        cluster = self._workspace.catalogue.clusters.get(place.id)
        return cluster.set_zh if cluster is not None else ""

    def _set_title(self, set_zh: str) -> str:
        for cluster in self._workspace.catalogue.clusters.values():
            if cluster.set_zh == set_zh:
                return cluster.set_zh if self._workspace.language is Language.ZH else cluster.set_en
        return _("未归类")

    def _category_title(self, category: str) -> str:
        return category_name(category)

    def _place_title(self, place_id: str) -> str:
        if self._workspace.knows(place_id):
            return self._workspace.place(place_id).name(self._workspace.language)
        return _("未归属")

    # Texts of a row.

    def _note(self, node: _Node) -> str:
        if node.place is not None:
            rank = evidence_rank(node.place.evidence)
            return "●" * rank + "○" * (EVIDENCE_DOTS - rank) if rank else ""
        return compact_count(node.count) if node.count else ""

    def _tip(self, node: _Node) -> str:
        if node.layer is not None and node.layer.is_users:
            return tooltip(f"{node.text}\n{self._spoken(node)}").replace("\n", "<br>")
        if node.place is None:
            return tooltip(node.text)
        other = Language.EN if self._workspace.language is Language.ZH else Language.ZH
        parts = [node.text, node.place.name(other)]
        if evidence_name(node.place.evidence):
            parts.append(_("依据：{grade}").format(grade=evidence_name(node.place.evidence)))
            parts.append(evidence_text(node.place.evidence))
        return tooltip("\n".join(parts)).replace("\n", "<br>")

    def _spoken(self, node: _Node) -> str:
        if node.place is not None and evidence_name(node.place.evidence):
            return _("{name}，依据：{grade}").format(name=node.text, grade=evidence_name(node.place.evidence))
        if node.layer is not None and node.layer.is_users:
            sentence = _("{name}，{n} 行") if node.layer.geometry else _("{name}，表格，{n} 行，不在地图上")
            return sentence.format(name=node.text, n=f"{node.count:,}")
        if node.count:
            return _("{name}，{n} 个地点").format(name=node.text, n=node.count)
        return node.text

    def _check_state(self, node: _Node) -> Qt.CheckState | None:
        if node.layer is not None and node.layer.geometry is None:
            return None
        if node.layer is not None:
            shown = self._stack.view(node.id).visible
            return Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked
        if node.kind is NodeType.GROUP:
            drawn = _drawn_layers(node)
            if not drawn:
                return None
            shown_layers = sum(self._stack.view(child.id).visible for child in drawn)
            if shown_layers == len(drawn):
                return Qt.CheckState.Checked
            return Qt.CheckState.PartiallyChecked if shown_layers else Qt.CheckState.Unchecked
        return None

    def _node(self, index: Index) -> _Node:
        return index.internalPointer() if index.isValid() else self._root

    def _index_of(self, node: _Node | None) -> QModelIndex:
        return QModelIndex() if node is None else self.createIndex(node.row, 0, node)

    # Overrides of Qt.

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the place of a row in the tree."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._node(parent).children[row])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """Return the heading that a row stands under."""
        if not index.isValid():
            return QModelIndex()
        above = self._node(index).parent
        return QModelIndex() if above is None or above is self._root else self._index_of(above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows stand below one."""
        return 0 if parent.column() > 0 else len(self._node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, and number of places or evidence grade."""
        return 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let layers and groups be ticked."""
        flags = super().flags(index)
        if index.isValid() and index.column() == 0 and self._check_state(self._node(index)) is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows."""
        if not index.isValid():
            return None
        node = self._node(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return node.text if index.column() == 0 else self._note(node)
            case Qt.ItemDataRole.CheckStateRole if index.column() == 0:
                return self._check_state(node)
            case Qt.ItemDataRole.DecorationRole if index.column() == 0:
                return node.icon
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(node)
            case Qt.ItemDataRole.AccessibleTextRole if index.column() == 0:
                return self._spoken(node)
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == 1:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ForegroundRole if index.column() == 1:
                return QBrush(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
            case Role.TYPE:
                return int(node.kind)
            case Role.ID:
                return node.id
            case Role.SEARCH:
                return node.search
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Show or hide a layer, or all layers of a group."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or index.column() != 0:
            return False
        node = self._node(index)
        if self._check_state(node) is None:
            return False
        visible = Qt.CheckState(value) == Qt.CheckState.Checked
        nodes = [node] if node.layer is not None else _drawn_layers(node)
        self._stack.set_all_visible([each.id for each in nodes], visible)
        return True
