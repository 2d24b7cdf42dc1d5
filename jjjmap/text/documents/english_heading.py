"""Who published an English paper, and when, from a line such as ``Issued by the Desk, 12 March 2025``."""

import re
from datetime import date

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" if len(month) > 3 else month for month in _MONTHS)
_DAY = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})\.?,?|(?P<month_us>{_MONTH})\.?\s+(?P<day_us>\d{{1,2}}),?)"
    r"\s+(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:(?:issued|published|released|prepared)\s+by|publisher|issuer|source)\s*:?\s+(?:the\s+)?"
    r"(?P<issuer>[^,;|\n]{3,80}?)\s*(?:[,;|]|\bon\b|$)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:date|published|issued|updated)\b", re.IGNORECASE)


def issuer_in(line: str) -> str:
    """Return who a line says has published the paper; empty if it says no such thing."""
    match = _BYLINE.match(line.strip())
    return match["issuer"].strip() if match and not _DAY.match(match["issuer"]) else ""


def is_byline(line: str) -> bool:
    """Whether a line tells publisher or date, and so is no title."""
    bare = line.strip()
    return bool(_BYLINE.match(bare) or _LABEL.match(bare) or _DAY.match(bare)) and len(bare) <= 160


def day_in(line: str) -> str:
    """Return the day that a byline tells, as ISO 8601; empty if it tells none."""
    if not is_byline(line):
        return ""
    match = _DAY.search(line)
    if match is None:
        return ""
    month = (match["month"] or match["month_us"])[:3].lower()
    number = next(at for at, name in enumerate(_MONTHS, start=1) if name.startswith(month))
    try:
        return date(int(match["year"]), number, int(match["day"] or match["day_us"])).isoformat()
    except ValueError:
        return ""
