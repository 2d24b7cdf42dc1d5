"""Where a database is, without its password; addresses as people paste them; texts with passwords masked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from jjjmap.errors import DatabaseUnusable

SCHEMES = ("postgresql", "postgres")
DEFAULT_PORT = 5432
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
DEFAULT_SSL_MODE = "prefer"
"""As libpq has it: encrypted where the server can."""

_IN_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s:/?#@]*):[^\s/?#]*@")
_AS_PARAMETER = re.compile(
    r"""(?i)\b(password|passwd|pwd|passfile)\s*=\s*('(?:[^'\\]|\\.)*'|"[^"]*"|[^\s&;,]+)"""
)
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A server, a database and who asks; never a password."""

    host: str = ""
    """Name, IP address, or the folder of a socket; empty for this machine."""
    port: int = DEFAULT_PORT
    database: str = ""
    """Empty for the one that is called like the user."""
    user: str = ""
    """Empty for the name by which the operating system knows who is asking."""
    ssl_mode: str = DEFAULT_SSL_MODE
    """One of `SSL_MODES`."""

    @property
    def name(self) -> str:
        """Host and database, as a person is told."""
        host = self.host or "localhost"
        if ":" in host:
            host = f"[{host}]"
        port = "" if self.port == DEFAULT_PORT else f":{self.port}"
        return f"{host}{port}/{self.database or self.user}".rstrip("/")

    @property
    def url(self) -> str:
        """As a URL without password, by which it can be opened again."""
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe="")
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        port = "" if self.port == DEFAULT_PORT else f":{self.port}"
        mode = "" if self.ssl_mode == DEFAULT_SSL_MODE else "?" + urlencode({"sslmode": self.ssl_mode})
        return f"postgresql://{user}{host}{port}/{quote(self.database, safe='')}{mode}"


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """A URL that was taken apart."""

    address: DatabaseAddress
    password: str | None = field(default=None, repr=False)
    """None where the URL has none."""
    table: str = ""
    """What ``?table=`` names, as in `OpenOptions.sublayer`."""


def is_database_url(text: str) -> bool:
    """Return whether a text is meant for a database rather than the name of a file."""
    return text.strip().lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def parse_url(text: str) -> DatabaseUrl:
    """Take ``postgresql://user:password@host:port/database?sslmode=…&table=…`` apart.

    Nothing else than ``sslmode`` and ``table`` is taken from the part behind the question mark: libpq knows
    parameters there that run programs, read files and switch our guards off.

    Raises
    ------
    DatabaseUnusable
        ``bad-address``; the detail names the part, never what stands in it.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port if parts.port is not None else DEFAULT_PORT
        host, user = (
            unquote(parts.hostname or "", errors="strict"),
            unquote(parts.username or "", errors="strict"),
        )
        password = None if parts.password is None else unquote(parts.password, errors="strict")
        database = unquote(parts.path.removeprefix("/"), errors="strict")
        asked = parse_qsl(
            parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), max_num_fields=9
        )
    except ValueError as exc:
        # What ValueError says quotes the text.
        raise DatabaseUnusable("", "bad-address", "URL") from exc
    if parts.scheme.lower() not in SCHEMES:
        raise DatabaseUnusable("", "bad-address", "postgresql://")
    known = {"sslmode": DEFAULT_SSL_MODE, "table": ""}
    for name, value in asked:
        if name not in known:
            raise DatabaseUnusable("", "bad-address", name[:40] if name.isidentifier() else "?")
        known[name] = value
    address = checked(DatabaseAddress(host, port, database, user, known["sslmode"]))
    return DatabaseUrl(address, password or None, known["table"])


def checked(address: DatabaseAddress) -> DatabaseAddress:
    """Return an address that can be handed to libpq.

    Raises
    ------
    DatabaseUnusable
        ``bad-address``; the detail is the part that cannot be.
    """
    for part, value in (("host", address.host), ("database", address.database), ("user", address.user)):
        # libpq takes a comma for several hosts, of which a person would be told one.
        forbidden = "," if part == "host" else ""
        if len(value) > _LONGEST or not value.isprintable() or any(letter in forbidden for letter in value):
            raise DatabaseUnusable(address.host[:_LONGEST], "bad-address", part)
    if not 0 < address.port < 65536:
        raise DatabaseUnusable(address.name, "bad-address", "port")
    if address.ssl_mode not in SSL_MODES:
        raise DatabaseUnusable(address.name, "bad-address", "sslmode")
    return address


def masked(text: str, *passwords: str) -> str:
    """Return a text without passwords: those in URLs and ``password=…``, and those that are named."""
    for password in sorted(filter(None, passwords), key=len, reverse=True):
        for form in {password, quote(password, safe=""), quote(password)}:
            text = text.replace(form, "***")
    text = _IN_URL.sub(r"\1:***@", text)
    return _AS_PARAMETER.sub(r"\1=***", text)
