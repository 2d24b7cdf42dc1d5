"""The layers that the user opened: what is set on them, and who hears of a change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject

from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import _
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.history import Step
from jjjmap.session.layers.comings import Opened, layer_gone
from jjjmap.session.layers.renewed import RenewedLayers
from jjjmap.session.tasks import Task, TaskRunner

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.styling.user_style import StyledRows
    from jjjmap.layers.tables.filters import Filter

    Rows = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

__all__ = ["Opened", "UserLayers", "style_key"]

AT_ONCE_ROWS = 50_000
"""Styles and filters of so many rows are reckoned while the user waits; longer ones are tasks."""


class UserLayers(RenewedLayers):
    """The user's layers and what is set on them.

    What is set, comes or goes is a step of `history`; what was marked is not.
    """

    def __init__(self, store: UserLayerStore, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(store, tasks, parent)
        self._reckonings: dict[tuple[str, str], Task] = {}
        self._wished: dict[tuple[str, str], Any] = {}  # what is being reckoned

    # ---- what the user sets ----

    def rename(self, layer_id: str, title: str) -> None:
        """Call a layer otherwise."""
        before = self._layers[layer_id].title
        after = title.strip()[:200] or before
        self._keep(replace(self._layers[layer_id], title=after))
        self.layer_renamed.emit(layer_id)
        self.history.record_change(
            _("重命名：{title}").format(title=after),
            lambda value: self._if_there(layer_id, lambda: self.rename(layer_id, value)),
            before,
            after,
        )

    def style_wished(self, layer_id: str) -> UserStyle:
        """Return the style of a layer, or the one that is being worked out for it."""
        style: UserStyle = self._wished.get((layer_id, "style"), self._layers[layer_id].style)
        return style

    def set_style(self, layer_id: str, style: UserStyle) -> None:
        """Give a layer another look; `style_changed` comes when it is reckoned."""
        from jjjmap.layers.styling.classify import apply_style

        table = self.table(layer_id)
        title = _("设置样式：{title}").format(title=self._layers[layer_id].title)
        step = self.history.record_change(
            title,
            lambda value: self._if_there(layer_id, lambda: self.set_style(layer_id, value)),
            self.style_wished(layer_id),
            style,
            key=style_key(layer_id),
        )
        self._wished[layer_id, "style"] = style
        self._reckon(
            layer_id,
            "style",
            title,
            lambda: apply_style(table, style),
            lambda styled: self._take_style(layer_id, style, styled),
            step,
        )

    def set_filter(self, layer_id: str, wanted: Filter | None) -> None:
        """Show only some rows; `filter_changed` comes when they are known."""
        table = self.table(layer_id)
        wished = (layer_id, "filter")
        title = _("筛选：{title}").format(title=self._layers[layer_id].title)
        step = self.history.record_change(
            title,
            lambda value: self._if_there(layer_id, lambda: self.set_filter(layer_id, value)),
            self._wished[wished] if wished in self._wished else self.filter(layer_id),
            wanted,
            key=f"filter {layer_id}",
        )
        self._wished[wished] = wanted
        self._reckon(
            layer_id,
            "filter",
            title,
            lambda: wanted.matches(table) if wanted is not None else None,
            lambda mask: self._take_mask(layer_id, wanted, mask),
            step,
        )

    def select_rows(self, layer_id: str, rows: Sequence[int] | Rows) -> None:
        """Mark rows, instead of those marked before; a slot for table and map alike."""
        import numpy as np

        numbers = np.asarray(rows, dtype=np.int64)
        # By a mask rather than np.unique: a million rows are marked in some milliseconds.
        mask = np.zeros(len(self.table(layer_id)), dtype=bool)
        mask[numbers[(numbers >= 0) & (numbers < len(mask))]] = True
        wanted = np.flatnonzero(mask)
        if not np.array_equal(wanted, self.selected_rows(layer_id)):
            self._selected[layer_id] = wanted
            self.selection_changed.emit(layer_id)

    def clear_selection(self) -> None:
        """Mark nothing in any layer."""
        for layer_id in [each for each, rows in self._selected.items() if len(rows)]:
            del self._selected[layer_id]
            self.selection_changed.emit(layer_id)

    # ---- how it is reckoned ----

    def _reckon(
        self,
        layer_id: str,
        kind: str,
        title: str,
        reckon: Callable[[], object],
        take: Callable[..., None],
        step: Step | None,
    ) -> None:
        """Reckon something about all rows: few at once, many as a task; only the last wish counts.

        `step` is dropped if nothing comes of the wish.
        """
        earlier = self._reckonings.pop((layer_id, kind), None)
        if earlier is not None:
            earlier.cancel()
        if self._layers[layer_id].facts.rows <= AT_ONCE_ROWS:
            try:
                reckoned = reckon()
            except BaseException:
                self._give_up_wish(layer_id, kind, step)
                raise
            self._wished.pop((layer_id, kind), None)
            take(reckoned)
            return
        task: Task | None = None

        def is_last() -> bool:
            return self._reckonings.get((layer_id, kind)) is task and layer_id in self._layers

        def take_last(result: object) -> None:
            if is_last():
                del self._reckonings[layer_id, kind]
                self._wished.pop((layer_id, kind), None)
                take(result)

        def give_up() -> None:
            if is_last():
                del self._reckonings[layer_id, kind]
                self._give_up_wish(layer_id, kind, step)

        def fail(error: Exception) -> None:
            give_up()
            self.work_failed.emit(error)

        task = self._tasks.start(
            title,
            lambda _progress, _cancelled: (reckon(),),
            on_success=lambda result: take_last(result[0]),
            on_failure=fail,
        )
        task.cancelled.connect(give_up)
        self._reckonings[layer_id, kind] = task

    def _give_up_wish(self, layer_id: str, kind: str, step: Step | None) -> None:
        self._wished.pop((layer_id, kind), None)
        self.history.drop(step)

    def _if_there(self, layer_id: str, act: Callable[[], None]) -> object:
        """Do something to a layer by a step of the history, or say that the layer is gone."""
        if layer_id not in self._layers:
            return layer_gone()
        try:
            act()
        except RowsUnreadable as error:
            self.work_failed.emit(error)
            return False
        return True

    def _take_style(self, layer_id: str, style: UserStyle, styled: StyledRows) -> None:
        self._styled[layer_id] = styled
        self._keep(replace(self._layers[layer_id], style=style, look=styled.style))
        self.style_changed.emit(layer_id)

    def _take_mask(self, layer_id: str, wanted: Filter | None, mask: Mask | None) -> None:
        self._masks[layer_id] = mask
        said = wanted.to_json() if wanted is not None else None
        self._keep(replace(self._layers[layer_id], filter=said))
        self.filter_changed.emit(layer_id)

    def _forget(self, layer_id: str) -> None:
        """Forget what is being reckoned from the rows, too."""
        for key in [key for key in self._reckonings if key[0] == layer_id]:
            self._reckonings.pop(key).cancel()
        for key in [key for key in self._wished if key[0] == layer_id]:
            del self._wished[key]
        super()._forget(layer_id)


def style_key(layer_id: str) -> str:
    """Return the key of steps that change the look of a layer: for `History.hold` while a dialog is open."""
    return f"style {layer_id}"
