"""Tests of which places two documents name."""

from jjjmap.catalogue.models import Catalogue
from jjjmap.text.comparison.comparison_records import Matter
from jjjmap.text.records import MentionStatus

from ..hand_made import make_document, make_mention
from .compared import APPEARED, RENAMED, VANISHED, compare, told


def test_places_appear_vanish_and_change_their_name(catalogue: Catalogue) -> None:
    first, second = "甲园在甲县，乙县旧名乙州。", "甲园在乙县，丙区旁。"
    before = make_document(
        "a",
        first,
        (
            make_mention(first, "甲园", "jia-park"),
            make_mention(first, "甲县", "990001"),
            make_mention(first, "乙州", "990002", rule="old-name"),
        ),
    )
    after = make_document(
        "b",
        second,
        (
            make_mention(second, "甲园", "jia-park"),
            make_mention(second, "乙县", "990002"),
            make_mention(second, "丙区", "jia-zone"),
        ),
    )
    comparison = compare(before, after, catalogue)
    assert told(comparison) == {(RENAMED, "乙州", "乙县"), (VANISHED, "甲县", ""), (APPEARED, "", "丙区")}
    assert comparison.unchanged[Matter.PLACE] == 1


def test_a_short_name_is_no_new_name(catalogue: Catalogue) -> None:
    first, second = "甲县功能区", "甲区"
    before = make_document("a", first, (make_mention(first, "甲县功能区", "jia-zone"),))
    after = make_document("b", second, (make_mention(second, "甲区", "jia-zone"),))
    assert compare(before, after, catalogue).changes == ()


def test_leads_and_rejected_mentions_do_not_count(catalogue: Catalogue) -> None:
    text = "甲县甲园旁有乙县。"
    mentions = (
        make_mention(text, "甲县", "990001", is_lead=True),
        make_mention(text, "甲园", "jia-park"),
        make_mention(text, "乙县", "990002", status=MentionStatus.REJECTED),
    )
    comparison = compare(make_document("a", text, mentions), make_document("b", "无。"), catalogue)
    assert told(comparison) == {(VANISHED, "甲园", "")}
