"""The record of a user's layer: all but its rows, as it is kept in JSON beside them."""

from __future__ import annotations

import errno
import json
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from jjjmap.atomic_files import replace_file
from jjjmap.layers.opening.records import LayerFacts, LayerSource
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.style import LayerStyle
from jjjmap.layers.styling.user_style import MAX_CLASSES, UserStyle

logger = logging.getLogger(__name__)

VERSION = 1
RECORD = "layer.json"
MAX_TITLE = 200

_MAX_RECORD_BYTES = 64 << 20
_MAX_PX = 1_000
_MAX_DASHES = 16
_MAX_TEXT = 10_000
_MAX_PRIORITY = 1_000_000
_MAX_GENERATION = 1_000_000_000
_MAX_ROWS = 1 << 40
_MAX_DEPTH = 24
"""Of what is told of an analysis."""
_MAX_PARTS = 1_000_000
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class StoredLayer:
    """A layer that is kept: everything but its rows."""

    id: str
    facts: LayerFacts
    title: str
    """As the user calls it."""
    style: UserStyle
    """What the user asked for."""
    look: LayerStyle
    """What came of it: the legend can be drawn before the rows are there."""
    filter: dict[str, Any] | None = None
    """As `tables.filters` writes it; None if all rows are shown."""
    generation: int = 1
    source: LayerSource | None = None
    """The file that it can be read from again; None for what was reckoned or came from a database."""
    provenance: Provenance | None = None
    """How it was made, if an analysis made it."""


def read_record(folder: Path) -> StoredLayer:
    """Return the layer in a folder; raises OSError, or ValueError for what we would not have written."""
    # Imported here: most starts have no layer of the user's to read.
    from jjjmap.layers.opening.records_json import from_json, sound_text
    from jjjmap.layers.styling.style_json import style_from_json

    said = json_of(folder / RECORD)
    if said.get("version") != VERSION:
        raise ValueError(f"version {said.get('version')!r}")
    shown_filter, generation = said.get("filter"), said.get("generation", 1)
    if type(generation) is not int or not 1 <= generation <= _MAX_GENERATION:
        raise ValueError("no generation")
    return StoredLayer(
        folder.name,
        _checked_facts(from_json(LayerFacts, said.get("facts"))),
        sound_text(said.get("title", "")).replace("\0", "\ufffd")[:MAX_TITLE],
        style_from_json(said.get("style")),
        _checked_look(from_json(LayerStyle, said.get("look"))),
        shown_filter if isinstance(shown_filter, dict) else None,
        generation,
        _source_from(said.get("source"), from_json),
        _provenance_from(said.get("provenance"), from_json),
    )


def write_record(folder: Path, stored: StoredLayer) -> None:
    """Keep all but the rows of a layer in a folder; raises OSError, the old record stays then."""
    from jjjmap.layers.opening.records_json import to_json

    said = {
        "version": VERSION,
        "id": stored.id,
        "generation": stored.generation,
        "title": stored.title,
        "facts": to_json(stored.facts),
        "style": to_json(stored.style),
        "look": to_json(stored.look),
        "filter": stored.filter,
        "source": to_json(stored.source) if stored.source is not None else None,
        "provenance": to_json(stored.provenance) if stored.provenance is not None else None,
    }
    # Names of columns may hold half characters; ASCII escapes carry them.
    data = json.dumps(said, indent=1).encode("ascii")
    if len(data) > _MAX_RECORD_BYTES:  # Nothing is kept that could not be read again.
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    replace_file(folder / RECORD, data)


def json_of(path: Path) -> dict[str, Any]:
    """Return the object in a record; raises OSError, or ValueError for what is none or too large."""
    with path.open("rb") as file:
        data = file.read(_MAX_RECORD_BYTES + 1)
    if len(data) > _MAX_RECORD_BYTES:
        raise ValueError("too large")
    try:
        said = json.loads(data)
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _checked_facts(facts: LayerFacts) -> LayerFacts:
    """Return facts that can be reckoned with; raises ValueError for counts and bounds that are none."""
    counts = (facts.rows, facts.without_geometry, facts.mended, facts.rejected)
    if not all(0 <= count <= _MAX_ROWS for count in counts):
        raise ValueError("an impossible number of rows")
    if not all(isfinite(number) for number in (facts.shift_m, *(facts.bounds or ()))):
        raise ValueError("impossible bounds")
    return facts


def _checked_look(look: LayerStyle) -> LayerStyle:
    """Return a look that may be drawn; raises ValueError for sizes, numbers and colours beyond reason."""
    if not 1 <= len(look.classes) <= MAX_CLASSES + 1:
        raise ValueError(f"{len(look.classes)} classes of symbols")
    for symbol in look.classes:
        sizes = (symbol.width_px, symbol.size_px, symbol.fill_opacity, *symbol.dash)
        if not all(0 <= size <= _MAX_PX for size in sizes) or len(symbol.dash) > _MAX_DASHES:
            raise ValueError("a symbol of impossible size")
        if any(color and not _COLOR.fullmatch(color) for color in (symbol.fill, symbol.stroke)):
            raise ValueError("a symbol of no colour")
        if max(len(text) for text in (symbol.value, symbol.label_zh, symbol.label_en)) > _MAX_TEXT:
            raise ValueError("a class with too long a name")
    if not isfinite(look.min_zoom):
        raise ValueError("an impossible zoom")
    label = look.label
    if label is not None and not (
        1 <= label.size_px <= _MAX_PX
        and isfinite(label.min_zoom)
        and abs(label.priority) <= _MAX_PRIORITY
        and _COLOR.fullmatch(label.color)
    ):
        raise ValueError("labels of impossible size or colour")
    return look


def _source_from(said: Any, from_json: Callable[[type[LayerSource], Any], LayerSource]) -> LayerSource | None:
    """Return where a layer was read from; None, too, for what names no file: it is asked for then."""
    try:
        source = from_json(LayerSource, said) if isinstance(said, dict) else None
    except ValueError:
        return None
    if source is None or not Path(source.path).is_absolute() or "\0" in source.path:
        return None
    return source


def _provenance_from(
    said: Any, from_json: Callable[[type[Provenance], Any], Provenance]
) -> Provenance | None:
    """Return how a layer was made; None, too, for what we would not have written: the rows are of use."""
    if said is None:
        return None
    try:
        if not isinstance(said, dict):
            raise ValueError("no object")
        _check_plain(said)
        provenance = from_json(Provenance, said)
        _check_numbers(provenance)
    except ValueError as exc:
        logger.warning("how a layer was made is not told: %s", exc)
        return None
    return provenance


def _check_plain(said: Any) -> None:
    """Refuse JSON that is deeper or larger than any analysis says; raises ValueError.

    Options and charts are read by whoever knows them; until then they may hold anything.
    """
    level, seen = [said], 0
    for _depth in range(_MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                if not all(len(key) <= _MAX_TEXT for key in value):
                    raise ValueError("too long a name")
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and len(value) > _MAX_TEXT:
                raise ValueError("too long a text")
        seen += len(level)
        if seen > _MAX_PARTS:
            raise ValueError("too many parts")
        if not below:
            return
        level = below
    raise ValueError("nested too deep")


def _check_numbers(provenance: Provenance) -> None:
    for note in provenance.inputs:
        if not (0 <= note.rows_used <= _MAX_ROWS and 0 <= note.rows <= _MAX_ROWS):
            raise ValueError("an impossible number of rows")
        if not 0 <= note.generation <= _MAX_GENERATION:
            raise ValueError("no generation")
    if not all(0 <= each.count <= _MAX_ROWS for each in provenance.missing):
        raise ValueError("an impossible number of rows")
