"""Tests of what became of chains and clusters."""

from dataclasses import replace

from jjjmap.catalogue.models import Catalogue, Chain
from jjjmap.text.comparison.comparison_records import Matter
from jjjmap.text.comparison.listings import ListingKind

from ..hand_made import make_document, make_mention
from .compared import APPEARED, MOVED, NEW, OLD, RENAMED, REPLACED, compare, told


def test_lists_tell_what_was_renamed_moved_joined_and_replaced(catalogue: Catalogue) -> None:
    comparison = compare(make_document("a", OLD), make_document("b", NEW), catalogue)
    assert told(comparison, Matter.CLUSTER) == {
        (MOVED, "网安全", "网安全和工联网"),
        (REPLACED, "网安全", "信息应用创新"),
    }
    assert told(comparison, Matter.CHAIN) == {
        (RENAMED, "工联网", "网安全和工联网"),
        (RENAMED, "高端母机床", "高端仪器和母机床"),
        (RENAMED, "新能汽车和智联汽车", "新能和智联汽车"),
    }
    (moved,) = (change for change in comparison.changes if change.kind is MOVED)
    assert moved.before and moved.after
    assert (moved.before.in_list, moved.after.in_list) == (ListingKind.CLUSTER, ListingKind.CHAIN)
    (joined,) = (change for change in comparison.changes if change.joined and change.kind is RENAMED)
    assert joined.joined == ("网安全",)
    assert (comparison.unchanged[Matter.CHAIN], comparison.unchanged[Matter.CLUSTER]) == (2, 3)


def test_a_name_that_moved_is_not_said_to_vanish(catalogue: Catalogue) -> None:
    before = make_document("a", "培育甲材、乙能两条产业链。“三群”即丙药、己器、丁路。")
    after = make_document("b", "培育甲材、乙能、丁路三条产业链。“两群”即丙药、己器。")
    assert told(compare(before, after, catalogue)) == {(MOVED, "丁路", "丁路")}


def test_line_breaks_inside_a_name_change_nothing(catalogue: Catalogue) -> None:
    before = make_document("a", "培育甲医药、乙能源、丙器人三条产业链。")
    after = make_document("b", "培育甲医\n药、乙 能源、丙器人3条产业链。")
    comparison = compare(before, after, catalogue)
    assert (comparison.changes, comparison.unchanged[Matter.CHAIN]) == ((), 3)


def test_a_cluster_named_outside_of_lists_is_held_against_the_lists(catalogue: Catalogue) -> None:
    first = "支持乙县轴承集群发展。"
    second = "建设甲县机床集群、乙县轴承集群。"
    before = make_document("a", first, (make_mention(first, "乙县轴承集群", "yi-cluster"),))
    after = make_document("b", second, (make_mention(second, "乙县轴承集群", "yi-cluster"),))
    comparison = compare(before, after, catalogue)
    assert told(comparison) == {(APPEARED, "", "甲县机床")}
    assert comparison.unchanged[Matter.CLUSTER] == 1


def test_names_that_the_catalogue_knows_to_be_whole_are_not_parted(catalogue: Catalogue) -> None:
    chain = Chain("x", "", "网安全和工联网", "X", "", {}, {}, "", "", ())
    known = replace(catalogue, chains={"x": chain})
    before = make_document("a", "抓好甲材、网安全和工联网等产业链。")
    after = make_document("b", "抓好甲材、网安全和工联网、丁能等产业链。")
    assert told(compare(before, after, known)) == {(APPEARED, "", "丁能")}
