"""What a page of ours could do if hostile script came to run in it: nothing that leaves a trace."""

import json

import pytest
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QApplication, QMessageBox, QWidget

from jjjmap.maps.bridge import MapClicked, PageReady
from jjjmap.web.scheme import INDEX_URL

SPELLINGS = (
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc/passwd",
    "//etc/passwd",
    "/..%5c..%5cetc%5cpasswd",
    "/index.html%00.js",
    "/features/..%2f..%2fetc/passwd",
    "/./%252e%252e/etc/passwd",
)
ASK = """new Promise((done) => { const x = new XMLHttpRequest(); x.open(%s, %s);
 x.onload = () => done([x.status, x.responseText.length]); x.onerror = () => done(['refused']);
 x.send(); })"""


def ask(page, expression):
    """Return what a promise brings."""
    page.ask(
        f"(window.brought = undefined, Promise.resolve({expression}).then((value) => window.brought ="
        " [value ?? null], (error) => window.brought = ['error ' + error.name]), 1)"
    )
    page.wait_for("Boolean(window.brought)")
    (value,) = page.ask("window.brought")
    return value


def test_no_spelling_leads_out_of_the_closed_table(map_view):
    for path in SPELLINGS:
        answer = ask(map_view, ASK % ("'GET'", json.dumps("jjjmap://app" + path)))
        assert answer == ["refused"], path
    # The question itself is a right one.
    assert ask(map_view, ASK % ("'GET'", "'jjjmap://app/map.js'"))[0] == 200
    map_view.console.clear()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "jjjmap://app/map.js"),
        ("PUT", "jjjmap://app/config.json"),
        ("GET", "jjjmap://other/map.js"),
        ("GET", "jjjmap://app.evil/map.js"),
        ("GET", "file:///etc/hostname"),
        ("GET", "qrc:/qtwebchannel/qwebchannel.js"),
        ("GET", "chrome://gpu"),
        ("GET", "view-source:jjjmap://app/map.js"),
        ("GET", "filesystem:jjjmap://app/x"),
    ],
)
def test_other_methods_hosts_and_schemes_are_refused(map_view, method, address):
    assert ask(map_view, ASK % (json.dumps(method), json.dumps(address))) in (
        ["refused"],
        "error SyntaxError",
    )
    map_view.console.clear()


def test_nothing_is_kept_on_disk(map_view):
    assert map_view.profile.isOffTheRecord()
    assert map_view.ask("(() => { try { return localStorage } catch (e) { return null } })()") is None
    assert map_view.ask("(document.cookie = 'a=b', document.cookie)") == ""
    assert str(ask(map_view, "navigator.serviceWorker.register('/map.js')")).startswith("error")
    assert str(ask(map_view, "navigator.storage.getDirectory()")).startswith("error")
    map_view.console.clear()


@pytest.mark.parametrize(
    "wish",
    [
        "new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, () => no(new Error('x'))))",
        "navigator.mediaDevices.getUserMedia({ audio: true })",
        "navigator.mediaDevices.getDisplayMedia({ video: true })",
        "navigator.clipboard.readText()",
        "navigator.clipboard.writeText('x')",
        "showOpenFilePicker()",
        "document.documentElement.requestFullscreen()",
        "navigator.requestMIDIAccess ? navigator.requestMIDIAccess() : Promise.reject(new Error('x'))",
        "Notification.requestPermission().then((said) => { if (said !== 'granted') throw new Error('x') })",
    ],
)
def test_no_permission_is_ever_given(map_view, wish):
    assert str(ask(map_view, wish)).startswith("error")
    map_view.console.clear()


def test_boxes_pickers_printing_and_closing_do_nothing(map_view):
    assert map_view.ask("[alert('x') ?? 'none', confirm('x'), prompt('x')]") == ["none", False, None]
    map_view.ask(
        "((i) => { i.type = 'file'; document.body.append(i); i.click(); return 1 })"
        "(document.createElement('input'))"
    )
    map_view.ask("(window.print(), window.close(), window.moveTo(0, 0), window.resizeTo(10, 10), 1)")
    boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]
    assert boxes == [] and map_view.view.isVisible() and map_view.view.width() == 900


def test_no_script_is_made_of_text(map_view):
    for code in ("eval('1')", "Function('return 1')()"):
        assert (
            map_view.ask(f"(() => {{ try {{ return {code} }} catch (e) {{ return e.name }} }})()")
            == "EvalError"
        )
    map_view.ask(
        "(window.bad = 0, setTimeout('window.bad = 1'), location.href = 'javascript:window.bad = 2', 1)"
    )
    map_view.ask(
        "(((a) => { a.href = 'javascript:window.bad = 3'; document.body.append(a); a.click() })"
        "(document.createElement('a')), 1)"
    )
    map_view.qtbot.wait(200)
    assert map_view.ask("window.bad") == 0
    map_view.console.clear()


def test_a_download_writes_nothing(map_view, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    map_view.profile.setDownloadPath(str(tmp_path))
    asked = []
    map_view.profile.downloadRequested.connect(lambda download: asked.append(download.state()))
    map_view.ask(
        "(((a) => { a.href = 'data:application/octet-stream,x'; a.download = 'x.bin';"
        " document.body.append(a); a.click() })(document.createElement('a')), 1)"
    )
    map_view.qtbot.wait(300)
    assert list(tmp_path.glob("*.bin*")) == []
    map_view.console.clear()


def test_a_file_that_is_dropped_on_the_map_is_not_the_pages(map_view):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/etc/hostname")])
    widgets = [map_view.view, *map_view.view.findChildren(QWidget)]
    for widget in widgets:
        entering = QDragEnterEvent(
            QPoint(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        entering.ignore()
        dropping = QDropEvent(
            QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        dropping.ignore()
        if widget.acceptDrops():
            QApplication.sendEvent(widget, entering)
            QApplication.sendEvent(widget, dropping)
        assert not entering.isAccepted() and not dropping.isAccepted(), widget
    assert map_view.view.url() == QUrl(INDEX_URL)


def test_raw_messages_to_the_channel_change_nothing(map_view):
    """Past qwebchannel.js: whatever the transport takes."""
    map_view.events.clear()
    raw = [
        {"type": 6, "id": 1, "object": "bridge", "method": "deleteLater", "args": []},
        {"type": 6, "id": 2, "object": "bridge", "method": 0, "args": ["x"]},
        {"type": 6, "id": 3, "object": "bridge", "method": "say", "args": [{"a": 1}]},
        {"type": 6, "id": 4, "object": "bridge", "method": "say", "args": []},
        {"type": 6, "id": 5, "object": "bridge", "method": "told", "args": ["{}"]},
        {"type": 6, "id": 6, "object": "__proto__", "method": "say", "args": ["{}"]},
        {"type": 6, "id": 7, "object": "bridge", "method": -5, "args": [None] * 50},
        {"type": 10, "object": "bridge", "property": 0, "value": "renamed"},
        {"type": 10, "object": "bridge", "property": 999, "value": {}},
        {"type": 7, "object": "bridge", "signal": 0},
        {"type": 8, "object": "bridge", "signal": 12345},
        {"type": 99},
        {"type": "x" * 100_000},
        [], 5, None,
    ]  # fmt: skip
    for message in raw:
        map_view.ask(f"(qt.webChannelTransport.send({json.dumps(json.dumps(message))}), 1)")
    map_view.ask("(qt.webChannelTransport.send('{'), qt.webChannelTransport.send('['.repeat(9e5)), 1)")
    bridge = map_view.view.channel._bridge
    map_view.click(map_view.pixel_at(119.3, 38.6))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=10_000)
    assert map_view.of(PageReady) == []
    map_view.qtbot.waitUntil(lambda: bridge.objectName() == "", timeout=5000)
    map_view.console.clear()


def test_a_message_of_many_megabytes_is_dropped_and_the_page_heard_again(map_view):
    map_view.events.clear()
    map_view.ask(
        "(new QWebChannel(qt.webChannelTransport, (c) => { c.objects.bridge.say('x'.repeat(3e7));"
        ' c.objects.bridge.say(\'{"type":"PageFailed","seq":1,"reason":"\' + \'y\'.repeat(501) + \'"}\');'
        " window.said = true }), 1)"
    )
    map_view.wait_for("window.said === true")
    map_view.click(map_view.pixel_at(119.3, 38.6))
    map_view.qtbot.waitUntil(lambda: bool(map_view.of(MapClicked)), timeout=20_000)
    assert {type(event).__name__ for event in map_view.events} <= {"MapClicked", "PointerMoved", "ViewMoved"}
