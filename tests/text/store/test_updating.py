"""Files that change, rules that change, and cleaning steps taken back: what was decided holds."""

from pathlib import Path

import pytest

from jjjmap.text.records import FigureStatus, Mention, MentionStatus, SubjectKind
from jjjmap.text.store.library import Library, Outcome
from tests.text.small_library import ADVERT, SmallAnalyser, mention_of, prose, put, spans

TEXT = "某区域产业报告\n甲市有3家企业。乙县修了20公里路，甲市也出了力。\n丙港有5家企业。丁镇没有。\n"
ADVERTS = f"某区域产业报告\n{ADVERT}买房找甲市\n甲市有3家企业。\n{ADVERT}卖房\n乙县也有。\n"


def test_the_same_bytes_change_nothing_whatever_they_are_called(library: Library) -> None:
    first = put(library, TEXT)
    library.decide_mention(
        first.document_id, mention_of(library.document(first.document_id), "130100"), MentionStatus.CONFIRMED
    )
    before = library.document(first.document_id)
    for name in ("报告.txt", "另一个名字.txt"):
        again = put(library, TEXT, name)
        assert (again.outcome, again.document_id) == (Outcome.UNCHANGED, first.document_id)
    assert library.document(first.document_id) == before
    assert len(library.documents()) == 1


def test_the_same_bytes_are_read_again_when_asked_or_when_the_rules_have_changed(library: Library) -> None:
    stored = put(library, TEXT)
    document = library.document(stored.document_id)
    library.decide_mention(stored.document_id, mention_of(document, "130100"), MentionStatus.REJECTED)
    newer = SmallAnalyser("small-2", places={"甲市": "130100", "企业": "firm"})
    again = put(library, TEXT, analyser=newer)
    assert (again.outcome, again.document_id, again.replaced_id) == (Outcome.UPDATED, stored.document_id, "")
    assert spans(library.document(stored.document_id).mentions)[:2] == [
        ("甲市", "130100", "rejected"),
        ("企业", "firm", "found"),
    ]
    assert put(library, TEXT, analyser=newer).outcome is Outcome.UNCHANGED
    assert put(library, TEXT, analyser=newer, anew=True).outcome is Outcome.UPDATED


def test_a_changed_file_takes_the_place_of_its_older_state_with_all_decisions(library: Library) -> None:
    old = TEXT + prose(0, 20)
    first = put(library, old, origin="/papers/报告.txt")
    document = library.document(first.document_id)
    library.decide_mention(first.document_id, mention_of(document, "130100", 1), MentionStatus.REJECTED)
    library.decide_mention(
        first.document_id, mention_of(document, "130121"), MentionStatus.CORRECTED, "130122"
    )
    library.decide_figure(first.document_id, document.figures[0], FigureStatus.ACCEPTED, unit="户")
    library.set_details(first.document_id, issuer="某局")

    second = put(library, "新的开头，说甲市。\n" + old, origin="/papers/报告.txt")
    assert (second.outcome, second.replaced_id, second.lost) == (Outcome.UPDATED, first.document_id, ())
    assert len(library.documents()) == 1
    changed = library.document(second.document_id)
    assert spans(changed.mentions) == [
        ("甲市", "130100", "found"),
        ("甲市", "130100", "found"),
        ("乙县", "130122", "corrected"),
        ("甲市", "130100", "rejected"),
        ("丙港", "bing-port", "found"),
        ("丁镇", "town-ding", "found"),
    ]
    for record in (*changed.mentions, *changed.figures):
        assert changed.text[record.start : record.end] == record.text
    assert (changed.figures[0].unit, changed.figures[0].status) == ("户", FigureStatus.CORRECTED)
    assert changed.details.issuer == "某局"
    assert changed.details.title == "新的开头，说甲市。"
    assert library.document(first.document_id).id == second.document_id


def test_what_cannot_be_tied_to_the_changed_text_is_told_and_kept_and_comes_back(library: Library) -> None:
    old = TEXT + prose(0, 20)
    first = put(library, old)
    document = library.document(first.document_id)
    library.decide_mention(
        first.document_id, mention_of(document, "bing-port"), MentionStatus.CORRECTED, "other-port"
    )
    library.decide_figure(first.document_id, document.figures[2], FigureStatus.ACCEPTED)
    without = old.replace("丙港有5家企业。丁镇没有。\n", "")
    second = put(library, without)
    assert second.outcome is Outcome.UPDATED
    assert [(lost.about, lost.quotation, lost.status, lost.subject_id) for lost in second.lost] == [
        ("mention", "丙港", "corrected", "other-port"),
        ("figure", "5家", "accepted", ""),
    ]
    assert [finding.message for finding in second.findings] == [
        "文件改动后，对“丙港”的更正找不到原处。",
        "文件改动后，对数字“5家”的决定找不到原处。",
    ]
    assert library.lost_decisions(second.document_id) == second.lost
    assert library.accepted_figures() == ()

    third = put(library, without + "又一段。\n")
    assert third.lost == ()  # Told once.
    assert len(library.lost_decisions()) == 2

    fourth = put(library, old)
    assert library.lost_decisions() == ()
    assert mention_of(library.document(fourth.document_id), "other-port").text == "丙港"
    assert library.accepted_figures()[0].figure.text == "5家"


def test_a_lost_decision_can_be_dropped_for_good(library: Library) -> None:
    old = TEXT + prose(0, 20)
    first = put(library, old)
    library.decide_mention(
        first.document_id,
        mention_of(library.document(first.document_id), "bing-port"),
        MentionStatus.REJECTED,
    )
    (lost,) = put(library, old.replace("丙港有5家企业。丁镇没有。\n", "")).lost
    library.forget_lost(lost.key)
    assert library.lost_decisions() == ()


def test_a_mention_that_only_the_user_knows_outlives_a_change(library: Library) -> None:
    old = TEXT + prose(0, 20)
    first = put(library, old)
    start = old.index("企业")
    own = Mention("firms", SubjectKind.PLACE, start, start + 2, "企业", 1.0, "name")
    library.decide_mention(first.document_id, own, MentionStatus.CONFIRMED)
    second = put(library, "前面多一句。\n" + old)
    moved = mention_of(library.document(second.document_id), "firms")
    assert (moved.text, moved.rule, moved.status) == ("企业", "user", MentionStatus.CONFIRMED)
    assert moved.start == start + len("前面多一句。\n")
    assert (moved.raw_start, moved.raw_end) == (moved.start, moved.end)


def test_a_file_of_the_same_name_in_another_folder_is_another_document(
    library: Library, tmp_path: Path
) -> None:
    for folder in ("v1", "v2"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "方案.txt").touch()
    text = prose(0, 60)
    first = put(library, text, "方案.txt", origin=str(tmp_path / "v1" / "方案.txt"))
    second = put(library, text + "改了一处。", "方案.txt", origin=str(tmp_path / "v2" / "方案.txt"))
    assert second.outcome is Outcome.VERSION
    assert second.likeness is not None and second.likeness.document_id == first.document_id
    assert len(library.documents()) == 2


def test_a_file_that_was_moved_and_edited_is_the_same_document(library: Library, tmp_path: Path) -> None:
    text = prose(0, 60)
    put(library, text, "方案.txt", origin=str(tmp_path / "gone" / "方案.txt"))
    again = put(library, text + "改了一处。", "方案.txt", origin=str(tmp_path / "方案.txt"))
    assert again.outcome is Outcome.UPDATED
    assert len(library.documents()) == 1


def test_another_text_saved_over_a_file_does_not_take_the_place_of_the_old_one(library: Library) -> None:
    put(library, prose(0, 60), "下载.txt", origin="/papers/下载.txt")
    other = put(library, prose(900, 60), "下载.txt", origin="/papers/下载.txt")
    assert other.outcome is Outcome.NEW
    assert len(library.documents()) == 2


def test_a_short_text_that_was_edited_is_the_same_document(library: Library) -> None:
    put(library, "甲市建设港口。", "记录.txt")
    assert put(library, "甲市建设大港口。", "记录.txt").outcome is Outcome.UPDATED
    assert put(library, "关于放假的通知", "记录.txt").outcome is Outcome.NEW


def test_a_file_that_is_changed_back_has_its_old_id_again(library: Library) -> None:
    text = prose(0, 40)
    first = put(library, text)
    second = put(library, text + "多一句。")
    third = put(library, text)
    assert third.document_id == first.document_id
    assert library.entry(second.document_id).id == first.document_id


def test_a_cleaning_step_is_taken_back_and_the_decisions_hold(library: Library) -> None:
    stored = put(library, ADVERTS)
    analyser = SmallAnalyser()
    document = library.document(stored.document_id)
    assert "广告" not in document.text
    library.decide_mention(stored.document_id, mention_of(document, "130121"), MentionStatus.REJECTED)
    library.decide_mention(
        stored.document_id, mention_of(document, "130100"), MentionStatus.CORRECTED, "130300"
    )
    changed = library.set_step(stored.document_id, "advert-0", False, analyser)
    assert (changed.document_id, changed.lost) == (stored.document_id, ())
    document = library.document(stored.document_id)
    assert "买房找甲市" in document.text
    assert [step.is_active for step in document.steps] == [False, True]
    assert spans(document.mentions) == [
        ("甲市", "130100", "found"),
        ("甲市", "130300", "corrected"),
        ("乙县", "130121", "rejected"),
    ]
    library.set_step(stored.document_id, "advert-0", True, analyser)
    assert "广告" not in library.document(stored.document_id).text
    with pytest.raises(ValueError, match="no such step"):
        library.set_step(stored.document_id, "advert-7", True, analyser)


def test_a_decision_on_words_that_a_step_takes_out_waits_until_they_are_back(library: Library) -> None:
    stored = put(library, ADVERTS)
    analyser = SmallAnalyser()
    library.set_step(stored.document_id, "advert-0", False, analyser)
    advert = mention_of(library.document(stored.document_id), "130100")
    library.decide_mention(stored.document_id, advert, MentionStatus.REJECTED)
    assert len(library.set_step(stored.document_id, "advert-0", True, analyser).lost) == 1
    library.set_step(stored.document_id, "advert-0", False, analyser)
    assert mention_of(library.document(stored.document_id), "130100").status is MentionStatus.REJECTED
    assert library.lost_decisions() == ()


def test_a_step_that_was_switched_off_stays_so_when_the_file_changes(library: Library) -> None:
    stored = put(library, ADVERTS + prose(0, 20))
    analyser = SmallAnalyser()
    library.set_step(stored.document_id, "advert-1", False, analyser)
    # A new first advert: what was the second step is the third one now.
    changed = put(library, f"{ADVERT}全新\n" + ADVERTS + prose(0, 20))
    assert changed.outcome is Outcome.UPDATED
    document = library.document(changed.document_id)
    assert [step.is_active for step in document.steps] == [True, True, False]
    assert "卖房" in document.text and "全新" not in document.text
    gone = put(library, ADVERTS.replace(f"{ADVERT}卖房\n", "") + prose(0, 20))
    assert [lost.about for lost in gone.lost] == ["step"]
    assert gone.findings[0].message == "文件改动后，已停用的清理步骤找不到了：“【广告】卖房\n”。"
