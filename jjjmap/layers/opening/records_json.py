"""The records of this room as JSON and back: between processes, and beside the layers that are kept."""

from typing import Any, TypeVar

from cattrs import BaseValidationError, Converter

Record = TypeVar("Record")

_CONVERTER = Converter(forbid_extra_keys=False)


def sound_text(said: Any) -> str:
    """Return a text without half characters, as names of files may hold: no page and no file takes them."""
    return str(said).encode("utf-8", "replace").decode("utf-8")


# Enumerations of texts come this way, too.
_CONVERTER.register_structure_hook(str, lambda said, kind: sound_text(said) if kind is str else kind(said))


def to_json(record: Any) -> dict[str, Any]:
    """Return a record of `records` as what JSON can say."""
    said: dict[str, Any] = _CONVERTER.unstructure(record)
    return said


def from_json(kind: type[Record], said: Any) -> Record:
    """Return the record that was said; fields that are missing take their defaults.

    Raises
    ------
    ValueError
        It is not such a record.
    """
    try:
        return _CONVERTER.structure(said, kind)
    except (BaseValidationError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise ValueError(f"no {kind.__name__}: {type(exc).__name__}") from exc
