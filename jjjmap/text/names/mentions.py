"""Which places, towns and chains a text names, and where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jjjmap.catalogue.models import REGION_ID
from jjjmap.text.names.ambiguity import CityContext
from jjjmap.text.names.chain_mentions import name_chains
from jjjmap.text.names.composites import places_designated
from jjjmap.text.names.contexts import (
    INSTITUTION_REACH,
    NAMES_STREET,
    NEAR_OBJECT,
    NOT_IN_FRONT_OF,
    REGISTERED_FIRMS,
    makes_institution,
)
from jjjmap.text.names.elsewhere import NAMESAKES
from jjjmap.text.names.english import is_written_as_name, names_institution, stands_alone
from jjjmap.text.names.evidence import settle_doubtful
from jjjmap.text.names.gazetteer import MOST_NAMES, Form, FormKind, Gazetteer, Weight
from jjjmap.text.names.lessons import Lesson, Lessons
from jjjmap.text.names.tokens import Token
from jjjmap.text.normal_form import NormalText, normalise
from jjjmap.text.records import Mention, SubjectKind

_DOUBTFUL = 0.6
_SURE, _STEM = 0.97, 0.93

_NAMESAKES = frozenset(NAMESAKES)
_ENDS_SENTENCE = re.compile(r"[。!?;！？；\n]")
_WORDS_ACROSS = {"省": "会", "市": "场郊值", "区": "域位间划块别县", "县": "域"}
"""保定市场 is 保定 and 市场: the last character of a unit with those that make a word with it."""


@dataclass(frozen=True, slots=True)
class MentionsRead:
    """The mentions of a text."""

    mentions: tuple[Mention, ...]
    reaches_limit: bool
    """Whether so many names were found that no more were looked for."""


class MentionFinder:
    """Finds mentions. Keeps no state between texts, so one may serve several threads.

    Parameters
    ----------
    gazetteer
        What may be named.
    lessons
        What the user has said about mentions of other texts; the oldest first.
    """

    def __init__(self, gazetteer: Gazetteer, lessons: Sequence[Lesson] = ()) -> None:
        self._gazetteer = gazetteer
        self._lessons = Lessons(lessons)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return the mentions of a text, by start, the longer first; their raw offsets are not filled in."""
        return self.read(text).mentions

    def read(self, text: str) -> MentionsRead:
        """Find the mentions of a text, and tell whether there may be more than are ever looked for."""
        normal = normalise(text)
        found = self._gazetteer.occurrences(normal.text)
        return MentionsRead(self._mentions(text, normal, found), reaches_limit=len(found) >= MOST_NAMES)

    def _mentions(
        self, text: str, normal: NormalText, found: list[tuple[int, int, Form]]
    ) -> tuple[Mention, ...]:
        tokens, chains = self._tokens(text, normal, found)
        settle_doubtful(self._gazetteer, normal.text, tokens)
        self._drop_namesakes(normal.text, tokens)
        self._tell_apart(normal.text, tokens)
        self._mark_leads(normal.text, tokens)
        name_chains(normal.text, chains)
        accepted: list[_Found] = []
        for index, token in enumerate(tokens):
            if token.form.designated and token.form.kind is FormKind.DESIGNATION:
                places = places_designated(normal.text, tokens, index)
                for start, place_id in places:
                    accepted.append((start, token.end, place_id, 0.9, "composite", (), False))
                if not places and token.form.parts:
                    accepted += self._named_inside(token)
            elif token.confidence > 0:
                if token.subject_id:
                    accepted.append(
                        (
                            token.start,
                            token.end,
                            token.subject_id,
                            token.confidence,
                            token.rule,
                            token.candidates,
                            token.is_lead,
                        )
                    )
                if token.form.parts:
                    accepted += self._named_inside(token)
        accepted += [
            (chain.start, chain.end, chain.subject_id, chain.confidence, "chain", (), False)
            for chain in chains
            if chain.is_accepted
        ]
        if self._lessons:
            accepted = [taught for found in accepted if (taught := self._as_taught(normal.text, found))]
        accepted.sort(key=_by_place)
        subject_of = self._gazetteer.subject
        found_in_source = zip(*_in_source(normal, accepted), accepted, strict=True)
        return tuple(
            [
                Mention(
                    subject_id,
                    subject.kind if (subject := subject_of(subject_id)) is not None else SubjectKind.PLACE,
                    start,
                    end,
                    text[start:end],
                    confidence,
                    rule,
                    candidates,
                    is_lead,
                )
                for start, end, (_, _, subject_id, confidence, rule, candidates, is_lead) in found_in_source
            ]
        )

    def _tokens(
        self, text: str, normal: NormalText, found: list[tuple[int, int, Form]]
    ) -> tuple[list[Token], list[Token]]:
        """Return the names that the context lets stand, and names of chains."""
        letters = normal.text
        tokens: list[Token] = []
        chains: list[Token] = []
        elsewhere_end = -1
        suffixes = [start for start, _end, form in found if form.kind is FormKind.SUFFIX]
        suffixes.append(len(letters) + INSTITUTION_REACH + 1)
        next_suffix = 0
        for index, (start, end, form) in enumerate(found):
            kind = form.kind
            if kind is FormKind.NAME:
                if form.is_english:
                    if not stands_alone(letters, start, end):
                        # Daxing districts: without the word that goes on, the rest may be a name.
                        shorter = self._gazetteer.form(form.text.rpartition(" ")[0])
                        if shorter is None or shorter.kind is not FormKind.NAME:
                            continue
                        form, end = shorter, start + len(shorter.text)
                    if not _is_english_name(text, normal, start, end):
                        continue
                else:
                    last = letters[end - 1]
                    if last in _WORDS_ACROSS and letters[end : end + 1] in _WORDS_ACROSS[last]:
                        shorter = self._gazetteer.form(letters[start : end - 1])
                        if end < len(letters) and shorter is not None and shorter.kind is FormKind.NAME:
                            form, end = shorter, end - 1
                    if not form.is_district and end - start < 4 and NAMES_STREET.match(letters, end):
                        continue
                    if end < found[index][1] and form.is_part_of_word(letters, start):
                        continue
                    verb_object = NOT_IN_FRONT_OF.get(form.text)
                    if verb_object and verb_object in letters[end : end + NEAR_OBJECT]:
                        continue
                    is_next = start - elsewhere_end in (0, 1)
                    if is_next and self._is_elsewhere(letters, start, elsewhere_end, form):
                        elsewhere_end = end
                        continue
                    while suffixes[next_suffix] < end:
                        next_suffix += 1
                    if suffixes[next_suffix] <= end + INSTITUTION_REACH and _is_institution(
                        letters, found, index, end, form
                    ):
                        continue
                token = Token(start, end, form)
                if form.weight >= Weight.STEM:
                    reading = form.readings[0]
                    token.subject_id, token.rule = reading.subject_id, reading.rule
                    token.confidence = _SURE if form.weight is Weight.SURE else _STEM
                tokens.append(token)
            elif kind is FormKind.LETTERS or kind is FormKind.DESIGNATION:
                confidence = _STEM if kind is FormKind.LETTERS else 0.0
                tokens.append(Token(start, end, form, confidence=confidence, rule="letter"))
            elif kind is FormKind.CHAIN:
                chains.append(Token(start, end, form))
            elif kind is FormKind.ELSEWHERE:
                elsewhere_end = end
                tokens.append(Token(start, end, form))
        return tokens, chains

    def _is_elsewhere(self, letters: str, start: int, elsewhere_end: int, form: Form) -> bool:
        """Whether a name is a district of the city outside the region that stands right before it."""
        if start > elsewhere_end and letters[elsewhere_end] != "(":
            return False
        subject = self._gazetteer.subject(form.subject_id)
        return subject is not None and (
            subject.kind is SubjectKind.TOWN or (subject.id != REGION_ID and not subject.id.endswith("00"))
        )

    def _drop_namesakes(self, letters: str, tokens: list[Token]) -> None:
        """Drop 和平区 behind 沈阳 in a sentence, unless the text names the city of ours, too."""
        # Until where the sentence of a place elsewhere goes on; each stretch of it is looked at once, and who
        # is named is asked once: a hostile text is one sentence with a hundred thousand namesakes.
        goes_on_until: int | None = None
        named: set[str] | None = None
        for token in tokens:
            if token.form.kind is FormKind.ELSEWHERE:
                goes_on_until = token.end
            elif token.confidence > 0 and token.form.readings:
                if goes_on_until is None or token.form.text not in _NAMESAKES:
                    # A district of ours behind it: the text is back with us.
                    goes_on_until = None
                elif _ENDS_SENTENCE.search(letters, goes_on_until, token.start):
                    goes_on_until = None
                else:
                    goes_on_until = max(goes_on_until, token.start)
                    if named is None:
                        # What is dropped below is a district, never a city, so this stays true.
                        named = {one.subject_id for one in tokens if one.confidence > 0}
                    if named.isdisjoint(_city_of(reading.subject_id) for reading in token.form.readings):
                        token.confidence = 0.0

    def _tell_apart(self, letters: str, tokens: list[Token]) -> None:
        """Choose among the places of one name."""
        several = [token for token in tokens if token.is_accepted and len(token.form.readings) > 1]
        alone = [
            token
            for token in tokens
            if token.is_accepted and len(token.form.readings) == 1 and token.form.readings[0].only_in
        ]
        if not several and not alone:
            return
        context = CityContext(self._gazetteer, letters, tokens)
        before: dict[int, Token] = {}
        for token in tokens:
            if token.is_accepted and token.form.readings:
                before[token.end] = token
        for token in (*several, *alone):
            lead = before.get(token.start)
            if lead is None and letters[token.start - 1 : token.start] == "(":
                lead = before.get(token.start - 1)
            choice = context.choose(token, lead)
            if choice is None:
                token.confidence = 0.0
                continue
            reading, confidence = choice
            token.subject_id, token.rule = reading.subject_id, reading.rule
            token.confidence = min(token.confidence, confidence)
            token.candidates = tuple(
                one.subject_id for one in token.form.readings if one.subject_id != reading.subject_id
            )

    def _mark_leads(self, letters: str, tokens: list[Token]) -> None:
        previous: Token | None = None
        for token in tokens:
            if not token.is_accepted or not token.form.readings:
                continue
            if previous is not None:
                gap = token.start - previous.end
                if gap == 0 or (gap == 1 and letters[previous.end] == "("):
                    previous.is_lead = self._gazetteer.lies_in(token.subject_id, previous.subject_id)
            previous = token

    def _named_inside(self, token: Token) -> "list[_Found]":
        named: list[_Found] = []
        parts = token.form.parts
        for index, (start, end, subject_id) in enumerate(parts):
            follows = parts[index + 1] if index + 1 < len(parts) else None
            is_lead = follows is not None and self._gazetteer.lies_in(follows[2], subject_id)
            rule = "composite" if token.subject_id else "letter"
            named.append((token.start + start, token.start + end, subject_id, 0.92, rule, (), is_lead))
        return named

    def _as_taught(self, letters: str, found: "_Found") -> "_Found | None":
        start, end, subject_id, confidence, _rule, candidates, is_lead = found
        lesson = self._lessons.lesson_for(letters, start, end, is_doubtful=confidence < _DOUBTFUL)
        if lesson is None:
            return found
        if lesson.is_rejection:
            return None
        if self._gazetteer.subject(lesson.subject_id) is None:
            return found
        others = tuple(one for one in (subject_id, *candidates) if one != lesson.subject_id)
        return start, end, lesson.subject_id, 0.95, "lesson", others, is_lead


_Found = tuple[int, int, str, float, str, tuple[str, ...], bool]
"""Start and end in normal form, subject, confidence, rule, candidates, whether it only leads to the next."""


def _in_source(normal: NormalText, accepted: "list[_Found]") -> tuple[list[int], list[int]]:
    """Return where stretches of the normal form start and end in the text that it was made from.

    What `OffsetMap.to_source` says of each, for all at once: a normal form holds nothing that was put in.
    """
    runs = normal.offsets.runs
    if not accepted or not runs:
        return [], []
    run_starts = np.array([run.start for run in runs])
    moved = np.array([run.source_start - run.start for run in runs])
    starts = np.array([found[0] for found in accepted])
    lasts = np.array([found[1] for found in accepted]) - 1
    in_source = (
        (places + moved[np.searchsorted(run_starts, places, side="right") - 1]).tolist()
        for places in (starts, lasts)
    )
    first, last = in_source
    return first, [end + 1 for end in last]


def _by_place(found: _Found) -> tuple[int, int, str]:
    return found[0], -found[1], found[2]


def _city_of(unit_id: str) -> str:
    """Return the city that a county is in, or the province where that is the city."""
    return f"{unit_id[:2]}0000" if unit_id[:2] in ("11", "12") else f"{unit_id[:4]}00"


def _is_english_name(text: str, normal: NormalText, start: int, end: int) -> bool:
    if not stands_alone(normal.text, start, end):
        return False
    first, last = normal.offsets.to_source(start, end)
    return is_written_as_name(text[first:last]) and not names_institution(text, first, last)


def _is_institution(
    letters: str, found: list[tuple[int, int, Form]], index: int, end: int, form: Form
) -> bool:
    """Whether a name begins that of a firm, a school and the like."""
    reach = end + INSTITUTION_REACH
    joined = end
    for start, next_end, follows in found[index + 1 : index + 8]:
        if start > reach:
            return False
        if follows.kind is FormKind.SUFFIX:
            if form.subject_id == REGION_ID and follows.text not in REGISTERED_FIRMS:
                # 京津冀医院联盟: a whole region has no hospital of its own.
                continue
            between, after = letters[end:start], letters[next_end : next_end + 1]
            if makes_institution(between, follows.text, after, is_district=form.is_district):
                return True
        elif follows.kind is FormKind.NAME and start != joined:
            return False
        if start == joined:
            joined = next_end
    return False
