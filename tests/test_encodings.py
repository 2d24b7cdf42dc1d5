import codecs

import pytest

from jjjmap.encodings import decode, decode_as
from tests.text.document_files import NO_SEEDS, SEEDS, SIMPLIFIED, TRADITIONAL

ENGLISH = "Beijing, Tianjin and Hebei agreed on 6 key chains; output grew 4.5% in 2022.\n"


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, ENGLISH, SIMPLIFIED + ENGLISH])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030"])
def test_a_text_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.is_certain
    if encoding != "gb18030" or not text.isascii():
        assert decoded.encoding == encoding


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_a_byte_order_mark_is_believed_and_left_out(encoding: str, mark: bytes) -> None:
    decoded = decode(mark + SIMPLIFIED.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.is_certain) == (SIMPLIFIED, encoding, True)


@pytest.mark.parametrize("codec", ["big5", "cp950", "big5hkscs"])
def test_traditional_text_in_big5_is_not_taken_for_gb18030(codec: str) -> None:
    decoded = decode(TRADITIONAL.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.is_certain) == (TRADITIONAL, "big5", True)


def test_every_sentence_alone_is_told_apart_in_gb18030_and_big5() -> None:
    for sentence in SIMPLIFIED.splitlines():
        assert decode(sentence.encode("gb18030")).text == sentence
    for sentence in TRADITIONAL.splitlines():
        assert decode(sentence.encode("big5")).text == sentence
        assert decode(sentence.encode("gb18030")).text == sentence


@pytest.mark.skipif(not SEEDS.is_dir(), reason=NO_SEEDS)
def test_every_paragraph_of_the_articles_survives_both_double_byte_encodings() -> None:
    from opencc import OpenCC

    to_traditional = OpenCC("s2t")
    for path in sorted(SEEDS.glob("*.txt")):
        for line in path.read_text("utf-8").split("\n"):
            if len(line) < 30:
                continue
            assert decode(line.encode("gb18030")).text == line
            written = to_traditional.convert(line).encode("cp950", errors="ignore")
            decoded = decode(written)
            assert decoded.text == written.decode("cp950")
            assert (
                decoded.is_certain or "。" not in line
            )  # Rules and footers hold too few characters to be sure.


def test_utf8_with_a_broken_byte_is_read_and_called_doubtful() -> None:
    data = (SIMPLIFIED * 20).encode()
    decoded = decode(data[:600] + b"\xff" + data[600:])
    assert decoded.encoding == "utf-8"
    assert not decoded.is_certain
    assert decoded.text.count("\ufffd") <= 4


def test_gb18030_with_broken_bytes_is_read_and_called_doubtful() -> None:
    data = (SIMPLIFIED * 20).encode("gb18030")
    decoded = decode(data[:600] + b"\xff\xff" + data[600:])
    assert decoded.encoding == "gb18030"
    assert not decoded.is_certain
    assert "产业协同发展" in decoded.text


def test_utf16_that_lost_its_last_byte_is_read_and_called_doubtful() -> None:
    decoded = decode((SIMPLIFIED * 3).encode("utf-16-le")[:-1])
    assert decoded.text.startswith(SIMPLIFIED)
    assert (decoded.encoding, decoded.is_certain) == ("utf-16-le", False)


def test_bytes_that_fit_nothing_are_never_called_certain() -> None:
    for data in (bytes(range(128, 256)) * 8, b"\xff\xfe\xfd\x80" * 50, b"caf\xe9 in Hebei \x93so\x94 "):
        assert not decode(data).is_certain


def test_japanese_in_shift_jis_is_not_passed_off_as_certain_chinese() -> None:
    data = ("これは京津冀の産業についての記事です。カタカナもあります。" * 5).encode("shift-jis")
    assert not decode(data).is_certain


def test_nothing_decoded_holds_surrogates() -> None:
    for data in (b"\xff\xfe\x00\xd8a\x00", b"\x00\xd8" * 40, "\ud800".encode("utf-8", "surrogatepass")):
        assert not any("\ud800" <= char <= "\udfff" for char in decode(data).text)


def test_no_bytes_are_an_empty_text() -> None:
    assert decode(b"") == decode(codecs.BOM_UTF8)
    assert decode(b"").text == ""


def test_an_encoding_that_a_page_names_is_understood_as_browsers_do() -> None:
    page = decode_as("镕基".encode("gb18030"), "gb2312")
    assert page is not None
    assert (page.text, page.encoding) == ("镕基", "gb18030")
    assert decode_as(b"abc", "no-such-encoding") is None
    assert decode_as(b"abc", "rot13") is None
    assert decode_as(SIMPLIFIED.encode("gb18030"), "utf-8") is None
