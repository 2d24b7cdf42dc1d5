"""Two pages of the export dialog, for web page and data, each with what only it asks."""

from __future__ import annotations

from dataclasses import replace

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import Language, _
from jjjmap.settings import MOST_TOLERANCE_M, ExportSettings

DATA_SUFFIXES = (".gpkg", ".geojson", ".xlsx", "")
"""The empty one stands for a folder."""


def _faint(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("faint")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


class LibraryBox(QCheckBox):
    """Whether the user's own documents go along; it can be asked only of a library that has some."""

    def __init__(self, has_library: bool, parent: QWidget | None = None) -> None:
        super().__init__(_("文库里的引文和数字一并带出"), parent)
        self.setEnabled(has_library)
        self.setToolTip("" if has_library else _("文库里还没有文档。"))


class WebPage(QWidget):
    """One HTML file."""

    size_changed = Signal()  # something that makes the file larger or smaller

    def __init__(
        self,
        language: Language,
        settings: ExportSettings,
        parent: QWidget | None = None,
        *,
        has_library: bool = False,
    ) -> None:
        super().__init__(parent)
        self._language = language
        self.suffix, self.kinds = ".html", _("网页 (*.html)")
        other = "English" if language is Language.ZH else "中文"
        self.languages_box = QCheckBox(_("读者可以切换到 {language}").format(language=other), self)
        self.languages_box.setChecked(settings.both_languages)
        self.tolerance_spin = QDoubleSpinBox(self)
        self.tolerance_spin.setRange(0.0, MOST_TOLERANCE_M)
        self.tolerance_spin.setDecimals(0)
        self.tolerance_spin.setSingleStep(10.0)
        self.tolerance_spin.setSuffix(_(" 米"))
        self.tolerance_spin.setSpecialValueText(_("不简化"))
        self.tolerance_spin.setValue(settings.tolerance_m)
        self.tolerance_spin.setAccessibleName(_("线和边界简化到"))
        self.library_box = LibraryBox(has_library, self)
        self.size_label = QLabel(self)
        self.size_label.setTextFormat(Qt.TextFormat.PlainText)
        self.size_label.setAccessibleName(_("预计大小"))
        self._form = form = QFormLayout()
        form.addRow(_("语言："), self.languages_box)
        form.addRow(_("“我的数据”的线和边界："), self.tolerance_spin)
        form.addRow(_("文库："), self.library_box)
        form.addRow(_("预计大小："), self.size_label)
        column = QVBoxLayout(self)
        column.addWidget(
            _faint(_("一个网页文件，不需要网络就能打开：带图层开关、搜索、详情、数据和来源。"), self)
        )
        column.addLayout(form)
        column.addStretch(1)
        self.languages_box.toggled.connect(lambda _on: self.size_changed.emit())
        self.library_box.toggled.connect(lambda _on: self.size_changed.emit())
        self.tolerance_spin.valueChanged.connect(lambda _value: self.size_changed.emit())

    @property
    def languages(self) -> tuple[Language, ...]:
        """Languages beside that of the map."""
        other = Language.EN if self._language is Language.ZH else Language.ZH
        return (other,) if self.languages_box.isChecked() else ()

    @property
    def tolerance_m(self) -> float:
        """How far lines and borders may be moved."""
        return self.tolerance_spin.value() if self._form.isRowVisible(self.tolerance_spin) else 0.0

    def allow_tolerance(self, has_shapes: bool) -> None:
        """Let lines be simplified only if there are any."""
        self._form.setRowVisible(self.tolerance_spin, has_shapes)

    def remember(self, settings: ExportSettings) -> ExportSettings:
        """Return settings with what is chosen here."""
        return replace(
            settings, both_languages=self.languages_box.isChecked(), tolerance_m=self.tolerance_spin.value()
        )


class DataPage(QWidget):
    """Files for other programs."""

    kind_changed = Signal()

    def __init__(
        self, settings: ExportSettings, parent: QWidget | None = None, *, has_library: bool = False
    ) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        texts = (
            (
                _("GeoPackage（.gpkg）"),
                _("全部图层、样式、数据、政策摘要和来源在一个文件里，QGIS 打开就和窗口里一样。"),
            ),
            (_("GeoJSON（.geojson）"), _("一个文件，WGS-84 经纬度，交给其他地图程序。")),
            (_("Excel 工作簿（.xlsx）"), _("数据、政策、提及、企业和来源各一张表，每行都带出处。")),
            (_("文件夹"), _("每个图层一个 GeoJSON，每张表一个 CSV，附 datapackage.json 和说明。")),
        )
        for suffix, (title, about) in zip(DATA_SUFFIXES, texts, strict=True):
            button = self.buttons[suffix] = QRadioButton(title, self)
            button.setAccessibleDescription(about)
            label = _faint(about, self)
            label.setContentsMargins(24, 0, 0, 6)
            column.addWidget(button)
            column.addWidget(label)
            button.toggled.connect(self._tell)
        self.library_box = LibraryBox(has_library, self)
        column.addSpacing(6)
        column.addWidget(self.library_box)
        column.addStretch(1)
        self.buttons.get(settings.data_suffix, self.buttons[".gpkg"]).setChecked(True)

    @property
    def suffix(self) -> str:
        """Suffix of the file; empty for a folder."""
        return next((suffix for suffix, button in self.buttons.items() if button.isChecked()), ".gpkg")

    @property
    def kinds(self) -> str:
        """Filter of the file dialog."""
        return f"{self.suffix[1:]} (*{self.suffix})" if self.suffix else ""

    def remember(self, settings: ExportSettings) -> ExportSettings:
        """Return settings with what is chosen here."""
        return replace(settings, data_suffix=self.suffix)

    def _tell(self, is_on: bool) -> None:
        if is_on:
            self.kind_changed.emit()
