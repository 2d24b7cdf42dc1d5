"""An analysis that counts rows by a column, for tests of what surrounds analyses: it is called summarize."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.running import (
    AnalysisImpossible,
    Cancelled,
    Chart,
    ChartKind,
    Material,
    Outcome,
    Progress,
    refuse_if,
)
from jjjmap.findings import Finding, Severity
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import ColumnNote, Missing
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle

PLACE = ("fake_analysis", "CountBy")
UNFIT = Finding(Severity.ERROR, "no-such-column", "厂", "没有这一列。", "换一列再试。")


@dataclass(frozen=True)
class CountBy:
    """How many rows each value of a column has, as polygons, points or a plain table."""

    KIND: ClassVar[str] = "summarize"

    layer_id: str
    column: str = "行业"
    geometry: str = "polygon"
    name: str = "企业数"
    """Of the column with the counts."""

    @property
    def layer_ids(self) -> tuple[str, ...]:
        return (self.layer_id,)

    def with_layers(self, names: Mapping[str, str]) -> "CountBy":
        return replace(self, layer_id=names.get(self.layer_id, self.layer_id))

    def title(self, material: Material) -> str:
        return f"各{self.column}的企业"

    def run(self, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
        refuse_if(cancelled)
        layer = material.layers[self.layer_id]
        if self.column not in layer.table.attributes.column_names:
            raise AnalysisImpossible(UNFIT)
        values = np.array([str(each) for each in layer.table.attributes.column(self.column).to_pylist()])
        if layer.shown is not None:
            values = values[layer.shown]
        names, counts = np.unique(values, return_counts=True)
        names, counts = names[:6], counts[:6]
        progress(1.0)
        ids = ["990001", "990002", "990003", "990004", "990005", "990006"][: len(names)]
        table = pa.table(
            {
                "名称": names,
                "代码": ids,
                self.name: counts,
                "区位商": [None, *(counts[1:] / 7)],
                "空": [0.0] * len(names),
            }
        )
        made = FeatureTable(table)
        if self.geometry == "polygon":
            boxes = [shapely.box(116 + n, 39, 117 + n, 40).wkb for n in range(len(names))]
            made = FeatureTable(table, Geometry.POLYGON, wkb=pa.chunked_array([pa.array(boxes, pa.binary())]))
        elif self.geometry == "point":
            at = 116.0 + np.arange(len(names))
            made = FeatureTable(table, Geometry.POINT, at, at - 77)
        lq = (None, *(float(each) / 7 for each in counts[1:]))
        return Outcome(
            self.title(material),
            made,
            UserStyle(mode=StyleMode.GRADUATED, column=self.name, class_count=3),
            (
                ColumnNote("代码", "unit_code"),
                ColumnNote(self.name, "count", "该地区的行数", "家"),
                ColumnNote(
                    "区位商", "location_quotient", "占比 ÷ 全部占比", reference="某某. 区位[M]. 1990."
                ),
            ),
            (layer.note(len(values)),),
            (Missing("区位商", "zero-denominator", "分母为零。", (str(names[0]),), 1),),
            ("边界上的点只算一次。",),
            () if self.geometry else (UNFIT,),
            Chart(ChartKind.BARS, "区位商", tuple(map(str, names)), (("区位商", lq),), reference=1.0),
        )

    def arguments(self) -> tuple[str, ...]:
        return ("summarize", self.layer_id, "--by", self.column)

    def python(self) -> str:
        return f'import jjjmap\n\nresult = jjjmap.summarize("{self.layer_id}")'
