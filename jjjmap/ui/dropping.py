"""What of a drag is files of this computer: only these can be dropped on the window."""

from pathlib import Path

from qtpy.QtCore import QMimeData

MOST_PATHS = 10_000


def droppable_paths(mime: QMimeData) -> list[Path]:
    """Return the files and folders of a drag in the order given, each once; none for anything else.

    Addresses in the net are no files, and a text that looks like a path is a text.
    """
    if not mime.hasUrls():
        return []
    local = (url.toLocalFile() for url in mime.urls()[:MOST_PATHS] if url.isLocalFile())
    return [Path(name) for name in dict.fromkeys(local) if name]
