"""What became of targets between two documents, clause by clause."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from jjjmap.text.comparison.comparison_records import ChangeKind, Matter, Side, Tally
from jjjmap.text.comparison.sides import Reading
from jjjmap.text.comparison.statements import Statement
from jjjmap.text.comparison.wording import ALIKE, likeness, masked, matched, pairs_alike, plain

_SAME_STATEMENT = 0.25


def compare_targets(before: Reading, after: Reading, tally: Tally) -> None:
    """Compare targets clause by clause where two sentences are the same one, else as whole sentences."""
    old, new = _without_twins(before.statements), _without_twins(after.statements)
    firsts = [f"{statement.horizon}\0{statement.words}" for statement in old]
    seconds = [f"{statement.horizon}\0{statement.words}" for statement in new]
    pairs = pairs_alike(firsts, seconds, _SAME_STATEMENT, _clauses_shared)
    partners = dict(matched(pairs, firsts, seconds))
    known, others = (
        {clause[2] for each in statements for clause in each.clauses} for statements in (old, new)
    )
    for i, statement in enumerate(old):
        if i in partners:
            _compare_clauses(before, after, statement, new[partners[i]], known, others, tally)
        elif any(words not in others for _start, _end, words in statement.clauses):
            tally.add(ChangeKind.VANISHED, Matter.TARGET, _whole(before, statement), None)
    for j, statement in enumerate(new):
        if j not in partners.values() and any(words not in known for _s, _e, words in statement.clauses):
            tally.add(ChangeKind.APPEARED, Matter.TARGET, None, _whole(after, statement))


def _without_twins(statements: Sequence[Statement]) -> list[Statement]:
    return list(
        {(statement.horizon, statement.words): statement for statement in reversed(statements)}.values()
    )[::-1]


def _clauses_shared(first: str, second: str) -> float:
    """Return how much of the shorter statement stands in the other, word for word or nearly."""
    (horizon, *clauses), (other_horizon, *others) = first.split("\0"), second.split("\0")
    if horizon and other_horizon and horizon != other_horizon:
        return 0.0
    same = len(set(clauses) & set(others))
    if same >= _SAME_STATEMENT * min(len(set(clauses)), len(set(others))):
        return float(same)  # The more the better, so that a heading takes no paragraph's place.
    return likeness("".join(clauses)[:200], "".join(others)[:200])


def _compare_clauses(
    before: Reading,
    after: Reading,
    old: Statement,
    new: Statement,
    known: AbstractSet[str],
    others: AbstractSet[str],
    tally: Tally,
) -> None:
    """Compare what two statements say, `known` and `others` being all that targets of the documents say."""
    tally.unchanged[Matter.TARGET] += len({clause[2] for clause in old.clauses} & others)
    gone = [clause for clause in old.clauses if clause[2] not in others]
    come = [clause for clause in new.clauses if clause[2] not in known]
    firsts, seconds = [clause[2] for clause in gone], [clause[2] for clause in come]
    partners = dict(matched(pairs_alike(firsts, seconds, ALIKE), firsts, seconds))

    def side(reading: Reading, statement: Statement, clause: tuple[int, int, str]) -> Side:
        return Side(clause[2], (reading.quotation(*clause[:2]),), 1, horizon=statement.horizon)

    for i, clause in enumerate(gone):
        if i not in partners:
            tally.add(ChangeKind.VANISHED, Matter.TARGET, side(before, old, clause), None)
            continue
        other = come[partners[i]]
        if masked(clause[2]) == masked(other[2]):
            continue  # Only a figure differs, and figures are told by themselves.
        tally.add(ChangeKind.RENAMED, Matter.TARGET, side(before, old, clause), side(after, new, other))
    for j, clause in enumerate(come):
        if j not in partners.values():
            tally.add(ChangeKind.APPEARED, Matter.TARGET, None, side(after, new, clause))


def _whole(reading: Reading, statement: Statement) -> Side:
    name = plain(reading.document.text[statement.start : statement.end])
    quotation = reading.quotation(statement.start, statement.end)
    return Side(name, (quotation,), 1, horizon=statement.horizon)
