"""Content-Security-Policies: what one allows, and whether it keeps a page to itself."""

from __future__ import annotations

import base64
import hashlib
import re

_FETCHING = frozenset(
    {
        "connect-src", "font-src", "frame-src", "child-src", "worker-src", "manifest-src", "media-src",
        "object-src", "prefetch-src", "frame-ancestors",
    }
)  # fmt: skip
"""Directives that may stand in a policy if they refuse everything."""


def script_hash(script: str) -> str:
    """Return the word by which a policy allows a script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def asks_for_nothing(directives: dict[str, str]) -> bool:
    """Whether a policy, scripts aside, lets a page reach nothing outside its file."""
    asked = {**directives}
    return (
        asked.pop("default-src", "") == "'none'"
        and asked.pop("base-uri", "") == "'none'"
        and asked.pop("form-action", "") == "'none'"
        and asked.pop("style-src", "'none'") in ("'none'", "'unsafe-inline'")
        and asked.pop("img-src", "'none'") in ("'none'", "data:")
        and all(name in _FETCHING and sources == "'none'" for name, sources in asked.items())
    )


def is_script_hash(word: str) -> bool:
    """Whether a word of a policy allows one script and nothing else."""
    return re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", word) is not None


def directives_of(policy: str) -> dict[str, str]:
    """Return the sources by the name of their directive."""
    found: dict[str, str] = {}
    for part in policy.split(";"):
        name, _space, values = part.strip().partition(" ")
        if name:
            found.setdefault(name, " ".join(values.split()))  # As in a browser: the first one holds.
    return found
