import itertools
import random
import re
from dataclasses import replace

import pytest

from jjjmap.text.documents.cleaning import apply_steps, clean, find_steps
from jjjmap.text.records import CleaningKind, CleaningStep, Edit
from tests.text.document_files import NO_SEEDS, SEEDS, as_raw

PROSE = "甲县和乙县联合印发了产业协同发展实施方案，提出到2030年建成三个园区，并建立定期会商机制。"
MORE = "会议强调，要加强区域联动，优化营商环境，推动项目落地见效，更好服务企业发展。"


def cleaned(text: str, **fields: tuple[int, ...]) -> str:
    return clean(as_raw(text, **fields))[1].text  # type: ignore[arg-type]


def kinds(text: str, **fields: tuple[int, ...]) -> list[CleaningKind]:
    return [step.kind for step in find_steps(as_raw(text, **fields))]  # type: ignore[arg-type]


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


# -- Steps


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


# -- Boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "首页 要闻 政策法规 经济数据 热点专题",
        "首 页  |  要闻   |  政策法规   |  数据",
        "您当前的位置：首页 > 政策 > 正文",
        "关于我们 | 联系我们 | 网站地图",
        "Copyright © 1998 - 2013 www.example.com All Rights Reserved",
        "甲县网 © 版权所有 京ICP备01234567号-1",
        "京公网安备 11010102000001号",
        "【特别声明：部分文字及图片来源于网络，仅供学习和交流使用。】",
        "【某站 收录关键词：甲县 乙县 园区】",
        "更多独家分析，扫描二维码免费阅读。",
        "（原标题：两县共建园区）",
        "上一篇：另一件事",
        "分享到：微信 微博",
        "【打印】 【关闭】",
        "浏览次数：1024 次",
        "------分隔线----------------------------",
    ],
)
def test_lines_of_a_site_are_taken_out(line: str) -> None:
    assert cleaned(f"题目\n\n{PROSE}\n\n{MORE}\n\n{line}") == f"题目\n\n{PROSE}\n\n{MORE}"


@pytest.mark.parametrize(
    "line",
    [
        "要加强版权所有者权益保护，完善版权声明和登记制度，推动版权产业发展。",
        "支持企业通过扫一扫等方式开展营销，推广二维码应用。",
        "当前位置优势明显，两县位于交通干线交汇处。",
        "办理ICP备案的企业超过120家。",
        "甲县 乙县 丙县 丁县",
        "联系我们的企业共有三家，分享到的成果不多。",
        "风险提示制度：建立健全。各地要落实；责任到人。" + "内容。" * 200,
        "关键词：产业协同；园区；政策",
    ],
)
def test_lines_that_only_sound_like_a_site_stay(line: str) -> None:
    assert line in cleaned(f"题目\n\n{PROSE}\n\n{line}\n\n{MORE}")


def test_what_stands_above_the_path_of_a_page_is_the_sites() -> None:
    teasers = (
        "另一条新闻的题目\n\n另一条新闻的题目\n\n一段被截断的导语，说到这里就没有了，因为网站只留四十个字\n\n"
    )
    text = (
        f"{teasers}当前位置: 某网 > 财经 >\n\n两县共建园区\n\n{PROSE}\n\n{MORE}\n\n"
        "结尾一段。\n\n再一段。\n\n又一段。\n\n末一段。"
    )
    made = cleaned(text)
    assert made.startswith("两县共建园区\n\n甲县")
    assert kinds(text) == [CleaningKind.BOILERPLATE]


def test_prose_above_the_path_of_a_page_stays() -> None:
    assert PROSE in cleaned(f"{PROSE}\n当前位置：首页 > 财经\n两县共建园区\n{MORE}\n{MORE[2:]}")


def test_votes_between_share_buttons_go_with_them_and_numbers_elsewhere_stay() -> None:
    made = cleaned(f"题目\n{PROSE}\n(0)\n120\n{MORE}\n顶一下\n(0)\n0%\n踩一下\n(0)\n0%\n分享到:")
    assert made == f"题目\n{PROSE}\n(0)\n120\n{MORE}"


# -- Pages


def test_running_heads_and_page_numbers_of_a_pdf_are_taken_out() -> None:
    pages = [f"甲乙协同年报 2024\n{PROSE[:-1]}第{n}条。\n{MORE}\n— {n} —" for n in range(1, 5)]
    text = "\n".join(pages)
    starts = tuple(sum(len(page) + 1 for page in pages[:n]) for n in range(4))
    made = cleaned(text, page_starts=starts)
    assert "年报" not in made
    assert "—" not in made
    assert made.count(MORE) == 4 or made.count(MORE) == 1  # Paragraphs that stand twice are another step.
    for n in range(1, 5):
        assert f"第{n}条。" in made


def test_numbers_that_are_no_page_numbers_stay() -> None:
    assert cleaned(f"{PROSE}\n\n12\n\n{MORE}") == f"{PROSE}\n\n12\n\n{MORE}"
    assert cleaned(f"{PROSE}\n\n第 3 页 共 10 页\n\n{MORE}") == f"{PROSE}\n\n{MORE}"


def test_credits_of_a_newspaper_page_are_taken_out_and_bylines_stay() -> None:
    assert cleaned(f"题目\n\n责编：某某某 版式：某某\n\n{PROSE}") == f"题目\n\n{PROSE}"
    assert "本报讯 某某某" in cleaned(f"题目\n\n本报讯 某某某 {PROSE}")


# -- Repeats


def test_a_line_that_stands_twice_and_a_teaser_are_taken_out() -> None:
    assert cleaned(f"两县共建新园区\n\n两县共建新园区\n\n{PROSE}") == f"两县共建新园区\n\n{PROSE}"
    teaser = PROSE[:-6]
    assert cleaned(f"题目\n{teaser}\n【某网讯】{PROSE}") == f"题目\n【某网讯】{PROSE}"
    assert cleaned(f"{PROSE}\n\n{MORE}\n\n{PROSE}") == f"{PROSE}\n\n{MORE}"


def test_headings_rows_and_short_lines_may_stand_twice() -> None:
    for text in (
        "优化营商环境\n优化营商环境。持续推进改革。",
        "0 0 0\n0 0 0\n1 2 3",
        "完。\n完。",
        "12345678\n12345678",
    ):
        assert cleaned(text) == text


# -- Lines

COLUMN = (
    "近年来，在两县的共同推动下，区域产\n业协同发展取得成效。2022年，两县\n"
    "地区工业增加值实现 25114.4亿元，是\n"
    "2013年的1.5倍，年均增长4.5%，占全\n市比重为6.3%。三地强化优质企业培\n育，筑牢工业稳增长压舱石。"
)


def test_lines_of_a_newspaper_column_are_joined_inside_words() -> None:
    made = cleaned(f"两县共建园区\n\n{COLUMN}\n\n{COLUMN.replace('2022', '2021')}")
    assert "区域产业协同发展" in made
    assert "两县地区工业增加值实现25114.4亿元，是2013年的1.5倍" in made
    assert made.count("\n\n") == 2
    assert made.startswith("两县共建园区\n\n近年来")


def test_a_blank_line_inside_a_word_is_closed_in_a_broken_text_only() -> None:
    broken = COLUMN.replace("优质企业培\n育", "优质企业培\n\n育")
    made = cleaned(f"题目\n\n{broken}\n\n{COLUMN.replace('2022', '2021')}")
    assert "优质企业培育，筑牢" in made
    assert "优质企业\n\n培育" in cleaned(f"{PROSE}\n\n优质企业\n\n培育，{MORE}")


def test_a_sentence_that_goes_on_after_a_comma_is_joined_anywhere() -> None:
    assert (
        cleaned(f"{PROSE}\n\n坚持医养一体化发展,\n\n加快培育发展服务业。")
        == f"{PROSE}\n\n坚持医养一体化发展,加快培育发展服务业。"
    )


def test_headings_stay_apart_from_each_other_and_from_paragraphs() -> None:
    for text in (
        f"全面深化两县对接合作\n深入推进区域内部协同\n\n{PROSE}\n\n{MORE}",
        f"一、总体要求\n{PROSE}\n二、主要任务\n{MORE}",
        f"{PROSE}\n{MORE}\n{PROSE[2:]}",
        "石家庄市\n秦皇岛市\n张家口市\n保定市\n廊坊市",
        "1.甲县产业园区建设项目，总投资三亿元\n2.乙县产业园区建设项目，总投资五亿元\n3.丙县产业园区建设项目，总投资七亿元",
    ):
        assert cleaned(text) == text


def test_paragraphs_of_a_printed_page_without_blank_lines_stay_apart() -> None:
    page = (
        "　　第一段说的是两县产业协同发展的背景和意义，要求各部门提高认识、加强领导、\n"
        "落实责任，确保方案提出的各项任务按期完成，并取得实实在在的成效。\n"
        "　　第二段说的是两县产业协同发展的目标和任务，要求到2030年建成三个园区，培育\n"
        "六条产业链，形成分工合理、链条完整、特色鲜明的产业格局，带动就业持续增加。\n"
        "　　第三段说的是保障措施，要求建立会商机制。"
    )
    assert cleaned(page).split("\n") == [
        "第一段说的是两县产业协同发展的背景和意义，要求各部门提高认识、加强领导、落实责任，确保方案提出的各项任务按期完成，并取得实实在在的成效。",
        "第二段说的是两县产业协同发展的目标和任务，要求到2030年建成三个园区，培育六条产业链，形成分工合理、链条完整、特色鲜明的产业格局，带动就业持续增加。",
        "第三段说的是保障措施，要求建立会商机制。",
    ]


def test_english_lines_are_joined_with_a_space_and_without_a_hyphen() -> None:
    text = (
        "The two counties have agreed on a joint plan for their industrial develop-\n"
        "ment, which names six chains and three parks, and asks for a meeting of both\n"
        "governments every quarter. Output of the region grew by 4.5 percent in 2022,\n"
        "faster than the average of the country."
    )
    made = cleaned(text)
    assert "industrial development, which" in made
    assert "meeting of both governments every quarter." in made
    assert "\n" not in made


# -- Spaces


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("　　总产值实现 25114.4亿元，增长。", "总产值实现25114.4亿元，增长。"),
        ("到 2025 年，建成 3 个园区。", "到2025年，建成3个园区。"),
        ("好。 \n\n\n \n　好。", "好。\n\n好。"),
        ("1 总体要求和主要目标，分三步。", "1 总体要求和主要目标，分三步。"),
        ("甲县 25 乙县 30", "甲县 25 乙县 30"),
        ("科研机构 and 高端人才，a  b，c", "科研机构 and 高端人才，a b，c"),
        ("滨 海 新 区揭牌。", "滨 海 新 区揭牌。"),
        ("在 滨 海 新 区，揭牌。", "在滨海新区，揭牌。"),
        ("第一章　总则", "第一章　总则"),
        ("零\u200b宽\ufeff字\u00ad符", "零宽字符"),
        ("甲县，  乙县。", "甲县，乙县。"),
        ("In 2023, the 3 parks grew.", "In 2023, the 3 parks grew."),
    ],
)
def test_spaces_go_where_they_carry_nothing(before: str, after: str) -> None:
    assert cleaned(before) == after


# -- Promises


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
