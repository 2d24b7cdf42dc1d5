"""Which rows are asked about, and how well their position is known."""

import numpy as np
import pytest

from jjjmap.analysis.hotspots.list_rows import check_points, list_rows, repeated_positions, weights_of
from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.catalogue.models import Catalogue

from .conftest import county_code, made_layer, middle


def test_values_are_whole_texts_or_beginnings(made_catalogue: Catalogue) -> None:
    layer = made_layer({"行业": ["27", "271", " 2710 ", "127", "", None]}, [116.0] * 6, [39.0] * 6)

    def chosen(*values: str) -> list[int]:
        return np.flatnonzero(list_rows(layer, "行业", values, made_catalogue).chosen).tolist()

    assert chosen("27") == [0]
    assert chosen("27*") == [0, 1, 2]
    assert chosen("2710", "127") == [2, 3]


def test_numbers_can_be_categories(made_catalogue: Catalogue) -> None:
    layer = made_layer({"代码": [2710, 3610]}, [116.0] * 2, [39.0] * 2)
    assert list_rows(layer, "代码", ("27*",), made_catalogue).chosen.tolist() == [True, False]


def test_rows_that_a_filter_hides_are_not_asked_about(made_catalogue: Catalogue) -> None:
    layer = made_layer({"行业": ["甲", "甲"]}, [116.0] * 2, [39.0] * 2, shown=np.array([True, False]))
    assert list_rows(layer, "行业", ("甲",), made_catalogue).chosen.tolist() == [True, False]


@pytest.mark.parametrize(
    ("category", "values", "code"), [("没有", ("甲",), "no-such-column"), ("行业", ("乙",), "no-rows")]
)
def test_a_category_that_is_not_there_is_told(
    made_catalogue: Catalogue, category: str, values: tuple[str, ...], code: str
) -> None:
    layer = made_layer({"行业": ["甲"]}, [116.0], [39.0])
    with pytest.raises(AnalysisImpossible) as caught:
        list_rows(layer, category, values, made_catalogue)
    assert caught.value.finding.code == code


@pytest.mark.parametrize(
    ("names", "levels", "precisions"),
    [
        (("level", "precision"), ["site", "county", "city", "ambiguous"], ["site", "county", "area", ""]),
        (
            ("落位级别", "点位精度"),
            ["具体位置", "区县", "地市", "有歧义"],
            ["具体位置", "到区县", "到片区", ""],
        ),
    ],
)
def test_the_columns_of_placing_tell_how_good_positions_are(
    made_catalogue: Catalogue, names: tuple[str, str], levels: list[str], precisions: list[str]
) -> None:
    layer = made_layer({names[0]: levels, names[1]: precisions}, [116.0] * 4, [39.0] * 4)
    rows = list_rows(layer, "", (), made_catalogue)
    assert rows.says_precision
    assert rows.is_coarse.tolist() == [False, True, True, True]
    assert rows.is_vague.tolist() == [False, False, True, True]


def test_without_them_what_stands_on_a_label_point_is_known(made_catalogue: Catalogue) -> None:
    county, province = made_catalogue.places[county_code(0, 1)], made_catalogue.places["110000"]
    points = [
        (county.lon, county.lat),
        (province.lon, province.lat),
        middle(2, 2),
        (116.01, 38.6),
        (None, None),
    ]
    lon, lat = np.array([[np.nan if each is None else each for each in point] for point in points]).T
    rows = list_rows(made_layer({"名": list("甲乙丙丁戊")}, lon, lat), "", (), made_catalogue)
    assert rows.is_coarse.tolist() == [True, True, True, False, False]
    assert rows.is_vague.tolist() == [False, True, False, False, False]


def test_repeated_positions_are_counted() -> None:
    lon = np.array([116.0, 116.0, 116.0, 117.0, 117.0, 118.0])
    assert repeated_positions(lon, np.full(6, 39.0)) == (5, 3)


def test_a_table_without_positions_and_one_with_empty_ones_are_refused(made_catalogue: Catalogue) -> None:
    for layer, code in (
        (made_layer({"名": ["甲"]}), "not-points"),
        (made_layer({"名": ["甲"]}, [np.nan], [np.nan]), "no-positions"),
    ):
        with pytest.raises(AnalysisImpossible) as caught:
            check_points(list_rows(layer, "", (), made_catalogue))
        assert caught.value.finding.code == code


def test_texts_are_no_weights(made_catalogue: Catalogue) -> None:
    rows = list_rows(made_layer({"名": ["甲"]}, [116.0], [39.0]), "", (), made_catalogue)
    with pytest.raises(AnalysisImpossible) as caught:
        weights_of(rows, "名")
    assert caught.value.finding.code == "weight-not-a-number"
