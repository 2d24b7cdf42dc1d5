"""The rows whose position is good enough to look for points that crowd, in a plane."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jjjmap.analysis.hotspots.frame import Frame
from jjjmap.analysis.hotspots.list_rows import ListRows, repeated_positions, weights_of
from jjjmap.analysis.hotspots.options import CoarseRows
from jjjmap.analysis.hotspots.refusing import impossible, warning
from jjjmap.analysis.running import Material
from jjjmap.findings import Finding
from jjjmap.i18n import _

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FEWEST_POINTS = 5
"""With fewer there is nothing to be dense."""
_REPEATED_SHARE = 0.1
_FULL_SPOT = 20
_DISTORTION_PCT = 1.0


@dataclass(frozen=True)
class UsedPoints:
    """The rows that are used, in a plane."""

    rows: ListRows
    at: IntArray
    """m numbers of rows."""
    plane: FloatArray
    """m × 2 metres."""
    frame: Frame
    weights: FloatArray | None
    """m amounts."""
    county: npt.NDArray[np.str_]
    """m codes; empty outside of all counties."""

    @property
    def amounts(self) -> FloatArray:
        """What each of m rows counts."""
        return np.ones(len(self.at)) if self.weights is None else self.weights


@dataclass(frozen=True)
class Ground:
    """A polygon of the result and what lies in it."""

    shape: Any
    """In degrees."""
    members: IntArray
    """Positions in `UsedPoints`."""
    is_hot: bool
    band: float = np.nan
    """Of `SHARES`."""
    density: float = np.nan
    """Least amount per km² by the kernel."""
    is_strip: bool = False


@dataclass
class FoundGround:
    """What a method gave."""

    grounds: list[Ground]
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    breaks: tuple[float, ...] = ()


def used_points(wish: Hotspots, rows: ListRows, material: Material, findings: list[Finding]) -> UsedPoints:
    """Return the rows whose position is good enough, and tell what is left out or piled up."""
    title = rows.layer.title
    placed = rows.chosen & rows.placed
    nowhere = int(np.count_nonzero(rows.chosen & ~rows.placed))
    if nowhere:
        findings.append(
            warning("rows-nowhere", _("{n} 行没有位置，没有计入。").format(n=f"{nowhere:,}"), where=title)
        )
    usable, by_counties = placed, _("想用上它们，请按区县做局部莫兰指数或 Getis-Ord。")
    coarse = int(np.count_nonzero(placed & rows.is_coarse))
    if coarse and wish.coarse_rows is CoarseRows.LEAVE_OUT:
        usable = placed & ~rows.is_coarse
        sentence = _("{n} 行的位置只到区县（或更粗），堆在标注点上，没有计入。")
        findings.append(warning("coarse-rows", sentence.format(n=f"{coarse:,}"), by_counties, title))
    elif coarse:
        sentence = _("{n} 行的位置只到区县（或更粗），堆在标注点上；算进来会在标注点上造出假的热点。")
        findings.append(warning("coarse-rows", sentence.format(n=f"{coarse:,}"), by_counties, title))
    weights = weights_of(rows, wish.weight)
    if weights is not None:
        with np.errstate(invalid="ignore"):
            is_amount = np.isfinite(weights) & (weights >= 0)
        lost = int(np.count_nonzero(usable & ~is_amount))
        if lost:
            message = _("{n} 行的“{name}”是空的、负的或不是数，没有计入。")
            findings.append(
                warning("weights-missing", message.format(n=f"{lost:,}", name=wish.weight), where=title)
            )
        usable = usable & is_amount
    at = np.flatnonzero(usable)
    if len(at) < FEWEST_POINTS:
        raise impossible(
            "too-few-points",
            _("位置够用的只有 {n} 行，至少要 {least} 行。").format(n=len(at), least=FEWEST_POINTS),
            by_counties if coarse else _("请放宽筛选，或先改进落位。"),
            title,
        )
    lon, lat = rows.lon[at], rows.lat[at]
    repeated, fullest = repeated_positions(lon, lat)
    if repeated >= max(_REPEATED_SHARE * len(at), 2) or fullest >= _FULL_SPOT:
        message = _(
            "{n} 行与别的行位置完全相同，最多的一处有 {most} 行：可能是同一栋楼，也可能只是落到了代表点。"
        )
        findings.append(
            warning(
                "repeated-positions",
                message.format(n=f"{repeated:,}", most=f"{fullest:,}"),
                _("如果是代表点，请改用按区县的统计。"),
                title,
            )
        )
    frame = Frame.around(lon, lat)
    plane = frame.forward(lon, lat)
    error = frame.error_pct(plane)
    if error > _DISTORTION_PCT:
        message = _("名单铺得很开，平面上的距离在最远处偏差可达 {pct}%。")
        findings.append(warning("wide-extent", message.format(pct=f"{error:.1f}"), where=title))
    amounts = None if weights is None else weights[at]
    if amounts is not None and not amounts.sum() > 0:
        raise impossible(
            "no-weight", _("“{name}”加起来是 0，没有密度可言。").format(name=wish.weight), where=title
        )
    return UsedPoints(rows, at, plane, frame, amounts, material.units.county_of(lon, lat))
