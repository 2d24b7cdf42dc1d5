"""How a layer was made, as lines for a person: the same beside it in the window and in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

from jjjmap.i18n import _
from jjjmap.layers.provenance import ColumnNote, InputNote, Missing, Provenance

SHORT_HASH = 12
"""So many digits tell one file from another."""


def formula_texts(notes: Iterable[ColumnNote]) -> list[str]:
    """Return what the columns are that were reckoned, with unit and where the method is published.

    Those with one formula stand in one line.
    """
    alike: dict[tuple[str, str, str], list[str]] = {}
    for note in notes:
        if note.formula:
            unit = _("单位：{unit}").format(unit=note.unit) if note.unit else ""
            alike.setdefault((note.formula, unit, note.reference), []).append(note.name)
    said = []
    for (formula, unit, reference), names in alike.items():
        reckoned = " = ".join((_("、").join(names), formula))
        said.append(_("；").join(part for part in (reckoned, unit, reference) if part))
    return said


def missing_text(each: Missing) -> str:
    """Return which values could not be reckoned, for which rows, and why."""
    said = _("{column}：{reason}").format(column=each.column, reason=each.text)
    count = max(each.count, len(each.units))
    if not each.units:
        return _("{said}（{n} 行）").format(said=said, n=f"{count:,}") if count else said
    names = _("、").join(each.units)
    if count > len(each.units):
        return _("{said}（{n} 行：{names} 等）").format(said=said, n=f"{count:,}", names=names)
    return _("{said}（{n} 行：{names}）").format(said=said, n=f"{count:,}", names=names)


def rows_text(note: InputNote) -> str:
    """Return how many rows of an input were used."""
    rows, used = f"{note.rows:,}", f"{note.rows_used:,}"
    if note.rows == note.rows_used:
        return _("{n} 行，全部用上").format(n=rows)
    return _("{n} 行中用了 {used} 行").format(n=rows, used=used)


def input_text(note: InputNote) -> str:
    """Return what went into an analysis, in a line."""
    remarks = " ".join(note.note.split("\n"))
    hashed = f"SHA-256 {note.sha256[:SHORT_HASH]}…" if note.sha256 else ""
    parts = (rows_text(note) if note.rows or note.rows_used else "", remarks, hashed)
    told = _("；").join(part for part in parts if part)
    return _("{title}：{told}").format(title=note.title, told=told) if told else note.title


def provenance_pairs(provenance: Provenance) -> tuple[tuple[str, str], ...]:
    """Return all that must go along with the rows of a result: names and lines."""
    pairs = [(_("分析"), provenance.title), (_("计算日期"), provenance.made)]
    pairs += [(_("算法"), text) for text in formula_texts(provenance.columns)]
    pairs += [(_("没有算出"), missing_text(each)) for each in provenance.missing]
    pairs += [(_("所用数据"), input_text(note)) for note in provenance.inputs]
    pairs += [(_("说明"), note) for note in provenance.notes]
    pairs.append((_("程序版本"), provenance.program))
    return tuple(pair for pair in pairs if pair[1])
