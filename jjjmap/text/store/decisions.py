"""What the user said about mentions, figures and cleaning steps, and how it holds on to a changing text."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jjjmap.text.records import (
    CleaningStep,
    Document,
    FigureStatus,
    Mention,
    MentionStatus,
    RawText,
    SubjectKind,
    TextFigure,
)
from jjjmap.text.store.anchoring import Anchor, AnchorText, anchor_in
from jjjmap.text.store.library_records import LostDecision
from jjjmap.text.store.library_rows import figure_from_json, figure_to_json

if TYPE_CHECKING:
    from jjjmap.text.names.lessons import Lesson

MENTION, FIGURE, STEP = "mention", "figure", "step"

BY_USER = "user"
"""`Mention.rule` of one that the rules did not find."""

_STEP_QUOTES = 20
_STEP_QUOTE_LENGTH = 80

RawPlaces = Callable[[int, int], tuple[int, int]]
"""Turns a stretch of the cleaned text into one of the raw text."""
Places = dict[tuple[int, int], list[int]]
"""Row numbers by start and end."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that the user said, tied to words."""

    about: str
    anchor: Anchor
    body: dict[str, Any]
    """Of a mention: ``found`` and ``subject`` (ids), ``kind``, ``status``, and how it was found,
    ``found_kind`` and ``rule``; of a figure: ``found`` and ``figure``; of a step: ``id``, ``kind``,
    ``quotes``.
    """
    key: int = 0
    """In the library; 0 if it is not there yet."""
    teaches: bool = True
    is_lost: bool = False

    def lost(self, document_id: str) -> LostDecision:
        """Return what is told about it when it is lost."""
        if self.about == FIGURE:
            status = figure_from_json(self.body["figure"]).status.value
            return LostDecision(self.key, document_id, self.about, self.anchor.exact, status)
        return LostDecision(
            self.key,
            document_id,
            self.about,
            self.anchor.exact,
            self.body.get("status", ""),
            self.body.get("subject", ""),
        )


@dataclass(frozen=True, slots=True)
class Applied:
    """A document with all decisions that could be tied to its words."""

    document: Document
    decisions: tuple[Decision, ...]
    """All that were given, at their new places, with `is_lost` set anew."""


# ----------------------------------------------------------------------------------- making decisions


def about_mention(text: str, found: Mention, decided: Mention) -> Decision:
    """Return the decision that a mention is as `decided` says; `text` is what the document says."""
    return Decision(
        MENTION,
        anchor_in(text, found.start, found.end),
        {
            "found": found.subject_id,
            "found_kind": found.kind.value,
            "rule": found.rule,
            "subject": decided.subject_id,
            "kind": decided.kind.value,
            "status": decided.status.value,
        },
    )


def found_before(decision: Decision, mention: Mention) -> Mention:
    """Return a mention as it was before the user spoke of it."""
    body = decision.body
    return replace(
        mention,
        subject_id=body["found"],
        kind=SubjectKind(body["found_kind"]),
        rule=body["rule"],
        status=MentionStatus.FOUND,
    )


def about_figure(text: str, found: TextFigure, decided: TextFigure) -> Decision:
    """Return the decision that a figure is as `decided` says; `text` is what the document says."""
    return Decision(
        FIGURE,
        anchor_in(text, found.start, found.end),
        {"found": figure_to_json(found), "figure": figure_to_json(decided)},
    )


def about_step(raw: RawText, step: CleaningStep) -> Decision:
    """Return the decision that a cleaning step is not wanted."""
    quotes = [raw.text[edit.start : edit.end][:_STEP_QUOTE_LENGTH] for edit in step.edits[:_STEP_QUOTES]]
    first = step.edits[0] if step.edits else None
    return Decision(
        STEP,
        Anchor(first.start if first else 0, first.end if first else 0, quotes[0] if quotes else "", "", ""),
        {"id": step.id, "kind": step.kind.value, "quotes": quotes},
    )


def lesson_of(decision: Decision) -> "Lesson":
    """Return what later documents learn from a decision on a mention."""
    from jjjmap.text.names.lessons import Lesson

    anchor, body = decision.anchor, decision.body
    is_rejection = body["status"] == MentionStatus.REJECTED
    return Lesson.taught(
        anchor.prefix + anchor.exact + anchor.suffix,
        len(anchor.prefix),
        len(anchor.prefix) + len(anchor.exact),
        "" if is_rejection else body["subject"],
        SubjectKind(body["kind"]),
    )


def body_to_text(body: dict[str, Any]) -> str:
    """Return a decision's body as the library keeps it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


# --------------------------------------------------------------------------------- applying decisions


def unwanted_steps(
    raw: RawText, steps: Sequence[CleaningStep], decisions: Sequence[Decision]
) -> tuple[frozenset[str], tuple[Decision, ...]]:
    """Find the steps that the user has switched off among those of a text that may have changed.

    Returns
    -------
    frozenset
        Ids of the steps.
    tuple of Decision
        Those about steps, with `is_lost` set anew.
    """
    by_id = {step.id: step for step in steps}
    unwanted: set[str] = set()
    told: list[Decision] = []
    for decision in decisions:
        if decision.about != STEP:
            continue
        same = by_id.get(decision.body["id"])
        step = same if same is not None and _likeness(raw, same, decision) else None
        if step is None:
            likely = [(_likeness(raw, each, decision), each) for each in steps if each.id not in unwanted]
            step = max(likely, key=lambda pair: pair[0])[1] if any(share for share, _step in likely) else None
        if step is None:
            told.append(replace(decision, is_lost=True))
            continue
        unwanted.add(step.id)
        told.append(replace(about_step(raw, step), key=decision.key, teaches=decision.teaches))
    return frozenset(unwanted), tuple(told)


def _likeness(raw: RawText, step: CleaningStep, decision: Decision) -> float:
    """Return how much of what the unwanted step took out is taken out by this one; 0 if less than half."""
    if step.kind.value != decision.body["kind"]:
        return 0.0
    quotes = set(decision.body["quotes"])
    if not quotes:
        return float(step.id == decision.body["id"])
    mine = {raw.text[edit.start : edit.end][:_STEP_QUOTE_LENGTH] for edit in step.edits}
    share = len(quotes & mine) / len(quotes)
    return share if share >= 0.5 else 0.0


def apply_decisions(document: Document, decisions: Sequence[Decision], raw_places: RawPlaces) -> Applied:
    """Tie decisions to the words of a document that was read again.

    Parameters
    ----------
    document
        As the rules read it.
    decisions
        Those about steps are passed through: `unwanted_steps` comes before a document is read.
    raw_places
        Asked only for mentions and figures that the rules no longer find.
    """
    if not decisions:
        return Applied(document, ())
    text = AnchorText(document.text)
    mentions = list(document.mentions)
    figures = list(document.figures)
    mentions_at = _by_place(mentions)
    figures_at = _by_place(figures)
    told: list[Decision] = []
    for decision in decisions:
        if decision.about == STEP:
            told.append(decision)
            continue
        place = text.find(decision.anchor)
        if place is None:
            told.append(replace(decision, is_lost=True))
            continue
        if decision.about == MENTION:
            _apply_to_mentions(mentions, mentions_at, document.text, place, decision.body, raw_places)
            body = decision.body
        else:
            figure = _apply_to_figures(figures, figures_at, document, place, decision.body, raw_places)
            body = {**decision.body, "figure": figure_to_json(figure)}
        told.append(replace(decision, anchor=text.anchor(*place), body=body, is_lost=False))
    mentions.sort(key=lambda each: (each.start, -each.end, each.subject_id))
    figures.sort(key=lambda each: (each.start, each.end))
    changed = replace(document, mentions=tuple(mentions), figures=tuple(figures))
    return Applied(changed, tuple(told))


def _by_place(stretches: Sequence[Mention | TextFigure]) -> Places:
    places: Places = {}
    for index, stretch in enumerate(stretches):
        places.setdefault((stretch.start, stretch.end), []).append(index)
    return places


def _apply_to_mentions(
    mentions: list[Mention],
    places: Places,
    text: str,
    place: tuple[int, int],
    body: dict[str, Any],
    raw_places: RawPlaces,
) -> None:
    status, subject_id = MentionStatus(body["status"]), body["subject"]
    kind = SubjectKind(body["kind"])
    here = places.get(place, [])
    same = [index for index in here if mentions[index].subject_id == body["found"]]
    if status is MentionStatus.REJECTED:
        # Where the rules now say something else, that was not rejected.
        for index in same:
            mentions[index] = replace(mentions[index], status=status)
        return
    already = [index for index in here if mentions[index].subject_id == subject_id]
    # A composite has several mentions at one place; the user spoke of one of them.
    chosen = already or same or (here if len(here) == 1 else [])
    if chosen:
        index = chosen[0]
        mentions[index] = replace(mentions[index], subject_id=subject_id, kind=kind, status=status)
        return
    raw_start, raw_end = raw_places(*place)
    places.setdefault(place, []).append(len(mentions))
    mentions.append(
        Mention(
            subject_id=subject_id,
            kind=kind,
            start=place[0],
            end=place[1],
            text=text[place[0] : place[1]],
            confidence=1.0,
            rule=BY_USER,
            raw_start=raw_start,
            raw_end=raw_end,
            status=status,
        )
    )


def _apply_to_figures(
    figures: list[TextFigure],
    places: Places,
    document: Document,
    place: tuple[int, int],
    body: dict[str, Any],
    raw_places: RawPlaces,
) -> TextFigure:
    """Put what was decided where the figure stands now; return it with its new offsets."""
    decided = figure_from_json(body["figure"])
    found = figure_from_json(body["found"])
    index = _figure_at(figures, places, place, found)
    if index is None:
        if decided.status is FigureStatus.REJECTED:
            return decided
        raw_start, raw_end = raw_places(*place)
        moved = replace(
            decided,
            start=place[0],
            end=place[1],
            text=document.text[place[0] : place[1]],
            # How far it stood from its sentence's ends is the best that is known without the rules.
            sentence_start=max(place[0] - (decided.start - decided.sentence_start), 0),
            sentence_end=min(place[1] + (decided.sentence_end - decided.end), len(document.text)),
            raw_start=raw_start,
            raw_end=raw_end,
        )
        places.setdefault(place, []).append(len(figures))
        figures.append(moved)
        return moved
    now = figures[index]
    if decided.status is FigureStatus.REJECTED:
        figures[index] = replace(now, status=decided.status)
    else:
        # What the user vouched for stays word by word, even if the rules have learnt to read it differently.
        figures[index] = replace(
            decided,
            start=now.start,
            end=now.end,
            text=now.text,
            sentence_start=now.sentence_start,
            sentence_end=now.sentence_end,
            raw_start=now.raw_start,
            raw_end=now.raw_end,
        )
    return figures[index]


def _figure_at(
    figures: Sequence[TextFigure], places: Places, place: tuple[int, int], found: TextFigure
) -> int | None:
    if place in places:
        return places[place][0]
    # Newer rules may take a qualifier in, or leave one out.
    near = [
        index
        for index, each in enumerate(figures)
        if each.start < place[1]
        and place[0] < each.end
        and (each.value, each.unit) == (found.value, found.unit)
    ]
    return near[0] if near else None
