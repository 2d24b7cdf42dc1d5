"""Errors and findings as sentences, and the exit codes they lead to."""

from collections.abc import Iterable

import click

from jjjmap.catalogue.details import location_text
from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.catalogue.names import NamedPlace
from jjjmap.catalogue.wording import severity_name
from jjjmap.errors import (
    BoundsInvalid,
    DatabaseUnusable,
    DocumentUnknown,
    ExportFailed,
    JjjmapError,
    LayerUnknown,
    LayerUnreadable,
    LibraryUnusable,
    PlaceUnknown,
    ProjectChanged,
    ProjectHeld,
    ProjectUnusable,
    QueryInvalid,
    RenderingFailed,
    RenderingStopped,
    RowsUnreadable,
    TemplateInvalid,
)
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _
from jjjmap.i18n import language as language_in_use
from jjjmap.layers.opening.database_address import masked

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
        case DocumentUnknown():
            message = _("没有叫“{name}”的文件，文库里也没有这份文档。").format(name=error.wanted)
            hint = _("最接近的名称：{names}").format(names=listed(error.nearest)) if error.nearest else ""
            return Finding(Severity.ERROR, "document-unknown", error.wanted, message, hint), WRONG_USAGE
        case QueryInvalid():
            # Imported here: no other command has to do with queries.
            from jjjmap.text.fulltext.query import reason_text

            return Finding(
                Severity.ERROR, "query-invalid", error.text, reason_text(error.reason)
            ), WRONG_USAGE
        case LibraryUnusable():
            message = _("文库 {path} 用不了：{reason}").format(path=error.path, reason=error.reason)
            hint = _("文件没有改动；可用 --library 换一个文库。")
            return Finding(Severity.ERROR, "library-unusable", error.path.name, message, hint), FAILED
        case LayerUnreadable():
            # Imported here, as below: only commands about the user's data come to this.
            from jjjmap.layers.opening.reasons import reason_parts as why_unreadable

            why, hint = why_unreadable(error.reason, error.detail)
            message = _("没能打开 {name}：{why}").format(name=error.path.name, why=why)
            return Finding(
                Severity.ERROR, f"layer-{error.reason}", error.path.name, message, hint
            ), code_for_reason(error.reason)
        case DatabaseUnusable():
            from jjjmap.layers.opening.database_reasons import reason_parts as why_unusable

            why, hint = why_unusable(error.reason, error.detail)
            name = error.name or _("数据库")
            message = _("没能读取 {name}：{why}").format(name=name, why=why)
            return Finding(Severity.ERROR, f"database-{error.reason}", name, message, hint), code_for_reason(
                error.reason
            )
        case RenderingFailed():
            from jjjmap.export.rendering_reasons import reason_parts as why_not_drawn

            why, hint = why_not_drawn(error.reason)
            return Finding(Severity.ERROR, f"rendering-{error.reason}", "", why, hint), FAILED
        case RenderingStopped():
            return Finding(Severity.ERROR, "stopped", "", _("已中断。")), FAILED
        case TemplateInvalid():
            where = error.path.name if not error.line else f"{error.path.name}:{error.line}"
            message = _("模板 {where} 不能用：{reason}").format(where=where, reason=error.reason)
            hint = _("请改好模板，或不用 --template，用程序自带的版式。")
            return Finding(Severity.ERROR, "template-invalid", where, message, hint), WRONG_USAGE
        case RowsUnreadable():
            message = _("图层“{title}”的数据读不出来：{reason}")
            message = message.format(title=error.title, reason=error.reason)
            hint = _("它的文件可能被删除或损坏。请在窗口里移除这个图层，再打开原来的数据文件。")
            return Finding(Severity.ERROR, "rows-unreadable", error.title, message, hint), FAILED
        case ProjectUnusable():
            from jjjmap.project.reasons import reason_parts as why_no_project

            why, hint = why_no_project(error.reason, error.detail)
            message = _("项目 {name} 不能用：{why}").format(name=error.path.name, why=why)
            return Finding(
                Severity.ERROR, f"project-{error.reason}", error.path.name, message, hint
            ), code_for_reason(error.reason)
        case ProjectChanged():
            message = _("项目 {name} 打开以后被别的程序改过，没有保存。").format(name=error.path.name)
            hint = _("请另存为新文件，或重新打开它。")
            return Finding(Severity.ERROR, "project-changed", error.path.name, message, hint), FAILED
        case ProjectHeld():
            message = _("项目 {name} 正在另一个窗口里打开（{app}，进程 {pid}，{host}）。").format(
                name=error.path.name, app=error.app, pid=error.pid, host=error.host
            )
            hint = _("请在那个窗口里关闭它，或另存为新文件。")
            return Finding(Severity.ERROR, "project-held", error.path.name, message, hint), FAILED
        case JjjmapError() if isinstance(found := getattr(error, "finding", None), Finding):
            # An analysis that cannot answer says why.
            return found, FAILED
        case _:
            return Finding(Severity.ERROR, "failed", "", str(error)), FAILED


def code_for_reason(reason: str) -> int:
    """Return the exit code for data that could not be opened: a name that leads nowhere is wrong usage."""
    return WRONG_USAGE if reason in ("missing", "bad-address", "no-table") else FAILED


def explain_usage(error: click.ClickException) -> Finding:
    """Return what click, or a command, has against the words that were typed."""
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "jjjmap"
    hint = _("写法见 {command} --help。").format(command=command)
    return Finding(Severity.ERROR, "usage", "", _usage_message(error), hint)


def _usage_message(error: click.ClickException) -> str:
    """Say what is wrong in our words; what click tells in a sentence only stays in its English."""
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            message = _("缺少选项 {name}。") if isinstance(param, click.Option) else _("缺少参数 {name}。")
            return message.format(name=_typed_name(param))
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=choices)) as param):
            message = _("{name} 的值不对，可选：{choices}。")
            return message.format(name=_typed_name(param), choices=listed(map(str, choices)))
        case click.NoSuchOption(option_name=name, possibilities=[*alike]) if alike:
            return _("没有选项 {name}；相近的有 {names}。").format(name=name, names=listed(alike))
        case click.NoSuchOption(option_name=name):
            return _("没有选项 {name}。").format(name=name)
        case click.BadOptionUsage(option_name=name):
            return _("选项 {name} 后面的值缺了或多了。").format(name=name)
    # click repeats what was typed, and that may be the address of a database.
    return masked(error.format_message())


def _typed_name(param: click.Parameter) -> str:
    """Return a parameter as it is typed: ``-o/--output``, or PLACE."""
    if isinstance(param, click.Option):
        return "/".join(param.opts)
    return (getattr(param, "metavar", None) or param.name or "").upper()


def namesakes_findings(catalogue: Catalogue, text: str, named: NamedPlace) -> list[Finding]:
    """Return what is to be told where a text names several places, or a unit by an old name."""
    language = language_in_use()
    findings: list[Finding] = []
    if named.old_name is not None:
        sentence = (
            _("“{text}”{year}年并入{place}。")
            if named.old_name.kind == "merged"
            else _("“{text}”是{place}的旧名，用到{year}年。")
        )
        message = sentence.format(
            text=named.old_name.name_zh, place=named.place.name(language), year=named.old_name.until
        )
        findings.append(Finding(Severity.INFO, "old-name", text, message))
    if not named.others:
        return findings

    def told(place: Place) -> str:
        facts = (place.id, location_text(catalogue, place, language))
        about = listed(fact for fact in facts if fact)
        return _("{name}（{about}）").format(name=place.name(language), about=about)

    message = _("“{text}”取的是{chosen}；还有同名地点：{others}。").format(
        text=text, chosen=told(named.place), others=listed(map(told, named.others))
    )
    hint = _("要另一个，请写编号，或在名称前写明上级，例如 河北省石家庄市桥西区。")
    return [*findings, Finding(Severity.INFO, "name-shared", text, message, hint)]


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
            lines.append("  " + harmless(hint))
    return lines


def _finding_line(finding: Finding) -> str:
    parts = (severity_name(finding.severity), finding.where, f"[{finding.code}]", finding.message)
    return " ".join(harmless(part) for part in parts if part)


def harmless(text: str) -> str:
    """Return a text as one line without what would steer a terminal: names of files may hold anything."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def listed(names: Iterable[str]) -> str:
    """Return names in a row, parted as the language in use does it."""
    return ("、" if language_in_use() is Language.ZH else ", ").join(names)
