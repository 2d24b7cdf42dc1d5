"""A PostgreSQL with PostGIS of our own, on loopback, in a folder of its own; for the tests that need one."""

import atexit
import functools
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

PASSWORD = "S3CRET-canary"
OWNER = "jjjmap_owner"
READER = "jjjmap_reader"
DATABASE = "甲库"


class PostgisServer:
    """A server that runs until the tests end.

    `OWNER` may do everything, `READER` reads only; both have the same password.
    """

    def __init__(self, binaries: Path, user: str) -> None:
        self._binaries = binaries
        self._user = user
        self.folder = Path(tempfile.mkdtemp(prefix="jjjmap-pg-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._start()

    def _start(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if self._user:
            for path in (self.folder, secret):
                shutil.chown(path, self._user)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", OWNER, "--pwfile", str(secret), "-A", "scram-sha-256",
                  "-E", "UTF8", "--locale", "C", "--no-sync")  # fmt: skip
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        settings += " -c fsync=off -c shared_buffers=32MB"
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", settings, "start")

    def _run(self, program: str, *words: str) -> None:
        command: Sequence[str] = [str(self._binaries / program), *words]
        if self._user:
            command = ["runuser", "-u", self._user, "--", *command]
        subprocess.run(
            command, check=True, cwd=self.folder, env=_environment(), timeout=90,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self) -> None:
        """Stop the server and remove all that it wrote."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def connect(self, database: str = DATABASE) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection of the owner, each statement its own transaction."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=OWNER, password=PASSWORD, dbname=database, autocommit=True
        )

    def execute(self, *statements: str) -> None:
        """Run statements as the owner."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def value(self, query: str) -> object:
        """Return the only value that a query answers."""
        with self.connect() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    # Debian keeps them out of PATH, one folder for each version.
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((folder.parent for folder in folders), key=lambda each: each.parent.name, default=None)


@functools.cache
def server_or_reason() -> PostgisServer | str:
    """Return the one server of this process, or why there is none."""
    binaries = _binaries()
    if binaries is None:
        return "PostgreSQL (initdb, pg_ctl) is not installed"
    user = ""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        if shutil.which("runuser") is None:
            return "runuser is missing: as root PostgreSQL must be started as another user"
        user = (
            "postgres"
            if subprocess.run(["id", "postgres"], capture_output=True).returncode == 0
            else "nobody"
        )
    server = PostgisServer(binaries, user)
    atexit.register(server.stop)
    with server.connect("postgres") as connection:
        available = connection.execute(
            "select 1 from pg_available_extensions where name = 'postgis'"
        ).fetchone()
        if available is None:
            return "PostgreSQL is installed without PostGIS"
        connection.execute(f'create database "{DATABASE}"'.encode())
        connection.execute(f"create role {READER} login password '{PASSWORD}'".encode())
        connection.execute(f"grant pg_read_all_data to {READER}".encode())
    server.execute("create extension postgis")
    return server


@pytest.fixture
def postgis() -> PostgisServer:
    """The server; what a test makes in the database stands in a schema of its own, see `schema`."""
    server = server_or_reason()
    if isinstance(server, str):
        pytest.skip(server)
    return server


@pytest.fixture
def schema(postgis: PostgisServer) -> str:
    """The quoted name of an empty schema; the next test that asks has another one, and this one is gone."""
    with postgis.connect() as connection:
        old = connection.execute("select nspname from pg_namespace where nspname like 'test %'").fetchall()
        name = f"test {secrets.token_hex(4)}"
        for (left,) in old:
            connection.execute(f'drop schema "{left}" cascade'.encode())
        connection.execute(f'create schema "{name}"'.encode())
    return f'"{name}"'
