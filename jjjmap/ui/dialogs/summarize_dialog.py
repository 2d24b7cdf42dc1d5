"""Asks what is to be reckoned for each unit: which units, which measures, and the columns that they need."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from jjjmap.analysis.measures.registry import MEASURES, Measure, Need, need_name
from jjjmap.catalogue.industries import IndustryLevel
from jjjmap.catalogue.models import PlaceKind
from jjjmap.catalogue.wording import kind_name
from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnKind, ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.ui.dialogs.analysis_dialog import AnalysisDialog, LayerChoice, fill_columns

if TYPE_CHECKING:
    from jjjmap.analysis.summaries.summarize import Summarize

MEASURES_PX = 190
"""At least; it takes what room there is."""
MOST_FORMULAS = 3
"""So many are written out; the others are in the tooltips."""
_KINDS_WITH_AREAS = (
    PlaceKind.WING,
    PlaceKind.ZONE,
    PlaceKind.METRO_CIRCLE,
    PlaceKind.CLUSTER,
    PlaceKind.PILOT_ZONE,
)
_HEX, _LAYER = "hex", "layer:"
_HEX_KM, _LEAST_KM, _MOST_KM = 20.0, 1.0, 300.0
_NUMBERS = (ColumnKind.INTEGER, ColumnKind.NUMBER)
_YEARS = re.compile(r"(年|年份|年度|统计年份|统计年度|时期|报告期|year|period)", re.IGNORECASE)
_ROLE = int(Qt.ItemDataRole.UserRole)
_BETWEEN = re.compile(r"[,，、;；\n]")
_BETWEEN_CATEGORIES = re.compile(r"[,，;；\n]|、(?=\s*[0-9A-Za-z])")
"""Many an industry has a ``、`` in its name (石油、煤炭及其他燃料加工业): it parts only codes."""


class SummarizeDialog(AnalysisDialog):
    """A form whose measures wake up when the columns that they need are named.

    Parameters
    ----------
    layers
        What may be summed up; those with polygons may be the units, too.
    chosen_id
        The layer that is offered first.
    """

    def __init__(
        self, layers: Sequence[LayerChoice], chosen_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(_("汇总统计"), layers, chosen_id, parent)
        self._areas = [layer for layer in layers if layer.geometry is Geometry.POLYGON]
        self._wanted: set[str] = {"rows"}
        self.by_box = self._box(_("统计单元"))
        self.km_box = QDoubleSpinBox(self)
        self.km_box.setRange(_LEAST_KM, _MOST_KM)
        self.km_box.setDecimals(0)
        self.km_box.setValue(_HEX_KM)
        self.km_box.setSuffix(_(" 公里"))
        self.km_box.setAccessibleName(_("六边形的宽度"))
        self.unit_box = self._box(_("各行属于哪个单元"))
        self.second_unit_box = self._box(_("再加下一级的列"))
        self.category_box = self._box(_("类别列"))
        self.level_box = self._box(_("类别怎么归并"))
        self.of_line = self._line(_("列出哪些类别"), _("不写则取最大的 5 个；几个用逗号隔开"))
        self.period_box = self._box(_("时期列"))
        self.base_line = self._line(_("基期"), _("最早"))
        self.end_line = self._line(_("末期"), _("最新"))
        self.weight_box = self._box(_("数值列"))
        self.compare_line = self._line(_("图里比较的单元"), _("不写则取最大的；最多 10 个，用逗号隔开"))
        self.measures = QListWidget(self)
        self.measures.setMinimumHeight(MEASURES_PX)
        self.measures.setAccessibleName(_("指标"))
        self.color_box = self._box(_("地图按哪个指标着色"))
        self._fill()
        self._lay_out()
        self._connect()
        self.take_layer()

    # ---- what is chosen ----

    def analysis(self) -> Summarize:
        """Return what is asked for; raises ValueError with a sentence that says what is missing."""
        layer = self.layer
        if layer is None:
            raise ValueError(_("请先选一个图层。"))
        unit_columns = self._unit_columns()
        if layer.geometry is None and not unit_columns:
            raise ValueError(_("这张表没有位置：请在“各行属于哪个单元”里选写着地区名称或代码的列。"))
        by, area_layer = self._by()
        if area_layer == layer.id:
            raise ValueError(_("不能用图层自己的面统计它自己，请另选统计单元。"))
        if unit_columns and (area_layer or by.startswith(_HEX)):
            raise ValueError(_("六边形和自己的面没有名称或代码可比，只能按位置统计。"))
        measures = self.chosen_measures()
        if not measures:
            raise ValueError(_("请至少选一个指标。"))
        category, period = self._data(self.category_box), self._data(self.period_box)
        level = self._data(self.level_box) if category else ""
        base, end = (self.base_line.text().strip(), self.end_line.text().strip()) if period else ("", "")
        if base and base == end:
            raise ValueError(_("基期和末期要不同。"))
        # Imported here, as all that reckons.
        from jjjmap.analysis.running import AnalysisImpossible
        from jjjmap.analysis.summaries.summarize import Summarize

        analysis = Summarize(
            layer.id,
            by=by,
            area_layer_id=area_layer,
            measures=measures,
            category=category,
            of=self._listed(self.of_line, _BETWEEN_CATEGORIES) if category else (),
            classification="industry" if level else "",
            category_level=level,
            period=period,
            base=base,
            end=end,
            weight=self._data(self.weight_box),
            unit_columns=unit_columns,
            compare=self._listed(self.compare_line),
        )
        try:
            analysis.check()
        except AnalysisImpossible as exc:
            raise ValueError(exc.finding.message) from exc
        return analysis

    def chosen_measures(self) -> tuple[str, ...]:
        """Return the measures that are ticked and can be reckoned, the one that colours the map first."""
        chosen = [id_ for id_ in MEASURES if id_ in self._wanted and not self._lacking(MEASURES[id_])]
        first = self._data(self.color_box)
        return tuple(sorted(chosen, key=lambda id_: id_ != first))

    def explain(self) -> str:
        """Return what will be reckoned, with the formulas of the first measures."""
        chosen = [MEASURES[id_] for id_ in self.chosen_measures()]
        lines = [_("每个单元一行；没有行的单元数量为 0，算不出来的值留空并说明原因。")]
        layer = self.layer
        if layer is not None and layer.shown_rows < layer.rows:
            message = _("有筛选：只统计显示的 {shown} 行（共 {rows} 行）。")
            lines.append(message.format(shown=f"{layer.shown_rows:,}", rows=f"{layer.rows:,}"))
        lines += [
            _("{title}：{formula}").format(title=measure.title, formula=measure.formula)
            for measure in chosen[:MOST_FORMULAS]
        ]
        if len(chosen) > MOST_FORMULAS:
            lines.append(_("其余指标的公式见列表里的提示。"))
        return "\n".join(lines)

    # ---- filling ----

    def take_layer(self) -> None:
        """Offer the columns of the chosen layer."""
        layer = self.layer
        columns = layer.columns if layer is not None else ()
        names = [column.name for column in columns]
        numbers = [column.name for column in columns if column.kind in _NUMBERS]
        by_role = {column.role: column.name for column in reversed(columns)}
        likely = by_role.get(ColumnRole.CODE) or by_role.get(ColumnRole.REGION) or ""
        has_position = layer is not None and layer.geometry is not None
        first = _("按位置") if has_position else _("请选写着地区的列")
        kept = "" if has_position else likely
        fill_columns(self.unit_box, names, empty=first, kept=self._kept(self.unit_box, names) or kept)
        fill_columns(self.second_unit_box, names, empty=_("没有下一级"), kept="")
        industry = by_role.get(ColumnRole.INDUSTRY, "")
        was = self._kept(self.category_box, names)
        fill_columns(self.category_box, names, empty=_("不分类"), kept=was or industry)
        self._suit_level()
        # The year of a list of firms is when they were founded: it parts nothing unless the user says so.
        years = () if has_position else columns
        year = next((column.name for column in years if _is_year(column)), "")
        was = self._kept(self.period_box, names)
        fill_columns(self.period_box, names, empty=_("不分时期"), kept=was or year)
        fill_columns(self.weight_box, numbers, empty=_("不加总，只数行"))
        self.renew()

    def _suit_level(self) -> None:
        """Take industries for industries, and other categories as they are written."""
        layer, chosen = self.layer, self._data(self.category_box)
        columns = layer.columns if layer is not None else ()
        is_industry = any(column.role is ColumnRole.INDUSTRY for column in columns if column.name == chosen)
        blocker = QSignalBlocker(self.level_box)
        level = IndustryLevel.DIVISION.value if is_industry else ""
        self.level_box.setCurrentIndex(self.level_box.findData(level))
        del blocker

    def renew(self) -> None:
        """Wake up the measures whose columns are named; say what comes of the choices."""
        self.km_box.setVisible(self._data(self.by_box) == _HEX)
        self.second_unit_box.setVisible(bool(self._data(self.unit_box)))
        has_category, has_period = (bool(self._data(box)) for box in (self.category_box, self.period_box))
        for part in (self.level_box, self.of_line):
            part.setEnabled(has_category)
        for part in (self.base_line, self.end_line):
            part.setEnabled(has_period)
        self._show_measures()
        super().renew()
        if self.isVisible():
            self._give_room()

    def _give_room(self) -> None:
        """Grow with what is explained: the form shall not be pressed together."""
        layout = self.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if self.height() < needed:
            self.resize(self.width(), needed)

    def _fill(self) -> None:
        for word, title in (("counties", _("县区")), ("cities", _("设区市")), ("provinces", _("省市"))):
            self.by_box.addItem(title, word)
        for kind in _KINDS_WITH_AREAS:
            self.by_box.addItem(kind_name(kind), f"places:{kind.value}")
        self.by_box.addItem(_("六边形格网"), _HEX)
        for layer in self._areas:
            self.by_box.addItem(_("我的面：{title}").format(title=layer.title), f"{_LAYER}{layer.id}")
        self.level_box.addItem(_("值怎样写就怎样分"), "")
        for level, title in (
            (IndustryLevel.SECTION, _("国民经济行业：门类")),
            (IndustryLevel.DIVISION, _("国民经济行业：大类")),
            (IndustryLevel.GROUP, _("国民经济行业：中类")),
            (IndustryLevel.CLASS, _("国民经济行业：小类")),
        ):
            self.level_box.addItem(title, level.value)
        for measure in MEASURES.values():
            item = QListWidgetItem(measure.title)
            item.setData(_ROLE, measure.id)
            self.measures.addItem(item)

    def _show_measures(self) -> None:
        """Tell for each measure whether it can be reckoned; offer the ticked ones to colour the map."""
        blockers = [QSignalBlocker(self.measures), QSignalBlocker(self.color_box)]
        for at in range(self.measures.count()):
            item = self.measures.item(at)
            measure = MEASURES[str(item.data(_ROLE))]
            lacking = self._lacking(measure)
            plain = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(plain if lacking else plain | Qt.ItemFlag.ItemIsEnabled)
            is_ticked = measure.id in self._wanted and not lacking
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            needs = _("、").join(need_name(need) for need in lacking)
            title = _("{title}（要先选{needs}）").format(title=measure.title, needs=needs)
            item.setText(title if lacking else measure.title)
            item.setToolTip("\n".join(text for text in (measure.formula, measure.reference) if text))
        was = self._data(self.color_box)
        self.color_box.clear()
        chosen = [id_ for id_ in MEASURES if id_ in self._wanted and not self._lacking(MEASURES[id_])]
        for id_ in chosen:
            self.color_box.addItem(MEASURES[id_].title, id_)
        self.color_box.setCurrentIndex(max(self.color_box.findData(was), 0))
        self.color_box.setEnabled(len(chosen) > 1)
        del blockers

    def _lacking(self, measure: Measure) -> tuple[Need, ...]:
        said = {
            Need.CATEGORY: self._data(self.category_box),
            Need.PERIOD: self._data(self.period_box),
            Need.WEIGHT: self._data(self.weight_box),
        }
        return tuple(need for need in Need if need in measure.needs and not said[need])

    def _tick(self, item: QListWidgetItem) -> None:
        measure = str(item.data(_ROLE))
        if item.checkState() == Qt.CheckState.Checked:
            self._wanted.add(measure)
        else:
            self._wanted.discard(measure)
        self.renew()

    # ---- reading ----

    def _by(self) -> tuple[str, str]:
        """Return what rows are summed up by, and the layer with the polygons if there is one."""
        chosen = self._data(self.by_box)
        if chosen == _HEX:
            return f"{_HEX}:{self.km_box.value():g}", ""
        if chosen.startswith(_LAYER):
            return "layer", chosen.removeprefix(_LAYER)
        return chosen, ""

    def _unit_columns(self) -> tuple[str, ...]:
        first = self._data(self.unit_box)
        second = self._data(self.second_unit_box) if first else ""
        return tuple(dict.fromkeys(name for name in (first, second) if name))

    @staticmethod
    def _data(box: QComboBox) -> str:
        return str(box.currentData() or "")

    @staticmethod
    def _kept(box: QComboBox, names: Sequence[str]) -> str:
        """Return what was chosen before, if the layer has such a column."""
        was = str(box.currentData() or "")
        return was if was in names else ""

    @staticmethod
    def _listed(line: QLineEdit, between: re.Pattern[str] = _BETWEEN) -> tuple[str, ...]:
        words = (word.strip() for word in between.split(line.text()))
        return tuple(dict.fromkeys(word for word in words if word))

    # ---- how it is made ----

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        # Names of columns may be long: the form shall not grow with them.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        return box

    def _line(self, name: str, placeholder: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setAccessibleName(name)
        line.setPlaceholderText(placeholder)
        line.setClearButtonEnabled(True)
        return line

    def _lay_out(self) -> None:
        self.form.addRow(_("统计单元"), self._beside(self.by_box, self.km_box))
        self.form.addRow(_("各行属于哪个单元"), self._beside(self.unit_box, self.second_unit_box))
        self.form.addRow(_("类别列"), self._beside(self.category_box, self.level_box))
        self.form.addRow(_("列出类别"), self.of_line)
        period = self._beside(
            self.period_box, QLabel(_("从"), self), self.base_line, QLabel(_("到"), self), self.end_line
        )
        self.form.addRow(_("时期列"), period)
        self.form.addRow(_("数值列"), self.weight_box)
        self.form.addRow(_("指标"), self.measures)
        self.form.addRow(_("着色按"), self.color_box)
        self.form.addRow(_("图里比较"), self.compare_line)

    def _beside(self, first: QWidget, *others: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(first, 2)
        for other in others:
            row.addWidget(other, 0 if isinstance(other, QLabel) else 1)
        return row

    def _connect(self) -> None:
        self.category_box.currentIndexChanged.connect(lambda _at: self._suit_level())
        boxes = (self.by_box, self.unit_box, self.second_unit_box, self.category_box, self.level_box)
        for box in (*boxes, self.period_box, self.weight_box, self.color_box):
            box.currentIndexChanged.connect(self._renewing())
        for line in (self.of_line, self.base_line, self.end_line, self.compare_line):
            line.textChanged.connect(self._renewing())
        self.km_box.valueChanged.connect(self._renewing())
        self.measures.itemChanged.connect(self._tick)

    def _renewing(self) -> Callable[[object], None]:
        return lambda _said: self.renew()

    def showEvent(self, event: QShowEvent) -> None:
        """Open as tall as the explanation needs: Qt reckons with another width."""
        super().showEvent(event)
        self._give_room()


def _is_year(column: Column) -> bool:
    is_text = column.kind in (*_NUMBERS, ColumnKind.TEXT)
    return is_text and _YEARS.fullmatch(column.name.strip()) is not None
