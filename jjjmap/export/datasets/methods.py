"""How layers that analyses made were reckoned, as a table: inputs, formulas, what is missing and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jjjmap.export.datasets.records import RecordColumn, Records, Value, ValueKind, record_title
from jjjmap.i18n import _
from jjjmap.layers.provenance import Provenance
from jjjmap.layers.provenance_texts import missing_text

_SEPARATOR = "|"
"""Between ids, as in the other tables of an export."""


def method_records(made: Iterable[tuple[str, Provenance]]) -> Records:
    """Return a row for each input, column, missing value and note, in the language in use.

    Parameters
    ----------
    made
        Title of each layer and how it was made, without the columns that stay at home.
    """
    columns = (
        RecordColumn("layer", _("图层")),
        RecordColumn("part", _("部分")),
        RecordColumn("name", _("名称")),
        RecordColumn("text", _("说明")),
        RecordColumn("unit", _("单位")),
        RecordColumn("reference", _("参考文献")),
        RecordColumn("rows", _("行数"), ValueKind.INTEGER),
        RecordColumn("rows_used", _("用了的行"), ValueKind.INTEGER),
        RecordColumn("sha256", "SHA-256"),
        RecordColumn("source_ids", _("来源编号")),
    )
    rows = tuple(row for title, provenance in made for row in _rows(title, provenance))
    return Records("methods", record_title("methods"), columns, rows)


def _rows(title: str, provenance: Provenance) -> Iterator[tuple[Value, ...]]:
    yield (title, _("分析"), provenance.title, provenance.made, "", "", None, None, "", "")
    for note in provenance.inputs:
        rows, cited = (note.rows, note.rows_used), _SEPARATOR.join(note.source_ids)
        yield (title, _("所用数据"), note.title, note.note, "", "", *rows, note.sha256, cited)
    for column in provenance.columns:
        cited = _SEPARATOR.join(column.source_ids)
        told = (column.formula, column.unit, column.reference)
        yield (title, _("列"), column.name, *told, None, None, "", cited)
    for missing in provenance.missing:
        why = missing_text(missing)
        yield (title, _("没有算出"), missing.column, why, "", "", missing.count, None, "", "")
    for text in provenance.notes:
        yield (title, _("说明"), "", text, "", "", None, None, "", "")
