"""Tests of the policy dock."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QModelIndex, Qt, QUrl

from jjjmap.binding import delete
from jjjmap.catalogue.models import Catalogue, Passage
from jjjmap.i18n import Language
from jjjmap.session.highlight import Highlight
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.models.policy_model import NOTE, PolicyFilter, PolicyModel
from jjjmap.ui.panels.policy_panel import PolicyPanel


@pytest.fixture
def workspace(catalogue: Catalogue, qapp: object) -> Workspace:
    item = Passage(
        "p-item", "task-item", "1.1", "轴承要点", "Bearing item", "做强轴承。", "Bearings.",
        ("yi-cluster",), (), ("copy",),
    )  # fmt: skip
    goal = Passage("p-goal", "goal", "G1", "目标一", "Goal one", "分工更清。", "Clearer.", (), (), ("daily",))
    return Workspace(replace(catalogue, passages=catalogue.passages | {"p-item": item, "p-goal": goal}))


@pytest.fixture
def highlight(qapp: object) -> Highlight:
    return Highlight()


@pytest.fixture
def selection(qapp: object) -> Selection:
    return Selection()


@pytest.fixture
def panel(
    workspace: Workspace, selection: Selection, highlight: Highlight, qtbot: QtBot
) -> Iterator[PolicyPanel]:
    made = PolicyPanel(workspace, selection, highlight)
    selection.place_chosen.connect(made.show_place)
    selection.selection_cleared.connect(made.show_nothing)
    made.resize(1000, 300)
    made.show()
    qtbot.waitExposed(made)
    yield made
    delete(made)


def shown(panel: PolicyPanel) -> list[str]:
    """Return the titles that the outline shows, from top to bottom."""
    found: list[str] = []

    def walk(parent: QModelIndex) -> None:
        for row in range(panel.proxy.rowCount(parent)):
            index = panel.proxy.index(row, 0, parent)
            found.append(index.data())
            walk(index)

    walk(QModelIndex())
    return found


def test_the_outline_is_a_sound_model(workspace: Workspace, qtmodeltester: Any) -> None:
    model = PolicyModel(workspace)
    model.rebuild()
    qtmodeltester.check(model)


def test_the_filtered_outline_is_a_sound_model(workspace: Workspace, qtmodeltester: Any) -> None:
    model = PolicyModel(workspace)
    model.rebuild()
    proxy = PolicyFilter()
    proxy.setSourceModel(model)
    proxy.look_for("轴承")
    qtmodeltester.check(proxy)


def test_nothing_is_read_before_the_dock_is_seen(workspace: Workspace, selection: Selection) -> None:
    made = PolicyPanel(workspace, selection, Highlight())
    assert made.model.rowCount() == 0
    made.show_place("jia-park")
    assert made.model.rowCount() == 0
    delete(made)


def test_passages_stand_below_their_parts_and_items_below_their_task(panel: PolicyPanel) -> None:
    assert shown(panel) == [
        "发展目标", "1　目标一", "重点任务", "1　分工", "1.1　轴承要点",
        "各地点的摘要", "甲园", "各集群的摘要", "轴承",
    ]  # fmt: skip


def test_a_passage_marks_its_places_and_says_which_way_it_leads_to_each(
    panel: PolicyPanel, highlight: Highlight
) -> None:
    panel.show_passage("p-item")
    assert (highlight.place_ids, highlight.title) == (("yi-cluster", "990002"), "轴承要点")
    text = panel.digest.toPlainText().replace("\xa0", " ")
    assert "做强轴承。 [1]" in text and "Bearings." in text
    assert "这一条点名的 1：乙县轴承集群" in text
    assert "经产业集群“乙县轴承集群”（成员） 1：乙县" in text
    assert panel.marked_label.text() == "图上已标出 2 处（直接 1 · 经集群 1）"


def test_a_task_marks_what_its_items_name_as_well(panel: PolicyPanel, highlight: Highlight) -> None:
    panel.show_passage("p-zone")
    assert highlight.place_ids == ("jia-zone", "990002", "yi-cluster")
    assert "要点“轴承要点”提到 1：" in panel.digest.toPlainText()


def test_a_passage_without_places_says_so_and_clears_the_marks(
    panel: PolicyPanel, highlight: Highlight
) -> None:
    panel.show_passage("p-item")
    panel.show_passage("p-goal")
    assert highlight.place_ids == ()
    assert "没有提到具体的地点" in panel.digest.toPlainText()
    assert not panel.mark_button.isEnabled()


def test_marks_are_taken_off_and_put_on_again(panel: PolicyPanel, highlight: Highlight, qtbot: QtBot) -> None:
    panel.show_passage("p-item")
    qtbot.mouseClick(panel.mark_button, Qt.MouseButton.LeftButton)
    assert highlight.place_ids == () and panel.mark_button.text() == "在图上标出"
    qtbot.mouseClick(panel.mark_button, Qt.MouseButton.LeftButton)
    assert highlight.place_ids == ("yi-cluster", "990002")


def test_a_second_click_on_the_same_passage_marks_again_what_another_panel_replaced(
    panel: PolicyPanel, highlight: Highlight
) -> None:
    panel.show_passage("p-item")
    highlight.show(("jia-park",), "别的")
    assert panel.mark_button.text() == "在图上标出"
    panel.tree.clicked.emit(panel.tree.currentIndex())
    assert highlight.place_ids == ("yi-cluster", "990002")


def test_a_chosen_place_leaves_what_concerns_it_and_says_why(
    panel: PolicyPanel, selection: Selection
) -> None:
    selection.choose("yi-cluster", fly=False)
    assert panel.place_chip.isVisible() and "只看与“乙县轴承集群”有关的" in panel.place_chip.text()
    titles = shown(panel)
    assert "轴承" in titles and "甲园" not in titles and "1　目标一" not in titles
    index = panel.proxy.mapFromSource(panel.model.index_of("p-cluster"))
    assert index.siblingAtColumn(NOTE).data() == "直接提到"
    panel.show_passage("p-cluster")
    assert "与所选“乙县轴承集群”：直接提到" in panel.digest.toPlainText()


def test_the_whole_outline_comes_back_with_the_button_or_with_the_selection(
    panel: PolicyPanel, selection: Selection, qtbot: QtBot
) -> None:
    whole = shown(panel)
    selection.choose("yi-cluster", fly=False)
    assert shown(panel) != whole
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert shown(panel) == whole and not panel.place_chip.isChecked()
    panel.place_chip.setChecked(True)
    selection.clear()
    assert shown(panel) == whole and not panel.place_chip.isVisible()


def test_filtering_does_not_choose_another_passage(
    panel: PolicyPanel, selection: Selection, highlight: Highlight
) -> None:
    panel.show_passage("p-goal")
    selection.choose("yi-cluster", fly=False)
    assert not panel.tree.currentIndex().isValid()
    assert highlight.place_ids == () and "目标一" in panel.digest.toPlainText()


@pytest.mark.parametrize("looked_for", ["轴承要点", "bearing item", "1.1", "做强"])
def test_the_filter_line_looks_into_titles_numbers_and_texts_of_both_languages(
    panel: PolicyPanel, looked_for: str
) -> None:
    panel.filter_line.setText(looked_for)
    assert shown(panel)[:3] == ["重点任务", "1　分工", "1.1　轴承要点"]
    assert panel.count_label.text() == "1/5 条"


def test_a_passage_asked_for_by_others_is_shown_though_a_filter_hides_it(
    panel: PolicyPanel, selection: Selection
) -> None:
    selection.choose("yi-cluster", fly=False)
    panel.filter_line.setText("没有这样的字")
    panel.show_passage("p-goal")
    assert panel.tree.currentIndex().data() == "1　目标一"


def test_a_link_asks_for_the_place_and_a_mark_shows_its_source(panel: PolicyPanel, qtbot: QtBot) -> None:
    panel.show_passage("p-item")
    with qtbot.waitSignal(panel.place_requested) as asked:
        panel.digest.anchorClicked.emit(QUrl("place:990002"))
    assert asked.args == ["990002"]
    panel.digest.anchorClicked.emit(QUrl("place:no-such"))
    panel.digest.anchorClicked.emit(QUrl("source:copy"))
    (card,) = panel.findChildren(SourceCard)
    assert "某镜像站" in card.texts()
    card.close()


def test_another_language_keeps_the_passage_and_the_filter(
    panel: PolicyPanel, workspace: Workspace, selection: Selection
) -> None:
    selection.choose("yi-cluster", fly=False)
    panel.show_passage("p-item")
    workspace.set_language(Language.EN)
    panel.retranslate()
    assert panel.tree.currentIndex().data() == "1.1　Bearing item"
    assert panel.digest.toPlainText().startswith("1.1 Bearing item")
    assert "1　Goal one" not in shown(panel)


def test_outline_and_digest_stand_as_the_width_allows(panel: PolicyPanel) -> None:
    assert panel.splitter.orientation() == Qt.Orientation.Horizontal
    panel.resize(380, 700)
    assert panel.splitter.orientation() == Qt.Orientation.Vertical


def test_a_dock_behind_another_catches_up_when_it_comes_to_the_front(
    panel: PolicyPanel, selection: Selection
) -> None:
    whole = shown(panel)
    panel.hide()
    selection.choose("yi-cluster", fly=False)
    assert shown(panel) == whole
    panel.show()
    assert shown(panel) != whole
