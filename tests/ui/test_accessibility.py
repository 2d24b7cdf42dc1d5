"""Tests of what people need who use the keyboard, a screen reader, or eyes that want contrast.

Names of controls are looked at after every test of the window: see ``conftest.py``.
"""

import re
from collections.abc import Iterator

import pytest
from accessible import controls, spoken_name
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor, QImage, QPalette
from qtpy.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from jjjmap.binding import delete, is_alive
from jjjmap.i18n import Language
from jjjmap.paths import RESOURCES
from jjjmap.session.session import Session
from jjjmap.ui.action_table import ACTIONS, MENUS
from jjjmap.ui.actions import plain_title
from jjjmap.ui.dialogs.shortcuts_dialog import ShortcutsDialog
from jjjmap.ui.focus_ring import FocusRing
from jjjmap.ui.icons import Icon, icon
from jjjmap.ui.looks import SIGN_CONTRAST, TEXT_CONTRAST, contrast, is_readable, readable
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.mention_looks import MentionKind, kind_color
from jjjmap.ui.models.crosscheck_model import warning_color
from jjjmap.ui.richtext import RichTextView, link_color

Role = QPalette.ColorRole
GROUNDS = (Role.Window, Role.Base, Role.AlternateBase)


def palette_of(**colors: str) -> QPalette:
    made = QPalette()
    for name, color in colors.items():
        made.setColor(Role[name], QColor(color))
    return made


def light() -> QPalette:
    """Return the colours of Qt's Fusion style on a light desktop."""
    return palette_of(
        Window="#efefef", WindowText="#000000", Base="#ffffff", AlternateBase="#f7f7f7", Text="#000000",
        Button="#efefef", ButtonText="#000000", Highlight="#308cc6", HighlightedText="#ffffff",
        PlaceholderText="#80000000", Link="#0000ff", ToolTipBase="#ffffdc", ToolTipText="#000000",
    )  # fmt: skip


def dark() -> QPalette:
    """Return the colours of Qt's Fusion style on a dark desktop."""
    return palette_of(
        Window="#323232", WindowText="#f0f0f0", Base="#242424", AlternateBase="#2b2b2b", Text="#f0f0f0",
        Button="#323232", ButtonText="#f0f0f0", Highlight="#308cc6", HighlightedText="#ffffff",
        PlaceholderText="#80f0f0f0", Link="#308cc6", ToolTipBase="#3f3f36", ToolTipText="#f0f0f0",
    )  # fmt: skip


@pytest.fixture(params=[light, dark], ids=["light", "dark"])
def palette(request: pytest.FixtureRequest, qapp: QApplication) -> QPalette:
    return readable(request.param())


# ---- contrast ----


def test_contrast_is_reckoned_as_the_guideline_says() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)
    assert contrast(QColor(0, 0, 0, 128), QColor("white")) == pytest.approx(4.0, abs=0.1)
    assert contrast(QColor(0, 0, 0, 0), QColor("white")) == pytest.approx(1)


@pytest.mark.parametrize("front", [Role.Text, Role.WindowText, Role.PlaceholderText, Role.Link])
def test_texts_stand_out_from_every_ground(palette: QPalette, front: Role) -> None:
    for ground in GROUNDS:
        assert contrast(palette.color(front), palette.color(ground)) >= TEXT_CONTRAST


def test_marked_rows_buttons_and_tips_can_be_read(palette: QPalette) -> None:
    for front, ground in (
        (Role.HighlightedText, Role.Highlight),
        (Role.ButtonText, Role.Button),
        (Role.ToolTipText, Role.ToolTipBase),
    ):
        assert contrast(palette.color(front), palette.color(ground)) >= TEXT_CONTRAST
    # A marked row is seen to be marked.
    assert contrast(palette.color(Role.Highlight), palette.color(Role.Base)) >= SIGN_CONTRAST


def test_links_and_the_ring_of_the_keyboard_stand_out(palette: QPalette) -> None:
    for ground in (*GROUNDS, Role.Button):
        assert contrast(link_color(palette), palette.color(ground)) >= TEXT_CONTRAST


def test_icons_stand_out(palette: QPalette) -> None:
    for name in Icon:
        image = icon(name, palette).pixmap(20, 20).toImage()
        strongest = max(
            (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())),
            key=lambda color: color.alphaF(),
        )
        assert contrast(strongest, palette.color(Role.Button)) >= SIGN_CONTRAST, name


def test_faint_texts_of_pages_stand_out(qtbot: QtBot, palette: QPalette) -> None:
    view = RichTextView()
    qtbot.addWidget(view)
    view.setPalette(palette)
    sheet = view.document().defaultStyleSheet()
    colors = [QColor(said) for said in re.findall(r"color: (#[0-9a-f]{6})", sheet)]
    assert len(colors) >= 3
    for color in colors:
        assert contrast(color, palette.color(Role.Base)) >= TEXT_CONTRAST


def test_colours_of_mentions_and_warnings_stand_out(palette: QPalette) -> None:
    colors = [kind_color(kind, palette) for kind in MentionKind] + [warning_color(palette)]
    for color in colors:
        assert contrast(color, palette.color(Role.Base)) >= SIGN_CONTRAST, color.name()


def test_a_palette_that_can_be_read_is_left_alone(qapp: QApplication) -> None:
    fine = palette_of(
        Window="#ffffff", Base="#ffffff", AlternateBase="#ffffff", Text="#000000", PlaceholderText="#555555",
        Link="#0000aa", Highlight="#000080", HighlightedText="#ffffff",
    )  # fmt: skip
    assert is_readable(fine)
    assert readable(fine) == fine
    assert not is_readable(light()) and is_readable(readable(light())) and is_readable(readable(dark()))


def test_only_what_cannot_be_read_is_another() -> None:
    for made in (light(), dark()):
        better = readable(made)
        for role in (Role.Window, Role.WindowText, Role.Base, Role.Text, Role.Button, Role.ButtonText):
            assert better.color(role) == made.color(role)


def test_the_window_mends_the_palette_of_the_program(window: MainWindow) -> None:
    assert is_readable(QApplication.palette())


def test_the_whole_window_turns_dark_with_the_desktop(
    window: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    before, sheet = QApplication.palette(), qapp.styleSheet()
    try:
        qapp.setStyleSheet((RESOURCES / "styles" / "window.qss").read_text(encoding="utf-8"))
        QApplication.setPalette(dark())
        parts = (window, window.status, window.layers_panel.tree, window.menuBar(), window.search_box)
        base = dark().color(Role.Base)
        qtbot.waitUntil(lambda: all(part.palette().color(Role.Base) == base for part in parts))
        assert is_readable(QApplication.palette())
    finally:
        qapp.setStyleSheet(sheet)
        QApplication.setPalette(before)


# ---- the keyboard ----


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[QWidget]:
    """A window with two controls, and a ring."""
    made = QWidget()
    layout = QVBoxLayout(made)
    made.first, made.second = QPushButton("甲", made), QLineEdit(made)  # type: ignore[attr-defined]
    layout.addWidget(made.first)  # type: ignore[attr-defined]
    layout.addWidget(made.second)  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    yield made


def ring_pixels(image: QImage, color: QColor) -> int:
    return sum(
        image.pixelColor(x, y).rgb() == color.rgb()
        for x in range(image.width())
        for y in range(image.height())
    )


@pytest.mark.parametrize("palette", [light, dark], ids=["light", "dark"], indirect=True)
def test_the_control_that_has_the_keyboard_has_a_ring(
    form: QWidget, palette: QPalette, qtbot: QtBot, qapp: QApplication
) -> None:
    form.setPalette(palette)
    FocusRing(qapp, form)
    first, second = form.first, form.second  # type: ignore[attr-defined]
    second.setFocus()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    color = link_color(palette)
    assert ring_pixels(first.grab().toImage(), color) > first.width()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert ring_pixels(second.grab().toImage(), color) > second.width()
    assert ring_pixels(first.grab().toImage(), color) == 0
    second.resize(second.width() + 40, second.height())
    assert ring_pixels(second.grab().toImage(), color) > second.width()


def test_the_ring_goes_with_a_control_that_is_deleted(form: QWidget, qapp: QApplication) -> None:
    ring = FocusRing(qapp, form)
    first, second = form.first, form.second  # type: ignore[attr-defined]
    second.setFocus()
    first.setFocus()
    assert ring.widget is first
    delete(first)
    assert not is_alive(first)
    second.clearFocus()
    second.setFocus()
    assert ring.widget is second


def test_tab_reaches_every_control_that_is_shown_and_comes_round(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitActive(window)
    expected = {widget for widget in controls(window) if widget.isVisible() and widget.isEnabled()}
    window.search_box.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    for _turn in range(3 * len(expected) + 20):
        current = QApplication.focusWidget()
        assert current is not None
        if current is window.search_box and seen:
            break
        seen.append(current)
        qtbot.keyClick(current, Qt.Key.Key_Tab)
    else:
        pytest.fail(f"Tab does not come round: {[spoken_name(each) for each in seen[-8:]]}")
    missed = [spoken_name(each) for each in expected - set(seen)]
    assert missed == []


def test_tab_goes_through_the_window_as_it_is_read(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitActive(window)
    window.search_box.setFocus(Qt.FocusReason.TabFocusReason)
    order: list[str] = []
    for _turn in range(60):
        current = QApplication.focusWidget()
        assert current is not None
        for name, part in (
            ("layers", window.layers_panel),
            ("map", window.centralWidget()),
            ("details", window.details_panel),
        ):
            if current is part or part.isAncestorOf(current):
                order.append(name)
        qtbot.keyClick(current, Qt.Key.Key_Tab)
    assert list(dict.fromkeys(order)) == ["layers", "map", "details"]


def test_every_action_stands_in_a_menu_or_the_toolbar_and_in_the_search_box(window: MainWindow) -> None:
    for spec in ACTIONS:
        window.actions_table[spec.name].setEnabled(True)
    offered = dict(window.actions_table.commands())
    assert {spec.name for spec in ACTIONS} <= set(offered)
    in_menus = {entry for menu in MENUS for entry in menu.entries if entry is not None}
    docks = {entry for entry in in_menus if entry.endswith("_dock")}
    assert docks <= set(offered)
    assert all(title.strip() for title in offered.values())


def test_a_dock_is_shown_from_the_search_box(window: MainWindow) -> None:
    window.details_dock.show()
    window.actions_table.trigger("details_dock")
    assert window.details_dock.isHidden()


def test_commands_of_the_search_box_are_those_of_the_moment(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    def found() -> bool:
        window.search_box.setFocus()
        qtbot.wait(10)
        groups = window.search_box._index().search("撤销", Language.ZH)
        return any(hit.id == "undo" for group in groups for hit in group.hits)

    window.activateWindow()
    qtbot.waitActive(window)
    assert not found()
    session.history.record("甲", lambda: None, lambda: None)
    window.layers_panel.tree.setFocus()
    assert found()


# ---- the sheet of shortcuts ----


def test_the_sheet_lists_every_command_with_all_its_keys(window: MainWindow) -> None:
    window.actions_table["shortcuts"].trigger()
    [sheet] = window.findChildren(ShortcutsDialog)
    rows = sheet.rows()
    for spec in ACTIONS:
        if not spec.keys or spec.name == "other_language":
            continue
        if not any(spec.name in menu.entries for menu in MENUS):
            continue
        text = plain_title(window.actions_table[spec.name].text())
        [keys] = [keys for _group, title, keys in rows if title == text]
        assert keys.count(" / ") == len(spec.keys) - 1, text
    sheet.filter_line.setText("ctrl+k")
    assert [title for _group, title, _keys in sheet.rows()] == ["搜索"]
    sheet.filter_line.setText("没有这样的命令")
    assert sheet.rows() == []
    sheet.close()


def test_a_question_mark_shows_the_sheet_but_not_while_one_writes(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitActive(window)
    line = window.layers_panel.filter_line
    line.setFocus()
    qtbot.keyClick(line, "?")
    assert line.text() == "?" and window.findChildren(ShortcutsDialog) == []
    line.clear()
    window.layers_panel.tree.setFocus()
    qtbot.keyClick(window.layers_panel.tree, "?")
    [sheet] = window.findChildren(ShortcutsDialog)
    sheet.close()


def test_no_two_commands_share_a_key() -> None:
    keys = [key for spec in ACTIONS for key in spec.keys]
    assert len(keys) == len(set(keys))


def test_styles_name_no_colour_of_their_own() -> None:
    sheet = (RESOURCES / "styles" / "window.qss").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;}])", sheet) and "outline: none" not in sheet
