"""Every figure of a text: value, unit, qualifier, and what its sentence says about it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from jjjmap.text.documents.passages import sentence_bounds
from jjjmap.text.numbers.figure_words import (
    comparison_of,
    indicator_after,
    indicator_before,
    region_before,
    set_roles,
)
from jjjmap.text.numbers.found_number import FoundNumber
from jjjmap.text.numbers.numbers import find_numbers, reaches_limit
from jjjmap.text.numbers.periods import Period, find_periods
from jjjmap.text.numbers.scopes import Scopes
from jjjmap.text.numbers.squeezing import Squeezed, squeeze
from jjjmap.text.numbers.turns import without_turn
from jjjmap.text.records import FigureRole, Mention, TextFigure

_MOST_CONTEXT = 2000
"""Letters of a sentence in front of a number that are looked at: longer sentences are lists or nonsense."""

_MOST_BLANKS = 40
"""Before a number that stands alone in its line."""
_MOST_PERIODS = 12
"""So many periods on each side of a number are looked at."""

_NO_PERIOD = re.compile(
    r"(?=[协实改建启成以之此前过原先])(?:(?:协同|实施|改革|建设|启动|成立)?(?:以?前|之前|此前|以往|过去|原来?|原先)的?)[近约超过逾]*$"
)
_YEARLY = re.compile(r"年均[^，。；,;]{0,8}$|annual [a-z ]{0,24}$")

_SURE, _CARRIED, _INHERITED, _NUMERALS = 0.95, 0.08, 0.1, 0.07


def find_figures(
    text: str, mentions: Sequence[Mention], *, document_date: str = ""
) -> tuple[TextFigure, ...]:
    """Return the figures of a cleaned text, by place; `read_figures` tells also whether those are all."""
    return read_figures(text, mentions, document_date=document_date).figures


@dataclass(frozen=True, slots=True)
class FiguresRead:
    """The figures of a text."""

    figures: tuple[TextFigure, ...]
    """By place."""
    reaches_limit: bool
    """Whether the text holds so many numbers that what follows the last figure was not read."""


def read_figures(text: str, mentions: Sequence[Mention], *, document_date: str = "") -> FiguresRead:
    """Read the figures of a cleaned text.

    Parameters
    ----------
    mentions
        What the text names; says which subject a figure is about.
    document_date
        ISO 8601 or empty; 今年 and 去年 are read by it.
    """
    squeezed = squeeze(text)
    numbers = find_numbers(squeezed.text)
    if not numbers:
        return FiguresRead((), reaches_limit=False)
    figures = tuple(_Reader(text, squeezed, mentions, document_date).read(numbers))
    # Not by counting figures: some numbers turn out to be none.
    return FiguresRead(figures, reaches_limit(numbers))


class _Reader:
    """Reads the sentences that hold numbers, in order, and remembers what a paragraph spoke of."""

    def __init__(
        self, text: str, squeezed: Squeezed, mentions: Sequence[Mention], document_date: str
    ) -> None:
        self._source = text
        self._squeezed = squeezed
        self._text = squeezed.text
        self._document_date = document_date
        self._scopes = Scopes(text, mentions)
        self._paragraph_start = -1
        self._searched_until = 0
        self._carried: Period | None = None
        self._year: int | None = None
        self._topic: str | None = None
        self._read_until = 0

    def read(self, numbers: list[FoundNumber]) -> list[TextFigure]:
        """Return the figures made of numbers."""
        figures: list[TextFigure] = []
        position = self._squeezed.source_start
        numbers_left = iter(numbers)
        number = next(numbers_left, None)
        while number is not None:
            # Sentences end with their lines, so only lines with numbers need to be divided.
            start = self._source.rfind("\n", 0, position(number.number_start)) + 1
            end = self._source.find("\n", position(number.number_start))
            end = len(self._source) if end < 0 else end
            bounds = [(start + one, start + other) for one, other in sentence_bounds(self._source[start:end])]
            starts = [one for one, _other in bounds]
            by_sentence: dict[int, list[FoundNumber]] = {}
            while number is not None and (at := position(number.number_start)) < end:
                by_sentence.setdefault(max(0, bisect_right(starts, at) - 1), []).append(number)
                number = next(numbers_left, None)
            for index, inside in by_sentence.items():
                figures.extend(self._read_sentence(bounds, index, inside))
        return figures

    def _enter(self, bounds: Sequence[tuple[int, int]], index: int, start: int) -> None:
        """Remember what earlier sentences of the paragraph said."""
        # Only what was not looked at before: a line may be as long as the text.
        paragraph = self._text.rfind("\n", self._searched_until, start) + 1
        self._searched_until = max(self._searched_until, start)
        if paragraph or self._paragraph_start < 0:
            self._paragraph_start = paragraph
            self._carried, self._topic = None, None
            self._read_until = max(paragraph, start - _MOST_CONTEXT)
        if start > self._read_until:
            earlier = max(self._read_until, start - _MOST_CONTEXT)
            for period in find_periods(
                self._text[earlier:start], document_date=self._document_date, year=self._year
            ):
                self._year = period.year or self._year
                if period.iso and not period.is_compared and not period.is_since:
                    self._carried = period
            source_paragraph = self._squeezed.source_start(earlier)
            for before in range(index - 1, max(-1, index - 8), -1):
                if bounds[before][0] < source_paragraph:
                    break
                topic = self._scopes.topic(*bounds[before])
                if topic is not None:
                    self._topic = topic
                    break

    def _read_sentence(
        self, bounds: Sequence[tuple[int, int]], index: int, numbers: list[FoundNumber]
    ) -> list[TextFigure]:
        source_start, source_end = bounds[index]
        start = self._squeezed.position(source_start)
        end = max(self._squeezed.position(source_end), numbers[-1].end)
        self._enter(bounds, index, start)
        # A hostile sentence of a megabyte is read in windows, so that time stays linear.
        figures: list[TextFigure] = []
        window: list[FoundNumber] = []
        for number in numbers:
            if window and number.end - window[0].start > _MOST_CONTEXT:
                figures.extend(self._read_window(window, start, end, source_start, source_end))
                start, window = window[-1].end, []
            window.append(number)
        figures.extend(self._read_window(window, start, end, source_start, source_end))
        self._read_until = max(self._read_until, end)
        return figures

    def _read_window(
        self, numbers: list[FoundNumber], start: int, end: int, source_start: int, source_end: int
    ) -> list[TextFigure]:
        text = self._text
        start = max(start, numbers[0].start - _MOST_CONTEXT)
        end = min(end, numbers[-1].end + _MOST_CONTEXT)
        periods = find_periods(
            text[start:end], document_date=self._document_date, year=self._year, offset=start
        )
        period_starts = {period.end: period.start for period in periods}
        set_roles(text, numbers)
        first_source = self._squeezed.source_start(start)
        scope_start = max(source_start, first_source)
        skips = {period.start: period.end for period in periods}
        skips.update(self._mention_ends(first_source, source_end, numbers))
        figures: list[TextFigure] = []
        indicators: list[str] = []
        shared: dict[int, tuple[str, str]] = {}
        previous: FoundNumber | None = None
        last = ""
        period_ends = [period.end for period in periods]
        for index, number in enumerate(numbers):
            region = region_before(text, start, previous, number)
            comparison = comparison_of(text, number)
            doubt = _NUMERALS if number.is_chinese else 0.0
            indicator, is_inherited = self._indicator(
                number, region, end, skips, period_starts, last, comparison
            )
            if text.find("分别", region, number.start) >= 0:
                shared.update(self._shared(numbers, index, indicators, indicator, region, first_source))
            scope_id, said_indicator = shared.get(index, ("", ""))
            indicator = said_indicator or indicator
            last = indicator or last
            doubt += _INHERITED if is_inherited or not indicator else 0.0
            period, is_carried = self._period(number, periods, bisect_right(period_ends, number.start))
            doubt += _CARRIED if is_carried else 0.0
            source = self._squeezed.source_start(number.start)
            if not scope_id:
                governing = self._scopes.governing(scope_start, source)
                scope_id = (self._topic or "") if governing is None else governing
            finish = self._squeezed.source_end(number.end)
            if not number.value and _is_a_counter(self._source, source, finish):
                continue
            indicators.append(indicator)
            figures.append(
                TextFigure(
                    value=number.value,
                    qualifier=number.qualifier,
                    unit=number.unit or "",
                    start=source,
                    end=finish,
                    text=self._source[source:finish],
                    printed_value=number.printed,
                    printed_unit=number.printed_unit,
                    sentence_start=min(source_start, source),
                    sentence_end=max(source_end, finish),
                    indicator=indicator,
                    period=period,
                    scope_id=scope_id,
                    role=number.role,
                    comparison=comparison,
                    confidence=round(_SURE - doubt, 2),
                )
            )
            previous = number
        for said in periods:
            self._year = said.year or self._year
            if said.iso and not said.is_compared and not said.is_since:
                self._carried = said
        self._topic = self._scopes.topic(source_start, source_end) or self._topic
        return figures

    def _mention_ends(self, start: int, end: int, numbers: list[FoundNumber]) -> dict[int, int]:
        """Return where mentions begin and end in the squeezed text; those that hold a number are left out."""
        ends: dict[int, int] = {}
        starts = [number.start for number in numbers]
        for mention in self._scopes.between(start, end):
            first = self._squeezed.position(mention.start)
            last = self._squeezed.position(mention.end)
            if bisect_left(starts, first) == bisect_left(starts, last):
                ends[first] = max(last, ends.get(first, 0))
        return ends

    def _indicator(
        self,
        number: FoundNumber,
        region: int,
        end: int,
        skips: dict[int, int],
        period_starts: dict[int, int],
        last: str,
        comparison: str,
    ) -> tuple[str, bool]:
        """Return what is counted, and whether it was taken over from the figure before, `last`."""
        text = self._text
        if number.is_english or (
            text[max(0, number.start - 2) : number.start].strip().isascii() and number.start > 2
        ):
            return number.counted, False
        if number.role in (FigureRole.ALONE, FigureRole.LOW, FigureRole.FROM):
            after = indicator_after(text, number, end)
            if number.role is FigureRole.FROM:
                after = without_turn(after)
            if after:
                return after, False
        stop = number.start
        if number.role is FigureRole.FROM:
            # 占比由协同前的54.6%: what is counted stands before 由.
            turn = max(text.rfind("由", region, stop), text.rfind("从", region, stop))
            stop = turn if turn > region else stop
        said = indicator_before(text, region, stop, skips, period_starts, comparison)
        if comparison.startswith("占") and (not said or said.startswith(("占", "全"))):
            share = said if said else text[text.rfind("占", region, number.start) : number.start]
            return (f"{last}{_share_words(share)}", True) if last else (_share_words(share), False)
        if said:
            return said, False
        is_told_of_the_last = (
            number.role in (FigureRole.CHANGE, FigureRole.TO, FigureRole.HIGH)
            or number.unit in ("倍", "%", "百分点")
            or (region < number.start and not text[region : number.start].strip("、和与及或 "))
        )
        return (last, bool(last)) if is_told_of_the_last else ("", False)

    def _shared(
        self,
        numbers: list[FoundNumber],
        index: int,
        indicators: list[str],
        indicator: str,
        region: int,
        first_source: int,
    ) -> dict[int, tuple[str, str]]:
        """Give each figure behind 分别 the subject and the indicator that it belongs to, by their order."""
        last = index
        while last + 1 < len(numbers) and len(self._text[numbers[last].end : numbers[last + 1].start]) <= 1:
            last += 1
        count = last - index + 1
        if count < 2:
            return {}
        places = self._scopes.listed(first_source, self._squeezed.source_start(numbers[index].start), count)
        if places:
            return {index + at: (place, indicator) for at, place in enumerate(places)}
        before = indicators[-count:]
        if len(before) == count and len(set(before)) == count and all(before):
            words = _share_words(indicator)[-12:] if "占" in indicator else ""
            at = words.find("占")
            return {
                index + at_index: ("", name + (words[at:] if at >= 0 else ""))
                for at_index, name in enumerate(before)
            }
        return {}

    def _period(self, number: FoundNumber, periods: list[Period], before_it: int) -> tuple[str, bool]:
        """Return when a figure is, and whether an earlier sentence said so.

        `before_it` says how many of the periods stand before the number.
        """
        text = self._text
        before = text[max(0, number.start - 12) : number.start]
        if _NO_PERIOD.search(before):
            return "", False
        if number.is_english or number.unit == "%":
            for period in periods[before_it : before_it + 2]:
                # … to 29 percent in 2023
                if text[number.end : period.start] in (" in ", " by ", " at ", " since ", " from ", " for "):
                    return period.iso, False
        near = periods[max(0, before_it - _MOST_PERIODS) : before_it]
        if number.role is FigureRole.FROM:
            own = near[-1] if near and number.start - near[-1].end <= 12 else None
            return (own.iso if own else ""), False
        current = base = None
        for period in near:
            if not period.is_compared:
                current = period
            elif period.year:
                base = period
        carried = current or self._carried
        if (
            base is not None
            and carried is not None
            and carried.year
            and base.year
            and _YEARLY.search(text[max(0, number.start - 32) : number.start])
            and not carried.is_since
            and base.year < carried.year
            and "/" not in carried.iso
        ):
            return f"{base.year}/{carried.year}", current is None
        if current is None and number.is_english:
            after = (
                period
                for period in periods[before_it : before_it + _MOST_PERIODS]
                if 0 <= period.start - number.end < 60
            )
            current = next((period for period in after if not period.is_compared), None)
        if current is not None:
            return current.iso, False
        if number.role is FigureRole.TO and base is not None and not self._carried:
            return "", False
        return (carried.iso, True) if carried is not None else ("", False)


def _share_words(phrase: str) -> str:
    for word in ("达到", "达", "为", "约", "近", "超过", "的"):
        phrase = phrase.removesuffix(word)
    return phrase.strip(" 、，:")


def _is_a_counter(source: str, start: int, end: int) -> bool:
    """Whether a nought stands alone in its line: the counter of a button on a page."""
    line_start = source.rfind("\n", max(0, start - _MOST_BLANKS), start) + 1
    if not line_start and start > _MOST_BLANKS:
        return False
    rest = source[end : end + 8].partition("\n")[0]
    return not source[line_start:start].strip(" (（") and not rest.strip(" )）")
