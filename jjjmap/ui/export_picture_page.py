"""The page of the export dialog for pictures: paper, what stands on it, and how it will be divided."""

from __future__ import annotations

from dataclasses import replace

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from jjjmap.export.pictures.papers import (
    HIGHEST_DPI,
    LARGEST_MM,
    LOWEST_DPI,
    MOST_PIXELS,
    PAPERS,
    SMALLEST_MM,
    Paper,
    pixels,
)
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import _
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds
from jjjmap.settings import ExportSettings
from jjjmap.ui.paper_preview import PaperPreview

OWN_SIZE = ""
"""Stands for a paper of the user's own size."""

PICTURE_SUFFIXES = (".pdf", ".png", ".svg")


class PicturePage(QWidget):
    """A sheet of paper."""

    kind_changed = Signal()
    sheet_changed = Signal()

    def __init__(self, settings: ExportSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind_box = QComboBox(self)
        for suffix, text in zip(
            PICTURE_SUFFIXES,
            (_("PDF（矢量，文字可选）"), _("PNG（位图）"), _("SVG（矢量，可再编辑）")),
            strict=True,
        ):
            self.kind_box.addItem(text, suffix)
        self.kind_box.setCurrentIndex(max(0, self.kind_box.findData(settings.picture_suffix)))
        self.dpi_spin = QSpinBox(self)
        self.dpi_spin.setRange(LOWEST_DPI, HIGHEST_DPI)
        self.dpi_spin.setSingleStep(50)
        self.dpi_spin.setSuffix(" dpi")
        self.dpi_spin.setValue(settings.dpi)
        self.dpi_spin.setAccessibleName(_("分辨率"))
        self.paper_box = QComboBox(self)
        for paper in PAPERS:
            self.paper_box.addItem(_paper_text(paper.id), paper.id)
        self.paper_box.addItem(_("自定大小"), OWN_SIZE)
        self.landscape_button = QRadioButton(_("横向"), self)
        self.portrait_button = QRadioButton(_("纵向"), self)
        self.width_spin, self.height_spin = self._side(_("宽")), self._side(_("高"))
        self.area_box = QComboBox(self)
        self.area_box.addItem(_("窗口里的范围"), False)
        self.area_box.addItem(_("整个京津冀"), True)
        self.subtitle_edit = QLineEdit(self)
        self.subtitle_edit.setPlaceholderText(_("可不填"))
        self.title_box, self.legend_box = QCheckBox(_("标题"), self), QCheckBox(_("图例"), self)
        self.scale_box, self.north_box = QCheckBox(_("比例尺"), self), QCheckBox(_("指北针"), self)
        for box in (self.title_box, self.legend_box, self.scale_box, self.north_box):
            box.setChecked(True)
        for widget, name in (
            (self.kind_box, _("格式")),
            (self.paper_box, _("纸张")),
            (self.area_box, _("范围")),
            (self.subtitle_edit, _("副标题")),
        ):
            widget.setAccessibleName(name)
        self.preview = PaperPreview(self)
        self.pixels_label = QLabel(self)
        self.pixels_label.setObjectName("faint")
        self.pixels_label.setTextFormat(Qt.TextFormat.PlainText)
        self.pixels_label.setWordWrap(True)
        self.pixels_label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self._restore(settings)
        self._connect()
        self._follow()

    @property
    def suffix(self) -> str:
        """Suffix of the file."""
        return str(self.kind_box.currentData())

    @property
    def kinds(self) -> str:
        """Filter of the file dialog."""
        return f"{self.suffix[1:].upper()} (*{self.suffix})"

    @property
    def dpi(self) -> int:
        """Resolution of a PNG."""
        return self.dpi_spin.value()

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the sheet, of a known paper to the hundredth."""
        paper = self._paper
        if paper is None:
            return self.width_spin.value(), self.height_spin.value()
        paper = paper if self.landscape_button.isChecked() else paper.upright()
        return paper.width_mm, paper.height_mm

    @property
    def trouble(self) -> str:
        """Why this cannot be made; empty if it can."""
        if self.suffix != ".png":
            return ""
        wide, high = pixels(*self.size_mm, self.dpi)
        if wide * high <= MOST_PIXELS:
            return ""
        return _("{wide} × {high} 像素太大了，请降低分辨率或换小一点的纸。").format(wide=wide, high=high)

    def sheet(self, base: Sheet, title: str) -> Sheet:
        """Return the sheet that is set, for the audience of `base`."""
        wide, high = self.size_mm
        return replace(
            base,
            width_mm=wide,
            height_mm=high,
            title=title if self.title_box.isChecked() else "",
            subtitle=self.subtitle_edit.text().strip(),
            has_legend=self.legend_box.isChecked(),
            has_scale_bar=self.scale_box.isChecked(),
            has_north_arrow=self.north_box.isChecked(),
        )

    def bounds(self, shown: Bounds) -> Bounds:
        """Return the box that is drawn."""
        return REGION_BOUNDS if self.area_box.currentData() else shown

    def show_map(self, picture: QPixmap) -> None:
        """Show this in the preview."""
        self.preview.show_map(picture)

    def remember(self, settings: ExportSettings) -> ExportSettings:
        """Return settings with what is chosen here."""
        wide, high = self.size_mm
        return replace(
            settings,
            paper=str(self.paper_box.currentData()),
            width_mm=wide,
            height_mm=high,
            dpi=self.dpi,
            picture_suffix=self.suffix,
        )

    @property
    def _paper(self) -> Paper | None:
        """The known paper that is chosen; None for a size of the user's own."""
        return next((each for each in PAPERS if each.id == self.paper_box.currentData()), None)

    # How it is made.

    def _side(self, name: str) -> QDoubleSpinBox:
        spin = QDoubleSpinBox(self)
        spin.setRange(SMALLEST_MM, LARGEST_MM)
        spin.setDecimals(0)
        spin.setSuffix(_(" 毫米"))
        spin.setAccessibleName(name)
        return spin

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(_("格式："), _row(self.kind_box, self.dpi_spin, stretch=True))
        sides = (self.width_spin, QLabel("×", self), self.height_spin)
        form.addRow(
            _("纸张："), _row(self.paper_box, self.landscape_button, self.portrait_button, stretch=True)
        )
        form.addRow(_("大小："), _row(*sides, stretch=True))
        form.addRow(_("范围："), self.area_box)
        form.addRow(_("副标题："), self.subtitle_edit)
        form.addRow(
            _("图上有："), _row(self.title_box, self.legend_box, self.scale_box, self.north_box, stretch=True)
        )
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.preview, 1)
        column.addWidget(self.pixels_label)

    def _restore(self, settings: ExportSettings) -> None:
        self.paper_box.setCurrentIndex(max(0, self.paper_box.findData(settings.paper)))
        self.width_spin.setValue(settings.width_mm)
        self.height_spin.setValue(settings.height_mm)
        is_wide = settings.width_mm >= settings.height_mm
        (self.landscape_button if is_wide else self.portrait_button).setChecked(True)
        self._take_paper()

    def _connect(self) -> None:
        self.kind_box.currentIndexChanged.connect(self._follow)
        self.kind_box.currentIndexChanged.connect(lambda _index: self.kind_changed.emit())
        self.paper_box.currentIndexChanged.connect(self._take_paper)
        self.landscape_button.toggled.connect(self._take_paper)
        self.area_box.currentIndexChanged.connect(self._follow)
        for spin in (self.width_spin, self.height_spin):
            spin.valueChanged.connect(self._follow)
        self.dpi_spin.valueChanged.connect(self._follow)
        self.subtitle_edit.textChanged.connect(self._follow)
        for box in (self.title_box, self.legend_box, self.scale_box, self.north_box):
            box.toggled.connect(self._follow)

    def _take_paper(self) -> None:
        """Give the sides of a known paper, as it lies or stands; those of the user's own stay."""
        is_own = self._paper is None
        for widget in (self.width_spin, self.height_spin):
            widget.setEnabled(is_own)
        for button in (self.landscape_button, self.portrait_button):
            button.setEnabled(not is_own)
        wide, high = self.size_mm
        self.width_spin.setValue(wide)
        self.height_spin.setValue(high)
        self._follow()

    def _follow(self) -> None:
        is_png = self.suffix == ".png"
        self.dpi_spin.setEnabled(is_png)
        size = " × ".join(f"{side:.1f}".removesuffix(".0") for side in self.size_mm)
        text = _("{size} 毫米").format(size=size)
        if is_png:
            wide, high = pixels(*self.size_mm, self.dpi)
            text = _("{size} 毫米，{wide} × {high} 像素").format(size=size, wide=wide, high=high)
        self.pixels_label.setText(self.trouble or text)
        self.sheet_changed.emit()


def _paper_text(paper_id: str) -> str:
    return _("幻灯片 16:9") if paper_id == "16:9" else paper_id


def _row(*widgets: QWidget, stretch: bool = False) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return holder
