"""Findings: what is doubtful or broken in data, as facts that a person can act on."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Something was dropped or is wrong."""
    WARNING = "warning"
    """Kept, but doubtful."""
    INFO = "info"
    """Worth knowing."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found in data, in a form that window and command line both show."""

    severity: Severity
    code: str
    """Stable ASCII slug, e.g. ``dangling-source``."""
    where: str
    """File and line, or file and feature id, e.g. ``catalogue/places.csv:14``. Never an absolute path."""
    message: str
    """What is wrong, one sentence in the language in use."""
    hint: str = ""
    """What to try; may be empty."""

    def to_dict(self) -> dict[str, str]:
        """Return the finding in the shape of the command line's JSON."""
        return {
            "severity": self.severity.value,
            "code": self.code,
            "where": self.where,
            "message": self.message,
            "hint": self.hint,
        }
