"""Saves a project again and again, each time in a process of its own that may be killed.

Started with the folder of the test. Each line that comes says ``{"chosen_id": …, "path": …, "limit": …}``;
the answer is the id of the process that saves, and when it is gone its exit status and what came of it.
"""

import json
import os
import sys
from pathlib import Path

from jjjmap.errors import JjjmapError
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.saving import save_project
from jjjmap.project.state import ProjectState


def save(folder: Path, wish: dict[str, str | int]) -> str:
    """Save, and say how it went."""
    limit = int(wish["limit"])
    if limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    store = UserLayerStore(folder / "layers")
    layers, _findings = store.load()
    try:
        save_project(
            Path(str(wish["path"])),
            state=ProjectState(chosen_id=str(wish["chosen_id"])),
            layers=layers,
            store=store,
            library_path=folder / "library.sqlite",
            expected=None,
        )
    except JjjmapError as error:
        return f"{type(error).__name__} {getattr(error, 'reason', '')}"
    return "saved"


def main() -> None:
    """Answer wishes until there are no more."""
    folder = Path(sys.argv[1])
    import pyarrow  # noqa: F401  What takes long is there before a process begins.
    import pyogrio  # noqa: F401
    import shapely  # noqa: F401

    for line in iter(sys.stdin.readline, ""):
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            answer = save(folder, json.loads(line))
            os.write(writing, answer.encode())
            os._exit(0)
        os.close(writing)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        with os.fdopen(reading) as pipe:
            answer = pipe.read()
        sys.stdin.readline()  # Until then its id is nobody else's.
        _pid, status = os.waitpid(pid, 0)
        sys.stdout.write(json.dumps({"status": status, "answer": answer}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
