"""The controls of a style: mode, column, classes, colours, sizes, labels; a change makes a new style."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column
from jjjmap.layers.style import Geometry, Shape, SymbolClass
from jjjmap.layers.styling.breaks import MOST_RANGES
from jjjmap.layers.styling.column_values import COUNTABLE, MEASURABLE
from jjjmap.layers.styling.editing import FIRST_CATEGORIES, with_shape, without_colors
from jjjmap.layers.styling.style_json import LABEL_PX, MOST_CATEGORIES, SIZE_PX, WIDTH_PX, ZOOM
from jjjmap.layers.styling.symbols import SHAPES
from jjjmap.layers.styling.user_style import Density, Scheme, StyleMode, UserStyle
from jjjmap.ui.color_button import ColorButton
from jjjmap.ui.ramp_box import RampBox
from jjjmap.ui.symbols import symbol_icon

FIRST_CLASSES = 5
_MOST_STEPS = 20
"""More classes than this nobody tells apart; a style that was read may have them all the same."""


class StyleForm(QWidget):
    """The controls."""

    style_edited = Signal(object)  # UserStyle

    def __init__(self, columns: Iterable[Column], geometry: Geometry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._geometry = geometry
        self._style = UserStyle()
        self._is_showing = False
        self._make_controls()
        self._lay_out()
        self._connect()

    def show_style(self, style: UserStyle) -> None:
        """Show a style; nothing is told."""
        self._style = style
        self._is_showing = True
        try:
            self._show(style)
        finally:
            self._is_showing = False

    # How the form is made.

    def _make_controls(self) -> None:
        self.mode_buttons: dict[StyleMode, QToolButton] = {}
        self._mode_group = QButtonGroup(self)
        for mode, (title, hint) in _mode_texts().items():
            if mode is StyleMode.PROPORTIONAL and self._geometry is not Geometry.POINT:
                continue
            button = QToolButton(self)
            button.setText(title)
            button.setToolTip(hint)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            if not self._usable(mode) and mode is not StyleMode.SINGLE:
                button.setEnabled(False)
                button.setToolTip(_("表格里没有可以这样画的列。"))
            button.toggled.connect(lambda on, button=button: _embolden(button, on))
            self._mode_group.addButton(button)
            self.mode_buttons[mode] = button
        self.column_box = _combo(_("按哪一列"), self)
        self.scheme_box = _combo(
            _("分级方法"),
            self,
            (
                (_("自然断点"), Scheme.NATURAL_BREAKS),
                (_("等数量（分位数）"), Scheme.QUANTILES),
                (_("等间距"), Scheme.EQUAL_INTERVAL),
                (_("自定断点"), Scheme.MANUAL),
            ),
        )
        self.count_box = QSpinBox(self)
        self.count_box.setAccessibleName(_("类数"))
        self.ramp_box = RampBox(self)
        self.reverse_box = QCheckBox(_("反转"), self)
        self.color_button = ColorButton(_("颜色"), self)
        self.no_data_button = ColorButton(_("无数据的颜色"), self)
        self.stroke_button = ColorButton(_("轮廓颜色"), self)
        self.width_box = _spin(_("线宽"), WIDTH_PX, 0.2, self)
        self.shape_box = QComboBox(self)
        self.shape_box.setAccessibleName(_("形状"))
        self.size_box = _spin(_("大小"), SIZE_PX, 1.0, self)
        self.max_size_box = _spin(_("最大的符号"), SIZE_PX, 2.0, self)
        self.max_width_box = _spin(_("最宽的线"), WIDTH_PX, 0.5, self)
        self.max_width_box.setSpecialValueText(_("不变"))
        self.arrow_box = QCheckBox(_("终点画箭头"), self)
        self.opacity_slider = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity_slider.setRange(0, 100)
        self.opacity_slider.setPageStep(10)
        self.opacity_slider.setAccessibleName(_("填充的不透明度"))
        self.opacity_label = QLabel(self)
        self.opacity_label.setMinimumWidth(self.fontMetrics().horizontalAdvance("100%"))
        self.label_box = _combo(_("标注哪一列"), self, ((_("不标注"), ""), *_column_items(self._columns)))
        self.label_size_box = _spin(_("标注字号"), LABEL_PX, 1.0, self)
        self.label_zoom_box = QDoubleSpinBox(self)
        self.label_zoom_box.setRange(*ZOOM)
        self.label_zoom_box.setDecimals(0)
        self.label_zoom_box.setAccessibleName(_("从几级缩放起标注"))
        self.density_box = _combo(
            _("画法"),
            self,
            (
                (_("逐点"), Density.NONE),
                (_("六边形计数"), Density.HEX),
                (_("热力"), Density.HEAT),
            ),
        )
        for shape, title in _shape_texts().items():
            symbol = SymbolClass("*", "", "", fill="#7a7f85", shape=shape, size_px=10)
            self.shape_box.addItem(symbol_icon(symbol, Geometry.POINT), title, shape)

    def _lay_out(self) -> None:
        modes = QHBoxLayout()
        modes.setSpacing(0)
        for button in self.mode_buttons.values():
            modes.addWidget(button, 1)
        self._form = form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(7)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(modes)
        form.addRow(_("按列"), self.column_box)
        self._scheme_row = self._row(_("方法"), self.scheme_box)
        self._count_row = self._row(_("类数"), self.count_box, stretch=False)
        self._ramp_row = self._row(_("色带"), self.ramp_box, self.reverse_box)
        self._color_row = self._row(_("颜色"), self.color_button, stretch=False)
        self._shape_row = self._row(_("形状"), self.shape_box)
        self._size_row = self._row(_("大小"), self.size_box, stretch=False)
        self._max_size_row = self._row(_("最大的符号"), self.max_size_box, stretch=False)
        is_line = self._geometry is Geometry.LINE
        self.stroke_button.setVisible(not is_line)
        self._row(
            _("线宽") if is_line else _("轮廓"),
            *((self.width_box,) if is_line else (self.stroke_button, self.width_box)),
            stretch=False,
        )
        self._max_width_row = self._row(_("最宽的线"), self.max_width_box, stretch=False)
        self._arrow_row = self._row("", self.arrow_box)
        self._row(_("不透明度"), self.opacity_slider, self.opacity_label)
        self._no_data_row = self._row(_("空值"), self.no_data_button, stretch=False)
        form.addRow(_("标注"), self.label_box)
        from_zoom, size = QLabel(_("缩放级别 ≥"), self), QLabel(_("字号"), self)
        self._label_row = self._row(
            "", size, self.label_size_box, from_zoom, self.label_zoom_box, stretch=False
        )
        self._density_row = self._row(_("画法"), self.density_box)

    def _row(self, title: str, *widgets: QWidget, stretch: bool = True) -> QWidget:
        """Add a row of widgets, the first of which takes what room is left; return what holds them."""
        holder = QWidget(self)
        inside = QHBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        for number, widget in enumerate(widgets):
            inside.addWidget(widget, 1 if stretch and not number else 0)
        if not stretch:
            inside.addStretch(1)
        self._form.addRow(title, holder)
        return holder

    def _connect(self) -> None:
        for mode, button in self.mode_buttons.items():
            button.clicked.connect(lambda _on, mode=mode: self._set_mode(mode))
        self.column_box.activated.connect(lambda _row: self._set_column(self.column_box.currentData()))
        # Qt hands an enum of texts back as a plain text.
        self.scheme_box.activated.connect(
            lambda _row: self._set_scheme(Scheme(self.scheme_box.currentData()))
        )
        self.count_box.valueChanged.connect(self._set_count)
        self.ramp_box.ramp_chosen.connect(
            lambda name: self._tell(replace(without_colors(self._style), ramp=name))
        )
        self.reverse_box.clicked.connect(
            lambda on: self._tell(replace(without_colors(self._style), reverse_ramp=on))
        )
        self.color_button.color_chosen.connect(lambda color: self._change(color=color))
        self.no_data_button.color_chosen.connect(lambda color: self._change(no_data_color=color))
        self.stroke_button.color_chosen.connect(lambda color: self._change(stroke=color))
        self.width_box.valueChanged.connect(lambda width: self._change(width_px=width))
        self.shape_box.activated.connect(
            lambda _row: self._tell(with_shape(self._style, Shape(self.shape_box.currentData())))
        )
        self.size_box.valueChanged.connect(lambda size: self._change(size_px=size))
        self.max_size_box.valueChanged.connect(lambda size: self._change(max_size_px=size))
        self.max_width_box.valueChanged.connect(lambda width: self._change(max_width_px=width))
        self.arrow_box.clicked.connect(lambda on: self._change(arrow=on))
        self.opacity_slider.valueChanged.connect(lambda percent: self._change(fill_opacity=percent / 100))
        self.label_box.activated.connect(lambda _row: self._change(label_column=self.label_box.currentData()))
        self.label_size_box.valueChanged.connect(lambda size: self._change(label_size_px=size))
        self.label_zoom_box.valueChanged.connect(lambda zoom: self._change(label_min_zoom=zoom))
        self.density_box.activated.connect(
            lambda _row: self._change(density=Density(self.density_box.currentData()))
        )

    # What is shown.

    def _show(self, style: UserStyle) -> None:
        self.mode_buttons.get(style.mode, self.mode_buttons[StyleMode.SINGLE]).setChecked(True)
        is_ranges = style.mode is StyleMode.GRADUATED
        is_categories = style.mode is StyleMode.CATEGORISED
        is_sized = style.mode is StyleMode.PROPORTIONAL
        is_points, is_lines = (self._geometry is each for each in (Geometry.POINT, Geometry.LINE))
        self._fill_columns(style)
        for row, is_shown in (
            (self.column_box, style.mode is not StyleMode.SINGLE),
            (self._scheme_row, is_ranges),
            (self._count_row, is_categories or (is_ranges and style.scheme is not Scheme.MANUAL)),
            (self._ramp_row, is_ranges or is_categories),
            (self._color_row, not is_ranges and not is_categories),
            (self._shape_row, is_points),
            (self._size_row, is_points and not is_sized),
            (self._max_size_row, is_sized),
            (self._max_width_row, is_lines and is_ranges),
            (self._arrow_row, is_lines),
            (self._no_data_row, style.mode is not StyleMode.SINGLE),
            (self._label_row, bool(style.label_column)),
            (self._density_row, is_points),
        ):
            self._form.setRowVisible(row, is_shown)
        _choose(self.scheme_box, style.scheme)
        most = MOST_CATEGORIES if is_categories else min(max(_MOST_STEPS, style.class_count), MOST_RANGES)
        self.count_box.setRange(1, most)
        self.count_box.setValue(style.class_count)
        self.ramp_box.show_ramp(style.ramp, style.mode, reverse=style.reverse_ramp)
        self.reverse_box.setChecked(style.reverse_ramp)
        self.color_button.show_color(style.color)
        self.no_data_button.show_color(style.no_data_color)
        self.stroke_button.show_color(style.stroke)
        self.width_box.setValue(style.width_px)
        _choose(self.shape_box, style.shape)
        self.size_box.setValue(style.size_px)
        self.max_size_box.setValue(style.max_size_px)
        self.max_width_box.setValue(style.max_width_px)
        self.arrow_box.setChecked(style.arrow)
        percent = round(style.fill_opacity * 100)
        self.opacity_slider.setValue(percent)
        self.opacity_label.setText(f"{percent}%")
        _choose(self.label_box, style.label_column)
        self.label_size_box.setValue(style.label_size_px)
        self.label_zoom_box.setValue(style.label_min_zoom)
        _choose(self.density_box, style.density)

    def _fill_columns(self, style: UserStyle) -> None:
        items = _column_items(self._usable(style.mode))
        if [self.column_box.itemData(row) for row in range(self.column_box.count())] != [
            name for _title, name in items
        ]:
            blocker = QSignalBlocker(self.column_box)
            self.column_box.clear()
            for title, name in items:
                self.column_box.addItem(title, name)
            del blocker
        _choose(self.column_box, style.column)

    def _usable(self, mode: StyleMode) -> tuple[Column, ...]:
        """Return the columns that can decide in a mode."""
        match mode:
            case StyleMode.GRADUATED:
                return tuple(column for column in self._columns if column.kind in MEASURABLE)
            case StyleMode.PROPORTIONAL:
                return tuple(column for column in self._columns if column.kind in COUNTABLE)
        return self._columns

    # What the user does.

    def _set_mode(self, mode: StyleMode) -> None:
        if mode is self._style.mode:
            return
        style = replace(self._style, mode=mode, categories=(), ramp="", breaks=())
        if style.scheme is Scheme.MANUAL:
            style = replace(style, scheme=Scheme.NATURAL_BREAKS)
        usable = self._usable(mode)
        if mode is not StyleMode.SINGLE and style.column not in {column.name for column in usable}:
            first = _likely(usable, mode)
            style = replace(style, column=first.name if first else "")
        is_categories = mode is StyleMode.CATEGORISED
        style = replace(style, class_count=FIRST_CATEGORIES if is_categories else FIRST_CLASSES)
        if self._geometry is Geometry.POLYGON and mode is not StyleMode.SINGLE:
            style = replace(style, stroke="#ffffff", fill_opacity=max(style.fill_opacity, 0.75))
        self._tell(style)

    def _set_column(self, column: str) -> None:
        style = replace(self._style, column=column, categories=(), breaks=())
        if style.scheme is Scheme.MANUAL:
            style = replace(style, scheme=Scheme.NATURAL_BREAKS, class_count=FIRST_CLASSES)
        if style.mode is StyleMode.CATEGORISED:
            style = replace(style, class_count=FIRST_CATEGORIES)
        self._tell(style)

    def _set_scheme(self, scheme: Scheme) -> None:
        self._tell(replace(self._style, scheme=scheme, categories=()))

    def _set_count(self, count: int) -> None:
        style = replace(self._style, class_count=count)
        if style.mode is StyleMode.GRADUATED:
            style = replace(style, categories=())
        elif len(style.categories) > count:
            style = replace(style, categories=style.categories[:count])
        self._tell(style)

    def _change(self, **fields: object) -> None:
        self._tell(replace(self._style, **fields))  # type: ignore[arg-type]

    def _tell(self, style: UserStyle) -> None:
        if self._is_showing or style == self._style:
            return
        self.show_style(style)
        self.style_edited.emit(style)


def _embolden(button: QToolButton, is_bold: bool) -> None:
    """Tell what is chosen by more than a shade, which dark styles hardly show."""
    font = button.font()
    font.setBold(is_bold)
    button.setFont(font)


def _mode_texts() -> dict[StyleMode, tuple[str, str]]:
    return {
        StyleMode.SINGLE: (_("单一"), _("所有要素用同一个符号")),
        StyleMode.CATEGORISED: (_("分类"), _("按一列的取值上色")),
        StyleMode.GRADUATED: (_("分级"), _("把一列的数值或日期分成几级上色")),
        StyleMode.PROPORTIONAL: (_("比例"), _("符号的面积与数值成正比")),
    }


def _shape_texts() -> dict[Shape, str]:
    titles = {
        Shape.CIRCLE: _("圆"),
        Shape.SQUARE: _("方"),
        Shape.TRIANGLE: _("三角"),
        Shape.DIAMOND: _("菱形"),
        Shape.PENTAGON: _("五边形"),
        Shape.HEXAGON: _("六边形"),
        Shape.STAR: _("星"),
        Shape.WEDGE: _("倒三角"),
        Shape.CROSS: _("十字"),
    }
    return {shape: titles[shape] for shape in (*SHAPES, Shape.CROSS)}


def _column_items(columns: Iterable[Column]) -> list[tuple[str, str]]:
    return [(" ".join(column.name.split())[:60] or "—", column.name) for column in columns]


def _likely(columns: tuple[Column, ...], mode: StyleMode) -> Column | None:
    """Return the column that a user most likely means: texts for categories, amounts for ranges."""
    if mode is StyleMode.CATEGORISED:
        wanted = [column for column in columns if column.kind not in MEASURABLE]
    else:
        wanted = [column for column in columns if column.kind in COUNTABLE]
    return next(iter(wanted or columns), None)


def _combo(name: str, parent: QWidget, items: Iterable[tuple[str, object]] = ()) -> QComboBox:
    box = QComboBox(parent)
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    for title, data in items:
        box.addItem(title, data)
    return box


def _spin(name: str, bounds: tuple[float, float], step: float, parent: QWidget) -> QDoubleSpinBox:
    box = QDoubleSpinBox(parent)
    box.setRange(*bounds)
    box.setSingleStep(step)
    box.setDecimals(1)
    box.setSuffix(_(" 像素"))
    box.setAccessibleName(name)
    return box


def _choose(box: QComboBox, data: object) -> None:
    box.setCurrentIndex(next((row for row in range(box.count()) if box.itemData(row) == data), -1))
