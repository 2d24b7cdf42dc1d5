"""What Chromium is told at its start, above all to shut ways into the network that no page's policy closes.

A page may have Chromium open connections that are no requests: it may announce one (``preconnect``), and call
others directly (WebRTC). So Chromium finds no host and sends no datagram, whatever a page says.
"""

import os
from collections.abc import MutableMapping, Sequence

_FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"
_SHUT = (
    '--host-resolver-rules="MAP * ~NOTFOUND"',
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


def shut_side_doors(environment: MutableMapping[str, str] = os.environ) -> None:
    """Tell Chromium, before its first page."""
    add_flags(_SHUT, environment)


def add_flags(flags: Sequence[str], environment: MutableMapping[str, str] = os.environ) -> None:
    """Have Chromium started with flags; what the user, or somebody before, told it of the same stays said."""
    said = environment.get(_FLAGS, "")
    missing = [flag for flag in flags if flag.partition("=")[0] not in said]
    environment[_FLAGS] = " ".join([*([said] if said else []), *missing])
