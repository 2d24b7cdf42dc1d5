"""Tests of jjjmap/__main__.py: what opens the window, and what is a command."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from jjjmap.__main__ import looks_like_path, main


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Replace the window by a list of what it was asked to open."""
    calls: list[list[str]] = []

    def run(argv: list[str]) -> int:
        calls.append(argv[1:])
        return 0

    app = ModuleType("jjjmap.app")
    vars(app)["run"] = run
    monkeypatch.setitem(sys.modules, "jjjmap.app", app)
    return calls


def test_no_argument_opens_the_window(opened: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["jjjmap"])
    assert main() == 0
    assert opened == [[]]


def test_a_file_opens_in_the_window(
    opened: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "甲县.geojson"
    file.touch()
    monkeypatch.setattr(sys, "argv", ["jjjmap", str(file)])
    assert main() == 0
    assert opened == [[str(file)]]


def test_a_file_that_is_not_there_is_wrong_usage(
    opened: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["jjjmap", "没有.gpkg"])
    assert main() == 2
    assert "没有.gpkg" in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize(
    ("locale", "said"), [("zh_CN.UTF-8", "没有这个文件："), ("en_GB.UTF-8", "There is no such file: ")]
)
def test_a_missing_file_is_told_in_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], locale: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr(sys, "argv", ["jjjmap", "nothing.gpkg"])
    assert main() == 2
    assert capsys.readouterr().err == f"{said}nothing.gpkg\n"


@pytest.mark.parametrize(
    ("word", "is_path"), [("places", False), ("./places", True), ("a.gpkg", True), ("C:\\a", True)]
)
def test_commands_have_neither_dot_nor_separator(word: str, is_path: bool) -> None:
    assert looks_like_path(word) is is_path


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("no-such-command", 2)])
def test_a_command_ends_by_itself_and_never_loads_qt(word: str, code: int) -> None:
    program = (
        "import sys\n"
        f"sys.argv = ['jjjmap', {word!r}]\n"
        "from jjjmap.__main__ import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print({'qtpy', 'PySide6'} & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == code, done.stderr
    assert done.stderr.splitlines()[-1] == "set()"
