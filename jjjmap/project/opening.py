"""Opens a project: what is in its file comes into a working folder, by way of a process of its own."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jjjmap.errors import ProjectUnusable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import language
from jjjmap.layers.opening.reading_worker import FILE_BYTES, memory_cap
from jjjmap.project.file_format import project_title
from jjjmap.project.known_files import known_hashes, remember_file
from jjjmap.project.leftovers import remove_leftovers
from jjjmap.project.reasons import REASONS
from jjjmap.project.stamps import FileStamp, stamp_of
from jjjmap.project.state import ProjectState
from jjjmap.project.state_json import state_from_json
from jjjmap.worker_process import WorkerProcess, WorkerStopped

logger = logging.getLogger(__name__)

OPEN_SECONDS = 600.0
LAYERS, LIBRARY = "layers", "library.sqlite"
"""What a working folder gets."""
_MAX_FINDINGS = 10_000


@dataclass(frozen=True, slots=True)
class OpenedProject:
    """What was in a project's file beside layers and library, and what was wrong with it."""

    state: ProjectState
    """Paths of sources are relative to the project's folder, or empty."""
    stamp: FileStamp
    """Of the file as it was read; `saving.save_project` asks for it."""
    findings: tuple[Finding, ...]
    layers: int
    documents: int
    title: str
    saved: str
    """ISO 8601, UTC."""
    version: int
    """Of the format."""
    program: str
    """What wrote it, e.g. ``jjjmap 0.7.0``."""


def open_project(
    path: Path,
    folder: Path,
    *,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
    seconds: float = OPEN_SECONDS,
) -> OpenedProject:
    """Unpack a project.

    Parameters
    ----------
    path
        Is opened for reading only, and never changed; nor is anything made beside it.
    folder
        Existing, private and without `LAYERS` and `LIBRARY`, which it gets; when this raises it has neither.
    progress
        Told the share that is done, 0…1.
    cancelled
        Asked some twenty times a second.
    seconds
        After which the file is given up.

    Returns
    -------
    OpenedProject
        What was broken is left out, and told in its findings.

    Raises
    ------
    ProjectUnusable
        With one of `reasons.REASONS`.
    """
    if not path.is_file():
        raise ProjectUnusable(path, "missing" if not path.exists() else "not-a-project")
    remove_leftovers(path.parent)
    try:
        with tempfile.TemporaryDirectory(
            prefix=".scratch-", dir=folder, ignore_cleanup_errors=True
        ) as scratch:
            answer = _ask(path, folder, Path(scratch), progress, cancelled, seconds)
            opened = _understood(path, answer)
        # Asked of the disk once more: the worker met hostile bytes, and its word decides about one file only.
        if not opened.findings and stamp_of(path).sha256 == opened.stamp.sha256:
            remember_file(opened.stamp.sha256)
        return opened
    except OSError as exc:
        _empty(folder)
        raise ProjectUnusable(path, "no-access", exc.strerror or type(exc).__name__) from exc
    except BaseException:
        _empty(folder)
        raise


def _ask(
    path: Path,
    folder: Path,
    scratch: Path,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
    seconds: float,
) -> dict[str, Any]:
    if cancelled():
        raise ProjectUnusable(path, "cancelled")
    worker = WorkerProcess("jjjmap.project.opening_worker", memory_bytes=memory_cap(), file_bytes=FILE_BYTES)
    request = {
        "path": str(path.absolute()),
        "folder": str(folder.absolute()),
        "scratch": str(scratch.absolute()),
        "language": language().value,
        "known": known_hashes(),
    }
    try:
        answer = worker.ask(request, seconds, progress=progress, cancelled=cancelled)
    except WorkerStopped as exc:
        raise ProjectUnusable(path, exc.reason, f"{seconds:g}" if exc.reason == "timeout" else "") from exc
    finally:
        # What it wrote is closed when it answers; to let it end by itself would only take longer.
        worker.end(gently=False)
    if "unreadable" in answer:  # What `worker_process` itself says.
        raise ProjectUnusable(path, "out-of-memory")
    if "unusable" in answer:
        reason, detail = str(answer["unusable"]), str(answer.get("detail", ""))[:400]
        logger.warning("project %s: %s %s", path.name, reason, detail)
        raise ProjectUnusable(path, reason if reason in REASONS else "damaged", detail)
    return answer


def _understood(path: Path, answer: dict[str, Any]) -> OpenedProject:
    """Return what the worker said, which met hostile bytes."""
    try:
        state, _wrong = state_from_json(answer["state"])
        size, mtime_ns, sha256 = answer["stamp"]
        return OpenedProject(
            state,
            FileStamp(int(size), int(mtime_ns), str(sha256)),
            tuple(_finding(said) for said in answer["findings"][:_MAX_FINDINGS]),
            int(answer["layers"]),
            int(answer["documents"]),
            project_title(path),
            str(answer["saved"])[:40],
            int(answer["version"]),
            str(answer["program"])[:40],
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise ProjectUnusable(path, "crashed") from exc


def _finding(said: dict[str, str]) -> Finding:
    return Finding(Severity(said["severity"]), said["code"], said["where"], said["message"], said["hint"])


def _empty(folder: Path) -> None:
    shutil.rmtree(folder / LAYERS, ignore_errors=True)
    for end in ("", "-wal", "-shm", "-journal"):
        (folder / f"{LIBRARY}{end}").unlink(missing_ok=True)
