"""The process in which users' data files are read: hostile bytes meet GDAL there, not in the program.

``LayerReader`` stands in the program; run by ``python -m`` this module is the other end (`worker_process`).
"""

import logging
import os
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from jjjmap.errors import LayerUnreadable
from jjjmap.i18n import Language, language, use_language
from jjjmap.layers.opening.records import Inspection, OpenOptions, ReadAnswer
from jjjmap.worker_process import Cancelled, Progress, WorkerProcess, WorkerStopped, run_worker

if TYPE_CHECKING:
    from jjjmap.layers.opening.layer_writer import LayerWriter

logger = logging.getLogger(__name__)

READ_SECONDS = 600.0
INSPECT_SECONDS = 20.0
FILE_BYTES = 8 << 30
"""That one written file may have."""
_LEAST_MEMORY_BYTES = 8 << 30


def memory_cap() -> int:
    """Return the address space of a worker in bytes: half of the memory, but at least 8 GB.

    Arrow and GDAL reserve more addresses than they use: 2 GB of them for a worker of 0.4 GB.
    """
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows does not say, and has no cap either.
        there = 0
    return max(_LEAST_MEMORY_BYTES, there // 2)


class LayerReader:
    """Reads data files of any kind in a worker process with caps.

    For one thread. Use it as a context manager, or `close` it: no process is left behind. The user's file is
    opened for reading only, and never changed.

    Parameters
    ----------
    read_seconds, inspect_seconds
        After which a file is given up.
    memory_bytes
        Of address space that the worker may use; None for `memory_cap`.
    """

    def __init__(
        self,
        *,
        read_seconds: float = READ_SECONDS,
        inspect_seconds: float = INSPECT_SECONDS,
        memory_bytes: int | None = None,
    ) -> None:
        self._read_seconds = read_seconds
        self._inspect_seconds = inspect_seconds
        self._memory_bytes = memory_cap() if memory_bytes is None else memory_bytes
        self._worker: WorkerProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def inspect(
        self, path: Path, options: OpenOptions | None = None, *, cancelled: Cancelled | None = None
    ) -> Inspection:
        """Look into a file without reading all of it.

        Parameters
        ----------
        path
            An existing local file; a Shapefile by its .shp, its companions beside it.
        options
            What is known already; every gap is guessed.
        cancelled
            Asked some twenty times a second; the worker is ended as soon as it says True.

        Raises
        ------
        LayerUnreadable
            With one of `reasons.REASONS`.
        """
        with _scratch(path, None) as scratch:
            request = {"act": "inspect", "scratch": str(scratch)}
            answer = self._ask(path, request, options, self._inspect_seconds, None, cancelled)
        found: Inspection = _structured(path, Inspection, answer["inspection"])
        return found

    def read(
        self,
        path: Path,
        options: OpenOptions | None,
        folder: Path,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> ReadAnswer:
        """Read a file into layers.

        Parameters
        ----------
        path, options, cancelled
            As for `inspect`; take `Inspection.options` after the user has looked at them.
        folder
            An existing private folder. It gets a folder for each part, and perhaps ``rejected.csv``. When
            this raises, nothing that came from here is left in it.
        progress
            Told the share that is done, 0…1.

        Raises
        ------
        LayerUnreadable
            With one of `reasons.REASONS`; ``no-space`` if the disk of `folder` is full.
        """
        before = set(folder.iterdir())
        try:
            with _scratch(path, folder) as scratch:
                request = {"act": "read", "folder": str(folder.absolute()), "scratch": str(scratch)}
                answer = self._ask(path, request, options, self._read_seconds, progress, cancelled)
            read: ReadAnswer = _structured(path, ReadAnswer, answer["answer"])
            return read
        except BaseException:
            for left in set(folder.iterdir()) - before:
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        """End the worker process, if there is one."""
        self._end_worker(gently=True)

    def _ask(
        self,
        path: Path,
        request: dict[str, Any],
        options: OpenOptions | None,
        seconds: float,
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> dict[str, Any]:
        from jjjmap.layers.opening.records_json import to_json

        if cancelled is not None and cancelled():
            raise LayerUnreadable(path, "cancelled")
        if self._worker is not None and not self._worker.is_alive():
            self._end_worker()
        if self._worker is None:
            try:
                self._worker = WorkerProcess(
                    "jjjmap.layers.opening.reading_worker",
                    memory_bytes=self._memory_bytes,
                    file_bytes=FILE_BYTES,
                )
            except OSError as exc:
                raise LayerUnreadable(path, "crashed") from exc
        request |= {
            "path": str(path.absolute()),
            "options": to_json(options or OpenOptions()),
            "language": language().value,
        }
        try:
            answer = self._worker.ask(request, seconds, progress=progress, cancelled=cancelled)
        except WorkerStopped as exc:
            self._end_worker()
            detail = f"{seconds:g}" if exc.reason == "timeout" else ""
            raise LayerUnreadable(path, exc.reason, detail) from exc
        except BaseException:
            self._end_worker()
            raise
        if "unreadable" in answer:
            if answer["unreadable"] == "out-of-memory":
                # What is left of its memory is in pieces.
                self._end_worker()
            if answer["unreadable"] == "crashed":
                logger.warning("reading %s failed: %s", path.name, answer["detail"])
            raise LayerUnreadable(path, str(answer["unreadable"]), str(answer["detail"]))
        return answer

    def _end_worker(self, *, gently: bool = False) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(gently=gently)


@contextmanager
def _scratch(path: Path, beside: Path | None) -> Iterator[Path]:
    """Make a private folder for copies, which this process removes: the worker may be killed."""
    try:
        made = Path(tempfile.mkdtemp(prefix=".scratch-", dir=beside))
    except OSError as exc:
        raise LayerUnreadable(path, "no-space", type(exc).__name__) from exc
    try:
        yield made.absolute()
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _structured(path: Path, kind: type[Any], said: Any) -> Any:
    from jjjmap.layers.opening.records_json import from_json

    try:
        return from_json(kind, said)
    except ValueError as exc:
        raise LayerUnreadable(path, "crashed", str(exc)) from exc


# -- The other end ---------------------------------------------------------------------------------


def inspect_file(path: Path, options: OpenOptions, scratch: Path) -> Inspection:
    """Look into a file, in this process; raises LayerUnreadable. `scratch` is a private folder for copies."""
    from jjjmap.layers.opening.sniffing import sniff

    kind = sniff(path)
    if kind.is_table:
        from jjjmap.layers.opening.tables import inspect_table

        return inspect_table(_readable(path, scratch), options, kind)
    from jjjmap.layers.opening.vector_files import inspect_vector

    return inspect_vector(path, kind, options, scratch)


def read_file(path: Path, options: OpenOptions, writer: "LayerWriter", scratch: Path) -> None:
    """Read a file into a writer, in this process; raises LayerUnreadable."""
    from jjjmap.layers.opening.sniffing import sniff

    kind = sniff(path)
    if kind.is_table:
        from jjjmap.layers.opening.tables import read_table

        read_table(_readable(path, scratch), kind, options, writer, scratch)
        return
    from jjjmap.layers.opening.vector_files import read_vector

    read_vector(path, kind, options, writer, scratch)


def _readable(path: Path, scratch: Path) -> Path:
    """Return a table under a name that every library can say: one may hold bytes that are no UTF-8."""
    name = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if name == path.name and str(path) == os.fsencode(path).decode("utf-8", "replace"):
        return path
    from jjjmap.layers.opening.shapefile_parts import stage

    stage(path, scratch / name)
    return scratch / name


def answer(request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Answer one request of `LayerReader`."""
    import pyarrow as pa

    from jjjmap.layers.opening.gdal import first_words
    from jjjmap.layers.opening.layer_writer import LayerWriter
    from jjjmap.layers.opening.records_json import from_json, to_json

    use_language(Language(request["language"]))
    path, scratch = Path(str(request["path"])), Path(str(request["scratch"]))
    options = from_json(OpenOptions, request["options"])
    try:
        if request["act"] == "inspect":
            return {"inspection": to_json(inspect_file(path, options, scratch))}
        with LayerWriter(path, Path(str(request["folder"])), progress=progress) as writer:
            read_file(path, options, writer, scratch)
            return {"answer": to_json(writer.finish())}
    except LayerUnreadable as exc:
        return {"unreadable": exc.reason, "detail": exc.detail}
    except RecursionError as exc:
        return {"unreadable": "too-deep", "detail": type(exc).__name__}
    except OSError as exc:
        return {"unreadable": "no-access", "detail": exc.strerror or type(exc).__name__}
    except MemoryError:
        raise
    except pa.ArrowException as exc:
        # What a broken file left in the batches is found when they are looked at.
        return {"unreadable": "damaged", "detail": first_words(exc)}
    except Exception as exc:
        # Whatever a hostile file made a library raise: this process can go on, and the program is told.
        place = traceback.extract_tb(exc.__traceback__)[-1]
        detail = f"{type(exc).__name__}: {exc}"[:200]
        return {"unreadable": "crashed", "detail": f"{detail} ({Path(place.filename).name}:{place.lineno})"}


if __name__ == "__main__":
    run_worker(answer)
