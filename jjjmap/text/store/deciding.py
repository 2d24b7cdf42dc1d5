"""Noting what the user says about mentions and figures."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.records import FigureRole, FigureStatus, Mention, MentionStatus, TextFigure
from jjjmap.text.store.decisions import (
    BY_USER,
    FIGURE,
    MENTION,
    Decision,
    about_figure,
    about_mention,
    found_before,
    lesson_of,
)
from jjjmap.text.store.entries import text_of
from jjjmap.text.store.indexing import index_again
from jjjmap.text.store.library_records import FigureDecision
from jjjmap.text.store.library_rows import (
    FIGURE_COLUMNS,
    MENTION_COLUMNS,
    figure_from_json,
    figure_from_row,
    mention_from_row,
    storable,
)
from jjjmap.text.store.looking_up import decisions_where, key_of, read_as_indexed
from jjjmap.text.store.quotations import text_between
from jjjmap.text.store.writing import (
    DETAIL_LENGTH,
    count_again,
    write_decision,
    write_figures,
    write_mentions,
)

if TYPE_CHECKING:
    from jjjmap.text.names.lessons import Lesson

_FIGURE_FIELDS: dict[str, type] = {
    "value": Decimal,
    "qualifier": Qualifier,
    "unit": str,
    "indicator": str,
    "indicator_id": str,
    "period": str,
    "scope_id": str,
    "role": FigureRole,
    "comparison": str,
}
"""What the user may correct in a figure."""

_SAME_MENTION = "document = ? AND start = ? AND end = ? AND subject_id = ?"

_PLACED = ("start", "end", "text", "sentence_start", "sentence_end", "raw_start", "raw_end")
"""Fields of a figure that say where it stands."""


def decide_mention(
    connection: sqlite3.Connection,
    document_id: str,
    mention: Mention,
    status: MentionStatus,
    subject_id: str = "",
) -> Mention:
    """Note what the user says about a mention, and return the mention as it is now."""
    if status is MentionStatus.CORRECTED and not subject_id:
        raise ValueError("a correction needs a subject")
    key = key_of(connection, document_id)
    if status is MentionStatus.CORRECTED and subject_id != mention.subject_id:
        same = (key, mention.start, mention.end, subject_id)
        if connection.execute(f"SELECT 1 FROM mentions WHERE {_SAME_MENTION}", same).fetchone():
            status = MentionStatus.REJECTED  # The words are marked for that subject already: once is enough.
    there = text_between(connection, key, mention.start, mention.end)
    if not mention.text or there != mention.text:
        raise ValueError(f"not at {mention.start}: {mention.text!r}")
    counted_before = _counted_at(connection, key, mention)
    before = _decision_on_mention(connection, key, mention)
    row = connection.execute(
        f"SELECT {MENTION_COLUMNS}, rowid FROM mentions WHERE {_SAME_MENTION}",
        (key, mention.start, mention.end, mention.subject_id),
    ).fetchone()
    if before is not None:
        found = found_before(before, mention)
    elif row is not None:
        found = mention_from_row(row)
    else:
        found = replace(mention, rule=BY_USER)
    decided = replace(found, status=status)
    if status is MentionStatus.CORRECTED:
        decided = replace(decided, subject_id=subject_id, kind=mention.kind)
    if before is not None:
        connection.execute("DELETE FROM decisions WHERE key = ?", (before.key,))
    text = text_of(connection, key)
    if status is not MentionStatus.FOUND:
        write_decision(connection, key, about_mention(text, found, decided))
    is_gone = status is MentionStatus.FOUND and found.rule == BY_USER
    if row is None and not is_gone:
        write_mentions(connection, key, text, (decided,))
    elif row is not None and is_gone:
        connection.execute("DELETE FROM mentions WHERE rowid = ?", row[-1:])
    elif row is not None:
        connection.execute(
            "UPDATE mentions SET subject_id = ?, kind = ?, status = ?, rule = ? WHERE rowid = ?",
            (decided.subject_id, decided.kind.value, decided.status.value, decided.rule, row[-1]),
        )
    count_again(connection, key)
    # A long text takes a moment to index, and most decisions only confirm what was found.
    if _counted_at(connection, key, mention) != counted_before:
        index_again(connection, read_as_indexed(connection, key))
    return decided


def decide_figures(
    connection: sqlite3.Connection, document_id: str, decisions: Sequence[FigureDecision]
) -> tuple[TextFigure | None, ...]:
    """Note what the user says about figures; return them as they are now, None for one that is not there."""
    checked = [_checked_changes(decision.changes) for decision in decisions]
    key = key_of(connection, document_id)
    # Read once: that of a long text takes longer than all the rest.
    text = text_of(connection, key)
    decided = tuple(
        _decide_figure(connection, key, text, decision.figure, decision.status, changes)
        for decision, changes in zip(decisions, checked, strict=True)
    )
    count_again(connection, key)
    return decided


def _decide_figure(
    connection: sqlite3.Connection,
    key: int,
    text: str,
    figure: TextFigure,
    status: FigureStatus,
    changes: dict[str, Any],
) -> TextFigure | None:
    place = (key, figure.start, figure.end)
    row = connection.execute(
        f"SELECT {FIGURE_COLUMNS} FROM figures WHERE document = ? AND start = ? AND end = ?", place
    ).fetchone()
    if row is None:
        return None
    now = figure_from_row(row)
    before = _decision_on_figure(connection, key, figure)
    found = now
    if before is not None:
        found = figure_from_json(before.body["found"])
        places = {name: getattr(now, name) for name in _PLACED}
        found = replace(found, **places, status=FigureStatus.FOUND)
        connection.execute("DELETE FROM decisions WHERE key = ?", (before.key,))
    if status is FigureStatus.FOUND:
        decided = found
    else:
        is_corrected = status is FigureStatus.ACCEPTED and bool(changes)
        decided = replace(now, **changes, status=FigureStatus.CORRECTED if is_corrected else status)
        write_decision(connection, key, about_figure(text, found, decided))
    connection.execute("DELETE FROM figures WHERE document = ? AND start = ? AND end = ?", place)
    write_figures(connection, key, (decided,))
    return decided


def forget_lesson(connection: sqlite3.Connection, lesson: "Lesson") -> None:
    """Let later documents no longer learn from a correction; the correction itself stays."""
    for decision in decisions_where(connection, "about = ? AND teaches", (MENTION,)):
        if lesson_of(decision) == lesson:
            connection.execute("UPDATE decisions SET teaches = 0 WHERE key = ?", (decision.key,))


def learn_again(connection: sqlite3.Connection, lesson: "Lesson") -> None:
    """Let later documents learn from a correction again that was to be forgotten."""
    for decision in decisions_where(connection, "about = ? AND NOT teaches", (MENTION,)):
        if lesson_of(decision) == lesson:
            connection.execute("UPDATE decisions SET teaches = 1 WHERE key = ?", (decision.key,))


def figures_at(
    connection: sqlite3.Connection, document_id: str, figures: Sequence[TextFigure]
) -> tuple[TextFigure | None, ...]:
    """Return figures as they are now where some were; None where there is none any more."""
    key = key_of(connection, document_id)
    rows = [
        connection.execute(
            f"SELECT {FIGURE_COLUMNS} FROM figures WHERE document = ? AND start = ? AND end = ?",
            (key, figure.start, figure.end),
        ).fetchone()
        for figure in figures
    ]
    return tuple(figure_from_row(row) if row is not None else None for row in rows)


def forget_lost(connection: sqlite3.Connection, key: int) -> None:
    """Drop a decision that was lost, for good."""
    connection.execute("DELETE FROM decisions WHERE key = ? AND is_lost", (key,))


def _counted_at(connection: sqlite3.Connection, key: int, mention: Mention) -> list[tuple[str, str]]:
    """Return what the index knows of a place in a text: the subjects that count there."""
    return connection.execute(
        "SELECT kind, subject_id FROM mentions WHERE document = ? AND start = ? AND end = ?"
        " AND NOT is_lead AND status <> 'rejected' ORDER BY kind, subject_id",
        (key, mention.start, mention.end),
    ).fetchall()


def _decision_on_mention(connection: sqlite3.Connection, key: int, mention: Mention) -> Decision | None:
    decisions = decisions_where(
        connection,
        "document = ? AND about = ? AND start = ? AND end = ?",
        (key, MENTION, mention.start, mention.end),
    )
    return next((each for each in decisions if each.body["subject"] == mention.subject_id), None)


def _decision_on_figure(connection: sqlite3.Connection, key: int, figure: TextFigure) -> Decision | None:
    decisions = decisions_where(
        connection,
        "document = ? AND about = ? AND start = ? AND end = ?",
        (key, FIGURE, figure.start, figure.end),
    )
    return decisions[0] if decisions else None


def _checked_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in changes.items():
        kind = _FIGURE_FIELDS.get(name)
        if kind is None:
            raise ValueError(f"no such field of a figure: {name}")
        if kind is str:
            values[name] = storable(str(value))[:DETAIL_LENGTH]
            continue
        try:
            values[name] = kind(value)
        except ArithmeticError as error:
            raise ValueError(f"no number: {value}") from error
    if "value" in values and not values["value"].is_finite():
        raise ValueError(f"no number: {values['value']}")
    return values
