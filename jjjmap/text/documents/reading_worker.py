"""A process of its own that reads hostile files, so that neither their memory nor their crash is ours.

``DocumentReader`` stands in the program; run by ``python -m`` this module is the other end. Both speak frames
over pipes: eight bytes of length, then JSON. The worker starts with the first file that needs one, serves
many, and is replaced when it dies.
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
from types import TracebackType
from typing import IO, Any, Self

from jjjmap.errors import DocumentUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, language, use_language
from jjjmap.text.documents.readers import is_plain, read_document
from jjjmap.text.records import DocumentFormat, RawText

logger = logging.getLogger(__name__)

SECONDS_PER_FILE = 60.0
MEMORY_BYTES = 3 << 29
"""1.5 GB of address space, where the platform can cap it."""

_LENGTH = struct.Struct("!Q")
_MAX_FRAME_BYTES = 512 << 20
_POLL_SECONDS = 0.05
_CLOSE_SECONDS = 2.0
_PACKAGE_PARENT = Path(__file__).resolve().parents[3]


class DocumentReader:
    """Reads documents, the ones that need parsing in a worker process with caps.

    For one thread. Use it as a context manager, or `close` it: no process is left behind.

    Parameters
    ----------
    seconds_per_file
        After which a file is given up.
    memory_bytes
        Of address space that the worker may use; no cap on platforms that have none.
    """

    def __init__(
        self, *, seconds_per_file: float = SECONDS_PER_FILE, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self._seconds = seconds_per_file
        self._memory_bytes = memory_bytes
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path, *, cancelled: Callable[[], bool] | None = None) -> RawText:
        """Read the text of a file.

        Parameters
        ----------
        path
            See `readers.read_document`.
        cancelled
            Asked some twenty times a second; the worker is ended as soon as it says True.

        Raises
        ------
        DocumentUnreadable
            With one of `reasons.REASONS`; ``timeout``, ``crashed`` and ``cancelled`` come from here.
        """
        if cancelled is not None and cancelled():
            raise DocumentUnreadable(path, "cancelled")
        if is_plain(path):
            return read_document(path)
        if self._worker is not None and not self._worker.is_alive():
            self._end_worker()
        if self._worker is None:
            self._worker = self._start_worker(path)
        request = {
            "path": str(path.absolute()),
            "language": language().value,
            "seconds": self._seconds,
        }
        try:
            answer = self._worker.ask(request, self._seconds, cancelled)
        except _Stopped as exc:
            self._end_worker()
            detail = f"{self._seconds:g}" if exc.reason == "timeout" else ""
            raise DocumentUnreadable(path, exc.reason, detail) from exc
        except BaseException:
            self._end_worker()
            raise
        if "unreadable" in answer:
            if answer["unreadable"] == "out-of-memory":
                # What is left of its memory is in pieces.
                self._end_worker()
            raise DocumentUnreadable(path, str(answer["unreadable"]), str(answer["detail"]))
        return _raw_text(answer["raw"])

    def close(self) -> None:
        """End the worker process, if there is one."""
        self._end_worker(gently=True)

    def _start_worker(self, path: Path) -> "_Worker":
        try:
            return _Worker(self._memory_bytes)
        except OSError as exc:
            raise DocumentUnreadable(path, "crashed") from exc

    def _end_worker(self, *, gently: bool = False) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(gently=gently)


class _Stopped(Exception):
    """The worker gave no answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Worker:
    """One worker process and the thread that listens to it."""

    def __init__(self, memory_bytes: int) -> None:
        environment = dict(os.environ)
        # A checkout is found from any folder; -P keeps the folder itself out, it is no place for code.
        environment["PYTHONPATH"] = os.pathsep.join(
            part for part in (str(_PACKAGE_PARENT), environment.get("PYTHONPATH", "")) if part
        )
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["PYTHONUTF8"] = "1"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "jjjmap.text.documents.reading_worker", str(memory_bytes)],
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
        return self._process.poll() is None

    def ask(
        self, request: dict[str, Any], seconds: float, cancelled: Callable[[], bool] | None
    ) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            _write_frame(self._process.stdin, request)
        except OSError as exc:
            raise _Stopped("crashed") from exc
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self._answers.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if cancelled is not None and cancelled():
                    raise _Stopped("cancelled") from None
                if time.monotonic() > deadline:
                    raise _Stopped("timeout") from None
                continue
            if answer is None:
                raise _Stopped("crashed")
            return answer

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
                answer = _read_frame(self._process.stdout)
            except (OSError, ValueError) as exc:
                logger.warning("the reading worker said what cannot be understood: %r", exc)
                answer = None
            self._answers.put(answer)
            if answer is None:
                return


def _write_frame(file: IO[bytes], value: dict[str, Any]) -> None:
    # Names of files may hold bytes that are no UTF-8; ASCII escapes carry them.
    data = json.dumps(value).encode("ascii")
    file.write(_LENGTH.pack(len(data)))
    file.write(data)
    file.flush()


def _read_frame(file: IO[bytes]) -> dict[str, Any] | None:
    """Return the next frame; None at the end."""
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


def _as_json(raw: RawText) -> dict[str, Any]:
    return {
        "text": raw.text,
        "format": raw.format.value,
        "encoding": raw.encoding,
        "title": raw.title,
        "author": raw.author,
        "date": raw.date,
        "page_starts": list(raw.page_starts),
        "findings": [finding.to_dict() for finding in raw.findings],
    }


def _raw_text(value: dict[str, Any]) -> RawText:
    return RawText(
        str(value["text"]),
        DocumentFormat(value["format"]),
        str(value["encoding"]),
        str(value["title"]),
        str(value["author"]),
        str(value["date"]),
        tuple(int(start) for start in value["page_starts"]),
        tuple(
            Finding(
                Severity(finding["severity"]),
                *(str(finding[name]) for name in ("code", "where", "message", "hint")),
            )
            for finding in value["findings"]
        ),
    )


# -- The other end ---------------------------------------------------------------------------------


def _cap_memory(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return  # No such caps there; the time cap and the limits of the readers hold.
    import resource

    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        # It reads; whatever a parser is talked into, it writes no file.
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (wanted, hard))
        except (OSError, ValueError) as exc:
            # macOS refuses to cap address space.
            logger.warning("a cap of the reading worker was refused: %r", exc)


def _cap_time(seconds: float) -> None:
    """Let the processor time of the next file end the process, should the program that started it be gone."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(usage.ru_utime + usage.ru_stime + seconds) + 2
    try:
        resource.setrlimit(
            resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
        )
    except (OSError, ValueError) as exc:
        logger.warning("a cap of the reading worker was refused: %r", exc)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    path = Path(str(request["path"]))
    try:
        return {"raw": _as_json(read_document(path))}
    except DocumentUnreadable as exc:
        return {"unreadable": exc.reason, "detail": exc.detail}


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more."""
    while (request := _read_frame(requests)) is not None:
        use_language(Language(request["language"]))
        _cap_time(float(request["seconds"]))
        try:
            _write_frame(answers, _answer(request))
        except MemoryError:
            _write_frame(answers, {"unreadable": "out-of-memory", "detail": ""})


def main() -> None:
    """Serve the program that started this process."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not get between the frames.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _cap_memory(int(sys.argv[1]))
    with answers:
        serve(requests, answers)


if __name__ == "__main__":
    main()
