"""The dialog about flows guesses the columns, asks for what is missing, and makes a `Flows`."""

import pytest
from pytestqt.qtbot import QtBot

from jjjmap.analysis.flows.flows import Flows
from jjjmap.i18n import Language, in_language, use_language
from jjjmap.layers.opening.records import Column, ColumnKind, ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.ui.dialogs.analysis_dialog import LayerChoice
from jjjmap.ui.dialogs.flows_dialog import Ends, FlowsDialog

CONTRACTS = LayerChoice(
    "user-1",
    "技术合同",
    None,
    (
        Column("年份", ColumnKind.INTEGER),
        Column("买方城市"),
        Column("卖方城市"),
        Column("成交额（亿元）", ColumnKind.NUMBER),
        Column("x", ColumnKind.NUMBER, ColumnRole.LON),
        Column("y", ColumnKind.NUMBER, ColumnRole.LAT),
    ),
    60,
    60,
)
PLACED = LayerChoice(
    "user-2", "名单", Geometry.POINT, (Column("迁移线索", ColumnKind.BOOLEAN), Column("落位区划代码")), 9, 9
)


def made(qtbot: QtBot, *layers: LayerChoice, chosen: str = "") -> FlowsDialog:
    dialog = FlowsDialog(layers, chosen)
    qtbot.addWidget(dialog)
    dialog.take_layer()
    dialog.show()
    return dialog


def choose(dialog: FlowsDialog, ends: Ends) -> None:
    dialog.ends_box.setCurrentIndex(dialog.ends_box.findData(ends.value))


def test_columns_are_guessed_from_their_names(qtbot: QtBot) -> None:
    dialog = made(qtbot, CONTRACTS)
    assert dialog.analysis() == Flows("user-1", "卖方城市", "买方城市", value="成交额（亿元）", top=50)
    assert dialog.run_button.isEnabled()
    assert "净流量" in dialog.explanation.text()


def test_only_the_boxes_that_are_needed_are_shown(qtbot: QtBot) -> None:
    dialog = made(qtbot, CONTRACTS)
    assert dialog.origin_box.isVisible() and not dialog.origin_lon_box.isVisible()
    choose(dialog, Ends.POSITIONS)
    assert dialog.origin_lon_box.isVisible() and dialog.origin_box.isVisible()
    choose(dialog, Ends.LEADS)
    assert not dialog.origin_lon_box.isVisible() and not dialog.origin_box.isVisible()
    assert not dialog.value_box.isVisible()


def test_the_same_column_twice_is_refused(qtbot: QtBot) -> None:
    dialog = made(qtbot, CONTRACTS)
    dialog.destination_box.setCurrentIndex(dialog.origin_box.currentIndex())
    assert not dialog.run_button.isEnabled()
    assert "同一列" in dialog.trouble.text()
    dialog.destination_box.setCurrentIndex(0)
    assert "终点列" in dialog.trouble.text()


def test_positions_need_four_different_columns(qtbot: QtBot) -> None:
    dialog = made(qtbot, CONTRACTS)
    choose(dialog, Ends.POSITIONS)
    assert "经度列" in dialog.trouble.text()
    names = ("x", "y", "x", "年份")
    boxes = (
        dialog.origin_lon_box,
        dialog.origin_lat_box,
        dialog.destination_lon_box,
        dialog.destination_lat_box,
    )
    for box, name in zip(boxes, names, strict=True):
        box.setCurrentIndex(box.findData(name))
    assert "不能重复" in dialog.trouble.text()
    dialog.destination_lon_box.setCurrentIndex(dialog.destination_lon_box.findData("成交额（亿元）"))
    wanted = dialog.analysis()
    assert (wanted.origin_lon, wanted.origin_lat, wanted.destination_lat) == ("x", "y", "年份")


@pytest.mark.parametrize("language", list(Language))
def test_a_placed_list_is_asked_about_relocations_at_once(qtbot: QtBot, language: Language) -> None:
    columns = (Column(in_language(language)("迁移线索"), ColumnKind.BOOLEAN),)
    placed = LayerChoice("user-2", "名单", Geometry.POINT, columns, 9, 9)
    dialog = made(qtbot, CONTRACTS, placed, chosen="user-2")
    assert dialog.ends is Ends.LEADS
    assert dialog.analysis() == Flows("user-2", relocations=True, top=50)
    dialog.layer_box.setCurrentIndex(0)
    assert dialog.ends is Ends.NAMES and dialog.run_button.isEnabled()


def test_a_table_without_leads_says_what_to_do(qtbot: QtBot) -> None:
    dialog = made(qtbot, CONTRACTS)
    choose(dialog, Ends.LEADS)
    assert "落位" in dialog.trouble.text() and not dialog.run_button.isEnabled()


def test_all_may_be_drawn_and_periods_told_apart(qtbot: QtBot) -> None:
    dialog = made(qtbot, CONTRACTS)
    dialog.top_box.setValue(0)
    assert dialog.top_box.text() == "全部"
    dialog.period_box.setCurrentIndex(dialog.period_box.findData("年份"))
    wanted = dialog.analysis()
    assert (wanted.top, wanted.period) == (0, "年份")


def test_without_a_layer_or_rows_it_says_what_is_missing(qtbot: QtBot) -> None:
    dialog = made(qtbot)
    assert "打开" in dialog.trouble.text()
    hidden = LayerChoice("user-3", "空", None, CONTRACTS.columns, 60, 0)
    assert "筛选" in made(qtbot, hidden).trouble.text()


def test_every_box_has_a_name_in_both_languages(qtbot: QtBot) -> None:
    for language in Language:
        use_language(language)
        dialog = made(qtbot, CONTRACTS, PLACED)
        boxes = (dialog.ends_box, dialog.origin_box, dialog.value_box, dialog.top_box)
        assert all(box.accessibleName() for box in boxes)
