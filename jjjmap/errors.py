"""All errors that jjjmap raises itself.

::

    JjjmapError
    ├── ResourceMissing       a shipped file is not there or cannot be read
    ├── PlaceUnknown          no place has this id or name
    ├── LayerUnknown          no layer has this id
    ├── BoundsInvalid         W,S,E,N do not make a box
    ├── BridgeMessageInvalid  the page said something that is not in the protocol
    ├── PageMissing           the scheme was asked for a path outside its table
    ├── ExportFailed          a file could not be written; the old one is untouched
    ├── RenderingFailed       the browser that draws and prints gave no answer
    ├── RenderingStopped      the user asked to stop while it drew
    ├── TemplateInvalid       a user's template for briefings cannot be used
    ├── DocumentUnreadable    a user's document gave no text
    ├── DocumentUnknown       the library has no such document
    ├── QueryInvalid          a search cannot be understood
    ├── LibraryUnusable       the library's file cannot be opened or written
    ├── LayerUnreadable       a user's data file gave no layer
    ├── RowsUnreadable        the rows of a layer that is open are gone or broken on disk
    ├── BasemapUnusable       an online basemap's address or token is none
    ├── DatabaseUnusable      a database refused, went away or took too long
    ├── ProjectUnusable       a project could not be opened or saved; its file is untouched
    ├── ProjectChanged        the project's file is no longer the one that was opened
    └── ProjectHeld           another window has the project open for writing

An error carries facts; ``ui.messages`` and ``cli`` turn them into sentences.
"""

from pathlib import Path


class JjjmapError(Exception):
    """Base of all our errors."""


class ResourceMissing(JjjmapError):
    """A file that we ship is missing or unreadable."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class PlaceUnknown(JjjmapError):
    """No place carries this id, name or alias."""

    def __init__(self, wanted: str, nearest: tuple[str, ...]) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.nearest = nearest
        """Up to three names that look alike, best first."""


class LayerUnknown(JjjmapError):
    """No layer carries this id."""

    def __init__(self, wanted: str, known: tuple[str, ...]) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.known = known


class BoundsInvalid(JjjmapError):
    """A text does not describe a lon/lat box."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text}: {reason}")
        self.text = text
        self.reason = reason


class BridgeMessageInvalid(JjjmapError):
    """The page sent words that the protocol does not know; they are logged and dropped."""


class PageMissing(JjjmapError):
    """The scheme serves a closed list of paths, and this is not one of them."""


class ExportFailed(JjjmapError):
    """An export could not be written; a file that stood there before is untouched."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class RenderingFailed(JjjmapError):
    """The browser that draws maps and prints pages ended, or did not answer in time."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """An ASCII slug: see `export.rendering_reasons`."""


class RenderingStopped(JjjmapError):
    """The user asked to stop while something was drawn; nothing was written."""


class TemplateInvalid(JjjmapError):
    """A template that the user brought for briefings cannot be used."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        """From 1; of a Word file the number of the paragraph. 0 where it cannot be told."""
        self.reason = reason


class DocumentUnreadable(JjjmapError):
    """A user's document gave no text; nothing of it was kept."""

    def __init__(self, path: Path, reason: str, detail: str = "") -> None:
        super().__init__(f"{path}: {reason} {detail}".rstrip())
        self.path = path
        self.reason = reason
        """An ASCII slug, e.g. ``encrypted``, ``no-text``; see `text.documents.reasons.REASONS`."""
        self.detail = detail


class DocumentUnknown(JjjmapError):
    """The library has no document with this id or title."""

    def __init__(self, wanted: str, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.nearest = nearest


class QueryInvalid(JjjmapError):
    """A search cannot be understood."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text}: {reason}")
        self.text = text
        self.reason = reason
        """An ASCII slug, e.g. ``open-quote``, ``nothing-wanted``; see `text.fulltext.query`."""


class LibraryUnusable(JjjmapError):
    """The library's file cannot be opened or written; it was left as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class LayerUnreadable(JjjmapError):
    """A user's data file gave no layer; nothing of it was kept."""

    def __init__(self, path: Path, reason: str, detail: str = "") -> None:
        super().__init__(f"{path}: {reason} {detail}".rstrip())
        self.path = path
        self.reason = reason
        """An ASCII slug, e.g. ``not-a-layer``, ``no-space``; see `layers.opening.reasons.REASONS`."""
        self.detail = detail


_LONGEST_TITLE = 80


class RowsUnreadable(JjjmapError):
    """What a layer of the user's was kept in is gone, or is not what was written."""

    def __init__(self, title: str, reason: str) -> None:
        super().__init__(f"{title}: {reason}")
        self.title = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
        """Of the layer; a long one is cut off, for it stands in a sentence."""
        self.reason = reason


class DatabaseUnusable(JjjmapError):
    """A database cannot be reached, refused what was asked, or went away."""

    def __init__(self, name: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{name}: {reason} {detail}".rstrip())
        self.name = name
        """Host and database, never a password."""
        self.reason = reason
        """An ASCII slug, e.g. ``refused``, ``wrong-password``, ``gone``, ``too-slow``."""
        self.detail = detail


class ProjectUnusable(JjjmapError):
    """A project could not be opened, or not be saved; its file is as it was."""

    def __init__(self, path: Path, reason: str, detail: str = "") -> None:
        super().__init__(f"{path}: {reason} {detail}".rstrip())
        self.path = path
        self.reason = reason
        """An ASCII slug, e.g. ``newer``, ``damaged``, ``no-space``; see `project.reasons.REASONS`."""
        self.detail = detail


class ProjectChanged(JjjmapError):
    """The file that was to be written over is not the one that was opened; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class ProjectHeld(JjjmapError):
    """Another window has the project open for writing."""

    def __init__(self, path: Path, pid: int, host: str, app: str) -> None:
        super().__init__(f"{path}: {app} {pid} {host}")
        self.path = path
        self.pid = pid
        """Of the process that holds it; 0 if that cannot be told."""
        self.host = host
        self.app = app


class BasemapUnusable(JjjmapError):
    """The address or the token of an online basemap cannot be used."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        """A slug; see `maps.basemap_reasons`."""
        self.detail = detail
