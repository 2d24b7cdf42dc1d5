"""Which indicator of the catalogue a figure of a text may be: by name, synonyms and unit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jjjmap.catalogue.models import Catalogue
from jjjmap.text.numbers.units import dimension_of
from jjjmap.text.records import FigureRole, TextFigure

SURE_SCORE = 0.9
"""From this likeness on a figure is linked without being asked."""

_LEAST_SCORE = 0.34
_CLEAR_LEAD = 0.04
_ALIKE = 0.95
"""The most that a name scores which is not the very same."""
_SAME_SCOPE = 0.06
_MOST_SUGGESTIONS = 8
_MOST_REMEMBERED = 5000

_ASIDE = re.compile(r"[（(][^（）()]*[）)]|[\s“”\"'‘’、，,：:·-]")
_SYNONYMS = (
    ("国内生产总值", "地区生产总值"),
    ("GDP", "地区生产总值"),
    ("规模以上", "规上"),
    ("同比增速", "增速"),
    ("增长率", "增速"),
    ("增长速度", "增速"),
    ("比例", "比重"),
    ("占比", "比重"),
    ("数量", "数"),
    ("总数", "数"),
    ("成交金额", "成交额"),
    ("集装箱量", "集装箱吞吐量"),
    ("港口吞吐量", "货物吞吐量"),
    ("港口货物", "货物"),
    ("营收", "营业收入"),
    ("高企", "高新技术企业"),
    ("国家级高新技术企业", "国家高新技术企业"),
    ("初步核算", ""),
    ("全部", ""),
    ("全年", ""),
    ("全市", ""),
    ("全省", ""),
    ("累计", ""),
    ("年末", ""),
)
_BARE_GDP = re.compile(r"(?<!地区)生产总值")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ENGLISH_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class IndicatorSuggestion:
    """An indicator of the catalogue that a figure may be."""

    indicator_zh: str
    """Name of the indicator; `TextFigure.indicator_id` of a figure that is linked to it."""
    indicator_en: str
    unit_zh: str
    """The unit in which the catalogue tells it; see `units.in_unit`."""
    score: float
    """0…1, how much alike the names are."""


@dataclass(frozen=True, slots=True)
class _Indicator:
    name_zh: str
    name_en: str
    unit_zh: str
    dimension: str
    parts: frozenset[str]
    words: frozenset[str]
    scope_ids: frozenset[str]


class IndicatorIndex:
    """The indicators of a catalogue, ready to be looked up; made once for a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        scopes: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for figure in catalogue.figures.values():
            scopes[figure.indicator_zh, figure.indicator_en, figure.unit_zh].add(figure.scope_id)
        self._indicators = [
            _Indicator(
                name_zh,
                name_en,
                unit,
                dimension_of(unit),
                _parts(_normal(name_zh)),
                frozenset(_ENGLISH_WORD.findall(name_en.lower())),
                frozenset(scope_ids),
            )
            for (name_zh, name_en, unit), scope_ids in scopes.items()
        ]
        self._by_part: dict[str, list[int]] = defaultdict(list)
        for index, indicator in enumerate(self._indicators):
            for part in indicator.parts | indicator.words:
                self._by_part[part].append(index)
        self._known: dict[tuple[str, str, str], tuple[IndicatorSuggestion, ...]] = {}

    def suggest(self, figure: TextFigure) -> tuple[IndicatorSuggestion, ...]:
        """Return the indicators that a figure may be, the likeliest first; of one name only the best unit."""
        asked = _asked_name(figure)
        if not asked:
            return ()
        key = (asked, dimension_of(figure.unit), figure.scope_id)
        if key not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = self._look_up(*key)
        return self._known[key]

    def _look_up(self, asked: str, dimension: str, scope_id: str) -> tuple[IndicatorSuggestion, ...]:
        wanted = _parts(_normal(asked)) or frozenset(_ENGLISH_WORD.findall(asked.lower()))
        shared: dict[int, int] = defaultdict(int)
        for part in wanted:
            for index in self._by_part.get(part, ()):
                shared[index] += 1
        best: dict[str, IndicatorSuggestion] = {}
        for index, count in shared.items():
            indicator = self._indicators[index]
            if indicator.dimension != dimension:
                continue
            size = len(indicator.parts) if wanted & indicator.parts else len(indicator.words)
            score = 2 * count / (len(wanted) + size)
            if score < _LEAST_SCORE:
                continue
            if scope_id and scope_id in indicator.scope_ids:
                score += _SAME_SCOPE
            # The very name comes before those that are only alike once asides are left out.
            score = 1.0 if indicator.name_zh == asked else min(_ALIKE, score)
            known = best.get(indicator.name_zh)
            if known is None or known.score < score:
                best[indicator.name_zh] = IndicatorSuggestion(
                    indicator.name_zh, indicator.name_en, indicator.unit_zh, round(score, 3)
                )
        ranked = sorted(best.values(), key=lambda one: (-one.score, len(one.indicator_zh), one.indicator_zh))
        return tuple(ranked[:_MOST_SUGGESTIONS])


def suggest_indicators(
    figure: TextFigure, catalogue: Catalogue | IndicatorIndex
) -> tuple[IndicatorSuggestion, ...]:
    """Return the indicators of a catalogue that a figure may be, the likeliest first.

    Only those whose unit measures the same are suggested. Whoever asks often makes an `IndicatorIndex` once.
    """
    index = catalogue if isinstance(catalogue, IndicatorIndex) else IndicatorIndex(catalogue)
    return index.suggest(figure)


def link_figures(figures: Iterable[TextFigure], index: IndicatorIndex) -> tuple[TextFigure, ...]:
    """Return figures with the indicator that each one surely is; the others are left as they are."""
    return tuple(_linked(figure, index) for figure in figures)


def _linked(figure: TextFigure, index: IndicatorIndex) -> TextFigure:
    if figure.indicator_id:
        return figure
    suggestions = index.suggest(figure)
    if not suggestions or suggestions[0].score < SURE_SCORE:
        return figure
    if len(suggestions) > 1 and suggestions[0].score - suggestions[1].score < _CLEAR_LEAD:
        # Two names that differ in an aside only (（当年）, （累计）): the user has to say which.
        return figure
    return replace(figure, indicator_id=suggestions[0].indicator_zh)


def _asked_name(figure: TextFigure) -> str:
    name = figure.indicator
    if not name:
        return ""
    if figure.unit == "倍" and (year := _YEAR.search(figure.comparison)):
        return f"{name}为{year[0]}年倍数"
    if figure.role is FigureRole.CHANGE and figure.unit == "%" and "增速" not in name:
        return f"{name}年均增速" if figure.comparison == "年均" else f"{name}增速"
    return name


def _normal(name: str) -> str:
    bare = _ASIDE.sub("", name)
    for word, other in _SYNONYMS:
        bare = bare.replace(word, other)
    return _BARE_GDP.sub("地区生产总值", bare)


def _parts(name: str) -> frozenset[str]:
    if name.isascii():
        return frozenset()
    return frozenset(name[at : at + 2] for at in range(max(1, len(name) - 1)))
