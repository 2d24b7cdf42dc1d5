"""Layouts of the window with a seal: Qt reads one without looking, so it gets only what it wrote here itself.

Bytes of somebody else's, as a project may hold them, make `QMainWindow.restoreState` end the program.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from pathlib import Path

from jjjmap.atomic_files import replace_file

logger = logging.getLogger(__name__)

_KEY_BYTES = 32


class LayoutSeal:
    """Seals layouts, and knows its own seal again.

    Parameters
    ----------
    path
        Where the key is kept; it is made when the first layout is sealed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key = b""

    def seal(self, layout: str) -> str:
        """Return a layout as a project keeps it; empty if there is none."""
        if not layout:
            return ""
        self._key = self._key or self._read() or self._make()
        return f"{self._seal_of(layout)}:{layout}"

    def unseal(self, said: str) -> str:
        """Return the layout that was sealed on this computer; empty for any other."""
        self._key = self._key or self._read()
        seal, _colon, layout = said.partition(":")
        if not self._key or not hmac.compare_digest(seal.encode(), self._seal_of(layout).encode()):
            return ""
        return layout

    def _seal_of(self, layout: str) -> str:
        return hmac.new(self._key, layout.encode(), hashlib.sha256).hexdigest()

    def _read(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                key = file.read(_KEY_BYTES + 1)
        except FileNotFoundError:
            return b""
        except OSError as exc:
            logger.warning("layouts of earlier projects are not known: %s", exc)
            return b""
        return key if len(key) == _KEY_BYTES else b""

    def _make(self) -> bytes:
        key = secrets.token_bytes(_KEY_BYTES)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self._path, key)
            self._path.chmod(0o600)
        except OSError as exc:
            logger.warning("layouts are known until the program ends: %s", exc)
        return key
