"""Whole numbers with more digits than GDAL keeps, as texts: codes and ids in GeoJSON lose no digit."""

import re
from pathlib import Path

import numpy as np

from jjjmap.layers.opening.layer_part import not_written

LONG = 16
"""Digits from which a number may not be exact: 2⁵³ has that many."""

_CHUNK = 8 << 20
_DOUBLINGS = (1, 2, 4, 8)
"""Shifts that leave a mark only where `LONG` digits follow."""
_MAY_STAND_BEFORE = np.isin(np.arange(256), list(b": -\t\r\n"))
_WITHOUT = re.compile(
    rb'(?:[^":]++|"(?:[^"\\]++|\\.)*+"|:(?=\s*+(?:[^\s\d-]|-?\d{1,15}+[^\d]))){0,10000}+', re.DOTALL
)
"""What holds no long number, whole texts among it."""
_VALUE = re.compile(rb":\s*+(-?\d{16,}+)(?=\s*+[,}\]])")
_CUT = re.compile(rb":\s*+-?\d*+\s*+\Z")


def has_long_integers(path: Path) -> bool:
    """Return whether a JSON file may hold a whole number of `LONG` digits or more as a value; raises OSError.

    Some texts look like one as well: this is a quick look.
    """
    before = b" "
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            # The end of the last piece comes again, so that no number is cut in two.
            codes = np.frombuffer(before + data, dtype=np.uint8)
            starts = codes - np.uint8(ord("0")) < 10
            is_digit = starts
            for shift in _DOUBLINGS:
                starts = starts[:-shift] & starts[shift:]
            at = np.flatnonzero(starts[1:] & ~is_digit[: len(starts) - 1]) + 1
            if _MAY_STAND_BEFORE[codes[at - 1]].any():
                return True
            before = codes[-LONG - 1 :].tobytes()
    return False


def copy_with_texts(path: Path, target: Path) -> bool:
    """Copy a JSON file, long whole numbers in quotes; return whether there were any.

    Raises
    ------
    LayerUnreadable
        ``no-space`` or ``not-written``.
    """
    found = False
    try:
        with path.open("rb") as source, target.open("xb") as copy:
            left = b""
            # As much again as is left, so that a text without end costs no more than its length.
            while data := source.read(max(_CHUNK, len(left))):
                buffer = left + data
                done = at = 0
                while at < len(buffer):
                    if (end := _end(_WITHOUT, buffer, at)) > at:
                        at = end
                    elif value := _VALUE.match(buffer, at):
                        copy.write(buffer[done : value.start(1)] + b'"' + value[1] + b'"')
                        done = at = value.end(1)
                        found = True
                    elif buffer[at : at + 1] == b'"' or _CUT.match(buffer, at):
                        break
                    else:
                        at += 1
                copy.write(buffer[done:at])
                left = buffer[at:]
            copy.write(left)
    except OSError as exc:
        raise not_written(path, exc) from exc
    return found


def _end(pattern: re.Pattern[bytes], buffer: bytes, at: int) -> int:
    found = pattern.match(buffer, at)
    return at if found is None else found.end()
