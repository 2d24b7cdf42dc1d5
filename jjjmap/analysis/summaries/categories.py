"""Industries as categories: whatever codes or names the rows have, at one level of GB/T 4754-2017."""

from __future__ import annotations

from dataclasses import dataclass

from jjjmap.analysis.summaries.refusing import impossible, named
from jjjmap.catalogue.industries import SOURCE_IDS, Industries, IndustryLevel, shipped_industries
from jjjmap.catalogue.industry_codes import IndustryColumn, Verdict, read_column
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _, language

INDUSTRY = "industry"
"""The one classification that there is; an empty text takes categories as they stand."""
DEFAULT_LEVEL = IndustryLevel.DIVISION
_DIGITS = {IndustryLevel.DIVISION: 2, IndustryLevel.GROUP: 3, IndustryLevel.CLASS: 4}


@dataclass(frozen=True, eq=False)
class Classification:
    """How the values of a column become categories."""

    names: dict[str, str]
    """By value; an empty text for what is none, or too coarse, or could be several."""
    findings: tuple[Finding, ...]
    note: str
    source_ids: tuple[str, ...] = SOURCE_IDS

    def of(self, value: str) -> str:
        """Return the category of a value; empty for none."""
        return self.names.get(value, "")


def check_classification(classification: str, level: str) -> None:
    """Raise AnalysisImpossible for a classification or level that there is not."""
    if classification not in ("", INDUSTRY):
        message = _("不认识的分类“{name}”；可用：industry（国民经济行业分类）。")
        raise impossible("classification-unknown", message.format(name=classification))
    if level and level not in set(IndustryLevel):
        levels = named(each.value for each in IndustryLevel)
        message = _("行业分类没有“{level}”这一级；可用：{levels}。")
        raise impossible("classification-unknown", message.format(level=level, levels=levels))


def industry_classification(rows_of_value: dict[str, int], level: str, where: str) -> Classification:
    """Return how the values of a column of industries become categories.

    Parameters
    ----------
    rows_of_value
        How many rows each value has.
    level
        Of `IndustryLevel`; empty for `DEFAULT_LEVEL`.
    where
        What the rows are of, for the findings.
    """
    industries = shipped_industries()
    wanted = IndustryLevel(level) if level else DEFAULT_LEVEL
    values = [value for value in rows_of_value if value]
    column = read_column(values, industries)
    names: dict[str, str] = {}
    unclear, coarse = [], []
    for value in values:
        codes = column.read(value).codes
        found = {_at_level(code, wanted, industries) for code in codes}
        if len(found) == 1 and "" not in found:
            names[value] = _label(found.pop(), industries)
        elif found == {""}:
            coarse.append(value)
        elif found:
            unclear.append(value)
    unknown = [value for value in values if column.read(value).trouble == "unknown"]
    findings = [
        *_told(
            "industries-unknown",
            _("{n} 行的行业代码或名称认不出来（例如 {examples}），不计入按类别的指标。"),
            unknown,
            rows_of_value,
            where,
        ),
        *_told(
            "industries-too-coarse",
            _("{n} 行的行业只到更粗的一级（例如 {examples}），不计入按类别的指标。"),
            coarse,
            rows_of_value,
            where,
        ),
        *_told(
            "industries-ambiguous",
            _("{n} 行的旧行业代码在 2017 版里分到几处（例如 {examples}），不计入按类别的指标。"),
            unclear,
            rows_of_value,
            where,
        ),
        *_editions(column, where),
    ]
    if column.padded_rows:
        message = _("有的行业代码丢了开头的 0（如 111 应为 0111），已补上再用。")
        findings.append(Finding(Severity.INFO, "industries-padded", where, message))
    note = _("类别按《国民经济行业分类》（GB/T 4754—2017）归并到{level}；代码按 {edition} 版理解。").format(
        level=level_name(wanted), edition=column.taken_as.value
    )
    return Classification(names, tuple(findings), note)


def level_name(level: IndustryLevel) -> str:
    """Return what a level is called."""
    return {
        IndustryLevel.SECTION: _("门类"),
        IndustryLevel.DIVISION: _("大类"),
        IndustryLevel.GROUP: _("中类"),
        IndustryLevel.CLASS: _("小类"),
    }[level]


def _at_level(code: str, level: IndustryLevel, industries: Industries) -> str:
    """Return the industry of a level that holds a code; an empty text if the code is coarser."""
    if level is IndustryLevel.SECTION:
        return industries.section_of(code)
    digits = _DIGITS[level]
    return code[:digits] if len(code) >= digits else ""


def _label(code: str, industries: Industries) -> str:
    return f"{code} {industries.by_code[code].name(language())}"


def _editions(column: IndustryColumn, where: str) -> list[Finding]:
    if column.verdict is Verdict.MIXED:
        message = _("行业代码混有两个版本：{old} 只在 2011 版里有，{new} 只在 2017 版里有。")
        hint = _("两版里含义不同的代码按 2017 版理解；请先统一版本。")
        message = message.format(old=named(column.only_2011, 3), new=named(column.only_2017, 3))
        return [Finding(Severity.WARNING, "industry-editions-mixed", where, message, hint)]
    if column.verdict is Verdict.OF_2011:
        message = _("行业代码是 2011 版的（例如 {codes}），已换算到 2017 版。")
        return [
            Finding(
                Severity.INFO,
                "industry-edition-2011",
                where,
                message.format(codes=named(column.only_2011, 3)),
            )
        ]
    if column.verdict is Verdict.EITHER and column.doubtful:
        message = _("看不出行业代码的版本；{codes} 在 2011 版和 2017 版里含义不同，按 2017 版理解。")
        codes = named(column.doubtful, 3)
        return [Finding(Severity.WARNING, "industry-edition-doubtful", where, message.format(codes=codes))]
    return []


def _told(
    code: str, message: str, values: list[str], rows_of_value: dict[str, int], where: str
) -> list[Finding]:
    if not values:
        return []
    frequent = sorted(values, key=lambda value: (-rows_of_value[value], value))
    rows = sum(rows_of_value[value] for value in values)
    examples = _("、").join(value[:30] for value in frequent[:3])
    return [
        Finding(Severity.WARNING, code, where, message.format(n=f"{rows:,}", examples=examples)),
    ]
