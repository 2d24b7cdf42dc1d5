"""The bytes of a text table as characters: which encoding, and a stream of UTF-8 whatever it is."""

import codecs
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from jjjmap.encodings import decode

SAMPLE_BYTES = 1 << 18
_CHUNK_BYTES = 4 << 20
_WINDOWS = 8
_WINDOW_BYTES = 1 << 15
_SCAN_BYTES = 256 << 20
"""So much of a file is looked at before its encoding is called certain."""
ALTERNATIVES = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
"""Encodings that are offered beside the one that was guessed."""


def codec_of(encoding: str) -> str:
    """Return the codec for the name of an encoding, as Chinese files mean it; raises LookupError."""
    name = encoding.strip().lower().replace("_", "-")
    if name in ("gbk", "gb2312", "gb-2312", "cp936", "gb18030"):
        return "gb18030"
    if name in ("big5", "big5-hkscs", "cp950"):
        return "cp950"
    if name == "ansi":
        return "gb18030"
    known = codecs.lookup(name)
    if not known._is_text_encoding or known.name.startswith(("utf-7", "unicode", "raw", "punycode", "idna")):
        raise LookupError(encoding)
    return known.name


def _with_order(codec: str, path: Path) -> str:
    """Return a codec that tells the order of bytes, as the mark of a file says it, else that of Windows."""
    marks = {"utf-16": codecs.BOM_UTF16_BE, "utf-32": codecs.BOM_UTF32_BE}
    if codec not in marks:
        return codec
    with path.open("rb") as file:
        is_big = file.read(4).startswith(marks[codec])
    return f"{codec}-{'be' if is_big else 'le'}"


def sample_of(path: Path) -> bytes:
    """Return bytes by which an encoding can be told: the begin, and where the first beyond ASCII stand.

    Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        if head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not head.isascii():
            return head
        seen = len(head)
        while seen < _SCAN_BYTES and (chunk := file.read(_CHUNK_BYTES)):
            seen += len(chunk)
            if not chunk.isascii():
                first = len(chunk) - len(chunk.lstrip(bytes(range(128))))
                # Whole lines, so that no character is cut.
                begin = chunk.rfind(b"\n", 0, first) + 1
                end = chunk.rfind(b"\n", begin, begin + SAMPLE_BYTES)
                return head + chunk[begin : end if end > first else begin + SAMPLE_BYTES]
    return head


def guess_encoding(path: Path) -> tuple[str, bool]:
    """Return the likeliest encoding of a file and whether that is certain; raises OSError."""
    sample = sample_of(path)
    guessed = decode(sample)
    encoding = "gb18030" if guessed.encoding in ("cp936", "gbk", "gb2312") else guessed.encoding
    if encoding == "utf-8" and not sample.startswith(codecs.BOM_UTF8):
        if _fits(path, "utf-8"):
            return "utf-8", True
        if not guessed.is_certain:
            return encoding, False
        # UTF-8 to begin with: either damage, or files that were put together.
        return "utf-8", False
    return encoding, guessed.is_certain


def possible_encodings(path: Path, first: str) -> tuple[str, ...]:
    """Return encodings that the begin of a file can be read in, the guessed one first; raises OSError."""
    sample = sample_of(path)
    wide = sample.count(0) > len(sample) // 10
    found = [first]
    for encoding in ALTERNATIVES:
        if encoding == first or encoding.startswith("utf-16") != wide:
            continue
        decoder = codecs.getincrementaldecoder(codec_of(encoding))("strict")
        try:
            decoder.decode(sample)
        except UnicodeDecodeError:
            continue
        found.append(encoding)
    return tuple(found)


def first_text(path: Path, encoding: str) -> str:
    """Return the first lines of a file, some `SAMPLE_BYTES` of them; raises OSError and LookupError."""
    with Utf8Stream(path, encoding) as stream:
        data = stream.read(SAMPLE_BYTES)
    text = data.decode("utf-8", "ignore")
    if len(data) == SAMPLE_BYTES and "\n" in text:
        # The last line is cut.
        text = text[: text.rindex("\n") + 1]
    return text


def far_texts(path: Path, encoding: str) -> Iterator[str]:
    """Yield whole lines from windows all over a large file; raises OSError.

    A value of several lines may be cut: these lines are looked at, not read.
    """
    codec, size = codec_of(encoding), path.stat().st_size
    if size <= 2 * SAMPLE_BYTES or codec.startswith(("utf-16", "utf-32")):
        return
    with path.open("rb") as file:
        for number in range(1, _WINDOWS + 1):
            file.seek(size * number // (_WINDOWS + 1))
            lines = file.read(_WINDOW_BYTES).split(b"\n")[1:-1]
            yield b"\n".join(lines).decode(codec, "replace")


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    seen = 0
    try:
        with path.open("rb") as file:
            while seen < _SCAN_BYTES and (chunk := file.read(_CHUNK_BYTES)):
                seen += len(chunk)
                decoder.decode(chunk, final=False)
            if seen < _SCAN_BYTES:
                decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class Utf8Stream(io.RawIOBase):
    """A file in any encoding, read as UTF-8 without byte order mark and NUL.

    Parameters
    ----------
    path
        The file; raises OSError.
    encoding
        As `codec_of` takes it; raises LookupError.
    stand_ins
        Characters that are replaced by others.
    """

    def __init__(self, path: Path, encoding: str, stand_ins: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._stand_ins = str.maketrans(dict(stand_ins or {}))
        # Damage is counted and told; one bad byte must not cost a million rows.
        decoder = codecs.getincrementaldecoder(_with_order(codec_of(encoding), path))
        self._decoder = decoder("replace")
        self._file: BinaryIO = path.open("rb")
        self._left = b""
        self._is_begin = True
        self._is_end = False
        self.bytes_read = 0
        self.lost_characters = 0
        """Bytes that fit nothing, each shown as U+FFFD."""
        self.nul_count = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; all of them if `size` is negative."""
        if size is None or size < 0:
            parts = [self._left]
            self._left = b""
            while not self._is_end:
                parts.append(self._more())
            return b"".join(parts)
        while not self._left and not self._is_end:
            self._left = self._more()
        data, self._left = self._left[:size], self._left[size:]
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _more(self) -> bytes:
        chunk = self._file.read(_CHUNK_BYTES)
        self.bytes_read += len(chunk)
        self._is_end = not chunk
        text = self._decoder.decode(chunk, final=self._is_end)
        if self._is_begin and text:
            text, self._is_begin = text.removeprefix("\ufeff"), False
        self.lost_characters += text.count("\ufffd")
        if "\x00" in text:
            self.nul_count += text.count("\x00")
            text = text.replace("\x00", "")
        if self._stand_ins:
            text = text.translate(self._stand_ins)
        return text.encode("utf-8", "replace")

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; return how many bytes came."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
