"""Tests of jjjmap/cli/group.py: language, wrong usage, and what a command must not import."""

import subprocess
import sys

import pytest

from jjjmap import __version__

from .commands import answer, run


@pytest.mark.parametrize(
    ("environment", "words", "first_word"),
    [
        ({}, (), "编号"),
        ({"LANG": "zh_CN.UTF-8"}, (), "编号"),
        ({"LANG": "C.UTF-8"}, (), "编号"),
        ({"LANG": "en_GB.UTF-8"}, (), "Id"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, (), "编号"),
        ({"LANG": "en_GB.UTF-8"}, ("--lang", "zh"), "编号"),
        ({}, ("--lang", "en"), "Id"),
    ],
)
def test_the_option_goes_before_the_environment_and_chinese_is_the_default(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], words: tuple[str, ...], first_word: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert run("places", "--kind", "wing", *words).stdout.split()[0] == first_word


def test_version_and_help_are_told() -> None:
    assert __version__ in run("--version").stdout
    text = run("--help").stdout
    assert "京津冀" in text and "Beijing–Tianjin–Hebei" in text
    for command in ("places", "show", "check", "export"):
        assert run(command, "--help").exit_code == 0


def test_an_unknown_command_is_wrong_usage_in_json_too() -> None:
    document = answer("castles", code=2)
    assert (document["command"], document["result"]) == ("", None)


def test_wrong_usage_is_told_in_one_form_and_says_where_help_is() -> None:
    result = run("check", "no such folder", "--lang", "en")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error [usage] “no such folder” is not a folder with geodata/ and resources/.\n"
        "  See jjjmap check --help.\n"
    )
    assert "jjjmap check --help" in run("check", "no such folder").stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("castles",), "没有命令“castles”；可用的命令："),
        (("show",), "缺少参数 PLACE。"),
        (("export",), "缺少选项 -o/--output。"),
        (("show", "xiongan", "--nothing"), "没有选项 --nothing。"),
        (("show", "xiongan", "--jsn"), "没有选项 --jsn；相近的有 --json。"),
        (("places", "--kind"), "选项 --kind 后面的值缺了或多了。"),
        (("places", "--kind", "castle"), "--kind 的值不对，可选：wing、zone、"),
    ],
)
def test_common_slips_are_told_in_chinese(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_what_is_logged_does_not_stand_bare_beside_the_answer() -> None:
    script = (
        "import logging\n"
        "from jjjmap.cli import cli\n"
        "cli.main(args=['places', '--kind', 'wing'], standalone_mode=False)\n"
        "logging.getLogger('jjjmap.layers').warning('bare')\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, encoding="utf-8"
    )
    assert finished.stderr == ""


def loaded_modules(*words: str) -> set[str]:
    script = (
        "import sys\n"
        "from jjjmap.cli import cli\n"
        "cli.main(args=sys.argv[1:], standalone_mode=False)\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return {name.partition(".")[0] for name in finished.stderr.split()}


@pytest.mark.parametrize("words", [("places",), ("show", "xiongan")])
def test_listing_needs_neither_qt_nor_geopandas_nor_folium(words: tuple[str, ...]) -> None:
    loaded = loaded_modules(*words)
    assert "jjjmap" in loaded
    assert not {"qtpy", "PySide6", "geopandas", "pandas", "numpy", "shapely", "folium"} & loaded


def test_checking_needs_no_qt() -> None:
    assert not {"qtpy", "PySide6", "PyQt5"} & loaded_modules("check")
