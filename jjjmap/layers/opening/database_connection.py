"""A connection to PostgreSQL that only reads, can be stopped at any moment, and fails in our words."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import psycopg
from psycopg import errors, sql

from jjjmap.errors import DatabaseUnusable
from jjjmap.layers.opening.database_address import DatabaseAddress, checked, masked

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 120
"""For one statement, and for one batch of rows."""

_GRACE_SECONDS = 15
"""A server that keeps silent for so much longer than its own limit is gone."""
_POLL_SECONDS = 0.05
_CANCEL_SECONDS = 0.1

Cancelled = Callable[[], bool]
Query = sql.SQL | sql.Composed


def identifier(*names: str) -> sql.Identifier:
    """Return a name, quoted, for a query of `ReadingConnection`.

    psycopg looks for its placeholders even inside of quoted names: a % of theirs must be doubled.
    """
    return sql.Identifier(*(name.replace("%", "%%") for name in names))


class _Stopped(Exception):
    """The user asked to stop, or the server keeps silent for too long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Connection(psycopg.Connection[tuple[Any, ...]]):
    """Asks between two looks at the socket whether to go on."""

    cancelled: Cancelled = staticmethod(lambda: False)
    silence_seconds: float = STATEMENT_SECONDS + _GRACE_SECONDS

    def wait(self, gen: Any, *words: Any, **named: Any) -> Any:
        """Wait for the server; raises `_Stopped`."""
        try:
            return super().wait(self._watched(gen), *words, **named)
        except _Stopped as exc:
            if exc.reason == "cancelled":
                # A query of minutes shall not run on for nobody; a server that is deaf loses us anyway.
                with contextlib.suppress(psycopg.Error):
                    self.cancel_safe(timeout=_CANCEL_SECONDS)
            self.close()
            raise

    def _watched(self, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        # psycopg looks up every tenth of a second or earlier, with nothing in its hands if nothing came.
        deadline = time.monotonic() + self.silence_seconds
        try:
            state = next(steps)
            while True:
                ready = yield state
                if self.cancelled():
                    raise _Stopped("cancelled")
                if time.monotonic() > deadline:
                    raise _Stopped("gone")
                state = steps.send(ready)
        except StopIteration as exc:
            return exc.value


class ReadingConnection:
    """A database opened for reading. For one thread; use it as a context manager, or `close` it.

    Every statement runs in one read-only transaction: rows do not change between the first and the last.

    Parameters
    ----------
    address
        Where it is.
    password
        None to let libpq look for one (``PGPASSWORD``, ``~/.pgpass``).
    cancelled
        Asked some twenty times a second while the server works.
    statement_seconds
        After which the server gives a statement up.

    Raises
    ------
    DatabaseUnusable
        From here and from all that is asked; with one of `database_reasons.REASONS`.
    """

    def __init__(
        self,
        address: DatabaseAddress,
        password: str | None = None,
        *,
        cancelled: Cancelled = lambda: False,
        statement_seconds: float = STATEMENT_SECONDS,
    ) -> None:
        self.address = checked(address)
        self._secrets = tuple(filter(None, (password, os.environ.get("PGPASSWORD"))))
        self._statement_seconds = statement_seconds
        if cancelled():
            raise DatabaseUnusable(address.name, "cancelled")
        guards = {
            "default_transaction_read_only": "on",
            "statement_timeout": f"{max(1, round(statement_seconds * 1000))}",
            "idle_in_transaction_session_timeout": "0",
            "client_min_messages": "error",
            # Else two readers of one big table get its rows in different orders.
            "synchronize_seqscans": "off",
        }
        with self._in_our_words(at_login=True):
            try:
                self._connection = self._connect(password, cancelled, guards)
            except psycopg.OperationalError as exc:
                if "startup parameter" not in str(exc):
                    raise
                # A pooler that takes no options at the start: the guards are set below in any case.
                self._connection = self._connect(password, cancelled, {})
        with self._in_our_words():
            try:
                self._guard(cancelled, guards)
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> ReadingConnection:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the database; a second call does nothing."""
        self._connection.close()

    @property
    def encoding(self) -> str:
        """Encoding of the texts on the server, by PostgreSQL's name."""
        return self._connection.info.parameter_status("server_encoding") or ""

    def rows(self, query: Query, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of an answer that is known to be small."""
        with self._in_our_words():
            rows: list[tuple[Any, ...]] = self._connection.execute(query, values).fetchall()
            return rows

    def adapters(self) -> psycopg.adapt.AdaptersMap:
        """Return what turns the server's values into Python's, to be changed for this connection alone."""
        return self._connection.adapters

    def batches(self, query: Query, values: Sequence[Any], *, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of an answer of any length, `size` at a time, through a cursor of the server."""
        with self._in_our_words():
            cursor = self._connection.cursor("jjjmap", binary=True)
        try:
            with self._in_our_words():
                cursor.execute(query, values)
            while True:
                with self._in_our_words():
                    rows = cursor.fetchmany(size)
                if not rows:
                    return
                yield rows
        finally:
            # Where the connection is gone there is nothing to close, and why it went is told already.
            with contextlib.suppress(psycopg.Error, _Stopped):
                cursor.close()

    def _guard(self, cancelled: Cancelled, guards: dict[str, str]) -> None:
        self._connection.cancelled = cancelled
        self._connection.silence_seconds = self._statement_seconds + _GRACE_SECONDS
        self._connection.read_only = True
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for name, value in guards.items():
            self._connection.execute("select pg_catalog.set_config(%s, %s, false)", (name, value))

    def _connect(self, password: str | None, cancelled: Cancelled, guards: dict[str, str]) -> _Connection:
        """Connect in a thread: looking a host up cannot be stopped, but need not be waited for."""
        address = self.address
        words: dict[str, Any] = {
            "port": address.port,
            "sslmode": address.ssl_mode,
            "application_name": "jjjmap",
            "client_encoding": "UTF8",
            "connect_timeout": CONNECT_SECONDS,
            # What stands in the way of a network that is gone for good.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            # Kerberos may prove who we are; its own encryption beside TLS only makes trouble.
            "gssencmode": "disable",
            "options": " ".join(f"-c {name}={value}" for name, value in guards.items()),
        }
        # What is empty is left to libpq, which knows the usual.
        asked = {"host": address.host, "dbname": address.database, "user": address.user, "password": password}
        words |= {name: value for name, value in asked.items() if value}
        attempt = _Attempt(words)
        threading.Thread(target=attempt.run, name="database-connect", daemon=True).start()
        while not attempt.done.wait(_POLL_SECONDS):
            if cancelled():
                attempt.abandon()
                raise _Stopped("cancelled")
        return attempt.take()

    @contextlib.contextmanager
    def _in_our_words(self, *, at_login: bool = False) -> Iterator[None]:
        try:
            yield
        except _Stopped as exc:
            raise DatabaseUnusable(self.address.name, exc.reason) from None
        except (psycopg.Error, UnicodeError, ValueError) as exc:
            reason, detail = _reason_of(exc, self._statement_seconds, at_login=at_login)
            detail = masked(detail, *self._secrets)
            logger.info("%s: %s (%s)", self.address.name, reason, type(exc).__name__)
            # Not `from exc`: what a server says may hold the password that it was sent.
            raise DatabaseUnusable(self.address.name, reason, detail) from None


class _Attempt:
    """One attempt to connect, which may be given up before it is over."""

    def __init__(self, words: dict[str, Any]) -> None:
        self.done = threading.Event()
        self._words = words
        self._lock = threading.Lock()
        self._abandoned = False
        self._connection: _Connection | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            connection = _Connection.connect(**self._words)
        except Exception as exc:  # Raised again by `take`, in the thread that waits.
            self._error = exc
        else:
            with self._lock:
                self._connection = connection
                if self._abandoned:
                    connection.close()
        self._words.clear()
        self.done.set()

    def abandon(self) -> None:
        with self._lock:
            self._abandoned = True
            if self._connection is not None:
                self._connection.close()

    def take(self) -> _Connection:
        if self._error is not None:
            raise self._error
        assert self._connection is not None
        return self._connection


_SAID = (
    # Before the login an answer has no code, and the server speaks its own language.
    ("unknown-host", r"could not translate host name|failed to resolve host|Name or service not known"
                     r"|nodename nor servname|getaddrinfo|No address associated"),
    ("no-database", r"database .+ does not exist|数据库.+不存在"),
    ("busy", r"too many clients|too many connections|remaining connection slots|starting up|shutting down"
             r"|in recovery|太多的客户|正在启动|正在关闭|剩余的连接位置"),
    ("not-allowed", r"pg_hba\.conf|not permitted to log in|permission denied for database"
                    r"|不允许登录|权限不够"),
    ("not-postgres", r"received invalid response|expected authentication request|unsupported frontend"),
    ("no-encryption", r"SSL|certificate|sslmode"),
    ("refused", r"Connection refused|could not connect|No such file or directory|Network is unreachable"
                r"|No route to host|actively refused|Connection reset|server closed the connection"
                r"|Permission denied"),
)  # fmt: skip


def _reason_of(error: Exception, statement_seconds: float, *, at_login: bool) -> tuple[str, str]:
    """Return the reason and its detail for what psycopg raised."""
    said = str(error).strip()
    if isinstance(error, errors.ConnectionTimeout) or "timeout expired" in said:
        return "no-answer", f"{CONNECT_SECONDS}"
    if not isinstance(error, psycopg.Error):
        return "query-failed", type(error).__name__
    state = error.sqlstate or ""
    primary = (error.diag.message_primary or said.partition("\n")[0]).strip()
    if state == "57014":
        return "too-slow", f"{statement_seconds:g}"
    if state.startswith(("57P", "08")):
        return "gone", primary
    if state.startswith("28"):
        return ("wrong-password", "") if state == "28P01" else ("not-allowed", primary)
    if state == "3D000":
        return "no-database", ""
    if state.startswith("53"):
        return "busy", primary
    if state in ("42P01", "42703", "3F000"):
        return "no-table", primary
    if state == "42501":
        return "no-permission", primary
    if "spatial_ref_sys" in primary or "SRID" in primary:
        return "unknown-srid", primary
    if "transform" in primary.lower() or "project" in primary.lower():
        return "cannot-transform", primary
    if state:
        return "query-failed", primary
    if at_login:
        return _reason_at_login(error, said)
    is_gone = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return ("gone" if is_gone else "query-failed"), primary


def _reason_at_login(error: psycopg.Error, said: str) -> tuple[str, str]:
    if error.pgconn is not None and error.pgconn.needs_password:
        return "password-needed", ""
    first = said.partition("\n")[0]
    detail = re.sub(
        r"^.*?failed: (?:[A-Z]+:\s+|致命错误:\s*)?", "", first.removeprefix("connection failed: ")
    ).strip()
    for reason, pattern in _SAID:
        if re.search(pattern, said, re.IGNORECASE):
            return reason, detail
    used_password = error.pgconn is not None and error.pgconn.used_password
    return ("wrong-password", "") if used_password else ("refused", detail)
