"""Joins of a user's table to units and places, reckoned off the main thread; the outcome is a new layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.records import LayerFacts
    from jjjmap.layers.tables.joined_table import JoinedTable, Repeats
    from jjjmap.layers.tables.joining import JoinAnswer, JoinTarget, PlaceNames


class Joins:
    """Joins tables of the user's to what the catalogue knows."""

    def __init__(self, workspace: Workspace, layers: UserLayers) -> None:
        self._workspace = workspace
        self._layers = layers
        self._names: PlaceNames | None = None
        self._running: Task | None = None

    def guess_target(self, layer_id: str, columns: Sequence[str]) -> JoinTarget:
        """Return what most of the first rows can be joined to."""
        from jjjmap.layers.tables.joining import guess_target

        return guess_target(self._layers.table(layer_id), columns, self._place_names())

    def reckon(
        self,
        layer_id: str,
        columns: Sequence[str],
        target: JoinTarget,
        choices: Mapping[str, str],
        on_success: Callable[[JoinAnswer], None],
        on_failure: Callable[[Exception], None],
    ) -> Task:
        """Find out what each row means; of several wishes only the last is answered."""
        self.stop()
        table, names = self._layers.table(layer_id), self._place_names()

        def work(_progress: Progress, cancelled: Cancelled) -> tuple[JoinAnswer]:
            from jjjmap.layers.tables.joining import join_rows

            return (join_rows(table, columns, target, names, choices=choices, cancelled=cancelled),)

        def take(result: tuple[JoinAnswer]) -> None:
            if self._running is task:
                self._running = None
                on_success(result[0])

        def fail(error: Exception) -> None:
            if self._running is task:
                self._running = None
                on_failure(error)

        task = self._layers.tasks.start(_("比对地区名称"), work, on_success=take, on_failure=fail)
        self._running = task
        return task

    def stop(self) -> None:
        """Take the last wish back: nobody waits for its answer any more."""
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def make_layer(self, layer_id: str, answer: JoinAnswer, *, repeats: Repeats, with_missing: bool) -> Task:
        """Keep the rows with the shapes of their units, or the points of their places, as a new layer."""
        table, facts = self._layers.table(layer_id), self._layers.stored(layer_id).facts
        title = self._layers.stored(layer_id).title
        catalogue = self._workspace.catalogue

        def reckon() -> tuple[LayerFacts, FeatureTable]:
            from jjjmap.layers.boundaries import shipped_units
            from jjjmap.layers.tables.joined_table import join_to_places, join_to_units
            from jjjmap.layers.tables.joining import JoinTarget

            if answer.target is JoinTarget.PLACES:
                joined = join_to_places(table, answer, catalogue)
            else:
                joined = join_to_units(
                    table, answer, shipped_units(), repeats=repeats, with_missing=with_missing
                )
            return _facts_of(facts, title, joined, answer), joined.table

        return self._layers.add_reckoned(_("连接“{title}”").format(title=title), title, reckon)

    def _place_names(self) -> PlaceNames:
        if self._names is None:
            from jjjmap.layers.tables.joining import PlaceNames

            self._names = PlaceNames(self._workspace.catalogue)
        return self._names


def _facts_of(facts: LayerFacts, title: str, joined: JoinedTable, answer: JoinAnswer) -> LayerFacts:
    import shapely

    from jjjmap.layers.tables.joining import JoinTarget

    target = {
        JoinTarget.COUNTIES: _("县区"),
        JoinTarget.CITIES: _("设区市"),
        JoinTarget.PROVINCES: _("省市"),
        JoinTarget.PLACES: _("地点"),
    }[answer.target]
    table = joined.table
    placed = table.has_position()
    west, south, east, north = shapely.total_bounds(table.shapes[placed]).tolist()
    unmatched = sum(each.rows for each in answer.unmatched)
    findings = []
    if unmatched:
        texts = _("、").join(each.text for each in answer.unmatched[:5])
        findings.append(
            Finding(
                Severity.WARNING,
                "rows-unmatched",
                facts.source_name,
                _("{n} 行没有对上地区，例如：{texts}。").format(n=f"{unmatched:,}", texts=texts),
                _("这些行留在表里，不在地图上；重新连接时可以逐个指定。"),
            )
        )
    if joined.repeated_rows:
        findings.append(
            Finding(
                Severity.INFO,
                "rows-repeated",
                facts.source_name,
                _("{n} 行与前面的行是同一个地区，没有重复画。").format(n=f"{joined.repeated_rows:,}"),
            )
        )
    roles = {column.name: column for column in facts.columns}
    return replace(
        facts,
        title=_("{title}（按{target}）").format(title=title, target=target),
        geometry=table.geometry,
        datum="WGS-84",
        shift_m=0.0,
        columns=tuple(roles.get(column.name, column) for column in table.columns),
        rows=len(table),
        without_geometry=int((~placed).sum()),
        mended=0,
        rejected=0,
        bounds=(west, south, east, north) if placed.any() else None,
        findings=tuple(findings),
    )
