"""The labelled firm lists hold together; how well they are placed is told by benchmarks/locating.py."""

import json
from collections import Counter

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.locating.records import Level

from .labelled_firms import LabelledFirm, load_firms

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.fixture(scope="module")
def firms() -> tuple[LabelledFirm, ...]:
    return load_firms()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


@pytest.fixture(scope="module")
def town_ids() -> set[str]:
    towns = json.loads((paths.GEODATA / "base" / "towns.geojson").read_text(encoding="utf-8"))
    return {town["id"] for town in towns["features"]}


def test_there_are_enough_rows_of_every_group(firms: tuple[LabelledFirm, ...]) -> None:
    assert len(firms) >= 240
    assert min(Counter(firm.group for firm in firms).values()) >= 5


def test_no_case_and_no_row_stands_twice(firms: tuple[LabelledFirm, ...]) -> None:
    cases = Counter(firm.case for firm in firms)
    rows = Counter(tuple(firm.cells.values()) for firm in firms)
    assert [case for case, count in cases.items() if count > 1] == []
    assert [row for row, count in rows.items() if count > 1] == []


def test_levels_are_known(firms: tuple[LabelledFirm, ...]) -> None:
    assert {firm.want_level for firm in firms} <= {level.word for level in Level}


def test_every_wanted_place_exists(
    firms: tuple[LabelledFirm, ...], catalogue: Catalogue, town_ids: set[str]
) -> None:
    wanted = {place_id for firm in firms for place_id in firm.want_ids}
    assert wanted - catalogue.places.keys() - town_ids == set()


def test_the_level_is_that_of_the_first_wanted_place(
    firms: tuple[LabelledFirm, ...], catalogue: Catalogue, town_ids: set[str]
) -> None:
    for firm in firms:
        if not firm.is_placed:
            continue
        place_id = firm.want_ids[0]
        if place_id.isdigit():
            assert firm.want_level == catalogue.places[place_id].kind.value, firm.case
        elif place_id in town_ids:
            assert firm.want_level == "town", firm.case
        else:
            assert firm.want_level in {"zone", "site"}, firm.case


def test_rows_without_a_place_want_none_and_ambiguous_ones_want_several(
    firms: tuple[LabelledFirm, ...],
) -> None:
    for firm in firms:
        if firm.want_level == "none":
            assert firm.want_ids == (), firm.case
        elif firm.want_level == "ambiguous":
            assert len(firm.want_ids) != 1, firm.case
        else:
            assert firm.want_ids, firm.case


def test_only_codes_that_say_nothing_have_a_wrong_check_character(firms: tuple[LabelledFirm, ...]) -> None:
    wrong = set()
    for firm in firms:
        code = "".join(firm.cells["credit_code"].split()).upper()
        if not code:
            continue
        assert len(code) == 18, firm.case
        total = sum(ALPHABET.index(character) * 3**index for index, character in enumerate(code[:17]))
        if ALPHABET[-total % 31] != code[17]:
            wrong.add(firm.case)
    assert wrong == {"repeated-29", "code-08", "code-09", "relocation-10"}
