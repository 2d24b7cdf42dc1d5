"""What the program remembers between two starts, as versioned JSON."""

import contextlib
import errno
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MAX_DATUMS = 200
"""So many answers are remembered, the last ones."""

MAX_COLUMN_CHOICES = 100
"""Of so many layers it is remembered which columns are not passed on, the last ones."""

MAX_RECENT = 10
"""So many projects are remembered, the last ones."""

MAX_OWN_BASEMAPS = 20
"""So many addresses of online basemaps are remembered."""

MOST_TOLERANCE_M = 5000.0
"""Borders moved further than that are no borders any more."""

_LONGEST_REASON = 100

VERSION = 1
"""Raised when an older program could no longer read the file."""


@dataclass(frozen=True, slots=True)
class LayerSetting:
    """How the user left one layer."""

    id: str
    visible: bool
    opacity: float
    """0 is invisible, 1 opaque."""


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What the user chose when something was last exported; whom it is for is asked every time."""

    kind: str = "page"
    """See `session.exporters.ExportKind`."""
    both_languages: bool = True
    """Whether the reader of a web page can switch to the other language."""
    tolerance_m: float = 0.0
    """How far lines and borders of users' layers may be moved in a web page, in metres."""
    paper: str = "A4"
    """See `export.pictures.papers`; empty for a size of the user's own."""
    width_mm: float = 297.0
    height_mm: float = 210.0
    dpi: int = 300
    picture_suffix: str = ".pdf"
    data_suffix: str = ".gpkg"
    """Empty for a folder."""
    briefing_formats: tuple[str, ...] = ("pdf",)
    page_template: str = ""
    """Folder of the user's template for PDF and web page; empty for our own."""
    docx_template: str = ""
    """The user's Word template; empty for our own."""
    with_quotations: bool = True
    """Whether briefings cite the user's library."""
    with_library: bool = True
    """Whether the user's library goes along with maps and data for internal use."""
    columns_kept_home: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Columns that the user did not pass on, by layer id."""


@dataclass(frozen=True, slots=True)
class OwnBasemap:
    """An online basemap that the user added; its token, if it has one, stands in the system's keyring."""

    id: str
    title: str
    template: str
    """Its address, with holes; see `maps.tile_addresses`."""
    attribution: str = ""
    """Whom the map names while it is shown."""
    max_zoom: int = 18
    plain_http: bool = False
    """Whether the user accepted that nothing is encrypted."""


@dataclass(frozen=True, slots=True)
class OnlineSettings:
    """What the user chose for online basemaps; without a choice nothing leaves the program."""

    at_start: bool = False
    """Whether the program begins online."""
    basemap: str = ""
    """Id of the one that was online last; see `maps.basemaps`."""
    names: bool = True
    """Whether the names that belong to it are shown above it."""
    own: tuple[OwnBasemap, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is remembered, but the window's geometry, which Qt keeps itself."""

    language: str = "zh"
    """BCP 47 tag of the language of window and map."""
    view_bounds_lonlat: tuple[float, float, float, float] | None = None
    """West, south, east, north of the last map view in degrees; None at first start."""
    layers: tuple[LayerSetting, ...] = ()
    """Layers from the bottom up; empty at first start."""
    export_folder: str = ""
    """Folder of the last export; empty for the user's documents."""
    data_folder: str = ""
    """Folder from which data were last opened; empty for the user's documents."""
    datums: tuple[tuple[str, str], ...] = ()
    """What the user said that coordinates are, by the signature of the file; see `Inspection.signature`."""
    export: ExportSettings = ExportSettings()
    """What the user chose when something was last exported."""
    recent_projects: tuple[str, ...] = ()
    """Projects that were open, the last one first."""
    online: OnlineSettings = OnlineSettings()
    """Online basemaps."""


@dataclass(frozen=True, slots=True)
class SettingsTrouble:
    """Why a settings file was set aside."""

    reason: str
    """In the words of whoever refused it; for reports, not translated."""
    kept_as: str
    """Name of the file that holds the old contents; empty if it could not be kept."""


def load_settings(path: Path) -> tuple[Settings, SettingsTrouble | None]:
    """Read the settings.

    Returns
    -------
    Settings
        The defaults if there is no file, or one that is broken or cannot be read.
    SettingsTrouble or None
        Why the defaults are used although there is a file. That file is kept beside, ending in ``.broken``;
        if even that is impossible it stays where it is, and `save_settings` will not write over it.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), SettingsTrouble(error.strerror or str(error), _set_aside(path))
    try:
        return _from_json(json.loads(text.decode("utf-8"))), None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        # It may hold what stands there, of any length.
        reason = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
        return Settings(), SettingsTrouble(reason.encode("utf-8", "replace").decode(), _set_aside(path))


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings so that the file is either the old or the new one, whatever happens meanwhile.

    Raises
    ------
    OSError
        The file could not be written, or the old one can be neither read nor set aside; it is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _old, trouble = load_settings(path)
    if trouble is not None and not trouble.kept_as:
        raise OSError(errno.EPERM, trouble.reason, str(path))
    text = json.dumps({"version": VERSION, **asdict(settings)}, ensure_ascii=False, indent=2, allow_nan=False)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        # Names of folders may hold bytes that are no text; half characters are written as JSON escapes them.
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _set_aside(path: Path) -> str:
    kept = path.with_name(path.name + ".broken")
    if not path.is_file():
        return ""  # A folder of that name is not ours to move.
    try:
        path.replace(kept)
    except OSError:
        return ""
    return kept.name


def _from_json(said: Any) -> Settings:
    if not isinstance(said, dict):
        raise ValueError("not an object")
    if said.get("version") != VERSION:
        raise ValueError(f"version {said.get('version')!r}")
    bounds = said["view_bounds_lonlat"]
    layers = said["layers"]
    if not isinstance(layers, list):
        raise ValueError("layers is not a list")
    return Settings(
        language=_text(said, "language"),
        view_bounds_lonlat=None if bounds is None else _box(bounds),
        layers=tuple(_layer(each) for each in layers),
        export_folder=_text(said, "export_folder"),
        # Settings of an earlier version of the program have neither of these.
        data_folder=_text({"data_folder": "", **said}, "data_folder"),
        datums=_pairs(said.get("datums", [])),
        export=_export(said.get("export", {})),
        recent_projects=_texts(said.get("recent_projects", []), "recent_projects")[:MAX_RECENT],
        online=_online(said.get("online", {})),
    )


def _export(said: Any) -> ExportSettings:
    if not isinstance(said, dict):
        raise ValueError("export is not an object")
    first = ExportSettings()
    said = {**asdict(first), **said}
    return ExportSettings(
        kind=_text(said, "kind"),
        both_languages=_bool(said, "both_languages"),
        tolerance_m=_number(said["tolerance_m"], 0.0, MOST_TOLERANCE_M),
        paper=_text(said, "paper"),
        width_mm=_number(said["width_mm"], 1.0, 10_000.0),
        height_mm=_number(said["height_mm"], 1.0, 10_000.0),
        dpi=round(_number(said["dpi"], 1, 10_000)),
        picture_suffix=_text(said, "picture_suffix"),
        data_suffix=_text(said, "data_suffix"),
        briefing_formats=_texts(said["briefing_formats"], "briefing_formats"),
        page_template=_text(said, "page_template"),
        docx_template=_text(said, "docx_template"),
        with_quotations=_bool(said, "with_quotations"),
        with_library=_bool(said, "with_library"),
        columns_kept_home=_columns(said["columns_kept_home"]),
    )


def _online(said: Any) -> OnlineSettings:
    if not isinstance(said, dict):
        raise ValueError("online is not an object")
    said = {**asdict(OnlineSettings()), **said}
    own = said["own"]
    if not isinstance(own, list | tuple) or len(own) > MAX_OWN_BASEMAPS:
        raise ValueError("own is not a list")
    return OnlineSettings(
        at_start=_bool(said, "at_start"),
        basemap=_text(said, "basemap"),
        names=_bool(said, "names"),
        own=tuple(_own_basemap(each) for each in own),
    )


def _own_basemap(said: Any) -> OwnBasemap:
    if not isinstance(said, dict):
        raise ValueError("own holds something that is no basemap")
    said = {**asdict(OwnBasemap("", "", "")), **said}
    basemap_id = _text(said, "id")
    if re.fullmatch(r"own-[0-9a-f]{8}", basemap_id) is None:  # It becomes the name of a folder.
        raise ValueError("own holds a strange id")
    return OwnBasemap(
        id=basemap_id,
        title=_shown(said, "title"),
        template=_shown(said, "template"),
        attribution=_shown(said, "attribution"),
        max_zoom=round(_number(said["max_zoom"], 1, 22)),
        plain_http=_bool(said, "plain_http"),
    )


def _columns(said: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(said, list | tuple) or len(said) > MAX_COLUMN_CHOICES:
        raise ValueError("columns_kept_home is not a list")
    for pair in said:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise ValueError("columns_kept_home holds something that is no layer with columns")
    return tuple((layer_id, _texts(names, "columns_kept_home")) for layer_id, names in said)


def _texts(said: Any, key: str) -> tuple[str, ...]:
    if not isinstance(said, list | tuple) or not all(isinstance(each, str) for each in said):
        raise ValueError(f"{key} is not a list of texts")
    return tuple(said)


def _bool(said: dict[str, Any], key: str) -> bool:
    value = said[key]
    if not isinstance(value, bool):
        raise ValueError(f"{key} is neither true nor false")
    return value


def _pairs(said: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(said, list) or len(said) > MAX_DATUMS:
        raise ValueError("datums is not a list")
    for pair in said:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(each, str) for each in pair):
            raise ValueError("datums holds something that is no pair of texts")
    return tuple((signature, datum) for signature, datum in said)


def _layer(said: Any) -> LayerSetting:
    if not isinstance(said, dict) or not isinstance(said.get("visible"), bool):
        raise ValueError("layers holds something that is no layer")
    return LayerSetting(_text(said, "id"), said["visible"], _number(said.get("opacity"), 0.0, 1.0))


def _box(said: Any) -> tuple[float, float, float, float]:
    if not isinstance(said, list) or len(said) != 4:
        raise ValueError("view_bounds_lonlat is not four numbers")
    west, east = _number(said[0], -180, 180), _number(said[2], -180, 180)
    south, north = _number(said[1], -90, 90), _number(said[3], -90, 90)
    if west >= east or south >= north:
        raise ValueError("view_bounds_lonlat is empty")
    return west, south, east, north


def _text(said: dict[str, Any], key: str) -> str:
    value = said[key]
    if not isinstance(value, str):
        raise ValueError(f"{key} is not a text")
    return value


def _shown(said: dict[str, Any], key: str) -> str:
    """Return a text without half characters: no page takes them."""
    return _text(said, key).encode("utf-8", "replace").decode("utf-8")


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")
    if not low <= value <= high:  # Not a number fails here, too: it is not comparable.
        raise ValueError(f"{value!r} is out of range")
    return float(value)
