"""The entry point: the window when asked for nothing or for a file, the command line for anything else."""

import sys
from pathlib import Path

import click

from jjjmap.i18n import _, language_of_environment, use_language

USAGE_ERROR = 2


def looks_like_path(word: str) -> bool:
    """Tell a file from a command: commands have neither a dot nor a separator.

    A file called ``places`` is opened as ``./places``.
    """
    return "/" in word or "\\" in word or "." in word


def main() -> int:
    """Open the window or run a command, as the arguments of the process say.

    Returns
    -------
    int
        The exit code of the window, or 2 for a file that is not there. A command ends the process itself.
    """
    # Before anything is said; the window and --lang choose for themselves later.
    use_language(language_of_environment())
    arguments = sys.argv[1:]
    if arguments and (arguments[0].startswith("-") or not looks_like_path(arguments[0])):
        # Imported here, not above: commands run without Qt, and the window does not wait for them.
        from jjjmap.cli import cli

        cli.main(args=arguments, prog_name="jjjmap")
    if arguments and not Path(arguments[0]).exists():
        click.echo(_("没有这个文件：{path}").format(path=arguments[0]), err=True)
        return USAGE_ERROR
    from jjjmap.app import run

    return run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
