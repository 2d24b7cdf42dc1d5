"""What holds whatever a file may be, and the worker processes as seen from outside."""

import hashlib
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from jjjmap.findings import Finding
from jjjmap.i18n import Language, use_language
from jjjmap.ui.messages import explain
from jjjmap.worker_process import WorkerProcess, WorkerStopped

LONGEST_SENTENCE = 300
_PLACE_IN_CODE = re.compile(r"\(\w+\.py:\d+\)")
"""How our workers say where something unforeseen was raised."""


class Fault(AssertionError):
    """A promise that did not hold."""


def check_sentence(text: str, what: str) -> None:
    """See that a text can be shown to a person."""
    if not text.strip():
        raise Fault(f"{what}: nothing is said")
    if len(text) >= LONGEST_SENTENCE:
        raise Fault(f"{what}: {len(text)} characters: {text[:LONGEST_SENTENCE]}…")
    for unwanted in ("Traceback", ".scratch-", "/tmp/", "{detail}", "\0"):
        if unwanted in text:
            raise Fault(f"{what}: {unwanted!r} in {text!r}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise Fault(f"{what}: half characters in {text!r}") from exc


def check_error(error: Exception, detail: str = "") -> None:
    """See that an error is told in a sentence, in both languages.

    Parameters
    ----------
    detail
        What it says of itself: a place in the code tells of something that nobody foresaw.
    """
    if _PLACE_IN_CODE.search(detail):
        raise Fault(f"unforeseen: {detail}")
    for language in (Language.EN, Language.ZH):
        use_language(language)
        said = explain(error)
        if said.report:
            raise Fault(f"unforeseen by what tells of errors: {error!r}")
        check_sentence("".join((said.what, said.why, said.hint)), type(error).__name__)


def check_findings(findings: Iterable[Finding]) -> None:
    """See that each can be shown to a person."""
    for finding in findings:
        check_sentence(f"{finding.message}{finding.hint}", finding.code)


def hashes(folder: Path) -> dict[str, str]:
    """Return the files below a folder, each with a hash of what is in it."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """See that nothing in a folder is changed, added or taken away."""
    before = hashes(folder)
    yield
    if hashes(folder) != before:
        raise Fault(f"the user's folder was changed: {sorted(before)} → {sorted(hashes(folder))}")


class WatchedWorker(WorkerProcess):
    """A worker process whose death and whose memory are noted."""

    deaths: ClassVar[Counter[int]] = Counter()
    """By exit code; of a signal its number, negative."""
    peak_bytes: ClassVar[int] = 0
    """Of memory that one of them had in use."""

    def __init__(self, module: str, *, memory_bytes: int, file_bytes: int = 0) -> None:
        super().__init__(module, memory_bytes=memory_bytes, file_bytes=file_bytes)
        self._memory_bytes = memory_bytes

    def ask(self, request: dict[str, Any], seconds: float, **told: Any) -> dict[str, Any]:
        try:
            return super().ask(request, seconds, **told)
        except WorkerStopped as exc:
            if exc.reason == "crashed":
                self._note_death()
            raise
        finally:
            self._note_memory()

    def _note_death(self) -> None:
        try:
            code = self._process.wait(10)
        except subprocess.TimeoutExpired as exc:
            raise Fault("a worker lives that was given up as dead") from exc
        type(self).deaths[code] += 1
        if code >= 0:
            # No library crashed: our own code let an exception through.
            raise Fault(f"a worker ended with exit code {code}")

    def _note_memory(self) -> None:
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        except OSError:
            return  # It is gone, or the system does not say.
        kb = {name: int(number) for name, number in re.findall(r"^(Vm\w+):\s+(\d+) kB", status, re.MULTILINE)}
        WatchedWorker.peak_bytes = max(WatchedWorker.peak_bytes, kb.get("VmHWM", 0) << 10)
        if kb.get("VmPeak", 0) << 10 > self._memory_bytes:
            raise Fault(f"a worker had {kb['VmPeak'] >> 10} MB of addresses, above its cap")


class KeptWorker:
    """Makes one worker serve many who each would start one of their own."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._worker: WatchedWorker | None = None

    def __call__(self, module: str, *, memory_bytes: int, file_bytes: int = 0) -> "KeptWorker":
        if self._worker is None:
            self._worker = WatchedWorker(
                module, memory_bytes=min(memory_bytes, self._memory_bytes), file_bytes=file_bytes
            )
        return self

    def ask(self, request: dict[str, Any], seconds: float, **told: Any) -> dict[str, Any]:
        """Ask the worker; the next one asks another if it died."""
        assert self._worker is not None
        try:
            answer = self._worker.ask(request, seconds, **told)
        except BaseException:
            self.close()
            raise
        if answer.get("unreadable") == "out-of-memory":
            self.close()
        return answer

    def end(self, *, gently: bool) -> None:
        """Do nothing: it serves the next one."""

    def close(self) -> None:
        """End the process."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(gently=False)


@contextmanager
def watched(*modules: ModuleType, by: Any = WatchedWorker) -> Iterator[None]:
    """Have modules start workers that are watched."""
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            patch.setattr(module, "WorkerProcess", by)
        yield
