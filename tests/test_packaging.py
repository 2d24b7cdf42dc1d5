"""Tests of what a built wheel and source archive hold, and that the wheel runs from any folder."""

import configparser
import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

import jjjmap

CHECKOUT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-pyqt5.lock")
DIST_INFO = f"jjjmap-{jjjmap.__version__}.dist-info"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with both archives; the wheel is made from the source archive, so it is whole."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    """Return the wheel, open for reading."""
    (path,) = built.glob("jjjmap-*-py3-none-any.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the wheel alone is installed; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("site")
    (path,) = built.glob("*.whl")
    subprocess.run(
        [
            sys.executable,
            *["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target"],
            folder,
            path,
        ],
        check=True,
    )
    return folder


def run_installed(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def shipped_files(folder: str) -> set[str]:
    paths = (CHECKOUT / folder).rglob("*")
    return {path.relative_to(CHECKOUT).as_posix() for path in paths if path.is_file()}


@pytest.mark.parametrize("folder", ["geodata", "resources"])
def test_the_wheel_holds_every_shipped_file(wheel: zipfile.ZipFile, folder: str) -> None:
    expected = {f"jjjmap/{name}" for name in shipped_files(folder)}
    assert expected
    assert expected - set(wheel.namelist()) == set()


def test_the_wheel_holds_every_module_and_nothing_from_outside(wheel: zipfile.ZipFile) -> None:
    modules = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "jjjmap").rglob("*.py")}
    names = set(wheel.namelist())
    assert modules - names == set()
    assert {name.split("/")[0] for name in names} == {"jjjmap", DIST_INFO}
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_starts_by_name_and_carries_its_licence(wheel: zipfile.ZipFile) -> None:
    entries = configparser.ConfigParser()
    entries.read_string(wheel.read(f"{DIST_INFO}/entry_points.txt").decode())
    assert entries["console_scripts"]["jjjmap"] == "jjjmap.__main__:main"
    assert entries["gui_scripts"]["jjjmap-window"] == "jjjmap.__main__:main"
    licence = wheel.read(f"{DIST_INFO}/licenses/LICENSE").decode()
    assert "Apache License" in licence
    assert licence == (CHECKOUT / "LICENSE").read_text(encoding="utf-8")


def test_the_wheel_keeps_the_faulty_pyside_away_from_old_pythons(wheel: zipfile.ZipFile) -> None:
    metadata = HeaderParser().parsestr(wheel.read(f"{DIST_INFO}/METADATA").decode())
    assert metadata["Version"] == jjjmap.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    requirements = metadata.get_all("Requires-Dist") or []
    for_old_pythons = [line for line in requirements if line.startswith("pyside6") and "< '3.12'" in line]
    assert [line.split(";")[0] for line in for_old_pythons] == ["pyside6<6.12,>=6.11"]
    assert "xstatic-leaflet==1.9.3.0" in requirements


def test_the_source_archive_can_prepare_a_machine_and_run_the_tests(built: Path) -> None:
    (path,) = built.glob("jjjmap-*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    needed = {"Makefile", "main.py", "pyproject.toml", *LOCKS}
    needed |= {"LICENSE", "README.md", "tools/setup_machine.py", "tests/test_packaging.py"}
    needed |= shipped_files("geodata") | shipped_files("resources")
    assert needed - names == set()
    assert not [name for name in names if name.startswith((".venv", ".git/", "dist/"))]


def test_the_installed_program_finds_its_files_inside_itself(installed: Path, tmp_path: Path) -> None:
    done = run_installed(
        installed, tmp_path, "-c", "from jjjmap import paths; print(paths.RESOURCES); print(paths.GEODATA)"
    )
    folder = (installed / "jjjmap").resolve()
    assert done.stdout.splitlines() == [str(folder / "resources"), str(folder / "geodata")], done.stderr


def test_the_installed_program_lists_places_from_any_folder(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, tmp_path, "-m", "jjjmap", "places", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["jjjmap"] == jjjmap.__version__
    assert answer["result"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_exact_versions_with_hashes_and_no_host(lock: str) -> None:
    text = (CHECKOUT / lock).read_text(encoding="utf-8")
    requirements = text.replace("\\\n", " ").splitlines()
    requirements = [line for line in requirements if line and not line.startswith("#")]
    assert len(requirements) >= (5 if lock == "requirements-pyqt5.lock" else 20)
    assert [line for line in requirements if "==" not in line or "--hash=sha256:" not in line] == []
    assert [word for word in ("://", "index-url", "find-links", "file:", "@ ") if word in text] == []


def test_the_development_lock_holds_the_same_versions_as_the_other() -> None:
    def pins(lock: str) -> set[str]:
        lines = (CHECKOUT / lock).read_text(encoding="utf-8").splitlines()
        # Not the marker behind it: what only Linux needs at run time, a tool may need everywhere.
        return {line.partition(";")[0].strip(" \\") for line in lines if "==" in line}

    assert pins("requirements.lock") < pins("requirements-dev.lock")


def test_the_second_binding_is_an_extra_and_locked_as_it_says() -> None:
    said = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {line.lower() for line in said["project"]["optional-dependencies"]["pyqt5"]}
    locked = (CHECKOUT / "requirements-pyqt5.lock").read_text(encoding="utf-8").splitlines()
    assert wanted < {line.strip(" \\") for line in locked}


def test_the_environment_of_the_second_binding_is_without_the_first() -> None:
    sys.path.insert(0, str(CHECKOUT / "tools"))
    try:
        import setup_machine
    finally:
        sys.path.remove(str(CHECKOUT / "tools"))
    text = (CHECKOUT / "requirements-dev.lock").read_text(encoding="utf-8")
    kept = setup_machine.without(text, setup_machine.PYSIDE6_PACKAGES)
    names = {line.partition("==")[0] for line in text.splitlines() if not line.startswith((" ", "#"))}
    left = {line.partition("==")[0] for line in kept.splitlines() if not line.startswith((" ", "#"))}
    assert names - left == {
        "pyside6", "pyside6-addons", "pyside6-essentials", "pyside6-pdf", "pyside6-webengine", "shiboken6",
    }  # fmt: skip
    assert "pytest-qt" in left and kept.count("--hash") < text.count("--hash")
