"""From what a person types to a place."""

import pytest

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.catalogue.names import find_place, nearest_names
from jjjmap.errors import PlaceUnknown


@pytest.fixture
def places() -> Catalogue:
    rows = (
        Place("990100", PlaceKind.CITY, "甲市", "Jia City", aliases=("甲",)),
        Place("990101", PlaceKind.COUNTY, "东山区", "Dongshan District", parent_id="990100"),
        Place("990102", PlaceKind.COUNTY, "西山区", "Xishan District", parent_id="990100"),
        Place(
            "dongshan-park",
            PlaceKind.PLATFORM,
            "东山（南）科技园",
            "Dongshan Park",
            aliases=("东山区", "东园"),
        ),
        Place("alpha-zone", PlaceKind.ZONE, "共建区", "Joint Zone"),
        Place("beta-zone", PlaceKind.ZONE, "共建区", "Joint Zone"),
        Place("xi-wing", PlaceKind.WING, "西山新翼", "Xi'an Wing", short_zh="新翼"),
    )
    return Catalogue(places={row.id: row for row in rows})


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("dongshan-park", "dongshan-park"),
        ("DONGSHAN-park", "dongshan-park"),
        ("９９０１０２", "990102"),
        ("西山区", "990102"),
        ("dongshan  PARK ", "dongshan-park"),
        ("东山(南)科技园", "dongshan-park"),
        ("东园", "dongshan-park"),
        ("新翼", "xi-wing"),
        ("Xi’an wing", "xi-wing"),
        ("西山", "990102"),
    ],
)
def test_find_place_takes_ids_names_and_aliases_however_they_are_typed(
    places: Catalogue, text: str, place_id: str
) -> None:
    assert find_place(places, text).id == place_id


def test_a_name_beats_an_alias(places: Catalogue) -> None:
    assert find_place(places, "东山区").id == "990101"


def test_of_two_places_of_the_same_name_the_smaller_id_is_found(places: Catalogue) -> None:
    assert find_place(places, "共建区").id == "alpha-zone"


def test_of_equal_names_a_place_of_policy_comes_before_a_unit() -> None:
    unit = Place("110000", PlaceKind.PROVINCE, "新区", "New Area")
    zone = Place("zone", PlaceKind.ZONE, "新区", "New Area")
    assert find_place(Catalogue(places={unit.id: unit, zone.id: zone}), "新区").id == "zone"


def test_an_unknown_place_comes_with_the_three_nearest_names(places: Catalogue) -> None:
    with pytest.raises(PlaceUnknown) as caught:
        find_place(places, "东三区")
    assert caught.value.wanted == "东三区"
    assert len(caught.value.nearest) == 3
    assert caught.value.nearest[0] == "东山区"


def test_a_part_of_a_name_suggests_the_whole(places: Catalogue) -> None:
    assert nearest_names(places, "科技园")[0] == "东山（南）科技园"


def test_suggestions_do_not_repeat_a_name(places: Catalogue) -> None:
    suggestions = nearest_names(places, "共建")
    assert suggestions[0] == "共建区"
    assert len(set(suggestions)) == len(suggestions)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_text_means_no_place(places: Catalogue, text: str) -> None:
    with pytest.raises(PlaceUnknown) as caught:
        find_place(places, text)
    assert caught.value.nearest == ()
