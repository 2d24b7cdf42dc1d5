"""The user's documents for a command: those of the window, or of a file that was named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap import paths
from jjjmap.errors import LibraryUnusable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library


@contextmanager
def users_library(asked: Path | None, findings: list[Finding]) -> Iterator[Library | None]:
    """Open the user's documents in this thread.

    Parameters
    ----------
    asked
        The file that was named; without one that of the window, if there is one.
    findings
        Told that the window's file cannot be used; the work goes on without it.

    Raises
    ------
    LibraryUnusable
        The file that was named cannot be used.
    """
    where = asked or paths.library_file()
    if asked is None and not where.is_file():
        yield None
        return
    from jjjmap.text.store.library import Library

    try:
        library = Library.open(where)
    except LibraryUnusable as exc:
        if asked is not None:
            raise
        message = _("文库 {path} 用不了，没有带上其中的引文：{reason}")
        message = message.format(path=exc.path.name, reason=exc.reason)
        findings.append(Finding(Severity.WARNING, "library-unusable", exc.path.name, message))
        yield None
        return
    with library:
        yield library
