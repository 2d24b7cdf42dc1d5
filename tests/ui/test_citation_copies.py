"""Figures and places are copied as sentences that carry their sources."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QContextMenuEvent, QGuiApplication
from qtpy.QtWidgets import QMenu

from jjjmap.catalogue.models import Catalogue, Source
from jjjmap.session.session import Session
from jjjmap.session.workspace import Workspace
from jjjmap.ui.figures_view import FiguresView
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.models.figures_model import FiguresModel
from jjjmap.ui.panels.details_panel import DetailsPanel
from jjjmap.ui.place_texts import PlaceTexts
from jjjmap.ui.table_rows import choose_row


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> FiguresView:
    made = FiguresView(session.workspace)
    qtbot.addWidget(made)
    details = session.workspace.details("jia-park")
    made.show()
    made.show_details(details, PlaceTexts(session.workspace.catalogue, details, session.workspace.language))
    return made


def copied() -> str:
    return QGuiApplication.clipboard().text()


def test_a_figure_is_copied_with_value_period_and_source(
    view: FiguresView, session: Session, qtbot: QtBot
) -> None:
    choose_row(view.table, 0)
    figure = view.model.figures[0]
    qtbot.keyClick(
        view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    text = copied()
    source = session.workspace.catalogue.sources[figure.source_id]
    assert "\n" not in text and figure.indicator(session.workspace.language) in text
    assert "来源：" in text and source.title in text


def test_several_figures_are_copied_one_a_line(view: FiguresView) -> None:
    view.table.selectAll()
    view.table.copy_citations()
    assert len(copied().splitlines()) == len(view.model.figures) > 1


def test_without_a_choice_the_current_row_is_meant(view: FiguresView) -> None:
    view.table.enter_row(1)
    view.table.copy_citations()
    assert copied() == view.model.citations([1])


def test_a_figure_of_a_document_of_the_users_names_that_document(catalogue: Catalogue) -> None:
    workspace = Workspace(catalogue)
    details = workspace.details("jia-park")
    figure = details.figures[0]
    document = replace(catalogue.sources[figure.source_id], id="doc-1", title="用户自己的规划")
    model = FiguresModel(workspace)
    model.show_details(
        replace(
            details,
            figures=(replace(figure, source_id="doc-1"),),
            sources=(*details.sources, document),
        )
    )
    assert isinstance(document, Source)
    assert "用户自己的规划" in model.citations([0])
    assert "doc-1" not in catalogue.sources


def test_details_offer_citation_and_briefing_of_their_place(window: MainWindow, session: Session) -> None:
    panel: DetailsPanel = window.details_panel
    session.selection.choose("jia-park", fly=False)
    heard: list[tuple[str, str]] = []
    panel.copy_requested.connect(lambda place_id: heard.append(("copy", place_id)))
    panel.briefing_requested.connect(lambda place_id: heard.append(("brief", place_id)))
    menu = QMenu()
    panel.overview.menu_opening.emit(menu)
    name = session.workspace.place("jia-park").name_zh
    cite, brief = (action for action in menu.actions() if not action.isSeparator())
    assert cite.text() == f"复制“{name}”的引文" and brief.text() == f"生成“{name}”的简报…"
    cite.trigger()
    assert heard[0] == ("copy", "jia-park")


def test_the_menu_of_a_text_keeps_its_usual_entries(window: MainWindow, session: Session) -> None:
    panel = window.details_panel
    session.selection.choose("jia-park", fly=False)
    where = panel.overview.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, panel.overview.mapToGlobal(where))
    panel.overview.contextMenuEvent(event)
    [menu] = [each for each in panel.overview.findChildren(QMenu) if each.isVisible()]
    texts = [action.text() for action in menu.actions()]
    menu.close()
    assert any("引文" in text for text in texts) and len(texts) > 3


def test_a_name_with_an_ampersand_is_shown_as_it_is(window: MainWindow, session: Session) -> None:
    places = session.workspace.catalogue.places
    places["jia-park"] = replace(places["jia-park"], name_zh="甲&乙园")
    session.selection.choose("jia-park", fly=False)
    menu = QMenu()
    window.details_panel.overview.menu_opening.emit(menu)
    assert "甲&&乙园" in menu.actions()[1].text()
