"""Tests of the details dock."""

from dataclasses import replace
from typing import Any

import pytest
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt, QUrl
from qtpy.QtGui import QDesktopServices, QGuiApplication, QTextDocument
from qtpy.QtWidgets import QLabel, QPushButton

from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.i18n import Language
from jjjmap.maps.bridge import SelectFeature
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.models.figures_model import Column, FiguresModel
from jjjmap.ui.panels.details_panel import DetailsPanel, Tab

HOSTILE = "<img src=x onerror=alert(1)>&lt;b&gt;${7*7}`</script>"


@pytest.fixture
def panel(window: MainWindow) -> DetailsPanel:
    return window.details_panel


def card_of(panel: DetailsPanel) -> SourceCard:
    cards = [card for card in panel.findChildren(SourceCard) if card.isVisible()]
    assert len(cards) == 1
    return cards[0]


def test_nothing_chosen_shows_how_to_begin(panel: DetailsPanel) -> None:
    assert panel.guide.isVisible() and not panel.tabs.isVisible()
    assert "在地图上点一下" in panel.guide.toPlainText()


def test_both_names_kind_category_and_evidence_stand_at_the_top(
    panel: DetailsPanel, session: Session
) -> None:
    session.selection.choose("jia-park", fly=False)
    assert (panel.name_label.text(), panel.other_name_label.text()) == ("甲园", "Jia Park")
    assert panel.kind_label.text() == "承接平台 · 现代制造业"
    assert panel.evidence_chip.text() == "●○○ 津冀自列名单"


def test_titles_of_the_tabs_count(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    assert panel.tabs.tabText(Tab.FIGURES) == "数据 12"
    assert panel.tabs.tabText(Tab.POLICY).startswith("政策 ")


def test_every_passage_carries_its_source_marks(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.POLICY)
    text = panel.policy.toPlainText().replace("\xa0", " ")
    assert "甲园接收机床项目。 [1]" in text
    assert "不是原文" in text


def test_all_passages_about_the_place_itself_are_shown(panel: DetailsPanel, session: Session) -> None:
    passages = session.workspace.catalogue.passages
    for number, words in enumerate(("甲园修路。", "甲园通电。")):
        passages[f"p-more-{number}"] = replace(
            passages["p-park"], id=f"p-more-{number}", title_zh=f"甲园其{number}", text_zh=words
        )
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.POLICY)
    text = panel.policy.toPlainText()
    for words in ("甲园接收机床项目。", "甲园修路。", "甲园通电。"):
        assert text.count(words) == 1


def test_the_locate_button_asks_for_the_place_that_is_shown(
    panel: DetailsPanel, session: Session, fake_map: FakeMap, qtbot: QtBot
) -> None:
    session.selection.choose("jia-park", fly=False)
    fake_map.calls.clear()
    with qtbot.waitSignal(panel.locate_requested, timeout=2000) as asked:
        qtbot.mouseClick(panel.locate_button, Qt.MouseButton.LeftButton)
    assert asked.args == ["jia-park"]
    assert [(call.feature_id, call.fly) for call in fake_map.of(SelectFeature)] == [("jia-park", True)]


def test_a_click_on_a_mark_shows_the_publisher(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.overview.anchorClicked.emit(QUrl("source:daily"))
    card = card_of(panel)
    for words in ("甲县建园", "某日报", "2021年5月6日", "媒体报道", "https://"):
        assert words in card.texts()
    card.close()


def test_a_link_is_offered_only_for_sources_that_may_be_linked(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-zone", fly=False)
    panel.show_source("copy")
    card = card_of(panel)
    assert card.findChild(QPushButton, "open_button") is None
    assert "example.org" not in card.texts() and "不提供链接" in card.texts()
    card.close()


def test_the_browser_opens_only_on_a_click(
    panel: DetailsPanel, session: Session, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    session.selection.choose("jia-park", fly=False)
    panel.show_source("daily")
    assert opened == []
    button = card_of(panel).findChild(QPushButton, "open_button")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == ["https://example.org/d"]


def test_the_card_copies_a_citation(panel: DetailsPanel, session: Session, qtbot: QtBot) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.show_source("daily")
    qtbot.mouseClick(card_of(panel).copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "甲县建园，某日报，2021年5月6日，https://example.org/d"


def test_a_link_to_a_place_chooses_it(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.overview.anchorClicked.emit(QUrl("place:990001"))
    assert session.selection.place_id == "990001"
    panel.overview.anchorClicked.emit(QUrl("place:no-such"))
    panel.overview.anchorClicked.emit(QUrl("https://example.org/"))
    assert session.selection.place_id == "990001"


def test_coordinates_are_as_fine_as_the_position_is_known(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    assert "116.12°E，39.05°N" in panel.overview.toPlainText()
    session.selection.choose("yi-cluster", fly=False)
    text = panel.overview.toPlainText()
    assert "116." not in text and "只确知在哪个县" in text


def test_an_area_says_that_its_shape_is_approximate(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-zone", fly=False)
    assert "以所在县（市、区）界示意" in panel.overview.toPlainText()


def test_a_place_without_policy_or_figures_says_so_in_words(panel: DetailsPanel, session: Session) -> None:
    catalogue = session.workspace.catalogue
    catalogue.passages.clear()
    session.selection.choose("990002", fly=False)
    panel.show_tab(Tab.POLICY)
    assert panel.policy.toPlainText() == "资料库中没有提到“乙县”的政策摘要。"
    panel.show_tab(Tab.FIGURES)
    sentences = [label.text() for label in panel.figures.findChildren(QLabel) if label.isVisible()]
    assert "资料库中没有“乙县”的数据。" in sentences


def test_contested_figures_are_marked_and_explained(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.FIGURES)
    model = panel.figures.model
    row = [figure.id for figure in model.figures].index("f-12")
    assert model.index(row, Column.VALUE).data() == "⚠ 超300家"
    assert "280" in model.index(row, Column.VALUE).data(Qt.ItemDataRole.ToolTipRole)
    assert "⚠ 另一来源作280家。" in panel.figures.notes.toPlainText()


def test_a_click_on_the_mark_of_a_figure_shows_its_source(
    panel: DetailsPanel, session: Session, qtbot: QtBot
) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.FIGURES)
    table = panel.figures.table
    where = table.visualRect(panel.figures.model.index(0, Column.SOURCE)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert "某日报" in card_of(panel).texts()


def test_copied_figures_bring_their_sources(panel: DetailsPanel, session: Session, qtbot: QtBot) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.FIGURES)
    panel.figures.table.selectRow(0)
    qtbot.keyClick(panel.figures.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    header, row = QGuiApplication.clipboard().text().splitlines()
    cells = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert (cells["地点"], cells["指标"], cells["数值"], cells["单位"]) == ("甲园", "产值", "1001.5", "亿元")
    assert (cells["来源"], cells["发布者"], cells["来源链接"]) == (
        "甲县建园",
        "某日报",
        "https://example.org/d",
    )


def test_copied_figures_bring_no_address_that_may_not_be_linked(session: Session, qtbot: QtBot) -> None:
    model = FiguresModel(session.workspace)
    model.show_details(session.workspace.details("jia-park"))
    assert session.workspace.catalogue.sources["copy"].url
    row = [each.id for each in model.figures].index("f-12")
    header, copied = model.as_tsv([row]).splitlines()
    cells = dict(zip(header.split("\t"), copied.split("\t"), strict=True))
    assert (cells["来源"], cells["来源链接"]) == ("乙县轴承", "")


def test_copied_text_is_no_formula(session: Session, qtbot: QtBot) -> None:
    catalogue = session.workspace.catalogue
    figure = catalogue.figures["f-01"]
    catalogue.figures["f-01"] = replace(figure, indicator_zh='=HYPERLINK("x")', comparison_zh="+1\t2\n3")
    model = FiguresModel(session.workspace)
    model.show_details(session.workspace.details("jia-park"))
    row = [each.id for each in model.figures].index("f-01")
    cells = model.as_tsv([row]).splitlines()[1].split("\t")
    assert cells[1].startswith("'=") and cells[6] == "'+1 2 3" and len(cells) == 12


def test_the_figures_are_a_sound_model(session: Session, qtmodeltester: Any, qapp: object) -> None:
    model = FiguresModel(session.workspace)
    model.show_details(session.workspace.details("jia-park"))
    qtmodeltester.check(model)


def test_hostile_text_is_shown_as_text(panel: DetailsPanel, session: Session) -> None:
    catalogue: Catalogue = session.workspace.catalogue
    catalogue.places["jia-park"] = replace(
        catalogue.places["jia-park"], name_zh=HOSTILE, note_zh=HOSTILE, aliases=(HOSTILE,)
    )
    catalogue.passages["p-park"] = replace(catalogue.passages["p-park"], title_zh=HOSTILE, text_zh=HOSTILE)
    catalogue.sources["daily"] = replace(
        catalogue.sources["daily"], title=HOSTILE, publisher=HOSTILE, url="javascript:alert(1)"
    )
    catalogue.figures["f-12"] = replace(catalogue.figures["f-12"], note_zh=HOSTILE, indicator_zh=HOSTILE)
    session.selection.offer(["jia-park", "990001"])
    assert panel.name_label.text() == HOSTILE
    assert panel.name_label.textFormat() == Qt.TextFormat.PlainText
    for tab, view in (
        (Tab.OVERVIEW, panel.overview),
        (Tab.POLICY, panel.policy),
        (Tab.SOURCES, panel.sources),
        (Tab.FIGURES, panel.figures.notes),
    ):
        panel.show_tab(tab)
        assert HOSTILE in view.toPlainText()
        assert "<img" not in view.toHtml()
    panel.show_source("daily")
    card = card_of(panel)
    assert HOSTILE in card.texts()
    assert card.findChild(QPushButton, "open_button") is None
    card.close()


def test_texts_load_nothing(panel: DetailsPanel) -> None:
    view = panel.overview
    kind = QTextDocument.ResourceType.ImageResource.value
    assert view.loadResource(kind, QUrl("file:///etc/hostname")) is None
    assert not view.openLinks() and not view.openExternalLinks()


def test_only_the_tab_in_front_is_written_at_once(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    assert panel.overview.toPlainText() and not panel.sources.toPlainText()
    panel.show_tab(Tab.SOURCES)
    assert "某日报" in panel.sources.toPlainText()
    session.selection.choose("yi-cluster", fly=False)
    assert panel.sources.toPlainText().startswith("[1] 乙县轴承")
    assert "现代制造业" in panel.overview.toPlainText()
    panel.show_tab(Tab.OVERVIEW)
    assert "现代制造业" not in panel.overview.toPlainText()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("place_id", ["990001", "jia-zone", "jia-park", "yi-cluster"])
def test_every_tab_of_every_kind_is_written_in_both_languages(
    panel: DetailsPanel, session: Session, language: Language, place_id: str
) -> None:
    session.workspace.set_language(language)
    session.selection.choose(place_id, fly=False)
    for tab, view in (
        (Tab.OVERVIEW, panel.overview),
        (Tab.POLICY, panel.policy),
        (Tab.RELATED, panel.related),
        (Tab.SOURCES, panel.sources),
    ):
        panel.show_tab(tab)
        assert view.toPlainText().strip()


def test_a_kind_is_named_for_every_kind(panel: DetailsPanel, session: Session) -> None:
    for kind in PlaceKind:
        session.workspace.catalogue.places["jia-park"] = replace(
            session.workspace.place("jia-park"), kind=kind
        )
        session.selection.choose("jia-park", fly=False)
        assert panel.kind_label.text()
