"""Keeps what folium built from one start to the next: it is the same, and folium is slow to import."""

import contextlib
import hashlib
import importlib.metadata
import json
import logging
import tempfile
from pathlib import Path

from jjjmap.maps.map_page import MapPage

logger = logging.getLogger(__name__)

_MADE_BY = ("folium", "branca", "Jinja2")
_FILE = "map-page-{key}.json"


def built_page(cache: Path, *, starter: str, scripts: tuple[str, ...], styles: tuple[str, ...]) -> MapPage:
    """Return the page that `builder.build_map` makes of these arguments, from the cache if it is there.

    Parameters
    ----------
    cache
        A folder of the user's; made if need be. If it cannot be read or written, that costs time only.
    starter, scripts, styles
        See `builder.build_map`.
    """
    file = cache / _FILE.format(key=_key(starter, scripts, styles))
    page = _read(file)
    if page is None:
        # Imported here: whoever finds the page in the cache never pays for folium.
        from jjjmap.maps.builder import build_map

        page = build_map(starter=starter, scripts=scripts, styles=styles)
        _write(file, page)
    return page


def _key(starter: str, scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """Return a name that changes when the page might: with folium, our builder, and what it is asked."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _MADE_BY]
    builder = Path(__file__).with_name("builder.py").read_bytes()
    parts = [*versions, hashlib.sha256(builder).hexdigest(), starter, *scripts, "|", *styles]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _read(file: Path) -> MapPage | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        head, body, script = (said[part] for part in ("head", "body", "script"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as exc:
        logger.warning("the cached page is not used: %s", exc)
        return None
    if not all(isinstance(part, str) for part in (head, body, script)):
        return None
    return MapPage(head, body, script)


def _write(file: Path, page: MapPage) -> None:
    said = {"head": page.head, "body": page.body, "script": page.script}
    temporary = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as temporary:
            json.dump(said, temporary)
        Path(temporary.name).replace(file)
    except OSError as exc:
        logger.warning("the page is not kept for the next start: %s", exc)
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary.name).unlink()
        return
    _remove_older(file)


def _remove_older(file: Path) -> None:
    """Remove the pages of an older folium or an older program; nobody else ever would."""
    for other in file.parent.glob(_FILE.format(key="*")):
        if other != file:
            try:
                other.unlink(missing_ok=True)
            except OSError as exc:
                logger.warning("an older page stays in the cache: %s", exc)
