"""Versions of one text among the documents."""

import pytest

from jjjmap.text.store.library import Library, Outcome
from tests.text.small_library import prose, put


def test_a_near_duplicate_under_another_name_is_a_version_of_the_first(library: Library) -> None:
    first = put(library, prose(0, 100), "a.txt")
    second = put(library, prose(0, 80) + prose(700, 20), "b.txt")
    assert second.outcome is Outcome.VERSION
    entry = library.entry(second.document_id)
    assert entry.version_of == first.document_id
    assert entry.likeness == second.likeness
    assert entry.likeness is not None
    assert entry.likeness.share == pytest.approx(0.8, abs=0.06)
    assert library.document(second.document_id).version_of == first.document_id
    assert {each.id for each in library.versions_of(second.document_id)} == {
        first.document_id,
        second.document_id,
    }
    assert put(library, prose(3000, 100), "c.txt").outcome is Outcome.NEW


def test_a_version_of_a_version_belongs_to_the_first_of_them(library: Library) -> None:
    first = put(library, prose(0, 100), "a.txt")
    second = put(library, prose(40, 100), "b.txt")
    third = put(library, prose(80, 100), "c.txt")
    assert third.likeness is not None and third.likeness.document_id == second.document_id
    assert library.entry(third.document_id).version_of == first.document_id


def test_when_the_first_of_its_kind_goes_the_next_one_leads_and_gives_way_when_it_returns(
    library: Library,
) -> None:
    ids = [put(library, prose(0, 100) + prose(900 + n, 5), f"{n}.txt").document_id for n in range(3)]
    before = {entry.id: entry for entry in library.documents()}
    removed = library.remove(ids[0])
    assert library.entry(ids[1]).version_of == ""
    assert library.entry(ids[2]).version_of == ids[1]
    likeness = library.entry(ids[2]).likeness
    assert likeness is not None and likeness.document_id == ids[1]
    library.restore(removed)
    assert {entry.id: entry for entry in library.documents()} == before


def test_a_version_that_is_rewritten_stands_alone(library: Library) -> None:
    put(library, prose(0, 100), "a.txt")
    second = put(library, prose(0, 100) + "多一句。", "b.txt")
    assert second.outcome is Outcome.VERSION
    changed = put(library, prose(0, 45) + prose(5000, 80), "b.txt")
    assert (changed.outcome, changed.likeness) == (Outcome.UPDATED, None)
    assert library.entry(changed.document_id).version_of == ""
