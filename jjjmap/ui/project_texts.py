"""Sentences about projects: how they are called, who holds them, when they were saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING

from jjjmap.i18n import _

if TYPE_CHECKING:
    from jjjmap.session.projects.project import ProjectSession, Recoverable


def project_name(project: ProjectSession) -> str:
    """Return what the open project is called; empty without a project."""
    if project.is_home:
        return ""
    return project.title or _("未命名项目")


def window_title(project: ProjectSession | None) -> str:
    """Return the title of the window, with Qt's place for the sign that something is not saved."""
    program = _("京津冀产业协同地图")
    if project is None or project.is_home:
        return program
    # Qt would put its sign into a name that holds "[*]"; twice stands for itself.
    name = project_name(project).replace("[*]", "[*][*]")
    if project.is_read_only:
        return _("{name}[*]（只读）— {program}").format(name=name, program=program)
    return _("{name}[*] — {program}").format(name=name, program=program)


def holder_sentence(project: ProjectSession) -> str:
    """Say why a project can only be read."""
    holder = project.holder
    if holder is None:
        return _("“{name}”只能查看：文件或所在文件夹不可写。要修改，请另存为另一个文件。").format(
            name=project_name(project)
        )
    return _(
        "“{name}”正在另一个窗口里打开（{holder}），这里只能查看。"
        "要修改，请先关闭那个窗口再重新打开，或者另存为另一个文件。"
    ).format(name=project_name(project), holder=holder_text(holder.app, holder.pid, holder.host))


def holder_text(app: str, pid: int, host: str) -> str:
    """Say which program on which computer has a project open."""
    if not pid:
        return _("不知是哪个程序")
    if app.lower().startswith("python"):
        app = (
            "jjjmap"  # Started as a script: only we make such locks, and nobody knows us as the interpreter.
        )
    if not host or host == gethostname():
        return _("{app}，进程 {pid}").format(app=app, pid=pid)
    return _("{app}，进程 {pid}，计算机 {host}").format(app=app, pid=pid, host=host)


def lock_hint(project: ProjectSession) -> str:
    """Say what helps if the computer that holds a project is gone; empty if it is this one."""
    holder = project.holder
    if holder is None or not holder.host or holder.host == gethostname():
        return ""
    return _("如果那台计算机已经不在使用，请删除锁文件后再打开：{path}").format(path=holder.lock_path)


def chip_text(project: ProjectSession) -> str:
    """Return what the status bar says of the project."""
    if project.is_home:
        return ""
    name = project_name(project)
    if project.is_read_only:
        return _("{name}（只读）").format(name=name)
    return _("{name} · 未保存").format(name=name) if project.is_modified else name


def recoverable_title(found: Recoverable) -> str:
    """Return what work that was left behind is called."""
    if found.path is not None:
        return found.path.name
    return found.title or _("没有存为项目的工作")


def recoverable_contents(found: Recoverable) -> str:
    """Say in a line what can be brought back."""
    parts = []
    if found.layers:
        parts.append(_("{n} 个图层").format(n=f"{found.layers:,}"))
    if found.documents:
        parts.append(_("{n} 篇文档").format(n=f"{found.documents:,}"))
    if found.actions:
        parts.append(_("{n} 步操作").format(n=f"{len(found.actions):,}"))
    return _("、").join(parts) if parts else _("只有视图和窗口布局")


def local_time(moment: datetime, *, seconds: bool = False) -> str:
    """Return a moment as a clock on the wall shows it."""
    local = moment.astimezone()
    return local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def recent_titles(paths: Iterable[Path]) -> list[str]:
    """Return short names of files, told apart by their folder where two have the same name."""
    all_paths = list(paths)
    names = [path.name for path in all_paths]
    return [
        path.name if names.count(path.name) == 1 else f"{path.name} — {path.parent}" for path in all_paths
    ]
