"""Asks about links of chains without firms: which list, which columns, which chains, which table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QWidget,
)

from jjjmap.catalogue.chain_rules import ChainRule, save_user_rules, shipped_rules, user_rules
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.industry_codes import Vintage
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import _, language
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.ui.dialogs.analysis_dialog import AnalysisDialog, LayerChoice, fill_columns
from jjjmap.ui.dialogs.chain_table_dialog import ChainTableDialog

if TYPE_CHECKING:
    from jjjmap.analysis.chain_gaps.gaps import Gaps

_LIST_HEIGHT_PX = 150
_MOST_WEIGHT = 10.0
_SCOPES = ("经营范围", "主营", "产品", "简介", "scope", "business", "product")
"""What columns of words may be called."""


class GapsDialog(AnalysisDialog):
    """A form that makes a `Gaps`.

    Parameters
    ----------
    rules_file
        Where the user's own table is kept; None for the place beside the settings.
    """

    def __init__(
        self,
        layers: Sequence[LayerChoice],
        chosen_id: str,
        catalogue: Catalogue,
        parent: QWidget | None = None,
        *,
        rules_file: Path | None = None,
    ) -> None:
        super().__init__(_("产业链环节与缺口"), layers, chosen_id, parent)
        self._catalogue = catalogue
        self._rules_file = rules_file
        kept, findings = user_rules(catalogue.chain_nodes, shipped_industries(), rules_file)
        self._rules: tuple[ChainRule, ...] = _unlike_ours(kept)
        self._table_trouble = findings[0].message if findings else ""
        self.industry_box = QComboBox(self)
        self.name_box, self.scope_box = QComboBox(self), QComboBox(self)
        self.vintage_box = QComboBox(self)
        for vintage, text in (
            (Vintage.AUTO, _("看代码判断")),
            (Vintage.OF_2017, _("GB/T 4754—2017")),
            (Vintage.OF_2011, _("GB/T 4754—2011")),
        ):
            self.vintage_box.addItem(text, vintage.value)
        self.chain_list = QListWidget(self)
        self.chain_list.setAccessibleName(_("产业链"))
        self.chain_list.setMaximumHeight(_LIST_HEIGHT_PX)
        self._list_chains()
        self.table_label = QLabel(self)
        self.table_label.setWordWrap(True)
        self.table_button = QPushButton(_("环节对应表…"), self)
        self.table_button.setAutoDefault(False)
        self.places_box = QSpinBox(self)
        self.places_box.setRange(1, 50)
        self.places_box.setValue(5)
        self.weight_boxes = tuple(self._weight_box(name) for name in (_("专业化"), _("距离"), _("政策")))
        self._lay_out()
        for box in (self.industry_box, self.name_box, self.scope_box, self.vintage_box):
            box.currentIndexChanged.connect(lambda _at: self.renew())
        for weight in self.weight_boxes:
            weight.valueChanged.connect(lambda _value: self.renew())
        self.places_box.valueChanged.connect(lambda _value: self.renew())
        self.chain_list.itemChanged.connect(lambda _item: self.renew())
        self.table_button.clicked.connect(self.edit_table)
        self._show_table()

    @property
    def rules(self) -> tuple[ChainRule, ...]:
        """The user's own table; empty for the one that we ship."""
        return self._rules

    def edit_table(self) -> None:
        """Show the table; keep what the user makes of it for the next time, too."""
        rules = ChainTableDialog(self._rules, self._catalogue, self).ask()
        if rules is None:
            return
        self._rules = _unlike_ours(rules)
        try:
            save_user_rules(self._rules or None, self._rules_file)
            self._table_trouble = ""
        except OSError as exc:
            reason = exc.strerror or type(exc).__name__
            self._table_trouble = _("对应表没能存下，只用于这一次：{reason}").format(reason=reason)
        self._show_table()
        self.renew()

    # ---- what AnalysisDialog asks for ----

    def take_layer(self) -> None:
        """Offer the columns of the chosen layer; then `renew`."""
        layer = self.layer
        names = [column.name for column in layer.columns] if layer is not None else []
        roles = {column.role: column.name for column in reversed(layer.columns)} if layer is not None else {}
        scope = next((name for name in names if any(word in name.lower() for word in _SCOPES)), "")
        fill_columns(self.industry_box, names, empty=_("（不用）"), kept=roles.get(ColumnRole.INDUSTRY, ""))
        fill_columns(self.name_box, names, empty=_("（不用）"), kept=roles.get(ColumnRole.NAME, ""))
        fill_columns(self.scope_box, names, empty=_("（不用）"), kept=scope)
        self.renew()

    def analysis(self) -> Gaps:
        """Return what is asked for; raises ValueError with a sentence that says what is missing."""
        from jjjmap.analysis.chain_gaps.candidates import Weights
        from jjjmap.analysis.chain_gaps.gaps import Gaps

        layer = self.layer
        if layer is None:
            raise ValueError(_("先打开一份已经落到图上的企业名单。"))
        if layer.geometry is None:
            raise ValueError(_("这份名单还没有位置，请先把它落到图上。"))
        if not layer.shown_rows:
            raise ValueError(_("这个图层没有可用的行；如果设了筛选，请先放宽。"))
        industry = str(self.industry_box.currentData() or "")
        boxes = (self.name_box, self.scope_box)
        text = tuple(dict.fromkeys(str(box.currentData()) for box in boxes if box.currentData()))
        if not industry and not text:
            raise ValueError(_("至少选一列：行业，或名称、经营范围。"))
        chains = self._chains()
        if not chains:
            raise ValueError(_("至少选一条产业链。"))
        weights = Weights(*(box.value() for box in self.weight_boxes))
        if weights.total <= 0:
            raise ValueError(_("评分的三个权重不能全为 0。"))
        return Gaps(
            layer.id,
            industry,
            text,
            () if len(chains) == len(self._catalogue.chains) else chains,
            self._rules,
            Vintage(self.vintage_box.currentData()),
            self.places_box.value(),
            weights,
        )

    def explain(self) -> str:
        """Return what will be reckoned, in a sentence or two."""
        return _(
            "企业先按行业代码（最长的前缀），再按关键词归到环节；没有核心企业的环节列为缺口候选，"
            "并按专业化、到链上企业的距离和政策点名给县区打分，各分项都列出。"
            "对应关系是推断，名单里没有不等于现实里没有。"
        )

    # ---- how it is made ----

    def _lay_out(self) -> None:
        self.form.addRow(_("行业列"), self.industry_box)
        self.form.addRow(_("代码版本"), self.vintage_box)
        self.form.addRow(_("名称列"), self.name_box)
        self.form.addRow(_("经营范围列"), self.scope_box)
        self.form.addRow(_("产业链"), self.chain_list)
        table = QHBoxLayout()
        table.addWidget(self.table_label, 1)
        table.addWidget(self.table_button)
        self.form.addRow(_("对应表"), table)
        self.form.addRow(_("每个缺口的候选地"), self.places_box)
        weights = QHBoxLayout()
        for box in self.weight_boxes:
            label = QLabel(box.accessibleName(), self)
            label.setBuddy(box)
            weights.addWidget(label)
            weights.addWidget(box)
        weights.addStretch(1)
        self.form.addRow(_("评分权重"), weights)

    def _weight_box(self, name: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setAccessibleName(name)
        box.setRange(0.0, _MOST_WEIGHT)
        box.setSingleStep(0.5)
        box.setDecimals(1)
        box.setValue(1.0)
        return box

    def _has_links(self, chain_id: str) -> bool:
        return any(node.chain_id == chain_id for node in self._catalogue.chain_nodes.values())

    def _list_chains(self) -> None:
        for chain in self._catalogue.chains.values():
            name = chain.name(language())
            has_links = self._has_links(chain.id)
            item = QListWidgetItem(
                name if has_links else _("{chain}（目录里没有环节）").format(chain=name), self.chain_list
            )
            item.setData(Qt.ItemDataRole.UserRole, chain.id)
            flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(flags if has_links else Qt.ItemFlag.NoItemFlags)
            item.setCheckState(Qt.CheckState.Checked if has_links else Qt.CheckState.Unchecked)

    def _chains(self) -> tuple[str, ...]:
        items = (self.chain_list.item(row) for row in range(self.chain_list.count()))
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item is not None and item.checkState() == Qt.CheckState.Checked
        )

    def _show_table(self) -> None:
        n = len(self._rules or shipped_rules())
        text = _("自己的表，{n} 条") if self._rules else _("本项目推断的表，{n} 条")
        said = [text.format(n=f"{n:,}"), self._table_trouble]
        self.table_label.setText("\n".join(each for each in said if each))


def _unlike_ours(rules: Sequence[ChainRule]) -> tuple[ChainRule, ...]:
    """Return a table, or none if it is the one that we ship."""
    return () if set(rules) == set(shipped_rules()) else tuple(rules)
