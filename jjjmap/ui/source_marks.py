"""Marks of sources in the texts of a panel, and the card behind a mark."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QWidget

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.richtext import NOTHING, Markup, join, link


class SourceMarks:
    """Numbers sources from 1 in the order given; each is cited by its number."""

    def __init__(self, source_ids: Iterable[str] = ()) -> None:
        self._numbers = {source_id: n for n, source_id in enumerate(dict.fromkeys(source_ids), start=1)}

    def number(self, source_id: str) -> int | None:
        """Return the number of a source; None for one that was not given."""
        return self._numbers.get(source_id)

    def cite(self, source_ids: Iterable[str]) -> Markup:
        """Return the marks of sources, each a link to its card."""
        marks = [
            link("source", source_id, f"[{self._numbers[source_id]}]", css="mark")
            for source_id in dict.fromkeys(source_ids)
            if source_id in self._numbers
        ]
        return Markup("&nbsp;") + join(marks) if marks else NOTHING

    def show_card(self, catalogue: Catalogue, source_id: str, language: Language, panel: QWidget) -> None:
        """Show the card of a source at the pointer, or in the middle of a panel that it is not over.

        A source that was not given has a card without a number.
        """
        source, number = catalogue.sources.get(source_id), self.number(source_id)
        if source is None:
            return
        where = QCursor.pos()
        if not panel.rect().contains(panel.mapFromGlobal(where)):
            where = panel.mapToGlobal(panel.rect().center())
        SourceCard.show_source(source, number, language, panel, where)
