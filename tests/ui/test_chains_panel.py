"""Tests of the chain dock and its picture."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt, QUrl

from jjjmap.binding import delete
from jjjmap.catalogue.models import Catalogue, Chain, ChainNode
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language
from jjjmap.paths import RESOURCES
from jjjmap.session.highlight import Highlight
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.chain_chart import BoxItem, ChainChart, PlaceMark, TargetKind
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.panels.chains_panel import CHOSEN_MARK, ChainsPanel


@pytest.fixture
def workspace(catalogue: Catalogue, qapp: object) -> Workspace:
    chains = (
        Chain(
            "tools", "母机", "仪器和母机", "Machine tools", "河北",
            {"北京": "研发"}, {"北京": "Research"}, "图上标了两处。", "Two are marked.", ("daily",),
        ),
        Chain("space", "", "航天", "Space", "", {}, {}, "", "", ("copy",)),
    )  # fmt: skip
    nodes = (
        ChainNode("t-1", "tools", "数控", "CNC", "upstream", ("jia-park",), "堵点", ("daily",)),
        ChainNode("t-2", "tools", "部件", "Parts", "midstream", ("990001", "990002"), "-", ("copy",)),
        ChainNode("s-1", "space", "火箭", "Rockets", "midstream", (), "-", ("copy",)),
    )
    figure = replace(catalogue.figures["f-12"], id="f-chain", scope_id="tools")
    return Workspace(
        replace(
            catalogue,
            chains={chain.id: chain for chain in chains},
            chain_nodes={node.id: node for node in nodes},
            figures=catalogue.figures | {"f-chain": figure},
        )
    )


@pytest.fixture
def highlight(qapp: object) -> Highlight:
    return Highlight()


@pytest.fixture
def selection(qapp: object) -> Selection:
    return Selection()


@pytest.fixture
def panel(
    workspace: Workspace, selection: Selection, highlight: Highlight, qtbot: QtBot
) -> Iterator[ChainsPanel]:
    made = ChainsPanel(workspace, selection, highlight)
    selection.place_chosen.connect(made.show_place)
    selection.selection_cleared.connect(made.show_nothing)
    made.resize(1000, 300)
    made.show()
    qtbot.waitExposed(made)
    yield made
    delete(made)


def texts(chart: ChainChart) -> list[str]:
    return [item.text for item in chart.scene().items() if isinstance(item, BoxItem) and item.text]


def box_of(chart: ChainChart, kind: TargetKind, target_id: str) -> BoxItem:
    for item in chart.scene().items():
        if (
            isinstance(item, BoxItem)
            and item.target
            and (item.target.kind, item.target.id)
            == (
                kind,
                target_id,
            )
        ):
            return item
    raise AssertionError(f"{kind} {target_id} is not drawn")


def point_of(chart: ChainChart, item: BoxItem) -> QPoint:
    """Return the middle of a box in pixels of the window."""
    return chart.mapFromScene(item.rect.center())


def test_nothing_is_drawn_or_marked_before_a_chain_is_chosen(
    workspace: Workspace, selection: Selection, highlight: Highlight
) -> None:
    made = ChainsPanel(workspace, selection, highlight)
    assert made.list.count() == 0 and made.chain_id == ""
    made.show()
    assert made.chain_id == "tools" and highlight.place_ids == ()
    delete(made)


def test_a_chain_marks_its_places_on_the_map(panel: ChainsPanel, highlight: Highlight) -> None:
    panel.show_chain("tools")
    assert (highlight.place_ids, highlight.title) == (("jia-park", "990001", "990002"), "仪器和母机")


def test_links_stand_in_stages_and_a_stage_without_any_says_so(panel: ChainsPanel) -> None:
    drawn = texts(panel.chart)
    for words in ("上游 · 1 个环节", "数控", "部件", "下游 · 0 个环节", "来源没有列出下游环节"):
        assert words in drawn


def test_unpublished_links_look_different_from_blocked_ones(panel: ChainsPanel) -> None:
    blocked, unpublished = (box_of(panel.chart, TargetKind.NODE, node_id) for node_id in ("t-1", "t-2"))
    assert not blocked.look.dashed and unpublished.look.dashed
    assert {"■ 堵点", "未公布"} <= set(texts(panel.chart))
    assert unpublished.target is not None and "没有来源公布" in unpublished.target.spoken


def test_both_wordings_leader_roles_weak_links_and_figures_are_told_with_marks(panel: ChainsPanel) -> None:
    text = panel.text.toPlainText().replace("\xa0", " ")
    for words in (
        "2023年5月的实施方案称“母机”，后来改称“仪器和母机” [1]", "牵头：河北", "北京 研发 [1]",
        "天津 没有来源说明分工", "图上标了两处。 [1]", "⚠ 超300家", "[2]",
    ):  # fmt: skip
        assert words in text
    panel.show_chain("space")
    assert "2023年的提法中没有" in panel.text.toPlainText()
    assert "来源没有写明地点" in texts(panel.chart)


def test_a_click_on_a_chip_asks_for_the_place_and_on_a_link_marks_its_places(
    panel: ChainsPanel, highlight: Highlight, qtbot: QtBot
) -> None:
    chart = panel.chart
    with qtbot.waitSignal(panel.place_requested) as asked:
        chip = box_of(chart, TargetKind.PLACE, "990002")
        qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=point_of(chart, chip))
    assert asked.args == ["990002"]
    node = box_of(chart, TargetKind.NODE, "t-2")
    corner = chart.mapFromScene(node.rect.topLeft()) + QPoint(3, 3)
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert (highlight.place_ids, highlight.title) == (("990001", "990002"), "部件")


def test_a_mark_in_the_picture_shows_its_source(panel: ChainsPanel) -> None:
    panel.chart.source_requested.emit("copy")
    (card,) = panel.findChildren(SourceCard)
    assert "某镜像站" in card.texts()
    card.close()


def test_the_keyboard_walks_through_all_that_can_be_clicked_and_leaves(
    panel: ChainsPanel, qtbot: QtBot
) -> None:
    chart = panel.chart
    chart.setFocus()
    seen = []
    for _step in chart.targets:
        assert chart.focusNextPrevChild(True)
        assert chart.current_target is not None
        seen.append(chart.current_target)
    assert tuple(seen) == chart.targets
    assert [target.id for target in seen] == ["t-1", "jia-park", "daily", "t-2", "990001", "990002", "copy"]
    assert chart.accessibleDescription() == seen[-1].spoken
    chart.focusNextPrevChild(False)
    with qtbot.waitSignal(panel.place_requested) as asked:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert asked.args == ["990002"]
    chart.focusNextPrevChild(True)
    chart.focusNextPrevChild(True)
    assert chart.current_target is None


def test_a_chosen_place_is_marked_in_the_picture_and_its_chains_are_offered(
    panel: ChainsPanel, selection: Selection
) -> None:
    panel.show_chain("space")
    selection.choose("jia-park", fly=False)
    assert "“甲园”所在产业链：" in panel.place_line.text() and "仪器和母机" in panel.place_line.text()
    assert [row.text() for row in panel.list.findItems(CHOSEN_MARK, Qt.MatchFlag.MatchStartsWith)] == [
        "● 仪器和母机"
    ]
    panel.place_line.linkActivated.emit("chain:tools")
    assert panel.chain_id == "tools"
    assert panel.chart.mark_of("jia-park") is PlaceMark.SAME
    assert panel.chart.mark_of("990001") is PlaceMark.HOLDS
    assert panel.chart.mark_of("990002") is PlaceMark.NONE
    assert {"● 甲园", "○ 甲县", "乙县"} <= set(texts(panel.chart))
    selection.clear()
    assert not panel.place_line.isVisible() and "甲园" in texts(panel.chart)


def test_links_ask_for_places_and_passages(panel: ChainsPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.passage_requested) as asked:
        panel.text.anchorClicked.emit(QUrl("passage:p-zone"))
    assert asked.args == ["p-zone"]
    with qtbot.waitSignal(panel.place_requested):
        panel.text.anchorClicked.emit(QUrl("place:990001"))


def test_names_that_look_like_markup_stay_text(
    workspace: Workspace, selection: Selection, highlight: Highlight
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    catalogue = workspace.catalogue
    place = replace(catalogue.places["jia-park"], name_zh=hostile)
    chain = replace(catalogue.chains["tools"], name_zh_2024=hostile, chokepoints_zh=hostile)
    made = ChainsPanel(
        Workspace(
            replace(
                catalogue,
                places=catalogue.places | {"jia-park": place},
                chains=catalogue.chains | {"tools": chain},
            )
        ),
        selection,
        highlight,
    )
    selection.choose("jia-park", fly=False)
    made.show()
    assert made.text.toPlainText().startswith(hostile)
    assert "<img" not in made.place_line.text() and "&lt;img" in made.place_line.text()
    delete(made)


def test_another_language_keeps_the_chain(panel: ChainsPanel, workspace: Workspace) -> None:
    panel.show_chain("space")
    workspace.set_language(Language.EN)
    panel.retranslate()
    assert panel.chain_id == "space" and panel.text.toPlainText().startswith("Space")
    assert "Rockets" in texts(panel.chart)


def test_the_picture_zooms_and_fits_again(panel: ChainsPanel, qtbot: QtBot) -> None:
    chart = panel.chart
    fitted = chart.transform().m11()
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    assert chart.transform().m11() > fitted
    qtbot.mouseClick(panel.fit_button, Qt.MouseButton.LeftButton)
    assert chart.transform().m11() == fitted


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("size_px", [(1000, 260), (380, 700), (1400, 800)])
def test_every_shipped_chain_is_drawn_within_the_width(
    language: Language, size_px: tuple[int, int], qtbot: QtBot
) -> None:
    catalogue, _findings = load_catalogue(RESOURCES)
    made = ChainsPanel(Workspace(catalogue, language=language), Selection(), Highlight())
    made.resize(*size_px)
    made.show()
    qtbot.waitExposed(made)
    for chain_id in catalogue.chains:
        made.show_chain(chain_id)
        links = {target.id for target in made.chart.targets if target.kind is TargetKind.NODE}
        assert links == {node.id for node in catalogue.chain_nodes.values() if node.chain_id == chain_id}
        assert not made.chart.horizontalScrollBar().isVisible()
    delete(made)


def test_a_dock_behind_another_catches_up_when_it_comes_to_the_front(
    panel: ChainsPanel, selection: Selection
) -> None:
    panel.hide()
    selection.choose("jia-park", fly=False)
    assert panel.chart.mark_of("jia-park") is PlaceMark.NONE
    panel.show()
    assert panel.chart.mark_of("jia-park") is PlaceMark.SAME
