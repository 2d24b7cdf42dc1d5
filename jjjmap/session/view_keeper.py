"""Saved views as the user handles them: saved, named, ordered, taken anew, removed, and gone to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.maps.snapshot import REGION_BOUNDS
from jjjmap.project.state import MAX_TITLE_CHARS, MAX_VIEWS, SavedView
from jjjmap.project.view_snapshots import arranged, parse_moment
from jjjmap.session.session import Session
from jjjmap.session.timeline import MONTHS, TimeUnit
from jjjmap.settings import LayerSetting


class ViewKeeper(QObject):
    """Changes the saved views of a session, each change a step that can be taken back.

    Parameters
    ----------
    session
        What is open.
    is_reading
        Whether a document is seen beside the map; only then it is part of a view.
    """

    bounds_wanted = Signal(float, float, float, float)  # west, south, east, north in degrees
    view_shown = Signal(str)  # view id; the map goes there
    told = Signal(str)  # a sentence for the status bar

    def __init__(
        self,
        session: Session,
        is_reading: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._is_reading = is_reading

    @property
    def views(self) -> tuple[SavedView, ...]:
        """All of them, in order."""
        return self._session.views.views

    def view(self, view_id: str) -> SavedView | None:
        """Return a view; None if there is none of that id."""
        return next((each for each in self.views if each.id == view_id), None)

    def now(self, title: str = "", view_id: str = "") -> SavedView:
        """Return what the map shows now as a view."""
        session = self._session
        box = session.preferences.settings.view_bounds_lonlat
        region = (REGION_BOUNDS.west, REGION_BOUNDS.south, REGION_BOUNDS.east, REGION_BOUNDS.north)
        moment, opened = session.timeline.moment, session.library.opened
        reads = opened if opened is not None and self._is_reading() else None
        return SavedView(
            view_id or f"view-{secrets.token_hex(4)}",
            _clean(title),
            box or region,
            session.layers.settings(),
            tuple((stored.id, stored.filter) for stored in session.user_layers.layers),
            moment.iso if moment is not None else "",
            session.selection.chosen_id,
            reads.document_id if reads is not None else "",
            reads.start if reads is not None else -1,
            reads.end if reads is not None else -1,
        )

    def free_title(self) -> str:
        """Return a title that no view has yet."""
        taken = {view.title for view in self.views}
        number = len(self.views) + 1
        while _("视图 {n}").format(n=number) in taken:
            number += 1
        return _("视图 {n}").format(n=number)

    # ---- changes ----

    def add(self, title: str = "") -> SavedView | None:
        """Save what the map shows now, as the last view; None if there are too many."""
        if len(self.views) >= MAX_VIEWS:
            self.told.emit(_("最多保存 {n} 个视图，请先删去一些。").format(n=MAX_VIEWS))
            return None
        made = self.now(title.strip() or self.free_title())
        self._put((*self.views, made), _("保存视图：{title}").format(title=made.title))
        return made

    def rename(self, view_id: str, title: str) -> None:
        """Call a view otherwise; an empty title changes nothing."""
        view, title = self.view(view_id), _clean(title)
        if view is not None and title and title != view.title:
            named = replace(view, title=title)
            self._exchange(named, _("视图改名：{title}").format(title=title))

    def update(self, view_id: str) -> None:
        """Let a view show what the map shows now; it keeps its title and its place."""
        view = self.view(view_id)
        if view is not None:
            self._exchange(self.now(view.title, view.id), _("更新视图：{title}").format(title=view.title))

    def move(self, view_id: str, index: int) -> None:
        """Let a view be the `index`-th, from 0; an index beyond the ends is taken for the end."""
        view = self.view(view_id)
        if view is None:
            return
        rest = [each for each in self.views if each.id != view_id]
        rest.insert(min(max(index, 0), len(rest)), view)
        self._put(tuple(rest), _("移动视图：{title}").format(title=view.title))

    def remove(self, view_id: str) -> None:
        """Remove a view."""
        view = self.view(view_id)
        if view is not None:
            rest = tuple(each for each in self.views if each.id != view_id)
            self._put(rest, _("删除视图：{title}").format(title=view.title))

    def go_to(self, view_id: str) -> None:
        """Show a view; going back is a step of the history as well."""
        view = self.view(view_id)
        if view is None:
            return
        before, history = self.now(), self._session.history
        self.show(view)
        history.record(
            _("转到视图：{title}").format(title=view.title),
            lambda: self.show(before),
            lambda: self.show(view),
        )

    def show(self, view: SavedView) -> None:
        """Let the map be as a view says; what is gone since then is passed over, and told."""
        session = self._session
        with session.history.quietly():
            missing = self._set_filters(view)
            self._set_layers(view)
            session.highlight.clear()
            session.tally.clear()
            self._set_moment(view)
            self.bounds_wanted.emit(*view.bounds_lonlat)
            missing += self._choose(view)
            missing += self._open_document(view)
        self.view_shown.emit(view.id)
        if missing:
            pause = _("；")
            self.told.emit(
                _("视图“{title}”：{missing}。").format(title=view.title, missing=pause.join(missing))
            )

    # ---- how it is done ----

    def _put(self, views: tuple[SavedView, ...], title: str) -> None:
        saved, before = self._session.views, self.views
        if views == before:
            return
        saved.put(views)
        self._session.history.record(title, lambda: saved.put(before), lambda: saved.put(views))

    def _exchange(self, view: SavedView, title: str) -> None:
        self._put(tuple(view if each.id == view.id else each for each in self.views), title)

    def _set_filters(self, view: SavedView) -> list[str]:
        from jjjmap.layers.tables.filters import Filter

        users, missing = self._session.user_layers, []
        for layer_id, said in view.filters:
            if not users.holds(layer_id) or users.stored(layer_id).filter == said:
                continue
            try:
                users.set_filter(layer_id, Filter.from_json(said) if said is not None else None)
            except (ValueError, RowsUnreadable):
                title = users.stored(layer_id).title
                missing.append(_("图层“{title}”的筛选用不上").format(title=title))
        return missing

    def _set_layers(self, view: SavedView) -> None:
        stack = self._session.layers
        stack.put_views(
            LayerSetting(each.layer.id, each.visible, each.opacity)
            for each in arranged(stack.views, view.layers)
        )

    def _set_moment(self, view: SavedView) -> None:
        timeline, moment = self._session.timeline, parse_moment(view.moment)
        if moment is None:
            timeline.reset()
            return
        timeline.pause()
        timeline.set_unit(TimeUnit.YEAR if moment.month is None else TimeUnit.MONTH)
        years = moment.year - timeline.chronology.first_year
        timeline.go_to(years if moment.month is None else years * MONTHS + moment.month - 1)

    def _choose(self, view: SavedView) -> list[str]:
        session, chosen_id = self._session, view.chosen_id
        if chosen_id and self._is_there(chosen_id):
            if chosen_id != session.selection.chosen_id:
                session.selection.choose(chosen_id, fly=False)
            return []
        session.user_layers.clear_selection()
        session.selection.clear()
        return [_("当时选中的地点已经没有了")] if chosen_id else []

    def _is_there(self, chosen_id: str) -> bool:
        parsed, users = parse_feature_id(chosen_id), self._session.user_layers
        if parsed is None:
            return self._session.workspace.knows(chosen_id)
        return users.holds(parsed[0]) and parsed[1] < users.stored(parsed[0]).facts.rows

    def _open_document(self, view: SavedView) -> list[str]:
        library = self._session.library
        if not view.document_id:
            return []
        if library.entry(view.document_id) is None:
            return [_("当时打开的文档已经没有了")]
        library.open_document(view.document_id, view.document_start, view.document_end)
        return []


def _clean(title: str) -> str:
    """Return a title in one line of bounded length."""
    return " ".join("".join(each if each.isprintable() else " " for each in title).split())[:MAX_TITLE_CHARS]
