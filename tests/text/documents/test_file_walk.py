import os
from pathlib import Path

import pytest

from jjjmap.text.documents import file_walk
from jjjmap.text.documents.file_walk import find_files


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def shown(*paths: Path) -> list[str]:
    return [file.shown for file in find_files(paths).files]


def test_a_folder_is_walked_in_order_and_only_for_formats_that_are_read(tmp_path: Path) -> None:
    root = tmp_path / "papers"
    make(root, "b.txt", "a.PDF", "sub/c.docx", "sub/d.html", "e.md", "f.jpg", "g.xlsx", "h.jpg", "README")
    found = find_files([root])
    assert [file.shown for file in found.files] == [
        "papers/a.PDF",
        "papers/b.txt",
        "papers/e.md",
        "papers/sub/c.docx",
        "papers/sub/d.html",
    ]
    (finding,) = found.findings
    assert finding.code == "other-formats"
    assert finding.message == "跳过了 4 个不能读的文件（.jpg 2、.xlsx 1、无后缀 1）。"


def test_hidden_files_and_those_that_an_office_program_put_aside_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "~$d.docx")
    found = find_files([tmp_path])
    assert [file.path.name for file in found.files] == ["a.txt"]
    assert found.findings == ()


def test_links_are_not_followed_and_are_counted(tmp_path: Path) -> None:
    make(tmp_path, "outside/secret.txt", "papers/a.txt")
    (tmp_path / "papers" / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (tmp_path / "papers" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "papers" / "loop").symlink_to(tmp_path / "papers")
    found = find_files([tmp_path / "papers"])
    assert [file.shown for file in found.files] == ["papers/a.txt"]
    assert found.findings[0].message == "跳过了 3 个链接（快捷方式）。"


def test_what_the_user_named_is_read_once_whatever_it_is(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "b.txt")
    paths = [tmp_path / "b.txt", tmp_path / "a.jpg", tmp_path / "missing.txt", tmp_path / "b.txt", tmp_path]
    assert shown(*paths) == ["b.txt", "a.jpg", "missing.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_a_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert shown(tmp_path) == []


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (finding,) = find_files([tmp_path / "empty"]).findings
    assert (finding.code, finding.where) == ("no-documents", "empty")


def test_the_number_of_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_walk, "MAX_FILES", 3)
    make(tmp_path, *(f"{number}.txt" for number in range(5)))
    found = find_files([tmp_path])
    assert len(found.files) == 3
    assert found.findings[0].message == "一次最多读 3 个文件，其余的没有读。"


def test_no_finding_names_a_whole_path(tmp_path: Path) -> None:
    make(tmp_path, "papers/x.bin")
    for finding in find_files([tmp_path / "papers", tmp_path / "nowhere"]).findings:
        assert str(tmp_path) not in finding.where + finding.message
