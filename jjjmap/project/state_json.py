"""What a project remembers as JSON and back; what somebody else wrote is checked, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from math import isfinite
from typing import Any, TypeVar

from jjjmap.project.state import (
    MAX_TITLE_CHARS,
    MAX_VIEWS,
    Bounds,
    PlacingState,
    ProjectState,
    SavedView,
    SourceFile,
)
from jjjmap.settings import LayerSetting

MAX_LAYERS = 1_000
MAX_PINS = 4
MAX_PLACINGS = 200
MAX_CORRECTIONS = 100_000
MAX_ROLES = 1_000
MAX_TEXT_CHARS = 4_096
MAX_LAYOUT_CHARS = 1 << 20
_MAX_OFFSET = 1 << 40

_VIEW_ID = re.compile(r"view-[0-9a-f]{8}")

Said = TypeVar("Said")


def state_to_json(state: ProjectState) -> dict[str, Any]:
    """Return a state as what JSON can say."""
    said: dict[str, Any] = _plain(state)
    return said


def state_from_json(said: Any) -> tuple[ProjectState, tuple[str, ...]]:
    """Return the state that was said, and the names of what was wrong in it.

    Never raises: a field that is missing takes its default, one that is wrong takes it and is named. Of a
    list of views, only what is wrong is left out.
    """
    if not isinstance(said, dict):
        return ProjectState(), ("state",)
    read: dict[str, Any] = {}
    wrong: list[str] = []
    for field in fields(ProjectState):
        if field.name not in said:
            continue
        try:
            if field.name == "views":
                read["views"], is_whole = _views(said["views"])
                if not is_whole:
                    wrong.append("views")
            else:
                read[field.name] = _READERS[field.name](said[field.name])
        except (ValueError, TypeError, KeyError, RecursionError):
            wrong.append(field.name)
    return ProjectState(**read), tuple(wrong)


def _text(said: Any, longest: int = MAX_TEXT_CHARS) -> str:
    if not isinstance(said, str) or len(said) > longest:
        raise ValueError("no text")
    # Half characters, as a JSON escape may bring them, are no text for any file or page.
    return said.encode("utf-8", "replace").decode("utf-8")


def _number(said: Any, low: float, high: float) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not low <= said <= high:
        raise ValueError("no number")
    number = float(said)
    if not isfinite(number):
        raise ValueError("not finite")
    return number


def _offset(said: Any) -> int:
    if type(said) is not int or not -1 <= said <= _MAX_OFFSET:
        raise ValueError("no offset")
    return said


def _list(said: Any, read: Callable[[Any], Said], longest: int) -> tuple[Said, ...]:
    if not isinstance(said, list | tuple) or len(said) > longest:
        raise ValueError("no list")
    return tuple(read(each) for each in said)


def _bounds(said: Any) -> Bounds:
    if not isinstance(said, list | tuple) or len(said) != 4:
        raise ValueError("no bounds")
    west, east = _number(said[0], -180, 180), _number(said[2], -180, 180)
    south, north = _number(said[1], -90, 90), _number(said[3], -90, 90)
    if west >= east or south >= north:
        raise ValueError("empty bounds")
    return west, south, east, north


def _layer(said: Any) -> LayerSetting:
    if not isinstance(said, dict) or not isinstance(said["visible"], bool):
        raise ValueError("no layer")
    return LayerSetting(_text(said["id"]), said["visible"], _number(said["opacity"], 0, 1))


def _filter(said: Any) -> tuple[str, dict[str, Any] | None]:
    layer_id, wanted = _pair(said)
    return _text(layer_id), _or_none(wanted, _object)


def _pair(said: Any) -> tuple[Any, Any]:
    if not isinstance(said, list | tuple) or len(said) != 2:
        raise ValueError("no pair")
    return said[0], said[1]


def _role(said: Any) -> tuple[str, str]:
    column, role = _pair(said)
    return _text(column), _text(role)


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or not all(isinstance(key, str) for key in said):
        raise ValueError("no object")
    inside: list[Any] = [said]
    while inside:
        each = inside.pop()
        if isinstance(each, dict | list | tuple):
            inside.extend(each.values() if isinstance(each, dict) else each)
        elif isinstance(each, float) and not isfinite(each):
            raise ValueError("not finite")  # JSON cannot say it, so that it could not be saved.
    return said


def _view(said: Any) -> SavedView:
    said = _object(said)
    if not _VIEW_ID.fullmatch(_text(said["id"])):
        raise ValueError("no view id")
    return SavedView(
        said["id"],
        _text(said["title"])[:MAX_TITLE_CHARS],
        _bounds(said["bounds_lonlat"]),
        _list(said["layers"], _layer, MAX_LAYERS),
        _list(said.get("filters", []), _filter, MAX_LAYERS),
        _text(said.get("moment", "")),
        _text(said.get("chosen_id", "")),
        _text(said.get("document_id", "")),
        _offset(said.get("document_start", -1)),
        _offset(said.get("document_end", -1)),
    )


def _views(said: Any) -> tuple[tuple[SavedView, ...], bool]:
    """Return the views that are some, and whether all are; two of one id are one."""
    if not isinstance(said, list | tuple):
        raise ValueError("no list")
    views: dict[str, SavedView] = {}
    for each in said[:MAX_VIEWS]:
        try:
            view = _view(each)
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        views.setdefault(view.id, view)
    return tuple(views.values()), len(views) == len(said)


def _placing(said: Any) -> PlacingState:
    said = _object(said)
    return PlacingState(
        _text(said["layer_id"]),
        _list(said["roles"], _role, MAX_ROLES),
        _list(said["corrections"], _object, MAX_CORRECTIONS),
    )


def _source(said: Any) -> SourceFile:
    said = _object(said)
    return SourceFile(
        _text(said["layer_id"]), _text(said["path"]), _text(said["sha256"]), _object(said["options"])
    )


def _or_none(said: Any, read: Callable[[Any], Said]) -> Said | None:
    return None if said is None else read(said)


_READERS: dict[str, Callable[[Any], object]] = {
    "language": _text,
    "bounds_lonlat": lambda said: _or_none(said, _bounds),
    "layers": lambda said: _list(said, _layer, MAX_LAYERS),
    "pins": lambda said: _list(said, _text, MAX_PINS),
    "chosen_id": _text,
    "moment": _text,
    "document_id": _text,
    "document_start": _offset,
    "document_end": _offset,
    "layout": lambda said: _text(said, MAX_LAYOUT_CHARS),
    "placings": lambda said: _list(said, _placing, MAX_PLACINGS),
    "sources": lambda said: _list(said, _source, MAX_LAYERS),
}


def changed_fields(before: ProjectState, after: ProjectState, but: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields that are others now, as JSON says them."""
    skipped = set(but)
    return {
        field.name: _plain(getattr(after, field.name))
        for field in fields(ProjectState)
        if field.name not in skipped and getattr(before, field.name) != getattr(after, field.name)
    }


def _plain(value: Any) -> Any:
    # Not dataclasses.asdict: with sixty views it takes a tenth of a second, for it copies all that it meets.
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    names = getattr(type(value), "__dataclass_fields__", None)
    return value if names is None else {name: _plain(getattr(value, name)) for name in names}
