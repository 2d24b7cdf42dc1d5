from jjjmap.text.documents.lines import lines_of
from jjjmap.text.documents.removals import Removals
from jjjmap.text.records import CleaningKind, Edit

TEXT = "甲\n\n乙\n丙\n丁"


def test_a_line_goes_with_the_white_space_behind_it_and_by_one_step_only() -> None:
    removals = Removals(TEXT, lines_of(TEXT))
    removals.add(CleaningKind.REPEATS, (1,))
    removals.add(CleaningKind.BOILERPLATE, (0, 1, 3))
    assert [index in removals for index in range(4)] == [True, True, False, True]
    assert removals.kind(1) is CleaningKind.REPEATS
    assert removals.kind(2) is None
    assert [(step.id, step.edits) for step in removals.steps()] == [
        ("boilerplate-1", (Edit(0, 3), Edit(7, 8))),
        ("repeats-1", (Edit(3, 5),)),
    ]


def test_lines_that_follow_each_other_are_one_edit_and_nothing_is_no_step() -> None:
    removals = Removals(TEXT, lines_of(TEXT))
    removals.add(CleaningKind.BOILERPLATE, ())
    assert removals.steps() == []
    removals.add(CleaningKind.BOILERPLATE, (2, 1))
    assert [step.edits for step in removals.steps()] == [(Edit(3, 7),)]
