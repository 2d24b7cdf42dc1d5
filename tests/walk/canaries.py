"""Words that are put where they must not come out of, and the search for them in whatever was written."""

import base64
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

PASSWORD = "S3CRET-canary"
"""Of the database that the tests start."""
TOKEN = "S3CRETcanaryTOKEN"
PERSON = "wangfang7canary"
"""The user, and the folder that is their home."""
HOST = "host7canary"
FOLDER = "folder7canary"
"""A folder of theirs, in which everything lies."""

_ZIP, _SQLITE, _ARROW, _ZSTD = b"PK\x03\x04", b"SQLite format 3\0", b"ARROW1", b"\x28\xb5\x2f\xfd"
_DEFLATED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MOST_BYTES = 100_000_000


def forms(word: str) -> list[bytes]:
    """Return a word as it may be written: in several encodings, and within base64."""
    plain = [word.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    plain += [word.encode().hex().encode(), word.encode().hex().upper().encode()]
    plain += [quote(word, safe="").encode(), json.dumps(word)[1:-1].encode()]
    for text in plain[:3]:
        # What stands before and after it changes the letters at both ends, which are left out.
        plain += [base64.b64encode(b"\0" * shift + text)[4:-4] for shift in range(3)]
    return list(dict.fromkeys(plain))


def found_in(path: Path, *words: str) -> set[str]:
    """Return which of the words stand in a file, or in anything that is packed in it."""
    wanted = [(word, form) for word in words for form in forms(word)]
    return {
        word for text in _layers(path.read_bytes(), path) for word, form in wanted if form in text
    }  # fmt: skip


def _layers(data: bytes, path: Path | None = None, depth: int = 0) -> Iterator[bytes]:
    """Yield bytes as they are, and unpacked."""
    yield data
    if depth > 4:
        return
    inside: list[bytes] = []
    if data.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside += [archive.read(name) for name in archive.namelist()]
            inside.append(archive.comment)
    elif data.startswith(_SQLITE):
        inside += list(_cells(data))
    elif data.startswith(_ARROW):
        table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
        inside.append(repr((table.schema.to_string(), table.to_pydict())).encode())
    elif data.startswith(_ZSTD):
        inside.append(pa.input_stream(pa.BufferReader(data), compression="zstd").read())
    elif data.startswith(b"PAR1"):
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(data))
        inside.append(repr((table.schema.to_string(), table.schema.metadata, table.to_pydict())).encode())
    else:
        inside += list(_inflated(data))
    for each in inside:
        yield from _layers(each, depth=depth + 1)


def _cells(data: bytes) -> Iterator[bytes]:
    """Yield all texts and blobs of a database; it is looked at in memory."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(_without_log(data))
    connection.text_factory = bytes
    try:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in names:
            table = '"' + name.decode().replace('"', '""') + '"'
            try:
                rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            except sqlite3.Error:  # A virtual table whose module is not here; its shadow tables are.
                continue
            yield b"\n".join(each for row in rows for each in row if isinstance(each, bytes))
            for row in rows:
                # Long ones may be packed.
                yield from (each for each in row if isinstance(each, bytes) and len(each) > 40)
    finally:
        connection.close()


def _without_log(data: bytes) -> bytes:
    """Return a database that says of itself that it has no log beside it: one in memory cannot have."""
    return data[:18] + b"\x01\x01" + data[20:]


def _inflated(data: bytes) -> Iterator[bytes]:
    """Yield every stream within some bytes that deflate has packed, as in PDF and PNG."""
    if data.startswith(b"\x89PNG"):
        yield b"".join(_png_pictureless(data))
        return
    for mark in _DEFLATED:
        at = data.find(mark)
        while at >= 0:
            try:
                inflated = zlib.decompressobj().decompress(data[at:], _MOST_BYTES)
            except zlib.error:
                inflated = b""
            if len(inflated) > 8:
                yield inflated
            at = data.find(mark, at + 1)


def _png_pictureless(data: bytes) -> Iterator[bytes]:
    """Yield what a PNG says beside its picture."""
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if kind != b"IDAT":
            yield kind + body
            if kind in (b"zTXt", b"iTXt", b"iCCP"):
                yield from _inflated(body)
        at += 12 + size
