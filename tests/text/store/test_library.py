import contextlib
import hashlib
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from jjjmap.errors import DocumentUnknown, LibraryUnusable
from jjjmap.text.records import DocumentDetails, MentionStatus
from jjjmap.text.store.library import Library, Outcome
from tests.text.small_library import SmallAnalyser, mention_of, prose, put

TEXT = "某区域产业报告\n甲市有3家企业。乙县修了20公里路，甲市也出了力。\n丙港有5家企业。丁镇没有。\n"


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


# ---------------------------------------------------------------------------------------------------- batches


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


# --------------------------------------------------------------------------------------------- names, sharing


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


def test_a_damaged_record_is_told_as_a_damaged_library(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with Library.open(path) as library:
        document_id = put(library, TEXT).document_id
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE contents SET raw = x'00ff'")
    with Library.open(path) as library, pytest.raises(LibraryUnusable):
        library.document(document_id)
