"""Takes out of a text what a log or a report must not tell of a person: home folders, names, passwords.

A mask errs on the safe side: a harmless word that happens to be somebody's name is masked as well.
"""

import functools
import getpass
import json
import os
import re
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

HOME = "~"
USER = "<user>"
HOST = "<host>"
SECRET = "<secret>"

_SHORTEST_SECRET = 4
"""What is shorter cannot be told from an ordinary word; it would riddle every line."""
_SHORTEST_NAME, _SHORTEST_FOREIGN_NAME = 3, 2
"""Chinese names seldom have more than two or three letters."""
_NO_PERSON = frozenset(("root", "user", "admin", "administrator", "guest", "nobody", "localhost", "home"))
"""Names that tell nothing of who sits before the screen."""

_BETWEEN = r"(?:\\+|/|%2F|%5C)"
"""What stands between folders; doubled by every repr, otherwise in an address that is part of another."""
_FOLDER = r"(?:(?!%2F|%5C)[^/\\\s'\"<>:])+"
_OTHER_HOMES = re.compile(
    rf"(?P<base>(?:/|%2F)(?:home|Users)(?:/|%2F)|(?<![A-Za-z])[A-Za-z](?::|%3A){_BETWEEN}(?i:users){_BETWEEN})"
    # A name may have several words: all of them, if what follows is surely a folder.
    rf"(?P<name>{_FOLDER}(?: {_FOLDER}){{1,3}}(?={_BETWEEN})|{_FOLDER})"
)
# A password may hold "@" itself: up to the last one before the path.
_IN_ADDRESS = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/'\"]+@", re.IGNORECASE)
_WORDS = (
    r"pass(?:word|wd|phrase)?|pwd|pgpassword|secret|(?:access[_-]?|api[_-]?|auth[_-]?)?(?:token|key)|tk"
    "|密码|口令|密钥"
)
_NAMED = re.compile(
    # name=value, name: value, "name": "value"; a value in quotes may hold spaces.
    rf"(?P<name>(?:(?<![A-Za-z])|(?<=%[0-9A-F]{{2}}))(?:{_WORDS})\\?[\"']?\s*(?:[=:：]|%3D)\s*)"
    r"(?P<value>\\?\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s&,;)\]}\"'<>]+)",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(?P<name>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)

_secrets: set[str] = set()
_lock = threading.Lock()


def keep_secret(value: str) -> None:
    """Have a password or token masked wherever it turns up, for as long as the program runs."""
    if len(value) < _SHORTEST_SECRET:
        return
    forms = {value, quote(value), quote(value, safe=""), quote_plus(value)}
    forms |= {json.dumps(value)[1:-1], repr(value)[1:-1]}
    forms.add(json.dumps(value, ensure_ascii=False)[1:-1])
    with _lock:
        _secrets.update(forms)


def mask(text: str) -> str:
    """Return a text without home folders, names of user and machine, passwords and tokens."""
    with _lock:
        secrets = sorted(_secrets, key=len, reverse=True)
    for secret in secrets:
        text = text.replace(secret, SECRET)
    text = _IN_ADDRESS.sub(rf"\g<scheme>{SECRET}@", text)
    text = _NAMED.sub(rf"\g<name>{SECRET}", text)
    text = _BEARER.sub(rf"\g<name>{SECRET}", text)
    for pattern, instead in _of_this_machine(_who()):
        text = pattern.sub(instead, text)
    return _OTHER_HOMES.sub(rf"\g<base>{USER}", text)


def _who() -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return home folders, user names and name of the machine; asked anew, as tests and sudo change them."""
    homes = {os.environ.get(name, "") for name in ("HOME", "USERPROFILE")}
    homes.add(_home())
    users = {os.environ.get(name, "") for name in ("LOGNAME", "USER", "LNAME", "USERNAME")}
    users.add(_user())
    return tuple(sorted(homes)), tuple(sorted(users)), _host()


@functools.cache
def _home() -> str:
    try:
        return str(Path.home())
    except RuntimeError:  # Nobody knows where it is.
        return ""


@functools.cache
def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # A container's user without a name.
        return ""


@functools.cache
def _host() -> str:
    return socket.gethostname()


@functools.lru_cache(maxsize=8)
def _of_this_machine(
    who: tuple[tuple[str, ...], tuple[str, ...], str],
) -> tuple[tuple[re.Pattern[str], str], ...]:
    homes, users, host = who
    patterns = [
        # Not within a longer name: /home/anna is no part of /home/annabel.
        (re.compile(rf"{re.escape(form)}(?![^/\\\s'\":,;)\]}}>%])", re.IGNORECASE), HOME)
        for form in _forms_of_paths(homes)
    ]
    for names, instead in ((users, USER), ((host,), HOST)):
        patterns += [
            (_pattern_of_name(name), instead)
            for name in names
            if len(name) >= (_SHORTEST_NAME if name.isascii() else _SHORTEST_FOREIGN_NAME)
            and name.lower() not in _NO_PERSON
        ]
    return tuple(patterns)


def _pattern_of_name(name: str) -> re.Pattern[str]:
    # Chinese is written without blanks: only a Latin letter makes a Latin name part of a longer word.
    return re.compile(
        rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])" if name.isascii() else re.escape(name),
        re.IGNORECASE,
    )


def _forms_of_paths(folders: Iterable[str]) -> list[str]:
    """Return each folder as it may be written: resolved, as a URL, with backslashes doubled by repr."""
    forms: set[str] = set()
    for folder in folders:
        if not folder or len(Path(folder).parts) < 2:
            continue  # A home of "/" would mask every path there is.
        for path in {folder, os.path.realpath(folder)}:
            slashed = path.replace("\\", "/")
            forms |= {path, slashed, path.replace("\\", "\\\\")}
            # As an address, and as part of another one.
            forms |= {quote(slashed), quote(slashed, safe="/:"), quote(slashed, safe="")}
            # Not only in text: json.dumps writes what is not ASCII as \uXXXX.
            forms.add(json.dumps(path)[1:-1])
    return sorted(forms, key=len, reverse=True)
