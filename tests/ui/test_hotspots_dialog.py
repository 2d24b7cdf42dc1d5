"""The dialog of hotspots asks for what a method needs, and for nothing else."""

from collections.abc import Iterator, Sequence

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QComboBox

from jjjmap.analysis.hotspots.hotspots import Hotspots
from jjjmap.analysis.hotspots.options import Correction, Measure, Method, Neighbours
from jjjmap.catalogue.models import Catalogue, Cluster
from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.records import Column, ColumnKind, ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.ui.dialogs.analysis_dialog import LayerChoice
from jjjmap.ui.dialogs.hotspots_dialog import HotspotsDialog

COLUMNS = (
    Column("企业名称", role=ColumnRole.NAME),
    Column("所属产业链"),
    Column("注册资本", ColumnKind.NUMBER),
)
LAYERS = (
    LayerChoice("firms", "名单", Geometry.POINT, COLUMNS, 50, 40),
    LayerChoice("units", "统计", Geometry.POLYGON, (Column("区县"), Column("产值", ColumnKind.NUMBER)), 9, 9),
    LayerChoice("table", "表", None, COLUMNS, 50, 50),
    LayerChoice("roads", "路", Geometry.LINE, COLUMNS, 50, 50),
    LayerChoice("hidden", "筛空", Geometry.POINT, COLUMNS, 50, 0),
)


def values_of(layer_id: str, column: str) -> Sequence[str]:
    return (f"{layer_id}的{column}",)


@pytest.fixture
def dialog(qtbot: QtBot, catalogue: Catalogue) -> Iterator[HotspotsDialog]:
    catalogue.clusters["yi-cluster"] = Cluster("yi-cluster", "五群", "Five", 2023, ("990002",), ())
    made = HotspotsDialog(LAYERS, "firms", catalogue, values_of=values_of)
    qtbot.addWidget(made)
    made.take_layer()
    made.show()
    yield made


def choose(box: QComboBox, value: object) -> None:
    at = box.findData(value)
    assert at >= 0, value
    box.setCurrentIndex(at)


def trouble(dialog: HotspotsDialog) -> str:
    assert dialog.trouble.isVisible() and not dialog.run_button.isEnabled()
    return dialog.trouble.text()


def test_it_begins_with_the_density_of_all_rows(dialog: HotspotsDialog) -> None:
    assert dialog.analysis() == Hotspots("firms", Method.KDE)
    assert dialog.run_button.isEnabled()
    assert not dialog.eps_spin.isVisible() and dialog.bandwidth_spin.isVisible()


def test_each_method_shows_what_it_needs(dialog: HotspotsDialog) -> None:
    choose(dialog.method_box, Method.DBSCAN)
    assert dialog.eps_spin.isVisible() and dialog.least_spin.isVisible()
    assert not dialog.by_box.isVisible() and not dialog.correction_box.isVisible()
    choose(dialog.method_box, Method.GETIS_ORD)
    assert dialog.correction_box.isVisible() and dialog.neighbours_box.isVisible()
    assert not dialog.eps_spin.isVisible() and not dialog.coarse_box.isVisible()


def test_a_category_needs_values_and_several_are_parted_by_semicolons(dialog: HotspotsDialog) -> None:
    assert dialog.category_box.itemText(1) == "所属产业链"  # What is likely stands first.
    choose(dialog.category_box, "所属产业链")
    assert "类别的值" in trouble(dialog)
    assert dialog.values_box.itemText(0) == "firms的所属产业链"
    dialog.values_box.setEditText("生物医药；27*; 生物医药")
    assert dialog.analysis().values == ("生物医药", "27*")
    choose(dialog.category_box, "")
    assert dialog.analysis().values == ()


def test_options_of_local_statistics_are_taken(dialog: HotspotsDialog) -> None:
    choose(dialog.method_box, Method.LOCAL_MORAN)
    choose(dialog.by_box, "hex")
    dialog.hex_spin.setValue(12.5)
    choose(dialog.neighbours_box, Neighbours.NEAREST)
    dialog.nearest_spin.setValue(4)
    choose(dialog.correction_box, Correction.BONFERRONI)
    choose(dialog.permutations_box, 99_999)
    choose(dialog.measure_box, Measure.DENSITY)
    choose(dialog.weight_box, "注册资本")
    choose(dialog.policy_box, "yi-cluster")
    assert dialog.analysis() == Hotspots(
        "firms",
        Method.LOCAL_MORAN,
        "hex:12.5",
        Measure.DENSITY,
        weight="注册资本",
        neighbours=Neighbours.NEAREST,
        nearest=4,
        correction=Correction.BONFERRONI,
        permutations=99_999,
        policy="yi-cluster",
    )
    assert "不等于实际没有" in dialog.explanation.text()


def test_options_of_other_methods_are_forgotten(dialog: HotspotsDialog) -> None:
    choose(dialog.method_box, Method.DBSCAN)
    dialog.eps_spin.setValue(7.0)
    assert dialog.analysis().eps_km == 7.0
    choose(dialog.method_box, Method.KDE)
    dialog.bandwidth_spin.setValue(8.0)
    assert dialog.analysis() == Hotspots("firms", Method.KDE, bandwidth_km=8.0)


def test_a_share_needs_a_category(dialog: HotspotsDialog) -> None:
    choose(dialog.method_box, Method.GETIS_ORD)
    choose(dialog.measure_box, Measure.SHARE)
    assert "占比" in trouble(dialog)


def test_polygons_are_compared_by_a_column_of_theirs(dialog: HotspotsDialog) -> None:
    choose(dialog.layer_box, "units")
    assert "数值列" in trouble(dialog)
    choose(dialog.weight_box, "产值")
    assert dialog.analysis() == Hotspots("units", Method.LOCAL_MORAN, "rows", weight="产值")
    choose(dialog.method_box, Method.KDE)
    assert "面图层" in trouble(dialog)


@pytest.mark.parametrize(("layer", "said"), [("table", "没有位置"), ("roads", "线图层"), ("hidden", "筛选")])
def test_layers_that_cannot_be_analysed_say_why(dialog: HotspotsDialog, layer: str, said: str) -> None:
    choose(dialog.layer_box, layer)
    assert said in trouble(dialog)


def test_without_a_layer_it_says_so(qtbot: QtBot, catalogue: Catalogue) -> None:
    made = HotspotsDialog((), "", catalogue)
    qtbot.addWidget(made)
    made.take_layer()
    made.show()
    assert "先打开" in trouble(made)


def test_every_method_is_explained_in_both_languages(qtbot: QtBot, catalogue: Catalogue) -> None:
    for language in Language:
        use_language(language)
        made = HotspotsDialog(LAYERS, "firms", catalogue)
        qtbot.addWidget(made)
        made.take_layer()
        made.show()
        for method in Method:
            choose(made.method_box, method)
            assert made.explanation.text()
