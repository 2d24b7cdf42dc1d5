"""Sentences of a document that say what shall be reached, and by when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jjjmap.text.comparison.wording import plain

_HORIZON = re.compile(
    r"(?<![\d年月日截提发增降达—-])(?<!截止|提升|提高|增长|增加|上升|下降|发展|扩大)"
    r"(?:到|至|力争|确保|争取|预计)(?:到|至|在)?(?P<year>20\d\d)年(?:底|末)?(?!的|以来|已|已经)|"
    r"(?<!自)“?(?P<plan>十[四五六七]五)”?(?:期?末|时期末)"
)
_INTENT = re.compile(
    r"力争|争取(?=在|到|用|实现|达)|主要目标|发展目标|目标是|预期目标|预计到|确保(?=到|在|实现|达)|"
    r"将(?:达到|达|实现|建成|形成|超过|突破)"
)
_LEADING_IN = re.compile(r"目标(?:是|为|包括|如下|任务)?$")
_LONGEST_SENTENCE = 4000
_LEAST_CLAUSE = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that says what shall be reached."""

    start: int
    end: int
    marked_at: int
    """Where the words stand that make it a target."""
    horizon: str
    clauses: tuple[tuple[int, int, str], ...]
    """Start, end, and the words without spaces, marks and the date."""

    @property
    def words(self) -> str:
        """What all clauses say, parted by NUL."""
        return "\0".join(words for _start, _end, words in self.clauses)


_CLAUSE = re.compile(r"[^，,：:；;。！？!?]+")
_STATEMENT_END = re.compile(r"[。！？!?；;]|\n[ \t\u3000]*\n")


def find_statements(text: str, year: str) -> Iterator[Statement]:
    """Yield the sentences with a target, with what they say clause by clause.

    Parameters
    ----------
    text
        Of a document.
    year
        Of the document, since what shall be reached by an earlier year is no target any more; may be empty.
    """
    start = 0
    for stop in (*(match.end() for match in _STATEMENT_END.finditer(text)), len(text)):
        sentence = text[start:stop]
        # Who asks what the targets are names none.
        target = None if sentence.endswith(("?", "？")) else _target_of(sentence, year)
        if target is not None:
            marked_at, horizon = target
            clauses = []
            for clause in _CLAUSE.finditer(sentence):
                words = "" if clause.end() <= marked_at else _said(plain(clause.group()))
                if len(words) >= _LEAST_CLAUSE:
                    first = start + clause.end() - len(clause.group().lstrip())
                    clauses.append((first, start + clause.start() + len(clause.group().rstrip()), words))
            if clauses:
                first = start + len(sentence) - len(sentence.lstrip())
                last = start + len(sentence.rstrip())
                yield Statement(first, last, start + marked_at, horizon, tuple(clauses))
        start = stop


def _said(words: str) -> str:
    """Return a clause without the date and 力争; nothing of one that only leads in: 主要目标是."""
    if _LEADING_IN.search(words):
        return ""
    return _INTENT.sub("", _HORIZON.sub("", words)).strip("“”年底末，")


def _target_of(sentence: str, year: str) -> tuple[int, str] | None:
    """Return where a sentence says that something shall be reached, and by when; None if it does not.

    The year is empty where none is named.
    """
    if len(sentence) > _LONGEST_SENTENCE:
        return None
    kept = [at for at, letter in enumerate(sentence) if not letter.isspace()]
    plain = "".join(sentence[at] for at in kept)
    intent = _INTENT.search(plain)
    for found in _HORIZON.finditer(plain):
        horizon = found.group("year") or found.group("plan")
        if found.group("year") is None or not year or found.group("year") >= year:
            first = min(found.start(), intent.start()) if intent is not None else found.start()
            return kept[first], horizon
    return (kept[intent.start()], "") if intent is not None else None
