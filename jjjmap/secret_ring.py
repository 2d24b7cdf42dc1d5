"""Secrets of the user: in the system's keyring where there is one, else in memory for as long as we run.

They are never written anywhere else, and never logged.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from jjjmap.masking import keep_secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

logger = logging.getLogger(__name__)

_SAFE_PRIORITY = 1
"""By keyring's own rule: what keeps passwords in plain files, or nowhere, is below."""


class SecretRing:
    """Knows secrets by account; may be asked from any thread.

    A keyring may ask the user to unlock it, and take its time: do not call from the thread of the window.

    Parameters
    ----------
    service
        What the secrets are for; the name that the user sees in the keyring.
    ring
        Where they outlast the program; None for the system's, if it has one.
    """

    def __init__(self, service: str, ring: KeyringBackend | None = None) -> None:
        self._service = service
        self._ring = ring
        self._ring_is_known = ring is not None
        self._here: dict[str, str] = {}
        self._lock = threading.Lock()
        # Another one: to look for a keyring takes its time, and what is in memory must not wait for it.
        self._ring_lock = threading.Lock()

    def outlast(self) -> bool:
        """Return whether the system has a place where secrets outlast the program."""
        return self._find_ring() is not None

    def find(self, account: str) -> str | None:
        """Return the secret of an account; None where none is known."""
        with self._lock:
            known = self._here.get(account)
        if known is not None:
            return known
        ring = self._find_ring()
        if ring is None:
            return None
        try:
            found = ring.get_password(self._service, account)
        except Exception as exc:  # Backends raise errors of their own kinds, and of the libraries below them.
            _tell("cannot be read", exc)
            return None
        if found:
            keep_secret(str(found))
        return str(found) if found else None

    def keep(self, account: str, secret: str, *, lasting: bool = False) -> bool:
        """Remember a secret.

        Parameters
        ----------
        lasting
            Whether it shall be put into the keyring as well; else it is gone with the program.

        Returns
        -------
        bool
            Whether it outlasts the program now.
        """
        keep_secret(secret)
        with self._lock:
            self._here[account] = secret
        ring = self._find_ring() if lasting and secret else None
        if ring is None:
            return False
        try:
            ring.set_password(self._service, account, secret)
        except Exception as exc:  # As in `find`; a user who does not unlock the keyring is one of them.
            _tell("takes no password", exc)
            return False
        return True

    def forget(self, account: str) -> None:
        """Remove a secret from memory and keyring; nothing happens where none is known."""
        with self._lock:
            self._here.pop(account, None)
        ring = self._find_ring()
        if ring is None:
            return
        try:
            if ring.get_password(self._service, account) is not None:
                ring.delete_password(self._service, account)
        except Exception as exc:  # As in `find`.
            _tell("does not forget", exc)

    def _find_ring(self) -> KeyringBackend | None:
        with self._ring_lock:
            if not self._ring_is_known:
                self._ring = _system_ring()
                self._ring_is_known = True
            return self._ring


def _system_ring() -> KeyringBackend | None:
    # Imported when a secret is wanted: it looks for backends all over the system.
    try:
        import keyring

        ring = keyring.get_keyring()
        is_safe = ring.priority >= _SAFE_PRIORITY
    except Exception as exc:  # As in `SecretRing.find`; also what a broken configuration of keyring raises.
        _tell("cannot be used", exc)
        return None
    return ring if is_safe else None


def _tell(trouble: str, error: Exception) -> None:
    # Its kind only: what a backend says may hold what it was given.
    logger.warning("the keyring %s: %s", trouble, type(error).__name__)
