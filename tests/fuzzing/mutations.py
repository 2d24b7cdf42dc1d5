"""Files made broken: bits turned, ends cut off, two files joined, lengths changed, odd values."""

import contextlib
import copy
import io
import json
import re
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from enum import StrEnum, auto
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

MOST_BYTES = 2 << 20
"""Of a mutant: what is long is another subject."""

_LENGTHS = ("<H", ">H", "<I", ">I", "<Q", ">Q")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEEP = 50_000
_DEEP_MARK = "@deep@"
_ODD_TEXTS = (
    "", " ", "\0", "\ud800", "\udcff", "\u202e\u2066<b>", "\u2028", "x" * 20_000, "甲" * 5_000,
    "../../etc/passwd", "/dev/zero", "C:\\a", "${1}{n}{0.__class__}%s%n", "<script>x</script>", "]]>", "-->",
    "=1+1", "NaN", "-0", "1e999", "9" * 5_000, "0001-01-01T00:00:00", "9999-12-31T23:59:59+00:00",
    "2024-02-30", "'; DROP TABLE a; --", "true",
)  # fmt: skip
_ODD_VALUES = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308,
    1e-320, float("inf"), float("nan"), [], {}, [None], {"": None}, [[]], _DEEP_MARK, *_ODD_TEXTS,
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ODD_NUMBERS = (
    b"0",
    b"-1",
    b"NaN",
    b"Infinity",
    b"1e308",
    b"-1e999",
    b"9" * 400,
    b"2147483648",
    b"181.5",
    b"0x10",
    b"",
)
_ODD_BYTES = (
    b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x81\x30", b"\r", b"\n\n", b'"', b"'",
    b"<", b">", b"&", b"&#0;", b"&#xD800;", b"{", b"[", b"]", b",", b";", b"\\", b"\x1e", b"<!--",
    b"<![CDATA[", b"</", b"%PDF-", b"\0" * 300, b"\xff" * 300, b"<a>" * 3_000, b"[" * 3_000, b"," * 3_000,
    "\u202e".encode(), b"<!DOCTYPE a>",
)  # fmt: skip


class Family(StrEnum):
    """What is known of a format, to break it deeper than its outermost shell."""

    BYTES = auto()
    TEXT = auto()
    """With numbers and marks of its own: tables, web pages, PDF."""
    XML = auto()
    JSON = auto()
    """One value."""
    JSON_LINES = auto()
    ZIP = auto()
    """What is in its members is XML."""
    ZIP_OF_BYTES = auto()
    SQLITE = auto()


def mutant(seeds: Sequence[bytes], family: Family, random: Random) -> bytes:
    """Return a broken file.

    Parameters
    ----------
    seeds
        Sound files of one format; one is broken, another may be joined to it.
    random
        The same one gives the same mutant.
    """
    seed = random.choice(seeds)
    inner = _INNER.get(family)
    if inner is not None and random.random() < 0.7:
        made = inner(seed, random)
        if made != seed:
            return made[:MOST_BYTES]
    data = bytearray(seed)
    ways = [*_BYTE_WAYS, *(_TEXT_WAYS if family in _TEXTS else _LENGTH_WAYS)]
    for _turn in range(random.choice((1, 1, 2, 4, 9))):
        random.choice(ways)(data, seeds, random)
    return bytes(data[:MOST_BYTES])


# -- Bytes -----------------------------------------------------------------------------------------

_Way = Callable[[bytearray, Sequence[bytes], Random], None]


def _place(data: bytearray, random: Random) -> int:
    # What tells how the rest is to be read stands at the beginning and at the end.
    share = random.random()
    length = len(data)
    if share < 0.2:
        return random.randrange(min(length, 128) + 1)
    if share < 0.3:
        return length - random.randrange(min(length, 128) + 1)
    return random.randrange(length + 1)


def _piece(data: bytearray, random: Random) -> tuple[int, int]:
    start = _place(data, random)
    return start, min(len(data), start + int(2 ** random.uniform(0, 11)))


def flip_bits(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Turn bits round."""
    for _bit in range(random.choice((1, 1, 3, 20))):
        if data:
            data[min(_place(data, random), len(data) - 1)] ^= 1 << random.randrange(8)


def set_bytes(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Write a byte over another."""
    for _byte in range(random.choice((1, 1, 4))):
        if data:
            data[min(_place(data, random), len(data) - 1)] = random.choice(
                (0, 1, 0x7F, 0x80, 0xFF, random.randrange(256))
            )


def truncate(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Cut off the end."""
    del data[_place(data, random) :]


def cut_out(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Take a piece out."""
    start, end = _piece(data, random)
    del data[start:end]


def repeat(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Let a piece stand there again, some times or many."""
    start, end = _piece(data, random)
    times = random.choice((1, 2, 50, 2_000))
    data[end:end] = bytes(data[start:end]) * min(times, 1 + MOST_BYTES // 4 // max(1, end - start))


def splice(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    """Let the beginning of one file go on with the end of another."""
    other = bytearray(random.choice(seeds))
    start = _place(data, random)
    data[start:] = other[_place(other, random) :]


def put_in(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Put something odd in."""
    start = _place(data, random)
    data[start:start] = random.choice(_ODD_BYTES)


def change_length(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Change a number that may be a length, a count or an offset."""
    for _try in range(200):
        form = random.choice(_LENGTHS)
        width = struct.calcsize(form)
        if len(data) < width:
            return
        at = random.randrange(len(data) - width + 1)
        (value,) = struct.unpack_from(form, data, at)
        if 0 < value <= 2 * len(data):
            most = (1 << (8 * width)) - 1
            odd = (
                0,
                1,
                value - 1,
                value + 1,
                2 * value,
                len(data),
                len(data) + 1,
                most,
                most >> 1,
                (most >> 1) + 1,
            )
            struct.pack_into(form, data, at, random.choice(odd) & most)
            return


def change_number(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Change a number that is written out."""
    found = list(_NUMBER.finditer(data))
    if found:
        chosen = random.choice(found)
        data[chosen.start() : chosen.end()] = random.choice(_ODD_NUMBERS)


def put_text(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Put an odd text in."""
    start = _place(data, random)
    data[start:start] = random.choice(_ODD_TEXTS).encode("utf-8", "surrogatepass")


def swap_lines(data: bytearray, _seeds: Sequence[bytes], random: Random) -> None:
    """Let two pieces change their places: lines, or what stands between tags."""
    mark = random.choice((b"\n", b">", b",", b" "))
    pieces = bytes(data).split(mark)
    first, second = random.randrange(len(pieces)), random.randrange(len(pieces))
    pieces[first], pieces[second] = pieces[second], pieces[first]
    data[:] = mark.join(pieces)


_BYTE_WAYS: tuple[_Way, ...] = (flip_bits, set_bytes, truncate, cut_out, repeat, splice, put_in)
_LENGTH_WAYS: tuple[_Way, ...] = (change_length, change_length, change_length)
_TEXT_WAYS: tuple[_Way, ...] = (change_number, change_number, put_text, swap_lines)
_TEXTS = (Family.TEXT, Family.XML, Family.JSON, Family.JSON_LINES)

# -- What the bytes mean ---------------------------------------------------------------------------


def _json(data: bytes, random: Random) -> bytes:
    """Change values of a JSON text."""
    try:
        holder = [json.loads(data)]
    except (ValueError, RecursionError):
        return data
    for _turn in range(random.choice((1, 1, 2, 5))):
        _change_value(holder, random)
    text = json.dumps(holder[0], ensure_ascii=random.random() < 0.5)
    deep = random.choice((("[", "]"), ('{"a":', "}")))
    return text.replace(f'"{_DEEP_MARK}"', deep[0] * _DEEP + "0" + deep[1] * _DEEP).encode(
        "utf-8", "surrogatepass"
    )


def _change_value(holder: list[Any], random: Random) -> None:
    slots: list[tuple[Any, Any]] = []
    open_ones: list[Any] = [holder]
    while open_ones:
        inside = open_ones.pop()
        keys: Any = inside.keys() if isinstance(inside, dict) else range(len(inside))
        for key in keys:
            slots.append((inside, key))
            if isinstance(inside[key], dict | list):
                open_ones.append(inside[key])
    inside, key = random.choice(slots)
    match random.choice(("odd", "odd", "odd", "swap", "drop", "name", "again", "turned")):
        case "odd":
            inside[key] = copy.deepcopy(random.choice(_ODD_VALUES))
        case "swap":
            other, other_key = random.choice(slots)
            # Not one within the other: a value without end is no JSON.
            copies = json.loads(json.dumps([inside[key], other[other_key]]))
            inside[key], other[other_key] = copies[1], copies[0]
        case "drop" if inside is not holder:
            del inside[key]
        case "name" if isinstance(inside, dict):
            inside[random.choice(_ODD_TEXTS)] = inside.pop(key)
        case "again" if isinstance(inside, list) and inside is not holder:
            inside.extend([inside[key]] * random.choice((1, 300)))
        case _:
            value = inside[key]
            inside[key] = str(value) if not isinstance(value, str) else [value]


def _json_lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    if random.random() < 0.2:
        lines.insert(at, lines[random.randrange(len(lines))])
    lines[at] = _json(lines[at], random)
    return b"\n".join(lines)


def _xml(data: bytes, random: Random) -> bytes:
    """Change elements, attributes and texts of XML, that stays XML."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        return data
    for _turn in range(random.choice((1, 1, 3, 8))):
        elements = list(root.iter())
        element, other = random.choice(elements), random.choice(elements)
        odd = _NOT_IN_XML.sub("?", random.choice(_ODD_TEXTS))
        match random.choice(("attribute", "attribute", "text", "drop", "again", "swap", "name")):
            case "attribute" if element.attrib:
                element.set(random.choice(list(element.attrib)), odd)
            case "drop" if len(element):
                element.remove(random.choice(list(element)))
            case "again" if len(element):
                element.extend([copy.deepcopy(random.choice(list(element)))] * random.choice((1, 40)))
            case "swap":
                element.attrib, other.attrib = other.attrib, element.attrib
            case "name":
                element.tag = other.tag
            case _:
                element.text = odd
    made = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    if b" ns0:" in made:
        return made
    # GDAL knows the elements of GPX without a prefix only.
    return made.replace(b"<ns0:", b"<").replace(b"</ns0:", b"</").replace(b"xmlns:ns0=", b"xmlns=")


def _zip(data: bytes, random: Random, family: Family = Family.XML) -> bytes:
    """Change what is in an archive; its directory and its checksums are sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    names = list(members)
    name = random.choice(names)
    others = [members[each] for each in names if Path(each).suffix == Path(name).suffix]
    if random.random() < 0.1:
        members[random.choice(_ODD_TEXTS[8:])] = members.pop(name)
    else:
        members[name] = mutant([members[name], *others], family, random)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in members.items():
            # Of no moment: the same mutant tomorrow.
            entry = zipfile.ZipInfo(each.encode("utf-8", "replace").decode())
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()


def _zip_of_bytes(data: bytes, random: Random) -> bytes:
    return _zip(data, random, Family.BYTES)


def _sqlite(data: bytes, random: Random) -> bytes:
    """Change a cell of a database, or the statement of a table, as somebody would who knows SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sqlite"
        path.write_bytes(data)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            for name in ("IsEmpty", "MinX", "MinY", "MaxX", "MaxY"):
                # Triggers of a GeoPackage ask for these.
                connection.create_function(f"ST_{name}", 1, lambda _shape: 0)
            connection.create_function("RAISE", 2, lambda *_said: None)
            connection.execute("PRAGMA writable_schema = ON")
            for _turn in range(random.choice((1, 1, 2, 4))):
                with contextlib.suppress(sqlite3.Error, OverflowError):
                    _change_cell(connection, random)
            connection.commit()
        return path.read_bytes()


def _change_cell(connection: sqlite3.Connection, random: Random) -> None:
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    table = random.choice([*names, "sqlite_master"])
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    rows = [row for (row,) in connection.execute(f'SELECT rowid FROM "{table}"')]
    if not rows or not columns:
        return
    column, row = random.choice(columns), random.choice(rows)
    if random.random() < 0.1:
        connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row,))
        return
    found = connection.execute(f'SELECT "{column}" FROM "{table}" WHERE rowid = ?', (row,)).fetchone()
    if found is None:
        return  # An earlier change has left a row number that leads nowhere.
    connection.execute(
        f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (_odd_cell(found[0], random), row)
    )


def _odd_cell(value: object, random: Random) -> object:
    if isinstance(value, bytes) and random.random() < 0.8:
        return mutant([value], Family.BYTES, random)
    if isinstance(value, str) and random.random() < 0.6:
        is_json = value[:1] in ("{", "[")
        made = mutant([value.encode()], Family.JSON if is_json else Family.TEXT, random)
        return made.decode("utf-8", "replace")
    odd = random.choice(_ODD_VALUES)
    if isinstance(odd, list | dict):
        return b""
    return odd.encode("utf-8", "replace").decode() if isinstance(odd, str) else odd


_INNER: dict[Family, Callable[[bytes, Random], bytes]] = {
    Family.JSON: _json,
    Family.JSON_LINES: _json_lines,
    Family.XML: _xml,
    Family.ZIP: _zip,
    Family.ZIP_OF_BYTES: _zip_of_bytes,
    Family.SQLITE: _sqlite,
}
