"""The dialog for briefings: of which places, as what, and what speaks against it."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtGui import QAccessible
from qtpy.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QRadioButton

from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language
from jjjmap.paths import RESOURCES
from jjjmap.session.exporters import BriefingFormat, BriefingsWish
from jjjmap.session.workspace import Workspace
from jjjmap.settings import ExportSettings
from jjjmap.ui.audience_box import AudienceBox
from jjjmap.ui.dialogs import replacing
from jjjmap.ui.dialogs.briefing_dialog import BriefingDialog, BriefingSubjects

SUBJECTS = BriefingSubjects(
    "jia-park", ("jia-park", "jia-zone"), "甲", (("user-00000001", "企业名单"),), has_library=True
)


def files_of(wish: BriefingsWish) -> tuple[Path, ...]:
    return tuple(wish.folder / f"{place}.{each.value}" for place in wish.place_ids for each in wish.formats)


def make(
    qtbot: QtBot,
    catalogue: Catalogue,
    folder: Path,
    subjects: BriefingSubjects = SUBJECTS,
    settings: ExportSettings | None = None,
) -> BriefingDialog:
    made = BriefingDialog(
        Workspace(catalogue), subjects, settings or ExportSettings(), str(folder), files_of, 1.2
    )
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_chosen_place_is_proposed(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    wish = dialog.wish()
    assert wish.place_ids == ("jia-park",) and wish.formats == (BriefingFormat.PDF,)
    assert wish.folder == tmp_path and wish.language is Language.ZH and wish.with_quotations
    assert catalogue.places["jia-park"].name_zh in dialog.chosen_button.text()
    assert dialog.summary.text() == "1 个地点，共 1 个文件，约需 1 秒。"


def test_marked_places_or_all_of_a_kind_can_be_chosen(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path
) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    dialog.marked_button.setChecked(True)
    assert dialog.place_ids == ("jia-park", "jia-zone")
    dialog.kind_button.setChecked(True)
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData(PlaceKind.COUNTY.value))
    counties = [place.id for place in catalogue.places.values() if place.kind is PlaceKind.COUNTY]
    assert list(dialog.place_ids) == counties
    dialog.format_boxes[BriefingFormat.DOCX].setChecked(True)
    assert f"{len(counties)} 个地点，共 {2 * len(counties)} 个文件" in dialog.summary.text()


def test_a_kind_can_be_narrowed_to_a_province_or_a_city(qtbot: QtBot, tmp_path: Path) -> None:
    shipped, _findings = load_catalogue(RESOURCES)
    dialog = make(qtbot, shipped, tmp_path, BriefingSubjects())
    assert dialog.kind_button.isChecked()
    assert not dialog.chosen_button.isEnabled() and not dialog.marked_button.isEnabled()
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData(PlaceKind.COUNTY.value))
    everywhere = set(dialog.place_ids)
    parts = []
    for province in ("110000", "120000", "130000"):
        dialog.within_box.setCurrentIndex(dialog.within_box.findData(province))
        parts.append(set(dialog.place_ids))
    assert set().union(*parts) == everywhere and sum(map(len, parts)) == len(everywhere)
    dialog.within_box.setCurrentIndex(dialog.within_box.findData("130200"))
    assert dialog.place_ids and set(dialog.place_ids) < parts[2]


def test_choosing_a_kind_with_the_mouse_means_it(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    dialog.kind_box.activated.emit(0)
    assert dialog.kind_button.isChecked()


def test_without_a_format_nothing_is_written(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    dialog.format_boxes[BriefingFormat.PDF].setChecked(False)
    assert dialog.summary.text() == "请至少选一种格式。" and not dialog.ok_button.isEnabled()


def test_a_template_that_is_not_there_is_told_before_the_work(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path
) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    dialog.page_template.set_path(str(tmp_path / "没有"))
    assert "不存在" in dialog.summary.text() and not dialog.ok_button.isEnabled()
    dialog.page_template.set_path(str(tmp_path))
    assert dialog.wish().page_template == tmp_path and dialog.ok_button.isEnabled()
    # The Word template does not matter as long as no Word file is wanted.
    dialog.docx_template.set_path(str(tmp_path / "模板.doc"))
    assert dialog.ok_button.isEnabled() and dialog.wish().docx_template is None
    dialog.format_boxes[BriefingFormat.DOCX].setChecked(True)
    assert ".docx" in dialog.summary.text()
    (tmp_path / "模板.docx").write_bytes(b"PK")
    dialog.docx_template.set_path(str(tmp_path / "模板.docx"))
    assert dialog.ok_button.isEnabled() and dialog.wish().docx_template == tmp_path / "模板.docx"


def test_files_that_are_there_are_replaced_only_after_a_question(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    one: list[Path] = []
    many: list[int] = []
    monkeypatch.setattr(replacing, "may_replace", lambda _parent, path: bool(one.append(path)))
    monkeypatch.setattr(replacing, "may_replace_many", lambda _parent, count: many.append(count) is None)
    (tmp_path / "jia-park.pdf").write_text("old")
    dialog.accept()
    assert one == [tmp_path / "jia-park.pdf"] and dialog.isVisible()
    (tmp_path / "jia-zone.pdf").write_text("old")
    dialog.marked_button.setChecked(True)
    dialog.accept()
    assert many == [2] and not dialog.isVisible()


def test_a_list_of_firms_is_used_only_if_the_user_says_so(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path
) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    assert dialog.wish().firms_layer_ids == ()
    dialog.firms_box.setCurrentIndex(1)
    assert dialog.wish().firms_layer_ids == ("user-00000001",)


def test_without_a_library_nothing_is_quoted_but_the_wish_is_kept(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path
) -> None:
    dialog = make(qtbot, catalogue, tmp_path, BriefingSubjects("jia-park"))
    assert not dialog.quotations_box.isEnabled() and not dialog.wish().with_quotations
    assert dialog.settings().with_quotations


def test_the_last_choice_is_proposed_again(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    dialog.format_boxes[BriefingFormat.PDF].setChecked(False)
    dialog.format_boxes[BriefingFormat.HTML].setChecked(True)
    dialog.page_template.set_path(str(tmp_path))
    again = make(qtbot, catalogue, tmp_path, settings=dialog.settings())
    assert again.formats == (BriefingFormat.HTML,) and again.page_template.path == tmp_path


def test_a_long_work_is_told_in_minutes(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path) -> None:
    dialog = BriefingDialog(
        Workspace(catalogue), SUBJECTS, ExportSettings(), str(tmp_path), files_of, seconds_per_file=200.0
    )
    qtbot.addWidget(dialog)
    assert "约需 3 分钟" in dialog.summary.text()


def test_every_control_has_a_name_for_a_screen_reader(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path
) -> None:
    dialog = make(qtbot, catalogue, tmp_path)
    for kind in (QLineEdit, QComboBox, QCheckBox, QRadioButton, QPushButton):
        for widget in dialog.findChildren(kind):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None and interface.text(QAccessible.Text.Name), widget


def test_names_with_an_ampersand_are_shown_as_they_are(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path
) -> None:
    dialog = make(qtbot, catalogue, tmp_path, BriefingSubjects("jia-park", ("jia-park",), "甲&乙"))
    assert "甲&&乙" in dialog.marked_button.text()


def test_what_is_to_be_published_quotes_no_documents_unless_asked_for_again(
    qtbot: QtBot, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AudienceBox, "may_publish", lambda _box: True)
    dialog = make(qtbot, catalogue, tmp_path)
    assert dialog.quotations_box.isChecked()
    dialog.audience_box.public_button.setChecked(True)
    assert not dialog.wish().with_quotations
    assert dialog.settings().with_quotations  # Of what is not published.
    dialog.quotations_box.setChecked(True)
    assert dialog.wish().with_quotations
    dialog.audience_box.internal_button.setChecked(True)
    assert dialog.quotations_box.isChecked()
