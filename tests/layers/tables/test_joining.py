"""Tests of joining rows to units and places."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, UnitAlias
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.tables.joining import JoinTarget, PlaceNames, guess_target, join_rows

PLACES = (
    Place("990000", PlaceKind.PROVINCE, "丁省", "Ding Province"),
    Place("990100", PlaceKind.CITY, "丙州市", "Bingzhou"),
    Place("990101", PlaceKind.COUNTY, "甲水县", "Jiashui County"),
    Place("990102", PlaceKind.COUNTY, "桥南区", "Qiaonan District"),
    Place("990200", PlaceKind.CITY, "庚州市", "Gengzhou"),
    Place("990201", PlaceKind.COUNTY, "桥南区", "Qiaonan District"),
    Place("jia-park", PlaceKind.INDUSTRIAL_PARK, "甲水产业园", "Jiashui Park", aliases=("甲园",)),
)


@pytest.fixture(scope="module")
def names() -> PlaceNames:
    catalogue = Catalogue(
        places={place.id: place for place in PLACES},
        unit_aliases=(UnitAlias("老甲县", "990101", "renamed", "2001", ""),),
    )
    return PlaceNames(catalogue)


def _table(**columns: Any) -> FeatureTable:
    return FeatureTable(pa.table(columns))


def test_rows_find_their_unit_by_any_of_its_names(names: PlaceNames) -> None:
    table = _table(县=["甲水县", "甲水", "丙州市甲水县", "丁省丙州甲水", "９９０１０１", " 甲水 ", "老甲县"])
    answer = join_rows(table, ["县"], JoinTarget.COUNTIES, names)
    assert {answer.place_id(row) for row in range(7)} == {"990101"}
    assert answer.matched_share == 1.0
    assert [(old.text, old.place_id, old.rows) for old in answer.old_names] == [("老甲县", "990101", 1)]
    assert answer.repeated() == (("990101", 7),)


def test_codes_may_be_numbers(names: PlaceNames) -> None:
    for values in ([990101, 990102, None], [990101.0, 990102.0, float("nan")]):
        answer = join_rows(_table(码=values), ["码"], JoinTarget.COUNTIES, names)
        assert answer.place_ids == ("990101", "990102")
        assert answer.empty_rows == 1


def test_an_ambiguous_name_is_left_open_with_all_that_it_may_mean(names: PlaceNames) -> None:
    answer = join_rows(_table(县=["桥南区", "桥南区"]), ["县"], JoinTarget.COUNTIES, names)
    (open_text,) = answer.unmatched
    assert open_text.is_ambiguous
    assert open_text.rows == 2
    assert open_text.candidates == ("990102", "990201")
    assert answer.matched_rows == 0


def test_a_second_column_makes_it_clear(names: PlaceNames) -> None:
    table = _table(市=["庚州市", "丙州市"], 县=["桥南区", "桥南区"])
    answer = join_rows(table, ["市", "县"], JoinTarget.COUNTIES, names)
    assert [answer.place_id(row) for row in (0, 1)] == ["990201", "990102"]


def test_what_is_not_known_is_listed_the_most_frequent_first(names: PlaceNames) -> None:
    table = _table(县=["己县", "甲水线", "己县", "", None, "丙州市甲水县临港园"])
    answer = join_rows(table, ["县"], JoinTarget.COUNTIES, names)
    assert [(each.text, each.rows) for each in answer.unmatched] == [
        ("己县", 2),
        ("丙州市甲水县临港园", 1),
        ("甲水线", 1),
    ]
    assert answer.unmatched[0].candidates == ()
    assert answer.unmatched[1].candidates == ("990101",)
    assert answer.unmatched[2].candidates == ("990101",)
    assert answer.empty_rows == 2
    assert answer.matched_share == 0.0


def test_what_the_user_decides_is_taken(names: PlaceNames) -> None:
    table = _table(县=["桥南区", "己县", "甲水县"])
    choices = {"桥南区": "990201", "己县": "990101", "甲水县": ""}
    answer = join_rows(table, ["县"], JoinTarget.COUNTIES, names, choices=choices)
    assert [answer.place_id(row) for row in range(3)] == ["990201", "990101", ""]


def test_places_are_found_by_id_name_and_alias(names: PlaceNames) -> None:
    table = _table(园=["jia-park", "甲水产业园", "甲园", "甲水县", "JIASHUI PARK"])
    answer = join_rows(table, ["园"], JoinTarget.PLACES, names)
    found = [answer.place_id(row) for row in range(5)]
    assert found == ["jia-park", "jia-park", "jia-park", "990101", "jia-park"]


def test_a_county_is_no_city(names: PlaceNames) -> None:
    answer = join_rows(_table(市=["甲水县", "丙州"]), ["市"], JoinTarget.CITIES, names)
    assert [answer.place_id(row) for row in (0, 1)] == ["", "990100"]


@pytest.mark.parametrize(
    ("texts", "target"),
    [
        (["甲水", "庚州市桥南区"], JoinTarget.COUNTIES),
        (["丙州", "庚州市"], JoinTarget.CITIES),
        (["丁省", "丁省"], JoinTarget.PROVINCES),
        (["甲园", "甲水产业园"], JoinTarget.PLACES),
        (["某物", ""], JoinTarget.COUNTIES),
    ],
)
def test_the_target_is_guessed_from_the_rows(names: PlaceNames, texts: list[str], target: JoinTarget) -> None:
    assert guess_target(_table(名=texts), ["名"], names) is target


def test_a_table_without_rows_joins_nothing(names: PlaceNames) -> None:
    answer = join_rows(_table(县=pa.chunked_array([], pa.string())), ["县"], JoinTarget.COUNTIES, names)
    assert len(answer) == 0
    assert answer.matched_share == 0.0


def test_columns_of_every_kind_are_read_as_texts(names: PlaceNames) -> None:
    codes = pa.array(["990101", "990102"])
    kinds = (codes, codes.dictionary_encode(), codes.cast(pa.large_string()), pa.array([990101, 990102]))
    for values in (*kinds, pa.chunked_array([codes[:1], codes[1:]])):
        answer = join_rows(FeatureTable(pa.table({"码": values})), ["码"], JoinTarget.COUNTIES, names)
        assert answer.place_of_row.tolist() == [0, 1]
    odd = pa.table({"码": pa.array([True, False]), "日": pa.array(np.array([1, 2], "datetime64[D]"))})
    assert join_rows(FeatureTable(odd), ["码", "日"], JoinTarget.COUNTIES, names).matched_rows == 0


def test_a_cancelled_join_stops(names: PlaceNames) -> None:
    table = _table(县=[f"己县{n}" for n in range(100)])
    answer = join_rows(table, ["县"], JoinTarget.COUNTIES, names, cancelled=lambda: True)
    assert answer.matched_rows == 0
    assert answer.unmatched == ()
