"""What a page can reach of the program, and what becomes of a page that cannot start."""

import json

from qtpy.QtCore import QUrl
from qtpy.QtWebEngineCore import QWebEnginePage

from jjjmap.binding import delete
from jjjmap.maps.bridge import PageFailed, PageReady
from jjjmap.web.profile import MAX_REMEMBERED, RequestGuard
from jjjmap.web.scheme import INDEX_URL

BRIDGE_MEMBERS = {
    # Ours.
    "say",
    "told",
    # Those of any QObject; the channel shows them whatever we do. The bridge owns nothing they could harm.
    "deleteLater",
    "destroyed",
    "objectName",
    "objectNameChanged",
}


def test_the_page_sees_nothing_of_the_program_but_the_approved_members(map_view):
    map_view.ask(
        "(new QWebChannel(qt.webChannelTransport, channel => {"
        " window.objects = Object.keys(channel.objects); const bridge = channel.objects.bridge;"
        " window.members = Object.getOwnPropertyNames(bridge); }), 1)"
    )
    map_view.wait_for("Boolean(window.members)")
    assert map_view.ask("objects") == ["bridge"]
    # What qwebchannel.js itself puts on every object begins with two underscores or stands in its source.
    own_of_channel = {"unwrapQObject", "unwrapProperties", "propertyUpdate", "signalEmitted"}
    members = {name for name in map_view.ask("members") if not name.startswith("__")} - own_of_channel
    assert {name.partition("(")[0] for name in members} == BRIDGE_MEMBERS


def asked_by_another_page(map_view, body):
    """Return the title that a page of another origin gives itself; it has no policy of its own."""
    page = QWebEnginePage(map_view.profile)
    titles = []
    page.titleChanged.connect(titles.append)
    page.setHtml(f"<body>{body}</body>")
    map_view.qtbot.waitUntil(lambda: bool({"got", "refused"} & set(titles)), timeout=20_000)
    delete(page)
    return titles[-1]


def test_only_our_own_page_is_answered(map_view):
    for path in ("symbols.js", "leaflet.js", "start.js"):
        script = (
            f"<script src='jjjmap://app/{path}' onload='document.title=\"got\"'"
            " onerror='document.title=\"refused\"'></script>"
        )
        assert asked_by_another_page(map_view, script) == "refused", path
    frame = (
        "<iframe src='jjjmap://app/index.html'></iframe>"
        "<script>setTimeout(() => document.title = frames[0].length ? 'got' : 'refused', 300)</script>"
    )
    assert asked_by_another_page(map_view, frame) == "refused"
    # Our own page is answered, under the same path.
    map_view.ask("(fetch('/symbols.js').then(answer => window.answered = answer.status), 1)")
    map_view.wait_for("window.answered", 200)


def test_without_a_page_that_asks_only_the_document_is_answered(map_view):
    page = QWebEnginePage(map_view.profile)
    for address, is_answered in ((INDEX_URL, True), (INDEX_URL.replace("index.html", "symbols.js"), False)):
        with map_view.qtbot.waitSignal(page.loadFinished, timeout=20_000) as loaded:
            page.load(QUrl(address))
        assert loaded.args == [is_answered], address
    delete(page)


class Asked:
    """A request, as the guard sees it."""

    def __init__(self, address):
        self._url = QUrl(address)
        self.is_blocked = False

    def requestUrl(self):
        return self._url

    def block(self, should_block):
        self.is_blocked = should_block


def test_a_page_that_asks_without_end_does_not_fill_the_memory(qapp, caplog):
    guard = RequestGuard(qapp)
    asked = [Asked(f"https://example.org/{n}?{'x' * 10_000}") for n in range(MAX_REMEMBERED + 50)]
    for each in asked:
        guard.interceptRequest(each)
    assert all(each.is_blocked for each in asked)
    assert guard.blocked_count == MAX_REMEMBERED + 50
    assert len(guard.blocked) == MAX_REMEMBERED
    assert guard.blocked[0].startswith("https://example.org/50?")
    assert sum(map(len, guard.blocked)) < 1000 * MAX_REMEMBERED
    delete(guard)


def test_a_page_that_gets_no_configuration_says_so(map_page):
    def no_config():
        raise ValueError("no configuration")

    map_page.config = no_config
    map_page.view.resize(900, 700)
    map_page.view.show()
    map_page.view.open_map()
    map_page.qtbot.waitUntil(lambda: bool(map_page.of(PageFailed)), timeout=20_000)
    assert map_page.of(PageFailed)[0].reason
    assert map_page.of(PageReady) == []
    assert not map_page.view.channel.is_ready
    map_page.console.clear()


def test_a_page_that_cannot_show_its_configuration_says_so_and_can_be_loaded_anew(map_page):
    whole = map_page.config()
    map_page.config = lambda: json.loads(json.dumps(whole)) | {"texts": None}
    map_page.view.resize(900, 700)
    map_page.view.show()
    map_page.view.open_map()
    map_page.qtbot.waitUntil(lambda: bool(map_page.of(PageFailed)), timeout=20_000)
    map_page.config = lambda: whole
    map_page.open()
    assert map_page.of(PageReady)
