"""A suffix is added to a chosen name only with leave to replace what stands there."""

from pathlib import Path

import pytest

from jjjmap.ui.dialogs import replacing
from jjjmap.ui.dialogs.replacing import with_suffix


def test_a_name_with_a_known_suffix_is_taken_as_it_is(tmp_path: Path) -> None:
    assert with_suffix(None, str(tmp_path / "a.XLSX"), (".xlsx",), ".xlsx") == tmp_path / "a.XLSX"


def test_a_name_without_one_gets_it(tmp_path: Path) -> None:
    assert with_suffix(None, str(tmp_path / "2.1 版"), (".xlsx",), ".xlsx") == tmp_path / "2.1 版.xlsx"


@pytest.mark.parametrize("may", [True, False])
def test_a_file_that_the_dialog_did_not_ask_about_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may: bool
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr(replacing, "may_replace", lambda _parent, asked: asked == path and may)
    assert with_suffix(None, str(tmp_path / "a"), (".xlsx",), ".xlsx") == (path if may else None)
