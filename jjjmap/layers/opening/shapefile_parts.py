"""The files that make up a Shapefile: found beside it, staged under a neutral name, and their encoding."""

import codecs
import contextlib
import os
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from jjjmap.encodings import decode, decode_as
from jjjmap.layers.opening.layer_part import not_written

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst")
_SAMPLE_BYTES = 1 << 20
_MAX_FIELDS = 1_024
_CPG_NAMES = {
    "utf8": "utf-8", "65001": "utf-8", "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "950": "big5",
    "54936": "gb18030", "cp936": "gb18030", "cp950": "big5", "ansi936": "gb18030", "ansi950": "big5",
    "88591": "iso-8859-1", "iso88591": "iso-8859-1", "1252": "cp1252",
}  # fmt: skip
_DBF_PAGES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}


@dataclass(frozen=True, slots=True)
class DbfEncoding:
    """In which encoding the texts of a .dbf are."""

    name: str
    """Python's name."""
    declared: str
    """What .cpg or .dbf say, as Python's name; empty if they say nothing that can be understood."""
    is_certain: bool
    is_plain: bool
    """Whether there is nothing but ASCII, so that it does not matter."""


def companions(path: Path) -> dict[str, Path]:
    """Return the parts of a Shapefile: suffix in lower case → file; letters' case may differ between them."""
    found = {".shp": path}
    try:
        neighbours = sorted(path.parent.iterdir())
    except OSError:
        neighbours = [path.with_suffix(suffix) for suffix in PARTS]
    for neighbour in neighbours:
        suffix = neighbour.suffix.lower()
        if suffix in PARTS and neighbour.stem.lower() == path.stem.lower() and neighbour.is_file():
            # The same case wins over another.
            is_twin = neighbour.stem == path.stem and suffix != ".shp"
            found[suffix] = neighbour if is_twin else found.get(suffix, neighbour)
    return found


def stage(path: Path, target: Path, *, copy: bool = False) -> None:
    """Let a file be found under another name, without copying where the system can.

    Raises
    ------
    LayerUnreadable
        ``no-space`` or ``not-written``.
    """
    ways = (shutil.copyfile,) if copy else (os.symlink, os.link, shutil.copyfile)
    for way in ways:
        try:
            way(path.absolute(), target)
            return
        except (OSError, NotImplementedError) as exc:
            # Windows wants a right for links, and hard links stay on one disk: what is left is a copy.
            if way is ways[-1]:
                raise not_written(path, exc if isinstance(exc, OSError) else OSError(str(exc))) from exc


def is_cut_off(shp: Path) -> bool:
    """Return whether a .shp is shorter than its header says; raises OSError."""
    with shp.open("rb") as file:
        header = file.read(28)
    return len(header) < 28 or int(struct.unpack(">i", header[24:])[0]) * 2 > shp.stat().st_size


def dbf_encoding(dbf: Path, cpg: Path | None) -> DbfEncoding:
    """Return the encoding of a .dbf: what is declared if the bytes agree, else what they look like.

    Raises
    ------
    OSError
        It cannot be read.
    """
    with dbf.open("rb") as file:
        header = file.read(32)
        declared = _declared(cpg, header)
        texts = b"\n".join(islice(_texts(file, header), 200_000))
    if not texts.strip() or texts.isascii():
        return DbfEncoding(declared or "utf-8", declared, True, True)
    if declared and declared not in ("iso-8859-1", "cp1252") and _fits(texts, declared):
        return DbfEncoding(declared, declared, True, False)
    guess = decode(texts)
    return DbfEncoding(guess.encoding, declared, guess.is_certain, False)


def _fits(texts: bytes, encoding: str) -> bool:
    """Return whether all texts are sound in an encoding; a text may be cut within its last character."""
    broken = 0
    lines = texts.split(b"\n")
    for line in lines:
        try:
            line.decode(encoding)
        except UnicodeDecodeError as exc:
            if exc.start < len(line) - 3:
                broken += 1
        except LookupError:
            return False
    return broken * 200 <= len(lines) and decode_as(texts, encoding) is not None


def _declared(cpg: Path | None, header: bytes) -> str:
    if cpg is not None:
        try:
            said = cpg.read_bytes()[:64].decode("ascii", "replace").strip().lower()
        except OSError:
            said = ""
        key = said.replace("-", "").replace("_", "").replace(" ", "")
        if key in _CPG_NAMES:
            return _CPG_NAMES[key]
        with contextlib.suppress(LookupError, ValueError):
            return codecs.lookup(said).name if said else ""
    return _DBF_PAGES.get(header[29], "") if len(header) == 32 else ""


def _texts(file: IO[bytes], header: bytes) -> Iterator[bytes]:
    """Yield names of columns and texts of a .dbf, stripped, out of at most `_SAMPLE_BYTES`."""
    if len(header) < 32:
        return
    count, header_length, record_length = struct.unpack("<IHH", header[4:12])
    fields: list[tuple[int, int]] = []
    offset = 1
    for _turn in range(min(_MAX_FIELDS, max(0, (header_length - 33) // 32))):
        column = file.read(32)
        if len(column) < 32 or column[0] == 0x0D:
            break
        yield column[:11].split(b"\x00")[0].strip()
        if column[11:12] in b"CM":
            fields.append((offset, offset + column[16]))
        offset += column[16]
    if not fields or record_length < 2:
        return
    file.seek(header_length)
    for _turn in range(min(count, max(1, _SAMPLE_BYTES // record_length))):
        record = file.read(record_length)
        if len(record) < record_length:
            return
        for start, end in fields:
            text = record[start:end].strip(b" \x00")
            if text and not text.isascii():
                yield text
