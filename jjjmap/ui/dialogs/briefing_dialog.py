"""Asks of which places briefings are written, as what, where, and with what of the user's own in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.details import Describer
from jjjmap.catalogue.models import PlaceKind
from jjjmap.catalogue.wording import kind_name
from jjjmap.export.marks import Audience
from jjjmap.i18n import Language, _
from jjjmap.session.exporters import BriefingFormat, BriefingsWish
from jjjmap.session.workspace import Workspace
from jjjmap.settings import ExportSettings
from jjjmap.ui.audience_box import AudienceBox
from jjjmap.ui.dialogs import replacing
from jjjmap.ui.dialogs.template_line import TemplateLine
from jjjmap.ui.target_line import TargetLine

SIZE_PX = (640, 470)
FIRST_KIND = PlaceKind.PLATFORM
"""Is proposed; most of what policy names is of this kind."""

FilesOf = Callable[[BriefingsWish], tuple[Path, ...]]


@dataclass(frozen=True, slots=True)
class BriefingSubjects:
    """What the dialog can offer."""

    chosen_id: str = ""
    """The place that is chosen; empty if none is."""
    marked_ids: tuple[str, ...] = ()
    marked_title: str = ""
    """What the marked places have in common."""
    firms: tuple[tuple[str, str], ...] = ()
    """Users' layers that can be counted within a place: id and title."""
    has_library: bool = False


class BriefingDialog(QDialog):
    """One place, those that are marked, or all of a kind.

    Parameters
    ----------
    workspace
        Knows the places.
    subjects
        What can be offered.
    settings
        What was chosen last.
    folder
        Where to begin.
    files_of
        Gives the files that a wish comes to, to see which of them are there already.
    seconds_per_file
        How long the last ones took.
    """

    def __init__(
        self,
        workspace: Workspace,
        subjects: BriefingSubjects,
        settings: ExportSettings,
        folder: str,
        files_of: FilesOf,
        seconds_per_file: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._subjects = subjects
        self._settings = settings
        self._files_of = files_of
        self._seconds_per_file = seconds_per_file
        self._inside: dict[str, frozenset[str]] = {}
        self.setWindowTitle(_("生成简报"))
        self.resize(*SIZE_PX)
        language = workspace.language
        self.chosen_button, self.marked_button = QRadioButton(self), QRadioButton(self)
        self.kind_button = QRadioButton(_("一类地点："), self)
        self.kind_box, self.within_box = QComboBox(self), QComboBox(self)
        self._name_choices(language)
        self.format_boxes = {
            BriefingFormat.PDF: QCheckBox("PDF", self),
            BriefingFormat.DOCX: QCheckBox(_("Word（可编辑）"), self),
            BriefingFormat.HTML: QCheckBox(_("网页"), self),
        }
        for each, box in self.format_boxes.items():
            box.setChecked(each.value in settings.briefing_formats)
        self.firms_box = QComboBox(self)
        self.firms_box.addItem(_("不用"), "")
        for layer_id, title in subjects.firms:
            self.firms_box.addItem(title, layer_id)
        self.firms_box.setEnabled(bool(subjects.firms))
        self.quotations_box = QCheckBox(_("引用我的文库里的原句"), self)
        self.quotations_box.setChecked(settings.with_quotations and subjects.has_library)
        self.quotations_box.setEnabled(subjects.has_library)
        self.page_template = TemplateLine(_("PDF 和网页的模板文件夹"), is_folder=True, parent=self)
        self.page_template.set_path(settings.page_template)
        self.docx_template = TemplateLine(_("Word 模板"), is_folder=False, parent=self)
        self.docx_template.set_path(settings.docx_template)
        self.audience_box = AudienceBox(self)
        self.target = TargetLine(_("写入文件夹"), self)
        self.target.set_path(str(Path(replacing.starting_file(folder, "x", "")).parent))
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.ok_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok_button.setText(_("生成"))
        self._lay_out()
        self._choose_first()
        self._connect()
        self._follow()

    def ask(self) -> BriefingsWish | None:
        """Show the dialog; return what the user wants, None if nothing. Tests replace it."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        return self.wish() if accepted else None

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Places of which briefings are written."""
        if self.chosen_button.isChecked():
            return (self._subjects.chosen_id,)
        if self.marked_button.isChecked():
            return self._subjects.marked_ids
        kind = PlaceKind(self.kind_box.currentData())
        within = self._within(str(self.within_box.currentData()))
        return tuple(
            place.id for place in self._workspace.places_of(kind) if within is None or place.id in within
        )

    @property
    def formats(self) -> tuple[BriefingFormat, ...]:
        """What each briefing is written as."""
        return tuple(each for each, box in self.format_boxes.items() if box.isChecked())

    def wish(self) -> BriefingsWish:
        """Return what is set now."""
        formats, firms = self.formats, str(self.firms_box.currentData())
        is_page = BriefingFormat.PDF in formats or BriefingFormat.HTML in formats
        return BriefingsWish(
            place_ids=self.place_ids,
            folder=self.target.path,
            formats=formats,
            language=self._workspace.language,
            audience=self.audience_box.audience,
            page_template=self.page_template.path if is_page else None,
            docx_template=self.docx_template.path if BriefingFormat.DOCX in formats else None,
            firms_layer_ids=(firms,) if firms else (),
            with_quotations=self.quotations_box.isChecked(),
        )

    def settings(self) -> ExportSettings:
        """Return what is to be remembered."""
        has_library = self._subjects.has_library
        return replace(
            self._settings,
            briefing_formats=tuple(each.value for each in self.formats),
            page_template=self.page_template.text,
            docx_template=self.docx_template.text,
            with_quotations=(
                self.quotations_box.isChecked()
                if has_library and self.audience_box.audience is Audience.INTERNAL
                else self._settings.with_quotations
            ),
        )

    def accept(self) -> None:
        """Close, unless something speaks against it or the user would rather keep the files there."""
        if self._trouble():
            return
        there = [path for path in self._files_of(self.wish()) if path.exists()]
        if not there:
            super().accept()
        elif len(there) == 1:
            if replacing.may_replace(self, there[0]):
                super().accept()
        elif replacing.may_replace_many(self, len(there)):
            super().accept()

    # How it is made.

    def _take_audience(self, audience: Audience) -> None:
        """Leave the user's documents out of what is to be published; they can be asked for again."""
        if self.quotations_box.isEnabled():
            self.quotations_box.setChecked(audience is Audience.INTERNAL and self._settings.with_quotations)

    def _name_choices(self, language: Language) -> None:
        workspace, subjects = self._workspace, self._subjects
        if subjects.chosen_id:
            name = workspace.place(subjects.chosen_id).name(language)
            # Qt takes a single & for a key.
            self.chosen_button.setText(_("选中的地点：{name}").format(name=name.replace("&", "&&")))
        else:
            self.chosen_button.setText(_("选中的地点（没有选中）"))
        if subjects.marked_ids:
            self.marked_button.setText(
                _("标出的 {n} 个地点：{title}").format(
                    n=len(subjects.marked_ids), title=subjects.marked_title.replace("&", "&&")
                )
            )
        else:
            self.marked_button.setText(_("标出的地点（没有标出）"))
        self.chosen_button.setEnabled(bool(subjects.chosen_id))
        self.marked_button.setEnabled(bool(subjects.marked_ids))
        for kind in PlaceKind:
            count = len(workspace.places_of(kind))
            if count:
                self.kind_box.addItem(_("{kind}（{n}）").format(kind=kind_name(kind), n=count), kind.value)
        self.kind_box.setCurrentIndex(max(0, self.kind_box.findData(FIRST_KIND.value)))
        self.within_box.addItem(_("全部地区"), "")
        for place in (*workspace.places_of(PlaceKind.PROVINCE), *workspace.places_of(PlaceKind.CITY)):
            self.within_box.addItem(place.name(language), place.id)

    def _lay_out(self) -> None:
        self.kind_box.setAccessibleName(_("类别"))
        self.within_box.setAccessibleName(_("地区"))
        self.firms_box.setAccessibleName(_("企业名单"))
        places = QVBoxLayout()
        places.addWidget(self.chosen_button)
        places.addWidget(self.marked_button)
        kinds = QHBoxLayout()
        kinds.addWidget(self.kind_button)
        kinds.addWidget(self.kind_box, 1)
        kinds.addWidget(self.within_box, 1)
        places.addLayout(kinds)
        formats = QHBoxLayout()
        for box in self.format_boxes.values():
            formats.addWidget(box)
        formats.addStretch(1)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(_("地点："), places)
        form.addRow(_("格式："), formats)
        form.addRow(_("企业名单："), self.firms_box)
        form.addRow(_("文库："), self.quotations_box)
        form.addRow(_("页面模板："), self.page_template)
        form.addRow(_("Word 模板："), self.docx_template)
        form.addRow(_("用途："), self.audience_box)
        form.addRow(_("写入文件夹："), self.target)
        body = QWidget(self)
        body.setLayout(form)
        # A small screen keeps its buttons: what does not fit above them is scrolled.
        scroll = QScrollArea(self)
        # What stands in it has the keyboard, and is brought into view.
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.summary)
        layout.addWidget(self.buttons)

    def _choose_first(self) -> None:
        if self._subjects.chosen_id:
            self.chosen_button.setChecked(True)
        elif self._subjects.marked_ids:
            self.marked_button.setChecked(True)
        else:
            self.kind_button.setChecked(True)

    def _connect(self) -> None:
        self.audience_box.audience_changed.connect(self._take_audience)
        for button in (self.chosen_button, self.marked_button, self.kind_button):
            button.toggled.connect(self._follow)
        for box in (self.kind_box, self.within_box):
            box.currentIndexChanged.connect(self._follow)
            # Whoever chooses a kind means it.
            box.activated.connect(lambda _index: self.kind_button.setChecked(True))
        for check in self.format_boxes.values():
            check.toggled.connect(self._follow)
        for line in (self.page_template, self.docx_template):
            line.template_changed.connect(self._follow)
        self.target.target_changed.connect(self._follow)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _within(self, place_id: str) -> frozenset[str] | None:
        """Return the places of a province; None for no bound at all."""
        if not place_id:
            return None
        if place_id not in self._inside:
            inside = Describer(self._workspace.catalogue).inside(place_id)
            self._inside[place_id] = frozenset((place_id, *(place.id for place in inside)))
        return self._inside[place_id]

    def _trouble(self) -> str:
        formats = self.formats
        if not self.place_ids:
            return _("没有符合的地点。")
        if not formats:
            return _("请至少选一种格式。")
        is_page = BriefingFormat.PDF in formats or BriefingFormat.HTML in formats
        return (
            (self.page_template.trouble if is_page else "")
            or (self.docx_template.trouble if BriefingFormat.DOCX in formats else "")
            or self.target.trouble
        )

    def _follow(self) -> None:
        is_page = any(
            self.format_boxes[each].isChecked() for each in (BriefingFormat.PDF, BriefingFormat.HTML)
        )
        self.page_template.setEnabled(is_page)
        self.docx_template.setEnabled(self.format_boxes[BriefingFormat.DOCX].isChecked())
        trouble = self._trouble()
        self.ok_button.setEnabled(not trouble)
        if trouble:
            self.summary.setText("" if trouble == self.target.trouble else trouble)
            return
        places, files = len(self.place_ids), len(self.place_ids) * len(self.formats)
        self.summary.setText(
            _("{places} 个地点，共 {files} 个文件，约需{time}。").format(
                places=f"{places:,}", files=f"{files:,}", time=_time_text(files * self._seconds_per_file)
            )
        )


def _time_text(seconds: float) -> str:
    if seconds < 90:
        return _(" {n} 秒").format(n=max(1, round(seconds)))
    return _(" {n} 分钟").format(n=round(seconds / 60))
