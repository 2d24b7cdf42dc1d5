"""The process in which projects are unpacked: hostile bytes meet SQLite, Arrow and GDAL there."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import sqlite3
import threading
import traceback
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from jjjmap.errors import LibraryUnusable, ProjectUnusable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _, use_language
from jjjmap.project.file_format import OWN_TABLES, PROJECT_VERSION, brought_forward
from jjjmap.project.hostile_database import HostileDatabase, TableAltered, reachable
from jjjmap.project.layer_reading import LayerUnpacker
from jjjmap.project.library_reading import LibraryUnpacker
from jjjmap.project.library_tables import library_statements
from jjjmap.project.opening import LAYERS, LIBRARY
from jjjmap.project.paths_within import sound_path
from jjjmap.project.stamps import FileStamp, stamp_of
from jjjmap.project.state import ProjectState
from jjjmap.project.state_json import state_from_json, state_to_json
from jjjmap.text.store.schema import SCHEMA_VERSION
from jjjmap.worker_process import run_worker

logger = logging.getLogger(__name__)

_MAX_FACTS = 1_000
_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_MAX_VERSION_DIGITS = 9


class _Stamping(threading.Thread):
    """Stamps a file while it is unpacked: most of the time goes into reading it."""

    def __init__(self, path: Path) -> None:
        super().__init__(name="stamping", daemon=True)
        self._path = path
        self._stamp: FileStamp | None = None

    def run(self) -> None:
        try:
            self._stamp = stamp_of(self._path)
        except OSError as exc:
            logger.warning("the file cannot be read to its end: %s", exc)

    def result(self) -> FileStamp:
        """Return the stamp; raises ProjectUnusable if the file is another one meanwhile."""
        self.join()
        try:
            now = self._path.stat()
        except OSError as exc:
            raise ProjectUnusable(self._path, "no-access", exc.strerror or "") from exc
        if self._stamp is None or (now.st_size, now.st_mtime_ns) != (self._stamp.size, self._stamp.mtime_ns):
            raise ProjectUnusable(self._path, "damaged", _("读的时候它在变"))
        return self._stamp


def unpack(
    path: Path, folder: Path, scratch: Path, known: Collection[str], tell: Callable[[float], None]
) -> dict[str, Any]:
    """Unpack a project into a folder; see `opening.open_project`.

    Raises
    ------
    ProjectUnusable, TableAltered, sqlite3.Error, OSError
        It cannot be read, or the folder not be written.
    """
    stamping = _Stamping(path)
    source, is_copy = reachable(path, scratch)
    stamping.start()
    statements = {**OWN_TABLES, **library_statements()}
    shares = {LAYERS: 0.0, LIBRARY: 0.0}
    telling = threading.Lock()

    def tell_of(part: str, share: float) -> None:
        with telling:
            shares[part] = share
            tell(0.02 + 0.48 * sum(shares.values()))

    def unpack_layers() -> tuple[int, list[Finding]]:
        # A connection is for one thread.
        with contextlib.closing(HostileDatabase(source, is_copy, statements)) as database:
            layers = LayerUnpacker(path, database, source, folder / LAYERS, scratch)
            ids = layers.unpack(lambda share: tell_of(LAYERS, share))
            return len(ids), layers.findings

    with contextlib.closing(HostileDatabase(source, is_copy, statements)) as database:
        facts, version = _facts(path, database)
        state, findings = _state(path, facts, version)
        (folder / LAYERS).mkdir(mode=0o700)
        # Both wait for the disk and for what inflates most of the time, and take turns with the rest.
        with ThreadPoolExecutor(1, "layers") as aside:
            unpacked_layers = aside.submit(unpack_layers)
            # What lies in a journal beside the file is in no hash of it.
            is_known = not is_copy and stamping.result().sha256 in known
            library = LibraryUnpacker(path.name, database, path.parent, folder / LIBRARY, is_known=is_known)
            documents = library.unpack(lambda share: tell_of(LIBRARY, share))
            layers, found_in_layers = unpacked_layers.result()
    stamp = stamping.result()
    return {
        "state": state_to_json(state),
        "stamp": [stamp.size, stamp.mtime_ns, stamp.sha256],
        "findings": [each.to_dict() for each in (*findings, *found_in_layers, *library.findings)],
        "layers": layers,
        "documents": documents,
        "saved": facts.get("saved", ""),
        "program": facts.get("program", ""),
        "version": version,
    }


def _facts(path: Path, database: HostileDatabase) -> tuple[dict[str, str], int]:
    """Return what the file says of itself, and its version; raises ProjectUnusable."""
    if not database.statement("jjjmap_project"):
        raise ProjectUnusable(path, "not-a-project")
    facts = {}
    for number, (key, value) in enumerate(database.rows("jjjmap_project", "key, value")):
        if number < _MAX_FACTS and isinstance(key, str) and isinstance(value, str):
            facts[key] = value
    for name, known in (("version", PROJECT_VERSION), ("library_version", SCHEMA_VERSION)):
        said = facts.get(name, "")
        if not (said.isascii() and said.isdigit() and len(said) <= _MAX_VERSION_DIGITS and int(said)):
            raise ProjectUnusable(path, "altered", "jjjmap_project")
        if int(said) > known:
            raise ProjectUnusable(path, "newer", said)
    return facts, int(facts["version"])


def _state(path: Path, facts: dict[str, str], version: int) -> tuple[ProjectState, list[Finding]]:
    try:
        said = json.loads(facts.get("state", ""))
        if isinstance(said, dict):
            said = brought_forward(said, version)
    except (ValueError, RecursionError):
        said = None
    state, wrong = state_from_json(said)
    sources = tuple(replace(source, path=sound_path(source.path)) for source in state.sources)
    findings = []
    if wrong:
        findings.append(
            Finding(
                Severity.WARNING,
                "project-state",
                path.name,
                _("项目里记的窗口状态有几处不对（{names}），已用默认值代替。").format(
                    names=_("、").join(wrong)
                ),
            )
        )
    return replace(state, sources=sources), findings


def answer(request: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Answer the one request of `opening.open_project`."""
    use_language(Language(request["language"]))
    path, folder, scratch = (Path(str(request[name])) for name in ("path", "folder", "scratch"))
    try:
        return unpack(path, folder, scratch, tuple(request["known"]), progress)
    except ProjectUnusable as exc:
        return {"unusable": exc.reason, "detail": exc.detail}
    except TableAltered as exc:
        return {"unusable": "altered", "detail": exc.table}
    except sqlite3.Error as exc:
        return {"unusable": "damaged", "detail": str(exc)}
    except UnicodeDecodeError:
        # What SQLite says of a broken schema holds bytes of it.
        return {"unusable": "damaged", "detail": "SQLite"}
    except LibraryUnusable as exc:
        return {"unusable": "no-space", "detail": exc.reason}
    except OSError as exc:
        reason = "no-space" if exc.errno in _FULL else "no-access"
        return {"unusable": reason, "detail": exc.strerror or type(exc).__name__}
    except MemoryError:
        raise
    except Exception as exc:
        # Whatever a hostile file made a library raise: the program is told.
        place = traceback.extract_tb(exc.__traceback__)[-1]
        detail = f"{type(exc).__name__}: {exc}"[:200]
        return {"unusable": "damaged", "detail": f"{detail} ({Path(place.filename).name}:{place.lineno})"}


if __name__ == "__main__":
    run_worker(answer)
