"""Tests of what is told of a result: here the command that makes it again."""

import shlex
import shutil
import subprocess

import pytest

from jjjmap.analysis.summaries.summarize import Summarize
from jjjmap.ui.analysis_texts import shell_command


def test_a_command_of_plain_words_is_quoted_as_usual() -> None:
    command = shell_command(Summarize("名 单.csv", category="行业"))
    assert shlex.split(command) == ["jjjmap", *Summarize("名 单.csv", category="行业").arguments()]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_a_command_that_is_pasted_cannot_steer_the_terminal() -> None:
    hostile = "列\x15rm -rf '~' \\\n\x1b[2J\u202e"
    command = shell_command(Summarize("a.csv", category=hostile))
    assert command.isprintable()
    said = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {command}"],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    assert hostile in said.stdout.decode("utf-8").split("\0"), "and it says the same"
