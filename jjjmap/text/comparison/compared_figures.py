"""What became of figures between two documents: the same, another value, gone or come."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from jjjmap.text.comparison.comparison_records import ChangeKind, Matter, Side, Tally
from jjjmap.text.comparison.sides import Named, Reading
from jjjmap.text.comparison.wording import MOST_CANDIDATES, likeness, masked, matched, pairs_alike, plain
from jjjmap.text.records import FigureStatus, TextFigure


@dataclass(slots=True)
class _Counted:
    """A figure, with all places where the document reports it."""

    figure: TextFigure
    matter: Matter
    horizon: str
    about: str
    """What is counted, in plain words or as the id of the catalogue's indicator."""
    around: str
    """The words around it in its sentence, the figure left out."""
    spans: list[tuple[int, int]]

    @property
    def reported(self) -> tuple[Hashable, ...]:
        """What makes two figures the same one."""
        figure = self.figure
        return self.matter, figure.value.normalize(), figure.unit, figure.qualifier, figure.role


_AROUND = 24
_NEARBY = 0.35
"""How much of the words around two figures must be shared for them to be about the same thing."""
_STRICT = 0.62


def _counted(reading: Reading) -> list[_Counted]:
    found: dict[tuple[Hashable, ...], _Counted] = {}
    for figure in sorted(reading.document.figures, key=lambda each: (each.start, each.end)):
        if figure.status is FigureStatus.REJECTED:
            continue
        target = reading.target_of(figure)
        matter = Matter.TARGET if target is not None else Matter.FIGURE
        about = figure.indicator_id or plain(figure.indicator)
        text = reading.document.text
        # The clause decides: what stands beyond the next mark is mostly about something else.
        left = plain(text[max(figure.sentence_start, figure.start - 2 * _AROUND) : figure.start])[-_AROUND:]
        right = plain(text[figure.end : min(figure.sentence_end, figure.end + _AROUND)])[: _AROUND // 2]
        counted = _Counted(
            figure,
            matter,
            target.horizon if target is not None else "",
            about,
            masked(f"{left}\n{right}"),
            [(figure.start, figure.end)],
        )
        key = (*counted.reported, about, figure.scope_id, figure.period)
        known = found.setdefault(key, counted)
        if known is not counted:
            known.spans.extend(counted.spans)
    return list(found.values())


def compare_figures(before: Reading, after: Reading, tally: Tally) -> None:
    """Tell which figures both report, which have another value, and which only one has."""
    old, new = _counted(before), _counted(after)

    def take(pairs: list[tuple[float, int, int]], told: bool) -> None:
        nonlocal old, new
        keys, others = (["\0".join((each.about, each.around)) for each in counted] for counted in (old, new))
        chosen = matched(pairs, keys, others)
        for i, j in chosen:
            if told:
                matter = old[i].matter if old[i].matter is new[j].matter else Matter.FIGURE
                tally.add(
                    ChangeKind.CHANGED, matter, _figure_side(before, old[i]), _figure_side(after, new[j])
                )
            else:
                tally.unchanged[old[i].matter] += 1
        firsts, seconds = {i for i, _j in chosen}, {j for _i, j in chosen}
        old = [each for i, each in enumerate(old) if i not in firsts]
        new = [each for j, each in enumerate(new) if j not in seconds]

    # The same figure, reported in the same or in other words.
    take(_figure_pairs(old, new, lambda each: each.reported, _same_thing), told=False)
    # The same indicator of the same scope and period with another value; then that of another period.
    for with_period in (True, False):

        def indicator(each: _Counted, with_period: bool = with_period) -> tuple[Hashable, ...] | None:
            if not each.about:
                return None
            period = each.figure.period if with_period else ""
            return each.matter, each.about, each.figure.scope_id, each.figure.unit, each.figure.role, period

        take(_figure_pairs(old, new, indicator, _changed_thing), told=True)
    # Without an indicator, or where it was read differently: the same sentence with another number in it.
    pairs = pairs_alike([each.around for each in old], [each.around for each in new], _STRICT)
    take([pair for pair in pairs if _may_be_one(old[pair[1]], new[pair[2]])], told=True)
    for each in old:
        tally.add(ChangeKind.VANISHED, each.matter, _figure_side(before, each), None)
    for each in new:
        tally.add(ChangeKind.APPEARED, each.matter, None, _figure_side(after, each))


def _figure_pairs(
    old: Sequence[_Counted],
    new: Sequence[_Counted],
    key: Callable[[_Counted], tuple[Hashable, ...] | None],
    score: Callable[[_Counted, _Counted], float],
) -> list[tuple[float, int, int]]:
    """Return pairs that share a key, with how well they fit; at most `MOST_CANDIDATES` of one key."""
    groups: dict[tuple[Hashable, ...], tuple[list[int], list[int]]] = {}
    for side, counted in enumerate((old, new)):
        for number, each in enumerate(counted):
            shared = key(each)
            if shared is not None:
                group = groups.setdefault(shared, ([], []))[side]
                if len(group) < MOST_CANDIDATES:
                    group.append(number)
    pairs = []
    for firsts, seconds in groups.values():
        for i in firsts:
            for j in seconds:
                fit = score(old[i], new[j])
                if fit > 0:
                    pairs.append((fit, i, j))
    return pairs


def _around(first: _Counted, second: _Counted) -> float:
    return likeness(first.around, second.around)


def _same_thing(first: _Counted, second: _Counted) -> float:
    """Return how well two figures of one value fit: one indicator, or shared words around them."""
    nearby = _around(first, second)
    if first.about and first.about == second.about:
        return 1 + nearby
    if first.figure.scope_id and second.figure.scope_id and first.figure.scope_id != second.figure.scope_id:
        return nearby if nearby >= _STRICT else 0.0
    alike = likeness(first.about, second.about) if first.about and second.about else 0.0
    # A long number is hardly the same by chance.
    is_telling = len(first.figure.printed_value.normalize().as_tuple().digits) >= 4
    best = max(nearby, alike)
    return best if best >= (_NEARBY / 2 if is_telling else _NEARBY) else 0.0


def _changed_thing(first: _Counted, second: _Counted) -> float:
    return 1 + _around(first, second)


def _may_be_one(first: _Counted, second: _Counted) -> bool:
    scopes = {first.figure.scope_id, second.figure.scope_id} - {""}
    kinds = {(each.matter, each.figure.unit, each.figure.role) for each in (first, second)}
    return len(scopes) < 2 and len(kinds) < 2


def _figure_side(reading: Reading, counted: _Counted) -> Side:
    named = Named(plain(counted.figure.text), counted.spans, counted.figure.scope_id)
    return replace(reading.side(named), figure=counted.figure, horizon=counted.horizon)
