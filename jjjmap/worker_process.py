"""A process of its own for hostile work, so that neither its memory nor its crash is ours.

``WorkerProcess`` stands in the program; `serve` runs in the module that it starts with ``python -m``. Both
speak frames over pipes: eight bytes of length, then JSON. A request is answered by one frame, before which
any number of frames with a ``progress`` (0…1) may come.
"""

import json
import logging
import os
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

logger = logging.getLogger(__name__)

Progress = Callable[[float], None]
"""Takes the share that is done, 0…1."""
Cancelled = Callable[[], bool]
Handler = Callable[[dict[str, Any], Progress], dict[str, Any]]
"""Turns a request into its answer."""

_LENGTH = struct.Struct("!Q")
_MAX_FRAME_BYTES = 512 << 20
_POLL_SECONDS = 0.05
_CLOSE_SECONDS = 2.0
_PACKAGE_PARENT = Path(__file__).resolve().parent.parent


_KNOWN = frozenset(
    (
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "SOURCE_DATE_EPOCH", "GDAL_DATA", "PROJ_DATA",
        "PROJ_LIB", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA",
        "LOCALAPPDATA", "NUMBER_OF_PROCESSORS",
    )
)  # fmt: skip
_KNOWN_BEGINNINGS = ("LC_", "PYTHON", "OMP_", "OPENBLAS_", "MALLOC_", "COV_CORE_", "COVERAGE_")


def _may_know(name: str) -> bool:
    """Whether the worker needs a variable: the user's passwords, tokens and sockets are not its business."""
    return name.upper() in _KNOWN or name.upper().startswith(_KNOWN_BEGINNINGS)


class WorkerStopped(Exception):
    """The worker gave no answer: ``timeout``, ``crashed`` or ``cancelled``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WorkerProcess:
    """One worker process and the thread that listens to it; raises OSError if it cannot be started.

    Parameters
    ----------
    module
        Run by ``python -m``; it calls `run_worker`.
    memory_bytes
        Of address space that it may use; no cap on platforms that have none.
    file_bytes
        That one file written by it may have; 0 for a worker that writes none.
    """

    def __init__(self, module: str, *, memory_bytes: int, file_bytes: int = 0) -> None:
        environment = {name: value for name, value in os.environ.items() if _may_know(name)}
        # A checkout is found from any folder; -P keeps the folder itself out, it is no place for code.
        environment["PYTHONPATH"] = os.pathsep.join(
            part for part in (str(_PACKAGE_PARENT), environment.get("PYTHONPATH", "")) if part
        )
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["PYTHONUTF8"] = "1"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(memory_bytes), str(file_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        # A thread rather than select: Windows cannot wait for pipes.
        self._listener = threading.Thread(target=self._listen, name="reading-worker", daemon=True)
        self._listener.start()

    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def ask(
        self,
        request: dict[str, Any],
        seconds: float,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Parameters
        ----------
        request
            What JSON can say; it is sent with its time, for the worker caps itself too.
        seconds
            After which the worker is given up.
        progress
            Told each share that the worker tells.
        cancelled
            Asked some twenty times a second.

        Raises
        ------
        WorkerStopped
            End the process then: it may still be busy.
        """
        assert self._process.stdin is not None
        try:
            write_frame(self._process.stdin, {**request, "seconds": seconds})
        except OSError as exc:
            raise WorkerStopped("crashed") from exc
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self._answers.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                self._check(deadline, cancelled)
                continue
            if answer is None:
                raise WorkerStopped("crashed")
            if "progress" not in answer:
                return answer
            # A worker that keeps talking must not keep a cancel from being heard.
            self._check(deadline, cancelled)
            share = answer["progress"]
            if not isinstance(share, int | float) or not 0 <= share <= 1:
                raise WorkerStopped("crashed")
            if progress is not None:
                progress(float(share))

    def _check(self, deadline: float, cancelled: Cancelled | None) -> None:
        if cancelled is not None and cancelled():
            raise WorkerStopped("cancelled")
        if time.monotonic() > deadline:
            raise WorkerStopped("timeout")

    def end(self, *, gently: bool) -> None:
        """End the process and wait for it, so that no zombie stays."""
        assert self._process.stdin is not None and self._process.stdout is not None
        if gently:
            self._close_its_input()
            try:
                self._process.wait(_CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                logger.warning("the reading worker does not end by itself; it is killed")
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._close_its_input()
        self._listener.join()
        self._process.stdout.close()

    def _close_its_input(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError as exc:
            logger.debug("the reading worker had gone: %r", exc)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                answer = read_frame(self._process.stdout)
            except (OSError, ValueError) as exc:
                logger.warning("the reading worker said what cannot be understood: %r", exc)
                answer = None
            self._answers.put(answer)
            if answer is None:
                return


def write_frame(file: IO[bytes], value: dict[str, Any]) -> None:
    """Write one frame; raises OSError when the other end is gone."""
    # Names of files may hold bytes that are no UTF-8; ASCII escapes carry them.
    data = json.dumps(value).encode("ascii")
    file.write(_LENGTH.pack(len(data)))
    file.write(data)
    file.flush()


def read_frame(file: IO[bytes]) -> dict[str, Any] | None:
    """Return the next frame; None at the end. Raises ValueError if it is none."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {length} bytes")
    data = file.read(length)
    if len(data) < length:
        return None
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("a frame that is no object")
    return value


# -- The other end ---------------------------------------------------------------------------------


def cap_resources(memory_bytes: int, file_bytes: int) -> None:
    """Cap what this process may use from now on, where the platform can."""
    if sys.platform == "win32":
        return  # No such caps there; the time cap and the limits of the readers hold.
    import resource

    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        # Whatever a parser is talked into, it writes no more than this.
        (resource.RLIMIT_FSIZE, file_bytes),
    ):
        _, hard = resource.getrlimit(kind)
        wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (wanted, hard))
        except (OSError, ValueError) as exc:
            # macOS refuses to cap address space.
            logger.warning("a cap of the reading worker was refused: %r", exc)


def cap_time(seconds: float) -> None:
    """Let the processor time of the next request end the process, should its program be gone."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Libraries compute in several threads.
    limit = int(usage.ru_utime + usage.ru_stime + seconds * (os.cpu_count() or 1)) + 2
    try:
        resource.setrlimit(
            resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
        )
    except (OSError, ValueError) as exc:
        logger.warning("a cap of the reading worker was refused: %r", exc)


def serve(requests: IO[bytes], answers: IO[bytes], handler: Handler) -> None:
    """Answer requests until there are no more; ``{"unreadable": "out-of-memory"}`` when memory ran out."""

    def tell(share: float) -> None:
        write_frame(answers, {"progress": share})

    while (request := read_frame(requests)) is not None:
        cap_time(float(request["seconds"]))
        try:
            answer = handler(request, tell)
        except MemoryError:
            answer = {"unreadable": "out-of-memory", "detail": ""}
        write_frame(answers, answer)


def run_worker(handler: Handler) -> None:
    """Serve the program that started this process, capped as its arguments say."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not get between the frames.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    cap_resources(int(sys.argv[1]), int(sys.argv[2]))
    with answers:
        serve(requests, answers, handler)
