"""Questions about the surroundings of a place: the menu beside its name, and the form."""

from collections.abc import Callable

import pytest
from analysis_fixtures import add_firms
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from jjjmap.analysis.nearby.near import Near, Question
from jjjmap.analysis.nearby.subjects import parse_spot
from jjjmap.analysis.nearby.targets import usual_kinds
from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.i18n import Language, use_language
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.style import Geometry
from jjjmap.session.session import Session
from jjjmap.ui.dialogs.analysis_dialog import LayerChoice
from jjjmap.ui.dialogs.near_dialog import NearDialog
from jjjmap.ui.main_window import MainWindow
from jjjmap.ui.near_menu import AT_ONCE, NearMenu, near_at_once

LAYERS = (
    LayerChoice("user-firms", "企业", Geometry.POINT, (), 10, 8),
    LayerChoice("user-parks", "园区", Geometry.POLYGON, (), 3, 3),
    LayerChoice("user-roads", "道路", Geometry.LINE, (), 2, 2),
    LayerChoice("user-table", "统计表", None, (), 5, 5),
)
Make = Callable[..., NearDialog]


@pytest.fixture
def make(qtbot: QtBot, catalogue: Catalogue) -> Make:
    def made(question: str = "", place: str = "", chosen_id: str = "", name: str = "") -> NearDialog:
        asked = {"question": question, "place": place, "name": name}
        dialog = NearDialog(LAYERS, chosen_id, catalogue=catalogue, **asked)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return made


def tick(dialog: NearDialog, word: str, is_ticked: bool = True) -> None:
    for at in range(dialog.targets.count()):
        item = dialog.targets.item(at)
        if item.data(Qt.ItemDataRole.UserRole) == word:
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            return
    raise KeyError(word)


def untick_all(dialog: NearDialog) -> None:
    for at in range(dialog.targets.count()):
        dialog.targets.item(at).setCheckState(Qt.CheckState.Unchecked)


# ---- the form ----


def test_a_position_keeps_the_name_of_what_lies_there_until_another_is_written(make: Make) -> None:
    dialog = make("buffer", place="116.246449,40.021690", name="甲厂")
    asked = Near(lon=116.246449, lat=40.02169, name="甲厂", question=Question.BUFFER)
    assert dialog.analysis() == asked
    dialog.place_line.setText("116.3,40")
    assert dialog.analysis() == Near(lon=116.3, lat=40.0, question=Question.BUFFER)


def test_the_chosen_place_is_offered_by_name_and_asked_about_by_id(make: Make) -> None:
    dialog = make(place="jia-zone")
    assert dialog.place_line.text() == "甲县功能区"
    assert dialog.analysis() == Near(place="jia-zone")
    assert dialog.run_button.isEnabled()


def test_without_a_place_it_says_what_is_missing(make: Make) -> None:
    dialog = make()
    assert not dialog.run_button.isEnabled() and "请写一个地点" in dialog.trouble.text()
    dialog.place_line.setText("甲园园")
    assert "没有叫“甲园园”的地点" in dialog.trouble.text() and "甲园" in dialog.trouble.text()
    dialog.place_line.setText("甲园")
    assert dialog.run_button.isEnabled() and not dialog.trouble.isVisible()


def test_a_position_will_do(make: Make) -> None:
    dialog = make("nearest", "116.4,39.9")
    assert dialog.analysis() == Near(lon=116.4, lat=39.9, question=Question.NEAREST)
    dialog.question_box.setCurrentIndex(dialog.question_box.findData("inside"))
    assert "没有范围" in dialog.trouble.text()


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("rings", {"subject_box", "place_line", "rings_line", "targets", "list_box"}),
        ("nearest", {"subject_box", "place_line", "count_box", "targets"}),
        ("inside", {"subject_box", "place_line", "targets", "list_box"}),
        ("overlap", {"subject_box", "place_line", "other_box", "other_line"}),
        ("buffer", {"subject_box", "place_line", "km_box"}),
        ("corridor", {"place_line", "line_box", "km_box", "targets"}),
    ],
)
def test_only_what_a_question_needs_is_shown(make: Make, question: str, shown: set[str]) -> None:
    dialog = make(question, "jia-zone")
    names = (
        "subject_box", "place_line", "line_box", "other_box", "other_line", "rings_line", "km_box",
        "count_box", "targets", "list_box",
    )  # fmt: skip
    assert {name for name in names if getattr(dialog, name).isVisible()} == shown
    for name in names:
        field = getattr(dialog, name)
        label = dialog.form.labelForField(field)
        assert label is None or label.isVisible() == field.isVisible()
    assert dialog.explanation.text()


def test_rings_may_be_parted_as_one_writes_them_and_wrong_ones_are_told(make: Make) -> None:
    dialog = make(place="jia-zone")
    dialog.rings_line.setText("10、20，30/40")
    assert dialog.analysis() == Near(place="jia-zone", rings_km=(10.0, 20.0, 30.0, 40.0))
    for wrong in ("", "五十", "0", "-5", "5000", "nan", ",".join(map(str, range(1, 30)))):
        dialog.rings_line.setText(wrong)
        assert not dialog.run_button.isEnabled() and dialog.trouble.text()


def test_what_is_looked_for_is_said_only_if_it_differs_from_the_usual(make: Make) -> None:
    dialog = make("nearest", "jia-zone")
    tick(dialog, "user-firms")
    wanted = Near(place="jia-zone", question=Question.NEAREST, layers=("user-firms",))
    assert dialog.analysis() == wanted
    untick_all(dialog)
    assert "至少选一类" in dialog.trouble.text()
    tick(dialog, "port")
    assert dialog.analysis() == Near(place="jia-zone", question=Question.NEAREST, kinds=(PlaceKind.PORT,))
    untick_all(dialog)
    tick(dialog, "user-firms")
    analysis = dialog.analysis()
    assert isinstance(analysis, Near) and not analysis.with_places and analysis.layers == ("user-firms",)


@pytest.mark.parametrize("question", ["rings", "nearest", "inside", "corridor"])
def test_what_is_ticked_is_what_is_looked_for(make: Make, question: str) -> None:
    dialog = make(question, "jia-zone" if question != "corridor" else "")
    ticked = {
        dialog.targets.item(at).data(Qt.ItemDataRole.UserRole)
        for at in range(dialog.targets.count())
        if dialog.targets.item(at).checkState() == Qt.CheckState.Checked
    }
    usual = dialog.analysis()
    assert isinstance(usual, Near) and usual.kinds == ()
    assert ticked == {kind.value for kind in usual_kinds(usual.question)}
    # The kind that one question leaves out is not dropped where somebody ticks it.
    tick(dialog, "corridor", "corridor" not in ticked)
    changed = dialog.analysis()
    assert isinstance(changed, Near) and (PlaceKind.CORRIDOR in changed.kinds) == ("corridor" not in ticked)
    assert changed.kinds


def test_layers_without_positions_are_not_offered(make: Make) -> None:
    dialog = make("rings", "jia-zone")
    offered = [dialog.subject_box.itemData(at) for at in range(dialog.subject_box.count())]
    assert offered == ["", "user-firms", "user-parks", "user-roads"]
    dialog.question_box.setCurrentIndex(dialog.question_box.findData("inside"))
    assert [dialog.subject_box.itemData(at) for at in range(dialog.subject_box.count())] == ["", "user-parks"]


def test_the_layer_that_is_chosen_is_asked_about_first(make: Make) -> None:
    dialog = make("buffer", chosen_id="user-firms")
    dialog.km_box.setValue(7.5)
    assert dialog.analysis() == Near("user-firms", question=Question.BUFFER, km=7.5)
    assert not dialog.place_line.isVisible()


def test_an_overlap_is_with_a_place_or_a_layer_of_areas(make: Make) -> None:
    dialog = make("overlap", "jia-zone")
    assert "请写另一个地点" in dialog.trouble.text()
    dialog.other_line.setText("乙县")
    assert dialog.analysis() == Near(place="jia-zone", question=Question.OVERLAP, other="990002")
    dialog.other_line.setText("116,39")
    assert "不能是经纬度" in dialog.trouble.text()
    dialog.other_box.setCurrentIndex(dialog.other_box.findData("user-parks"))
    assert dialog.analysis() == Near("", "user-parks", place="jia-zone", question=Question.OVERLAP)


def test_a_corridor_is_a_line_of_ours_or_of_the_users(make: Make) -> None:
    dialog = make("corridor")
    dialog.line_box.setCurrentIndex(dialog.line_box.findData("rail-beijing-shanghai-hsr"))
    assert "示意" in dialog.line_box.currentText() and "示意" in dialog.explanation.text()
    line = Near(question=Question.CORRIDOR, line="rail-beijing-shanghai-hsr")
    assert dialog.analysis() == line
    dialog.place_line.setText("甲园")
    assert dialog.analysis() == Near(place="jia-park", question=Question.CORRIDOR, line=line.line)
    dialog.place_line.clear()
    dialog.line_box.setCurrentIndex(dialog.line_box.findData("user-roads"))
    assert dialog.analysis() == Near("user-roads", question=Question.CORRIDOR)


def test_the_line_that_comes_closest_to_the_place_is_offered_first(make: Make) -> None:
    far, near = make("corridor"), make("corridor", "jia-park")
    assert near.line_box.currentData() != far.line_box.currentData()


@pytest.mark.parametrize("language", list(Language))
def test_every_question_opens_in_both_languages(make: Make, language: Language) -> None:
    use_language(language)
    for question in Question:
        dialog = make(question.value, "jia-zone")
        assert dialog.question is question and dialog.explanation.text()


# ---- the menu ----


def test_a_place_without_ground_is_not_asked_what_lies_inside(qtbot: QtBot, catalogue: Catalogue) -> None:
    menu = NearMenu()
    qtbot.addWidget(menu)
    texts = {action.text(): action for action in menu.actions() if action.text()}
    for place_id, has_ground in (("jia-zone", True), ("990001", True), ("jia-park", False)):
        menu.show_place(catalogue.places[place_id])
        assert texts["区内有什么"].isEnabled() is has_ground
        assert texts["与另一片范围重叠…"].isEnabled() is has_ground
        assert texts["50、100、200 公里以内有什么"].isEnabled()
    menu.show_place(None)
    assert not texts["区内有什么"].isEnabled()


def test_each_entry_asks_its_question(qtbot: QtBot) -> None:
    menu = NearMenu()
    qtbot.addWidget(menu)
    asked: list[str] = []
    menu.question_asked.connect(asked.append)
    for action in menu.actions():
        action.trigger()
    assert sorted(asked) == sorted(question.value for question in Question)


def test_what_needs_no_further_word_is_answered_at_once() -> None:
    assert near_at_once("rings", "jia-zone") == Near(place="jia-zone")
    assert near_at_once("nearest", "116.5,-3.25") == Near(lon=116.5, lat=-3.25, question=Question.NEAREST)
    assert near_at_once("rings", "116.5,39.5", "甲厂") == Near(lon=116.5, lat=39.5, name="甲厂")
    assert near_at_once("rings", "jia-zone", "甲厂") == Near(place="jia-zone")
    others = [question.value for question in Question if question.value not in AT_ONCE]
    assert [near_at_once(word, "jia-zone") for word in others] == [None] * 3


def test_the_details_ask_about_the_place_they_show(window: MainWindow, session: Session) -> None:
    panel = window.details_panel
    asked: list[tuple[str, str, str]] = []
    panel.near_requested.disconnect()
    panel.near_requested.connect(lambda question, place, name: asked.append((question, place, name)))
    session.selection.choose("jia-zone", fly=False)
    assert panel.near_button.isEnabled() and panel.near_button.isVisible()
    panel.near_menu.question_asked.emit("nearest")
    assert asked == [("nearest", "jia-zone", "")]


def test_the_details_say_what_the_feature_is_called_that_is_asked_about(
    window: MainWindow, session: Session
) -> None:
    layer_id = add_firms(session)
    panel = window.details_panel
    asked: list[tuple[str, str, str]] = []
    panel.near_requested.disconnect()
    panel.near_requested.connect(lambda question, place, name: asked.append((question, place, name)))
    panel.show_feature(feature_id(layer_id, 0))
    panel.near_menu.question_asked.emit("rings")
    ((question, position, name),) = asked
    assert (question, name) == ("rings", session.user_features.title(feature_id(layer_id, 0)))
    assert parse_spot(position) is not None
