"""Answers as JSON: the envelope that all commands share, and the shapes of what is in it."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import click

from jjjmap import __version__
from jjjmap.catalogue import wording
from jjjmap.catalogue.details import LinkedPassage, PlaceDetails, RelatedPlace, location_units
from jjjmap.catalogue.models import Catalogue, Figure, Place
from jjjmap.catalogue.search import HitGroup
from jjjmap.findings import Finding
from jjjmap.i18n import Language


def write_json(command: str, result: dict[str, Any] | None, findings: Iterable[Finding]) -> None:
    """Print the one document that ``--json`` answers with."""
    answer = {
        "jjjmap": __version__,
        "command": command,
        "result": result,
        "findings": [finding.to_dict() for finding in findings],
    }
    # As bytes: JSON is UTF-8 whatever the console speaks.
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False).encode())


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
        "parent_id": place.parent_id,
        "aliases": list(place.aliases),
        "industries": list(place.industries),
        "note_zh": place.note_zh,
        "note_en": place.note_en,
        "source_ids": list(place.source_ids),
    }


def details_record(catalogue: Catalogue, details: PlaceDetails, language: Language) -> dict[str, Any]:
    """Return all that is known about a place; values are texts in `language` as well as numbers."""
    marks = details.marks
    return {
        "place": place_record(catalogue, details.place),
        "passages": [_passage_record(linked) for linked in details.passages],
        "figures": [_figure_record(figure, language) for figure in details.figures],
        "related": [_related_record(related) for related in details.related],
        "sources": [
            {
                "mark": marks[source.id],
                "id": source.id,
                "title": source.title,
                "publisher": source.publisher,
                "date": source.date,
                "link": source.link,
                "link_kind": source.link_kind,
                "quality": source.quality,
            }
            for source in details.sources
        ],
    }


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
    passage = linked.passage
    return {
        "id": passage.id,
        "kind": passage.kind.value,
        "section": passage.section,
        "number": passage.number,
        "title_zh": passage.title_zh,
        "title_en": passage.title_en,
        "text_zh": passage.text_zh,
        "text_en": passage.text_en,
        "link": linked.link.value,
        "via_id": linked.via_id,
        "source_ids": list(passage.source_ids),
    }


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
    }
