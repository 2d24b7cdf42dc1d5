"""Layers out of a project's file; only ever inside the worker process."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jjjmap.errors import LayerUnreadable, ProjectUnusable, RowsUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.provenance import NO_GENERATION
from jjjmap.layers.stored_layer import read_record
from jjjmap.layers.user_layer import open_table
from jjjmap.layers.user_layer_store import RECORD, StoredLayer, UserLayerStore
from jjjmap.project.feature_reading import read_features
from jjjmap.project.file_format import (
    CHUNK_BYTES,
    LAYER_FILES,
    LAYER_ID,
    REJECTED,
    triggers,
)
from jjjmap.project.hostile_database import HostileDatabase, texts

logger = logging.getLogger(__name__)

MAX_LAYERS = 1_000
MAX_INFLATED_BYTES = 16 << 30
"""Of all files of all layers."""
_RESERVED_BYTES = 256 << 20
_MAX_COLUMNS = 10_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """A layer as the file tells of it."""

    id: str
    table_name: str
    statement: str
    columns: tuple[tuple[str, str], ...]
    record: dict[str, Any]

    @property
    def title(self) -> str:
        """What it is called, for findings."""
        return str(self.record.get("title", ""))[:100]


class _Broken(Exception):
    """The exact rows of a layer cannot be read; the reason is for the log."""


class LayerUnpacker:
    """Brings the layers of a project into a folder.

    Parameters
    ----------
    path
        The project's file, for errors.
    source
        The same under a neutral name, for the driver.
    folder
        Exists; gets a folder for each layer.
    scratch
        A private folder.
    """

    def __init__(
        self, path: Path, database: HostileDatabase, source: Path, folder: Path, scratch: Path
    ) -> None:
        self._path = path
        self._database = database
        self._source = source
        self._folder = folder
        self._scratch = scratch
        self._store = UserLayerStore(folder)
        self.findings: list[Finding] = []
        self._anew: set[str] = set()
        """Layers whose rows are not those that were saved."""

    def unpack(self, tell: Callable[[float], None]) -> list[str]:
        """Unpack all layers that can be read; return their ids, in the order of the file.

        Raises
        ------
        ProjectUnusable
            ``too-large`` or ``no-space``.
        sqlite3.Error, TableAltered
            Not even the list of layers can be read.
        OSError
            The folder cannot be written.
        """
        self._check_size()
        edited = {row[0] for row in self._database.rows("jjjmap_edited", "layer")}
        entries = self._entries()
        for entry in entries:
            record = {**entry.record, "id": entry.id, "generation": 1, "source": None}
            (self._folder / entry.id).mkdir(mode=0o700)
            (self._folder / entry.id / RECORD).write_text(json.dumps(record), "ascii")
        # Whatever the records say is checked where they are always read.
        layers, _broken = self._store.load()
        sound = {stored.id: stored for stored in layers}
        kept = []
        for number, entry in enumerate(entries):
            tell(number / len(entries))
            if entry.id not in sound:
                self._give_up(entry)
            elif self._unpack_one(entry, sound[entry.id], self._is_edited(entry, edited)):
                kept.append(entry.id)
        self._note_changes(kept)
        return kept

    def _note_changes(self, layer_ids: Sequence[str]) -> None:
        """Let layers that analyses made of rows that are other ones now be known to be out of date."""
        for layer_id in layer_ids if self._anew else ():
            stored = read_record(self._folder / layer_id)
            if stored.provenance is None:
                continue
            inputs = tuple(
                replace(note, generation=NO_GENERATION) if note.layer_id in self._anew else note
                for note in stored.provenance.inputs
            )
            notes = stored.provenance.notes
            if layer_id in self._anew:
                notes += (_("这些行后来在别的程序里改过或读坏过，不再全是这次分析算出的。"),)
            told = replace(stored.provenance, inputs=inputs, notes=notes)
            self._store.save(replace(stored, provenance=told))

    # -- What the file says ------------------------------------------------------------------------

    def _check_size(self) -> None:
        sizes = [size for (size,) in self._database.rows("jjjmap_chunks", "size")]
        if any(type(size) is not int or not 0 < size <= CHUNK_BYTES for size in sizes):
            raise ProjectUnusable(self._path, "altered", "jjjmap_chunks")
        total = sum(sizes)
        if total > MAX_INFLATED_BYTES:
            raise ProjectUnusable(self._path, "too-large", f"{total >> 20} MB")
        if shutil.disk_usage(self._folder).free < total + _RESERVED_BYTES:
            raise ProjectUnusable(self._path, "no-space", f"{total >> 20} MB")

    def _entries(self) -> list[_Entry]:
        found: dict[str, _Entry] = {}
        wrong = 0
        columns = "id, table_name, statement, columns, record"
        for row in self._database.rows("jjjmap_layers", columns, "ORDER BY rowid"):
            try:
                entry = _entry(row)
            except (ValueError, RecursionError) as exc:
                logger.warning("a layer of the project is passed over: %s", exc)
                wrong += 1
                continue
            if len(found) < MAX_LAYERS:
                found.setdefault(entry.id, entry)
        if wrong:
            self.findings.append(
                Finding(
                    Severity.ERROR,
                    "project-layer-broken",
                    self._path.name,
                    _("项目里有 {n} 个图层的记录坏了，没有打开。").format(n=wrong),
                    _("可用“恢复旧版本”打开上一个版本。"),
                )
            )
        return list(found.values())

    def _is_edited(self, entry: _Entry, edited: set[Any]) -> bool:
        """Whether somebody changed a layer's own table, or may have: its guards are not what they were."""
        if not self._database.statement(entry.table_name):
            return False  # There is nothing to read; that is told when it has been unpacked.
        return (
            entry.id in edited
            or self._database.statement(entry.table_name) != entry.statement
            or any(
                self._database.statement(name, "trigger") != sql
                for name, sql in triggers(entry.id, entry.table_name).items()
            )
        )

    # -- One layer ---------------------------------------------------------------------------------

    def _unpack_one(self, entry: _Entry, stored: StoredLayer, is_edited: bool) -> bool:
        is_gone = not self._database.statement(entry.table_name)
        if is_edited:
            message = _("图层“{title}”在别的程序（如 QGIS）里改过，已按改后的内容读入。")
            return self._read_anew(entry, stored, ("project-layer-edited", message))
        try:
            self._unpack_files(entry)
            open_table(self._store, stored)
        except (_Broken, RowsUnreadable, sqlite3.Error) as exc:
            logger.warning("rows of %s cannot be read: %s", entry.id, exc)
            if is_gone:
                return self._give_up(entry)
            message = _("图层“{title}”保存的数据坏了，已改从项目里供 QGIS 用的那份读取，请核对。")
            return self._read_anew(entry, stored, ("project-layer-mended", message))
        if is_gone:
            message = _("图层“{title}”在别的程序里被删除或改名；这里仍按上次保存的打开。")
            self._tell(entry, Severity.INFO, "project-layer-table-gone", message)
        return True

    def _read_anew(self, entry: _Entry, stored: StoredLayer, told: tuple[str, str]) -> bool:
        try:
            findings = read_features(
                self._source, entry.table_name, dict(entry.columns), stored, self._store, self._scratch
            )
        except LayerUnreadable as exc:
            logger.warning("table of %s cannot be read: %s", entry.id, exc)
            return self._give_up(entry)
        self._anew.add(entry.id)
        self._tell(entry, Severity.WARNING, *told)
        self.findings.extend(findings)
        return True

    def _give_up(self, entry: _Entry) -> bool:
        shutil.rmtree(self._folder / entry.id)
        message = _("图层“{title}”坏了，没有打开；其余的照常。")
        hint = _("可用“恢复旧版本”打开上一个版本，或再打开原来的数据文件。")
        self._tell(entry, Severity.ERROR, "project-layer-broken", message, hint)
        return False

    def _tell(self, entry: _Entry, severity: Severity, code: str, message: str, hint: str = "") -> None:
        title = entry.title or entry.id
        self.findings.append(Finding(severity, code, entry.id, message.format(title=title), hint))

    # -- Files -------------------------------------------------------------------------------------

    def _unpack_files(self, entry: _Entry) -> None:
        room = self._folder / entry.id
        (room / "1").mkdir(mode=0o700)
        for name in LAYER_FILES:
            pieces = self._database.rows(
                "jjjmap_chunks",
                "number, size, checksum, data",
                "WHERE layer = ? AND file = ? ORDER BY number",
                (entry.id, name),
            )
            _write_pieces(pieces, room / REJECTED if name == REJECTED else room / "1" / name)


def _write_pieces(pieces: Iterator[tuple[Any, ...]], target: Path) -> None:
    """Put a file together; none is made if there are no pieces. Raises _Broken."""
    import pyarrow as pa

    codec = pa.Codec("zstd")
    file = None
    try:
        for expected, (number, size, checksum, data) in enumerate(pieces):
            if number != expected or not isinstance(data, bytes):
                raise _Broken(f"piece {expected} of {target.name} is missing")
            try:
                content = codec.decompress(data, decompressed_size=size)
            except (OSError, ValueError) as exc:  # Arrow's own errors are among these.
                raise _Broken(f"piece {expected} of {target.name}: {exc}") from exc
            if len(content) != size or zlib.crc32(content) != checksum:
                raise _Broken(f"piece {expected} of {target.name} is another one")
            file = file or target.open("wb")
            file.write(content)
    finally:
        if file is not None:
            file.close()


def _entry(row: tuple[Any, ...]) -> _Entry:
    """Return a layer as a row tells of it; raises ValueError or RecursionError."""
    if not texts(row):
        raise ValueError("no texts")
    layer_id, table_name, statement, columns, record = row
    if not LAYER_ID.fullmatch(layer_id) or "\0" in table_name:
        raise ValueError("no id")
    named, said = json.loads(columns), json.loads(record)
    if not isinstance(said, dict) or not isinstance(named, list) or len(named) > _MAX_COLUMNS:
        raise ValueError("no record")
    if not all(isinstance(pair, list) and len(pair) == 2 and texts(tuple(pair)) for pair in named):
        raise ValueError("no columns")
    return _Entry(layer_id, table_name, statement, tuple((there, here) for there, here in named), said)
