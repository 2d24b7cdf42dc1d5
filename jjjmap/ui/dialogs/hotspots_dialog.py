"""Asks how hotspots of a list are looked for, and which clusters of policy they are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QSpinBox, QWidget

from jjjmap.analysis.hotspots.options import (
    ALL_CLUSTERS,
    COUNTIES,
    HEX_PREFIX,
    ROWS,
    CoarseRows,
    Correction,
    Measure,
    Method,
    Neighbours,
    method_name,
)
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import _, language
from jjjmap.layers.opening.records import ColumnKind, ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.ui.dialogs.analysis_dialog import AnalysisDialog, LayerChoice, fill_columns

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

_NUMBERS = (ColumnKind.INTEGER, ColumnKind.NUMBER)
_PARTED = ";；"
_HEX = "hex"
_CATEGORIES = ("行业", "产业", "链", "类别", "industry", "chain", "sector", "category")
"""What columns of categories may be called."""
_PERMUTATIONS = (999, 9_999, 99_999)


class HotspotsDialog(AnalysisDialog):
    """A form that makes a `Hotspots`.

    Parameters
    ----------
    catalogue
        Names the clusters that may be compared with.
    values_of
        Gives the most frequent values of a column of a layer, to choose from; None where nobody knows them.
    """

    def __init__(
        self,
        layers: Sequence[LayerChoice],
        chosen_id: str,
        catalogue: Catalogue,
        parent: QWidget | None = None,
        *,
        values_of: Callable[[str, str], Sequence[str]] | None = None,
    ) -> None:
        super().__init__(_("识别集聚"), layers, chosen_id, parent)
        self._values_of = values_of
        self._method_explained = _explanations()
        self.method_box = self._choices((method, method_name(method)) for method in Method)
        self.category_box, self.weight_box = QComboBox(self), QComboBox(self)
        self.values_box = QComboBox(self)
        self.values_box.setEditable(True)
        self.values_box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.values_box.lineEdit()
        assert line is not None  # It is editable.
        line.setPlaceholderText(_("多个值用分号隔开；27* 表示以 27 开头"))
        self.by_box = QComboBox(self)
        self.hex_spin = self._kilometres(10.0, 1.0, 200.0)
        self.measure_box = self._choices(
            (
                (Measure.AMOUNT, _("行数，或数值列的合计")),
                (Measure.SHARE, _("该类别在全部行中的占比")),
                (Measure.DENSITY, _("每平方公里的密度")),
            )
        )
        self.bandwidth_spin = self._kilometres(0.0, 0.0, 1_000.0)
        self.bandwidth_spin.setSpecialValueText(_("按 Scott 规则"))
        self.eps_spin = self._kilometres(3.0, 0.05, 500.0)
        self.least_spin = self._whole(5, 2, 100_000)
        self.neighbours_box = self._choices(
            (
                (Neighbours.QUEEN, _("边界或角点相接")),
                (Neighbours.NEAREST, _("最近的几个")),
                (Neighbours.BAND, _("一定距离之内")),
            )
        )
        self.nearest_spin = self._whole(6, 1, 1_000)
        self.band_spin = self._kilometres(50.0, 1.0, 1_000.0)
        self.correction_box = self._choices(
            (
                (Correction.FDR, _("错误发现率（Benjamini–Hochberg）")),
                (Correction.BONFERRONI, _("Bonferroni（最严）")),
                (Correction.NONE, _("不校正（只宜探索）")),
            )
        )
        self.permutations_box = self._choices((n, f"{n:,}") for n in _PERMUTATIONS)
        self.permutations_box.setCurrentIndex(1)
        self.coarse_box = self._choices(
            (
                (CoarseRows.LEAVE_OUT, _("不计入（堆在标注点上）")),
                (CoarseRows.KEEP, _("照算")),
            )
        )
        self.policy_box = QComboBox(self)
        self.policy_box.addItem(_("（不对照）"), "")
        self.policy_box.addItem(_("全部集群"), ALL_CLUSTERS)
        for cluster in catalogue.clusters.values():
            place = catalogue.places.get(cluster.id)
            if place is not None:
                self.policy_box.addItem(place.name(language()), cluster.id)
        self._lay_out()
        for box in self._boxes():
            box.currentIndexChanged.connect(lambda _at: self.renew())
        self.values_box.editTextChanged.connect(lambda _text: self.renew())
        for spin in (self.hex_spin, self.bandwidth_spin, self.eps_spin, self.band_spin):
            spin.valueChanged.connect(lambda _value: self.renew())
        for count in (self.least_spin, self.nearest_spin):
            count.valueChanged.connect(lambda _value: self.renew())
        self.category_box.currentIndexChanged.connect(lambda _at: self._offer_values())

    @property
    def method(self) -> Method:
        """The method that is chosen."""
        return Method(self.method_box.currentData())

    @property
    def _needs_least(self) -> bool:
        """Whether a least number of rows says something: of a cluster, or of a place of concentration."""
        return self.method in (Method.DBSCAN, Method.HDBSCAN) or bool(self.policy_box.currentData())

    # ---- what AnalysisDialog asks for ----

    def take_layer(self) -> None:
        """Offer the columns of the chosen layer and the areas that it can be compared by; then `renew`."""
        layer = self.layer
        columns = layer.columns if layer is not None else ()
        names = [column.name for column in columns]
        likely = [column.name for column in columns if column.role is ColumnRole.INDUSTRY]
        likely += [name for name in names if any(word in name.lower() for word in _CATEGORIES)]
        fill_columns(self.category_box, _first(likely, names), empty=_("（全部行）"))
        numbers = [column.name for column in columns if column.kind in _NUMBERS]
        fill_columns(self.weight_box, numbers, empty=_("（数行数）"))
        if layer is not None and layer.geometry is Geometry.POLYGON:
            self.method_box.setCurrentIndex(self.method_box.findData(Method.LOCAL_MORAN))
        self._offer_areas()
        self._offer_values()
        self.renew()

    def renew(self) -> None:
        """Show the rows that the method needs, and say what comes of the choices."""
        self._offer_areas()
        self._show_needed()
        super().renew()

    def analysis(self) -> Hotspots:
        """Return what is asked for; raises ValueError with a sentence that says what is missing."""
        from jjjmap.analysis.hotspots.hotspots import Hotspots

        layer = self.layer
        if layer is None:
            raise ValueError(_("先打开一份已经落到图上的名单，或一个带数值的面图层。"))
        if layer.geometry is None:
            raise ValueError(_("这份名单还没有位置，请先把它落到图上。"))
        if layer.geometry is Geometry.LINE:
            raise ValueError(_("线图层没有热点可找，请选点图层或面图层。"))
        if not layer.shown_rows:
            raise ValueError(_("这个图层没有可用的行；如果设了筛选，请先放宽。"))
        method, is_polygons = self.method, layer.geometry is Geometry.POLYGON
        if is_polygons and not method.is_of_areas:
            raise ValueError(_("面图层请用局部莫兰指数或 Getis-Ord。"))
        category = str(self.category_box.currentData() or "")
        values = self._values() if category else ()
        if category and not values:
            raise ValueError(_("请写出类别的值，或把类别改成“（全部行）”。"))
        weight = str(self.weight_box.currentData() or "")
        by = self._by()
        if by == ROWS and not weight:
            raise ValueError(_("请选择要比较的数值列。"))
        measure = Measure(self.measure_box.currentData()) if method.is_of_areas else Measure.AMOUNT
        if measure is Measure.SHARE and (not category or by == ROWS):
            raise ValueError(_("占比要先选定类别：它是这一类在各区全部行中所占的比例。"))
        asked = Hotspots(
            layer.id,
            method,
            by,
            measure,
            category,
            values,
            weight,
            coarse_rows=CoarseRows(self.coarse_box.currentData()),
            policy=str(self.policy_box.currentData() or ""),
            **self._numbers(),
        )
        problem = asked.problem()
        if problem:
            raise ValueError(problem)
        return asked

    def explain(self) -> str:
        """Return what will be reckoned, in a sentence or two."""
        said = self._method_explained[self.method]
        if self.policy_box.currentData():
            said += _("再与政策点名的集群逐县比较；名单里没有，不等于实际没有。")
        return said

    # ---- what is set ----

    def _numbers(self) -> dict[str, Any]:
        """Return the options that the method takes; the others keep their defaults."""
        method = self.method
        found: dict[str, Any] = {}
        if method is Method.KDE:
            found["bandwidth_km"] = self.bandwidth_spin.value()
        if method is Method.DBSCAN:
            found["eps_km"] = self.eps_spin.value()
        if self._needs_least:
            found["min_points"] = self.least_spin.value()
        if method.is_of_areas:
            kind = Neighbours(self.neighbours_box.currentData())
            found["neighbours"] = kind
            if kind is Neighbours.NEAREST:
                found["nearest"] = self.nearest_spin.value()
            if kind is Neighbours.BAND:
                found["band_km"] = self.band_spin.value()
            found["correction"] = Correction(self.correction_box.currentData())
            found["permutations"] = int(self.permutations_box.currentData())
        return found

    def _values(self) -> tuple[str, ...]:
        text = self.values_box.currentText()
        for sign in _PARTED[1:]:
            text = text.replace(sign, _PARTED[0])
        return tuple(dict.fromkeys(each.strip() for each in text.split(_PARTED[0]) if each.strip()))

    def _by(self) -> str:
        by = str(self.by_box.currentData() or "")
        return f"{HEX_PREFIX}{self.hex_spin.value():g}" if by == _HEX else by

    # ---- how it is made ----

    def _lay_out(self) -> None:
        self._fields: dict[str, QWidget] = {}
        hexes = self._side_by_side(self.by_box, self.hex_spin)
        near = self._side_by_side(self.neighbours_box, self.nearest_spin, self.band_spin)
        for name, label, field in (
            ("method", _("方法"), self.method_box),
            ("category", _("类别列"), self.category_box),
            ("values", _("类别的值"), self.values_box),
            ("weight", _("数值列"), self.weight_box),
            ("by", _("区域划分"), hexes),
            ("measure", _("比较"), self.measure_box),
            ("bandwidth", _("带宽"), self.bandwidth_spin),
            ("eps", _("邻域半径"), self.eps_spin),
            ("least", _("最少行数"), self.least_spin),
            ("neighbours", _("邻接"), near),
            ("correction", _("多重检验校正"), self.correction_box),
            ("permutations", _("置换次数"), self.permutations_box),
            ("coarse", _("位置只到区县的行"), self.coarse_box),
            ("policy", _("与政策集群对照"), self.policy_box),
        ):
            self._fields[name] = field
            self.form.addRow(label, field)
        for box, name in (
            (self.by_box, _("区域划分")),
            (self.hex_spin, _("六边形对边的公里数")),
            (self.neighbours_box, _("邻接")),
            (self.nearest_spin, _("最近的几个")),
            (self.band_spin, _("邻接距离")),
        ):
            box.setAccessibleName(name)

    def _show_needed(self) -> None:
        method, layer = self.method, self.layer
        of_areas = method.is_of_areas
        is_points = layer is None or layer.geometry is not Geometry.POLYGON
        by = str(self.by_box.currentData() or "")
        for name, is_shown in (
            ("values", bool(self.category_box.currentData())),
            ("by", of_areas or method is Method.KDE),
            ("measure", of_areas),
            ("bandwidth", method is Method.KDE),
            ("eps", method is Method.DBSCAN),
            ("least", self._needs_least),
            ("neighbours", of_areas),
            ("correction", of_areas),
            ("permutations", of_areas),
            ("coarse", is_points and by != COUNTIES),
        ):
            self.form.setRowVisible(self._fields[name], is_shown)
        self.hex_spin.setVisible(by == _HEX)
        kind = Neighbours(self.neighbours_box.currentData())
        self.nearest_spin.setVisible(kind is Neighbours.NEAREST)
        self.band_spin.setVisible(kind is Neighbours.BAND)

    def _offer_areas(self) -> None:
        """Offer the areas that method and layer allow; what was chosen stays if it can."""
        layer = self.layer
        areas: tuple[tuple[str, str], ...] = ((COUNTIES, _("区县")), (_HEX, _("六边形")))
        if layer is not None and layer.geometry is Geometry.POLYGON:
            areas = ((ROWS, _("图层自己的面")),)
        elif self.method is Method.KDE:
            areas = (("", _("等密度轮廓")), (_HEX, _("六边形")))
        elif not self.method.is_of_areas:
            areas = (("", ""),)
        if [self.by_box.itemData(at) for at in range(self.by_box.count())] == [word for word, _n in areas]:
            return
        kept = self.by_box.currentData()
        was_blocked = self.by_box.blockSignals(True)
        self.by_box.clear()
        for word, name in areas:
            self.by_box.addItem(name, word)
        self.by_box.setCurrentIndex(max(self.by_box.findData(kept), 0))
        self.by_box.blockSignals(was_blocked)

    def _offer_values(self) -> None:
        """Offer the values of the column that is chosen."""
        layer, column = self.layer, str(self.category_box.currentData() or "")
        was_blocked = self.values_box.blockSignals(True)
        self.values_box.clear()
        if layer is not None and column and self._values_of is not None:
            self.values_box.addItems(list(self._values_of(layer.id, column)))
        self.values_box.setCurrentIndex(-1)
        self.values_box.setEditText("")
        self.values_box.blockSignals(was_blocked)
        self.renew()

    def _boxes(self) -> tuple[QComboBox, ...]:
        return (
            self.method_box,
            self.category_box,
            self.weight_box,
            self.by_box,
            self.measure_box,
            self.neighbours_box,
            self.correction_box,
            self.permutations_box,
            self.coarse_box,
            self.policy_box,
        )

    def _choices(self, choices: Iterable[tuple[object, str]]) -> QComboBox:
        box = QComboBox(self)
        for value, text in choices:
            box.addItem(text, value)
        return box

    def _kilometres(self, value: float, least: float, most: float) -> QDoubleSpinBox:
        spin = QDoubleSpinBox(self)
        spin.setRange(least, most)
        spin.setDecimals(2)
        spin.setSuffix(_(" 公里"))
        spin.setValue(value)
        return spin

    def _whole(self, value: int, least: int, most: int) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setRange(least, most)
        spin.setValue(value)
        return spin

    def _side_by_side(self, *fields: QWidget) -> QWidget:
        whole = QWidget(self)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        for field in fields:
            row.addWidget(field, 1)
        return whole


def _first(likely: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return all names, the likely ones first."""
    return list(dict.fromkeys((*likely, *names)))


def _explanations() -> dict[Method, str]:
    return {
        Method.KDE: _(
            "高斯核密度（每平方公里），画出装下 25%、50%、75%、90% 密度的最小范围；只描述疏密，不检验。"
        ),
        Method.DBSCAN: _("半径之内（含自身）够最少行数的点连成簇，其余是噪声；给出凹包、面积和密度。"),
        Method.HDBSCAN: _("按疏密的层次找簇，不用给半径；最多两万行。"),
        Method.LOCAL_MORAN: _(
            "局部莫兰指数 Iᵢ = (n−1)·zᵢ·Σⱼwᵢⱼzⱼ ÷ Σz²，分高-高、低-低、高-低、低-高；显著性用条件置换，"
            "并校正多重检验。"
        ),
        Method.GETIS_ORD: _(
            "Gi*：一个区域连同邻区的总和是否高于（低于）随机；显著性用条件置换，并校正多重检验。"
        ),
    }
