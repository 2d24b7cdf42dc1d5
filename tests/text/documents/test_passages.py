import itertools
import random

import pytest

from jjjmap.text.documents.passages import LONGEST_PASSAGE, sentence_bounds, split_passages
from tests.text.document_files import NO_SEEDS, SEEDS


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_bounds(text)]


def test_passages_are_the_lines_that_hold_something() -> None:
    text = "题目\n\n　第一段。 \n \n第二段。"
    passages = split_passages(text)
    assert [(passage.id, text[passage.start : passage.end]) for passage in passages] == [
        ("p1", "题目"),
        ("p2", "第一段。"),
        ("p3", "第二段。"),
    ]
    assert split_passages("") == split_passages(" \n　\n") == ()


def test_a_paragraph_without_end_is_divided_between_sentences() -> None:
    text = "这是一句十个字的话吧。" * 2000
    passages = split_passages(text)
    assert len(passages) > 1
    assert all(passage.end - passage.start <= LONGEST_PASSAGE for passage in passages)
    assert "".join(text[passage.start : passage.end] for passage in passages) == text
    assert all(text[passage.end - 1] == "。" for passage in passages)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("甲。乙！丙？丁；戊", ["甲。", "乙！", "丙？", "丁；", "戊"]),
        ("甲;乙?丙!", ["甲;", "乙?", "丙!"]),
        ("“向纵深推进。”某人表示，要落实。", ["“向纵深推进。”", "某人表示，要落实。"]),
        ("他说：“甲。乙。”丙。", ["他说：“甲。乙。”", "丙。"]),
        ("“六链”（氢能；机器人；其他。）已成共识。", ["“六链”（氢能；机器人；其他。）已成共识。"]),
        ("(“六链”即氢能;“五群”即电力)已成共识。", ["(“六链”即氢能;“五群”即电力)已成共识。"]),
        ("逐链出台……下一步。", ["逐链出台……", "下一步。"]),
        ("没有关上的（括号。后面一句。", ["没有关上的（括号。", "后面一句。"]),
        ("题目\n一段。", ["题目", "一段。"]),
        ("增长3.5%。到2.0版。", ["增长3.5%。", "到2.0版。"]),
        ("Up 4.5% in 2022. Mr. Li, U.S., agreed. So", ["Up 4.5% in 2022.", "Mr. Li, U.S., agreed.", "So"]),
        ('He said: "Good." She left.', ['He said: "Good."', "She left."]),
        ("1. 甲县方案", ["1. 甲县方案"]),
        ("", []),
        ("。", ["。"]),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_end_them(text: str, wanted: list[str]) -> None:
    assert sentences(text) == wanted


def test_lines_are_divided_alike_wherever_they_stand() -> None:
    line = "12. The first of them, e.g. a port. The second."
    assert sentences(f"{line}\n题目。\n{line}\n") == [*sentences(line), "题目。", *sentences(line)]
    long = "一句话。" * 400
    assert sentences(f"甲。\n{long}\n甲。") == ["甲。", *["一句话。"] * 400, "甲。"]


def test_sentences_cover_all_that_is_visible_in_order() -> None:
    chance = random.Random(1)
    for _ in range(300):
        text = "".join(chance.choice("甲乙a1 。；！?.“”（）()\n　") for _ in range(chance.randrange(80)))
        bounds = sentence_bounds(text)
        assert all(start < end for start, end in bounds)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(bounds))
        assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.skipif(not SEEDS.is_dir(), reason=NO_SEEDS)
def test_sentences_of_the_articles_are_neither_fragments_nor_paragraphs() -> None:
    for name in ("000", "004"):
        text = (SEEDS / f"seed-{name}.txt").read_text("utf-8")
        lengths = [end - start for start, end in sentence_bounds(text)]
        assert len(lengths) > 50
        assert max(lengths) < 320


@pytest.mark.parametrize(
    "text",
    [
        "（" * 200_000,
        "。" * 200_000,
        "“。" * 100_000,
        "a." * 100_000,
        "字" * 300_000,
        "）" * 200_000,
        "(。)" * 90_000,
    ],
)
def test_hostile_texts_are_divided_in_time(text: str) -> None:
    split_passages(text)
    sentence_bounds(text)
