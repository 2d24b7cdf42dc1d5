"""What is in a project's file, written from the first byte to the last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import jjjmap
from jjjmap.errors import LibraryUnusable
from jjjmap.export.datasets.about import About
from jjjmap.export.datasets.geopackage import add_project, add_styles, without_rows, write_layer
from jjjmap.export.datasets.layers import plain_title
from jjjmap.export.datasets.names import spare_names, table_names
from jjjmap.export.datasets.qgis_project import WrittenLayer, WrittenTable
from jjjmap.export.dates import export_date, moment_text
from jjjmap.export.files import Stopped
from jjjmap.export.marks import Audience, marks_of
from jjjmap.i18n import _, language
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds
from jjjmap.project.empty_geopackage import make_geopackage
from jjjmap.project.file_format import OWN_TABLES, PROJECT_VERSION, project_title
from jjjmap.project.layer_tables import PackedLayer, feature_layer, pack_layer
from jjjmap.project.library_tables import library_statements, pack_library, reading_titles
from jjjmap.project.state import ProjectState
from jjjmap.project.state_json import state_to_json
from jjjmap.text.store.schema import SCHEMA_VERSION


class DraftWriter:
    """Writes one draft.

    Parameters
    ----------
    draft
        A file that is not there yet, in a private folder.
    file_name
        Of the project when it is done.
    progress, cancelled
        As for `saving.save_project`.
    """

    def __init__(
        self, draft: Path, file_name: str, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> None:
        self._draft = draft
        self._file_name = file_name
        self._progress = progress
        self._cancelled = cancelled

    def tick(self, share: float) -> None:
        """Tell how far it is; raises `Stopped` if it shall go no further."""
        if self._cancelled():
            raise Stopped
        self._progress(share)

    def write(
        self,
        state: ProjectState,
        layers: Sequence[PackedLayer],
        library: Path,
        places: tuple[Path, Path],
    ) -> None:
        """Write everything; raises OSError, RuntimeError, sqlite3.Error or LibraryUnusable."""
        self.tick(0.01)
        title = project_title(Path(self._file_name))
        opacities = {setting.id: setting.opacity for setting in state.layers}
        layer_titles = [layer.stored.title for layer in layers]
        taken = (*OWN_TABLES, *library_statements(), *reading_titles(), "layer_styles")
        names = table_names(layer_titles, taken)
        titles = spare_names([plain_title(layer_title) for layer_title in layer_titles],
                             ("layer_styles", *reading_titles().values()))  # fmt: skip
        written: list[WrittenLayer] = []
        columns: list[list[tuple[str, str]]] = []
        share = 0.8 / max(len(layers), 1)
        if not layers:  # Else the driver makes it.
            make_geopackage(self._draft)
        for number, (layer, name) in enumerate(zip(layers, names, strict=True)):
            start = 0.02 + share * number
            out, renamed = feature_layer(layer, name, opacities.get(layer.stored.id, 1.0))
            write_layer(self._draft, out, titles[number], self._part(start, share))
            written.append(without_rows(out))
            columns.append(renamed)
        self.tick(0.84)
        connection = sqlite3.connect(self._draft, isolation_level=None)
        try:
            # A draft that is not finished is thrown away: nothing has to be taken back in it.
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")
            moment = moment_text()
            for statement in OWN_TABLES.values():
                connection.execute(statement)
            documents = self._pack_library(connection, library, places, moment)
            self.tick(0.9)
            connection.execute("BEGIN")
            for layer, name, renamed in zip(layers, names, columns, strict=True):
                pack_layer(connection, layer, name, renamed, self._draft.parent, self._part(0.9, 0.0))
            self._pack_state(connection, state, moment)
            add_styles(connection, written, moment)
            tables = [WrittenTable(*told) for told in reading_titles().items()] if documents else []
            add_project(connection, _about(title, state), written, tables, self._file_name)
            connection.execute("COMMIT")
        finally:
            connection.close()
        self.tick(0.95)

    def _part(self, start: float, share: float) -> Callable[[float], None]:
        return lambda done: self.tick(start + share * done)

    def _pack_library(
        self, connection: sqlite3.Connection, library: Path, places: tuple[Path, Path], moment: str
    ) -> int:
        try:
            return pack_library(connection, library, places, moment)
        except sqlite3.Error as exc:
            code = getattr(exc, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise
            reason = _("读取时出错（{detail}）。").format(detail=" ".join(str(exc).split()))
            raise LibraryUnusable(library, reason) from exc

    def _pack_state(self, connection: sqlite3.Connection, state: ProjectState, moment: str) -> None:
        facts = {
            "version": str(PROJECT_VERSION),
            "library_version": str(SCHEMA_VERSION),
            "program": f"jjjmap {jjjmap.__version__}",
            "saved": moment,
            "state": json.dumps(state_to_json(state), allow_nan=False),
        }
        connection.executemany("INSERT INTO jjjmap_project VALUES (?, ?)", list(facts.items()))


def _about(title: str, state: ProjectState) -> About:
    shown = state.bounds_lonlat
    return About(
        title,
        language(),
        marks_of(Audience.INTERNAL, language()),
        export_date().isoformat(),
        jjjmap.__version__,
        "",
        Bounds(*shown) if shown is not None else REGION_BOUNDS,
    )
