"""What the user took over from documents, beside what we ship: figures, with documents as their sources."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from jjjmap.catalogue.details import PlaceDetails
from jjjmap.catalogue.models import USER_QUALITY, Catalogue, Figure, Source
from jjjmap.i18n import _
from jjjmap.text.numbers.units import base_unit, dimension_of, in_unit
from jjjmap.text.records import FigureRole, TextFigure
from jjjmap.text.store.library_records import LibraryFigure


def document_source(found: LibraryFigure) -> Source:
    """Return the document of a figure as a source; its id is that of the document."""
    details = found.entry.details
    return Source(
        id=found.entry.id,
        title=details.title or found.entry.file_name,
        publisher=details.issuer,
        date=details.date,
        url="",
        link_kind="none",
        quality=USER_QUALITY,
        supports=found.sentence,
    )


def as_figure(found: LibraryFigure, catalogue: Catalogue) -> Figure:
    """Return an accepted figure as one of the catalogue's kind.

    Linked to an indicator of the catalogue it takes that one's name, and its unit if the value can be turned
    into it; otherwise indicator, value and unit are those of the text, or what the user made of them.
    """
    figure = found.figure
    alike = [known for known in catalogue.figures.values() if known.indicator_zh == figure.indicator_id]
    value, unit_zh = _as_printed(figure)
    unit_en = _english_units(catalogue).get(unit_zh, unit_zh)
    if figure.indicator_id and alike:
        indicator_zh, indicator_en = alike[0].indicator_zh, alike[0].indicator_en
        for known in sorted(alike, key=lambda known: known.scope_id != figure.scope_id):
            turned = in_unit(figure.value, figure.unit, known.unit_zh)
            if turned is not None:
                value, unit_zh, unit_en = turned, known.unit_zh, known.unit_en
                break
    else:
        indicator_zh = indicator_en = _named_with_role(figure)
    return Figure(
        id=f"{found.entry.id}-{figure.start}-{figure.end}",
        scope_id=figure.scope_id,
        indicator_zh=indicator_zh,
        indicator_en=indicator_en,
        value=value,
        qualifier=figure.qualifier,
        unit_zh=unit_zh,
        unit_en=unit_en,
        period=figure.period,
        comparison_zh=figure.comparison,
        comparison_en=figure.comparison,
        source_id=found.entry.id,
    )


def stretch_of(figure: Figure) -> tuple[int, int] | None:
    """Return where a figure made by `as_figure` stands in its document; None for one that we ship."""
    document_id, start, end, *_rest = (*figure.id.rsplit("-", 2), "", "")
    is_users = document_id == figure.source_id and start.isdecimal() and end.isdecimal()
    return (int(start), int(end)) if is_users else None


def _as_printed(figure: TextFigure) -> tuple[Decimal, str]:
    """Return value and unit as they are printed, as long as that is what the figure still says."""
    if base_unit(figure.printed_unit)[0] == figure.unit:
        turned = in_unit(figure.value, figure.unit, figure.printed_unit)
        if turned is not None:
            # 54.60 stays 54.60: only what the user changed is reckoned anew.
            return (figure.printed_value if turned == figure.printed_value else turned), figure.printed_unit
    return figure.value, figure.unit


def _named_with_role(figure: TextFigure) -> str:
    """Return what is counted in the words of the text; a growth or a bound is not the thing itself."""
    name = figure.indicator or figure.indicator_id or _("（指标不明）")
    match figure.role:
        case FigureRole.CHANGE:
            return _("{name}（增减的幅度）").format(name=name)
        case FigureRole.LOW:
            return _("{name}（范围的下限）").format(name=name)
        case FigureRole.HIGH:
            return _("{name}（范围的上限）").format(name=name)
    return name


def _english_units(catalogue: Catalogue) -> dict[str, str]:
    """Return English names of units; classifiers have none: what they count is different each time."""
    names: dict[str, set[str]] = {}
    for known in catalogue.figures.values():
        if known.unit_zh and dimension_of(known.unit_zh) != "count":
            names.setdefault(known.unit_zh, set()).add(known.unit_en)
    return {unit: next(iter(found)) for unit, found in names.items() if len(found) == 1}


def with_accepted(
    details: PlaceDetails, accepted: Sequence[LibraryFigure], catalogue: Catalogue
) -> PlaceDetails:
    """Return the details of a place with accepted figures behind those we ship, and their documents."""
    if not accepted:
        return details
    sources = {found.entry.id: document_source(found) for found in accepted}
    return replace(
        details,
        figures=(*details.figures, *(as_figure(found, catalogue) for found in accepted)),
        sources=(*details.sources, *sources.values()),
    )
