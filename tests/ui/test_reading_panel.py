"""The reading dock: colours, hover, decisions by key, the way to the map and back."""

from dataclasses import replace

import pytest
from documents import TEXT, document
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QTextCharFormat, QTextCursor

from jjjmap.i18n import Language
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.session import Session
from jjjmap.text.records import FigureStatus, MentionStatus
from jjjmap.text.store.library import Library
from jjjmap.ui.mention_looks import MentionKind
from jjjmap.ui.panels.reading_panel import ReadingPanel


@pytest.fixture
def library(session: Session) -> LibrarySession:
    with Library.open(session.library.path) as made:
        made.store(document(), TEXT.encode())
    return session.library


@pytest.fixture
def panel(qtbot: QtBot, session: Session, library: LibrarySession) -> ReadingPanel:
    made = ReadingPanel(session.workspace, library, session.selection)
    qtbot.addWidget(made)
    made.resize(420, 500)
    made.show()
    library.open_document(document().id)
    return made


def look_at(panel: ReadingPanel, offset: int) -> QTextCharFormat:
    """Return how a character is drawn."""
    position = panel.view.to_qt(offset)
    block = panel.view.document().findBlock(position)
    for run in block.layout().formats():
        if run.start <= position - block.position() < run.start + run.length:
            return QTextCharFormat(run.format)
    return QTextCharFormat()


def point_of(panel: ReadingPanel, offset: int) -> QPoint:
    """Return the middle of a character in the viewport."""
    cursor = QTextCursor(panel.view.document())
    cursor.setPosition(panel.view.to_qt(offset))
    left = panel.view.cursorRect(cursor)
    cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
    right = panel.view.cursorRect(cursor)
    return QPoint((left.left() + right.left()) // 2, left.center().y())


def test_what_looks_like_markup_is_shown_as_it_is(panel: ReadingPanel) -> None:
    assert panel.view.toPlainText() == TEXT
    assert "<b>乙县</b>" in panel.view.toPlainText()


def test_mentions_stand_on_a_colour_also_behind_a_character_of_two_units(panel: ReadingPanel) -> None:
    start = TEXT.index("甲县")
    assert look_at(panel, start).background().style() != Qt.BrushStyle.NoBrush
    assert look_at(panel, start + 1).background().style() != Qt.BrushStyle.NoBrush
    assert look_at(panel, start + 2).background().style() == Qt.BrushStyle.NoBrush
    assert look_at(panel, 0).background().style() == Qt.BrushStyle.NoBrush


def test_a_doubtful_mention_is_underlined_in_waves(panel: ReadingPanel) -> None:
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    assert look_at(panel, TEXT.index("乙县")).underlineStyle() == wave
    assert look_at(panel, TEXT.index("甲县")).underlineStyle() != wave


def test_the_innermost_mention_answers_and_the_outer_one_beside_it(panel: ReadingPanel) -> None:
    outer = TEXT.index("甲县功能区")

    def named_at(offset: int) -> list[str]:
        return [panel._found(each).subject_id for each in panel.view.stretches_at(offset)]

    assert named_at(outer) == ["990001", "jia-zone"]
    assert named_at(outer + 3) == ["jia-zone"]


def test_a_click_asks_for_the_place_under_the_pointer(panel: ReadingPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.place_requested) as asked:
        qtbot.mouseClick(
            panel.view.viewport(),
            Qt.MouseButton.LeftButton,
            pos=point_of(panel, TEXT.index("甲县功能区") + 3),
        )
    assert asked.args == ["jia-zone"]


def test_a_click_beside_a_mention_asks_for_nothing(panel: ReadingPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.place_requested):
        qtbot.mouseClick(
            panel.view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(panel, TEXT.index("落户"))
        )


def test_one_key_rejects_and_the_library_remembers(
    panel: ReadingPanel, library: LibrarySession, qtbot: QtBot
) -> None:
    panel.view.step(+1)
    assert panel._found(panel.view.current).text == "甲县"
    qtbot.keyClick(panel.view, Qt.Key.Key_X)
    assert library.document(document().id).mentions[0].status is MentionStatus.REJECTED
    assert look_at(panel, TEXT.index("甲县")).fontStrikeOut()
    qtbot.keyClick(panel.view, Qt.Key.Key_C)
    assert library.document(document().id).mentions[0].status is MentionStatus.CONFIRMED
    assert not look_at(panel, TEXT.index("甲县")).fontStrikeOut()


def test_the_text_stays_open_when_its_file_has_changed(panel: ReadingPanel, library: LibrarySession) -> None:
    changed = replace(document(), id="", sha256="ab" * 32, text=f"{TEXT}\n又一句。")
    with Library.open(library.path) as other:
        stored = other.store(changed, changed.text.encode())
    assert stored.replaced_id == document().id
    library.refresh()
    assert panel.document is not None and panel.document.id == stored.document_id
    assert panel.isVisible() and panel.view.isVisible()
    assert panel.view.toPlainText().endswith("又一句。")


def test_one_key_accepts_a_figure(panel: ReadingPanel, library: LibrarySession, qtbot: QtBot) -> None:
    figures = [each for each in panel.view.stretches if each.kind is MentionKind.FIGURE]
    panel.view.make_current(figures[0])
    qtbot.keyClick(panel.view, Qt.Key.Key_C)
    assert library.document(document().id).figures[0].status is FigureStatus.ACCEPTED


def test_n_and_p_go_from_mention_to_mention_and_round(panel: ReadingPanel, qtbot: QtBot) -> None:
    seen = []
    for _time in range(len(panel.view.stretches)):
        qtbot.keyClick(panel.view, Qt.Key.Key_N)
        seen.append(panel.view.current)
    assert seen == list(panel.view.stretches)
    qtbot.keyClick(panel.view, Qt.Key.Key_N)
    assert panel.view.current == panel.view.stretches[0]
    qtbot.keyClick(panel.view, Qt.Key.Key_P)
    assert panel.view.current == panel.view.stretches[-1]


def test_the_chosen_place_is_counted_and_its_mentions_can_be_stepped_through(panel: ReadingPanel) -> None:
    panel.show_place("990001")
    assert "3" in panel.chosen_label.text()
    panel.next_button.click()
    panel.next_button.click()
    panel.next_button.click()
    assert panel.view.current.start == TEXT.rindex("甲县")
    panel.show_place("jia-park")
    assert panel.chosen_label.text() == "本文没有提到“甲园”"
    assert not panel.next_button.isEnabled()


def test_the_map_follows_what_is_seen_until_it_is_told_not_to(panel: ReadingPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.places_seen) as seen:
        panel.view.verticalScrollBar().setValue(panel.view.verticalScrollBar().maximum())
    assert seen.args == [["990001"], "合作通报"]
    panel.follow_button.setChecked(False)
    with qtbot.assertNotEmitted(panel.places_seen, wait=400):
        panel.view.verticalScrollBar().setValue(0)


def test_a_jump_marks_the_words_and_brings_them_into_view(
    panel: ReadingPanel, library: LibrarySession
) -> None:
    start = TEXT.rindex("甲县")
    library.open_document(document().id, start, start + 2)
    first, last = panel.view.visible_range()
    assert first <= start < last
    assert any(selection.cursor.selectedText() == "甲县" for selection in panel.view.extraSelections())


def test_hidden_kinds_are_plain_text(panel: ReadingPanel) -> None:
    panel.kind_buttons[MentionKind.UNIT].setChecked(False)
    assert look_at(panel, TEXT.index("甲县")).background().style() == Qt.BrushStyle.NoBrush
    assert panel.view.stretches_at(TEXT.index("甲县")) == []


def test_the_strip_counts_by_band_and_a_click_scrolls_there(panel: ReadingPanel, qtbot: QtBot) -> None:
    bands = panel.strip.bands()
    assert sum(sum(band.values()) for band in bands) == len(panel.view.stretches)
    assert bands[-1] or bands[-2]
    qtbot.mouseClick(panel.strip, Qt.MouseButton.LeftButton, pos=QPoint(5, panel.strip.height() - 2))
    assert panel.view.visible_range()[1] >= TEXT.rindex("甲县")


def test_the_tip_says_what_the_words_name_and_what_else_they_may(panel: ReadingPanel) -> None:
    (doubtful,) = (
        each for each in panel.view.stretches if each.kind is MentionKind.UNIT and each.is_doubtful
    )
    said = panel._tip(doubtful)
    assert said.startswith("乙县 · ")
    assert "40%" in said
    assert "乙县轴承集群" in said


def test_a_removed_document_leaves_the_dock_empty(panel: ReadingPanel, library: LibrarySession) -> None:
    library.remove([document().id])
    assert panel.document is None
    assert not panel.view.isVisible()


@pytest.mark.parametrize("language", list(Language))
def test_it_speaks_both_languages(panel: ReadingPanel, session: Session, language: Language) -> None:
    session.workspace.set_language(language)
    panel.retranslate()
    assert panel.follow_button.text() == {"zh": "地图跟随", "en": "Map follows"}[language.value]
