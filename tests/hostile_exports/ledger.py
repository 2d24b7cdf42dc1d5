"""What became of each hostile text in each format, as the tests saw it; on request a table of it."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from .values import TURNED, VALUES, bare, tagged

TABLE_VARIABLE = "JJJMAP_HOSTILE_TABLE"
"""Names a file into which the table is written when the tests are done."""

AS_IT_IS = "as it is"
LETTERS = "letters kept"
"""Invisible characters were left out or stand as blanks or marks; the visible ones are there."""


class Ledger:
    """Looks for hostile texts in what an export says, and keeps what it found."""

    def __init__(self) -> None:
        self._outcomes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._formats: dict[str, None] = {}

    def see(self, format_name: str, said: Iterable[str] | str, *positions: str) -> None:
        """Assert that every text stands in what was said as the text that it is, with each position's tag.

        Parameters
        ----------
        said
            One text, or for each value one.
        """
        texts = [said] * len(VALUES) if isinstance(said, str) else list(said)
        lost = []
        whole = {text: bare(text) for text in set(texts)}
        for (name, value), text in zip(VALUES.items(), texts, strict=True):
            for position in positions:
                wanted = tagged(value, position)
                if wanted in text:
                    self.note(format_name, name, AS_IT_IS)
                elif bare(wanted) in whole[text]:
                    self.note(format_name, name, LETTERS)
                elif name in TURNED and bare(tagged(TURNED[name], position)) in whole[text]:
                    self.note(format_name, name, "turned round, as it asks")
                else:
                    lost.append((name, position))
        assert not lost, f"{format_name} lost {lost}"

    def note(self, format_name: str, name: str, outcome: str) -> None:
        """Keep what became of a value."""
        self._formats.setdefault(format_name)
        self._outcomes[name][format_name].add(outcome)

    def write(self) -> None:
        """Write the table if somebody wants it."""
        path = os.environ.get(TABLE_VARIABLE)
        if not path:
            return
        formats = list(self._formats)
        lines = ["| value | " + " | ".join(formats) + " |", "|---" * (len(formats) + 1) + "|"]
        for name in (*VALUES, *(name for name in self._outcomes if name not in VALUES)):
            cells = (self._outcomes[name].get(each, set()) for each in formats)
            # Where something was changed anywhere, that is what is told.
            told = ("; ".join(sorted(cell - {AS_IT_IS})) or (AS_IT_IS if cell else "–") for cell in cells)
            lines.append(f"| {name} | " + " | ".join(told) + " |")
        Path(path).write_text("\n".join(lines) + "\n", "utf-8")
