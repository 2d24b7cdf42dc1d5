"""Two boxes that limit documents to a span of years."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QComboBox, QWidget

from jjjmap.i18n import _


def offer_years(from_box: QComboBox, dash: QWidget, to_box: QComboBox, years: Iterable[str]) -> None:
    """Offer years, in order; what is chosen stays if it is among them. A single year is no choice."""
    known = sorted(set(years))
    for box, any_text, order in (
        (from_box, _("起始年"), known),
        (to_box, _("截止年"), known[::-1]),
    ):
        chosen = box.currentData()
        with QSignalBlocker(box):
            box.clear()
            box.addItem(any_text, "")
            for year in order:
                box.addItem(year, year)
            box.setCurrentIndex(max(box.findData(chosen), 0))
    for widget in (from_box, dash, to_box):
        widget.setVisible(len(known) > 1)
