"""Which of several places of one name a text means: that of the city named nearest."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from jjjmap.text.names.gazetteer import Gazetteer, Reading
from jjjmap.text.names.tokens import Token

_ENDS_OF_SENTENCES = "。！？!?；;\n"
_IN_NAME, _IN_SENTENCE, _IN_PARAGRAPH, _IN_DOCUMENT, _UNKNOWN = 0.95, 0.88, 0.78, 0.65, 0.4
_NEIGHBOURS = 30
"""Anchors looked at on either side; beyond them only the document as a whole counts."""
_LONGEST_SENTENCE = 600


class CityContext:
    """The cities that a text names, and where."""

    def __init__(self, gazetteer: Gazetteer, text: str, tokens: Sequence[Token]) -> None:
        self._gazetteer = gazetteer
        self._text = text
        self._city_by_subject: dict[str, str] = {}
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._cities: list[str] = []
        for token in tokens:
            if token.is_accepted and len(token.form.readings) == 1:
                city = self._city_of(token.form.subject_id)
                if city:
                    self._starts.append(token.start)
                    self._ends.append(token.end)
                    self._cities.append(city)
        self._tally = Counter(self._cities)

    def choose(self, token: Token, lead: Token | None) -> tuple[Reading, float] | None:
        """Return what a token of several readings means and how sure that is; None if it is none of them."""
        readings = token.form.readings
        pool = [one for one in readings if one.rank == readings[0].rank or one.only_in]
        if len(pool) == 1 and not pool[0].only_in:
            return pool[0], 0.93
        by_city: dict[str, Reading] = {}
        for one in pool:
            by_city.setdefault(self._city_of(one.subject_id), one)
        if lead is not None:
            city = self._city_of(lead.subject_id)
            if city in by_city:
                return by_city[city], _IN_NAME
            subject = self._gazetteer.subject(lead.subject_id)
            if city and subject is not None and subject.place_kind is not None and subject.place_kind.is_unit:
                return None
        nearest = self._nearest(token, by_city)
        if nearest is not None:
            return nearest
        for city, _count in sorted(self._tally.items(), key=lambda item: (-item[1], item[0])):
            if city in by_city:
                return by_city[city], _IN_DOCUMENT
        known = [one for one in pool if not one.only_in]
        return (known[0], _UNKNOWN) if known else None

    def _nearest(self, token: Token, by_city: dict[str, Reading]) -> tuple[Reading, float] | None:
        """Look back first, then ahead, in the sentence; then back in the paragraph."""
        at = bisect_left(self._starts, token.start)
        behind: tuple[Reading, float] | None = None
        for index in range(at - 1, max(-1, at - 1 - _NEIGHBOURS), -1):
            if self._cities[index] in by_city:
                reading = by_city[self._cities[index]]
                between = self._between(self._ends[index], token.start)
                if between is not None and not any(end in between for end in _ENDS_OF_SENTENCES):
                    return reading, _IN_SENTENCE
                if between is not None and "\n" not in between:
                    behind = reading, _IN_PARAGRAPH
                break
        for index in range(at, min(len(self._starts), at + _NEIGHBOURS)):
            if self._cities[index] in by_city:
                between = self._between(token.end, self._starts[index])
                if between is not None and not any(end in between for end in _ENDS_OF_SENTENCES):
                    return by_city[self._cities[index]], _IN_SENTENCE
                break
        return behind

    def _between(self, start: int, end: int) -> str | None:
        return self._text[start:end] if end - start <= _LONGEST_SENTENCE else None

    def _city_of(self, subject_id: str) -> str:
        city = self._city_by_subject.get(subject_id)
        if city is None:
            city = self._city_by_subject[subject_id] = self._find_city(subject_id)
        return city

    def _find_city(self, subject_id: str) -> str:
        subject = self._gazetteer.subject(subject_id)
        if subject is None:
            return ""
        cities = {code[:2] if code[:2] in ("11", "12") else code[:4] for code in subject.unit_codes}
        city = cities.pop() if len(cities) == 1 else ""
        return "" if city == "1300" else city
