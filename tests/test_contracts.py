"""Tests of the import contracts in pyproject.toml: they hold, and each turns red once."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
FLOORS = "Imports run down"
QT = "Qt lives in app, ui, web, session and binding"
FOLIUM = "folium lives in maps"
CATALOGUE = "The catalogue needs the standard library only"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    # Without PYTHONPATH and with `folder` first, the package found is the one in that folder.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", "import importlinter.cli as c; c.lint_imports_command()", "--no-cache"],
        cwd=folder,
        env={**environment, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def verdicts(output: str) -> dict[str, str]:
    return dict(re.findall(rf"^({FLOORS}|{QT}|{FOLIUM}|{CATALOGUE}) .*?(KEPT|BROKEN)", output, re.MULTILINE))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the program in which an offence may be committed."""
    shutil.copytree(CHECKOUT / "jjjmap", tmp_path / "jjjmap", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_program_keeps_all_import_contracts() -> None:
    done = lint_imports(CHECKOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(done.stdout) == dict.fromkeys((FLOORS, QT, FOLIUM, CATALOGUE), "KEPT")


@pytest.mark.parametrize(
    ("offender", "offence", "contract"),
    [
        ("errors.py", "import jjjmap.catalogue.models", FLOORS),
        ("catalogue/models.py", "import jjjmap.maps.bridge", FLOORS),
        ("ui/__init__.py", "import jjjmap.cli", FLOORS),
        ("session/__init__.py", "import jjjmap.web.view", FLOORS),
        ("maps/bridge.py", "import qtpy", QT),
        ("cli/tables.py", "import PySide6.QtCore", QT),
        ("export/__init__.py", "def save():\n    from shiboken6 import isValid", QT),
        ("layers/layer.py", "import folium", FOLIUM),
        ("ui/__init__.py", "from branca.element import Element", FOLIUM),
        ("catalogue/models.py", "import numpy", CATALOGUE),
        ("catalogue/models.py", "def frame():\n    import geopandas", CATALOGUE),
    ],
)
def test_an_import_in_the_wrong_room_turns_its_contract_red(
    house: Path, offender: str, offence: str, contract: str
) -> None:
    path = house / "jjjmap" / offender
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{offence}\n", encoding="utf-8")
    done = lint_imports(house)
    assert done.returncode == 1, done.stdout + done.stderr
    assert verdicts(done.stdout)[contract] == "BROKEN", done.stdout


def test_a_room_without_a_floor_turns_the_contract_red(house: Path) -> None:
    (house / "jjjmap" / "attic.py").write_text('"""A room that nobody planned."""\n', encoding="utf-8")
    done = lint_imports(house)
    assert done.returncode == 1
    assert "jjjmap.attic" in done.stdout + done.stderr
