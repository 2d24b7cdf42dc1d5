"""What leaves the window is written in the background, told when it is there, and copied with its sources."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_exporters import FakeExporters
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtGui import QGuiApplication
from user_layer_fixtures import firms

from jjjmap.binding import delete
from jjjmap.errors import ExportFailed
from jjjmap.export.options import ContentOptions
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.exporters import BriefingFormat, BriefingsWish, ExportKind, MapWish
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.briefing_dialog import BriefingDialog
from jjjmap.ui.dialogs.export_map_dialog import ExportMapDialog
from jjjmap.ui.exports import COPY_DPI, Exports


@pytest.fixture
def exporters() -> FakeExporters:
    return FakeExporters()


class Heard:
    """What the window would have been told."""

    def __init__(self, exports: Exports) -> None:
        self.told: list[str] = []
        self.saved: list[tuple[Path, str]] = []
        self.failed: list[Exception] = []
        exports.told.connect(self.told.append)
        exports.saved.connect(lambda path, sentence: self.saved.append((path, sentence)))
        exports.failed.connect(self.failed.append)


@pytest.fixture
def exports(qtbot: QtBot, session: Session, exporters: FakeExporters) -> Iterator[Exports]:
    fake_map = FakeMap()
    fake_map.resize(800, 600)
    made = Exports(fake_map, session, exporters, fake_map)
    yield made
    session.tasks.cancel_all(wait_ms=2000)
    delete(fake_map)


@pytest.fixture
def heard(exports: Exports) -> Heard:
    return Heard(exports)


def answer_map(monkeypatch: pytest.MonkeyPatch, session: Session, kind: ExportKind, path: Path) -> None:
    """Let the dialog answer."""
    wish = MapWish(kind, path, session.snapshot(), ContentOptions(title="甲"), Sheet())
    monkeypatch.setattr(ExportMapDialog, "ask", lambda _dialog: wish)


def answer_briefings(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    wish = BriefingsWish(
        ("jia-park", "jia-zone"), folder, (BriefingFormat.PDF, BriefingFormat.DOCX), Language.ZH
    )
    monkeypatch.setattr(BriefingDialog, "ask", lambda _dialog: wish)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(ExportKind.PAGE, "图.html"), (ExportKind.PICTURE, "图.pdf"), (ExportKind.DATA, "图.gpkg")],
)
def test_each_kind_is_written_in_the_background_and_told(
    exports: Exports, session: Session, exporters: FakeExporters, heard: Heard, kind: ExportKind, name: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    answer_map(monkeypatch, session, kind, tmp_path / name)
    with qtbot.waitSignal(session.tasks.task_ended):
        exports.ask_map()
    assert (tmp_path / name).is_file() and len(exporters.snapshots) == 1
    assert heard.saved == [(tmp_path / name, f"已导出：{tmp_path / name}")] and heard.failed == []
    assert session.preferences.settings.export_folder == str(tmp_path)


def test_no_answer_exports_nothing_but_columns_kept_at_home_are_remembered(
    exports: Exports, session: Session, exporters: FakeExporters, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = replace(session.preferences.settings.export, columns_kept_home=(("user-00000001", ("电话",)),))
    monkeypatch.setattr(ExportMapDialog, "ask", lambda _dialog: None)
    monkeypatch.setattr(ExportMapDialog, "settings", lambda _dialog: kept)
    exports.ask_map()
    assert exporters.snapshots == [] and session.tasks.running == ()
    assert session.preferences.settings.export == kept


def test_the_dialog_is_given_the_columns_of_the_users_layers(
    exports: Exports, session: Session, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    session.layers.add(session.user_layers.layer(_added(session, qtbot)))
    offered: list[dict[str, tuple[str, ...]]] = []

    def ask(dialog: ExportMapDialog) -> None:
        for layer_id in dialog.tree.chosen_ids:
            if layer_id.startswith("user-"):
                dialog.tree.check(layer_id, column="资本", is_on=False)
        offered.append(dialog.tree.columns)

    monkeypatch.setattr(ExportMapDialog, "ask", ask)
    exports.ask_map()
    assert list(offered[0].values()) == [("名称", "行业", "年份", "成立", "高新")]


@pytest.mark.parametrize("is_empty", [True, False])
def test_the_dialog_asks_about_the_library_only_if_it_has_documents(
    exports: Exports, monkeypatch: pytest.MonkeyPatch, is_empty: bool
) -> None:
    monkeypatch.setattr(LibrarySession, "is_empty", property(lambda _library: is_empty))
    asked: list[bool] = []
    monkeypatch.setattr(
        ExportMapDialog, "ask", lambda dialog: asked.append(dialog.web_page.library_box.isEnabled())
    )
    exports.ask_map()
    assert asked == [not is_empty]


def test_the_predicted_size_is_reckoned_aside_and_shown(
    exports: Exports, session: Session, exporters: FakeExporters, monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    shown: list[str] = []

    def ask(dialog: ExportMapDialog) -> None:
        with qtbot.waitSignal(session.tasks.task_ended):
            dialog.size_wanted.emit(dialog.wish())
        shown.append(dialog.web_page.size_label.text())
        exporters.error = ExportFailed(Path("x"), "坏了")
        with qtbot.waitSignal(session.tasks.task_ended):
            dialog.size_wanted.emit(dialog.wish())
        shown.append(dialog.web_page.size_label.text())

    monkeypatch.setattr(ExportMapDialog, "ask", ask)
    exports.ask_map()
    assert shown == ["约 3.2 MB", "估算不出来"]


def test_a_failed_export_is_handed_on_to_be_explained(
    exports: Exports, session: Session, exporters: FakeExporters, heard: Heard, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    exporters.error = ExportFailed(tmp_path / "图.html", "磁盘已满")
    answer_map(monkeypatch, session, ExportKind.PAGE, tmp_path / "图.html")
    with qtbot.waitSignal(session.tasks.task_ended):
        exports.ask_map()
    assert heard.failed == [exporters.error] and heard.saved == []


def test_a_cancelled_export_leaves_nothing_and_says_so(
    exports: Exports, session: Session, exporters: FakeExporters, heard: Heard, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    exporters.waits = True
    answer_map(monkeypatch, session, ExportKind.PICTURE, tmp_path / "图.png")
    exports.ask_map()
    with qtbot.waitSignal(session.tasks.task_ended):
        session.tasks.running[0].cancel()
    assert heard.told == ["导出已取消，原有文件没有改动。"] and list(tmp_path.glob("图*")) == []


def test_briefings_are_written_in_the_background_and_counted(
    exports: Exports, session: Session, exporters: FakeExporters, heard: Heard, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    answer_briefings(monkeypatch, tmp_path)
    with qtbot.waitSignal(session.tasks.task_ended):
        exports.ask_briefings()
    names = sorted(path.name for path in tmp_path.glob("jia-*"))
    assert names == ["jia-park.docx", "jia-park.pdf", "jia-zone.docx", "jia-zone.pdf"]
    [(path, sentence)] = heard.saved
    assert path.parent == tmp_path and sentence == f"已生成 4 个简报文件，在 {tmp_path}。"


def test_cancelled_briefings_say_how_many_are_whole(
    exports: Exports, session: Session, exporters: FakeExporters, heard: Heard, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    answer_briefings(monkeypatch, tmp_path)
    monkeypatch.setattr(
        exporters, "save_briefings", lambda *_wish, progress, cancelled: (tmp_path / "jia-park.pdf",)
    )
    with qtbot.waitSignal(session.tasks.task_ended):
        exports.ask_briefings()
    assert heard.saved == []
    assert heard.told == [f"生成简报已取消：1 / 4 个文件已写完，留在 {tmp_path}。"]


def test_the_place_whose_briefing_was_asked_for_is_proposed(
    exports: Exports, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.selection.choose("jia-zone", fly=False)
    proposed: list[tuple[str, ...]] = []
    monkeypatch.setattr(BriefingDialog, "ask", lambda dialog: proposed.append(dialog.place_ids))
    exports.ask_briefings("jia-park")
    exports.ask_briefings()
    assert proposed == [("jia-park",), ("jia-zone",)]


def test_the_map_is_copied_as_a_picture_with_its_legend_and_mark(
    exports: Exports, session: Session, exporters: FakeExporters, heard: Heard, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.tasks.task_ended):
        exports.copy_map()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (4, 3)
    [sheet] = exporters.sheets
    assert sheet.has_legend and sheet.has_attribution and sheet.audience.value == "internal"
    assert sheet.width_mm / sheet.height_mm == pytest.approx(800 / 600)
    assert round(sheet.width_mm / 25.4 * COPY_DPI) == 1600
    assert "复制为图片" in heard.told[0]


def test_a_copy_that_was_cancelled_leaves_the_clipboard_alone(
    exports: Exports, session: Session, exporters: FakeExporters, heard: Heard, qtbot: QtBot
) -> None:
    QGuiApplication.clipboard().setText("之前的")
    exporters.waits = True
    exports.copy_map()
    with qtbot.waitSignal(session.tasks.task_ended):
        session.tasks.running[0].cancel()
    assert QGuiApplication.clipboard().text() == "之前的" and heard.told == ["没有复制：已取消。"]


def test_a_place_is_copied_as_one_line_with_its_sources(
    exports: Exports, session: Session, heard: Heard
) -> None:
    session.selection.choose("jia-park", fly=False)
    exports.copy_place()
    text = QGuiApplication.clipboard().text()
    place = session.workspace.place("jia-park")
    assert text.startswith(place.name_zh) and "\n" not in text and "来源" in text
    assert place.name_zh in heard.told[0]


def test_without_a_place_the_clipboard_is_left_alone(exports: Exports, heard: Heard) -> None:
    QGuiApplication.clipboard().setText("之前的")
    exports.copy_place()
    assert QGuiApplication.clipboard().text() == "之前的" and heard.told == ["请先选中一个地点。"]


def _added(session: Session, qtbot: QtBot) -> str:
    """Give the session a list of firms and return its id."""
    from jjjmap.layers.opening.records import FileFormat, LayerFacts

    table = firms()
    facts = LayerFacts(
        "企业", "企业.csv", "", FileFormat.CSV, "gb18030", "", "WGS-84", 0.0, table.geometry,
        table.columns, len(table), 1, 0, 0, (116.0, 39.0, 121.0, 44.0), "ab" * 32, "2026-01-02",
    )  # fmt: skip
    with qtbot.waitSignal(session.user_layers.layer_added) as added:
        session.user_layers.add_reckoned("读取", "企业", lambda: (facts, table))
    return str(added.args[0])
