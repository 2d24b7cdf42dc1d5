"""The SHA-256 of a file, computed beside other work."""

import hashlib
import logging
import threading
from pathlib import Path

logger = logging.getLogger(__name__)


class FileHash:
    """The SHA-256 of a file, computed beside the reading: hashing lets other threads run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._result = ""
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="hash", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        digest = hashlib.sha256()
        try:
            with self._path.open("rb") as file:
                while not self._stop and (data := file.read(1 << 20)):
                    digest.update(data)
        except OSError as exc:
            logger.warning("%s cannot be hashed: %r", self._path.name, exc)
            return
        self._result = digest.hexdigest()

    def stop(self) -> None:
        """End it, finished or not."""
        self._stop = True
        self._thread.join()

    def result(self) -> str:
        """Wait for it and return 64 hex digits; empty if the file could not be read."""
        self._thread.join()
        return self._result
