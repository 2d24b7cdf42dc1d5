"""The command line: what the window knows and makes, without a display."""

from jjjmap.cli.commands import cli

__all__ = ["cli"]
