"""What stands beside the cross-check's tables: one check or one cell with all its figures, as markup."""

from __future__ import annotations

from collections.abc import Sequence

from jjjmap.analysis.crosscheck import Check
from jjjmap.analysis.crosscheck_texts import (
    check_kind_name,
    check_kind_text,
    claim_text,
    outcome_text,
    reason_text,
    scope_name,
    verdict_mark,
    verdict_name,
)
from jjjmap.analysis.matrix import Cell
from jjjmap.catalogue.models import Catalogue, Figure
from jjjmap.catalogue.wording import figure_text, period_text
from jjjmap.i18n import Language, _
from jjjmap.ui.models.figures_model import CONTESTED
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link
from jjjmap.ui.source_marks import SourceMarks


class CrosscheckDetails:
    """Writes about some figures in one language."""

    def __init__(self, catalogue: Catalogue, figures: Sequence[Figure], language: Language) -> None:
        self._catalogue = catalogue
        self._figures = figures
        self._language = language
        self.marks = SourceMarks(figure.source_id for figure in figures)

    def check(self, check: Check) -> Markup:
        """Return a check: how it reckons, what came out, and every figure with its source."""
        claim = claim_text(check, self._language)
        reason = reason_text(check, self._language)
        lines = [
            element("h4", f"{verdict_mark(check)} {verdict_name(check)} · {check_kind_name(check.kind)}"),
            element("p", check_kind_text(check, self._language), css="small"),
        ]
        if claim:
            lines.append(element("p", _("来源的比较：{text}").format(text=claim)))
        if reason:
            lines.append(element("p", _("无法核算：{reason}。").format(reason=reason)))
        else:
            lines.append(element("p", outcome_text(check, self._language)))
        return join((*lines, self._values(), self._notes()))

    def cell(self, scope_id: str, indicator: str, cell: Cell | None) -> Markup:
        """Return all figures of one scope and indicator."""
        heading = element("h4", self._scope(scope_id), " · ", indicator)
        if cell is None:
            return heading + element("p", _("资料库没有这个地点的这项数据。"), css="faint")
        return join((heading, self._values(), self._notes()))

    def _scope(self, scope_id: str) -> Markup | str:
        name = scope_name(self._catalogue, scope_id, self._language)
        return link("place", scope_id, name) if scope_id in self._catalogue.places else name

    def _values(self) -> Markup:
        return join(self._line(figure) for figure in self._figures)

    def _line(self, figure: Figure) -> Markup:
        value = figure_text(figure, self._language)
        source = self._catalogue.sources.get(figure.source_id)
        period = period_text(figure.period, self._language)
        return element(
            "p",
            element("b", f"{CONTESTED} {value}" if figure.contested else value),
            "　",
            self._scope(figure.scope_id),
            f" {figure.indicator(self._language)} ",
            element("span", period, css="label"),
            self.marks.cite((figure.source_id,)),
            " ",
            element("span", source.publisher if source else "", css="small"),
        )

    def _notes(self) -> Markup:
        notes = dict.fromkeys(figure.note(self._language) for figure in self._figures)
        shown = [element("p", note, css="small") for note in notes if note]
        return join(shown) if shown else NOTHING
