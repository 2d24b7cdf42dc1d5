"""Going online and offline, tokens, addresses of the user's own, and what is remembered of it."""

import threading

import keyring.backend
import pytest

from jjjmap import secret_ring
from jjjmap.errors import BasemapUnusable
from jjjmap.maps.tile_addresses import parse_tile_address
from jjjmap.secret_ring import SecretRing
from jjjmap.session.online import TOKEN_SERVICE, OnlineBasemaps
from jjjmap.session.preferences import Preferences
from jjjmap.session.tasks import TaskRunner
from jjjmap.settings import (
    MAX_OWN_BASEMAPS,
    OnlineSettings,
    OwnBasemap,
    Settings,
    load_settings,
    save_settings,
)

CANARY = "S3CRET-canary"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
def preferences(qapp, tmp_path) -> Preferences:
    return Preferences(tmp_path / "settings.json")


@pytest.fixture
def online(preferences, ring) -> OnlineBasemaps:
    made = OnlineBasemaps(preferences, secrets=SecretRing(TOKEN_SERVICE, ring))
    made.told = []  # type: ignore[attr-defined]
    made.served_changed.connect(made.told.append)
    return made


def own(text="https://t.example.cn/{z}/{x}/{y}.png", title="甲图", **fields) -> OwnBasemap:
    address = parse_tile_address(text, plain_http=fields.get("plain_http", False))
    return OwnBasemap(address.id, title, address.text, **fields)


def test_the_program_begins_offline(online):
    online.start()
    assert not online.is_online
    assert online.served is None
    assert online.told == []


def test_going_online_and_offline_is_told_and_the_choice_remembered(online, preferences):
    online.go_online("osm")
    assert online.is_online
    assert online.basemap.id == "osm"
    assert preferences.settings.online.basemap == "osm"
    online.go_offline()
    assert [served and served.basemap.id for served in online.told] == ["osm", None]
    assert not online.is_online
    assert preferences.settings.online.basemap == "osm"


def test_another_start_is_offline_too_unless_the_user_ticked_otherwise(online, preferences, ring):
    online.go_online("osm")
    again = OnlineBasemaps(preferences, secrets=SecretRing(TOKEN_SERVICE, ring))
    again.start()
    assert not again.is_online
    again.set_at_start(True)
    third = OnlineBasemaps(preferences, secrets=SecretRing(TOKEN_SERVICE, ring))
    third.start()
    assert third.basemap.id == "osm"


def test_nothing_goes_online_where_the_browser_is_too_old(preferences, ring):
    online = OnlineBasemaps(preferences, may_go_online=False, secrets=SecretRing(TOKEN_SERVICE, ring))
    online.set_at_start(True)
    online.go_online("osm")
    online.start()
    online.toggle()
    assert not online.is_online


def test_what_nobody_knows_does_not_go_online(online):
    online.go_online("gaode")
    assert not online.is_online


def test_without_a_token_the_user_is_asked_for_it(online, qtbot):
    with qtbot.waitSignal(online.token_wanted) as wanted:
        online.go_online("tianditu-img")
    assert wanted.args == ["tianditu-img"]
    assert not online.is_online
    online.secrets.keep("tianditu", CANARY)
    online.go_online("tianditu-img")
    assert online.served.token == CANARY


def test_a_token_in_the_keyring_is_found_aside(preferences, ring, qtbot):
    ring.kept[TOKEN_SERVICE, "tianditu"] = CANARY
    tasks = TaskRunner()
    online = OnlineBasemaps(preferences, tasks, secrets=SecretRing(TOKEN_SERVICE, ring))
    with qtbot.waitSignal(tasks.task_ended):
        online.go_online("tianditu-vec")
    assert online.served.token == CANARY


def test_a_token_that_comes_after_the_user_chose_something_else_changes_nothing(preferences, ring, qtbot):
    ring.kept[TOKEN_SERVICE, "tianditu"] = CANARY
    tasks = TaskRunner()
    online = OnlineBasemaps(preferences, tasks, secrets=SecretRing(TOKEN_SERVICE, ring))
    with qtbot.waitSignal(tasks.task_ended):
        online.go_online("tianditu-vec")
        online.go_offline()
    assert not online.is_online


def test_a_token_is_kept_at_once_while_the_system_looks_for_its_keyring(monkeypatch):
    looking, found = threading.Event(), threading.Event()

    def look() -> None:
        looking.set()
        found.wait(60)

    monkeypatch.setattr(secret_ring, "_system_ring", look)
    secrets = SecretRing(TOKEN_SERVICE)
    threads = [
        threading.Thread(target=secrets.outlast),
        threading.Thread(target=secrets.keep, args=("甲", CANARY)),
    ]
    threads[0].start()
    assert looking.wait(60)
    threads[1].start()
    threads[1].join(5)
    is_kept = not threads[1].is_alive()
    found.set()
    for thread in threads:
        thread.join(60)
    assert is_kept
    assert secrets.find("甲") == CANARY


def test_the_token_is_in_no_settings(online, preferences, tmp_path):
    online.secrets.keep("tianditu", CANARY, lasting=True)
    online.go_online("tianditu-vec")
    online.add_own(own(f"https://t.example.cn/{{z}}/{{x}}/{{y}}?key={CANARY}"))
    preferences.write()
    written = (tmp_path / "settings.json").read_text(encoding="utf-8")
    assert "tianditu-vec" in written
    assert "key={token}" in written
    assert CANARY not in written
    assert CANARY not in repr(online.served) + repr(online.settings)


def test_a_failure_puts_the_map_on_its_own_ground_until_the_user_tries_again(online, qtbot):
    online.go_online("osm")
    assert online.is_shown
    with qtbot.waitSignal(online.changed):
        online.note_failure("unreachable", "tile.openstreetmap.org")
    assert online.is_online
    assert not online.is_shown
    assert online.trouble == ("unreachable", "tile.openstreetmap.org")
    online.retry()
    assert online.is_shown
    online.go_offline()
    online.note_failure("timeout", "tile.openstreetmap.org")  # Late.
    assert online.trouble == ("", "")


def test_requests_are_counted(online, qtbot):
    with qtbot.waitSignal(online.counted):
        online.note_counts(12, 5)
    assert (online.requests, online.spared) == (12, 5)


def test_names_can_be_switched_off_while_online(online):
    online.secrets.keep("tianditu", CANARY)
    online.go_online("tianditu-vec")
    online.set_names(False)
    assert [each.id for each in online.served.tile_sets] == ["tianditu-vec"]
    assert len(online.told) == 2


def test_basemaps_of_the_users_own_come_and_go(online, preferences):
    online.add_own(own())
    online.add_own(own(title="甲图二"))
    assert [each.title for each in online.settings.own] == ["甲图二"]
    (mine,) = [each for each in online.basemaps() if each.is_own]
    online.go_online(mine.id)
    assert online.basemap.title_zh == "甲图二"
    online.remove_own(mine.id)
    assert not online.is_online
    assert preferences.settings.online.own == ()
    with pytest.raises(BasemapUnusable, match="plain-http"):
        online.add_own(OwnBasemap("own-00000000", "甲图", "http://t.example.cn/{z}/{x}/{y}"))
    for n in range(MAX_OWN_BASEMAPS):
        online.add_own(own(f"https://t{n}.example.cn/{{z}}/{{x}}/{{y}}"))
    with pytest.raises(BasemapUnusable, match="too-many-own"):
        online.add_own(own())


def test_settings_keep_what_was_chosen_and_refuse_what_could_not_be(tmp_path):
    path = tmp_path / "settings.json"
    chosen = OnlineSettings(True, "osm", False, (own(attribution="© 甲局", max_zoom=16),))
    save_settings(path, Settings(online=chosen))
    assert load_settings(path)[0].online == chosen
    text = path.read_text(encoding="utf-8")
    for broken in (
        text.replace('"own-', '"../own-'),
        text.replace('"max_zoom": 16', '"max_zoom": 99'),
        text.replace('"at_start": true', '"at_start": "yes"'),
    ):
        assert broken != text
        path.write_text(broken, encoding="utf-8")
        settings, trouble = load_settings(path)
        assert trouble is not None
        assert settings.online == OnlineSettings()


def test_an_address_that_somebody_wrote_into_the_settings_is_checked_like_any_other(
    preferences, ring, caplog
):
    bad = OwnBasemap("own-00000000", "甲图", "file:///etc/{z}/{x}/{y}")
    preferences.change(online=OnlineSettings(own=(bad,)))
    online = OnlineBasemaps(preferences, secrets=SecretRing(TOKEN_SERVICE, ring))
    assert not [each for each in online.basemaps() if each.is_own]
    online.go_online("own-00000000")
    assert not online.is_online
    assert "bad-address" in caplog.text
