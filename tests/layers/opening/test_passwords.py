"""Where passwords are kept: a keyring that works, one that does not, none at all."""

import logging

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from jjjmap.layers.opening.database_address import DatabaseAddress
from jjjmap.layers.opening.passwords import Passwords

CANARY = "S3CRET-canary"
HERE = DatabaseAddress("db.example.org", 5432, "规划", "reader")
THERE = DatabaseAddress("db.example.org", 5432, "规划", "writer")


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedRing(Ring):
    """A keyring that the user does not unlock."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked(f"no {CANARY}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked(f"no {password}")


def test_a_password_lasts_in_the_keyring_if_that_is_wanted() -> None:
    ring = Ring()
    passwords = Passwords(ring)
    assert passwords.outlast()
    assert not passwords.keep(HERE, CANARY)
    assert ring.kept == {}
    assert passwords.keep(HERE, CANARY, lasting=True)
    assert Passwords(ring).find(HERE) == CANARY
    assert Passwords(ring).find(THERE) is None
    passwords.forget(HERE)
    passwords.forget(THERE)
    assert passwords.find(HERE) is None
    assert ring.kept == {}


@pytest.mark.parametrize("kind", ["none", "plain"])
def test_without_a_safe_keyring_a_password_lasts_as_long_as_the_program(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Ring()
    plain.priority = 0.5  # type: ignore[assignment]
    found = keyring.backends.fail.Keyring() if kind == "none" else plain
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    passwords = Passwords()
    assert not passwords.outlast()
    assert not passwords.keep(HERE, CANARY, lasting=True)
    assert passwords.find(HERE) == CANARY
    assert Passwords().find(HERE) is None
    assert plain.kept == {}


def test_a_locked_keyring_is_told_without_the_password(caplog: pytest.LogCaptureFixture) -> None:
    passwords = Passwords(LockedRing())
    with caplog.at_level(logging.DEBUG):
        assert passwords.find(HERE) is None
        assert not passwords.keep(HERE, CANARY, lasting=True)
        passwords.forget(HERE)
    assert "KeyringLocked" in caplog.text
    assert CANARY not in caplog.text
    assert CANARY not in repr(passwords)


def test_a_broken_keyring_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(keyring, "get_keyring", broken)
    assert not Passwords().outlast()
