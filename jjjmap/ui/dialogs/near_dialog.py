"""Asks what is wanted of the surroundings of a place, a position, a line, or the user's rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QWidget,
)
from shapely import Point

from jjjmap.analysis.nearby.geodesy import reach
from jjjmap.analysis.nearby.near import MOST_KM, MOST_RINGS, Near, Question, km_text
from jjjmap.analysis.nearby.shipped_lines import ShippedLine, line_kind_name, shipped_lines
from jjjmap.analysis.nearby.subjects import parse_spot
from jjjmap.analysis.nearby.targets import usual_kinds
from jjjmap.catalogue.details import containing_units
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.catalogue.names import find_place
from jjjmap.catalogue.store import load_catalogue
from jjjmap.catalogue.wording import kind_name
from jjjmap.errors import PlaceUnknown
from jjjmap.i18n import Language, _
from jjjmap.i18n import language as language_in_use
from jjjmap.layers.style import Geometry
from jjjmap.paths import RESOURCES
from jjjmap.ui.dialogs.analysis_dialog import AnalysisDialog, LayerChoice

if TYPE_CHECKING:
    from jjjmap.analysis.running import Analysis

TARGETS_PX = 150
_LISTABLE = (Question.RINGS, Question.INSIDE)
_LOOKING = (Question.RINGS, Question.NEAREST, Question.INSIDE, Question.CORRIDOR)
"""Questions that look for things."""
_ROLE = int(Qt.ItemDataRole.UserRole)


class NearDialog(AnalysisDialog):
    """A form for all questions; only the rows that a question needs are shown.

    Parameters
    ----------
    layers
        Layers of the user: what is asked about, or looked for.
    chosen_id
        The layer that is asked about first; empty for a place.
    catalogue
        Places; those that we ship if it is None.
    question
        A word of `Question`; empty for the first.
    place
        Id or name of a place, or ``lon,lat``.
    name
        What lies at ``lon,lat`` is called so; no longer once another position is written.
    """

    def __init__(
        self,
        layers: Sequence[LayerChoice],
        chosen_id: str = "",
        parent: QWidget | None = None,
        *,
        catalogue: Catalogue | None = None,
        question: str = "",
        place: str = "",
        name: str = "",
    ) -> None:
        super().__init__(_("周边"), (), "", parent)
        self._named_spot = (parse_spot(place), name)
        self._catalogue = catalogue if catalogue is not None else load_catalogue(RESOURCES)[0]
        self._placed = [layer for layer in layers if layer.geometry is not None]
        self._by_id = {layer.id: layer for layer in self._placed}
        self._names = self._all_names()
        self.question_box = QComboBox(self)
        for each in Question:
            self.question_box.addItem(_question_text(each), each.value)
        self.subject_box = QComboBox(self)
        self.place_line = self._place_line(_("名称、别名或代码，或经纬度 116.4,39.9"))
        self.line_box = QComboBox(self)
        self.other_box = QComboBox(self)
        self.other_line = self._place_line(_("名称、别名或代码"))
        self.rings_line = QLineEdit(", ".join(map(km_text, Near().rings_km)), self)
        self.km_box = QDoubleSpinBox(self)
        self.km_box.setDecimals(1)
        self.km_box.setRange(0.1, MOST_KM)
        self.km_box.setValue(Near().km)
        self.km_box.setSuffix(_(" 公里"))
        self.count_box = QSpinBox(self)
        self.count_box.setRange(1, 100)
        self.targets = QListWidget(self)
        self.targets.setFixedHeight(TARGETS_PX)
        self.list_box = QCheckBox(_("逐个列出找到的，而不是每环、每区一行"), self)
        for label, field in (
            (_("要问什么"), self.question_box),
            (_("问的是"), self.subject_box),
            (_("地点"), self.place_line),
            (_("沿哪条线"), self.line_box),
            (_("与什么重叠"), self.other_box),
            (_("另一个地点"), self.other_line),
            (_("各环（公里）"), self.rings_line),
            (_("距离"), self.km_box),
            (_("每类几个"), self.count_box),
            (_("找什么"), self.targets),
            ("", self.list_box),
        ):
            self.form.addRow(label, field)
            field.setAccessibleName(label or self.list_box.text())
        self._fill_lines()
        self.question_box.setCurrentIndex(max(self.question_box.findData(question), 0))
        self.place_line.setText(self._shown(place))
        self._choose_line(place)
        self._take_question(chosen_id)
        self.question_box.currentIndexChanged.connect(lambda _at: self._take_question())
        for box in (self.subject_box, self.line_box, self.other_box):
            box.currentIndexChanged.connect(lambda _at: self.renew())
        for line in (self.place_line, self.other_line, self.rings_line):
            line.textChanged.connect(lambda _text: self.renew())
        self.km_box.valueChanged.connect(lambda _km: self.renew())
        self.count_box.valueChanged.connect(lambda _count: self.renew())
        self.targets.itemChanged.connect(lambda _item: self.renew())
        self.list_box.toggled.connect(lambda _on: self.renew())
        self.renew()

    # ---- what is chosen ----

    @property
    def question(self) -> Question:
        """What is asked."""
        return Question(self.question_box.currentData())

    def take_layer(self) -> None:
        """Nothing hangs on one layer here."""
        self.renew()

    def analysis(self) -> Analysis:
        """Return what is asked for; raises ValueError with a sentence that says what is missing."""
        question = self.question
        subject = str(self.subject_box.currentData() or "")
        along, line_layer = "", ""
        if question is Question.CORRIDOR:
            chosen = str(self.line_box.currentData() or "")
            if not chosen:
                raise ValueError(_("请选一条线。"))
            along, line_layer = ("", chosen) if chosen in self._by_id else (chosen, "")
            subject = line_layer
        place, spot = "", None
        if not subject or question is Question.CORRIDOR:
            place, spot = self._read_place(self.place_line.text(), optional=question is Question.CORRIDOR)
        other_layer, other = "", ""
        if question is Question.OVERLAP:
            other_layer = str(self.other_box.currentData() or "")
            if not other_layer:
                if not self.other_line.text().strip():
                    raise ValueError(_("请写另一个地点：与什么重叠。"))
                other, wrong = self._read_place(self.other_line.text())
                if wrong is not None:
                    raise ValueError(_("重叠要一个有范围的地点，不能是经纬度。"))
        kinds, with_places, layers = self._read_targets()
        if spot is not None and question in (Question.INSIDE, Question.OVERLAP):
            raise ValueError(_("经纬度只是一点，没有范围；请选一个有范围的地点，或问环、缓冲区。"))
        named_spot, name = self._named_spot
        return Near(
            subject,
            other_layer,
            place=place,
            lon=spot[0] if spot is not None and question is not Question.CORRIDOR else None,
            lat=spot[1] if spot is not None and question is not Question.CORRIDOR else None,
            name=name if spot is not None and spot == named_spot else "",
            question=question,
            other=other,
            line=along,
            rings_km=self._read_rings() if question is Question.RINGS else Near().rings_km,
            km=round(self.km_box.value(), 3),
            kinds=kinds,
            with_places=with_places,
            layers=tuple(each for each in layers if each != subject),
            count=self.count_box.value() if question is Question.NEAREST else 1,
            as_list=self.list_box.isChecked() and question in _LISTABLE,
        )

    def explain(self) -> str:
        """Return what will be reckoned, in a sentence or two."""
        what = {
            Question.RINGS: _("数出各环以内各有几个；每环一个环形面，个数是累计的（距离 ≤ 外缘）。"),
            Question.NEAREST: _("每类找出最近的，画一条线，写明距离和方向；1000 公里之内没有的空着。"),
            Question.INSIDE: _("数出范围里面各有几个；面和线至少 99% 在内才算在内，跨界的另列。"),
            Question.OVERLAP: _("算出两片范围重叠的面积，以及占各自的百分之几。"),
            Question.BUFFER: _("画出多少公里以内的全部地面；图层逐行各画一个。"),
            Question.CORRIDOR: _(
                "找出线两侧多少公里以内有什么，按沿线里程排列；自带的线是示意，里程和距离都是约数。"
            ),
        }[self.question]
        if self.question is Question.OVERLAP:
            return what + _("面积按 WGS-84 椭球面。")
        return what + _("距离是椭球面上的测地线；面状的地点量到边界，只知道在哪个县的写“约”。")

    # ---- filling ----

    def _place_line(self, hint: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setClearButtonEnabled(True)
        line.setPlaceholderText(hint)
        completer = QCompleter(self._names, line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        line.setCompleter(completer)
        return line

    def _all_names(self) -> list[str]:
        """Return what places are called; of namesakes each with the units that hold it."""
        language = language_in_use()
        counts = Counter(place.name(language) for place in self._catalogue.places.values())
        return sorted(
            name if counts[name := place.name(language)] == 1 else self._led(place)
            for place in self._catalogue.places.values()
        )

    def _led(self, place: Place) -> str:
        """Return a name with the units that hold the place, as `find_place` reads it."""
        language = language_in_use()
        units = [unit.name(language) for unit in containing_units(self._catalogue, place)]
        if language is Language.ZH:
            return "".join(reversed([place.name(language), *units]))
        return ", ".join([place.name(language), *units])

    def _shown(self, text: str) -> str:
        """Return the name of a place by its id, if the name leads back to it; else the id itself."""
        place = self._catalogue.places.get(text)
        if place is None:
            return text
        ways = (place.name(language_in_use()), self._led(place))
        return next((way for way in ways if self._found(way) is place), place.id)

    def _found(self, text: str) -> Place | None:
        try:
            return find_place(self._catalogue, text).place
        except PlaceUnknown:
            return None

    def _fill_lines(self) -> None:
        for line in shipped_lines().values():
            self.line_box.addItem(_line_text(line), line.id)
        for layer in self._placed:
            if layer.geometry is Geometry.LINE:
                self.line_box.addItem(_("我的图层：{title}").format(title=layer.title), layer.id)
        self.line_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def _choose_line(self, text: str) -> None:
        """Offer first the line that a place is, or that comes closest to it."""
        place = self._catalogue.places.get(text)
        if place is None or place.lon is None or place.lat is None:
            return
        lines = list(shipped_lines().values())
        shapes = np.array([line.shape for line in lines], dtype=object)
        reached = reach(Point(place.lon, place.lat), shapes)
        ranked = sorted(zip(reached.km.tolist(), reached.at.tolist(), strict=True))
        nearest = lines[ranked[0][1]].id if ranked else ""
        self.line_box.setCurrentIndex(max(self.line_box.findData(place.id), 0))
        if self.line_box.currentData() != place.id:
            self.line_box.setCurrentIndex(max(self.line_box.findData(nearest), 0))

    def _take_question(self, subject_id: str = "") -> None:
        """Offer what a question needs, and hide the rest."""
        question = self.question
        wants_ground = question in (Question.INSIDE, Question.OVERLAP)
        for box, first, kept in (
            (self.subject_box, _("地点"), subject_id or str(self.subject_box.currentData() or "")),
            (self.other_box, _("另一个地点"), str(self.other_box.currentData() or "")),
        ):
            blocker = QSignalBlocker(box)
            box.clear()
            box.addItem(first, "")
            for layer in self._placed:
                if layer.geometry is Geometry.POLYGON or not wants_ground:
                    box.addItem(_("我的图层：{title}").format(title=layer.title), layer.id)
            box.setCurrentIndex(max(box.findData(kept), 0))
            del blocker
        self._fill_targets()
        self.renew()

    def _fill_targets(self) -> None:
        """Offer kinds of places and layers; what suits the question is ticked."""
        suits = usual_kinds(self.question)
        blocker = QSignalBlocker(self.targets)
        before = {
            str(self.targets.item(at).data(_ROLE)): self.targets.item(at).checkState()
            for at in range(self.targets.count())
        }
        self.targets.clear()
        for kind in PlaceKind:
            self._add_target(kind_name(kind), kind.value, kind in suits)
        for layer in self._placed:
            was = before.get(layer.id) == Qt.CheckState.Checked
            self._add_target(_("我的图层：{title}").format(title=layer.title), layer.id, was)
        del blocker

    def _add_target(self, text: str, word: str, is_ticked: bool) -> None:
        item = QListWidgetItem(text)
        item.setData(_ROLE, word)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
        self.targets.addItem(item)

    def renew(self) -> None:
        """Say what comes of the choices; show the rows that they need."""
        question = self.question
        is_line = question is Question.CORRIDOR
        of_place = not self.subject_box.currentData()
        self._show(self.subject_box, not is_line and bool(self._placed))
        self._show(self.place_line, is_line or of_place)
        label = self.form.labelForField(self.place_line)
        if isinstance(label, QLabel):
            label.setText(_("里程从哪里算起（可不填）") if is_line else _("地点"))
        self._show(self.line_box, is_line)
        self._show(self.other_box, question is Question.OVERLAP and self.other_box.count() > 1)
        self._show(self.other_line, question is Question.OVERLAP and not self.other_box.currentData())
        self._show(self.rings_line, question is Question.RINGS)
        self._show(self.km_box, question in (Question.BUFFER, Question.CORRIDOR))
        self._show(self.count_box, question is Question.NEAREST)
        self._show(self.targets, question in _LOOKING)
        self._show(self.list_box, question in _LISTABLE)
        super().renew()

    def _show(self, field: QWidget, is_shown: bool) -> None:
        field.setVisible(is_shown)
        label = self.form.labelForField(field)
        if label is not None:
            label.setVisible(is_shown)

    # ---- reading ----

    def _read_place(self, text: str, *, optional: bool = False) -> tuple[str, tuple[float, float] | None]:
        """Return the id of a place, or a position; raises ValueError with a sentence."""
        text = text.strip()
        if not text:
            if optional:
                return "", None
            raise ValueError(_("请写一个地点，或经纬度。"))
        spot = parse_spot(text)
        if spot is not None:
            if optional:
                raise ValueError(_("这里要一个地点的名称，不能是经纬度；也可以不填。"))
            return "", spot
        try:
            return find_place(self._catalogue, text).place.id, None
        except PlaceUnknown as exc:
            names = _("、").join(exc.nearest)
            told = _("没有叫“{name}”的地点。").format(name=text)
            hint = _("最接近的名称：{names}").format(names=names) if names else ""
            raise ValueError(told + hint) from exc

    def _read_rings(self) -> tuple[float, ...]:
        words = self.rings_line.text().replace("，", ",").replace("、", ",").replace("/", ",").split(",")
        try:
            far = tuple(float(word) for word in words if word.strip())
        except ValueError:
            raise ValueError(_("各环写成公里数，用逗号隔开，例如 50, 100, 200。")) from None
        if not far or len(far) > MOST_RINGS or not all(0.0 < km <= MOST_KM for km in far):
            told = _("环要有 1 到 {rings} 个，每个大于 0、不超过 {km} 公里。")
            raise ValueError(told.format(rings=MOST_RINGS, km=km_text(MOST_KM)))
        return far

    def _read_targets(self) -> tuple[tuple[PlaceKind, ...], bool, tuple[str, ...]]:
        """Return kinds, whether the catalogue is looked through, and layers; raises ValueError."""
        if self.question not in _LOOKING:
            return (), True, ()
        ticked = [
            str(self.targets.item(at).data(_ROLE))
            for at in range(self.targets.count())
            if self.targets.item(at).checkState() == Qt.CheckState.Checked
        ]
        words = {kind.value for kind in PlaceKind}
        kinds = tuple(PlaceKind(word) for word in ticked if word in words)
        layers = tuple(word for word in ticked if word not in words)
        if not kinds and not layers:
            raise ValueError(_("请在“找什么”里至少选一类。"))
        suits = usual_kinds(self.question)
        # What suits the question anyway need not be said, on the command line neither.
        return () if set(kinds) == set(suits) else kinds, bool(kinds), layers


def _question_text(question: Question) -> str:
    return {
        Question.RINGS: _("几公里以内有什么"),
        Question.NEAREST: _("每类最近的是哪个"),
        Question.INSIDE: _("范围里面有什么"),
        Question.OVERLAP: _("与另一片范围重叠多少"),
        Question.BUFFER: _("缓冲区"),
        Question.CORRIDOR: _("沿一条线有什么"),
    }[question]


def _line_text(line: ShippedLine) -> str:
    return _("{name}（{kind}，示意）").format(
        name=line.name(language_in_use()), kind=line_kind_name(line.kind)
    )
