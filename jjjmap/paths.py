"""Where resources, geodata and user folders are, from a checkout or installed; nothing climbs out of them."""

from pathlib import Path

import platformdirs

from jjjmap.errors import ResourceMissing

_PACKAGE = Path(__file__).resolve().parent


def _shipped(folder: str) -> Path:
    """Return a shipped folder: inside the package when installed, beside it in a checkout."""
    installed = _PACKAGE / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder


RESOURCES = _shipped("resources")
GEODATA = _shipped("geodata")


def inside(root: Path, name: str) -> Path:
    """Return the file `name` below `root`, or raise `ResourceMissing` when it lies elsewhere.

    Links are followed before the answer is given, so a link cannot lead out either.
    """
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ResourceMissing(name, "outside its folder")
    return path


def settings_file() -> Path:
    """Return the user's settings file; it need not exist."""
    return Path(platformdirs.user_config_dir("jjjmap", appauthor=False)) / "settings.json"


def cache_folder() -> Path:
    """Return the folder for what can be made again at any time; it need not exist."""
    return Path(platformdirs.user_cache_dir("jjjmap", appauthor=False))


def log_file() -> Path:
    """Return the program's log file; its folder need not exist."""
    return Path(platformdirs.user_log_dir("jjjmap", appauthor=False)) / "jjjmap.log"


def library_file() -> Path:
    """Return the file of the user's policy library; it need not exist."""
    return Path(platformdirs.user_data_dir("jjjmap", appauthor=False)) / "library.sqlite"


def user_layers_folder() -> Path:
    """Return the folder of the layers that the user opened; it need not exist."""
    return Path(platformdirs.user_data_dir("jjjmap", appauthor=False)) / "layers"


def work_folder() -> Path:
    """Return the folder of all working folders of open projects; it need not exist."""
    return Path(platformdirs.user_state_dir("jjjmap", appauthor=False)) / "work"
