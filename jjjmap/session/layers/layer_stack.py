"""The layers of the map as the user has set them, and who hears of a change."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import LayerUnknown
from jjjmap.i18n import _, language
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.session.history import Gone, History
from jjjmap.settings import LayerSetting

SHOWN_TITLES = 2
"""So many layers are named in a step of the history."""


class LayerStack(QObject):
    """Layers from the bottom up, each shown or hidden and more or less transparent.

    Attributes
    ----------
    history
        Where steps are recorded; `Session` gives all its parts the same one.
    """

    layer_visibility_changed = Signal(str, bool)  # layer id, whether it is drawn
    layer_opacity_changed = Signal(str, float)  # layer id, 0 invisible … 1 opaque
    layer_order_changed = Signal(list)  # layer ids from the bottom up
    layer_added = Signal(str)  # layer id
    layer_removed = Signal(str)  # layer id
    layer_changed = Signal(str)  # layer id; it is called or looks otherwise

    def __init__(self, views: Iterable[LayerView], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = History(self)
        self._views = tuple(views)
        self._removed: dict[str, tuple[int, LayerView]] = {}

    @property
    def views(self) -> tuple[LayerView, ...]:
        """All layers from the bottom up, hidden ones too."""
        return self._views

    def view(self, layer_id: str) -> LayerView:
        """Return one layer as it is set.

        Raises
        ------
        LayerUnknown
            No layer has this id.
        """
        return self._views[self._position(layer_id)]

    def layer(self, layer_id: str) -> Layer:
        """Return one layer; raises `LayerUnknown`."""
        return self.view(layer_id).layer

    def add(self, layer: Layer) -> None:
        """Put a layer on top of the others, shown as it is by itself; one that comes back, where it was."""
        number, view = self._removed.pop(
            layer.id, (len(self._views), LayerView(layer, layer.visible, layer.opacity))
        )
        self._views = (*self._views[:number], replace(view, layer=layer), *self._views[number:])
        self.layer_added.emit(layer.id)

    def remove(self, layer_id: str) -> None:
        """Take a layer away; raises `LayerUnknown`."""
        position = self._position(layer_id)
        self._removed[layer_id] = position, self._views[position]
        self._views = self._views[:position] + self._views[position + 1 :]
        self.layer_removed.emit(layer_id)

    def put(self, layer: Layer) -> None:
        """Let a layer be called or look otherwise; it stays where it is, as visible as it was."""
        view = self.view(layer.id)
        # What could not be drawn until now is shown, as any layer that is added.
        visible = layer.visible if view.layer.geometry is None else view.visible
        self._put(replace(view, layer=layer, visible=visible))
        self.layer_changed.emit(layer.id)

    def set_visible(self, layer_id: str, visible: bool) -> None:
        """Draw a layer, or leave it out."""
        self.set_all_visible((layer_id,), visible)

    def set_all_visible(self, layer_ids: Iterable[str], visible: bool) -> None:
        """Draw layers, or leave them out, by one step of the history; raises `LayerUnknown`."""
        changed = [view for view in map(self.view, layer_ids) if view.visible is not visible]
        for view in changed:
            self._put(replace(view, visible=visible))
            self.layer_visibility_changed.emit(view.layer.id, visible)
        if not changed:
            return
        titles = _("、").join(view.layer.title(language()) for view in changed[:SHOWN_TITLES])
        if len(changed) > SHOWN_TITLES:
            titles = _("{titles}等 {n} 个图层").format(titles=titles, n=len(changed))
        title = _("显示：{titles}") if visible else _("隐藏：{titles}")
        ids = [view.layer.id for view in changed]
        self.history.record(
            title.format(titles=titles),
            lambda: self._for_known(ids, lambda known: self.set_all_visible(known, not visible)),
            lambda: self._for_known(ids, lambda known: self.set_all_visible(known, visible)),
        )

    def set_opacity(self, layer_id: str, opacity: float) -> None:
        """Make a layer transparent: 0 is invisible, 1 opaque; what lies beyond is cut off."""
        view = self.view(layer_id)
        opacity = min(max(opacity, 0.0), 1.0)
        if view.opacity != opacity:
            self._put(replace(view, opacity=opacity))
            self.layer_opacity_changed.emit(layer_id, opacity)
            self.history.record_change(
                _("不透明度：{title}").format(title=view.layer.title(language())),
                lambda value: self._for_known([layer_id], lambda _ids: self.set_opacity(layer_id, value)),
                view.opacity,
                opacity,
                key=f"opacity {layer_id}",
            )

    def move_to(self, layer_id: str, index: int) -> None:
        """Draw a layer as the `index`-th, counted from the bottom."""
        view = self.view(layer_id)
        rest = [other for other in self._views if other.layer.id != layer_id]
        rest.insert(min(max(index, 0), len(rest)), view)
        before = [each.layer.id for each in self._views]
        after = [each.layer.id for each in rest]
        if after != before:
            self._views = tuple(rest)
            self.layer_order_changed.emit(after)
            self.history.record(
                _("移动图层：{title}").format(title=view.layer.title(language())),
                lambda: self._put_order(before),
                lambda: self._put_order(after),
            )

    def move_up(self, layer_id: str) -> Layer | None:
        """Draw a layer above the next one that is shown.

        Returns
        -------
        Layer or None
            The layer that is now below it; None if no shown layer was above.
        """
        return self._pass(layer_id, +1)

    def move_down(self, layer_id: str) -> Layer | None:
        """Draw a layer below the next one that is shown, and return that one; None if it was the lowest."""
        return self._pass(layer_id, -1)

    def put_views(self, settings: Iterable[LayerSetting]) -> None:
        """Set all layers as they were left once; who listens hears of each thing that is another now.

        A layer that is not there any more is passed over, one that came since stays as it is, where it is.
        """
        before = {view.layer.id: view for view in self._views}
        order = [view.layer.id for view in self._views]
        self._views = remembered_views(self._views, settings)
        if [view.layer.id for view in self._views] != order:
            self.layer_order_changed.emit([view.layer.id for view in self._views])
        for view in self._views:
            was = before[view.layer.id]
            if view.visible is not was.visible:
                self.layer_visibility_changed.emit(view.layer.id, view.visible)
            if view.opacity != was.opacity:
                self.layer_opacity_changed.emit(view.layer.id, view.opacity)

    def settings(self) -> tuple[LayerSetting, ...]:
        """Return what is worth remembering, from the bottom up."""
        return tuple(LayerSetting(view.layer.id, view.visible, view.opacity) for view in self._views)

    def _pass(self, layer_id: str, step: int) -> Layer | None:
        # Going past a hidden layer changes nothing that a person could see, so those are skipped.
        position = self._position(layer_id) + step
        while 0 <= position < len(self._views):
            other = self._views[position]
            if other.visible:
                self.move_to(layer_id, position)
                return other.layer
            position += step
        return None

    def _put_order(self, ids: list[str]) -> None:
        """Draw layers in an order; those that are not named stay above what is below them now."""
        by_id = {view.layer.id: view for view in self._views}
        rest = [by_id[layer_id] for layer_id in ids if layer_id in by_id]
        for position, view in enumerate(self._views):
            if view.layer.id not in ids:
                below = self._views[position - 1] if position else None
                rest.insert(rest.index(below) + 1 if below is not None else 0, view)
        if tuple(rest) != self._views:
            self._views = tuple(rest)
            self.layer_order_changed.emit([each.layer.id for each in rest])

    def _for_known(self, layer_ids: list[str], act: Callable[[list[str]], None]) -> Gone | None:
        """Do something, by a step of the history, to those layers that are still there."""
        known = [layer_id for layer_id in layer_ids if any(each.layer.id == layer_id for each in self._views)]
        if not known:
            return Gone(_("图层已经不在"))
        act(known)
        return None

    def _position(self, layer_id: str) -> int:
        for position, view in enumerate(self._views):
            if view.layer.id == layer_id:
                return position
        raise LayerUnknown(layer_id, tuple(view.layer.id for view in self._views))

    def _put(self, changed: LayerView) -> None:
        self._views = tuple(changed if view.layer.id == changed.layer.id else view for view in self._views)


def remembered_views(first: tuple[LayerView, ...], settings: Iterable[LayerSetting]) -> tuple[LayerView, ...]:
    """Return the layers as the user left them.

    A remembered layer that we no longer ship is forgotten; a layer that is new since then goes where `first`
    has it: just above the layer below it there.
    """
    by_id = {view.layer.id: view for view in first}
    views = [
        LayerView(by_id[setting.id].layer, setting.visible, min(max(setting.opacity, 0.0), 1.0))
        for setting in {setting.id: setting for setting in settings}.values()
        if setting.id in by_id
    ]
    for position, view in enumerate(first):
        if all(view.layer.id != known.layer.id for known in views):
            below = first[position - 1].layer.id if position else ""
            places = [place + 1 for place, known in enumerate(views) if known.layer.id == below]
            views.insert(places[0] if places else 0, view)
    return tuple(views)
