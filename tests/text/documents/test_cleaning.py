import itertools
import random
import re
from dataclasses import replace

import pytest

from jjjmap.text.documents.cleaning import apply_steps, clean, find_steps
from jjjmap.text.records import CleaningKind, CleaningStep, Edit
from tests.text.cleaned_texts import COLUMN, MORE, PROSE, cleaned
from tests.text.document_files import NO_SEEDS, SEEDS, as_raw


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_clean_text_needs_no_step_and_keeps_its_offsets() -> None:
    text = f"题目\n\n{PROSE}\n\n{MORE}"
    steps, made = clean(as_raw(text))
    assert steps == ()
    assert made.text == text
    assert made.offsets.to_source(5, 9) == (5, 9)


def test_offsets_lead_back_to_the_raw_text() -> None:
    raw = as_raw(
        f"首页 要闻 政策 联系我们\n当前位置：首页 > 政策\n　　{PROSE}\n"
        "　　工业增加值实现 25114.4亿元，增长。\n上一篇：无"
    )
    _, made = clean(raw)
    for wanted in ("甲县", "25114.4亿元", "实现25114.4"):
        start = made.text.index(wanted)
        first, last = made.offsets.to_source(start, start + len(wanted))
        assert letters(raw.text[first:last]) == wanted


def test_each_step_can_be_taken_back_alone() -> None:
    raw = as_raw(f"当前位置：首页 > 政策\n\n　　{PROSE}\n\n版权所有 甲县网")
    steps = find_steps(raw)
    assert [step.kind for step in steps] == [
        CleaningKind.BOILERPLATE,
        CleaningKind.BOILERPLATE,
        CleaningKind.SPACES,
    ]
    assert len({step.id for step in steps}) == 3
    back = apply_steps(raw.text, [replace(steps[0], is_active=False), *steps[1:]]).text
    assert "当前位置" in back
    assert "版权所有" not in back
    nothing = apply_steps(raw.text, [replace(step, is_active=False) for step in steps])
    assert nothing.text == raw.text


def test_ids_are_the_same_for_the_same_text() -> None:
    raw = as_raw(f"当前位置：首页 > 政策\n{PROSE}\n\n版权所有 甲县网\n")
    assert find_steps(raw) == find_steps(raw)


def test_halves_are_not_joined_over_a_head_that_stays() -> None:
    page = (
        "甲县和乙县联合印发了产业协同发展实施方案，提出到\n2030年建成三个园区，并建立定期会商机制，每季度\n"
        "召开一次联席会议，研究解决重大问题，推动各项工"
    )
    rest = "作落地见效。两县还将共建园区，共享成果。"
    text = f"甲乙协同简报\n{page}\n甲乙协同简报\n{rest}\n甲乙协同简报\n全文完。"
    starts = (0, text.index("甲乙", 5), text.rindex("甲乙协同简报"))
    raw = as_raw(text, page_starts=starts)
    steps = find_steps(raw)
    assert "推动各项工作落地见效" in apply_steps(raw.text, steps).text
    kept = [replace(step, is_active=step.kind is not CleaningKind.PAGE_HEADERS) for step in steps]
    assert "各项工\n甲乙协同简报\n作落地" in apply_steps(raw.text, kept).text


def test_edits_that_overlap_are_not_both_made() -> None:
    steps = [
        CleaningStep("a-1", CleaningKind.SPACES, (Edit(0, 3),)),
        CleaningStep("b-1", CleaningKind.SPACES, (Edit(2, 4), Edit(4, 5, "X"))),
    ]
    assert apply_steps("abcdef", steps).text == "dXf"


@pytest.mark.skipif(not SEEDS.is_dir(), reason=NO_SEEDS)
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_the_articles_lose_no_sentence_and_need_no_second_cleaning(name: str) -> None:
    raw = as_raw((SEEDS / f"seed-{name}.txt").read_text("utf-8"))
    steps, made = clean(raw)
    assert find_steps(as_raw(made.text)) == ()
    kept = letters(made.text)
    if name in ("000", "003"):
        lost = letters(raw.text).replace(kept[:50], "", 1)
        assert len(letters(raw.text)) - len(kept) <= 80
        assert len(lost) < len(letters(raw.text))
    for line in raw.text.split("\n"):
        bare = letters(line)
        if len(bare) >= 30 and bare.endswith("。") and "公号" not in bare and "互联网相关的政策" not in bare:
            assert bare in kept
    for position in range(0, len(made.text) - 5, 97):
        if not made.text[position : position + 5].isspace():
            first, last = made.offsets.to_source(position, position + 5)
            assert letters(made.text[position : position + 5]) in letters(raw.text[first:last])
    assert all(step.is_active for step in steps)


@pytest.mark.skipif(not SEEDS.is_dir(), reason=NO_SEEDS)
def test_the_articles_read_as_articles() -> None:
    begins = {
        "000": "工业和信息化部负责同志",
        "001": "协同发展看京津冀",
        "002": "京津冀产业协同",
        "003": "协同发展看",
        "004": "多措并举",
    }
    for name, begin in begins.items():
        made = cleaned((SEEDS / f"seed-{name}.txt").read_text("utf-8"))
        assert made.startswith(begin)
        assert not re.search("ICP|当前位置|顶一下|Copyright|关键词|责编|首页", made)
        # No paragraph is a fragment of a column.
        assert not [line for line in made.split("\n") if len(line) > 30 and line[-1] in "，、,的"]
    column = cleaned((SEEDS / "seed-001.txt").read_text("utf-8"))
    for word in ("非首都功能", "亲自谋划、亲自部署", "“两翼”", "“领跑者”", "25114.4亿元", "培育国家级"):
        assert word in column


def test_random_texts_are_cleaned_once_and_keep_their_edits_apart() -> None:
    chance = random.Random(4)
    pieces = [
        *"。，\n\n\n  　\t\u200b“”（）",
        PROSE,
        MORE,
        "当前位置：首页",
        "(0)",
        "顶一下",
        "第 1 页",
        "\f",
        "abc-",
        "12",
        "甲县",
        COLUMN,
    ]
    for _ in range(300):
        raw = as_raw("".join(chance.choice(pieces) for _ in range(chance.randrange(60))))
        steps, made = clean(raw)
        edits = sorted((edit.start, edit.end) for step in steps for edit in step.edits)
        assert all(start < end for start, end in edits)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(edits))
        for run in made.offsets.runs:
            shared = raw.text[run.source_start : run.source_start + run.length]
            assert made.text[run.start : run.start + run.length] == shared


@pytest.mark.parametrize(
    "text",
    [
        "　" * 400_000, "（" * 400_000, "a " * 200_000, "甲 " * 200_000, "\n" * 400_000, "-" * 400_000,
        "“" * 200_000 + "\n\n" + "字" * 99, "字，\n" * 100_000, "首页|" * 100_000, "1 " * 200_000,
        "【" * 200_000, "当前位置：" * 60_000, "甲县，乙县 3" * 60_000,
    ],
    ids=lambda text: repr(text[:4]),
)  # fmt: skip
def test_hostile_texts_are_cleaned_in_time(text: str) -> None:
    # The time limit of the tests would end a search that is not linear.
    clean(as_raw(text))
