import sqlite3
import threading
from pathlib import Path

import pytest

from jjjmap.errors import LibraryUnusable
from jjjmap.text.store import schema
from jjjmap.text.store.library import Library
from tests.text.small_library import put


def version_of(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_library_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "library.sqlite"
    with Library.open(path) as library:
        assert library.documents() == ()
        assert library.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert library.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert version_of(path) == schema.SCHEMA_VERSION


def test_an_empty_file_becomes_a_library(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    path.touch()
    with Library.open(path) as library:
        assert library.documents() == ()


def test_a_library_of_a_newer_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Library.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryUnusable) as refused:
        Library.open(path)
    assert refused.value.reason == "文库由更新版本的程序写成，请先更新本程序。"
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["library.sqlite"]


def test_a_newer_program_that_has_the_library_open_is_noticed_too(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Library.open(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    newer.commit()
    # It stands beside the library until a checkpoint, and not in its header.
    assert path.read_bytes()[60:64] == schema.SCHEMA_VERSION.to_bytes(4, "big")
    with pytest.raises(LibraryUnusable):
        Library.open(path)
    newer.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all", b"SQLite format 3\0 and then nothing", b"\0" * 4096]
)
def test_what_is_no_database_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(content)
    with pytest.raises(LibraryUnusable):
        Library.open(path)
    assert path.read_bytes() == content
    assert sorted(file.name for file in tmp_path.iterdir()) == ["library.sqlite"]


def test_the_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 77")
        connection.execute("CREATE TABLE precious (value TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryUnusable) as refused:
        Library.open(path)
    assert refused.value.reason == "这是别的程序的数据库，不是文库。"
    assert path.read_bytes() == before


def test_the_database_of_a_program_that_names_itself_nowhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE precious (value TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryUnusable):
        Library.open(path)
    assert path.read_bytes() == before


def test_an_older_library_is_brought_forward_with_what_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.sqlite"
    with Library.open(path) as library:
        stored = put(library, "甲市有3家企业。")
    later = (*schema._MIGRATIONS, ("ALTER TABLE documents ADD COLUMN colour TEXT NOT NULL DEFAULT ''",))
    monkeypatch.setattr(schema, "_MIGRATIONS", later)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", len(later))
    with Library.open(path) as library:
        assert [entry.id for entry in library.documents()] == [stored.document_id]
        assert library.connection.execute("SELECT colour FROM documents").fetchall() == [("",)]
    assert version_of(path) == len(later)


def test_a_step_forward_that_fails_leaves_the_old_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.sqlite"
    with Library.open(path) as library:
        put(library, "甲市有3家企业。")
    later = (*schema._MIGRATIONS, ("ALTER TABLE documents ADD COLUMN colour TEXT", "DROP TABLE nothing"))
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_MIGRATIONS", later)
        patch.setattr(schema, "SCHEMA_VERSION", len(later))
        with pytest.raises(LibraryUnusable):
            Library.open(path)
    assert version_of(path) == len(later) - 1
    with Library.open(path) as library:
        assert len(library.documents()) == 1


def test_a_locked_library_is_waited_for_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.sqlite"
    Library.open(path).close()
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Library.open(path) as library:
        assert library.documents() == ()
        with pytest.raises(LibraryUnusable) as told:
            put(library, "甲市有3家企业。")
        assert told.value.reason == "另一个窗口或程序正在写文库，请稍后再试。"
        assert told.value.path == path
        other.execute("ROLLBACK")
        put(library, "甲市有3家企业。")
        assert len(library.documents()) == 1
    other.close()


def test_a_writer_waits_for_another_one_that_ends_in_time(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Library.open(path).close()
    is_locked = threading.Event()
    may_end = threading.Event()

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        is_locked.set()
        may_end.wait(2)
        other.execute("ROLLBACK")
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    is_locked.wait(5)
    threading.Timer(0.1, may_end.set).start()
    with Library.open(path) as library:
        put(library, "甲市有3家企业。")
        assert len(library.documents()) == 1
    holder.join()


def test_a_full_disk_is_told_and_changes_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.sqlite") as library:
        put(library, "甲市有3家企业。")
        pages = library.connection.execute("PRAGMA page_count").fetchone()[0]
        # SQLite answers a file that may not grow as it answers a full disk.
        library.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryUnusable) as told:
            put(library, "乙县的另一篇。" + "".join(chr(0x4E00 + number) for number in range(9000)), "b.txt")
        assert told.value.reason == "磁盘已满，文库没有改动。"
        assert [entry.file_name for entry in library.documents()] == ["报告.txt"]
        assert library.connection.execute("SELECT count(*) FROM pieces").fetchone() == (1,)


def test_a_library_that_may_only_be_read_says_so(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.sqlite") as library:
        put(library, "甲市有3家企业。")
        library.connection.execute("PRAGMA query_only = ON")
        with pytest.raises(LibraryUnusable) as told:
            put(library, "乙县的另一篇。", "b.txt")
        assert told.value.reason == "文库只能读，不能写。"
        assert len(library.documents()) == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryUnusable) as told:
        Library.open(tmp_path / "file" / "library.sqlite")
    assert told.value.reason


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryUnusable) as told:
        Library.open(tmp_path)
    assert told.value.reason


def test_a_broken_library_is_told(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with Library.open(path) as library:
        put(library, "甲市有3家企业。" * 500)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(LibraryUnusable), Library.open(path) as library:
        library.documents()
        library.document(library.documents()[0].id)
