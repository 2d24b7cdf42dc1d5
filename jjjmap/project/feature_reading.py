"""A layer read anew from its own table in a project: somebody changed it, or its exact rows are broken."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import Column, ColumnRole, LayerFacts, OpenOptions, ReadAnswer, ReadPart
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore

if TYPE_CHECKING:
    from jjjmap.layers.feature_table import FeatureTable


def read_features(
    source: Path,
    table_name: str,
    columns: Mapping[str, str],
    stored: StoredLayer,
    store: UserLayerStore,
    scratch: Path,
) -> tuple[Finding, ...]:
    """Have a layer's rows be those of its own table; its style stays, and its filter where that still fits.

    Parameters
    ----------
    source
        The project's file, under a neutral name.
    columns
        Names in the layer, by those in the table.
    store
        Has the layer's record; whatever rows it has there are replaced.
    scratch
        A private folder.

    Returns
    -------
    tuple
        What is doubtful in the table, and what no longer fits.

    Raises
    ------
    LayerUnreadable
        There is nothing that can be read.
    OSError
        The folder cannot be written.
    """
    from jjjmap.layers.feature_table import FeatureTable, write_table
    from jjjmap.layers.opening.layer_writer import LayerWriter
    from jjjmap.layers.opening.reading_worker import read_file
    from jjjmap.layers.styling.classify import apply_style

    room = scratch / f"anew-{stored.id}"
    parts, staged = room / "parts", room / "staged"
    for folder in (parts, staged):
        folder.mkdir(parents=True)
    try:
        with LayerWriter(source, parts) as writer:
            read_file(source, OpenOptions(sublayer=table_name, datum="WGS-84"), writer, staged)
            answer = writer.finish()
        part = _fitting(answer, stored)
        try:
            table = FeatureTable.open(parts / part.folder, part.facts.geometry)
        except (OSError, ValueError, KeyError) as exc:
            raise LayerUnreadable(source, "damaged", str(exc)) from exc
        names = [columns.get(name, name) for name in table.attributes.column_names]
        if len(set(names)) == len(names):
            table = replace(table, attributes=table.attributes.rename_columns(names))
        facts = _facts(stored.facts, part.facts, table.columns)
        changed, findings = _with_fitting_filter(replace(stored, facts=facts), table)
        changed = replace(changed, look=apply_style(table, stored.style).style)
        target = store.table_folder(changed)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        write_table(target, table)
        store.save(changed)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    told = tuple(replace(finding, where=stored.id) for finding in answer.findings)
    return (*told, *findings)


def _fitting(answer: ReadAnswer, stored: StoredLayer) -> ReadPart:
    """Return the part that is what the layer was; the first one if there is none."""
    return next(
        (part for part in answer.parts if part.facts.geometry is stored.facts.geometry), answer.parts[0]
    )


def _facts(old: LayerFacts, new: LayerFacts, columns: tuple[Column, ...]) -> LayerFacts:
    roles = {column.name: column.role for column in old.columns}
    return replace(
        old,
        geometry=new.geometry,
        columns=tuple(
            Column(column.name, column.kind, roles.get(column.name, ColumnRole.NONE)) for column in columns
        ),
        rows=new.rows,
        without_geometry=new.without_geometry,
        mended=new.mended,
        bounds=new.bounds,
    )


def _with_fitting_filter(stored: StoredLayer, table: FeatureTable) -> tuple[StoredLayer, tuple[Finding, ...]]:
    from jjjmap.layers.tables.filters import Filter

    if stored.filter is None:
        return stored, ()
    try:
        Filter.from_json(stored.filter).matches(table)
    except (ValueError, KeyError):
        message = _("图层“{title}”的筛选条件与改后的数据不合，已去掉，现在显示全部行。")
        finding = Finding(
            Severity.WARNING,
            "project-layer-filter-dropped",
            stored.id,
            message.format(title=stored.title[:100]),
            _("请在属性表里重新筛选。"),
        )
        return replace(stored, filter=None), (finding,)
    return stored, ()
