import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from jjjmap.catalogue.models import Qualifier
from jjjmap.errors import DocumentUnknown
from jjjmap.text.records import DocumentDetails, FigureStatus, Mention, MentionStatus, SubjectKind
from jjjmap.text.store.library import Library, Outcome
from jjjmap.text.store.schema import INDEX_TABLE
from tests.text.small_library import ADVERT, SmallAnalyser, mention_of, prose, put, spans

TEXT = "某区域产业报告\n甲市有3家企业。乙县修了20公里路，甲市也出了力。\n丙港有5家企业。丁镇没有。\n"
ADVERTS = f"某区域产业报告\n{ADVERT}买房找甲市\n甲市有3家企业。\n{ADVERT}卖房\n乙县也有。\n"


@pytest.fixture
def library() -> Iterator[Library]:
    with Library.open(None) as library:
        yield library


# -------------------------------------------------------------------------------------- storing and finding


def test_a_document_comes_back_as_it_was_stored(library: Library) -> None:
    data = TEXT.encode()
    document = SmallAnalyser().read(data, "报告.txt")
    stored = library.store(document, data)
    assert stored.outcome is Outcome.NEW
    assert stored.document_id == f"doc-{hashlib.sha256(data).hexdigest()[:12]}"
    assert library.document(stored.document_id) == document
    assert library.original(stored.document_id) == data


def test_every_offset_gives_its_words(library: Library) -> None:
    document = library.document(put(library, TEXT).document_id)
    assert document.mentions and document.figures
    for record in (*document.mentions, *document.figures):
        assert document.text[record.start : record.end] == record.text


def test_a_long_text_comes_back_whole_and_in_stretches(library: Library) -> None:
    text = prose(0, 700)
    stored = put(library, text)
    assert library.document(stored.document_id).text == text
    for start, end in ((0, 5), (2040, 2060), (4096, 4096), (2047, 8200), (len(text) - 3, len(text) + 9)):
        assert library.text_between(stored.document_id, start, end) == text[start:end]


def test_bytes_that_are_no_text_come_back_as_they_were(library: Library) -> None:
    data = bytes(range(256)) * 40
    document = replace(SmallAnalyser().read(b"x", "a.pdf"), sha256=hashlib.sha256(data).hexdigest())
    assert library.original(library.store(document, data).document_id) == data


def test_a_name_that_is_no_unicode_is_kept_readably(library: Library) -> None:
    document = SmallAnalyser().read(TEXT.encode(), "caf\udce9.txt")
    broken = replace(document, details=replace(document.details, title="\ud800标题" + "长" * 900))
    entry = library.entry(library.store(broken, TEXT.encode()).document_id)
    assert entry.file_name == "caf?.txt"
    assert entry.details.title.startswith("?标题长")
    assert len(entry.details.title) == 500


def test_a_nul_in_a_text_cuts_nothing_off(library: Library) -> None:
    text = "甲市\0乙县有3家企业。"
    stored = put(library, text)
    assert library.document(stored.document_id).text == text
    assert library.quotations_about("130121")[0].sentence.endswith("3家企业。")


def test_entries_count_what_is_listed(library: Library) -> None:
    entry = library.entry(put(library, TEXT).document_id)
    assert (entry.mentions, entry.figures, entry.accepted_figures) == (5, 3, 0)
    assert (entry.characters, entry.size_bytes) == (len(TEXT), len(TEXT.encode()))
    assert entry.version_of == ""
    assert entry.likeness is None


def test_documents_stand_newest_first_and_undated_ones_last(library: Library) -> None:
    for name, date in (("a", "2023"), ("b", ""), ("c", "2024-03-01"), ("d", "2024-03")):
        put(
            library,
            name + prose(ord(name) * 100, 30),
            f"{name}.txt",
            details=DocumentDetails(name, date=date),
        )
    assert [entry.details.title for entry in library.documents()] == ["c", "d", "a", "b"]


def test_the_time_of_import_can_be_settled(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert library.entry(put(library, TEXT).document_id).imported_at == "1970-01-02T00:00:00Z"


@pytest.mark.parametrize("wanted", ["报告.txt", "某区域产业报告", " 某区域产业报告 "])
def test_a_document_is_found_by_file_name_and_title(library: Library, wanted: str) -> None:
    stored = put(library, TEXT)
    assert library.find(wanted).id == stored.document_id
    assert library.find(stored.document_id).id == stored.document_id


def test_what_is_not_there_is_told_with_what_looks_alike(library: Library) -> None:
    put(library, TEXT)
    for ask in (library.find, library.document, library.entry, library.original, library.remove):
        with pytest.raises(DocumentUnknown) as told:
            ask("某区域产业报")
        assert told.value.nearest == ("某区域产业报告",)
    with pytest.raises(DocumentUnknown):
        library.find("\ud800")
    with pytest.raises(DocumentUnknown):
        library.find("")


def test_two_documents_whose_hashes_begin_alike_are_two(library: Library) -> None:
    one = SmallAnalyser().read(prose(0, 20).encode(), "a.txt")
    other = replace(SmallAnalyser().read(prose(500, 20).encode(), "b.txt"), sha256=one.sha256[:12] + "f" * 52)
    first, second = library.store(one, b"1"), library.store(other, b"2")
    assert second.document_id == first.document_id + "ffffffff"
    assert library.original(first.document_id) == b"1"
    assert library.original(second.document_id) == b"2"


# ------------------------------------------------------------------------------------- importing once more


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


# ------------------------------------------------------------------------------------------------ versions


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


# ----------------------------------------------------------------------------------------------- decisions


def test_a_correction_a_rejection_and_taking_it_back(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")
    corrected = library.decide_mention(stored.document_id, mention, MentionStatus.CORRECTED, "130122")
    assert (corrected.subject_id, corrected.status) == ("130122", MentionStatus.CORRECTED)
    assert mention_of(library.document(stored.document_id), "130122") == corrected
    again = library.decide_mention(stored.document_id, corrected, MentionStatus.CORRECTED, "130123")
    rejected = library.decide_mention(stored.document_id, again, MentionStatus.REJECTED)
    assert (rejected.subject_id, rejected.status) == ("130121", MentionStatus.REJECTED)
    assert library.entry(stored.document_id).mentions == 4
    assert library.decide_mention(stored.document_id, rejected, MentionStatus.FOUND) == mention
    assert library.connection.execute("SELECT count(*) FROM decisions").fetchone() == (0,)


def test_a_mention_of_the_user_can_be_taken_back_altogether(library: Library) -> None:
    stored = put(library, TEXT)
    before = library.document(stored.document_id)
    start = TEXT.index("企业")
    own = Mention("firms", SubjectKind.PLACE, start, start + 2, "企业", 1.0, "name")
    added = library.decide_mention(stored.document_id, own, MentionStatus.CONFIRMED)
    assert library.entry(stored.document_id).mentions == 6
    library.decide_mention(stored.document_id, added, MentionStatus.FOUND)
    assert library.document(stored.document_id) == before


def test_the_index_follows_a_decision_that_changes_what_counts(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")

    def state() -> list[object]:
        return library.connection.execute(f"SELECT * FROM {INDEX_TABLE}").fetchall()

    before = state()
    confirmed = library.decide_mention(stored.document_id, mention, MentionStatus.CONFIRMED)
    assert state() == before
    rejected = library.decide_mention(stored.document_id, confirmed, MentionStatus.REJECTED)
    assert state() != before
    found = library.decide_mention(stored.document_id, rejected, MentionStatus.FOUND)
    # It is another state with the same content.
    assert [row[1:] for row in state()] == [row[1:] for row in before]  # type: ignore[index]
    library.decide_mention(stored.document_id, found, MentionStatus.CORRECTED, "130122")
    assert [row[1:] for row in state()] != [row[1:] for row in before]  # type: ignore[index]


def test_a_mention_that_does_not_stand_there_is_refused(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")
    with pytest.raises(ValueError, match="not at"):
        library.decide_mention(
            stored.document_id, replace(mention, start=mention.start + 1), MentionStatus.REJECTED
        )
    with pytest.raises(ValueError, match="needs a subject"):
        library.decide_mention(stored.document_id, mention, MentionStatus.CORRECTED)


def test_a_correction_teaches_later_documents_until_it_is_told_not_to(library: Library) -> None:
    stored = put(library, TEXT)
    document = library.document(stored.document_id)
    library.decide_mention(stored.document_id, mention_of(document, "130121"), MentionStatus.CORRECTED, "x")
    library.decide_mention(stored.document_id, mention_of(document, "bing-port"), MentionStatus.REJECTED)
    corrected, rejected = library.lessons()
    assert (corrected.words, corrected.subject_id, corrected.before, corrected.after) == (
        "乙县",
        "x",
        "有3家企业。",
        "修了20公里",
    )
    assert (rejected.words, rejected.is_rejection) == ("丙港", True)
    library.forget_lesson(corrected)
    assert library.lessons() == (rejected,)
    assert mention_of(library.document(stored.document_id), "x").status is MentionStatus.CORRECTED


def test_a_correction_to_another_kind_is_taken_back_with_the_kind(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")
    as_chain = library.decide_mention(
        stored.document_id, replace(mention, kind=SubjectKind.CHAIN), MentionStatus.CORRECTED, "hydrogen"
    )
    assert as_chain.kind is SubjectKind.CHAIN
    assert library.decide_mention(stored.document_id, as_chain, MentionStatus.FOUND) == mention


def test_of_two_mentions_at_one_place_only_the_one_meant_is_decided(library: Library) -> None:
    document = SmallAnalyser().read(TEXT.encode(), "报告.txt")
    twin = replace(mention_of(document, "130121"), subject_id="cluster-y")
    document = replace(
        document,
        mentions=tuple(sorted((*document.mentions, twin), key=lambda each: (each.start, each.subject_id))),
    )
    stored = library.store(document, TEXT.encode())
    library.decide_mention(stored.document_id, twin, MentionStatus.REJECTED)
    found = [each for each in library.document(stored.document_id).mentions if each.text == "乙县"]
    assert spans(found) == [("乙县", "130121", "found"), ("乙县", "cluster-y", "rejected")]


def test_a_figure_is_accepted_corrected_rejected_and_given_back(library: Library) -> None:
    stored = put(library, TEXT)
    figure = library.document(stored.document_id).figures[0]
    accepted = library.decide_figure(stored.document_id, figure, FigureStatus.ACCEPTED)
    assert accepted == replace(figure, status=FigureStatus.ACCEPTED)
    corrected = library.decide_figure(
        stored.document_id,
        accepted,
        FigureStatus.ACCEPTED,
        value=Decimal("30"),
        qualifier=">",
        scope_id="130100",
    )
    assert (corrected.value, corrected.qualifier, corrected.status) == (
        Decimal(30),
        Qualifier.MORE,
        FigureStatus.CORRECTED,
    )
    assert library.document(stored.document_id).figures[0] == corrected
    assert library.entry(stored.document_id).accepted_figures == 1
    rejected = library.decide_figure(stored.document_id, corrected, FigureStatus.REJECTED)
    assert library.entry(stored.document_id).figures == 2
    assert library.decide_figure(stored.document_id, rejected, FigureStatus.FOUND) == figure


@pytest.mark.parametrize(
    "changes", [{"start": 3}, {"value": "viel"}, {"value": "NaN"}, {"qualifier": "?"}, {"role": "main"}]
)
def test_a_change_of_a_figure_that_is_none_is_refused(library: Library, changes: dict[str, object]) -> None:
    stored = put(library, TEXT)
    document = library.document(stored.document_id)
    with pytest.raises(ValueError):
        library.decide_figure(stored.document_id, document.figures[0], FigureStatus.ACCEPTED, **changes)
    assert library.document(stored.document_id) == document


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


def test_what_is_stored_in_a_batch_is_seen_at_once_and_decisions_are_safe_again_behind_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.sqlite"
    with Library.open(path) as library, Library.open(path) as other:
        with library.batch():
            assert library.connection.execute("PRAGMA synchronous").fetchone() == (1,)
            stored = put(library, TEXT)
            assert [entry.id for entry in other.documents()] == [stored.document_id]
            mention = mention_of(other.document(stored.document_id), "130121")
            other.decide_mention(stored.document_id, mention, MentionStatus.CONFIRMED)
        with pytest.raises(ZeroDivisionError), library.batch():
            put(library, prose(0, 20), "b.txt")
            raise ZeroDivisionError
        assert library.connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert len(other.documents()) == 2


# ----------------------------------------------------------------------------------------- cleaning steps


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


# -------------------------------------------------------------------------------------- removing, sharing


def test_a_removed_document_leaves_nothing_and_comes_back_whole(library: Library) -> None:
    stored = put(library, TEXT + prose(0, 20))
    document = library.document(stored.document_id)
    library.decide_mention(stored.document_id, mention_of(document, "130121"), MentionStatus.REJECTED)
    library.decide_figure(stored.document_id, document.figures[0], FigureStatus.ACCEPTED)
    put(library, TEXT + prose(0, 20) + "再改。")
    before, entry = library.document(stored.document_id), library.entry(stored.document_id)
    original = library.original(stored.document_id)
    removed = library.remove(stored.document_id)
    assert library.documents() == ()
    tables = [
        row[0] for row in library.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    left = {name for name in tables if library.connection.execute(f"SELECT 1 FROM {name}").fetchone()}
    assert left <= {"sqlite_sequence"}
    library.restore(removed)
    assert library.document(stored.document_id) == before
    assert library.entry(before.id) == entry
    assert library.original(before.id) == original
    assert put(library, TEXT + prose(0, 20) + "再改。").outcome is Outcome.UNCHANGED


def test_a_document_that_was_imported_again_meanwhile_makes_way_for_the_restored_one(
    library: Library,
) -> None:
    stored = put(library, TEXT)
    library.set_details(stored.document_id, title="我的题目")
    removed = library.remove(stored.document_id)
    put(library, TEXT, "新名.txt")
    library.restore(removed)
    assert [(entry.details.title, entry.file_name) for entry in library.documents()] == [
        ("我的题目", "报告.txt")
    ]


def test_names_with_quotes_and_semicolons_are_only_names(library: Library) -> None:
    name = "'; DROP TABLE documents; --\"%{}.txt"
    stored = put(library, TEXT, name)
    library.set_details(stored.document_id, title=name, number="0'; DELETE FROM mentions")
    library.decide_mention(
        stored.document_id,
        mention_of(library.document(stored.document_id), "130121"),
        MentionStatus.CORRECTED,
        "x' OR 1=1 --",
    )
    assert library.find(name).file_name == name
    assert library.quotations_about("x' OR 1=1 --")[0].mention.text == "乙县"
    assert library.quotations_about("' OR 1=1 --") == ()


def test_a_reader_sees_whole_documents_while_another_thread_writes(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Library.open(path).close()
    troubles: list[BaseException] = []
    is_done = threading.Event()

    def write() -> None:
        try:
            with Library.open(path) as writer:
                for number in range(40):
                    put(
                        writer,
                        f"题目{number}\n甲市有{number}家企业。\n" + prose(number * 200, 30),
                        f"{number}.txt",
                    )
        except BaseException as error:
            troubles.append(error)
        finally:
            is_done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = 0
    with Library.open(path) as reader:
        while not is_done.is_set():
            entries = reader.documents()
            assert len(entries) >= seen
            seen = len(entries)
            for entry in entries[-3:]:
                document = reader.document(entry.id)
                assert len(document.text) == entry.characters
                assert len(document.mentions) == entry.mentions == 1
                assert hashlib.sha256(reader.original(entry.id)).hexdigest() == document.sha256
        assert len(reader.documents()) == 40
    thread.join()
    assert troubles == []


def test_what_one_connection_decides_another_one_sees(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with Library.open(path) as one, Library.open(path) as other:
        stored = put(one, TEXT)
        mention = mention_of(other.document(stored.document_id), "130121")
        other.decide_mention(stored.document_id, mention, MentionStatus.REJECTED)
        assert mention_of(one.document(stored.document_id), "130121").status is MentionStatus.REJECTED
