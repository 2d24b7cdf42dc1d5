"""What all commands share: language, form of the answer, and how they end when something is wrong."""

import io
import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import click

from jjjmap.cli.messages import DONE, FAILED, explain, explain_usage, listed, write_findings
from jjjmap.cli.records import write_json
from jjjmap.errors import JjjmapError
from jjjmap.findings import Finding
from jjjmap.i18n import Language, _, language_of_environment, use_language


class AnsweringGroup(click.Group):
    """A group whose errors, too, are answered in the form that was asked for, with our exit codes."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and end the process with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # A console that cannot write 汉字 shall not stop us.
        # Without a handler Python writes warnings bare between our answers; they are findings already.
        logging.getLogger("jjjmap").addHandler(logging.NullHandler())
        use_language(language_of_environment())
        _end_as_by_ctrl_c()
        try:
            code = super().main(words, prog_name, complete_var, False, **extra)
        except click.Abort:
            click.echo(_("已中断。"), err=True)
            code = FAILED
        except click.ClickException as exc:
            code = exc.exit_code
            self._tell(explain_usage(exc), words)
        except JjjmapError as exc:
            finding, code = explain(exc)
            self._tell(finding, words)
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else DONE)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; say in our words that there is none of that name."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            message = _("没有命令“{name}”；可用的命令：{names}。")
            ctx.fail(message.format(name=args[0], names=listed(self.list_commands(ctx))))
        return super().resolve_command(ctx, args)

    def _tell(self, finding: Finding, words: Sequence[str]) -> None:
        """Answer with what is wrong, in the form that was asked for."""
        if "--json" in words:
            command = next((word for word in words if word in self.commands), "")
            write_json(command, None, [finding])
        else:
            write_findings([finding])


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End as by Ctrl+C, also where that is ignored, as in the background of a shell."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)


def _end_as_by_ctrl_c() -> None:
    """Let whoever ends the process, or closes its terminal, leave no half file: as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():
        return  # Only the main thread may hear signals.
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Who started us with nohup wants it ignored.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            # Not KeyboardInterrupt: while a browser draws, somebody else hears Ctrl+C.
            signal.signal(number, _interrupt)


def _choose_language(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Language:
    chosen = Language(value) if value else language_of_environment()
    use_language(chosen)
    return chosen


def answer_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that every command has."""
    for option in (
        click.option(
            "--lang",
            "language",
            type=click.Choice([language.value for language in Language]),
            callback=_choose_language,
            is_eager=True,
            help="回答所用的语言。Language of the answer.",
        ),
        click.option("--json", "as_json", is_flag=True, help="以 JSON 回答。Answer as one JSON document."),
    ):
        command = option(command)
    return command
