"""What a project file is: a GeoPackage, and in it tables of our own, each made by exactly one statement.

==================  =======================================================================================
layers' own tables  rows and positions as any program reads them; triggers note what others change in them
documents …         what was read in the documents, for other programs to look at: nothing is read back
jjjmap_project      version, and the state as JSON
jjjmap_layers       a row a layer: its record, and how its columns are called in its own table
jjjmap_chunks       the files of the layers as they are, in compressed pieces
jjjmap_library_…    the tables of the library, but for what can be made from them again
jjjmap_edited       layers whose own table was changed since
==================  =======================================================================================

A reader takes a table only if its statement is the one that stands here: views, virtual tables and columns
that reckon something are never asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jjjmap.i18n import _
from jjjmap.layers.feature_ids import LAYER_PREFIX

PROJECT_SUFFIX = ".jjj.gpkg"
PROJECT_VERSION = 1
"""Raised when an older program could no longer read a file."""

HEAD_BYTES = 100
"""Of the header of an SQLite file."""
CHUNK_BYTES = 4 << 20
"""Of a layer's file, before it is compressed."""
ATTRIBUTES, GEOMETRY, REJECTED = "attributes.arrow", "geometry.arrow", "rejected.csv"
LAYER_FILES = (ATTRIBUTES, GEOMETRY, REJECTED)
LAYER_ID = re.compile(rf"{LAYER_PREFIX}[0-9a-f]{{8}}")

PROJECT_TABLE = "CREATE TABLE jjjmap_project (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
LAYERS_TABLE = (
    "CREATE TABLE jjjmap_layers (id TEXT PRIMARY KEY, table_name TEXT NOT NULL, statement TEXT NOT NULL,"
    " columns TEXT NOT NULL, record TEXT NOT NULL)"
)
CHUNKS_TABLE = (
    "CREATE TABLE jjjmap_chunks (layer TEXT NOT NULL, file TEXT NOT NULL, number INTEGER NOT NULL,"
    " size INTEGER NOT NULL, checksum INTEGER NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY (layer, file, number))"
)
EDITED_TABLE = "CREATE TABLE jjjmap_edited (layer TEXT NOT NULL)"
OWN_TABLES = {
    "jjjmap_project": PROJECT_TABLE,
    "jjjmap_layers": LAYERS_TABLE,
    "jjjmap_chunks": CHUNKS_TABLE,
    "jjjmap_edited": EDITED_TABLE,
}
"""By name; those of the library stand in `library_tables`."""

_NAME = re.compile(rf".+{re.escape(PROJECT_SUFFIX)}(?:~[1-9])?", re.IGNORECASE | re.DOTALL)
_SQLITE, _GEOPACKAGE, _GEOPACKAGE_AT = b"SQLite format 3\0", b"GPKG", 68

Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: tuple[Migration, ...] = ()
"""What brings the state of version n (from 1) to n + 1; never changed once released, only added to."""


def is_project(path: Path) -> bool:
    """Whether a file is a project, or a former version of one, by its name and its head."""
    if not has_project_name(path):
        return False
    try:
        with path.open("rb") as file:
            return is_geopackage(file.read(HEAD_BYTES))
    except OSError:
        return False


def has_project_name(path: Path) -> bool:
    """Whether a file is called as projects, or former versions of one, are."""
    return _NAME.fullmatch(path.name) is not None


def is_geopackage(head: bytes) -> bool:
    """Whether a file with this head is a GeoPackage."""
    return head.startswith(_SQLITE) and head[_GEOPACKAGE_AT:].startswith(_GEOPACKAGE)


def project_title(path: Path) -> str:
    """Return what a project is called: its file's name without the end."""
    found = re.fullmatch(rf"(.+?)(?:{re.escape(PROJECT_SUFFIX)})?(?:~[1-9])?", path.name, re.I | re.S)
    return found[1] if found else path.name


def triggers(layer_id: str, table_name: str) -> dict[str, str]:
    """Return statements that have changes of a layer's table noted, by the names of what they make."""
    table = quoted(table_name)
    return {
        f"jjjmap_{layer_id}_{act}": (
            f"CREATE TRIGGER {quoted(f'jjjmap_{layer_id}_{act}')} AFTER {act.upper()} ON {table} BEGIN"
            # Without a constraint: the policy of whoever changes the table would hold for it.
            f" INSERT INTO jjjmap_edited SELECT '{layer_id}'"
            f" WHERE NOT EXISTS (SELECT 1 FROM jjjmap_edited WHERE layer = '{layer_id}'); END"
        )
        for act in ("insert", "update", "delete")
    }


def reading_triggers(table_name: str) -> list[str]:
    """Return statements that keep other programs from changing a table that nothing is read back from."""
    table = quoted(table_name)
    said = _("这张表只供查看；请在 jjjmap 里修改。").replace("'", "''")
    return [
        f"CREATE TRIGGER {quoted(f'jjjmap_{table_name}_{act}')} BEFORE {act.upper()} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
        for act in ("insert", "update", "delete")
    ]


def quoted(name: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def brought_forward(state: dict[str, Any], version: int) -> dict[str, Any]:
    """Return the state of an older file as this version says it."""
    for migrate in MIGRATIONS[version - 1 :]:
        state = migrate(state)
    return state
