"""Tests of the tally: mentions by place and year, added up to units, each text once."""

from collections.abc import Iterator

import pytest

from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.i18n import Language, use_language
from jjjmap.text.fulltext.subjects import CatalogueSubjects
from jjjmap.text.fulltext.tally import RollUp, tally_mentions
from jjjmap.text.records import MentionStatus
from jjjmap.text.store.library import Library

from ..searched import make_document, store


@pytest.fixture
def library() -> Iterator[Library]:
    with Library.open(None) as opened:
        store(
            opened,
            make_document("一", "甲县与甲县的氢能。", "乙县。", date="2023-05"),
            make_document("二", "甲县，*乙县丙镇。", "氢能。", date="2024"),
            make_document("三", "乙县没有日期，只有氢能。"),
        )
        yield opened


def test_mentions_are_counted_by_subject_and_year_without_leads(library: Library) -> None:
    tally = tally_mentions(library)
    assert tally.counts == {"jia": {"2023": 2, "2024": 1}, "town-3": {"2024": 1}, "yi": {"": 1, "2023": 1}}
    assert tally.total("jia") == 3
    assert tally.years == ("", "2023", "2024")


def test_rejected_mentions_do_not_count(library: Library) -> None:
    store(library, make_document("四", "甲县乙县丙镇。", date="2024", status=MentionStatus.REJECTED))
    assert tally_mentions(library).total("jia") == 3


def test_kinds_documents_and_a_query_narrow_the_count(library: Library) -> None:
    (second,) = [entry.id for entry in library.documents() if entry.details.title == "二"]
    assert tally_mentions(library, kinds=["town"]).counts == {"town-3": {"2024": 1}}
    assert tally_mentions(library, document_ids=[second]).counts == {
        "jia": {"2024": 1},
        "town-3": {"2024": 1},
    }
    assert tally_mentions(library, query="氢能").counts == {"jia": {"2023": 2}, "yi": {"": 1}}


def test_mentions_are_added_up_to_the_unit_that_the_mapping_names(library: Library) -> None:
    def unit_of(subject_id: str, level: RollUp) -> str:
        assert level is RollUp.CITY
        return {"jia": "130100", "yi": "130100"}.get(subject_id, "")

    tally = tally_mentions(library, roll_up="city", unit_of=unit_of)
    assert tally.counts == {"130100": {"": 1, "2023": 3, "2024": 1}}
    assert tally.unplaced == 1
    with pytest.raises(ValueError, match="unit_of"):
        tally_mentions(library, roll_up=RollUp.COUNTY)


def test_versions_of_one_text_count_once(library: Library) -> None:
    body = [
        f"第{n}条，甲县要在第{n * 7}年办成，由第{n * 13}组负责，写入第{n * 31}号台账。" for n in range(40)
    ]
    store(
        library, make_document("初版", *body, date="2020"), make_document("转载", *body, "完。", date="2021")
    )
    assert tally_mentions(library).counts["jia"] == {"2020": 40, "2023": 2, "2024": 1}


def test_a_kind_is_named_by_a_part_of_its_name_in_any_language(catalogue: Catalogue) -> None:
    subjects = CatalogueSubjects(catalogue)
    clusters = {place.id for place in catalogue.places.values() if place.kind is PlaceKind.CLUSTER}
    counties = {place.id for place in catalogue.places.values() if place.kind is PlaceKind.COUNTY}
    assert counties
    for language in Language:
        use_language(language)
        for name in ("集群", "产业集群", "cluster"):
            assert set(subjects.of_kind(name)) == clusters
        assert set(subjects.of_kind("县")) == counties


def test_the_catalogue_says_what_lies_in_which_unit(catalogue: Catalogue) -> None:
    subjects = CatalogueSubjects(catalogue, {"town-9": "130101"})
    units = [place for place in catalogue.places.values() if place.kind.is_unit]
    assert units
    for unit in units:
        assert subjects.unit_of(unit.id, RollUp(unit.kind.value)) == unit.id
        assert subjects.named(unit.name_zh)
        assert unit.id not in subjects.inside(unit.id)
    assert subjects.named("没有这个地方") == ()
    assert subjects.of_kind("没有这一类") == []
