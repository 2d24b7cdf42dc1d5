"""Errors and findings as sentences, and the exit codes they lead to."""

from collections.abc import Iterable

import click

from jjjmap.errors import BoundsInvalid, ExportFailed, JjjmapError, LayerUnknown, PlaceUnknown
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _
from jjjmap.i18n import language as language_in_use

DONE, FAILED, WRONG_USAGE, DONE_WITH_ERRORS = range(4)

SHOWN_OF_A_KIND = 10
"""How many findings of one kind are printed; ``--json`` has them all."""


def explain(error: JjjmapError) -> tuple[Finding, int]:
    """Return an error as a finding, with the exit code it leads to."""
    match error:
        case PlaceUnknown():
            message = _("没有叫“{name}”的地点。").format(name=error.wanted)
            hint = _("最接近的名称：{names}").format(names=listed(error.nearest)) if error.nearest else ""
            return Finding(Severity.ERROR, "place-unknown", error.wanted, message, hint), WRONG_USAGE
        case LayerUnknown():
            message = _("没有编号为“{layer}”的图层。").format(layer=error.wanted)
            hint = _("可用的图层：{layers}").format(layers=listed(error.known))
            return Finding(Severity.ERROR, "layer-unknown", error.wanted, message, hint), WRONG_USAGE
        case BoundsInvalid():
            message = _("范围“{text}”不可用：{reason}").format(text=error.text, reason=error.reason)
            hint = _("写成 西,南,东,北，单位为度，例如 115.4,39.4,117.6,41.1。")
            return Finding(Severity.ERROR, "bounds-invalid", error.text, message, hint), WRONG_USAGE
        case ExportFailed():
            message = _("没能写出 {path}：{reason}").format(path=error.path, reason=error.reason)
            hint = _("检查文件夹是否存在、能否写入，磁盘是否已满；原有文件没有改动。")
            return Finding(Severity.ERROR, "export-failed", error.path.name, message, hint), FAILED
        case _:
            return Finding(Severity.ERROR, "failed", "", str(error)), FAILED


def explain_usage(error: click.ClickException) -> Finding:
    """Return what click, or a command, has against the words that were typed."""
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "jjjmap"
    hint = _("写法见 {command} --help。").format(command=command)
    return Finding(Severity.ERROR, "usage", "", error.format_message(), hint)


def code_for(findings: Iterable[Finding]) -> int:
    """Return the exit code of a command that was done with these findings."""
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    return DONE_WITH_ERRORS if broken else DONE


def write_findings(findings: Iterable[Finding], *, to_stderr: bool = True) -> None:
    """Print findings; beside an answer they go to the error stream."""
    for line in finding_lines(findings):
        click.echo(line, err=to_stderr)


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """Return findings as lines, errors first and those of one kind together.

    One broken file can lead to hundreds of findings, the same for one place after another: of each kind the
    first `SHOWN_OF_A_KIND` are told, then how many there are besides, then what to try, once.
    """
    kinds: dict[tuple[Severity, str, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.severity, finding.code, finding.hint), []).append(finding)
    order = list(Severity)
    lines: list[str] = []
    for (_severity, _code, hint), alike in sorted(kinds.items(), key=lambda kind: order.index(kind[0][0])):
        lines.extend(_finding_line(finding) for finding in alike[:SHOWN_OF_A_KIND])
        if len(alike) > SHOWN_OF_A_KIND:
            more = _("……此类还有 {n} 处；用 --json 列出全部。")
            lines.append("  " + more.format(n=len(alike) - SHOWN_OF_A_KIND))
        if hint:
            lines.append("  " + hint)
    return lines


def _finding_line(finding: Finding) -> str:
    severity = {Severity.ERROR: _("错误"), Severity.WARNING: _("警告"), Severity.INFO: _("提示")}[
        finding.severity
    ]
    parts = (severity, finding.where, f"[{finding.code}]", finding.message)
    return " ".join(part for part in parts if part)


def listed(names: Iterable[str]) -> str:
    """Return names in a row, parted as the language in use does it."""
    return ("、" if language_in_use() is Language.ZH else ", ").join(names)
