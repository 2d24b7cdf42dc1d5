"""Analyses in a window or panel: the fake one is registered, and runs on invented firms."""

from fake_analysis import PLACE, CountBy
from pytestqt.qtbot import QtBot
from user_layer_fixtures import add_layer, firms

from jjjmap.analysis import registry
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.session.session import Session


def register(monkeypatch) -> None:
    """Have the fake analysis stand for ``summarize``."""
    monkeypatch.setattr(registry, "_PLACES", {"summarize": PLACE})


def add_firms(session: Session, title: str = "厂", table: FeatureTable | None = None) -> str:
    """Keep firms as a layer of the session."""
    users = session.user_layers
    layer_id = add_layer(users.store, title, firms() if table is None else table)
    stored = next(each for each in users.store.load()[0] if each.id == layer_id)
    users.take_made(title, stored)
    return layer_id


def made(session: Session, qtbot: QtBot, analysis: CountBy) -> str:
    """Run an analysis; return its layer."""
    with qtbot.waitSignal(session.analyses.finished) as finished:
        session.analyses.run(analysis)
    return finished.args[0]
