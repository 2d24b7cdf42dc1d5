"""Runs a command where there is no network: in a namespace of its own with loopback and nothing else.

``python3 tools/without_network.py [--user NAME] [--host NAME] COMMAND…``: the exit code is the command's, or
77 when this system allows no such namespace. As root, ``--user`` says as whom the command runs; anybody else
runs it as themselves. ``--host`` gives the machine another name there. Linux alone; standard library only.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import pwd
import socket
import struct
import sys
from pathlib import Path

NOT_ALLOWED = 77
"""What test drivers take for "skipped"."""

_NEW_HOST_NAME, _NEW_USERS, _NEW_NETWORK = 0x04000000, 0x10000000, 0x40000000
_READ_FLAGS, _WRITE_FLAGS, _IS_UP = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP


def leave_network(host: str = "") -> None:
    """Move this process into an empty network, with another name of the machine; OSError if not allowed."""
    wanted = _NEW_NETWORK | (_NEW_HOST_NAME if host else 0)
    user, group = os.getuid(), os.getgid()
    if user != 0:
        wanted |= _NEW_USERS
    if ctypes.CDLL(None, use_errno=True).unshare(wanted) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if user != 0:
        # Everybody stays who they are; the rights that come with a new namespace end with the next program.
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    if host:
        socket.sethostname(host)
    _raise_loopback()


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        request = struct.pack("16sh14x", b"lo", 0)
        _name, flags = struct.unpack("16sh14x", fcntl.ioctl(asking, _READ_FLAGS, request))
        fcntl.ioctl(asking, _WRITE_FLAGS, struct.pack("16sh14x", b"lo", flags | _IS_UP))


def become(name: str) -> None:
    """Go on as another user, with that user's groups and none of root's rights."""
    person = pwd.getpwnam(name)
    os.initgroups(name, person.pw_gid)
    os.setgid(person.pw_gid)
    os.setuid(person.pw_uid)


def main() -> int:
    """Run the command that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--user", default="")
    parser.add_argument("--host", default="")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    if not asked.command:
        parser.error("no command")
    try:
        leave_network(asked.host)
    except OSError as error:
        sys.stderr.write(f"no namespace without network: {error}\n")
        return NOT_ALLOWED
    if asked.user and os.getuid() == 0:
        become(asked.user)
    os.execvp(asked.command[0], asked.command)


if __name__ == "__main__":
    sys.exit(main())
