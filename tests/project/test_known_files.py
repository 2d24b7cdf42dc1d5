"""A project that was found whole is not decoded again, as long as not a byte of it is another."""

import json
import sqlite3
from pathlib import Path

import pytest
from made_projects import codes, made_home, opened, save

from jjjmap.paths import work_folder
from jjjmap.project.known_files import KEPT, known_hashes, remember_file
from jjjmap.project.stamps import stamp_of

pytestmark = pytest.mark.usefixtures("one_worker")

BREAK_A_MENTION = "UPDATE jjjmap_library_mentions SET start = 10000, end = 10001"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "given" / "规划.jjj.gpkg"
    path.parent.mkdir()
    save(made_home(tmp_path / "home"), path)
    return path


def changed(path: Path, statement: str) -> str:
    """Change a project by hand; return its hash."""
    connection = sqlite3.connect(path)
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()
    return stamp_of(path).sha256


def forget() -> None:
    (work_folder().parent / "known-projects.json").unlink()


def test_what_was_saved_is_known_and_what_was_changed_by_hand_is_not(path):
    assert known_hashes() == [stamp_of(path).sha256]
    assert changed(path, BREAK_A_MENTION) not in known_hashes()


def test_a_changed_file_is_decoded_and_stays_unknown(path, tmp_path):
    digest = changed(path, BREAK_A_MENTION)
    assert set(codes(opened(path, tmp_path / "work")[0])) == {"project-document-broken"}
    assert digest not in known_hashes()


def test_a_known_file_is_not_decoded_again(path, tmp_path):
    remember_file(changed(path, BREAK_A_MENTION))
    assert codes(opened(path, tmp_path / "work")[0]) == []


def test_a_file_of_others_is_known_once_it_was_found_whole(path, tmp_path):
    forget()
    assert codes(opened(path, tmp_path / "work")[0]) == []
    assert known_hashes() == [stamp_of(path).sha256]


def test_what_lies_in_a_journal_beside_a_known_file_is_decoded(path, tmp_path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.commit()
    remember_file(stamp_of(path).sha256)
    connection.execute(BREAK_A_MENTION)
    connection.commit()
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()
    for end in ("", "-wal"):
        copy.with_name(path.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    connection.close()
    assert stamp_of(copy).sha256 in known_hashes()
    assert set(codes(opened(copy, tmp_path / "work")[0])) == {"project-document-broken"}


def test_only_the_last_files_are_known(tmp_path):
    for number in range(KEPT + 3):
        remember_file(f"{number:064x}")
    assert known_hashes() == [f"{number:064x}" for number in range(3, KEPT + 3)]


@pytest.mark.parametrize("said", ["", "[]", "{", '{"rules": "0/0/0", "sha256": ["ab"]}', '{"sha256": 7}'])
def test_a_list_that_cannot_be_understood_knows_nothing(said):
    remember_file("ab" * 32)
    (work_folder().parent / "known-projects.json").write_text(said, "utf-8")
    assert known_hashes() == []
    remember_file("cd" * 32)
    assert known_hashes() == ["cd" * 32]


def test_a_list_that_holds_what_is_no_text_knows_the_rest(tmp_path):
    remember_file("ab" * 32)
    file = work_folder().parent / "known-projects.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "sha256": [7, None, "ef"]}), "utf-8")
    assert known_hashes() == ["ef"]
