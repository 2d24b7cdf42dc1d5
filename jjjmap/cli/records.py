"""Answers as JSON: the envelope that all commands share, and the shapes of what is in it."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import click

from jjjmap import __version__
from jjjmap.catalogue import wording
from jjjmap.catalogue.chain_graph import ChainGraph, node_status
from jjjmap.catalogue.details import LinkedPassage, PlaceDetails, RelatedPlace, area_km2, location_units
from jjjmap.catalogue.models import Catalogue, Figure, Passage, Place, Source
from jjjmap.catalogue.outline import mentions_of_passage
from jjjmap.catalogue.search import HitGroup
from jjjmap.findings import Finding
from jjjmap.i18n import Language

_STEERS_TERMINAL = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def write_json(command: str, result: dict[str, Any] | None, findings: Iterable[Finding]) -> None:
    """Print the one document that ``--json`` answers with."""
    answer = {
        "jjjmap": __version__,
        "command": command,
        "result": result,
        "findings": [finding.to_dict() for finding in findings],
    }
    text = json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)
    # Where JSON allows them bare, documents would steer the terminal or turn its lines round.
    text = _STEERS_TERMINAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    # As bytes: JSON is UTF-8 whatever the console speaks. Names of files may be no UTF-8.
    click.echo(text.encode("utf-8", "replace"))


def place_record(catalogue: Catalogue, place: Place) -> dict[str, Any]:
    """Return a place as JSON shows it, names in both languages.

    ``location`` has the ids of the units that it lies in, level by level; ``county`` and its code are empty
    for a place that takes up several.
    """
    spans_several = not place.kind.is_unit and len(place.area_adcodes) > 1
    return {
        "id": place.id,
        "kind": place.kind.value,
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "category": place.category,
        "category_basis": place.category_basis,
        "evidence": place.evidence.value,
        "lon": place.lon,
        "lat": place.lat,
        "precision": place.precision.value,
        "location": [[unit.id for unit in level] for level in location_units(catalogue, place)],
        "province": place.province,
        "city": place.city,
        "county": "" if spans_several else place.county,
        "county_adcode": "" if spans_several else place.county_adcode,
        "area_adcodes": list(place.area_adcodes),
        "area_km2": area_km2(catalogue, place),
        "parent_id": place.parent_id,
        "aliases": list(place.aliases),
        "industries": list(place.industries),
        "note_zh": place.note_zh,
        "note_en": place.note_en,
        "source_ids": list(place.source_ids),
    }


def details_record(catalogue: Catalogue, details: PlaceDetails, language: Language) -> dict[str, Any]:
    """Return all that is known about a place; values are texts in `language` as well as numbers."""
    return {
        "place": place_record(catalogue, details.place),
        "chains": [
            {
                "id": tie.chain.id,
                "node_ids": [node.id for node in tie.nodes],
                "holder_id": tie.holder.id if tie.holder is not None else "",
                "source_ids": list(tie.source_ids),
            }
            for tie in details.chains
        ],
        "passages": [_passage_record(linked) for linked in details.passages],
        "figures": [_figure_record(figure, language) for figure in details.figures],
        "related": [_related_record(related) for related in details.related],
        "disagreements": [[figure.id for figure in each.figures] for each in details.disagreements],
        "sources": source_records(details.sources),
    }


def source_records(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Return sources as JSON shows them, numbered from 1."""
    return [
        {
            "mark": mark,
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "link": source.link,
            "link_kind": source.link_kind,
            "quality": source.quality,
        }
        for mark, source in enumerate(sources, start=1)
    ]


def group_record(group: HitGroup) -> dict[str, Any]:
    """Return the hits of one kind as JSON shows them, texts in the language of the search."""
    return {
        "kind": group.kind.value,
        "total": group.total,
        "hits": [
            {
                "id": hit.id,
                "title": hit.title,
                "text": hit.text,
                "where": hit.where,
                "match": hit.match.value,
                "scope_id": hit.scope_id or None,
                "source_ids": list(hit.source_ids),
            }
            for hit in group.hits
        ],
    }


def _passage_record(linked: LinkedPassage) -> dict[str, Any]:
    return {
        **_said_record(linked.passage),
        "link": linked.link.value,
        "via_id": linked.via_id,
        "holder_id": linked.holder_id,
        "source_ids": list(linked.passage.source_ids),
    }


def _said_record(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "kind": passage.kind.value,
        "section": passage.section,
        "number": passage.number,
        "title_zh": passage.title_zh,
        "title_en": passage.title_en,
        "text_zh": passage.text_zh,
        "text_en": passage.text_en,
    }


def chain_record(catalogue: Catalogue, graph: ChainGraph, language: Language) -> dict[str, Any]:
    """Return all that is known about a chain as JSON shows it."""
    chain = graph.chain
    return {
        "chain": {
            "id": chain.id,
            "name_zh_2023": chain.name_zh_2023,
            "name_zh_2024": chain.name_zh_2024,
            "name_en": chain.name_en,
            "name_en_2023": chain.wordings(Language.EN)[0],
            "lead_by": chain.lead_by,
            "roles": chain.roles,
            "roles_en": chain.roles_en,
            "chokepoints_zh": chain.chokepoints_zh,
            "chokepoints_en": chain.chokepoints_en,
            "source_ids": list(chain.source_ids),
        },
        "nodes": [
            {
                "id": node.id,
                "stage": node.stage,
                "name_zh": node.name_zh,
                "name_en": node.name_en,
                "place_ids": list(node.place_ids),
                "status": node_status(node).value,
                "source_ids": list(node.source_ids),
            }
            for node in graph.nodes
        ],
        "cluster_ids": [cluster.id for cluster in graph.clusters],
        "passage_ids": [passage.id for passage in graph.passages],
        "figures": [_figure_record(figure, language) for figure in graph.figures],
        "sources": source_records([catalogue.sources[key] for key in graph.source_ids]),
    }


def passage_record(catalogue: Catalogue, passage: Passage) -> dict[str, Any]:
    """Return an item of the policy as JSON shows it."""
    return {
        "passage": {
            **_said_record(passage),
            "place_ids": list(passage.place_ids),
            "chain_ids": list(passage.chain_ids),
            "source_ids": list(passage.source_ids),
        },
        "mentions": [
            {"place_id": mention.place_id, "way": mention.way.value, "via_id": mention.via_id}
            for mention in mentions_of_passage(catalogue, passage)
        ],
        "sources": source_records(passage_sources(catalogue, passage)),
    }


def passage_sources(catalogue: Catalogue, passage: Passage) -> list[Source]:
    """Return the sources of a passage in their order: the n-th has mark [n]."""
    return [catalogue.sources[key] for key in passage.source_ids if key in catalogue.sources]


def _figure_record(figure: Figure, language: Language) -> dict[str, Any]:
    return {
        "id": figure.id,
        "scope_id": figure.scope_id,
        "indicator_zh": figure.indicator_zh,
        "indicator_en": figure.indicator_en,
        "value": _json_number(figure.value),
        "value_text": format(figure.value, "f"),
        "qualifier": figure.qualifier.value,
        "unit_zh": figure.unit_zh,
        "unit_en": figure.unit_en,
        "text": wording.figure_text(figure, language),
        "period": figure.period,
        "comparison_zh": figure.comparison_zh,
        "comparison_en": figure.comparison_en,
        "note_zh": figure.note_zh,
        "note_en": figure.note_en,
        "contested": figure.contested,
        "source_id": figure.source_id,
    }


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _related_record(related: RelatedPlace) -> dict[str, Any]:
    return {
        "id": related.place.id,
        "kind": related.place.kind.value,
        "name_zh": related.place.name_zh,
        "name_en": related.place.name_en,
        "relation": related.relation.value,
        "distance_km": related.distance_km,
        "chain_id": related.chain_id,
        "stage": related.stage,
    }
