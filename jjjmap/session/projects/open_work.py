"""What is open as a whole, and how something else comes in its place: the home, or a project."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from qtpy.QtCore import QObject, Signal

from jjjmap.findings import Finding
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.paths import work_folder
from jjjmap.project.state import ProjectState
from jjjmap.project.working import home_part, read_home, write_home
from jjjmap.session.projects.keeper import ProjectKeeper
from jjjmap.session.projects.layout_seal import LayoutSeal
from jjjmap.session.projects.lock import Holder
from jjjmap.session.projects.open_place import OpenPlace, title_of
from jjjmap.session.projects.source_files import MissingFile, missing_files, tell_sources
from jjjmap.session.projects.state import clear_session, put_state
from jjjmap.session.projects.switch import when_quiet
from jjjmap.session.session import Session
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.settings import MAX_RECENT

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedHere:
    """What was opened."""

    path: Path | None
    """None for a new project, and for the home."""
    findings: tuple[Finding, ...] = ()
    missing: tuple[MissingFile, ...] = ()
    """Files that layers were read from and that are not where they were; the layers are there."""
    is_recovered: bool = False
    keeps_earlier: bool = False
    """Whether what was open before was changed after the user had been asked: that can be recovered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was open, and how far, when something else was asked for."""

    place: OpenPlace
    actions: int


class OpenWork(QObject):
    """What is open, and how it is exchanged; see `ProjectSession`."""

    changed = Signal()  # path, title, is_modified, is_read_only, is_busy or is_home is another
    opened = Signal(object)  # OpenedHere
    saved = Signal(object)  # Path
    failed = Signal(object)  # the exception; the old file and what is open are as they were
    autosave_failed = Signal(object)  # OSError; once, until it works again
    autosave_mended = Signal()
    view_wanted = Signal(object)  # west, south, east, north in degrees: the map goes there

    def __init__(
        self,
        session: Session,
        parent_folder: Path | None = None,
        home_state: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._parent_folder = parent_folder or work_folder()
        self._home_state = home_state or session.library.path.with_name("state.json")
        self._home_store = session.user_layers.store
        self._home_library = session.library.path
        self._place = OpenPlace(self._parent_folder, is_home=True)
        self._home_seen = self._home_kept = ProjectState()
        self._busy: Task | None = None
        self._is_ended = False
        self._keeper = ProjectKeeper(session, self)
        self._keeper.modified.connect(self.changed)
        self._keeper.failed.connect(self.autosave_failed)
        self._keeper.mended.connect(self.autosave_mended)
        self._apply_layout: Callable[[str], None] = lambda _layout: None
        self._seal = LayoutSeal(self._parent_folder.with_name("layout-key"))
        self._begin_at_home()

    # ---- what is open ----

    @property
    def path(self) -> Path | None:
        """The project's file; None for the home, and for a project that has none yet."""
        return self._place.path

    @property
    def title(self) -> str:
        """The file's name without its ending; empty without a file."""
        return title_of(self._place.path)

    @property
    def is_home(self) -> bool:
        """Whether no project is open."""
        return self._place.is_home

    @property
    def is_modified(self) -> bool:
        """Whether something is not in the project's file; never of the home."""
        return not self._place.is_home and self._keeper.is_modified

    @property
    def is_read_only(self) -> bool:
        """Whether it cannot be saved under its name: somebody else has it, or its folder is closed."""
        return self._place.is_read_only

    @property
    def holder(self) -> Holder | None:
        """Who has the project, if that is why it is read-only."""
        lock = self._place.lock
        return lock.holder() if lock is not None and self._place.is_read_only else None

    @property
    def is_busy(self) -> bool:
        """Whether a project is being opened or saved."""
        return self._busy is not None

    def connect_layout(self, read: Callable[[], str], apply: Callable[[str], None]) -> None:
        """Let the window say how its docks lie, and be told how they shall."""
        self._keeper.read_layout = lambda: self._seal.seal(read())
        self._apply_layout = apply

    # ---- something else ----

    def _enter_when_quiet(
        self,
        place: OpenPlace,
        state: ProjectState,
        news: OpenedHere,
        then: Callable[[], None] = lambda: None,
        *,
        asked: Asked | None = None,
    ) -> None:
        """Have something else open as soon as nothing runs any more, and call `then`.

        What is done to what is open after it was `asked` for (now by default) is kept for a recovery.
        """
        asked = asked or self._asked()

        def go() -> None:
            if self._is_ended:
                place.leave(keeps_folder=place.is_unsaved)
                return
            self._enter(place, state, news, asked)
            then()

        when_quiet(self._session.tasks, go)

    def _asked(self) -> Asked:
        self._keeper.note_now()
        return Asked(self._place, self._keeper.mark().actions)

    def _start(
        self,
        title: str,
        work: Callable[[Progress, Cancelled], object],
        take: Callable[..., None],
        fail: Callable[[Exception], None],
    ) -> Task:
        task = self._session.tasks.start(title, work, on_success=take, on_failure=fail)
        self._busy = task
        task.ended.connect(lambda: self._end_task(task))
        self.changed.emit()
        return task

    def _end_task(self, task: Task) -> None:
        if self._busy is task:
            self._busy = None
            self.changed.emit()

    def _enter(
        self,
        place: OpenPlace,
        state: ProjectState,
        news: OpenedHere,
        asked: Asked,
    ) -> None:
        """Have something else open, and let go of what was."""
        session, before = self._session, self._place
        keeps_earlier = self._asked() != asked and self.is_modified
        if keeps_earlier:
            self._keeper.autosave()
        keeps_folder = not self._leave_home() or keeps_earlier
        if before.lock is place.lock:
            before.lock = None  # It goes on to the same file.
        # Layers of the home that was saved as a project go on in it, and we know where their files are.
        known = session.user_layers.sources() if before.is_home else ()
        with self._keeper.changing(place):
            clear_session(session)
            self._place = place
            folder = place.folder
            session.user_layers.switch(
                UserLayerStore(folder.layers_folder) if folder is not None else self._home_store
            )
            session.library.switch(folder.library_file if folder is not None else self._home_library)
            session.history.clear()
            before.leave(keeps_folder=keeps_folder)
            tell_sources(session.user_layers, state.sources, place.path, known)
            self._put(state)
        news = replace(
            news,
            findings=(*news.findings, *session.user_layers.findings),
            missing=missing_files(session.user_layers),
            keeps_earlier=keeps_earlier,
        )
        if place.path is not None:
            self._remember(place.path)
        self.changed.emit()
        self.opened.emit(news)

    def _put(self, state: ProjectState) -> None:
        put_state(self._session, state)
        self._keeper.restore_placings(state.placings)
        layout = self._seal.unseal(state.layout)
        if layout:
            self._apply_layout(layout)
        if state.bounds_lonlat is not None:
            self.view_wanted.emit(state.bounds_lonlat)

    def _remember(self, path: Path) -> None:
        preferences = self._session.preferences
        others = [each for each in preferences.settings.recent_projects if each != str(path)]
        preferences.change(recent_projects=(str(path), *others)[:MAX_RECENT])

    # ---- the home ----

    def _begin_at_home(self) -> None:
        with self._keeper.changing(self._place):
            self._put(read_home(self._home_state))
        self._home_kept = home_part(self._keeper.state())

    def _leave_home(self) -> bool:
        """Remember how the home is left, if it is; return whether nothing of it can be lost now."""
        if not self._place.is_home:
            return True
        self._keeper.note_now()
        # The language is the user's, wherever he is.
        self._home_seen = replace(self._keeper.state(), language="", layout="")
        kept = home_part(self._home_seen)
        # Another window may have written its views meanwhile: who has changed none has none to write.
        if self._place.folder is None or kept == self._home_kept:
            return True
        try:
            write_home(self._home_state, kept)
        except OSError as error:
            logger.warning("state of the home is not written: %s", error)
            self.autosave_failed.emit(error)
            return False
        self._home_kept = kept
        return True
