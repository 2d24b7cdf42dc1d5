"""Reads the template of a briefing's page, ours or a user's, and runs it where it can do no harm."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError

from jjjmap.errors import TemplateInvalid
from jjjmap.export.briefing.template_limits import BoundedSandbox, template_reason, within_limits
from jjjmap.export.files import reason_text
from jjjmap.i18n import _
from jjjmap.paths import RESOURCES

PAGE = "briefing.html.j2"
STYLE = "briefing.css"
OUR_FOLDER = RESOURCES / "briefing"
MAX_BYTES = 1 << 20
"""Of a template or style sheet: more was not written by hand."""
MAX_PAGE_CHARS = 64 << 20
"""Of a filled page without its maps; a loop within a loop can write more than any disk holds."""

Filters = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class PageTemplate:
    """A template that was read and understood."""

    path: Path
    template: Template
    style: str

    def filled(self, values: Mapping[str, Any]) -> str:
        """Return the page; raises TemplateInvalid where the template asks for what there is not."""
        is_ours = self.path.parent == OUR_FOLDER
        written: list[str] = []
        room = MAX_PAGE_CHARS
        try:
            with contextlib.nullcontext() if is_ours else within_limits():
                for piece in self.template.generate(values):
                    room -= len(piece)
                    if room < 0:
                        raise TemplateInvalid(self.path, 0, _("写出的页面太长。"))
                    written.append(piece)
        except TemplateInvalid:
            raise
        except Exception as exc:
            # A template is a program of the user's: whatever it does wrong is told with its line.
            raise TemplateInvalid(self.path, _line_of(exc, self.path), template_reason(exc)) from exc
        return "".join(written)


def load_template(path: Path | None, filters: Filters) -> PageTemplate:
    """Read a template.

    Parameters
    ----------
    path
        A folder with ``briefing.html.j2`` and perhaps ``briefing.css``, or the former itself; None for ours.
    filters
        What the template may call.

    Raises
    ------
    TemplateInvalid
        It is not there, cannot be read, or is no template; with the line.
    """
    page = _page_of(path)
    text = _text_of(page)
    environment = _environment(page, filters)
    try:
        code = _compiled(text, page, frozenset(filters))
    except TemplateSyntaxError as exc:
        raise TemplateInvalid(page, exc.lineno, template_reason(exc)) from exc
    template = Template.from_code(environment, code, environment.make_globals(None))
    style = page.parent / STYLE
    return PageTemplate(page, template, _text_of(style if style.is_file() else OUR_FOLDER / STYLE))


def check_template(path: Path, filter_names: Iterable[str]) -> None:
    """Raise TemplateInvalid if a template cannot even be read, before any work is done for it."""
    load_template(path, dict.fromkeys(filter_names, str))


def _environment(page: Path, filters: Filters) -> BoundedSandbox:
    # Includes come from the same folder, and from nowhere above it.
    environment = BoundedSandbox(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(page.parent, followlinks=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        # A filter says other things of a constant in each briefing: nothing is worked out beforehand.
        optimized=False,
    )
    environment.filters.update(filters)
    return environment


@lru_cache(maxsize=8)
def _compiled(text: str, page: Path, filter_names: frozenset[str]) -> CodeType:
    """Return a template as code; it is filled several times for each of many places."""
    # Which filters there are matters here, and what they do does not.
    environment = _environment(page, dict.fromkeys(filter_names, str))
    return environment.compile(text, name=page.name, filename=str(page))


def _page_of(path: Path | None) -> Path:
    if path is None:
        return OUR_FOLDER / PAGE
    page = path / PAGE if path.is_dir() else path
    if not page.is_file():
        raise TemplateInvalid(page, 0, _("找不到模板文件。"))
    return page


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TemplateInvalid(path, 0, _("文件太大。"))
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        line = path.read_bytes()[: exc.start].count(b"\n") + 1
        raise TemplateInvalid(path, line, _("不是 UTF-8 编码的文本。")) from exc
    except OSError as exc:
        raise TemplateInvalid(path, 0, _("模板文件读不了：{reason}").format(reason=reason_text(exc))) from exc


def _line_of(exc: BaseException, path: Path) -> int:
    """Return the line of the template at which something failed; 0 where that cannot be told."""
    if isinstance(exc, TemplateSyntaxError):
        return exc.lineno
    line, trace = 0, exc.__traceback__
    while trace is not None:
        # jinja2 makes the trace speak of the template's own lines.
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
            if isinstance(exc, RecursionError):
                break  # Where it first refers to itself; deeper down it may be anywhere.
        trace = trace.tb_next
    return line
