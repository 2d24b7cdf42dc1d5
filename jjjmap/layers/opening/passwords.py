"""Passwords of databases: in the system's keyring where there is one, else in memory for as long as we run.

They are never written anywhere else, and never logged.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from jjjmap.layers.opening.database_address import DatabaseAddress

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

logger = logging.getLogger(__name__)

SERVICE = "jjjmap PostGIS"
_SAFE_PRIORITY = 1
"""By keyring's own rule: what keeps passwords in plain files, or nowhere, is below."""


class Passwords:
    """Knows passwords by address; may be asked from any thread.

    A keyring may ask the user to unlock it, and take its time: do not call from the thread of the window.

    Parameters
    ----------
    ring
        Where they outlast the program; None for the system's, if it has one.
    """

    def __init__(self, ring: KeyringBackend | None = None) -> None:
        self._ring = ring
        self._ring_is_known = ring is not None
        self._here: dict[str, str] = {}
        self._lock = threading.Lock()

    def outlast(self) -> bool:
        """Return whether the system has a place where passwords outlast the program."""
        return self._find_ring() is not None

    def find(self, address: DatabaseAddress) -> str | None:
        """Return the password for an address; None where none is known."""
        with self._lock:
            known = self._here.get(_account(address))
        if known is not None:
            return known
        ring = self._find_ring()
        if ring is None:
            return None
        try:
            found = ring.get_password(SERVICE, _account(address))
        except Exception as exc:  # Backends raise errors of their own kinds, and of the libraries below them.
            _tell("cannot be read", exc)
            return None
        return str(found) if found else None

    def keep(self, address: DatabaseAddress, password: str, *, lasting: bool = False) -> bool:
        """Remember a password that worked.

        Parameters
        ----------
        lasting
            Whether it shall be put into the keyring as well; else it is gone with the program.

        Returns
        -------
        bool
            Whether it outlasts the program now.
        """
        with self._lock:
            self._here[_account(address)] = password
        ring = self._find_ring() if lasting and password else None
        if ring is None:
            return False
        try:
            ring.set_password(SERVICE, _account(address), password)
        except Exception as exc:  # As in `find`; a user who does not unlock the keyring is one of them.
            _tell("takes no password", exc)
            return False
        return True

    def forget(self, address: DatabaseAddress) -> None:
        """Remove a password from memory and keyring; nothing happens where none is known."""
        with self._lock:
            self._here.pop(_account(address), None)
        ring = self._find_ring()
        if ring is None:
            return
        try:
            if ring.get_password(SERVICE, _account(address)) is not None:
                ring.delete_password(SERVICE, _account(address))
        except Exception as exc:  # As in `find`.
            _tell("does not forget", exc)

    def _find_ring(self) -> KeyringBackend | None:
        with self._lock:
            if not self._ring_is_known:
                self._ring = _system_ring()
                self._ring_is_known = True
            return self._ring


def _system_ring() -> KeyringBackend | None:
    # Imported when a password is wanted: it looks for backends all over the system.
    try:
        import keyring

        ring = keyring.get_keyring()
        is_safe = ring.priority >= _SAFE_PRIORITY
    except Exception as exc:  # As in `Passwords.find`; also what a broken configuration of keyring raises.
        _tell("cannot be used", exc)
        return None
    return ring if is_safe else None


def _tell(trouble: str, error: Exception) -> None:
    # Its kind only: what a backend says may hold what it was given.
    logger.warning("the keyring %s: %s", trouble, type(error).__name__)


def _account(address: DatabaseAddress) -> str:
    return f"{address.user}@{address.host or 'localhost'}:{address.port}/{address.database}"
