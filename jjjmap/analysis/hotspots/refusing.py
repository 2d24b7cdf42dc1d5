"""Why a question about hotspots cannot be answered, said once for all methods."""

from __future__ import annotations

from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.findings import Finding, Severity


def impossible(code: str, message: str, hint: str = "", where: str = "") -> AnalysisImpossible:
    """Return an error that says why, and what to try."""
    return AnalysisImpossible(Finding(Severity.ERROR, code, where, message, hint))


def warning(code: str, message: str, hint: str = "", where: str = "") -> Finding:
    """Return a finding about something doubtful that was kept."""
    return Finding(Severity.WARNING, code, where, message, hint)


def remark(code: str, message: str, hint: str = "", where: str = "") -> Finding:
    """Return a finding that is worth knowing."""
    return Finding(Severity.INFO, code, where, message, hint)
