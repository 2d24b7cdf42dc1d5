"""A real map page on the real layers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from map_driver import MapDriver
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QApplication

from jjjmap.binding import delete
from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.pages import PageTable
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.web.profile import MapProfile
from jjjmap.web.scheme import qwebchannel_script
from jjjmap.web.view import MapView


@pytest.fixture
def map_page(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MapDriver]:
    """A map page that is not loaded yet; clears up after itself."""
    drivers: list[MapDriver] = []
    pages = PageTable(
        SHIPPED_LAYERS,
        lambda layer: drivers[0].read_layer(layer),
        lambda: drivers[0].config(),
        qwebchannel_script(),
        tmp_path / "cache",
        lambda path: drivers[0].answer(path),
    )
    profile = MapProfile(pages)
    view = MapView(profile)
    drivers.append(MapDriver(qtbot, view, profile, MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH)))
    yield drivers[0]
    # Not qtbot.addWidget: its deleteLater would outlive the profile.
    view.close()
    delete(view)
    delete(profile)


@pytest.fixture
def map_view(map_page: MapDriver) -> MapDriver:
    """A loaded map page; no error may stand in its console when the test began."""
    map_page.open()
    assert map_page.console == []
    return map_page
