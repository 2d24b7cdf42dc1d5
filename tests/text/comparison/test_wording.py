"""Tests of how much wording names share."""

from jjjmap.text.comparison.wording import likeness


def test_likeness_is_the_same_both_ways_and_needs_shared_words() -> None:
    assert likeness("高端工业母机", "高端仪器设备和工业母机") == likeness(
        "高端仪器设备和工业母机", "高端工业母机"
    )
    assert likeness("高端工业母机", "高端仪器设备和工业母机") > 0.7
    assert likeness("生物医药", "合成生物") < 0.6
    assert likeness("网络安全", "新一代信息技术应用创新") == 0
    assert likeness("", "甲") == 0 and likeness("甲乙", "甲乙") == 1
