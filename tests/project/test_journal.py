import errno
import os
import random
from pathlib import Path

import pytest

from jjjmap.project.journal import MAX_ENTRY_BYTES, Entry, Journal, read_journal


def entry(number: int, title: str = "设置样式") -> Entry:
    return Entry(number, "2026-01-01T08:00:00.000+08:00", title, {"pins": ["990001"]})


def test_a_journal_gives_back_what_was_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    entries = [entry(1), entry(2, ""), entry(7, "筛选：\u2028\n甲")]
    for each in entries:
        assert journal.append(each)
    journal.close()
    read = read_journal(tmp_path / "journal.jsonl")
    assert list(read.entries) == entries
    assert not read.is_torn


def test_a_journal_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "journal.jsonl").entries == ()


def test_a_journal_cut_anywhere_gives_all_its_whole_lines_and_can_be_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    for number in range(1, 4):
        journal.append(entry(number))
    journal.close()
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        whole = data[:length].count(b"\n")
        read = read_journal(path)
        assert [each.number for each in read.entries] == list(range(1, whole + 1))
        assert read.is_torn is not data[:length].endswith(b"\n") or length == 0
        again = Journal(path)
        again.append(entry(9, "继续"))
        again.close()
        assert [each.number for each in read_journal(path).entries] == [*range(1, whole + 1), 9]


def test_nothing_of_a_journal_is_believed_behind_a_line_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    chance = random.Random(7)
    for line in (
        b"\0" * 40,
        b"[]",
        b'{"n":1}',
        b"[" * 5000,
        b"null",
        b'{"n":2,"time":1,"title":"","state":{}}',
    ):
        journal = Journal(path)
        journal.append(entry(1))
        journal.close()
        path.write_bytes(path.read_bytes() + line + b"\n" + chance.randbytes(60))
        assert [each.number for each in read_journal(path).entries] == [1]
        path.unlink()


def test_numbers_that_go_back_are_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    for number in (3, 2, 4):
        journal.append(entry(number))
    journal.close()
    assert [each.number for each in read_journal(tmp_path / "journal.jsonl").entries] == [3]


def test_a_part_of_the_state_that_is_too_long_is_left_out_and_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    assert not journal.append(Entry(1, "t", "落位", {"placings": ["x" * MAX_ENTRY_BYTES]}))
    journal.close()
    assert read_journal(tmp_path / "journal.jsonl").entries == (Entry(1, "t", "落位"),)


@pytest.mark.parametrize("step", ["write", "half", "fsync"])
def test_a_line_that_cannot_be_written_leaves_the_journal_as_it_was(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append(entry(1))
    real_write, writes = os.write, []

    def refuse(*_of: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write_half(descriptor: int, data: bytes) -> int:
        writes.append(data)
        return real_write(descriptor, data[: len(data) // 2]) if len(writes) == 1 else refuse()

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync" if step == "fsync" else "write", write_half if step == "half" else refuse)
        with pytest.raises(OSError, match="No space"):
            journal.append(entry(2))
    assert read_journal(path).entries == (entry(1),)
    assert not read_journal(path).is_torn
    journal.append(entry(2))
    journal.close()
    assert [each.number for each in read_journal(path).entries] == [1, 2]


def test_a_journal_is_cut_to_the_entries_that_are_wanted(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    for number in range(1, 6):
        journal.append(entry(number))
    journal.compact([entry(4), entry(5)])
    journal.append(entry(6))
    journal.close()
    read = read_journal(tmp_path / "journal.jsonl").entries
    assert [(each.number, bool(each.state)) for each in read] == [(4, False), (5, False), (6, True)]
