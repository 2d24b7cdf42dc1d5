"""What speaks for a doubtful name: the unit before it, the list that it stands in, what follows it."""

import re
from collections import deque
from collections.abc import Sequence

from jjjmap.text.names import contexts
from jjjmap.text.names.gazetteer import FormKind, Gazetteer, Weight
from jjjmap.text.names.tokens import Token
from jjjmap.text.names.words import words

_SEPARATORS = frozenset(
    (
        *words("、 和 与 及 以及 至 到 - · / 或 、以及 )、 )和 )与"),
        *(", ", " and ", ", and ", " to ", "; "),
    )
)
_SPECIALITY = re.compile(r"[\u4e00-\u9fff]{1,5}、")
_LED, _LISTED, _DESIGNATED, _LOCATED, _KNOWN = 0.92, 0.88, 0.86, 0.78, 0.7
_RECENT = 12
_REACH_OF_HEAD = 400
_REACH_OF_STRUCTURE = 60
_LONGEST_GAP = 8
"""Characters between two names of one list."""


def settle_doubtful(gazetteer: Gazetteer, text: str, tokens: list[Token]) -> None:
    """Accept the doubtful among the tokens that something speaks for.

    Parameters
    ----------
    gazetteer
        Where the tokens are from.
    text
        In normal form.
    tokens
        In order, with names of places outside the region among them. Tails whose head was not named give
        way to the name that they begin with.
    """
    if all(token.confidence > 0 or token.form.kind is not FormKind.NAME for token in tokens):
        return
    run: list[Token] = []
    recent: deque[Token] = deque(maxlen=_RECENT)
    for token in tokens:
        if token.form.kind is FormKind.DESIGNATION:
            continue
        if token.form.weight is Weight.TAIL and not token.is_accepted:
            _settle_tail(gazetteer, token, recent)
        if run and (
            token.start - run[-1].end > _LONGEST_GAP or not _goes_on(text[run[-1].end : token.start])
        ):
            _settle_run(gazetteer, text, run)
            if run[-1].end == token.start or (
                run[-1].end + 1 == token.start and text[token.start - 1] == "("
            ):
                _settle_led(gazetteer, run[-1], token)
                _settle_leading(gazetteer, run[-1], token)
            run = []
        run.append(token)
        if token.is_accepted:
            recent.append(token)
    if run:
        _settle_run(gazetteer, text, run)
    _settle_known(text, tokens)


def _goes_on(between: str) -> bool:
    """Whether two names with this between them stand in one list: 安平丝网、清河羊绒."""
    return between in _SEPARATORS or _SPECIALITY.fullmatch(between) is not None


def _accept(token: Token, confidence: float) -> None:
    reading = token.form.readings[0]
    token.subject_id, token.rule, token.confidence = reading.subject_id, reading.rule, confidence


def _settle_tail(gazetteer: Gazetteer, tail: Token, recent: Sequence[Token]) -> None:
    for before in recent:
        if before.subject_id in tail.form.heads and tail.start - before.end <= _REACH_OF_HEAD:
            _accept(tail, _LISTED)
            return
    for length in range(len(tail.form.text) - 1, 1, -1):
        shorter = gazetteer.form(tail.form.text[:length])
        if shorter is not None and shorter.kind is FormKind.NAME and shorter.weight >= Weight.STEM:
            tail.form, tail.end = shorter, tail.start + length
            _accept(tail, _LISTED)
            return


def _settle_led(gazetteer: Gazetteer, lead: Token, token: Token) -> None:
    """A unit right before what lies in it: 石家庄长安, 武清王庆坨."""
    if token.is_accepted or not lead.is_accepted or token.form.kind is not FormKind.NAME:
        return
    unit = lead.subject_id
    if token.form.weight is Weight.LED and len(token.form.text) == 2 and unit.endswith("00"):
        # 北京梨园, 石家庄口头通知: so short a name of a town needs its county before it.
        return
    if unit == "130000" and token.form.weight <= Weight.EVERYDAY:
        return
    if any(gazetteer.lies_in(reading.subject_id, unit) for reading in token.form.readings):
        _accept(token, _LED)


def _settle_leading(gazetteer: Gazetteer, lead: Token, token: Token) -> None:
    """The same the other way round: what lies in it makes a unit of the word before, 三河燕郊."""
    if lead.is_accepted or not token.is_accepted or lead.form.kind is not FormKind.NAME:
        return
    if any(gazetteer.lies_in(token.subject_id, reading.subject_id) for reading in lead.form.readings):
        _accept(lead, _LED)


def _settle_run(gazetteer: Gazetteer, text: str, run: list[Token]) -> None:
    """Names parted by nothing but commas and the like: what holds for one holds for all."""
    pending = [token for token in run if not token.is_accepted and token.form.kind is FormKind.NAME]
    if not pending:
        return
    last = run[-1]
    is_headed = len(run) > 1 and contexts.LIST_HEAD_BEHIND.match(text, last.end) is not None
    has_place = any(token.is_accepted for token in run)
    is_long = len(run) > 2 and all(token.form.kind is FormKind.NAME for token in run)
    for token in pending:
        weight = token.form.weight
        if weight is Weight.LED or weight is Weight.TAIL:
            continue
        if token.form.text in contexts.STRUCTURES:
            _settle_structure(text, token)
            continue
        if is_headed or has_place or is_long:
            _accept(token, _LISTED)
        elif token.form.is_english:
            continue
        elif contexts.DESIGNATION_BEHIND.match(text, token.end):
            _accept(token, _DESIGNATED)
        elif weight is Weight.DOUBTFUL and text[max(0, token.start - 2) : token.start].endswith(
            contexts.LOCATIVE_BEFORE
        ):
            _accept(token, _LOCATED)


def _settle_structure(text: str, token: Token) -> None:
    """双城引领 is Beijing and Tianjin, unless the sentence is about other cities."""
    before = text[max(0, token.start - _REACH_OF_STRUCTURE) : token.start]
    before = before[max(before.rfind(end) for end in "。;；!！?？\n") + 1 :]
    if contexts.OTHER_STRUCTURES.search(before) or contexts.OTHER_STRUCTURES.search(
        text[token.end : token.end + 12]
    ):
        return
    if token.form.text == "一核":
        # Plans of any town have a core; 一核、双城 is ours.
        if text.startswith(("双城", "、双城", '"双城', '"、"双城'), token.end):
            _accept(token, _LISTED)
        return
    if contexts.STRUCTURE_BEHIND.match(text, token.end) or contexts.STRUCTURE_BEFORE.search(before):
        _accept(token, _LISTED)


def _settle_known(text: str, tokens: list[Token]) -> None:
    """A doubtful stem whose full name stands elsewhere in the document."""
    pending = [
        token
        for token in tokens
        if not token.is_accepted and token.form.kind is FormKind.NAME and token.form.weight is Weight.DOUBTFUL
    ]
    if not pending:
        return
    named = {token.subject_id for token in tokens if token.confidence > _LOCATED}
    for token in pending:
        if token.form.subject_id in named:
            _accept(token, _KNOWN)
