"""Tiles that were fetched, on disk for as long as their servers allow: nobody is asked twice for the same."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path

from jjjmap.maps.basemaps import TileKey
from jjjmap.maps.tile_images import tile_mimetype

logger = logging.getLogger(__name__)

LEAST_S = 7 * 24 * 3600.0
"""So long a tile is good at least, as the policy of OpenStreetMap's servers asks."""
MOST_S = 180 * 24 * 3600.0

MAX_BYTES = 200_000_000
"""What goes beyond is removed, the oldest first."""
PRUNED_TO = 0.8

_MAX_HEAD_BYTES = 2000
_MAX_TAG_CHARS = 300
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age=(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CachedTile:
    """A tile as it was fetched."""

    data: bytes
    mimetype: str
    fetched: float
    """Seconds since 1970."""
    good_until: float
    etag: str = ""
    modified: str = ""

    def is_fresh(self, now: float) -> bool:
        """Whether its server need not be asked; a clock that was put back makes nothing last longer."""
        return self.fetched - 60 <= now < self.good_until


class TileCache:
    """A folder of tiles. May be used from several threads; broken files are as good as none.

    Parameters
    ----------
    folder
        Made if need be. No name and no file in it holds an address or a token.
    now
        Seconds since 1970.
    """

    def __init__(
        self, folder: Path, *, max_bytes: int = MAX_BYTES, now: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._now = now

    def find(self, key: TileKey) -> CachedTile | None:
        """Return a tile, fresh or not; None where none is kept."""
        try:
            head, _end, data = self._file(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        mimetype = tile_mimetype(data)
        try:
            said = json.loads(head[:_MAX_HEAD_BYTES])
            times = float(said["fetched"]), float(said["good_until"])
            tags = str(said["etag"]), str(said["modified"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return None if mimetype is None else CachedTile(data, mimetype, *times, *tags)

    def is_fresh(self, tile: CachedTile) -> bool:
        """Whether the server of a tile need not be asked now."""
        return tile.is_fresh(self._now())

    def keep(self, key: TileKey, data: bytes, mimetype: str, headers: Mapping[str, str]) -> None:
        """Keep a tile that was fetched, unless its server forbids it.

        Parameters
        ----------
        headers
            Of the answer, their names in lower case.
        """
        if "no-store" in headers.get("cache-control", "").lower():
            return
        now = self._now()
        tags = (headers.get(name, "")[:_MAX_TAG_CHARS] for name in ("etag", "last-modified"))
        self._write(key, CachedTile(data, mimetype, now, now + lifetime_s(headers, now), *tags))

    def renew(self, key: TileKey, tile: CachedTile, headers: Mapping[str, str]) -> None:
        """Keep a tile of which its server says that it has not changed."""
        now = self._now()
        self._write(key, replace(tile, fetched=now, good_until=now + lifetime_s(headers, now)))

    def size_bytes(self) -> int:
        """Return how much is kept."""
        return sum(size for _age, size, _path in self._files())

    def clear(self) -> None:
        """Remove everything."""
        for _age, _size, path in self._files():
            with contextlib.suppress(OSError):
                path.unlink()

    def prune(self) -> None:
        """Remove the oldest tiles if there are too many."""
        files = sorted(self._files())
        total = sum(size for _age, size, _path in files)
        if total <= self._max_bytes:
            return
        for _age, size, path in files:
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size
            if total <= self._max_bytes * PRUNED_TO:
                return

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.glob("*/*/*/*"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                found.append((facts.st_mtime, facts.st_size, path))
        return found

    def _file(self, key: TileKey) -> Path:
        return self._folder / key.tile_set / str(key.z) / str(key.x) / str(key.y)

    def _write(self, key: TileKey, tile: CachedTile) -> None:
        head = {name: value for name, value in asdict(tile).items() if name not in ("data", "mimetype")}
        path = self._file(key)
        # Not flushed to the disk: a tile that a power cut spoils is fetched anew.
        temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(json.dumps(head).encode() + b"\n" + tile.data)
            temporary.replace(path)
        except OSError as exc:
            logger.debug("a tile is not kept: %s", exc)
            with contextlib.suppress(OSError):
                temporary.unlink()


def lifetime_s(headers: Mapping[str, str], now: float) -> float:
    """Return for how long a tile is good: as its server says, but not shorter than seven days."""
    said = _MAX_AGE.search(headers.get("cache-control", ""))
    if said is not None:
        seconds = float(said[1])
    else:
        try:
            seconds = parsedate_to_datetime(headers.get("expires", "")).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            seconds = LEAST_S
    return min(max(seconds, LEAST_S), MOST_S)
