from pathlib import Path

import pytest

from jjjmap.text.documents import limits
from tests.text.document_files import PAGE, docx, paragraph, pdf, refusal, written


def test_a_text_of_200_megabytes_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    refused = refusal(path)
    assert (refused.reason, refused.detail) == ("too-large", "32 MB")


def test_more_characters_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 1000)
    for name, data in (
        ("a.txt", ("字" * 1001).encode()),
        ("a.html", PAGE.format(charset="utf-8").replace("甲县", "甲县" * 500)),
        ("a.docx", docx(paragraph("字" * 600) * 2)),
        ("a.pdf", pdf([["字" * 600], ["字" * 600]])),
    ):
        assert refusal(written(tmp_path, name, data)).reason == "too-long"
