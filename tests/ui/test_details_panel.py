"""Tests of the details dock."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from fakes import FakeMap
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt, QUrl
from qtpy.QtGui import QDesktopServices, QGuiApplication, QTextDocument
from qtpy.QtWidgets import QLabel, QPushButton

from jjjmap.catalogue.models import Catalogue, PlaceKind, Qualifier
from jjjmap.i18n import Language
from jjjmap.maps.bridge import SelectFeature
from jjjmap.session.session import Session
from jjjmap.text.records import (
    Document,
    DocumentDetails,
    DocumentFormat,
    FigureStatus,
    Mention,
    MentionStatus,
    RawText,
    SubjectKind,
    TextFigure,
)
from jjjmap.text.store.library import Library
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.models.figures_model import Column, FiguresModel
from jjjmap.ui.panels.details_panel import DetailsPanel, Tab
from jjjmap.ui.table_rows import choose_row

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
    choose_row(panel.figures.table, 0)
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


# What the user's own documents say.

SAID = "<b>甲园</b>与乙县合作，甲园企业超过420家。"


def a_document(text: str = SAID, title: str = "合作通报", nth: int = 0) -> Document:
    """Return a document that names 甲园 wherever the text does, with the figure of the sentence above."""
    starts = [at for at in range(len(text)) if text.startswith("甲园", at)]
    figures = []
    if "超过420家" in text:
        at = text.index("超过420家")
        figures.append(
            TextFigure(
                Decimal(420),
                Qualifier.MORE,
                "家",
                at,
                at + 6,
                "超过420家",
                Decimal(420),
                "家",
                0,
                len(text),
                indicator="企业",
                period="2031",
                scope_id="jia-park",
            )
        )
    return Document(
        id=f"doc-{nth:012}",
        details=DocumentDetails(title, "某报", "2031-05-06"),
        file_name="a.txt",
        sha256=f"{nth:012}".ljust(64, "0"),
        size_bytes=len(text.encode()),
        raw=RawText(text, DocumentFormat.TXT, "utf-8"),
        steps=(),
        text=text,
        passages=(),
        mentions=tuple(
            Mention("jia-park", SubjectKind.PLACE, at, at + 2, "甲园", 0.95, "name") for at in starts
        ),
        figures=tuple(figures),
    )


def keep(session: Session, *documents: Document) -> None:
    with Library.open(session.library.path) as library:
        for document in documents:
            library.store(document, document.text.encode())
    session.library.refresh()


def test_sentences_of_the_documents_stand_verbatim_behind_our_digests(
    panel: DetailsPanel, session: Session
) -> None:
    session.selection.choose("jia-park", fly=False)
    before = panel.tabs.tabText(Tab.POLICY)
    keep(session, a_document())
    panel.show_tab(Tab.POLICY)
    text = panel.policy.toPlainText()
    assert f"“{SAID}”" in text
    assert text.index("不是原文") < text.index("甲园接收机床项目") < text.index("您的文档中的原文")
    assert "《合作通报》 · 某报 · 2031年5月6日" in text
    html = panel.policy.toHtml()
    assert html.count("font-weight:7") >= 2 and "&lt;b&gt;" in html
    count = int(before.removeprefix("政策 "))
    assert panel.tabs.tabText(Tab.POLICY) == f"政策 {count + 1}"


def test_a_quotation_leads_to_its_words_in_the_document(
    panel: DetailsPanel, session: Session, qtbot: QtBot
) -> None:
    keep(session, a_document())
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.POLICY)
    start = SAID.index("甲园")
    assert f"document:doc-000000000000%2F{start}%2F{start + 2}" in panel.policy.toHtml()
    with qtbot.waitSignal(panel.document_requested) as asked:
        panel.policy.anchorClicked.emit(QUrl(f"document:doc-000000000000%2F{start}%2F{start + 2}"))
    assert asked.args == ["doc-000000000000", start, start + 2]


def test_of_many_quotations_some_are_shown_and_the_rest_is_a_click_away(
    session: Session, qtbot: QtBot
) -> None:
    keep(session, a_document("".join(f"第{n}年甲园修路。\n" for n in range(30))))
    panel = DetailsPanel(session.workspace, session.selection, library=session.library)
    qtbot.addWidget(panel)
    panel.show_place("jia-park")
    panel.show_tab(Tab.POLICY)
    assert panel.policy.toPlainText().count("到原文") < 30
    assert "在文库中查看全部 30 条" in panel.policy.toPlainText()
    with qtbot.waitSignal(panel.quotations_requested) as asked:
        panel.policy.anchorClicked.emit(QUrl("library:jia-park"))
    assert asked.args == ["jia-park"]


def test_an_endless_sentence_is_quoted_around_the_place(panel: DetailsPanel, session: Session) -> None:
    keep(session, a_document("长" * 5000 + "甲园" + "话" * 5000))
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.POLICY)
    text = panel.policy.toPlainText()
    assert "“…长" in text and "话…”" in text and "长甲园话" in text
    assert text.count("长") < 1000


def test_a_rejected_mention_is_quoted_no_more(panel: DetailsPanel, session: Session) -> None:
    keep(session, a_document("甲园修路。"))
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.POLICY)
    assert "您的文档中的原文" in panel.policy.toPlainText()
    (mention,) = session.library.document("doc-000000000000").mentions
    session.library.decide_mention("doc-000000000000", mention, MentionStatus.REJECTED)
    assert "您的文档中的原文" not in panel.policy.toPlainText()


def test_an_accepted_figure_stands_among_the_data_marked_as_the_users(
    panel: DetailsPanel, session: Session
) -> None:
    keep(session, a_document())
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.FIGURES)
    assert panel.tabs.tabText(Tab.FIGURES) == "数据 12"
    (figure,) = session.library.document("doc-000000000000").figures
    session.library.decide_figure("doc-000000000000", figure, FigureStatus.ACCEPTED)
    assert panel.tabs.tabText(Tab.FIGURES) == "数据 13"
    model = panel.figures.model
    users = [row for row in range(13) if "用户文档，经采纳" in model.index(row, Column.INDICATOR).data()]
    assert users == [12]
    assert model.index(12, Column.INDICATOR).data().startswith("企业\n")
    assert model.index(12, Column.VALUE).data() == "超420家"
    assert model.index(12, Column.PERIOD).data() == "2031年"
    mark = model.index(12, Column.SOURCE).data()
    panel.show_tab(Tab.SOURCES)
    assert f"{mark} 合作通报" in panel.sources.toPlainText().replace("\xa0", " ")
    session.library.decide_figure("doc-000000000000", figure, FigureStatus.REJECTED)
    assert panel.tabs.tabText(Tab.FIGURES) == "数据 12"


def test_the_mark_of_an_accepted_figure_leads_to_its_words(
    panel: DetailsPanel, session: Session, qtbot: QtBot
) -> None:
    keep(session, a_document())
    (figure,) = session.library.document("doc-000000000000").figures
    session.library.decide_figure("doc-000000000000", figure, FigureStatus.ACCEPTED)
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.FIGURES)
    table = panel.figures.table
    table.enter_row(12)
    with qtbot.waitSignal(panel.document_requested) as asked:
        table.clicked.emit(panel.figures.model.index(12, Column.SOURCE))
    assert asked.args == ["doc-000000000000", figure.start, figure.end]
    with qtbot.waitSignal(panel.document_requested) as asked:
        panel.show_source("doc-000000000000")
    assert asked.args == ["doc-000000000000", -1, -1]


def test_copied_figures_name_the_document_as_their_source(panel: DetailsPanel, session: Session) -> None:
    keep(session, a_document(title="=HYPERLINK(1)"))
    (figure,) = session.library.document("doc-000000000000").figures
    session.library.decide_figure("doc-000000000000", figure, FigureStatus.ACCEPTED)
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.FIGURES)
    header, copied = panel.figures.model.as_tsv([12]).splitlines()
    cells = dict(zip(header.split("\t"), copied.split("\t"), strict=True))
    assert (cells["数值"], cells["单位"], cells["来源"]) == ("超420", "家", "'=HYPERLINK(1)")


def test_without_documents_nothing_is_said_about_them(panel: DetailsPanel, session: Session) -> None:
    session.selection.choose("jia-park", fly=False)
    panel.show_tab(Tab.POLICY)
    assert "您的文档" not in panel.policy.toPlainText()
    assert not session.library.path.exists()
