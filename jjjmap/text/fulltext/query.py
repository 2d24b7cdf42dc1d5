"""What a person types into the search of the library, as a tree.

======================  ========================================================
``氢能 唐山``            both in one paragraph
``氢能 OR 风电``         either; also ``或`` between spaces, and ``|``
``氢能 -唐山``           the first without the second; also ``NOT``, and ``非`` between spaces
``(氢能 或 风电) 唐山``  brackets
``"产业 协同"``          with the space; also ``“ ”`` and ``「 」``
``地点:曹妃甸``          paragraphs that name a place; also ``place:``
``类型:集群``            paragraphs that name something of a kind; also ``kind:``
``日期:2023..2024-06``   documents of these dates; also ``date:``
======================  ========================================================

Widths, traditional characters and the case of Latin letters do not matter. What is half typed is taken as it
was meant so far: a quotation mark or a bracket that is still open ends with the text, an operator without a
right-hand side is left out. Signs inside a word are a part of it: 打造“一核”, 张(家口)承(德).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jjjmap.errors import QueryInvalid
from jjjmap.i18n import _
from jjjmap.text.normal_form import fold

MAX_CHARS = 2000
MAX_DEPTH = 32
MAX_WORDS = 64

_QUOTES = {'"': '"”＂', "“": '”"', "”": '”"', "＂": '＂"', "「": "」", "『": "』"}
"""What ends a phrase, by what begins it."""
_OPENING, _CLOSING = "(（", ")）"
_EITHER = "|｜"
_MINUS = "-－"
_OR, _AND, _NOT = frozenset({"OR", "或"}), frozenset({"AND", "且"}), frozenset({"NOT", "非"})
_FILTER = re.compile(r"(地点|place|类型|kind|日期|date)[:：]", re.IGNORECASE)
_GAPS = re.compile(r"[\s\0-\x1f\x7f]+")
_DAY = re.compile(r"(\d{4})(?:[-/年](\d{1,2})(?:[-/月](\d{1,2}))?)?[年月日]?")
_SPAN = re.compile(r"\.{2,3}|…|~|至")


@dataclass(frozen=True, slots=True)
class Word:
    """Letters that must stand in a paragraph, one behind the other."""

    text: str
    """In normal form."""

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """How to find it where letters alone would find too much; None for most Chinese words."""
        return _pattern(self.text)

    @property
    def is_begun(self) -> bool:
        """Whether it is a Latin word or a number, which is found only where one begins."""
        return self.text[:1].isascii() and self.text[:1].isalnum()


@dataclass(frozen=True, slots=True)
class PlaceIs:
    """The paragraph names a place."""

    name: str
    """As typed: a name, an alias or an id."""


@dataclass(frozen=True, slots=True)
class KindIs:
    """The paragraph names something of a kind."""

    kind: str
    """As typed, in lower case."""


@dataclass(frozen=True, slots=True)
class DateIn:
    """The document is of a date between two, each an ISO year, month or day that counts as a whole."""

    after: str
    """Empty if open."""
    before: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """What must hold together."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What must hold in part."""

    parts: tuple["Node", ...]


Filter = PlaceIs | KindIs | DateIn
Node = Word | PlaceIs | KindIs | DateIn | Not | And | Or


def parse_query(text: str) -> Node | None:
    """Return what a query asks for; None if it asks for nothing in particular.

    Raises
    ------
    QueryInvalid
        Its `reason` is one of those that `reason_text` knows.
    """
    if len(text) > MAX_CHARS:
        raise QueryInvalid(text[:80], "too-long")
    return _Parser(text).parse()


def is_bounded(node: Node | None) -> bool:
    """Whether a query says what is wanted, and not only what is not."""
    match node:
        case None | Not():
            return False
        case And(parts):
            return any(is_bounded(part) for part in parts)
        case Or(parts):
            return all(is_bounded(part) for part in parts)
        case _:
            return True


def wanted_words(node: Node | None) -> tuple[Word, ...]:
    """Return the words that are looked for, without those that must not be there."""
    match node:
        case Word():
            return (node,)
        case And(parts) | Or(parts):
            return tuple(dict.fromkeys(word for part in parts for word in wanted_words(part)))
        case _:
            return ()


def reason_text(reason: str) -> str:
    """Return why a query cannot be understood, as a sentence."""
    sentences = {
        "too-long": _("检索式太长，最多 {n} 个字符。").format(n=MAX_CHARS),
        "too-deep": _("检索式的括号套得太深。"),
        "too-many-words": _("检索式的词太多，最多 {n} 个。").format(n=MAX_WORDS),
        "nothing-wanted": _("检索式没有说要找什么，请至少写一个要找的词。"),
        "bad-date": _("看不懂日期。请写成 日期:2023 或 日期:2023-05..2024。"),
        "unknown-kind": _("没有这一类型。可写 类型:地点、类型:集群、类型:产业链、类型:乡镇 等。"),
        "unknown-place": _("没有叫这个名字的地点。"),
    }
    return sentences.get(reason, _("看不懂这个检索式。"))


def day_span(text: str) -> DateIn | None:
    """Return the span of dates that a text like ``2023``, ``2023..2024-06`` or ``..2024`` means."""
    parts = _SPAN.split(text)
    if len(parts) > 2 or not any(parts):
        return None
    days = [_iso_day(part) if part else "" for part in parts]
    if None in days:
        return None
    first, last = days[0] or "", days[-1] or ""
    return DateIn(first, last)


def _iso_day(text: str) -> str | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.groups()
    if month is not None and not 1 <= int(month) <= 12:
        return None
    if day is not None and not 1 <= int(day) <= 31:
        return None
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part is not None)])


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str] | None:
    is_begun = Word(text).is_begun
    if not is_begun and " " not in text:
        return None
    # Whoever looks for an, or for 114, does not mean every plan, nor 25114.
    begin = "" if not is_begun else r"(?<![0-9])(?<![0-9][.,])" if text[0].isdigit() else "(?<![a-z])"
    return re.compile(begin + r"\s+".join(map(re.escape, text.split(" "))))


# ---------------------------------------------------------------------------------------------- parsing


@dataclass(frozen=True, slots=True)
class _Sign:
    """Something of the query that is no word."""

    kind: str
    """One of ``( ) or and not``."""


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())
        self._next = 0

    def parse(self) -> Node | None:
        node = self._either(0)
        while self._next < len(self._tokens):  # Behind a bracket that nobody opened.
            self._next += 1
            more = self._either(0)
            node = node if more is None else more if node is None else And((node, more))
        return node

    def _refuse(self, reason: str) -> QueryInvalid:
        return QueryInvalid(self._text[:80], reason)

    def _either(self, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise self._refuse("too-deep")
        parts: list[Node] = []
        while True:
            part = self._all(depth)
            if part is not None:
                parts.append(part)
            if not self._takes("or"):
                return (parts[0] if len(parts) == 1 else Or(tuple(parts))) if parts else None

    def _all(self, depth: int) -> Node | None:
        parts: list[Node] = []
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            if isinstance(token, _Sign) and token.kind in ("or", ")"):
                break
            if self._takes("and"):
                continue
            part = self._one(depth)
            if part is not None:
                parts.append(part)
        return (parts[0] if len(parts) == 1 else And(tuple(parts))) if parts else None

    def _one(self, depth: int) -> Node | None:
        is_wanted = True
        while self._takes("not") or self._takes("and"):
            is_wanted = is_wanted != (self._tokens[self._next - 1] == _Sign("not"))
        part: Node | None = None
        if self._takes("("):
            part = self._either(depth + 1)
            self._takes(")")
        elif self._next < len(self._tokens) and not isinstance(token := self._tokens[self._next], _Sign):
            self._next += 1
            part = token
        return part if is_wanted or part is None else Not(part)

    def _takes(self, kind: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next] == _Sign(kind):
            self._next += 1
            return True
        return False

    def _split(self) -> Iterator[Node | _Sign]:
        text = _GAPS.sub(" ", self._text)
        at = depth = words = 0
        while at < len(text):
            letter = text[at]
            if letter == " ":
                at += 1
            elif letter in _EITHER:
                at += 1
                yield _Sign("or")
            elif letter in _OPENING:
                at += 1
                depth += 1
                yield _Sign("(")
            elif letter in _CLOSING and depth:
                at += 1
                depth -= 1
                yield _Sign(")")
            elif letter in _MINUS and text[at + 1 : at + 2] not in ("", " ", *_MINUS):
                at += 1
                yield _Sign("not")
            else:
                token, at = self._word(text, at, depth)
                if token is None:
                    continue
                if not isinstance(token, _Sign):
                    words += 1
                    if words > MAX_WORDS:
                        raise self._refuse("too-many-words")
                yield token

    def _word(self, text: str, at: int, depth: int) -> tuple[Node | _Sign | None, int]:
        if text[at] in _QUOTES:
            phrase, at = _phrase(text, at)
            return _as_word(phrase), at
        named = _FILTER.match(text, at)
        if named is not None and named.end() < len(text) and text[named.end()] != " ":
            if text[named.end()] in _QUOTES:
                value, at = _phrase(text, named.end())
            else:
                at = _end_of_word(text, named.end(), depth)
                value = text[named.end() : at]
            if value.strip():
                return self._filter(named[1].lower(), value.strip()), at
        start, at = at, _end_of_word(text, at, depth)
        word = text[start:at]
        for kind, signs in (("or", _OR), ("and", _AND), ("not", _NOT)):
            if word in signs:
                return _Sign(kind), at
        return _as_word(word), at

    def _filter(self, name: str, value: str) -> Node:
        if name in ("地点", "place"):
            return PlaceIs(value)
        if name in ("类型", "kind"):
            return KindIs(fold(value))
        span = day_span(fold(value))
        if span is None:
            raise self._refuse("bad-date")
        return span


def _phrase(text: str, at: int) -> tuple[str, int]:
    """Return the phrase that a quotation mark begins, and where the query goes on."""
    ends = [end for mark in _QUOTES[text[at]] if (end := text.find(mark, at + 1)) >= 0]
    if not ends:
        return text[at + 1 :], len(text)
    return text[at + 1 : min(ends)], min(ends) + 1


def _end_of_word(text: str, at: int, depth: int) -> int:
    """Return where a word ends; brackets that it opens itself belong to it."""
    own = 0
    while at < len(text) and text[at] != " " and text[at] not in _EITHER:
        if text[at] in _OPENING:
            own += 1
        elif text[at] in _CLOSING:
            if not own and depth:
                break
            own -= own > 0
        at += 1
    return at


def _as_word(text: str) -> Word | None:
    folded = fold(text.strip()).strip()
    return Word(folded) if folded else None
