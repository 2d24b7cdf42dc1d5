"""The project that is open: opened, saved, noted while it is worked on, and recovered after a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jjjmap.errors import ProjectHeld
from jjjmap.i18n import _
from jjjmap.layers.user_layer_store import StoredLayer
from jjjmap.project.state import ProjectState
from jjjmap.project.versions import current_of
from jjjmap.project.working import WorkingFolder
from jjjmap.session.projects.lock import FileLock, Holder, project_lock
from jjjmap.session.projects.open_place import OpenPlace, new_folder, stamp_from_json
from jjjmap.session.projects.open_work import OpenedHere, OpenWork
from jjjmap.session.projects.recovery import Action, Recoverable, find_recoverable
from jjjmap.session.projects.source_files import MissingFile, missing_files
from jjjmap.session.projects.state import clear_session
from jjjmap.session.tasks import Cancelled, Progress, Task

__all__ = ["Action", "Holder", "MissingFile", "OpenedHere", "ProjectSession", "Recoverable"]

if TYPE_CHECKING:
    from jjjmap.project.opening import OpenedProject
    from jjjmap.project.stamps import FileStamp

_Opened = tuple[WorkingFolder, FileLock, "OpenedProject"]
_Unpacked = tuple[WorkingFolder, FileLock, "OpenedProject", "FileStamp"]


class ProjectSession(OpenWork):
    """What is open as a whole: the home, a project without a file, or a project.

    The home is what the program has without a project: it keeps itself and is never unsaved. `open`, `new`,
    `close_project` and `recover` put something else in its place, and what is not saved is gone then: whoever
    calls them has asked. They wait until what runs has stopped.

    Parameters
    ----------
    session
        Its parts stay, with other layers and another library in them.
    parent_folder
        Of working folders; the user's own by default.
    home_state
        What is remembered of the home; beside its library by default.
    """

    # ---- opening ----

    def new(self) -> None:
        """Begin an empty project that has no file yet."""
        try:
            folder, lock = new_folder(self._parent_folder)
        except OSError as error:
            self.failed.emit(error)
            return
        settings, spoken = self._session.preferences.settings, self._session.workspace.language
        state = ProjectState(language=spoken.value, bounds_lonlat=settings.view_bounds_lonlat)
        place = OpenPlace(self._parent_folder, is_home=False, folder=folder, folder_lock=lock)
        self._enter_when_quiet(place, state, OpenedHere(None))

    def open(self, path: Path) -> Task:
        """Open a project, or a former version of one; `opened` tells of it, or `failed`."""
        path = path.absolute()
        # A former version is opened to be saved in the project's place: its own goes to others in time.
        current = current_of(path)
        return self._open(path, current, self._lock_of(current))

    def open_version(self, version: Path) -> Task:
        """Open an older version of the project that is open, to be saved under the project's name."""
        place = self._place
        assert place.path is not None and place.lock is not None
        return self._open(version, place.path, place.lock)

    def _open(
        self, source: Path, path: Path, lock: FileLock, *, then: Callable[[], None] = lambda: None
    ) -> Task:
        is_ours, asked = lock is self._place.lock, self._asked()
        lock.take()
        parent_folder, stamp = self._parent_folder, self._place.stamp if is_ours else None

        def work(progress: Progress, cancelled: Cancelled) -> _Unpacked | Literal[False]:
            beside = stamp or _stamp_beside(path) if source != path else None
            folder, folder_lock, told = _unpack(source, parent_folder, progress, cancelled)
            return folder, folder_lock, told, beside or told.stamp

        def take(unpacked: _Unpacked) -> None:
            folder, folder_lock, told, stamp = unpacked
            place = OpenPlace(
                self._parent_folder,
                is_home=False,
                path=path,
                stamp=stamp,
                lock=lock,
                folder=folder,
                folder_lock=folder_lock,
                is_unsaved=source != path,
            )
            news = OpenedHere(path, told.findings)
            self._enter_when_quiet(place, told.state, news, then, asked=asked)

        def let_go() -> None:
            if not is_ours:
                lock.release()

        def fail(error: Exception) -> None:
            let_go()
            self.failed.emit(error)

        task = self._start(_("打开项目 {name}").format(name=path.name), work, take, fail)
        task.cancelled.connect(let_go)
        return task

    def close_project(self) -> None:
        """Go back to the home."""
        if not self._place.is_home:
            place = OpenPlace(self._parent_folder, is_home=True)
            self._enter_when_quiet(place, self._home_seen, OpenedHere(None))

    # ---- saving ----

    def save(self, *, over_changed: bool = False) -> Task:
        """Save the project under its name; `saved` tells of it, or `failed`.

        Parameters
        ----------
        over_changed
            Whether the file is replaced even if somebody else has changed it; it is kept as a version.
        """
        place = self._place
        assert place.path is not None
        return self._save(place.path, place.lock, None if over_changed else place.stamp)

    def save_as(self, path: Path) -> Task:
        """Save the project under another name, and go on there."""
        path = path.absolute()
        lock = self._lock_of(path)
        lock.take()
        # A window that could only read may be behind: where it is the same file, that is asked.
        return self._save(path, lock, self._place.stamp if lock is self._place.lock else None)

    def _save(self, path: Path, lock: FileLock | None, expected: FileStamp | None) -> Task:
        place, is_ours = self._place, lock is self._place.lock
        holder = lock.holder() if lock is not None else None
        self._keeper.note_now()
        mark, state = self._keeper.mark(), self._keeper.state()
        layers, store = self._layers_from_below(), self._session.user_layers.store
        library = self._session.library.path
        home = place.path.parent if place.path is not None else None

        def work(progress: Progress, cancelled: Cancelled) -> FileStamp | Literal[False]:
            from jjjmap.project.saving import save_project

            if holder is not None:
                raise ProjectHeld(path, holder.pid, holder.host, holder.app)
            return save_project(
                path,
                state=state,
                layers=layers,
                store=store,
                library_path=library,
                expected=expected,
                home=home,
                progress=progress,
                cancelled=cancelled,
            )

        def take(stamp: FileStamp) -> None:
            self._remember(path)
            if place.is_home:
                # What is gone on with is what stands in the file: it has been read back.
                assert lock is not None
                self._open(path, path, lock, then=lambda: self.saved.emit(path))
                return
            if not is_ours:
                place.unlock_project()
                place.lock = lock
            place.path, place.stamp, place.is_unsaved = path, stamp, False
            self._keeper.take_saved(mark)
            self.saved.emit(path)

        def let_go() -> None:
            if not is_ours and lock is not None:
                lock.release()

        def fail(error: Exception) -> None:
            let_go()
            self.failed.emit(error)

        task = self._start(_("保存项目 {name}").format(name=path.name), work, take, fail)
        task.cancelled.connect(let_go)
        return task

    def autosave(self) -> bool:
        """Write everything now that is not on disk yet, for the next start; say whether that went well."""
        return self._keeper.autosave()

    # ---- recovery and the end ----

    def recoverable(self) -> tuple[Recoverable, ...]:
        """Return unsaved work of programs that ended before their time; delete what else they left."""
        folder = self._place.folder
        return find_recoverable(self._parent_folder, folder.root if folder is not None else None)

    def recover(self, wanted: Recoverable) -> None:
        """Go on where a program ended; its project is unsaved then."""
        state = wanted.left.state
        if wanted.is_home:
            self._recover_home(wanted, state)
            return
        lock = None
        if wanted.path is not None:
            lock = project_lock(wanted.path)
            lock.take()
        about = wanted.left.about
        place = OpenPlace(
            self._parent_folder,
            is_home=False,
            path=wanted.path,
            stamp=stamp_from_json(about.stamp),
            lock=lock,
            folder=wanted.folder,
            folder_lock=wanted.lock,
            started=about.started,
            is_unsaved=True,
            saved_number=about.saved_number,
        )
        news = OpenedHere(wanted.path, is_recovered=True)
        self._enter_when_quiet(place, state, news)

    def discard(self, unwanted: Recoverable) -> None:
        """Delete unsaved work for good."""
        unwanted.folder.forget()
        unwanted.lock.release()
        unwanted.folder.remove()

    def leave(self, left: Recoverable) -> None:
        """Let unsaved work be offered again at the next start."""
        left.folder.close()
        left.lock.release()

    def end(self, *, discard: bool) -> None:
        """Let go of everything at the end of the program, when no task runs any more.

        Parameters
        ----------
        discard
            Whether the user does not want what is unsaved; else the next start offers it.
        """
        self._is_ended = True
        self._keeper.note_now()
        keeps_folder = self.is_modified and not discard
        if keeps_folder:
            self._keeper.autosave()
        keeps_folder = not self._leave_home() or keeps_folder
        self._keeper.stop()
        if not self._place.is_home:
            # The settings are of the home; a project has its own.
            seen = self._home_seen
            self._session.preferences.change(layers=seen.layers, view_bounds_lonlat=seen.bounds_lonlat)
        self._session.user_layers.close()
        self._session.library.close()
        self._place.leave(keeps_folder=keeps_folder)

    # ---- files that layers were read from ----

    def missing_files(self) -> tuple[MissingFile, ...]:
        """Return files that layers were read from and that are not where they were."""
        return missing_files(self._session.user_layers)

    def relink(self, layer_id: str, path: Path) -> Task | None:
        """Say where a layer's file is now, and read it again; None if nothing is known of its file."""
        return self._session.user_layers.reload(layer_id, path)

    def reload(self, layer_id: str) -> Task | None:
        """Read a layer's file again; None if nothing is known of it."""
        return self._session.user_layers.reload(layer_id)

    # ---- how it is done ----

    def _lock_of(self, path: Path) -> FileLock:
        """Return the lock of a file: the one that we have, if it is the file that is open."""
        lock, own = project_lock(path), self._place.lock
        return own if own is not None and own.path == lock.path else lock

    def _layers_from_below(self) -> tuple[StoredLayer, ...]:
        order = {view.layer.id: number for number, view in enumerate(self._session.layers.views)}
        layers = self._session.user_layers.layers
        return tuple(sorted(layers, key=lambda stored: order.get(stored.id, len(order))))

    def _recover_home(self, wanted: Recoverable, state: ProjectState) -> None:
        def put() -> None:
            with self._keeper.changing(self._place):
                clear_session(self._session)
                self._put(state)
            self._keeper.note(_("恢复上次的工作"))
            if self._keeper.autosave():
                self.discard(wanted)
            else:
                self.leave(wanted)
            self.opened.emit(OpenedHere(None, is_recovered=True))

        if self._place.is_home:
            put()
            return
        place = OpenPlace(self._parent_folder, is_home=True)
        self._enter_when_quiet(place, self._home_seen, OpenedHere(None), put)


def _unpack(path: Path, parent_folder: Path, progress: Progress, cancelled: Cancelled) -> _Opened:
    """Unpack a project into a working folder of its own; nothing stays of it if that fails."""
    from jjjmap.project.opening import open_project

    folder, lock = new_folder(parent_folder)
    try:
        told = open_project(path, folder.root, progress=progress, cancelled=cancelled)
    except BaseException:
        lock.release()
        folder.remove()
        raise
    return folder, lock, told


def _stamp_beside(path: Path) -> FileStamp | None:
    """Return the stamp of the file that a former version stands beside; None if it is gone."""
    from jjjmap.project.stamps import stamp_of

    try:
        return stamp_of(path)
    except FileNotFoundError:
        return None
