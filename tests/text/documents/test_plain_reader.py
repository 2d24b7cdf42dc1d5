from pathlib import Path

import pytest

from jjjmap.text.documents.readers import read_document
from jjjmap.text.records import DocumentFormat
from tests.text.document_files import SIMPLIFIED, TRADITIONAL, written


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
    ],
)
def test_a_text_file_is_read_in_its_encoding(tmp_path: Path, text: str, encoding: str, named: str) -> None:
    raw = read_document(written(tmp_path, "a.txt", text.encode(encoding)))
    assert (raw.text, raw.encoding, raw.format, raw.findings) == (text, named, DocumentFormat.TXT, ())


def test_line_ends_of_all_systems_become_one(tmp_path: Path) -> None:
    assert read_document(written(tmp_path, "a.TXT", "甲\r\n乙\r丙\u2028丁")).text == "甲\n乙\n丙\n丁"


def test_a_wrong_encoding_is_told(tmp_path: Path) -> None:
    data = (SIMPLIFIED * 20).encode("gb18030")
    raw = read_document(written(tmp_path, "a.txt", data[:99] + b"\xff\xff" + data[99:]))
    assert [finding.code for finding in raw.findings] == ["encoding-doubtful"]
    assert "gb18030" in raw.findings[0].message
    assert raw.findings[0].where == "a.txt"
