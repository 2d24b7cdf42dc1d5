"""Tests of guesses at a datum."""

import numpy as np
import numpy.typing as npt
import pytest

from jjjmap.i18n import Language, use_language
from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.opening.datum_titles import OFFERED
from jjjmap.layers.opening.datums import (
    BD09,
    GCJ02,
    WGS84,
    datum_title,
    from_wgs84,
    guess_datum,
    is_sure,
    signature,
)
from jjjmap.layers.opening.records import FileFormat

Positions = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


@pytest.fixture(scope="module")
def positions() -> Positions:
    """1 500 positions spread over the region."""
    rng = np.random.default_rng(7)
    units = shipped_units()
    west, south, east, north = units.bounds
    lon, lat = rng.uniform(west, east, 5_000), rng.uniform(south, north, 5_000)
    inside = units.county_of(lon, lat) != ""
    return lon[inside][:1_500], lat[inside][:1_500]


def test_degrees_without_a_word_are_wgs84_but_not_for_sure(positions: Positions) -> None:
    guesses = guess_datum(*positions)
    assert [guess.datum for guess in guesses] == [WGS84, GCJ02, BD09]
    assert not is_sure(guesses)
    assert guesses[0].shift_m == 0
    assert 400 < guesses[1].shift_m < 700 < guesses[2].shift_m < 1_800
    assert all(guess.reason.endswith("。") for guess in guesses)


@pytest.mark.parametrize(
    ("names", "datum"),
    [
        (("lng_gcj02", "lat_gcj02"), GCJ02),
        (("高德经度", "高德纬度"), GCJ02),
        (("bd_lng", "bd_lat"), BD09),
        (("百度经度", "百度纬度"), BD09),
        (("wgs84_x", "wgs84_y"), WGS84),
    ],
)
def test_names_of_the_columns_decide(positions: Positions, names: tuple[str, ...], datum: str) -> None:
    guesses = guess_datum(*from_wgs84(*positions, datum), names=names)
    assert guesses[0].datum == datum
    assert names[0] in guesses[0].reason
    assert is_sure(guesses)


def test_names_beside_count_for_less_than_those_of_the_columns(positions: Positions) -> None:
    guesses = guess_datum(*positions, names=("lng_gcj02",), beside=("百度门店.csv", "bd_id"))
    assert guesses[0].datum == GCJ02


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09])
def test_rows_that_name_their_county_show_the_datum(positions: Positions, datum: str) -> None:
    units = shipped_units()
    counties = units.county_of(*positions)
    said = [units.unit_name(code) for code in counties]
    guesses = guess_datum(*from_wgs84(*positions, datum), units=said)
    assert guesses[0].datum == datum
    assert is_sure(guesses)
    assert "1500" in guesses[0].reason


def test_counties_that_are_wrong_decide_nothing(positions: Positions) -> None:
    guesses = guess_datum(*positions, units=["浦东新区"] * len(positions[0]))
    assert not is_sure(guesses)


@pytest.mark.parametrize(
    "datum", ["EPSG:4527", "EPSG:4498", "EPSG:4547", "EPSG:4548", "EPSG:4549", "EPSG:3857"]
)
def test_plane_coordinates_are_told_by_their_size(positions: Positions, datum: str) -> None:
    guesses = guess_datum(*from_wgs84(*positions, datum))
    assert guesses[0].datum == datum
    assert guesses[0].shift_m == 0.0
    assert not guesses[0].swap_axes


def test_xian_and_beijing_are_offered_but_only_named_by_names(positions: Positions) -> None:
    x, y = from_wgs84(*positions, "EPSG:2363")
    assert {"EPSG:2363", "EPSG:2415"} < {guess.datum for guess in guess_datum(x, y)}
    assert guess_datum(x, y, beside=("地块_西安80.shp",))[0].datum == "EPSG:2363"
    assert guess_datum(x, y, beside=("北京54坐标",))[0].datum == "EPSG:2415"
    assert guess_datum(x, y, beside=("xiang_code", "西安路", "1980年"))[0].datum == "EPSG:4527"


@pytest.mark.parametrize("name", ["控制点_120E.csv", "中央经线120", "CGCS2000_CM_120", "宗地（120度带）"])
def test_a_name_may_tell_the_central_meridian(name: str) -> None:
    east, north = from_wgs84([119.4, 119.5], [40.0, 40.1], "EPSG:4549")
    assert guess_datum(east, north)[0].datum == "EPSG:4548"  # Beijing and 秦皇岛 have the same numbers.
    assert guess_datum(east, north, beside=(name,))[0].datum == "EPSG:4549"
    assert guess_datum(east, north, beside=("名单2015-120家.csv",))[0].datum == "EPSG:4548"


def test_swapped_degrees_and_swapped_metres_are_seen(positions: Positions) -> None:
    lon, lat = positions
    best = guess_datum(lat, lon)[0]
    assert (best.datum, best.swap_axes) == (WGS84, True)
    east, north = from_wgs84(lon, lat, "EPSG:4527")
    best = guess_datum(north, east)[0]
    assert (best.datum, best.swap_axes) == ("EPSG:4527", True)


def test_what_the_file_says_is_taken(positions: Positions) -> None:
    assert is_sure(guess_datum(*positions, "EPSG:4490"))
    guesses = guess_datum(*from_wgs84(*positions, "EPSG:4547"), "EPSG:4547")
    assert guesses[0].datum == "EPSG:4547"
    assert is_sure(guesses)


def test_wgs84_of_the_file_is_doubted_when_the_columns_say_otherwise(positions: Positions) -> None:
    guesses = guess_datum(*positions, "EPSG:4326", names=("gcj_lng",))
    assert guesses[0].datum == GCJ02
    assert not is_sure(guesses)


def test_what_the_file_says_is_refuted_by_the_numbers(positions: Positions) -> None:
    metres = guess_datum(*from_wgs84(*positions, "EPSG:4527"), "EPSG:4326")
    assert metres[0].datum == "EPSG:4527"
    assert "对不上" in metres[0].reason
    degrees = guess_datum(*positions, "EPSG:4527")
    assert degrees[0].datum == WGS84
    assert "对不上" in degrees[0].reason
    assert not is_sure(degrees)


def test_numbers_that_fit_nothing_get_no_score() -> None:
    (only,) = guess_datum([300_000.0, 310_000.0], [280_000.0, 290_000.0])
    assert only.score == 0.0
    assert not is_sure((only,))


@pytest.mark.parametrize(
    ("x", "y"), [([], []), ([np.nan], [1.0]), ([np.inf], [1.0]), ([0.0, 0.0], [0.0, 0.0])]
)
def test_without_positions_there_is_nothing_to_guess(x: list[float], y: list[float]) -> None:
    assert guess_datum(x, y) == ()


def test_a_few_broken_rows_change_nothing(positions: Positions) -> None:
    lon, lat = (np.concatenate([values, [0.0, 1e9, np.nan, -1e9]]) for values in positions)
    assert guess_datum(lon, lat)[0].datum == WGS84


def test_positions_elsewhere_are_still_degrees() -> None:
    guesses = guess_datum([121.47, 113.26], [31.23, 23.13])
    assert guesses[0].datum == WGS84
    assert not guesses[0].swap_axes


def test_scores_add_up_to_one_at_most_and_are_sorted(positions: Positions) -> None:
    for x, y in (positions, from_wgs84(*positions, "EPSG:4548")):
        scores = [guess.score for guess in guess_datum(x, y)]
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) <= 1.001


def test_files_of_one_make_have_one_signature() -> None:
    first = signature(FileFormat.CSV, ["名称", "经度"], "")
    assert first == signature(FileFormat.CSV, ("名称", "经度"), " ")
    assert first != signature(FileFormat.XLSX, ["名称", "经度"], "")
    assert first != signature(FileFormat.CSV, ["名称经度"], "")
    assert len(signature(FileFormat.CSV, ["\ud800"], "")) == 16


def test_every_datum_that_is_offered_has_a_title() -> None:
    titles = {datum_title(datum) for datum in (*OFFERED, "EPSG:99999999", 'PROJCS["甲",x]')}
    assert len(titles) == len(OFFERED) + 2


def test_zones_are_called_as_surveyors_call_them_in_either_language() -> None:
    assert datum_title("EPSG:4548") == "CGCS2000 3°带，中央经线 117°（EPSG:4548）"
    assert datum_title("EPSG:4527") == "CGCS2000 3°带，第 39 带（EPSG:4527）"
    assert datum_title("EPSG:4498") == "CGCS2000 6°带，第 20 带（EPSG:4498）"
    assert datum_title("EPSG:2384") == "西安80 3°带，中央经线 117°（EPSG:2384）"
    assert datum_title("EPSG:32650") == "UTM 50N 带（WGS-84，EPSG:32650）"
    use_language(Language.EN)
    try:
        assert "带" not in datum_title("EPSG:2384")
    finally:
        use_language(Language.ZH)
