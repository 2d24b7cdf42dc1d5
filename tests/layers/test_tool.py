"""The tool that draws the thematic layers."""

import subprocess
import sys

from jjjmap import paths


def test_the_shipped_layers_are_what_the_tool_would_write_today() -> None:
    tool = paths.GEODATA.parent / "tools" / "build_geodata.py"
    ran = subprocess.run(
        [sys.executable, str(tool), "--check"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
