"""The editor of the table that says which industries and words belong to which link of a chain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from jjjmap.atomic_files import replace_file
from jjjmap.catalogue.chain_rules import (
    MOST_BYTES,
    MOST_KEY_LETTERS,
    MOST_NOTE_LETTERS,
    MOST_RULES,
    OWN,
    ChainRule,
    RuleKind,
    Strength,
    cleaned_key,
    rule_trouble,
    rules_from_csv,
    rules_to_csv,
    shipped_rules,
)
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language, _, language
from jjjmap.ui.dialogs.replacing import starting_file, with_suffix
from jjjmap.ui.models.chain_rules_model import (
    ChainRulesModel,
    RuleColumn,
    kind_name,
    node_name,
    strength_name,
)

SIZE_PX = (860, 620)
_SUFFIX = ".csv"


class ChainTableFiles:
    """The questions for files; tests replace them."""

    @classmethod
    def ask_to_open(cls, parent: QWidget | None) -> Path | None:
        """Return the table that the user wants to read, or None."""
        start = str(Path(starting_file("", _("环节对应表"), _SUFFIX)).parent)
        chosen, _kind = QFileDialog.getOpenFileName(parent, _("导入对应表"), start, _("CSV 表格 (*.csv)"))
        return Path(chosen) if chosen else None

    @classmethod
    def ask_to_save(cls, parent: QWidget | None) -> Path | None:
        """Return the file that the user wants to write, or None."""
        start = starting_file("", _("环节对应表"), _SUFFIX)
        chosen, _kind = QFileDialog.getSaveFileName(parent, _("导出对应表"), start, _("CSV 表格 (*.csv)"))
        return with_suffix(parent, chosen, (_SUFFIX,), _SUFFIX) if chosen else None


class ChainTableDialog(QDialog):
    """Rules as a table, with a form for the one that is chosen or to come.

    Parameters
    ----------
    rules
        The table as it is now; empty for the one that we ship.
    """

    def __init__(
        self, rules: Sequence[ChainRule], catalogue: Catalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._industries = shipped_industries()
        self.setWindowTitle(_("环节对应表"))
        self.resize(*SIZE_PX)
        self.note = QLabel(
            _(
                "哪些行业代码和关键词属于哪个环节，没有来源公布过：标“推断”的行是本项目的判断，供修改。"
                "“核心”算作有企业；“相关”不算，只用来排候选地。"
            ),
            self,
        )
        self.note.setWordWrap(True)
        self.model = ChainRulesModel(rules or shipped_rules(), catalogue, self._industries, self)
        self.table = QTableView(self)
        self.table.setAccessibleName(_("环节对应表"))
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        for column in (RuleColumn.KIND, RuleColumn.STRENGTH, RuleColumn.BASIS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.node_box = QComboBox(self)
        for node in catalogue.chain_nodes.values():
            chain = catalogue.chains[node.chain_id]
            self.node_box.addItem(
                _("{chain}：{node}").format(chain=chain.name(language()), node=node_name(node)), node.id
            )
        self.kind_box = QComboBox(self)
        for kind in RuleKind:
            self.kind_box.addItem(kind_name(kind), kind.value)
        self.key_edit = QLineEdit(self)
        self.key_edit.setMaxLength(MOST_KEY_LETTERS)
        self.strength_box = QComboBox(self)
        for strength in Strength:
            self.strength_box.addItem(strength_name(strength), strength.value)
        self.note_edit = QLineEdit(self)
        self.note_edit.setMaxLength(MOST_NOTE_LETTERS)
        self.trouble = QLabel(self)
        self.trouble.setWordWrap(True)
        self.add_button = QPushButton(_("添加"), self)
        self.change_button = QPushButton(_("修改选中的一行"), self)
        self.remove_button = QPushButton(_("删除选中的行"), self)
        self.reset_button = QPushButton(_("恢复原来的表"), self)
        self.import_button = QPushButton(_("导入…"), self)
        self.export_button = QPushButton(_("导出…"), self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._lay_out()
        self.add_button.clicked.connect(self.add)
        self.change_button.clicked.connect(self.change)
        self.remove_button.clicked.connect(self.remove)
        self.reset_button.clicked.connect(lambda: self.model.replace_all(shipped_rules()))
        self.import_button.clicked.connect(self.import_table)
        self.export_button.clicked.connect(self.export_table)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self._take_chosen())
        self.model.modelReset.connect(self._take_chosen)
        self.key_edit.textChanged.connect(lambda _text: self._renew())
        self.kind_box.currentIndexChanged.connect(lambda _at: self._renew())
        self.node_box.currentIndexChanged.connect(lambda _at: self._renew())
        self._take_chosen()

    def ask(self) -> tuple[ChainRule, ...] | None:
        """Show the table; return what the user made of it, None for no change. Tests replace it."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        rules = self.model.rules if accepted else None
        self.deleteLater()
        return rules

    def chosen(self) -> tuple[ChainRule, ...]:
        """Return the rules that are chosen, in the order of the table."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self.model.rule_at(row) for row in rows)

    def rule(self) -> ChainRule:
        """Return what the form says now; it may be none that can be used."""
        kind = RuleKind(self.kind_box.currentData())
        note = self.note_edit.text().strip()
        notes = (note, "") if language() is Language.ZH else ("", note)
        return ChainRule(
            str(self.node_box.currentData() or ""),
            kind,
            cleaned_key(kind, self.key_edit.text()),
            Strength(self.strength_box.currentData()),
            OWN,
            *notes,
        )

    # ---- what the buttons do ----

    def add(self) -> None:
        """Add what the form says."""
        rule = self.rule()
        if len(self.model.rules) >= MOST_RULES:
            self._tell(_("最多 {n} 条对应关系。").format(n=f"{MOST_RULES:,}"))
        elif not self._trouble(rule):
            self.model.put(rule)
            self._choose(rule)

    def change(self) -> None:
        """Put what the form says in the place of the chosen rule."""
        chosen, rule = self.chosen(), self.rule()
        if len(chosen) == 1 and not self._trouble(rule):
            self.model.put(rule, instead_of=chosen[0])
            self._choose(rule)

    def remove(self) -> None:
        """Take the chosen rules away."""
        self.model.take_away(self.chosen())

    def import_table(self) -> None:
        """Ask for a table, and take it in the place of this one."""
        path = ChainTableFiles.ask_to_open(self)
        if path is None:
            return
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as exc:
            self._tell(_("没能读入：{reason}").format(reason=exc.strerror or type(exc).__name__))
            return
        rules, findings = rules_from_csv(data, path.name, self._catalogue.chain_nodes, self._industries)
        if rules:
            self.model.replace_all(rules)
        said = [
            _("{where}：{message}").format(where=each.where, message=each.message) for each in findings[:3]
        ]
        if len(findings) > len(said):
            said.append(_("还有 {n} 处。").format(n=len(findings) - len(said)))
        read = (
            _("读入 {n} 条。").format(n=f"{len(rules):,}") if rules else _("没有能用的行，原来的表没有动。")
        )
        self._tell("\n".join((read, *said)))

    def export_table(self) -> None:
        """Ask where, and write the table there."""
        path = ChainTableFiles.ask_to_save(self)
        if path is None:
            return
        try:
            replace_file(path, rules_to_csv(self.model.rules))
        except OSError as exc:
            self._tell(_("没能写出：{reason}").format(reason=exc.strerror or type(exc).__name__))
        else:
            self._tell(_("已写出：{path}").format(path=path))

    # ---- how it is made ----

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(_("环节"), self.node_box)
        key = QHBoxLayout()
        key.addWidget(self.kind_box)
        key.addWidget(self.key_edit, 1)
        key.addWidget(self.strength_box)
        form.addRow(_("代码或关键词"), key)
        form.addRow(_("说明"), self.note_edit)
        for box, name in (
            (self.kind_box, _("类别")),
            (self.key_edit, _("代码或关键词")),
            (self.strength_box, _("强弱")),
        ):
            box.setAccessibleName(name)
        row = QHBoxLayout()
        for button in (self.add_button, self.change_button, self.remove_button):
            row.addWidget(button)
            button.setAutoDefault(False)
        row.addStretch(1)
        for button in (self.reset_button, self.import_button, self.export_button):
            row.addWidget(button)
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        layout.addLayout(form)
        layout.addWidget(self.trouble)
        layout.addLayout(row)
        layout.addWidget(self.buttons)

    def _take_chosen(self) -> None:
        """Put the chosen rule into the form."""
        chosen = self.chosen()
        if len(chosen) == 1:
            rule = chosen[0]
            self.node_box.setCurrentIndex(self.node_box.findData(rule.node_id))
            self.kind_box.setCurrentIndex(self.kind_box.findData(rule.kind.value))
            self.strength_box.setCurrentIndex(self.strength_box.findData(rule.strength.value))
            self.key_edit.setText(rule.key)
            self.note_edit.setText(rule.note(language()))
        self._renew()

    def _renew(self) -> None:
        """Say what is wrong with the form, and offer what can be done."""
        rule = self.rule()
        trouble = self._trouble(rule) if rule.key else ""
        self.trouble.setText(trouble)
        usable = bool(rule.key) and not trouble
        self.add_button.setEnabled(usable)
        self.change_button.setEnabled(usable and len(self.chosen()) == 1)
        self.remove_button.setEnabled(bool(self.chosen()))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.model.rowCount() > 0)

    def _trouble(self, rule: ChainRule) -> str:
        return rule_trouble(rule, self._catalogue.chain_nodes, self._industries)

    def _choose(self, rule: ChainRule) -> None:
        row = self.model.row_of(rule)
        if row >= 0:
            self.table.selectRow(row)

    def _tell(self, text: str) -> None:
        self.trouble.setText(text)
