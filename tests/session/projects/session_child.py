"""A session that works by itself until it is killed, and says what it has done.

Started with a folder; each line that comes names a folder of one run, and a seed. The answer is the id of the
process that works; then it says each action in a line once it is done, with the time.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from project_rig import facts, points
from qtpy.QtCore import QCoreApplication, QEventLoop, QTimer

from jjjmap.app import open_session
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.project.state import SavedView
from jjjmap.session.projects import keeper as project_keeper
from jjjmap.session.projects.project import ProjectSession
from jjjmap.session.session import Session

PLACES = tuple(f"{990_000 + number}" for number in range(1000))
"""More than a run has actions."""


def catalogue() -> Catalogue:
    """Return the places that are pinned, each once."""
    places = (
        Place(each, PlaceKind.COUNTY, f"县{each}", f"County {each}", lon=116.0, lat=39.0) for each in PLACES
    )
    return Catalogue(places={place.id: place for place in places})


def make(folder: Path) -> tuple[Session, ProjectSession]:
    """Return a session in a folder, as the window would connect it."""
    session = open_session(
        folder / "settings.json",
        catalogue(),
        [],
        library_path=folder / "home" / "library.sqlite",
        layers_path=folder / "home" / "layers",
    )
    users = session.user_layers
    users.layer_added.connect(lambda layer_id: session.layers.add(users.layer(layer_id)))
    users.layer_removed.connect(session.layers.remove)
    return session, ProjectSession(session, folder / "work", folder / "home" / "state.json")


def seen(session: Session) -> list[object]:
    """Return what was done, as JSON says it."""
    return [
        list(session.pins.place_ids),
        [view.title for view in session.views.views],
        [[each.title, each.style.color] for each in session.user_layers.layers],
    ]


def work(folder: Path, seed: int, *, opens: bool) -> None:
    """Do one thing after another for ever."""
    _app = QCoreApplication([])
    project_keeper.AUTOSAVE_MS = 100  # Journal and whole state take turns, as they do in half an hour.
    session, project = make(folder)
    chance = random.Random(seed)
    loop = QEventLoop()
    project.opened.connect(lambda _opened: loop.quit())
    QTimer.singleShot(0, lambda: project.open(folder / "甲.jjj.gpkg") if opens else project.new())
    loop.exec()
    if not opens:
        session.user_layers.opened.connect(lambda _opened: loop.quit())
        session.user_layers.add_reckoned("生成", "厂", lambda: (facts(), points()))
        loop.exec()
    (layer,) = session.user_layers.layers
    # The turn of the loop in which an action is written down; timers of no time come one after another.
    turn = QTimer()
    turn.setSingleShot(True)
    turn.setInterval(0)
    turn.timeout.connect(loop.quit)
    for number in range(1_000_000):
        match chance.randrange(4):
            case 0:
                # A place of its own each time: no state comes again, so each tells how far the session was.
                if session.pins.is_full:
                    session.pins.remove(session.pins.place_ids[0])
                else:
                    session.pins.add(PLACES[number])
            case 1:
                view = SavedView(f"view-{number:08x}", f"视图{number}", (115.0, 38.0, 117.0, 40.0), ())
                session.views.put((*session.views.views[-3:], view))
            case 2:
                session.user_layers.rename(layer.id, f"厂{number}")
            case 3:
                session.user_layers.set_style(layer.id, UserStyle(color=f"#{number % 0xFFFFFF:06x}"))
        turn.start()
        loop.exec()
        sys.stdout.write(json.dumps({"t": time.time(), "seen": seen(session)}) + "\n")
        sys.stdout.flush()
        time.sleep(0.002)


def main() -> None:
    """Answer wishes until there are no more."""
    import numpy  # noqa: F401  What takes long is there before a process begins.
    import pyarrow  # noqa: F401

    for line in iter(sys.stdin.readline, ""):
        wish = json.loads(line)
        pid = os.fork()
        if not pid:
            work(Path(wish["folder"]), wish["seed"], opens=wish["opens"])
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        os.waitpid(pid, 0)
        sys.stdout.write("gone\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
