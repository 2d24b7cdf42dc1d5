"""One HTML file that holds a whole map: it asks nothing of any network and runs no foreign script.

Data travel as deflated JSON in base64, and the page shows them by ``textContent`` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import ExportFailed
from jjjmap.export.dates import export_date
from jjjmap.export.files import Stopped, failures_told, write_atomically
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.html_metadata import about_map, export_command
from jjjmap.export.page.html_page import assembled, page_scripts
from jjjmap.export.page.map_content import ReadLayer, map_content
from jjjmap.export.page.view_content import users_shown
from jjjmap.i18n import _
from jjjmap.layers.shipped_files import read_shipped
from jjjmap.maps.snapshot import MapSnapshot

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library


def save_map_html(
    path: Path,
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    *,
    options: ContentOptions | None = None,
    library: Library | None = None,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
    read_layer: ReadLayer = read_shipped,
) -> bool:
    """Write the map to one self-contained HTML file, all or not at all.

    Parameters
    ----------
    path
        The file; its folder must exist. An old file is replaced only when the new one is complete.
    snapshot, catalogue, options, library, read_layer
        See `map_html`.
    progress
        Called with the share that is done, 0…1.
    cancelled
        Asked often; after a yes nothing is written.

    Returns
    -------
    bool
        Whether the file was written: False if it was cancelled.

    Raises
    ------
    ExportFailed
        The file could not be written, a file of ours or the rows of a layer are missing, the library cannot
        be read, or ``SOURCE_DATE_EPOCH`` is no time. The old file is untouched.
    """
    try:
        export_date()
    except ValueError as exc:
        raise ExportFailed(path, _("环境变量 SOURCE_DATE_EPOCH 不是可用的时间。")) from exc
    try:
        with failures_told(path):
            text = map_html(
                snapshot,
                catalogue,
                options=options,
                library=library,
                file_name=path.name,
                progress=progress,
                cancelled=cancelled,
                read_layer=read_layer,
            )
    except Stopped:
        return False
    # Half of a surrogate pair, which a damaged file may hold, has no place in UTF-8.
    if not write_atomically(path, text.encode("utf-8", "replace"), cancelled=cancelled):
        return False
    progress(1.0)
    return True


def map_html(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    *,
    options: ContentOptions | None = None,
    library: Library | None = None,
    file_name: str = "map.html",
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
    read_layer: ReadLayer = read_shipped,
) -> str:
    """Return the map as one HTML page.

    Parameters
    ----------
    snapshot
        What the map shows. Hidden layers are left out, but for the units that selections are marked with.
    catalogue
        Where the details of all places on the page come from.
    options
        What leaves the building; by default everything that is shown, for internal use.
    library
        The user's documents, opened in this thread; what they say about places is quoted. By default nothing.
    file_name
        What the file is to be called; it stands in the command that makes it again.
    progress, cancelled
        As for `save_map_html`.
    read_layer
        Returns the GeoJSON of a layer; by default from the data that we ship.

    Returns
    -------
    str
        The same text for the same arguments on the same day; ``SOURCE_DATE_EPOCH`` settles the day.

    Raises
    ------
    ResourceMissing
        Leaflet or one of our scripts is not there.
    RowsUnreadable
        The rows of a user's layer are gone or broken.
    LibraryUnusable
        The library cannot be read.
    ValueError
        See `export_date`.
    """

    def tick(share: float) -> None:
        if cancelled():
            raise Stopped
        progress(share)

    wanted = options if options is not None else ContentOptions()
    content = map_content(snapshot, catalogue, wanted, library, read_layer, tick)
    command = export_command(snapshot, file_name, wanted)
    return assembled(
        content.blocks,
        about_map(snapshot, catalogue, wanted, content, command),
        content.words["cover"],
        command,
        snapshot.language,
        with_users_layers=content.has_users_layers,
    )


def shipped_map_bytes(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions,
    *,
    library: Library | None = None,
    read_layer: ReadLayer = read_shipped,
) -> int:
    """Return how large the file is without users' layers, in bytes; making it takes a second or two."""
    ours = tuple(view for view in snapshot.layers if not view.layer.is_users)
    shipped = replace(snapshot, layers=ours, selected_id="")
    page = map_html(shipped, catalogue, options=options, library=library, read_layer=read_layer)
    return len(page.encode("utf-8", "replace"))


def predicted_map_bytes(shipped_bytes: int, snapshot: MapSnapshot, options: ContentOptions) -> int:
    """Return how large the file will be, in bytes: users' layers are reckoned from a sample.

    Parameters
    ----------
    shipped_bytes
        What `shipped_map_bytes` returns for that map.
    """
    snapshot = users_shown(snapshot, options)
    if not any(view.layer.is_users for view in snapshot.layers):
        return shipped_bytes
    from jjjmap.export.page.users.content import predicted_bytes

    more = sum(len(script.encode()) for script in page_scripts(True))
    more -= sum(len(script.encode()) for script in page_scripts())
    return shipped_bytes + more + predicted_bytes(snapshot, options)
