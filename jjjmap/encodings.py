"""Bytes of a text file as characters: Unicode, GB 18030 or Big5, and never a wrong guess without a word."""

import codecs
import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how its bytes were understood."""

    text: str
    """Without a byte order mark; line ends as in the bytes; no surrogates."""
    encoding: str
    """``utf-8``, ``utf-16-le``, ``utf-16-be``, ``utf-32-le``, ``utf-32-be``, ``gb18030``, ``big5`` …"""
    is_certain: bool
    """False if characters may be wrong: bytes that fit nothing, or two readings that are as likely."""


_MARKS = (
    # UTF-32 before UTF-16: its mark begins with the same bytes.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 1 << 18
"""What a choice between readings looks at; a multiple of 4, so that no UTF-16 or UTF-32 unit is cut."""
_PLAUSIBLE = 0.8
"""Share of well-formed Chinese below which a reading is doubtful. Ordinary text has 0.97 and more."""
_MARGIN = 0.1
"""How much better the best reading of a double-byte text must be than the next one."""
_DAMAGE = 0.02
"""Share of broken characters up to which a text is UTF-8 with some damage rather than something else."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_AND_ODD = re.compile(
    "[\u0370-\u04ff\u2500-\u259f\u3040-\u30ff\u3105-\u312f\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f]"
)
_EXPECTED = re.compile("[\t\n\r -~\u00a0-\u00ff\u2010-\u2027\u3000-\u301f\uff01-\uff5e]")
# The commonest characters of Chinese prose in both scripts (function words and the vocabulary of public
# administration). Right readings are full of them, wrong ones hit them by accident only.
_COMMON = re.compile(
    "[的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "发成动方法部门工作经济社会建设新区市省县京津冀北河天产业企加强推进和协同展重点"
    "這來國個說們為時會過對發動門經濟設區縣東產業與從開關於學體應當將無後還進實現點機構資訊務總]"
)


def decode(data: bytes) -> Decoded:
    """Read bytes as text.

    The order: byte order mark; UTF-16 where zero bytes or the characters say so; strict UTF-8; GB 18030 or
    Big5, whichever gives the more plausible Chinese; UTF-8 with damage; what charset-normalizer thinks.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # 00 00 behind FF FE is UTF-32 only if it can be read as such.
            text = _strict(data[len(mark) :], encoding)
            if text is not None:
                return Decoded(text, encoding, "\ufeff" not in text)
            if not encoding.startswith("utf-32"):
                return _damaged(data[len(mark) :], encoding)
    wide = _wide_reading(data)
    if wide is not None:
        return wide
    text = _strict(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8", True)
    return _single_or_double_byte(data)


def decode_as(data: bytes, encoding: str) -> Decoded | None:
    """Read bytes in an encoding that the file names itself; None if they do not fit it.

    The names of web pages are understood as browsers do: gb2312 and gbk mean GB 18030.
    """
    name = encoding.strip().lower()
    if name.replace("_", "-") in {"gb2312", "gbk", "gb-2312", "x-gbk", "hz-gb-2312", "chinese"}:
        name = "gb18030"
    elif name in {"big5", "big5-hkscs", "x-x-big5", "cn-big5"}:
        text = _strict_big5(data)
        return None if text is None else Decoded(text, "big5", True)
    try:
        name = codecs.lookup(name).name
        text = data.decode(name)
    except (LookupError, ValueError, AssertionError):
        return None
    # Codecs such as rot13 give no text, and utf-7 or escapes can hide anything.
    if not isinstance(text, str) or name.startswith(("utf-7", "unicode", "raw", "punycode", "idna")):
        return None
    return Decoded(_without_surrogates(text.removeprefix("\ufeff")), name, True)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _strict_big5(data: bytes) -> str | None:
    # cp950 is what Windows writes (with the euro sign), the other what Hong Kong writes.
    return _strict(data, "cp950") or _strict(data, "big5hkscs")


def _damaged(data: bytes, encoding: str) -> Decoded:
    return Decoded(data.decode(encoding, errors="replace"), encoding, False)


def _without_surrogates(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _begin_of(data: bytes, encoding: str) -> str | None:
    """Return the sample in an encoding; None if it breaks the rules of that encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        # A character that the end of the sample cuts is left out.
        return decoder.decode(data[:_SAMPLE_BYTES], final=len(data) <= _SAMPLE_BYTES)
    except UnicodeDecodeError:
        return None


def _plausibility(text: str, *, frequent: str) -> float:
    """Return the share, 0…1, of characters that one expects in Chinese prose.

    `frequent` names a codec whose first level holds the characters in everyday use.
    """
    visible = len(text) - text.count(" ") - text.count("\n") - text.count("\r") - text.count("\t")
    beyond_ascii = sum(1 for char in text if char > "\x7f")
    if not visible:
        return 0.0
    if not beyond_ascii:
        return 1.0
    han = _HAN.findall(text)
    everyday = _everyday(han, frequent)
    expected = sum(1 for char in _EXPECTED.findall(text) if char > "\x7f")
    odd = len(_KANA_AND_ODD.findall(text))
    common = len(_COMMON.findall(text)) / len(han) if han else 0.0
    score = (everyday + expected - odd) / beyond_ascii
    # Right readings reach 0.15 at once; names and lists alone stay lower and are judged by their level.
    return max(0.0, min(1.0, score)) * (0.75 + 0.25 * min(1.0, common / 0.12))


def _everyday(han: list[str], codec: str) -> int:
    """Count the characters of the first level of GB 2312 or Big5."""
    low, high = (0xB0, 0xD7) if codec == "gb2312" else (0xA4, 0xC6)
    count = 0
    for char in han:
        try:
            first = char.encode(codec)[0]
        except UnicodeEncodeError:
            continue
        count += low <= first <= high
    return count


def _everyday_in_either(text: str) -> float:
    return max(_plausibility(text, frequent="gb2312"), _plausibility(text, frequent="big5"))


def _wide_reading(data: bytes) -> Decoded | None:
    """Return the text as UTF-16 or UTF-32 without a mark, if that is what it is."""
    head = data[:_SAMPLE_BYTES]
    if len(data) < 2:
        return None
    if head.count(0) == 0 and (len(data) % 2 or _begin_of(data, "utf-8") is not None):
        return None
    if head.count(0) >= len(head) // 3 and len(data) % 4 == 0:
        for encoding in ("utf-32-le", "utf-32-be"):
            text = _strict(data, encoding)
            if text is not None and _begins_like_text(text):
                return Decoded(text, encoding, True)
    if len(data) % 2:
        # An odd number of bytes: the last one was lost.
        body, is_whole = data[:-1], False
    else:
        body, is_whole = data, True
    best, best_score = "", 0.0
    encodings: tuple[Literal["utf-16-le"], Literal["utf-16-be"]] = ("utf-16-le", "utf-16-be")
    for encoding in encodings:
        sample = _begin_of(body, encoding)
        if sample is None or not _begins_like_text(sample):
            continue
        # In Latin text the high byte of every unit is zero.
        zeros = head[1::2].count(0) if encoding == "utf-16-le" else head[::2].count(0)
        score = 1.0 if zeros > 0.35 * len(head) else _everyday_in_either(sample)
        if score > best_score:
            best, best_score = encoding, score
    if not best or best_score < (0.6 if head.count(0) else _PLAUSIBLE):
        return None
    text = _strict(body, best)
    if text is None or not is_whole:
        return _damaged(data, best)
    return Decoded(text, best, True)


def _begins_like_text(text: str) -> bool:
    head = text[:4096]
    return not re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]", head)


def _single_or_double_byte(data: bytes) -> Decoded:
    readings: list[tuple[float, str]] = []
    simplified = _begin_of(data, "gb18030")
    if simplified is not None:
        # Traditional text in GB 18030 is measured by what is everyday there.
        readings.append((_everyday_in_either(simplified), "gb18030"))
    for codec in ("cp950", "big5hkscs"):
        traditional = _begin_of(data, codec)
        if traditional is not None:
            readings.append((_plausibility(traditional, frequent="big5"), codec))
            break
    readings.sort(reverse=True)
    if readings and readings[0][0] >= _PLAUSIBLE and not _is_western(data):
        score, codec = readings[0]
        is_clear = len(readings) == 1 or score - readings[1][0] >= _MARGIN
        text = _strict(data, codec)
        if text is None and codec == "cp950":
            text = _strict(data, "big5hkscs")
        name = "gb18030" if codec == "gb18030" else "big5"
        if text is None:
            return Decoded(_without_surrogates(data.decode(codec, errors="replace")), name, False)
        return Decoded(_without_surrogates(text), name, is_clear)
    return _doubtful(data, readings)


def _is_western(data: bytes) -> bool:
    """Whether bytes beyond ASCII stand alone between letters, as accents and curly quotes do."""
    head = data[:_SAMPLE_BYTES]
    beyond = len(head.translate(None, bytes(range(128))))
    if re.search(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]", head):  # GB 18030 of four bytes.
        return False
    alone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", head))
    return beyond > 0 and alone >= 0.8 * beyond and beyond < 0.2 * len(head)


def _doubtful(data: bytes, readings: list[tuple[float, str]]) -> Decoded:
    """Return the likeliest reading of bytes that fit nothing well; it is never called certain."""
    mended = data.decode("utf-8", errors="replace")
    beyond_ascii = sum(1 for char in mended if char > "\x7f")
    if beyond_ascii and mended.count("\ufffd") <= max(3, _DAMAGE * len(mended)) < beyond_ascii:
        return Decoded(mended, "utf-8", False)
    if _is_western(data):
        return Decoded(data.decode("cp1252", errors="replace"), "cp1252", False)
    damaged = [
        (_share_kept(text) * _everyday_in_either(text), codec, text)
        for codec in ("gb18030", "cp950")
        for text in (data[:_SAMPLE_BYTES].decode(codec, errors="replace"),)
    ]
    score, codec, _text = max(damaged)
    if score >= 0.5:
        name = "gb18030" if codec == "gb18030" else "big5"
        return Decoded(_without_surrogates(data.decode(codec, errors="replace")), name, False)
    from charset_normalizer import from_bytes

    match = from_bytes(data[:_SAMPLE_BYTES]).best()
    encoding = match.encoding if match is not None else (readings[0][1] if readings else "utf-8")
    return Decoded(_without_surrogates(data.decode(encoding, errors="replace")), encoding, False)


def _share_kept(text: str) -> float:
    return 1 - text.count("\ufffd") / len(text) if text else 0.0
