"""Tests of the query language: every operator, half-typed text, and text that means harm."""

import pytest

from jjjmap.errors import QueryInvalid
from jjjmap.i18n import Language, use_language
from jjjmap.text.fulltext.query import (
    MAX_CHARS,
    MAX_DEPTH,
    MAX_WORDS,
    And,
    DateIn,
    KindIs,
    Node,
    Not,
    Or,
    PlaceIs,
    Word,
    is_bounded,
    parse_query,
    reason_text,
    wanted_words,
)


def words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text) for text in texts)


A, B, C = words("甲", "乙", "丙")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("甲", A),
        ("甲 乙", And((A, B))),
        ("甲　乙\t\n丙", And((A, B, C))),
        ("甲 AND 乙", And((A, B))),
        ("甲 且 乙", And((A, B))),
        ("甲 OR 乙", Or((A, B))),
        ("甲 或 乙", Or((A, B))),
        ("甲|乙", Or((A, B))),
        ("甲 ｜ 乙", Or((A, B))),
        ("甲 乙 OR 丙", Or((And((A, B)), C))),
        ("甲 (乙 OR 丙)", And((A, Or((B, C))))),
        ("甲 （乙 或 丙）", And((A, Or((B, C))))),
        ("(甲 OR 乙)丙", And((Or((A, B)), C))),
        ("甲 NOT 乙", And((A, Not(B)))),
        ("甲 AND NOT 乙", And((A, Not(B)))),
        ("甲 非 乙", And((A, Not(B)))),
        ("甲 -乙", And((A, Not(B)))),
        ("甲 －乙", And((A, Not(B)))),
        ("甲 -(乙 丙)", And((A, Not(And((B, C)))))),
        ("甲 NOT NOT 乙", And((A, B))),
        ('"甲 乙"', Word("甲乙")),
        ('"new area"', Word("new area")),
        ("“甲” 「乙」 『丙』", And((A, B, C))),
        ('-"甲 乙" 丙', And((Not(Word("甲乙")), C))),
        ("地点:甲县", PlaceIs("甲县")),
        ("PLACE：甲县", PlaceIs("甲县")),
        ('地点:"甲 县" 乙', And((PlaceIs("甲 县"), B))),
        ("(地点:甲县 或 地点:乙县)", Or((PlaceIs("甲县"), PlaceIs("乙县")))),
        ("类型:集群", KindIs("集群")),
        ("kind:Cluster", KindIs("cluster")),
        ("日期:2023", DateIn("2023", "2023")),
        ("date:2023-5", DateIn("2023-05", "2023-05")),
        ("日期:2023年5月2日", DateIn("2023-05-02", "2023-05-02")),
        ("日期:2023..2024-06", DateIn("2023", "2024-06")),
        ("日期:..2024", DateIn("", "2024")),
        ("日期:２０２３～２０２４", DateIn("2023", "2024")),
    ],
)  # fmt: skip
def test_each_operator_means_what_the_page_of_the_module_says(text: str, tree: Node) -> None:
    assert parse_query(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('"甲', A),
        ("「甲", A),
        ("(甲", A),
        ("甲)", Word("甲)")),
        (") 甲", And((Word(")"), A))),
        ("甲 OR", A),
        ("OR 甲", A),
        ("甲 NOT", A),
        ("甲 AND", A),
        ("()", None),
        ('""', None),
        ("   ", None),
        ("\0", None),
        ("-", Word("-")),
        ("甲 - 乙", And((A, Word("-"), B))),
        ("地点:", Word("地点:")),
        ("*", Word("*")),
        ("^甲", Word("^甲")),
        ("NEAR(甲 乙)", And((Word("near(甲"), Word("乙)")))),
        ("'; DROP TABLE documents; --", And(words("';", "drop", "table", "documents;", "--"))),
    ],
)  # fmt: skip
def test_what_is_half_typed_or_odd_is_taken_as_far_as_it_goes(text: str, tree: Node | None) -> None:
    assert parse_query(text) == tree


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("打造“一核”", '打造"一核"'),
        ("张（家口）承（德）", "张(家口)承(德)"),
        ("非首都功能", "非首都功能"),
        ("或许", "或许"),
        ("or", "or"),
        ("一体化-协同", "一体化-协同"),
        ("ＡＩ", "ai"),
        ("曹妃甸區", "曹妃甸区"),
        ("產業", "产业"),
        ("5G", "5g"),
    ],
)  # fmt: skip
def test_a_word_is_folded_and_keeps_the_signs_inside_it(text: str, word: str) -> None:
    assert parse_query(text) == Word(word)


def test_brackets_of_a_word_within_brackets_belong_to_the_word() -> None:
    assert parse_query("(张(家口) 或 甲)") == Or((Word("张(家口)"), A))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("甲" * (MAX_CHARS + 1), "too-long"),
        ("甲" * 1_000_000, "too-long"),
        ("(" * (MAX_DEPTH + 2) + "甲", "too-deep"),
        ("甲 " * (MAX_WORDS + 1), "too-many-words"),
        ("日期:昨天", "bad-date"),
        ("日期:2023-13", "bad-date"),
        ("日期:2023..2024..2025", "bad-date"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_a_reason_and_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(QueryInvalid) as caught:
        parse_query(text)
    assert caught.value.reason == reason
    assert len(caught.value.text) <= 80
    for language in Language:
        use_language(language)
        assert reason_text(reason) != reason_text("?")


def test_a_query_of_signs_alone_never_fails_in_another_way() -> None:
    signs = '"“”「」()（）|｜-－ 甲:地点*^NEAR日期\0\ud800'
    for first in signs:
        for second in signs:
            for third in signs:
                try:
                    parse_query(first + second + third)
                except QueryInvalid as refused:
                    assert refused.reason == "bad-date"


@pytest.mark.parametrize(
    ("text", "bounded"),
    [("甲", True), ("-甲", False), ("甲 -乙", True), ("甲 OR -乙", False), ("", False), ("-类型:链", False)],
)  # fmt: skip
def test_a_query_is_bounded_if_it_says_what_is_wanted(text: str, bounded: bool) -> None:
    assert is_bounded(parse_query(text)) is bounded


def test_wanted_words_are_those_that_may_be_marked() -> None:
    assert wanted_words(parse_query("甲 (乙 OR 丙) -丁 甲")) == (A, B, C)
