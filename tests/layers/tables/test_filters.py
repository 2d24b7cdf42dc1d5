"""Filters as sentences and as JSON."""

import json

import pytest

from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.tables.filters import (
    MOST_CONDITIONS,
    Condition,
    Filter,
    FilterOp,
    condition_text,
    filter_text,
    is_whole,
    op_name,
    ops_for,
    unusable_text,
    values_of,
)

KINDS = {"名称": ColumnKind.TEXT, "资本": ColumnKind.NUMBER, "成立": ColumnKind.DATE}
WANTED = Filter(
    (
        Condition(FilterOp.CONTAINS, "名称", ("电池",)),
        Condition(FilterOp.BETWEEN, "资本", ("5", "10")),
        Condition(FilterOp.IN_BOX, bounds=(115.0, 38.0, 117.0, 40.0)),
        Condition(FilterOp.IN_PLACE, values=("jia-zone", "990001")),
    ),
    matches_any=True,
)


def test_a_filter_survives_json() -> None:
    said = json.loads(json.dumps(WANTED.to_json()))
    assert Filter.from_json(said) == WANTED


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"conditions": [{"op": "drop table"}]},
        {"conditions": [{"op": "contains", "column": "名称", "values": ["x" * 3000]}]},
        {"conditions": [{"op": "contains", "column": "名称", "values": []}]},
        {"conditions": [{"op": "in_box"}]},
        {"conditions": [{"op": "in_box", "bounds": [1e9, 0, 1, 1]}]},
        {"conditions": [{"op": "true", "column": "甲"}] * (MOST_CONDITIONS + 1)},
    ],
)
def test_what_is_no_filter_is_refused(said: object) -> None:
    with pytest.raises(ValueError):
        Filter.from_json(said)


def test_a_filter_is_told_as_a_sentence() -> None:
    names = {"jia-zone": "甲县功能区"}
    assert filter_text(WANTED, KINDS, lambda place_id: names[place_id]) == (
        "“名称”包含“电池”，或“资本”在 5 和 10 之间，"
        "或位于 115.00–117.00°E、38.00–40.00°N 之内，或位于甲县功能区"
    )


def test_dates_are_earlier_and_later() -> None:
    condition = Condition(FilterOp.LESS, "成立", ("2024",))
    assert condition_text(condition, ColumnKind.DATE) == "“成立”早于 2024"
    assert condition_text(condition, ColumnKind.NUMBER) == "“成立”小于 2024"
    assert op_name(FilterOp.LESS, ColumnKind.TIME) == "早于"


def test_what_is_still_to_be_written_stands_as_dots() -> None:
    condition = Condition(FilterOp.BETWEEN, "资本")
    assert not is_whole(condition) and condition_text(condition, ColumnKind.NUMBER).count("…") == 2
    assert not is_whole(Condition(FilterOp.CONTAINS, "名称", (" ",)))
    assert not is_whole(Condition(FilterOp.IN_BOX)) and not is_whole(Condition(FilterOp.IN_PLACE))


def test_many_values_are_counted_rather_than_told() -> None:
    text = condition_text(Condition(FilterOp.ONE_OF, "名称", tuple("甲乙丙丁戊己")))
    assert "等 6 个" in text and "己" not in text


def test_every_question_has_a_name_and_a_sentence() -> None:
    for op in FilterOp:
        assert op_name(op)
        values = tuple("甲" for _number in range(values_of(op) or 1))
        assert condition_text(Condition(op, "列", values, (1.0, 2.0, 3.0, 4.0)))
    for kind in ColumnKind:
        assert ops_for(kind)[-2:] == (FilterOp.EMPTY, FilterOp.FILLED)


def test_braces_in_names_are_names() -> None:
    text = condition_text(Condition(FilterOp.CONTAINS, "{column}", ("{0}",)))
    assert text == "“{column}”包含“{0}”"


def test_every_reason_is_a_sentence_of_its_own() -> None:
    reasons = ("column-gone", "not-a-number", "not-a-date", "no-area", "not-for-column", "no-position")
    assert len({unusable_text(reason) for reason in (*reasons, "unknown")}) == len(reasons) + 1
