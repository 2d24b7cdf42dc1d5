"""Projects in the window: new, open, save, older versions, recovery, and what the user is asked and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QUrl, Signal
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QFileDialog, QMenu, QWidget

from jjjmap.errors import ProjectChanged
from jjjmap.i18n import _
from jjjmap.project.file_format import PROJECT_SUFFIX
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.unsaved_dialog import Unsaved, ask_unsaved
from jjjmap.ui.project_texts import (
    chip_text,
    holder_sentence,
    lock_hint,
    project_name,
    recent_titles,
    window_title,
)

if TYPE_CHECKING:
    from jjjmap.session.projects.project import MissingFile, OpenedHere, ProjectSession

PROJECT_ACTIONS = (
    "new_project",
    "open_project",
    "save_project",
    "save_project_as",
    "project_versions",
    "show_project_folder",
    "close_project",
)


class Projects(QObject):
    """Asks what the user wants of projects and tells what became of it.

    Parameters
    ----------
    window
        Gets the dialogs.
    session
        What is open.
    project
        The project that is open; None where there are no projects, as in tests of other things.
    """

    told = Signal(str)  # a sentence for the status bar
    failed = Signal(object)  # an exception to be explained
    offered = Signal(str, str, object)  # a sentence, what a button beside it says, and what it does
    title_changed = Signal(str, bool)  # title of the window, and whether something is not saved
    chip_changed = Signal(str, str)  # what the status bar says of the project, and more about it
    close_wanted = Signal()  # what stood in the way of closing the window is done

    def __init__(self, window: QWidget, session: Session, project: ProjectSession | None) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._project = project
        self._after_saving: Callable[[], None] | None = None
        self._after_opening: Callable[[], None] | None = None
        self._may_close = False
        self._discards = False
        self.recent_menu = QMenu(window)
        self.recent_menu.setToolTipsVisible(True)
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        self.recent_menu.menuAction().setEnabled(project is not None)
        if project is not None:
            project.changed.connect(self.show_title)
            project.opened.connect(self._take_opened)
            project.saved.connect(self._take_saved)
            project.failed.connect(self._take_failure)
            project.autosave_failed.connect(self._take_autosave_failure)
            project.autosave_mended.connect(lambda: self.told.emit(_("自动保存恢复正常。")))

    @property
    def project(self) -> ProjectSession | None:
        """The project that is open."""
        return self._project

    def retranslate(self) -> None:
        """Speak the language in use."""
        self.recent_menu.setTitle(_("最近的项目"))
        self.show_title()

    def show_title(self) -> None:
        """Let the window be called after the project."""
        project = self._project
        self.title_changed.emit(window_title(project), project is not None and project.is_modified)
        if project is None or project.is_home:
            self.chip_changed.emit("", "")
        elif project.is_read_only:
            self.chip_changed.emit(chip_text(project), holder_sentence(project))
        else:
            where = str(project.path) if project.path is not None else _("还没有存成文件")
            self.chip_changed.emit(chip_text(project), where)

    def enabled_actions(self, *, is_busy: bool) -> dict[str, bool]:
        """Return which of `PROJECT_ACTIONS` can be asked for; others than saves wait until nothing runs."""
        project = self._project
        if project is None:
            return dict.fromkeys(PROJECT_ACTIONS, False)
        enabled = dict.fromkeys(PROJECT_ACTIONS, not is_busy)
        enabled["save_project"] = enabled["save_project_as"] = not project.is_busy
        enabled["project_versions"] = not is_busy and project.path is not None
        enabled["show_project_folder"] = project.path is not None
        enabled["close_project"] = not is_busy and not project.is_home
        self.recent_menu.menuAction().setEnabled(not is_busy)
        return enabled

    # ---- new, open, close ----

    def new(self) -> None:
        """Begin an empty project."""
        self._unless_busy(lambda project: project.new())

    def ask_open(self) -> None:
        """Ask which project is opened."""
        name, _chosen = QFileDialog.getOpenFileName(
            self._window, _("打开项目"), self._folder(), _project_files()
        )
        if name:
            self.open(Path(name))

    def open(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Open a project instead of what is open; ask first what becomes of changes that are not saved.

        Parameters
        ----------
        then
            Called when it is open.
        """

        def go_on(project: ProjectSession) -> None:
            self._after_opening = then
            task = project.open(path)
            task.cancelled.connect(self._tell_unopened)

        self._unless_busy(go_on)

    def _tell_unopened(self) -> None:
        self._after_opening = None
        self.told.emit(_("没有打开项目：已取消。"))

    def close_project(self) -> None:
        """Go back to layers and library without a project."""
        self._unless_busy(lambda project: project.close_project())

    def _unless_busy(self, step: Callable[[ProjectSession], object]) -> None:
        """Do as `_go_on_with`, unless a project is being opened or saved: one comes after the other."""
        if self._project is not None and self._project.is_busy:
            self.told.emit(_("项目正在打开或保存，请等它完成后再试。"))
        else:
            self._go_on_with(step)

    def _go_on_with(self, step: Callable[[ProjectSession], object]) -> None:
        """Do something that replaces what is open, unless the user would rather stay."""
        project = self._project
        if project is None:
            return
        if not project.is_modified:
            step(project)
            return
        match self._ask_unsaved(project):
            case Unsaved.SAVE:
                # It asks once more if something was done while it was being saved.
                self.save(then=lambda: self._go_on_with(step))
            case Unsaved.DISCARD:
                step(project)

    def _ask_unsaved(self, project: ProjectSession) -> Unsaved:
        return ask_unsaved(
            self._window,
            project_name(project),
            is_read_only=project.is_read_only,
            is_new=project.path is None,
        )

    # ---- saving ----

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save the project; ask for a file where it has none, or where it can only be read.

        Parameters
        ----------
        then
            Called when it is saved; not if the user gave up or it failed.
        """
        project = self._project
        if project is None or project.is_busy:
            return
        if project.path is None or project.is_read_only:
            self.ask_save_as(then)
            return
        self._after_saving = then
        task = project.save()
        task.cancelled.connect(self._take_cancel)

    def ask_save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file and save the project there."""
        from jjjmap.ui.dialogs.replacing import may_replace, starting_file

        project = self._project
        if project is None or project.is_busy:
            return
        proposed = starting_file(self._folder(), project_name(project) or _("我的项目"), PROJECT_SUFFIX)
        name, _chosen = QFileDialog.getSaveFileName(self._window, _("项目另存为"), proposed, _project_files())
        if not name:
            return
        path = with_project_suffix(Path(name))
        # The dialog has asked about the name that was typed, not about the one that it becomes.
        if path != Path(name) and path.exists() and not may_replace(self._window, path):
            return
        self._after_saving = then
        task = project.save_as(path)
        task.cancelled.connect(self._take_cancel)

    def _take_saved(self, path: Path) -> None:
        self.told.emit(_("项目已保存：{path}").format(path=path))
        then, self._after_saving = self._after_saving, None
        if then is not None:
            then()

    def _take_cancel(self) -> None:
        self._after_saving = None
        self.told.emit(_("保存已取消，原有文件没有改动。"))

    def _take_failure(self, error: Exception) -> None:
        then, self._after_saving = self._after_saving, None
        self._after_opening = None
        if isinstance(error, ProjectChanged) and self._project is not None:
            self._ask_over_changed(self._project, error, then)
        else:
            self.failed.emit(error)

    def _ask_over_changed(
        self, project: ProjectSession, error: ProjectChanged, then: Callable[[], None] | None
    ) -> None:
        from jjjmap.ui.dialogs.changed_dialog import Changed, ask_changed

        match ask_changed(self._window, error.path.name):
            case Changed.REPLACE:
                self._after_saving = then
                task = project.save(over_changed=True)
                task.cancelled.connect(self._take_cancel)
            case Changed.ELSEWHERE:
                self.ask_save_as(then)
            case Changed.LEAVE:
                self.told.emit(_("没有保存；磁盘上的文件没有改动。"))

    def _take_autosave_failure(self, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        self.told.emit(
            _("自动保存没有成功（{reason}）：请检查磁盘空间，尽快另存项目。").format(reason=reason)
        )

    # ---- opened ----

    def _take_opened(self, opened: OpenedHere) -> None:
        project = self._project
        assert project is not None  # It has just spoken.
        for finding in opened.findings:
            self._session.workspace.add_finding(finding)
        if opened.missing:
            if opened.is_recovered:
                sentence = _("已恢复上次没有保存的工作，请保存项目；{n} 个图层的原文件不在原处，数据都在。")
            else:
                sentence = _("项目已打开；{n} 个图层的原文件不在原处，数据都在，照常可用。")
            missing = opened.missing
            self.offered.emit(sentence.format(n=len(missing)), _("查看"), lambda: self.show_missing(missing))
        elif opened.is_recovered:
            self.told.emit(_("已恢复上次没有保存的工作；请保存项目。"))
        elif opened.path is not None:
            self.told.emit(_("项目已打开：{path}").format(path=opened.path))
        if opened.keeps_earlier:
            self.told.emit(_("换开之前的项目里又有没保存的修改，没有丢：下次启动时可以恢复。"))
        if project.is_read_only:
            self._tell_read_only(project)
        then, self._after_opening = self._after_opening, None
        if then is not None:
            then()

    def _tell_read_only(self, project: ProjectSession) -> None:
        from jjjmap.ui.messages import Message, MessageBox

        what = _("“{name}”以只读方式打开。").format(name=project_name(project))
        MessageBox.show(self._window, Message(what, holder_sentence(project), lock_hint(project)))

    def show_missing(self, missing: Sequence[MissingFile]) -> None:
        """Let the user say where files are that are not where they were."""
        from jjjmap.ui.dialogs.missing_files_dialog import MissingFilesDialog

        project = self._project
        if project is not None:
            MissingFilesDialog(missing, project.relink, self._folder(), self._window).show()

    # ---- older versions, recovery ----

    def ask_version(self) -> None:
        """Ask which older version is taken back, after what is not saved has been seen to."""
        # Not later: a save moves every version on by one, and the one that was chosen would be another.
        self._unless_busy(self._choose_version)

    def _choose_version(self, project: ProjectSession) -> None:
        from jjjmap.project.versions import versions_of
        from jjjmap.ui.dialogs.versions_dialog import VersionsDialog

        if project.path is None:
            return
        name = project_name(project)
        versions = versions_of(project.path)
        if not versions:
            self.told.emit(_("“{name}”还没有旧版本：每次保存会留下前一个。").format(name=name))
            return
        version = VersionsDialog.ask(name, versions, self._window)
        if version is not None:
            task = project.open_version(version)
            task.cancelled.connect(self._tell_unopened)

    def offer_recovery(self, then: Callable[[], None] = lambda: None) -> None:
        """Offer what the last run left behind, if it ended without saying so.

        Parameters
        ----------
        then
            Called when that is settled, and what is recovered is open.
        """
        from jjjmap.ui.dialogs.recovery_dialog import Recovery, RecoveryDialog

        project = self._project
        waiting = list(project.recoverable()) if project is not None else []
        while waiting:
            assert project is not None  # It has just found something.
            answer, chosen = RecoveryDialog.ask(waiting, self._window)
            if answer is Recovery.DISCARD:
                project.discard(chosen)
                waiting.remove(chosen)
                continue
            for each in waiting:
                if each is not chosen or answer is Recovery.LATER:
                    project.leave(each)
            if answer is Recovery.RECOVER:
                self._after_opening = then
                project.recover(chosen)
                return
            break
        then()

    # ---- the end ----

    def may_close(self) -> bool:
        """Whether the window can be closed now; if not, it asks and says `close_wanted` when it can."""
        project = self._project
        if project is None or self._may_close or not project.is_modified:
            return True
        match self._ask_unsaved(project):
            case Unsaved.DISCARD:
                self._may_close = self._discards = True
                return True
            case Unsaved.SAVE:
                self.save(then=self._close_after_saving)
        return False

    def end(self) -> None:
        """Let go of the project when the window closes."""
        if self._project is not None:
            self._project.end(discard=self._discards)

    def _close_after_saving(self) -> None:
        self._may_close = True
        self.close_wanted.emit()

    # ---- small things ----

    def show_folder(self) -> None:
        """Open the folder that the project's file lies in."""
        if self._project is not None and self._project.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._project.path.parent)))

    def _folder(self) -> str:
        project = self._project
        if project is not None and project.path is not None:
            return str(project.path.parent)
        recent = self._session.preferences.settings.recent_projects
        return str(Path(recent[0]).parent) if recent else ""

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        # Not asked whether they are there: a folder in a net that is away would hold up the menu.
        paths = [Path(each) for each in self._session.preferences.settings.recent_projects]
        for n, (path, title) in enumerate(zip(paths, recent_titles(paths), strict=True), start=1):
            mark = f"&{n} " if n < 10 else ""
            action = self.recent_menu.addAction(mark + title.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self.open(path))
        if not paths:
            self.recent_menu.addAction(_("（还没有）")).setEnabled(False)
            return
        self.recent_menu.addSeparator()
        clear = self.recent_menu.addAction(_("清空这个列表"))
        clear.triggered.connect(lambda: self._session.preferences.change(recent_projects=()))


def with_project_suffix(path: Path) -> Path:
    """Return a file with the ending of projects; half of it counts as none."""
    name = path.name
    if name.lower().endswith(PROJECT_SUFFIX):
        return path
    for half in (".gpkg", ".jjj"):
        if name.lower().endswith(half):
            name = name[: -len(half)]
    return path.with_name(name + PROJECT_SUFFIX)


def _project_files() -> str:
    return _("项目 (*{suffix})").format(suffix=PROJECT_SUFFIX)
