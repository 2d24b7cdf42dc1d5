"""An analysis as Python: the call of the public API (``import jjjmap``) that does the same.

The API takes its arguments by the names of the fields: what is written here can be run as it stands. A field
whose name ends with ``layer_id`` names a layer: the first goes without a name, the others lose their ``_id``.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any

LAYER_FIELD = "layer_id"
LAYERS_FIELD = "layers"
"""A field of this name holds several layers."""
_WIDTH = 88
"""Longer calls are broken into one argument a line."""


def layer_fields(kind: type[Any]) -> tuple[str, ...]:
    """Return the fields of an analysis that name layers, in their order."""
    return tuple(each.name for each in fields(kind) if each.name.endswith(LAYER_FIELD))


def is_layers_field(name: str) -> bool:
    """Whether a field names several layers."""
    return name == LAYERS_FIELD


def argument_name(field: str) -> str:
    """Return what a field is called as an argument: ``area_layer_id`` is ``area_layer``."""
    return field.removesuffix("_id") if field.endswith(LAYER_FIELD) else field


def python_call(analysis: Any) -> str:
    """Return Python that runs an analysis: only the arguments that differ from their defaults.

    Parameters
    ----------
    analysis
        A frozen dataclass with a `KIND`; its layers by the names under which Python is to find them.
    """
    first = next(iter(layer_fields(type(analysis))), "")
    said: list[str] = []
    for each in fields(analysis):
        value = getattr(analysis, each.name)
        if each.name == first:
            if value or not _has_default(each):
                said.insert(0, python_value(value))
        elif not _is_default(each, value):
            said.append(f"{argument_name(each.name)}={python_value(value)}")
    call = f"result = jjjmap.{analysis.KIND}({', '.join(said)})"
    if len(call) > _WIDTH:
        call = "\n".join((f"result = jjjmap.{analysis.KIND}(", *(f"    {each}," for each in said), ")"))
    return f"import jjjmap\n\n{call}"


def python_value(value: Any) -> str:
    """Return a value as Python writes it: tuples as lists, words of enumerations as texts."""
    if isinstance(value, Enum):
        return python_value(value.value)
    if isinstance(value, str):
        return f'"{"".join(_letter(letter) for letter in value)}"'
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(python_value(each) for each in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{python_value(key)}: {python_value(each)}' for key, each in value.items())}}}"
    if is_dataclass(value):
        # Keys that stand at their default are left out, as in the call itself.
        said = {each.name: getattr(value, each.name) for each in fields(value)}
        kept = {
            each.name: said[each.name] for each in fields(value) if not _is_default(each, said[each.name])
        }
        return python_value(kept)
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return f'float("{value}")'
    return repr(value)


def _letter(letter: str) -> str:
    """Return a letter inside of double quotes."""
    return f"\\{letter}" if letter in '"\\' else shown_letter(letter)


def shown_letter(letter: str) -> str:
    """Return a letter, or its number if it would not be seen, turns the line round or steers a terminal."""
    if letter.isprintable():
        return letter
    code = ord(letter)
    return {"\n": "\\n", "\t": "\\t"}.get(letter) or (
        f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _is_default(field: Field[Any], value: Any) -> bool:
    if field.default is not MISSING:
        return bool(field.default == value)
    return field.default_factory is not MISSING and bool(field.default_factory() == value)
