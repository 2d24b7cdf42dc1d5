"""What files hold and say of themselves, made fit to keep: line ends, control characters, titles, dates."""

import re
from datetime import date

CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
"""Characters that no text needs; without tab, line ends and form feed."""
_UNWANTED = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_LONGEST_FIELD = 300
"""Characters of a title or an author that a file gives itself."""


def printable(text: str) -> str:
    """Return text with a space for each character that cannot be shown, line ends among them."""
    return re.sub("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", " ", text)


def tidy(text: str) -> str:
    r"""Return text with ``\\n`` as the only line end, without what no text may hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNWANTED.sub("", text)


def one_line(text: object) -> str:
    """Return what a file says of itself, a title or an author, as one line of bounded length."""
    return " ".join(printable(str(text or "")).split())[:_LONGEST_FIELD]


def iso_date(text: str) -> str:
    """Return the day of an ISO 8601 time; empty if it is none."""
    match = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", text.strip())
    if not match:
        return ""
    try:
        year, month, day = (int(part) for part in match.groups())
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
