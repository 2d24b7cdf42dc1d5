import numpy as np
import pyarrow as pa
import pytest

from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import REST, Geometry, Shape
from jjjmap.layers.styling.classify import apply_style, problem_of
from jjjmap.layers.styling.column_values import TableColumns
from jjjmap.layers.styling.user_style import (
    MAX_CLASSES,
    CategoryLook,
    Scheme,
    StyledRows,
    StyleMode,
    UserStyle,
)


def labels(styled: StyledRows) -> list[str]:
    return [symbol.label_zh for symbol in styled.style.classes]


def test_a_single_style_puts_every_row_into_one_class(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(color="#d55e00", size_px=9.0))
    assert [(symbol.fill, symbol.size_px) for symbol in styled.style.classes] == [("#d55e00", 9.0)]
    assert styled.class_of_row.tolist() == [0] * 10
    assert styled.class_of_row.dtype == np.uint8
    assert styled.count_of_class == (10,)
    assert styled.no_data is None


def test_the_most_frequent_categories_have_colours_and_all_others_share_one(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.CATEGORISED, "行业", class_count=2))
    assert labels(styled) == ["轴承", "自行车", "其他", "无数据"]
    assert styled.count_of_class == (4, 2, 2, 2)
    assert styled.class_of_row.tolist() == [0, 0, 0, 0, 1, 1, 2, 2, 3, 3]
    assert len({symbol.fill for symbol in styled.style.classes}) == 4


def test_a_blank_text_and_a_missing_one_are_both_no_data_and_stand_last(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.CATEGORISED, "行业"))
    assert styled.no_data is styled.style.classes[-1]
    assert styled.class_of_row[[8, 9]].tolist() == [len(styled.style.classes) - 1] * 2
    assert styled.no_data.size_px < styled.style.classes[0].size_px


def test_categories_that_the_user_chose_come_first_and_keep_their_looks(firms: FeatureTable) -> None:
    chosen = (CategoryLook("丝网", "#111111", "丝网业", Shape.STAR), CategoryLook("没有的", "#222222"))
    styled = apply_style(firms, UserStyle(StyleMode.CATEGORISED, "行业", class_count=3, categories=chosen))
    first, absent, third = styled.style.classes[:3]
    assert (first.label_zh, first.fill, first.shape) == ("丝网业", "#111111", Shape.STAR)
    assert absent.value == "没有的"
    assert third.value == "轴承"
    assert styled.count_of_class[:3] == (1, 0, 4)


def test_the_rest_can_be_called_and_coloured_by_the_user(firms: FeatureTable) -> None:
    style = UserStyle(
        StyleMode.CATEGORISED, "行业", class_count=1, categories=(CategoryLook(REST, "#123456", "别的"),)
    )
    styled = apply_style(firms, style)
    assert [(symbol.label_zh, symbol.fill) for symbol in styled.style.classes[1:2]] == [("别的", "#123456")]


def test_when_colours_are_used_up_the_shape_tells_categories_apart() -> None:
    table = FeatureTable(
        pa.table({"类": [f"第{number}类" for number in range(20)]}),
        Geometry.POINT,
        np.zeros(20),
        np.zeros(20),
    )
    styled = apply_style(table, UserStyle(StyleMode.CATEGORISED, "类", class_count=20))
    looks = {(symbol.fill, symbol.shape) for symbol in styled.style.classes}
    assert len(looks) == 20


def test_when_colours_are_used_up_hatching_tells_areas_apart() -> None:
    table = FeatureTable(
        pa.table({"类": [f"第{number}类" for number in range(16)]}),
        Geometry.POLYGON,
        wkb=pa.chunked_array([pa.nulls(16, pa.binary())]),
    )
    styled = apply_style(table, UserStyle(StyleMode.CATEGORISED, "类", class_count=16))
    assert len({(symbol.fill, symbol.hatch) for symbol in styled.style.classes}) == 16


def test_no_more_classes_than_a_byte_can_say() -> None:
    count = 1000
    table = FeatureTable(
        pa.table({"类": [f"第{number}类" for number in range(count)] + [None]}),
        Geometry.POINT,
        np.zeros(count + 1),
        np.zeros(count + 1),
    )
    styled = apply_style(table, UserStyle(StyleMode.CATEGORISED, "类", class_count=5000))
    assert len(styled.style.classes) == MAX_CLASSES
    assert sum(styled.count_of_class) == count + 1


def test_truth_values_are_called_yes_and_no(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.CATEGORISED, "在营"))
    assert labels(styled) == ["是", "否", "无数据"]
    assert styled.style.classes[0].label_en == "yes"


def test_numbers_can_be_categories_and_dictionaries_too() -> None:
    table = FeatureTable(
        pa.table(
            {
                "等级": pa.array([1, 2, 2, None]),
                "县": pa.chunked_array(
                    [
                        pa.array(["甲县", "乙县"]).dictionary_encode(),
                        pa.array(["乙县", None]).dictionary_encode(),
                    ]
                ),
            }
        ),
        Geometry.POINT,
        np.zeros(4),
        np.zeros(4),
    )
    assert apply_style(table, UserStyle(StyleMode.CATEGORISED, "等级")).count_of_class == (2, 1, 1)
    styled = apply_style(table, UserStyle(StyleMode.CATEGORISED, "县"))
    assert labels(styled) == ["乙县", "甲县", "无数据"]
    assert styled.class_of_row.tolist() == [1, 0, 0, 2]


def test_a_value_that_equals_a_break_belongs_to_the_class_below(firms: FeatureTable) -> None:
    style = UserStyle(StyleMode.GRADUATED, "产值（万元）", Scheme.MANUAL, breaks=(10.0, 90.0))
    styled = apply_style(firms, style)
    assert labels(styled) == ["≤ 10 万元", "> 10 – 90 万元", "> 90 万元", "无数据"]
    assert styled.class_of_row.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 3, 3]
    assert styled.count_of_class == (4, 3, 1, 2)


def test_ranges_of_whole_numbers_do_not_touch(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.GRADUATED, "人数", Scheme.EQUAL_INTERVAL, class_count=2))
    assert labels(styled) == ["0 – 50", "51 – 100", "无数据"]


def test_dates_are_cut_into_ranges_of_days(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.GRADUATED, "成立", Scheme.QUANTILES, class_count=3))
    assert labels(styled)[:2] == ["2000-01-01 – 2002-09-01", "2002-09-02 – 2005-05-02"]
    assert sum(styled.count_of_class[:3]) == 9


def test_classes_that_the_user_coloured_or_called_keep_that(firms: FeatureTable) -> None:
    style = UserStyle(
        StyleMode.GRADUATED,
        "人数",
        Scheme.MANUAL,
        breaks=(10.0,),
        categories=(CategoryLook("1", "#abcdef", "大厂"),),
    )
    styled = apply_style(firms, style)
    assert (styled.style.classes[1].fill, styled.style.classes[1].label_en) == ("#abcdef", "大厂")
    assert styled.style.classes[0].label_zh == "≤ 10"


def test_an_empty_class_of_manual_breaks_stays_in_the_legend(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.GRADUATED, "人数", Scheme.MANUAL, breaks=(100.0, 500.0)))
    assert labels(styled) == ["≤ 100", "101 – 500", "> 500", "无数据"]
    assert styled.count_of_class == (9, 0, 0, 1)


def test_areas_of_proportional_symbols_are_as_their_values(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.PROPORTIONAL, "人数", max_size_px=100.0))
    assert styled.size_of_row_px is not None
    assert styled.size_of_row_px.tolist()[1:9] == [10, 20, 30, 40, 50, 60, 70, 100]
    assert styled.size_of_row_px[0] == 3, "zero shows as a dot"
    assert styled.count_of_class[-1] == 1
    legend = [(symbol.label_zh, symbol.size_px) for symbol in styled.style.classes[:-1]]
    assert legend == [("≤ 2", 14.0), ("≤ 20", 45.0), ("≤ 100", 100.0)]


def test_negative_values_are_hollow_and_sized_by_their_absolute_value(firms: FeatureTable) -> None:
    styled = apply_style(firms, UserStyle(StyleMode.PROPORTIONAL, "增减", max_size_px=100.0))
    negative = styled.style.classes[-2]
    assert (negative.fill, styled.count_of_class[-2]) == ("", 2)
    assert styled.size_of_row_px is not None
    assert styled.size_of_row_px[0] == styled.size_of_row_px[4] == 20


@pytest.mark.parametrize(
    ("style", "words"),
    [
        (UserStyle(StyleMode.CATEGORISED, "没有"), "没有“没有”这一列"),
        (UserStyle(StyleMode.CATEGORISED), "还没有选择"),
        (UserStyle(StyleMode.GRADUATED, "行业"), "不能分级"),
        (UserStyle(StyleMode.PROPORTIONAL, "成立"), "比例符号"),
    ],
)
def test_a_style_that_does_not_fit_says_why_and_draws_one_class(
    firms: FeatureTable, style: UserStyle, words: str
) -> None:
    assert words in problem_of(style, TableColumns(firms))
    assert apply_style(firms, style).count_of_class == (10,)


def test_proportional_symbols_are_for_points_only(squares: FeatureTable) -> None:
    assert "点图层" in problem_of(UserStyle(StyleMode.PROPORTIONAL, "人数"), TableColumns(squares))


def test_a_column_without_any_value_is_one_class_of_no_data() -> None:
    table = FeatureTable(
        pa.table({"值": pa.nulls(3, pa.float64()), "字": pa.nulls(3, pa.string())}),
        Geometry.POINT,
        np.zeros(3),
        np.zeros(3),
    )
    for mode, column in (
        (StyleMode.GRADUATED, "值"),
        (StyleMode.PROPORTIONAL, "值"),
        (StyleMode.CATEGORISED, "字"),
    ):
        styled = apply_style(table, UserStyle(mode, column))
        assert labels(styled) == ["无数据"]
        assert styled.count_of_class == (3,)
        assert styled.class_of_row.tolist() == [0, 0, 0]


def test_a_table_without_rows_has_a_legend_all_the_same(firms: FeatureTable) -> None:
    empty = firms.take([])
    for mode, column in (
        (StyleMode.SINGLE, ""),
        (StyleMode.CATEGORISED, "行业"),
        (StyleMode.GRADUATED, "人数"),
        (StyleMode.PROPORTIONAL, "人数"),
    ):
        styled = apply_style(empty, UserStyle(mode, column))
        assert styled.style.classes
        assert len(styled.class_of_row) == 0


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize(
    "values",
    [
        [5.0] * 4,
        [1.0, 2.0],
        [float("inf"), float("-inf"), 1.0, 2.0],
        [1.7e308, -1.7e308, 0.0, 1.0, 2.0, 3.0, 4.0],
        [5e-324, 1e-323, 0.0, 1.5e-323, 2e-323, 2.5e-323],
        [1e15, 1e15 + 1, 1e15 + 2, 1e15 + 3, 1e15 + 4, 1e15 + 5, 1e15 + 6],
    ],
)
def test_extreme_numbers_are_classed_without_a_warning(scheme: Scheme, values: list[float]) -> None:
    count = len(values)
    table = FeatureTable(pa.table({"值": pa.array(values)}), Geometry.POINT, np.zeros(count), np.zeros(count))
    for mode in (StyleMode.GRADUATED, StyleMode.PROPORTIONAL):
        styled = apply_style(table, UserStyle(mode, "值", scheme, breaks=(0.0, 1.0)))
        assert sum(styled.count_of_class) == count
        assert styled.class_of_row.max() < len(styled.style.classes)


def test_a_hostile_value_is_only_a_text_of_one_line_in_the_legend() -> None:
    value = "<script>alert(1)</script>\n" + "长" * 500
    table = FeatureTable(pa.table({"类": [value]}), Geometry.POINT, np.zeros(1), np.zeros(1))
    (symbol,) = apply_style(table, UserStyle(StyleMode.CATEGORISED, "类")).style.classes
    assert symbol.value == value
    assert "\n" not in symbol.label_zh
    assert len(symbol.label_zh) <= 120


def test_rows_that_are_nowhere_have_no_say_in_the_classes_of_the_map() -> None:
    lon = np.array([116.0, 116.1, 116.2, np.nan])
    attributes = pa.table({"产值": [1.0, 2.0, 3.0, 99_999.0]})
    table = FeatureTable(attributes, Geometry.POINT, lon, lon - 77)
    styled = apply_style(table, UserStyle(mode=StyleMode.GRADUATED, column="产值", class_count=3))
    assert not any("99,999" in symbol.label_zh for symbol in styled.style.classes)
    assert styled.no_data is None and sum(styled.count_of_class) == 3
    assert int(styled.class_of_row.max()) < len(styled.style.classes)
    sized = apply_style(table, UserStyle(mode=StyleMode.PROPORTIONAL, column="产值", max_size_px=40))
    assert sized.size_of_row_px is not None and sized.size_of_row_px[2] == 40


def test_a_table_that_is_no_map_has_classes_of_all_its_rows() -> None:
    table = FeatureTable(pa.table({"产值": [1.0, 2.0, 9.0]}))
    styled = apply_style(table, UserStyle(mode=StyleMode.GRADUATED, column="产值", class_count=3))
    assert sum(styled.count_of_class) == 3
