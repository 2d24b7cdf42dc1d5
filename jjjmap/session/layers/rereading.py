"""Reading the file of a layer again, in another thread; the layer takes what came of it afterwards."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import LayerFacts, LayerSource, ReadAnswer
from jjjmap.layers.user_layer import check_parts, open_table
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.session.tasks import Cancelled, Progress

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of reading a file again."""

    before: StoredLayer
    """The layer when it began."""
    after: StoredLayer
    """With rows that are kept, but that the layer does not have yet; the old ones if the file is the same."""
    answer: ReadAnswer
    """With what no longer fits among its findings."""

    @property
    def has_new_rows(self) -> bool:
        """Whether the file gave other rows than the layer has."""
        return self.after.generation != self.before.generation


def read_again(
    store: UserLayerStore,
    stored: StoredLayer,
    source: LayerSource,
    progress: Progress,
    cancelled: Cancelled,
) -> Reread | None:
    """Read a layer's file again and keep the rows for it.

    Parameters
    ----------
    source
        Where it is read from; need not be where it was.

    Returns
    -------
    Reread or None
        None if it was cancelled; nothing is kept then.

    Raises
    ------
    LayerUnreadable
        The file is gone, or gives no layer.
    OSError
        The rows could not be kept.
    """
    from jjjmap.layers.opening.reading_worker import LayerReader
    from jjjmap.layers.refitting import part_for, refit

    path, folder = Path(source.path), store.new_folder()
    try:
        with LayerReader() as reader:
            answer = reader.read(path, source.options, folder, progress=progress, cancelled=cancelled)
        check_parts(answer)
        part = part_for(stored, answer)
        if part is None:
            raise LayerUnreadable(path, "no-rows")
        source = replace(source, part=part.folder)
        if _is_same(stored, part.facts, source):
            return Reread(stored, replace(stored, source=source), replace(answer, findings=(_same(path),)))
        if cancelled():
            return None
        rejected = folder / answer.rejected_file if answer.rejected_file else None
        generation = store.adopt_rows(stored.id, folder / part.folder, rejected=rejected)
        kept = replace(stored, facts=part.facts, generation=generation, source=source)
        try:
            after, findings = refit(stored, part.facts, open_table(store, kept))
        except BaseException:
            store.drop_rows(stored.id, generation)
            raise
        after = replace(after, generation=generation, source=source)
        findings = list(dict.fromkeys((*findings, *answer.findings)))
        return Reread(stored, after, replace(answer, parts=(part,), findings=tuple(findings)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_same(stored: StoredLayer, facts: LayerFacts, source: LayerSource) -> bool:
    """Whether the file says what the layer has: the same bytes, read alike, and not changed here."""
    old = stored.facts
    asked = stored.source.options if stored.source is not None else None
    return bool(
        facts.sha256
        and (facts.sha256, facts.rows, facts.geometry, facts.columns, facts.datum)
        == (old.sha256, old.rows, old.geometry, old.columns, old.datum)
        and asked == source.options
    )


def _same(path: Path) -> Finding:
    return Finding(
        Severity.INFO,
        "reload-same",
        path.name,
        _("文件“{name}”没有变化，图层保持原样。").format(name=path.name),
    )
