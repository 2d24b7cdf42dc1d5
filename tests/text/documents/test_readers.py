import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from jjjmap.errors import DocumentUnreadable
from jjjmap.text.documents import docx_reader, html_reader, pdf_reader
from jjjmap.text.documents.readers import is_plain, read_document
from jjjmap.text.documents.reasons import REASONS, reason_sentence
from jjjmap.text.records import DocumentFormat
from tests.text.document_files import PAGE, SIMPLIFIED, docx, paragraph, pdf, refusal, written

CHECKOUT = Path(__file__).resolve().parents[3]


def test_a_page_that_is_called_txt_is_read_as_a_page(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", PAGE.format(charset="utf-8"))
    assert not is_plain(path)
    raw = read_document(path)
    assert raw.format is DocumentFormat.HTML
    assert "脚本里的字" not in raw.text


def test_what_is_no_ordinary_file_is_refused_without_waiting(tmp_path: Path) -> None:
    folder = tmp_path / "a.txt"
    folder.mkdir()
    assert refusal(folder).reason == "not-a-file"
    assert refusal(tmp_path / "none.txt").reason == "missing"
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "b.txt"
        os.mkfifo(pipe)
        assert is_plain(pipe)
        assert refusal(pipe).reason == "not-a-file"


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.txt", "字")

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path).reason == "no-access"


def test_an_error_that_nobody_foresaw_is_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, format_, data, error, reason in (
        (docx_reader, "docx", docx(""), RecursionError("deep"), "damaged"),
        (pdf_reader, "pdf", pdf([["x"]]), AttributeError("x"), "damaged"),
        (html_reader, "html", b"<p>x", MemoryError(), "out-of-memory"),
    ):

        def fail(*_args: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(module, f"read_{format_}", fail)
        assert refusal(written(tmp_path, f"a.{format_}", data)).reason == reason


@pytest.mark.parametrize("kind", ["docx", "pdf", "html", "md", "txt"])
def test_cut_and_flipped_files_are_read_or_refused_with_a_reason(tmp_path: Path, kind: str) -> None:
    sound = {
        "docx": docx(paragraph("字") * 30),
        "pdf": pdf([["甲县方案" * 5], ["共建园区。" * 5]]),
        "html": PAGE.format(charset="utf-8").encode(),
        "md": ("# 题\n\n" + SIMPLIFIED).encode("gb18030"),
        "txt": SIMPLIFIED.encode("utf-16"),
    }[kind]
    chance = random.Random(kind)
    path = tmp_path / f"a.{kind}"
    for _ in range(60):
        data = bytearray(sound)
        if chance.random() < 0.4:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.randrange(12)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            raw = read_document(path)
        except DocumentUnreadable as refused:
            assert refused.reason in REASONS
            assert len(reason_sentence(refused.reason, refused.detail)) < 300
        else:
            assert raw.text.strip()
            assert "\x00" not in raw.text
            raw.text.encode()


def test_no_library_is_loaded_before_a_file_needs_it(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", SIMPLIFIED)
    asked = (
        "import sys; from pathlib import Path; import jjjmap.text.documents.reading_worker as worker; "
        "worker.read_document(Path(sys.argv[1])); "
        "print(*{'lxml', 'trafilatura', 'pypdfium2', 'defusedxml', 'zipfile'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked, str(tmp_path / "a.txt")],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
    )
    assert done.stdout.strip() == ""
