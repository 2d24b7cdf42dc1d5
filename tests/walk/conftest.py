"""The walk through the whole program, taken once for all tests that look at what came of it."""

import json
import os
import sys

import pytest
from canaries import PERSON
from walking import Walked, take_walk

if sys.platform != "win32":
    import fcntl


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The walk; where tests run in several processes, the first that wants it takes it for all."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    kept = shared / "walk"
    with (shared / "walk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            take_walk(kept)
        told = json.loads((kept / "told.json").read_text(encoding="utf-8"))
    if told.get("skip"):
        pytest.skip(told["skip"])
    assert not told["failure"], told["failure"]
    return Walked(
        kept / PERSON, kept / "tmp", told["said"], told["said_after"], told["is_sandboxed"], told["why_not"],
        told["stderr"],
    )  # fmt: skip
