from pathlib import Path

import pytest

from tests.text.document_files import docx, paragraph, refusal, written


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", docx(paragraph("字")), "not-text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), "not-text"),
        ("a.md", bytes(range(256)) * 20, "not-text"),
        ("a.html", b"%PDF-1.4\n1 0 obj", "not-text"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-word"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.docx", b"<html><body>x</body></html>", "other-format"),
        ("a.docx", b"%PDF-1.4\n1 0 obj", "other-format"),
        ("a.pdf", docx(paragraph("字")), "other-format"),
        ("a.xyz", b"abc", "unknown-format"),
        ("a", b"abc", "unknown-format"),
        ("a.doc", b"abc", "unknown-format"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"\xef\xbb\xbf \r\n\t", "empty"),
        ("a.txt", "　\n　".encode(), "empty"),
        ("a.pdf", b"", "empty"),
        ("a.docx", b"", "empty"),
        ("a.html", b"", "empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    assert refusal(written(tmp_path, name, data)).reason == reason
