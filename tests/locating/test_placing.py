import numpy as np
import pyarrow as pa
import pytest

from jjjmap.layers.opening.records import ColumnRole
from jjjmap.locating.placing import Locator, Placements
from jjjmap.locating.records import Closeness, Fields, Level, Reason

from .credit_code_maker import credit_code

ADDRESSES = ["桥西区中华大街", "天津开发区第三大街51号", None, "上海市", "桥西区中华大街", "迁安市杨店子镇"]


@pytest.fixture
def placements(locator: Locator) -> Placements:
    placed = locator.place_rows({ColumnRole.ADDRESS: pa.array(ADDRESSES)})
    assert placed is not None
    return placed


def test_rows_are_placed_in_their_order(placements: Placements) -> None:
    assert [Level(level) for level in placements.level] == [
        Level.AMBIGUOUS,
        Level.ZONE,
        Level.NONE,
        Level.NONE,
        Level.AMBIGUOUS,
        Level.TOWN,
    ]
    assert Reason(placements.reason[2]) is Reason.NOTHING_SAID
    assert Reason(placements.reason[3]) is Reason.OUTSIDE
    assert np.isnan(placements.lon[[0, 2, 3]]).all()
    assert placements.lon[1] == pytest.approx(117.7, abs=0.1)
    assert placements.unit_id.tolist() == ["130000", "120116", "", "", "130000", "130283"]


def test_a_town_without_known_position_gets_its_countys_point_and_says_so(locator: Locator) -> None:
    placed = locator.place_rows({ColumnRole.ADDRESS: ["迁安市杨店子镇"]})
    assert placed is not None
    assert tuple(Closeness)[placed.closeness[0]] is Closeness.COUNTY
    county = locator.names.spots["130283"]
    assert (placed.lon[0], placed.lat[0]) == (county.lon, county.lat)


def test_all_at_once_is_the_same_as_one_by_one(locator: Locator) -> None:
    columns = {
        ColumnRole.ADDRESS: ["石家庄市新华区北京路", "  ", "天津市\n滨海新区", "\ue000北京市", "开发区"],
        ColumnRole.NAME: ["北京甲有限公司", "唐山乙厂", None, "", "廊坊丙有限公司"],
        ColumnRole.CREDIT_CODE: [credit_code("110108"), None, "x", "", credit_code("131003")],
    }
    placed = locator.place_rows(columns)
    assert placed is not None
    for row in range(5):
        verdict = placed.verdict(row)
        assert (verdict.place_id, verdict.level) == (placed.place_id[row], placed.level[row])
        assert verdict.confidence == pytest.approx(placed.confidence[row])


def test_numbers_are_read_as_what_they_were(locator: Locator) -> None:
    placed = locator.place_rows({ColumnRole.CODE: pa.array([130209.0, None, 110108.0])})
    assert placed is not None
    assert placed.unit_id.tolist() == ["130209", "", "110108"]
    whole = locator.place_rows({ColumnRole.CODE: pa.chunked_array([[130209], [110108]])})
    assert whole is not None
    assert whole.unit_id.tolist() == ["130209", "110108"]


def test_progress_is_told_and_cancel_is_heard(locator: Locator) -> None:
    told: list[float] = []
    addresses = [f"北京市海淀区甲路{number}号" for number in range(5_000)]
    assert locator.place_rows({ColumnRole.ADDRESS: addresses}, progress=told.append) is not None
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert locator.place_rows({ColumnRole.ADDRESS: addresses}, cancelled=lambda: len(told) > 0) is None


def test_columns_of_different_lengths_are_refused(locator: Locator) -> None:
    with pytest.raises(ValueError, match="different lengths"):
        locator.place_rows({ColumnRole.ADDRESS: ["北京市"], ColumnRole.NAME: []})


def test_a_list_without_a_column_to_go_by_has_no_places(locator: Locator) -> None:
    placed = locator.place_rows({ColumnRole.INDUSTRY: ["制造业", "批发业"]})
    assert placed is not None
    assert placed.unplaced().tolist() == [True, True]


def test_an_empty_list_is_placed(locator: Locator) -> None:
    placed = locator.place_rows({ColumnRole.ADDRESS: []})
    assert placed is not None
    assert len(placed) == 0


def test_a_choice_places_rows_with_the_same_address_and_can_be_taken_back(placements: Placements) -> None:
    correction = placements.choose(placements.alike(0).tolist(), "130104")
    assert correction.rows == (0, 4)
    assert placements.unit_id[[0, 4]].tolist() == ["130104", "130104"]
    assert placements.confidence[0] == 1.0
    assert placements.fields[0] == Fields.USER
    placements.undo(correction)
    assert placements.ambiguous().tolist() == [True, False, False, False, True, False]
    assert np.isnan(placements.lon[0])


def test_a_point_of_the_map_places_a_row(placements: Placements) -> None:
    placements.choose_point([2], 116.3, 39.97, "110108")
    assert (placements.lon[2], placements.unit_id[2]) == (116.3, "110108")
    assert Level(placements.level[2]) is Level.SITE


def test_an_unknown_choice_changes_nothing(placements: Placements) -> None:
    with pytest.raises(KeyError):
        placements.choose([0], "no-such-place")
    assert placements.ambiguous()[0]


def test_a_lead_stays_one_when_the_user_confirms_the_place(locator: Locator) -> None:
    placed = locator.place_rows(
        {ColumnRole.ADDRESS: ["曹妃甸区"], ColumnRole.CREDIT_CODE: [credit_code("110108")]}
    )
    assert placed is not None
    assert placed.leads().tolist() == [True]
    placed.choose([0], "130209")
    assert placed.leads().tolist() == [True]
    placed.choose([0], "110108")
    assert placed.leads().tolist() == [False]


@pytest.mark.parametrize(
    ("registered", "unit", "is_elsewhere"),
    [
        ("110108", "130209", True),
        ("130200", "130209", False),
        ("130000", "130209", False),
        ("31", "120114", True),
        ("110100", "110000", False),
        ("", "130209", False),
        ("130110", "130110", False),
        ("130100", "130110", False),
    ],
)
def test_units_of_different_levels_are_compared(registered: str, unit: str, is_elsewhere: bool) -> None:
    assert Locator.is_elsewhere(registered, unit) is is_elsewhere
