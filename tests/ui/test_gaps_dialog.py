"""The form about gaps guesses columns, refuses what cannot be asked, and keeps the user's own table."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from jjjmap import paths
from jjjmap.analysis.chain_gaps.candidates import Weights
from jjjmap.analysis.chain_gaps.gaps import Gaps
from jjjmap.catalogue.chain_rules import ChainRule, RuleKind, save_user_rules, shipped_rules
from jjjmap.catalogue.industry_codes import Vintage
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.layers.opening.records import Column, ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.ui.dialogs.analysis_dialog import LayerChoice
from jjjmap.ui.dialogs.chain_table_dialog import ChainTableDialog
from jjjmap.ui.dialogs.gaps_dialog import GapsDialog

FIRMS = LayerChoice(
    "a",
    "名单",
    Geometry.POINT,
    (
        Column("企业", role=ColumnRole.NAME),
        Column("行业代码", role=ColumnRole.INDUSTRY),
        Column("主营业务"),
    ),
    10,
    10,
)
OWN = (ChainRule("robot-1", RuleKind.CODE, "3492"),)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chain-table.csv"


def make(qtbot: QtBot, shipped: Catalogue, file: Path, *layers: LayerChoice) -> GapsDialog:
    made = GapsDialog(layers, "a", shipped, rules_file=file)
    qtbot.addWidget(made)
    made.take_layer()
    return made


@pytest.fixture
def dialog(qtbot: QtBot, shipped: Catalogue, file: Path) -> Iterator[GapsDialog]:
    yield make(qtbot, shipped, file, FIRMS)


def check(dialog: GapsDialog, *chains: str) -> None:
    for row in range(dialog.chain_list.count()):
        item = dialog.chain_list.item(row)
        wanted = item.data(Qt.ItemDataRole.UserRole) in chains
        item.setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)


def test_columns_are_guessed_by_their_roles(dialog: GapsDialog, shipped: Catalogue) -> None:
    with_links = {node.chain_id for node in shipped.chain_nodes.values()}

    analysis = dialog.analysis()

    assert (analysis.layer_id, analysis.industry, analysis.text) == ("a", "行业代码", ("企业", "主营业务"))
    assert set(analysis.chains) == with_links
    assert analysis.rules == ()
    assert dialog.run_button.isEnabled()


def test_what_is_chosen_is_asked(dialog: GapsDialog) -> None:
    check(dialog, "robot")
    dialog.industry_box.setCurrentIndex(0)
    dialog.scope_box.setCurrentIndex(0)
    dialog.vintage_box.setCurrentIndex(dialog.vintage_box.findData("2011"))
    dialog.places_box.setValue(3)
    dialog.weight_boxes[0].setValue(2.0)

    assert dialog.analysis() == Gaps(
        "a", "", ("企业",), ("robot",), (), Vintage.OF_2011, 3, Weights(2.0, 1.0, 1.0)
    )


def test_chains_without_links_cannot_be_chosen(dialog: GapsDialog) -> None:
    items = [dialog.chain_list.item(row) for row in range(dialog.chain_list.count())]
    disabled = [item for item in items if not item.flags() & Qt.ItemFlag.ItemIsEnabled]

    assert {item.data(Qt.ItemDataRole.UserRole) for item in disabled} == {"low-altitude", "synbio"}
    assert all("没有环节" in item.text() for item in disabled)


def test_nothing_to_go_by_is_told(dialog: GapsDialog) -> None:
    for box in (dialog.industry_box, dialog.name_box, dialog.scope_box):
        box.setCurrentIndex(0)

    assert not dialog.run_button.isEnabled()
    assert "至少选一列" in dialog.trouble.text()


def test_no_chain_and_no_weight_are_told(dialog: GapsDialog) -> None:
    check(dialog)
    assert "产业链" in dialog.trouble.text()
    check(dialog, "robot")
    for box in dialog.weight_boxes:
        box.setValue(0.0)
    assert "权重" in dialog.trouble.text()


@pytest.mark.parametrize(
    ("layers", "word"),
    [
        ((), "先打开"),
        ((replace(FIRMS, geometry=None),), "还没有位置"),
        ((replace(FIRMS, shown_rows=0),), "没有可用的行"),
    ],
)
def test_lists_that_cannot_be_used_are_told(
    qtbot: QtBot, shipped: Catalogue, file: Path, layers: tuple[LayerChoice, ...], word: str
) -> None:
    dialog = make(qtbot, shipped, file, *layers)

    assert not dialog.run_button.isEnabled()
    assert word in dialog.trouble.text()


def test_the_users_table_is_kept_for_the_next_time(
    qtbot: QtBot, shipped: Catalogue, file: Path, dialog: GapsDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChainTableDialog, "ask", lambda _dialog: OWN)

    dialog.edit_table()

    assert dialog.analysis().rules == OWN
    assert "自己的表，1 条" in dialog.table_label.text()
    assert make(qtbot, shipped, file, FIRMS).analysis().rules == OWN


def test_going_back_to_our_table_forgets_the_users(
    qtbot: QtBot, shipped: Catalogue, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_user_rules(OWN, file)
    dialog = make(qtbot, shipped, file, FIRMS)
    assert dialog.rules == OWN
    monkeypatch.setattr(ChainTableDialog, "ask", lambda _dialog: shipped_rules())

    dialog.edit_table()

    assert dialog.rules == ()
    assert not file.exists()


def test_a_user_who_changes_their_mind_changes_nothing(
    file: Path, dialog: GapsDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChainTableDialog, "ask", lambda _dialog: None)

    dialog.edit_table()

    assert dialog.rules == () and not file.exists()


def test_a_table_that_cannot_be_kept_is_used_once_and_told(
    qtbot: QtBot, shipped: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no folder").write_text("", "utf-8")
    dialog = make(qtbot, shipped, tmp_path / "no folder" / "t.csv", FIRMS)
    monkeypatch.setattr(ChainTableDialog, "ask", lambda _dialog: OWN)

    dialog.edit_table()

    assert dialog.analysis().rules == OWN
    assert "没能存下" in dialog.table_label.text()


def test_the_form_says_that_all_of_it_is_inferred(dialog: GapsDialog) -> None:
    assert "推断" in dialog.explain()
    assert "推断" in dialog.table_label.text()
