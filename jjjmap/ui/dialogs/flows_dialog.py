"""Asks about flows: which columns say from where, to where and how much; or the leads of a placed list."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QComboBox, QSpinBox, QWidget

from jjjmap.i18n import Language, _, in_language
from jjjmap.layers.opening.records import ColumnKind, ColumnRole
from jjjmap.ui.dialogs.analysis_dialog import AnalysisDialog, LayerChoice, fill_columns

if TYPE_CHECKING:
    from jjjmap.analysis.flows.flows import Flows

_MOST_FLOWS = 100_000
_FIRST_TOP = 50
"""So many flows are drawn at first of a table that may have more: a map of hundreds is not read."""

_FROM = ("起点", "卖方", "输出", "转出", "迁出", "流出", "来源地", "出发", "origin", "from", "seller")
_TO = ("终点", "买方", "吸纳", "转入", "迁入", "流入", "目的", "到达", "destination", "to", "buyer")
_AMOUNTS = ("额", "量", "数", "金额", "人次", "value", "amount", "count")
_LEADS = ("relocation_lead", "迁移线索")


class Ends(StrEnum):
    """How a table says where flows begin and end."""

    NAMES = "names"
    POSITIONS = "positions"
    LEADS = "leads"


class FlowsDialog(AnalysisDialog):
    """A form that makes a `Flows`."""

    def __init__(
        self, layers: Sequence[LayerChoice], chosen_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(_("流向"), layers, chosen_id, parent)
        self.ends_box = QComboBox(self)
        for ends, title in (
            (Ends.NAMES, _("起讫表：地名或区划代码")),
            (Ends.POSITIONS, _("起讫表：经纬度")),
            (Ends.LEADS, _("落位后的企业名单：迁移线索")),
        ):
            self.ends_box.addItem(title, ends.value)
        self.origin_box, self.destination_box = QComboBox(self), QComboBox(self)
        self.origin_lon_box, self.origin_lat_box = QComboBox(self), QComboBox(self)
        self.destination_lon_box, self.destination_lat_box = QComboBox(self), QComboBox(self)
        self.value_box, self.period_box, self.category_box = (QComboBox(self) for _at in range(3))
        self.top_box = QSpinBox(self)
        self.top_box.setRange(0, _MOST_FLOWS)
        self.top_box.setSpecialValueText(_("全部"))
        self.top_box.setValue(_FIRST_TOP)
        for title, widget in (
            (_("起讫写法"), self.ends_box),
            (_("起点"), self.origin_box),
            (_("起点经度"), self.origin_lon_box),
            (_("起点纬度"), self.origin_lat_box),
            (_("终点"), self.destination_box),
            (_("终点经度"), self.destination_lon_box),
            (_("终点纬度"), self.destination_lat_box),
            (_("数值"), self.value_box),
            (_("时期"), self.period_box),
            (_("类别"), self.category_box),
            (_("画最大的几条"), self.top_box),
        ):
            widget.setAccessibleName(title)
            self.form.addRow(title, widget)
        self.ends_box.currentIndexChanged.connect(lambda _at: self._show_rows())
        for box in self._column_boxes:
            box.currentIndexChanged.connect(lambda _at: self.renew())
        self.top_box.valueChanged.connect(lambda _value: self.renew())

    @property
    def ends(self) -> Ends:
        """How the table says where flows begin and end."""
        return Ends(self.ends_box.currentData())

    @property
    def _position_boxes(self) -> tuple[QComboBox, ...]:
        return self.origin_lon_box, self.origin_lat_box, self.destination_lon_box, self.destination_lat_box

    @property
    def _column_boxes(self) -> tuple[QComboBox, ...]:
        told = (self.origin_box, self.destination_box, self.value_box, self.period_box, self.category_box)
        return (*told, *self._position_boxes)

    # ---- what AnalysisDialog asks for ----

    def take_layer(self) -> None:
        """Offer the columns of the chosen layer; then `renew`."""
        layer = self.layer
        columns = layer.columns if layer is not None else ()
        names = [column.name for column in columns]
        numbers = [
            each.name
            for each in columns
            if each.kind in (ColumnKind.INTEGER, ColumnKind.NUMBER)
            and each.role not in (ColumnRole.LON, ColumnRole.LAT)
        ]
        is_placed = any(title in names for title in _lead_titles())
        ends = Ends.LEADS if is_placed else Ends.NAMES if self.ends is Ends.LEADS else self.ends
        self.ends_box.setCurrentIndex(self.ends_box.findData(ends.value))
        for box, words in ((self.origin_box, _FROM), (self.destination_box, _TO)):
            fill_columns(box, names, empty=_("（未选）"), kept=_named(names, words))
        for box in self._position_boxes:
            fill_columns(box, _number_columns(layer), empty=_("（未选）"))
        fill_columns(self.value_box, numbers, empty=_("（数行）"), kept=_named(numbers, _AMOUNTS))
        for box in (self.period_box, self.category_box):
            fill_columns(box, names, empty=_("（不用）"))
        self._show_rows()

    def analysis(self) -> Flows:
        """Return what is asked for; raises ValueError with a sentence that says what is missing."""
        from jjjmap.analysis.flows.flows import Flows

        layer = self.layer
        if layer is None:
            raise ValueError(_("先打开一张起讫表，或给企业名单落位。"))
        if not layer.shown_rows:
            raise ValueError(_("这个图层没有可用的行；如果设了筛选，请先放宽。"))
        period, category, top = _said(self.period_box), _said(self.category_box), self.top_box.value()
        if self.ends is Ends.LEADS:
            names = {column.name for column in layer.columns}
            if not any(title in names for title in _lead_titles()):
                raise ValueError(_("这个图层没有迁移线索：请先给企业名单落位。"))
            return Flows(layer.id, period=period, category=category, relocations=True, top=top)
        origin, destination, value = (
            _said(box) for box in (self.origin_box, self.destination_box, self.value_box)
        )
        if self.ends is Ends.NAMES:
            if not origin or not destination:
                raise ValueError(_("请选起点列和终点列。"))
            if origin == destination:
                raise ValueError(_("起点和终点不能是同一列。"))
            return Flows(
                layer.id, origin, destination, value=value, period=period, category=category, top=top
            )
        positions = [_said(box) for box in self._position_boxes]
        if not all(positions):
            raise ValueError(_("请选两端的经度列和纬度列。"))
        if len(set(positions)) < len(positions):
            raise ValueError(_("四个经纬度列不能重复。"))
        return Flows(
            layer.id,
            origin,
            destination,
            value=value,
            period=period,
            category=category,
            top=top,
            origin_lon=positions[0],
            origin_lat=positions[1],
            destination_lon=positions[2],
            destination_lat=positions[3],
        )

    def explain(self) -> str:
        """Return what will be reckoned, with the formula."""
        if self.ends is Ends.LEADS:
            return _(
                "登记区县（统一社会信用代码第 3—8 位）与地址所在区县不同的企业，画成登记地→所在地的曲线。"
                "只是迁移线索，不等于已经迁移。"
            )
        return _(
            "同起点、同终点的行相加，画成带箭头的曲线，线宽随数值分级；"
            "净流量 = 甲→乙 − 乙→甲，总流量 = 甲→乙 + 乙→甲。起讫同地的只计数，认不得的地名逐个列出。"
        )

    def _show_rows(self) -> None:
        """Show the boxes that the kind of table needs; then `renew`."""
        for box in (self.origin_box, self.destination_box, self.value_box):
            self.form.setRowVisible(box, self.ends is not Ends.LEADS)
        for box in self._position_boxes:
            self.form.setRowVisible(box, self.ends is Ends.POSITIONS)
        self.renew()


def _number_columns(layer: LayerChoice | None) -> list[str]:
    """Return columns that may hold degrees."""
    columns = layer.columns if layer is not None else ()
    return [each.name for each in columns if each.kind in (ColumnKind.INTEGER, ColumnKind.NUMBER)]


def _lead_titles() -> tuple[str, ...]:
    return (*_LEADS, *(in_language(each)(_LEADS[1]) for each in Language))


def _named(names: Sequence[str], words: Sequence[str]) -> str:
    """Return the column whose name holds the first of some words that any does; empty if none does."""
    lower = {name: name.lower() for name in names}
    for word in words:
        for name, told in lower.items():
            if told == word or (len(word) > 2 and word in told) or (not word.isascii() and word in told):
                return name
    return ""


def _said(box: QComboBox) -> str:
    return str(box.currentData() or "")
