from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtTest import QTest

from jjjmap.binding import is_alive
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry, Shape
from jjjmap.layers.styling.user_style import Density, Scheme, StyleMode, UserStyle
from jjjmap.ui.color_button import ColorDialog
from jjjmap.ui.dialogs import style_dialog
from jjjmap.ui.dialogs.style_dialog import StyleDialog
from jjjmap.ui.dialogs.style_files import StyleFiles
from jjjmap.ui.messages import Message
from jjjmap.ui.models.style_classes_model import ClassColumn

GRADUATED = UserStyle(StyleMode.GRADUATED, "产值（万元）", Scheme.QUANTILES, 4)
BY_TRADE = UserStyle(StyleMode.CATEGORISED, "行业", class_count=2)


@pytest.fixture
def table() -> FeatureTable:
    """Two hundred firms with a trade, an output and a head count; every tenth output is missing."""
    count = 200
    output = np.linspace(1.0, 500.0, count)
    output[::10] = np.nan
    trades = ["轴承"] * 120 + ["自行车"] * 50 + ["皮革"] * 30
    attributes = pa.table(
        {
            "名称": [f"甲县第{number}厂" for number in range(count)],
            "行业": trades,
            "产值（万元）": pa.array(output, from_pandas=True),
            "人数": pa.array(np.arange(count)),
        }
    )
    return FeatureTable(attributes, Geometry.POINT, np.linspace(115, 118, count), np.linspace(38, 40, count))


class Opened:
    """A dialog with what it told."""

    def __init__(self, qtbot: QtBot, table: FeatureTable) -> None:
        self._qtbot, self._table = qtbot, table
        self.told: list[UserStyle] = []
        self._dialogs: list[StyleDialog] = []

    def __call__(self, style: UserStyle | None = None, table: FeatureTable | None = None) -> StyleDialog:
        dialog = StyleDialog("甲县企业", table or self._table, style or UserStyle())
        dialog.style_changed.connect(self.told.append)
        dialog.show()
        self._dialogs.append(dialog)
        self.rest()
        return dialog

    def rest(self) -> None:
        """Wait until nothing is worked out any more."""
        self._qtbot.waitUntil(lambda: not any(dialog.is_busy for dialog in self._dialogs), timeout=60_000)

    def close(self) -> None:
        """Close what is open still, and wait until it is gone."""
        for dialog in self._dialogs:
            if is_alive(dialog):
                dialog.done(0)
        self._qtbot.waitUntil(lambda: not any(is_alive(dialog) for dialog in self._dialogs))


@pytest.fixture
def opened(qtbot: QtBot, table: FeatureTable) -> Iterator[Opened]:
    opener = Opened(qtbot, table)
    yield opener
    opener.close()


def legend(dialog: StyleDialog) -> list[str]:
    return [dialog.model.index(row, ClassColumn.LABEL).data() for row in range(dialog.model.rowCount())]


def test_opening_shows_the_classes_and_changes_nothing(opened: Opened) -> None:
    dialog = opened(BY_TRADE)
    assert legend(dialog) == ["轴承", "自行车", "其他"]
    assert dialog.model.index(0, ClassColumn.COUNT).data() == "120"
    dialog.accept()
    assert opened.told == []


def test_another_mode_takes_a_column_that_fits_and_is_seen_at_once(opened: Opened) -> None:
    dialog = opened()
    dialog.form.mode_buttons[StyleMode.GRADUATED].click()
    opened.rest()
    assert [(style.mode, style.column) for style in opened.told] == [(StyleMode.GRADUATED, "产值（万元）")]
    assert dialog.model.rowCount() == 6
    assert dialog.histogram.isVisible()


def test_what_is_chosen_in_a_box_is_what_the_style_says(opened: Opened) -> None:
    # Qt hands an enum of texts back as a plain text, which is equal but not the same.
    form = opened(GRADUATED).form
    for box, wanted, of_style in (
        (form.shape_box, Shape.DIAMOND, lambda style: style.shape),
        (form.density_box, Density.HEX, lambda style: style.density),
        (form.density_box, Density.NONE, lambda style: style.density),
        (form.scheme_box, Scheme.EQUAL_INTERVAL, lambda style: style.scheme),
    ):
        box.setCurrentIndex(box.findData(wanted))
        box.activated.emit(box.currentIndex())
        opened.rest()
        assert of_style(opened.told[-1]) is wanted


def test_cancel_puts_the_old_look_back(opened: Opened) -> None:
    dialog = opened(BY_TRADE)
    dialog.form.mode_buttons[StyleMode.SINGLE].click()
    opened.rest()
    dialog.reject()
    assert opened.told[-1] == BY_TRADE


def test_ok_keeps_what_was_set_a_moment_ago(opened: Opened) -> None:
    dialog = opened()
    dialog.form.size_box.setValue(21.0)
    dialog.accept()
    assert [style.size_px for style in opened.told] == [21.0]


def test_quick_changes_are_told_once(opened: Opened) -> None:
    dialog = opened()
    for percent in range(10, 60):
        dialog.form.opacity_slider.setValue(percent)
    opened.rest()
    assert [style.fill_opacity for style in opened.told] == [0.59]


def test_a_colour_is_asked_for_by_double_click_and_by_enter(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(BY_TRADE)
    monkeypatch.setattr(ColorDialog, "ask", lambda *_args: "#010203")
    dialog.classes.doubleClicked.emit(dialog.model.index(1, ClassColumn.SYMBOL))
    opened.rest()
    assert dialog.model.classes[1].fill == "#010203"
    monkeypatch.setattr(ColorDialog, "ask", lambda *_args: "#040506")
    dialog.classes.setCurrentIndex(dialog.model.index(0, ClassColumn.SYMBOL))
    QTest.keyClick(dialog.classes, Qt.Key.Key_Return)
    opened.rest()
    assert dialog.model.classes[0].fill == "#040506"
    assert dialog.isVisible()


def test_a_label_and_a_break_can_be_written_over(opened: Opened) -> None:
    dialog = opened(GRADUATED)
    assert dialog.model.setData(dialog.model.index(0, ClassColumn.UPPER), "50")
    opened.rest()
    assert dialog.user_style.scheme is Scheme.MANUAL
    assert legend(dialog)[0].startswith("≤ 50 ")
    assert dialog.model.setData(dialog.model.index(0, ClassColumn.LABEL), "小厂")
    opened.rest()
    assert legend(dialog)[0] == "小厂"


def test_a_break_that_is_no_number_is_refused(opened: Opened) -> None:
    dialog = opened(GRADUATED)
    assert not dialog.model.setData(dialog.model.index(0, ClassColumn.UPPER), "很多")
    assert dialog.user_style == GRADUATED


def test_a_break_is_dragged_in_the_distribution(opened: Opened) -> None:
    dialog = opened(replace(GRADUATED, scheme=Scheme.MANUAL, breaks=(100.0, 300.0), class_count=3))
    view = dialog.histogram
    start, end = round(view.x_of(100.0)), round(view.x_of(200.0))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(start, 40))
    QTest.mouseMove(view, QPoint(end, 40))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(end, 40))
    opened.rest()
    first, second = dialog.user_style.breaks
    assert first == pytest.approx(200.0, abs=3.0)
    assert second == 300.0


def test_a_dragged_break_does_not_pass_its_neighbour(opened: Opened) -> None:
    dialog = opened(replace(GRADUATED, scheme=Scheme.MANUAL, breaks=(100.0, 300.0), class_count=3))
    view = dialog.histogram
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(view.x_of(100.0)), 40))
    QTest.mouseMove(view, QPoint(round(view.x_of(450.0)), 40))
    opened.rest()
    assert dialog.user_style.breaks[0] < 300.0


def test_classes_are_split_and_joined(opened: Opened) -> None:
    dialog = opened(GRADUATED)
    dialog.classes.setCurrentIndex(dialog.model.index(0, ClassColumn.LABEL))
    dialog.split_button.click()
    opened.rest()
    assert len(dialog.user_style.breaks) == 4
    dialog.classes.setCurrentIndex(dialog.model.index(0, ClassColumn.LABEL))
    dialog.join_button.click()
    opened.rest()
    assert len(dialog.user_style.breaks) == 3


def test_categories_are_moved_and_left_to_the_others(opened: Opened) -> None:
    dialog = opened(BY_TRADE)
    dialog.classes.setCurrentIndex(dialog.model.index(0, ClassColumn.LABEL))
    dialog.down_button.click()
    opened.rest()
    assert legend(dialog) == ["自行车", "轴承", "其他"]
    dialog.classes.setCurrentIndex(dialog.model.index(0, ClassColumn.LABEL))
    dialog.to_rest_button.click()
    opened.rest()
    assert legend(dialog) == ["轴承", "其他"]


def test_what_cannot_be_done_is_not_offered(opened: Opened, table: FeatureTable) -> None:
    areas = FeatureTable(
        table.attributes.select(["名称"]),
        Geometry.POLYGON,
        wkb=pa.chunked_array([pa.nulls(200, pa.binary())]),
    )
    dialog = opened(UserStyle(), areas)
    assert StyleMode.PROPORTIONAL not in dialog.form.mode_buttons
    assert not dialog.form.mode_buttons[StyleMode.GRADUATED].isEnabled()
    assert not dialog.form.shape_box.isVisible()


def test_many_rows_are_worked_out_in_the_background(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_dialog, "SMALL_ROWS", 10)
    dialog = opened(BY_TRADE)
    assert legend(dialog) == ["轴承", "自行车", "其他"]
    dialog.form.count_box.setValue(1)
    dialog.form.count_box.setValue(3)
    opened.rest()
    assert legend(dialog) == ["轴承", "自行车", "皮革"]


def test_closing_while_classes_are_worked_out_does_no_harm(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style_dialog, "SMALL_ROWS", 10)
    dialog = opened()
    dialog.form.mode_buttons[StyleMode.GRADUATED].click()
    dialog._apply()
    assert dialog.is_busy
    dialog.reject()
    assert opened.told[-1] == UserStyle()


def test_a_style_goes_out_as_qml_and_comes_back(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "style.qml"
    dialog = opened(BY_TRADE)
    monkeypatch.setattr(StyleFiles, "ask_to_save", lambda *_args: path)
    dialog.export_button.click()
    assert "已保存 style.qml" in dialog.note.text()
    other = opened(UserStyle(density=Density.HEX))
    monkeypatch.setattr(StyleFiles, "ask_to_open", lambda *_args: path)
    other.import_button.click()
    opened.rest()
    assert legend(other) == ["轴承", "自行车", "其他"]
    assert other.user_style.density is Density.HEX


def test_a_style_for_another_table_is_not_used_and_that_is_said(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: FeatureTable
) -> None:
    path = tmp_path / "style.qml"
    opened(BY_TRADE).save(path)
    dialog = opened(
        UserStyle(), FeatureTable(table.attributes.select(["名称"]), Geometry.POINT, table.lon, table.lat)
    )
    monkeypatch.setattr(StyleFiles, "ask_to_open", lambda *_args: path)
    dialog.import_button.click()
    opened.rest()
    assert "没有“行业”这一列" in dialog.note.text()
    assert dialog.user_style == UserStyle()


def test_a_file_that_is_no_style_and_one_that_is_not_there_are_sentences(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened()
    path = tmp_path / "style.qml"
    monkeypatch.setattr(StyleFiles, "ask_to_open", lambda *_args: path)
    dialog.import_button.click()
    assert "读不了 style.qml" in dialog.note.text()
    path.write_bytes(b"import QtQuick 2.0")
    dialog.import_button.click()
    assert "不是 QGIS 样式文件" in dialog.note.text()


def test_a_style_that_cannot_be_saved_is_told(
    opened: Opened, tmp_path: Path, messages: list[Message]
) -> None:
    opened(BY_TRADE).save(tmp_path / "nowhere" / "style.sld")
    assert len(messages) == 1


def test_sld_is_written_by_its_suffix(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "style.sld"
    opened(BY_TRADE).save(path)
    assert b"StyledLayerDescriptor" in path.read_bytes()


@pytest.mark.parametrize(
    "style", [UserStyle(), BY_TRADE, GRADUATED, UserStyle(StyleMode.PROPORTIONAL, "人数")]
)
def test_every_mode_opens_in_english_with_room_for_its_controls(opened: Opened, style: UserStyle) -> None:
    use_language(Language.EN)
    dialog = opened(style)
    right = dialog.form.mapTo(dialog, QPointF(dialog.form.width(), 0)).x()
    assert right <= dialog.classes.mapTo(dialog, QPointF(0, 0)).x()
    for button in dialog.form.mode_buttons.values():
        assert button.width() >= button.sizeHint().width()
