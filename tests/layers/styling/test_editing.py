from dataclasses import replace

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Shape
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.editing import (
    is_category,
    moved,
    with_break,
    with_breaks,
    with_color,
    with_label,
    with_shape,
    without_category,
)
from jjjmap.layers.styling.user_style import CategoryLook, Scheme, StyleMode, UserStyle

BY_TRADE = UserStyle(StyleMode.CATEGORISED, "行业", class_count=3)


def look(table: FeatureTable, style: UserStyle) -> list[tuple[str, str]]:
    return [(symbol.label_zh, symbol.fill) for symbol in apply_style(table, style).style.classes]


def test_one_category_changes_its_colour_and_nothing_else(firms: FeatureTable) -> None:
    before = look(firms, BY_TRADE)
    after = look(firms, with_color(BY_TRADE, apply_style(firms, BY_TRADE), 1, "#010203"))
    assert after == [before[0], (before[1][0], "#010203"), *before[2:]]


def test_rest_and_no_data_have_colours_of_their_own(firms: FeatureTable) -> None:
    style = BY_TRADE
    for row, color in ((3, "#010203"), (4, "#040506")):
        style = with_color(style, apply_style(firms, style), row, color)
    assert [color for _label, color in look(firms, style)[3:]] == ["#010203", "#040506"]


def test_the_colour_of_a_single_class_is_the_colour_of_the_style(firms: FeatureTable) -> None:
    style = UserStyle()
    assert with_color(style, apply_style(firms, style), 0, "#010203").color == "#010203"


def test_a_label_can_be_given_and_taken_back(firms: FeatureTable) -> None:
    called = with_label(BY_TRADE, apply_style(firms, BY_TRADE), 0, " 轴承业 ")
    assert look(firms, called)[0][0] == "轴承业"
    assert look(firms, with_label(called, apply_style(firms, called), 0, ""))[0][0] == "轴承"


def test_a_range_can_be_coloured_and_called(firms: FeatureTable) -> None:
    style = UserStyle(StyleMode.GRADUATED, "人数", Scheme.MANUAL, breaks=(10.0,))
    style = with_color(style, apply_style(firms, style), 1, "#010203")
    style = with_label(style, apply_style(firms, style), 1, "大厂")
    assert look(firms, style)[1] == ("大厂", "#010203")


def test_a_category_can_be_left_to_the_others(firms: FeatureTable) -> None:
    styled = apply_style(firms, BY_TRADE)
    after = apply_style(firms, without_category(BY_TRADE, styled, 0))
    assert [symbol.value for symbol in after.style.classes] == [
        symbol.value for symbol in styled.style.classes[1:]
    ]
    assert after.count_of_class[-2] == styled.count_of_class[-2] + styled.count_of_class[0]


def test_a_category_moves_with_its_colour(firms: FeatureTable) -> None:
    before = look(firms, BY_TRADE)
    after = look(firms, moved(BY_TRADE, apply_style(firms, BY_TRADE), 0, 1))
    assert after[:3] == [before[1], before[0], before[2]]


def test_the_rest_and_no_data_are_no_categories(firms: FeatureTable) -> None:
    styled = apply_style(firms, BY_TRADE)
    assert [is_category(BY_TRADE, styled, row) for row in range(5)] == [True, True, True, False, False]


def test_a_break_that_is_moved_makes_the_breaks_manual() -> None:
    style = UserStyle(StyleMode.GRADUATED, "人数", Scheme.QUANTILES, 3)
    changed = with_break(style, (10.0, 20.0, 100.0), 0, 25.0)
    assert (changed.scheme, changed.breaks, changed.class_count) == (Scheme.MANUAL, (20.0, 25.0), 3)


def test_breaks_that_meet_become_one() -> None:
    assert with_breaks(UserStyle(), (5.0, 5.0, 1.0)).breaks == (1.0, 5.0)


def test_another_shape_is_for_all_that_had_the_old_one() -> None:
    looks = (CategoryLook("甲", "#111111"), CategoryLook("乙", "#222222", shape=Shape.STAR))
    style = with_shape(replace(BY_TRADE, categories=looks), Shape.SQUARE)
    assert [look.shape for look in style.categories] == [Shape.SQUARE, Shape.STAR]
    assert style.shape is Shape.SQUARE
