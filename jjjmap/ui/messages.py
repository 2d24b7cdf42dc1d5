"""Errors and findings as sentences: what happened, why, and what to try."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from jjjmap.errors import (
    DatabaseUnusable,
    DocumentUnknown,
    ExportFailed,
    JjjmapError,
    LayerUnreadable,
    LibraryUnusable,
    ProjectChanged,
    ProjectHeld,
    ProjectUnusable,
    RenderingFailed,
    ResourceMissing,
    RowsUnreadable,
    TemplateInvalid,
)
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.layer import Layer
from jjjmap.settings import SettingsTrouble
from jjjmap.ui.project_texts import holder_text
from jjjmap.ui.unforeseen import report_of

logger = logging.getLogger(__name__)

UNSAVED_REASONS = frozenset({"no-space", "not-written", "in-use"})
"""Why a project is not saved; what was open, and the file on disk, are as usable as before."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person is told when something did not work."""

    what: str
    """What happened, one sentence."""
    why: str = ""
    hint: str = ""
    """What to try."""
    report: str = ""
    """Facts for whoever mends it; shown on demand, ready to copy."""


def explain(error: BaseException) -> Message:
    """Turn an error into sentences."""
    match error:
        case ExportFailed():
            return Message(
                _("没有导出成功：{path}").format(path=error.path),
                _("原因：{reason}").format(reason=error.reason),
                _("原来的文件没有改动。请换一个文件夹，或检查磁盘空间和写入权限后再试。"),
            )
        case ResourceMissing():
            return Message(
                _("缺少随程序提供的文件：{name}").format(name=error.name),
                _("原因：{reason}").format(reason=error.reason),
                _("请重新安装本程序。"),
            )
        case RenderingFailed():
            # Imported here, as below: hardly anybody comes to this.
            from jjjmap.export.rendering_reasons import reason_parts as why_undrawn

            why, hint = why_undrawn(error.reason)
            return Message(_("没有导出成功。"), why, hint)
        case TemplateInvalid():
            return Message(
                _("模板 {name} 用不了。").format(name=error.path.name),
                _template_reason(error),
                _("请改正模板，或改用程序自带的模板。"),
            )
        case LibraryUnusable():
            return Message(
                _("文库 {name} 用不了。").format(name=error.path.name),
                _("原因：{reason}").format(reason=error.reason),
                _("文库没有改动，已有的内容都在。排除原因后再试，或重新打开程序。"),
            )
        case LayerUnreadable():
            from jjjmap.layers.opening.reasons import reason_parts as why_unreadable

            why, hint = why_unreadable(error.reason, error.detail)
            return Message(_("没能打开 {name}。").format(name=error.path.name), why, hint)
        case RowsUnreadable():
            return Message(
                _("图层“{title}”的数据读不出来。").format(title=error.title),
                _("原因：{reason}").format(reason=error.reason),
                _("它的文件可能被删除或损坏。请移除这个图层，再打开原来的数据文件。"),
            )
        case DatabaseUnusable():
            from jjjmap.layers.opening.database_reasons import reason_parts as why_unusable

            why, hint = why_unusable(error.reason, error.detail)
            return Message(_("没能读取 {name}。").format(name=error.name or _("数据库")), why, hint)
        case ProjectUnusable():
            from jjjmap.project.reasons import reason_parts as why_no_project

            why, hint = why_no_project(error.reason, error.detail)
            if error.reason in UNSAVED_REASONS:
                return Message(_("项目 {name} 没有保存。").format(name=error.path.name), why, hint)
            return Message(_("项目 {name} 用不了。").format(name=error.path.name), why, hint)
        case ProjectChanged():
            return Message(
                _("项目 {name} 没有保存。").format(name=error.path.name),
                _("磁盘上的文件在打开之后被别的程序或另一台计算机改动过。"),
                _("文件没有动，窗口里的工作也都在。请另存为另一个文件，再比较两份。"),
            )
        case ProjectHeld():
            return Message(
                _("项目 {name} 没有保存。").format(name=error.path.name),
                _("它正在另一个窗口里打开（{holder}）。").format(
                    holder=holder_text(error.app, error.pid, error.host)
                ),
                _("请关闭那个窗口后再试，或者另存为另一个文件。"),
            )
        case DocumentUnknown():
            return Message(
                _("这篇文档已不在文库里。"), hint=_("它可能刚被移去或更新；请从文库列表重新打开。")
            )
        case OSError():
            return Message(
                _("读写文件没有成功。"),
                _("原因：{reason}").format(reason=error.strerror or type(error).__name__),
                _("请检查磁盘空间和权限后再试；原来的文件没有改动。"),
            )
        case JjjmapError() if isinstance(found := getattr(error, "finding", None), Finding):
            # An analysis that cannot answer says why; its class is not imported for a window without any.
            return Message(_("这次分析没有算出结果。"), found.message, found.hint)
        case JjjmapError():
            return Message(
                _("这一步没有完成。"), _("原因：{reason}").format(reason=error), report=report_of(error)
            )
    return Message(
        _("程序遇到没有料到的错误，这一步没有完成。"),
        _("原因：{reason}").format(reason=f"{type(error).__name__}: {error}"),
        _("可以继续使用。若反复出现，请把下面的报告复制给维护者。"),
        report_of(error),
    )


def _template_reason(error: TemplateInvalid) -> str:
    if not error.line:
        return _("原因：{reason}").format(reason=error.reason)
    if error.path.suffix.lower() == ".docx":
        return _("第 {n} 段：{reason}").format(n=error.line, reason=error.reason)
    return _("第 {n} 行：{reason}").format(n=error.line, reason=error.reason)


def page_failed_finding(reason: str) -> Finding:
    """Tell that the map page could not begin."""
    return Finding(
        Severity.ERROR,
        "page-failed",
        "map",
        _("地图没有画出来：{reason}").format(reason=reason),
        _("列表、详情和导出仍可使用；请重新打开程序，若仍如此请重新安装。"),
    )


def page_lost_finding() -> Finding:
    """Tell that the map page ended too often to be loaded again."""
    return Finding(
        Severity.ERROR,
        "page-lost",
        "map",
        _("地图页面接连意外结束，没有再打开。"),
        _("列表、详情和导出仍可使用；重新打开程序可恢复地图。若再次发生，请把日志发给我们。"),
    )


def settings_finding(trouble: SettingsTrouble) -> Finding:
    """Tell that the settings were set aside."""
    hint = _("本次使用默认设置。原文件没有动，在它能读出之前不会保存新的设置。")
    if trouble.kept_as:
        hint = _("本次使用默认设置；原文件保留为 {name}。").format(name=trouble.kept_as)
    return Finding(
        Severity.WARNING,
        "settings-broken",
        "settings.json",
        _("设置文件读不出来：{reason}").format(reason=trouble.reason),
        hint,
    )


def settings_unsaved_finding(error: OSError) -> Finding:
    """Tell that the settings could not be written."""
    return Finding(
        Severity.WARNING,
        "settings-unsaved",
        "settings.json",
        _("设置没有保存：{reason}").format(reason=error.strerror or str(error)),
        _("下次启动时语言、图层和视图不会是现在的样子。请检查磁盘空间和写入权限。"),
    )


def layer_failed_finding(layer: Layer | None, layer_id: str, reason: str, title: str) -> Finding:
    """Tell that the page could not draw a layer."""
    return Finding(
        Severity.ERROR,
        "layer-not-drawn",
        f"geodata/{layer.file}" if layer else layer_id,
        _("图层“{title}”没有画出来：{reason}").format(title=title, reason=reason),
        _("其他图层不受影响。请检查该文件，或重新安装本程序。"),
    )


class MessageBox:
    """Shows a message beside the window; tests replace `show`."""

    _open: ClassVar[set[QMessageBox]] = set()

    @classmethod
    def show(
        cls, parent: QWidget | None, message: Message, finished: Callable[[], None] | None = None
    ) -> None:
        """Tell the user what happened; does not wait for an answer.

        Parameters
        ----------
        parent
            The window; None if it is not there.
        message
            What to say.
        finished
            Called when the user has closed the box.
        """
        box = QMessageBox(parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("jjjmap")
        # Reasons hold paths and names: they are text, whatever they look like.
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(message.what)
        box.setInformativeText("\n".join(part for part in (message.why, message.hint) if part))
        if message.report:
            box.setDetailedText(message.report)
        box.setStandardButtons(QMessageBox.StandardButton.Ok)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        cls._open.add(box)  # A box without a window has nobody else to hold it.
        box.finished.connect(lambda _button: cls._open.discard(box))
        if finished is not None:
            box.finished.connect(lambda _button: finished())
        box.open()
