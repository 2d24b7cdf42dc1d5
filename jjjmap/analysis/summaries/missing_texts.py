"""Why a value could not be reckoned, as sentences."""

from __future__ import annotations

from jjjmap.analysis.measures.reckoned import Reason
from jjjmap.i18n import _


def reason_text(reason: str) -> str:
    """Return why there is no value, as a sentence in the language in use."""
    return {
        Reason.NO_ROWS: _("单元内没有行。"),
        Reason.ZERO_DENOMINATOR: _("分母为零。"),
        Reason.NO_CATEGORY: _("单元内没有可用的类别，或其数值合计不大于零。"),
        Reason.ONE_CATEGORY: _("全部行只有一个类别，无从比较。"),
        Reason.ONE_UNIT: _("只有一个单元有行，无从比较。"),
        Reason.BASE_ZERO: _("基期为零，不能算增长。"),
        Reason.NEGATIVE: _("含有负数，没有份额和增长率可言。"),
        Reason.PERIOD_MISSING: _("两个时期中缺一个时期的数据。"),
        Reason.PERIOD_UNMEASURED: _("从时期的写法看不出相隔几年。"),
        Reason.WEIGHT_UNUSABLE: _("单元内各行的数值都是空的或不是数。"),
        Reason.NO_AREA: _("单元没有面积。"),
        Reason.NO_VALUE: _("所依据的数没有算出来。"),
        Reason.TIE: _("并列第一的类别太多。"),
    }.get(Reason(reason), reason)
