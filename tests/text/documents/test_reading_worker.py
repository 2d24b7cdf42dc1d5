import gc
import io
import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jjjmap import worker_process
from jjjmap.errors import DocumentUnreadable
from jjjmap.i18n import Language, use_language
from jjjmap.text.documents import reading_worker
from jjjmap.text.documents.reading_worker import DocumentReader
from jjjmap.text.records import DocumentFormat
from jjjmap.worker_process import read_frame, serve
from tests.text.document_files import SIMPLIFIED, docx, encrypted_pdf, paragraph, pdf

NEEDS_RLIMIT = pytest.mark.skipif(sys.platform == "win32", reason="needs the caps of the resource module")
STUCK = "import sys, time\nsys.stdin.buffer.read(1)\ntime.sleep(600)\n"
DEAD = "import sys, os\nsys.stdin.buffer.read(1)\nos._exit(9)\n"


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def process_of(reader: DocumentReader) -> subprocess.Popen[bytes]:
    assert reader._worker is not None
    return reader._worker._process


def acting_as(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers run another program."""
    start = subprocess.Popen

    def popen(arguments: list[str], **options: object) -> subprocess.Popen[bytes]:
        return start([arguments[0], "-c", program], **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(worker_process.subprocess, "Popen", popen)


def test_one_worker_reads_many_files_and_ends_with_the_reader(tmp_path: Path) -> None:
    with DocumentReader() as reader:
        assert reader.read(written(tmp_path, "a.docx", docx(paragraph("甲县。")))).text == "甲县。"
        process = process_of(reader)
        raw = reader.read(written(tmp_path, "b.pdf", pdf([["乙县。"], ["第二页。"]])))
        assert (raw.text, raw.page_starts, raw.format) == ("乙县。\n第二页。", (0, 4), DocumentFormat.PDF)
        assert process_of(reader) is process
    assert process.returncode == 0
    assert not [thread for thread in threading.enumerate() if thread.name == "reading-worker"]


def test_plain_text_needs_no_worker(tmp_path: Path) -> None:
    with DocumentReader() as reader:
        assert reader.read(written(tmp_path, "a.txt", SIMPLIFIED.encode())).text == SIMPLIFIED
        assert reader._worker is None


def test_a_refusal_of_the_worker_is_told_and_the_next_file_is_read(tmp_path: Path) -> None:
    with DocumentReader() as reader:
        for name, data, reason in (
            ("a.pdf", encrypted_pdf(), "encrypted"),
            ("b.docx", b"PK\x03\x04 broken", "damaged"),
            ("c.docx", docx(paragraph(" " * (30 << 20))), "bomb"),
        ):
            path = written(tmp_path, name, data)
            with pytest.raises(DocumentUnreadable) as caught:
                reader.read(path)
            assert (caught.value.reason, caught.value.path) == (reason, path)
        assert reader.read(written(tmp_path, "d.docx", docx(paragraph("好。")))).text == "好。"


def test_findings_come_in_the_language_of_the_program(tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", pdf([["字" * 40], [], ["字" * 40]]))
    with DocumentReader() as reader:
        (finding,) = reader.read(path).findings
        assert finding.where == "a.pdf"
        assert "有 1 页没有文字" in finding.message
        use_language(Language.EN)
        assert reader.read(path).findings[0].code == "pages-without-text"


def test_a_worker_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.docx", docx(paragraph("字")))
    with DocumentReader(seconds_per_file=0.2) as reader:
        with monkeypatch.context() as patched:
            acting_as(STUCK, patched)
            with pytest.raises(DocumentUnreadable) as caught:
                reader.read(path)
        assert (caught.value.reason, caught.value.detail) == ("timeout", "0.2")
        assert reader._worker is None
        reader._seconds = 60
        assert reader.read(path).text == "字"


def test_a_cancel_ends_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acting_as(STUCK, monkeypatch)
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 2

    with DocumentReader() as reader:
        with pytest.raises(DocumentUnreadable) as caught:
            reader.read(written(tmp_path, "a.docx", docx(paragraph("字"))), cancelled=cancelled)
        assert caught.value.reason == "cancelled"
        assert reader._worker is None


def test_a_file_that_is_cancelled_before_it_begins_is_not_opened(tmp_path: Path) -> None:
    with DocumentReader() as reader, pytest.raises(DocumentUnreadable) as caught:
        reader.read(tmp_path / "none.txt", cancelled=lambda: True)
    assert caught.value.reason == "cancelled"


def test_a_worker_that_dies_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.docx", docx(paragraph("字")))
    with DocumentReader() as reader:
        with monkeypatch.context() as patched:
            acting_as(DEAD, patched)
            with pytest.raises(DocumentUnreadable) as caught:
                reader.read(path)
            assert caught.value.reason == "crashed"
        assert reader.read(path).text == "字"
        process_of(reader).kill()
        process_of(reader).wait()
        assert reader.read(path).text == "字"


@NEEDS_RLIMIT
def test_memory_beyond_the_cap_is_refused_and_the_next_file_is_read(tmp_path: Path) -> None:
    page = b"<html><body>" + b"<p>abc, def.</p>" * 1_500_000 + b"</body></html>"
    with DocumentReader(memory_bytes=400 << 20) as reader:
        with pytest.raises(DocumentUnreadable) as caught:
            reader.read(written(tmp_path, "a.html", page))
        assert caught.value.reason in ("out-of-memory", "crashed")
        assert reader.read(written(tmp_path, "b.docx", docx(paragraph("字")))).text == "字"


def test_the_worker_is_found_from_any_folder_and_takes_no_code_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "json.py", b"raise SystemExit('taken from the folder')")
    written(tmp_path, "a.docx", docx(paragraph("字")))
    monkeypatch.chdir(tmp_path)
    with DocumentReader() as reader:
        assert reader.read(Path("a.docx")).text == "字"


def test_a_reader_that_is_closed_twice_or_never_used_leaves_nothing(tmp_path: Path) -> None:
    DocumentReader().close()
    reader = DocumentReader()
    reader.read(written(tmp_path, "a.docx", docx(paragraph("字"))))
    process = process_of(reader)
    reader.close()
    reader.close()
    assert process.poll() is not None
    del reader
    gc.collect()  # An open pipe would now warn, and warnings are errors here.


def test_names_that_are_no_unicode_are_read(tmp_path: Path) -> None:
    name = b"\xb2\xe2\xca\xd4.docx".decode("utf-8", "surrogateescape")
    try:
        path = written(tmp_path, name, docx(paragraph("字")))
    except OSError:
        pytest.skip("the file system takes only Unicode names")
    with DocumentReader() as reader:
        assert reader.read(path).text == "字"


def test_the_other_end_answers_until_there_is_no_more(tmp_path: Path) -> None:
    path = written(tmp_path, "a.docx", docx(paragraph("字")))
    frames = b""
    for name in (path, tmp_path / "none.docx"):
        data = json.dumps({"path": str(name), "language": "zh", "seconds": 60}).encode()
        frames += struct.pack("!Q", len(data)) + data
    answers = io.BytesIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(worker_process, "cap_time", lambda seconds: None)
        serve(io.BytesIO(frames), answers, reading_worker.answer)
    answers.seek(0)
    first, second = read_frame(answers), read_frame(answers)
    assert first is not None and first["raw"]["text"] == "字"
    assert second == {"unreadable": "missing", "detail": ""}
    assert read_frame(answers) is None


def test_a_worker_ends_when_its_program_is_gone() -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "jjjmap.text.documents.reading_worker",
            str(reading_worker.MEMORY_BYTES),
            "0",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
    )
    with process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0
