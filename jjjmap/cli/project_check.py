"""The answer of ``check P.jjj.gpkg``: whether a project is whole, and what is in it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from jjjmap.cli.messages import DONE, FAILED, harmless, write_findings
from jjjmap.cli.progress import progress_of
from jjjmap.cli.records import write_json
from jjjmap.findings import Severity
from jjjmap.i18n import _
from jjjmap.project.checking import ProjectFacts, check_project


def check_project_file(path: Path, as_json: bool) -> int:
    """Check a project and write what was found; return the exit code."""
    if not path.is_file():
        raise click.UsageError(_("没有文件“{path}”。").format(path=path))
    with progress_of(_("正在检查……")) as tell:
        facts, findings = check_project(path, progress=tell)
    is_sound = not any(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        write_json("check", {"path": str(path), **asdict(facts)}, findings)
    else:
        write_findings(findings, to_stderr=False)  # Here they are the answer.
        click.echo(project_facts_text(facts))
        if not is_sound:
            click.echo(_("项目有损坏的部分；打开时会略过它们。"))
        elif findings:
            click.echo(_("项目可以打开，但有上面所说的情况。"))
        else:
            click.echo(_("项目完整。"))
    return DONE if is_sound else FAILED


def project_facts_text(facts: ProjectFacts) -> str:
    """Return what is in a project, in the language in use."""
    first = _("{title}：{n} 个图层，{documents} 份文档，{views} 个保存的视图。").format(
        title=harmless(facts.title), n=len(facts.layers), documents=facts.documents, views=facts.views
    )
    second = _(
        "由 {program} 于 {saved} 保存，项目格式 {version}，{size} MB；旁边保留着 {versions} 个旧版本。"
    )
    lines = [
        first,
        second.format(
            program=harmless(facts.program),
            saved=harmless(facts.saved[:16].replace("T", " ")),
            version=facts.version,
            size=f"{facts.bytes / 1e6:.1f}",
            versions=facts.former_versions,
        ),
    ]
    row = _("  {title}：{rows} 行")
    lines.extend(row.format(title=harmless(each.title), rows=f"{each.rows:,}") for each in facts.layers)
    return "\n".join(lines)
