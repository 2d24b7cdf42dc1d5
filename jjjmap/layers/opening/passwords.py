"""Passwords of databases, by address; see `jjjmap.secret_ring` for where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jjjmap.layers.opening.database_address import DatabaseAddress
from jjjmap.secret_ring import SecretRing

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "jjjmap PostGIS"


class Passwords:
    """Knows passwords by address; may be asked from any thread, but not from that of the window.

    Parameters
    ----------
    ring
        Where they outlast the program; None for the system's, if it has one.
    """

    def __init__(self, ring: KeyringBackend | None = None) -> None:
        self._secrets = SecretRing(SERVICE, ring)

    def outlast(self) -> bool:
        """Return whether the system has a place where passwords outlast the program."""
        return self._secrets.outlast()

    def find(self, address: DatabaseAddress) -> str | None:
        """Return the password for an address; None where none is known."""
        return self._secrets.find(_account(address))

    def keep(self, address: DatabaseAddress, password: str, *, lasting: bool = False) -> bool:
        """Remember a password that worked; return whether it outlasts the program. See `SecretRing.keep`."""
        return self._secrets.keep(_account(address), password, lasting=lasting)

    def forget(self, address: DatabaseAddress) -> None:
        """Remove a password from memory and keyring; nothing happens where none is known."""
        self._secrets.forget(_account(address))


def _account(address: DatabaseAddress) -> str:
    return f"{address.user}@{address.host or 'localhost'}:{address.port}/{address.database}"
