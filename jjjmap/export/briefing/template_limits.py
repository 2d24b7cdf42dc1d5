"""What keeps a template of the user's from running for ever, or for all memory, and its errors in words."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from jjjmap.errors import RenderingStopped
from jjjmap.i18n import _

DEEPEST = 300
"""Calls within calls; a page of ours needs some dozens."""
LIMIT_S = 20.0
"""Our own template takes a hundredth of a second."""
MOST_BYTES_MORE = 1 << 30
"""So much may the program grow while a template runs."""
MOST_CHARS = 1 << 20
"""Of a text or list that is made by repeating another."""
MOST_POWER = 64

_PADDING = frozenset(("center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill"))
"""Methods that make a text as long as they are told. `%` and the filters of these names do so, too."""
_PADDING_FILTERS = ("center", "format", "indent", "xmlattr")
_LONGEST_DETAIL = 160


class TemplateBeyondLimits(Exception):
    """A template takes too long or wants too much; its text says so in words."""


class BoundedSandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which one expression cannot eat up all memory or time either."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in _PADDING_FILTERS:
            self.filters.pop(name, None)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Reckon, unless the result would be endless."""
        if operator == "**" and not (_is_small(left, MOST_CHARS) and _is_small(right, MOST_POWER)):
            raise TemplateBeyondLimits(_("模板里的算式结果太大。"))
        if operator == "*":
            for many, one in ((left, right), (right, left)):
                if hasattr(one, "__len__") and isinstance(many, int) and len(one) * many > MOST_CHARS:
                    raise TemplateBeyondLimits(_("模板里的算式结果太大。"))
        if operator == "%" and isinstance(left, str | bytes):
            raise SecurityError("%")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse what pads a text to any length as well."""
        if attr in _PADDING and isinstance(obj, str | bytes):
            return False
        return super().is_safe_attribute(obj, attr, value)


def _is_small(number: object, most: int) -> bool:
    return isinstance(number, int | float) and abs(number) <= most


@contextlib.contextmanager
def within_limits(cancelled: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Stop what runs in this thread when it takes too long or too much, or when the user wishes it.

    A loop that writes nothing gives nobody else an occasion to look at the clock.

    Raises
    ------
    TemplateBeyondLimits
        With the reason in words.
    RenderingStopped
        `cancelled` said yes.
    """
    ends, most = time.monotonic() + LIMIT_S, _bytes_in_use() + MOST_BYTES_MORE
    depth = 0

    def look(_frame: FrameType, event: str, _value: object) -> Callable[..., Any]:
        nonlocal depth
        # What a generator yields counts as its return, and its going on as a call.
        depth += {"call": 1, "return": -1}.get(event, 0)
        if depth > DEEPEST:
            # Python's own limit is the whole process's, and others may have raised it.
            raise RecursionError
        if time.monotonic() > ends:
            raise TemplateBeyondLimits(_("模板运行的时间太长，可能有没有尽头的循环。"))
        if _bytes_in_use() > most:
            raise TemplateBeyondLimits(_("模板要的内存太多。"))
        if cancelled():
            raise RenderingStopped
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)


def _bytes_in_use() -> int:
    """Return the most memory that this process has had; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows.
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def template_reason(error: BaseException) -> str:
    """Say in the language in use what is wrong with a template."""
    detail = " ".join(str(getattr(error, "message", None) or error).split())[:_LONGEST_DETAIL]
    match error:
        case TemplateBeyondLimits():
            return str(error)
        case TemplateSyntaxError():
            said = _("写法不对（{detail}）。")
        case TemplateNotFound():
            said = _("找不到它引用的文件“{detail}”。")
        case SecurityError():
            said = _("模板里不允许这样做（{detail}）。")
        case UndefinedError():
            said = _("没有这个名字或字段（{detail}）。")
        case RecursionError():
            return _("模板反复引用自己，没有尽头。")
        case MemoryError():
            return _("模板要的内存太多。")
        case _:
            said = _("运行时出错（{detail}）。")
    return said.format(detail=detail or type(error).__name__)
