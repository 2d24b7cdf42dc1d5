"""Tests of what can be dropped on the window."""

from pathlib import Path

import pytest
from qtpy.QtCore import QMimeData, QUrl

from jjjmap.ui.dropping import droppable_paths


def mime_of(*urls: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    return mime


def test_files_and_folders_are_taken_in_order_and_once(tmp_path: Path) -> None:
    first, second = tmp_path / "甲 1.txt", tmp_path / "folder"
    urls = [QUrl.fromLocalFile(str(path)).toString() for path in (first, second, first)]
    assert droppable_paths(mime_of(*urls)) == [first, second]


@pytest.mark.parametrize("url", ["https://example.org/a.txt", "jjjmap://app/index.html", "data:text/plain,a"])
def test_addresses_in_the_net_are_no_files(url: str) -> None:
    assert droppable_paths(mime_of(url)) == []


def test_a_text_that_looks_like_a_path_is_a_text() -> None:
    mime = QMimeData()
    mime.setText("/etc/passwd")
    assert droppable_paths(mime) == []
