"""A process of its own that reads hostile documents, so that neither their memory nor their crash is ours.

``DocumentReader`` stands in the program; what `worker_process` starts is the other end.
The worker starts with the first file that needs one, serves many, and is replaced when it dies.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jjjmap.errors import DocumentUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, language, use_language
from jjjmap.text.documents.readers import is_plain, read_document
from jjjmap.text.records import DocumentFormat, RawText
from jjjmap.worker_process import Progress, WorkerProcess, WorkerStopped, run_worker

SECONDS_PER_FILE = 60.0
MEMORY_BYTES = 3 << 29
"""1.5 GB of address space, where the platform can cap it."""


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
        self._worker: WorkerProcess | None = None

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
        request = {"path": str(path.absolute()), "language": language().value}
        try:
            said = self._worker.ask(request, self._seconds, cancelled=cancelled)
        except WorkerStopped as exc:
            self._end_worker()
            detail = f"{self._seconds:g}" if exc.reason == "timeout" else ""
            raise DocumentUnreadable(path, exc.reason, detail) from exc
        except BaseException:
            self._end_worker()
            raise
        if "unreadable" in said:
            if said["unreadable"] == "out-of-memory":
                # What is left of its memory is in pieces.
                self._end_worker()
            raise DocumentUnreadable(path, str(said["unreadable"]), str(said["detail"]))
        return _raw_text(said["raw"])

    def close(self) -> None:
        """End the worker process, if there is one."""
        self._end_worker(gently=True)

    def _start_worker(self, path: Path) -> WorkerProcess:
        try:
            return WorkerProcess("jjjmap.text.documents.reading_worker", memory_bytes=self._memory_bytes)
        except OSError as exc:
            raise DocumentUnreadable(path, "crashed") from exc

    def _end_worker(self, *, gently: bool = False) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(gently=gently)


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


def answer(request: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """Answer one request of `DocumentReader`."""
    use_language(Language(request["language"]))
    path = Path(str(request["path"]))
    try:
        return {"raw": _as_json(read_document(path))}
    except DocumentUnreadable as exc:
        return {"unreadable": exc.reason, "detail": exc.detail}


if __name__ == "__main__":
    run_worker(answer)
