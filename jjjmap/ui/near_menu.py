"""What can be asked about the surroundings of a place, as a menu: one click from a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu, QWidget

from jjjmap.catalogue.models import Place, Precision
from jjjmap.i18n import _

if TYPE_CHECKING:
    from jjjmap.analysis.nearby.near import Near

AT_ONCE = ("rings", "nearest", "inside")
"""Questions that have an answer without any further word; the others are asked about in a dialog."""
_POINTED = (Precision.SITE, Precision.TOWN, Precision.COUNTY)


class NearMenu(QMenu):
    """Offers the questions about a place or a position.

    The words are those of `jjjmap.analysis.nearby.near.Question`, which is not loaded for a menu.
    """

    question_asked = Signal(str)  # a word of Question

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = {word: self._added(word) for word in (*AT_ONCE, "buffer", "corridor", "overlap")}
        self.insertSeparator(self._actions["buffer"])
        self.retranslate()

    def _added(self, word: str) -> QAction:
        action = QAction(self)
        action.triggered.connect(lambda _checked=False: self.question_asked.emit(word))
        self.addAction(action)
        return action

    def retranslate(self) -> None:
        """Speak the language in use."""
        for word, text in (
            ("rings", _("50、100、200 公里以内有什么")),
            ("nearest", _("最近的港口、机场、两翼、平台……")),
            ("inside", _("区内有什么")),
            ("buffer", _("缓冲区…")),
            ("corridor", _("沿一条线…")),
            ("overlap", _("与另一片范围重叠…")),
        ):
            self._actions[word].setText(text)

    def show_place(self, place: Place | None) -> None:
        """Offer what can be asked about a place; of a mere position (None) nothing that needs ground."""
        has_ground = place is not None and (
            place.kind.is_unit or (bool(place.area_adcodes) and place.precision not in _POINTED)
        )
        for word in ("inside", "overlap"):
            self._actions[word].setEnabled(has_ground)


def near_at_once(question: str, place: str, name: str = "") -> Near | None:
    """Return the analysis that answers a question without any further word.

    Parameters
    ----------
    question
        A word of `Question`.
    place
        Id of a place, or a position as ``lon,lat``.
    name
        What lies at the position is called so.

    Returns
    -------
    Near or None
        None if a dialog has to ask for more.
    """
    from jjjmap.analysis.nearby.near import Near, Question
    from jjjmap.analysis.nearby.subjects import parse_spot

    if question not in AT_ONCE:
        return None
    spot = parse_spot(place)
    if spot is not None:
        return Near(lon=spot[0], lat=spot[1], name=name, question=Question(question))
    return Near(place=place, question=Question(question))
