"""What a user's corrections teach: words with a little of what stood around them, and what they mean."""

from collections.abc import Iterable
from dataclasses import dataclass

from jjjmap.text.normal_form import fold
from jjjmap.text.records import SubjectKind

CONTEXT = 6
"""Characters kept on either side."""

_NOISE = frozenset("、，。；：！？,.;:!?()\"'·-的了和与及 \n")


@dataclass(frozen=True, slots=True)
class Lesson:
    """That some words mean a subject, or nothing, where they stand between such others."""

    words: str
    before: str
    after: str
    """All three in normal form."""
    subject_id: str
    """Empty: these words are no mention here."""
    kind: SubjectKind = SubjectKind.PLACE

    @property
    def is_rejection(self) -> bool:
        """Whether it says that the words are no mention."""
        return not self.subject_id

    @classmethod
    def taught(
        cls, text: str, start: int, end: int, subject_id: str, kind: SubjectKind = SubjectKind.PLACE
    ) -> "Lesson":
        """Return what is learnt when a user says what ``text[start:end]`` means; an empty id rejects it."""
        reach = 3 * CONTEXT  # White space that folding takes out must not eat the context up.
        return cls(
            fold(text[start:end]),
            fold(text[max(0, start - reach) : start])[-CONTEXT:],
            fold(text[end : end + reach])[:CONTEXT],
            subject_id,
            kind,
        )

    def fit(self, before: str, after: str) -> int:
        """Return how many characters around the words are as they were when it was learnt.

        Only unbroken runs that touch the words count, and punctuation says nothing by itself.
        """
        return _shared(reversed(self.before), reversed(before)) + _shared(self.after, after)


def _shared(learnt: Iterable[str], found: Iterable[str]) -> int:
    said = 0
    for run, (one, other) in enumerate(zip(learnt, found, strict=False), start=1):
        if one != other:
            break
        if one not in _NOISE:
            said = run
    return said


class Lessons:
    """Lessons by their words; of several that fit, the most specific wins, then the latest."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        self._by_words: dict[str, list[Lesson]] = {}
        for lesson in lessons:
            self._by_words.setdefault(lesson.words, []).append(lesson)

    def __bool__(self) -> bool:
        """Whether anything was learnt."""
        return bool(self._by_words)

    def lesson_for(self, text: str, start: int, end: int, *, is_doubtful: bool) -> Lesson | None:
        """Return what was learnt about ``text[start:end]``, a text in normal form; None if nothing fits.

        A lesson needs something of its context to come again, unless the words are doubtful anyway.
        """
        known = self._by_words.get(text[start:end])
        if not known:
            return None
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        best: Lesson | None = None
        best_fit = -1 if is_doubtful else 0
        for lesson in reversed(known):
            fit = lesson.fit(before, after)
            if fit > best_fit:
                best, best_fit = lesson, fit
        return best
