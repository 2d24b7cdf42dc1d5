import pytest

from tests.text.cleaned_texts import cleaned


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
