import pytest

from jjjmap.text.records import CleaningKind
from tests.text.cleaned_texts import MORE, PROSE, cleaned, kinds


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
