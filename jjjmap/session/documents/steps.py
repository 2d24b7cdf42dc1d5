"""How decisions of the user on a document go back and forth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jjjmap.i18n import _
from jjjmap.session.history import Gone

if TYPE_CHECKING:
    from jjjmap.text.names.lessons import Lesson
    from jjjmap.text.records import FigureStatus, Mention, MentionStatus, TextFigure
    from jjjmap.text.store.library import Library
    from jjjmap.text.store.library_records import FigureDecision, RemovedDocument

CHANGEABLE = (
    "value",
    "qualifier",
    "unit",
    "indicator",
    "indicator_id",
    "period",
    "scope_id",
    "role",
    "comparison",
)
"""Fields of a figure that the user may correct."""

SHOWN_LETTERS = 20
"""So much of the words that a decision is about stands in its title."""


def take_back_mention(
    library: Library, document_id: str, before: Mention, decided: Mention, lessons: Sequence[Lesson]
) -> None:
    """Let a mention be as it was before it was decided; what was not learnt then is not learnt now."""
    from jjjmap.text.records import MentionStatus

    found = library.decide_mention(document_id, decided, MentionStatus.FOUND)
    if before.status is MentionStatus.FOUND:
        return
    corrected = before.subject_id if before.status is MentionStatus.CORRECTED else ""
    library.decide_mention(document_id, replace(found, kind=before.kind), before.status, corrected)
    for lesson in library.lessons():
        if lesson not in lessons:
            library.forget_lesson(lesson)


def take_back_figures(
    library: Library, document_id: str, before: Sequence[TextFigure]
) -> tuple[TextFigure | None, ...]:
    """Let figures be as they were: first what the rules read, then what the user had said.

    Returns what the rules read; None for a figure that is no longer there.
    """
    from jjjmap.text.records import FigureStatus
    from jjjmap.text.store.library_records import FigureDecision

    found = library.decide_figures(
        document_id, [FigureDecision(figure, FigureStatus.FOUND) for figure in before]
    )
    decisions: list[FigureDecision] = []
    for was, now in zip(before, found, strict=True):
        if now is None or was.status is FigureStatus.FOUND:
            continue
        changes = {
            name: getattr(was, name) for name in CHANGEABLE if getattr(was, name) != getattr(now, name)
        }
        if changes or was.status is not FigureStatus.REJECTED:
            decisions.append(FigureDecision(now, FigureStatus.ACCEPTED, changes))
        if was.status is FigureStatus.REJECTED:
            decisions.append(FigureDecision(now, FigureStatus.REJECTED))
    if decisions:
        library.decide_figures(document_id, decisions)
    return found


def mention_title(mention: Mention, status: MentionStatus) -> str:
    """Return what a decision on a mention is called."""
    from jjjmap.text.records import MentionStatus

    said = {
        MentionStatus.CONFIRMED: _("确认：{words}"),
        MentionStatus.CORRECTED: _("更正：{words}"),
        MentionStatus.REJECTED: _("否定：{words}"),
    }.get(status, _("恢复为未审：{words}"))
    return said.format(words=mention.text[:SHOWN_LETTERS])


def figures_title(decisions: Sequence[FigureDecision]) -> str:
    """Return what a decision on figures is called."""
    from jjjmap.text.records import FigureStatus

    status: FigureStatus = decisions[-1].status
    if len(decisions) == 1:
        said = {FigureStatus.REJECTED: _("否定：{words}"), FigureStatus.FOUND: _("恢复为未审：{words}")}
        words = decisions[0].figure.text[:SHOWN_LETTERS]
        return said.get(status, _("采纳：{words}")).format(words=words)
    return many_figures_title(len(decisions), status)


def many_figures_title(number: int, status: FigureStatus) -> str:
    """Return what a decision on several figures is called."""
    from jjjmap.text.records import FigureStatus

    several = {
        FigureStatus.REJECTED: _("否定 {n} 个数字"),
        FigureStatus.FOUND: _("{n} 个数字恢复为未审"),
    }
    return several.get(status, _("采纳 {n} 个数字")).format(n=number)


def document_gone() -> Gone:
    """Return what a step says whose document is not there any more."""
    return Gone(_("文档已不在文库里"))


def words_gone() -> Gone:
    """Return what a step says whose words do not stand in the document any more."""
    return Gone(_("原文里已找不到这几个字"))


def size_of(removed: Sequence[RemovedDocument]) -> int:
    """Return how many bytes hang on documents that were removed, about."""
    return sum(
        len(cell)
        for document in removed
        for rows in document.rows.values()
        for row in rows
        for cell in row
        if isinstance(cell, (bytes, str))
    )
