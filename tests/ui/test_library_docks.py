"""The window and its library: from a dropped file to the map and back."""

from pathlib import Path

import pytest
from documents import TEXT, document
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent

from jjjmap.maps.bridge import FitBounds, HighlightPlaces, ShowTally
from jjjmap.session.session import Session
from jjjmap.text.store.library import Library
from jjjmap.ui.dialogs.import_report_dialog import ImportReportDialog
from jjjmap.ui.main_window import MainWindow

WAIT_MS = 20_000


@pytest.fixture
def stored(session: Session) -> str:
    """A library with one document, which is there before the window."""
    with Library.open(session.library.path) as made:
        made.store(document(), TEXT.encode())
    return document().id


def test_no_library_is_made_by_looking(window: MainWindow, session: Session) -> None:
    window.library_docks.library.bring_up()
    window.library_docks.reading.bring_up()
    assert not session.library.path.exists()


def test_a_dropped_file_is_imported_and_can_be_read(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImportReportDialog, "show_report", lambda *_args, **_more: None)
    path = tmp_path / "通报.txt"
    path.write_text("合作通报\n\n甲县与乙县签约30家企业。\n", encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.show()
    with qtbot.waitSignal(session.library.import_ended, timeout=WAIT_MS):
        window.dropEvent(
            QDropEvent(
                QPointF(10, 10),
                Qt.DropAction.CopyAction,
                mime,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
    (entry,) = session.library.entries()
    assert entry.details.title == "合作通报"
    assert window.library_docks.library.isVisible()
    session.library.open_document(entry.id)
    assert window.library_docks.reading.isVisible()


def test_a_quotation_in_the_details_leads_to_its_words_in_the_text(
    window: MainWindow, session: Session, stored: str
) -> None:
    window.show()
    session.selection.choose("jia-zone", fly=False)
    window.details_panel.tabs.setCurrentIndex(1)
    assert "您的文档中的原文" in window.details_panel.policy.toPlainText()
    start = TEXT.index("甲县功能区")
    window.details_panel.policy.link_followed.emit("document", f"{stored}/{start}/{start + 5}")
    panel = window.library_docks.reading.made_panel
    assert panel is not None
    assert panel.document.id == stored
    assert panel.view.visible_range()[0] <= start < panel.view.visible_range()[1]


def test_what_is_read_is_marked_on_the_map_and_brought_into_view(
    window: MainWindow, session: Session, fake_map: FakeMap, stored: str, qtbot: QtBot
) -> None:
    window.show()
    session.preferences.change(view_bounds_lonlat=(110.0, 30.0, 111.0, 31.0))
    session.library.open_document(stored)
    qtbot.waitUntil(lambda: bool(session.highlight.place_ids), timeout=WAIT_MS)
    assert set(session.highlight.place_ids) >= {"990001", "990002", "jia-zone"}
    assert fake_map.of(HighlightPlaces)
    flights = [call for call in fake_map.of(FitBounds) if call.fly]
    assert flights
    assert flights[-1].west <= 116.05 <= flights[-1].east


def test_a_click_in_the_text_chooses_the_place(window: MainWindow, session: Session, stored: str) -> None:
    window.show()
    session.library.open_document(stored)
    panel = window.library_docks.reading.made_panel
    assert panel is not None
    panel.view.stretch_clicked.emit(panel.view.stretches_at(TEXT.index("甲县功能区") + 3)[0])
    assert session.selection.place_id == "jia-zone"


def test_counts_go_to_the_map_and_escape_takes_them_back(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    session.tally.show({"990001": 3, "jia-park": 2, "nobody": 4}, "文库提及")
    (call,) = fake_map.of(ShowTally)
    assert [unit.feature_id for unit in call.units] == ["990001"]
    assert [(point.feature_id, point.number) for point in call.points] == [("jia-park", "2")]
    assert window.actions_table["clear"].isEnabled()
    window.actions_table["clear"].trigger()
    assert fake_map.of(ShowTally)[-1] == ShowTally()


def test_the_map_is_reminded_of_counts_when_it_is_loaded_anew(
    window: MainWindow, session: Session, fake_map: FakeMap
) -> None:
    session.tally.show({"990001": 3}, "文库提及")
    fake_map.calls.clear()
    window._teller.remind()
    assert fake_map.of(ShowTally)


def test_all_quotations_about_a_place_are_shown_in_the_library(
    window: MainWindow, session: Session, stored: str
) -> None:
    window.show()
    window.details_panel.quotations_requested.emit("990001")
    tabs = window.library_docks.library.made_panel
    assert tabs is not None
    assert tabs.tabs.currentIndex() == 3
