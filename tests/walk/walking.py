"""Takes the walk through the whole program, in an empty network and as a person who is not to be named."""

import json
import os
import shutil
import site
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import shapely
from canaries import FOLDER, HOST, PERSON

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
WITHOUT_NETWORK = CHECKOUT / "tools" / "without_network.py"
NOT_ALLOWED = 77
LIMIT_S = 330


@dataclass(frozen=True)
class Walked:
    """What came of the walk."""

    home: Path
    """The user's home, with settings, log and all that they saved."""
    temporary: Path
    """Where the program put what it needs for a moment."""
    said: dict[str, Any]
    """Of the walk that ended in a crash."""
    said_after: dict[str, Any]
    """Of the start after that."""
    is_sandboxed: bool
    why_not: str = ""
    stderr: str = field(default="", repr=False)

    @property
    def folder(self) -> Path:
        return self.home / FOLDER

    @property
    def log(self) -> str:
        return next(self.home.rglob("jjjmap.log")).read_text(encoding="utf-8")

    def files(self) -> list[Path]:
        """Return every file that was written or read."""
        found = [each for root in (self.home, self.temporary) for each in root.rglob("*")]
        return [each for each in found if each.is_file() and not each.is_symlink()]

    def leaving(self) -> list[Path]:
        """Return what the user would give to others: all exports, and the project with its older versions."""
        projects = [each for each in self.folder.rglob("*.jjj.gpkg*") if not each.name.endswith(".lock")]
        return [each for each in (self.folder / "out" / "导出").rglob("*") if each.is_file()] + projects


def take_walk(kept: Path) -> None:
    """Take the walk in a folder that another user can reach, and keep what it left."""
    place = Path(tempfile.mkdtemp(prefix="jjjmap-walk-"))
    try:
        told = _take(place)
    finally:
        shutil.copytree(place, kept, symlinks=True, ignore_dangling_symlinks=True, ignore=_no_sockets)
        shutil.rmtree(place)
    (kept / "told.json").write_text(json.dumps(told), encoding="utf-8")


def _no_sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_socket() or (Path(folder) / name).is_fifo()]


def _take(place: Path) -> dict[str, Any]:
    home, temporary = place / PERSON, place / "tmp"
    temporary.mkdir()
    folder = _packed_up(home)
    user, python, paths, why_not = _walker()
    words = ["--user", user] if user else []
    if user:
        for each in (place, *place.rglob("*")):
            shutil.chown(each, user)
    environment = {
        "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(home), "USER": PERSON, "LOGNAME": PERSON,
        "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6",
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(paths),
        **({name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}),
    }  # fmt: skip
    told: dict[str, Any] = {"skip": "", "failure": "", "why_not": why_not, "stderr": ""}
    told["is_sandboxed"] = bool(user) or os.geteuid() != 0
    for name, more in (("said", ()), ("said_after", ("second",))):
        report = place / f"{name}.json"
        command = [sys.executable, str(WITHOUT_NETWORK), *words, "--host", HOST]
        command += [python, str(HERE / "gui_walk.py"), str(folder), str(report), *more]
        done = subprocess.run(
            command, env=environment, cwd="/", capture_output=True, text=True, timeout=LIMIT_S / 2,
            check=False, errors="replace",
        )  # fmt: skip
        told["stderr"] += done.stderr
        if done.returncode == NOT_ALLOWED:
            return told | {"skip": done.stderr.strip()}
        said = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else {}
        if not said or said.get("failure"):
            return told | {
                "failure": f"{said.get('failure')}\n{said.get('boxes')}\n{_worth_reading(done.stderr)}"
            }
        told[name] = said
        told[f"{name}_code"] = done.returncode
    return told


def _worth_reading(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if "plugin does not support" not in line]
    return "\n".join(lines[-20:])


def _packed_up(home: Path) -> Path:
    """Make the files that the walk opens; return their folder."""
    folder = home / FOLDER
    for name in ("项目/数据", "别处", "文件", "out"):
        (folder / name).mkdir(parents=True)
    [firms] = (CHECKOUT / "tools" / "demo_data").glob("*.csv")
    shutil.copy(firms, folder / "项目" / "数据" / "企业.csv")
    for paper in (CHECKOUT / "tools" / "demo_documents").glob("*.txt"):
        shutil.copy(paper, folder / "文件")
    two = folder / "别处" / "两层.gpkg"
    points = [shapely.Point(116.4, 39.9), shapely.Point(117.2, 39.1)]
    geopandas.GeoDataFrame({"名称": ["甲", "乙"], "数": [1, 2]}, geometry=points, crs=4326).to_file(
        two, layer="点"
    )
    area = [shapely.box(116, 39, 117, 40)]
    geopandas.GeoDataFrame({"名称": ["丙"]}, geometry=area, crs=4326).to_file(two, layer="面")
    (folder / "别处" / "县.csv").write_text("地区,数\n固安县,1\n香河县,2\n甲县,3\n", encoding="utf-8")
    return folder


def _walker() -> tuple[str, str, list[str], str]:
    """Return who walks, with which Python, what is on its path, and why there is no sandbox, if so."""
    tests = [CHECKOUT, HERE.parent, HERE.parent / "web", HERE]
    paths = [*map(str, tests), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    if os.geteuid() != 0:
        return "", sys.executable, paths, ""
    # Root may have a Python that only root reads; the system's is tried with the same packages.
    system = [*paths, *site.getsitepackages()]
    for python, among in ((sys.executable, paths), ("/usr/bin/python3", system)):
        trial = [sys.executable, str(WITHOUT_NETWORK), "--user", "nobody", python, "-c",
                 "import sys, PySide6, jjjmap, pyarrow.lib; print(*sys.version_info[:2])"]  # fmt: skip
        done = subprocess.run(
            trial, env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(among)}, cwd="/",
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.stdout.split() == [str(each) for each in sys.version_info[:2]]:
            return "nobody", python, among, ""
    return "", sys.executable, paths, "as root Chromium has no sandbox, and no Python can be used by nobody"
