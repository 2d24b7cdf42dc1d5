"""What can happen to a shape on its way into a layer: a finding for each kind of thing."""

from jjjmap.findings import Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.layer_writer import Tally

WITHOUT = Tally(
    "no-geometry",
    Severity.INFO,
    lambda: _("有 {n} 行没有坐标（几何为空），只在表格里，不在地图上（第 {rows} 行）。"),
    lambda: _("需要在地图上看到它们时，请补上坐标。"),
)
CLOSED = Tally(
    "ring-closed",
    Severity.INFO,
    lambda: _("有 {n} 行的几何没有写完整（如面的边界没有闭合），已补好（第 {rows} 行）。"),
    mends=True,
)
REPAIRED = Tally(
    "shape-repaired",
    Severity.WARNING,
    lambda: _("有 {n} 行的面自相交或不合规则，已修补，面积可能有微小变化（第 {rows} 行）。"),
    lambda: _("请在地图上看一看修补后的形状。"),
    mends=True,
)
FLATTENED = Tally(
    "height-dropped",
    Severity.INFO,
    lambda: _("有 {n} 行的坐标带高程或度量值，地图上用不到，已略去（第 {rows} 行）。"),
)
SPLIT = Tally(
    "kinds-split",
    Severity.INFO,
    lambda: _("有 {n} 行同时有点、线或面，已按种类拆开（第 {rows} 行）。"),
    mends=True,
)
SEVERAL_POINTS = Tally(
    "points-split",
    Severity.INFO,
    lambda: _("有 {n} 行各有好几个点，已拆成一点一行（第 {rows} 行）。"),
    mends=True,
)
PIECES_LOST = Tally(
    "pieces-lost",
    Severity.WARNING,
    lambda: _("有 {n} 行的一部分点、线或面没有位置或没有面积，已略去，其余部分读入了（第 {rows} 行）。"),
    lambda: _("请在原文件中检查这些行的坐标。"),
    mends=True,
)
ANTIMERIDIAN = Tally(
    "antimeridian",
    Severity.WARNING,
    lambda: _("有 {n} 行的形状横跨 180° 经线，画出来会横贯全图（第 {rows} 行）。"),
    lambda: _("请在原文件中沿 180° 经线把它切开。"),
)
OUTSIDE = Tally(
    "outside-region",
    Severity.WARNING,
    lambda: _("有 {n} 行在京津冀范围之外（第 {rows} 行）。"),
    lambda: _("如果本应在范围之内，请检查坐标基准、经纬度次序和坐标本身。"),
)
