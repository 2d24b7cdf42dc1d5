"""The closed list of names."""

from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.names.gazetteer import FormKind, build_gazetteer
from jjjmap.text.normal_form import fold
from jjjmap.text.records import SubjectKind
from tests.text.shipped_names import shipped_gazetteer


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


def test_every_place_and_chain_of_the_catalogue_is_a_subject(catalogue: Catalogue) -> None:
    gazetteer = shipped_gazetteer()
    for key in (*catalogue.places, *catalogue.chains):
        subject = gazetteer.subject(key)
        assert subject is not None
        assert subject.id == key


def test_every_unit_is_found_by_its_full_name(catalogue: Catalogue) -> None:
    gazetteer = shipped_gazetteer()
    for place in catalogue.places.values():
        if place.kind.is_unit:
            form = gazetteer.form(place.name_zh)
            assert form is not None
            assert place.id in [reading.subject_id for reading in form.readings]


def test_every_policy_place_is_found_by_its_name(catalogue: Catalogue) -> None:
    gazetteer = shipped_gazetteer()
    missing = []
    for place in catalogue.places.values():
        # “一核：北京” is a heading of ours, and labels of clusters are no names.
        if place.kind.is_unit or place.kind in (PlaceKind.SPATIAL_STRUCTURE, PlaceKind.CLUSTER):
            continue
        names = [fold(place.name_zh), fold(place.name_zh.partition("（")[0])]
        forms = [form for name in names if (form := gazetteer.form(name)) is not None]
        if not any(place.id in [reading.subject_id for reading in form.readings] for form in forms):
            missing.append(place.name_zh)
    assert missing == []


def test_policy_places_come_before_units_of_the_same_name() -> None:
    form = shipped_gazetteer().form("曹妃甸区")
    assert form is not None
    assert [reading.subject_id for reading in form.readings] == ["caofeidian", "130209"]


def test_a_town_says_where_it_lies() -> None:
    gazetteer = shipped_gazetteer()
    form = gazetteer.form("榆垡镇")
    assert form is not None
    town = gazetteer.subject(form.subject_id)
    assert town is not None
    assert town.kind is SubjectKind.TOWN
    assert town.id.startswith("town-")
    assert town.unit_codes == ("110115",)
    assert town.lon is not None
    assert 115 < town.lon < 118


def test_towns_that_are_units_are_left_out() -> None:
    form = shipped_gazetteer().form("迁安")
    assert form is not None
    assert form.subject_id == "130283"


@pytest.mark.parametrize(
    ("inner", "outer", "lies_in"),
    [
        ("130302", "130300", True),
        ("130300", "130000", True),
        ("130000", "130300", False),
        ("120105", "130000", False),
        ("binhai", "120000", True),
        ("zhangcheng", "130000", True),
        ("130629", "xiongan", True),
        ("130629", "130629", False),
        ("region", "130000", False),
        ("hydrogen", "130000", False),
        ("no-such", "130000", False),
    ],
)
def test_lies_in(inner: str, outer: str, lies_in: bool) -> None:
    assert shipped_gazetteer().lies_in(inner, outer) is lies_in


def test_an_unknown_id_has_no_subject() -> None:
    assert shipped_gazetteer().subject("no-such-place") is None


def test_old_names_point_to_units_that_exist(catalogue: Catalogue) -> None:
    lines = (paths.RESOURCES / "catalogue" / "unit_aliases.csv").read_text("utf-8").splitlines()
    assert lines[0] == "name_zh,adcode,kind,until,only_in"
    for line in lines[1:]:
        _name, adcode, kind, until, only_in = line.split(",")
        assert adcode in catalogue.places
        assert kind in ("renamed", "merged", "zone", "place")
        assert bool(until) == (kind in ("renamed", "merged"))
        assert not only_in or only_in in catalogue.places


def test_missing_files_leave_the_rest_usable(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "broken.geojson").write_text("{", "utf-8")
    gazetteer = build_gazetteer(
        catalogue, aliases_file=tmp_path / "none.csv", towns_file=tmp_path / "broken.geojson"
    )
    assert gazetteer.form("榆垡镇") is None
    assert gazetteer.form("唐山市") is not None


def test_the_longer_of_two_forms_stays() -> None:
    found = shipped_gazetteer().occurrences("北京城市副中心和北京")
    assert [(start, end) for start, end, form in found if form.kind is FormKind.NAME] == [(0, 7), (8, 10)]


def test_the_surer_of_two_that_overlap_stays() -> None:
    found = shipped_gazetteer().occurrences("临西部唐山")
    assert [form.text for _start, _end, form in found][-1] == "唐山"
