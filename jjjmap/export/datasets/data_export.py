"""A map as data: GeoPackage, GeoJSON, a workbook, or a folder of all that with a description."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lxml.etree import LxmlError

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import ExportFailed
from jjjmap.export.datasets.about import about_export
from jjjmap.export.datasets.data_folder import check_folder, write_folder
from jjjmap.export.datasets.data_workbook import write_workbook
from jjjmap.export.datasets.drafts import folder_beside, put_file, put_folder
from jjjmap.export.datasets.geojson import write_geojson
from jjjmap.export.datasets.geopackage import write_geopackage
from jjjmap.export.datasets.job import DataJob
from jjjmap.export.datasets.layers import ReadLayer
from jjjmap.export.dates import moment_text
from jjjmap.export.files import Stopped, driver_error, failures_told, real_target, reason_text
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import _, speaking
from jjjmap.layers.shipped_files import read_shipped
from jjjmap.maps.snapshot import MapSnapshot

if TYPE_CHECKING:
    from jjjmap.text.store.library import Library

DATA_SUFFIXES = (".gpkg", ".geojson", ".xlsx")
"""What the name of a file may end in, and so its format; a name without an end is a folder."""

_WRITERS: dict[str, Callable[[Path, DataJob], None]] = {
    ".gpkg": write_geopackage,
    ".geojson": write_geojson,
    ".xlsx": write_workbook,
}


def save_data(
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
    """Write the visible layers of a map, and the facts behind them, all or not at all.

    Parameters
    ----------
    path
        Ends in one of `DATA_SUFFIXES`; without an end it is a folder, which is made. One that is there is
        replaced only if it is empty or was written by this function.
    snapshot, catalogue
        What the map shows, and all facts. Rows that a filter hides are never written.
    options
        Columns that leave the building, tolerance, title, audience; None for all columns, internal.
    library
        The user's documents, opened in this thread, whose sentences are quoted; None to leave them at home.
    progress
        Told the share that is done, 0…1.
    cancelled
        Asked often, and before an old file is replaced.
    read_layer
        Returns the GeoJSON of a layer; by default from the data that we ship. Who wants to tell what is
        broken there brings a reader that collects the findings, as for `html.save_map_html`.

    Returns
    -------
    bool
        False if it was cancelled; nothing was written then.

    Raises
    ------
    ExportFailed
        It could not be written, the library or the rows of a layer cannot be read, or a file of ours is
        missing. What stood there before is untouched.
    """
    suffix = path.suffix.lower()
    with speaking(snapshot.language), failures_told(path):
        try:
            target = real_target(path)
            is_folder = not suffix or target.is_dir()
            if not is_folder and suffix not in _WRITERS:
                raise OSError(None, _("不支持这种格式；请用 .gpkg、.geojson、.xlsx，或者一个文件夹。"))
            moment_text()
            name = f"{path.name}/" if is_folder else path.name
            wanted = options or ContentOptions()
            about = about_export(snapshot, catalogue, wanted, name)
            job = DataJob(snapshot, catalogue, wanted, library, about, name, read_layer, progress, cancelled)
            if is_folder:
                check_folder(target)
            with folder_beside(target) as room:
                # An own name: what the user calls the file shall not reach a driver as a path.
                draft = room / ("new" if is_folder else f"data{suffix}")
                try:
                    if is_folder:
                        draft.mkdir()
                        write_folder(draft, job)
                    else:
                        _WRITERS[suffix](draft, job)
                except (RuntimeError, sqlite3.Error, LxmlError) as exc:
                    # openpyxl keeps what is under way of a sheet in the system's folder.
                    raise driver_error(exc, room, Path(tempfile.gettempdir())) from exc
                job.tick(0.98)
                if is_folder:  # Whoever put a file there meanwhile keeps it.
                    check_folder(target)
                put = put_folder if is_folder else put_file
                put(draft, target)
        except Stopped:
            return False
        except ExportFailed as exc:  # Of a part, which the user does not know.
            raise ExportFailed(path, exc.reason) from exc
        except OSError as exc:
            raise ExportFailed(path, reason_text(exc)) from exc
    progress(1.0)
    return True
