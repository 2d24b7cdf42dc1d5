"""Answers of ``check --figures``: what the cross-check of figures found, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from jjjmap.analysis.crosscheck import Check, CheckKind, Verdict
from jjjmap.analysis.crosscheck_texts import (
    check_kind_name,
    claim_text,
    counts_text,
    reason_name,
    reason_text,
    reckoned_text,
    scope_name,
    stated_text,
    verdict_mark,
    verdict_name,
)
from jjjmap.analysis.matrix import Cell, Matrix
from jjjmap.analysis.quantities import Range
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import period_text
from jjjmap.cli.tables import table_lines
from jjjmap.i18n import Language, _


def figures_text(catalogue: Catalogue, checks: Sequence[Check], matrix: Matrix, language: Language) -> str:
    """Return the tables of what was checked, then what could not be, then what the matrix holds."""
    agreement = [check for check in checks if check.is_agreement]
    arithmetic = [check for check in checks if not check.is_agreement]
    sections = (
        _section(_("多来源核对"), catalogue, agreement, language),
        _section(_("算术核对"), catalogue, arithmetic, language),
        _unknown_lines(checks),
        _matrix_lines(matrix),
        [verdict_text(checks)],
    )
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def verdict_text(checks: Sequence[Check]) -> str:
    """Return in a sentence whether figures contradict one another."""
    count = sum(check.is_contradiction for check in checks)
    if count:
        return _("有 {n} 处不一致没有在数据里注明。").format(n=count)
    return _("没有未注明的不一致。")


def figures_record(
    catalogue: Catalogue, checks: Sequence[Check], matrix: Matrix, language: Language
) -> dict[str, Any]:
    """Return all checks and the matrix as JSON shows them."""
    return {
        "contradictions": sum(check.is_contradiction for check in checks),
        "counts": {verdict.value: sum(check.verdict is verdict for check in checks) for verdict in Verdict},
        "checks": [_check_record(catalogue, check, language) for check in checks],
        "matrix": {
            "scopes": list(matrix.scope_ids),
            "indicators": list(matrix.indicators),
            "cells": [
                _cell_record(scope_id, indicator, cell)
                for (scope_id, indicator), cell in matrix.cells.items()
            ],
        },
    }


def _section(title: str, catalogue: Catalogue, checks: Sequence[Check], language: Language) -> list[str]:
    shown = [check for check in checks if check.verdict is not Verdict.UNKNOWN]
    lines = [_("{title}：{counts}").format(title=title, counts=counts_text(checks))]
    if not shown:
        return lines
    header = (
        _("结论"),
        _("地点"),
        _("指标"),
        _("时期"),
        _("来源写的"),
        _("核得或另一处"),
        _("核对什么"),
        _("数据"),
    )
    rows = [
        (
            f"{verdict_mark(check)} {verdict_name(check)}",
            scope_name(catalogue, check.subject.scope_id, language),
            check.subject.indicator(language),
            period_text(check.subject.period, language),
            stated_text(check, language),
            reckoned_text(check, language),
            " ".join(filter(None, (check_kind_name(check.kind), claim_text(check, language)))),
            "+".join(figure.id for figure in check.figures),
        )
        for check in shown
    ]
    return [*lines, *table_lines(header, rows)]


def _unknown_lines(checks: Sequence[Check]) -> list[str]:
    reasons = Counter(check.reason for check in checks if check.reason is not None)
    if not reasons:
        return []
    rows = [(str(count), reason_name(reason)) for reason, count in reasons.most_common()]
    return [_("无法核算的原因（--json 列出全部）："), *table_lines((), rows)]


def _matrix_lines(matrix: Matrix) -> list[str]:
    cells = matrix.cells.values()
    counts = _(
        "矩阵：{scopes} 个地点 × {indicators} 项指标，有数 {filled} 格，其中多个来源 {several} 格、"
        "来源未写时期 {timeless} 格；其余无数据。"
    )
    return [
        counts.format(
            scopes=len(matrix.scope_ids),
            indicators=len(matrix.indicators),
            filled=len(matrix.cells),
            several=sum(cell.source_count > 1 for cell in cells),
            timeless=sum(not cell.has_period for cell in cells),
        )
    ]


def _check_record(catalogue: Catalogue, check: Check, language: Language) -> dict[str, Any]:
    is_reckoned = check.verdict is not Verdict.UNKNOWN
    return {
        "kind": check.kind.value,
        "verdict": check.verdict.value,
        "marked_contested": check.is_marked,
        "scope_id": check.subject.scope_id,
        "scope": scope_name(catalogue, check.subject.scope_id, language),
        "indicator": check.subject.indicator(language),
        "period": check.subject.period,
        "base_year": check.base_year,
        "claim": claim_text(check, language),
        "stated_text": stated_text(check, language),
        "reckoned_text": reckoned_text(check, language) if is_reckoned else None,
        "stated": _range_record(check.stated),
        "reckoned": _range_record(check.reckoned),
        "unit_zh": check.unit_zh,
        "unit_en": check.unit_en,
        "reason": check.reason.value if check.reason is not None else None,
        "reason_text": reason_text(check, language),
        "parts_known": check.parts_known if check.kind in (CheckKind.SUM, CheckKind.PART) else None,
        "parts_all": check.parts_all or None,
        "figure_ids": [figure.id for figure in check.figures],
        "source_ids": list(dict.fromkeys(figure.source_id for figure in check.figures)),
    }


def _range_record(number: Range | None) -> dict[str, float | None] | None:
    if number is None:
        return None
    # JSON has no infinity: an open end is null.
    return {"low": number.low, "value": number.value, "high": number.high if number.is_bounded else None}


def _cell_record(scope_id: str, indicator: str, cell: Cell) -> dict[str, Any]:
    return {
        "scope_id": scope_id,
        "indicator_zh": indicator,
        "latest_figure_id": cell.latest.id,
        "value": format(cell.latest.value, "f"),
        "unit_zh": cell.latest.unit_zh,
        "period": cell.latest.period,
        "sources": cell.source_count,
        "figure_ids": [figure.id for figure in cell.figures],
    }
