"""Tests of the figures tab: the chart of the current row, what stands below it, and saving."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt, QUrl
from qtpy.QtGui import QColor, QGuiApplication, QPalette

from jjjmap.catalogue.models import REGION_ID
from jjjmap.i18n import Language
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.figures_view import FiguresView
from jjjmap.ui.messages import Message
from jjjmap.ui.place_texts import PlaceTexts


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> Iterator[FiguresView]:
    made = FiguresView(session.workspace)
    qtbot.addWidget(made)
    made.resize(390, 640)
    made.show()
    yield made
    for card in made.findChildren(SourceCard):
        card.close()


@pytest.fixture
def asked(view: FiguresView) -> list[str]:
    """Sources that were asked for."""
    heard: list[str] = []
    view.table.source_requested.connect(heard.append)
    return heard


def show(view: FiguresView, session: Session, qtbot: QtBot, place_id: str = "jia-park") -> None:
    details = session.workspace.details(place_id)
    view.show_details(details, PlaceTexts(session.workspace.catalogue, details, session.workspace.language))
    if view.chart.isVisible() and view.chart.height():
        qtbot.waitUntil(lambda: bool(view.chart.spots))


def words(view: FiguresView) -> str:
    return view.caption.toPlainText().replace("\xa0", " ")


def add(session: Session, like: str, figure_id: str, **fields: object) -> None:
    figures = session.workspace.catalogue.figures
    figures[figure_id] = replace(figures[like], id=figure_id, **fields)  # type: ignore[arg-type]


def row_of(view: FiguresView, figure_id: str) -> int:
    return [figure.id for figure in view.model.figures].index(figure_id)


def test_the_longest_course_is_charted_first(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot)
    assert view.title.text() == "产值（亿元）"
    assert len(view.chart.spots) == 11
    assert "纵轴不从 0 开始" in words(view)


def test_the_first_row_is_current_but_not_chosen(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot)
    assert view.table.currentIndex().isValid()
    assert not view.table.selectionModel().selectedRows(), "Ctrl+C copies all"


def test_the_chart_follows_the_keyboard(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    add(session, "f-12", "earlier", period="2022-06", source_id="daily")
    show(view, session, qtbot)
    view.table.enter_row(row_of(view, "f-11"))
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    assert view.title.text() == "企业数（家）"
    qtbot.waitUntil(lambda: len(view.chart.spots) == 2)


def test_a_click_on_a_point_leads_to_row_and_source(
    view: FiguresView, session: Session, qtbot: QtBot, asked: list[str]
) -> None:
    show(view, session, qtbot)
    spot = next(spot for spot in view.chart.spots if spot.figure.id == "f-04")
    middle = QPoint(round((spot.left + spot.right) / 2), round((spot.top + spot.bottom) / 2))
    qtbot.mouseClick(view.chart, Qt.MouseButton.LeftButton, pos=middle)
    assert asked == ["daily"]
    assert view.table.currentIndex().row() == row_of(view, "f-04")


def test_a_click_beside_the_points_asks_for_nothing(
    view: FiguresView, session: Session, qtbot: QtBot, asked: list[str]
) -> None:
    show(view, session, qtbot)
    qtbot.mouseClick(view.chart, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert asked == []


def test_figures_of_another_source_are_told_not_to_be_joined(
    view: FiguresView, session: Session, qtbot: QtBot
) -> None:
    add(session, "f-11", "early", period="2024", note_zh="初步核算数")
    show(view, session, qtbot)
    assert "●─ 2013–2023 [1]" in words(view)
    assert "▢ 初步数：2024 [1]" in words(view)
    assert "不连成一线" in words(view)


def test_a_contested_bar_is_named_so(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    add(session, "f-12", "other", period="2022-06", source_id="daily")
    show(view, session, qtbot)
    view.table.enter_row(row_of(view, "f-12"))
    assert "▨ 说法不一" in words(view)


def test_region_and_like_places_are_listed_with_year_and_source(
    view: FiguresView, session: Session, qtbot: QtBot
) -> None:
    catalogue = session.workspace.catalogue
    catalogue.places["yi-park"] = replace(catalogue.places["jia-park"], id="yi-park", name_zh="乙园")
    add(session, "f-10", "region", scope_id=REGION_ID, source_id="copy", period="2021")
    add(session, "f-10", "like", scope_id="yi-park", note_zh="初步核算数")
    show(view, session, qtbot)
    assert "区域 京津冀 2021年 1,010.5亿元 [2]" in words(view)
    assert "同类地点 乙园 2022年 1,010.5亿元（初步数） [1]" in words(view)
    assert "时期不同的，不宜直接相比" in words(view)


def test_sources_of_comparisons_get_the_next_numbers_and_a_card(
    view: FiguresView, session: Session, qtbot: QtBot, asked: list[str]
) -> None:
    add(session, "f-10", "region", scope_id=REGION_ID, source_id="base")
    show(view, session, qtbot)
    assert "[3]" in words(view)
    view.caption.anchorClicked.emit(QUrl("source:base"))
    (card,) = view.findChildren(SourceCard)
    assert "来源 [3]" in card.texts() and asked == []
    view.caption.anchorClicked.emit(QUrl("source:daily"))
    assert asked == ["daily"]


def test_a_name_below_the_chart_leads_to_its_place(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    add(session, "f-10", "unit", scope_id="990001")
    show(view, session, qtbot)
    with qtbot.waitSignal(view.notes.link_followed) as followed:
        view.caption.anchorClicked.emit(QUrl("place:990001"))
    assert followed.args == ["place", "990001"]


def test_a_single_figure_stands_among_like_places(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    catalogue = session.workspace.catalogue
    catalogue.places["yi-park"] = replace(catalogue.places["jia-park"], id="yi-park", name_zh="乙园")
    add(session, "f-12", "like", scope_id="yi-park", source_id="base")
    show(view, session, qtbot)
    view.table.enter_row(row_of(view, "f-12"))
    qtbot.waitUntil(lambda: {spot.figure.id for spot in view.chart.spots} == {"f-12", "like"})


def test_a_figure_that_stands_alone_is_said_to(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot)
    view.table.enter_row(row_of(view, "f-12"))
    assert view.chart.height() == 0
    assert "只有这一个数" in words(view)


def test_the_chart_can_be_put_away(view: FiguresView, session: Session, qtbot: QtBot) -> None:
    show(view, session, qtbot)
    qtbot.mouseClick(view.chart_button, Qt.MouseButton.LeftButton)
    assert not view.chart.isVisible()
    show(view, session, qtbot)
    assert not view.chart.isVisible(), "it stays away for the next place"


def test_the_chart_takes_the_colours_of_a_dark_palette(
    view: FiguresView, session: Session, qtbot: QtBot
) -> None:
    dark = QPalette(view.palette())
    dark.setColor(QPalette.ColorRole.Base, QColor("#101010"))
    dark.setColor(QPalette.ColorRole.Text, QColor("#f0f0f0"))
    show(view, session, qtbot)
    view.chart.setPalette(dark)
    qtbot.waitUntil(lambda: bool(view.chart.spots))
    assert view.chart.grab().toImage().pixelColor(2, view.chart.height() - 2).name() == "#101010"


def test_hostile_names_stay_text_in_chart_and_caption(
    view: FiguresView, session: Session, qtbot: QtBot
) -> None:
    hostile = "<img src=x onerror=alert(1)>$\\frac$"
    catalogue = session.workspace.catalogue
    catalogue.places["yi-park"] = replace(
        catalogue.places["jia-park"], id="yi-park", name_zh=hostile, short_zh=""
    )
    add(session, "f-10", "like", scope_id="yi-park", unit_zh="亿元")
    add(session, "f-12", "like2", scope_id="yi-park")
    show(view, session, qtbot)
    assert hostile in words(view) and "<img" not in view.caption.toHtml()
    view.table.enter_row(row_of(view, "f-12"))
    qtbot.waitUntil(lambda: len(view.chart.spots) == 2)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_figures_are_saved_with_their_sources(
    view: FiguresView,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    path = tmp_path / f"甲园.{suffix}"
    monkeypatch.setattr(SaveTableDialog, "ask", lambda *_args: path)
    show(view, session, qtbot)
    qtbot.mouseClick(view.save_button, Qt.MouseButton.LeftButton)
    assert path.stat().st_size > 500
    if suffix == "csv":
        lines = path.read_text("utf-8-sig").splitlines()
        assert len(lines) == 13 and "某日报" in lines[1]


def test_a_save_that_fails_is_told(
    view: FiguresView,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    messages: list[Message],
) -> None:
    monkeypatch.setattr(SaveTableDialog, "ask", lambda *_args: tmp_path / "gone" / "x.csv")
    show(view, session, qtbot)
    view.save()
    assert len(messages) == 1 and "没有导出成功" in messages[0].what


def test_giving_up_the_question_saves_nothing(
    view: FiguresView, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SaveTableDialog, "ask", lambda *_args: None)
    show(view, session, qtbot)
    before = QGuiApplication.clipboard().text()
    view.save()
    assert QGuiApplication.clipboard().text() == before


@pytest.mark.parametrize("language", list(Language))
def test_the_tab_speaks_both_languages(
    view: FiguresView, session: Session, qtbot: QtBot, language: Language
) -> None:
    session.workspace.set_language(language)
    view.retranslate()
    show(view, session, qtbot)
    assert view.title.text().startswith("产值" if language is Language.ZH else "Output")
    assert view.chart_button.text() and view.save_button.text()


def test_until_charts_can_be_drawn_their_place_is_kept_and_then_filled(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.charts, "start", lambda: None)
    view = FiguresView(session.workspace, charts=session.charts)
    qtbot.addWidget(view)
    view.resize(390, 640)
    view.show()
    details = session.workspace.details("jia-park")
    view.show_details(details, PlaceTexts(session.workspace.catalogue, details, session.workspace.language))
    view.grab()
    qtbot.wait(1)  # What is drawn later would be drawn now.
    assert view.chart.height() and not view.chart.spots
    monkeypatch.undo()
    session.charts.start()
    qtbot.waitUntil(lambda: bool(view.chart.spots))
