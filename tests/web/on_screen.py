"""Opens the program on the screen that DISPLAY names, clicks a symbol, and prints what came of it.

python on_screen.py PICTURE PLACE_ID
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from jjjmap import app as jjjmap_app
from jjjmap.web.scheme import register_scheme

SYMBOL = """(() => { const s = jjjmap.page.overlay.arrangement().symbols.find(s => s.feature.id === %s);
const o = jjjmap.page.map.getPixelBounds().min; return JSON.stringify([s.x - o.x, s.y - o.y]); })()"""


def main() -> int:
    picture, place_id = sys.argv[1:]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    register_scheme()
    from qtpy.QtCore import QEventLoop, QPoint, Qt, QTimer
    from qtpy.QtTest import QTest
    from qtpy.QtWidgets import QApplication

    from jjjmap.binding import delete

    app = QApplication(sys.argv[:1])

    def wait_until(condition) -> None:
        loop, waited = QEventLoop(), 0
        while not condition():
            waited += 10
            if waited > 30_000:
                raise TimeoutError
            QTimer.singleShot(10, loop.quit)
            loop.exec()

    jjjmap_app.prepare_application(app)
    home = Path(tempfile.mkdtemp())
    session = jjjmap_app.open_session(home / "settings.json")
    window = jjjmap_app.open_window(app, session, layout_path=home / "window.ini")
    window.resize(1360, 860)
    view = window.map_view
    wait_until(lambda: view.channel.is_ready)
    answers: list[str] = []
    view.page().runJavaScript(SYMBOL % json.dumps(place_id), 0, answers.append)
    wait_until(lambda: bool(answers))
    x, y = json.loads(answers[0])
    point = QPoint(round(x), round(y))
    QTest.mouseMove(view.focusProxy(), point)
    QTest.mouseClick(view.focusProxy(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    wait_until(lambda: bool(session.selection.place_id))
    waited: list[bool] = []
    QTimer.singleShot(800, lambda: waited.append(True))
    wait_until(lambda: bool(waited))
    app.primaryScreen().grabWindow(0).save(picture)
    seen = {
        "platform": app.platformName(),
        "chosen": session.selection.place_id,
        "details": window.details_panel.overview.toPlainText(),
        "blocked": view.page().profile().guard.blocked,
    }
    sys.stdout.write(json.dumps(seen))
    delete(window)
    return 0


if __name__ == "__main__":
    sys.exit(main())
