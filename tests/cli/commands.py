"""Runs commands as a person or a script would, and spoils the data that they are about."""

import json
from pathlib import Path
from typing import Any

import click.testing
import pytest

from jjjmap import __version__
from jjjmap.cli import cli


def run(*words: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(cli, words, prog_name="jjjmap", catch_exceptions=False)


def answer(*words: str, code: int = 0) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    document = json.loads(result.stdout_bytes.decode("utf-8"), parse_constant=pytest.fail)
    assert list(document) == ["jjjmap", "command", "result", "findings"]
    assert document["jjjmap"] == __version__
    assert all(
        set(finding) == {"severity", "code", "where", "message", "hint"} for finding in document["findings"]
    )
    return document


def spoil_row(file: Path, row_id: str, old: str, new: str) -> None:
    lines = file.read_text("utf-8").splitlines(keepends=True)
    (number,) = (n for n, line in enumerate(lines) if line.startswith(f"{row_id},"))
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new, 1)
    file.write_text("".join(lines), "utf-8")


def spoil_json(data: Path) -> None:
    (data / "geodata/ports.geojson").write_text('{"type":\n', "utf-8")


def spoil_source(data: Path) -> None:
    spoil_row(data / "resources/catalogue/places.csv", "port-tianjin", "o-78", "no-such-source")


def lose_file(data: Path) -> None:
    (data / "resources/catalogue/figures.csv").unlink()
