"""Project files whose every record was found whole: as long as they do not change, none is decoded again.

A file gets there by being saved or opened by this program; it is known by the hash of all that is in it.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import jjjmap
from jjjmap.atomic_files import replace_file
from jjjmap.paths import work_folder
from jjjmap.project.file_format import PROJECT_VERSION
from jjjmap.text.store.schema import SCHEMA_VERSION

logger = logging.getLogger(__name__)

KEPT = 100
"""So many files are known, the last ones."""
_MOST_BYTES = 1 << 16
_RULES = f"{PROJECT_VERSION}/{SCHEMA_VERSION}/{jjjmap.__version__}"
"""By which they were found whole; others may find otherwise."""


def known_hashes() -> list[str]:
    """Return the hashes of files that were found whole by the rules of today."""
    try:
        with _path().open("rb") as file:
            said = json.loads(file.read(_MOST_BYTES))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as exc:
        logger.warning("it is not known which projects were whole: %s", exc)
        return []
    if not isinstance(said, dict) or said.get("rules") != _RULES or not isinstance(said.get("sha256"), list):
        return []
    return [each for each in said["sha256"] if isinstance(each, str)]


def remember_file(sha256: str) -> None:
    """Know a file from now on; a disk that refuses only makes the next opening slower."""
    hashes = [*(each for each in known_hashes() if each != sha256), sha256][-KEPT:]
    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, json.dumps({"rules": _RULES, "sha256": hashes}).encode("ascii"))
    except OSError as exc:
        logger.warning("the project will be checked again: %s", exc)


def _path() -> Path:
    return work_folder().with_name("known-projects.json")
