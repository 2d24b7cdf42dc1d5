"""Layers inside zip archives: wanted members are copied under neutral names, with a budget of real bytes."""

import errno
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.layer_part import not_written
from jjjmap.layers.opening.sniffing import MAX_ENTRIES

MAX_INFLATED_BYTES = 2 << 30
"""Really inflated out of an archive; what its header says about sizes is not believed."""
MAX_RATIO = 200
"""Inflated to packed bytes of one member, above `_FREE_OF_RATIO`."""
_FREE_OF_RATIO = 64 << 20
"""The blank columns of a .dbf pack that well, so that small members are not asked."""
_CHUNK = 1 << 20


def is_archive(path: Path) -> bool:
    """Return whether a file is a zip archive; raises OSError."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def member_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of a member as its maker saw it: Chinese names are mostly GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def members(path: Path, suffix: str) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """Return the layers in an archive: name without suffix → suffix → member, in the order of the archive.

    Parameters
    ----------
    suffix
        In lower case; a layer is what has a member with it.

    Raises
    ------
    LayerUnreadable
        ``damaged``, ``bomb``, ``encrypted``, ``zip-without-layer``.
    """
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    with _opened(path) as archive:
        for entry in archive.infolist():
            name = member_name(entry).replace("\\", "/")
            is_hidden = name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")
            if is_hidden or _is_link(entry) or name.endswith("/"):
                continue
            stem, dot, end = name.rpartition(".")
            if stem and re.fullmatch(r"\w{1,8}", end):
                found.setdefault(stem, {}).setdefault(f"{dot}{end}".lower(), entry)
    layers = {stem: parts for stem, parts in found.items() if suffix in parts}
    if not layers:
        raise LayerUnreadable(path, "zip-without-layer")
    # The folder is no part of the name, unless two layers share it.
    shorts = [stem.rpartition("/")[2] for stem in layers]
    return {
        short if shorts.count(short) == 1 else stem: parts
        for (stem, parts), short in zip(layers.items(), shorts, strict=True)
    }


def copy_members(path: Path, parts: Mapping[str, zipfile.ZipInfo], folder: Path, stem: str) -> None:
    """Copy members to ``<folder>/<stem><suffix>``; no name of the archive becomes a name on disk.

    Raises
    ------
    LayerUnreadable
        ``bomb``, ``damaged``, ``encrypted``, ``no-space``.
    """
    left = MAX_INFLATED_BYTES
    with _opened(path) as archive:
        for suffix, entry in parts.items():
            if entry.flag_bits & 1:
                raise LayerUnreadable(path, "encrypted")
            allowed = min(left, max(_FREE_OF_RATIO, entry.compress_size * MAX_RATIO))
            with archive.open(entry) as source:
                left -= _copied(path, source.read, folder / f"{stem}{suffix}", allowed)


def _copied(path: Path, read: Callable[[int], bytes], target: Path, allowed: int) -> int:
    count = 0
    try:
        with target.open("xb") as file:
            while data := read(_CHUNK):
                count += len(data)
                if count > allowed:
                    limits = f"> {MAX_INFLATED_BYTES >> 30} GB / {MAX_RATIO}×"
                    raise LayerUnreadable(path, "bomb", limits)
                file.write(data)
    except OSError as exc:
        if exc.errno == errno.EINVAL:
            raise  # From reading; see `_opened`.
        raise not_written(path, exc) from exc
    return count


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MAX_ENTRIES:
                raise LayerUnreadable(path, "bomb", f"> {MAX_ENTRIES}")
            yield archive
    except RuntimeError as exc:
        # What zipfile raises for an encrypted part; NotImplementedError is its child.
        reason = "encrypted" if "password" in str(exc) or "encrypted" in str(exc) else "damaged"
        raise LayerUnreadable(path, reason, type(exc).__name__) from exc
    except OSError as exc:
        if exc.errno != errno.EINVAL:
            raise
        # Its directory says that a member begins before the file does.
        raise LayerUnreadable(path, "damaged", type(exc).__name__) from exc
    except (zipfile.BadZipFile, EOFError, ValueError, KeyError, zlib.error) as exc:
        raise LayerUnreadable(path, "damaged", type(exc).__name__) from exc


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)
