"""The layers dock: what is drawn, how strongly and in which order, and every place by name."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from qtpy.QtGui import QIcon, QKeyEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSlider,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.wording import EVIDENCE_DOTS
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import LAYER_PREFIX
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.workspace import Workspace
from jjjmap.ui.filter_line import FilterLine
from jjjmap.ui.icon_button import IconButton
from jjjmap.ui.icons import Icon, icon
from jjjmap.ui.models.layer_tree_model import LayerTreeModel, NodeType, Role
from jjjmap.ui.models.place_filter import PlaceFilter
from jjjmap.ui.richtext import tooltip
from jjjmap.ui.symbols import symbol_icon

OPEN_AT_FIRST = ("user", "structure", "platforms", "transport")
"""Groups and layers that are unfolded at first start: what the map is about."""


class LayerTree(QTreeView):
    """A tree in which a click and Enter choose, and arrow keys only walk."""

    row_chosen = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(14)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.clicked.connect(self.row_chosen)

    # Overrides of Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class LayersPanel(QWidget):
    """Shows `LayerStack` and asks it to change; tells which place or layer the user wants to see."""

    place_requested = Signal(str)  # place id
    layer_zoom_requested = Signal(str)  # layer id
    layer_moved = Signal(str)  # where a layer is drawn now, a sentence
    menu_opening = Signal(QMenu, str)  # the menu of a layer and its id: whoever offers more adds it
    table_requested = Signal(str)  # layer id, of the user's

    def __init__(self, workspace: Workspace, stack: LayerStack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._stack = stack
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._place_id = ""
        self._open_rows: set[str] = set(OPEN_AT_FIRST)
        self.filter_line = FilterLine(self)
        self.filter_line.setClearButtonEnabled(True)
        self.model = LayerTreeModel(workspace, stack, self._icon_for, self)
        self.proxy = PlaceFilter(self)
        self.proxy.setSourceModel(self.model)
        self.tree = LayerTree(self)
        self.tree.setModel(self.proxy)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        # Fixed: measuring every row anew with each unfolding is what makes large trees slow.
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(20)
        header.resizeSection(1, self.tree.fontMetrics().horizontalAdvance("●" * EVIDENCE_DOTS) + 14)
        self.layer_label = QLabel(self)
        self.layer_label.setTextFormat(Qt.TextFormat.PlainText)
        # A user's layer may be called anything: the dock keeps its width.
        self.layer_label.setMinimumWidth(1)
        self.opacity_label = QLabel(self)
        self.opacity_slider = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity_slider.setRange(0, 100)
        self.opacity_slider.setValue(100)
        self.opacity_slider.setPageStep(10)
        self.up_button = IconButton(Icon.UP, lambda: self._move(self._stack.move_up, up=True), self)
        self.down_button = IconButton(Icon.DOWN, lambda: self._move(self._stack.move_down, up=False), self)
        self.zoom_button = IconButton(Icon.ZOOM_TO, self._ask_to_zoom, self)
        self._lay_out()
        self.filter_line.textChanged.connect(self._look_for)
        self.filter_line.chosen.connect(self._choose_first)
        self.filter_line.left_downwards.connect(self._enter_tree)
        self.tree.row_chosen.connect(self._choose)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.tree.expanded.connect(self._note_open)
        self.tree.collapsed.connect(self._note_closed)
        self.tree.selectionModel().currentChanged.connect(self._show_current_layer)
        self.opacity_slider.valueChanged.connect(self._set_opacity)
        self._name_controls()
        self._unfold()
        self._show_current_layer()

    def retranslate(self) -> None:
        """Speak the language in use; the tree is sorted anew."""
        self._name_controls()
        self._rebuild()

    def show_order(self) -> None:
        """Draw the tree in the new order; a slot for `LayerStack.layer_order_changed`."""
        self._rebuild()

    def show_layers(self) -> None:
        """Show layers that were added, taken away or changed; a slot for the news of `LayerStack`."""
        self._icons = {key: icon for key, icon in self._icons.items() if not key[0].startswith(LAYER_PREFIX)}
        if any(view.layer.is_users for view in self._stack.views):
            self._open_rows.add(LayerGroup.USER.value)
        self._rebuild()

    def show_current(self, layer_id: str) -> None:
        """Mark a layer, e.g. one that has just been opened."""
        index = self.proxy.mapFromSource(self.model.index_of_layer(layer_id))
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def show_opacity(self, layer_id: str) -> None:
        """Show the opacity of the current layer; a slot for `LayerStack.layer_opacity_changed`."""
        if layer_id == self._current_layer_id():
            self._show_current_layer()

    def show_place(self, place_id: str) -> None:
        """Mark a place, unfolding what it stands under; a slot for `Selection.place_chosen`."""
        self._place_id = place_id
        index = self.proxy.mapFromSource(self.model.index_of_place(place_id))
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)
        else:
            self._unmark_place()

    def show_nothing(self) -> None:
        """Mark no place; a slot for `Selection.selection_cleared`."""
        self._place_id = ""
        self._unmark_place()

    # How the panel is made.

    def _name_controls(self) -> None:
        self.filter_line.setPlaceholderText(_("筛选地点：名称、别名、英文名"))
        self.filter_line.setAccessibleName(_("筛选图层和地点"))
        self.tree.setAccessibleName(_("图层和地点"))
        self.opacity_slider.setAccessibleName(_("图层不透明度"))
        for button, name in (
            (self.up_button, _("上移一层：画在上面一层之上")),
            (self.down_button, _("下移一层：画在下面一层之下")),
            (self.zoom_button, _("缩放到图层")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.layer_label, 1)
        for button in (self.up_button, self.down_button, self.zoom_button):
            row.addWidget(button)
        slider_row = QHBoxLayout()
        slider_row.addWidget(self.opacity_label)
        slider_row.addWidget(self.opacity_slider, 1)
        footer = QFrame(self)
        footer.setObjectName("layer_footer")
        inner = QVBoxLayout(footer)
        inner.setContentsMargins(8, 5, 6, 6)
        inner.setSpacing(3)
        inner.addLayout(row)
        inner.addLayout(slider_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(6, 6, 6, 6)
        top.addWidget(self.filter_line)
        column.addLayout(top)
        column.addWidget(self.tree, 1)
        column.addWidget(footer)

    def _icon_for(self, layer: Layer, value: str) -> QIcon:
        if layer.geometry is None:
            return icon(Icon.TABLE, self.palette())
        symbol = layer.style.class_for(value)
        key = (layer.id, symbol.value)
        if key not in self._icons:
            ratio = max(self.devicePixelRatioF(), 2.0)
            self._icons[key] = symbol_icon(symbol, layer.geometry, pixel_ratio=ratio)
        return self._icons[key]

    # The tree.

    def _rebuild(self) -> None:
        current = self.tree.currentIndex()
        kind, row_id = current.data(Role.TYPE), current.data(Role.ID)
        bar = self.tree.verticalScrollBar()
        scrolled = bar.value()
        self.model.rebuild()
        self._unfold()
        self.tree.doItemsLayout()  # Now rather than later: only then can it be scrolled back.
        bar.setValue(scrolled)
        if row_id is not None:
            find = self.model.index_of_place if kind == NodeType.PLACE else self.model.index_of_layer
            self.tree.setCurrentIndex(self.proxy.mapFromSource(find(row_id)))
        self._show_current_layer()

    def _unfold(self) -> None:
        """Unfold what the user had unfolded, or everything that is found."""
        if self.proxy.is_filtering:
            self.tree.expandAll()
            return
        blocker = QSignalBlocker(self.tree)
        self.tree.collapseAll()
        self._unfold_below(QModelIndex())
        del blocker

    def _unfold_below(self, parent: QModelIndex) -> None:
        for row in range(self.proxy.rowCount(parent)):
            index = self.proxy.index(row, 0, parent)
            if index.data(Role.ID) in self._open_rows:
                self.tree.expand(index)
                self._unfold_below(index)

    def _note_open(self, index: QModelIndex) -> None:
        if not self.proxy.is_filtering:
            self._open_rows.add(index.data(Role.ID))

    def _note_closed(self, index: QModelIndex) -> None:
        if not self.proxy.is_filtering:
            self._open_rows.discard(index.data(Role.ID))

    def _unmark_place(self) -> None:
        if self.tree.currentIndex().data(Role.TYPE) == NodeType.PLACE:
            self.tree.selectionModel().clear()

    def _look_for(self, text: str) -> None:
        self.proxy.look_for(text)
        self._unfold()
        # Qt marks a neighbour when the marked row is filtered out; a mark must mean the chosen place.
        if self._place_id:
            self.show_place(self._place_id)
        else:
            self._unmark_place()

    def _first_place(self, parent: QModelIndex) -> QModelIndex:
        for row in range(self.proxy.rowCount(parent)):
            index = self.proxy.index(row, 0, parent)
            if index.data(Role.TYPE) == NodeType.PLACE:
                return index
            found = self._first_place(index)
            if found.isValid():
                return found
        return QModelIndex()

    def _choose_first(self) -> None:
        if self.proxy.is_filtering:
            self._choose(self._first_place(QModelIndex()))

    def _enter_tree(self) -> None:
        self.tree.setFocus()
        first = self._first_place(QModelIndex()) if self.proxy.is_filtering else self.tree.currentIndex()
        self.tree.setCurrentIndex(first if first.isValid() else self.proxy.index(0, 0))

    def _choose(self, index: QModelIndex) -> None:
        match index.data(Role.TYPE):
            case NodeType.LAYER if self._stack.layer(self._layer_id(index)).geometry is None:
                self.table_requested.emit(self._layer_id(index))
            case NodeType.PLACE:
                self.place_requested.emit(index.siblingAtColumn(0).data(Role.ID))
            case NodeType.GROUP | NodeType.SHELF:
                first = index.siblingAtColumn(0)
                self.tree.setExpanded(first, not self.tree.isExpanded(first))

    def _show_menu(self, where: QPoint) -> None:
        index = self.tree.indexAt(where)
        layer_id = self._layer_id(index)
        if not layer_id:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = self._stack.view(layer_id).visible
        if self._stack.layer(layer_id).geometry is not None:
            menu.addAction(
                _("隐藏图层") if shown else _("显示图层"),
                lambda: self._stack.set_visible(layer_id, not shown),
            )
            menu.addAction(self.zoom_button.toolTip(), self._ask_to_zoom)
            menu.addSeparator()
            menu.addAction(self.up_button.toolTip(), self.up_button.click)
            menu.addAction(self.down_button.toolTip(), self.down_button.click)
        self.menu_opening.emit(menu, layer_id)
        menu.popup(self.tree.viewport().mapToGlobal(where))

    # The current layer.

    def _layer_id(self, index: QModelIndex) -> str:
        return self.model.layer_id_at(self.proxy.mapToSource(index))

    def _current_layer_id(self) -> str:
        return self._layer_id(self.tree.currentIndex())

    def _show_current_layer(self) -> None:
        layer_id = self._current_layer_id()
        is_drawn = bool(layer_id) and self._stack.layer(layer_id).geometry is not None
        for widget in (
            self.opacity_slider,
            self.opacity_label,
            self.up_button,
            self.down_button,
            self.zoom_button,
        ):
            widget.setEnabled(is_drawn)
        if not layer_id:
            self.layer_label.setText(_("选一个图层以调整"))
            self.layer_label.setToolTip("")
            self.opacity_label.setText(_("不透明度"))
            return
        view = self._stack.view(layer_id)
        title = view.layer.title(self._workspace.language)
        self.layer_label.setText(title)
        self.layer_label.setToolTip(tooltip(title))
        percent = round(view.opacity * 100)
        self.opacity_label.setText(_("不透明度 {percent}%").format(percent=percent))
        blocker = QSignalBlocker(self.opacity_slider)
        self.opacity_slider.setValue(percent)
        del blocker

    def _set_opacity(self, percent: int) -> None:
        layer_id = self._current_layer_id()
        if layer_id:
            self._stack.set_opacity(layer_id, percent / 100)

    def _move(self, move: Callable[[str], Layer | None], *, up: bool) -> None:
        layer_id = self._current_layer_id()
        if not layer_id:
            return
        passed = move(layer_id)
        language = self._workspace.language
        title = self._stack.layer(layer_id).title(language)
        if passed is None:
            sentence = _("“{layer}”已在最上面。") if up else _("“{layer}”已在最下面。")
            self.layer_moved.emit(sentence.format(layer=title))
        else:
            sentence = _("“{layer}”现在画在“{other}”之上。") if up else _("“{layer}”现在画在“{other}”之下。")
            self.layer_moved.emit(sentence.format(layer=title, other=passed.title(language)))

    def _ask_to_zoom(self) -> None:
        layer_id = self._current_layer_id()
        if layer_id:
            self.layer_zoom_requested.emit(layer_id)
