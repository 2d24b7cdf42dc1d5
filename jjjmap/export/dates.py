"""The day that an export names."""

import os
from datetime import UTC, date, datetime


def export_date() -> date:
    """Return the day that the export names: today, or that of ``SOURCE_DATE_EPOCH``.

    Raises
    ------
    ValueError
        The variable holds no number of seconds, or one beyond the calendar. Another day than the one that was
        asked for would go unnoticed.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now().astimezone().date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (OverflowError, OSError) as exc:
        raise ValueError(str(exc)) from exc
