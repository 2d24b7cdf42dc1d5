"""Exports of the window that come to nothing: one explanation, the old file as it was, no debris."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeMap
from pdf_made_by_hand import made_pdf
from pytestqt.qtbot import QtBot

from jjjmap.binding import delete
from jjjmap.errors import RenderingFailed, RenderingStopped, RowsUnreadable
from jjjmap.export.options import ContentOptions
from jjjmap.export.renderer import MeasuredPage, PrintedPages, Sheet
from jjjmap.i18n import Language
from jjjmap.layers.layer import LayerView
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.session.exporters import BriefingFormat, BriefingsWish, ExportKind, MapWish
from jjjmap.session.file_exporters import FileExporters
from jjjmap.session.session import Session
from jjjmap.session.tasks import Task
from jjjmap.ui.dialogs.briefing_dialog import BriefingDialog
from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog
from jjjmap.ui.exports import Exports
from jjjmap.ui.messages import explain

Cancelled = Callable[[], bool]
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="72mm" height="36mm"></svg>'
SHEET = Sheet(72, 50)

MAPS = {
    "图.html": ExportKind.PAGE,
    "图.svg": ExportKind.PICTURE,
    "图.png": ExportKind.PICTURE,
    "图.pdf": ExportKind.PICTURE,
    "图.gpkg": ExportKind.DATA,
    "图.geojson": ExportKind.DATA,
    "图.xlsx": ExportKind.DATA,
    "图": ExportKind.DATA,
}


class FakeBrowser:
    """Answers at once; or fails; or never, until somebody cancels."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.hangs = False
        self.on_call: Callable[[], None] = lambda: None

    def map_svg(self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Cancelled = lambda: False) -> str:
        self._call(cancelled)
        return DRAWING

    def printed(self, html: str, *, cancelled: Cancelled = lambda: False, **_paper: Any) -> PrintedPages:
        self._call(cancelled)
        return PrintedPages(made_pdf())

    def measured(self, html: str, *, cancelled: Cancelled = lambda: False, **_paper: Any) -> MeasuredPage:
        self._call(cancelled)
        return MeasuredPage()

    def close(self) -> None:
        self.hangs = False

    def _call(self, cancelled: Cancelled) -> None:
        self.on_call()
        while self.hangs and not cancelled():
            pass
        if cancelled():
            raise RenderingStopped
        if self.error is not None:
            raise self.error


@dataclass
class Desk:
    """A window's exports with the real writers behind them, and what it was told."""

    exports: Exports
    session: Session
    browser: FakeBrowser
    folder: Path
    temporary: Path
    qtbot: QtBot
    monkeypatch: pytest.MonkeyPatch

    def __post_init__(self) -> None:
        self.told: list[str] = []
        self.saved: list[Path] = []
        self.failed: list[Exception] = []
        self.exports.told.connect(self.told.append)
        self.exports.saved.connect(lambda path, _sentence: self.saved.append(path))
        self.exports.failed.connect(self.failed.append)

    def wish(self, name: str) -> None:
        """Let the dialog answer with a file."""
        shown = replace(self.session.snapshot(), layers=_few(self.session.snapshot()))
        wish = MapWish(MAPS[name], self.folder / name, shown, ContentOptions(), SHEET, 96)
        self.monkeypatch.setattr(ExportMapDialog, "ask", lambda _dialog: wish)

    def wish_briefing(self, kind: BriefingFormat) -> None:
        wish = BriefingsWish(("jia-park",), self.folder, (kind,), Language.ZH)
        self.monkeypatch.setattr(BriefingDialog, "ask", lambda _dialog: wish)

    def run(self, ask: Callable[[], None], *, cancel: bool = False) -> None:
        """Ask, and wait until it is over."""

        def stop(task: Task) -> None:
            if cancel:
                task.cancel()

        self.session.tasks.task_started.connect(stop)
        with self.qtbot.waitSignal(self.session.tasks.task_ended, timeout=20_000):
            ask()
        self.session.tasks.task_started.disconnect(stop)

    def everything(self) -> dict[Path, bytes | None]:
        found = [path for folder in (self.folder, self.temporary) for path in folder.rglob("*")]
        return {path: path.read_bytes() if path.is_file() else None for path in found}


def _few(snapshot: MapSnapshot) -> tuple[LayerView, ...]:
    """Return the layers of a snapshot with little to write."""
    return tuple(view for view in snapshot.layers if view.layer.id in ("ports", "airports"))


@pytest.fixture
def desk(qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    folder, temporary = tmp_path / "出", tmp_path / "系统临时"
    folder.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    browser, fake_map = FakeBrowser(), FakeMap()
    fake_map.resize(400, 300)
    exporters = FileExporters(lambda: tmp_path / "none.sqlite", lambda: browser)
    exports = Exports(fake_map, session, exporters, fake_map)
    yield Desk(exports, session, browser, folder, temporary, qtbot, monkeypatch)
    session.tasks.cancel_all(wait_ms=5000)
    delete(fake_map)


def full(*_args: object, **_more: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("name", MAPS)
def test_a_full_disk_is_explained_once_and_leaves_the_old_file(desk: Desk, name: str) -> None:
    if "." in name:
        (desk.folder / name).write_bytes(b"old")
    before = desk.everything()
    desk.wish(name)
    with desk.monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        desk.run(desk.exports.ask_map)
    assert [explain(error).why for error in desk.failed] == ["原因：磁盘已满。"]
    assert (desk.saved, desk.told) == ([], [])
    assert desk.everything() == before


@pytest.mark.parametrize("name", MAPS)
def test_a_cancelled_map_is_told_and_leaves_the_old_file(desk: Desk, name: str) -> None:
    if "." in name:
        (desk.folder / name).write_bytes(b"old")
    before = desk.everything()
    desk.wish(name)
    desk.run(desk.exports.ask_map, cancel=True)
    assert desk.told == ["导出已取消，原有文件没有改动。"]
    assert (desk.saved, desk.failed) == ([], [])
    assert desk.everything() == before


@pytest.mark.parametrize("kind", BriefingFormat)
def test_a_browser_that_hangs_can_be_left(desk: Desk, kind: BriefingFormat) -> None:
    desk.wish_briefing(kind)
    desk.browser.hangs = True
    desk.run(desk.exports.ask_briefings, cancel=True)
    assert desk.told == ["生成简报已取消，没有写出文件。"]
    assert (desk.saved, desk.failed, desk.everything()) == ([], [], {})


@pytest.mark.parametrize("name", ["图.svg", "图.png", "图.pdf"])
def test_a_browser_that_dies_is_explained(desk: Desk, name: str) -> None:
    desk.wish(name)
    desk.browser.error = RenderingFailed("ended")
    desk.run(desk.exports.ask_map)
    (error,) = desk.failed
    assert "浏览器进程中途退出" in explain(error).why and explain(error).hint
    assert (desk.saved, desk.told, desk.everything()) == ([], [], {})


@pytest.mark.parametrize("kind", BriefingFormat)
def test_a_briefing_without_a_browser_is_explained(desk: Desk, kind: BriefingFormat) -> None:
    desk.wish_briefing(kind)
    desk.browser.error = RenderingFailed("no-browser")
    desk.run(desk.exports.ask_briefings)
    (error,) = desk.failed
    assert "QtWebEngine" in explain(error).why and explain(error).hint
    assert (desk.saved, desk.told, desk.everything()) == ([], [], {})


@pytest.mark.parametrize("cancel", [False, True], ids=["it fails", "it is cancelled"])
def test_a_map_that_could_not_be_copied_leaves_nothing(desk: Desk, cancel: bool) -> None:
    desk.browser.error = None if cancel else RenderingFailed("timeout")
    desk.run(desk.exports.copy_map, cancel=cancel)
    assert desk.told == (["没有复制：已取消。"] if cancel else [])
    assert [(explain(error).why, explain(error).hint) for error in desk.failed] == (
        []
        if cancel
        else [
            (
                "画图花的时间太长，已停下。",
                "请少选几个图层、缩小范围，或把要素很多的图层先筛选再试。",
            )
        ]
    )
    assert desk.everything() == {}


def test_rows_that_went_while_it_was_drawn_are_explained_by_their_layer(desk: Desk) -> None:
    desk.wish("图.svg")
    desk.browser.error = RowsUnreadable("企业名单", "文件不在了。")
    desk.run(desk.exports.ask_map)
    (error,) = desk.failed
    assert explain(error).what == "图层“企业名单”的数据读不出来。" and explain(error).hint
    assert desk.everything() == {}
