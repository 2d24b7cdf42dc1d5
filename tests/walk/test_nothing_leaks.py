"""What the walk wrote, byte by byte: no secret anywhere, nothing of the person in what is passed on."""

import base64
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from canaries import FOLDER, HOST, PASSWORD, PERSON, TOKEN, found_in
from walking import LIMIT_S, Walked


def walks(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that waits for the walk."""
    return pytest.mark.web(pytest.mark.timeout(LIMIT_S + 60)(test))


@walks
def test_password_and_token_stand_in_no_byte_that_was_written(walked: Walked) -> None:
    """Settings, layout, log, crash notes, journal, autosave, project, caches, exports, temporary files."""
    files = walked.files()
    names = {each.name for each in files}
    # What the search is about is there.
    assert {
        "settings.json",
        "window.ini",
        "jjjmap.log",
        "report.txt",
        "图.jjj.gpkg",
        "图.jjj.gpkg~1",
    } <= names
    assert any(each.suffix == "" and "tiles" in each.parts for each in files)
    # Both were used: the token went to the server of tiles, the password opened the database.
    assert walked.said["trouble"][0] == "unreachable"
    assert TOKEN not in walked.said["page"] and PASSWORD not in walked.said["refused"]
    leaks = {str(each): found for each in files if (found := found_in(each, PASSWORD, TOKEN))}
    assert leaks == {}
    assert [str(each) for each in files if PASSWORD in str(each) or TOKEN in str(each)] == []
    assert PASSWORD not in walked.stderr and TOKEN not in walked.stderr


@walks
def test_a_table_was_read_with_the_password(walked: Walked) -> None:
    if walked.said["server"]:
        pytest.skip(walked.said["server"])
    copy = walked.folder / "项目" / "图.jjj.gpkg"
    with sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True) as connection:
        titles = [title for (title,) in connection.execute("SELECT identifier FROM gpkg_contents")]
    connection.close()
    assert any("firms" in title for title in titles), titles


@walks
def test_projects_and_exports_name_neither_person_nor_machine_nor_folder(walked: Walked) -> None:
    files = walked.leaving()
    suffixes = {each.suffix for each in files}
    assert {
        ".html",
        ".pdf",
        ".png",
        ".svg",
        ".gpkg",
        ".geojson",
        ".xlsx",
        ".docx",
        ".csv",
        ".qml",
    } <= suffixes
    assert sum(".jjj.gpkg" in each.name for each in files) >= 3
    leaks = {each.name: found for each in files if (found := found_in(each, PERSON, HOST, FOLDER))}
    assert leaks == {}


@walks
def test_log_and_report_hide_who_sits_at_which_machine(walked: Walked) -> None:
    report = (walked.folder / "out" / "report.txt").read_text(encoding="utf-8")
    assert "ValueError" in report and "<secret>" in report and "~" in report
    assert "ValueError" in walked.log and "没有保存的名字" not in report
    for text in (report, walked.log):
        assert PERSON not in text and HOST not in text


@walks
def test_nothing_is_left_of_the_crash_after_the_next_start(walked: Walked) -> None:
    left = [each for each in walked.home.rglob("*") if each.name.endswith(".lock") or "crash-" in each.name]
    assert left == []
    assert list((walked.home / ".local" / "state" / "jjjmap" / "work").iterdir()) == []


# ---- the search itself ----


def planted(folder: Path, word: str) -> dict[str, Path]:
    """Return files that hide a word, by how they do it."""
    made = {}

    def put(name: str, data: bytes) -> None:
        made[name] = folder / name
        made[name].write_bytes(data)

    text = f"vor {word} nach"
    put("plain", text.encode())
    put("utf16", text.encode("utf-16-le"))
    for shift in range(3):
        put(f"base64-{shift}", base64.b64encode(b"x" * shift + text.encode("utf-16-be")))
    put("stream.pdf", b"%PDF-1.7 stream\n" + zlib.compress(text.encode() * 3) + b"\nendstream")
    with zipfile.ZipFile(folder / "paper.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", f"<creator>{text}</creator>")
    made["paper.docx"] = folder / "paper.docx"
    with sqlite3.connect(folder / "a.gpkg") as connection:
        connection.execute("CREATE TABLE t (b BLOB)")
        connection.execute(
            "INSERT INTO t VALUES (?)", [pa.Codec("zstd").compress(text.encode() * 9, asbytes=True)]
        )
    connection.close()
    made["a.gpkg"] = folder / "a.gpkg"
    table = pa.table({"a": [text]}).replace_schema_metadata({"origin": "elsewhere"})
    with pa.ipc.new_file(
        folder / "a.arrow", table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
    ) as out:
        out.write_table(table)
    made["a.arrow"] = folder / "a.arrow"
    pq.write_table(table, folder / "a.parquet")
    made["a.parquet"] = folder / "a.parquet"
    shutil.make_archive(str(folder / "nested"), "zip", folder, "paper.docx")
    made["nested"] = folder / "nested.zip"
    return made


def test_the_search_finds_a_word_wherever_it_is_hidden(tmp_path: Path) -> None:
    files = planted(tmp_path, PASSWORD)
    missed = [name for name, path in files.items() if found_in(path, PASSWORD, TOKEN) != {PASSWORD}]
    assert missed == []
