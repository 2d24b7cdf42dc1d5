from math import inf

import pytest

from jjjmap.layers.opening.records import ColumnKind
from jjjmap.layers.styling.class_labels import ValueFormat, range_labels, unit_of


@pytest.mark.parametrize(
    ("column", "unit"),
    [("产值（万元）", "万元"), ("产值(亿元) ", "亿元"), ("GDP [bn]", "bn"), ("产值", ""), ("（甲）产值", "")],
)
def test_the_unit_is_what_a_columns_name_ends_with_in_brackets(column: str, unit: str) -> None:
    assert unit_of(column) == unit


def test_labels_have_just_enough_decimals_to_differ() -> None:
    labels = range_labels(0.0, (0.5, 1.25, 20.0), ColumnKind.NUMBER, "%", is_open=False)
    assert labels == ("0.00 – 0.50 %", "> 0.50 – 1.25 %", "> 1.25 – 20.00 %")


def test_large_numbers_are_grouped_and_negative_ones_have_a_true_minus() -> None:
    labels = range_labels(-12000.0, (0.0, 3_000_000.0), ColumnKind.NUMBER, "", is_open=False)
    assert labels == ("−12,000 – 0", "> 0 – 3,000,000")


def test_a_whole_number_after_a_break_begins_the_next_class() -> None:
    labels = range_labels(1.0, (2.5, 3.0, 9.0), ColumnKind.INTEGER, "家", is_open=False)
    assert labels == ("1 – 2 家", "3 家", "4 – 9 家")


def test_the_last_class_of_manual_breaks_has_no_end() -> None:
    assert range_labels(0.0, (5.0, inf), ColumnKind.NUMBER, "", is_open=True) == ("≤ 5", "> 5")


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (ColumnKind.NUMBER, "1,234.5", 1234.5),
        (ColumnKind.NUMBER, " −3 ", -3.0),
        (ColumnKind.NUMBER, "1e3", 1000.0),
        (ColumnKind.NUMBER, "nan", None),
        (ColumnKind.NUMBER, "1e999", None),
        (ColumnKind.NUMBER, "__import__('os')", None),
        (ColumnKind.DATE, "1970-01-02", 1.0),
        (ColumnKind.DATE, "1970/01/02", 1.0),
        (ColumnKind.DATE, "昨天", None),
        (ColumnKind.TIME, "1970-01-01 00:01", 60.0),
    ],
)
def test_what_a_user_writes_becomes_a_value_or_nothing(
    kind: ColumnKind, written: str, value: float | None
) -> None:
    assert ValueFormat(kind).number(written) == value


@pytest.mark.parametrize("kind", [ColumnKind.DATE, ColumnKind.TIME])
def test_a_date_beyond_all_calendars_is_still_written(kind: ColumnKind) -> None:
    assert ValueFormat(kind).text(1e15)
    assert ValueFormat(kind).text(-1e300)


def test_a_value_reads_back_as_it_was_written() -> None:
    for kind, value in ((ColumnKind.DATE, 12345.0), (ColumnKind.TIME, 86_400.0 * 30 + 7260)):
        form = ValueFormat.telling_apart((value,), kind)
        assert form.number(form.text(value)) == value
