"""The whole program on an online basemap: wired as it runs, and the token nowhere but in the requests."""

import logging
import os
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest
from map_driver import MapDriver
from tile_server import TileSource

from jjjmap import app as jjjmap_app
from jjjmap.binding import delete
from jjjmap.maps.bridge import FitBounds
from jjjmap.maps.tile_addresses import parse_tile_address
from jjjmap.settings import OwnBasemap

CANARY = "S3CRET-canary"
WAIT_MS = 20_000


@pytest.fixture
def source():
    made = TileSource()
    yield made
    made.close()


def test_from_offline_to_online_and_back(qtbot, qapp, tmp_path, source, monkeypatch, caplog):
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    session = jjjmap_app.open_session(tmp_path / "settings.json")
    jjjmap_app.start_log(tmp_path / "log" / "jjjmap.log")
    window = jjjmap_app.open_window(qapp, session, layout_path=tmp_path / "window.ini")
    window.resize(1280, 800)
    view = window.map_view
    profile = view.page().profile()
    page = MapDriver(qtbot, view, profile, session.snapshot())
    online, chip = session.online, window.status.online_chip
    try:
        qtbot.waitUntil(lambda: view.channel.is_ready, timeout=WAIT_MS)
        assert chip.text() == "离线"
        address = parse_tile_address(f"{source.address}/{{z}}/{{x}}/{{y}}.png?tk={CANARY}")
        online.add_own(OwnBasemap(address.id, "甲图", address.text, "© 甲局"))
        online.secrets.keep(address.id, address.token)
        with caplog.at_level(logging.DEBUG):
            online.go_online(address.id)
            page.wait_for("Boolean(jjjmap.page.ground.isShown)")
            # The number is told a few times a second only.
            qtbot.waitUntil(lambda: 0 < online.requests == len(source.asked), timeout=WAIT_MS)
            assert all(asked.path.endswith(f"?tk={CANARY}") for asked in source.asked)
            assert chip.text() == "● 在线：甲图"
            assert f"{online.requests} 个请求" in chip.toolTip()
            # Out of order: our own ground is back, and it is told.
            source.answer = lambda path: (403, {}, path.encode())
            page.send(FitBounds(116.2, 39.7, 116.4, 39.9))
            qtbot.waitUntil(lambda: bool(online.trouble[0]), timeout=WAIT_MS)
            page.wait_for("jjjmap.page.ground.isShown", False)
            assert chip.text() == "⚠ 在线底图不可用"
            asked = len(source.asked)
            # Offline: not one request more, wherever the user looks.
            online.go_offline()
            page.send(FitBounds(114.2, 37.7, 114.4, 37.9))
            page.wait_for("jjjmap.page.map.getCenter().lat < 38")
            assert len(source.asked) == asked
            assert profile.guard.blocked_count == 0
        shown = page.ask("document.documentElement.outerHTML + JSON.stringify(jjjmap.page.config)")
        assert CANARY not in shown + chip.toolTip() + chip.text() + repr(session.snapshot()) + caplog.text
    finally:
        window.close()
        delete(window)
        delete(profile)
        for handler in logging.getLogger("jjjmap").handlers:
            handler.close()
    written = [each for root in (tmp_path, Path(os.environ["HOME"])) for each in root.rglob("*")]
    assert any(each.name == "settings.json" for each in written)
    assert any(address.id in str(each) for each in written)
    assert (tmp_path / "log" / "jjjmap.log").is_file()
    for each in written:
        assert CANARY not in str(each)
        assert each.is_dir() or CANARY.encode() not in each.read_bytes()
