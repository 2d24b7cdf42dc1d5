"""Puts together what a briefing says about a place; everything in it comes with its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import jjjmap
from jjjmap.catalogue.details import Describer, PlaceDetails, Relation, location_text
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision
from jjjmap.catalogue.wording import (
    area_text,
    category_basis_text,
    category_name,
    evidence_name,
    evidence_text,
    industries_of,
    kind_name,
    no_direct_passages_text,
    no_figures_text,
    no_passages_text,
    position_text,
)
from jjjmap.export.briefing.figures import (
    MOST_DISAGREEMENTS,
    chosen_figures,
    chosen_series,
    contradictions,
    series_title,
    told_disagreements,
    told_figure,
)
from jjjmap.export.briefing.firms import told_firms
from jjjmap.export.briefing.neighbours import told_neighbours
from jjjmap.export.briefing.numbering import References
from jjjmap.export.briefing.policy import lead_fact, told_chains, told_policy
from jjjmap.export.briefing.records import BriefFact, BriefFirms, Briefing, BriefPassage
from jjjmap.export.dates import export_date
from jjjmap.export.marks import Audience, marks_of
from jjjmap.i18n import Language, _, speaking

if TYPE_CHECKING:
    from jjjmap.layers.layer_rows import LayerRows
    from jjjmap.text.store.library import Library

MOST_MEMBERS = 8
"""Members of a cluster, or units of an area, that are named one by one."""
MOST_KINDS = 6
_GROUND_KINDS = (
    PlaceKind.WING,
    PlaceKind.ZONE,
    PlaceKind.PLATFORM,
    PlaceKind.PILOT_ZONE,
    PlaceKind.METRO_CIRCLE,
    PlaceKind.SPATIAL_STRUCTURE,
    PlaceKind.ECOLOGY,
)
"""Kinds that take up the units that they name; a centre or a free-trade area merely lies in them."""


def brief_place(
    catalogue: Catalogue,
    place_id: str,
    language: Language,
    *,
    library: Library | None = None,
    firms: Sequence[LayerRows] = (),
    audience: Audience = Audience.INTERNAL,
    describer: Describer | None = None,
) -> Briefing:
    """Put together the briefing about a place.

    Parameters
    ----------
    catalogue
        All facts.
    place_id
        A place, unit or cluster.
    language
        Of the page; texts of the user's stay as they are.
    library
        The user's documents, of which sentences that name the place are quoted; None for none.
    firms
        Lists of the user's that are summed up within the place.
    audience
        Whom the page is for.
    describer
        That of the catalogue, where many briefings are made; made anew if None.

    Raises
    ------
    KeyError
        The catalogue has no such place.
    LibraryUnusable, RowsUnreadable
        The user's own files cannot be read: a page that went without them would say too little.

    Notes
    -----
    Sources are numbered as the page reads: facts, figures, policy, chains.
    """
    details = (describer or Describer(catalogue)).describe(place_id)
    with speaking(language):
        return _brief(details, catalogue, language, library, firms, audience)


def _brief(
    details: PlaceDetails,
    catalogue: Catalogue,
    language: Language,
    library: Library | None,
    firms: Sequence[LayerRows],
    audience: Audience,
) -> Briefing:
    place = details.place
    references = References(catalogue)
    facts = _facts(details, catalogue, language, references)
    figures = chosen_figures(details)
    contested = contradictions(details)[:MOST_DISAGREEMENTS]
    remarks = {note for each in contested for note in each.notes(language)}
    told = tuple(told_figure(each, details, catalogue, language, references, remarks) for each in figures)
    disagreements, more_disagreements = told_disagreements(details, catalogue, language, references)
    series = chosen_series(details)
    chart_title = series_title(series, details, catalogue, language) if series is not None else ""
    chart_refs = references.cite((series.points[0].source_id,)) if series is not None else ()
    passages, more_passages = told_policy(details, catalogue, language, references, library)
    chains, more_chains = told_chains(details, catalogue, language, references)
    neighbours = told_neighbours(details, language)
    more = (
        (_("另有 {n} 项数据"), len(details.figures) - len(figures)),
        (_("另有 {n} 组说法不一的数据"), more_disagreements),
        (_("另有 {n} 条点名的政策摘要"), more_passages),
        (_("另有 {n} 条产业链"), more_chains),
    )
    return Briefing(
        place_id=place.id,
        language=language,
        title=place.name(language),
        subtitle=_subtitle(place, language),
        evidence=evidence_name(place.evidence),
        made=export_date().isoformat(),
        version=jjjmap.__version__,
        facts=facts,
        figures=told,
        disagreements=disagreements,
        chart=series,
        chart_title=chart_title,
        passages=passages,
        chains=chains,
        neighbours=neighbours,
        firms=_firms(firms, place, catalogue, language),
        references=references.listed(),
        notes=tuple(_notes(details, passages, bool(neighbours), language)),
        left_out=tuple(sentence.format(n=n) for sentence, n in more if n > 0),
        marks=marks_of(audience, language),
        lon=place.lon,
        lat=place.lat,
        chart_refs=chart_refs,
    )


def _subtitle(place: Place, language: Language) -> str:
    other = place.name_en if language is Language.ZH else place.name_zh
    kind = kind_name(place.kind)
    return " · ".join(part for part in (other, kind) if part and part != place.name(language))


def _facts(
    details: PlaceDetails, catalogue: Catalogue, language: Language, references: References
) -> tuple[BriefFact, ...]:
    place = details.place
    # The digest is cited first, for it is read first.
    lead = lead_fact(details, language, references)
    own = references.cite(place.source_ids)
    has_ground = place.kind.is_unit or place.kind in _GROUND_KINDS
    members = _("成员") if place.kind is PlaceKind.CLUSTER else _("范围") if has_ground else _("涉及")
    said = (
        (_("代码"), place.id if place.kind.is_unit else ""),
        (_("类别"), _category(place)),
        (_("名单"), _list_of(place, catalogue, language)),
        (_("位置"), _location(place, catalogue, language)),
        (members, _members(details, language)),
        (_("产业"), _comma(language).join(industries_of(place, language))),
        (_("又名"), _aliases(place, language)),
        (_("说明"), place.note(language)),
    )
    facts = [BriefFact(label, text) for label, text in said if text]
    if facts:
        # One mark at the end of what rests on the same sources, not the same nine numbers at every line.
        facts[-1] = replace(facts[-1], refs=own)
    area = area_text(catalogue, place) if has_ground else ""
    contents = _contents(details, language)
    if area:
        measured = references.cite(_measured_by(place, catalogue))
        facts.append(BriefFact(_("面积"), area, measured))
    if contents:
        facts.append(BriefFact(_("区域内"), contents))
    return (lead, *facts) if lead is not None else tuple(facts)


def _measured_by(place: Place, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the sources of an area: those of the units that it is summed up from."""
    if place.kind.is_unit:
        return place.source_ids
    units = (catalogue.places.get(code) for code in place.area_adcodes)
    return tuple(dict.fromkeys(key for unit in units if unit is not None for key in unit.source_ids))


def _contents(details: PlaceDetails, language: Language) -> str:
    """Say how many places of each kind the catalogue has within a unit or an area."""
    kinds = Counter(each.place.kind for each in details.related if each.relation is Relation.CONTAINS)
    counted = (
        _("{kind} {n} 个").format(kind=kind_name(kind), n=n)
        for kind, n in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    listed = _comma(language).join(list(counted)[:MOST_KINDS])
    return _("资料库收有{listed}").format(listed=listed) if listed else ""


def _category(place: Place) -> str:
    if not place.category or place.kind is not PlaceKind.PLATFORM:
        return ""
    basis = category_basis_text(place.category_basis)
    name = category_name(place.category)
    return _("{name}（{said}）").format(name=name, said=basis) if basis else name


def _location(place: Place, catalogue: Catalogue, language: Language) -> str:
    where, position = location_text(catalogue, place, language), position_text(place)
    stop = "；" if language is Language.ZH else "; "
    return stop.join(part for part in (where, position) if part)


def _list_of(place: Place, catalogue: Catalogue, language: Language) -> str:
    cluster = catalogue.clusters.get(place.id)
    if cluster is None:
        return ""
    name = cluster.set_zh if language is Language.ZH else cluster.set_en
    return _("{name}（{said}）").format(name=name, said=cluster.year) if cluster.year else name


def _members(details: PlaceDetails, language: Language) -> str:
    wanted = Relation.HAS_MEMBER if details.place.kind is PlaceKind.CLUSTER else Relation.COVERS
    names = [each.place.name(language) for each in details.related if each.relation is wanted]
    listed = _comma(language).join(names[:MOST_MEMBERS])
    if len(names) > MOST_MEMBERS:
        return _("{units}等 {n} 个").format(units=listed, n=len(names))
    return listed


def _aliases(place: Place, language: Language) -> str:
    """Return other names; Chinese ones on an English page would only puzzle its reader."""
    names = (alias for alias in place.aliases if alias.isascii() or language is Language.ZH)
    return _comma(language).join(name for name in names if name != place.name(language))


def _firms(
    firms: Sequence[LayerRows], place: Place, catalogue: Catalogue, language: Language
) -> tuple[BriefFirms, ...]:
    if not firms:
        return ()
    from jjjmap.layers.boundaries import UnitIndex

    units = UnitIndex.shipped()
    told = (told_firms(rows, place, catalogue, language, units) for rows in firms)
    return tuple(each for each in told if each is not None)


def _notes(
    details: PlaceDetails, passages: Sequence[BriefPassage], has_neighbours: bool, language: Language
) -> Iterable[str]:
    """Yield what the reader must know: what is missing, what is approximate, whose words the page has."""
    place, name = details.place, details.place.name(language)
    if not details.figures:
        yield no_figures_text(name)
    if not details.passages:
        yield no_passages_text(name)
    elif all(passage.why for passage in passages if not passage.is_quotation):
        yield no_direct_passages_text(name)
    if place.precision is Precision.UNKNOWN or place.lon is None:
        yield _("没有来源给出它的位置，因此没有地图，也没有距离。")
    elif has_neighbours and place.precision not in (Precision.SITE, Precision.TOWN):
        yield _("距离从标注点起算，只供参考。")
    if text := evidence_text(place.evidence):
        yield text
    if any(not passage.is_quotation and passage.text for passage in passages):
        yield _("政策摘要由本程序编写，不是文件原文；日期是所据来源中最晚的。")


def _comma(language: Language) -> str:
    return "、" if language is Language.ZH else ", "
