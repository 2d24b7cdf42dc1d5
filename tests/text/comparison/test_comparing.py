"""Tests of what two documents say differently."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue, Chain, Qualifier
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.comparison.comparing import (
    MOST_QUOTATIONS,
    Change,
    ChangeKind,
    Comparison,
    Matter,
    Side,
    compare_documents,
    likeness,
)
from jjjmap.text.comparison.listings import ListingKind
from jjjmap.text.records import Document, FigureRole, FigureStatus, MentionStatus

from ..hand_made import make_document, make_figure, make_mention

SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"

APPEARED, VANISHED, RENAMED = ChangeKind.APPEARED, ChangeKind.VANISHED, ChangeKind.RENAMED
MOVED, REPLACED, CHANGED = ChangeKind.MOVED, ChangeKind.REPLACED, ChangeKind.CHANGED

OLD = (
    "聚焦甲电路、网安全、乙医药、丙装备等重点领域，着力打造世界级先进制造业集群。"
    "培育新能汽车和智联汽车、乙医药、丁能、工联网、高端母机床等五条重点产业链。"
)
NEW = (
    "“五链”即丁能、乙医药、网安全和工联网、高端仪器和母机床、新能和智联汽车5条重点产业链；"
    "“四群”即甲电路、信息应用创新、乙医药、丙装备4个先进制造业集群。"
)


def told(comparison: Comparison, matter: Matter | None = None) -> set[tuple[ChangeKind, str, str]]:
    return {
        (change.kind, change.before.name if change.before else "", change.after.name if change.after else "")
        for change in comparison.changes
        if matter is None or change.matter is matter
    }


def mirrored(comparison: Comparison) -> list[Change]:
    other = {APPEARED: VANISHED, VANISHED: APPEARED}
    return [
        replace(change, kind=other.get(change.kind, change.kind), before=change.after, after=change.before)
        for change in comparison.changes
    ]


def by_text(change: Change) -> str:
    return repr(change)


def assert_quoted(document: Document, side: Side) -> None:
    assert 0 < len(side.quotations) <= min(side.occurrences, MOST_QUOTATIONS)
    for quotation in side.quotations:
        assert quotation.document_id == document.id
        assert document.text[quotation.start : quotation.end] == quotation.text
        assert document.text[quotation.sentence_start : quotation.sentence_end] == quotation.sentence
        assert quotation.sentence_start <= quotation.start < quotation.end <= quotation.sentence_end


def compare(before: Document, after: Document, catalogue: Catalogue) -> Comparison:
    """Compare, and look at what must hold for any two documents."""
    comparison = compare_documents(before, after, catalogue)
    for change in comparison.changes:
        assert change.before or change.after
        for document, side in ((before, change.before), (after, change.after)):
            if side is not None:
                assert_quoted(document, side)
    back = compare_documents(after, before, catalogue)
    assert sorted(mirrored(back), key=by_text) == sorted(comparison.changes, key=by_text)
    assert back.unchanged == comparison.unchanged
    assert compare_documents(before, before, catalogue).changes == ()
    return comparison


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


def test_places_appear_vanish_and_change_their_name(catalogue: Catalogue) -> None:
    first, second = "甲园在甲县，乙县旧名乙州。", "甲园在乙县，丙区旁。"
    before = make_document(
        "a",
        first,
        (
            make_mention(first, "甲园", "jia-park"),
            make_mention(first, "甲县", "990001"),
            make_mention(first, "乙州", "990002", rule="old-name"),
        ),
    )
    after = make_document(
        "b",
        second,
        (
            make_mention(second, "甲园", "jia-park"),
            make_mention(second, "乙县", "990002"),
            make_mention(second, "丙区", "jia-zone"),
        ),
    )
    comparison = compare(before, after, catalogue)
    assert told(comparison) == {(RENAMED, "乙州", "乙县"), (VANISHED, "甲县", ""), (APPEARED, "", "丙区")}
    assert comparison.unchanged[Matter.PLACE] == 1


def test_a_short_name_is_no_new_name(catalogue: Catalogue) -> None:
    first, second = "甲县功能区", "甲区"
    before = make_document("a", first, (make_mention(first, "甲县功能区", "jia-zone"),))
    after = make_document("b", second, (make_mention(second, "甲区", "jia-zone"),))
    assert compare(before, after, catalogue).changes == ()


def test_leads_and_rejected_mentions_do_not_count(catalogue: Catalogue) -> None:
    text = "甲县甲园旁有乙县。"
    mentions = (
        make_mention(text, "甲县", "990001", is_lead=True),
        make_mention(text, "甲园", "jia-park"),
        make_mention(text, "乙县", "990002", status=MentionStatus.REJECTED),
    )
    comparison = compare(make_document("a", text, mentions), make_document("b", "无。"), catalogue)
    assert told(comparison) == {(VANISHED, "甲园", "")}


def figures_of(name: str, text: str, *figures: tuple[str, str, str, dict[str, object]]) -> Document:
    return make_document(
        name,
        text,
        (),
        tuple(make_figure(text, words, value, unit, **more) for words, value, unit, more in figures),
    )


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


def test_targets_are_told_apart_from_facts(catalogue: Catalogue) -> None:
    facts = {"indicator": "企业"}
    before = figures_of(
        "a",
        "2022年企业100家，力争到2025年达到300家。",
        ("100家", "100", "家", {**facts, "period": "2022"}),
        ("300家", "300", "家", {**facts, "period": "2025"}),
    )
    after = figures_of(
        "b",
        "2022年企业100家，力争到2025年达到400家。",
        ("100家", "100", "家", {**facts, "period": "2022"}),
        ("400家", "400", "家", {**facts, "period": "2025"}),
    )
    comparison = compare(before, after, catalogue)
    (change,) = comparison.changes
    assert (change.kind, change.matter) == (CHANGED, Matter.TARGET)
    assert change.before and change.before.horizon == "2025"
    assert comparison.unchanged[Matter.FIGURE] == 1


def test_targets_are_compared_clause_by_clause(catalogue: Catalogue) -> None:
    before = make_document("a", "到2025年，分工定位更加清晰，创新能力显著增强，协同机制更加健全。")
    after = make_document("b", "到2025年，分工定位更加清晰，创新能力明显增强，绿色转型取得成效。")
    assert told(compare(before, after, catalogue)) == {
        (RENAMED, "创新能力显著增强", "创新能力明显增强"),
        (VANISHED, "协同机制更加健全", ""),
        (APPEARED, "", "绿色转型取得成效"),
    }


def test_a_target_without_a_counterpart_is_told_as_one(catalogue: Catalogue) -> None:
    text = "近年成效明显。力争到2030年，建成世界级港口群，航运能力大幅提高。"
    comparison = compare(make_document("a", "近年成效明显。"), make_document("b", text), catalogue)
    ((kind, _before, after),) = told(comparison)
    assert (kind, after) == (APPEARED, "力争到2030年，建成世界级港口群，航运能力大幅提高。")


@pytest.mark.parametrize(
    "text",
    [
        "截至2022年底，建成园区多个，企业集聚成势。",
        "占比由一半提升至2021年的七成，增势明显。",
        "2014年至2023年，投资年年增长，成效明显。",
        "主要目标和重点任务是什么？",
    ],
)
def test_what_was_reached_is_no_target(text: str, catalogue: Catalogue) -> None:
    comparison = compare(make_document("a", text), make_document("b", "无。"), catalogue)
    assert comparison.about(Matter.TARGET) == ()


def test_what_lies_before_the_date_of_the_document_is_no_target(catalogue: Catalogue) -> None:
    text = "到2020年，协同机制更加健全，创新能力显著增强。"
    late = make_document("a", text, date="2024-03-01")
    assert compare(late, make_document("b", "无。"), catalogue).about(Matter.TARGET) == ()
    early = make_document("a", text, date="2018-03-01")
    assert len(compare(early, make_document("b", "无。"), catalogue).about(Matter.TARGET)) == 1


def test_the_order_of_the_records_does_not_matter(catalogue: Catalogue) -> None:
    text = OLD + "甲园企业100家、岗位200个，甲县与乙县协作，甲园扩建。"
    mentions = [
        make_mention(text, "甲园", "jia-park"),
        make_mention(text, "甲园", "jia-park", nth=1),
        make_mention(text, "甲县", "990001"),
        make_mention(text, "乙县", "990002"),
    ]
    figures = [make_figure(text, "100家", "100", "家"), make_figure(text, "200个", "200", "个")]
    other = make_document("b", NEW)
    first = compare_documents(make_document("a", text, tuple(mentions), tuple(figures)), other, catalogue)
    for seed in range(5):
        random.Random(seed).shuffle(mentions)
        random.Random(seed).shuffle(figures)
        document = make_document("a", text, tuple(mentions), tuple(figures))
        assert compare_documents(document, other, catalogue) == first


def test_names_that_the_catalogue_knows_to_be_whole_are_not_parted(catalogue: Catalogue) -> None:
    chain = Chain("x", "", "网安全和工联网", "X", "", {}, {}, "", "", ())
    known = replace(catalogue, chains={"x": chain})
    before = make_document("a", "抓好甲材、网安全和工联网等产业链。")
    after = make_document("b", "抓好甲材、网安全和工联网、丁能等产业链。")
    assert told(compare(before, after, known)) == {(APPEARED, "", "丁能")}


def test_likeness_is_the_same_both_ways_and_needs_shared_words() -> None:
    assert likeness("高端工业母机", "高端仪器设备和工业母机") == likeness(
        "高端仪器设备和工业母机", "高端工业母机"
    )
    assert likeness("高端工业母机", "高端仪器设备和工业母机") > 0.7
    assert likeness("生物医药", "合成生物") < 0.6
    assert likeness("网络安全", "新一代信息技术应用创新") == 0
    assert likeness("", "甲") == 0 and likeness("甲乙", "甲乙") == 1


def test_many_names_and_sentences_are_compared_in_bounded_time(catalogue: Catalogue) -> None:
    def long_text(offset: int) -> str:
        letters = [chr(0x4E00 + (n * 7 + offset) % 20_000) for n in range(60_000)]
        names = ["".join(letters[n : n + 4]) for n in range(0, 12_000, 4)]
        lists = "".join(f"培育{'、'.join(names[n : n + 50])}等产业链。" for n in range(0, 3_000, 50))
        targets = "".join(f"力争到2030年，{''.join(letters[n : n + 30])}。" for n in range(0, 60_000, 30))
        return lists + targets

    before, after = make_document("a", long_text(0)), make_document("b", long_text(3))
    assert compare_documents(before, after, catalogue).changes


# ------------------------------------------------------------------------------------------------ seeds


def seed(number: str) -> Document:
    file = SEEDS / f"seed-{number}.txt"
    if not file.exists():
        pytest.skip(f"the texts that people gave us are not beside the checkout: {file.name}")
    return make_document(number, file.read_text("utf-8"))


def test_between_the_papers_of_2023_and_2024_the_lists_changed_as_they_did() -> None:
    shipped, _findings = load_catalogue(paths.RESOURCES)
    comparison = compare(seed("000"), seed("003"), shipped)
    assert told(comparison, Matter.CLUSTER) == {
        (MOVED, "网络安全", "网络安全和工业互联网"),
        (REPLACED, "网络安全", "新一代信息技术应用创新"),
        (VANISHED, "京津冀生命健康", ""),
        (VANISHED, "保定市电力装备", ""),
    }
    assert told(comparison, Matter.CHAIN) == {
        (RENAMED, "工业互联网", "网络安全和工业互联网"),
        (RENAMED, "高端工业母机", "高端仪器设备和工业母机"),
        (RENAMED, "新能源汽车和智能网联汽车", "新能源和智能网联汽车"),
        (APPEARED, "", "商业航天"),
        (APPEARED, "", "低空经济"),
        (APPEARED, "", "合成生物"),
    }
    assert (comparison.unchanged[Matter.CHAIN], comparison.unchanged[Matter.CLUSTER]) == (3, 4)


def test_the_newspaper_prints_the_lists_and_targets_of_the_ministry() -> None:
    shipped, _findings = load_catalogue(paths.RESOURCES)
    comparison = compare(seed("000"), seed("001"), shipped)
    assert comparison.changes == ()
    assert comparison.unchanged[Matter.TARGET] > 5
