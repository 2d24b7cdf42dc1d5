"""Tests of the comparison dock."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication

from jjjmap.i18n import Language
from jjjmap.session.pins import Pins
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.save_table_dialog import SaveTableDialog
from jjjmap.ui.dialogs.source_card import SourceCard
from jjjmap.ui.models.compare_model import CompareModel
from jjjmap.ui.panels.compare_panel import ComparePanel


@pytest.fixture
def pins() -> Pins:
    return Pins()


@pytest.fixture
def panel(session: Session, pins: Pins, qtbot: QtBot) -> Iterator[ComparePanel]:
    made = ComparePanel(session.workspace, pins, session.selection)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    yield made
    for card in made.findChildren(SourceCard):
        card.close()


@pytest.fixture
def two_parks(session: Session) -> None:
    """A second park whose output is known for 2020 only, and a figure that only it has."""
    catalogue = session.workspace.catalogue
    catalogue.places["yi-park"] = replace(
        catalogue.places["jia-park"], id="yi-park", name_zh="乙园", name_en="Yi Park", source_ids=("copy",)
    )
    output = catalogue.figures["f-08"]
    catalogue.figures["yi-1"] = replace(output, id="yi-1", scope_id="yi-park", source_id="copy")
    catalogue.figures["yi-2"] = replace(output, id="yi-2", scope_id="yi-park", indicator_zh="面积")


COLUMNS = ("甲园", "甲园：单位", "甲园：时期", "甲园：批次/分歧", "甲园：说明", "甲园：来源")


def texts(panel: ComparePanel, title: str) -> list[str]:
    (row,) = [row for row in panel.model.rows if row.title == title]
    return [cell.text for cell in row.cells]


def test_nothing_pinned_says_how_to_begin(panel: ComparePanel) -> None:
    assert not panel.table.isVisible()
    assert not panel.save_button.isEnabled() and not panel.copy_button.isEnabled()


def test_the_chosen_place_is_pinned_by_a_button(
    panel: ComparePanel, pins: Pins, session: Session, qtbot: QtBot
) -> None:
    assert not panel.pin_button.isEnabled()
    session.selection.choose("jia-park", fly=False)
    qtbot.mouseClick(panel.pin_button, Qt.MouseButton.LeftButton)
    assert pins.place_ids == ("jia-park",)
    assert not panel.pin_button.isEnabled(), "it is pinned already"
    assert panel.table.isVisible() and panel.chips[0].text() == "甲园 ✕"


def test_a_chip_lets_its_place_go(panel: ComparePanel, pins: Pins, qtbot: QtBot) -> None:
    pins.add("jia-park")
    pins.add("jia-zone")
    qtbot.mouseClick(panel.chips[0], Qt.MouseButton.LeftButton)
    assert pins.place_ids == ("jia-zone",)
    assert not panel.chips[1].isVisible()


def test_a_fifth_place_is_refused_with_a_sentence(panel: ComparePanel, pins: Pins) -> None:
    for place_id in ("jia-park", "jia-zone", "990001", "990002", "yi-cluster"):
        pins.add(place_id)
    assert panel.message.isVisible() and "乙县轴承集群" in panel.message.text()
    assert panel.model.columnCount() == 5
    pins.remove("jia-park")
    assert not panel.message.isVisible()


def test_facts_stand_side_by_side(panel: ComparePanel, pins: Pins) -> None:
    pins.add("jia-park")
    pins.add("jia-zone")
    assert texts(panel, "类型") == ["承接平台 · 现代制造业", "战略合作功能区"]
    assert texts(panel, "范围") == ["—", "甲县"]
    assert texts(panel, "以上出处") == ["[1]", "[1][2]"]


@pytest.mark.usefixtures("two_parks")
def test_the_same_indicator_is_one_row_in_the_same_year(panel: ComparePanel, pins: Pins) -> None:
    pins.add("jia-park")
    pins.add("yi-park")
    assert texts(panel, "产值") == ["1,008.5亿元\n2020年 [1]", "1,008.5亿元\n2020年 [2]"]


@pytest.mark.usefixtures("two_parks")
def test_what_is_missing_is_said_to_be_missing_and_never_zero(panel: ComparePanel, pins: Pins) -> None:
    pins.add("jia-park")
    pins.add("yi-park")
    assert texts(panel, "面积")[0] == "无数据"
    assert texts(panel, "企业数")[1] == "无数据"


@pytest.mark.usefixtures("two_parks")
def test_another_year_is_told(panel: ComparePanel, pins: Pins, session: Session) -> None:
    figures = session.workspace.catalogue.figures
    figures["yi-1"] = replace(figures["yi-1"], period="2025")
    pins.add("jia-park")
    pins.add("yi-park")
    first, second = texts(panel, "产值")
    assert first.startswith("1,011.5亿元\n2023年 · 时期不同") and second.startswith("1,008.5亿元\n2025年 [")


@pytest.mark.usefixtures("two_parks")
def test_another_multiple_of_the_unit_stands_in_the_same_row(
    panel: ComparePanel, pins: Pins, session: Session
) -> None:
    figures = session.workspace.catalogue.figures
    figures["yi-1"] = replace(figures["yi-1"], unit_zh="万亿元", value=Decimal("0.1"))
    pins.add("jia-park")
    pins.add("yi-park")
    assert texts(panel, "产值") == ["1,008.5亿元\n2020年 [1]", "0.1万亿元\n2020年 [2]"]
    (saved,) = [row for row in panel.model.as_table().rows if row[0] == "产值"]
    assert saved[1:3] == (Decimal("1008.5"), "亿元") and saved[7:9] == (Decimal("0.1"), "万亿元")


@pytest.mark.usefixtures("two_parks")
def test_another_release_is_told_in_every_cell(panel: ComparePanel, pins: Pins, session: Session) -> None:
    figures = session.workspace.catalogue.figures
    figures["yi-1"] = replace(figures["yi-1"], note_zh="修订前初值")
    pins.add("jia-park")
    pins.add("yi-park")
    first, second = texts(panel, "产值")
    assert "批次不同" in first and "批次不同 · 修订前初值" in second


@pytest.mark.usefixtures("two_parks")
def test_rows_of_one_place_alone_can_be_left_out(panel: ComparePanel, pins: Pins) -> None:
    pins.add("jia-park")
    pins.add("yi-park")
    panel.shared_box.setChecked(True)
    assert [row.title for row in panel.model.rows if not row.is_fact] == ["产值"]


def test_contested_figures_are_marked(panel: ComparePanel, pins: Pins) -> None:
    pins.add("jia-park")
    assert texts(panel, "企业数") == ["⚠ 超300家\n2023年6月 · 说法不一 [2]"]


def test_figures_of_a_part_are_not_those_of_the_whole(
    panel: ComparePanel, pins: Pins, session: Session
) -> None:
    catalogue = session.workspace.catalogue
    catalogue.places["jia-park"] = replace(catalogue.places["jia-park"], parent_id="jia-zone")
    assert session.workspace.details("jia-zone").figures
    pins.add("jia-zone")
    assert [row.title for row in panel.model.rows if not row.is_fact] == []


def test_enter_shows_the_source_of_a_cell(panel: ComparePanel, pins: Pins, qtbot: QtBot) -> None:
    pins.add("jia-park")
    row = [each.title for each in panel.model.rows].index("企业数")
    panel.table.setCurrentIndex(panel.model.index(row, 1))
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    (card,) = panel.findChildren(SourceCard)
    assert "某镜像站" in card.texts() and "来源 [2]" in card.texts()


def test_the_head_of_a_column_leads_to_its_place(panel: ComparePanel, pins: Pins, qtbot: QtBot) -> None:
    pins.add("jia-park")
    with qtbot.waitSignal(panel.place_requested) as requested:
        panel.table.horizontalHeader().sectionDoubleClicked.emit(1)
    assert requested.args == ["jia-park"]
    with qtbot.assertNotEmitted(panel.place_requested):
        panel.table.horizontalHeader().sectionDoubleClicked.emit(0)


def test_copied_rows_bring_their_sources(panel: ComparePanel, pins: Pins, qtbot: QtBot) -> None:
    pins.add("jia-park")
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0] == ["项目", *COLUMNS]
    (output,) = [line for line in lines if line[0] == "产值"]
    assert output[1:5] == ["1011.5", "亿元", "2023", ""]
    assert output[6] == "甲县建园，某日报，2021年5月6日，https://example.org/d"


def test_the_whole_table_is_saved(
    panel: ComparePanel, pins: Pins, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "比较.csv"
    monkeypatch.setattr(SaveTableDialog, "ask", lambda *_args: path)
    pins.add("jia-park")
    pins.add("jia-zone")
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + len(panel.model.rows) and all(len(row) == 13 for row in rows)
    assert ["无数据", "", "", "", "", ""] in [row[7:] for row in rows]
    (contested,) = [row for row in rows if row[0] == "企业数"]
    assert contested[4] == "说法不一或经过修订"
    assert any("；" in row[-1] and "\n" not in row[-1] for row in rows), "several sources are told apart"
    assert str(path) in panel.message.text()


def test_a_hidden_dock_is_filled_when_it_is_seen(session: Session, pins: Pins, qtbot: QtBot) -> None:
    panel = ComparePanel(session.workspace, pins, session.selection)
    qtbot.addWidget(panel)
    pins.add("jia-park")
    assert panel.model.rowCount() == 0
    panel.show()
    assert panel.model.rowCount() > 0


def test_it_is_a_sound_model(session: Session, qtmodeltester: Any, qapp: object) -> None:
    model = CompareModel(session.workspace)
    model.show_places(["jia-park", "jia-zone", "no-such"])
    assert model.columnCount() == 3
    qtmodeltester.check(model)


@pytest.mark.parametrize("language", list(Language))
def test_the_dock_speaks_both_languages(
    panel: ComparePanel, pins: Pins, session: Session, language: Language
) -> None:
    pins.add("jia-park")
    session.workspace.set_language(language)
    panel.retranslate()
    name = "甲园" if language is Language.ZH else "Jia Park"
    assert panel.model.headerData(1, Qt.Orientation.Horizontal) == name
    assert panel.chips[0].text() == f"{name} ✕"
