"""Counts per place, as the map is told to draw them."""

import pytest

from jjjmap.catalogue.models import PlaceKind
from jjjmap.i18n import Language
from jjjmap.maps.bridge import ShowTally
from jjjmap.maps.tally import Counted, class_bounds, tally_call


def county(code: str, count: int) -> Counted:
    return Counted(code, count, PlaceKind.COUNTY, 116.0, 39.0)


def test_classes_start_at_one_and_hold_every_count() -> None:
    counts = [1, 1, 1, 2, 3, 4, 7, 12, 30, 61, 400]
    bounds = class_bounds(counts)
    assert bounds[0] == 1
    assert len(bounds) <= 5
    assert list(bounds) == sorted(set(bounds))


@pytest.mark.parametrize("counts", [[3], [5, 5, 5], [1, 1000], list(range(1, 300)), [0, 0, 2]])
def test_no_class_is_empty(counts: list[int]) -> None:
    bounds = class_bounds(counts)
    ends = [*bounds[1:], max(counts) + 1]
    assert all(any(low <= n < high for n in counts) for low, high in zip(bounds, ends, strict=True))


def test_nothing_counted_clears_the_map() -> None:
    assert tally_call([county("110105", 0)], "文库提及", Language.ZH) == ShowTally()


def test_units_are_filled_from_large_to_small_and_other_places_are_circles() -> None:
    city = Counted("130200", 9, PlaceKind.CITY, 118.0, 39.6)
    port = Counted("port-x", 4, None, 118.5, 39.2)
    call = tally_call([county("130209", 2), port, city], "文库提及", Language.ZH)
    assert [unit.feature_id for unit in call.units] == ["130200", "130209"]
    assert [(point.feature_id, point.number) for point in call.points] == [("port-x", "4")]
    assert call.points[0].words == "（4 次）"


def test_a_place_without_a_position_is_not_drawn() -> None:
    call = tally_call([Counted("nowhere", 4, None, None, None), county("110105", 1)], "t", Language.ZH)
    assert call.points == ()


def test_classes_say_their_counts_and_follow_one_another() -> None:
    counted = [county(str(n), n) for n in (1, 2, 4, 9, 25)]
    call = tally_call(counted, "t", Language.EN)
    by_count = {int(unit.feature_id): call.classes[unit.class_index] for unit in call.units}
    radii = [by_count[n].radius_px for n in (1, 2, 4, 9, 25)]
    assert radii == sorted(radii)
    assert call.classes[0].label == "1×"
    assert call.classes[-1].label.endswith("25×")
