"""GeoJSON and KML that are not UTF-8, as they should be: copied as such into a private folder."""

import codecs
import re
from pathlib import Path

from jjjmap.encodings import decode
from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.layer_part import not_written

_CHUNK = 8 << 20
_SAMPLE = 1 << 20
_XML_ENCODING = re.compile(r"""^(\s*<\?xml[^>]*?encoding\s*=\s*)(["'])([\w.-]+)\2""")


def is_utf8(path: Path) -> bool:
    """Return whether a file is UTF-8, with or without a mark; raises OSError."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while data := file.read(_CHUNK):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def copy_as_utf8(path: Path, target: Path, asked: str) -> str:
    """Write a text file as UTF-8; return the encoding that it was in.

    Parameters
    ----------
    asked
        Python's name of the encoding; empty to take what XML declares, or else what the bytes look like.

    Raises
    ------
    LayerUnreadable
        ``unknown-encoding``, ``no-space``.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    declared = _XML_ENCODING.match(sample[:200].decode("ascii", "replace"))
    name = asked or (declared[3] if declared else "") or decode(sample).encoding
    name = "gb18030" if name.lower() in ("gb2312", "gbk", "cp936") else name
    try:
        decoder = codecs.getincrementaldecoder(name)("replace")
    except LookupError as exc:
        raise LayerUnreadable(path, "unknown-encoding", name[:40]) from exc
    try:
        with path.open("rb") as source, target.open("x", encoding="utf-8", newline="") as copy:
            text = decoder.decode(source.read(_CHUNK))
            copy.write(_XML_ENCODING.sub(r"\1\2UTF-8\2", text.removeprefix("\ufeff"), count=1))
            while data := source.read(_CHUNK):
                copy.write(decoder.decode(data))
            copy.write(decoder.decode(b"", final=True))
    except OSError as exc:
        raise not_written(path, exc) from exc
    return name
