"""Documents that come into the library of the open window: read aside, one import after another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import DocumentUnknown
from jjjmap.i18n import _
from jjjmap.session.documents.analysers import Analysers
from jjjmap.session.documents.reading import ReadLibrary
from jjjmap.session.documents.records import Opened
from jjjmap.session.tasks import Cancelled, Progress, Task, TaskRunner
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.text.importing import ImportReport


class ImportingLibrary(ReadLibrary):
    """The library as documents come into it."""

    importing_changed = Signal(bool)  # whether an import is running
    import_ended = Signal(object)  # ImportReport

    def __init__(
        self, workspace: Workspace, tasks: TaskRunner, path: Path | None, parent: QObject | None
    ) -> None:
        super().__init__(workspace, tasks, path, parent)
        self._analysers = Analysers(workspace)
        self._import: Task | None = None
        self._waiting: list[Path] = []

    @property
    def is_importing(self) -> bool:
        """Whether an import is running."""
        return self._import is not None

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Read files and folders into the library, aside; what comes during an import waits for its end."""
        self._waiting += [Path(path) for path in paths]
        if self._import is None and self._waiting:
            self._start_import()

    def _start_import(self) -> None:
        paths, self._waiting = tuple(self._waiting), []
        analysers, file = self._analysers, self._path

        def work(progress: Progress, cancelled: Cancelled) -> ImportReport:
            from jjjmap.text.importing import import_paths
            from jjjmap.text.store.library import Library

            with Library.open(file) as library, analysers.borrow(library.lessons()) as analyser:
                return import_paths(paths, library, analyser, progress=progress, cancelled=cancelled)

        if len(paths) == 1:
            title = _("导入 {name}").format(name=paths[0].name or str(paths[0]))
        else:
            title = _("导入 {n} 项").format(n=len(paths))
        self._import = self._tasks.start(
            title, work, on_success=self._take_report, on_failure=self._take_import_failure
        )
        self._import.cancelled.connect(self._show_imported)
        self._import.ended.connect(self._end_import)
        self.importing_changed.emit(True)

    def _take_report(self, report: ImportReport) -> None:
        self._trouble = None
        self._show_imported()
        self.import_ended.emit(report)

    def _take_import_failure(self, error: Exception) -> None:
        self._trouble = None
        self._show_imported()
        if str(error) != str(self._trouble):  # Else whoever read the library anew has met it and told of it.
            self.work_failed.emit(error)

    def _show_imported(self) -> None:
        """Read everything anew: what was stored stays, however the import ended."""
        self._entries = None
        self._documents.clear()
        self._follow_opened()
        self.library_changed.emit()

    def _follow_opened(self) -> None:
        """Know the opened document by its new id if its file has changed."""
        opened = self._opened
        if opened is None or self.entry(opened.document_id) is not None:
            return
        try:
            document = self.document(opened.document_id)
        except DocumentUnknown:
            return
        if document is not None:
            self._opened = Opened(document.id)

    def _end_import(self) -> None:
        if self._import is not None and self._import.cancel_requested:
            self._waiting.clear()  # Who stops an import does not want the next one.
        self._import = None
        if self._waiting:
            self._start_import()
        else:
            self.importing_changed.emit(False)
