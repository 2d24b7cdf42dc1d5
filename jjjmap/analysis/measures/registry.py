"""The measures that there are: what each is called, its formula as a reader sees it, and what it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from jjjmap.i18n import _


class Need(StrEnum):
    """What a measure cannot do without."""

    CATEGORY = "category"
    """A column that parts the rows into kinds: industry, chain."""
    PERIOD = "period"
    """A column that tells the periods, and two of them."""
    WEIGHT = "weight"
    """A column of numbers that are added up."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that can be reckoned for each unit."""

    id: str
    """Stable ASCII word, the same in every language."""
    say_title: Callable[[], str]
    say_formula: Callable[[], str]
    needs: frozenset[Need] = frozenset()
    is_by_category: bool = False
    """A value for each category that is asked for, rather than one a unit."""
    reference: str = ""
    """Where the method is published, after GB/T 7714; empty for arithmetic."""

    @property
    def title(self) -> str:
        """What it is called, in the language in use."""
        return self.say_title()

    @property
    def formula(self) -> str:
        """The formula with its letters explained, in the language in use."""
        return self.say_formula()


_CATEGORY = frozenset({Need.CATEGORY})
_PERIOD = frozenset({Need.PERIOD})
_WEIGHT = frozenset({Need.WEIGHT})
_KRUGMAN = "KRUGMAN P. Geography and trade[M]. Cambridge, MA: MIT Press, 1991."
_FARHAUER = (
    "FARHAUER O, KRÖLL A. Standorttheorien: Regional- und Stadtökonomik in Theorie und Praxis[M]. "
    "Wiesbaden: Springer, 2013."
)
_ISARD = (
    "ISARD W. Methods of regional analysis: an introduction to regional science[M]. Cambridge, MA: "
    "The MIT Press, 1960."
)
_HIRSCHMAN = (
    "HIRSCHMAN A O. The paternity of an index[J]. The American Economic Review, 1964, 54(5): 761-762."
)
_DOERSAM = "DÖRSAM P. Wirtschaftsstatistik anschaulich dargestellt[M]. Heidenau: PD-Verlag, 2004."
_SHANNON = (
    "SHANNON C E. A mathematical theory of communication[J]. The Bell System Technical Journal, 1948, "
    "27(3): 379-423."
)
_DUNN = (
    "DUNN E S. A statistical and analytical technique for regional analysis[J]. Papers and Proceedings of "
    "the Regional Science Association, 1960, 6: 97-112."
)
_KARNEY = "KARNEY C F F. Algorithms for geodesics[J]. Journal of Geodesy, 2013, 87(1): 43-55."

_ALL = (
    Measure("rows", lambda: _("数量"), lambda: _("位于该单元内的行数")),
    Measure("total", lambda: _("合计"), lambda: _("Σx，x 为数值列"), _WEIGHT),
    Measure("mean", lambda: _("平均"), lambda: _("Σx / n，n 为有数值的行数"), _WEIGHT),
    Measure("share", lambda: _("占区域比重"), lambda: _("100·x / X，X 为全部单元合计（重叠处只计一次）")),
    Measure(
        "density",
        lambda: _("密度"),
        lambda: _("x / A，A 为 WGS-84 椭球面上的面积（km²）"),
        reference=_KARNEY,
    ),
    Measure("rank", lambda: _("位次"), lambda: _("1 + 比它大的单元数，相同者并列")),
    Measure(
        "category_amount",
        lambda: _("分类数量"),
        lambda: _("x_ij：单元 j 内类别 i 的行数（有数值列时为合计）"),
        _CATEGORY,
        is_by_category=True,
    ),
    Measure(
        "category_share",
        lambda: _("类别占比"),
        lambda: _("100·x_ij / x_j，单元 j 内类别 i 所占的比例"),
        _CATEGORY,
        is_by_category=True,
    ),
    Measure(
        "location_quotient",
        lambda: _("区位商"),
        lambda: _("LQ = (x_ij / x_j) / (X_i / X)，i 类别，j 单元，大写为全区域"),
        _CATEGORY,
        is_by_category=True,
        reference=_ISARD,
    ),
    Measure("dominant", lambda: _("主导类别"), lambda: _("x_ij 最大的类别 i"), _CATEGORY),
    Measure(
        "hhi",
        lambda: _("赫芬达尔指数 HHI"),
        lambda: _("H = Σ s_i²，s_i 为单元内类别 i 的份额；1/k 到 1，百分数口径乘以 10000"),
        _CATEGORY,
        reference=_HIRSCHMAN,
    ),
    Measure(
        "hhi_normalised",
        lambda: _("标准化 HHI"),
        lambda: _("H* = (H − 1/k) / (1 − 1/k)，k 为区域内的类别数；0 到 1"),
        _CATEGORY,
        reference=_DOERSAM,
    ),
    Measure(
        "krugman",
        lambda: _("克鲁格曼专业化指数，比全区域"),
        lambda: _("K = Σ_i |s_ij − S_i|，S_i 为全区域的份额；0 到 2"),
        _CATEGORY,
        reference=_KRUGMAN,
    ),
    Measure(
        "krugman_others",
        lambda: _("克鲁格曼专业化指数，比其他单元"),
        lambda: _("K = Σ_i |s_ij − s̄_i|，s̄_i 为其他单元份额的平均；0 到 2"),
        _CATEGORY,
        reference=_FARHAUER,
    ),
    Measure(
        "shannon",
        lambda: _("香农多样性"),
        lambda: _("H = −Σ s_i ln s_i；0 到 ln k"),
        _CATEGORY,
        reference=_SHANNON,
    ),
    Measure("change", lambda: _("变化量"), lambda: _("x₁ − x₀"), _PERIOD),
    Measure("growth", lambda: _("增长率"), lambda: _("100·(x₁ / x₀ − 1)"), _PERIOD),
    Measure("cagr", lambda: _("年均增长率"), lambda: _("100·((x₁ / x₀)^(1/T) − 1)，T 为年数"), _PERIOD),
    Measure(
        "shift_share",
        lambda: _("偏离—份额分析"),
        lambda: _("变化 = 区域增长 Σx₀g + 产业结构 Σx₀(g_i − g) + 竞争力 Σ(x₁ − x₀(1 + g_i))"),
        _CATEGORY | _PERIOD,
        reference=_DUNN,
    ),
)

MEASURES = MappingProxyType({measure.id: measure for measure in _ALL})
"""In the order in which they are offered."""


def need_name(need: Need) -> str:
    """Return what is needed, for a sentence."""
    return {
        Need.CATEGORY: _("类别列"),
        Need.PERIOD: _("时期列"),
        Need.WEIGHT: _("数值列"),
    }[need]
