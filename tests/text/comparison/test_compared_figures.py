"""Tests of what became of figures."""

from jjjmap.catalogue.models import Catalogue, Qualifier
from jjjmap.text.comparison.comparison_records import Matter
from jjjmap.text.records import FigureRole, FigureStatus

from ..hand_made import make_document
from .compared import APPEARED, CHANGED, VANISHED, compare, figures_of, told


def test_a_value_that_changed_is_told_with_both_sides(catalogue: Catalogue) -> None:
    before = figures_of(
        "a",
        "2022年甲园企业1100家。",
        ("1100家", "1100", "家", {"indicator": "企业", "scope_id": "jia-park", "period": "2022"}),
    )
    after = figures_of(
        "b",
        "2022年甲园共有企业1200家。",
        ("1200家", "1200", "家", {"indicator": "企业", "scope_id": "jia-park", "period": "2022"}),
    )
    comparison = compare(before, after, catalogue)
    assert told(comparison) == {(CHANGED, "1100家", "1200家")}
    (change,) = comparison.changes
    assert change.matter is Matter.FIGURE and change.before and change.after
    assert change.before.figure == before.figures[0] and change.after.subject_id == "jia-park"


def test_the_same_period_goes_before_another_one(catalogue: Catalogue) -> None:
    facts = {"indicator": "产值", "scope_id": "jia-park"}
    before = figures_of(
        "a", "2022年产值10亿元。", ("10亿元", "1000000000", "元", {**facts, "period": "2022"})
    )
    after = figures_of(
        "b",
        "2022年产值11亿元，2023年产值12亿元。",
        ("12亿元", "1200000000", "元", {**facts, "period": "2023"}),
        ("11亿元", "1100000000", "元", {**facts, "period": "2022"}),
    )
    assert told(compare(before, after, catalogue)) == {
        (CHANGED, "10亿元", "11亿元"),
        (APPEARED, "", "12亿元"),
    }


def test_a_figure_reported_in_other_words_is_unchanged(catalogue: Catalogue) -> None:
    before = figures_of(
        "a",
        "截至2022年底，全域共建成基站20.5万个。",
        ("20.5万个", "205000", "个", {"indicator": "基站", "period": "2022"}),
    )
    after = figures_of(
        "b",
        "建成的基站已有20.5 万个，覆盖城区。",
        ("20.5 万个", "205000", "个", {"indicator": "建成的基站"}),
    )
    comparison = compare(before, after, catalogue)
    assert (comparison.changes, comparison.unchanged[Matter.FIGURE]) == ((), 1)


def test_a_hedge_is_a_part_of_the_value(catalogue: Catalogue) -> None:
    facts = {"indicator": "企业", "period": "2022"}
    before = figures_of(
        "a", "企业近3000家。", ("近3000家", "3000", "家", {**facts, "qualifier": Qualifier.ABOUT})
    )
    after = figures_of("b", "企业3000家。", ("3000家", "3000", "家", facts))
    assert told(compare(before, after, catalogue)) == {(CHANGED, "近3000家", "3000家")}


def test_figures_of_one_value_about_other_things_are_two(catalogue: Catalogue) -> None:
    before = figures_of("a", "建设园区12个。", ("12个", "12", "个", {"indicator": "园区"}))
    after = figures_of("b", "引进高校分校12个。", ("12个", "12", "个", {"indicator": "高校分校"}))
    assert told(compare(before, after, catalogue)) == {(VANISHED, "12个", ""), (APPEARED, "", "12个")}


def test_both_ends_of_a_pair_are_held_apart(catalogue: Catalogue) -> None:
    first, second = "占比由54.6%提升至79.3%。", "占比由54.6%提升至81%。"
    ends = {"indicator": "占比"}
    before = figures_of(
        "a",
        first,
        ("54.6%", "54.6", "%", {**ends, "role": FigureRole.FROM}),
        ("79.3%", "79.3", "%", {**ends, "role": FigureRole.TO}),
    )
    after = figures_of(
        "b",
        second,
        ("54.6%", "54.6", "%", {**ends, "role": FigureRole.FROM}),
        ("81%", "81", "%", {**ends, "role": FigureRole.TO}),
    )
    assert told(compare(before, after, catalogue)) == {(CHANGED, "79.3%", "81%")}


def test_a_figure_that_the_user_rejected_is_none(catalogue: Catalogue) -> None:
    before = figures_of("a", "企业30家。", ("30家", "30", "家", {"status": FigureStatus.REJECTED}))
    assert compare(before, make_document("b", "无。"), catalogue).changes == ()
