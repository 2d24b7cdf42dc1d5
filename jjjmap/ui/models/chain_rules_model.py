"""The table of industries and words by link of a chain, as rows that can be added, changed and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jjjmap.catalogue.chain_rules import INFERRED, ChainRule, RuleKind, Strength
from jjjmap.catalogue.industries import Industries
from jjjmap.catalogue.models import Catalogue, ChainNode
from jjjmap.i18n import Language, _, language
from jjjmap.ui.richtext import tooltip

Index = QModelIndex | QPersistentModelIndex


class RuleColumn(IntEnum):
    """What stands where."""

    CHAIN = 0
    NODE = 1
    KIND = 2
    KEY = 3
    INDUSTRY = 4
    STRENGTH = 5
    BASIS = 6
    NOTE = 7


class ChainRulesModel(QAbstractTableModel):
    """Rules, one a row, in the order of the catalogue's links."""

    def __init__(
        self,
        rules: Sequence[ChainRule],
        catalogue: Catalogue,
        industries: Industries,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._industries = industries
        self._order = {node_id: at for at, node_id in enumerate(catalogue.chain_nodes)}
        self._rules = self._sorted(rules)

    @property
    def rules(self) -> tuple[ChainRule, ...]:
        """The table as it is now."""
        return tuple(self._rules)

    def rule_at(self, row: int) -> ChainRule:
        """Return the rule of a row."""
        return self._rules[row]

    def row_of(self, rule: ChainRule) -> int:
        """Return where a rule stands, -1 if there is none of that identity."""
        identities = [each.identity for each in self._rules]
        return identities.index(rule.identity) if rule.identity in identities else -1

    def replace_all(self, rules: Sequence[ChainRule]) -> None:
        """Take another table."""
        self.beginResetModel()
        self._rules = self._sorted(rules)
        self.endResetModel()

    def put(self, rule: ChainRule, *, instead_of: ChainRule | None = None) -> None:
        """Add a rule, in the place of another one if it is named; one of the same identity gives way."""
        gone = {rule.identity} | ({instead_of.identity} if instead_of is not None else set())
        self.replace_all([*(each for each in self._rules if each.identity not in gone), rule])

    def take_away(self, rules: Sequence[ChainRule]) -> None:
        """Remove rules."""
        gone = {rule.identity for rule in rules}
        self.replace_all([each for each in self._rules if each.identity not in gone])

    # Overrides of Qt.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a rule."""
        return 0 if parent.isValid() else len(self._rules)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See `RuleColumn`."""
        return 0 if parent.isValid() else len(RuleColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (
            _("产业链"),
            _("环节"),
            _("类别"),
            _("代码或关键词"),
            _("行业"),
            _("强弱"),
            _("依据"),
            _("说明"),
        )
        return titles[section] if 0 <= section < len(titles) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or not 0 <= index.row() < len(self._rules):
            return None
        text = self._text(self._rules[index.row()], RuleColumn(index.column()))
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return tooltip(text) if role == Qt.ItemDataRole.ToolTipRole and text else None

    def _text(self, rule: ChainRule, column: RuleColumn) -> str:
        node = self._catalogue.chain_nodes.get(rule.node_id)
        industry = self._industries.by_code.get(rule.key) if rule.kind is RuleKind.CODE else None
        match column:
            case RuleColumn.CHAIN:
                chain = self._catalogue.chains.get(node.chain_id) if node is not None else None
                return chain.name(language()) if chain is not None else ""
            case RuleColumn.NODE:
                return node_name(node) if node is not None else rule.node_id
            case RuleColumn.KIND:
                return kind_name(rule.kind)
            case RuleColumn.KEY:
                return rule.key
            case RuleColumn.INDUSTRY:
                return industry.name(language()) if industry is not None else ""
            case RuleColumn.STRENGTH:
                return strength_name(rule.strength)
            case RuleColumn.BASIS:
                return _("推断") if rule.basis == INFERRED else _("自己")
            case RuleColumn.NOTE:
                return rule.note(language())

    def _sorted(self, rules: Sequence[ChainRule]) -> list[ChainRule]:
        last = len(self._order)
        return sorted(
            rules, key=lambda rule: (self._order.get(rule.node_id, last), rule.kind, rule.key, rule.node_id)
        )


def node_name(node: ChainNode) -> str:
    """Return the name of a link in the language in use."""
    return node.name_zh if language() is Language.ZH else node.name_en


def kind_name(kind: RuleKind) -> str:
    """Return what the key of a rule is, in a word."""
    return {RuleKind.CODE: _("行业代码"), RuleKind.KEYWORD: _("关键词")}[kind]


def strength_name(strength: Strength) -> str:
    """Return how closely an industry belongs to a link, in a word."""
    return {Strength.CORE: _("核心"), Strength.RELATED: _("相关")}[strength]
