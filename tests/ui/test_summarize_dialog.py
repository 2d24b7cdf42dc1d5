"""The dialog of summaries: measures wake up with the columns that they need, and say why they sleep."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QListWidgetItem

from jjjmap.analysis.measures.registry import MEASURES
from jjjmap.analysis.summaries.summarize import Summarize
from jjjmap.layers.opening.records import Column, ColumnKind, ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.ui.dialogs.analysis_dialog import LayerChoice
from jjjmap.ui.dialogs.summarize_dialog import SummarizeDialog

FIRMS = (
    Column("企业"),
    Column("类型"),
    Column("行业代码", ColumnKind.TEXT, ColumnRole.INDUSTRY),
    Column("年份", ColumnKind.INTEGER),
    Column("收入", ColumnKind.NUMBER),
)
STATISTICS = (Column("地区", ColumnKind.TEXT, ColumnRole.REGION), Column("产值", ColumnKind.NUMBER))


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[SummarizeDialog]:
    layers = [
        LayerChoice("firms", "名单", Geometry.POINT, FIRMS, 100, 40),
        LayerChoice("parks", "园区", Geometry.POLYGON, (Column("名称"),), 5, 5),
        LayerChoice("table", "统计", None, STATISTICS, 13, 13),
    ]
    made = SummarizeDialog(layers, "firms")
    qtbot.addWidget(made)
    made.take_layer()
    yield made


def choose(box: QComboBox, data: str) -> None:
    at = box.findData(data)
    assert at >= 0, data
    box.setCurrentIndex(at)


def item(dialog: SummarizeDialog, measure: str) -> QListWidgetItem:
    found = dialog.measures.findItems(MEASURES[measure].title, Qt.MatchFlag.MatchStartsWith)
    return found[0]


def tick(dialog: SummarizeDialog, measure: str, state: Qt.CheckState = Qt.CheckState.Checked) -> None:
    item(dialog, measure).setCheckState(state)


def is_awake(dialog: SummarizeDialog, measure: str) -> bool:
    return bool(item(dialog, measure).flags() & Qt.ItemFlag.ItemIsEnabled)


def test_it_opens_with_a_question_that_can_be_answered(dialog: SummarizeDialog) -> None:
    assert dialog.run_button.isEnabled()
    analysis = dialog.analysis()
    # The year of firms, when they were founded, is offered but not taken: most would not be counted.
    assert analysis == Summarize(
        "firms", category="行业代码", classification="industry", category_level="division"
    )
    assert dialog.period_box.findData("年份") > 0


def test_measures_sleep_until_their_columns_are_named_and_say_why(dialog: SummarizeDialog) -> None:
    assert not is_awake(dialog, "total")
    assert "要先选数值列" in item(dialog, "total").text()
    choose(dialog.weight_box, "收入")
    assert is_awake(dialog, "total")
    assert item(dialog, "total").text() == MEASURES["total"].title
    choose(dialog.category_box, "")
    assert not is_awake(dialog, "growth")
    choose(dialog.period_box, "年份")
    assert not is_awake(dialog, "shift_share")
    assert is_awake(dialog, "growth")
    assert "类别列" in item(dialog, "shift_share").text()


def test_a_measure_that_falls_asleep_is_not_asked_for_but_remembered(dialog: SummarizeDialog) -> None:
    tick(dialog, "hhi")
    assert dialog.analysis().measures == ("rows", "hhi")
    choose(dialog.category_box, "")
    assert dialog.analysis().measures == ("rows",)
    choose(dialog.category_box, "类型")
    assert dialog.analysis().measures == ("rows", "hhi")


def test_the_measure_that_colours_the_map_comes_first(dialog: SummarizeDialog) -> None:
    tick(dialog, "location_quotient")
    assert dialog.analysis().measures == ("rows", "location_quotient")
    choose(dialog.color_box, "location_quotient")
    assert dialog.analysis().measures == ("location_quotient", "rows")


def test_formula_and_source_stand_in_the_tooltip_and_below(dialog: SummarizeDialog) -> None:
    measure = MEASURES["location_quotient"]
    tip = item(dialog, "location_quotient").toolTip()
    assert measure.formula in tip
    assert measure.reference in tip
    tick(dialog, "location_quotient")
    assert measure.formula in dialog.explanation.text()


def test_a_filter_is_told(dialog: SummarizeDialog) -> None:
    assert "40 行" in dialog.explanation.text()


def test_names_that_look_like_markup_are_no_markup(dialog: SummarizeDialog) -> None:
    for label in (dialog.explanation, dialog.trouble):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_categories_that_are_no_industries_are_taken_as_they_stand(dialog: SummarizeDialog) -> None:
    choose(dialog.category_box, "类型")
    analysis = dialog.analysis()
    assert (analysis.classification, analysis.category_level) == ("", "")
    choose(dialog.category_box, "行业代码")
    choose(dialog.level_box, "section")
    assert dialog.analysis().category_level == "section"


def test_lists_are_parted_by_any_comma(dialog: SummarizeDialog) -> None:
    dialog.of_line.setText("36，37、38, 36")
    dialog.compare_line.setText("北京; 天津")
    assert dialog.analysis().of == ("36", "37", "38")
    dialog.of_line.setText("石油、煤炭及其他燃料加工业，农、林、牧、渔业")
    assert dialog.analysis().of == ("石油、煤炭及其他燃料加工业", "农、林、牧、渔业"), "names have it within"
    assert dialog.analysis().compare == ("北京", "天津")


def test_a_table_without_positions_needs_the_column_of_its_units(dialog: SummarizeDialog) -> None:
    choose(dialog.layer_box, "table")
    assert dialog.analysis().unit_columns == ("地区",)
    choose(dialog.unit_box, "")
    assert not dialog.run_button.isEnabled()
    assert "没有位置" in dialog.trouble.text()
    choose(dialog.unit_box, "地区")
    choose(dialog.by_box, "hex")
    assert not dialog.run_button.isEnabled()


def test_units_may_be_hexagons_places_and_own_polygons(dialog: SummarizeDialog) -> None:
    choose(dialog.by_box, "hex")
    dialog.km_box.setValue(5)
    assert dialog.analysis().by == "hex:5"
    choose(dialog.by_box, "places:wing")
    assert dialog.analysis().by == "places:wing"
    choose(dialog.by_box, "layer:parks")
    analysis = dialog.analysis()
    assert (analysis.by, analysis.area_layer_id) == ("layer", "parks")
    choose(dialog.layer_box, "parks")
    assert "自己的面" in dialog.trouble.text()


@pytest.mark.parametrize("period", ["2020", "一季度"])
def test_two_periods_must_differ(dialog: SummarizeDialog, period: str) -> None:
    choose(dialog.period_box, "年份")
    dialog.base_line.setText(period)
    assert dialog.analysis().base == period
    dialog.end_line.setText(period)
    assert "要不同" in dialog.trouble.text()


def test_nothing_ticked_is_nothing_to_reckon(dialog: SummarizeDialog) -> None:
    tick(dialog, "rows", Qt.CheckState.Unchecked)
    assert not dialog.run_button.isEnabled()
    assert dialog.trouble.text()


def test_every_column_survives_another_layer_and_back(dialog: SummarizeDialog) -> None:
    choose(dialog.weight_box, "收入")
    choose(dialog.layer_box, "table")
    assert dialog.analysis().weight == ""
    assert dialog.analysis().category == ""
    choose(dialog.layer_box, "firms")
    assert dialog.analysis().category == "行业代码"


def test_it_grows_with_its_explanation(dialog: SummarizeDialog, qtbot: QtBot) -> None:
    dialog.show()
    for measure in ("location_quotient", "hhi", "krugman"):
        tick(dialog, measure)
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())


def test_the_form_has_a_name_for_every_field(dialog: SummarizeDialog) -> None:
    fields = (dialog.by_box, dialog.unit_box, dialog.category_box, dialog.level_box, dialog.period_box)
    for field in (*fields, dialog.weight_box, dialog.measures, dialog.color_box, dialog.of_line):
        assert field.accessibleName()
