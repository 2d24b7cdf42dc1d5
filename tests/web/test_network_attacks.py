"""Not one way leads from the page into the network, though Chromium knows ways that are no requests."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def reached(how: str) -> dict[str, object]:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    environment.pop("QTWEBENGINE_CHROMIUM_FLAGS", None)  # Those of the tests' own process.
    done = subprocess.run(
        [sys.executable, str(HERE / "network_attacks.py"), how],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.web
def test_the_page_reaches_nobody_whatever_it_tries() -> None:
    found = reached("shut")
    assert found["heard"] == []
    assert found["there"] is True
    assert int(str(found["tried"])) > 20


def has_network() -> bool:
    """Whether a way leads out of this machine; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # Kept free for documentation.
        except OSError:
            return False
    return True


@pytest.mark.web
def test_policy_and_guard_alone_would_leave_two_doors_open() -> None:
    # So the silence above is that of `web.side_doors`, and the server does hear. WebRTC does not even try
    # where there is loopback alone.
    doors = {"preconnect", "webrtc"} if has_network() else {"preconnect"}
    assert set(map(str, reached("open")["heard"])) == doors  # type: ignore[arg-type]
