"""The day that an export names, and the moment that a file bears."""

from __future__ import annotations

import errno
import os
from datetime import UTC, date, datetime

from jjjmap.i18n import _


def export_date() -> date:
    """Return the day that the export names: today, or that of ``SOURCE_DATE_EPOCH``.

    Raises
    ------
    ValueError
        The variable holds no number of seconds, or one beyond the calendar. Another day than the one that was
        asked for would go unnoticed.
    """
    stated = _stated()
    return datetime.now().astimezone().date() if stated is None else stated.date()


def export_moment() -> datetime:
    """Return the moment that a file bears, UTC: now, or that of ``SOURCE_DATE_EPOCH``.

    Raises
    ------
    OSError
        The variable holds no moment; the reason is in words.
    """
    try:
        return _stated() or datetime.now(UTC)
    except ValueError as exc:
        raise OSError(errno.EINVAL, _("环境变量 SOURCE_DATE_EPOCH 不是可用的时间。")) from exc


def moment_text() -> str:
    """Return the moment that a file bears as GeoPackages write it.

    Raises
    ------
    OSError
        See `export_moment`.
    """
    return f"{export_moment():%Y-%m-%dT%H:%M:%S}.000Z"


def settle_gdal_date() -> None:
    """Let GDAL write the moment of ``SOURCE_DATE_EPOCH`` into files; without the variable it writes its own.

    The setting is the whole process's. It says the same whenever it is made, so nobody takes it back: files
    that are written at the same time do not take it from each other.

    Raises
    ------
    OSError
        See `export_moment`.
    """
    import pyogrio

    moment = moment_text()
    is_stated = bool(os.environ.get("SOURCE_DATE_EPOCH", ""))
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment if is_stated else None})


def _stated() -> datetime | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (OverflowError, OSError) as exc:
        raise ValueError(str(exc)) from exc
