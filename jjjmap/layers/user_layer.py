"""A user's layer: how it first looks, how the map takes it, and its rows from disk."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.errors import RowsUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.layer import Layer, LayerGroup
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.opening.records import LayerFacts, LayerSource, ReadAnswer
from jjjmap.layers.style import Geometry, LayerStyle, SymbolClass
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.user_style import StyledRows

logger = logging.getLogger(__name__)

FIRST_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6a3d9a", "#7f7f00")
"""Of layers one after another: Okabe and Ito's, without those that vanish on the basemap."""


def open_table(store: UserLayerStore, stored: StoredLayer) -> FeatureTable:
    """Map the rows of a layer from disk.

    Raises
    ------
    RowsUnreadable
        The files are gone or broken.
    """
    from jjjmap.layers.feature_table import FeatureTable

    try:
        table = FeatureTable.open(store.table_folder(stored), stored.facts.geometry)
    except (OSError, ValueError, KeyError) as exc:  # Arrow's own errors are among these.
        logger.warning("rows of %s cannot be read: %s", stored.id, exc)
        if isinstance(exc, FileNotFoundError):
            reason = _("存放它的文件不在了。")
        else:
            said = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
            reason = _("存放它的文件读不了（{detail}）。").format(detail=" ".join(said.split())[:160])
        raise RowsUnreadable(stored.title, reason) from exc
    if len(table) != stored.facts.rows:
        reason = _("应有 {n} 行，实有 {found} 行。").format(n=stored.facts.rows, found=len(table))
        raise RowsUnreadable(stored.title, reason)
    return table


def stored_rows(
    store: UserLayerStore,
    stored: StoredLayer,
    *,
    table: FeatureTable | None = None,
    styled: StyledRows | None = None,
    shown: npt.NDArray[np.bool_] | None = None,
    marked: npt.NDArray[np.int64] | None = None,
) -> LayerRows:
    """Return the rows of a layer with its style and filter.

    Parameters
    ----------
    table, styled, shown
        What is known of them already; anything else is read or reckoned.
    marked
        Numbers of marked rows; none by default.

    Raises
    ------
    RowsUnreadable
        The files are gone or broken.
    """
    import numpy as np

    from jjjmap.layers.styling.classify import apply_style
    from jjjmap.layers.tables.filters import Filter

    table = table if table is not None else open_table(store, stored)
    wanted = Filter.from_json(stored.filter) if stored.filter is not None else None
    if wanted is not None and shown is None:
        shown = wanted.matches(table)
    return LayerRows(
        stored,
        table,
        styled or apply_style(table, stored.style),
        shown if wanted is not None else None,
        marked if marked is not None else np.empty(0, dtype=np.int64),
        wanted,
    )


def with_usable_filter(stored: StoredLayer) -> tuple[StoredLayer, tuple[Finding, ...]]:
    """Return a layer with its filter, or without one that nobody can read, and say so."""
    if stored.filter is None:
        return stored, ()
    from jjjmap.layers.tables.filters import Filter

    try:
        Filter.from_json(stored.filter)
    except ValueError as exc:
        logger.warning("filter of %s: %s", stored.id, exc)
        finding = Finding(
            Severity.WARNING,
            "user-layer-filter-broken",
            stored.id,
            _("图层“{title}”保存的筛选条件读不出来。").format(title=stored.title),
            _("现在显示全部行；请在属性表里重新筛选。"),
        )
        return replace(stored, filter=None), (finding,)
    return stored, ()


def adopt_parts(
    store: UserLayerStore,
    folder: Path,
    answer: ReadAnswer,
    number: int,
    layer_ids: Sequence[str] = (),
    source: LayerSource | None = None,
) -> list[StoredLayer]:
    """Keep all parts of what was read, or none; raises OSError.

    Parameters
    ----------
    number
        How many layers there were before; it decides the colours.
    layer_ids
        Ids for the parts; new ones if there are none.
    source
        The file that was read; which part each layer is, is added.
    """
    check_parts(answer)
    rejected = folder / answer.rejected_file if answer.rejected_file else None
    kept: list[StoredLayer] = []
    try:
        for part, layer_id in zip(answer.parts, layer_ids or [""] * len(answer.parts), strict=True):
            style = first_style(part.facts, number + len(kept))
            look = first_look(part.facts, style)
            kept.append(
                store.adopt(
                    folder / part.folder,
                    part.facts,
                    style,
                    look,
                    rejected=rejected,
                    layer_id=layer_id,
                    source=replace(source, part=part.folder) if source is not None else None,
                )
            )
    except BaseException:
        for stored in kept:
            store.purge(store.remove(stored.id))
        raise
    return kept


def check_parts(answer: ReadAnswer) -> None:
    """Raise ValueError if something that was read lies elsewhere: the worker met hostile bytes."""
    for name in (*(part.folder for part in answer.parts), answer.rejected_file):
        if name in (".", "..") or name != Path(name).name:
            raise ValueError("a worker named a folder that is not its own")


def as_layer(stored: StoredLayer) -> Layer:
    """Return a user's layer as the stack and the map take it."""
    return Layer(
        id=stored.id,
        title_zh=stored.title,
        title_en=stored.title,
        group=LayerGroup.USER,
        file="",
        geometry=stored.facts.geometry,
        style=stored.look,
        visible=stored.facts.geometry is not None,
        in_legend=stored.facts.geometry is not None,
        rows=stored.facts.rows,
        revision=stored.generation,
    )


def first_style(facts: LayerFacts, number: int) -> UserStyle:
    """Return the look of a layer that has just been opened; `number` layers were there before it."""
    color = FIRST_COLORS[number % len(FIRST_COLORS)]
    match facts.geometry:
        case Geometry.POINT:
            # Small where there are many: they lie over one another anyway.
            size_px = 9.0 if facts.rows <= 500 else 7.0 if facts.rows <= 20_000 else 4.0
            return UserStyle(color=color, size_px=size_px)
        case Geometry.LINE:
            return UserStyle(color=color, width_px=2.0)
        case _:
            return UserStyle(color=color, stroke=color, width_px=1.2, fill_opacity=0.35)


def first_look(facts: LayerFacts, style: UserStyle) -> LayerStyle:
    """Return what one class for all features looks like."""
    is_line = facts.geometry is Geometry.LINE
    return LayerStyle(
        (
            SymbolClass(
                "*",
                facts.title,
                facts.title,
                fill="" if is_line else style.color,
                stroke=style.color if is_line else style.stroke,
                width_px=style.width_px,
                fill_opacity=style.fill_opacity,
                shape=style.shape,
                size_px=style.size_px,
            ),
        )
    )
