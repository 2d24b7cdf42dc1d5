"""Lists of firms that are being placed: the answers, what the user corrects in them, and who hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import QObject, Signal

from jjjmap.i18n import _, language
from jjjmap.layers.opening.records import Column, ColumnRole
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.user_layers import UserLayers
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.records import LayerFacts
    from jjjmap.locating.placing import Correction, Locator, Placements

Roles = tuple[tuple[str, ColumnRole], ...]


class Placing(QObject):
    """Places the user's lists, and keeps what came of it until the program ends or the list is kept.

    Rows are numbered as in `UserLayers`.
    """

    placed = Signal(str)  # layer id: its rows have an answer
    rows_corrected = Signal(str, list)  # layer id, row numbers: the user has put them elsewhere
    point_wanted = Signal(str, int)  # layer id, row: the next click on the map is its place
    point_no_longer_wanted = Signal()
    removed = Signal(str)  # layer id: its answer is gone
    renamed = Signal(str)  # layer id

    def __init__(self, workspace: Workspace, layers: UserLayers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._layers = layers
        self._locator: Locator | None = None
        self._placements: dict[str, Placements] = {}
        self._corrections: dict[str, list[Correction]] = {}
        self._waiting: tuple[str, int, bool] | None = None
        self._running: dict[str, Task] = {}
        layers.layer_removed.connect(self._forget)
        layers.rows_changed.connect(self._forget)
        layers.layer_renamed.connect(self.renamed)

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """Lists that have an answer, the latest last."""
        return tuple(self._placements)

    def placements(self, layer_id: str) -> Placements:
        """Return the answer for a list; raises KeyError."""
        return self._placements[layer_id]

    def title(self, layer_id: str) -> str:
        """Return what a list is called."""
        return self._layers.stored(layer_id).title

    def row_title(self, layer_id: str, row: int) -> str:
        """Return what a row is called: its name, else its number."""
        from jjjmap.locating.records import Fields

        return self._placements[layer_id].cells(row).get(Fields.NAME, "") or _("第 {n} 行").format(n=row + 1)

    def can_undo(self, layer_id: str) -> bool:
        """Whether the user has corrected something."""
        return bool(self._corrections.get(layer_id))

    def roles_of(self, layer_id: str) -> Roles:
        """Return the columns of a layer that places can be told by."""
        return tuple(
            (column.name, column.role)
            for column in self._layers.stored(layer_id).facts.columns
            if column.role in _PLACING_ROLES
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
        earlier = self._running.pop(layer_id, None)
        if earlier is not None:
            earlier.cancel()
        table = self._layers.table(layer_id)
        wanted = self.roles_of(layer_id) if roles is None else roles

        def work(progress: Progress, cancelled: Cancelled) -> Placements | Literal[False]:
            from jjjmap.locating.placed_table import columns_by_role

            placements = self._known_locator().place_rows(
                columns_by_role(table, wanted), progress=progress, cancelled=cancelled
            )
            return False if placements is None else placements

        def take(placements: Placements) -> None:
            if self._running.get(layer_id) is task:
                del self._running[layer_id]
                self._placements[layer_id] = placements
                self._corrections[layer_id] = []
                self.placed.emit(layer_id)

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
        placements = self._placements[layer_id]
        self._keep_correction(
            layer_id, placements.choose(self._with_alike(placements, rows, to_alike), place_id)
        )

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
        placements = self._placements[layer_id]
        from jjjmap.layers.boundaries import shipped_units

        unit_id = str(shipped_units().county_of(lon, lat)[0])
        rows = self._with_alike(placements, [row], to_alike)
        self._keep_correction(layer_id, placements.choose_point(rows, lon, lat, unit_id))
        return True

    def undo(self, layer_id: str) -> None:
        """Take the last correction back."""
        if self._corrections.get(layer_id):
            correction = self._corrections[layer_id].pop()
            self._placements[layer_id].undo(correction)
            self.rows_corrected.emit(layer_id, list(correction.rows))

    def keep(self, layer_id: str) -> Task:
        """Make a layer of points of the list as it stands now, with the columns of the answer."""
        from jjjmap.locating.placed_table import placed_table

        table, facts = self._layers.table(layer_id), self._layers.stored(layer_id).facts
        placements, spoken = self._placements[layer_id], language()
        title = _("{title} · 落位").format(title=self._layers.stored(layer_id).title)

        def reckon() -> tuple[LayerFacts, FeatureTable]:
            placed = placed_table(table, placements, spoken, in_words=True)
            assert placed is not None
            return _facts_of(facts, title, placed), placed

        return self._layers.add_reckoned(_("生成落位图层"), title, reckon)

    @staticmethod
    def _with_alike(placements: Placements, rows: Sequence[int], to_alike: bool) -> list[int]:
        if not to_alike:
            return list(rows)
        return sorted({alike for row in rows for alike in placements.alike(row).tolist()})

    def _keep_correction(self, layer_id: str, correction: Correction) -> None:
        self._corrections.setdefault(layer_id, []).append(correction)
        self.rows_corrected.emit(layer_id, list(correction.rows))

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
        if layer_id in self._running:
            self._running.pop(layer_id).cancel()
        if self._waiting is not None and self._waiting[0] == layer_id:
            self.stop_waiting()
        self._corrections.pop(layer_id, None)
        if self._placements.pop(layer_id, None) is not None:
            self.removed.emit(layer_id)


_PLACING_ROLES = (
    ColumnRole.NAME,
    ColumnRole.ADDRESS,
    ColumnRole.ZONE,
    ColumnRole.REGION,
    ColumnRole.CODE,
    ColumnRole.CREDIT_CODE,
)


def _facts_of(facts: LayerFacts, title: str, placed: FeatureTable) -> LayerFacts:
    import numpy as np

    here = placed.has_position()
    bounds = None
    if placed.lon is not None and placed.lat is not None and here.any():
        lon, lat = placed.lon[here], placed.lat[here]
        bounds = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    roles: dict[str, Column] = {column.name: column for column in facts.columns}
    return replace(
        facts,
        title=title,
        geometry=placed.geometry,
        crs="",
        datum="WGS-84",
        shift_m=0.0,
        columns=tuple(roles.get(column.name, column) for column in placed.columns),
        rows=len(placed),
        without_geometry=int(np.count_nonzero(~here)),
        mended=0,
        rejected=0,
        bounds=bounds,
        findings=(),
    )
