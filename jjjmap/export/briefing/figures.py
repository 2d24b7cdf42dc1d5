"""Which of the many numbers of a place a superior should see, and which contradict one another."""

from __future__ import annotations

from collections.abc import Iterable

from jjjmap.analysis.series import (
    LINE_POINTS,
    Series,
    group_series,
    quantity_of,
    short_period,
    standing_name,
    time_order,
    vintage_name,
    vintage_of,
)
from jjjmap.catalogue.details import Disagreement, PlaceDetails, via_name
from jjjmap.catalogue.models import Catalogue, Figure
from jjjmap.catalogue.wording import disagreement_title, figure_text, period_text
from jjjmap.export.briefing.numbering import References
from jjjmap.export.briefing.records import BriefFact, BriefFigure
from jjjmap.i18n import Language, _

MOST_FIGURES = 8
FEWEST_OWN = 5
"""With fewer of its own, the parts of a place speak too."""
MOST_DISAGREEMENTS = 3

_UNDATED_YEAR = -1.0


def chosen_figures(details: PlaceDetails) -> tuple[Figure, ...]:
    """Return at most eight figures: own before those of parts, recent before old, one a quantity.

    Sides of a disagreement are told together elsewhere, so they stand here only where little else is known.
    """
    contradicted = {figure.id for each in contradictions(details) for figure in each.figures}
    place_id = details.place.id
    latest = _latest_of_each(details.figures)
    own = _by_year(figure for figure in latest if figure.scope_id == place_id)
    settled = [figure for figure in own if figure.id not in contradicted]
    if len(settled) < FEWEST_OWN:
        settled += [figure for figure in own if figure.id in contradicted][: FEWEST_OWN - len(settled)]
    if len(settled) < FEWEST_OWN:
        others = [figure for figure in latest if figure.scope_id != place_id]
        others = _by_year(figure for figure in others if figure.id not in contradicted)
        settled += others[: FEWEST_OWN + 1 - len(settled)]
    return tuple(settled[:MOST_FIGURES])


def _latest_of_each(figures: Iterable[Figure]) -> list[Figure]:
    """Return of each quantity of each scope the latest value, the more settled of two; order is kept."""
    found: dict[tuple[str, str, str], Figure] = {}
    for figure in figures:
        key = figure.scope_id, *quantity_of(figure)
        known = found.get(key)
        if known is None or _lateness(figure) > _lateness(known):
            found[key] = figure
    return list(found.values())


def _lateness(figure: Figure) -> tuple[bool, float, bool, bool]:
    dated, end, _start, _id = time_order(figure)
    return dated, end, not vintage_of(figure).is_open, not figure.contested


def _by_year(figures: Iterable[Figure]) -> list[Figure]:
    """Sort by year, the newest first; within a year the order of the table stays: it is one of weight."""
    return sorted(figures, key=lambda figure: -_year(figure))


def _year(figure: Figure) -> float:
    end = figure.period.rpartition("/")[2]
    return float(end[:4]) if end[:4].isdigit() else _UNDATED_YEAR


def told_figure(
    figure: Figure,
    details: PlaceDetails,
    catalogue: Catalogue,
    language: Language,
    references: References,
    said: Iterable[str] = (),
) -> BriefFigure:
    """Return a figure in words.

    Parameters
    ----------
    said
        Remarks that stand elsewhere on the page, and are not said again.
    """
    scope = "" if figure.scope_id == details.place.id else via_name(catalogue, figure.scope_id, language)
    note = figure.note(language)
    return BriefFigure(
        figure.indicator(language),
        figure_text(figure, language),
        period_text(figure.period, language),
        figure.comparison(language),
        # A remark tells the release itself, in words of its own.
        "" if note in tuple(said) else note or standing_name(figure),
        figure.contested,
        scope,
        references.cite((figure.source_id,)),
    )


def contradictions(details: PlaceDetails) -> tuple[Disagreement, ...]:
    """Return where two sources do not agree, the place's own first: one source does not contradict itself."""
    several = [
        each for each in details.disagreements if len({figure.source_id for figure in each.figures}) > 1
    ]
    return tuple(sorted(several, key=lambda each: each.figures[0].scope_id != details.place.id))


def told_disagreements(
    details: PlaceDetails, catalogue: Catalogue, language: Language, references: References
) -> tuple[tuple[BriefFact, ...], int]:
    """Return the first disagreements in words, both sides each, and how many more there are."""
    ordered = contradictions(details)
    said: set[str] = set()
    facts = [
        _told_disagreement(each, details, catalogue, language, references, said)
        for each in ordered[:MOST_DISAGREEMENTS]
    ]
    return tuple(facts), max(len(ordered) - MOST_DISAGREEMENTS, 0)


def _told_disagreement(
    each: Disagreement,
    details: PlaceDetails,
    catalogue: Catalogue,
    language: Language,
    references: References,
    said: set[str],
) -> BriefFact:
    title = disagreement_title(each, catalogue, details.place, language)
    if not title and len({quantity_of(figure) for figure in each.figures}) == 1:
        # Releases of one quantity: the shortest name is the one without the release in it.
        title = min((figure.indicator(language) for figure in each.figures), key=len)
    comma, pause, stop = ("，", "；", "。") if language is Language.ZH else (", ", "; ", ". ")
    sides = []
    for figure in each.figures:
        source = catalogue.sources.get(figure.source_id)
        when = comma.join(
            part for part in (period_text(figure.period, language), vintage_name(vintage_of(figure))) if part
        )
        value = figure_text(figure, language)
        if not title:
            value = _("{indicator} {value}").format(indicator=figure.indicator(language), value=value)
        publisher = source.publisher if source is not None else ""
        sides.append(_("{publisher}：{value}（{when}）").format(publisher=publisher, value=value, when=when))
    # The same remark stands at every figure that it is about; once is enough.
    remarks = [note for note in each.notes(language) if note not in said]
    said.update(remarks)
    refs = references.cite(figure.source_id for figure in each.figures)
    text = stop.join((pause.join(sides), *remarks)) if remarks else pause.join(sides)
    return BriefFact(title or _("几项数据"), text, refs)


def chosen_series(details: PlaceDetails) -> Series | None:
    """Return the longest series of one release, own before parts, the most recent of equals; else None."""
    by_quantity: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in details.figures:
        by_quantity.setdefault((figure.scope_id, *quantity_of(figure)), []).append(figure)
    lines = [
        series
        for figures in by_quantity.values()
        for series in group_series(figures)
        if series.is_line and len(series.points) >= LINE_POINTS
    ]
    return max(
        lines,
        key=lambda series: (
            series.points[0].scope_id == details.place.id,
            len(series.points),
            time_order(series.points[-1])[1],
            not series.contested,
        ),
        default=None,
    )


def series_title(series: Series, details: PlaceDetails, catalogue: Catalogue, language: Language) -> str:
    """Return what a chart shows: whose, what, in which unit, when, and which release."""
    first, last = series.points[0], series.points[-1]
    name = first.indicator(language)
    if first.scope_id != details.place.id:
        scope = via_name(catalogue, first.scope_id, language)
        name = _("{part}：{indicator}").format(part=scope, indicator=name)
    span = f"{short_period(first.period)}–{short_period(last.period)}"
    if first.period.count("/"):
        span = _("截至{when}").format(when=short_period(last.period.rpartition("/")[2]))
    unit = first.unit(language)
    inside = _joined((unit, span, vintage_name(series.vintage)), language)
    return _("{name}（{said}）").format(name=name, said=inside)


def _joined(parts: Iterable[str], language: Language) -> str:
    comma = "，" if language is Language.ZH else ", "
    return comma.join(part for part in parts if part)
