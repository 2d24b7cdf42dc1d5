"""What all dialogs of analyses share: which layer, a form, what will be reckoned, and why not yet."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    from jjjmap.analysis.running import Analysis

WIDTH_PX = 560


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """A layer of the user's that an analysis may read."""

    id: str
    title: str
    geometry: Geometry | None
    columns: tuple[Column, ...]
    rows: int
    shown_rows: int
    """Fewer where a filter is set: only these are analysed."""


class AnalysisDialog(QDialog):
    """A form that makes an analysis. Those of each kind add their rows and say what comes of them.

    Parameters
    ----------
    title
        What the user wants.
    layers
        What may be analysed; empty for an analysis that needs no layer.
    chosen_id
        The layer that is offered first.
    """

    def __init__(
        self, title: str, layers: Sequence[LayerChoice], chosen_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH_PX)
        self._layers = {layer.id: layer for layer in layers}
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.layer_box = QComboBox(self)
        self.layer_box.setAccessibleName(_("图层"))
        for layer in layers:
            self.layer_box.addItem(layer.title, layer.id)
        if layers:
            self.form.addRow(_("图层"), self.layer_box)
            self.layer_box.setCurrentIndex(max(self.layer_box.findData(chosen_id), 0))
        else:
            self.layer_box.hide()
        self.explanation = QLabel(self)
        self.explanation.setObjectName("faint")
        self.trouble = QLabel(self)
        for label in (self.explanation, self.trouble):
            # Names of layers, columns and units stand in them.
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.run_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.run_button.setText(_("计算"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(self.form)
        for part in (self.explanation, self.trouble):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.layer_box.currentIndexChanged.connect(lambda _at: self.take_layer())

    @property
    def layer(self) -> LayerChoice | None:
        """The layer that is chosen; None if there is none to choose."""
        return self._layers.get(self.layer_box.currentData() or "")

    @abstractmethod
    def take_layer(self) -> None:
        """Offer the columns of the chosen layer; then `renew`."""

    @abstractmethod
    def analysis(self) -> Analysis:
        """Return what is asked for; raises ValueError with a sentence that says what is missing."""

    @abstractmethod
    def explain(self) -> str:
        """Return what will be reckoned, with the formula, in a sentence or two."""

    def renew(self) -> None:
        """Say what comes of the choices, or why nothing does yet; to be called after each change."""
        try:
            self.analysis()
        except ValueError as exc:
            self.trouble.setText(str(exc))
            self.run_button.setEnabled(False)
        else:
            self.trouble.clear()
            self.run_button.setEnabled(True)
        self.trouble.setVisible(bool(self.trouble.text()))
        self.explanation.setText(self.explain())

    def ask(self) -> Analysis | None:
        """Show the form and wait; return what is asked for, None if the user changed their mind.

        Tests replace it.
        """
        self.take_layer()
        accepted = self.exec() == QDialog.DialogCode.Accepted
        analysis = self.analysis() if accepted else None
        self.deleteLater()
        return analysis


def fill_columns(box: QComboBox, names: Sequence[str], *, empty: str = "", kept: str = "") -> None:
    """Offer columns in a box, an empty choice first if it has a name; `kept` stays chosen if it is there."""
    kept = kept or str(box.currentData() or "")
    was_blocked = box.blockSignals(True)
    box.clear()
    if empty:
        box.addItem(empty, "")
    for name in names:
        box.addItem(name, name)
    box.setCurrentIndex(max(box.findData(kept), 0))
    box.blockSignals(was_blocked)
