"""What a question about units lacks, told as a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

MOST_NAMED = 8


def impossible(code: str, message: str, hint: str = "", where: str = "") -> AnalysisImpossible:
    """Return the error that says why there is no answer."""
    return AnalysisImpossible(Finding(Severity.ERROR, code, where, message, hint))


def named(names: Iterable[str], most: int = MOST_NAMED) -> str:
    """Return names in a row, the first ones where they are many."""
    known = list(names)
    shown: Sequence[str] = known[:most]
    listed = _("、").join(shown)
    return _("{some} 等 {n} 个").format(some=listed, n=len(known)) if len(known) > most else listed
