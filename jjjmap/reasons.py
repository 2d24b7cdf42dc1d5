"""Why something could not be read, and what to try: sentences by the slug that an error carries."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jjjmap.i18n import _

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST_DETAIL = 100
"""With it a sentence stays below 300 characters in either language."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason in words, made when they are asked for: the language may change."""

    why: Callable[[], str]
    """May have the hole ``{detail}``."""
    hint: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Reasons:
    """All reasons that one kind of error may carry.

    Parameters
    ----------
    table
        By slug.
    otherwise
        The slug of what is said of a reason that is not in the table.
    """

    table: Mapping[str, Reason]
    otherwise: str

    def parts(self, reason: str, detail: str = "") -> tuple[str, str]:
        """Return why it could not be read, and what to try, each a sentence in the language in use."""
        known = self.table.get(reason) or self.table[self.otherwise]
        # The detail may hold what a file or a server says about itself: one line of it, and not much.
        said = " ".join(_UNPRINTABLE.sub(" ", detail).split())
        if len(said) > _LONGEST_DETAIL:
            said = f"{said[: _LONGEST_DETAIL - 1]}…"
        return known.why().format(detail=said or "?"), known.hint()

    def sentence(self, reason: str, detail: str = "") -> str:
        """Return why it could not be read and what to try, in the language in use."""
        why, hint = self.parts(reason, detail)
        return _("{why}{hint}").format(why=why, hint=hint)
