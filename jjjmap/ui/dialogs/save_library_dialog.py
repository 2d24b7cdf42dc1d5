"""Asks where mentions and figures of the library go, and writes them there aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qtpy.QtWidgets import QFileDialog, QWidget

from jjjmap.export.library.library_files import LIBRARY_SUFFIXES, save_library
from jjjmap.i18n import _
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.tasks import Cancelled, Progress, Task
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.replacing import starting_file, with_suffix
from jjjmap.ui.messages import MessageBox, explain

if TYPE_CHECKING:
    from jjjmap.text.records import Document
    from jjjmap.text.store.library import Library

_READING_SHARE = 0.7
"""Of the progress; the rest is writing."""


class SaveLibraryDialog:
    """The question; tests replace `ask`."""

    @classmethod
    def ask(cls, parent: QWidget | None, folder: str, name: str) -> Path | None:
        """Return the file that the user wants, ending in one of `LIBRARY_SUFFIXES`, or None.

        Parameters
        ----------
        parent
            The widget that asks.
        folder
            Where to begin; the user's documents if it is empty or gone.
        name
            What is saved; becomes the name of the file.
        """
        kinds = {
            _("Excel 工作簿 (*.xlsx)"): ".xlsx",
            _("CSV 表格 (*.csv)"): ".csv",
            _("GeoPackage 图层 (*.gpkg)"): ".gpkg",
        }
        chosen, kind = QFileDialog.getSaveFileName(
            parent, _("导出提及和数字"), starting_file(folder, name, ".xlsx"), ";;".join(kinds)
        )
        if not chosen:
            return None
        return with_suffix(parent, chosen, tuple(LIBRARY_SUFFIXES), kinds.get(kind, ".xlsx"))

    @classmethod
    def save(
        cls,
        parent: QWidget | None,
        workspace: Workspace,
        library: LibrarySession,
        told: Callable[[str], None],
        *,
        folder: str = "",
        name: str = "",
        document_ids: Sequence[str] | None = None,
        narrow: Callable[[Document], Document | None] | None = None,
    ) -> Path | None:
        """Ask, and write aside with progress and cancel; return where the file will be, or None.

        Parameters
        ----------
        parent
            The widget that asks.
        workspace
            Names what is mentioned, in its language.
        library
            Whose documents are written.
        told
            Takes the sentence that says where the file is now. What goes wrong is told to the user by a box.
        folder, name
            As for `ask`; by default the file is called after the library.
        document_ids
            Only these; all by default.
        narrow
            Returns a document with only what is wanted of it, None for one that is not wanted.
        """
        entries = library.entries()
        wanted = [entry.id for entry in entries] if document_ids is None else list(document_ids)
        if not wanted:
            told(_("文库里还没有可以导出的文档。"))
            return None
        path = cls.ask(parent, folder, name or _("文库的提及和数字"))
        if path is None:
            return None
        catalogue, language = workspace.catalogue, workspace.language

        def work(store: Library, progress: Progress, cancelled: Cancelled) -> Path | Literal[False]:
            documents = []
            for number, document_id in enumerate(wanted, start=1):
                if cancelled():
                    return False
                document = store.document(document_id)
                kept = narrow(document) if narrow is not None else document
                if kept is not None:
                    documents.append(kept)
                progress(_READING_SHARE * number / len(wanted))
            return path if save_library(path, documents, catalogue, language, cancelled=cancelled) else False

        def succeed(saved: Path) -> None:
            told(_("已保存：{path}").format(path=saved))

        title = _("导出 {name}").format(name=path.name)
        task: Task = library.ask_aside(
            title, work, succeed, lambda error: MessageBox.show(parent, explain(error))
        )
        task.cancelled.connect(lambda: told(_("没有导出：已取消，原有文件没有改动。")))
        return path
