"""What is tried with a mutant: it is given as the user would give it, and what comes of it is looked at."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tests.fuzzing.mutations import Family


class Trial:
    """One format.

    Parameters
    ----------
    folder
        Existing and empty, to work in.
    """

    family: ClassVar[Family]
    suite_mutants: ClassVar[int] = 60
    """So many are tried whenever the tests run: a second or two."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seeds: Sequence[bytes] = self.made_seeds()

    def made_seeds(self) -> Sequence[bytes]:
        """Return sound files; more than one, so that two can be joined."""
        raise NotImplementedError

    def run(self, data: bytes) -> str:
        """Try a mutant; return ``read``, or the slug of the reason why not. What it raises is a fault."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of processes."""
