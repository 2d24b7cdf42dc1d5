"""Rows summed up by unit, with all options of the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan
from jjjmap.analysis.measures.change import same_years, years_between
from jjjmap.analysis.measures.registry import MEASURES, Measure, Need, need_name
from jjjmap.analysis.python_calls import python_call
from jjjmap.analysis.running import (
    Cancelled,
    ChartKind,
    Material,
    Outcome,
    Progress,
    refuse_if,
)
from jjjmap.analysis.summaries.categories import (
    Classification,
    check_classification,
    industry_classification,
)
from jjjmap.analysis.summaries.charting import MOST_COMPARED, chart_of
from jjjmap.analysis.summaries.counters import Access, Counter, Wanted, counter_of
from jjjmap.analysis.summaries.divisions import (
    LAYER,
    Division,
    division_of,
    division_title,
    parse_by,
    unit_names,
    whole_of,
)
from jjjmap.analysis.summaries.doubts import (
    FEW_ROWS,
    counting_findings,
    scheduler_note,
    small_groups,
    uncategorised_finding,
    undated_finding,
    years_mixed,
)
from jjjmap.analysis.summaries.refusing import impossible, named
from jjjmap.analysis.summaries.result_columns import Question, ResultColumn, result_columns, wanted_needs
from jjjmap.analysis.summaries.tallies import Tallies, relabelled
from jjjmap.i18n import _, language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records import Column, ColumnKind
from jjjmap.layers.provenance import ColumnNote
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import Scheme, StyleMode, UserStyle
from jjjmap.layers.tables.joining import JoinTarget, PlaceNames

TOP = 5
"""So many categories get columns where none are named."""
MOST_OF = 50
_COUNTING = 0.9
"""Share of the time that counting takes."""
_DATES = (ColumnKind.DATE, ColumnKind.TIME)
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True)
class Summarize:
    """Counts, sums and measures of regional economics for each unit."""

    KIND: ClassVar[str] = "summarize"

    layer_id: str
    """A layer; on the command line also Parquet files in a folder, or the URL of a database."""
    by: str = "counties"
    """See `divisions.parse_by`."""
    area_layer_id: str = ""
    """Polygons that are the units, for ``by`` ``layer``."""
    area_name: str = ""
    """Column with the names of these polygons."""
    measures: tuple[str, ...] = ("rows",)
    """Of `MEASURES`; the first colours the map."""
    category: str = ""
    """Column."""
    of: tuple[str, ...] = ()
    """Categories that get columns; empty for the `TOP` greatest."""
    classification: str = ""
    """``industry`` to take categories for industries; empty to take them as they stand."""
    category_level: str = ""
    """``section``, ``division``, ``group`` or ``class``; empty for divisions."""
    period: str = ""
    """Column; of dates the years are taken."""
    base: str = ""
    """The earlier period; empty for the first that there is."""
    end: str = ""
    """The later one, that all other measures tell of; empty for the last."""
    weight: str = ""
    """Column of numbers that are added up; without it rows are counted."""
    unit_columns: tuple[str, ...] = ()
    """Columns that name the unit, the largest first; without them the position tells it."""
    compare: tuple[str, ...] = ()
    """Units that the chart shows, by id or name; at most `MOST_COMPARED`."""
    sublayer: str = ""
    """Table of a database."""
    lon: str = ""
    """Column of Parquet files, degrees; empty to guess."""
    lat: str = ""
    scheduler: str = ""
    """Address of a Dask cluster that counts; empty for this machine."""

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """The layers that it reads."""
        return tuple(layer for layer in (self.layer_id, self.area_layer_id) if layer)

    def with_layers(self, names: Mapping[str, str]) -> Summarize:
        """Return the same about other layers."""
        return replace(
            self,
            layer_id=names.get(self.layer_id, self.layer_id),
            area_layer_id=names.get(self.area_layer_id, self.area_layer_id),
        )

    def title(self, material: Material) -> str:
        """Return what the result is called."""
        layer = material.layers.get(self.layer_id)
        file = re.split(r"[/\\]", self.layer_id.rstrip("/\\"))[-1]
        name = layer.title if layer is not None else self.sublayer or file
        by = parse_by(self.by)
        units = division_title(by)
        if by.kind == LAYER and self.area_layer_id in material.layers:
            units = material.layers[self.area_layer_id].title
        first = MEASURES[self.measures[0]].title if self.measures[0] in MEASURES else ""
        return _("{layer}：按{units}的{measure}").format(layer=name, units=units, measure=first)

    def run(self, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
        """Return the answer; see `Analysis.run`."""
        return self.run_with(material, progress, cancelled, Access())

    def run_with(
        self, material: Material, progress: Progress, cancelled: Cancelled, access: Access
    ) -> Outcome:
        """Return the answer, with rows reached as the caller says; raises as `run`, and DatabaseUnusable."""
        self.check()
        division = division_of(parse_by(self.by), material, self.area_layer_id, self.area_name)
        refuse_if(cancelled)
        axes = (self.lon, self.lat) if self.lon and self.lat else None
        wanted = Wanted(self.layer_id, self.sublayer, self.unit_columns, axes, self.scheduler)
        counter = counter_of(wanted, material, division, access, cancelled)
        self._check_columns(counter)
        table, everywhere = self._counted(counter, division, progress, cancelled)
        outcome = self._outcome(material, division, counter, table, everywhere)
        refuse_if(cancelled)
        progress(1.0)
        return outcome

    def arguments(self) -> tuple[str, ...]:
        """Return the command line that does the same."""
        by = f"layer:{self.area_layer_id}" if self.by == LAYER else self.by
        said = [self.KIND, self.layer_id, "--by", by]
        for measure in self.measures:
            said += ["--measure", measure]
        options = (
            ("--area-name", self.area_name),
            ("--category", self.category),
            *(("--of", each) for each in self.of),
            ("--classification", self.classification),
            ("--level", self.category_level),
            ("--period", self.period),
            ("--from", self.base),
            ("--to", self.end),
            ("--weight", self.weight),
            *(("--unit-column", each) for each in self.unit_columns),
            *(("--compare", each) for each in self.compare),
            ("--sublayer", self.sublayer),
            ("--lon", self.lon),
            ("--lat", self.lat),
            ("--scheduler", self.scheduler),
        )
        for option, value in options:
            if value:
                # A value that begins with a dash is no option.
                said += [f"{option}={value}"] if value.startswith("-") else [option, value]
        return tuple(said)

    def python(self) -> str:
        """Return Python that does the same."""
        return python_call(self)

    # Whether it can be answered.

    def check(self) -> None:
        """Raise AnalysisImpossible for what cannot be asked, whatever the rows are."""
        parse_by(self.by)
        if not self.measures:
            raise impossible("measure-unknown", _("没有写明要算什么。"))
        for measure in self.measures:
            if measure not in MEASURES:
                message = _("没有“{measure}”这种指标；可用：{known}。")
                raise impossible(
                    "measure-unknown", message.format(measure=measure, known=named(MEASURES, len(MEASURES)))
                )
            missing = self.lacks(MEASURES[measure])
            if missing:
                message = _("算“{measure}”要写明{needs}。")
                needs = _("、").join(need_name(need) for need in missing)
                raise impossible(
                    "measure-needs", message.format(measure=MEASURES[measure].title, needs=needs)
                )
        check_classification(self.classification, self.category_level)
        if (self.of or self.classification) and not self.category:
            raise impossible("measure-needs", _("写了类别，没有写明类别在哪一列。"))
        if (self.base or self.end) and not self.period:
            raise impossible("measure-needs", _("写了时期，没有写明时期在哪一列。"))
        if len(self.compare) > MOST_COMPARED:
            message = _("最多比较 {most} 个单元，这里写了 {n} 个。")
            raise impossible("too-many-compared", message.format(most=MOST_COMPARED, n=len(self.compare)))
        if len(self.of) > MOST_OF:
            message = _("最多列出 {most} 个类别，这里写了 {n} 个。")
            raise impossible("too-many-categories", message.format(most=MOST_OF, n=len(self.of)))

    def lacks(self, measure: Measure) -> tuple[Need, ...]:
        """Return what a measure needs that was not named."""
        said = {Need.CATEGORY: self.category, Need.PERIOD: self.period, Need.WEIGHT: self.weight}
        return tuple(need for need in Need if need in measure.needs and not said[need])

    def _check_columns(self, counter: Counter) -> None:
        known = {column.name: column for column in counter.columns}
        for name in (self.category, self.period, self.weight):
            if name and name not in known:
                message = _("没有名为“{name}”的列；有：{names}。")
                raise impossible(
                    "column-unknown", message.format(name=name, names=named(known, 20)), where=counter.title
                )
        if self.weight and known[self.weight].kind not in (ColumnKind.INTEGER, ColumnKind.NUMBER):
            message = _("“{column}”不是数值列，不能加总。").format(column=self.weight)
            raise impossible("weight-not-a-number", message, where=counter.title)

    # Counting.

    def _counted(
        self, counter: Counter, division: Division, progress: Progress, cancelled: Cancelled
    ) -> tuple[CrossTable, CrossTable | None]:
        """Return the rows of each unit, and those of all units as one if some overlap."""
        plan = CountPlan(self.category, self.period, self.weight)
        areas = division.areas
        turns = 1 if areas.is_partition else 2
        table = counter.count(areas, plan, lambda share: progress(_COUNTING * share / turns), cancelled)
        everywhere = None
        if not areas.is_partition and table.several_rows:
            everywhere = counter.count(
                whole_of(areas), plan, lambda share: progress(_COUNTING * (1 + share) / 2), cancelled
            )
        return table, everywhere

    # What came of it.

    def _outcome(
        self,
        material: Material,
        division: Division,
        counter: Counter,
        table: CrossTable,
        everywhere: CrossTable | None,
    ) -> Outcome:
        areas, findings = division.areas, [*division.findings, *counter.findings]
        notes = [self._rule(division)]
        classes = self._classification(table, counter)
        category: Callable[[str], str] | None = None
        period: Callable[[str], str] | None = None
        if classes is not None:
            category = classes.of
            findings += classes.findings
            notes.append(classes.note)
        if self._is_dated(counter.columns):
            period = _year_of
            notes.append(_("时期取日期的年份。"))
        same = same_years({when for _area, _category, when in table.cells}) if self.period else {}
        if same and period is None:
            period = _renamed(same)
            notes.append(_("同一年有几种写法（{names}），已合在一起。").format(names=named(sorted(same))))
        everywhere = None if everywhere is None else relabelled(everywhere, category, period)
        tallies = Tallies(areas, relabelled(table, category, period), everywhere)
        base, end = self._periods(tallies, notes, same)
        names = unit_names(division, material, language())
        now = tallies.of(end or None)
        question = Question(
            tallies,
            now,
            tallies.of(base) if base else None,
            names,
            # It takes a while for many hexagons.
            areas.km2() if "density" in self.measures else np.full(len(areas), np.nan),
            self.weight,
            self._wanted(tallies, notes),
            base,
            end,
        )
        columns = _distinct((*result_columns(self.measures, question), *self._reliability(question)))
        findings += counting_findings(table, counter.title, division.title, by_name=bool(self.unit_columns))
        if self.category:
            findings += uncategorised_finding(now.uncategorised_rows, self.category, counter.title)
        if self.period:
            undated = tallies.rows_where(lambda _category, when: not when)
            findings += undated_finding(undated, self.period, counter.title)
        else:
            used = (self.category, self.weight, *self.unit_columns)
            findings += years_mixed(counter.columns, used, counter.layer, counter.title)
        if self._has_structure:
            findings += small_groups(now.structured_rows, names, counter.title)
        if self.scheduler:
            notes.append(scheduler_note(self.scheduler))
        compared = self._compared(division, names, material)
        title = self.title(material)
        chart = chart_of(self.measures, columns, question, compared, title)
        is_over_time = chart is not None and chart.kind is ChartKind.LINES
        told = set(tallies.periods) if is_over_time else {base, end} - {""}
        used_rows = tallies.rows_where(lambda _category, when: not self.period or when in told)
        return Outcome(
            title,
            _table(areas.ids, names, areas.shapes, columns),
            _style(columns),
            (
                ColumnNote(_("编号"), "id"),
                ColumnNote(_("名称"), "name", source_ids=areas.source_ids),
                *(_cited(column.note, classes) for column in columns),
            ),
            (counter.note(table.read_rows, used_rows), *division.inputs),
            tuple(missing for column in columns for missing in column.missing),
            tuple(notes),
            tuple(dict.fromkeys(findings)),
            chart,
            self._summary(table, tallies, question, compared, columns),
        )

    def _rule(self, division: Division) -> str:
        if self.unit_columns:
            return _("各行按名称或代码归到{what}，不看位置。").format(what=division.title)
        if division.areas.is_partition:
            return _("位置在单元内或边界上即计入；正在公共边界上的只计一次，归编号最大的单元。")
        return _("位置在单元内或边界上即计入；单元互相重叠，落在重叠处的在每个单元各计一次。")

    def _classification(self, table: CrossTable, counter: Counter) -> Classification | None:
        if not self.classification:
            return None
        rows: dict[str, int] = {}
        for (_area, category, _period), cell in table.cells.items():
            rows[category] = rows.get(category, 0) + cell[0]
        return industry_classification(rows, self.category_level, counter.title)

    def _is_dated(self, columns: Sequence[Column]) -> bool:
        return any(column.name == self.period and column.kind in _DATES for column in columns)

    def _periods(self, tallies: Tallies, notes: list[str], same: Mapping[str, str]) -> tuple[str, str]:
        """Return the two periods, empty texts without; the earlier one is empty if no measure needs it.

        Parameters
        ----------
        same
            What periods are called now, by what the rows call them, where that is another name.
        """
        if not self.period:
            return "", ""
        periods = tallies.periods
        if not periods:
            raise impossible("no-period", _("“{column}”列里没有时期。").format(column=self.period))
        asked_base, asked_end = (same.get(asked, asked) for asked in (self.base, self.end))
        for wanted in (asked_base, asked_end):
            if wanted and wanted not in periods:
                message = _("“{column}”列里没有“{period}”；有：{periods}。")
                raise impossible(
                    "period-unknown",
                    message.format(column=self.period, period=wanted, periods=named(periods, 20)),
                )
        end = asked_end or periods[-1]
        if Need.PERIOD not in wanted_needs(self.measures):
            notes.append(_("各项指标是 {end} 的。").format(end=end))
            return "", end
        if len(periods) == 1:
            message = _("只有一个时期（{period}），不能算变化。").format(period=end)
            raise impossible("one-period", message, _("请写明两个不同的时期。"))
        base = asked_base or next((each for each in periods if each < end), "")
        years = years_between(base, end)
        if not base or base == end or (years is not None and years < 0):
            message = _("基期要早于末期 {end}；“{column}”列里有：{periods}。")
            message = message.format(end=end, column=self.period, periods=named(periods, 20))
            raise impossible("period-order", message)
        notes.append(_("变化从 {base} 到 {end}；其余指标是 {end} 的。").format(base=base, end=end))
        return base, end

    def _wanted(self, tallies: Tallies, notes: list[str]) -> tuple[str, ...]:
        """Return the categories that get columns."""
        if not any(MEASURES[measure].is_by_category for measure in self.measures):
            return ()
        if not tallies.categories:
            raise impossible("no-category", _("“{column}”列里没有可用的类别。").format(column=self.category))
        if not self.of:
            chosen = tallies.categories[:TOP]
            if len(tallies.categories) > TOP:
                message = _("{n} 个类别中列出最大的 {top} 个；计算时用全部类别。")
                notes.append(message.format(n=len(tallies.categories), top=TOP))
            return chosen
        found = []
        for wanted in self.of:
            same = [each for each in tallies.categories if _means(wanted, each, bool(self.classification))]
            if not same:
                message = _("“{column}”列里没有“{category}”；最多的是：{names}。")
                raise impossible(
                    "category-unknown",
                    message.format(
                        column=self.category, category=wanted, names=named(tallies.categories[:12], 12)
                    ),
                )
            found.append(same[0])
        return tuple(dict.fromkeys(found))

    @property
    def _has_structure(self) -> bool:
        ratios = {"category_share", "location_quotient", "dominant", "hhi", "hhi_normalised"}
        ratios |= {"krugman", "krugman_others", "shannon", "shift_share"}
        return bool(ratios & set(self.measures))

    def _reliability(self, question: Question) -> tuple[ResultColumn, ...]:
        """Return a column that marks units of a handful of rows, if there are any and it matters."""
        rows = question.now.structured_rows
        few = (rows > 0) & (rows < FEW_ROWS)
        if not self._has_structure or not few.any():
            return ()
        said = _("不足 {few} 行").format(few=FEW_ROWS)
        formula = _("有类别（和数值）的行数少于 {few} 的单元").format(few=FEW_ROWS)
        note = ColumnNote(_("提示"), "reliability", formula)
        return (ResultColumn(note, pa.array([said if each else None for each in few], pa.string())),)

    def _compared(self, division: Division, names: Sequence[str], material: Material) -> tuple[int, ...]:
        """Return the numbers of the units that were picked."""
        if not self.compare:
            return ()
        places = PlaceNames(material.catalogue) if division.target is not None else None
        found = []
        for wanted in self.compare:
            meant = _areas_of(wanted, division, names, places)
            if not meant:
                message = _("没有叫“{name}”的{what}。").format(name=wanted, what=division.title)
                near = [name for name in names if wanted[:1] and wanted[:1] in name][:5]
                hint = _("例如：{names}").format(names=named(near or names[:5]))
                raise impossible("unit-unknown", message, hint)
            if len(meant) > 1:
                message = _("叫“{name}”的{what}不止一个。").format(name=wanted, what=division.title)
                hint = _("请写明是哪一个：{names}").format(
                    names=named(f"{division.areas.ids[at]} {names[at]}" for at in meant)
                )
                raise impossible("unit-ambiguous", message, hint)
            found.append(meant[0])
        return tuple(dict.fromkeys(found))

    def _summary(
        self,
        table: CrossTable,
        tallies: Tallies,
        question: Question,
        compared: Sequence[int],
        columns: Sequence[ResultColumn],
    ) -> dict[str, Any]:
        now = question.now
        region = None if np.isnan(now.region) else now.region
        sizes = zip(tallies.categories[:20], now.region_by_category[:20].tolist(), strict=True)
        return {
            "units": len(question.names),
            "units_without_rows": int(now.has_none.sum()),
            "rows_read": table.read_rows,
            "rows_used": table.read_rows - table.nowhere_rows - table.outside_rows,
            "rows_outside": table.outside_rows,
            "rows_without_position": table.nowhere_rows,
            "rows_in_several_units": table.several_rows,
            "weights_unusable": table.unusable_weights,
            "region": region,
            "categories": [[name, None if np.isnan(size) else size] for name, size in sizes],
            "category_count": len(tallies.categories),
            "periods": list(tallies.periods),
            "base": question.base,
            "end": question.end,
            "compared": [
                {"name": question.names[at]} | {column.name: column.values[at].as_py() for column in columns}
                for at in compared
            ],
        }


def _means(wanted: str, category: str, is_industry: bool) -> bool:
    """Return whether a text names a category: itself, or the code or name of an industry."""
    if wanted == category:
        return True
    code, _space, name = category.partition(" ")
    return is_industry and wanted.strip() in (code, name)


def _areas_of(
    wanted: str, division: Division, names: Sequence[str], places: PlaceNames | None
) -> tuple[int, ...]:
    """Return the numbers of the units that a text may mean: its id, else its name, else another name."""
    areas = division.areas
    for known in ((areas.ids,), (names,), (areas.names_zh, areas.names_en)):
        found = [at for each in known for at, name in enumerate(each) if name == wanted]
        if found:
            return tuple(dict.fromkeys(found))
    if places is None:
        return ()
    ids, _is_old = places.find(wanted, division.target or JoinTarget.PLACES)
    return tuple(areas.ids.index(area) for area in ids if area in areas.ids)


def _renamed(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: names.get(name, name)


def _year_of(period: str) -> str:
    found = _YEAR.match(period)
    return found[0] if found else period


def _cited(note: ColumnNote, classes: Classification | None) -> ColumnNote:
    """Return a note with the standard that its categories are from."""
    measure = MEASURES.get(note.measure)
    if classes is None or measure is None or Need.CATEGORY not in measure.needs:
        return note
    return replace(note, source_ids=classes.source_ids)


def _distinct(columns: Sequence[ResultColumn]) -> tuple[ResultColumn, ...]:
    """Return columns whose names differ, also from those of the units."""
    taken = {_("编号"), _("名称")}
    found = []
    for column in columns:
        name, number = column.name, 2
        while name in taken:
            name, number = f"{column.name} {number}", number + 1
        taken.add(name)
        if name != column.name:
            missing = tuple(replace(each, column=name) for each in column.missing)
            column = replace(column, note=replace(column.note, name=name), missing=missing)
        found.append(column)
    return tuple(found)


def _table(
    ids: Sequence[str], names: Sequence[str], shapes: Any, columns: Sequence[ResultColumn]
) -> FeatureTable:
    attributes = {_("编号"): pa.array(ids, pa.string()), _("名称"): pa.array(names, pa.string())}
    attributes |= {column.name: column.values for column in columns}
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(shapes).tolist(), pa.binary())])
    return FeatureTable(pa.table(attributes), Geometry.POLYGON, wkb=wkb)


def _style(columns: Sequence[ResultColumn]) -> UserStyle:
    """Return how the first measure looks: natural breaks, and what has no value in its own colour."""
    first = next((column for column in columns if column.is_number), None)
    if first is not None:
        return UserStyle(StyleMode.GRADUATED, first.name, Scheme.NATURAL_BREAKS, label_column=_("名称"))
    text = next((column.name for column in columns), _("名称"))
    return UserStyle(StyleMode.CATEGORISED, text, class_count=8, label_column=_("名称"))
