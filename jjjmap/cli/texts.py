"""Answers in words: lists of places, and all that is known about one."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import click

from jjjmap.catalogue import wording
from jjjmap.catalogue.details import PlaceDetails, RelatedPlace, county_code, location_text, via_name
from jjjmap.catalogue.matching import Span
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Source
from jjjmap.catalogue.search import HitGroup, kind_title
from jjjmap.cli.messages import harmless, listed
from jjjmap.cli.tables import display_width, pad, table_lines
from jjjmap.i18n import Language, _


def places_text(catalogue: Catalogue, chosen: Sequence[Place], language: Language) -> str:
    """Return a table of places, one on a line."""
    if not chosen:
        return _("没有符合条件的地点。")
    rows = [
        (
            place.id,
            place.name(language),
            wording.kind_name(place.kind),
            location_text(catalogue, place, language),
            wording.evidence_name(place.evidence),
        )
        for place in chosen
    ]
    header = (_("编号"), _("名称"), _("类型"), _("所在地"), _("名单依据"))
    return "\n".join([*table_lines(header, rows), _("共 {n} 个地点。").format(n=len(chosen))])


def search_text(groups: Sequence[HitGroup], query: str) -> str:
    """Return what was found, kind by kind; what was looked for is bold on a terminal."""
    if not groups:
        return _("没有找到“{query}”。").format(query=harmless(query))
    blocks = []
    for group in groups:
        title = kind_title(group.kind)
        shown, total = len(group.hits), group.total
        heading = _("{kind}（{n} 条）") if shown == total else _("{kind}（{total} 条，列出前 {n} 条）")
        lines = [heading.format(kind=title, n=shown, total=total)]
        for hit in group.hits:
            lines.append(f"  {bold(hit.title, hit.title_spans)}  ({hit.id})")
            about = (bold(hit.where, hit.where_spans), bold(hit.text, hit.text_spans))
            lines.append("      " + " · ".join(part for part in about if part))
        blocks.append("\n".join(line.rstrip() for line in lines if line.strip()))
    return "\n\n".join(blocks)


def bold(text: str, spans: Iterable[Span]) -> str:
    """Return a text with stretches of it bold on a terminal."""
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], click.style(text[start:end], bold=True)]
        done = end
    return "".join((*parts, text[done:]))


def details_text(catalogue: Catalogue, details: PlaceDetails, language: Language) -> str:
    """Return all that is known about a place, its sources numbered."""
    sections = (
        _overview_lines(catalogue, details, language),
        _passage_lines(catalogue, details, language),
        _figure_lines(catalogue, details, language),
        _related_lines(catalogue, details, language),
        _disagreement_lines(catalogue, details, language),
        _source_lines(details, language),
    )
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _marks(details: PlaceDetails, source_ids: Iterable[str]) -> str:
    """Return the numbers of sources, e.g. ``[1][4]``; a source that is unknown has its own finding."""
    known = details.marks
    numbers = sorted({known[source_id] for source_id in source_ids if source_id in known})
    return "".join(f"[{number}]" for number in numbers)


def _overview_lines(catalogue: Catalogue, details: PlaceDetails, language: Language) -> list[str]:
    place = details.place
    other = Language.EN if language is Language.ZH else Language.ZH
    kind = [wording.kind_name(place.kind)]
    if place.kind is PlaceKind.PLATFORM:
        basis = wording.category_basis_text(place.category_basis)
        name = wording.category_name(place.category)
        kind.append(_("{category}（{basis}）").format(category=name, basis=basis) if basis else name)
    lines = [f"{place.name(language)}  {place.name(other)}", " · ".join(kind)]
    rank = wording.evidence_rank(place.evidence)
    dots = "●" * rank + "○" * (wording.EVIDENCE_DOTS - rank)
    labelled = (
        (_("编号"), place.id),
        (_("所在地"), location_text(catalogue, place, language)),
        (_("位置"), wording.position_text(place)),
        (_("行政区划代码") if place.kind.is_unit else _("所在县区代码"), county_code(place)),
        (_("面积"), wording.area_text(catalogue, place)),
        *_cluster_lines(catalogue, details, language),
        (
            _("产业链"),
            listed(
                f"{wording.chain_tie_text(tie, language)} {_marks(details, tie.source_ids)}".rstrip()
                for tie in details.chains
            ),
        ),
        (_("名单依据"), f"{dots} {wording.evidence_name(place.evidence)}" if rank else ""),
        ("", wording.evidence_text(place.evidence)),
        (_("产业"), listed(wording.industries_of(place, language))),
        (_("别名"), listed(place.aliases)),
        (_("说明"), place.note(language)),
        (_("来源"), _marks(details, place.source_ids)),
    )
    width = max(display_width(label) for label, _text in labelled) + 2
    lines.extend(pad(label, width) + text for label, text in labelled if text)
    return lines


def _cluster_lines(
    catalogue: Catalogue, details: PlaceDetails, language: Language
) -> Iterable[tuple[str, str]]:
    """Yield the list that a cluster is on."""
    cluster = catalogue.clusters.get(details.place.id)
    if cluster is None:
        return
    name = cluster.set_zh if language is Language.ZH else cluster.set_en
    if name:
        listed_in = _("{name}（{year}年）").format(name=name, year=cluster.year) if cluster.year else name
        yield _("名单"), listed_in


def _passage_lines(catalogue: Catalogue, details: PlaceDetails, language: Language) -> list[str]:
    if not details.passages:
        return [_("政策"), "  " + wording.no_passages_text(details.place.name(language))]
    lines = [_("政策（{n} 条）").format(n=len(details.passages))]
    for linked in details.passages:
        passage = linked.passage
        reason = wording.linked_reason(catalogue, linked, language)
        section = wording.section_name(passage.section)
        heading = _("{title}（{section}；{reason}）")
        lines.append("  " + heading.format(title=passage.title(language), section=section, reason=reason))
        lines.append(f"    {passage.text(language)} {_marks(details, passage.source_ids)}")
    return lines


def _figure_lines(catalogue: Catalogue, details: PlaceDetails, language: Language) -> list[str]:
    if not details.figures:
        return [_("数据"), "  " + wording.no_figures_text(details.place.name(language))]
    lines = [_("数据（{n} 个）").format(n=len(details.figures))]
    header = (_("指标"), _("数值"), _("时期"), _("来源"), _("比较与说明"))
    for scope_id, group in groupby(details.figures, key=lambda figure: figure.scope_id):
        if scope_id != details.place.id:
            lines.append(f"  {via_name(catalogue, scope_id, language)}")
        rows = [
            (
                figure.indicator(language),
                wording.figure_text(figure, language),
                wording.period_text(figure.period, language),
                _marks(details, (figure.source_id,)),
                " ".join(
                    part
                    for part in (
                        _("（有不同说法）") if figure.contested else "",
                        figure.comparison(language),
                        figure.note(language),
                    )
                    if part
                ),
            )
            for figure in group
        ]
        lines.extend(f"  {line}" for line in table_lines(header, rows))
    return lines


def _related_lines(catalogue: Catalogue, details: PlaceDetails, language: Language) -> list[str]:
    if not details.related:
        return []
    lines = [_("关联")]
    groups: dict[str, list[RelatedPlace]] = {}
    for related in details.related:
        groups.setdefault(wording.related_heading(catalogue, related, language), []).append(related)
    for heading, group in groups.items():
        lines.append(f"  {heading}")
        rows = [
            (
                related.place.id,
                related.place.name(language),
                wording.kind_name(related.place.kind),
                "" if related.distance_km is None else _("{km:.1f} 公里").format(km=related.distance_km),
            )
            for related in group
        ]
        lines.extend(f"    {line}" for line in table_lines((), rows))
    return lines


def _disagreement_lines(catalogue: Catalogue, details: PlaceDetails, language: Language) -> list[str]:
    """Return figures that do not agree, two and two beside one another."""
    if not details.disagreements:
        return []
    lines = [wording.disagreements_title()]
    for disagreement in details.disagreements:
        title = wording.disagreement_title(disagreement, catalogue, details.place, language)
        if title:
            lines.append(f"  {title}")
        sides = [
            wording.disagreement_line(figure, details, language, with_indicator=not title)
            + f" {_marks(details, (figure.source_id,))}"
            for figure in disagreement.figures
        ]
        lines.extend(f"    {'  |  '.join(sides[first : first + 2])}" for first in range(0, len(sides), 2))
        lines.extend(f"    {note}" for note in disagreement.notes(language))
    return lines


def _source_lines(details: PlaceDetails, language: Language) -> list[str]:
    if not details.sources:
        return [_("来源"), "  " + wording.no_sources_text(details.place.name(language))]
    return numbered_sources(details.sources, language)


def numbered_sources(sources: Sequence[Source], language: Language) -> list[str]:
    """Return sources with their numbers, from 1; nothing where there are none."""
    if not sources:
        return []
    lines = [_("来源（{n} 个）").format(n=len(sources))]
    for number, source in enumerate(sources, start=1):
        date = wording.date_text(source.date, language) if source.date else _("日期不详")
        parts = (source.title, source.publisher, date, wording.quality_name(source.quality), source.link)
        lines.append(f"  [{number}] " + " | ".join(part for part in parts if part))
    return lines
