"""The editor of the table adds, changes and removes rules, reads and writes files, and goes back to ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QDialogButtonBox

from jjjmap import paths
from jjjmap.catalogue.chain_rules import OWN, ChainRule, RuleKind, Strength, rules_to_csv, shipped_rules
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language, use_language
from jjjmap.ui.dialogs.chain_table_dialog import ChainTableDialog, ChainTableFiles
from jjjmap.ui.models.chain_rules_model import ChainRulesModel, RuleColumn

OWN_RULES = (
    ChainRule("robot-1", RuleKind.CODE, "3492", Strength.CORE, OWN, "甲"),
    ChainRule("robot-2", RuleKind.KEYWORD, "减速器", Strength.RELATED, OWN, "乙"),
)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


@pytest.fixture
def dialog(qtbot: QtBot, shipped: Catalogue) -> Iterator[ChainTableDialog]:
    made = ChainTableDialog(OWN_RULES, shipped)
    qtbot.addWidget(made)
    yield made
    use_language(Language.ZH)


def fill(dialog: ChainTableDialog, node_id: str, kind: RuleKind, key: str, note: str = "") -> None:
    dialog.node_box.setCurrentIndex(dialog.node_box.findData(node_id))
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData(kind.value))
    dialog.key_edit.setText(key)
    dialog.note_edit.setText(note)


def test_the_model_is_a_sound_one(shipped: Catalogue, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(ChainRulesModel(OWN_RULES, shipped, shipped_industries()))


def test_rows_say_chain_link_industry_and_what_they_rest_on(dialog: ChainTableDialog) -> None:
    texts = [dialog.model.index(0, column).data() for column in RuleColumn]

    assert texts == [
        "机器人",
        "特种与服务机器人研发",
        "行业代码",
        "3492",
        "特殊作业机器人制造",
        "核心",
        "自己",
        "甲",
    ]


def test_without_rules_the_shipped_table_is_shown_as_inferred(qtbot: QtBot, shipped: Catalogue) -> None:
    dialog = ChainTableDialog((), shipped)
    qtbot.addWidget(dialog)

    assert set(dialog.model.rules) == set(shipped_rules())
    assert {dialog.model.index(row, RuleColumn.BASIS).data() for row in range(dialog.model.rowCount())} == {
        "推断"
    }
    assert "推断" in dialog.note.text()


def test_a_rule_is_added(dialog: ChainTableDialog) -> None:
    fill(dialog, "robot-3", RuleKind.CODE, "C6531", "丙")
    assert dialog.add_button.isEnabled()

    dialog.add()

    added = ChainRule("robot-3", RuleKind.CODE, "6531", Strength.CORE, OWN, "丙")
    assert added in dialog.model.rules
    assert dialog.chosen() == (added,)


@pytest.mark.parametrize(
    ("kind", "key"), [(RuleKind.CODE, "9999"), (RuleKind.KEYWORD, "氢"), (RuleKind.CODE, "")]
)
def test_a_rule_that_cannot_be_used_is_not_offered(
    dialog: ChainTableDialog, kind: RuleKind, key: str
) -> None:
    fill(dialog, "robot-3", kind, key)
    dialog.add()

    assert not dialog.add_button.isEnabled()
    assert bool(dialog.trouble.text()) or not key
    assert set(dialog.model.rules) == set(OWN_RULES)


def test_the_chosen_rule_is_changed(dialog: ChainTableDialog) -> None:
    dialog.table.selectRow(1)
    assert dialog.key_edit.text() == "减速器"
    dialog.key_edit.setText("谐波减速器")

    dialog.change()

    assert [rule.key for rule in dialog.model.rules] == ["3492", "谐波减速器"]


def test_chosen_rules_are_removed_and_an_empty_table_cannot_be_accepted(dialog: ChainTableDialog) -> None:
    dialog.table.selectAll()

    dialog.remove()

    assert dialog.model.rules == ()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_the_original_table_comes_back(dialog: ChainTableDialog) -> None:
    dialog.reset_button.click()

    assert set(dialog.model.rules) == set(shipped_rules())


def test_a_table_is_written_and_read(
    dialog: ChainTableDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    monkeypatch.setattr(ChainTableFiles, "ask_to_save", lambda _parent: path)
    monkeypatch.setattr(ChainTableFiles, "ask_to_open", lambda _parent: path)

    dialog.export_table()
    assert path.read_bytes() == rules_to_csv(OWN_RULES)
    dialog.reset_button.click()
    dialog.import_table()

    assert set(dialog.model.rules) == set(OWN_RULES)
    assert "2" in dialog.trouble.text()


@pytest.mark.parametrize("data", [b"", b"a,b\n", b"\x00\xff", b'node_id,kind,key\nrobot-1,code,"'])
def test_a_hostile_file_leaves_the_table_as_it_was(
    dialog: ChainTableDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    monkeypatch.setattr(ChainTableFiles, "ask_to_open", lambda _parent: path)

    dialog.import_table()

    assert set(dialog.model.rules) == set(OWN_RULES)
    assert "没有动" in dialog.trouble.text()


def test_files_that_cannot_be_read_or_written_are_told(
    dialog: ChainTableDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChainTableFiles, "ask_to_open", lambda _parent: tmp_path / "none.csv")
    monkeypatch.setattr(ChainTableFiles, "ask_to_save", lambda _parent: tmp_path / "none" / "t.csv")

    dialog.import_table()
    assert dialog.trouble.text()
    dialog.trouble.clear()
    dialog.export_table()
    assert dialog.trouble.text()


def test_it_speaks_english(qtbot: QtBot, shipped: Catalogue) -> None:
    use_language(Language.EN)
    try:
        dialog = ChainTableDialog(OWN_RULES, shipped)
        qtbot.addWidget(dialog)
        assert dialog.model.index(0, RuleColumn.NODE).data() == "Special and service robot R&D"
    finally:
        use_language(Language.ZH)
