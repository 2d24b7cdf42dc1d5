"""What an exported map says about its places: texts ready to be shown, with what they share stored once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from jjjmap import i18n
from jjjmap.catalogue import wording
from jjjmap.catalogue.details import (
    Describer,
    Disagreement,
    LinkedPassage,
    PassageLink,
    PlaceDetails,
    county_code,
    location_text,
    via_name,
)
from jjjmap.catalogue.models import (
    REGION_ID,
    Catalogue,
    Figure,
    Passage,
    PassageKind,
    Place,
    PlaceKind,
    Source,
)
from jjjmap.export.page.quotation_content import QuotationWriter
from jjjmap.i18n import Language, in_language

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library

MAX_NAMED_UNITS = 12
"""So many units of an area are named in a row; the related places list all of them."""

_OWN_LINKS = (PassageLink.DIRECT, PassageLink.REGION, PassageLink.POLICY)
"""Passages that are about the place itself: of the region they stand together in the order of the policy."""


def details_content(
    catalogue: Catalogue,
    place_ids: Iterable[str],
    language: Language,
    *,
    library: Library | None = None,
    tick: Callable[[float], None] = lambda share: None,
) -> dict[str, Any]:
    """Return the details of places, as the page joins and shows them.

    Parameters
    ----------
    catalogue
        All facts.
    place_ids
        Places that can be chosen on the page; ids that the catalogue does not know are left out.
    language
        Language of every text.
    library
        The user's documents; what they say is quoted. Without it nothing of them leaves the building.
    tick
        Called now and then with the share that is done; what it raises ends the work.

    Returns
    -------
    dict
        ``places`` by id; they name ``passages``, ``figures``, ``sources``, ``documents`` and ``phrases`` by
        number, and ``names`` has the names of related places that have no details here. JSON values only.
    """
    writer = DetailsWriter(catalogue, language, library)
    writer.add_all(place_ids, tick)
    return writer.content()


class _Shared:
    """Values that many places refer to, numbered in order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.values: list[Any] = []

    def number(self, key: str, make: Callable[[], Any]) -> int:
        if key not in self._numbers:
            value = make()
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._numbers)

    def phrase(self, text: str) -> int:
        return self.number(text, lambda: text)


class DetailsWriter:
    """Writes the details of one place after the other; what they share is numbered once."""

    def __init__(self, catalogue: Catalogue, language: Language, library: Library | None = None) -> None:
        self._catalogue = catalogue
        self._language = language
        self._describer = Describer(catalogue)
        self._say = in_language(language)
        self._passages, self._figures, self._sources, self._phrases = (
            _Shared(),
            _Shared(),
            _Shared(),
            _Shared(),
        )
        self._quotations = QuotationWriter(library, language)
        self._chain_numbers = {chain_id: number for number, chain_id in enumerate(catalogue.chains)}
        self._places: dict[str, dict[str, Any]] = {}
        self._related_ids: dict[str, None] = {}

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Places whose details are written."""
        return tuple(self._places)

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Sources that are cited so far, in order of first use."""
        return self._sources.keys

    def content(self) -> dict[str, Any]:
        """Return what was written; see `details_content`."""
        places = self._catalogue.places
        return {
            "places": self._places,
            "names": {
                place_id: places[place_id].name(self._language)
                for place_id in self._related_ids
                if place_id not in self._places
            },
            "passages": self._passages.values,
            "figures": self._figures.values,
            "sources": self._sources.values,
            "phrases": self._phrases.values,
            "documents": self._quotations.documents,
        }

    def add_all(self, place_ids: Iterable[str], tick: Callable[[float], None]) -> None:
        """Write the details of places; those that the catalogue does not know are passed over."""
        wanted = [place_id for place_id in dict.fromkeys(place_ids) if place_id in self._catalogue.places]
        with i18n.speaking(self._language):
            for done, place_id in enumerate(wanted):
                if done % 16 == 0:
                    tick(done / len(wanted))
                self._add(place_id)

    def _add(self, place_id: str) -> None:
        details = self._describer.describe(place_id)
        place = details.place
        self._places[place_id] = without_empty(
            {
                "name": place.name(self._language),
                "other_name": place.name_en if self._language is Language.ZH else place.name_zh,
                "tags": self._tags(place),
                "evidence": wording.evidence_name(place.evidence),
                "evidence_rank": wording.evidence_rank(place.evidence),
                "evidence_text": wording.evidence_text(place.evidence),
                "facts": self._facts(details),
                "note": place.note(self._language),
                "passages": [self._linked(place, linked) for linked in details.passages],
                "quotations": self._quotations.about(place_id),
                "chains": [self._chain_numbers[tie.chain.id] for tie in details.chains],
                "figures": [self.figure(figure) for figure in details.figures],
                "related": self._related(details),
                "sources": [self.source(source) for source in details.sources],
                "disagreements": [self._disagreement(each, details) for each in details.disagreements],
                "area": list(place.area_adcodes),
                "lon": place.lon,
                "lat": place.lat,
            }
        )

    # The place itself

    def _tags(self, place: Place) -> list[str]:
        tags = [wording.kind_name(place.kind)]
        if place.kind is PlaceKind.PLATFORM:
            tags.append(wording.category_name(place.category))
        return tags

    def _facts(self, details: PlaceDetails) -> list[list[str]]:
        """Return labelled lines: where it is, how sure that is, what else it is called."""
        _ = self._say
        place = details.place
        facts = [
            (_("类别依据"), wording.category_basis_text(place.category_basis)),
            (_("所在地"), location_text(self._catalogue, place, self._language)),
            (_("范围"), self._extent(place)),
            (_("位置"), wording.position_text(place)),
            (_("产业链"), self._list(wording.chain_tie_text(tie, self._language) for tie in details.chains)),
            (_("行政区划代码") if place.kind.is_unit else _("所在县区代码"), county_code(place)),
            (_("面积"), wording.area_text(self._catalogue, place)),
            (_("别名"), self._list(place.aliases)),
            (_("产业"), self._list(wording.industries_of(place, self._language))),
        ]
        return [[label, text] for label, text in facts if text]

    def _extent(self, place: Place) -> str:
        _ = self._say
        units = [
            self._catalogue.places[code] for code in place.area_adcodes if code in self._catalogue.places
        ]
        if not units:
            return ""
        names = self._list(unit.name(self._language) for unit in units[:MAX_NAMED_UNITS])
        if place.kind is PlaceKind.CLUSTER:
            text = (
                _("涉及 {units}") if len(units) <= MAX_NAMED_UNITS else _("涉及 {units}等 {n} 个县（市、区）")
            )
        elif len(units) <= MAX_NAMED_UNITS:
            text = _("{units}（以所在县（市、区）界示意，不是准确范围）")
        else:
            text = _("{units}等 {n} 个县（市、区）（以县（市、区）界示意，不是准确范围）")
        return text.format(units=names, n=len(units))

    def _list(self, texts: Iterable[str]) -> str:
        return ("、" if self._language is Language.ZH else ", ").join(texts)

    # What concerns it

    def _linked(self, place: Place, linked: LinkedPassage) -> list[int]:
        """Return a passage, the group it is listed in, and why it is shown here, by their numbers."""
        _ = self._say
        if place.id == REGION_ID and linked.link in _OWN_LINKS:
            group = _("整个区域的政策")
        else:
            group = "" if linked.link is PassageLink.DIRECT else wording.passage_link_text(linked.link)
        why = wording.linked_reason(self._catalogue, linked, self._language)
        return [self.passage(linked.passage), self._phrases.phrase(group), self._phrases.phrase(why)]

    def passage(self, passage: Passage) -> int:
        """Return the number of a passage."""
        return self._passages.number(passage.id, lambda: self._passage_texts(passage))

    def _passage_texts(self, passage: Passage) -> dict[str, Any]:
        return without_empty(
            {
                "title": passage.title(self._language),
                "number": passage.number,
                "section": wording.section_name(passage.section),
                "text": passage.text(self._language),
                "quoted": passage.kind is PassageKind.QUOTATION,
                "sources": [
                    self.source(self._catalogue.sources[key])
                    for key in passage.source_ids
                    if key in self._catalogue.sources
                ],
            }
        )

    def figure(self, figure: Figure) -> int:
        """Return the number of a figure."""
        return self._figures.number(figure.id, lambda: self._figure_texts(figure))

    def _figure_texts(self, figure: Figure) -> dict[str, Any]:
        source = self._catalogue.sources.get(figure.source_id)
        return without_empty(
            {
                "indicator": figure.indicator(self._language),
                "value": wording.figure_text(figure, self._language),
                "period": wording.period_text(figure.period, self._language),
                "comparison": figure.comparison(self._language),
                "note": figure.note(self._language),
                "contested": figure.contested,
                "scope": figure.scope_id,
                "scope_name": via_name(self._catalogue, figure.scope_id, self._language),
                "source": self.source(source) if source is not None else None,
            }
        )

    def _disagreement(self, disagreement: Disagreement, details: PlaceDetails) -> dict[str, Any]:
        """Return figures that do not agree: their subject, each side with its source, and the remarks."""
        language = self._language
        title = wording.disagreement_title(disagreement, self._catalogue, details.place, language)
        sources = self._catalogue.sources
        sides: list[list[Any]] = []
        for figure in disagreement.figures:
            text = wording.disagreement_line(figure, details, language, with_indicator=not title)
            source = sources.get(figure.source_id)
            sides.append([text, self.source(source)] if source is not None else [text])
        return without_empty({"title": title, "sides": sides, "notes": list(disagreement.notes(language))})

    def source(self, source: Source) -> int:
        """Return the number of a source."""
        return self._sources.number(source.id, lambda: self._source_texts(source))

    def _source_texts(self, source: Source) -> dict[str, Any]:
        return without_empty(
            {
                "title": source.title,
                "publisher": source.publisher,
                "date": wording.date_text(source.date, self._language),
                "quality": wording.quality_name(source.quality),
                "link": source.link,
            }
        )

    def _related(self, details: PlaceDetails) -> list[list[Any]]:
        """Return the related places by the phrase of their relation: ids, some with a distance."""
        groups: dict[int, list[Any]] = {}
        for related in details.related:
            self._related_ids.setdefault(related.place.id)
            entry = (
                [related.place.id, related.distance_km]
                if related.distance_km is not None
                else [related.place.id]
            )
            heading = wording.related_heading(self._catalogue, related, self._language)
            groups.setdefault(self._phrases.phrase(heading), []).append(entry)
        return [[phrase, entries] for phrase, entries in groups.items()]


def without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what has nothing to say; the page takes a missing field for an empty one. A 0 stays."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None and value is not False and value != "" and value != []
    }
