"""What the cross-check of figures found, in words: the same in window and command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from jjjmap.analysis.crosscheck import Check, CheckKind, Reason, Verdict
from jjjmap.analysis.quantities import Range
from jjjmap.catalogue.details import via_name
from jjjmap.catalogue.models import Catalogue, Qualifier
from jjjmap.catalogue.wording import date_text, figure_text, period_text
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _

MARKS = {Verdict.DIFFER: "✖", Verdict.ROUNDED: "≈", Verdict.AGREE: "✔", Verdict.UNKNOWN: "–"}
MARKED = "⚠"


def verdict_mark(check: Check) -> str:
    """Return a sign for what came out, to be told apart without colours."""
    return MARKED if check.verdict is Verdict.DIFFER and check.is_marked else MARKS[check.verdict]


def verdict_name(check: Check) -> str:
    """Return what came out in a word or two."""
    if check.verdict is Verdict.DIFFER and check.is_marked:
        return _("已注明分歧")
    return {
        Verdict.DIFFER: _("不一致"),
        Verdict.ROUNDED: _("舍入之内"),
        Verdict.AGREE: _("一致"),
        Verdict.UNKNOWN: _("无法核算"),
    }[check.verdict]


def check_kind_name(kind: CheckKind) -> str:
    """Return what is held against what, in a word or two."""
    return {
        CheckKind.SAME: _("同一指标"),
        CheckKind.QUOTED: _("引用的数"),
        CheckKind.MULTIPLE: _("倍数"),
        CheckKind.GROWTH: _("增幅"),
        CheckKind.AVERAGE_GROWTH: _("年均增幅"),
        CheckKind.POWER: _("倍数与年均增幅"),
        CheckKind.CHANGE: _("增减量"),
        CheckKind.SHARE: _("占比"),
        CheckKind.SUM: _("各部分之和"),
        CheckKind.PART: _("部分不超过整体"),
        CheckKind.QUOTIENT: _("人均"),
        CheckKind.CUMULATIVE: _("累计数不减少"),
    }[kind]


def check_kind_text(check: Check, language: Language) -> str:
    """Explain in a sentence how a check reckons."""
    year = date_text(str(check.base_year), language) if check.base_year else _("对比年份")
    sentences = {
        CheckKind.SAME: _("同一地点、同一指标、同一时期，换成同一单位后比较。"),
        CheckKind.QUOTED: _("比较文字里引用的数，与资料库里单列的这个数比较。"),
        CheckKind.MULTIPLE: _("本期的数除以{year}的数。"),
        CheckKind.GROWTH: _("本期的数除以{year}的数，再减一。"),
        CheckKind.AVERAGE_GROWTH: _("本期的数除以{year}的数，按年数开方，再减一。"),
        CheckKind.POWER: _("由年均增幅按{year}以来的年数推算倍数。"),
        CheckKind.CHANGE: _("本期的数减去{year}的数。"),
        CheckKind.SHARE: _("部分除以整体。"),
        CheckKind.SUM: _("各部分相加，应等于整体。"),
        CheckKind.PART: _("已知的部分相加，不应超过整体。"),
        CheckKind.QUOTIENT: _("总量除以人口。"),
        CheckKind.CUMULATIVE: _("从同一起点累计的数，后一次不应小于前一次。"),
    }
    sentence = sentences[check.kind].format(year=year)
    if check.parts_all > check.parts_known:
        known = _("{all} 个部分中资料库有 {known} 个。")
        sentence += "" if language is Language.ZH else " "
        sentence += known.format(all=check.parts_all, known=check.parts_known)
    return sentence


def reason_text(check: Check, language: Language) -> str:
    """Say why something cannot be reckoned; empty where it can."""
    if check.reason is None:
        return ""
    if check.reason is Reason.NO_BASE and check.base_year:
        year = date_text(str(check.base_year), language)
        return _("资料库没有{year}的同一指标").format(year=year)
    return reason_name(check.reason)


def reason_name(reason: Reason) -> str:
    """Return why things cannot be reckoned, for all that have this reason."""
    return {
        Reason.NO_BASE: _("资料库没有对比期的同一指标"),
        Reason.NO_WHOLE: _("资料库没有全国或整体的数"),
        Reason.NO_VALUE: _("资料库只有增幅，没有数值本身"),
        Reason.NO_START: _("来源没写从哪一年算起"),
        Reason.REAL_GROWTH: _("增幅按不变价计算，不能由现价数推算"),
        Reason.EXPECTED: _("其中一个是年内预计数，不是最终数"),
        Reason.ONLY_BOUNDS: _("只有“超”“约”一类的数，定不出增幅"),
        Reason.OTHER_DATE: _("同一年但时点不同，不能直接比较"),
        Reason.OTHER_RELEASE: _("批次不同，不能相加比较"),
        Reason.OTHER_UNIT: _("单位不是同一种，不能比较"),
        Reason.NOT_POSITIVE: _("对比的数是零或负数，不能作除数"),
        Reason.NO_YEARS: _("来源没写时期，或起算年不早于这一时期，算不出年数"),
        Reason.BACKWARDS: _("时期的止在起之前"),
    }[reason]


def claim_text(check: Check, language: Language) -> str:
    """Return the words of the source that are checked; empty where there are none."""
    if language is Language.ZH or not check.claim_zh:
        return check.claim_zh
    return check.subject.comparison_en


def stated_text(check: Check, language: Language) -> str:
    """Return what the source prints: the number that is checked, or the value of the figure."""
    if check.stated is None or not (check.claim_zh or _is_rate(check)):
        return figure_text(check.subject, language)
    return _number_text(check, check.stated, check.decimals, language)


def reckoned_text(check: Check, language: Language) -> str:
    """Return what follows from the others or what the other source prints, else why nothing follows."""
    if check.verdict is Verdict.UNKNOWN or check.reckoned is None:
        return reason_text(check, language)
    if len(check.figures) == 2 and check.kind in (CheckKind.SAME, CheckKind.QUOTED, CheckKind.CUMULATIVE):
        return figure_text(check.figures[1], language)
    # One more place than is printed shows which way a rounding went.
    return _number_text(check, check.reckoned, check.decimals + 1, language)


def outcome_text(check: Check, language: Language) -> str:
    """Return what the source prints and what it was held against, in one sentence."""
    sentence = (
        _("一处写 {stated}，另一处写 {reckoned}。")
        if check.is_agreement
        else _("来源写 {stated}，核得 {reckoned}。")
    )
    return sentence.format(stated=stated_text(check, language), reckoned=reckoned_text(check, language))


def scope_name(catalogue: Catalogue, scope_id: str, language: Language) -> str:
    """Return the name of the scope of figures: a place, a chain or the region."""
    place = catalogue.places.get(scope_id)
    # The short name: some demonstration areas are called by all that lies in them.
    return place.label(language) if place is not None else via_name(catalogue, scope_id, language) or scope_id


def check_sentence(catalogue: Catalogue, check: Check, language: Language) -> str:
    """Return a check in one sentence."""
    return _("{scope}，{indicator}，{period}。{kind}：{outcome}").format(
        scope=scope_name(catalogue, check.subject.scope_id, language),
        indicator=check.subject.indicator(language),
        period=period_text(check.subject.period, language),
        kind=check_kind_name(check.kind),
        outcome=outcome_text(check, language),
    )


def counts_text(checks: Sequence[Check]) -> str:
    """Return how many checks came out which way."""
    differing = [check for check in checks if check.verdict is Verdict.DIFFER]
    marked = sum(check.is_marked for check in differing)
    counts = {verdict: sum(check.verdict is verdict for check in checks) for verdict in Verdict}
    return _(
        "一致 {agree}，舍入之内 {rounded}，不一致 {differ}（已注明 {marked}），无法核算 {unknown}。"
    ).format(
        agree=counts[Verdict.AGREE],
        rounded=counts[Verdict.ROUNDED],
        differ=len(differing),
        marked=marked,
        unknown=counts[Verdict.UNKNOWN],
    )


def contradictions_as_findings(
    catalogue: Catalogue, checks: Sequence[Check], language: Language
) -> tuple[Finding, ...]:
    """Return what differs although the catalogue does not say so."""
    return tuple(
        Finding(
            Severity.ERROR,
            "figures-contradict",
            "catalogue/figures.csv#" + "+".join(figure.id for figure in check.figures),
            check_sentence(catalogue, check, language),
            _("核对原文；确属各来源不一的，在 contested 一栏写 1，并在说明里写清楚"),
        )
        for check in checks
        if check.is_contradiction
    )


def _is_rate(check: Check) -> bool:
    return check.unit_zh != check.subject.unit_zh


def _number_text(check: Check, number: Range, decimals: int, language: Language) -> str:
    digits = f"{number.value:.{decimals}f}"
    value = Decimal(digits.rstrip("0").rstrip(".") if "." in digits else digits)
    qualifier = Qualifier.EXACT if number.is_bounded else Qualifier.MORE
    return figure_text(
        replace(
            check.subject, value=value, qualifier=qualifier, unit_zh=check.unit_zh, unit_en=check.unit_en
        ),
        language,
    )
