"""What leaves the window: maps as pages, pictures and data, briefings, and copies for the clipboard."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qtpy.QtCore import QObject, QSize, Signal
from qtpy.QtGui import QGuiApplication, QImage, QPixmap
from qtpy.QtWidgets import QWidget

from jjjmap.i18n import _
from jjjmap.session.exporters import BriefingsWish, Exporters, ExportKind, MapWish
from jjjmap.session.session import Session
from jjjmap.session.tasks import Cancelled, Progress, Task

if TYPE_CHECKING:
    from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog

SECONDS_PER_FILE = 1.2
"""Until the first briefings of this start have been timed."""

COPY_DPI = 192
_MM_PER_PX = 25.4 / 96


class Exports(QObject):
    """Asks what the user wants, and lets it be written in the background.

    Parameters
    ----------
    window
        Gets the dialogs.
    session
        What is open.
    exporters
        Write the files.
    map_widget
        Whose proportions a copied picture has, and whose looks the preview of a sheet shows.
    """

    told = Signal(str)  # a sentence for the status bar
    saved = Signal(object, str)  # Path of a file or folder that was written, and a sentence about it
    failed = Signal(object)  # an exception to be explained

    def __init__(self, window: QWidget, session: Session, exporters: Exporters, map_widget: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._exporters = exporters
        self._map = map_widget
        self._seconds_per_file = SECONDS_PER_FILE
        self._sizing: Task | None = None

    def close(self) -> None:
        """Let go of what draws and prints."""
        self._exporters.close()

    # ---- the map ----

    def ask_map(self, *, of_views: bool = False) -> None:
        """Ask how the map leaves the program, and write it.

        Parameters
        ----------
        of_views
            Propose the saved views instead of what is shown now.
        """
        from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog

        preferences, users = self._session.preferences, self._session.user_layers
        snapshot, is_online = self._session.snapshot(), self._session.online.is_shown
        columns = {
            view.layer.id: tuple(column.name for column in users.stored(view.layer.id).facts.columns)
            for view in snapshot.layers
            if view.layer.is_users
        }
        dialog = ExportMapDialog(
            snapshot,
            columns,
            preferences.settings.export,
            preferences.settings.export_folder,
            self._window,
            # With an online basemap the window shows what no file will hold.
            map_picture=None if is_online else self._grabbed(),
            has_library=not self._session.library.is_empty,
            views=self._session.views.views,
            catalogue=self._session.workspace.catalogue,
            is_online=is_online,
        )
        if of_views:
            dialog.choose_views()
        dialog.size_wanted.connect(lambda wish: self._predict(dialog, wish))
        wish = dialog.ask()
        self._stop_sizing()
        # Also after a cancel: whoever unchecked a column of telephone numbers meant it.
        preferences.change(export=dialog.settings())
        dialog.deleteLater()
        if wish is not None:
            preferences.change(export_folder=str(wish.path.parent))
            self._save_map(wish)

    def _save_map(self, wish: MapWish) -> None:
        exporters, catalogue = self._exporters, self._session.workspace.catalogue
        path, snapshot, options = wish.path, wish.snapshot, wish.options
        if wish.kind is ExportKind.PICTURE:
            exporters.prepare()
        if wish.views:
            self._save_views(wish)
            return

        def work(progress: Progress, cancelled: Cancelled) -> Path | Literal[False]:
            match wish.kind:
                case ExportKind.PAGE:
                    done = exporters.save_html(
                        path, snapshot, catalogue, options, progress=progress, cancelled=cancelled
                    )
                case ExportKind.PICTURE:
                    done = exporters.save_picture(
                        path, snapshot, wish.sheet, dpi=wish.dpi, progress=progress, cancelled=cancelled
                    )
                case ExportKind.DATA:
                    done = exporters.save_data(
                        path, snapshot, catalogue, options, progress=progress, cancelled=cancelled
                    )
            return path if done else False

        task = self._session.tasks.start(
            _("导出 {name}").format(name=path.name),
            work,
            on_success=lambda saved: self.saved.emit(saved, _("已导出：{path}").format(path=saved)),
            on_failure=self.failed.emit,
        )
        task.cancelled.connect(lambda: self.told.emit(_("导出已取消，原有文件没有改动。")))

    def _save_views(self, wish: MapWish) -> None:
        """Write saved views as pictures: one file of pages, or a file for each."""
        exporters, path = self._exporters, wish.path
        expected = 1 if path.suffix.lower() == ".pdf" else len(wish.views)

        def work(progress: Progress, cancelled: Cancelled) -> tuple[Path, ...]:
            return exporters.save_pictures(
                path, wish.views, wish.sheet, dpi=wish.dpi, progress=progress, cancelled=cancelled
            )

        def succeed(files: tuple[Path, ...]) -> None:
            if len(files) < expected:
                self._tell_partial_views(len(files), expected, path.parent)
            elif len(files) == 1:
                self.saved.emit(files[0], _("已导出：{path}").format(path=files[0]))
            else:
                sentence = _("已导出 {n} 个视图，在 {folder}。")
                self.saved.emit(files[0], sentence.format(n=len(files), folder=path.parent))

        task = self._session.tasks.start(
            _("导出 {n} 个视图").format(n=len(wish.views)),
            work,
            on_success=succeed,
            on_failure=self.failed.emit,
        )
        task.cancelled.connect(lambda: self._tell_partial_views(0, expected, path.parent))

    def _tell_partial_views(self, count: int, expected: int, folder: Path) -> None:
        if not count:
            self.told.emit(_("导出已取消，原有文件没有改动。"))
            return
        sentence = _("导出已取消：{n} / {expected} 个文件已写完，留在 {folder}。")
        self.told.emit(sentence.format(n=count, expected=expected, folder=folder))

    def _predict(self, dialog: ExportMapDialog, wish: MapWish) -> None:
        """Reckon aside how large a page would be; only the last wish counts."""
        self._stop_sizing()
        exporters, catalogue = self._exporters, self._session.workspace.catalogue

        def take(size: tuple[int]) -> None:
            if self._sizing is task and not task.cancel_requested:
                dialog.show_size(size[0])

        def fail(_error: Exception) -> None:
            # What is wrong with the rows is told when they are to be written.
            if self._sizing is task:
                dialog.show_no_size(_("估算不出来"))

        # In a tuple: 0 is no answer to a cancel.
        task = self._session.tasks.start(
            _("估算文件大小"),
            lambda _progress, _cancelled: (
                exporters.predicted_bytes(wish.snapshot, catalogue, wish.options),
            ),
            on_success=take,
            on_failure=fail,
        )
        self._sizing = task

    def _stop_sizing(self) -> None:
        task, self._sizing = self._sizing, None
        if task is not None:
            task.cancel()

    def _grabbed(self) -> QPixmap:
        """Return what the window shows of the map."""
        return self._map.grab()

    # ---- briefings ----

    def ask_briefings(self, place_id: str = "") -> None:
        """Ask of which places briefings are wanted, and write them.

        Parameters
        ----------
        place_id
            Is proposed; by default the place that is chosen.
        """
        from jjjmap.ui.dialogs.briefing_dialog import BriefingDialog, BriefingSubjects

        session, exporters = self._session, self._exporters
        workspace, preferences = session.workspace, session.preferences
        subjects = BriefingSubjects(
            chosen_id=place_id or session.selection.place_id,
            marked_ids=tuple(each for each in session.highlight.place_ids if workspace.knows(each)),
            marked_title=session.highlight.title,
            firms=tuple(
                (stored.id, stored.title)
                for stored in session.user_layers.layers
                if stored.facts.geometry is not None
            ),
            has_library=not session.library.is_empty,
        )
        dialog = BriefingDialog(
            workspace,
            subjects,
            preferences.settings.export,
            preferences.settings.export_folder,
            lambda wish: exporters.briefing_files(wish, workspace.catalogue),
            self._seconds_per_file,
            self._window,
        )
        wish = dialog.ask()
        dialog.deleteLater()
        if wish is not None:
            preferences.change(export=dialog.settings(), export_folder=str(wish.folder))
            self._save_briefings(wish)

    def _save_briefings(self, wish: BriefingsWish) -> None:
        exporters, snapshot = self._exporters, self._session.snapshot()
        catalogue = self._session.workspace.catalogue
        exporters.prepare()
        expected = len(wish.place_ids) * len(wish.formats)
        began = time.monotonic()

        def work(progress: Progress, cancelled: Cancelled) -> tuple[Path, ...]:
            return exporters.save_briefings(wish, snapshot, catalogue, progress=progress, cancelled=cancelled)

        def succeed(files: tuple[Path, ...]) -> None:
            if len(files) < expected:
                self._tell_partial(len(files), expected, wish.folder)
                return
            self._seconds_per_file = (time.monotonic() - began) / max(1, len(files))
            if len(files) == 1:
                self.saved.emit(files[0], _("已生成简报：{path}").format(path=files[0]))
            elif files:
                sentence = _("已生成 {n} 个简报文件，在 {folder}。")
                self.saved.emit(files[0], sentence.format(n=f"{len(files):,}", folder=wish.folder))

        title = _("生成 {n} 个地点的简报").format(n=len(wish.place_ids))
        task = self._session.tasks.start(title, work, on_success=succeed, on_failure=self.failed.emit)
        task.cancelled.connect(lambda: self._tell_partial(0, expected, wish.folder))

    def _tell_partial(self, count: int, expected: int, folder: Path) -> None:
        """Say what stands after a cancel: files are whole, or not there at all."""
        if not count:
            self.told.emit(_("生成简报已取消，没有写出文件。"))
            return
        sentence = _("生成简报已取消：{n} / {expected} 个文件已写完，留在 {folder}。")
        self.told.emit(sentence.format(n=f"{count:,}", expected=f"{expected:,}", folder=folder))

    # ---- copies ----

    def copy_map(self) -> None:
        """Put the map on the clipboard as a picture, with its legend and marks."""
        from jjjmap.export.renderer import Sheet

        snapshot, exporters = self._session.snapshot(), self._exporters
        exporters.prepare()
        size = self._map.size().expandedTo(QSize(400, 300))
        sheet = Sheet(size.width() * _MM_PER_PX, size.height() * _MM_PER_PX)

        def work(_progress: Progress, cancelled: Cancelled) -> bytes | Literal[False]:
            return exporters.picture_png(snapshot, sheet, dpi=COPY_DPI, cancelled=cancelled)

        def take(data: bytes) -> None:
            QGuiApplication.clipboard().setImage(QImage.fromData(data))
            self.told.emit(_("已把地图复制为图片，可以粘贴到文稿里。"))

        task = self._session.tasks.start(
            _("复制地图为图片"), work, on_success=take, on_failure=self.failed.emit
        )
        task.cancelled.connect(lambda: self.told.emit(_("没有复制：已取消。")))

    def copy_place(self, place_id: str = "") -> None:
        """Put a place on the clipboard as one line with its sources; by default the one that is chosen."""
        from jjjmap.catalogue.citing import place_citation

        workspace = self._session.workspace
        wanted = place_id or self._session.selection.place_id
        if not workspace.knows(wanted):
            self.told.emit(_("请先选中一个地点。"))
            return
        place = workspace.place(wanted)
        text = place_citation(workspace.catalogue, place, workspace.language)
        QGuiApplication.clipboard().setText(text)
        name = place.name(workspace.language)
        self.told.emit(_("已复制“{name}”的引文，带来源。").format(name=name))
