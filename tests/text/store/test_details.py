"""Title, issuer, date and number: set by the user, or guessed."""

import pytest

from jjjmap.text.records import DocumentDetails
from jjjmap.text.store.library import Library
from tests.text.small_library import prose, put

TEXT = "某区域产业报告\n甲市有3家企业。乙县修了20公里路，甲市也出了力。\n丙港有5家企业。丁镇没有。\n"


def test_details_that_the_user_set_are_never_guessed_again(library: Library) -> None:
    stored = put(library, TEXT)
    details = library.set_details(stored.document_id, title=" 我的题目 ", date="2023-05")
    assert details == DocumentDetails("我的题目", date="2023-05", edited=frozenset({"title", "date"}))
    put(library, TEXT, anew=True)
    assert library.entry(stored.document_id).details == details
    with pytest.raises(ValueError, match="no date"):
        library.set_details(stored.document_id, date="去年")
    with pytest.raises(ValueError, match="no such detail"):
        library.set_details(stored.document_id, edited="x")


def test_a_detail_can_be_left_to_be_guessed_again(library: Library) -> None:
    text = f"甲市港口发展规划\n来源：某某日报\n时间：2021-03-04\n\n{prose(0, 9)}"
    stored = put(library, text, details=DocumentDetails("读到的题目", date="2021"))
    library.set_details(stored.document_id, title="我的题目", date="2023", issuer="某社")
    details = library.set_details(stored.document_id, title=None, date=None, number="1号")
    assert details == DocumentDetails(
        "甲市港口发展规划", "某社", "2021-03-04", "1号", edited=frozenset({"issuer", "number"})
    )
    assert library.entry(stored.document_id).details == details
    put(library, text, anew=True, details=DocumentDetails("新读到的", "别社", "2020", "2号"))
    assert library.entry(stored.document_id).details == DocumentDetails(
        "新读到的", "某社", "2020", "1号", edited=frozenset({"issuer", "number"})
    )
