"""Compares what was found in a text with what a person marked in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from unicodedata import normalize

from jjjmap.text.documents.cleaning import apply_steps, find_steps
from jjjmap.text.names.mentions import MentionFinder
from jjjmap.text.numbers.figures import find_figures
from jjjmap.text.records import DocumentFormat, Mention, RawText, SubjectKind, TextFigure

from .labelled import LabelledFigure, LabelledMention, LabelledPassage, Undecided

_SHARE_DIGITS = Decimal("0.00005")
"""三分之二 may be 0.6667 or carry more digits."""


@dataclass(slots=True)
class Score:
    """How many were found, and what went wrong."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def expected(self) -> int:
        """How many had to be found."""
        return self.right + len(self.missed)

    @property
    def found(self) -> int:
        """How many were found, those that the labels leave open aside."""
        return self.right + len(self.false)

    @property
    def precision(self) -> float:
        """Share of right ones in what was found; 1 if nothing was."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what had to be found that was; 1 if there was nothing."""
        return self.right / self.expected if self.expected else 1.0

    def add(self, other: "Score") -> None:
        """Take in the score of another passage."""
        self.right += other.right
        self.missed += other.missed
        self.false += other.false


@dataclass(frozen=True, slots=True)
class PassageScore:
    """The scores of one passage or of a set of them."""

    places: Score = field(default_factory=Score)
    chains: Score = field(default_factory=Score)
    leads: Score = field(default_factory=Score)
    """Of the places that were found: whether they were told apart as leads."""
    figures: Score = field(default_factory=Score)

    def add(self, other: "PassageScore") -> None:
        """Take in the scores of another passage."""
        self.places.add(other.places)
        self.chains.add(other.chains)
        self.leads.add(other.leads)
        self.figures.add(other.figures)


def read_passage(
    passage: LabelledPassage, finder: MentionFinder
) -> tuple[tuple[Mention, ...], tuple[TextFigure, ...]]:
    """Return what is found in a passage; offsets count in `passage.text`, also where it is cleaned first."""
    if not passage.is_cleaned_first:
        mentions = finder.find(passage.text)
        return mentions, find_figures(passage.text, mentions)
    steps = find_steps(RawText(passage.text, DocumentFormat.TXT))
    clean = apply_steps(passage.text, steps)
    mentions = finder.find(clean.text)
    figures = find_figures(clean.text, mentions)
    source = clean.offsets.to_source
    return (
        tuple(
            replace(each, start=start, end=end)
            for each in mentions
            for start, end in [source(each.start, each.end)]
        ),
        tuple(
            replace(each, start=start, end=end)
            for each in figures
            for start, end in [source(each.start, each.end)]
        ),
    )


def score_all(passages: Sequence[LabelledPassage], finder: MentionFinder) -> PassageScore:
    """Read passages and add up their scores."""
    score = PassageScore()
    for passage in passages:
        score.add(score_passage(passage, *read_passage(passage, finder)))
    return score


def score_passage(
    passage: LabelledPassage, mentions: Sequence[Mention], figures: Sequence[TextFigure]
) -> PassageScore:
    """Compare what was found in a passage with its labels.

    A mention is right if it names the same subject and overlaps the marked stretch; a figure, if value, unit
    and qualifier are right and it overlaps. Each label counts once. Offsets count in `passage.text`.
    """
    score = PassageScore()
    if passage.body:
        first, last = passage.body
        mentions = [mention for mention in mentions if first <= mention.start < last]
        figures = [figure for figure in figures if first <= figure.start < last]
    _score_mentions(
        passage,
        [mention for mention in passage.mentions if mention.kind is not SubjectKind.CHAIN],
        [mention for mention in mentions if mention.kind is not SubjectKind.CHAIN],
        score.places,
        score.leads,
    )
    _score_mentions(
        passage,
        [mention for mention in passage.mentions if mention.kind is SubjectKind.CHAIN],
        [mention for mention in mentions if mention.kind is SubjectKind.CHAIN],
        score.chains,
        None,
    )
    _score_figures(passage, figures, score.figures)
    return score


def _score_mentions(
    passage: LabelledPassage,
    expected: Sequence[LabelledMention],
    found: Sequence[Mention],
    score: Score,
    leads: Score | None,
) -> None:
    left = list(found)
    for label in expected:
        # Of several that fit, the one with the same bounds: 张（家口） stands inside a longer stretch.
        fits = [each for each in left if each.subject_id == label.subject_id and _overlap(each, label)]
        if not fits:
            score.missed.append(f"{passage.name}: {_in_context(passage.text, label)} → {label.subject_id}")
            continue
        best = min(fits, key=lambda each: abs(each.start - label.start) + abs(each.end - label.end))
        left.remove(best)
        score.right += 1
        if leads is not None and best.is_lead == label.is_lead:
            leads.right += 1
        elif leads is not None:
            leads.missed.append(f"{passage.name}: {_in_context(passage.text, label)} lead={label.is_lead}")
    for mention in left:
        if not any(_is_inside(mention, stretch) for stretch in passage.open_mentions):
            context = _in_context(passage.text, mention)
            score.false.append(f"{passage.name}: {context} → {mention.subject_id} ({mention.rule})")


def _score_figures(passage: LabelledPassage, found: Sequence[TextFigure], score: Score) -> None:
    left = list(found)
    for label in passage.figures:
        right = next((each for each in left if _overlap(each, label) and _is_same(each, label)), None)
        if right is None:
            said = "; ".join(
                f"{each.qualifier} {each.value} {each.unit}" for each in left if _overlap(each, label)
            )
            context = _in_context(passage.text, label)
            score.missed.append(f"{passage.name}: {label} in {context} — found: {said}")
            continue
        left.remove(right)
        score.right += 1
    for figure in left:
        if not any(_overlap(figure, stretch) for stretch in passage.open_figures):
            context = _in_context(passage.text, figure)
            score.false.append(
                f"{passage.name}: {context} → {figure.qualifier} {figure.value} {figure.unit}".rstrip()
            )


def _is_same(figure: TextFigure, label: LabelledFigure) -> bool:
    unit = normalize("NFKC", figure.unit)
    # Only a bare share is rounded by the labels.
    slack = _SHARE_DIGITS if label.units == ("",) else Decimal(0)
    return (
        abs(figure.value - label.value) <= slack
        and figure.qualifier is label.qualifier
        and unit in (normalize("NFKC", each) for each in label.units)
    )


def _overlap(one: Mention | TextFigure, other: LabelledMention | LabelledFigure | Undecided) -> bool:
    return one.start < other.end and other.start < one.end


def _is_inside(one: Mention, stretch: Undecided) -> bool:
    return stretch.start <= one.start and one.end <= stretch.end


def _in_context(text: str, one: Mention | TextFigure | LabelledMention | LabelledFigure) -> str:
    before, after = text[max(one.start - 8, 0) : one.start], text[one.end : one.end + 8]
    return f"{before}【{text[one.start : one.end]}】{after}".replace("\n", "⏎")
