"""Progress on the error stream, so that what a command answers can be read by a program."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

import click

Progress = Callable[[float], None]
"""Takes the share that is done, 0…1."""

_STEPS = 100


@contextlib.contextmanager
def progress_of(label: str) -> Iterator[Progress]:
    """Show a bar while something takes its time; yields what moves it."""
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:
        yield lambda share: bar.update(max(0, round(share * _STEPS) - bar.pos))
