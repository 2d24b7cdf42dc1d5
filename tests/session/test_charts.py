"""Tests of loading what draws charts."""

import subprocess
import sys

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.session import charts
from jjjmap.session.charts import ChartPreparation


def test_charts_are_ready_once_their_parts_are_loaded(qtbot: QtBot) -> None:
    preparation = ChartPreparation()
    assert not preparation.is_ready
    with qtbot.waitSignal(preparation.prepared, timeout=60_000):
        preparation.start()
        preparation.start()
        assert not preparation.is_ready  # It goes on elsewhere.
    assert preparation.is_ready
    assert preparation.reason == ""


def test_it_begins_by_itself_after_a_rest(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "REST_MS", 0)
    monkeypatch.setattr(charts, "_load", lambda: None)
    preparation = ChartPreparation()
    with qtbot.waitSignal(preparation.prepared):
        preparation.start_soon()
    assert preparation.is_ready


def test_what_cannot_be_loaded_is_told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ImportError("no such library")

    monkeypatch.setattr(charts, "_load", fail)
    preparation = ChartPreparation()
    with qtbot.waitSignal(preparation.prepared):
        preparation.start()
    assert not preparation.is_ready
    assert preparation.reason == "no such library"


def test_the_program_may_end_while_the_parts_are_loaded() -> None:
    code = (
        "from qtpy.QtCore import QCoreApplication; from jjjmap.session.charts import ChartPreparation;"
        "app = QCoreApplication([]); charts = ChartPreparation(); charts.start()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
