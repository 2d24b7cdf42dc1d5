"""The library's SQLite file: its tables, how it is opened, and what is said when that fails."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from jjjmap.errors import LibraryUnusable
from jjjmap.i18n import _

APPLICATION_ID = 0x4A4A4A4D
"""``JJJM``, in the header of the file: another program's database is not ours to change."""

INDEX_TABLE = "search_texts_2"
"""The table of the full-text index, which `search_index` makes; another version has another name."""

BUSY_SECONDS = 5.0
"""How long a writer waits for another window or process."""

_PAGES, _RELAXED_PAGES = 1000, 4000
"""So many pages of 4 KiB are written aside before they go into the file."""

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_VERSION_AT, _APPLICATION_AT = 60, 68
"""Where a header holds user_version and application_id, four bytes each, the highest first."""

# A document's `key` stays when its file changes; its `id`, made from the bytes, does not.
_FIRST = (
    """
    CREATE TABLE documents (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        file_name TEXT NOT NULL,
        origin TEXT NOT NULL,               -- path that it was read from, empty if unknown; never opened
        sha256 TEXT NOT NULL UNIQUE,
        size_bytes INTEGER NOT NULL,
        imported_at TEXT NOT NULL,          -- ISO 8601, UTC
        analyser TEXT NOT NULL,             -- version of the rules that read it
        title TEXT NOT NULL,
        issuer TEXT NOT NULL,
        date TEXT NOT NULL,
        number TEXT NOT NULL,
        edited TEXT NOT NULL,               -- names of the details that the user set, parted by spaces
        root INTEGER REFERENCES documents(key),     -- first document of its kind; NULL for that one itself
        alike INTEGER REFERENCES documents(key) ON DELETE SET NULL,  -- what it was measured against
        resemblance REAL NOT NULL DEFAULT 0,
        share REAL NOT NULL DEFAULT 0,
        other_share REAL NOT NULL DEFAULT 0,
        sketch BLOB NOT NULL,
        characters INTEGER NOT NULL,
        mentions INTEGER NOT NULL,          -- without leads and rejected ones
        figures INTEGER NOT NULL,           -- without rejected ones
        accepted_figures INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX documents_by_date ON documents(date DESC, title, key)",
    "CREATE INDEX documents_by_root ON documents(root)",
    "CREATE INDEX documents_by_alike ON documents(alike)",
    """
    CREATE TABLE former_ids (
        id TEXT PRIMARY KEY,
        document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX former_ids_by_document ON former_ids(document)",
    """
    CREATE TABLE contents (
        document INTEGER PRIMARY KEY REFERENCES documents(key) ON DELETE CASCADE,
        original BLOB NOT NULL,             -- zlib
        raw BLOB NOT NULL,                  -- zlib of JSON
        steps BLOB NOT NULL,                -- zlib of JSON
        passages BLOB NOT NULL,             -- zlib of JSON
        findings TEXT NOT NULL              -- JSON
    ) STRICT
    """,
    # The cleaned text in pieces: a sentence in the middle of a long text is read without the rest of it.
    """
    CREATE TABLE pieces (
        document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (document, start)
    ) STRICT
    """,
    """
    CREATE TABLE mentions (
        document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
        subject_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        text TEXT NOT NULL,
        confidence REAL NOT NULL,
        rule TEXT NOT NULL,
        candidates TEXT NOT NULL,           -- parted by |
        is_lead INTEGER NOT NULL,
        raw_start INTEGER NOT NULL,
        raw_end INTEGER NOT NULL,
        status TEXT NOT NULL,
        sentence_start INTEGER NOT NULL,
        sentence_end INTEGER NOT NULL,
        sentence_print INTEGER NOT NULL     -- hash of the sentence's letters and digits
    ) STRICT
    """,
    "CREATE INDEX mentions_by_document ON mentions(document, start)",
    "CREATE INDEX mentions_by_subject ON mentions(subject_id, document, sentence_print)",
    """
    CREATE TABLE figures (
        document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        scope_id TEXT NOT NULL,
        indicator_id TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL                  -- JSON of the other fields
    ) STRICT
    """,
    "CREATE INDEX figures_by_document ON figures(document, start)",
    "CREATE INDEX accepted_figures ON figures(scope_id, document) WHERE status IN ('accepted', 'corrected')",
    # What the user said, as text-quote and position; mentions and figures only show its outcome.
    """
    CREATE TABLE decisions (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
        about TEXT NOT NULL,                -- mention, figure, step
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        exact TEXT NOT NULL,
        prefix TEXT NOT NULL,
        suffix TEXT NOT NULL,
        body TEXT NOT NULL,                 -- JSON
        teaches INTEGER NOT NULL DEFAULT 1, -- whether later documents learn from it
        is_lost INTEGER NOT NULL DEFAULT 0  -- its words no longer stand in the text
    ) STRICT
    """,
    "CREATE INDEX decisions_by_document ON decisions(document, about, start)",
    """
    CREATE TABLE shingles (
        hash INTEGER NOT NULL,
        document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
        PRIMARY KEY (hash, document)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX shingles_by_document ON shingles(document)",
)

_MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
"""What brings a file from version n to n + 1; never changed once released, only added to."""

SCHEMA_VERSION = len(_MIGRATIONS)


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the library's file, make it if there is none, and bring an older one up to date.

    Parameters
    ----------
    path
        None for a library in memory.

    Raises
    ------
    LibraryUnusable
        It is no library of ours, of a newer program, broken, locked, or cannot be written; it is untouched.
    """
    shown = path if path is not None else Path(":memory:")
    with told(shown):
        if path is not None:
            _refuse_foreign(path)
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path if path is not None else ":memory:", timeout=BUSY_SECONDS, isolation_level=None
        )
        try:
            _prepare(connection, shown)
        except BaseException:
            connection.close()
            raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """Do all of it or nothing; one inside another is part of the outer one.

    Raises
    ------
    LibraryUnusable
        The file is locked, full or cannot be written; nothing was changed.
    """
    if connection.in_transaction:
        yield connection
        return
    with told(path):
        # Taking the lock at once: a reader that turns writer later could find the text changed under it.
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            # A full disk rolls back by itself.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def relaxed(connection: sqlite3.Connection) -> Iterator[None]:
    """Do not wait for the disk at each commit inside, but once at the end.

    In WAL mode a file stays whole without that: what the last commits wrote is all there or, after a power
    cut, not at all.
    """
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_RELAXED_PAGES}")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES}")
        # Waits for the disk; readers and writers are not kept from their work.
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into `LibraryUnusable` with a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryUnusable(path, _sentence_for(error)) from error
    except OSError as error:
        raise LibraryUnusable(path, error.strerror or str(error)) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    _check_version(version, path)
    if not version and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise LibraryUnusable(path, _("这是别的程序的数据库，不是文库。"))
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # A committed decision survives a power cut as well.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cache_size = -16000")  # KiB
    connection.execute("PRAGMA temp_store = MEMORY")
    if connection.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
        with transaction(connection, path):
            # Another process may have brought it up to date while this one waited.
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            _check_version(version, path)
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _refuse_foreign(path: Path) -> None:
    """Look at the header without SQLite, which would write files beside the database."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        return
    if not header:
        return
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise LibraryUnusable(path, _("这不是文库。"))
    version = int.from_bytes(header[_VERSION_AT : _VERSION_AT + 4], "big")
    application = int.from_bytes(header[_APPLICATION_AT : _APPLICATION_AT + 4], "big")
    # One that was killed before its first commit has neither.
    if application != APPLICATION_ID and (application or version):
        raise LibraryUnusable(path, _("这是别的程序的数据库，不是文库。"))
    _check_version(version, path)


def _check_version(version: int, path: Path) -> None:
    if version > SCHEMA_VERSION:
        raise LibraryUnusable(path, _("文库由更新版本的程序写成，请先更新本程序。"))


def _sentence_for(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # Without the extended part.
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _("另一个窗口或程序正在写文库，请稍后再试。")
        case sqlite3.SQLITE_FULL:
            return _("磁盘已满，文库没有改动。")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return _("文库只能读，不能写。")
        case sqlite3.SQLITE_CANTOPEN:
            return _("无法打开文库，请检查所在文件夹是否存在、是否可写。")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _("文库已损坏。")
        case sqlite3.SQLITE_TOOBIG:
            return _("文件太大，无法存入文库。")
        case _:
            return _("文库出错：{detail}").format(detail=error)
