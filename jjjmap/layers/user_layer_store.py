"""The user's layers on disk: a folder each, whole or not there at all, kept from one start to the next.

::

    <layer id>/
        layer.json          what it is and how it looks; names the generation
        1/                  a generation of the data: attributes.arrow, geometry.arrow
        rejected.csv        rows that could not be read, if there were any

Data are never written over: a change makes a new generation, and `layer.json` is replaced to name it.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import secrets
import shutil
import sys
import time
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jjjmap.atomic_files import replace_file, sync_folder
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import LAYER_PREFIX
from jjjmap.layers.opening.records import LayerFacts
from jjjmap.layers.style import LayerStyle
from jjjmap.layers.styling.user_style import MAX_CLASSES, UserStyle

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable

logger = logging.getLogger(__name__)

VERSION = 1
RECORD = "layer.json"
REJECTED = "rejected.csv"

_LAYER_FOLDER = re.compile(rf"{LAYER_PREFIX}[0-9a-f]{{8}}")
_UNFINISHED = re.compile(r"\.(?:new|old)-(\d+)-[0-9a-f]+")
_DAY_SECONDS = 86_400.0
_MAX_RECORD_BYTES = 64 << 20
_MAX_PX = 1_000
_MAX_DASHES = 16
_MAX_TITLE = 200
_MAX_TEXT = 10_000
_MAX_PRIORITY = 1_000_000
_MAX_GENERATION = 1_000_000_000
_MAX_ROWS = 1 << 40
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


class UserLayerStore:
    """The folder of all layers.

    Parameters
    ----------
    root
        Need not exist; it is made with the first layer.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def load(self) -> tuple[tuple[StoredLayer, ...], tuple[Finding, ...]]:
        """Return the layers that are kept, by id, and what is broken; remove what a killed program left."""
        if not self._root.is_dir():
            return (), ()
        layers: list[StoredLayer] = []
        findings: list[Finding] = []
        try:
            folders = sorted(self._root.iterdir())
        except OSError as exc:
            return (), (_broken_finding(self._root.name, exc),)
        for folder in folders:
            if _LAYER_FOLDER.fullmatch(folder.name):
                try:
                    layers.append(self._read(folder))
                except (OSError, ValueError) as exc:
                    logger.warning("layer %s cannot be read: %s", folder.name, exc)
                    findings.append(_broken_finding(folder.name, exc))
            elif _is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
        return tuple(layers), tuple(findings)

    def new_folder(self) -> Path:
        """Make a private folder beside the layers, for what is being read; raises OSError."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = self._root / f".new-{os.getpid()}-{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        return folder

    def adopt(
        self,
        part: Path,
        facts: LayerFacts,
        style: UserStyle,
        look: LayerStyle,
        *,
        rejected: Path | None = None,
        layer_id: str = "",
    ) -> StoredLayer:
        """Keep what was read into a folder; the folder is moved.

        Parameters
        ----------
        part
            Holds ``attributes.arrow`` and perhaps ``geometry.arrow``; on the same disk as the store.
        rejected
            The CSV of rejected rows, if there is one; it is copied.
        layer_id
            A free id of the right form; a new one if it is empty.

        Raises
        ------
        OSError
            Nothing is kept then.
        """
        if part.is_symlink() or (rejected is not None and rejected.is_symlink()):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        layer_id = layer_id or self._new_id()
        stored = StoredLayer(layer_id, facts, facts.title[:_MAX_TITLE], style, look)
        making = self.new_folder()
        try:
            part.replace(making / str(stored.generation))
            if rejected is not None:
                shutil.copyfile(rejected, making / REJECTED)
            self._write(making, stored)
            making.replace(self._root / layer_id)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        sync_folder(self._root)
        return stored

    def table_folder(self, stored: StoredLayer) -> Path:
        """Return the folder that `FeatureTable.open` maps."""
        return self._root / stored.id / str(stored.generation)

    def rejected_file(self, layer_id: str) -> Path | None:
        """Return the CSV of rows that could not be read; None if there were none."""
        path = self._root / layer_id / REJECTED
        # A link would have the user hand on a file that he does not mean.
        return path if path.is_file() and not path.is_symlink() else None

    def save(self, stored: StoredLayer) -> None:
        """Keep title, style and filter of a layer; raises OSError, the old record stays then."""
        self._write(self._root / stored.id, stored)

    def save_rows(self, stored: StoredLayer, table: FeatureTable, facts: LayerFacts) -> StoredLayer:
        """Keep other rows for a layer, e.g. with positions; raises OSError, the old ones stay then."""
        from jjjmap.layers.feature_table import write_table

        changed = replace(stored, facts=facts, generation=stored.generation + 1)
        folder = self.new_folder()
        target = self.table_folder(changed)
        try:
            write_table(folder, table)
            if target.exists():  # Of a program that was killed before its record named it.
                shutil.rmtree(target)
            folder.replace(target)
            self.save(changed)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        # Where it is still mapped and the system minds, it goes with the layer.
        shutil.rmtree(self.table_folder(stored), ignore_errors=True)
        return changed

    def remove(self, layer_id: str) -> Path:
        """Take a layer out; return what `restore` and `purge` need. Raises OSError."""
        removed = self._root / f".old-{os.getpid()}-{secrets.token_hex(6)}"
        (self._root / layer_id).replace(removed)
        return removed

    def restore(self, removed: Path) -> StoredLayer:
        """Take a removal back; raises OSError or ValueError."""
        said = _json_of(removed / RECORD)
        layer_id = str(said.get("id", ""))
        if not _LAYER_FOLDER.fullmatch(layer_id):
            raise ValueError("no layer id")
        removed.replace(self._root / layer_id)
        return self._read(self._root / layer_id)

    def purge(self, removed: Path) -> None:
        """Delete what was removed, for good."""
        shutil.rmtree(removed, ignore_errors=True)

    def _new_id(self) -> str:
        while True:
            layer_id = f"{LAYER_PREFIX}{secrets.token_hex(4)}"
            if not (self._root / layer_id).exists():
                return layer_id

    def _read(self, folder: Path) -> StoredLayer:
        # Imported here: most starts have no layer of the user's to read.
        from jjjmap.layers.opening.records_json import from_json, sound_text
        from jjjmap.layers.styling.style_json import style_from_json

        if folder.resolve() != self._root.resolve() / folder.name:
            # What is kept or deleted in it would be somewhere else.
            raise ValueError("a link to another folder")
        said = _json_of(folder / RECORD)
        if said.get("version") != VERSION:
            raise ValueError(f"version {said.get('version')!r}")
        shown_filter, generation = said.get("filter"), said.get("generation", 1)
        if type(generation) is not int or not 1 <= generation <= _MAX_GENERATION:
            raise ValueError("no generation")
        return StoredLayer(
            folder.name,
            _checked_facts(from_json(LayerFacts, said.get("facts"))),
            sound_text(said.get("title", ""))[:_MAX_TITLE],
            style_from_json(said.get("style")),
            _checked_look(from_json(LayerStyle, said.get("look"))),
            shown_filter if isinstance(shown_filter, dict) else None,
            generation,
        )

    def _write(self, folder: Path, stored: StoredLayer) -> None:
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
        }
        # Names of columns may hold half characters; ASCII escapes carry them.
        data = json.dumps(said, indent=1).encode("ascii")
        if len(data) > _MAX_RECORD_BYTES:  # Nothing is kept that could not be read again.
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        replace_file(folder / RECORD, data)


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


def _json_of(path: Path) -> dict[str, Any]:
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


def _is_abandoned(folder: Path) -> bool:
    """Whether a folder is of a program that is gone."""
    found = _UNFINISHED.fullmatch(folder.name)
    if found is None:
        return False
    if sys.platform == "win32":
        # No harmless way to ask for a process there; nothing is read for a whole day.
        return time.time() - folder.stat().st_mtime > _DAY_SECONDS
    try:
        os.kill(int(found[1]), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return int(found[1]) == os.getpid()


def _broken_finding(where: str, error: Exception) -> Finding:
    return Finding(
        Severity.ERROR,
        "user-layer-broken",
        where,
        _("“我的数据”里的这个图层读不出来：{reason}").format(reason=error),
        _("它的文件没有改动；请重新打开原来的数据文件。"),
    )
