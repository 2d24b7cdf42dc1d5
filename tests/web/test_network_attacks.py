"""Not one way leads from the page into the network, though Chromium knows ways that are no requests."""

import json
import os
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


@pytest.mark.web
def test_policy_and_guard_alone_would_leave_two_doors_open() -> None:
    # So the silence above is that of `web.side_doors`, and the server does hear.
    assert set(map(str, reached("open")["heard"])) == {"preconnect", "webrtc"}  # type: ignore[arg-type]
