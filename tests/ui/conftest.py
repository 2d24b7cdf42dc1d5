"""A window around a fake map, and what the user would have read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import qtpy
from fake_exporters import FakeExporters
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QSettings
from qtpy.QtWidgets import QApplication, QDialog, QMainWindow

from jjjmap.binding import delete
from jjjmap.catalogue.models import Catalogue
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.layers.analyses import Analyses
from jjjmap.session.layers.drawn_layers import DrawnLayers
from jjjmap.session.layers.joins import Joins
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.layers.placing import Placing
from jjjmap.session.layers.user_features import UserFeatures
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.preferences import Preferences
from jjjmap.session.selection import Selection
from jjjmap.session.session import Session
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.timeline import Timeline
from jjjmap.session.workspace import Workspace
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.messages import Message, MessageBox


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """After every test: whatever window or dialog it left open has a name for each of its controls."""
    yield
    if qtpy.PYSIDE6 and QApplication.instance() is not None:
        from accessible import nameless  # The other binding does not tell what a screen reader is told.

        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog | QMainWindow)]
        missing = [control for each in shown for control in nameless(each)]
        assert not missing, f"without a name for screen readers: {missing}"


@pytest.fixture
def session(catalogue: Catalogue, tmp_path: Path) -> Session:
    """An open session on the invented catalogue."""
    workspace = Workspace(catalogue)
    tasks = TaskRunner()
    user_layers = UserLayers(UserLayerStore(tmp_path / "layers"), tasks)
    user_features = UserFeatures(workspace, user_layers)
    stack = LayerStack(first_view(SHIPPED_LAYERS))
    return Session(
        workspace=workspace,
        timeline=Timeline(workspace),
        layers=stack,
        user_layers=user_layers,
        drawn_layers=DrawnLayers(user_layers, stack),
        user_features=user_features,
        joins=Joins(workspace, user_layers),
        placing=Placing(workspace, user_layers),
        analyses=Analyses(workspace, user_layers),
        selection=Selection(),
        tasks=tasks,
        library=LibrarySession(workspace, tasks, tmp_path / "library.sqlite"),
        preferences=Preferences(tmp_path / "settings.json"),
    )


@pytest.fixture
def fake_map(qtbot: QtBot) -> FakeMap:
    return FakeMap()


@pytest.fixture
def fake_exporters() -> FakeExporters:
    return FakeExporters()


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What the user would have read."""
    shown: list[Message] = []
    monkeypatch.setattr(MessageBox, "show", lambda _parent, message: shown.append(message))
    return shown


@pytest.fixture
def window(
    qtbot: QtBot,
    fake_map: FakeMap,
    session: Session,
    fake_exporters: FakeExporters,
    messages: list[Message],
    tmp_path: Path,
) -> Iterator[MainWindow]:
    """A window on the screen."""
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = MainWindow(fake_map, session, fake_exporters, store)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    delete(made)
