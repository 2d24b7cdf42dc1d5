"""A session with a project around it, in folders of a test: without a window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pytestqt.qtbot import QtBot

from jjjmap.app import open_session
from jjjmap.binding import delete, is_alive
from jjjmap.catalogue.models import Catalogue
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.session.projects.project import OpenedHere, ProjectSession
from jjjmap.session.session import Session


@dataclass
class Rig:
    """What a test drives."""

    qtbot: QtBot
    session: Session
    project: ProjectSession
    work: Path
    home: Path
    failures: list[Exception]
    autosave_failures: list[Exception]

    def open(self, path: Path) -> OpenedHere:
        """Open a project and wait for it."""
        with self.qtbot.waitSignal(self.project.opened, timeout=20_000) as news:
            self.project.open(path)
        opened: OpenedHere = news.args[0]
        self.settle()
        return opened

    def new(self) -> None:
        """Begin an empty project and wait for it."""
        with self.qtbot.waitSignal(self.project.opened, timeout=20_000):
            self.project.new()

    def save(self, path: Path | None = None, **options: Any) -> bool:
        """Save, and return whether that went well."""
        saved: list[Path] = []
        self.project.saved.connect(saved.append)
        before = len(self.failures)
        if path is not None:
            self.project.save_as(path)
        else:
            self.project.save(**options)
        self.qtbot.waitUntil(lambda: bool(saved) or len(self.failures) > before, timeout=20_000)
        self.project.saved.disconnect(saved.append)
        self.settle()
        return bool(saved)

    def settle(self) -> None:
        """Let everything that is on its way arrive."""
        self.qtbot.waitUntil(
            lambda: not self.session.tasks.running and not self.project.is_busy, timeout=20_000
        )
        self.qtbot.wait(5)

    def add_layer(self, title: str = "厂", rows: int = 4) -> str:
        """Add a layer of points and return its id."""
        known = {each.id for each in self.session.user_layers.layers}
        with self.qtbot.waitSignal(self.session.user_layers.opened, timeout=20_000):
            self.session.user_layers.add_reckoned("生成", title, lambda: (facts(title, rows), points(rows)))
        self.settle()
        (new,) = {each.id for each in self.session.user_layers.layers} - known
        return new

    def end(self, *, discard: bool = True) -> None:
        """End as the program does."""
        self.session.tasks.cancel_all(wait_ms=5000)
        self.project.end(discard=discard)

    def close(self) -> None:
        """Let nothing of it live on: what has timers must not be collected by another thread."""
        self.session.tasks.cancel_all(wait_ms=5000)
        if is_alive(self.project):
            self.end()
            delete(self.project)


_RIGS: list[Rig] = []


def close_rigs() -> None:
    """Let nothing of this test live on."""
    while _RIGS:
        _RIGS.pop().close()


def make_rig(qtbot: QtBot, folder: Path, catalogue: Catalogue, settings: str = "settings.json") -> Rig:
    """Build a session and a project in a folder; a second one there is the next start."""
    session = open_session(
        folder / settings,
        catalogue,
        [],
        library_path=folder / "home" / "library.sqlite",
        layers_path=folder / "home" / "layers",
    )
    # As the window does.
    users = session.user_layers
    users.layer_added.connect(lambda layer_id: session.layers.add(users.layer(layer_id)))
    users.layer_removed.connect(session.layers.remove)
    project = ProjectSession(session, folder / "work", folder / "home" / "state.json")
    rig = Rig(qtbot, session, project, folder / "work", folder / "home", [], [])
    _RIGS.append(rig)
    project.failed.connect(rig.failures.append)
    project.autosave_failed.connect(rig.autosave_failures.append)
    return rig


def facts(title: str = "厂", rows: int = 4) -> LayerFacts:
    """Return the facts of `points`."""
    return LayerFacts(
        title, "厂.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT,
        (Column("名称"), Column("行业")), rows, 0, 0, 0, (115.0, 38.0, 118.0, 41.0),
    )  # fmt: skip


def points(rows: int = 4) -> FeatureTable:
    """Return a table of points."""
    share = np.linspace(0.0, 1.0, rows)
    return FeatureTable(
        pa.table(
            {"名称": [f"厂{n}" for n in range(rows)], "行业": [("钢铁", "氢能")[n % 2] for n in range(rows)]}
        ),
        Geometry.POINT,
        115.0 + 3 * share,
        38.0 + 3 * share,
    )
