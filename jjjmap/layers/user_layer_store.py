"""The user's layers on disk: a folder each, whole or not there at all, kept from one start to the next.

::

    <layer id>/
        layer.json          what it is and how it looks; names the generation
        1/                  a generation of the data: attributes.arrow, geometry.arrow
        rejected.csv        rows that could not be read, if there were any
        rejected.csv~2      those of a generation that is not the one in use

Data are never written over: a change makes a new generation, and `layer.json` is replaced to name it. A
generation that is no longer named stays as long as somebody may want to go back to it.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import secrets
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.atomic_files import sync_folder
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.feature_ids import LAYER_PREFIX
from jjjmap.layers.opening.records import LayerFacts, LayerSource
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.stored_layer import MAX_TITLE, RECORD, StoredLayer, json_of, read_record, write_record
from jjjmap.layers.style import LayerStyle
from jjjmap.layers.styling.user_style import UserStyle

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable

logger = logging.getLogger(__name__)

__all__ = ["RECORD", "REJECTED", "StoredLayer", "UserLayerStore"]

REJECTED = "rejected.csv"

_LAYER_FOLDER = re.compile(rf"{LAYER_PREFIX}[0-9a-f]{{8}}")
_UNFINISHED = re.compile(r"\.(?:new|old)-(\d+)-[0-9a-f]+")
_DAY_SECONDS = 86_400.0
_GENERATION = re.compile(r"[1-9]\d{0,8}")


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
                    stored = self._read(folder)
                    layers.append(stored)
                    _remove_left_rows(folder, stored.generation)
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
        source: LayerSource | None = None,
        provenance: Provenance | None = None,
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
        source
            Where it was read from, if that is a file.
        provenance
            How it was made, if an analysis made it.

        Raises
        ------
        OSError
            Nothing is kept then.
        """
        if part.is_symlink() or (rejected is not None and rejected.is_symlink()):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        layer_id = layer_id or self._new_id()
        title = facts.title[:MAX_TITLE]
        stored = StoredLayer(layer_id, facts, title, style, look, source=source, provenance=provenance)
        making = self.new_folder()
        try:
            part.replace(making / str(stored.generation))
            if rejected is not None:
                shutil.copyfile(rejected, making / REJECTED)
            write_record(making, stored)
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
        write_record(self._root / stored.id, stored)

    def save_rows(
        self, stored: StoredLayer, table: FeatureTable, facts: LayerFacts, *, keeps_old: bool = False
    ) -> StoredLayer:
        """Keep other rows for a layer, e.g. with positions; raises OSError, the old ones stay then.

        Parameters
        ----------
        keeps_old
            Whether `switch_rows` may go back to the rows that it had; `drop_rows` deletes them.
        """
        from jjjmap.layers.feature_table import write_table

        folder = self.new_folder()
        try:
            write_table(folder, table)
            changed = replace(stored, facts=facts, generation=self._adopt_rows(stored.id, folder))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        try:
            self.save(changed)
        except BaseException:
            self.drop_rows(stored.id, changed.generation)
            raise
        if not keeps_old:
            # Where it is still mapped and the system minds, it goes with the layer.
            self.drop_rows(stored.id, stored.generation)
        return changed

    def adopt_rows(self, layer_id: str, part: Path, *, rejected: Path | None = None) -> int:
        """Keep what was read into a folder as rows that a layer may have; the folder is moved.

        Returns
        -------
        int
            Their generation; `switch_rows` has the layer take them.

        Raises
        ------
        OSError
            Nothing is kept then.
        """
        if part.is_symlink() or (rejected is not None and rejected.is_symlink()):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        generation = self._adopt_rows(layer_id, part)
        try:
            if rejected is not None:
                shutil.copyfile(rejected, self._root / layer_id / f"{REJECTED}~{generation}")
        except BaseException:
            self.drop_rows(layer_id, generation)
            raise
        return generation

    def switch_rows(self, before: StoredLayer, after: StoredLayer, *, with_rejected: bool = False) -> None:
        """Let a layer have other rows that are kept for it; raises OSError, it keeps those it had then.

        Parameters
        ----------
        before, after
            Two states of the layer, with different generations.
        with_rejected
            Whether rejected rows belong to either of them, rather than to both.
        """
        if not self.table_folder(after).is_dir():
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        self.save(after)
        if with_rejected:
            current = self._root / after.id / REJECTED
            for source, target in (
                (current, f"{REJECTED}~{before.generation}"),
                (current.with_name(f"{REJECTED}~{after.generation}"), REJECTED),
            ):
                if source.exists():
                    source.replace(source.with_name(target))

    def drop_rows(self, layer_id: str, generation: int) -> None:
        """Delete rows that a layer no longer has, for good."""
        shutil.rmtree(self._root / layer_id / str(generation), ignore_errors=True)
        (self._root / layer_id / f"{REJECTED}~{generation}").unlink(missing_ok=True)

    def remove(self, layer_id: str) -> Path:
        """Take a layer out; return what `restore` and `purge` need. Raises OSError."""
        removed = self._root / f".old-{os.getpid()}-{secrets.token_hex(6)}"
        (self._root / layer_id).replace(removed)
        return removed

    def restore(self, removed: Path) -> StoredLayer:
        """Take a removal back; raises OSError or ValueError."""
        said = json_of(removed / RECORD)
        layer_id = str(said.get("id", ""))
        if not _LAYER_FOLDER.fullmatch(layer_id):
            raise ValueError("no layer id")
        removed.replace(self._root / layer_id)
        return self._read(self._root / layer_id)

    def purge(self, removed: Path) -> None:
        """Delete what was removed, for good."""
        shutil.rmtree(removed, ignore_errors=True)

    def _adopt_rows(self, layer_id: str, part: Path) -> int:
        """Move a folder to where the next generation of a layer is; return its number."""
        folder = self._root / layer_id
        # Never a number again that a page may have been told: it would take old rows for new ones.
        kept = [int(each.name) for each in folder.iterdir() if _GENERATION.fullmatch(each.name)]
        generation = max(kept, default=0) + 1
        part.replace(folder / str(generation))
        return generation

    def _new_id(self) -> str:
        while True:
            layer_id = f"{LAYER_PREFIX}{secrets.token_hex(4)}"
            if not (self._root / layer_id).exists():
                return layer_id

    def _read(self, folder: Path) -> StoredLayer:
        if folder.resolve() != self._root.resolve() / folder.name:
            # What is kept or deleted in it would be somewhere else.
            raise ValueError("a link to another folder")
        return read_record(folder)


def _remove_left_rows(folder: Path, generation: int) -> None:
    """Remove rows that nobody can go back to: of a program that was killed, or that ended long ago."""
    for each in folder.iterdir():
        if not _GENERATION.fullmatch(each.name) or int(each.name) == generation or each.is_symlink():
            continue
        # Another window may have the same layers open, and its user wish to go back.
        if time.time() - each.stat().st_mtime > _DAY_SECONDS:
            shutil.rmtree(each, ignore_errors=True)


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
        _("“我的数据”里的这个图层读不出来：{reason}").format(reason=" ".join(str(error).split())[:160]),
        _("它的文件没有改动；请重新打开原来的数据文件。"),
    )
