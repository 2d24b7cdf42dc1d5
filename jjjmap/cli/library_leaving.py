"""Whether the user's documents leave with what a command writes: in public only when that is asked for."""

from __future__ import annotations

from pathlib import Path

import click

from jjjmap.i18n import _

no_library_option = click.option(
    "--no-library",
    "is_without_library",
    is_flag=True,
    help="不带出文库里的引文和数字；加了 --public 本来就不带，除非写明 --library。"
    "Nothing of the library goes along; with --public nothing does anyway unless --library is given.",
)


def takes_library(is_public: bool, asked: Path | None, is_without: bool) -> bool:
    """Return whether sentences, mentions and figures of the library go along.

    Parameters
    ----------
    asked
        The library that was named.
    is_without
        Whether `no_library_option` was given.

    Raises
    ------
    click.UsageError
        One was named and none is wanted.
    """
    if is_without and asked is not None:
        raise click.UsageError(_("--library 和 --no-library 不能一起用。"))
    return not is_without and (asked is not None or not is_public)
