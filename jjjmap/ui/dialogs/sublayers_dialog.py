"""Asks which layers of a file are opened, where it holds several."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Inspection, SubLayer

SIZE_PX = (440, 360)


class SublayersDialog(QDialog):
    """A list with a box for each layer, all of them ticked."""

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("选择图层"))
        self.resize(*SIZE_PX)
        sentence = _("“{name}”里有 {n} 个图层，打开哪些？")
        label = QLabel(sentence.format(name=inspection.name, n=len(inspection.sublayers)), self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.windowTitle())
        for sublayer in inspection.sublayers:
            item = QListWidgetItem(_text_of(sublayer))
            item.setData(Qt.ItemDataRole.UserRole, sublayer.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.addItem(item)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel, self
        )
        layout = QVBoxLayout(self)
        for part in (label, self.list, self.buttons):
            layout.addWidget(part)
        self.list.itemChanged.connect(lambda _item: self._enable())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @classmethod
    def ask(cls, inspection: Inspection, parent: QWidget | None = None) -> tuple[str, ...]:
        """Return the names of the layers that the user wants, none for not at all. Tests replace it."""
        dialog = cls(inspection, parent)
        names = dialog.names() if dialog.exec() == QDialog.DialogCode.Accepted else ()
        dialog.deleteLater()
        return names

    def names(self) -> tuple[str, ...]:
        """Return the names that are ticked, in their order."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        )

    def _enable(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(bool(self.names()))


def _geometry_name(geometry: str) -> str:
    """Return a kind of geometry in words; one that is not known stays as the file says it."""
    names = {
        "": _("没有图形"),
        "Unknown": _("图形"),
        "Point": _("点"),
        "MultiPoint": _("点"),
        "LineString": _("线"),
        "MultiLineString": _("线"),
        "Polygon": _("面"),
        "MultiPolygon": _("面"),
        "GeometryCollection": _("点、线、面混合"),
    }
    flat = geometry.removeprefix("2.5D ").removeprefix("3D ").removeprefix("Measured ").removesuffix(" Z")
    return names.get(flat, geometry)


def _text_of(sublayer: SubLayer) -> str:
    facts = [_geometry_name(sublayer.geometry)]
    if sublayer.rows is not None:
        facts.append(_("{n} 行").format(n=f"{sublayer.rows:,}"))
    return _("{name}（{kind}）").format(name=sublayer.name, kind=_("，").join(facts))
