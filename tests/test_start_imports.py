"""A test of what the start of the program does not wait for."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
NOT_AT_START = (
    "matplotlib",
    "openpyxl",
    "folium",
    "pandas",
    "numpy",
    "geopandas",
    "shapely",
    "jjjmap.analysis",
    "jjjmap.catalogue.search",
    "jjjmap.catalogue.chronology",
    "jjjmap.export.charts",
)


def test_the_window_is_imported_without_what_only_some_panels_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import jjjmap.app, sys; print('\\n'.join(sys.modules))"],
        cwd=CHECKOUT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "jjjmap.ui.main_window" in loaded
    assert not [
        name
        for name in sorted(loaded)
        if any(name == heavy or name.startswith(f"{heavy}.") for heavy in NOT_AT_START)
    ]
