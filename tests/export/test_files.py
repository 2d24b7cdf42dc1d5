import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jjjmap.errors import ExportFailed
from jjjmap.export.files import write_atomically

BIG = b"new" * 500_000


def full(*_args: Any, **_kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "地图.html"
    path.write_bytes(b"old")
    return path


def assert_untouched(old: Path) -> None:
    assert old.read_bytes() == b"old"
    assert list(old.parent.iterdir()) == [old], "nothing else is left in the folder"


def test_a_file_is_written_whole(old: Path) -> None:
    assert write_atomically(old, BIG) is True
    assert old.read_bytes() == BIG
    assert list(old.parent.iterdir()) == [old]


def test_a_new_file_has_the_usual_rights(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_bytes(b"")
    write_atomically(ours, b"")
    assert ours.stat().st_mode == plain.stat().st_mode


def test_a_full_disk_while_writing_leaves_the_old_file(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen

    def fdopen(descriptor: int, mode: str) -> Any:
        file = real(descriptor, mode)
        pieces = iter([None, None])  # Two pieces fit, the third does not.

        class Full:
            def __enter__(self) -> "Full":
                return self

            def __exit__(self, *_: object) -> None:
                file.close()

            def write(self, data: bytes) -> None:
                if next(pieces, "none left") == "none left":
                    full()
                file.write(data)

        return Full()

    monkeypatch.setattr(os, "fdopen", fdopen)
    with pytest.raises(ExportFailed, match="磁盘已满") as failure:
        write_atomically(old, BIG)
    assert failure.value.path == old
    assert_untouched(old)


@pytest.mark.parametrize(("owner", "name"), [(os, "open"), (os, "fsync"), (Path, "replace")])
def test_a_failure_at_any_step_leaves_the_old_file(
    old: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    monkeypatch.setattr(owner, name, full)
    with pytest.raises(ExportFailed, match="磁盘已满"):
        write_atomically(old, BIG)
    monkeypatch.undo()
    assert_untouched(old)


def after(calls: int) -> Callable[[], bool]:
    """Return a function that says no so many times, then yes."""
    answers = iter([False] * calls)
    return lambda: next(answers, True)


@pytest.mark.parametrize("asked", [0, 1, 3, 6])
def test_a_cancel_leaves_nothing(old: Path, asked: int) -> None:
    assert write_atomically(old, BIG, cancelled=after(asked)) is False
    assert_untouched(old)


def test_a_missing_folder_is_named_as_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="文件夹不存在"):
        write_atomically(tmp_path / "none" / "a.html", b"")


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "a.html"
    folder.mkdir()
    with pytest.raises(ExportFailed, match="这个名字是一个文件夹"):
        write_atomically(folder, b"")
    assert folder.is_dir()


def test_a_name_that_is_too_long_is_named_as_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="文件名太长"):
        write_atomically(tmp_path / ("甲" * 200), b"")
    assert list(tmp_path.iterdir()) == []


def test_a_name_as_long_as_the_system_allows_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 255)
    assert write_atomically(path, b"x")
    assert path.read_bytes() == b"x"


@pytest.mark.skipif(sys.platform == "win32", reason="links need special rights on Windows")
def test_a_link_still_is_one_afterwards(old: Path) -> None:
    link = old.with_name("link.html")
    link.symlink_to(old)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert old.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="links need special rights on Windows")
def test_a_link_to_itself_is_named_as_the_reason(tmp_path: Path) -> None:
    link = tmp_path / "link.html"
    link.symlink_to(link)
    with pytest.raises(ExportFailed, match="链接"):
        write_atomically(link, b"new")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_named_as_the_reason(old: Path) -> None:
    old.parent.chmod(0o500)
    try:
        with pytest.raises(ExportFailed, match="没有写入权限"):
            write_atomically(old, b"new")
    finally:
        old.parent.chmod(0o700)
    assert_untouched(old)
