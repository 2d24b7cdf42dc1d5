"""Judges whole columns: each text is read once, and each combination of what cells say is judged once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from jjjmap.locating.addresses import ANYWHERE, Reading
from jjjmap.locating.credit_codes import read_credit_codes
from jjjmap.locating.judging import NOT_REGISTERED, NUMBERED, Judge, Registration, asks_for_context
from jjjmap.locating.records import Fields, Level, Reason, Verdict

T = TypeVar("T")
Numbers = npt.NDArray[np.int64]
Step = Callable[[], None]
"""Called every few hundred steps; raises what ends the work."""

_STEPS = 500
_BASE = (Fields.CREDIT_CODE, Fields.REGION, Fields.CODE, Fields.NAME)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of n rows."""

    texts: Sequence[str]
    """In plain characters, each once, without the numbers of houses where they tell nothing."""
    rows: Numbers
    """For each of n rows the position of its text."""


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """The answer for n rows."""

    verdicts: Sequence[Verdict]
    rows: Numbers
    """For each of n rows the position of its verdict."""


class _Told:
    """What texts of a column say, each different thing once; the first is that nothing is said."""

    def __init__(self) -> None:
        self.readings: list[Reading | None] = [None]
        self._numbers: dict[int, int] = {}

    def number(self, reading: Reading | None) -> int:
        """Return the position of a reading."""
        if reading is None:
            return 0
        number = self._numbers.get(id(reading))
        if number is None:
            number = self._numbers[id(reading)] = len(self.readings)
            self.readings.append(reading)
        return number


def judge_columns(judge: Judge, columns: Mapping[Fields, TextColumn], rows: int, step: Step) -> JudgedRows:
    """Judge rows as `Judge.judge` does each of them.

    Parameters
    ----------
    judge
        Weighs what is said.
    columns
        Of `rows` rows each.
    rows
        How many there are.
    step
        Asked often, so that the work can be given up.
    """
    nothing = np.zeros(rows, np.int64)
    told = {field: _Told() for field in Fields if field}
    numbers = dict.fromkeys(told, nothing)
    registrations: list[Registration] = [NOT_REGISTERED]
    if (column := columns.get(Fields.CREDIT_CODE)) is not None:
        registrations, of_text = _registrations(judge, column.texts, step)
        numbers[Fields.CREDIT_CODE] = of_text[column.rows]
    for field in (Fields.REGION, Fields.CODE, Fields.NAME, Fields.ADDRESS):
        if (column := columns.get(field)) is not None:
            of_text = _numbered(
                (told[field].number(judge.cell(field, text)) for text in _stepping(column.texts, step)),
                len(column.texts),
            )
            numbers[field] = of_text[column.rows]

    # What is said beside address and park, and where that is.
    combined, base_of_row = _combined([numbers[field] for field in _BASE])
    bases: list[dict[Fields, Reading]] = []
    contexts = _Contexts()
    context_of_base = np.zeros(len(combined), np.int64)
    for number, (code, *others) in enumerate(_stepping(combined.tolist(), step)):
        region, unit, name = (
            told[field].readings[other] for field, other in zip(_BASE[1:], others, strict=True)
        )
        bases.append(judge.base(registrations[code], region, unit, name))
        context_of_base[number] = contexts.number(judge.context(bases[-1]))

    if (column := columns.get(Fields.ADDRESS)) is not None:
        first = told[Fields.ADDRESS]
        again = _Told()
        asking = np.array([one is not None and asks_for_context(one) for one in first.readings])
        kept = _numbered((again.number(one) for one in first.readings), len(first.readings))
        address_of_row = kept[numbers[Fields.ADDRESS]]
        asked = np.flatnonzero(asking[numbers[Fields.ADDRESS]])
        pairs, pair_of_row = _combined(
            [column.rows[asked], context_of_base[base_of_row[asked]], numbers[Fields.ADDRESS][asked]]
        )
        answers = _numbered(
            (
                again.number(judge.address(column.texts[text], first.readings[one], contexts.known[context]))
                for text, context, one in _stepping(pairs.tolist(), step)
            ),
            len(pairs),
        )
        address_of_row[asked] = answers[pair_of_row]
        told[Fields.ADDRESS], numbers[Fields.ADDRESS] = again, address_of_row

    if (column := columns.get(Fields.ZONE)) is not None:
        has_text = np.array([bool(text) for text in column.texts], bool)
        asked = np.flatnonzero(has_text[column.rows])
        pairs, pair_of_row = _combined([base_of_row[asked], numbers[Fields.ADDRESS][asked]])
        context_of_pair = np.zeros(len(pairs), np.int64)
        for number, (base, address) in enumerate(_stepping(pairs.tolist(), step)):
            readings = _with_address(bases[base], told[Fields.ADDRESS].readings[address])
            context_of_pair[number] = contexts.number(judge.context(readings))
        pairs, pair_of_row = _combined([column.rows[asked], context_of_pair[pair_of_row]])
        zones = told[Fields.ZONE]
        answers = _numbered(
            (
                zones.number(judge.zone(column.texts[text], contexts.known[context]))
                for text, context in _stepping(pairs.tolist(), step)
            ),
            len(pairs),
        )
        zone_of_row = np.zeros(rows, np.int64)
        zone_of_row[asked] = answers[pair_of_row]
        numbers[Fields.ZONE] = zone_of_row

    is_empty = np.ones(rows, bool)
    for column in columns.values():
        is_empty &= ~np.array([bool(text) for text in column.texts], bool)[column.rows]
    combined, verdict_of_row = _combined(
        [base_of_row, numbers[Fields.ADDRESS], numbers[Fields.ZONE], numbers[Fields.CREDIT_CODE], is_empty]
    )
    verdicts: list[Verdict] = []
    for base, address, zone, code, empty in _stepping(combined.tolist(), step):
        if empty:
            verdicts.append(Verdict(Level.NONE, reason=Reason.NOTHING_SAID))
            continue
        readings = _with_address(bases[base], told[Fields.ADDRESS].readings[address])
        reading = told[Fields.ZONE].readings[zone]
        if reading is not None:
            readings = {**readings, Fields.ZONE: reading}
        verdicts.append(judge.verdict(registrations[code], readings))
    return JudgedRows(verdicts, verdict_of_row)


def is_numbered(field: Fields) -> bool:
    """Whether the numbers in a column tell nothing and are to be left out of its texts."""
    return bool(field & NUMBERED)


class _Contexts:
    """Where rows are known to be, each once."""

    def __init__(self) -> None:
        self.known: list[tuple[str, ...]] = [ANYWHERE]
        self._numbers = {ANYWHERE: 0}

    def number(self, codes: tuple[str, ...]) -> int:
        """Return the position of prefixes."""
        number = self._numbers.setdefault(codes, len(self.known))
        if number == len(self.known):
            self.known.append(codes)
        return number


def _registrations(judge: Judge, texts: Sequence[str], step: Step) -> tuple[list[Registration], Numbers]:
    """Return what n credit codes say, and for each the position of that."""
    found = [NOT_REGISTERED]
    numbers = {("", ""): 0}
    of_text = np.zeros(len(texts), np.int64)
    size = _STEPS * 20
    for start in range(0, len(texts), size):
        step()
        for row, pair in enumerate(read_credit_codes(texts[start : start + size]), start):
            number = numbers.get(pair)
            if number is None:
                number = numbers[pair] = len(found)
                found.append(judge.registration(*pair))
            of_text[row] = number
    return found, of_text


def _with_address(base: dict[Fields, Reading], address: Reading | None) -> dict[Fields, Reading]:
    return base if address is None else {**base, Fields.ADDRESS: address}


def _combined(columns: Sequence[npt.NDArray[np.generic]]) -> tuple[Numbers, Numbers]:
    """Return the different rows of k columns of n numbers (m × k), and the position there of each of n."""
    packed = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        wide = column.astype(np.int64)
        # Renumbered at each step, so that no product overflows.
        packed = np.unique(packed * (int(wide.max(initial=0)) + 1) + wide, return_inverse=True)[1]
    _kinds, first, of_row = np.unique(packed, return_index=True, return_inverse=True)
    return np.column_stack([column[first].astype(np.int64) for column in columns]), of_row


def _numbered(numbers: Iterable[int], count: int) -> Numbers:
    return np.fromiter(numbers, np.int64, count)


def _stepping(items: Sequence[T], step: Step) -> Iterator[T]:
    for number, item in enumerate(items):
        if not number % _STEPS:
            step()
        yield item
