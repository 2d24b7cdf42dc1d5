"""What policy says about a place, by date; and the chains in which it has a part."""

from __future__ import annotations

from dataclasses import replace

from jjjmap.catalogue.chain_graph import NodeStatus, chain_graph, node_status, node_status_name
from jjjmap.catalogue.details import ChainTie, LinkedPassage, PassageLink, PlaceDetails
from jjjmap.catalogue.models import REGION_ID, Catalogue, Place, PlaceKind
from jjjmap.catalogue.wording import chain_tie_text, linked_reason, region_name
from jjjmap.export.briefing.numbering import References, plain, shortened
from jjjmap.export.briefing.records import BriefChain, BriefFact, BriefPassage
from jjjmap.i18n import Language, _
from jjjmap.text.store.library import Library
from jjjmap.text.store.library_records import DocumentEntry

MOST_NAMING = 4
"""Digests that name the place itself."""
FEWEST = 3
"""With fewer of them, what merely concerns it stands here too."""
MOST_MILESTONES = 2
MOST_QUOTATIONS = 3
LONGEST_QUOTATION = 220
MOST_CHAINS = 3

_Draft = tuple[BriefPassage, tuple[str, ...] | DocumentEntry]
"""A passage without its references, and the sources or the document that bear it out."""

_OWN_WORDS = (PassageLink.DIRECT, PassageLink.REGION)
_PROVINCES = {"11": "北京", "12": "天津", "13": "河北"}


def own_digest(details: PlaceDetails) -> LinkedPassage | None:
    """Return the digest that says what the place is; None if there is none."""
    return next((linked for linked in details.passages if _is_own_digest(linked, details.place)), None)


def _is_own_digest(linked: LinkedPassage, place: Place) -> bool:
    passage = linked.passage
    named = passage.place_ids[:1] == (place.id,) and len(passage.place_ids) == 1
    return passage.section.endswith("-digest") and (
        named or (passage.section == "cluster-digest" and passage.place_ids[:1] == (place.id,))
    )


def told_policy(
    details: PlaceDetails,
    catalogue: Catalogue,
    language: Language,
    references: References,
    library: Library | None,
) -> tuple[tuple[BriefPassage, ...], int]:
    """Return what policy says, the newest first, and how many digests that name the place are left out."""
    lead = own_digest(details)
    others = [linked for linked in details.passages if linked is not lead]
    naming = [linked for linked in others if linked.link in _OWN_WORDS]
    chosen = naming[:MOST_NAMING]
    if len(chosen) < FEWEST:
        near = [linked for linked in others if linked not in naming]
        # What is said of a whole province says little about a place in it.
        near.sort(key=lambda linked: _is_of_province(linked, catalogue))
        chosen += near[: FEWEST - len(chosen)]
    drafts: list[_Draft] = [
        *(_told_digest(linked, catalogue, language) for linked in chosen),
        *_milestones(details.place, catalogue, language),
    ]
    quoted = _quotations(details.place.id, library) if library is not None else ()
    # sorted() keeps the order of equals: that of weight. Undated ones come last.
    ordered = sorted((*quoted, *drafts), key=lambda draft: draft[0].date, reverse=True)
    passages = tuple(
        replace(
            passage,
            refs=references.cite_document(origin)
            if isinstance(origin, DocumentEntry)
            else references.cite(origin),
        )
        for passage, origin in ordered
    )
    return passages, max(len(naming) - MOST_NAMING, 0)


def _is_of_province(linked: LinkedPassage, catalogue: Catalogue) -> bool:
    via = catalogue.places.get(linked.via_id)
    return linked.via_id == REGION_ID or (via is not None and via.kind is PlaceKind.PROVINCE)


def _told_digest(linked: LinkedPassage, catalogue: Catalogue, language: Language) -> _Draft:
    passage = linked.passage
    dates = (catalogue.sources[key].date for key in passage.source_ids if key in catalogue.sources)
    why = "" if linked.link in _OWN_WORDS else linked_reason(catalogue, linked, language)
    told = BriefPassage(
        max(dates, default=""), passage.title(language), passage.text(language), False, (), why
    )
    return told, passage.source_ids


def _milestones(place: Place, catalogue: Catalogue, language: Language) -> list[_Draft]:
    """Return what happened at the place, the latest first."""
    found = [each for each in catalogue.milestones.values() if place.id in each.place_ids]
    latest = sorted(found, key=lambda each: each.date, reverse=True)[:MOST_MILESTONES]
    return [
        (
            BriefPassage(
                each.date, each.title_zh if language is Language.ZH else each.title_en, "", False, ()
            ),
            (each.source_id,),
        )
        for each in latest
    ]


def _quotations(place_id: str, library: Library) -> list[_Draft]:
    return [
        (
            BriefPassage(
                each.entry.details.date,
                plain(each.entry.details.title),
                shortened(plain(each.sentence), LONGEST_QUOTATION),
                True,
                (),
            ),
            each.entry,
        )
        for each in library.quotations_about(place_id, MOST_QUOTATIONS)
    ]


def told_chains(
    details: PlaceDetails, catalogue: Catalogue, language: Language, references: References
) -> tuple[tuple[BriefChain, ...], int]:
    """Return the chains of a place in words, and how many more there are."""
    ties = details.chains
    if details.place.id == REGION_ID:
        # Every chain is one of the region, which for that has no link of its own.
        ties = tuple(ChainTie(chain, ()) for chain in catalogue.chains.values())
    chains = tuple(
        _told_chain(tie, details.place, catalogue, language, references) for tie in ties[:MOST_CHAINS]
    )
    return chains, max(len(ties) - MOST_CHAINS, 0)


def _told_chain(
    tie: ChainTie, place: Place, catalogue: Catalogue, language: Language, references: References
) -> BriefChain:
    chain, is_chinese = tie.chain, language is Language.ZH
    comma, stop = ("、", "。") if is_chinese else (", ", ". ")
    roles = chain.roles if is_chinese else chain.roles_en
    if tie.nodes:
        nodes = comma.join(node.name_zh if is_chinese else node.name_en for node in tie.nodes)
        holder = tie.holder
        part = (
            _("环节：{nodes}").format(nodes=nodes)
            if holder is None
            else _("所在的{holder}承担环节：{nodes}").format(holder=holder.name(language), nodes=nodes)
        )
    else:
        part = chain_tie_text(tie, language) if tie.holder is not None else ""
    own = tie.holder is None
    shared = [
        _("{region}的分工：{role}").format(region=region_name(region), role=roles[region])
        for region in _regions_of(place)
        if own and roles.get(region)
    ]
    nodes_of_chain = chain_graph(catalogue, chain.id).nodes
    weak = tuple(
        _("{status}：{node}").format(
            status=node_status_name(node), node=node.name_zh if is_chinese else node.name_en
        )
        for node in nodes_of_chain
        if node_status(node) in (NodeStatus.BLOCKED, NodeStatus.WEAK)
    )
    said = (chain.chokepoints_zh if is_chinese else chain.chokepoints_en) if own else ""
    if weak:
        chokepoints = weak
    elif said:
        chokepoints = (said,)
    elif tie.nodes and all(node_status(node) is NodeStatus.NOT_PUBLISHED for node in tie.nodes):
        chokepoints = (_("没有来源公布这个环节是否为卡点或堵点"),)
    else:
        chokepoints = ()
    # What the facts say of the chain as a whole is borne out by the sources of the chain, all of them.
    source_ids = (*tie.source_ids, *chain.source_ids) if shared or (said and not weak) else tie.source_ids
    return BriefChain(
        chain.name(language),
        stop.join(text for text in (part, *shared) if text),
        chokepoints,
        references.cite(source_ids),
    )


def _regions_of(place: Place) -> tuple[str, ...]:
    """Return the one of the three that a place lies in; none for one that spans several."""
    codes = (place.id,) if place.kind.is_unit else place.area_adcodes or (place.county_adcode,)
    found = tuple(dict.fromkeys(_PROVINCES[code[:2]] for code in codes if code[:2] in _PROVINCES))
    return found if len(found) == 1 else ()


def lead_fact(details: PlaceDetails, language: Language, references: References) -> BriefFact | None:
    """Return the digest that says what the place is, as the first fact."""
    lead = own_digest(details)
    if lead is None:
        return None
    return BriefFact(_("概况"), lead.passage.text(language), references.cite(lead.passage.source_ids))
