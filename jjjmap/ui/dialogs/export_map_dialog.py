"""Asks how the map leaves the program: as a web page, a picture or data, and with what in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.marks import Audience
from jjjmap.export.options import ContentOptions
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.layers.layer import LayerView
from jjjmap.layers.style import Geometry
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.project.state import SavedView
from jjjmap.session.exporters import ExportKind, MapWish
from jjjmap.settings import MAX_COLUMN_CHOICES, ExportSettings
from jjjmap.ui.audience_box import AudienceBox
from jjjmap.ui.dialogs import replacing
from jjjmap.ui.export_layers_tree import ExportLayersTree
from jjjmap.ui.export_pages import DataPage, WebPage
from jjjmap.ui.export_picture_page import PicturePage
from jjjmap.ui.export_views_box import ExportViewsBox
from jjjmap.ui.target_line import TargetLine

SIZE_PX = (900, 620)
TREE_WIDTH_PX = 280
SIZE_DELAY_MS = 400
"""Nothing is reckoned with every letter or step of a box."""


class ExportMapDialog(QDialog):
    """One dialog for all that a map can become.

    Parameters
    ----------
    snapshot
        What the window shows.
    columns
        Columns of the users' layers, by layer id.
    settings
        What was chosen last.
    folder
        Where to begin; the user's documents if it is empty or gone.
    map_picture
        What the window shows, for the preview of the sheet.
    has_library
        Whether there are documents of the user's that could go along.
    views
        Saved views that can leave instead of the map.
    catalogue
        Where the places are; needed for views.
    is_online
        Whether the window shows an online basemap, which no file will hold.
    """

    size_wanted = Signal(object)  # MapWish: `show_size` or `show_no_size` is awaited

    def __init__(
        self,
        snapshot: MapSnapshot,
        columns: Mapping[str, tuple[str, ...]],
        settings: ExportSettings,
        folder: str = "",
        parent: QWidget | None = None,
        *,
        map_picture: QPixmap | None = None,
        has_library: bool = False,
        views: Sequence[SavedView] = (),
        catalogue: Catalogue | None = None,
        is_online: bool = False,
    ) -> None:
        super().__init__(parent)
        self._snapshot = snapshot
        self._catalogue = catalogue
        self._checked_before: tuple[str, ...] | None = None
        self._settings = settings
        self._has_library = has_library
        self._takes_library = settings.with_library
        self.setWindowTitle(_("导出地图"))
        self.resize(*SIZE_PX)
        self.title_edit = QLineEdit(self)
        self.title_edit.setMaxLength(120)
        self.title_edit.setPlaceholderText(_("京津冀产业协同地图"))
        self.title_edit.setAccessibleName(_("标题"))
        self.views_box = ExportViewsBox(views, self)
        self.tree = ExportLayersTree(
            snapshot.layers, snapshot.language, columns, dict(settings.columns_kept_home), self
        )
        self.tree_note = QLabel(self)
        self.tree_note.setObjectName("faint")
        self.tree_note.setWordWrap(True)
        self.tree_note.setTextFormat(Qt.TextFormat.PlainText)
        self.web_page = WebPage(snapshot.language, settings, self, has_library=has_library)
        self.picture_page = PicturePage(settings, self)
        self.data_page = DataPage(settings, self, has_library=has_library)
        self._pages: dict[ExportKind, WebPage | PicturePage | DataPage] = {
            ExportKind.PAGE: self.web_page,
            ExportKind.PICTURE: self.picture_page,
            ExportKind.DATA: self.data_page,
        }
        self.tabs = QTabWidget(self)
        for kind, text in zip(ExportKind, (_("网页"), _("图片"), _("数据文件")), strict=True):
            self.tabs.addTab(self._pages[kind], text)
        self.tabs.setAccessibleName(_("导出为"))
        self.audience_box = AudienceBox(self)
        self.target = TargetLine(_("保存到"), self)
        self.online_note = QLabel(_("导出的文件用自带的底图，不含在线底图。"), self)
        self.online_note.setVisible(is_online)
        self.notice = QLabel(self)
        self.notice.setWordWrap(True)
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.hide()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.ok_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok_button.setText(_("导出"))
        self._size_timer = QTimer(self)
        self._size_timer.setSingleShot(True)
        self._size_timer.setInterval(SIZE_DELAY_MS)
        self._lay_out()
        self._connect()
        self._follow_audience()
        if map_picture is not None:
            self.picture_page.show_map(map_picture)
        self.target.set_path(replacing.starting_file(folder, _("京津冀产业协同地图"), ""))
        kinds = [kind.value for kind in ExportKind]
        self.tabs.setCurrentIndex(kinds.index(settings.kind) if settings.kind in kinds else 0)
        self._take_kind()
        self._follow_layers()

    def ask(self) -> MapWish | None:
        """Show the dialog; return what the user wants, None if nothing. Tests replace it."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        self._size_timer.stop()
        return self.wish() if accepted else None

    def choose_views(self) -> None:
        """Propose the saved views rather than the map, as a picture if data were exported last."""
        if self.kind is ExportKind.DATA:
            self.tabs.setCurrentIndex(list(ExportKind).index(ExportKind.PICTURE))
        self.views_box.choose_views()

    @property
    def is_of_views(self) -> bool:
        """Whether saved views leave instead of the map as it is now."""
        return self.views_box.is_of_views and self.kind is not ExportKind.DATA

    @property
    def kind(self) -> ExportKind:
        """What the map becomes."""
        return list(ExportKind)[self.tabs.currentIndex()]

    def wish(self) -> MapWish:
        """Return what is set now."""
        audience = self.audience_box.audience
        title = self.title_edit.text().strip()
        is_page = self.kind is ExportKind.PAGE
        options = ContentOptions(
            audience=audience,
            title=title,
            columns=self.tree.columns,
            tolerance_m=self.web_page.tolerance_m if is_page else 0.0,
            languages=self.web_page.languages if is_page else (),
            with_library=self.web_page.library_box.isChecked(),
        )
        sheet = self.picture_page.sheet(Sheet(audience=audience), title or self.title_edit.placeholderText())
        snapshot = self._taken()
        wish = MapWish(self.kind, self.target.path, snapshot, options, sheet, self.picture_page.dpi)
        if not self.is_of_views or self._catalogue is None:
            return wish
        maps = self.views_box.maps(snapshot, self.tree.chosen_ids, self._catalogue)
        if not is_page:
            # Above each sheet stands the title of its view.
            return replace(wish, views=maps, sheet=replace(sheet, subtitle=sheet.subtitle or title))
        # A page has the rows that are shown now, whatever view it shows.
        first = replace(maps[0].snapshot, rows_of=snapshot.rows_of) if maps else snapshot
        steps = maps if len(maps) > 1 else ()
        return replace(wish, snapshot=first, options=replace(options, views=steps))

    def settings(self) -> ExportSettings:
        """Return what is to be remembered."""
        kept = dict(self._settings.columns_kept_home)
        here = {view.layer.id for view in self._snapshot.layers}
        kept = {layer_id: names for layer_id, names in kept.items() if layer_id not in here}
        kept.update(self.tree.kept_home)
        settings = replace(
            self._settings,
            kind=self.kind.value,
            with_library=self._takes_library,
            columns_kept_home=tuple(kept.items())[-MAX_COLUMN_CHOICES:],
        )
        for page in self._pages.values():
            settings = page.remember(settings)
        return settings

    def show_size(self, size: int) -> None:
        """Show how large the web page will be; a slot for the answer to `size_wanted`."""
        self.web_page.size_label.setText(_("约 {size}").format(size=size_text(size)))

    def show_no_size(self, why: str) -> None:
        """Say why nobody knows how large the web page will be."""
        self.web_page.size_label.setText(why)

    def accept(self) -> None:
        """Close, unless something speaks against it or the user would rather keep a file."""
        if self._trouble():
            return
        path = self.target.path
        several = self._files() if len(self._files()) > 1 else ()
        if several:
            there = sum(each.exists() for each in several)
            may_go = not there or replacing.may_replace_many(self, there)
        elif self.target.is_folder:
            may_go = not _holds_something(path) or replacing.may_fill(self, path)
        else:
            may_go = self.target.is_agreed or not path.exists() or replacing.may_replace(self, path)
        if may_go:
            super().accept()

    # How it is made.

    def _lay_out(self) -> None:
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        label = QLabel(_("带走的图层："), left)
        label.setBuddy(self.tree)
        column.addWidget(label)
        column.addWidget(self.tree, 1)
        column.addWidget(self.tree_note)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(left)
        splitter.addWidget(self.tabs)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([TREE_WIDTH_PX, SIZE_PX[0] - TREE_WIDTH_PX])
        self._head = head = QFormLayout()
        head.addRow(_("标题："), self.title_edit)
        head.addRow(_("内容："), self.views_box)
        foot = QFormLayout()
        foot.addRow(_("用途："), self.audience_box)
        foot.addRow(_("保存到："), self.target)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(splitter, 1)
        layout.addLayout(foot)
        layout.addWidget(self.online_note)
        layout.addWidget(self.notice)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._take_kind)
        self.picture_page.kind_changed.connect(self._take_kind)
        self.data_page.kind_changed.connect(self._take_kind)
        self.picture_page.sheet_changed.connect(self._show_sheet)
        self.title_edit.textChanged.connect(self._show_sheet)
        self.audience_box.audience_changed.connect(self._show_sheet)
        self.audience_box.audience_changed.connect(self._follow_audience)
        for page in (self.web_page, self.data_page):
            page.library_box.toggled.connect(self._take_library)
        self.tree.choice_changed.connect(self._follow_layers)
        self.views_box.choice_changed.connect(self._follow_views)
        self.target.target_changed.connect(self._judge)
        self.web_page.size_changed.connect(self._want_size)
        self._size_timer.timeout.connect(lambda: self.size_wanted.emit(self.wish()))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _taken(self) -> MapSnapshot:
        """Return the map with what is taken along alone."""
        views = self.tree.taken_along()
        held = {view.layer.id for view in views}
        chosen = parse_feature_id(self._snapshot.selected_id)
        is_gone = chosen is not None and chosen[0] not in held
        bounds = self._snapshot.bounds
        if self.kind is ExportKind.PICTURE and not self.is_of_views:
            bounds = self.picture_page.bounds(bounds)
        return replace(
            self._snapshot,
            layers=views,
            bounds=bounds,
            selected_id="" if is_gone else self._snapshot.selected_id,
        )

    def _users(self) -> list[LayerView]:
        chosen = set(self.tree.chosen_ids)
        return [view for view in self._snapshot.layers if view.layer.is_users and view.layer.id in chosen]

    def _take_kind(self) -> None:
        page = self._pages[self.kind]
        can_be_views = bool(self.views_box.count) and self.kind is not ExportKind.DATA
        self._head.setRowVisible(self.views_box, can_be_views)
        self._follow_views()
        self.tree.show_columns(self.kind is not ExportKind.PICTURE)
        self._tell_of_layers()
        self.target.ask_for(page.suffix, page.kinds)
        self._show_sheet()
        self._want_size()

    def _show_sheet(self) -> None:
        title = self.title_edit.text().strip() or self.title_edit.placeholderText()
        if self.is_of_views:
            title = next((view.title for view in self.views_box.chosen), title)
        sheet = self.picture_page.sheet(Sheet(audience=self.audience_box.audience), title)
        self.picture_page.preview.show_sheet(sheet)
        self._judge()

    def _follow_views(self) -> None:
        """Check the layers that the views show; those of the map again when they are wanted no more."""
        if self.is_of_views:
            if self._checked_before is None:
                self._checked_before = self.tree.chosen_ids
            self.tree.check_only(self.views_box.shown_layer_ids)
        elif self._checked_before is not None:
            self.tree.check_only(self._checked_before)
            self._checked_before = None
        self.picture_page.area_box.setEnabled(not self.is_of_views)
        self._follow_layers()
        self._show_sheet()

    def _files(self) -> tuple[Path, ...]:
        """Return the files that are written when views leave as pictures; none if they do not."""
        if not self.is_of_views or self.kind is not ExportKind.PICTURE or not self.target.path.name:
            return ()
        from jjjmap.export.pictures.several import page_files

        return page_files(self.target.path, (view.title for view in self.views_box.chosen))

    def _follow_layers(self) -> None:
        users = self._users()
        self.web_page.allow_tolerance(
            any(view.layer.geometry in (Geometry.LINE, Geometry.POLYGON) for view in users)
        )
        self._tell_of_layers()
        self._judge()
        self._want_size()

    def _tell_of_layers(self) -> None:
        if not self._users():
            text = _("没有带走“我的数据”。")
        elif self.is_of_views and self.kind is ExportKind.PICTURE:
            text = _("各视图里只画打勾的图层；“我的数据”按各视图自己的筛选。")
        elif self.is_of_views:
            text = _(
                "各视图里只有打勾的图层；“我的数据”在各视图里都是现在筛选出的行，打勾的列会随文件交出去。"
            )
        elif self.kind is ExportKind.PICTURE:
            text = _("图片和窗口里看到的一样，“我的数据”的文字标注和筛选条件也在图上。")
        else:
            text = _("“我的数据”里打勾的列会随文件交出去；被筛选隐藏的行不会。")
        self.tree_note.setText(text)

    def _follow_audience(self) -> None:
        """Leave the library at home when the map is published, unless the user says otherwise after that."""
        is_internal = self.audience_box.audience is Audience.INTERNAL
        self._check_library(self._has_library and is_internal and self._takes_library)

    def _take_library(self, is_taken: bool) -> None:
        if self.audience_box.audience is Audience.INTERNAL:
            self._takes_library = is_taken
        self._check_library(is_taken)

    def _check_library(self, is_taken: bool) -> None:
        """Check the boxes of both pages alike."""
        for page in (self.web_page, self.data_page):
            page.library_box.setChecked(is_taken)

    def _want_size(self) -> None:
        if self.kind is ExportKind.PAGE:
            self.web_page.size_label.setText(_("正在估算……"))
            self._size_timer.start()

    def _trouble(self) -> str:
        if self.is_of_views and not self.views_box.chosen:
            return _("请至少选一个视图。")
        if not self.tree.chosen_ids:
            return _("请至少带走一个图层。")
        if self.kind is ExportKind.PICTURE and self.picture_page.trouble:
            return self.picture_page.trouble
        return self.target.trouble

    def _outcome(self) -> str:
        """Return what becomes of several views; empty of one map."""
        files, count = self._files(), len(self.views_box.chosen)
        if len(files) > 1:
            return _("会写成 {n} 个文件：{first} 等。").format(n=len(files), first=files[0].name)
        if files and count > 1:
            return _("会写成一个 PDF，共 {n} 页，每个视图一页，带书签。").format(n=count)
        if self.is_of_views and self.kind is ExportKind.PAGE and count > 1:
            return _("网页打开时是第一个视图；读者可以在 {n} 个视图之间切换。").format(n=count)
        return ""

    def _judge(self) -> None:
        trouble = self._trouble()
        self.ok_button.setEnabled(not trouble)
        # What is wrong with the path stands below it already.
        said = "" if trouble == self.target.trouble else trouble
        self.notice.setText(said or ("" if trouble else self._outcome()))
        self.notice.setVisible(bool(self.notice.text()))


def size_text(size: int) -> str:
    """Return a number of bytes as people read it."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if size >= limit:
            return f"{size / limit:.2g} {unit}" if size < 10 * limit else f"{size / limit:,.0f} {unit}"
    return f"{size} B"


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
