"""The form for a figure: what it offers, what it takes, what it says."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot
from test_figures_review_panel import FIRST, TEXT, document

from jjjmap.catalogue.models import Qualifier
from jjjmap.session.session import Session
from jjjmap.text.records import FigureRole, Mention, SubjectKind, TextFigure
from jjjmap.text.store.library import Library
from jjjmap.ui.dialogs.figure_dialog import ChooseScopeDialog, FigureDialog, iso_period
from jjjmap.ui.figure_texts import read_number


def open_dialog(
    session: Session, qtbot: QtBot, figure: TextFigure | None = None, nth: int = 0
) -> FigureDialog:
    start = TEXT.index("乙县")
    mention = Mention("990002", SubjectKind.PLACE, start, start + 2, "乙县", 0.95, "name")
    with Library.open(session.library.path) as made:
        made.store(replace(document(), mentions=(mention,)), TEXT.encode())
    session.library.refresh()
    found = session.library.document(FIRST)
    assert found is not None
    dialog = FigureDialog(session.workspace, session.library, found, figure or found.figures[nth])
    qtbot.addWidget(dialog)
    return dialog


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("", ""),
        ("2023", "2023"),
        ("2023年", "2023"),
        ("2023年6月", "2023-06"),
        ("2023-06-30", "2023-06-30"),
        ("2013/2022", "2013/2022"),
        ("2013—2022年", "2013/2022"),
        ("2013-2022", "2013/2022"),
        ("2013 to 2022", "2013/2022"),
        ("2023年1月至6月", "2023-01/2023-06"),
        ("2014/2024-05", "2014/2024-05"),
        ("2023-13", None),
        ("2022/2013", None),
        ("2022/2022", None),
        ("2013/2014/2015", None),
        ("明年", None),
        ("2013/", None),
    ],
)
def test_periods_are_understood_as_they_are_written(text: str, iso: str | None) -> None:
    assert iso_period(text) == iso


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2300", "2300"),
        ("1,234.50", "1234.50"),
        ("2300万", "23000000"),
        ("25114.4亿", "2511440000000"),
        ("1.2万亿", "1200000000000"),
        ("-3.5", "-3.5"),
        ("", None),
        ("很多", None),
        ("1.2.3", None),
        ("٣", None),
        ("9" * 60, None),
    ],
)
def test_numbers_are_understood_as_they_are_written(text: str, number: str | None) -> None:
    assert read_number(text) == (None if number is None else Decimal(number))


def test_an_untouched_form_changes_nothing_but_a_sure_link(session: Session, qtbot: QtBot) -> None:
    dialog = open_dialog(session, qtbot)
    assert dialog.value_line.text() == "1,200亿"
    assert dialog.changes() == {"indicator_id": "产值"}
    assert open_dialog(session, qtbot, nth=1).changes() == {}


def test_the_sentence_is_shown_as_text_with_the_number_marked(session: Session, qtbot: QtBot) -> None:
    dialog = open_dialog(session, qtbot, nth=2)
    shown = dialog.sentence.text()
    assert "&lt;b&gt;增长&lt;/b&gt;<b><u>5%</u></b>" in shown


def test_what_the_user_wrote_is_told_field_by_field(session: Session, qtbot: QtBot) -> None:
    dialog = open_dialog(session, qtbot, nth=1)
    dialog.value_line.setText("3.5万")
    dialog.qualifier_box.setCurrentIndex(dialog.qualifier_box.findData(Qualifier.LESS))
    dialog.unit_line.setText("户")
    dialog.indicator_line.setText("入园企业")
    dialog.period_line.setText("2030年6月")
    dialog.role_box.setCurrentIndex(dialog.role_box.findData(FigureRole.TO))
    dialog.comparison_line.setText("占全县")
    assert dialog.changes() == {
        "value": Decimal(35000),
        "qualifier": Qualifier.LESS,
        "unit": "户",
        "indicator": "入园企业",
        "period": "2030-06",
        "role": FigureRole.TO,
        "comparison": "占全县",
    }
    assert dialog.accept_button.text() == "改好并采纳"
    assert dialog.accept_button.isEnabled()


def test_nonsense_is_told_and_cannot_be_taken(session: Session, qtbot: QtBot) -> None:
    dialog = open_dialog(session, qtbot, nth=1)
    for line, wrong, right, name in (
        (dialog.value_line, "许多", "30", "value"),
        (dialog.period_line, "明年", "2031", "period"),
        (dialog.indicator_line, " ", "企业", "indicator"),
    ):
        line.setText(wrong)
        assert not dialog.accept_button.isEnabled()
        assert dialog.remarks[name].text().startswith("⚠")
        line.setText(right)
        assert dialog.accept_button.isEnabled()
    dialog.linked_box.setEditText("没有这个指标")
    assert not dialog.accept_button.isEnabled()
    dialog.linked_box.setEditText("企业数")
    assert dialog.accept_button.isEnabled()
    assert dialog.changes() == {"indicator_id": "企业数"}


def test_places_named_in_the_document_are_offered_and_any_other_can_be_chosen(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog(session, qtbot, nth=3)
    offered = [dialog.scope_box.itemData(row) for row in range(dialog.scope_box.count())]
    assert "990002" in offered
    assert "没有地点" in dialog.remarks["scope"].text()
    dialog.scope_box.setCurrentIndex(dialog.scope_box.findData("990002"))
    dialog.scope_box.activated.emit(dialog.scope_box.currentIndex())
    assert dialog.changes() == {"scope_id": "990002"}
    assert not dialog.remarks["scope"].text()
    monkeypatch.setattr(ChooseScopeDialog, "ask", lambda *_arguments: "jia-zone")
    dialog.scope_box.activated.emit(dialog.scope_box.count() - 1)
    assert dialog.changes() == {"scope_id": "jia-zone"}
    assert dialog.scope_box.currentText() == "甲县功能区"
    monkeypatch.setattr(ChooseScopeDialog, "ask", lambda *_arguments: "")
    dialog.scope_box.activated.emit(dialog.scope_box.count() - 1)
    assert dialog.changes() == {"scope_id": "jia-zone"}


def test_the_dialog_for_places_does_not_promise_to_learn(session: Session, qtbot: QtBot) -> None:
    dialog = ChooseScopeDialog("甲园", session.workspace)
    qtbot.addWidget(dialog)
    assert "这个数字" in dialog.windowTitle()
    assert dialog.chosen_id == "jia-park"


def test_what_will_be_listed_is_shown_before_it_is_taken(session: Session, qtbot: QtBot) -> None:
    dialog = open_dialog(session, qtbot)
    assert dialog.preview.text() == "将列为：甲园 · 产值 · 1,200亿元 · 2031年"
    dialog.unit_line.setText("家")
    assert "换算不了" in dialog.preview.text()


def test_the_form_begins_where_something_is_missing(session: Session, qtbot: QtBot) -> None:
    dialog = open_dialog(session, qtbot, nth=3)
    dialog.show()
    assert dialog.focusWidget() is dialog.indicator_line
