"""A page of the program tries every way into the network; prints which reached a server on this machine.

python network_attacks.py shut|open
"""

import json
import os
import socket
import sys
import tempfile
import threading
from pathlib import Path

from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.maps.config import page_config
from jjjmap.maps.pages import PageTable
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import GEODATA
from jjjmap.web import scheme
from jjjmap.web.scheme import qwebchannel_script, register_scheme

LINK = (
    "(r => { const l = document.createElement('link'); l.rel = r; l.href = '%s/' + r;"
    " document.head.append(l) })"
)
ATTACKS = {
    "preconnect": LINK + "('preconnect')",
    "prefetch": LINK + "('prefetch')",
    "dns-prefetch": LINK + "('dns-prefetch')",
    "icon": LINK + "('icon')",
    "manifest": LINK + "('manifest')",
    "stylesheet": LINK + "('stylesheet')",
    "modulepreload": LINK + "('modulepreload')",
    "fetch": "fetch('%s/f').catch(() => 0)",
    "beacon": "navigator.sendBeacon('%s/b', 'x')",
    "image": "new Image().src = '%s/i'",
    "events": "new EventSource('%s/e')",
    "video": "(v => { v.src = '%s/v'; document.body.append(v); v.load() })(document.createElement('video'))",
    "frame": "(f => { f.src = '%s/if'; document.body.append(f) })(document.createElement('iframe'))",
    "ping": "(a => { a.href = '#x'; a.ping = '%s/p'; document.body.append(a); a.click() })"
    "(document.createElement('a'))",
    "style": "(s => { s.textContent = '@import url(%s/css); body { background: url(%s/bg) }';"
    " document.head.append(s) })(document.createElement('style'))",
    "font": "new FontFace('x', 'url(%s/font)').load().catch(() => 0)",
    "websocket": "new WebSocket('%s/w'.replace('http', 'ws'))",
    "webtransport": "new WebTransport('%s/t'.replace('http', 'https'))",
    "speculation": "(s => { s.type = 'speculationrules'; s.textContent ="
    " JSON.stringify({ prefetch: [{ urls: ['%s/s'] }] });"
    " document.head.append(s) })(document.createElement('script'))",
    "navigation": "location.href = '%s/n'",
    "popup": "window.open('%s/o')",
    "webrtc": "(pc => { pc.createDataChannel('x'); pc.createOffer().then((o) => pc.setLocalDescription(o));"
    " window.pc = pc })(new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:@udp' },"
    " { urls: 'turn:127.0.0.1:@tcp?transport=tcp', username: 'a', credential: 'b' }] }))",
}


def main() -> int:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    if sys.argv[1] == "open":
        scheme.shut_side_doors = lambda: None
    register_scheme()
    from qtpy.QtCore import QEventLoop, QTimer
    from qtpy.QtWidgets import QApplication

    from jjjmap.binding import delete
    from jjjmap.web.profile import MapProfile
    from jjjmap.web.view import MapView

    app = QApplication(sys.argv[:1])
    heard: list[str] = []
    current = ["none"]
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            tcp.accept()[0].close()
            heard.append(current[0])

    def receive() -> None:
        while True:
            udp.recvfrom(2048)
            heard.append(current[0])

    for work in (accept, receive):
        threading.Thread(target=work, daemon=True).start()
    snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH)
    pages = PageTable(
        SHIPPED_LAYERS,
        lambda layer: read_shipped_layer(layer, GEODATA).data,
        lambda: page_config(snapshot),
        qwebchannel_script(),
        Path(tempfile.mkdtemp()),
    )
    profile = MapProfile(pages)
    view = MapView(profile)
    view.resize(900, 700)
    view.show()
    view.open_map()

    def wait(ms: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    for _time in range(600):
        if view.channel.is_ready:
            break
        wait(50)
    tcp_port, udp_port = tcp.getsockname()[1], udp.getsockname()[1]
    for name, code in ATTACKS.items():
        current[0] = name
        code = code.replace("%s", f"http://127.0.0.1:{tcp_port}")
        code = code.replace("@udp", str(udp_port)).replace("@tcp", str(tcp_port))
        view.page().runJavaScript(f"try {{ {code} }} catch (error) {{ }} 0")
        wait(250)
    for _time in range(100 if sys.argv[1] == "open" else 12):
        if "webrtc" not in heard:
            wait(250)
    still_there = view.channel.is_ready and view.url().path() == "/index.html"
    sys.stdout.write(json.dumps({"heard": sorted(set(heard)), "there": still_there, "tried": len(ATTACKS)}))
    sys.stdout.flush()
    delete(view)
    delete(profile)
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
