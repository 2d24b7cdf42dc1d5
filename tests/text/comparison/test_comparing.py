"""Tests of what two documents say differently."""

import random
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.comparison.comparing import compare_documents
from jjjmap.text.comparison.comparison_records import Matter
from jjjmap.text.records import Document

from ..hand_made import make_document, make_figure, make_mention
from .compared import APPEARED, MOVED, NEW, OLD, RENAMED, REPLACED, VANISHED, compare, told

SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"


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
