"""What was set on a layer, carried over to other rows of it: its file was read again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import LayerFacts, ReadAnswer, ReadPart
from jjjmap.layers.styling.user_style import Density, StyleMode, UserStyle
from jjjmap.layers.user_layer import first_look, first_style
from jjjmap.layers.user_layer_store import StoredLayer

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable

SHOWN_NAMES = 5
"""So many columns are named in a sentence."""


def part_for(stored: StoredLayer, answer: ReadAnswer) -> ReadPart | None:
    """Return the part of a file that a layer is; None if the file no longer has one like it."""
    wanted = stored.source.part if stored.source is not None else ""
    for part in answer.parts:
        if part.folder == wanted and part.facts.geometry is stored.facts.geometry:
            return part
    alike = [part for part in answer.parts if part.facts.geometry is stored.facts.geometry]
    return next(iter(alike or answer.parts), None)


def refit(stored: StoredLayer, facts: LayerFacts, table: FeatureTable) -> tuple[StoredLayer, list[Finding]]:
    """Return a layer with other rows, as far as possible called, drawn and filtered as before.

    Parameters
    ----------
    stored
        The layer as it was.
    facts, table
        What was read.

    Returns
    -------
    StoredLayer
        With the old generation still: whoever keeps the rows numbers them.
    list of Finding
        What no longer fits, and how the rows changed.
    """
    findings = _changes(stored, facts)
    style, more = _fitting_style(stored, facts, table)
    shown, less = _fitting_filter(stored, table)
    look = first_look(facts, style)
    if facts.geometry is not None:
        from jjjmap.layers.styling.classify import apply_style

        look = apply_style(table, style).style
    return replace(stored, facts=facts, style=style, look=look, filter=shown), [*findings, *more, *less]


def _changes(stored: StoredLayer, facts: LayerFacts) -> list[Finding]:
    old, title = stored.facts, stored.title
    findings = []
    if facts.rows != old.rows:
        said = _("图层“{title}”原来有 {old} 行，现在有 {new} 行。")
        message = said.format(title=title, old=f"{old.rows:,}", new=f"{facts.rows:,}")
        findings.append(Finding(Severity.INFO, "reload-rows", facts.source_name, message))
    before, now = [each.name for each in old.columns], [each.name for each in facts.columns]
    gone = [name for name in before if name not in now]
    come = [name for name in now if name not in before]
    if gone:
        message = _("文件里已没有这些列：{names}。").format(names=_named(gone))
        findings.append(Finding(Severity.WARNING, "reload-columns-gone", facts.source_name, message))
    if come:
        message = _("文件里多了这些列：{names}。").format(names=_named(come))
        findings.append(Finding(Severity.INFO, "reload-columns-new", facts.source_name, message))
    return findings


def _fitting_style(
    stored: StoredLayer, facts: LayerFacts, table: FeatureTable
) -> tuple[UserStyle, list[Finding]]:
    from jjjmap.layers.styling.classify import problem_of
    from jjjmap.layers.styling.column_values import TableColumns

    style, where = stored.style, facts.source_name
    if facts.geometry is not stored.facts.geometry:
        fresh = first_style(facts, 0)
        if stored.facts.geometry is None:
            return fresh, []
        message = _("图层“{title}”的几何类型变了，样式从头开始。").format(title=stored.title)
        finding = Finding(Severity.WARNING, "reload-style", where, message, _("请重新设置样式。"))
        return replace(fresh, color=style.color), [finding]
    if facts.geometry is None:
        return style, []
    findings = []
    problem = problem_of(style, TableColumns(table))
    if problem:
        style = replace(style, mode=StyleMode.SINGLE, column="", density=Density.NONE)
        message = _("原来的样式用不上了，改用单一颜色：{reason}").format(reason=problem)
        findings.append(
            Finding(Severity.WARNING, "reload-style", where, message, _("可以撤销，或重新设置样式。"))
        )
    if style.label_column and style.label_column not in table.attributes.column_names:
        message = _("标注用的列“{column}”没有了，不再标注。").format(column=style.label_column[:60])
        findings.append(Finding(Severity.WARNING, "reload-labels", where, message))
        style = replace(style, label_column="")
    return style, findings


def _fitting_filter(stored: StoredLayer, table: FeatureTable) -> tuple[dict[str, Any] | None, list[Finding]]:
    from jjjmap.layers.tables.filters import Filter
    from jjjmap.layers.tables.matching import problem

    if stored.filter is None:
        return None, []
    wanted = Filter.from_json(stored.filter)
    kept = tuple(each for each in wanted.conditions if not problem(table, each))
    if len(kept) == len(wanted.conditions):
        return stored.filter, []
    dropped = [each.column for each in wanted.conditions if each not in kept]
    message = _("有 {n} 个筛选条件用不上了，已去掉：{names}。").format(
        n=len(dropped), names=_named([name or _("位置") for name in dropped])
    )
    finding = Finding(
        Severity.WARNING,
        "reload-filter",
        stored.facts.source_name,
        message,
        _("现在按其余条件显示；可以撤销，或重新筛选。") if kept else _("现在显示全部行。"),
    )
    return replace(wanted, conditions=kept).to_json() if kept else None, [finding]


def _named(names: list[str]) -> str:
    shown = _("、").join(name[:40] for name in dict.fromkeys(names[:SHOWN_NAMES]))
    return _("{names} 等").format(names=shown) if len(names) > SHOWN_NAMES else shown
