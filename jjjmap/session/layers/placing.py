"""Lists of firms that are being placed: the answers, what the user corrects in them, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import _, language
from jjjmap.project.state import PlacingState
from jjjmap.session.history import Gone, History
from jjjmap.session.layers.placed_lists import (
    PLACING_ROLES,
    Made,
    PlacedList,
    Roles,
    Wish,
    corrected,
    facts_of,
    put_corrections,
)
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.records import LayerFacts
    from jjjmap.locating.placing import Locator, Placements

KEPT_LISTS = 3
"""Answers of so many lists that were removed, or have got other rows, wait for them to come back."""


class Placing(QObject):
    """Places the user's lists, and keeps what came of it until the program ends or the list is kept.

    Rows are numbered as in `UserLayers`.

    Attributes
    ----------
    history
        Where corrections are recorded; `Session` gives all its parts the same one.
    """

    placed = Signal(str)  # layer id: its rows have an answer
    rows_corrected = Signal(str, list)  # layer id, row numbers: the user has put them elsewhere
    point_wanted = Signal(str, int)  # layer id, row: the next click on the map is its place
    point_no_longer_wanted = Signal()
    removed = Signal(str)  # layer id: its answer is gone
    renamed = Signal(str)  # layer id
    restored = Signal(str, int)  # layer id, how many corrections no longer fit: its answer is there again

    def __init__(self, workspace: Workspace, layers: UserLayers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._layers = layers
        self._locator: Locator | None = None
        self.history = History(self)
        self._lists: dict[str, PlacedList] = {}
        self._away: list[tuple[str, PlacedList]] = []
        self._waiting: tuple[str, int, bool] | None = None
        self._running: dict[str, Task] = {}
        layers.layer_removed.connect(self._forget)
        layers.rows_changed.connect(self._take_rows)
        layers.layer_added.connect(self._bring_back)
        layers.layer_renamed.connect(self.renamed)

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """Lists that have an answer, the latest last."""
        return tuple(self._lists)

    def placements(self, layer_id: str) -> Placements:
        """Return the answer for a list; raises KeyError."""
        return self._lists[layer_id].placements

    def title(self, layer_id: str) -> str:
        """Return what a list is called."""
        return self._layers.stored(layer_id).title

    def row_title(self, layer_id: str, row: int) -> str:
        """Return what a row is called: its name, else its number."""
        from jjjmap.locating.records import Fields

        return self.placements(layer_id).cells(row).get(Fields.NAME, "") or _("第 {n} 行").format(n=row + 1)

    def can_undo(self, layer_id: str) -> bool:
        """Whether the user has corrected something."""
        placed = self._lists.get(layer_id)
        return placed is not None and bool(placed.made)

    def roles_of(self, layer_id: str) -> Roles:
        """Return the columns of a layer that places can be told by."""
        return tuple(
            (column.name, column.role)
            for column in self._layers.stored(layer_id).facts.columns
            if column.role in PLACING_ROLES
        )

    def place(self, layer_id: str, roles: Roles | None = None) -> Task:
        """Place all rows of a layer; `placed` comes with the answer, of several wishes only to the last.

        Parameters
        ----------
        layer_id
            A table, or a layer whose own positions do not matter.
        roles
            Which columns say what; None for what was found when the file was opened.
        """
        return self._place(layer_id, self.roles_of(layer_id) if roles is None else roles)

    def state(self) -> tuple[PlacingState, ...]:
        """Return what the user decided about the lists, for `restore`."""
        return tuple(
            PlacingState(
                layer_id,
                tuple((name, role.value) for name, role in placed.roles),
                tuple(made.wish.to_json() for made in placed.made),
            )
            for layer_id, placed in self._lists.items()
        )

    def restore(self, states: Iterable[PlacingState]) -> None:
        """Place lists again as `state` said, with the corrections; `restored` tells of each that is there.

        A list whose layer is gone is passed over, and so is what no longer fits: a place that the catalogue
        does not have, a row that the list does not have.
        """
        for state in states:
            if not self._layers.holds(state.layer_id):
                continue
            columns = {column.name for column in self._layers.stored(state.layer_id).facts.columns}
            known = {role.value: role for role in PLACING_ROLES}
            roles = tuple(
                (name, known[role]) for name, role in state.roles if name in columns and role in known
            )
            if not roles:
                self.restored.emit(state.layer_id, len(state.corrections))
                continue
            try:
                self._place(state.layer_id, roles, state.corrections)
            except RowsUnreadable as error:
                self._layers.work_failed.emit(error)

    def _place(
        self, layer_id: str, wanted: Roles, corrections: Sequence[dict[str, Any]] | None = None
    ) -> Task:
        """Place a list; with corrections it is one that comes back, and `restored` tells of it."""
        earlier = self._running.pop(layer_id, None)
        if earlier is not None:
            earlier.cancel()
        table, generation = self._layers.table(layer_id), self._layers.stored(layer_id).generation

        def work(progress: Progress, cancelled: Cancelled) -> Placements | Literal[False]:
            from jjjmap.locating.placed_table import columns_by_role

            placements = self._known_locator().place_rows(
                columns_by_role(table, wanted), progress=progress, cancelled=cancelled
            )
            return False if placements is None else placements

        def take(placements: Placements) -> None:
            if self._running.get(layer_id) is task:
                del self._running[layer_id]
                placed = self._lists[layer_id] = PlacedList(placements, wanted, generation)
                if corrections is None:
                    self.placed.emit(layer_id)
                else:
                    self.restored.emit(layer_id, put_corrections(placed, corrections))

        title = _("为“{title}”落位").format(title=self._layers.stored(layer_id).title)
        task = self._running[layer_id] = self._layers.tasks.start(
            title,
            work,
            on_success=take,
            on_failure=self._layers.work_failed.emit,
        )
        task.ended.connect(lambda: self._forget_task(layer_id, task))
        return task

    def choose(self, layer_id: str, rows: Sequence[int], place_id: str, *, to_alike: bool = False) -> None:
        """Put rows, and if wanted all with the same address, at a place."""
        self._correct(layer_id, Wish(tuple(int(row) for row in rows), to_alike, place_id))

    def ask_point(self, layer_id: str, row: int, *, to_alike: bool = False) -> None:
        """Let the next click on the map be the place of a row."""
        self._waiting = (layer_id, row, to_alike)
        self.point_wanted.emit(layer_id, row)

    @property
    def is_waiting(self) -> bool:
        """Whether the next click on the map is the place of a row."""
        return self._waiting is not None

    def stop_waiting(self) -> None:
        """Let clicks on the map be what they always are."""
        if self._waiting is not None:
            self._waiting = None
            self.point_no_longer_wanted.emit()

    def take_point(self, lon: float, lat: float) -> bool:
        """Take a click on the map, in degrees; return whether one was waited for."""
        if self._waiting is None:
            return False
        layer_id, row, to_alike = self._waiting
        self.stop_waiting()
        self._correct(layer_id, Wish((row,), to_alike, lon=lon, lat=lat))
        return True

    def undo(self, layer_id: str) -> None:
        """Take the last correction back."""
        if not self.can_undo(layer_id):
            return
        placed = self._lists[layer_id]
        step = placed.made[-1].step
        if self.history.holds(step):
            self.history.take_back(step)
        else:
            self._uncorrect(layer_id, placed, placed.made[-1])

    def keep(self, layer_id: str) -> Task:
        """Make a layer of points of the list as it stands now, with the columns of the answer."""
        from jjjmap.locating.placed_table import placed_table

        table, facts = self._layers.table(layer_id), self._layers.stored(layer_id).facts
        placements, spoken = self.placements(layer_id), language()
        title = _("{title} · 落位").format(title=self._layers.stored(layer_id).title)

        def reckon() -> tuple[LayerFacts, FeatureTable]:
            placed = placed_table(table, placements, spoken, in_words=True)
            assert placed is not None
            return facts_of(facts, title, placed), placed

        return self._layers.add_reckoned(_("生成落位图层"), title, reckon)

    def _correct(self, layer_id: str, wish: Wish) -> None:
        placed = self._lists[layer_id]
        made = Made(wish, corrected(placed.placements, wish))
        placed.made.append(made)
        self.rows_corrected.emit(layer_id, list(made.correction.rows))

        def back() -> object:
            return self._uncorrect(layer_id, placed, made)

        def again() -> object:
            if self._lists.get(layer_id) is not placed:
                return Gone(_("这份名单已经重新落位或移除"))
            made.correction = corrected(placed.placements, wish)
            placed.made.append(made)
            self.rows_corrected.emit(layer_id, list(made.correction.rows))
            return True

        title = _("改正落位：{title}").format(title=self.row_title(layer_id, wish.rows[0]))
        if len(made.correction.rows) > 1:
            title = _("改正落位：{title}等 {n} 行").format(
                title=self.row_title(layer_id, wish.rows[0]), n=f"{len(made.correction.rows):,}"
            )
        made.step = self.history.record(title, back, again, size_bytes=300 * len(made.correction.rows))

    def _uncorrect(self, layer_id: str, placed: PlacedList, made: Made) -> object:
        """Take a correction back, and for that moment those that came after it."""
        if self._lists.get(layer_id) is not placed or made not in placed.made:
            return Gone(_("这份名单已经重新落位或移除"))
        number = placed.made.index(made)
        later = placed.made[number + 1 :]
        rows: set[int] = set()
        for each in reversed(placed.made[number:]):
            placed.placements.undo(each.correction)
            rows.update(each.correction.rows)
        for each in later:
            each.correction = corrected(placed.placements, each.wish)
        placed.made[number:] = later
        self.rows_corrected.emit(layer_id, sorted(rows))
        return True

    def _known_locator(self) -> Locator:
        if self._locator is None:
            from jjjmap.locating.placing import Locator

            self._locator = Locator(self._workspace.catalogue)
        return self._locator

    def is_placing(self, layer_id: str) -> bool:
        """Whether the rows of a layer are being placed just now."""
        return layer_id in self._running

    def _forget_task(self, layer_id: str, task: Task) -> None:
        if self._running.get(layer_id) is task:
            del self._running[layer_id]

    def _forget(self, layer_id: str) -> None:
        """Let go of a list, for as long as its rows are away."""
        if layer_id in self._running:
            self._running.pop(layer_id).cancel()
        if self._waiting is not None and self._waiting[0] == layer_id:
            self.stop_waiting()
        placed = self._lists.pop(layer_id, None)
        if placed is not None:
            self._away = [*self._away, (layer_id, placed)][-KEPT_LISTS:]
            self.removed.emit(layer_id)

    def _take_rows(self, layer_id: str) -> None:
        self._forget(layer_id)
        self._bring_back(layer_id)

    def _bring_back(self, layer_id: str) -> None:
        """Have an answer again whose very rows are there again: something was taken back."""
        if not self.history.is_travelling:  # Another project may have a layer of the same name.
            return
        generation = self._layers.stored(layer_id).generation
        for each in self._away:
            if each[0] == layer_id and each[1].generation == generation:
                self._away.remove(each)
                self._lists[layer_id] = each[1]
                self.restored.emit(layer_id, 0)
                return
