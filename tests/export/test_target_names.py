"""Names that a file cannot have, and places where it cannot stand, are told before the work begins."""

import os
from pathlib import Path

import pytest

from jjjmap.export.target_names import file_trouble, folder_trouble, name_trouble


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("图：一.html", ""),
        ("a.b.c.pdf", ""),
        ("", "请给出文件名"),
        ("...", "请给出文件名"),
        ("a:b.html", "“:”"),
        ("a\tb.html", "控制字符"),
        ("图.", "句点"),
        ("图 ", "空格"),
        ("CON.html", "Windows"),
        ("lpt1", "Windows"),
        ("图" * 90 + ".html", "太长"),
    ],
)
def test_a_name_is_good_for_every_system_or_the_reason_is_told(name: str, said: str) -> None:
    trouble = name_trouble(name)
    assert said in trouble and bool(trouble) == bool(said)


def test_a_file_needs_a_folder_and_must_not_be_one(tmp_path: Path) -> None:
    assert file_trouble(tmp_path / "图.html") == ""
    assert "不存在" in file_trouble(tmp_path / "没有" / "图.html")
    assert "完整路径" in file_trouble(Path("图.html"))
    (tmp_path / "夹.html").mkdir()
    assert file_trouble(tmp_path / "夹.html") == "这个名字是一个文件夹。"


def test_a_folder_that_is_missing_can_be_made_in_one_that_is_there(tmp_path: Path) -> None:
    assert folder_trouble(tmp_path / "新", may_be_made=True) == ""
    assert "不存在" in folder_trouble(tmp_path / "新" / "更新", may_be_made=True)
    assert "不存在" in folder_trouble(tmp_path / "新")
    (tmp_path / "文件").write_text("x")
    assert "不是文件夹" in folder_trouble(tmp_path / "文件")


def test_what_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "图.html"
    old.write_text("old")
    # Root may write everywhere, so the system is asked in its stead.
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != old)
    assert file_trouble(old) == "这个文件是只读的。"
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
    assert "不能写入" in file_trouble(old)
