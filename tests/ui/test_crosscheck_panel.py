"""Tests of the dock that holds figures against one another."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt, QUrl

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.models.crosscheck_model import CheckColumn
from jjjmap.ui.panels.crosscheck_panel import CheckTab, CrosscheckPanel
from jjjmap.ui.table_rows import choose_row


@pytest.fixture
def workspace(qtbot: QtBot, catalogue: Catalogue) -> Workspace:
    output = catalogue.figures["f-11"]
    extra = (
        replace(output, id="x-1", value=Decimal("1999"), source_id="copy"),
        replace(output, id="x-2", scope_id="jia-zone", period="", value=Decimal("7")),
        replace(output, id="x-3", indicator_zh="税收", indicator_en="Tax", comparison_zh="增长9%"),
    )
    figures = {**catalogue.figures, **{figure.id: figure for figure in extra}}
    return Workspace(replace(catalogue, figures=figures))


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> CrosscheckPanel:
    made = CrosscheckPanel(workspace)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    qtbot.waitExposed(made)
    return made


def row_text(panel: CrosscheckPanel, row: int) -> list[str]:
    model = panel.agreement_model
    return [model.index(row, column).data() for column in CheckColumn]


def test_nothing_is_reckoned_before_the_dock_is_seen(qtbot: QtBot, workspace: Workspace) -> None:
    hidden = CrosscheckPanel(workspace)
    qtbot.addWidget(hidden)
    hidden.retranslate()
    assert hidden.agreement_model.rowCount() == 0
    assert hidden.matrix_model.rowCount() == 0


def test_both_values_and_both_sources_stand_side_by_side(panel: CrosscheckPanel) -> None:
    assert panel.tabs.tabText(CheckTab.AGREEMENT) == "多来源 1"
    assert row_text(panel, 0) == [
        "✖ 不一致",
        "甲园",
        "产值",
        "2023年",
        "1,011.5亿元",
        "1,999亿元",
        "同一指标",
        "某日报 / 某镜像站",
    ]
    assert "不一致 1（已注明 0）" in panel.summary_label.text()


def test_only_what_differs_can_be_shown(panel: CrosscheckPanel) -> None:
    assert panel.arithmetic_model.rowCount() == 1
    panel.only_differences.setChecked(True)
    assert (panel.agreement_model.rowCount(), panel.arithmetic_model.rowCount()) == (1, 0)


def test_a_row_tells_every_figure_with_its_source(panel: CrosscheckPanel, qtbot: QtBot) -> None:
    choose_row(panel.agreement_table, 0)
    text = panel.details.toPlainText().replace("\xa0", " ")
    assert "一处写 1,011.5亿元，另一处写 1,999亿元。" in text
    assert "[2] 某镜像站" in text
    panel.details.anchorClicked.emit(QUrl("source:copy"))
    (card,) = panel.findChildren(SourceCard)
    assert "乙县轴承" in card.texts()
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.details.anchorClicked.emit(QUrl("place:jia-park"))
    assert asked.args == ["jia-park"]


def test_enter_on_a_row_asks_for_its_place(panel: CrosscheckPanel, qtbot: QtBot) -> None:
    choose_row(panel.agreement_table, 0)
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.agreement_table.activated.emit(panel.agreement_table.currentIndex())
    assert asked.args == ["jia-park"]


def test_what_cannot_be_reckoned_says_why(panel: CrosscheckPanel) -> None:
    panel.show_tab(CheckTab.ARITHMETIC)
    choose_row(panel.arithmetic_table, 0)
    assert "无法核算：资料库没有2022年的同一指标。" in panel.details.toPlainText()


def test_the_matrix_has_three_looks(panel: CrosscheckPanel) -> None:
    panel.show_tab(CheckTab.MATRIX)
    panel.indicators_box.setCurrentIndex(1)
    panel.indicators_box.activated.emit(1)
    model = panel.matrix_model
    rows = {model.headerData(row, Qt.Orientation.Vertical): row for row in range(model.rowCount())}
    columns = {
        model.headerData(column, Qt.Orientation.Horizontal): column for column in range(model.columnCount())
    }
    filled = model.index(rows["甲园"], columns["产值"])
    timeless = model.index(rows["甲县功能区"], columns["产值"])
    missing = model.index(rows["甲县功能区"], columns["税收"])
    assert filled.data() == "1,011.5亿元\n2023年 · 2 个来源"
    assert timeless.data() == "7亿元\n来源未写时期 · 1 个来源"
    assert missing.data() == "无数据"
    looks = [index.data(Qt.ItemDataRole.BackgroundRole) is not None for index in (filled, timeless, missing)]
    assert looks == [False, True, False]
    panel.matrix_table.setCurrentIndex(timeless)
    assert "来源未写时期" in panel.details.toPlainText()
    panel.matrix_table.setCurrentIndex(missing)
    assert "资料库没有这个地点的这项数据。" in panel.details.toPlainText()


def test_the_matrix_marks_what_is_contested(panel: CrosscheckPanel) -> None:
    panel.show_tab(CheckTab.MATRIX)
    panel.indicators_box.setCurrentIndex(1)
    panel.indicators_box.activated.emit(1)
    model = panel.matrix_model
    shown = [
        model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())
    ]
    marked = [index.data() for index in shown if "⚠" in index.data()]
    assert marked == ["⚠ 超300家\n2023年6月 · 1 个来源"]


def test_the_matrix_shows_shared_indicators_first(panel: CrosscheckPanel) -> None:
    assert panel.matrix_model.columnCount() == 1
    assert panel.matrix_model.rowCount() == 2


def test_the_models_keep_the_rules_of_qt(panel: CrosscheckPanel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(panel.agreement_model)
    qtmodeltester.check(panel.matrix_model)


def test_the_dock_speaks_english_and_fits_a_narrow_place(
    panel: CrosscheckPanel, workspace: Workspace
) -> None:
    workspace.set_language(Language.EN)
    panel.retranslate()
    panel.resize(380, 600)
    assert row_text(panel, 0)[1:3] == ["Jia Park", "Output"]
    assert panel.splitter.orientation() == Qt.Orientation.Vertical
    assert panel.minimumSizeHint().width() <= 380
