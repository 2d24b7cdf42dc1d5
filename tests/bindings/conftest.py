"""The whole program, its window and its page, under whichever binding the tests run."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from map_driver import MapDriver
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QApplication

from jjjmap import app as jjjmap_app
from jjjmap.binding import delete


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The program as `app.run` builds it, with its map loaded."""
    session = jjjmap_app.open_session(
        tmp_path / "settings.json",
        library_path=tmp_path / "library.sqlite",
        layers_path=tmp_path / "layers",
    )
    window = jjjmap_app.open_window(qapp, session, layout_path=tmp_path / "window.ini")
    window.resize(1280, 800)
    view = window.map_view
    profile = view.page().profile()
    page = MapDriver(qtbot, view, profile, session.snapshot())
    qtbot.waitUntil(lambda: view.channel.is_ready, timeout=20_000)
    yield SimpleNamespace(window=window, session=session, page=page, profile=profile)
    window.close()
    delete(window)
    delete(profile)
